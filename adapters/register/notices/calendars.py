"""Officers' iCalendar feeds, readable by anybody who has the secret address: days and references, no personal data.

An address is valid until its officer leaves office or loses the account, or until they or the security administrator
revoke it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple
from uuid import uuid4

import msgspec

from adapters.accounts import accounts, sessions
from adapters.accounts.access_log import Origin, log_access
from adapters.accounts.refusals import AccountUnknown, CalendarUnknown, TooManyCalendars
from adapters.accounts.sessions import SessionToken
from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from adapters.refusals import AuthorityUnknown
from adapters.register.authorities import Authorities
from adapters.register.notices.digests import Digests
from adapters.render import ical
from domain.authority.authority import Authority
from domain.authority.events import AUTHORITY_STREAM, DayOffSet, HolidayNoticeRecorded, PolicySet
from domain.values import Reference
from projections import agenda
from projections.agenda import Day

LIMIT = 5
"""Maximum valid addresses of one officer."""


class CalendarKey(msgspec.Struct, frozen=True):
    """An address without its secret."""

    id: str
    officer: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Calendars:
    """Of the officers of all authorities."""

    def __init__(self, database: Database, authorities: Authorities, digests: Digests) -> None:
        self._database = database
        self._authorities = authorities
        self._digests = digests

    async def create(self, code: str, officer: str, *, actor: str, origin: Origin) -> SessionToken:
        """Create an address; its secret cannot be shown again. Raises AccountUnknown, OfficerUnknown or
        TooManyCalendars."""
        authority_id = await self._authorities.id_of(code)
        secret, id_ = SessionToken.new(code), uuid4().hex
        async with self._database.transaction(authority_id, locking=True) as connection:
            if not await accounts.is_known(connection, authority_id, officer):
                raise AccountUnknown(officer=officer)
            await self._authorities.officer_today(connection, authority_id, officer)
            if await connection.fetchval(SQL["count_calendar_keys"], authority_id, officer) >= LIMIT:
                raise TooManyCalendars(limit=LIMIT)
            await connection.execute(SQL["add_calendar_key"], authority_id, secret.digest, id_, officer)
            await log_access(
                connection, authority_id, "calendar_opened", actor=actor, origin=origin, reference=id_
            )
        return secret

    async def listed(self, code: str, officer: str | None = None) -> Sequence[CalendarKey]:
        """The valid addresses of an officer, or of all, the newest first."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            rows = await connection.fetch(SQL["calendar_keys"], authority_id, officer)
        return [CalendarKey(**row) for row in rows]

    async def revoke(
        self, code: str, id_: str, *, officer: str | None = None, actor: str, origin: Origin
    ) -> None:
        """Revoke an address. officer: only if it is this officer's. Raises CalendarUnknown."""
        authority_id = await self._authorities.id_of(code)
        if not sessions.is_id(id_):
            raise CalendarUnknown
        async with self._database.transaction(authority_id) as connection:
            if await connection.fetchval(SQL["revoke_calendar_key"], authority_id, id_, officer) is None:
                raise CalendarUnknown
            await log_access(
                connection, authority_id, "calendar_closed", actor=actor, origin=origin, reference=id_
            )

    async def read(self, secret: SessionToken) -> bytes:
        """The feed in iCalendar format. Raises CalendarUnknown for an unknown or revoked address."""
        try:
            authority_id = await self._authorities.id_of(secret.code)
        except AuthorityUnknown:
            raise CalendarUnknown from None
        async with self._database.transaction(authority_id) as connection:
            officer = await connection.fetchval(SQL["use_calendar_key"], authority_id, secret.digest)
            authority, day = await self._authorities.today(connection, authority_id)
        found = authority.officer(officer) if officer else None
        if found is None or not found.in_office(day):
            raise CalendarUnknown
        digest = (await self._digests.on(secret.code, day, agenda.WITHIN, units=False))[found.id]
        days = agenda.agenda(digest)
        async with self._database.transaction(authority_id, reading=True) as connection:
            references = [Reference.parse(each) for each in agenda.references(days)]
            rows = await connection.fetch(
                SQL["requests_changed"],
                authority_id, [each.year for each in references], [each.number for each in references],
            )  # fmt: skip
        moments = {str(Reference(row["year"], row["number"])): row["recorded_at"] for row in rows}
        changed = _Changes(authority, moments)
        return ical.render([(each, changed.of(each)) for each in days], secret.code)


class _Changes(NamedTuple):
    """When the data of a calendar day last changed: the request, or the authority's own entries."""

    authority: Authority
    requests: dict[str, datetime]

    def of(self, day: Day) -> datetime:
        if day.source == agenda.REPORT:
            return datetime.combine(day.on.replace(month=1, day=1), time(), UTC)
        by_law = (DayOffSet, HolidayNoticeRecorded, PolicySet)
        own = [
            each.recorded_at
            for each in self.authority.entries
            if day.source == AUTHORITY_STREAM or isinstance(each.event, by_law)
        ]
        return max([*own, *([self.requests[day.source]] if day.source in self.requests else [])])
