"""Login, sessions and API keys; every act is in a transaction of its authority and in its access log.

Days and expiry are by the database's clock. Passwords are hashed outside transactions, so that no connection waits for
it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from adapters.accounts import accounts, password_hashing, places, second_factors, sessions
from adapters.accounts.access_log import AccessAct, Origin, log_access
from adapters.accounts.password_policy import PasswordPolicy
from adapters.accounts.refusals import LoginFailed, SessionUnknown, TooManyFailures
from adapters.accounts.sessions import Awaits, Found, SessionShown, SessionToken
from adapters.postgres.database import Connection, Database
from adapters.refusals import AuthorityUnknown
from adapters.register.authorities import Authorities, day_in_shanghai
from adapters.register.login.login_session import NOWHERE, LoginResult, LoginSession, powers_text
from domain.authority.authority import Authority
from domain.authority.grants import ServiceAccount
from domain.authority.powers import Role
from domain.law.refusals import Refusal
from domain.values import OFFICER_PATTERN

PROOF_LASTS = timedelta(minutes=30)
"""How long a verified second factor counts as recent."""


class Principal(NamedTuple):
    """An authenticated caller: an officer by a session or API key, or a service account by its key; id: of session or
    key.

    acts: what a key may do; None for a session. position: of the authority's log at that time. service: the service
    account, which has granted acts instead of roles. awaits: what the session still lacks before it may do anything.
    is_stale: the last verification of the second factor is older than PROOF_LASTS. replica: read from a standby.
    authority: the principal's, at that time. names: of its officers with an account, if asked for.
    """

    code: str
    authority: Authority
    officer: str
    roles: frozenset[Role]
    id: str
    must_change: bool
    acts: frozenset[str] | None
    position: int
    service: ServiceAccount | None = None
    awaits: Awaits = ""
    is_stale: bool = False
    replica: bool = False
    names: Mapping[str, str] = MappingProxyType({})

    @property
    def is_service(self) -> bool:
        return self.service is not None


class Logins:
    """Logins and sessions of all authorities."""

    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities
        self._login_session = LoginSession(authorities)

    # -- login --

    async def login(
        self,
        code: str,
        officer: str,
        password: str,
        *,
        policy: PasswordPolicy,
        origin: Origin,
        held: SessionToken | None = None,
    ) -> LoginResult:
        """Log in. Returns a new session. held: the caller's present session, which ends.

        Raises LoginFailed, TooManyFailures, AccountDisabled or SeparationOfAdministrators. With a wrong password only
        the first two, and after the same time whether or not the account exists.
        """
        authority_id, source = await self._login_session.counted_at(code, origin)
        if not re.match(OFFICER_PATTERN, officer):
            officer = ""  # an id that does not exist; not every text can be a parameter of a query
        await self._check_password(authority_id, officer, password, origin, source=source)
        async with self._database.transaction(authority_id) as connection:
            found = await self._login_session.open(
                connection, authority_id, officer, policy=policy, origin=origin, held=held
            )
        if isinstance(found, Refusal):
            raise found
        return found

    async def change_password(
        self, who: Principal, old: str, new: str, *, policy: PasswordPolicy, origin: Origin
    ) -> LoginResult:
        """Change the password; ends every session of the officer and begins one. Raises LoginFailed, TooManyFailures,
        PasswordUnfit or PasswordReused.
        """
        authority_id = await self._authorities.id_of(who.code)
        present = await self._check_password(
            authority_id, who.officer, old, origin, source=origin.source, act="password_changed"
        )
        async with self._database.transaction(authority_id) as connection:
            await accounts.forgive_attempt(connection, authority_id, who.officer)
            former = await accounts.former(connection, authority_id, who.officer, policy)
        await accounts.check(new, who.officer, policy, [present, *former])
        hash_ = await password_hashing.hashed(new)
        async with self._database.transaction(authority_id) as connection:
            if not await accounts.set_password(
                connection, authority_id, who.officer, new=hash_, old=present, must_change=False
            ):
                raise _failed()
            await sessions.end_all(connection, authority_id, who.officer)
            authority, day = await self._authorities.today(connection, authority_id)
            account = await accounts.state(connection, authority_id, who.officer, policy)
            assert account is not None  # noqa: S101 - it was just changed
            logged_in = await self._login_session.begin(
                connection, authority_id, authority, day, who.officer, account, origin, must_change=False,
                enrolled=await second_factors.is_in_force(connection, authority_id, who.officer),
                proven=not who.awaits,
            )  # fmt: skip
            await log_access(connection, authority_id, "password_changed", actor=who.officer, origin=origin)
        return logged_in

    async def _check_password(
        self,
        authority_id: int,
        officer: str,
        password: str,
        origin: Origin,
        *,
        source: str,
        act: AccessAct = "login",
    ) -> str:
        """The stored hash, if the password is right. source: under which failures are counted. Raises LoginFailed or
        TooManyFailures."""
        attempt = accounts.Attempt(None, locked=False)
        async with self._database.transaction(authority_id) as connection:
            known = await accounts.is_known(connection, authority_id, officer)
            if barred := await accounts.is_barred(connection, authority_id, source):
                await log_access(
                    connection, authority_id, act, actor=officer if known else "", origin=origin,
                    result=TooManyFailures.code,
                )  # fmt: skip
            else:
                attempt = await accounts.attempt(connection, authority_id, officer)
        if barred:
            raise TooManyFailures(
                attempts=accounts.SOURCE_ATTEMPTS, minutes=accounts.LOCKED_FOR.seconds // 60
            )
        if (
            await password_hashing.matches(password, attempt.password_hash)
            and attempt.password_hash is not None
        ):
            return attempt.password_hash
        async with self._database.transaction(authority_id) as connection:
            if authority_id == NOWHERE:
                await accounts.forget_sources(connection, authority_id)
            await accounts.failed_from(connection, authority_id, source)
            actor = officer if known else ""
            await log_access(
                connection, authority_id, act, actor=actor, origin=origin, result=LoginFailed.code
            )
            if attempt.locked:
                await log_access(connection, authority_id, "lockout", actor=actor, origin=origin)
        raise _failed()

    # -- authentication of a call --

    async def of_session(self, secret: SessionToken, *, names: bool = False) -> Principal | None:
        """The officer of a session; None if it is not valid. It ends when the officer's powers change. names: see
        Principal."""
        return await self._who(secret, sessions.find, names=names)

    async def of_key(self, secret: SessionToken, source: str) -> Principal | None:
        """The officer of an API key, used from this source; None if it is not valid."""
        return await self._who(secret, partial(sessions.find_key, source=source))

    async def of_service_key(self, secret: SessionToken, source: str) -> Principal | None:
        """The service account of an API key; None if the key or the account is not valid."""
        try:
            authority_id = await self._authorities.id_of(secret.code)
        except AuthorityUnknown:
            return None
        async with self._database.transaction(authority_id) as connection:
            found = await sessions.find_service_key(connection, authority_id, secret, source)
            if found is None:
                return None
            authority, _ = await self._authorities.law(connection, authority_id, found.head)
        service = authority.service(found.officer)
        acts = service.acts_on(day_in_shanghai(found.now)) if service else frozenset()
        if not acts:
            return None
        return Principal(
            secret.code, authority, found.officer, frozenset(), found.id, must_change=False, acts=frozenset(acts),
            position=found.head.position, service=service, replica=found.replica,
        )  # fmt: skip

    async def _who(
        self,
        secret: SessionToken,
        find: Callable[[Connection, int, SessionToken], Awaitable[Found | None]],
        *,
        names: bool = False,
    ) -> Principal | None:
        try:
            authority_id = await self._authorities.id_of(secret.code)
        except AuthorityUnknown:
            return None
        async with self._database.transaction(authority_id) as connection:
            found = await find(connection, authority_id, secret)
            if found is None:
                return None
            authority, _ = await self._authorities.law(connection, authority_id, found.head)
            officer, day = authority.officer(found.officer), day_in_shanghai(found.now)
            if officer is None or not officer.in_office(day):
                return None
            roles = officer.roles_on(day)
            if found.acts is None and found.powers != powers_text(roles):
                if not found.replica:
                    await sessions.end(connection, authority_id, secret)
                return None
            named = await accounts.names(connection, authority_id) if names else {}
        stale = found.proven_at is not None and found.now - found.proven_at > PROOF_LASTS
        return Principal(
            secret.code, authority, found.officer, roles, found.id, found.must_change, found.acts,
            found.head.position, awaits=found.awaits, is_stale=stale, replica=found.replica, names=named,
        )  # fmt: skip

    # -- sessions --

    async def sessions(self, who: Principal) -> Sequence[SessionShown]:
        """The officer's valid sessions."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await sessions.of_officer(connection, authority_id, who.officer, who.id)

    async def logout(self, who: Principal, origin: Origin) -> None:
        """Log out: end this session."""
        await self._end(who, who.id, "logout", origin)

    async def end_session(self, who: Principal, id_: str, origin: Origin) -> None:
        """End another session of the officer. Raises SessionUnknown."""
        await self._end(who, id_, "session_ended", origin)

    async def _end(self, who: Principal, id_: str, act: AccessAct, origin: Origin) -> None:
        authority_id = await self._authorities.id_of(who.code)
        if not sessions.is_id(id_):
            raise SessionUnknown
        async with self._database.transaction(authority_id) as connection:
            if not await sessions.end_named(connection, authority_id, who.officer, id_):
                raise SessionUnknown
            await log_access(connection, authority_id, act, actor=who.officer, origin=origin, reference=id_)

    async def sweep(self, code: str) -> int:
        """Delete expired sessions and outdated counts of wrong passwords. Returns the number of sessions."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id) as connection:
            await accounts.forget_sources(connection, authority_id)
            await places.forget(connection, authority_id)
            return await sessions.remove_ended(connection, authority_id)


def _failed() -> LoginFailed:
    return LoginFailed(attempts=accounts.ATTEMPTS, minutes=accounts.LOCKED_FOR.seconds // 60)
