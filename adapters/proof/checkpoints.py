"""Checkpoints: the log's size and root, signed, as C2SP tlog-checkpoint in a C2SP signed note (Ed25519, or SM2).

For a suite other than `std` an extension line `suite` has its name, and is signed with the rest. Where a log changes
its suite, a line `onward` has the name of the next suite and its root of the same leaves, and keys of both suites sign.
Somebody who keeps a checkpoint outside the authority's reach can find out later whether anything before it was changed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters import suites
from adapters.proof.handover import verify as handover
from adapters.suites import GM, STD, Suite, SuiteUnknown

_ED25519, _SM2 = b"\x01", b"\xffSM2"
"""The type byte of a public key: C2SP's for Ed25519, and its escape for other algorithms followed by the name."""

_LENGTHS = {32: _ED25519, 65: _SM2}
_MOST_SIGNATURES = 32
_SUITE = re.compile(r"suite ([a-z][a-z0-9-]{0,15})")
_ONWARD = re.compile(r"onward ([a-z][a-z0-9-]{0,15}) ([A-Za-z0-9+/=]+)")


class NoteFault(ValueError):
    """Not a signed note, or not one of a checkpoint."""


class SignatureUnknown(NoteFault):
    """No trusted key has signed it."""


class SignatureWrong(NoteFault):
    """A signature in the name of a trusted key is not that key's."""


class NoteOfUnknownSuite(NoteFault):
    """Made with algorithms that this program does not know; the text says which."""


class Root(NamedTuple):
    """The root of a tree hashed with this suite."""

    suite: Suite
    root: bytes


class Checkpoint(NamedTuple):
    """origin: the log's name, which never changes; size: its number of entries; root: of their tree; suite: of tree and
    signature.

    onward: only where the log changes its suite: the root of the same leaves in the next suite.
    """

    origin: str
    size: int
    root: bytes
    suite: Suite = STD
    onward: Root | None = None

    @property
    def roots(self) -> tuple[Root, ...]:
        """The root; both roots where the suite changes."""
        own = Root(self.suite, self.root)
        return (own, self.onward) if self.onward else (own,)

    @property
    def following(self) -> Root:
        """The root that later checkpoints must be consistent with."""
        return self.roots[-1]

    @property
    def text(self) -> bytes:
        """The text that is signed."""
        lines = [self.origin, str(self.size), _base64(self.root)]
        if self.suite is not STD:
            lines.append(f"suite {self.suite.name}")
        if self.onward is not None:
            lines.append(f"onward {self.onward.suite.name} {_base64(self.onward.root)}")
        return "".join(f"{line}\n" for line in lines).encode()


class Verifier(NamedTuple):
    """A public key and the name of the log that it signs. public: 32 bytes for Ed25519, 65 for a point of SM2."""

    name: str
    public: bytes

    @property
    def suite(self) -> Suite:
        return suite_of(self.public)

    @property
    def key(self) -> bytes:
        """The public key, preceded by its type."""
        return _LENGTHS[len(self.public)] + self.public

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.key).digest()[:4]

    @property
    def vkey(self) -> str:
        """The public key in C2SP's format: name, id and key."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(self.key)}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Raises NoteFault."""
        match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", vkey)
        key = _unbase64(match[3]) if match else b""
        type_ = _SM2 if key.startswith(_SM2) else key[:1]
        if match and key and type_ not in (_ED25519, _SM2):
            raise NoteOfUnknownSuite(f"公钥的签名算法（类型{key[0]:02x}）为本程序所不知：请用更新的程序核验")
        public = key[len(type_) :]
        if not match or _LENGTHS.get(len(public)) != type_:
            raise NoteFault("不是公钥（名称+编号+公钥）")
        found = cls(match[1], public)
        if found.key_id.hex() != match[2]:
            raise NoteFault("公钥与其编号不符")
        return found

    def signed(self, text: bytes, signature: bytes) -> bool:
        if len(self.public) == 65:
            return handover.is_signed_by_sm2(self.public, text, signature)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


def suite_of(public: bytes) -> Suite:
    """The suite of a public key, by its length."""
    return STD if len(public) == 32 else GM


def note(checkpoint: Checkpoint, signatures: Mapping[Verifier, bytes]) -> str:
    lines = (f"— {each.name} {_base64(each.key_id + signature)}\n" for each, signature in signatures.items())
    return f"{checkpoint.text.decode()}\n{''.join(lines)}"


def read(signed: str) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    """A note's checkpoint and its signatures by name, none of them verified. Raises NoteFault."""
    text, blank, lines = signed.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", signed):
        raise NoteFault("不是带签名的文本")
    signatures: list[tuple[str, bytes]] = []
    for line in lines[:-1].split("\n"):
        match = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
        signature = _unbase64(match[2]) if match else b""
        if not match or len(signature) < 5 or len(signatures) == _MOST_SIGNATURES:
            raise NoteFault("签名行不合格式")
        signatures.append((match[1], signature))
    return _checkpoint(text), signatures


def is_onward(signed: str) -> bool:
    """Whether the note may be of a change of suite: a quick test without parsing it."""
    return "\nonward " in signed


def opened(signed: str, trusted: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint of a note, signed by a trusted key of its suite, or of both suites. Raises NoteFault or a
    subclass.

    Signatures of other keys are ignored; one with the name and id of a trusted key must be valid.
    """
    checkpoint, signatures = read(signed)
    held: set[Suite] = set()
    for verifier in trusted:
        for name, signature in signatures:
            if (name, signature[:4]) != (verifier.name, verifier.key_id):
                continue
            if not verifier.signed(checkpoint.text, signature[4:]):
                raise SignatureWrong("签名与内容不符")
            held.add(verifier.suite)
    lacking = [each.suite.signature for each in checkpoint.roots if each.suite not in held]
    if lacking:
        which = f"：缺{lacking[0]}的" if held or checkpoint.onward else ""
        way_on = "，由另一种密钥签名的换用处：请核实其公钥，与已有的一并以--key给出" if held else ""
        raise SignatureUnknown(f"没有可信公钥的签名{which}{way_on}")
    return checkpoint


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    suite, onward = STD, None
    try:
        if len(lines) > 3 and (named := _SUITE.fullmatch(lines[3])):
            suite = suites.named(named[1])
            del lines[3]
        if len(lines) > 3 and (named := _ONWARD.fullmatch(lines[3])):
            onward = Root(suites.by_name(named[1]), _root(named[2]))
            del lines[3]
    except SuiteUnknown as wrong:
        raise NoteOfUnknownSuite(str(wrong)) from None
    if len(lines) != 3 or not all(lines) or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
        raise NoteFault("不是存证点：应为名称、条数、树根三行")
    if onward is not None and onward.suite is suite:
        raise NoteFault("换用算法的存证点应有两种算法的树根")
    return Checkpoint(lines[0], int(lines[1]), _root(lines[2]), suite, onward)


def _root(text: str) -> bytes:
    root = _unbase64(text)
    if len(root) != 32:
        raise NoteFault("树根应为32字节")
    return root


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str) -> bytes:
    """The decoded bytes; empty unless the text is canonical base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if _base64(data) == text else b""
