"""Who comes in: login, sessions and keys, each act in a transaction of its authority and in its access log.

The day, and every term, is the database's. A password is hashed outside any transaction, so nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from adapters import access, accounts, hashing, sessions
from adapters.access import Access, AccessAct, AccessFilter, Origin, Place, log_access
from adapters.accounts import Account
from adapters.connections import Connection
from adapters.database import Database
from adapters.recorder import Head
from adapters.sessions import Found, Key, Secret, SessionShown
from adapters.sql import SQL
from domain import errors, powers
from domain.authority import Authority
from domain.passwords import PasswordPolicy
from domain.powers import Act, Role
from domain.values import SHANGHAI

NOWHERE = 0
"""The key under which logins to authorities that are not here are counted, as slowly as any."""


class Who(NamedTuple):
    """An officer who came in, and by what: a session or a key of this id. acts: of a key, what it may do.
    position: how far the log of their authority then reached."""

    code: str
    officer: str
    roles: frozenset[Role]
    id: str
    must_change: bool
    acts: frozenset[str] | None
    position: int


class CameIn(NamedTuple):
    """A login that succeeded, or a password that was changed."""

    secret: Secret
    display_name: str
    roles: frozenset[Role]
    must_change: bool


class Entrance:
    """authority_id: key of a code, raises AuthorityUnknown. office: the authority as its head row says it stands."""

    def __init__(
        self,
        database: Database,
        authority_id: Callable[[str], Awaitable[int]],
        office: Callable[[Connection, int, Head], Awaitable[Authority]],
    ) -> None:
        self._database = database
        self._authority_id = authority_id
        self._office = office

    # -- login --

    async def login(
        self,
        code: str,
        officer: str,
        password: str,
        *,
        policy: PasswordPolicy,
        origin: Origin,
        held: Secret | None = None,
    ) -> CameIn:
        """A new session. held: one that the caller came with, which ends.

        Raises LoginFailed, TooManyFailures, AccountDisabled or SeparationOfAdministrators; the first
        alone where the password is not right, after the same time whether or not there is such an account.
        """
        authority_id = await self._authority_or_nowhere(code)
        await self._check_password(authority_id, officer, password, origin)
        refused: errors.Refusal | None = None
        async with self._database.transaction(authority_id) as connection:
            office, day = await self._now(connection, authority_id)
            account = await accounts.state(connection, authority_id, officer, policy)
            refused = await self._bar(connection, authority_id, office, day, officer, account)
            await accounts.taken_back(connection, authority_id, officer)
            if refused is None and account is not None:
                if held is not None:
                    await sessions.end(connection, authority_id, held)
                await accounts.succeeded(connection, authority_id, officer)
                came_in = await self._begin(
                    connection, authority_id, office, day, officer, account, origin,
                    must_change=account.must_change or account.expired,
                )  # fmt: skip
            await log_access(
                connection, authority_id, "login", actor=officer, origin=origin,
                result=access.DONE if refused is None else refused.code,
            )  # fmt: skip
        if refused is not None:
            raise refused
        return came_in

    async def change_password(
        self, who: Who, old: str, new: str, *, policy: PasswordPolicy, origin: Origin
    ) -> CameIn:
        """Ends every session of the officer and begins one. Raises LoginFailed, TooManyFailures, PasswordUnfit or
        PasswordReused.
        """
        authority_id = await self._authority_id(who.code)
        present = await self._check_password(authority_id, who.officer, old, origin, act="password_changed")
        async with self._database.transaction(authority_id) as connection:
            await accounts.taken_back(connection, authority_id, who.officer)
            former = await accounts.former(connection, authority_id, who.officer, policy)
        await accounts.check(new, who.officer, policy, [present, *former])
        hash_ = await hashing.hashed(new)
        async with self._database.transaction(authority_id) as connection:
            if not await accounts.set_password(
                connection, authority_id, who.officer, new=hash_, old=present, must_change=False
            ):
                raise _failed()
            await sessions.end_all(connection, authority_id, who.officer)
            office, day = await self._now(connection, authority_id)
            account = await accounts.state(connection, authority_id, who.officer, policy)
            assert account is not None  # noqa: S101 - it was just changed
            came_in = await self._begin(
                connection, authority_id, office, day, who.officer, account, origin, must_change=False
            )
            await log_access(connection, authority_id, "password_changed", actor=who.officer, origin=origin)
        return came_in

    async def _check_password(
        self, authority_id: int, officer: str, password: str, origin: Origin, act: AccessAct = "login"
    ) -> str:
        """The hash it is right by. Raises LoginFailed or TooManyFailures."""
        attempt = accounts.Attempt(None, locked=False)
        async with self._database.transaction(authority_id) as connection:
            known = await accounts.is_known(connection, authority_id, officer)
            if barred := await accounts.is_barred(connection, authority_id, origin.source):
                await log_access(
                    connection, authority_id, act, actor=officer if known else "", origin=origin,
                    result=errors.TooManyFailures.code,
                )  # fmt: skip
            else:
                attempt = await accounts.attempt(connection, authority_id, officer)
        if barred:
            raise errors.TooManyFailures(
                attempts=accounts.SOURCE_ATTEMPTS, minutes=accounts.LOCKED_FOR.seconds // 60
            )
        if await hashing.matches(password, attempt.password_hash) and attempt.password_hash is not None:
            return attempt.password_hash
        async with self._database.transaction(authority_id) as connection:
            await accounts.failed_from(connection, authority_id, origin.source)
            actor = officer if known else ""
            await log_access(
                connection, authority_id, act, actor=actor, origin=origin, result=errors.LoginFailed.code
            )
            if attempt.locked:
                await log_access(connection, authority_id, "lockout", actor=actor, origin=origin)
        raise _failed()

    async def _bar(
        self,
        connection: Connection,
        authority_id: int,
        office: Authority,
        day: date,
        officer: str,
        account: accounts.State | None,
    ) -> errors.Refusal | None:
        """Why whoever has the right password may not come in all the same."""
        if account is None or account.disabled:
            return errors.AccountDisabled(officer=officer, why="已停用")
        if account.idle:
            await accounts.disable(connection, authority_id, officer)
            return errors.AccountDisabled(officer=officer, why="长期未登录，已停用")
        found = office.officer(officer)
        if found is None or not found.in_office(day):
            return errors.AccountDisabled(officer=officer, why="所属人员已离任")
        if pair := powers.conflict(office.roles_of_person(found.person, day)):
            return errors.SeparationOfAdministrators(
                officer=officer,
                administrator=powers.ROLES[pair.administrator],
                other=powers.ROLES[pair.other],
            )
        return None

    async def _begin(
        self,
        connection: Connection,
        authority_id: int,
        office: Authority,
        day: date,
        officer: str,
        account: accounts.State,
        origin: Origin,
        *,
        must_change: bool,
    ) -> CameIn:
        roles = office.roles_of(officer, day)
        secret = await sessions.begin(
            connection, authority_id, office.code, officer,
            powers=_told(roles), must_change=must_change, source=origin.source,
        )  # fmt: skip
        return CameIn(secret, account.display_name, roles, must_change)

    # -- who it is --

    async def of_session(self, secret: Secret) -> Who | None:
        """Whose session it is; None if none is in force. A session ends with the powers it was made under."""
        return await self._who(secret, sessions.find)

    async def of_key(self, secret: Secret) -> Who | None:
        """Whose key it is; None if none is in force."""
        return await self._who(secret, sessions.find_key)

    async def _who(
        self, secret: Secret, find: Callable[[Connection, int, Secret], Awaitable[Found | None]]
    ) -> Who | None:
        try:
            authority_id = await self._authority_id(secret.code)
        except errors.AuthorityUnknown:
            return None
        async with self._database.transaction(authority_id) as connection:
            found = await find(connection, authority_id, secret)
            if found is None:
                return None
            office = await self._office(connection, authority_id, found.head)
            officer, day = office.officer(found.officer), _day(found.now)
            if officer is None or not officer.in_office(day):
                return None
            roles = officer.roles_on(day)
            if found.acts is None and found.powers != _told(roles):
                await sessions.end(connection, authority_id, secret)
                return None
        return Who(
            secret.code, found.officer, roles, found.id, found.must_change, found.acts, found.head.position
        )

    # -- sessions --

    async def sessions(self, who: Who) -> Sequence[SessionShown]:
        """The officer's own that are in force."""
        authority_id = await self._authority_id(who.code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await sessions.of_officer(connection, authority_id, who.officer, who.id)

    async def logout(self, who: Who, origin: Origin) -> None:
        """End the session that the officer came with."""
        await self._end(who, who.id, "logout", origin)

    async def end_session(self, who: Who, id_: str, origin: Origin) -> None:
        """End one of the officer's own. Raises SessionUnknown."""
        await self._end(who, id_, "session_ended", origin)

    async def _end(self, who: Who, id_: str, act: AccessAct, origin: Origin) -> None:
        authority_id = await self._authority_id(who.code)
        async with self._database.transaction(authority_id) as connection:
            if not await sessions.end_named(connection, authority_id, who.officer, id_):
                raise errors.SessionUnknown
            await log_access(connection, authority_id, act, actor=who.officer, origin=origin, reference=id_)

    async def sweep(self, code: str) -> int:
        """Remove sessions past their terms, and what no longer counts of wrong passwords. Returns how many sessions."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id) as connection:
            await accounts.forget_sources(connection, authority_id)
            return await sessions.remove_ended(connection, authority_id)

    # -- keys --

    async def create_key(
        self,
        code: str,
        officer: str,
        *,
        name: str,
        acts: Iterable[str],
        days: int,
        actor: str,
        origin: Origin,
    ) -> tuple[Secret, str, datetime]:
        """A key of the officer, its id, and when it expires. Raises AccountUnknown, OfficerUnknown or KeyBeyondPowers."""
        wanted = sorted(set(acts))
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id) as connection:
            if not await accounts.is_known(connection, authority_id, officer):
                raise errors.AccountUnknown(officer=officer)
            office, day = await self._now(connection, authority_id)
            found = office.officer(officer)
            if found is None or not found.in_office(day):
                raise errors.OfficerUnknown(on=day, officer=officer)
            roles = found.roles_on(day)
            beyond = [act for act in wanted if act not in powers.ACTS or not powers.may(roles, act)]
            if beyond:
                raise errors.KeyBeyondPowers(officer=officer, acts="、".join(beyond))
            made = await sessions.add_key(
                connection, authority_id, code, officer, name=name, acts=wanted, days=days
            )
            await log_access(
                connection, authority_id, "key_created", actor=actor, origin=origin, reference=made[1]
            )
        return made

    async def keys(self, code: str, officer: str | None = None) -> Sequence[Key]:
        """Of one officer, or of all."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await sessions.keys(connection, authority_id, officer)

    async def revoke_key(
        self, code: str, id_: str, *, officer: str | None = None, actor: str, origin: Origin
    ) -> None:
        """officer: only if it is theirs. Raises KeyUnknown."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id) as connection:
            if await sessions.revoke_key(connection, authority_id, id_, officer) is None:
                raise errors.KeyUnknown
            await log_access(
                connection, authority_id, "key_revoked", actor=actor, origin=origin, reference=id_
            )

    # -- accounts, at the machine --

    async def create_account(
        self,
        code: str,
        officer: str,
        *,
        name: str,
        password: str,
        policy: PasswordPolicy,
        actor: str,
        origin: Origin,
    ) -> None:
        """Raises OfficerUnknown, AccountExists or PasswordUnfit."""
        authority_id = await self._authority_id(code)
        await accounts.check(password, officer, policy)
        hash_ = await hashing.hashed(password)
        async with self._database.transaction(authority_id) as connection:
            office, day = await self._now(connection, authority_id)
            found = office.officer(officer)
            if found is None or not found.in_office(day):
                raise errors.OfficerUnknown(on=day, officer=officer)
            await accounts.create(connection, authority_id, officer, name=name, password_hash=hash_)
            await log_access(
                connection, authority_id, "account_created", actor=actor, origin=origin, reference=officer
            )

    async def reset_password(
        self, code: str, officer: str, password: str, *, policy: PasswordPolicy, actor: str, origin: Origin
    ) -> None:
        """A first password anew, for an officer who forgot theirs; ends their sessions. Raises AccountUnknown,
        PasswordUnfit or PasswordReused.
        """
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            account = await accounts.state(connection, authority_id, officer, policy)
            former = await accounts.former(connection, authority_id, officer, policy)
        if account is None:
            raise errors.AccountUnknown(officer=officer)
        await accounts.check(password, officer, policy, [account.password_hash, *former])
        hash_ = await hashing.hashed(password)
        async with self._database.transaction(authority_id) as connection:
            await accounts.set_password(
                connection, authority_id, officer, new=hash_, old=account.password_hash, must_change=True
            )
            await sessions.end_all(connection, authority_id, officer)
            await log_access(
                connection, authority_id, "password_reset", actor=actor, origin=origin, reference=officer
            )

    async def unlock_account(self, code: str, officer: str, *, actor: str, origin: Origin) -> None:
        """Raises AccountUnknown."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id) as connection:
            await accounts.unlock(connection, authority_id, officer)
            await log_access(
                connection, authority_id, "account_unlocked", actor=actor, origin=origin, reference=officer
            )

    async def disable_account(self, code: str, officer: str, *, actor: str, origin: Origin) -> None:
        """Ends the officer's sessions; their keys are of no use either. Raises AccountUnknown."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id) as connection:
            await accounts.disable(connection, authority_id, officer)
            await sessions.end_all(connection, authority_id, officer)
            await log_access(
                connection, authority_id, "account_disabled", actor=actor, origin=origin, reference=officer
            )

    async def accounts(self, code: str) -> Sequence[Account]:
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await accounts.listed(connection, authority_id)

    # -- the access log --

    async def log(
        self,
        code: str,
        act: AccessAct,
        *,
        actor: str,
        origin: Origin,
        purpose: str | None = None,
        reference: str | None = None,
    ) -> None:
        """Add a line: before what it tells of is shown, so that nothing is shown without it."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id) as connection:
            await log_access(
                connection,
                authority_id,
                act,
                actor=actor,
                origin=origin,
                purpose=purpose,
                reference=reference,
            )

    async def access_log(self, code: str, after: Place, wanted: AccessFilter, limit: int) -> Sequence[Access]:
        """Lines in the order of time, from after a place on."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await access.page(connection, authority_id, after, wanted, limit)

    # -- inside --

    async def _authority_or_nowhere(self, code: str) -> int:
        try:
            return await self._authority_id(code)
        except errors.AuthorityUnknown:
            return NOWHERE

    async def _now(self, connection: Connection, authority_id: int) -> tuple[Authority, date]:
        """The authority as it stands, and the day in Shanghai by the database's clock."""
        row = await connection.fetchrow(SQL["head_now"], authority_id)
        return await self._office(connection, authority_id, Head(*row[:4])), _day(row["now"])


def no_power(officer: str, acts: Sequence[Act]) -> errors.NoPower:
    """One of the acts was needed: says who has them."""
    titles = {role: powers.ROLES[role] for act in acts for role in powers.roles_with(act)}
    words = "、".join(powers.ACTS[act] for act in acts)
    return errors.NoPower(officer=officer, act=words, roles="、".join(titles.values()))


def _failed() -> errors.LoginFailed:
    return errors.LoginFailed(attempts=accounts.ATTEMPTS, minutes=accounts.LOCKED_FOR.seconds // 60)


def _told(roles: Iterable[Role]) -> str:
    return ",".join(sorted(roles))


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
