"""Login through the identity provider: its subject must be bound to an officer by the system administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from adapters.accounts import accounts, sessions
from adapters.accounts.access_log import Origin, log_access
from adapters.accounts.password_policy import PasswordPolicy
from adapters.accounts.refusals import SubjectAmbiguous, SubjectNotBound, TooManyFailures
from adapters.accounts.sessions import SessionToken
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.register.authorities import Authorities
from adapters.register.login.login import Principal
from adapters.register.login.login_session import NOWHERE, LoginResult, LoginSession, Provided
from adapters.sign_on.identity import Identity
from adapters.vault.key_store import VaultKeys, texts_of
from domain.authority.authority import Authority
from domain.authority.events import SubjectUnbound
from domain.entry import Recorded
from domain.law.refusals import Refusal

ALARM = timedelta(days=7)
"""How long an emergency login is shown."""


class SignOn:
    """A login never creates an officer, and officers are found only by the bound subject."""

    def __init__(self, database: Database, authorities: Authorities, vault: VaultKeys) -> None:
        self._database = database
        self._authorities = authorities
        self._vault = vault
        self._login_session = LoginSession(authorities)

    async def login(
        self,
        code: str,
        identity: Identity,
        *,
        gave_second_factor: bool,
        policy: PasswordPolicy,
        origin: Origin,
        held: SessionToken | None,
    ) -> LoginResult:
        """Begin a session. gave_second_factor: as reported by the provider.

        Raises SubjectNotBound, also for an unknown authority, SubjectAmbiguous, AccountDisabled or
        SeparationOfAdministrators.
        """
        await self._vault.take_new()
        authority_id, _ = await self._login_session.counted_at(code, origin)
        if authority_id == NOWHERE:
            raise await self.refused(code, origin, SubjectNotBound(code=code))
        async with self._database.transaction(authority_id) as connection:
            authority, _ = await self._authorities.today(connection, authority_id)
            officers = await self._officers(connection, authority_id, authority, identity)
            found: LoginResult | Refusal | None = None
            if len(officers) == 1:
                found = await self._login_session.open(
                    connection, authority_id, officers[0], policy=policy, origin=origin, held=held,
                    provided=_provided(identity, gave_second_factor=gave_second_factor),
                )  # fmt: skip
        if not officers:
            raise await self.refused(code, origin, SubjectNotBound(code=code))
        if found is None:
            raise await self.refused(code, origin, SubjectAmbiguous(officers="、".join(officers)))
        if isinstance(found, Refusal):
            raise found
        return found

    async def _officers(
        self, connection: Connection, authority_id: int, authority: Authority, identity: Identity
    ) -> Sequence[str]:
        """Those to whom it is bound. Compared in clear, as typed but for blanks around it: an office has few, and no
        digest of a number lies about."""
        bound = [each for each in authority.bindings if each.issuer == identity.issuer]
        ids = [each.sub.id for each in bound]
        texts = await texts_of(connection, self._vault.ring, authority_id, ids)
        return [each.officer for each in bound if texts.get(each.sub.id, "").strip() == identity.subject]

    async def check_source(self, code: str, origin: Origin) -> None:
        """Call before redeeming a code at the provider. Raises TooManyFailures if too many from this address were
        invalid."""
        authority_id, source = await self._login_session.counted_at(code, origin)
        async with self._database.transaction(authority_id, reading=True) as connection:
            barred = await accounts.is_barred(connection, authority_id, source)
        if barred:
            minutes = accounts.LOCKED_FOR.seconds // 60
            raise TooManyFailures(attempts=accounts.SOURCE_ATTEMPTS, minutes=minutes)

    async def refused(self, code: str, origin: Origin, refusal: Refusal) -> Refusal:
        """Count a refused login like a wrong password, and write it to the access log."""
        authority_id, source = await self._login_session.counted_at(code, origin)
        async with self._database.transaction(authority_id) as connection:
            if authority_id == NOWHERE:
                await accounts.forget_sources(connection, authority_id)
            await accounts.failed_from(connection, authority_id, source)
            await log_access(
                connection, authority_id, "provider_login", actor="", origin=origin, result=refusal.code
            )
        return refusal

    async def is_by_provider(self, who: Principal, token: SessionToken) -> bool:
        """Whether the session began at the provider."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await sessions.is_by_provider(connection, authority_id, token)

    async def emergency_logins(self, code: str) -> int:
        """The number of administrators who recently logged in by password, although that is for emergencies."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return int(await connection.fetchval(SQL["emergency_logins"], authority_id, ALARM))


async def follow(connection: Connection, authority_id: int, entries: Sequence[Recorded]) -> None:
    """Call after writing entries: ends the sessions of officers who were unbound."""
    for entry in entries:
        if isinstance(entry.event, SubjectUnbound):
            await sessions.end_all(connection, authority_id, entry.event.officer)


def _provided(identity: Identity, *, gave_second_factor: bool) -> Provided:
    """The time of the second factor; one without a time may be old, and does not count."""
    if not gave_second_factor or identity.auth_time is None:
        return Provided(identity.sid, None)
    return Provided(identity.sid, datetime.fromtimestamp(identity.auth_time, UTC))
