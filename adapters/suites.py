"""The suites of cryptographic algorithms: every stored digest, signature and ciphertext belongs to one.

The name `std` is never written: what names no suite is of `std`. So each value has one text, and what earlier releases
wrote stays valid.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SuiteUnknown(ValueError):
    """Made with algorithms that this program does not know, so it cannot be verified."""

    def __init__(self, name: str) -> None:
        super().__init__(f"算法套件“{name[:40]}”为本程序所不知，不能核验：请用更新的程序")


class Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...
    def hexdigest(self) -> str: ...


class Aead(Protocol):
    """`decrypt` raises InvalidTag if ciphertext, nonce, key and associated data do not match."""

    def encrypt(self, nonce: bytes, data: bytes, bound: bytes, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, bound: bytes, /) -> bytes: ...


class _Sm3:
    """SM3 with hashlib's interface; hashlib itself has it only if the system's OpenSSL was built with it."""

    def __init__(self, data: bytes = b"") -> None:
        self._hash = Hash(SM3())
        self._hash.update(data)

    def update(self, data: bytes) -> None:
        self._hash.update(data)

    def digest(self) -> bytes:
        return self._hash.copy().finalize()

    def hexdigest(self) -> str:
        return self.digest().hex()


class _Sm4Gcm:
    """SM4-GCM with the interface of AESGCM: a tag of sixteen bytes follows the ciphertext."""

    def __init__(self, key: bytes) -> None:
        self._cipher = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
        encryptor = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
        if len(data) < 16:
            raise InvalidTag
        decryptor = Cipher(self._cipher, modes.GCM(nonce, data[-16:])).decryptor()
        decryptor.authenticate_additional_data(bound)
        return decryptor.update(data[:-16]) + decryptor.finalize()


@dataclass(frozen=True, eq=False)
class Suite:
    """digest, mac, cipher, signature: their names in the standards. hash: constructor of a digest of 32 bytes. aead:
    constructor of the cipher; key_bytes: length of its key.
    """

    name: str
    digest: str
    mac: str
    cipher: str
    signature: str
    key_bytes: int
    hash: Callable[..., Digest]
    aead: Callable[[bytes], Aead]
    algorithm: HashAlgorithm

    def __str__(self) -> str:
        return f"{self.name}（{self.digest}、{self.mac}、{self.cipher}）"

    @property
    def prefix(self) -> str:
        """The prefix of values of this suite."""
        return "" if self is STD else f"{self.name}:"

    def hex_of(self, data: bytes) -> str:
        """The digest in hex, with the suite's name."""
        return self.named(self.hash(data).digest())

    def named(self, digest: bytes) -> str:
        """A digest of this suite in hex, with the suite's name."""
        return self.prefix + digest.hex()

    def mac_of(self, key: bytes, data: bytes) -> bytes:
        """32 bytes."""
        if self is STD:
            return hmac.digest(key, data, "sha256")
        mac = HMAC(key, self.algorithm)
        mac.update(data)
        return mac.finalize()

    def derive(self, key: bytes, purpose: bytes) -> bytes:
        """A key of 32 bytes for one purpose."""
        return HKDF(self.algorithm, 32, salt=None, info=purpose).derive(key)


STD = Suite("std", "SHA-256", "HMAC-SHA-256", "AES-256-GCM", "Ed25519", 32, hashlib.sha256, AESGCM, SHA256())
GM = Suite("gm", "SM3", "HMAC-SM3", "SM4-GCM", "SM2", 16, _Sm3, _Sm4Gcm, SM3())
"""GB/T 32905, GB/T 15852.2, GB/T 32907 and GB/T 32918."""

OTHERS = {GM.name: GM}
"""The suites whose names are written, by name."""

SUITES = {STD.name: STD, **OTHERS}


def of_digest(digest: str) -> Suite:
    """The suite of a digest: its name and a colon before the hex digits, or nothing. Raises SuiteUnknown."""
    name, colon, _ = digest.rpartition(":")
    return named(name) if colon else STD


def named(name: str) -> Suite:
    """A suite by a written name. Raises SuiteUnknown."""
    if name not in OTHERS:
        raise SuiteUnknown(name)
    return OTHERS[name]


def by_name(name: str) -> Suite:
    """A suite by its name, including `std`. Raises SuiteUnknown."""
    if name not in SUITES:
        raise SuiteUnknown(name)
    return SUITES[name]


def is_digest(digest: str, *data: bytes) -> bool:
    """Whether this is the digest of the data, by the suite in its prefix. Raises SuiteUnknown."""
    return of_digest(digest).hex_of(b"".join(data)) == digest
