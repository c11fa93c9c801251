"""Signatures of SM2: by the standard's example, against OpenSSL, and of checkpoints that a program outside signs."""

from __future__ import annotations

import base64
import hashlib
import os
import select
import shlex
from pathlib import Path

import pytest

from adapters.proof import bundle_check, checkpoints, receipt_check, signing_program
from adapters.proof.checkpoints import Checkpoint, NoteFault, SignatureUnknown, SignatureWrong, Verifier
from adapters.proof.handover import verify as standalone
from adapters.proof.log_check import Pin
from adapters.proof.signing_key_files import FileSigner, SigningKeys
from adapters.proof.signing_program import ProgramSigner, SigningKeyFault
from adapters.register.register import Register
from adapters.suites import GM, STD, Suite
from domain.values import Reference
from tests import builders
from tests.adapters.proof.test_bundles import both, contents, packed
from tests.adapters.recordings import CODE, line, opened, record
from tests.device import Device

ORIGIN = "taizhang/huadu"
TEXT = Checkpoint(ORIGIN, 9, bytes(range(32))).text

# GB/T 32918.5-2017, annex A.2.
PUBLIC = bytes.fromhex(
    "04"
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
SIGNATURE = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


def test_the_example_of_the_standard() -> None:
    """It holds, and with one bit of key, text or signature changed no longer does."""
    assert standalone.is_signed_by_sm2(PUBLIC, b"message digest", SIGNATURE)
    assert not standalone.is_signed_by_sm2(PUBLIC, b"message digesu", SIGNATURE)
    for at in (0, 31, 32, 63):
        changed = bytearray(SIGNATURE)
        changed[at] ^= 1
        assert not standalone.is_signed_by_sm2(PUBLIC, b"message digest", bytes(changed))
    changed = bytearray(PUBLIC)
    changed[64] ^= 1
    assert not standalone.is_signed_by_sm2(bytes(changed), b"message digest", SIGNATURE)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        SIGNATURE[:63],
        SIGNATURE + b"\0",
        bytes(64),
        SIGNATURE[:32] + bytes(32),
        bytes(32) + SIGNATURE[32:],
        standalone.SM2_ORDER.to_bytes(32, "big") + SIGNATURE[32:],
        SIGNATURE[:32] + standalone.SM2_ORDER.to_bytes(32, "big"),
        # r + s is the order: t would be 0
        SIGNATURE[:32] + (standalone.SM2_ORDER - int.from_bytes(SIGNATURE[:32], "big")).to_bytes(32, "big"),
        b"\xff" * 64,
    ],
)
def test_bytes_that_are_no_signature(signature: bytes) -> None:
    assert not standalone.is_signed_by_sm2(PUBLIC, b"message digest", signature)


@pytest.mark.parametrize(
    "public", [b"", bytes(65), b"\x04" + bytes(64), b"\x02" + PUBLIC[1:], b"\x04" + b"\xff" * 64]
)
def test_bytes_that_are_no_key(public: bytes) -> None:
    assert not standalone.is_point(public)
    assert not standalone.is_signed_by_sm2(public, b"message digest", SIGNATURE)


def test_it_says_what_openssl_says(device: Device) -> None:
    """Of texts of several lengths; each the other's signature is refused."""
    signed = [(text, device.sign(text)) for text in (b"", b"x", TEXT, TEXT * 40)]
    for text, signature in signed:
        assert standalone.is_signed_by_sm2(device.public, text, signature)
        assert not standalone.is_signed_by_sm2(PUBLIC, text, signature)
    assert not standalone.is_signed_by_sm2(device.public, signed[0][0], signed[1][1])


@pytest.mark.parametrize(
    "der",
    [
        b"", b"\x30", b"\x30\x00", b"\x30\x06\x02\x01\x01\x02\x01", b"\x30\x06\x02\x01\x01\x03\x01\x01",
        b"\x30\x09\x02\x01\x01\x02\x01\x01\x02\x01\x01", b"\x30\x04\x02\x00\x02\x00", b"\x30\x80" + bytes(128),
        b"\x30\x24\x02\x21\x01" + bytes(32) + b"\x02\x01"[:1],
    ],
)  # fmt: skip
def test_bytes_that_are_no_signature_in_der(der: bytes) -> None:
    assert standalone.sm2_signature(der) == b""


async def noted(signer: ProgramSigner | FileSigner, named: Verifier, suite: Suite = GM) -> str:
    checkpoint = Checkpoint(ORIGIN, 9, bytes(range(32)), suite)
    return checkpoints.note(checkpoint, {named: await signer.sign(checkpoint.text)})


async def test_a_signature_under_the_other_suite_s_name_does_not_hold(device: Device) -> None:
    """Of both verifiers: the type is part of the key's number, so a line is of one algorithm or of none."""
    usual = FileSigner(bytes(32))
    national = ProgramSigner(device.public, shlex.split(device.command))
    of_usual, of_national = Verifier(ORIGIN, usual.public), Verifier(ORIGIN, device.public)
    assert of_usual.key_id != of_national.key_id
    for each in (of_usual, of_national):
        assert Verifier.parse(each.vkey) == each
        assert standalone.read_vkey(each.vkey)[:3] == (ORIGIN, each.key_id, each.public)
    for right in (await noted(national, of_national), await noted(usual, of_usual, STD)):
        assert checkpoints.opened(right, [of_usual, of_national]).size == 9
    for unfit in (await noted(usual, of_usual), await noted(national, of_national, STD)):
        with pytest.raises(SignatureUnknown):
            checkpoints.opened(unfit, [of_usual, of_national])

    for wrong in (await noted(usual, of_national), await noted(national, of_usual, STD)):
        with pytest.raises(SignatureWrong):
            checkpoints.opened(wrong, [of_usual, of_national])
        check = standalone.Check()
        keys = [standalone.read_vkey(each.vkey) for each in (of_usual, of_national)]
        standalone.check_signature(keys, standalone.read_note(wrong), "", check)
        assert [code for code, _, _ in check.found] == ["signature_wrong"]

    for key in (b"\x01" + device.public, b"\xffSM2" + usual.public, b"\xff" + device.public):
        number = hashlib.sha256(ORIGIN.encode() + b"\n" + key).digest()[:4].hex()
        vkey = f"{ORIGIN}+{number}+{base64.b64encode(key).decode()}"
        with pytest.raises(NoteFault):
            Verifier.parse(vkey)
        with pytest.raises(ValueError):
            standalone.read_vkey(vkey)


# --- a register ---


@pytest.fixture
async def office(register: Register, device: Device, tmp_path: Path) -> Register:
    """A checkpoint by Ed25519, one by both where the log changes its suite, one by SM2."""
    await opened(register)
    await register.proofs.sign_checkpoint(CODE)
    await SigningKeys.rotate_to(tmp_path / "keys", device.public, device.command)
    await register.proofs.change_over()
    await record(register, line("r1", builders.received("2020-03-02")))
    await register.proofs.sign_checkpoint(CODE)
    return register


async def test_a_register_goes_on_with_sm2_and_back(office: Register, device: Device, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    ring = SigningKeys.load(keys)
    assert sorted(path.name for path in keys.iterdir() if "seal" in path.name) == [
        "0001.seal-pub",
        "0002.seal-program",
    ]
    assert [len(each) for each in ring.publics] == [32, 65]
    SigningKeys.rotate(keys)
    await office.proofs.change_over()
    assert sorted(path.name for path in keys.iterdir() if "seal" in path.name) == [
        "0001.seal-pub", "0002.seal-pub", "0003.seal-key",
    ]  # fmt: skip
    assert (keys / "0002.seal-pub").read_text() == f"gm:{device.public.hex()}\n"
    await record(office, line("r2", builders.received("2020-03-02")))
    await office.proofs.sign_checkpoint(CODE)

    found = await office.proofs.verify(CODE)
    assert (found.passed, found.checkpoints, len(found.keys)) == (True, 5, 3)
    await office.proofs.export(CODE, tmp_path / "bundle.zip")
    assert both(tmp_path / "bundle.zip") == (set(), set())
    receipt = tmp_path / "2020-0001-1.tlog-proof"
    receipt.write_text((await office.proofs.receipt(CODE, Reference(2020, 1), 1)).text)
    known = SigningKeys.load(keys).verifiers
    assert receipt_check.check_receipt(receipt, known=known).findings == ()


async def test_who_trusts_the_device_alone(office: Register, device: Device, tmp_path: Path) -> None:
    """What an Ed25519 key signed is not theirs; what the device signed is held to it."""
    path = tmp_path / "bundle.zip"
    await office.proofs.export(CODE, path)
    mine = Verifier(ORIGIN, device.public)
    pin = Pin((mine.vkey,), contents(path)["checkpoint.txt"].decode())

    assert both(path, verifiers=[mine]) == ({"signature_unknown"}, {"signature_unknown"})
    assert {each.size for each in bundle_check.verify(path, verifiers=[mine]).findings} == {1}
    assert both(path, pin=pin) == ({"signature_unknown"}, {"signature_unknown"})
    files = contents(path)
    files["checkpoints.jsonl"] = files["checkpoints.jsonl"].replace(b"\\n2\\n", b"\\n1\\n")
    assert "signature_wrong" in both(packed(files, tmp_path / "changed.zip"))[0]
    assert "signature_wrong" in both(tmp_path / "changed.zip")[1]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("/nowhere/sign", "不能运行"),
        ("false", "返回值1"),
        ("true", "没有给出"),
        ("cat", "没有给出"),
        ("head -c 64 /dev/zero", "没有给出"),
        ("head -c 1000000 /dev/zero", "没有给出"),
        ("yes", "没有给出"),
        ("sleep 60", "秒内没有给出签名"),
        ("sh -c 'sleep 60 & wait'", "秒内没有给出签名"),
        ("sh -c 'yes & sleep 60'", "没有给出"),
        ("", "无法读取"),
        ("'", "无法读取"),
    ],
)
async def test_a_program_that_does_not_sign_is_not_taken(
    tmp_path: Path, device: Device, monkeypatch: pytest.MonkeyPatch, command: str, message: str
) -> None:
    """Nor one with too much output or none: the present key stays in use."""
    if command.startswith("sleep") or "wait" in command:
        monkeypatch.setattr(signing_program, "_SECONDS", 0.5)
    SigningKeys.create(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(SigningKeyFault, match=message):
        await SigningKeys.rotate_to(tmp_path, device.public, command)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


async def test_a_program_that_hangs_is_killed_with_its_children(
    tmp_path: Path, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every try would leave one behind. All of them hold a pipe open, which ends with the last."""
    monkeypatch.setattr(signing_program, "_SECONDS", 2)
    pipe, keys = tmp_path / "pipe", tmp_path / "keys"
    keys.mkdir()
    SigningKeys.create(keys)
    os.mkfifo(pipe)
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as held:
        with pytest.raises(SigningKeyFault, match="秒内没有给出签名"):
            await SigningKeys.rotate_to(keys, device.public, f"sh -c 'exec 3> {pipe}; sleep 60 & wait'")
        assert select.select([held], [], [], 10)[0] == [held]


async def test_another_key_s_program_is_not_taken(tmp_path: Path, device: Device) -> None:
    with pytest.raises(SigningKeyFault, match="没有给出此公钥的SM2签名"):
        await SigningKeys.rotate_to(tmp_path, PUBLIC, device.command)


async def test_a_file_that_names_no_signer_gets_a_message_with_what_to_write(
    tmp_path: Path, device: Device
) -> None:
    """OpenSSL uses no signer id unless given one, and such a signature is of other bytes."""
    nameless = device.command.partition(" -sigopt")[0]
    with pytest.raises(SigningKeyFault, match="-sigopt distid:1234567812345678"):
        await SigningKeys.rotate_to(tmp_path, device.public, nameless)
    await SigningKeys.rotate_to(tmp_path, device.public, device.command)


async def test_a_program_that_fails_later_signs_nothing_and_loses_nothing(
    office: Register, device: Device, tmp_path: Path
) -> None:
    """Recording goes on; with the device back it is sealed."""
    path = tmp_path / "keys/0002.seal-program"
    text = path.read_text()
    path.write_text(text.replace(device.command, "false"))
    await record(office, line("r2", builders.received("2020-03-02")))
    with pytest.raises(SigningKeyFault, match="返回值1"):
        await office.proofs.sign_checkpoint(CODE)

    path.write_text(text)
    sealed = await office.proofs.sign_checkpoint(CODE)
    assert sealed is not None
    assert sealed.size == 3


@pytest.mark.parametrize("text", ["", "gm:00\ntrue\n", f"{PUBLIC.hex()}\ntrue\n", f"gm:{PUBLIC.hex()}\n"])
def test_a_malformed_program_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "0001.seal-program"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(SigningKeyFault, match=r"0001\.seal-program"):
        SigningKeys.load(tmp_path)
    path.write_text(f"gm:{PUBLIC.hex()}\ntrue\n")
    path.chmod(0o640)
    with pytest.raises(SigningKeyFault, match="chmod 600"):
        SigningKeys.load(tmp_path)
    (tmp_path / "0001.seal-key").write_text("00" * 32)
    (tmp_path / "0001.seal-key").chmod(0o600)
    path.chmod(0o600)
    with pytest.raises(SigningKeyFault, match="有两个文件"):
        SigningKeys.load(tmp_path)
