"""The suites of algorithms by name: everything that digests, signs or encrypts what is kept belongs to one.

Whatever names no suite is of `std`, which is never written: one text for one value, and what earlier releases made
says so by saying nothing.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class SuiteUnknown(ValueError):
    """Made with algorithms that this program does not have: it can say neither yes nor no."""

    def __init__(self, name: str) -> None:
        super().__init__(f"算法套件“{name[:40]}”为本程序所不知，不能核验：请用更新的程序")


class Suite(NamedTuple):
    name: str
    digest: str
    signature: str
    cipher: str

    def __str__(self) -> str:
        return f"{self.name}（{self.digest}、{self.signature}、{self.cipher}）"


STD = Suite("std", "SHA-256", "Ed25519", "AES-256-GCM")

OTHERS: dict[str, Suite] = {}
"""Those that are written where they are used, by name."""


def of_digest(digest: str) -> Suite:
    """The suite of a digest: its name and a colon before the hex digits, or nothing. Raises SuiteUnknown."""
    name, colon, _ = digest.rpartition(":")
    if not colon:
        return STD
    if name not in OTHERS:
        raise SuiteUnknown(name)
    return OTHERS[name]


def check_named(name: str) -> None:
    """A suite that is written out. Raises SuiteUnknown."""
    if name not in OTHERS:
        raise SuiteUnknown(name)


def is_digest(digest: str, *data: bytes) -> bool:
    """Whether it is the digest of the data, by the suite that it names. Raises SuiteUnknown."""
    of_digest(digest)
    return hashlib.sha256(b"".join(data)).hexdigest() == digest
