"""A new key of the vault: nothing is lost, wherever it is stopped, and neither log nor commitment changes."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.register.register import Register
from adapters.vault.keyring import Keyring, VaultKeyFault
from domain.values import Reference
from tests import builders
from tests.adapters.recordings import (
    CODE,
    contents,
    fetch,
    fetched,
    file,
    history,
    line,
    opened,
    record,
    sealed_in,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

LARGE = b"%PDF-1.7" + bytes(range(256)) * 3000


@pytest.fixture
async def office(register: Register) -> Register:
    await opened(register)
    await record(register, *(line(f"r{nth}", builders.received("2020-03-02")) for nth in range(1100)))
    await file(register, LARGE)
    return register


@pytest.fixture
async def another(
    server: DatabaseServer, database: str, keys: Path, office: Register
) -> AsyncIterator[Register]:
    """A second process over the same register and keys, started before the new key came."""
    other = await Register.open(server.runtime(database), keys)
    yield other
    await other.close()


async def texts(register: Register) -> dict[str, bytes]:
    values = [value for each in ("2020-0001", "2020-1100") for entry in await history(register, each) for field, value in sealed_in(entry.event) if field != "content"]  # fmt: skip
    return await register.personal_data.unsealed(CODE, values)


async def under(server: DatabaseServer, database: str) -> dict[str, set[str]]:
    return {
        table: {
            row[0] for row in await fetch(server.behind(database), f"SELECT DISTINCT key_id FROM {table}")
        }
        for table in ("vault", "document_pieces", "applicant_tokens")
    }


async def test_after_a_rotation_the_new_key_seals_and_the_old_one_opens(
    office: Register, server: DatabaseServer, database: str, another: Register
) -> None:
    """At once in every process, without a restart; the same applicant is found across both keys."""
    before = await texts(office)
    assert await office.personal_data.rotate_vault_key() == "0002"
    assert await texts(office) == before
    reply = await another.record(CODE, line("new", builders.received("2020-04-01")), actor="tests")
    found = await another.personal_data.same_applicant(CODE, Reference.parse(str(reply.reference)))
    assert (found.count, found.in_month) == (1100, 1)
    newest = await fetch(server.behind(database), "SELECT key_id FROM vault ORDER BY ctid DESC LIMIT 1")
    assert newest[0][0] == "0002"
    assert await texts(another) == before
    again = await another.record(CODE, line("r0", builders.received("2020-03-02")), actor="tests")
    assert again.reference == "2020-0001"


async def test_a_key_that_could_not_be_taken_is_tried_again(
    office: Register, another: Register, keys: Path
) -> None:
    """It is not readable yet by us alone when it is first seen, and its directory does not change again."""
    await office.personal_data.rotate_vault_key()
    (keys / "0002.vault-key").chmod(0o644)
    long_ago = time.time() - 60
    os.utime(keys, (long_ago, long_ago))
    with pytest.raises(VaultKeyFault, match="可被他人读取"):
        await another.record(CODE, line("new", builders.received("2020-04-01")), actor="tests")

    (keys / "0002.vault-key").chmod(0o600)
    await another.record(CODE, line("new", builders.received("2020-04-01")), actor="tests")

    assert another._vault.ring.current == "0002"


async def test_a_preview_knows_what_another_process_recorded_under_a_new_key(
    office: Register, another: Register
) -> None:
    """The same id with the same content is the same recording, whichever key its digest was made under."""
    recording = line("new", builders.received("2020-04-01"))
    await office.personal_data.rotate_vault_key()
    reply = await office.record(CODE, recording, actor="tests")

    assert (await another.preview(CODE, recording, actor="tests")).reply.position == reply.position


async def test_resealing_leaves_log_and_commitments_as_they_are(
    office: Register, server: DatabaseServer, database: str, keys: Path
) -> None:
    """Every value, document and digest under the new key; the old one opens nothing any more and is not needed to read."""
    kept = ["vault", "document_pieces", "applicant_tokens", "vault_keys", "machines"]
    before, clear = await contents(server.behind(database), but=kept), await texts(office)
    salts = await fetch(server.behind(database), "SELECT id, field, salt FROM vault ORDER BY id")
    await office.personal_data.rotate_vault_key()

    done = await office.personal_data.reseal_vault(CODE)

    assert (done.key_id, done.values, done.pieces, done.applicants, done.left) == ("0002", 2200, 3, 1100, {})
    assert await under(server, database) == {table: {"0002"} for table in kept[:3]}
    assert await contents(server.behind(database), but=kept) == before
    assert await fetch(server.behind(database), "SELECT id, field, salt FROM vault ORDER BY id") == salts
    # Only the new key is at hand: everything opens.
    office._vault.ring = Keyring({"0002": bytes.fromhex((keys / "0002.vault-key").read_text())})
    assert await texts(office) == clear
    assert await fetched(office, 2) == LARGE
    assert (await office.personal_data.same_applicant(CODE, Reference(2020, 1))).count == 1099


async def test_a_second_run_finds_nothing_to_do(office: Register) -> None:
    await office.personal_data.rotate_vault_key()
    await office.personal_data.reseal_vault(CODE)
    done = await office.personal_data.reseal_vault(CODE)
    assert (done.values, done.pieces, done.applicants, done.left) == (0, 0, 0, {})


class Killed(BaseException):
    pass


async def test_whoever_is_stopped_goes_on_where_it_was(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """After each batch in turn: everything opens in between, and in the end all is under the new key."""
    clear = await texts(office)
    await office.personal_data.rotate_vault_key()
    stops = 0

    def stop(_: int) -> None:
        raise Killed

    while True:
        try:
            await office.personal_data.reseal_vault(CODE, stop)
            break
        except Killed:
            stops += 1
            assert await texts(office) == clear
            assert await fetched(office, 2) == LARGE
    # 2,200 values by 500, three pieces by 16, 1,100 applicants by 100.
    assert stops == 5 + 1 + 11
    assert await under(server, database) == {
        "vault": {"0002"}, "document_pieces": {"0002"}, "applicant_tokens": {"0002"},
    }  # fmt: skip


async def test_a_batch_that_fails_loses_nothing(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """A value that does not open stops it there: what was done stays done, what was not stays as it was."""
    await office.personal_data.rotate_vault_key()
    rows = await fetch(server.behind(database), "SELECT id FROM vault ORDER BY id")
    spoilt = rows[1500][0]
    await fetch(
        server.behind(database), "UPDATE vault SET ciphertext = ciphertext || 'x' WHERE id = $1", spoilt
    )
    with pytest.raises(VaultKeyFault):
        await office.personal_data.reseal_vault(CODE)
    found = await fetch(server.behind(database), "SELECT key_id, count(*) FROM vault GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in found] == [("0001", 700), ("0002", 1500)]


async def test_what_is_erased_meanwhile_stays_erased(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Resealing brings nothing back."""
    await office.personal_data.rotate_vault_key()
    await record(
        office,
        line("w", builders.withdrawn("2020-03-05"), "2020-0001"),
        line("ask", builders.erasure_requested("2020-03-06", "all"), "2020-0001"),
    )
    erased = line("erase", builders.personal_data_erased("2020-03-06", 4), "2020-0001")
    stopped = False

    async def erase() -> None:
        await office.record(CODE, erased, actor="another")

    def stop(_: int) -> None:
        nonlocal stopped
        if not stopped:
            stopped = True
            raise Killed

    with pytest.raises(Killed):
        await office.personal_data.reseal_vault(CODE, stop)
    await erase()
    await office.personal_data.reseal_vault(CODE)
    left = await fetch(server.behind(database), "SELECT count(*) FROM vault")
    assert left[0][0] == 2 * 1099
    assert await fetch(server.behind(database), "SELECT 1 FROM document_pieces") == []


@pytest.mark.parametrize(
    ("current", "following"),
    [
        ("0001", "0002"),
        ("0099", "0100"),
        ("2020", "2021"),
        ("a", "a-0002"),
        ("9999", "9999-0002"),
        ("2026年", "2026年-0002"),
    ],
)
def test_the_name_of_a_new_key_comes_last(tmp_path: Path, current: str, following: str) -> None:
    """The last by name seals, whatever an operator called the first."""
    ring: Any = Keyring({current: bytes(32)})
    (tmp_path / f"{current}.vault-key").write_text(bytes(32).hex())
    (tmp_path / f"{current}.vault-key").chmod(0o600)
    assert ring.rotate(tmp_path).current == following
