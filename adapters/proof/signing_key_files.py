"""The keys that sign checkpoints, as they lie in a directory outside the database.

Retired keys leave their public half behind, so what they signed can still be checked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters import key_files
from adapters.proof.checkpoints import Verifier, suite_of
from adapters.proof.handover import verify as handover
from adapters.proof.signing_program import ProgramSigner, SigningKeyFault
from adapters.suites import GM, STD, Suite

_SECRET, _PUBLIC, _PROGRAM = _KINDS = ".seal-key", ".seal-pub", ".seal-program"


class Signer(Protocol):
    """Signs with one key: a file, or a program that asks a device or a server which never shows it. See Verifier.public."""

    @property
    def public(self) -> bytes: ...

    async def sign(self, text: bytes) -> bytes:
        """Raises SigningKeyFault."""


class FileSigner:
    """The key of a file of mode 0600 in the keys' directory: 64 hex digits."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    async def sign(self, text: bytes) -> bytes:
        return self._key.sign(text)


class SigningKeys:
    """The keys of a directory: the last by name signs, all verify. Names count: 0001, 0002, …

    Where the suite changed, the last of the suite before is kept too, until all logs have gone over: it signs that they do.
    """

    def __init__(self, signers: Mapping[str, Signer], named: Mapping[str, bytes]) -> None:
        """named: the public halves by name."""
        self.signer = signers[max(signers)] if signers else None
        self._signers = signers
        self.named = dict(sorted(named.items()))
        self.publics = tuple(self.named.values())

    @classmethod
    def load(cls, directory: Path) -> SigningKeys:
        """Raises SigningKeyFault for a file that others can read or that holds no key."""
        found: dict[str, bytes] = {}
        for path in sorted(directory.glob(f"*{_PUBLIC}")):
            found[path.stem] = _public_in(path)
        signers: dict[str, Signer] = {}
        for path in sorted((*directory.glob(f"*{_SECRET}"), *directory.glob(f"*{_PROGRAM}"))):
            if not key_files.is_private(path):
                raise SigningKeyFault(f"签名密钥{path.name}可被他人读取，请改为仅本人可读写（chmod 600）")
            if path.stem in signers:
                raise SigningKeyFault(f"签名密钥{path.stem}有两个文件，请移去其一")
            signers[path.stem] = (
                FileSigner(_key_in(path))
                if path.suffix == _SECRET
                else ProgramSigner.parse(_text_in(path), path.name)
            )
        found |= {name: signer.public for name, signer in signers.items()}
        return cls(signers, found)

    @classmethod
    def create(cls, directory: Path) -> SigningKeys:
        """Make the first key, unless another start did. Raises SigningKeyFault."""
        return cls._add(directory, "0001")

    @staticmethod
    def discard(directory: Path, made: SigningKeys) -> None:
        """Take away a key that was just made and has signed nothing, since another machine was first."""
        for name in made.named:
            (directory / f"{name}{_SECRET}").unlink(missing_ok=True)

    @classmethod
    def rotate(cls, directory: Path) -> SigningKeys:
        """Sign with a new key from now on; of the earlier ones of its suite only the public halves stay. Raises SigningKeyFault."""
        return cls._retire(directory, cls._add(directory, cls._next(directory)))

    @classmethod
    async def rotate_to(cls, directory: Path, public: bytes, command: str) -> SigningKeys:
        """The same with an SM2 key that this program signs with, which is tried first. Raises SigningKeyFault, having changed nothing."""
        text = f"{GM.prefix}{public.hex()}\n{command}\n"
        name = cls._next(directory)
        await ProgramSigner.parse(text, f"{name}{_PROGRAM}").sign(b"taizhang\n")
        return cls._retire(directory, cls._add(directory, name, _PROGRAM, text))

    @classmethod
    def retire(cls, directory: Path) -> None:
        """Leave of all keys before the last their public halves alone: every log is of its suite. Raises SigningKeyFault."""
        cls._retire(directory, cls.load(directory), others=True)

    @staticmethod
    def _next(directory: Path) -> str:
        names = [path.stem for kind in _KINDS for path in directory.glob(f"*{kind}")]
        return f"{max((int(name) for name in names if name.isdecimal()), default=0) + 1:04d}"

    @classmethod
    def _retire(cls, directory: Path, keys: SigningKeys, *, others: bool = False) -> SigningKeys:
        """Leave of the keys before the last of each suite their public halves alone; others: of all before the last."""
        lasts = {suite_of(public): name for name, public in keys.named.items()}
        kept = {max(keys.named)} if others else set(lasts.values())
        for path in (path for kind in (_SECRET, _PROGRAM) for path in directory.glob(f"*{kind}")):
            if path.stem not in kept:
                public = keys.named[path.stem]
                text = public.hex() if len(public) == 32 else GM.prefix + public.hex()
                key_files.create(path.with_suffix(_PUBLIC), text + "\n")
                path.unlink()
        return keys

    @classmethod
    def _add(cls, directory: Path, name: str, kind: str = _SECRET, text: str | None = None) -> SigningKeys:
        """text: of the file; else a key of Ed25519 is made."""
        try:
            key_files.create(directory / f"{name}{kind}", text or secrets.token_hex(32) + "\n")
        except OSError as wrong:
            raise SigningKeyFault(f"不能在{directory}建立签名密钥：{wrong.strerror}") from None
        return cls.load(directory)

    @property
    def suite(self) -> Suite:
        """Of the key that signs; `std` if there is none yet."""
        return suite_of(self.signer.public) if self.signer else STD

    @property
    def is_changing(self) -> bool:
        """Whether a key of another suite is still kept, since there may be logs that have not gone over."""
        return any(suite_of(each.public) is not self.suite for each in self._signers.values())

    def signer_of(self, suite: Suite) -> Signer:
        """The last key of a suite. Raises SigningKeyFault."""
        found = [name for name, signer in self._signers.items() if suite_of(signer.public) is suite]
        if not found:
            back = "--suite std" if suite is STD else "--program … --public …"
            raise SigningKeyFault(
                f"日志由{suite.signature}密钥签名，本机没有：请将其密钥文件放回；确已丢失的，先换回"
                f"（taizhang keys --rotate {back}），再换一次"
            )
        return self._signers[max(found)]

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
        raise SigningKeyFault(f"公钥文件{path.name}无法读取，应为“gm:”和130位十六进制数")
    return public


def _key_in(path: Path) -> bytes:
    key = b""
    with suppress(ValueError):
        key = bytes.fromhex(_text_in(path))
    if len(key) != 32:
        raise SigningKeyFault(f"密钥文件{path.name}无法读取，应为64位十六进制数")
    return key
