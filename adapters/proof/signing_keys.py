"""The signing keys of several machines: the key files of this one compared with the keys that the register knows.

The first machine to sign creates the first key. Afterwards a machine signs only if it has the last key and the public
halves of all earlier ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from adapters.postgres.database import Connection, Database, OutOfSight
from adapters.postgres.queries import SQL
from adapters.proof import checkpoints
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.signing_program import SigningKeyFault
from adapters.suites import STD, Suite


async def to_sign_with(connection: Connection, directory: Path, *, first: bool) -> SigningKeys:
    """The keys of the directory, after storing their public halves in the register.

    first: nothing was ever signed, so that a key may be created. Raises SigningKeyFault, and then leaves no new key
    behind.
    """
    ring, made = SigningKeys.load(directory), False
    known = await _known(connection)
    if ring.signer is None:
        if known or not first:
            raise SigningKeyFault(
                f"缺少签名密钥{max(known, default='')}：请将密钥文件放回{directory}，本机不另建"
            )
        ring, made = SigningKeys.create(directory), True
    _check(ring, known, directory)
    for name, public in ring.named.items():
        if name not in known:
            await connection.execute(SQL["add_signing_key"], name, public)
    known = await _known(connection)  # read again: another machine may have been first
    try:
        _check(ring, known, directory)
    except SigningKeyFault:
        if made:
            SigningKeys.discard(directory, ring)
        raise
    if ring.signer is None or ring.signer.public != known[max(known)]:
        raise SigningKeyFault(f"现用的签名密钥{max(known)}不在本机，只有公钥：请将其密钥文件放到{directory}")
    return ring


def _check(ring: SigningKeys, known: Mapping[str, bytes], directory: Path) -> None:
    if others := sorted(name for name, public in known.items() if ring.named.get(name) != public):
        raise SigningKeyFault(
            f"签名密钥{'、'.join(others)}不在本机，或与日志所用的不同：请将其密钥文件放到{directory}，此前由其他机器存证"
        )


async def is_nothing_signed(database: Database) -> bool:
    """Whether no log of any authority has a checkpoint."""
    async with database.session() as connection:
        if await _known(connection):
            return False
        authorities = [row["authority_id"] for row in await connection.fetch(SQL["authorities"])]
    for authority_id in authorities:
        with suppress(OutOfSight):  # an authority that this role cannot read must not block the others
            async with database.transaction(authority_id, reading=True) as connection:
                if await connection.fetchrow(SQL["any_checkpoint"], authority_id):
                    return False
    return True


async def is_current(connection: Connection, ring: SigningKeys) -> bool:
    """Whether the directory has the last key that the register knows."""
    known = await _known(connection)
    return bool(known) and ring.signer is not None and ring.signer.public == known[max(known)]


async def suite_in_use(connection: Connection) -> Suite:
    """The suite of the last key, used for a new log; `std` if nothing was ever signed."""
    known = await _known(connection)
    return checkpoints.suite_of(known[max(known)]) if known else STD


async def _known(connection: Connection) -> dict[str, bytes]:
    return {row["name"]: row["public"] for row in await connection.fetch(SQL["signing_keys"])}
