"""Checkpoints as signed notes: vectors of others, what is refused, and the key files."""

from __future__ import annotations

import base64
import hashlib
import stat
from pathlib import Path

import pytest

from adapters.proof import checkpoints
from adapters.proof.checkpoints import (
    Checkpoint,
    NoteFault,
    NoteOfUnknownSuite,
    SignatureUnknown,
    SignatureWrong,
    Verifier,
)
from adapters.proof.handover import verify as standalone
from adapters.proof.signing_key_files import FileSigner, SigningKeys
from adapters.proof.signing_program import SigningKeyFault

ORIGIN = "taizhang/huadu"
ROOT = bytes(range(32))
TEXT = f"{ORIGIN}\n414\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


# Notes and keys that others published: the C2SP specification's example note, and the one of Go's note package.
SIGNED_ELSEWHERE = (
    (
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "This is an example message.\n",
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=",
    ),
    (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
    ),
)


@pytest.mark.parametrize(("vkey", "text", "signature"), SIGNED_ELSEWHERE)
def test_a_note_signed_elsewhere_verifies(vkey: str, text: str, signature: str) -> None:
    """Key names, ids, encoding and what is signed are those of C2SP's signed notes."""
    verifier = Verifier.parse(vkey)
    decoded = checkpoints._unbase64(signature)

    assert verifier.vkey == vkey
    assert decoded[:4] == verifier.key_id
    assert verifier.signed(text.encode(), decoded[4:])
    assert not verifier.signed(text.encode() + b"\n", decoded[4:])


def test_the_specification_s_checkpoint_is_read() -> None:
    """The example of C2SP's tlog-checkpoint; its key is not published with it."""
    example = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )

    checkpoint, signatures = checkpoints.read(example)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex() == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
    assert [(name, len(signature)) for name, signature in signatures] == [("example.com/behind-the-sofa", 68)]


@pytest.fixture
def signer() -> FileSigner:
    return FileSigner(bytes(range(32)))


SIGNED = Checkpoint(ORIGIN, 414, ROOT)


async def signed(signer: FileSigner, checkpoint: Checkpoint = SIGNED) -> str:
    name = Verifier(checkpoint.origin, signer.public)
    return checkpoints.note(checkpoint, {name: await signer.sign(checkpoint.text)})


async def test_a_checkpoint_is_three_lines_and_a_signature(signer: FileSigner) -> None:
    """Signed twice it is the same text: Ed25519 has no chance in it."""
    note = await signed(signer)

    assert note.startswith(TEXT + f"\n— {ORIGIN} ")
    assert note == await signed(signer)
    assert checkpoints.opened(note, [Verifier(ORIGIN, signer.public)]) == Checkpoint(ORIGIN, 414, ROOT)


async def test_whose_signature_counts(signer: FileSigner) -> None:
    """A trusted key must have signed; others' signatures are passed over, a false one under its name is not."""
    note, mine = await signed(signer), Verifier(ORIGIN, signer.public)
    other = FileSigner(bytes(32))
    theirs = Verifier(ORIGIN, other.public)

    with pytest.raises(SignatureUnknown):
        checkpoints.opened(note, [theirs])
    with pytest.raises(SignatureUnknown):
        checkpoints.opened(note, [Verifier("taizhang/conghua", signer.public)])
    with pytest.raises(SignatureWrong):
        checkpoints.opened(note.replace("\n414\n", "\n415\n"), [mine])
    line = checkpoints.note(
        Checkpoint(ORIGIN, 414, ROOT), {theirs: await other.sign(TEXT.encode())}
    ).rpartition("\n\n")[2]
    assert checkpoints.opened(note + line, [mine, theirs]).size == 414
    assert checkpoints.opened(note + line, [mine]).size == 414


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("\n\n", "\n"),
        ("414", "0414"),
        ("414", "-1"),
        ("414", "४१४"),
        ("\n414\n", "\n\n414\n"),
        ("\n\n—", "\n\nextension\n\n—"),
        ("\n\n—", "\nextension\n\n—"),
        ("\n\n—", "\nsuite \n\n—"),
        ("\n\n—", "\nsuite quantum\nsuite quantum\n\n—"),
        ("AAEC", "AAE*"),
        ("Hh8=", "Hh9="),
        ("Hh8=", "Hg=="),
        ("— ", "- "),
        ("414", "414\r"),
    ],
)
async def test_texts_that_are_no_checkpoint(signer: FileSigner, was: str, now: str) -> None:
    """Nothing is read that would be written otherwise: one text for one checkpoint."""
    note = await signed(signer)
    assert was in note

    with pytest.raises(NoteFault):
        checkpoints.opened(note.replace(was, now, 1), [Verifier(ORIGIN, signer.public)])


@pytest.mark.parametrize("end", ["", " ", "x", "\r"])
async def test_a_note_ends_with_its_last_line(signer: FileSigner, end: str) -> None:
    """For both verifiers: the last byte belongs to the format too."""
    note = await signed(signer)
    with pytest.raises(NoteFault):
        checkpoints.opened(note[:-1] + end, [Verifier(ORIGIN, signer.public)])
    with pytest.raises(ValueError, match=r"^"):
        standalone.read_note(note[:-1] + end)


@pytest.mark.parametrize("name", ["quantum", "std", "sm9"])
async def test_a_checkpoint_of_a_suite_that_is_not_known(signer: FileSigner, name: str) -> None:
    """Signed or not, it is read by neither verifier, and both say why; `std` is what is not written."""
    text = f"{TEXT}suite {name}\n"
    mine = Verifier(ORIGIN, signer.public)
    line = base64.b64encode(mine.key_id + await signer.sign(text.encode())).decode()
    note = f"{text}\n— {ORIGIN} {line}\n"

    with pytest.raises(NoteOfUnknownSuite, match=f"“{name}”为本程序所不知"):
        checkpoints.opened(note, [mine])
    with pytest.raises(standalone.SuiteUnknown, match=f"“{name}”为本程序所不知"):
        standalone.read_note(note)


@pytest.mark.parametrize("type_", [b"\x06", b"\xff", b"\x00"])
def test_a_key_of_an_algorithm_that_is_not_known(type_: bytes) -> None:
    """Even if its number fits: it is not taken for an Ed25519 key."""
    key = type_ + bytes(range(32))
    number = hashlib.sha256(ORIGIN.encode() + b"\n" + key).digest()[:4].hex()
    vkey = f"{ORIGIN}+{number}+{base64.b64encode(key).decode()}"

    with pytest.raises(NoteOfUnknownSuite, match=f"类型{type_.hex()}"):
        Verifier.parse(vkey)
    with pytest.raises(standalone.SuiteUnknown, match=f"类型{type_.hex()}"):
        standalone.read_vkey(vkey)


@pytest.mark.parametrize(
    "vkey", ["", "a+b", "huadu+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a+00000000+AAAA"]
)
def test_texts_that_are_no_public_key(vkey: str) -> None:
    with pytest.raises(NoteFault):
        Verifier.parse(vkey)


async def test_keys_are_files_that_nobody_else_can_read(tmp_path: Path) -> None:
    """The first start makes one; a second start finds it."""
    keys = SigningKeys.create(tmp_path / "keys")
    path = tmp_path / "keys/0001.seal-key"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKeys.create(tmp_path / "keys").publics == keys.publics == (keys.signer.public,)
    path.chmod(0o640)
    with pytest.raises(SigningKeyFault, match="chmod 600"):
        SigningKeys.load(tmp_path / "keys")
    path.chmod(0o600)
    path.write_text("nothing")
    with pytest.raises(SigningKeyFault, match="64位"):
        SigningKeys.load(tmp_path / "keys")


async def test_a_retired_key_still_verifies_and_signs_no_more(tmp_path: Path) -> None:
    """Of what it was only the public half stays on the disk."""
    first = SigningKeys.create(tmp_path)
    note = await signed(first.signer)

    second = SigningKeys.rotate(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001.seal-pub", "0002.seal-key"]
    assert second.publics == (first.signer.public, second.signer.public)
    assert checkpoints.opened(note, second.verifiers(ORIGIN)).size == 414
    assert checkpoints.opened(await signed(second.signer), second.verifiers(ORIGIN)).size == 414
    assert SigningKeys.load(tmp_path / "none").signer is None
