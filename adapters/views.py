"""The register as it is, or as it was recorded until a moment: the same questions, the same answers.

Now, rows come from the register's table. As recorded until a moment or position, they are folded from the
log's prefix under the notices and policies known then, so nothing recorded later can move them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import msgspec

from adapters import mapper
from adapters.database import Connection
from adapters.sql import SQL
from domain import authority, errors
from domain.authority import Authority
from domain.events import Recorded
from domain.law import Law
from domain.report_format import ReportFormat
from domain.request import DisclosureRequest, replay
from domain.values import SHANGHAI, Period, Reference, reference_in
from domain.workdays import national_notices
from projections import annual_tables, register
from projections.annual_tables import AnnualTables
from projections.register import AppealSpell, Row
from projections.tally import Group, Tally, groups, places, routes, tally


class Until(NamedTuple):
    """A prefix of the log: up to a position (inside), or up to a moment (inside). Exactly one is set."""

    position: int | None = None
    moment: datetime | None = None

    @classmethod
    def parse(cls, text: str) -> Until:
        """A position, a moment with its offset, or a day, which means its end in Shanghai.

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
                # By way of UTC, in which it is sent: at the edge of the calendar it may have no day there.
                return cls(moment=moment.astimezone(UTC).astimezone(SHANGHAI))
        except (ValueError, OverflowError):
            pass
        raise ValueError(
            "应为日期（指北京时间当日结束）、带时区的时刻（如2021-01-20T09:00:00+08:00）或日志位置"
        )


class View(ABC):
    """One moment of one authority's register. position: of the last entry it rests on."""

    def __init__(self, office: Authority, law: Law, position: int) -> None:
        self.authority = office
        self.law = law
        self.position = position

    # -- what differs --

    @abstractmethod
    async def tally(self, period: Period) -> Tally:
        """Counts of the period. Raises NotComplete for one that begins before the register is complete."""

    @abstractmethod
    async def rows(self, period: Period) -> list[Row]:
        """Rows of the requests that a table of the period counts, by reference."""

    @abstractmethod
    async def spells(self, period: Period) -> list[AppealSpell]:
        """Spells of the appeals that a table of the period may count, by reference."""

    @abstractmethod
    async def row(self, reference: Reference) -> Row | None:
        """The request's row; None if there is none or it is annulled."""

    @abstractmethod
    async def histories(self, references: Sequence[Reference]) -> list[list[Recorded]]:
        """Entries of each request in the order recorded; unknown ones are left out."""

    @abstractmethod
    async def authority_history(self) -> list[Recorded]:
        """The authority's own entries in the order recorded."""

    @abstractmethod
    async def touched(self, on: date) -> list[Reference]:
        """Requests received by the day on which something may have been left to do then."""

    # -- what follows --

    async def history(self, reference: Reference) -> list[Recorded]:
        """Raises RequestUnknown."""
        found = await self.histories([reference])
        if not found:
            raise errors.RequestUnknown(reference=reference)
        return found[0]

    async def request(self, reference: Reference, *, until: date | None = None) -> DisclosureRequest:
        """The request as it stands, or as it stood at the end of a day. Raises RequestUnknown."""
        return replay(await self.history(reference), self.law, until=until)

    async def requests_on(self, on: date) -> list[DisclosureRequest]:
        """The requests of `touched` as they stood at the end of the day."""
        found = await self.histories(await self.touched(on))
        return [replay(history, self.law, until=on) for history in found]

    async def tables(self, period: Period, form: ReportFormat) -> AnnualTables:
        """The requests table and the appeals table of any period. Raises NotComplete."""
        return annual_tables.make(
            await self.tally(period),
            period,
            form,
            authority=self.authority.name_on(period.last),
            code=self.authority.code,
            position=self.position,
        )

    def _check_complete(self, period: Period) -> None:
        since = self.authority.complete_since
        if period.first < since:
            raise errors.NotComplete(complete_since=since, first=period.first, last=period.last)


class NowView(View):
    """Read from the register's table, in the snapshot of one transaction."""

    def __init__(
        self, connection: Connection, authority_id: int, office: Authority, law: Law, position: int
    ) -> None:
        super().__init__(office, law, position)
        self._connection = connection
        self._authority_id = authority_id

    async def tally(self, period: Period) -> Tally:
        self._check_complete(period)
        requests = await self._fetch(SQL["tally_requests"], *period)
        appeals = await self._fetch(SQL["tally_appeals"], *period)
        return tally((Group(*row) for row in requests), (tuple(row) for row in appeals))

    async def rows(self, period: Period) -> list[Row]:
        self._check_complete(period)
        return [row_of(row) for row in await self._fetch(SQL["rows_of_period"], *period)]

    async def spells(self, period: Period) -> list[AppealSpell]:
        self._check_complete(period)
        rows = await self._fetch(SQL["spells_of_period"], *period)
        return [spell_of(row) for row in rows]

    async def row(self, reference: Reference) -> Row | None:
        rows = await self._fetch(SQL["row"], *reference)
        return row_of(rows[0]) if rows else None

    async def histories(self, references: Sequence[Reference]) -> list[list[Recorded]]:
        found: dict[str, list[Recorded]] = {}
        for row in await self._fetch(SQL["select_streams"], [reference.stream for reference in references]):
            found.setdefault(row["stream"], []).append(mapper.recorded(row))
        return [found[reference.stream] for reference in references if reference.stream in found]

    async def authority_history(self) -> list[Recorded]:
        return [mapper.recorded(row) for row in await self._fetch(SQL["select_streams"], [authority.STREAM])]

    async def touched(self, on: date) -> list[Reference]:
        rows = await self._fetch(SQL["touched"], on)
        return [Reference(row["year"], row["number"]) for row in rows]

    async def _fetch(self, statement: str, *arguments: Any) -> list[Any]:
        rows: list[Any] = await self._connection.fetch(statement, self._authority_id, *arguments)
        return rows


class ThenView(View):
    """Folded from the log's prefix, all of it in memory."""

    def __init__(
        self,
        office: Authority,
        law: Law,
        position: int,
        histories: dict[str, list[Recorded]],
        own: Sequence[Recorded] = (),
    ) -> None:
        super().__init__(office, law, position)
        self._histories = histories
        self._own = list(own)
        self._rows: dict[str, Row] = {}
        self._spells: list[AppealSpell] = []
        for stream in sorted(histories, key=lambda stream: register.order(reference_in(stream))):
            history = histories[stream]
            request = replay(history, law)
            row = register.row(request, position=history[-1].position, law_digest=law.digest)
            if row is not None:
                self._rows[row.reference] = row
                self._spells += register.spells(request)

    async def tally(self, period: Period) -> Tally:
        self._check_complete(period)
        return tally(groups(self._rows.values(), period), routes(self._spells, period))

    async def rows(self, period: Period) -> list[Row]:
        self._check_complete(period)
        return [row for row in self._rows.values() if places(row.received_on, row.closed_on, period)]

    async def spells(self, period: Period) -> list[AppealSpell]:
        self._check_complete(period)
        return self._spells

    async def row(self, reference: Reference) -> Row | None:
        return self._rows.get(str(reference))

    async def histories(self, references: Sequence[Reference]) -> list[list[Recorded]]:
        return [self._histories[each.stream] for each in references if each.stream in self._histories]

    async def authority_history(self) -> list[Recorded]:
        return self._own

    async def touched(self, on: date) -> list[Reference]:
        return [Reference.parse(row.reference) for row in self._rows.values() if row.received_on <= on]


async def then(connection: Connection, authority_id: int, until: Until) -> View:
    """Fold the prefix. Raises NotYetOpened if the register was not open by then, BeyondTheLog."""
    position = until.position
    reached = await connection.fetchval(SQL["last_position"], authority_id) or 0
    if position is not None and position > reached:
        raise errors.BeyondTheLog(last=reached, position=position)
    if position is None:
        position = await connection.fetchval(SQL["position_until"], authority_id, until.moment) or 0
    last: Recorded | None = None
    streams: dict[str, list[Recorded]] = {}
    async for entry in _prefix(connection, authority_id, position):
        streams.setdefault(entry.originator_id, []).append(entry)
        last = entry
    own = streams.pop(authority.STREAM, [])
    if last is None or not own:
        raise errors.NotYetOpened()
    office = authority.replay(own)
    # The notices known at the moment asked for; at a position, those known when its entry was recorded.
    known_on = (until.moment or last.recorded_at).astimezone(SHANGHAI).date()
    notices = [notice for notice in national_notices() if notice.published_on <= known_on]
    return ThenView(office, office.law(notices), last.position, streams, own)


async def _prefix(connection: Connection, authority_id: int, position: int) -> AsyncIterator[Recorded]:
    async for row in connection.cursor(
        SQL["select_positions"], authority_id, 0, position, None, [], prefetch=1000
    ):
        yield mapper.recorded(row)


def row_of(row: Any) -> Row:
    """A row of `requests`."""
    return msgspec.convert(_with_reference(row), Row)


def spell_of(row: Any) -> AppealSpell:
    """A row of `appeal_spells`."""
    return msgspec.convert(_with_reference(row), AppealSpell)


def _with_reference(row: Any) -> dict[str, Any]:
    fields = dict(row)
    fields.pop("authority_id")
    return fields | {"reference": str(Reference(fields.pop("year"), fields.pop("number")))}
