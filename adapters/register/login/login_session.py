"""Begins a session after authentication by password or identity provider: what refuses it, and what it still awaits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple, cast

import structlog

from adapters.accounts import access_log as access
from adapters.accounts import accounts, places, second_factors, sessions
from adapters.accounts.access_log import AccessAct, Origin, log_access
from adapters.accounts.password_policy import PasswordPolicy
from adapters.accounts.refusals import AccountDisabled, LocalLoginClosed
from adapters.accounts.sessions import Awaits, SessionToken
from adapters.postgres.database import Connection
from adapters.refusals import AuthorityUnknown
from adapters.register.authorities import Authorities
from domain.authority import powers, second_factor
from domain.authority.authority import Authority
from domain.authority.powers import ADMINISTRATORS, Role
from domain.authority.refusals import SeparationOfAdministrators
from domain.law.refusals import Refusal

log = structlog.get_logger("taizhang.login")


NOWHERE = 0
"""The authority id under which failed logins to unknown authorities are counted, taking the same time."""


class LoginResult(NamedTuple):
    """Result of a login or a change of password. awaits: see Principal."""

    secret: SessionToken
    display_name: str
    roles: frozenset[Role]
    must_change: bool
    awaits: Awaits = ""


class Provided(NamedTuple):
    """A login at the identity provider. session: the provider's own id, '' if it gives none. proven_at: time of its
    second factor; None if it does not report one.
    """

    session: str
    proven_at: datetime | None


class LoginSession:
    """Begins sessions, the same way after a password and after the identity provider."""

    def __init__(self, authorities: Authorities) -> None:
        self._authorities = authorities

    async def counted_at(self, code: str, origin: Origin) -> tuple[int, str]:
        """The authority, or NOWHERE, and the source under which failures are counted: for each unknown code separately,
        as for known ones.
        """
        try:
            return await self._authorities.id_of(code), origin.source
        except AuthorityUnknown:
            return (
                NOWHERE,
                f"{origin.source} {sha256(code.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}",
            )

    async def open(
        self,
        connection: Connection,
        authority_id: int,
        officer: str,
        *,
        policy: PasswordPolicy,
        origin: Origin,
        held: SessionToken | None,
        provided: Provided | None = None,
    ) -> LoginResult | Refusal:
        """A session for an authenticated officer, by password or, provided, by the identity provider; or the refusal,
        which is in the access log and must be committed too.
        """
        authority, day = await self._authorities.today(connection, authority_id)
        account = await accounts.state(connection, authority_id, officer, policy)
        refused = await self._refusal_to(connection, authority_id, authority, day, officer, account)
        enrolled = await second_factors.is_in_force(connection, authority_id, officer)
        if provided is None and enrolled:
            await accounts.uncount_attempt(connection, authority_id, officer)
        elif provided is None:
            await accounts.forgive_attempt(connection, authority_id, officer)
        act: AccessAct = "login" if provided is None else "provider_login"
        if provided is None and refused is None and not second_factor.is_local_login_usual(authority, day):
            if ADMINISTRATORS.isdisjoint(authority.roles_of(officer, day)):
                refused = LocalLoginClosed(officer=officer)
            else:
                act = "emergency_login"
                log.warning("login.emergency", authority=authority.code, officer=officer)
        logged_in: LoginResult | None = None
        if refused is None and account is not None:
            await places.arrived(connection, authority_id, officer, origin.source)
            if held is not None:
                await sessions.end(connection, authority_id, held)
            logged_in = await self.begin(
                connection, authority_id, authority, day, officer, account, origin,
                must_change=provided is None and (account.must_change or account.expired), enrolled=enrolled,
                provided=provided,
            )  # fmt: skip
            if logged_in.awaits != "code":  # else failures are kept until a right code comes
                await accounts.succeeded(connection, authority_id, officer)
        await log_access(
            connection, authority_id, act, actor=officer, origin=origin,
            result=access.DONE if refused is None else refused.code,
        )  # fmt: skip
        assert logged_in is not None or refused is not None  # noqa: S101 - without an account it is refused
        return logged_in or cast("Refusal", refused)

    async def _refusal_to(
        self,
        connection: Connection,
        authority_id: int,
        authority: Authority,
        day: date,
        officer: str,
        account: accounts.State | None,
    ) -> Refusal | None:
        """Why an authenticated officer may not log in."""
        if account is None or account.disabled:
            return AccountDisabled(officer=officer, why="已停用")
        if account.idle:
            await accounts.disable(connection, authority_id, officer)
            return AccountDisabled(officer=officer, why="长期未登录，已停用")
        found = authority.officer(officer)
        if found is None or not found.in_office(day):
            return AccountDisabled(officer=officer, why="所属人员已离任")
        if pair := powers.conflict(authority.roles_of_person(found.person, day)):
            return SeparationOfAdministrators(
                officer=officer,
                administrator=powers.ROLES[pair.administrator],
                other=powers.ROLES[pair.other],
            )
        return None

    async def begin(
        self,
        connection: Connection,
        authority_id: int,
        authority: Authority,
        day: date,
        officer: str,
        account: accounts.State,
        origin: Origin,
        *,
        must_change: bool,
        enrolled: bool,
        proven: bool = False,
        provided: Provided | None = None,
    ) -> LoginResult:
        """enrolled: the officer has a second factor here. proven: it was verified in the previous session. provided: by
        the identity provider; its second factor does not replace one that the officer has here, since otherwise an
        administrator who binds subjects could bypass that.
        """
        roles = authority.roles_of(officer, day)
        awaits: Awaits = ""
        proven_at: datetime | None = None
        if enrolled and not proven:
            awaits = "code"
        elif not enrolled and second_factor.is_required(authority, roles, day):
            if provided is not None and second_factor.is_counted(authority, day):
                proven_at = provided.proven_at
            awaits = "" if proven_at is not None else "enrolment"
        secret = await sessions.begin(
            connection, authority_id, authority.code, officer,
            powers=powers_text(roles), must_change=must_change, source=origin.source, awaits=awaits,
            proven=enrolled and proven, proven_at=proven_at,
            provider_session=provided.session if provided is not None else None,
        )  # fmt: skip
        return LoginResult(secret, account.display_name, roles, must_change, awaits)


def powers_text(roles: Iterable[Role]) -> str:
    return ",".join(sorted(roles))
