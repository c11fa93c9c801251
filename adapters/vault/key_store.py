"""The vault's keys as they lie in their directory: one that another process has made since is used at once."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.vault.keyring import Keyring, VaultKeyFault, VaultRow
from domain.values import Sealed

_UNSETTLED = 2.0  # seconds within which a directory may change again and bear the same time


class VaultKeys:
    """ring: the keys as last taken; what it seals is opened by every process that takes new ones first."""

    def __init__(self, database: Database, directory: Path, ring: Keyring) -> None:
        self.ring = ring
        self._database = database
        self._directory = directory
        self._names = frozenset(ring.ids)
        self._changed = 0.0

    @classmethod
    async def load(cls, database: Database, directory: Path) -> Self:
        """The first key is made where none ever was. Raises VaultKeyFault if one that the vault used is missing."""
        async with database.session() as connection:
            return cls(database, directory, await _load(connection, directory))

    async def take_new(self) -> None:
        """Before anything is sealed or opened. Takes a connection of its own where a key has come. Raises VaultKeyFault."""
        try:
            changed = os.stat(self._directory).st_mtime
        except FileNotFoundError:
            changed = 0.0
        if changed == self._changed and time.time() - changed > _UNSETTLED:
            return
        if (names := Keyring.names(self._directory)) != self._names:
            async with self._database.session() as connection:
                self.ring = await _load(connection, self._directory)
            self._names = names
        self._changed = changed  # last: what could not be taken is tried again

    async def rotate(self) -> str:
        """Make a new key that seals from now on; the old ones open what they sealed. Returns its id."""
        self.ring.rotate(self._directory)
        await self.take_new()
        return self.ring.current

    async def opened(
        self, connection: Connection, authority_id: int, sealed: Sequence[Sealed]
    ) -> dict[str, bytes]:
        """The values' own JSON by id, erased ones left out. Raises VaultKeyFault if row and event do not belong together."""
        found = await self.opened_with_salt(connection, authority_id, sealed)
        return {id_: value for id_, (_, value) in found.items()}

    async def opened_with_salt(
        self, connection: Connection, authority_id: int, sealed: Sequence[Sealed]
    ) -> dict[str, tuple[bytes, bytes]]:
        """The same with the salt before each, by which anybody can hold the value against its commitment."""
        by_id = {each.id: each for each in sealed}
        rows = await connection.fetch(SQL["sealed"], authority_id, list(by_id))
        return {
            row["id"]: (row["salt"], self.ring.open(authority_id, by_id[row["id"]], VaultRow(*row)))
            for row in rows
        }


async def _load(connection: Connection, directory: Path) -> Keyring:
    """The keys of the directory, all known to the database by fingerprint; the first is made where none ever was."""
    known = {row["key_id"] for row in await connection.fetch(SQL["vault_keys"])}
    keyring = Keyring.load(directory)
    if keyring is None and not known:
        keyring = Keyring.create(directory)
    missing = sorted(known - set(keyring.ids if keyring else ()))
    if keyring is None or missing:
        raise VaultKeyFault(f"缺少保险库密钥{'、'.join(missing)}：请将密钥文件放回{directory}")
    for key_id in keyring.ids:
        if key_id not in known:
            await connection.execute(SQL["add_vault_key"], key_id, keyring.fingerprint(key_id))
    # Read again: another start may have brought a key of the same name meanwhile.
    for row in await connection.fetch(SQL["vault_keys"]):
        if row["key_id"] not in keyring.ids or row["fingerprint"] != keyring.fingerprint(row["key_id"]):
            raise VaultKeyFault(f"保险库密钥{row['key_id']}与数据库所用的不同，请将原密钥文件放回{directory}")
    return keyring
