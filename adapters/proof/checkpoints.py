"""Checkpoints: the log's size and root, signed, as C2SP tlog-checkpoint in a C2SP signed note (Ed25519, or SM2).

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
from adapters.proof.handover import verify as handover
from adapters.proof.signing_program import ProgramSigner, SealKeyFault
from adapters.suites import GM, STD, Suite, SuiteUnknown

_ED25519, _SM2 = b"\x01", b"\xffSM2"
"""By which a public key says what it is of: C2SP's type, and that of its own kinds with their name."""

_LENGTHS = {32: _ED25519, 65: _SM2}
_MOST_SIGNATURES = 32
_SUITE = re.compile(r"suite ([a-z][a-z0-9-]{0,15})")
_SECRET, _PUBLIC, _PROGRAM = _KINDS = ".seal-key", ".seal-pub", ".seal-program"


class NoteFault(ValueError):
    """Not a signed note, or its text not a checkpoint."""


class SignatureUnknown(NoteFault):
    """Signed by no key that is trusted here."""


class SignatureWrong(NoteFault):
    """It bears the name of a trusted key, and that key did not sign it."""


class NoteOfUnknownSuite(NoteFault):
    """Made with algorithms that this program does not have; the text says which."""


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
    """A public key under the name of the log that it signs for. public: 32 bytes of Ed25519, or the 65 of a point of SM2."""

    name: str
    public: bytes

    @property
    def key(self) -> bytes:
        """With its type before it."""
        return _LENGTHS[len(self.public)] + self.public

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.key).digest()[:4]

    @property
    def vkey(self) -> str:
        """As C2SP writes public keys: name, id and key in one word."""
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


class Signer(Protocol):
    """Signs with one key: a file, or a program that asks a device or a server which never shows it. See Verifier.public."""

    @property
    def public(self) -> bytes: ...

    async def sign(self, text: bytes) -> bytes:
        """Raises SealKeyFault."""


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
        for path in sorted(directory.glob(f"*{_PUBLIC}")):
            found[path.stem] = _public_in(path)
        signers: dict[str, Signer] = {}
        for path in sorted((*directory.glob(f"*{_SECRET}"), *directory.glob(f"*{_PROGRAM}"))):
            if not key_files.is_private(path):
                raise SealKeyFault(f"签名密钥{path.name}可被他人读取，请改为仅本人可读写（chmod 600）")
            if path.stem in signers:
                raise SealKeyFault(f"签名密钥{path.stem}有两个文件，请移去其一")
            signers[path.stem] = (
                FileSigner(_key_in(path))
                if path.suffix == _SECRET
                else ProgramSigner.parse(_text_in(path), path.name)
            )
        found |= {name: signer.public for name, signer in signers.items()}
        return cls(signers[max(signers)] if signers else None, found)

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
        return cls._retire(directory, cls._add(directory, cls._next(directory)))

    @classmethod
    async def rotate_to(cls, directory: Path, public: bytes, command: str) -> SealKeys:
        """The same with an SM2 key that this program signs with, which is tried first. Raises SealKeyFault, having changed nothing."""
        text = f"{GM.prefix}{public.hex()}\n{command}\n"
        name = cls._next(directory)
        await ProgramSigner.parse(text, f"{name}{_PROGRAM}").sign(b"taizhang\n")
        return cls._retire(directory, cls._add(directory, name, _PROGRAM, text))

    @staticmethod
    def _next(directory: Path) -> str:
        names = [path.stem for kind in _KINDS for path in directory.glob(f"*{kind}")]
        return f"{max((int(name) for name in names if name.isdecimal()), default=0) + 1:04d}"

    @classmethod
    def _retire(cls, directory: Path, keys: SealKeys) -> SealKeys:
        """Leave of the keys before the last their public halves alone."""
        last = max(keys.named)
        for path in (path for kind in (_SECRET, _PROGRAM) for path in directory.glob(f"*{kind}")):
            if path.stem != last:
                public = keys.named[path.stem]
                text = public.hex() if len(public) == 32 else GM.prefix + public.hex()
                key_files.create(path.with_suffix(_PUBLIC), text + "\n")
                path.unlink()
        return keys

    @classmethod
    def _add(cls, directory: Path, name: str, kind: str = _SECRET, text: str | None = None) -> SealKeys:
        """text: of the file; else a key of Ed25519 is made."""
        try:
            key_files.create(directory / f"{name}{kind}", text or secrets.token_hex(32) + "\n")
        except OSError as wrong:
            raise SealKeyFault(f"不能在{directory}建立签名密钥：{wrong.strerror}") from None
        return cls.load(directory)

    @property
    def suite(self) -> Suite:
        """Of the key that signs; `std` if there is none yet."""
        return GM if isinstance(self.signer, ProgramSigner) else STD

    def verifiers(self, origin: str) -> list[Verifier]:
        """The public keys under the log's name, the oldest first."""
        return [Verifier(origin, public) for public in self.publics]


def _text_in(path: Path) -> str:
    """Empty if it cannot be read."""
    with suppress(ValueError, OSError):
        return path.read_text("utf-8").strip()
    return ""


def _public_in(path: Path) -> bytes:
    text = _text_in(path)
    if not text.startswith(GM.prefix):
        return _key_in(path)
    public = b""
    with suppress(ValueError):
        public = bytes.fromhex(text.removeprefix(GM.prefix))
    if not handover.is_point(public):
        raise SealKeyFault(f"公钥文件{path.name}无法读取，应为“gm:”和130位十六进制数")
    return public


def _key_in(path: Path) -> bytes:
    key = b""
    with suppress(ValueError):
        key = bytes.fromhex(_text_in(path))
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
