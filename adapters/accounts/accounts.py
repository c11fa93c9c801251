"""Accounts of officers: passwords, their checks, and counting of failures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from adapters.accounts import password_hashing, password_policy
from adapters.accounts.password_policy import PasswordPolicy
from adapters.accounts.refusals import AccountExists, AccountUnknown, PasswordReused, PasswordUnfit
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL

ATTEMPTS, LOCKED_FOR = 5, timedelta(minutes=15)
"""Wrong passwords in a row that lock an account, and for how long (GB/T 22239-2019, 8.1.4.1 b)."""
SOURCE_ATTEMPTS = 20
"""Wrong passwords from one address within LOCKED_FOR: more than an account's, since an office may share an address."""


class Account(msgspec.Struct, frozen=True):
    """An account as an administrator sees it. locked_until: null unless it is locked now."""

    officer: str
    display_name: str
    changed_at: datetime
    must_change: bool
    failures: int
    locked_until: datetime | None
    last_login_at: datetime | None
    disabled_at: datetime | None


class State(NamedTuple):
    """The state of an account that a login needs, besides the password."""

    display_name: str
    password_hash: str
    must_change: bool
    disabled: bool
    expired: bool
    idle: bool


class Attempt(NamedTuple):
    """A counted login attempt. password_hash: None if it cannot succeed. locked: this attempt locked the account."""

    password_hash: str | None
    locked: bool


async def create(
    connection: Connection,
    authority_id: int,
    officer: str,
    *,
    name: str,
    password_hash: str,
    must_change: bool,
) -> None:
    """must_change: the first password. Raises AccountExists."""
    if (
        await connection.fetchval(SQL["add_account"], authority_id, officer, name, password_hash, must_change)
        is None
    ):
        raise AccountExists(officer=officer)


async def state(
    connection: Connection, authority_id: int, officer: str, policy: PasswordPolicy
) -> State | None:
    """The state of an account; None if the officer has none."""
    row = await connection.fetchrow(
        SQL["account"], authority_id, officer, _days(policy.days), _days(policy.idle_days)
    )
    if row is None:
        return None
    return State(
        row["display_name"],
        row["password_hash"],
        row["must_change"],
        row["disabled_at"] is not None,
        row["expired"],
        row["idle"],
    )


async def is_known(connection: Connection, authority_id: int, officer: str) -> bool:
    """Whether the officer has an account."""
    return await connection.fetchval(SQL["account_exists"], authority_id, officer) is not None


async def hold(connection: Connection, authority_id: int, officer: str) -> None:
    """Lock the account until the end of the transaction."""
    await connection.fetch(SQL["hold_account"], authority_id, officer)


async def listed(connection: Connection, authority_id: int) -> Sequence[Account]:
    """All, in the order of their ids."""
    return [Account(**row) for row in await connection.fetch(SQL["accounts"], authority_id)]


async def names(connection: Connection, authority_id: int) -> dict[str, str]:
    """By officer."""
    return dict(await connection.fetch(SQL["account_names"], authority_id))


async def attempt(connection: Connection, authority_id: int, officer: str) -> Attempt:
    """Count a login attempt before its password is verified."""
    row = await connection.fetchrow(SQL["attempt"], authority_id, officer, ATTEMPTS, LOCKED_FOR)
    return Attempt(None, locked=False) if row is None else Attempt(*row)


async def forgive_attempt(connection: Connection, authority_id: int, officer: str) -> None:
    """The password was right: reset the count of failures."""
    await connection.execute(SQL["attempt_taken_back"], authority_id, officer)


async def uncount_attempt(connection: Connection, authority_id: int, officer: str) -> None:
    """The password was right, but a code is still to come: uncount this attempt, keep earlier failures."""
    await connection.execute(SQL["attempt_uncounted"], authority_id, officer)


async def succeeded(connection: Connection, authority_id: int, officer: str) -> None:
    await connection.execute(SQL["succeeded"], authority_id, officer)


async def unlock(connection: Connection, authority_id: int, officer: str) -> None:
    """Unlock or enable an account. Raises AccountUnknown."""
    if await connection.fetchval(SQL["unlock_account"], authority_id, officer) is None:
        raise AccountUnknown(officer=officer)


async def disable(connection: Connection, authority_id: int, officer: str) -> None:
    """Raises AccountUnknown."""
    if await connection.fetchval(SQL["disable_account"], authority_id, officer) is None:
        raise AccountUnknown(officer=officer)


# --- passwords ---


async def former(
    connection: Connection, authority_id: int, officer: str, policy: PasswordPolicy
) -> list[str]:
    """Hashes of earlier passwords that may not be reused."""
    rows = await connection.fetch(SQL["former_passwords"], authority_id, officer, policy.not_reused - 1)
    return [row["password_hash"] for row in rows]


async def check(password: str, officer: str, policy: PasswordPolicy, used: Sequence[str] = ()) -> None:
    """used: hashes that may not be reused. Raises PasswordUnfit or PasswordReused."""
    if fault := password_policy.fault(password, officer, policy):
        raise PasswordUnfit(fault=fault)
    for each in used:
        if await password_hashing.matches(password, each):
            raise PasswordReused(count=policy.not_reused)


async def set_password(
    connection: Connection, authority_id: int, officer: str, *, new: str, old: str, must_change: bool
) -> bool:
    """Replace the hash. False if the old one has been replaced by a concurrent change."""
    changed = await connection.fetchval(SQL["set_password"], authority_id, officer, new, must_change, old)
    if changed is None:
        return False
    await connection.execute(SQL["add_former_password"], authority_id, officer, old)
    return True


# --- where wrong passwords come from ---


async def is_barred(connection: Connection, authority_id: int, source: str) -> bool:
    failures = await connection.fetchval(SQL["source_failures"], authority_id, source, LOCKED_FOR)
    return (failures or 0) >= SOURCE_ATTEMPTS


async def failed_from(connection: Connection, authority_id: int, source: str) -> None:
    await connection.fetchval(SQL["source_failed"], authority_id, source, LOCKED_FOR)


async def forget_sources(connection: Connection, authority_id: int) -> None:
    """Delete counts that are too old to matter."""
    await connection.execute(SQL["forget_sources"], authority_id, LOCKED_FOR)


def _days(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)
