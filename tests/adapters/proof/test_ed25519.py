"""Signatures as the stand-alone verifier checks them, in plain Python: the vectors of RFC 8032 and a library agree."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters.proof.handover import verify as standalone

# RFC 8032, 7.1, as printed there.
VECTORS = [
    (each["test"], *(bytes.fromhex(each[name]) for name in ("public_key", "message", "signature")))
    for each in json.loads(Path(__file__).with_name("rfc8032.json").read_text("utf-8"))
]
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the base point: RFC 8032, 5.1."""


def by_library(public: bytes, text: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("test", "public", "text", "signature"), VECTORS, ids=[each[0] for each in VECTORS])
def test_the_vectors_of_the_rfc(test: str, public: bytes, text: bytes, signature: bytes) -> None:
    """Each holds, and with one bit of key, text or signature changed no longer does."""
    assert len(text) == {"1": 0, "2": 1, "3": 2, "1024": 1023, "SHA(abc)": 64}[test]
    assert standalone.is_signed(public, text, signature)
    assert not standalone.is_signed(public, text + b"x", signature)
    for at in (0, 31, 32, 63):
        changed = bytearray(signature)
        changed[at] ^= 1
        assert not standalone.is_signed(public, text, bytes(changed))
    for at in (0, 31):
        other = bytearray(public)
        other[at] ^= 1
        assert not standalone.is_signed(bytes(other), text, signature)


def test_it_says_what_a_library_says() -> None:
    """Keys, texts and tampering at random; the seed is fixed."""
    chance = random.Random(8032)
    for nth in range(60):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        public, text = key.public_key().public_bytes_raw(), chance.randbytes(chance.randrange(200))
        signature = bytearray(key.sign(text))
        if nth % 2:
            signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
        accepted = standalone.is_signed(public, text, bytes(signature))
        assert accepted == by_library(public, text, bytes(signature)) == (nth % 2 == 0)


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        # A scalar of the order or above is another spelling of the same signature: 5.1.7, step 1.
        (VECTORS[1][1], VECTORS[1][3][:32] + (int.from_bytes(VECTORS[1][3][32:], "little") + ORDER).to_bytes(32, "little")),
        (VECTORS[1][1], VECTORS[1][3][:63]),
        (VECTORS[1][1], VECTORS[1][3] + b"\0"),
        (VECTORS[1][1], b""),
        (b"\x02" + bytes(31), VECTORS[1][3]),
        (b"\xff" * 32, VECTORS[1][3]),
    ],
    ids=["scalar too large", "short", "long", "empty", "key is no point", "key beyond the field"],
)  # fmt: skip
def test_bytes_that_are_no_signature(public: bytes, signature: bytes) -> None:
    assert not standalone.is_signed(public, VECTORS[1][2], signature)


def test_a_point_has_one_encoding() -> None:
    """RFC 8032, 5.1.3: no coordinate of the prime or more, which would be another's second name; y = 0 is a point."""
    assert standalone.point_of((0).to_bytes(32, "little")) is not None
    assert standalone.point_of(standalone.PRIME.to_bytes(32, "little")) is None


def test_the_verifier_is_written_for_python_3_8() -> None:
    """An auditor's machine may be old."""
    ast.parse(Path(standalone.__file__).read_text("utf-8"), feature_version=(3, 8))
