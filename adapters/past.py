"""The register as it was at a moment: the log up to there, under the notices and policies known then.

The row of a request is read from the present register if nothing was recorded of it since, and its dates lie before the
first day on which the law known then and the present law differ. All other requests are folded from their streams.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

from msgspec.structs import replace

from adapters.log import mapper
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.refusals import BeyondTheLog, NotYetOpened
from adapters.rows import row_of, spell_of
from adapters.views import FIRST, PREFETCH, T, Until, View
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.replay import replay_authority
from domain.entry import Recorded
from domain.law.calendar import notices_known
from domain.law.terms import Law
from domain.report import annual_report
from domain.request.judging import replay
from domain.request.state import DisclosureRequest
from domain.values import SHANGHAI, Period, Reference, is_request, reference_in
from projections import register
from projections.compliance import Handled, handled
from projections.listing import Filter, Order, matches
from projections.register import AppealSpell, RequestRow, appeal_spells, request_row
from projections.report.charts import Days, days
from projections.superior_view import OFFICE, Sight
from projections.tally import Group, Tally, groups, places, routes, tally
from projections.work_list import Duty, to_archive

EVER = Period(date.min, date.max)

_REACH = timedelta(days=150)
"""More than any term: the longest is 40 working days, at most 65 days with the longest holidays."""
_STREAMS = 1_000  # streams read in one query


class Folded(NamedTuple):
    """Requests folded from the log. references: of all of them, including annulled ones, which have no row."""

    references: frozenset[str]
    rows: dict[str, RequestRow]
    spells: list[AppealSpell]


class PastView(View):
    """The register as it was at a position. now: the law of the register's rows; None: do not use those rows.

    Then every request is folded from the log, as verification requires.
    """

    _folded: Folded | None = None
    _all: list[RequestRow] | None = None

    def __init__(self, *known: Any, now: Law | None) -> None:
        super().__init__(*known)
        self._now = now

    async def tally(self, period: Period) -> Tally:
        self._check_complete(period)
        folded = await self._fold()
        grouped = groups(folded.rows.values(), period)
        if self._now is not None:
            numbers = [register.order(each) for each in folded.references]
            but = [each.year for each in numbers], [each.number for each in numbers]
            rows = await self.fetch(SQL["tally_requests_until"], *period, self.position, *but)
            grouped += [Group(*row) for row in rows]
        return tally(grouped, routes(await self.spells(period), period))

    async def rows(self, period: Period) -> list[RequestRow]:
        self._check_complete(period)
        return await self._rows(period)

    async def days(self, period: Period) -> list[Days]:
        return days(await self.rows(period), period)

    async def handled(self, period: Period) -> list[Handled]:
        return handled(await self.rows(period), period)

    async def spells(self, period: Period) -> list[AppealSpell]:
        self._check_complete(period)
        folded = await self._fold()
        found = [*folded.spells]
        if self._now is not None:
            rows = await self.fetch(SQL["spells_of_period_until"], *period, self.position)
            found += [each for each in map(spell_of, rows) if each.reference not in folded.references]
        return sorted(found, key=lambda each: register.order(each.reference))

    async def row(self, reference: Reference) -> RequestRow | None:
        found = await self.histories([reference])
        return self._row(found[0])[0] if found else None

    async def listed(
        self, wanted: Filter, *, after: Reference = FIRST, limit: int | None = None
    ) -> AsyncIterator[RequestRow]:
        found = (
            row
            for row in await self._all_rows()
            if register.order(row.reference) > after and matches(row, wanted, self.law.calendar.covered)
        )
        for row in islice(found, limit):
            yield row

    async def page(
        self, wanted: Filter, order: Order, *, limit: int, offset: int
    ) -> tuple[list[RequestRow], int]:
        rows = await self._all_rows()
        found = order.sort(row for row in rows if matches(row, wanted, self.law.calendar.covered))
        return found[offset : offset + limit], len(found)

    async def named(self, references: Sequence[str]) -> list[RequestRow]:
        folded, wanted = await self._fold(), [register.order(each) for each in references]
        numbers = [each.year for each in wanted], [each.number for each in wanted]
        rows = folded.rows | {
            row.reference: row for row in await self._unchanged_rows("rows_named", *numbers)
        }
        return [rows[each] for each in references if each in rows]

    async def unarchived(self) -> Sequence[Duty]:
        return [
            to_archive(row.reference, row.served_on, row.unit, row.officer, row.subject)
            for row in await self._all_rows()
            if row.stage == "closed" and (row.served_on is not None or row.closed_by != "answered")
        ]

    async def parts(self, whole: Reference) -> list[RequestRow]:
        if self._now is None:
            return [row async for row in self.listed(Filter(split_from=str(whole)))]
        rows = await self.fetch(SQL["streams_of_parts"], str(whole), self.position)
        histories = (await self.streams([row["stream"] for row in rows])).values()
        found = [
            row for row, _ in map(self._row, histories) if row is not None and row.split_from == str(whole)
        ]
        return sorted(found, key=lambda row: register.order(row.reference))

    async def assigned_to(self) -> set[str]:
        return {row.officer for row in await self._all_rows() if row.officer is not None}

    async def touched(self, on: date) -> list[Reference]:
        found = [Reference.parse(row.reference) for row in await self._all_rows() if row.received_on <= on]
        return list(dict.fromkeys([*found, *await self._erasures_pending(on)]))

    async def result_of_each(
        self, question: Hashable, on: date, compute: Callable[[DisclosureRequest], T]
    ) -> Iterable[T]:
        del question
        return [compute(each) for each in await self.requests_on(on)]

    async def _all_rows(self) -> list[RequestRow]:
        """The rows of all requests, by reference; read once for what a page lists and offers."""
        if self._all is None:
            self._all = await self._rows(EVER)
        return self._all

    async def _rows(self, period: Period) -> list[RequestRow]:
        """The rows of the requests that a table of the period counts, by reference."""
        folded = await self._fold()
        found = [row for row in folded.rows.values() if places(row.received_on, row.closed_on, period)]
        found += await self._unchanged_rows("rows_of_period", *period)
        return sorted(found, key=lambda row: register.order(row.reference))

    async def _unchanged_rows(self, statement: str, *arguments: Any) -> list[RequestRow]:
        """The register's rows of a statement that are the same as they were then; none if they are not to be used."""
        if self._now is None:
            return []
        folded = await self._fold()
        then = [
            row_of(row)
            for row in await self.fetch(SQL[statement], *arguments)
            if row["position"] <= self.position
        ]
        return [
            replace(row, law_digest=self.law.digest) for row in then if row.reference not in folded.references
        ]

    async def _fold(self) -> Folded:
        if self._folded is None:
            references: set[str] = set()
            rows: dict[str, RequestRow] = {}
            spells: list[AppealSpell] = []
            async for history in self._histories():
                found, its_spells = self._row(history)
                references.add(reference_in(history[0].originator_id))
                if found is not None:
                    rows[found.reference] = found
                    spells += its_spells
            self._folded = Folded(frozenset(references), rows, spells)
        return self._folded

    async def _histories(self) -> AsyncIterator[list[Recorded]]:
        """The histories of all requests whose rows must be folded."""
        if self._now is None:
            streams: dict[str, list[Recorded]] = {}
            async for row in self._connection.cursor(
                SQL["select_positions"], self._authority_id, 0, self.position, None, [], prefetch=PREFETCH
            ):
                entry = mapper.recorded(row)
                if is_request(entry.originator_id):
                    streams.setdefault(entry.originator_id, []).append(entry)
            for history in streams.values():
                yield history
            return
        moved = [row["stream"] for row in await self.fetch(SQL["streams_gone_on"], self.position)]
        names = {each for each in moved if is_request(each)}
        from_on = self.law.differs_from(self._now)
        laws = [self.law.digest, self._now.digest]
        for row in await self.fetch(
            SQL["rows_of_another_law"], self.position, laws, from_on and from_on - _REACH
        ):
            names.add(Reference(row["year"], row["number"]).stream)
        wanted = iter(names)
        while some := list(islice(wanted, _STREAMS)):
            for history in (await self.streams(some)).values():
                yield history

    def _row(self, history: Sequence[Recorded]) -> tuple[RequestRow | None, tuple[AppealSpell, ...]]:
        request = replay(history, self.law)
        row = request_row(request, position=history[-1].position, law_digest=self.law.digest)
        return row, appeal_spells(request)


async def then(
    connection: Connection, authority_id: int, until: Until, sight: Sight = OFFICE, *, now: Law | None = None
) -> PastView:
    """The register at a moment or position. now: today's law, if the register's rows may be used where they are
    unchanged.

    Raises NotYetOpened if the register was not open by then, BeyondTheLog.
    """
    position = until.position
    reached = await connection.fetchval(SQL["last_position"], authority_id) or 0
    if position is not None and position > reached:
        raise BeyondTheLog(last=reached, position=position)
    if position is None:
        position = await connection.fetchval(SQL["position_until"], authority_id, until.moment) or 0
    own = await connection.fetch(SQL["select_streams"], authority_id, [AUTHORITY_STREAM], position)
    if not own:
        raise NotYetOpened()
    authority = replay_authority(mapper.recorded(row) for row in own)
    # The notices known at that moment; for a position, at the time when its entry was recorded.
    known_at = until.moment or await connection.fetchval(SQL["recorded_at"], authority_id, position)
    known_on = known_at.astimezone(SHANGHAI).date()
    notices = notices_known(known_on)
    rows = await connection.fetch(SQL["select_streams"], authority_id, list(annual_report.STREAMS), position)
    published = annual_report.published_in(mapper.recorded(row) for row in rows)
    law = authority.law(notices).publishing(published)
    return PastView(connection, authority_id, authority, law, position, sight, now=now)
