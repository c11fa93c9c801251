"""API keys of service accounts: created, listed and revoked by the system administrator; every act is in the access
log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from adapters.accounts import sessions
from adapters.accounts.access_log import Origin, log_access
from adapters.accounts.refusals import KeyUnknown
from adapters.accounts.sessions import ServiceKey, SessionToken
from adapters.postgres.database import Database
from adapters.register.authorities import Authorities
from domain.values import OFFICER_PATTERN

OVERLAP_DAYS = 7
"""Default days for which earlier keys stay valid after a new one."""


class ServiceKeys:
    """A key belongs to the account, not to an officer, so it stays when an officer leaves."""

    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    async def create(
        self,
        code: str,
        service: str,
        *,
        days: int,
        overlap_days: int = OVERLAP_DAYS,
        actor: str,
        origin: Origin,
    ) -> tuple[SessionToken, str, datetime]:
        """Create a key. Returns it, its id, and when it expires; earlier keys expire after overlap_days. Raises
        ServiceUnknown."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id) as connection:
            await self._authorities.check_service(connection, authority_id, service)
            made = await sessions.add_service_key(
                connection, authority_id, code, service, days=days, overlap_days=overlap_days
            )
            await log_access(
                connection, authority_id, "key_created", actor=actor, origin=origin, reference=made[1]
            )
        return made

    async def listed(self, code: str) -> Sequence[ServiceKey]:
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await sessions.service_keys(connection, authority_id)

    async def revoke(self, code: str, service: str, id_: str, *, actor: str, origin: Origin) -> None:
        """Raises KeyUnknown."""
        authority_id = await self._authorities.id_of(code)
        if not (sessions.is_id(id_) and re.match(OFFICER_PATTERN, service)):
            raise KeyUnknown
        async with self._database.transaction(authority_id) as connection:
            if not await sessions.revoke_service_key(connection, authority_id, service, id_):
                raise KeyUnknown
            await log_access(
                connection, authority_id, "key_revoked", actor=actor, origin=origin, reference=id_
            )
