"""Several machines on one register, each with its own key directory: none creates or uses a key that others lack."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.signing_program import SigningKeyFault
from adapters.register.register import Register
from adapters.vault.keyring import VaultKeyFault, VaultKeyMissing
from tests import builders
from tests.adapters.recordings import CODE, fetch, history, line, opened, record, sealed_in

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RECEIVED = builders.received("2020-03-02")


@pytest.fixture
async def second(
    server: DatabaseServer, database: str, office: Register, keys: Path, tmp_path: Path
) -> AsyncIterator[tuple[Register, Path]]:
    """Another machine: the vault's key was copied to it, the one that signs was forgotten."""
    own = tmp_path / "second"
    own.mkdir(mode=0o700)
    shutil.copy2(keys / "0001.vault-key", own)
    other = await Register.open(server.runtime(database), own)
    yield other, own
    await other.close()


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


# --- the key that signs ---


async def test_a_machine_without_the_signing_key_makes_none(
    office: Register, second: tuple[Register, Path]
) -> None:
    """Neither for a log that was signed nor for a new one; with the key it signs like the first."""
    other, own = second
    await office.proofs.sign_checkpoint(CODE)
    await opened(other, "another")
    await record(other, line("a", RECEIVED))

    for code in (CODE, "another"):
        with pytest.raises(SigningKeyFault, match=f"缺少签名密钥0001：请将密钥文件放回{own}，本机不另建"):
            await other.proofs.sign_checkpoint(code)
    assert names(own) == ["0001.vault-key"]
    for code in (CODE, "another"):
        assert await office.proofs.sign_checkpoint(code) is not None
        assert (await office.proofs.verify(code)).passed


async def test_of_two_machines_that_start_at_once_one_makes_the_key(
    office: Register, second: tuple[Register, Path], keys: Path
) -> None:
    """The other is refused, and what it made meanwhile is gone, so that the real one finds its place free."""
    other, own = second
    await opened(office, "another")
    found = await asyncio.gather(
        office.proofs.sign_checkpoint(CODE), other.proofs.sign_checkpoint("another"), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in found) == ["Checkpoint", "SigningKeyFault"]
    having = [each for each in (keys, own) if (each / "0001.seal-key").exists()]
    assert len(having) == 1
    lacking = own if having == [keys] else keys
    shutil.copy2(having[0] / "0001.seal-key", lacking)
    for machine in (office, other):
        for code in (CODE, "another"):
            await machine.proofs.sign_checkpoint(code)
            assert (await machine.proofs.verify(code)).passed


async def test_a_register_signed_before_machines_were_known_makes_no_second_key(
    office: Register, second: tuple[Register, Path], server: DatabaseServer, database: str
) -> None:
    """An upgraded register: its checkpoints alone say that there is a key."""
    other, own = second
    await office.proofs.sign_checkpoint(CODE)
    await fetch(server.behind(database), "DELETE FROM signing_keys")
    await opened(other, "another")

    with pytest.raises(SigningKeyFault, match="缺少签名密钥"):
        await other.proofs.sign_checkpoint("another")
    assert names(own) == ["0001.vault-key"]
    assert await office.proofs.sign_checkpoint("another") is not None
    assert len(await fetch(server.behind(database), "SELECT FROM signing_keys")) == 1


async def test_after_a_rotation_only_machines_with_the_new_key_sign(
    office: Register, second: tuple[Register, Path], keys: Path
) -> None:
    """A machine with a key of its own making, or with the retired one, leaves it to the others."""
    other, own = second
    SigningKeys.create(own)
    await office.proofs.sign_checkpoint(CODE)
    await record(office, line("a", RECEIVED))
    with pytest.raises(SigningKeyFault, match="或与日志所用的不同"):
        await other.proofs.sign_checkpoint(CODE)
    shutil.copy2(keys / "0001.seal-key", own)
    assert await other.proofs.sign_checkpoint(CODE) is not None

    SigningKeys.rotate(keys)
    await record(office, line("b", RECEIVED))
    assert await office.proofs.sign_checkpoint(CODE) is not None
    await record(office, line("c", RECEIVED))
    with pytest.raises(SigningKeyFault, match="签名密钥0002不在本机"):
        await other.proofs.sign_checkpoint(CODE)
    for path in keys.glob("*.seal-*"):
        shutil.copy2(path, own)
    (own / "0001.seal-key").unlink()
    assert await other.proofs.sign_checkpoint(CODE) is not None
    assert (await office.proofs.verify(CODE)).passed


# --- keys of the vault ---


async def in_use(server: DatabaseServer, database: str) -> list[str]:
    rows = await fetch(server.behind(database), "SELECT key_id FROM vault ORDER BY ctid DESC LIMIT 1")
    return [row["key_id"] for row in rows]


async def test_a_new_vault_key_seals_once_every_machine_has_it(
    office: Register, second: tuple[Register, Path], keys: Path, server: DatabaseServer, database: str
) -> None:
    """Until its file is on the other machine both go on under the old one; then both change, without a restart."""
    other, own = second
    assert await office.personal_data.rotate_vault_key() == "0002"
    (lacking,) = office.personal_data.machines_without("0002")
    assert lacking.endswith(f":{own}")
    for nth, machine in enumerate((office, other)):
        reply = await record(machine, line(f"before-{nth}", RECEIVED))
        assert await in_use(server, database) == ["0001"]
        values = [
            value
            for entry in await history(other, str(reply[0].reference))
            for _, value in sealed_in(entry.event)
        ]
        assert len(await other.personal_data.unsealed(CODE, values)) == 2

    shutil.copy2(keys / "0002.vault-key", own)
    await record(other, line("after", RECEIVED))
    assert await in_use(server, database) == ["0002"]
    await fetch(server.behind(database), "UPDATE machines SET seen_at = now()")
    office._vault._looked = 0.0  # two seconds have passed
    await record(office, line("after-too", RECEIVED))
    assert await in_use(server, database) == ["0002"]
    assert office.personal_data.machines_without("0002") == []


async def test_a_machine_that_is_gone_is_not_waited_for(
    office: Register, second: tuple[Register, Path], server: DatabaseServer, database: str
) -> None:
    """Five minutes after it was last seen; when it returns without the key it does not start, and names the missing key."""
    other, own = second
    await fetch(
        server.behind(database),
        "UPDATE machines SET seen_at = now() - interval '6 minutes' WHERE machine LIKE $1",
        f"%:{own}",
    )
    await office.personal_data.rotate_vault_key()
    reply = await record(office, line("a", RECEIVED))
    assert await in_use(server, database) == ["0002"]

    values = [
        value
        for entry in await history(office, str(reply[0].reference))
        for _, value in sealed_in(entry.event)
    ]
    with pytest.raises(VaultKeyMissing, match="缺少保险库密钥0002"):
        await other.personal_data.unsealed(CODE, values)
    with pytest.raises(VaultKeyFault, match=f"0002：请将密钥文件放回{own}"):
        await Register.open(server.runtime(database), own)


async def test_a_machine_announces_itself_and_is_forgotten(
    office: Register, second: tuple[Register, Path], server: DatabaseServer, database: str
) -> None:
    """One row a machine, however many processes; those not seen for a month are gone."""
    other, _ = second
    assert len(await fetch(server.behind(database), "SELECT FROM machines")) == 2
    await fetch(server.behind(database), "UPDATE machines SET seen_at = now() - interval '31 days'")
    await other.announce()
    assert len(await fetch(server.behind(database), "SELECT FROM machines")) == 1
