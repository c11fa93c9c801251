"""Accounts of officers, managed by the system administrator or on the machine; every act is in the access log."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.accounts import accounts, password_hashing, sessions
from adapters.accounts.access_log import Origin, log_access
from adapters.accounts.accounts import Account
from adapters.accounts.password_policy import PasswordPolicy
from adapters.accounts.refusals import AccountUnknown
from adapters.postgres.database import Database
from adapters.register.authorities import Authorities


class Accounts:
    """The account of an officer: a name, a password, whether it is locked or disabled."""

    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    async def create(
        self,
        code: str,
        officer: str,
        *,
        name: str,
        password: str,
        policy: PasswordPolicy,
        actor: str,
        origin: Origin,
        must_change: bool = True,
    ) -> None:
        """must_change: False only for the fictitious officers of the demonstration.

        Raises OfficerUnknown, AccountExists or PasswordUnfit.
        """
        authority_id = await self._authorities.id_of(code)
        await accounts.check(password, officer, policy)
        hash_ = await password_hashing.hashed(password)
        async with self._database.transaction(authority_id) as connection:
            await self._authorities.officer_today(connection, authority_id, officer)
            await accounts.create(
                connection, authority_id, officer, name=name, password_hash=hash_, must_change=must_change
            )
            await log_access(
                connection, authority_id, "account_created", actor=actor, origin=origin, reference=officer
            )

    async def reset_password(
        self, code: str, officer: str, password: str, *, policy: PasswordPolicy, actor: str, origin: Origin
    ) -> None:
        """Set a new initial password, for an officer who forgot theirs; ends their sessions. Raises AccountUnknown,
        PasswordUnfit or PasswordReused.
        """
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            account = await accounts.state(connection, authority_id, officer, policy)
            former = await accounts.former(connection, authority_id, officer, policy)
        if account is None:
            raise AccountUnknown(officer=officer)
        await accounts.check(password, officer, policy, [account.password_hash, *former])
        hash_ = await password_hashing.hashed(password)
        async with self._database.transaction(authority_id) as connection:
            await accounts.set_password(
                connection, authority_id, officer, new=hash_, old=account.password_hash, must_change=True
            )
            await sessions.end_all(connection, authority_id, officer)
            await log_access(
                connection, authority_id, "password_reset", actor=actor, origin=origin, reference=officer
            )

    async def unlock(self, code: str, officer: str, *, actor: str, origin: Origin) -> None:
        """Raises AccountUnknown."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id) as connection:
            await accounts.unlock(connection, authority_id, officer)
            await log_access(
                connection, authority_id, "account_unlocked", actor=actor, origin=origin, reference=officer
            )

    async def disable(self, code: str, officer: str, *, actor: str, origin: Origin) -> None:
        """Also ends the officer's sessions and disables their API keys. Raises AccountUnknown."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id) as connection:
            await accounts.disable(connection, authority_id, officer)
            await sessions.end_all(connection, authority_id, officer)
            await log_access(
                connection, authority_id, "account_disabled", actor=actor, origin=origin, reference=officer
            )

    async def names(self, code: str) -> dict[str, str]:
        """The accounts of the authority."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await accounts.names(connection, authority_id)

    async def listed(self, code: str) -> Sequence[Account]:
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await accounts.listed(connection, authority_id)
