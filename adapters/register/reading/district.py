"""A district: the registers of a superior and its units, each read in a transaction of its own.

No transaction spans two authorities, so the registers are read one after another; each result has the position of its
log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from adapters.postgres.queries import SQL
from adapters.refusals import NotComplete
from adapters.register.authorities import Authorities
from adapters.register.reading import unit_cases
from adapters.register.reading.reports import Reports
from adapters.views import OpenView, View
from domain.authority.assessment import contests_of
from domain.report.official_form import ReportFormat
from domain.values import Period, Reference, reference_in
from projections import annual_tables, diff
from projections.district.assessment import UnitCases
from projections.district.corrections import CorrectedCase, Corrections, corrections
from projections.district.matters import HandedIn, Matter, concerns_superior, matters
from projections.district.standing import LATE_ENTRY, Entered, Handled, OpenRequest, UnitRead
from projections.district.tables import RegisterTables
from projections.district.work_list import UnitQuery, UnitWarning, work_list
from projections.report.content import Proactive

T = TypeVar("T")


class District:
    """The units of one superior. open_view: opens a register as the caller may see it. alone: without units. open_then:
    opens a unit's reports at a position of its log.
    """

    def __init__(
        self,
        superior: str,
        authorities: Authorities,
        open_view: OpenView,
        *,
        alone: bool = False,
        open_then: Callable[[str, int], AbstractAsyncContextManager[Reports]],
    ) -> None:
        self.superior = superior
        self._authorities = authorities
        self._open_view = open_view
        self._alone = alone
        self._open_then = open_then

    async def units(self, on: date) -> list[str]:
        """Codes of the units that the superior had on the day, itself the first, in order."""
        below = [] if self._alone else await self._authorities.units_of(self.superior, on)
        return [self.superior, *below]

    async def ask(self, codes: Sequence[str], question: Callable[[View], Awaitable[T]]) -> list[T]:
        """The results of one query for each register, in the order of the codes."""
        found = []
        for code in codes:
            async with self._open_view(code) as view:
                found.append(await question(view))
        return found

    async def tables(self, period: Period, form: ReportFormat, units_on: date) -> list[RegisterTables]:
        """The tables of the superior itself and of each unit that it had on the day."""

        async def make(view: View) -> RegisterTables:
            code, name = view.authority.code, view.authority.name_on(period.last)
            taken = view.authority.succeeded_on(period.last)
            successor = taken.successor if taken else None
            year = period.first.year
            whole_year = period == Period.year(year)
            reporter = view.authority.reporter_of(year, date(year + 1, 12, 31)) if whole_year else None
            try:
                tables = await view.tables(period, form)
            except NotComplete as refusal:
                return RegisterTables(code, name, None, str(refusal))
            table = await _proactive_table(view, period)
            return RegisterTables(
                code, name, tables, successor=successor, proactive_table=table, reported_by=reporter
            )

        return await self.ask(await self.units(units_on), make)

    async def standing(self, period: Period, on: date, codes: Sequence[str] | None = None) -> list[UnitRead]:
        """The state of each unit on a day, and what was closed, recorded and appealed in the period before.

        codes: only these units.
        """

        async def make(view: View) -> UnitRead:
            return await _read(view, period, on)

        return await self.ask(await self.units(on) if codes is None else codes, make)

    async def matters(self, on: date) -> list[Matter]:
        """The matters of supervision, of the authority itself and of its units: by unit, open ones first. Of a unit
        without what it had settled with a former superior.
        """

        async def make(view: View) -> list[Matter]:
            of_unit = view.authority.code != self.superior
            return matters(view.authority, view.law.calendar, on, for_superior=of_unit)

        return [each for found in await self.ask(await self.units(on), make) for each in found]

    async def work_list(self, on: date, within: int) -> list[UnitWarning]:
        """Requests of the units that are overdue, due soon, or waiting for the superior, the most urgent first."""

        own = {each.name: each for each in (await self._authorities.authority(self.superior)).assessments}

        async def make(view: View) -> UnitQuery:
            code, name, calendar = view.authority.code, view.authority.name_on(on), view.law.calendar
            waiting = [
                each
                for each in contests_of(view.authority.contests, self.superior)
                if each.assessment in own and own[each.assessment].decision(code, each.version) is None
            ]
            return UnitQuery(
                code, name, calendar, await _open_on(view, on), matters(view.authority, calendar, on), waiting
            )

        return work_list(await self.ask((await self.units(on))[1:], make), on, within)

    async def handed_in(self, name: str, on: date) -> list[HandedIn]:
        """The returns of this name that units must hand in, with the figures handed in and what changed since."""
        found = []
        for code in (await self.units(on))[1:]:
            async with self._open_view(code) as view:
                authority = view.authority
                requested = next((each for each in authority.supervision.returns if each.name == name), None)
                if requested is None or not concerns_superior(authority, requested, on):
                    continue
                form = annual_tables.form_of(requested.period)
                now = await view.moment(requested.period, form) if requested.position else None
            handed_in = HandedIn(code=code, unit=authority.name_on(requested.period.last), asked=requested)
            if now is not None and requested.position is not None:
                async with self._open_then(code, requested.position) as reports:
                    then, year = await reports.view.moment(requested.period, form), requested.report_year
                    report = None if year is None else (await reports.report(year)).content
                moved = diff.moved(then, now, requested.period, form)
                cells = tuple(f"{each.row}:{each.column}" for each in moved)
                handed_in = replace(handed_in, tables=then.tables, restated=cells, report=report)
            found.append(handed_in)
        return found

    async def cases(self, year: int, on: date) -> list[UnitCases]:
        """The figures that an assessment of the year counts for each unit of the day; without units that were taken
        over before the year.
        """

        async def make(view: View) -> UnitCases | None:
            if view.authority.succeeded_on(date(year, 1, 1)):
                return None
            return await unit_cases.read(view, self.superior, year, on)

        found = await self.ask((await self.units(on))[1:], make)
        return [each for each in found if each is not None]

    async def corrections(self, period: Period, units_on: date) -> Corrections:
        """The appeals of all units that count as corrected in the period."""

        async def make(view: View) -> tuple[list[CorrectedCase], int]:
            return await unit_cases.corrected(view, period)

        found = await self.ask(await self.units(units_on), make)
        return corrections(
            [case for cases, _ in found for case in cases], sum(ended for _, ended in found), period
        )


async def _proactive_table(view: View, period: Period) -> Proactive | None:
    """The tables of the year's last published report; None for another period, or if there is none."""
    year = period.first.year
    if period != Period.year(year) or year not in view.law.published:
        return None
    published = (await view.report_state(year)).published
    return published.pinned.proactive_table if published and published.pinned else None


async def _open_on(view: View, on: date) -> list[OpenRequest]:
    return [
        OpenRequest(str(Reference(row["year"], row["number"])), row["started_on"], row["due_on"])
        for row in await view.fetch(SQL["open_on"], on)
    ]


async def _read(view: View, period: Period, on: date) -> UnitRead:
    authority = view.authority
    handled = await view.fetch(SQL["handled_in_period"], *period)
    entered = await view.fetch(SQL["entered_late"], *period, LATE_ENTRY)
    appeals = await view.fetch(SQL["tally_appeals"], *period)
    last = await view.fetch(SQL["last_recorded"])
    results: Counter[str] = Counter()
    for row in appeals:
        results[row["result"]] += row["appeals"]
    ended = await unit_cases.ended(view, period) if results["corrected"] else []
    return UnitRead(
        code=authority.code,
        unit=authority.name_on(on),
        successor=taken.successor if (taken := authority.succeeded_on(on)) else None,
        kind=authority.kind,
        calendar=view.law.calendar,
        open=await _open_on(view, on),
        handled=[Handled(*row) for row in handled],
        appeals=dict(results),
        corrected=[each.reference for each in ended if each.result == "corrected"],
        entered=[Entered(reference_in(row["stream"]), row["on_day"], row["recorded_day"]) for row in entered],
        unfiled=len(await view.unarchived()),
        last_recorded_at=last[0]["recorded_at"],
        report=await view.report_state(on.year - 1),
        owes_report=authority.owes_report(on.year - 1, on),
    )
