"""API keys of officers: creating, listing and revoking; every act is in the access log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from adapters.accounts import accounts, sessions
from adapters.accounts.access_log import Origin, log_access
from adapters.accounts.refusals import AccountUnknown, KeyBeyondPowers, KeyUnknown
from adapters.accounts.sessions import Key, SessionToken
from adapters.postgres.database import Database
from adapters.refusals import IdempotencyKeyReused
from adapters.register.authorities import Authorities
from domain.authority import powers


class Keys:
    """An API key allows only the acts chosen at its creation."""

    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    async def create(
        self,
        code: str,
        officer: str,
        *,
        name: str,
        acts: Iterable[str],
        days: int,
        actor: str,
        origin: Origin,
        once: str = "",
    ) -> tuple[SessionToken, str, datetime]:
        """Create a key. Returns it, its id, and when it expires. once: idempotency key of the form.

        Raises AccountUnknown, OfficerUnknown, KeyBeyondPowers or IdempotencyKeyReused.
        """
        wanted = sorted(set(acts))
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id) as connection:
            if not await accounts.is_known(connection, authority_id, officer):
                raise AccountUnknown(officer=officer)
            found, day = await self._authorities.officer_today(connection, authority_id, officer)
            roles = found.roles_on(day)
            beyond = [act for act in wanted if act not in powers.ACTS or not powers.may(roles, act)]
            if beyond:
                raise KeyBeyondPowers(officer=officer, acts="、".join(beyond))
            id_ = once if sessions.is_id(once) else uuid4().hex
            # Lock: if the same form is sent twice at once, the second waits for the first.
            await accounts.hold(connection, authority_id, officer)
            if any(each.id == id_ for each in await sessions.keys(connection, authority_id, officer)):
                raise IdempotencyKeyReused(id=id_, where="密钥")
            made = await sessions.add_key(
                connection, authority_id, code, officer, id_=id_, name=name, acts=wanted, days=days
            )
            await log_access(
                connection, authority_id, "key_created", actor=actor, origin=origin, reference=made[1]
            )
        return made

    async def listed(self, code: str, officer: str | None = None) -> Sequence[Key]:
        """The keys of one officer, or of all."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await sessions.keys(connection, authority_id, officer)

    async def revoke(
        self, code: str, id_: str, *, officer: str | None = None, actor: str, origin: Origin
    ) -> None:
        """Revoke a key. officer: only if it is this officer's. Raises KeyUnknown."""
        authority_id = await self._authorities.id_of(code)
        if not sessions.is_id(id_):
            raise KeyUnknown
        async with self._database.transaction(authority_id) as connection:
            if await sessions.revoke_key(connection, authority_id, id_, officer) is None:
                raise KeyUnknown
            await log_access(
                connection, authority_id, "key_revoked", actor=actor, origin=origin, reference=id_
            )
