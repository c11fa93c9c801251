"""Views of the register: the present one (`present`), or as it was at a moment or position (`past`), with one
interface.

A present view reads the register's tables. A past view folds the log up to its position, so that nothing recorded later
can change it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from adapters.log import mapper
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.refusals import NotComplete
from domain.authority.authority import Authority
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Recorded, type_of
from domain.law.terms import Law
from domain.report import annual_report
from domain.report.official_form import ReportFormat
from domain.report.state import AnnualReport
from domain.request.amendment import amended
from domain.request.events import FeeCharged, FeePaid
from domain.request.judging import replay
from domain.request.refusals import RequestUnknown
from domain.request.state import DisclosureRequest
from domain.values import SHANGHAI, Period, Reference, reference_in
from projections import annual_tables, work_list
from projections.annual_tables import AnnualTables
from projections.annulled import Annulled, annulled
from projections.case import Case
from projections.compliance import Compliance, Handled, at_end, compliance
from projections.diff import DiffMoment
from projections.listing import Filter, Order, check
from projections.register import AppealSpell, RequestRow
from projections.report import charts as charting
from projections.report.charts import Days
from projections.report.citations import Fees
from projections.report.document import Chart
from projections.superior_view import OFFICE, Sight
from projections.tally import Tally
from projections.work_list import Duty

T = TypeVar("T")

FIRST = Reference(0, 0)
"""Before every reference: lists from the beginning."""

PREFETCH = 1000


class Until(NamedTuple):
    """The end of a prefix of the log: a position or a moment, included. Exactly one is set."""

    position: int | None = None
    moment: datetime | None = None

    @classmethod
    def parse(cls, text: str) -> Until:
        """Parse a position, a time with its offset, or a day, which means its end in Shanghai.

        Raises ValueError, in Chinese, for anything else.
        """
        try:
            if re.fullmatch(r"[0-9]{1,18}", text) and not re.fullmatch(r"20[0-9]{6}", text):
                return cls(position=int(text))
            if len(text) == 10:
                following = date.fromisoformat(text) + timedelta(days=1)
                return cls(moment=datetime.combine(following, time(), SHANGHAI) - timedelta(microseconds=1))
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                # Convert to UTC first, as the database does, so that an overflow at the ends of the calendar raises
                # here.
                return cls(moment=moment.astimezone(UTC).astimezone(SHANGHAI))
        except (ValueError, OverflowError):
            pass
        raise ValueError(
            "应为日期（指北京时间当日结束）、带时区的时刻（如2021-01-20T09:00:00+08:00）或日志位置"
        )


class View(ABC):
    """One authority's register at one moment, in the snapshot of one transaction.

    position: of the last entry included. sight: what the caller may see; it restricts `entries`, `case` and
    `work_list`. Histories and requests are complete, for computing.
    """

    def __init__(
        self,
        connection: Connection,
        authority_id: int,
        authority: Authority,
        law: Law,
        position: int,
        sight: Sight = OFFICE,
    ) -> None:
        self.authority = authority
        self.sight = sight
        self.law = law
        self.position = position
        self._connection = connection
        self._authority_id = authority_id

    # -- different for present and past --

    @abstractmethod
    async def tally(self, period: Period) -> Tally:
        """The counts of the period. Raises NotComplete if it begins before the register is complete."""

    @abstractmethod
    async def rows(self, period: Period) -> list[RequestRow]:
        """Rows of the requests that a table of the period counts, by reference."""

    @abstractmethod
    async def days(self, period: Period) -> list[Days]:
        """The data of the charts, of the same requests."""

    @abstractmethod
    async def handled(self, period: Period) -> list[Handled]:
        """Requests closed in the period by how they were handled. Raises NotComplete."""

    @abstractmethod
    async def spells(self, period: Period) -> list[AppealSpell]:
        """Spells of the appeals that a table of the period may count."""

    @abstractmethod
    async def row(self, reference: Reference) -> RequestRow | None:
        """The request's row; None if there is none or it is annulled."""

    @abstractmethod
    def listed(
        self, wanted: Filter, *, after: Reference = FIRST, limit: int | None = None
    ) -> AsyncIterator[RequestRow]:
        """The rows of matching requests as a stream, ordered by reference, beginning after `after`."""

    @abstractmethod
    async def page(
        self, wanted: Filter, order: Order, *, limit: int, offset: int
    ) -> tuple[list[RequestRow], int]:
        """A page of the rows of matching requests, and the total number."""

    @abstractmethod
    async def named(self, references: Sequence[str]) -> list[RequestRow]:
        """The rows of these requests in this order, without those that are not in the register."""

    @abstractmethod
    async def parts(self, whole: Reference) -> list[RequestRow]:
        """The rows of the requests split from this one, by reference."""

    @abstractmethod
    async def assigned_to(self) -> set[str]:
        """Everyone whom a request is assigned to, as recorded."""

    @abstractmethod
    async def touched(self, on: date) -> list[Reference]:
        """Requests that may have something left to do on the day, including annulled ones with a request for
        erasure."""

    @abstractmethod
    async def result_of_each(
        self, question: Hashable, on: date, compute: Callable[[DisclosureRequest], T]
    ) -> Iterable[T]:
        """The result of `compute` for each request of `touched` at the end of the day. question: cache key of `compute`."""

    @abstractmethod
    async def unarchived(self) -> Sequence[Duty]:
        """Requests that need only archiving, by reference."""

    # -- the same for both --

    async def in_charge(self) -> set[str]:
        """Everyone who can be a request's handler: officers, and names from an imported register."""
        return {each.id for each in self.authority.officers} | await self.assigned_to()

    async def check(self, wanted: Filter, names: Mapping[str, str] = MappingProxyType({})) -> None:
        """Raises UnknownCode for a filter with a code that does not exist. names: of officers, by code."""
        officers = await self.in_charge() if wanted.officer is not None else ()
        check(wanted, {each: names.get(each, "") for each in officers})

    async def histories(self, references: Sequence[Reference]) -> list[list[Recorded]]:
        """The entries of each request in order; unknown ones are left out."""
        streams = [reference.stream for reference in references]
        found = await self.streams(streams)
        return [found[stream] for stream in streams if stream in found]

    async def history(self, reference: Reference) -> list[Recorded]:
        """Raises RequestUnknown."""
        found = await self.histories([reference])
        if not found:
            raise RequestUnknown(reference=reference)
        return found[0]

    async def authority_history(self) -> list[Recorded]:
        """The authority's own entries in order."""
        return await self.stream(AUTHORITY_STREAM)

    async def report_state(self, year: int) -> AnnualReport:
        """The annual report of the year; an empty one if nothing was recorded of it."""

        async def make() -> AnnualReport:
            history = await self.stream(annual_report.stream_of(year))
            return annual_report.replay(history, year, self.authority.kind)

        return await self.derived(("report_state", year), make)

    async def reports_begun(self) -> list[int]:
        """Years whose report was compiled (or compiled again) and has not been published since, in order."""

        async def make() -> list[int]:
            rows = await self.fetch(SQL["reports_begun"], self.position)
            begun = [row["stream"] for row in rows if row["topic"] in ("report_compiled", "report_restated")]
            return sorted(filter(None, map(annual_report.year_in, begun)))

        return await self.derived("reports_begun", make)

    async def stream(self, name: str) -> list[Recorded]:
        """The entries of any stream in order; empty if there are none."""
        return (await self.streams([name])).get(name, [])

    async def streams(self, names: Sequence[str]) -> dict[str, list[Recorded]]:
        """The entries of any streams by stream, in order; those without entries are left out."""
        return mapper.by_stream(await self.fetch(SQL["select_streams"], list(names), self.position))

    async def fees(self, year: int) -> Fees:
        """Processing fees charged and paid in the year (Art. 42), after amendments."""
        rows = await self.fetch(SQL["streams_with_topic"], type_of(FeeCharged), self.position)
        steps = [
            [entry.event for entry in amended(history) or () if entry.event.on.year == year]
            for history in (await self.streams([row["stream"] for row in rows])).values()
        ]
        charged = [[each for each in happened if isinstance(each, FeeCharged)] for happened in steps]
        paid = [each for happened in steps for each in happened if isinstance(each, FeePaid)]
        return Fees(
            sum(bool(each) for each in charged),
            sum((Decimal(fee.amount_yuan) for each in charged for fee in each), Decimal(0)),
            sum((Decimal(each.amount_yuan) for each in paid), Decimal(0)),
        )

    async def last_note_before(self, moment: datetime) -> str | None:
        """The signed note of the last checkpoint made before the moment, if there is one."""
        rows = await self.fetch(SQL["checkpoint_before"], moment)
        return rows[0]["note"] if rows else None

    async def entries(self, after: int, limit: int) -> list[Recorded]:
        """Entries of all streams by position: of the `limit` after `after`, those that the sight admits."""
        rows = await self.fetch(SQL["select_positions"], after + 1, self.position, limit, [])
        found = [mapper.recorded(row) for row in rows]
        names = list({each.originator_id for each in found}) if self.sight.by_stream else []
        return self.sight.entries(found, await self.streams(names) if names else {})

    async def case(self, reference: Reference) -> Case:
        """Raises RequestUnknown."""
        return self.sight.case(await self.history(reference), self.law)

    async def annulled(self) -> list[Annulled]:
        """Annulled requests, in the order of their annulment."""
        rows = await self.fetch(SQL["streams_annulled"], self.position)
        return annulled(await self.histories([Reference.parse(reference_in(row["stream"])) for row in rows]))

    async def request(self, reference: Reference, *, until: date | None = None) -> DisclosureRequest:
        """The request now, or at the end of a day. Raises RequestUnknown."""
        return replay(await self.history(reference), self.law, until=until)

    async def requests_on(self, on: date) -> list[DisclosureRequest]:
        """The requests of `touched` at the end of the day."""
        found = await self.histories(await self.touched(on))
        return [replay(history, self.law, until=on) for history in found]

    async def _erasures_pending(self, on: date) -> dict[Reference, int]:
        """Requests whose requested erasure may be pending on the day, with the position of their last entry."""
        rows = await self.fetch(SQL["erasures_pending"], on, self.position)
        return {Reference.parse(reference_in(row["stream"])): row["position"] for row in rows}

    @property
    def _covered(self) -> list[int]:
        """Years that have a holiday notice."""
        return sorted(self.law.calendar.covered)

    async def standing(self, on: date) -> tuple[int, int]:
        """The numbers of requests open on the day, and overdue, by the present register.

        A provisional (暂定) due date is not overdue, as in the work list.
        """
        (row,) = await self.fetch(SQL["standing"], on, self._covered)
        return row["open"], row["overdue"]

    async def work_list(self, on: date, within: int) -> list[Duty]:
        """The duties on the day, those from the superior first. within: working days ahead that count as soon."""

        async def make() -> list[Duty]:
            calendar = self.law.calendar
            from_superior = work_list.asked_by_superior(self.authority.supervision, on, calendar)
            compute = partial(work_list.duties_of, on=on, calendar=calendar, within=within)
            return [
                *from_superior,
                *work_list.by_urgency(chain(*await self.result_of_each(("duties", within), on, compute))),
            ]

        return self.sight.duties(await self.derived(("work_list", on, within), make))

    async def compliance(self, period: Period) -> Compliance:
        """Raises NotComplete."""

        async def make() -> Compliance:
            compute = partial(at_end, last=period.last)
            ended = await self.result_of_each("at_end", period.last, compute)
            return compliance(
                period, await self.handled(period), [each for each in ended if each is not None]
            )

        return await self.derived(("compliance", period), make)

    async def in_cell(self, row: str, column: str, period: Period, form: ReportFormat) -> tuple[str, ...]:
        """References of the requests that a cell of the requests table counts. Raises NotComplete, KeyError."""

        async def make() -> tuple[str, ...]:
            rows = annual_tables.requests_in_cell(await self.rows(period), row, column, period, form)
            return tuple(each.reference for each in rows)

        return await self.derived(("in_cell", row, column, period, form.name), make)

    async def charts(self, period: Period, form: ReportFormat) -> tuple[Chart, ...]:
        """The charts of a year. Raises NotComplete."""

        async def make() -> tuple[Chart, ...]:
            found = await self.tables(period, form)
            return charting.charts(form, found.requests_table, await self.days(period))

        return await self.derived(("charts", period, form.name), make)

    async def moment(self, period: Period, form: ReportFormat) -> DiffMoment:
        """The tables, with the requests that they count. Raises NotComplete."""
        return DiffMoment(await self.tables(period, form), await self.rows(period), await self.spells(period))

    async def tables(self, period: Period, form: ReportFormat) -> AnnualTables:
        """The requests table and the appeals table of any period. Raises NotComplete."""
        return self.tables_of(await self.tally(period), period, form)

    def tables_of(self, counted: Tally, period: Period, form: ReportFormat) -> AnnualTables:
        """The tables from existing counts."""
        return annual_tables.make(
            counted,
            period,
            form,
            authority=self.authority.name_on(period.last),
            code=self.authority.code,
            position=self.position,
        )

    async def derived(
        self, question: Hashable, make: Callable[[], Awaitable[T]], *, changed_by: str | None = None
    ) -> T:
        """The result of `make`; a view may cache it.

        changed_by: the statement that finds an entry after position $2, up to $3, which may change the
        result; if it is not given, every entry may.
        """
        del question, changed_by
        return await make()

    def _check_complete(self, period: Period) -> None:
        since = self.authority.complete_since
        if period.first < since:
            raise NotComplete(complete_since=since, first=period.first, last=period.last)

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        """The rows of a statement whose first parameter is this authority."""
        rows: list[Any] = await self._connection.fetch(statement, self._authority_id, *arguments)
        return rows

    async def fetch_planned(self, statement: str, *arguments: Any) -> list[Any]:
        """The same with a plan for the values of the parameters, which also applies to later statements of the
        transaction."""
        await Database.plan_with_values(self._connection)
        return await self.fetch(statement, *arguments)


OpenView = Callable[[str], AbstractAsyncContextManager[View]]
"""Opens a view of the authority with this code."""
