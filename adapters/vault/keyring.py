"""The vault: personal data and free text, sealed before an event is judged.

AES-256-GCM, or SM4-GCM, under a key that lies in a file outside the database: each key is of one suite. The event keeps a random id and a salted
commitment; the row here holds salt and ciphertext. Deleting the row erases the value and touches neither the
log nor a statistic. Authority, id and field are bound in as associated data, so a row cannot be moved.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag

from adapters import key_files, suites
from adapters.suites import STD, Suite, SuiteUnknown
from domain.entry import Event
from domain.request.events import EntryAmended
from domain.request.file_events import DocumentFiled
from domain.values import Sealed

_SUFFIX = ".vault-key"


class VaultKeyFault(Exception):
    """A key that the vault needs is missing, or is not the one it was."""


class VaultKeyMissing(VaultKeyFault):
    """A key that another machine has is not on this one: nothing is lost, its file is to be brought here."""


class VaultRow(NamedTuple):
    id: str
    field: str
    key_id: str
    salt: bytes
    nonce: bytes
    ciphertext: bytes


class PieceOf(NamedTuple):
    """Where a piece of a document belongs: of which authority and document, its number, and whether it is the last."""

    authority_id: int
    document: str
    nth: int
    last: bool

    @property
    def bound(self) -> bytes:
        return msgspec.json.encode(["content", *self])


class Keyring:
    """Keys by id; the last by name seals, unless `seal_with` says otherwise; all open. A key file is mode 0600 and holds
    64 hex digits, or of another suite than `std` its name, a colon and as many digits as its keys have.
    """

    def __init__(
        self, keys: Mapping[str, bytes], suite_of: Mapping[str, Suite] = MappingProxyType({})
    ) -> None:
        """suite_of: by id, of keys that are not of `std`."""
        if not keys:
            raise VaultKeyFault("没有保险库密钥")
        self._keys = dict(sorted(keys.items()))
        self.suite_of = {key_id: suite_of.get(key_id, STD) for key_id in self._keys}
        self.current = list(self._keys)[-1]
        self._ciphers = {key_id: self.suite_of[key_id].aead(key) for key_id, key in self._keys.items()}
        self._mac_keys = {key_id: self._derived(key_id, b"taizhang body mac") for key_id in self._keys}

    @property
    def suite(self) -> Suite:
        """Of the key that seals."""
        return self.suite_of[self.current]

    def seal_with(self, ids: Collection[str]) -> None:
        """With the last of these: a key seals once every machine has it."""
        self.current = [key_id for key_id in self._keys if key_id in ids][-1]

    @staticmethod
    def names(directory: Path) -> frozenset[str]:
        """The ids of the keys in a directory, without reading them: tells whether one has come."""
        try:
            found = os.listdir(directory)
        except FileNotFoundError:
            return frozenset()
        return frozenset(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX))

    @classmethod
    def load(cls, directory: Path) -> Keyring | None:
        """The keys of a directory; None if it holds none. Raises VaultKeyFault for a malformed file."""
        keys, suite_of = {}, {}
        for path in sorted(directory.glob(f"*{_SUFFIX}")):
            if not key_files.is_private(path):
                raise VaultKeyFault(f"密钥文件{path.name}可被他人读取，请改为仅本人可读写（chmod 600）")
            try:
                name, colon, digits = path.read_text("ascii").strip().rpartition(":")
                suite = suites.named(name) if colon else STD
                key = bytes.fromhex(digits)
            except SuiteUnknown as wrong:
                raise VaultKeyFault(f"密钥文件{path.name}：{wrong}") from None
            except (ValueError, OSError):
                raise VaultKeyFault(f"密钥文件{path.name}无法读取") from None
            if len(key) != suite.key_bytes:
                before = f"“{suite.prefix}”和" if suite.prefix else ""
                raise VaultKeyFault(f"密钥文件{path.name}应为{before}{2 * suite.key_bytes}位十六进制数")
            key_id = path.name.removesuffix(_SUFFIX)
            keys[key_id], suite_of[key_id] = key, suite
        return cls(keys, suite_of) if keys else None

    @classmethod
    def create(cls, directory: Path) -> Keyring:
        """Make the first key. The file is whole before it has its name; of two starts the first one's key stays."""
        try:
            return cls._create(directory)
        except OSError as wrong:
            raise VaultKeyFault(f"不能在{directory}建立密钥文件：{wrong.strerror}") from None

    def rotate(self, directory: Path, suite: Suite | None = None) -> Keyring:
        """Make a further key, whose name comes last; of the current one's suite unless given. Of two at once the first one's stays."""
        if (numbered := re.fullmatch(r"(.*?)([0-9]+)", self.current)) and set(numbered[2]) != {"9"}:
            name = f"{numbered[1]}{int(numbered[2]) + 1:0{len(numbered[2])}d}"
        else:
            name = f"{self.current}-0002"
        try:
            key_files.create(directory / f"{name}{_SUFFIX}", _drawn(suite or self.suite))
        except OSError as wrong:
            raise VaultKeyFault(f"不能在{directory}建立密钥文件：{wrong.strerror}") from None
        ring = self.load(directory)
        assert ring is not None  # noqa: S101 - just written
        return ring

    @classmethod
    def _create(cls, directory: Path) -> Keyring:
        key_files.create(directory / f"0001{_SUFFIX}", _drawn(STD))
        ring = cls.load(directory)
        assert ring is not None  # noqa: S101 - just written
        return ring

    def fingerprint(self, key_id: str) -> bytes:
        """Tells a key without showing it; kept in the database beside the key's id."""
        return self._derived(key_id, b"taizhang fingerprint")[:16]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._keys)

    def body_mac(self, event: Event) -> bytes:
        """A keyed digest of the event as sent: key id and HMAC by its suite. Compare with `same_body`."""
        return self._body_mac(self.current, event)

    def same_body(self, event: Event, body_mac: bytes) -> bool:
        """Whether this event was sent when body_mac was made, under whichever key that was."""
        key_id = body_mac[:-32].decode("utf-8", "replace")
        return key_id in self._keys and hmac.compare_digest(self._body_mac(key_id, event), body_mac)

    def _body_mac(self, key_id: str, event: Event) -> bytes:
        digest = self.suite_of[key_id].mac_of(self._mac_keys[key_id], msgspec.json.encode(event))
        return key_id.encode() + digest

    def seal(self, authority_id: int, field: str, value: Any) -> tuple[Sealed, VaultRow]:
        plaintext = msgspec.json.encode(value)
        drawn = secrets.token_bytes(60)  # at once: each drawing is a call of the system
        id_, salt, nonce = uuid.UUID(bytes=drawn[:16], version=4).hex, drawn[16:48], drawn[48:]
        sealed = Sealed(id_, self.suite.hex_of(salt + plaintext))
        ciphertext = self._closed(nonce, plaintext, _bound(authority_id, sealed.id, field))
        return sealed, VaultRow(sealed.id, field, self.current, salt, nonce, ciphertext)

    def open(self, authority_id: int, sealed: Sealed, row: VaultRow) -> bytes:
        """The value's own JSON. Raises VaultKeyFault if key, row or commitment do not belong together."""
        plaintext = self.plaintext(authority_id, row)
        if not is_of(sealed.commitment, row.salt, plaintext):
            raise VaultKeyFault("密文与其登记不符")
        return plaintext

    def plaintext(self, authority_id: int, row: VaultRow) -> bytes:
        """The value's own JSON where its event is not at hand: not compared with the commitment. Raises VaultKeyFault."""
        return self._opened(row.key_id, row.nonce, row.ciphertext, _bound(authority_id, row.id, row.field))

    def resealed(self, authority_id: int, row: VaultRow) -> VaultRow:
        """The same value under the current key. Raises VaultKeyFault."""
        plaintext = self.plaintext(authority_id, row)
        nonce = secrets.token_bytes(12)
        ciphertext = self._closed(nonce, plaintext, _bound(authority_id, row.id, row.field))
        return row._replace(key_id=self.current, nonce=nonce, ciphertext=ciphertext)

    # -- documents, piece by piece --

    def seal_piece(self, where: PieceOf, piece: bytes) -> tuple[bytes, bytes]:
        """Nonce and ciphertext under the current key: opens at this place of this document alone."""
        nonce = secrets.token_bytes(12)
        return nonce, self._closed(nonce, piece, where.bound)

    def open_piece(self, where: PieceOf, key_id: str, nonce: bytes, ciphertext: bytes) -> bytes:
        """Raises VaultKeyFault."""
        return self._opened(key_id, nonce, ciphertext, where.bound)

    # -- the blind index --

    def token(self, authority_id: int, kind: str, text: str, key_id: str | None = None) -> bytes:
        """A digest by which equal texts of one authority are found and nothing else is told. key_id: else the current."""
        key_id = key_id or self.current
        key = self._derived(key_id, b"taizhang same applicant %d" % authority_id)
        return self.suite_of[key_id].mac_of(key, msgspec.json.encode([kind, text]))

    def _derived(self, key_id: str, purpose: bytes) -> bytes:
        return self.suite_of[key_id].derive(self._keys[key_id], purpose)

    def _closed(self, nonce: bytes, plaintext: bytes, bound: bytes) -> bytes:
        """nonce: twelve random bytes, never used before."""
        return self._ciphers[self.current].encrypt(nonce, plaintext, bound)

    def _opened(self, key_id: str, nonce: bytes, ciphertext: bytes, bound: bytes) -> bytes:
        if key_id not in self._keys:
            raise VaultKeyMissing(f"缺少保险库密钥{key_id}")
        try:
            return self._ciphers[key_id].decrypt(nonce, ciphertext, bound)
        except InvalidTag:
            raise VaultKeyFault("密文与其登记不符") from None

    def seal_event(
        self, authority_id: int, event: Event, earlier: Event | None = None, filed: Sealed | None = None
    ) -> tuple[Event, list[VaultRow]]:
        """The event as it is stored, and the vault rows that go with it.

        earlier: of an amendment, the entry in force until now; a sealed value sent as null keeps its own.
        filed: stands for the content of a document, which was sealed as it came.
        """
        rows: list[VaultRow] = []
        sealed: dict[str, Any] = {}
        for field in event.sealed:
            value = getattr(event, field)
            if value is None:
                sealed[field] = getattr(earlier, field, None)
                continue
            if isinstance(event, DocumentFiled):
                sealed[field] = filed
                continue
            sealed[field], row = self.seal(authority_id, field, value)
            rows.append(row)
        if isinstance(event, EntryAmended) and event.replacement is not None:
            sealed["replacement"], more = self.seal_event(authority_id, event.replacement, earlier)
            rows += more
        return (msgspec.structs.replace(event, **sealed) if sealed else event), rows


def is_of(commitment: str, salt: bytes, data: bytes) -> bool:
    """Whether the data are what was committed to. Raises VaultKeyFault if that names a suite that is not known here."""
    try:
        return suites.is_digest(commitment, salt, data)
    except SuiteUnknown as wrong:
        raise VaultKeyFault(str(wrong)) from None


def _drawn(suite: Suite) -> str:
    """A new key as its file has it."""
    return f"{suite.prefix}{secrets.token_hex(suite.key_bytes)}\n"


def _bound(authority_id: int, sealed_id: str, field: str) -> bytes:
    return msgspec.json.encode([authority_id, sealed_id, field])
