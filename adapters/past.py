"""The register as it was recorded until a moment: folded from the log's prefix under the notices and policies known then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Sequence
from datetime import date
from itertools import islice

from adapters.log import mapper
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.refusals import BeyondTheLog, NotYetOpened
from adapters.views import FIRST, PREFETCH, T, Until, View
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.replay import replay_authority
from domain.entry import Recorded
from domain.law.calendar import national_notices
from domain.report import annual_report
from domain.request.judging import replay
from domain.request.state import DisclosureRequest
from domain.values import SHANGHAI, Period, Reference, is_request, reference_in
from projections import register
from projections.compliance import Handled
from projections.listing import Filter, Order, matches
from projections.register import AppealSpell, RequestRow, appeal_spells, request_row
from projections.report.charts import Days
from projections.superior_view import OFFICE, Sight
from projections.tally import Tally, groups, places, routes, tally
from projections.work_list import Unarchived


class ThenView(View):
    """Folded from the log's prefix; one request reads its own stream alone, a table all of them, in memory."""

    _folded: tuple[dict[str, RequestRow], list[AppealSpell]] | None = None

    async def tally(self, period: Period) -> Tally:
        return tally(groups(await self.rows(period), period), routes(await self.spells(period), period))

    async def rows(self, period: Period) -> list[RequestRow]:
        self._check_complete(period)
        rows, _ = await self._fold()
        return [row for row in rows.values() if places(row.received_on, row.closed_on, period)]

    async def days(self, period: Period) -> Sequence[Days | RequestRow]:
        return await self.rows(period)

    async def handled(self, period: Period) -> Sequence[Handled | RequestRow]:
        return await self.rows(period)

    async def spells(self, period: Period) -> list[AppealSpell]:
        self._check_complete(period)
        return (await self._fold())[1]

    async def row(self, reference: Reference) -> RequestRow | None:
        found = await self.histories([reference])
        return self._row(found[0])[0] if found else None

    async def listed(
        self, wanted: Filter, *, after: Reference = FIRST, limit: int | None = None
    ) -> AsyncIterator[RequestRow]:
        rows, _ = await self._fold()
        found = (
            row
            for row in rows.values()
            if register.order(row.reference) > after and matches(row, wanted, self.law.calendar.covered)
        )
        for row in islice(found, limit):
            yield row

    async def page(
        self, wanted: Filter, order: Order, *, limit: int, offset: int
    ) -> tuple[list[RequestRow], int]:
        rows, _ = await self._fold()
        found = order.sort(row for row in rows.values() if matches(row, wanted, self.law.calendar.covered))
        return found[offset : offset + limit], len(found)

    async def named(self, references: Sequence[str]) -> list[RequestRow]:
        rows, _ = await self._fold()
        return [rows[each] for each in references if each in rows]

    async def unarchived(self) -> Sequence[Unarchived]:
        rows, _ = await self._fold()
        return [
            Unarchived(row.reference, row.served_on, row.unit, row.subject)
            for row in rows.values()
            if row.stage == "closed" and (row.served_on is not None or row.closed_by != "answered")
        ]

    async def touched(self, on: date) -> list[Reference]:
        rows, _ = await self._fold()
        return [Reference.parse(row.reference) for row in rows.values() if row.received_on <= on]

    async def said_of_each(
        self, question: Hashable, on: date, say: Callable[[DisclosureRequest], T]
    ) -> Iterable[T]:
        del question
        return [say(each) for each in await self.requests_on(on)]

    async def _fold(self) -> tuple[dict[str, RequestRow], list[AppealSpell]]:
        if self._folded is None:
            streams: dict[str, list[Recorded]] = {}
            async for row in self._connection.cursor(
                SQL["select_positions"], self._authority_id, 0, self.position, None, [], prefetch=PREFETCH
            ):
                entry = mapper.recorded(row)
                streams.setdefault(entry.originator_id, []).append(entry)
            streams = {stream: told for stream, told in streams.items() if is_request(stream)}
            rows: dict[str, RequestRow] = {}
            spells: list[AppealSpell] = []
            for stream in sorted(streams, key=lambda stream: register.order(reference_in(stream))):
                found, its_spells = self._row(streams[stream])
                if found is not None:
                    rows[found.reference] = found
                    spells += its_spells
            self._folded = rows, spells
        return self._folded

    def _row(self, history: Sequence[Recorded]) -> tuple[RequestRow | None, tuple[AppealSpell, ...]]:
        request = replay(history, self.law)
        row = request_row(request, position=history[-1].position, law_digest=self.law.digest)
        return row, appeal_spells(request)


async def then(connection: Connection, authority_id: int, until: Until, sight: Sight = OFFICE) -> View:
    """The log's prefix. Raises NotYetOpened if the register was not open by then, BeyondTheLog."""
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
    # The notices known at the moment asked for; at a position, those known when its entry was recorded.
    known_at = until.moment or await connection.fetchval(SQL["recorded_at"], authority_id, position)
    known_on = known_at.astimezone(SHANGHAI).date()
    notices = [notice for notice in national_notices() if notice.published_on <= known_on]
    told = await connection.fetch(SQL["select_streams"], authority_id, list(annual_report.STREAMS), position)
    published = annual_report.published_in(mapper.recorded(row) for row in told)
    law = authority.law(notices).publishing(published)
    return ThenView(connection, authority_id, authority, law, position, sight)
