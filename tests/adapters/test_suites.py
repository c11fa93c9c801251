"""The suites of algorithms by the vectors of their standards; that nothing of one passes under the other's name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from adapters import suites
from adapters.proof import bundle_check
from adapters.proof.handover import verify as standalone
from adapters.register.register import Register
from adapters.suites import GM, STD, SuiteUnknown
from adapters.vault.keyring import Keyring, VaultKeyFault
from domain.values import Sealed
from tests import builders
from tests.adapters.proof.test_bundles import both, contents, packed
from tests.adapters.recordings import (
    CODE,
    PDF,
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

DOCUMENT = PDF + bytes(range(256)) * 4
KEY = bytes(range(16))
RECEIVED = builders.received("2020-03-02")

# GB/T 32905-2016, annex A, and one each around the end of a block, as OpenSSL 3.0 has them.
SM3 = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
    b"": "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
}


@pytest.mark.parametrize("data", SM3, ids=["abc", "512 bits", "nothing"])
def test_the_vectors_of_sm3(data: bytes) -> None:
    """Of the program, and of the stand-alone verifier on a Python whose library lacks it."""
    begun = GM.hash()
    for at in range(len(data)):
        begun.update(data[at : at + 1])
    assert {
        GM.hash(data).hexdigest(),
        begun.hexdigest(),
        standalone.plain_sm3(data),
        standalone.sm3(data),
    } == {SM3[data]}
    assert GM.hex_of(data) == f"gm:{SM3[data]}"


def test_both_say_the_same_of_every_length() -> None:
    """Around the ends of blocks, where padding goes wrong."""
    for length in (1, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 127, 128, 129, 1000):
        data = bytes(each * 7 % 256 for each in range(length))
        assert standalone.plain_sm3(data) == GM.hash(data).hexdigest()


def test_the_vectors_of_sm4() -> None:
    """GB/T 32907-2016, annex A: one block, and the block under itself a million times would be the second; GCM by RFC 8998."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    block = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    assert block.update(key).hex() == "681edf34d206965e86b3e94f536e4246"

    plain = b"".join(bytes([each]) * 8 for each in b"\xaa\xbb\xcc\xdd\xee\xff\xee\xaa")
    nonce = bytes.fromhex("00001234567800000000abcd")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = GM.aead(key).encrypt(nonce, plain, bound)

    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert GM.aead(key).decrypt(nonce, sealed, bound) == plain
    for wrong in (sealed[:-1], sealed[:15], b"", sealed[1:], bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(InvalidTag):
            GM.aead(key).decrypt(nonce, wrong, bound)
    with pytest.raises(InvalidTag):
        GM.aead(key).decrypt(nonce, sealed, bound + b"x")


def test_a_digest_names_its_suite() -> None:
    for suite in (STD, GM):
        digest = suite.hex_of(b"salt" + b"data")
        assert suites.of_digest(digest) is suite
        assert suites.is_digest(digest, b"salt", b"data")
        assert not suites.is_digest(digest, b"salt", b"date")
    plain = STD.hex_of(b"data")
    assert not suites.is_digest(f"gm:{plain}", b"data")
    assert not suites.is_digest(GM.hex_of(b"data").removeprefix("gm:"), b"data")
    for name in ("std", "quantum", "GM", "", "gm:gm"):
        with pytest.raises(SuiteUnknown):
            suites.is_digest(f"{name}:{plain}", b"data")


# --- the vault ---


@pytest.fixture
def ring() -> Keyring:
    """The later key seals."""
    return Keyring({"0001": bytes(range(32)), "0002": KEY}, {"0002": GM})


def test_a_key_of_gm_seals_commits_and_marks_by_gm(ring: Keyring) -> None:
    sealed, row = ring.seal(7, "reason", "理由")
    token = ring.token(7, "name", "张三")

    assert sealed.commitment == "gm:" + standalone.plain_sm3(row.salt + '"理由"'.encode())
    assert row.key_id == "0002"
    assert ring.open(7, sealed, row) == '"理由"'.encode()
    assert len(token) == 32
    assert token != ring.token(7, "name", "张三", "0001")
    event = RECEIVED
    assert ring.same_body(event, ring.body_mac(event))
    older = Keyring({"0001": bytes(range(32))})
    assert ring.same_body(event, older.body_mac(event))


def test_what_is_relabelled_does_not_open(ring: Keyring) -> None:
    """Under the name of the other suite's key, or with a commitment that leaves its suite out or puts one in."""
    sealed, row = ring.seal(7, "reason", "理由")
    older, of_older = Keyring({"0001": bytes(range(32))}).seal(7, "reason", "理由")

    for value, kept in (
        (sealed, row._replace(key_id="0001")),
        (older, of_older._replace(key_id="0002")),
        (Sealed(sealed.id, sealed.commitment.removeprefix("gm:")), row),
        (Sealed(older.id, f"gm:{older.commitment}"), of_older),
    ):
        with pytest.raises(VaultKeyFault, match="密文与其登记不符"):
            ring.open(7, value, kept)


@pytest.mark.parametrize(
    "text", [f"gm:{bytes(32).hex()}", KEY.hex(), "gm:", f"gm {KEY.hex()}", f"gm:gm:{KEY.hex()}"]
)
def test_a_key_file_of_the_wrong_length_is_refused(tmp_path: Path, text: str) -> None:
    """A key of one suite under the other's name among them."""
    path = tmp_path / "0001.vault-key"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(VaultKeyFault, match=r"0001\.vault-key"):
        Keyring.load(tmp_path)


def test_a_new_key_has_the_suite_of_the_current_one_by_default(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path)
    assert ring.suite is STD
    ring = ring.rotate(tmp_path, GM)
    assert (ring.current, ring.suite) == ("0002", GM)
    assert re.fullmatch(r"gm:[0-9a-f]{32}\n", (tmp_path / "0002.vault-key").read_text())
    assert ring.rotate(tmp_path).suite is GM
    assert Keyring.load(tmp_path).rotate(tmp_path, STD).suite is STD  # type: ignore[union-attr]


# --- a register ---


@pytest.fixture
async def office(register: Register, tmp_path: Path) -> Register:
    """One request and a document under `std`, then one of each under `gm`."""
    await opened(register)
    await record(register, line("r1", RECEIVED))
    await file(register, PDF)
    await register.personal_data.rotate_vault_key(GM)
    await record(register, line("r2", builders.received("2020-03-03")))
    await file(register, DOCUMENT, "2020-0002")
    await register.proofs.sign_checkpoint(CODE)
    await register.proofs.export(CODE, tmp_path / "genuine.zip", with_sealed=True, with_documents=True)
    return register


async def clear(register: Register) -> list[bytes]:
    sealed = [value for each in ("2020-0001", "2020-0002") for entry in await history(register, each) for field, value in sealed_in(entry.event) if field != "content"]  # fmt: skip
    found = await register.personal_data.unsealed(CODE, sealed)
    return [found[each.id] for each in sealed]


async def test_a_register_goes_from_one_suite_to_the_other(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """And back: what is kept is under the new key, the log is what it was, and all of it reads and proves."""
    texts, behind = await clear(office), server.behind(database)
    known = "SELECT key_id, suite FROM vault_keys ORDER BY key_id"
    assert [tuple(row) for row in await fetch(behind, known)] == [("0001", "std"), ("0002", "gm")]
    held = "SELECT suite FROM vault JOIN vault_keys USING (key_id) GROUP BY suite ORDER BY suite"
    assert [row["suite"] for row in await fetch(behind, held)] == ["gm", "std"]

    for suite in (GM, STD):
        await office.personal_data.rotate_vault_key(suite)
        done = await office.personal_data.reseal_vault(CODE)
        assert done.left == {}
        assert [row["suite"] for row in await fetch(behind, held)] == [suite.name]
        assert await clear(office) == texts
        assert await fetched(office, 2, "2020-0001") == PDF
        assert await fetched(office, 2, "2020-0002") == DOCUMENT

    await office.proofs.export(CODE, tmp_path / "later.zip", with_sealed=True, with_documents=True)
    assert contents(tmp_path / "later.zip") == contents(tmp_path / "genuine.zip")


async def test_both_verifiers_know_commitments_of_both_suites(
    office: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-alone one on a Python without SM3 too."""
    path = tmp_path / "genuine.zip"
    assert contents(path)["entries.jsonl"].count(b'commitment\\":\\"gm:') == 3
    (tmp_path / "in hand.pdf").write_bytes(DOCUMENT)
    assert both(path) == (set(), set())
    shown = bundle_check.verify(path, documents=[tmp_path / "in hand.pdf"])
    assert (len(shown.matched), shown.passed) == (1, True)

    def without(name: str, *_: Any) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(standalone.hashlib, "new", without)
    assert both(path) == (set(), set())
    given, _ = standalone.verify(
        str(path), documents=[("in hand.pdf", DOCUMENT), ("other.pdf", DOCUMENT + b"x")]
    )
    assert (len(given.matched), [code for code, _, _ in given.found]) == (1, ["document_unknown"])


@pytest.mark.parametrize("removed", [True, False])
async def test_a_bundle_relabelled_to_the_other_suite_is_found(
    office: Register, tmp_path: Path, removed: bool
) -> None:
    """The forger corrects the digest too, so that text and commitment agree; the leaf hash shows it."""
    files = contents(tmp_path / "genuine.zip")
    entries = files["entries.jsonl"].decode()
    for sealed in files["sealed.jsonl"].splitlines():
        content = json.loads(sealed)
        if "text" not in content:
            continue
        data = bytes.fromhex(content["salt"]) + content["text"].encode()
        was, now = (GM.hex_of(data), STD.hex_of(data)) if removed else (STD.hex_of(data), GM.hex_of(data))
        entries = entries.replace(f'commitment\\":\\"{was}', f'commitment\\":\\"{now}')
    assert entries.encode() != files["entries.jsonl"]
    files["entries.jsonl"] = entries.encode()

    ours, theirs = both(packed(files, tmp_path / "relabelled.zip"))

    assert "entry_changed" in ours
    assert "entry_changed" in theirs
