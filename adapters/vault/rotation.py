"""Key rotation of the vault: everything is encrypted again with a new key, in batches, while the register is in use.

Each batch is a transaction that takes what is not under the current key yet, so an interrupted rotation can be
continued. Ids, salts and commitments do not change, so neither the log nor any proof does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.vault import blind_index
from adapters.vault.keyring import Keyring, PieceOf, VaultRow

_BATCH = 500
_PIECES = 16
"""Values, or pieces of documents of up to 256 KiB, in one batch."""


class Resealed(msgspec.Struct, frozen=True):
    """Numbers encrypted again, and numbers still under other keys by key id: empty, unless something was recorded
    meanwhile."""

    key_id: str
    values: int
    pieces: int
    applicants: int
    left: dict[str, int]


async def reseal(
    database: Database,
    keyring: Keyring,
    authority_id: int,
    on_progress: Callable[[int], object] = lambda _: None,
) -> Resealed:
    """Encrypt all of one authority's vault again with the current key. on_progress: called with the number done by each
    batch.

    Raises VaultKeyFault at a value that cannot be decrypted; earlier batches are kept.
    """
    counts = []
    for batch in (_values(), _pieces(), blind_index.reseal):
        done = 0
        while True:
            # The index is recomputed from the applicants: lock, so that none is amended at the same time.
            async with database.transaction(authority_id, locking=batch is blind_index.reseal) as connection:
                found = await batch(connection, keyring, authority_id)
            if not found:
                break
            done += found
            on_progress(found)
        counts.append(done)
    async with database.transaction(authority_id, reading=True) as connection:
        held = await connection.fetch(SQL["under_keys"], authority_id)
    left = {row["key_id"]: row["held"] for row in held if row["key_id"] != keyring.current}
    values, pieces, people = counts
    return Resealed(keyring.current, values, pieces, people, left)


Batch = Callable[[Connection, Keyring, int], Any]
"""Async: does one batch and returns its size, 0 if nothing is left."""


def _values() -> Batch:
    after = ""

    async def batch(connection: Connection, keyring: Keyring, authority_id: int) -> int:
        nonlocal after
        rows = await connection.fetch(
            SQL["vault_under_other_keys"], authority_id, keyring.current, after, _BATCH
        )
        encrypted = [keyring.resealed(authority_id, VaultRow(*row)) for row in rows]
        if encrypted:
            resealed = [{"id": row.id, "nonce": row.nonce, "ciphertext": row.ciphertext} for row in encrypted]
            await connection.execute(
                SQL["reseal_vault"], authority_id, keyring.current, msgspec.json.encode(resealed).decode()
            )
            after = encrypted[-1].id
        return len(encrypted)

    return batch


def _pieces() -> Batch:
    after: tuple[str, int] = ("", -1)

    async def batch(connection: Connection, keyring: Keyring, authority_id: int) -> int:
        nonlocal after
        rows = await connection.fetch(
            SQL["pieces_under_other_keys"], authority_id, keyring.current, *after, _PIECES
        )
        for row in rows:
            where = PieceOf(authority_id, row["id"], row["nth"], row["nth"] == row["pieces"] - 1)
            piece = keyring.open_piece(where, row["key_id"], row["nonce"], row["ciphertext"])
            nonce, ciphertext = keyring.seal_piece(where, piece)
            await connection.execute(
                SQL["reseal_piece"],
                authority_id,
                where.document,
                where.nth,
                keyring.current,
                nonce,
                ciphertext,
            )
            after = (where.document, where.nth)
        return len(rows)

    return batch
