"""The vault: what is sealed opens only where it belongs, and a key that is not the right one is noticed."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from adapters.refusals import IdempotencyKeyReused
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from adapters.vault.keyring import Keyring, VaultKeyFault, VaultRow
from domain.entry import Event
from domain.values import Sealed
from tests import builders
from tests.adapters.recordings import CODE, body_of, contents, fetch, history, line, opened, sealed_in

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

KEY, OTHER = bytes(range(32)), bytes(32)
VALUES = ["请求公开某项目批复", "𠮷田䶮㛃", {"name": "张三", "id_number": "110101199001010000"}, "x" * 20_000]


@pytest.fixture
def ring() -> Keyring:
    return Keyring({"a": KEY})


def sent_event(event: Event) -> Event:
    return convert({"id": "x", "event": body_of(event)}).event


def write_key(directory: Path, name: str, key: bytes) -> None:
    directory.mkdir(exist_ok=True)
    path = directory / f"{name}.vault-key"
    path.write_text(key.hex())
    path.chmod(0o600)


# --- sealing ---


@pytest.mark.parametrize("value", VALUES)
def test_what_is_sealed_opens_as_its_own_json(ring: Keyring, value: object) -> None:
    """The plaintext is the value's JSON; nothing of it shows in the row or in what the event keeps."""
    sealed, row = ring.seal(7, "applicant", value)

    assert json.loads(ring.open(7, sealed, row)) == value
    assert (row.id, row.field, row.key_id) == (sealed.id, "applicant", "a")
    assert len(row.salt) == 32
    assert len(row.nonce) == 12
    assert re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", sealed.id)
    for text in re.findall(r"\w{2,}", json.dumps(value, ensure_ascii=False))[:5]:
        assert text.encode() not in row.ciphertext


def test_equal_values_look_different(ring: Keyring) -> None:
    """Neither commitment nor ciphertext, salt, nonce or id reveals that two people sent the same text."""
    sealed, rows = zip(*(ring.seal(7, "description", VALUES[0]) for _ in range(100)), strict=True)

    assert len({each.commitment for each in sealed}) == len({each.id for each in sealed}) == 100
    for column in ("salt", "nonce", "ciphertext"):
        assert len({getattr(row, column) for row in rows}) == 100


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_what_was_moved_or_altered_does_not_open(ring: Keyring) -> None:
    """A row opens for its own authority, id and field alone, and only as it was written."""
    sealed, row = ring.seal(7, "description", VALUES[0])
    elsewhere, other = ring.seal(7, "description", VALUES[1])
    strange: list[tuple[int, Sealed, VaultRow]] = [
        (8, sealed, row),
        (7, elsewhere, row),
        (7, sealed, other),
        (7, elsewhere, row._replace(id=elsewhere.id)),
        (7, sealed, other._replace(id=sealed.id)),
        (7, sealed, row._replace(field="reason")),
        (7, sealed, row._replace(salt=other.salt)),
        (7, sealed, row._replace(nonce=other.nonce)),
        (7, sealed, row._replace(ciphertext=other.ciphertext)),
        (7, sealed, row._replace(ciphertext=row.ciphertext[:-1])),
        (7, replace(sealed, commitment=elsewhere.commitment), row),
        *(
            (7, sealed, row._replace(ciphertext=flipped(row.ciphertext, n)))
            for n in range(len(row.ciphertext))
        ),
    ]

    for authority_id, meant, found in strange:
        with pytest.raises(VaultKeyFault, match="密文与其登记不符"):
            ring.open(authority_id, meant, found)


def test_another_key_does_not_open(ring: Keyring) -> None:
    """Under another key of the same name the text does not open, and a missing key is named."""
    sealed, row = ring.seal(7, "description", VALUES[0])

    with pytest.raises(VaultKeyFault, match="密文与其登记不符"):
        Keyring({"a": OTHER}).open(7, sealed, row)
    with pytest.raises(VaultKeyFault, match="缺少保险库密钥a"):
        Keyring({"b": KEY}).open(7, sealed, row)


def test_an_old_key_still_opens_after_a_new_one_came(ring: Keyring) -> None:
    """Rotation: the new key seals, the old one opens what it sealed."""
    sealed, row = ring.seal(7, "description", VALUES[0])
    both = Keyring({"b": OTHER, "a": KEY})

    assert json.loads(both.open(7, sealed, row)) == VALUES[0]
    assert both.seal(7, "description", VALUES[0])[1].key_id == "b"


async def test_rows_exchanged_in_the_database_do_not_open(
    register: Register, server: DatabaseServer, database: str
) -> None:
    """With write access to the vault one cannot give an applicant's name to another request or office."""
    await opened(register)
    await opened(register, "jiangbei")
    for code in (CODE, "jiangbei"):
        await record_two(register, code)
    first, second = [
        value for entry in await two(register) for field, value in sealed_in(entry) if field == "applicant"
    ]
    assert len(await register.personal_data.unsealed(CODE, [first, second])) == 2

    exchange = """UPDATE vault SET (salt, nonce, ciphertext) = (SELECT salt, nonce, ciphertext FROM vault AS other
        WHERE (authority_id, id) = (1, CASE vault.id WHEN $1 THEN $2 ELSE $1 END))
        WHERE authority_id = 1 AND id IN ($1, $2)"""
    await fetch(server.behind(database), exchange, first.id, second.id)
    for sealed in (first, second):
        with pytest.raises(VaultKeyFault, match="密文与其登记不符"):
            await register.personal_data.unsealed(CODE, [sealed])

    await fetch(server.behind(database), exchange, first.id, second.id)
    assert len(await register.personal_data.unsealed(CODE, [first, second])) == 2
    await fetch(server.behind(database), "UPDATE vault SET authority_id = 2 WHERE id = $1", first.id)
    with pytest.raises(VaultKeyFault, match="密文与其登记不符"):
        await register.personal_data.unsealed("jiangbei", [first])
    assert await register.personal_data.unsealed(CODE, [first]) == {}


async def record_two(register: Register, code: str) -> None:
    for id_ in ("a", "b"):
        await register.record(code, line(id_, builders.received("2020-03-02")), actor="tests")


async def two(register: Register) -> list[Event]:
    return [(await history(register, f"2020-000{nth}"))[0].event for nth in (1, 2)]


# --- the digest of a body ---


def test_the_same_body_is_known_again(ring: Keyring) -> None:
    """The digest of a sent event shows only whether it is the same."""
    mac = ring.body_mac(sent_event(builders.received("2020-03-02")))

    assert ring.same_body(sent_event(builders.received("2020-03-02")), mac)
    for other in (builders.received("2020-03-03"), builders.received("2020-03-02", channel="fax")):
        assert not ring.same_body(sent_event(other), mac)
    for broken in (b"", b"a", mac[1:], mac[:-1], mac + b"a", flipped(mac, len(mac) - 1)):
        assert not ring.same_body(sent_event(builders.received("2020-03-02")), broken)


def test_the_same_body_is_known_after_rotation(ring: Keyring) -> None:
    """A repeated id is answered under the key of its day; without that key nothing is the same."""
    event = sent_event(builders.received("2020-03-02"))
    mac = ring.body_mac(event)
    both = Keyring({"a": KEY, "b": OTHER})

    assert both.same_body(event, mac)
    assert both.body_mac(event) != mac
    assert both.same_body(event, both.body_mac(event))
    assert not Keyring({"b": OTHER}).same_body(event, mac)
    assert not Keyring({"a": OTHER}).same_body(event, mac)


def test_a_digest_cannot_be_guessed_without_the_key(ring: Keyring) -> None:
    """Digest and sealing use separate keys, so none of the three reveals another."""
    event = sent_event(builders.received("2020-03-02"))
    other = Keyring({"a": OTHER})

    assert ring.body_mac(event) != other.body_mac(event)
    assert ring.fingerprint("a") != other.fingerprint("a")
    assert ring.fingerprint("a") not in (KEY, ring.body_mac(event))
    assert KEY[:16] not in (ring.fingerprint("a"), ring.body_mac(event)[-32:])


# --- key files ---


def test_key_files_are_the_owners_alone(tmp_path: Path) -> None:
    """0600 in 0700, whatever the umask of the process."""
    command = "import os, sys, pathlib; os.umask(0); from adapters.vault.keyring import Keyring; Keyring.create(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", command, tmp_path / "keys"], check=True)

    (file,) = (tmp_path / "keys").iterdir()
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"[0-9a-f]{64}\n", file.read_text())
    ring = Keyring.load(tmp_path / "keys")
    assert ring is not None
    assert f"{ring.current}.vault-key" == file.name


@pytest.mark.parametrize("text", ["", "00", "g" * 64, "0" * 63, "0" * 66, "密钥", "0" * 64 + "\n" + "0" * 64])
def test_a_malformed_key_file_is_refused(tmp_path: Path, text: str) -> None:
    """A key cut short by a copy is noticed, and nothing of it is shown."""
    (tmp_path / "a.vault-key").write_text(text)

    with pytest.raises(VaultKeyFault) as refused:
        Keyring.load(tmp_path)
    assert len(text) < 32 or text[:32] not in str(refused.value)


@pytest.mark.parametrize("name", ["quantum", "std", ""])
def test_a_key_of_a_suite_that_is_not_known_is_refused(tmp_path: Path, name: str) -> None:
    """A newer program's key is not taken for one of AES."""
    write_key(tmp_path, "a", KEY)
    (tmp_path / "a.vault-key").write_text(f"{name}:{KEY.hex()}")

    with pytest.raises(VaultKeyFault, match=f"a.vault-key：算法套件“{name}”为本程序所不知"):
        Keyring.load(tmp_path)


def test_a_commitment_of_a_suite_that_is_not_known_does_not_open(ring: Keyring) -> None:
    sealed, row = ring.seal(7, "reason", "理由")

    with pytest.raises(VaultKeyFault, match="“quantum”为本程序所不知"):
        ring.open(7, Sealed(sealed.id, f"quantum:{sealed.commitment}"), row)


@pytest.mark.parametrize("name", ["2026.11 new", "2026年"])
async def test_a_key_file_of_any_name_seals(
    server: DatabaseServer, database: str, tmp_path: Path, name: str
) -> None:
    """An operator may call a key file what they like; what is sealed under it is found again."""
    write_key(tmp_path, name, KEY)
    register = await Register.open(server.runtime(database), tmp_path)
    try:
        await opened(register)
        first = await register.record(CODE, line("a", builders.received("2020-03-02")), actor="tests")
        again = await register.record(CODE, line("a", builders.received("2020-03-02")), actor="tests")
        assert again == replace(first, repeated=True)
    finally:
        await register.close()


async def start(server: DatabaseServer, database: str, keys: Path) -> None:
    """One start of the program and its end."""
    await (await Register.open(server.runtime(database), keys)).close()


async def noted(server: DatabaseServer, database: str) -> list[str]:
    rows = await fetch(server.behind(database), "SELECT key_id FROM vault_keys ORDER BY key_id")
    return [row["key_id"] for row in rows]


async def test_a_start_makes_a_key_and_the_next_one_finds_it(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """The database notes the name and a fingerprint, never the key."""
    keys = tmp_path / "data/keys"
    await start(server, database, keys)
    before = await contents(server.behind(database))
    await start(server, database, keys)

    (file,) = keys.iterdir()
    assert await noted(server, database) == [file.name.removesuffix(".vault-key")]
    assert await contents(server.behind(database)) == before
    assert file.read_text().strip() not in str(before)


async def test_a_lost_key_is_named_at_start(server: DatabaseServer, database: str, tmp_path: Path) -> None:
    """Without a key the vault used, the program does not start; it makes no new key in its place."""
    write_key(tmp_path, "2020", KEY)
    write_key(tmp_path, "2021", OTHER)
    await start(server, database, tmp_path)

    (tmp_path / "2020.vault-key").rename(tmp_path / "aside")
    with pytest.raises(VaultKeyFault, match=f"2020：请将密钥文件放回{re.escape(str(tmp_path))}") as refused:
        await start(server, database, tmp_path)
    assert "2021" not in str(refused.value)
    (tmp_path / "2021.vault-key").unlink()
    with pytest.raises(VaultKeyFault, match="2020、2021"):
        await start(server, database, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["aside"]


async def test_a_wrong_key_under_the_same_name_is_noticed(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """A key file of another installation is not mistaken for the one that sealed."""
    write_key(tmp_path, "2020", KEY)
    await start(server, database, tmp_path)

    write_key(tmp_path, "2020", OTHER)
    with pytest.raises(VaultKeyFault, match="2020与数据库所用的不同"):
        await start(server, database, tmp_path)
    write_key(tmp_path, "2020", KEY)
    await start(server, database, tmp_path)


async def test_a_key_added_is_noted_and_used(server: DatabaseServer, database: str, tmp_path: Path) -> None:
    """After rotation earlier values are still opened, and later ones are sealed with the new key."""
    write_key(tmp_path, "2020", KEY)
    register = await Register.open(server.runtime(database), tmp_path)
    await opened(register)
    first = await register.record(CODE, line("a", builders.received("2020-03-02")), actor="tests")
    await register.close()

    write_key(tmp_path, "2021", OTHER)
    register = await Register.open(server.runtime(database), tmp_path)
    try:
        again = await register.record(CODE, line("a", builders.received("2020-03-02")), actor="tests")
        assert again == replace(first, repeated=True)
        with pytest.raises(IdempotencyKeyReused):
            await register.record(CODE, line("a", builders.received("2020-03-03")), actor="tests")
        await register.record(CODE, line("b", builders.received("2020-03-02")), actor="tests")
    finally:
        await register.close()
    rows = await fetch(server.behind(database), "SELECT DISTINCT key_id, field FROM vault ORDER BY 1, 2")
    assert [tuple(row) for row in rows] == [
        (key_id, field) for key_id in ("2020", "2021") for field in ("applicant", "description")
    ]
    assert await noted(server, database) == ["2020", "2021"]


def test_a_second_start_keeps_the_first_ones_key(tmp_path: Path) -> None:
    """Of two starts that both found no key, the one that comes second takes the key of the first.

    Otherwise the first seals and answers under a ring that lacks the key by which the second seals.
    """
    first, second = Keyring.create(tmp_path), Keyring.create(tmp_path)

    assert first.ids == second.ids
    assert first.current == second.current


async def test_starts_at_once_with_keys_of_their_own_do_not_both_open(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Two machines on one database, each with a key directory of its own: what one seals the other could not open.

    Their keys have the same name, so it would go unnoticed until values are lost.
    """
    results = await asyncio.gather(
        *(Register.open(server.runtime(database), tmp_path / name, size=1) for name in ("one", "two")),
        return_exceptions=True,
    )
    opened_both = [each for each in results if isinstance(each, Register)]
    for each in opened_both:
        await each.close()

    assert len(opened_both) == 1
    assert len([each for each in results if isinstance(each, VaultKeyFault)]) == 1


STARTS = """
import asyncio, pathlib, sys
from adapters.register.register import Register
async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    register = await Register.open(sys.argv[1], pathlib.Path(sys.argv[2]), size=1)
    print(*register._vault.ring.ids, flush=True)
    await register.close()
asyncio.run(main())
"""


async def test_starts_at_once_know_the_same_keys(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Instances that start together on an empty register open, and each can open what any of them seals."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", STARTS, server.runtime(database), tmp_path / "keys"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate() for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0, 0], outputs
    assert {out.strip() for out, _ in outputs} == {" ".join(await noted(server, database))}


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A key that anyone on the machine can read seals nothing."""
    write_key(tmp_path, "0001", bytes(32))
    (tmp_path / "0001.vault-key").chmod(0o640)

    with pytest.raises(VaultKeyFault, match="chmod 600"):
        Keyring.load(tmp_path)
