"""All valid credentials of an authority, for the security administrator: sessions, API keys and calendar addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from adapters.accounts import credentials, places, sessions
from adapters.accounts.access_log import AccessAct, Origin, log_access
from adapters.accounts.credentials import Credential, Kind
from adapters.accounts.places import Place
from adapters.accounts.refusals import CredentialUnknown
from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from adapters.register.authorities import Authorities
from adapters.register.login.login import Principal

_ENDED: dict[Kind, AccessAct] = {
    "session": "session_ended",
    "key": "key_revoked",
    "service_key": "key_revoked",
    "calendar": "calendar_closed",
}


class Restored(msgspec.Struct, frozen=True):
    """The administrators were replaced on that day (recovery), by these."""

    on: date
    system: str
    security: str


class News(msgspec.Struct, frozen=True):
    """places: new addresses from which somebody has logged in as the officer. restored: shown to every officer."""

    places: tuple[Place, ...] = ()
    restored: tuple[Restored, ...] = ()


class Credentials:
    """Every method raises AuthorityUnknown."""

    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    async def listed(self, code: str) -> Sequence[Credential]:
        """The valid credentials by officer, the newest first."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await credentials.in_force(connection, authority_id)

    async def end(self, code: str, id_: str, *, actor: str, origin: Origin) -> Credential:
        """End a session, or revoke an API key or an address, of any officer. Returns it. Raises CredentialUnknown."""
        authority_id = await self._authorities.id_of(code)
        if not sessions.is_id(id_):
            raise CredentialUnknown
        async with self._database.transaction(authority_id) as connection:
            found = await credentials.end(connection, authority_id, id_)
            if found is None:
                raise CredentialUnknown
            await log_access(
                connection, authority_id, _ENDED[found.kind], actor=actor, origin=origin, reference=id_
            )
        return found

    async def news(self, who: Principal, origin: Origin) -> News:
        """The news for an officer, shown in the first session after the event."""
        authority_id = await self._authorities.id_of(who.code)
        done = [each for each in who.authority.restorations if each.done_at]
        async with self._database.transaction(authority_id) as connection:
            new = await places.news(connection, authority_id, who.officer, origin.source, who.id)
            restored = [
                Restored(each.done_at.event.on, *each.officers)
                for each in done
                if each.done_at is not None
                and await connection.fetchval(
                    SQL["logins_since"], authority_id, who.officer, each.done_at.recorded_at
                )
                <= 1
            ]
        return News(tuple(new), tuple(restored))
