"""The access log of each authority: lines added by those who show what is logged, and read by auditors."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.accounts import access_log
from adapters.accounts.access_log import AccessAct, AccessEntry, AccessFilter, Cursor, Origin
from adapters.postgres.database import Database
from adapters.register.authorities import Authorities


class AccessLog:
    """Access logs of all authorities."""

    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    async def add(
        self,
        code: str,
        act: AccessAct,
        *,
        actor: str,
        origin: Origin,
        result: str = access_log.DONE,
        purpose: str | None = None,
        reference: str | None = None,
    ) -> None:
        """Add a line: before what it names is shown, so that nothing is shown without it. result: else why it was refused."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id) as connection:
            await access_log.log_access(
                connection,
                authority_id,
                act,
                actor=actor,
                origin=origin,
                result=result,
                purpose=purpose,
                reference=reference,
            )

    async def page(self, code: str, after: Cursor, wanted: AccessFilter, limit: int) -> Sequence[AccessEntry]:
        """Lines in the order of time, from after a place on."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await access_log.page(connection, authority_id, after, wanted, limit)
