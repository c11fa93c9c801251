"""The vault's key files on several machines: a new key decrypts at once, and encrypts once every machine has it.

Machines are those that announced themselves in the last minutes. A key that the database knows is in use.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import msgspec

from adapters.postgres.database import Connection, Database, ReadOnly
from adapters.postgres.queries import SQL
from adapters.suites import Suite
from adapters.vault.keyring import Keyring, VaultKeyFault, VaultKeyMissing, VaultRow
from domain.entry import Recorded
from domain.request.personal_data import texts_in
from domain.values import Sealed

_ANNOUNCED_EVERY = 20.0  # seconds
_AGAIN = 2.0  # seconds between checks whether every machine has a new key
_UNSETTLED = 2.0  # seconds within which a directory may change again without a new modification time


class VaultKeys:
    """ring: the keys as last loaded; every process that reloads first can decrypt what it seals. waits_for: by id of a
    new key the machines that lack it; until they have it an earlier key is used for sealing.
    """

    def __init__(self, database: Database, directory: Path, ring: Keyring) -> None:
        self.ring = ring
        self.waits_for: dict[str, list[str]] = {}
        self._looked = 0.0
        self._announced = -_ANNOUNCED_EVERY
        self._database = database
        self._directory = directory
        self._names = frozenset(ring.ids)
        self._changed = 0.0

    @classmethod
    async def load(cls, database: Database, directory: Path) -> Self:
        """Load the keys; the first is created if there never was one. Raises VaultKeyFault if a key in use is
        missing."""
        async with database.session() as connection:
            ring, waits_for = await _load(connection, directory)
        found = cls(database, directory, ring)
        found.waits_for = waits_for
        return found

    async def take_new(self) -> None:
        """Reload if the directory has changed; call before sealing or opening. Uses a connection then. Raises
        VaultKeyFault."""
        try:
            changed = os.stat(self._directory).st_mtime
        except FileNotFoundError:
            changed = 0.0
        waits = bool(self.waits_for) and time.monotonic() - self._looked > _AGAIN
        if changed == self._changed and time.time() - changed > _UNSETTLED and not waits:
            return
        if (names := Keyring.names(self._directory)) != self._names or waits:
            async with self._database.session() as connection:
                self.ring, self.waits_for = await _load(connection, self._directory)
            self._names, self._looked = names, time.monotonic()
        self._changed = changed  # last, so that a failed reload is tried again

    async def rotate(self, suite: Suite | None = None) -> str:
        """Create a new key, which seals once every machine has it; the old ones are kept for opening. Returns its id.

        suite: that of the current key unless given.
        """
        made = self.ring.rotate(self._directory, suite).ids[-1]
        await self.take_new()
        return made

    async def announce(self) -> None:
        """Announce this machine and its keys in the database; at intervals, and before a new key is used."""
        if time.monotonic() - self._announced < _ANNOUNCED_EVERY:
            return
        self._announced = time.monotonic()
        async with self._database.session() as connection:
            await _announce(connection, self._directory, self.ring)
            await connection.execute(SQL["forget_machines"])

    async def opened(
        self, connection: Connection, authority_id: int, sealed: Sequence[Sealed]
    ) -> dict[str, bytes]:
        """The decrypted JSON values by id, without erased ones. Raises VaultKeyFault if a row does not match its
        commitment."""
        found = await self.opened_with_salt(connection, authority_id, sealed)
        return {id_: value for id_, (_, value) in found.items()}

    async def opened_texts(
        self, connection: Connection, authority_id: int, histories: Iterable[Sequence[Recorded]]
    ) -> dict[str, bytes]:
        """The same for all sealed texts of these histories."""
        sealed = [value for history in histories for entry in history for _, value in texts_in(entry.event)]
        return await self.opened(connection, authority_id, sealed) if sealed else {}

    async def opened_with_salt(
        self, connection: Connection, authority_id: int, sealed: Sequence[Sealed]
    ) -> dict[str, tuple[bytes, bytes]]:
        """As `opened`, with the salt before each value, by which anybody can verify its commitment."""
        by_id = {each.id: each for each in sealed}
        rows = await connection.fetch(SQL["sealed"], authority_id, list(by_id))
        return {
            row["id"]: (row["salt"], self.ring.open(authority_id, by_id[row["id"]], VaultRow(*row)))
            for row in rows
        }


async def texts_of(
    connection: Connection, ring: Keyring, authority_id: int, ids: Sequence[str]
) -> dict[str, str]:
    """Texts that no event refers to, by their ids in the vault. Raises VaultKeyFault."""
    rows = [VaultRow(*row) for row in await connection.fetch(SQL["sealed"], authority_id, ids)]
    return {row.id: msgspec.json.decode(ring.plaintext(authority_id, row), type=str) for row in rows}


async def _announce(connection: Connection, directory: Path, keyring: Keyring) -> None:
    machine = f"{socket.gethostname()}:{directory.resolve()}"
    await connection.execute(SQL["announce_machine"], machine, list(keyring.ids))


async def _load(connection: Connection, directory: Path) -> tuple[Keyring, dict[str, list[str]]]:
    """The keys of the directory, and the machines that lack one of them; the first key is created if there never was
    one.

    Checks by fingerprint that all keys known to the database are here; a new key is added there once every machine has
    it. On a standby nothing is created or added: a new key waits until the standby is promoted.
    """
    known = {row["key_id"] for row in await connection.fetch(SQL["vault_keys"])}
    replica = await connection.fetchval(SQL["is_replica"])
    keyring = Keyring.load(directory)
    if keyring is None and not known:
        if replica:
            raise ReadOnly
        keyring = Keyring.create(directory)
    missing = sorted(known - set(keyring.ids if keyring else ()))
    if keyring is None or missing:
        raise VaultKeyMissing(f"缺少保险库密钥{'、'.join(missing)}：请将密钥文件放回{directory}")
    if replica:
        waits_for: dict[str, list[str]] = {key_id: [] for key_id in keyring.ids if key_id not in known}
    else:
        await _announce(connection, directory, keyring)
        waits_for = await _bring_in(connection, keyring, known)
    # Read again: another process may have added a key of the same name.
    in_use = await connection.fetch(SQL["vault_keys"])
    for row in in_use:
        if row["key_id"] not in keyring.ids or row["fingerprint"] != keyring.fingerprint(row["key_id"]):
            raise VaultKeyFault(f"保险库密钥{row['key_id']}与数据库所用的不同，请将原密钥文件放回{directory}")
    keyring.seal_with({row["key_id"] for row in in_use})
    return keyring, waits_for


async def _bring_in(connection: Connection, keyring: Keyring, known: set[str]) -> dict[str, list[str]]:
    """Store the keys that every machine has in the database. Returns the machines that lack one of the others."""
    waits_for: dict[str, list[str]] = {}
    for key_id in keyring.ids:
        if key_id in known:
            continue
        if lacking := [row["machine"] for row in await connection.fetch(SQL["machines_without"], key_id)]:
            waits_for[key_id] = lacking
        else:
            await connection.execute(
                SQL["add_vault_key"], key_id, keyring.fingerprint(key_id), keyring.suite_of[key_id].name
            )
    return waits_for
