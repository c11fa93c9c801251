"""Checkpoints: the log's size and root, signed, as C2SP tlog-checkpoint in a C2SP signed note (Ed25519).

A tree of another suite than `std` says so in an extension line, `suite` and its name, which is signed with the rest.
Whoever holds one outside the office's reach can find out later whether anything before it was changed. The
signing key lies in a file outside the database; retired keys leave their public half behind, so what they signed
can still be checked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters import key_files
from adapters.suites import SuiteUnknown

_ED25519 = b"\x01"
_MOST_SIGNATURES = 32
_SUITE = re.compile(r"suite ([a-z][a-z0-9-]{0,15})")
_SECRET, _PUBLIC = ".seal-key", ".seal-pub"


class NoteFault(ValueError):
    """Not a signed note, or its text not a checkpoint."""


class SignatureUnknown(NoteFault):
    """Signed by no key that is trusted here."""


class SignatureWrong(NoteFault):
    """It bears the name of a trusted key, and that key did not sign it."""


class NoteOfUnknownSuite(NoteFault):
    """Made with algorithms that this program does not have; the text says which."""


class SealKeyFault(Exception):
    """The key that signs checkpoints is missing, unreadable or not the one it was."""


class Checkpoint(NamedTuple):
    """origin names the log for ever; size counts its entries, root is that of their tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> bytes:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n".encode()


class Verifier(NamedTuple):
    """A public key under the name of the log that it signs for."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """As C2SP writes public keys: name, id and key in one word."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Raises NoteFault."""
        match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", vkey)
        key = _unbase64(match[3]) if match else b""
        if match and key and key[:1] != _ED25519:
            raise NoteOfUnknownSuite(f"公钥的签名算法（类型{key[0]:02x}）为本程序所不知：请用更新的程序核验")
        if not match or len(key) != 33:
            raise NoteFault("不是Ed25519公钥（名称+编号+公钥）")
        found = cls(match[1], key[1:])
        if found.key_id.hex() != match[2]:
            raise NoteFault("公钥与其编号不符")
        return found

    def signed(self, text: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer(Protocol):
    """Signs with one Ed25519 key: a file, or a signing server that never shows it."""

    @property
    def public(self) -> bytes: ...

    async def sign(self, text: bytes) -> bytes: ...


def note(checkpoint: Checkpoint, signer: Verifier, signature: bytes) -> str:
    line = f"— {signer.name} {_base64(signer.key_id + signature)}\n"
    return f"{checkpoint.text.decode()}\n{line}"


def read(signed: str) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    """The checkpoint of a note and its signatures by name, none of them checked. Raises NoteFault."""
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


def opened(signed: str, trusted: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint of a note that a trusted key signed. Raises NoteFault, and its two kinds.

    Signatures of other keys are passed over; one that bears a trusted key's name and id must hold.
    """
    checkpoint, signatures = read(signed)
    held = False
    for verifier in trusted:
        for name, signature in signatures:
            if (name, signature[:4]) != (verifier.name, verifier.key_id):
                continue
            if not verifier.signed(checkpoint.text, signature[4:]):
                raise SignatureWrong("签名与内容不符")
            held = True
    if not held:
        raise SignatureUnknown("没有可信公钥的签名")
    return checkpoint


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) == 4 and (named := _SUITE.fullmatch(lines[3])):
        raise NoteOfUnknownSuite(str(SuiteUnknown(named[1])))
    if len(lines) != 3 or not all(lines) or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
        raise NoteFault("不是存证点：应为名称、条数、树根三行")
    root = _unbase64(lines[2])
    if len(root) != 32:
        raise NoteFault("树根应为32字节")
    return Checkpoint(lines[0], int(lines[1]), root)


# --- keys ---


class FileSigner:
    """The key of a file of mode 0600 in the keys' directory: 64 hex digits."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    async def sign(self, text: bytes) -> bytes:
        return self._key.sign(text)


class SealKeys:
    """The keys of a directory: the last by name signs, all verify. Names count: 0001, 0002, …"""

    def __init__(self, signer: Signer | None, named: Mapping[str, bytes]) -> None:
        """named: the public halves by name."""
        self.signer = signer
        self.named = dict(sorted(named.items()))
        self.publics = tuple(self.named.values())

    @classmethod
    def load(cls, directory: Path) -> SealKeys:
        """Raises SealKeyFault for a file that others can read or that holds no key."""
        found: dict[str, bytes] = {}
        signer: FileSigner | None = None
        for path in sorted(directory.glob(f"*{_PUBLIC}")):
            found[path.stem] = _key_in(path)
        for path in sorted(directory.glob(f"*{_SECRET}")):
            if not key_files.is_private(path):
                raise SealKeyFault(f"签名密钥{path.name}可被他人读取，请改为仅本人可读写（chmod 600）")
            signer = FileSigner(_key_in(path))
            found[path.stem] = signer.public
        return cls(signer, found)

    @classmethod
    def create(cls, directory: Path) -> SealKeys:
        """Make the first key, unless another start did. Raises SealKeyFault."""
        return cls._add(directory, "0001")

    @staticmethod
    def discard(directory: Path, made: SealKeys) -> None:
        """Take away a key that was just made and has signed nothing, since another machine was first."""
        for name in made.named:
            (directory / f"{name}{_SECRET}").unlink(missing_ok=True)

    @classmethod
    def rotate(cls, directory: Path) -> SealKeys:
        """Sign with a new key from now on; of the earlier ones only the public halves stay. Raises SealKeyFault."""
        names = [path.stem for kind in (_PUBLIC, _SECRET) for path in directory.glob(f"*{kind}")]
        last = max((int(name) for name in names if name.isdecimal()), default=0)
        keys = cls._add(directory, f"{last + 1:04d}")
        for path in sorted(directory.glob(f"*{_SECRET}"))[:-1]:
            key_files.create(path.with_suffix(_PUBLIC), FileSigner(_key_in(path)).public.hex() + "\n")
            path.unlink()
        return keys

    @classmethod
    def _add(cls, directory: Path, name: str) -> SealKeys:
        try:
            key_files.create(directory / f"{name}{_SECRET}", secrets.token_hex(32) + "\n")
        except OSError as wrong:
            raise SealKeyFault(f"不能在{directory}建立签名密钥：{wrong.strerror}") from None
        return cls.load(directory)

    def verifiers(self, origin: str) -> list[Verifier]:
        """The public keys under the log's name, the oldest first."""
        return [Verifier(origin, public) for public in self.publics]


def _key_in(path: Path) -> bytes:
    key = b""
    with suppress(ValueError, OSError):
        key = bytes.fromhex(path.read_text("ascii").strip())
    if len(key) != 32:
        raise SealKeyFault(f"密钥文件{path.name}无法读取，应为64位十六进制数")
    return key


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str) -> bytes:
    """Empty unless it is base64 as it would be written: one text for one value."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if _base64(data) == text else b""
