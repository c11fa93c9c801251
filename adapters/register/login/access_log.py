"""The access log of each authority: written before personal data is shown, and read by auditors."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.accounts import access_log
from adapters.accounts.access_log import AccessAct, AccessEntry, AccessFilter, Cursor, Origin, Review
from adapters.postgres.database import Database
from adapters.register.authorities import Authorities
from domain.values import Period

MOST_REVIEWED = 10_000
"""Maximum rows of a review: purposes are free text, so their number is otherwise unlimited."""


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
        """Add a line, before the data is shown. result: why the access was refused, if it was."""
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
        """Lines in the order of time, after a cursor."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await access_log.page(connection, authority_id, after, wanted, limit)

    async def review(self, code: str, period: Period) -> Sequence[Review]:
        """Who read personal data or exported something in the period, and for what purpose; at most MOST_REVIEWED
        rows."""
        authority_id = await self._authorities.id_of(code)
        wanted = AccessFilter(**access_log.days(period.first, period.last))
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await access_log.review(connection, authority_id, wanted, MOST_REVIEWED)
