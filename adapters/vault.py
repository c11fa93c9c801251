"""The vault: personal data and free text, sealed before an event is judged.

AES-256-GCM under a key that lies in a file outside the database. The event keeps a random id and a salted
commitment; the row here holds salt and ciphertext. Deleting the row erases the value and touches neither the
log nor a statistic. Authority, id and field are bound in as associated data, so a row cannot be moved.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters import keyfiles
from domain.events import EntryAmended, Event
from domain.values import Sealed

_SUFFIX = ".vault-key"


class VaultKeyFault(Exception):
    """A key that the vault needs is missing, or is not the one it was."""


class VaultRow(NamedTuple):
    id: str
    field: str
    key_id: str
    salt: bytes
    nonce: bytes
    ciphertext: bytes


class Keyring:
    """Keys by id; the last by name seals, all open. A key file holds 64 hex digits and is mode 0600."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise VaultKeyFault("没有保险库密钥")
        self._keys = dict(sorted(keys.items()))
        self.current = list(self._keys)[-1]
        self._mac_keys = {key_id: _derive(key, b"taizhang body mac") for key_id, key in self._keys.items()}

    @classmethod
    def load(cls, directory: Path) -> Keyring | None:
        """The keys of a directory; None if it holds none. Raises VaultKeyFault for a malformed file."""
        keys = {}
        for path in sorted(directory.glob(f"*{_SUFFIX}")):
            if not keyfiles.is_private(path):
                raise VaultKeyFault(f"密钥文件{path.name}可被他人读取，请改为仅本人可读写（chmod 600）")
            try:
                keys[path.name.removesuffix(_SUFFIX)] = bytes.fromhex(path.read_text("ascii").strip())
            except (ValueError, OSError):
                raise VaultKeyFault(f"密钥文件{path.name}无法读取") from None
        if any(len(key) != 32 for key in keys.values()):
            raise VaultKeyFault("密钥文件应为64位十六进制数")
        return cls(keys) if keys else None

    @classmethod
    def create(cls, directory: Path) -> Keyring:
        """Make the first key. The file is whole before it has its name; of two starts the first one's key stays."""
        try:
            return cls._create(directory)
        except OSError as wrong:
            raise VaultKeyFault(f"不能在{directory}建立密钥文件：{wrong.strerror}") from None

    @classmethod
    def _create(cls, directory: Path) -> Keyring:
        keyfiles.create(directory / f"0001{_SUFFIX}", secrets.token_hex(32) + "\n")
        ring = cls.load(directory)
        assert ring is not None  # noqa: S101 - just written
        return ring

    def fingerprint(self, key_id: str) -> bytes:
        """Tells a key without showing it; kept in the database beside the key's id."""
        return _derive(self._keys[key_id], b"taizhang fingerprint")[:16]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._keys)

    def body_mac(self, told: Event) -> bytes:
        """A keyed digest of the event as told: key id and HMAC-SHA-256. Compare with `same_body`."""
        return self._body_mac(self.current, told)

    def same_body(self, told: Event, body_mac: bytes) -> bool:
        """Whether this event was told when body_mac was made, under whichever key that was."""
        key_id = body_mac[:-32].decode("utf-8", "replace")
        return key_id in self._keys and hmac.compare_digest(self._body_mac(key_id, told), body_mac)

    def _body_mac(self, key_id: str, told: Event) -> bytes:
        digest = hmac.digest(self._mac_keys[key_id], msgspec.json.encode(told), "sha256")
        return key_id.encode() + digest

    def seal(self, authority_id: int, field: str, value: Any) -> tuple[Sealed, VaultRow]:
        plaintext = msgspec.json.encode(value)
        salt, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
        sealed = Sealed(uuid.uuid4().hex, hashlib.sha256(salt + plaintext).hexdigest())
        bound = _bound(authority_id, sealed.id, field)
        ciphertext = AESGCM(self._keys[self.current]).encrypt(nonce, plaintext, bound)
        return sealed, VaultRow(sealed.id, field, self.current, salt, nonce, ciphertext)

    def open(self, authority_id: int, sealed: Sealed, row: VaultRow) -> bytes:
        """The value's own JSON. Raises VaultKeyFault if key, row or commitment do not belong together."""
        if row.key_id not in self._keys:
            raise VaultKeyFault(f"缺少保险库密钥{row.key_id}")
        try:
            plaintext = AESGCM(self._keys[row.key_id]).decrypt(
                row.nonce, row.ciphertext, _bound(authority_id, row.id, row.field)
            )
        except InvalidTag:
            raise VaultKeyFault("密文与其登记不符") from None
        if hashlib.sha256(row.salt + plaintext).hexdigest() != sealed.commitment:
            raise VaultKeyFault("密文与其登记不符")
        return plaintext

    def seal_event(
        self, authority_id: int, told: Event, earlier: Event | None = None
    ) -> tuple[Event, list[VaultRow]]:
        """The event as it is stored, and the vault rows that go with it.

        earlier: of an amendment, the entry in force until now; a sealed value told as null keeps its own.
        """
        rows: list[VaultRow] = []
        sealed: dict[str, Any] = {}
        for field in told.sealed:
            value = getattr(told, field)
            if value is None:
                sealed[field] = getattr(earlier, field, None)
                continue
            sealed[field], row = self.seal(authority_id, field, value)
            rows.append(row)
        if isinstance(told, EntryAmended) and told.replacement is not None:
            sealed["replacement"], more = self.seal_event(authority_id, told.replacement, earlier)
            rows += more
        return (msgspec.structs.replace(told, **sealed) if sealed else told), rows


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(key)


def _bound(authority_id: int, sealed_id: str, field: str) -> bytes:
    return msgspec.json.encode([authority_id, sealed_id, field])
