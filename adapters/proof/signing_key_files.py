"""The files of the keys that sign checkpoints, in a directory outside the database.

Of a retired key the public half is kept, so that what it signed can still be verified.
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
    """Signs with one key: from a file, or by a program that talks to a device or server which keeps the key. public:
    see Verifier."""

    @property
    def public(self) -> bytes: ...

    async def sign(self, text: bytes) -> bytes:
        """Raises SigningKeyFault."""


class FileSigner:
    """An Ed25519 key from a file of mode 0600: 64 hex digits."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    async def sign(self, text: bytes) -> bytes:
        return self._key.sign(text)


class SigningKeys:
    """The keys of a directory: the last by name signs, all verify. Names are numbered: 0001, 0002, …

    When the suite changes, the last secret key of the previous suite is kept until every log has a checkpoint of the
    change, which both keys sign.
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
        """Create the first key, unless another process has. Raises SigningKeyFault."""
        return cls._add(directory, "0001")

    @staticmethod
    def discard(directory: Path, made: SigningKeys) -> None:
        """Delete a key that was just created and has signed nothing, because another machine was first."""
        for name in made.named:
            (directory / f"{name}{_SECRET}").unlink(missing_ok=True)

    @classmethod
    def rotate(cls, directory: Path) -> SigningKeys:
        """Create a new key to sign with; of earlier keys of its suite only the public halves are kept. Raises
        SigningKeyFault."""
        return cls._retire(directory, cls._add(directory, cls._next(directory)))

    @classmethod
    async def rotate_to(cls, directory: Path, public: bytes, command: str) -> SigningKeys:
        """Sign with an SM2 key through an external command, after trying it. Raises SigningKeyFault, having changed
        nothing."""
        text = f"{GM.prefix}{public.hex()}\n{command}\n"
        name = cls._next(directory)
        await ProgramSigner.parse(text, f"{name}{_PROGRAM}").sign(b"taizhang\n")
        return cls._retire(directory, cls._add(directory, name, _PROGRAM, text))

    @classmethod
    def retire(cls, directory: Path) -> None:
        """Keep only the public halves of all keys but the last, once every log has its suite. Raises
        SigningKeyFault."""
        cls._retire(directory, cls.load(directory), others=True)

    @staticmethod
    def _next(directory: Path) -> str:
        names = [path.stem for kind in _KINDS for path in directory.glob(f"*{kind}")]
        return f"{max((int(name) for name in names if name.isdecimal()), default=0) + 1:04d}"

    @classmethod
    def _retire(cls, directory: Path, keys: SigningKeys, *, others: bool = False) -> SigningKeys:
        """Keep only the public halves of all keys but the last of each suite; others: of all but the last."""
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
        """Add a key file. text: its content; None: a new Ed25519 key."""
        try:
            key_files.create(directory / f"{name}{kind}", text or secrets.token_hex(32) + "\n")
        except OSError as wrong:
            raise SigningKeyFault(f"不能在{directory}建立签名密钥：{wrong.strerror}") from None
        return cls.load(directory)

    @property
    def suite(self) -> Suite:
        """The suite of the signing key; `std` if there is none yet."""
        return suite_of(self.signer.public) if self.signer else STD

    @property
    def is_changing(self) -> bool:
        """Whether a secret key of the previous suite is still kept, for logs that have not changed over."""
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
    """The file's text; empty if it is not text."""
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
