"""Officers' mail addresses: personal data, so sealed in the vault, and deleted when they leave office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from adapters.accounts.access_log import Origin, log_access
from adapters.mail.refusals import MailAddressMissing, MailAddressRefused
from adapters.mail.relay import MailFault, Relay
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.register.authorities import Authorities
from adapters.vault.key_store import VaultKeys, texts_of

_FIELD = "mail_address"
_STATES = {
    "waiting": "待发送",
    "sent": "已发送",
    "refused": "被拒收",
    "empty": "没有事项，未发",
    "lapsed": "当日未能发出",
}


class MailOfOfficer(msgspec.Struct, frozen=True):
    """An officer who gets mail, without the address, and the day and state of the last digest."""

    officer: str
    set_at: datetime
    day: date | None
    state: str | None
    failures: int | None
    problem: str | None
    sent_at: datetime | None

    @property
    def last_digest(self) -> str:
        """The state of the last digest in Chinese."""
        if self.state is None:
            return "尚未发送过"
        state = f"{self.day}，{_STATES.get(self.state, self.state)}"
        return f"{state}，失败{self.failures}次（{self.problem}）" if self.problem else state


class MailAddresses:
    """Of the officers of all authorities."""

    def __init__(self, database: Database, vault: VaultKeys, authorities: Authorities) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities

    async def set(
        self, code: str, officer: str, address: str, relay: Relay, *, actor: str, origin: Origin
    ) -> None:
        """Set or replace the address. Raises MailAddressRefused or OfficerUnknown."""
        try:
            found = relay.check(address)
        except MailFault as wrong:
            raise MailAddressRefused(problem=str(wrong)) from None
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, locking=True) as connection:
            await self._authorities.officer_today(connection, authority_id, officer)
            _, row = self._vault.ring.seal(authority_id, _FIELD, found)
            await connection.execute(SQL["add_to_vault"], authority_id, *row)
            before = await connection.fetchval(SQL["set_mail_address"], authority_id, officer, row.id)
            if before is not None:
                await connection.execute(SQL["remove_from_vault"], authority_id, before)
            await log_access(
                connection, authority_id, "mail_address_set", actor=actor, origin=origin, reference=officer
            )

    async def remove(self, code: str, officer: str, *, actor: str, origin: Origin) -> None:
        """Remove the address. Raises MailAddressMissing."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id) as connection:
            if not await forget(connection, authority_id, officer):
                raise MailAddressMissing(officer=officer)
            await log_access(
                connection,
                authority_id,
                "mail_address_removed",
                actor=actor,
                origin=origin,
                reference=officer,
            )

    async def of(self, code: str, officer: str) -> str | None:
        """The decrypted address, only for the officer and for sending mail."""
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            id_ = await connection.fetchval(SQL["mail_address"], authority_id, officer)
            if id_ is None:
                return None
            return (await texts_of(connection, self._vault.ring, authority_id, [id_])).get(id_)

    async def listed(self, code: str) -> Sequence[MailOfOfficer]:
        """By officer."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return [
                MailOfOfficer(**row) for row in await connection.fetch(SQL["mails_of_officers"], authority_id)
            ]


async def forget(connection: Connection, authority_id: int, officer: str) -> bool:
    """Whether there was an address."""
    id_ = await connection.fetchval(SQL["remove_mail_address"], authority_id, officer)
    if id_ is not None:
        await connection.execute(SQL["remove_from_vault"], authority_id, id_)
    return id_ is not None
