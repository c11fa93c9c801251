"""A software authenticator following WebAuthn, with real keys; every field can be overridden."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN = "https://taizhang.test"


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    return bytes([major << 5 | 24, value]) if value < 256 else struct.pack(">BH", major << 5 | 25, value)


def cbor(value: Any) -> bytes:
    """The part of RFC 8949 that an attestation needs."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value)) + value.encode()
    return _head(5, len(value)) + b"".join(cbor(key) + cbor(each) for key, each in value.items())


class Authenticator:
    """One key. counts: whether it reports a signature counter."""

    def __init__(self, *, counts: bool = True, verifies: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 1 if counts else 0
        self.counts = counts
        self.flags = PRESENT | (VERIFIED if verifies else 0)

    def created(
        self, options: dict[str, Any], name: str = "某安全密钥", *, alg: int = -7, **otherwise: Any
    ) -> dict[str, str]:
        """The response to creation options. otherwise: see `_client` and `_data`."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        cose = cbor({1: 2, 3: alg, -1: 1, -2: x, -3: y})
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        otherwise = {"flags": self.flags | ATTESTED, **otherwise}
        data = self._data(options["rp"]["id"], **otherwise) + credential
        return {
            "name": name,
            "id": text(self.id),
            "client_data": text(_client("webauthn.create", options, **otherwise)),
            "attestation": text(cbor({"fmt": "none", "attStmt": {}, "authData": data})),
        }

    def signed(self, options: dict[str, Any], **otherwise: Any) -> dict[str, str]:
        """The response to request options."""
        if self.counts:
            self.count += 1
        data = self._data(options["rpId"], **otherwise)
        client = _client("webauthn.get", options, **otherwise)
        key = otherwise.get("signing", self.key)
        return {
            "id": text(otherwise.get("id", self.id)),
            "client_data": text(client),
            "authenticator_data": text(data),
            "signature": text(key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))),
        }

    def _data(
        self, party: str, *, flags: int | None = None, count: int | None = None, **changes: Any
    ) -> bytes:
        digest = hashlib.sha256(changes.get("rp", party).encode()).digest()
        counter = self.count if count is None else count
        return digest + struct.pack(">BI", self.flags if flags is None else flags, counter)


def _client(
    type_: str, options: dict[str, Any], *, origin: str = ORIGIN, challenge: str = "", **changes: Any
) -> bytes:
    client = {
        "type": changes.get("type", type_),
        "challenge": challenge or options["challenge"],
        "origin": origin,
        "crossOrigin": changes.get("framed", False),
    }
    return json.dumps(client).encode()
