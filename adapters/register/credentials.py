"""All that lets somebody in, for the security administrator: sessions and keys in force, whose, from where and how old."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.accounts import credentials, places, sessions
from adapters.accounts.access_log import AccessAct, Origin, log_access
from adapters.accounts.credentials import Credential
from adapters.accounts.places import Place
from adapters.postgres.database import Database
from adapters.refusals import CredentialUnknown
from adapters.register.authorities import Authorities
from adapters.register.login import Principal


class Credentials:
    """Of an authority by its code; each raises AuthorityUnknown."""

    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    async def listed(self, code: str) -> Sequence[Credential]:
        """Those in force, by whose they are, the newest first."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await credentials.in_force(connection, authority_id)

    async def end(self, code: str, id_: str, *, actor: str, origin: Origin) -> Credential:
        """End a session or revoke a key, whosever it is. Returns what it was. Raises CredentialUnknown."""
        authority_id = await self._authorities.id_of(code)
        if not sessions.is_id(id_):
            raise CredentialUnknown
        async with self._database.transaction(authority_id) as connection:
            found = await credentials.end(connection, authority_id, id_)
            if found is None:
                raise CredentialUnknown
            act: AccessAct = "session_ended" if found.kind == "session" else "key_revoked"
            await log_access(connection, authority_id, act, actor=actor, origin=origin, reference=id_)
        return found

    async def new_places(self, who: Principal, origin: Origin) -> Sequence[Place]:
        """From where somebody has logged in as this officer for the first time since they were last told."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            return await places.news(connection, authority_id, who.officer, origin.source, who.id)
