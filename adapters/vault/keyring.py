"""The vault: personal data and free text, sealed before an event is judged.

AES-256-GCM or SM4-GCM, by the suite of the key, which is in a file outside the database. The event has a random id and
a salted commitment; the vault's row has salt and ciphertext. Deleting the row erases the value, and changes neither the
log nor any statistic. Authority, id and field are associated data of the encryption, so a row cannot be moved.
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
    """A key of the vault is missing, or a value cannot be decrypted with it."""


class VaultKeyMissing(VaultKeyFault):
    """A key that another machine has is missing on this one: its file must be copied here."""


class VaultRow(NamedTuple):
    id: str
    field: str
    key_id: str
    salt: bytes
    nonce: bytes
    ciphertext: bytes


class PieceOf(NamedTuple):
    """The place of a piece: authority, document, its number, and whether it is the last."""

    authority_id: int
    document: str
    nth: int
    last: bool

    @property
    def bound(self) -> bytes:
        return msgspec.json.encode(["content", *self])


class Keyring:
    """Keys by id: the last by name seals, unless `seal_with` chose another; all open. A key file has mode 0600 and
    contains 64 hex digits, or for a suite other than `std` its name, a colon and the digits of its key.
    """

    def __init__(
        self, keys: Mapping[str, bytes], suite_of: Mapping[str, Suite] = MappingProxyType({})
    ) -> None:
        """suite_of: suite by id, for keys that are not of `std`."""
        if not keys:
            raise VaultKeyFault("没有保险库密钥")
        self._keys = dict(sorted(keys.items()))
        self.suite_of = {key_id: suite_of.get(key_id, STD) for key_id in self._keys}
        self.current = list(self._keys)[-1]
        self._ciphers = {key_id: self.suite_of[key_id].aead(key) for key_id, key in self._keys.items()}
        self._mac_keys = {key_id: self._derived(key_id, b"taizhang body mac") for key_id in self._keys}

    @property
    def suite(self) -> Suite:
        """The suite of the key that seals."""
        return self.suite_of[self.current]

    def seal_with(self, ids: Collection[str]) -> None:
        """Seal with the last of these keys, which are those that every machine has."""
        self.current = [key_id for key_id in self._keys if key_id in ids][-1]

    @staticmethod
    def names(directory: Path) -> frozenset[str]:
        """The ids of the keys in a directory, without reading the keys."""
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
        """Create the first key, atomically; of two processes the first one's key is kept."""
        try:
            return cls._create(directory)
        except OSError as wrong:
            raise VaultKeyFault(f"不能在{directory}建立密钥文件：{wrong.strerror}") from None

    def rotate(self, directory: Path, suite: Suite | None = None) -> Keyring:
        """Create a further key with the next name, by default of the current suite. Of two processes the first one's is
        kept."""
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
        """A fingerprint of the key, stored in the database with its id."""
        return self._derived(key_id, b"taizhang fingerprint")[:16]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._keys)

    def body_mac(self, event: Event) -> bytes:
        """A keyed digest of the event as sent: key id and HMAC. Compare with `same_body`."""
        return self._body_mac(self.current, event)

    def same_body(self, event: Event, body_mac: bytes) -> bool:
        """Whether body_mac is of this event, whichever key made it."""
        key_id = body_mac[:-32].decode("utf-8", "replace")
        return key_id in self._keys and hmac.compare_digest(self._body_mac(key_id, event), body_mac)

    def _body_mac(self, key_id: str, event: Event) -> bytes:
        digest = self.suite_of[key_id].mac_of(self._mac_keys[key_id], msgspec.json.encode(event))
        return key_id.encode() + digest

    def seal(self, authority_id: int, field: str, value: Any) -> tuple[Sealed, VaultRow]:
        plaintext = msgspec.json.encode(value)
        drawn = secrets.token_bytes(60)  # all at once: each call is a system call
        id_, salt, nonce = uuid.UUID(bytes=drawn[:16], version=4).hex, drawn[16:48], drawn[48:]
        sealed = Sealed(id_, self.suite.hex_of(salt + plaintext))
        ciphertext = self._closed(nonce, plaintext, _bound(authority_id, sealed.id, field))
        return sealed, VaultRow(sealed.id, field, self.current, salt, nonce, ciphertext)

    def open(self, authority_id: int, sealed: Sealed, row: VaultRow) -> bytes:
        """The decrypted JSON value. Raises VaultKeyFault if it cannot be decrypted or does not match its commitment."""
        plaintext = self.plaintext(authority_id, row)
        if not is_of(sealed.commitment, row.salt, plaintext):
            raise VaultKeyFault("密文与其登记不符")
        return plaintext

    def plaintext(self, authority_id: int, row: VaultRow) -> bytes:
        """The decrypted JSON value of a row without its event, so without checking a commitment. Raises
        VaultKeyFault."""
        return self._opened(row.key_id, row.nonce, row.ciphertext, _bound(authority_id, row.id, row.field))

    def resealed(self, authority_id: int, row: VaultRow) -> VaultRow:
        """The row encrypted again with the current key. Raises VaultKeyFault."""
        plaintext = self.plaintext(authority_id, row)
        nonce = secrets.token_bytes(12)
        ciphertext = self._closed(nonce, plaintext, _bound(authority_id, row.id, row.field))
        return row._replace(key_id=self.current, nonce=nonce, ciphertext=ciphertext)

    # -- documents, piece by piece --

    def seal_piece(self, where: PieceOf, piece: bytes) -> tuple[bytes, bytes]:
        """Nonce and ciphertext under the current key, bound to this place in the document."""
        nonce = secrets.token_bytes(12)
        return nonce, self._closed(nonce, piece, where.bound)

    def open_piece(self, where: PieceOf, key_id: str, nonce: bytes, ciphertext: bytes) -> bytes:
        """Raises VaultKeyFault."""
        return self._opened(key_id, nonce, ciphertext, where.bound)

    # -- the blind index --

    def token(self, authority_id: int, kind: str, text: str, key_id: str | None = None) -> bytes:
        """A keyed digest of a text for the authority's blind index. key_id: default the current key."""
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
        """The event as stored, and its vault rows.

        earlier: for an amendment the event in force so far; a sealed value sent as null keeps the earlier one. filed:
        id and commitment of a document that was sealed during its upload.
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
    """Whether the data match the commitment. Raises VaultKeyFault if its suite is unknown."""
    try:
        return suites.is_digest(commitment, salt, data)
    except SuiteUnknown as wrong:
        raise VaultKeyFault(str(wrong)) from None


def _drawn(suite: Suite) -> str:
    """A new key in the format of its file."""
    return f"{suite.prefix}{secrets.token_hex(suite.key_bytes)}\n"


def _bound(authority_id: int, sealed_id: str, field: str) -> bytes:
    return msgspec.json.encode([authority_id, sealed_id, field])
