"""Officers' one-time codes (TOTP, RFC 6238): six digits, thirty seconds, SHA-1, as all authenticator apps support.

The secret lies sealed in the vault. A code is good once, and one step early or late, since clocks differ.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.vault.key_store import texts_of
from adapters.vault.keyring import Keyring

STEP = 30
"""Seconds of a time step."""
_DIGITS, _SKEW = 6, 1
_SECRET_BYTES = 20
_RECOVERY_CODES, _RECOVERY_BYTES = 10, 10
_FIELD = "second_factor"


class SecondFactor(NamedTuple):
    """An officer's TOTP. in_force: its first code was verified. last_step: of the last accepted code. left: recovery
    codes."""

    secret: bytes
    in_force: bool
    last_step: int
    now: datetime
    left: int


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(_SECRET_BYTES)


def as_text(secret: bytes) -> str:
    """The secret in base32 in groups of four, for typing."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[nth : nth + 4] for nth in range(0, len(text), 4))


def address(secret: bytes, issuer: str, account: str) -> str:
    """The otpauth: URI for a QR code."""
    totp = TOTP(secret, _DIGITS, SHA1(), STEP)  # noqa: S303 - as below
    return totp.get_provisioning_uri(account, issuer)


def step_of(secret: bytes, code: str, at: datetime) -> int | None:
    """The time step of the code, among the present one and its neighbours; None for a wrong code.

    All are compared, each in constant time: the time it takes shows nothing.
    """
    plain = _plain(code)
    hotp = HOTP(secret, _DIGITS, SHA1())  # noqa: S303 - the algorithm of RFC 6238 that every device has
    present, found = int(at.timestamp()) // STEP, None
    for step in range(present - _SKEW, present + _SKEW + 1):
        try:
            hotp.verify(plain, step)
        except InvalidToken:
            continue
        found = step
    return found


async def read(connection: Connection, ring: Keyring, authority_id: int, officer: str) -> SecondFactor | None:
    """The officer's TOTP, in force or not, locked until the end of the transaction."""
    row = await connection.fetchrow(SQL["second_factor"], authority_id, officer)
    if row is None:
        return None
    texts = await texts_of(connection, ring, authority_id, [row["sealed_id"]])
    secret = bytes.fromhex(texts[row["sealed_id"]])
    return SecondFactor(secret, row["confirmed_at"] is not None, row["last_step"], row["now"], row["left"])


async def has_codes(connection: Connection, authority_id: int, officer: str) -> bool:
    """Whether the officer has TOTP in force."""
    return await connection.fetchrow(SQL["has_codes"], authority_id, officer) is not None


async def is_in_force(connection: Connection, authority_id: int, officer: str) -> bool:
    """Whether the officer has a second factor: TOTP or a passkey."""
    return await connection.fetchrow(SQL["has_second_factor"], authority_id, officer) is not None


async def officers_with_one(connection: Connection, authority_id: int) -> frozenset[str]:
    """The officers with a second factor in force."""
    rows = await connection.fetch(SQL["officers_with_second_factor"], authority_id)
    return frozenset(row["officer"] for row in rows)


async def enrol(
    connection: Connection, ring: Keyring, authority_id: int, officer: str, secret: bytes
) -> bool:
    """Store a secret until its first code is verified; False if another is in force already."""
    sealed, row = ring.seal(authority_id, _FIELD, secret.hex())
    enrolled = await connection.fetchrow(SQL["enrol"], authority_id, officer, sealed.id)
    if enrolled is None:
        return False
    await connection.execute(SQL["add_to_vault"], authority_id, *row)
    if enrolled["sealed_id"] is not None:
        await connection.execute(SQL["remove_from_vault"], authority_id, enrolled["sealed_id"])
    return True


async def take(connection: Connection, authority_id: int, officer: str, step: int) -> None:
    """Mark the code of this step as used; the first one puts the factor in force."""
    await connection.execute(SQL["take_code"], authority_id, officer, step)


async def new_recovery_codes(connection: Connection, authority_id: int, officer: str) -> Sequence[str]:
    """Create ten recovery codes of 80 random bits, replacing earlier ones. Only digests are stored."""
    drawn = [secrets.token_bytes(_RECOVERY_BYTES) for _ in range(_RECOVERY_CODES)]
    codes = [base64.b32encode(each).decode().lower() for each in drawn]
    await connection.execute(SQL["remove_recovery_codes"], authority_id, officer)
    await connection.execute(
        SQL["add_recovery_codes"], authority_id, officer, [_digest(_plain(each)) for each in codes]
    )
    return [f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}" for code in codes]


async def recovery_codes_left(connection: Connection, authority_id: int, officer: str) -> int | None:
    """How many were not used; None of an officer without a second factor."""
    if not await is_in_force(connection, authority_id, officer):
        return None
    left: int = await connection.fetchval(SQL["recovery_codes_left"], authority_id, officer)
    return left


async def take_recovery_code(connection: Connection, authority_id: int, officer: str, code: str) -> bool:
    """Whether it is an unused recovery code of the officer; marks it as used."""
    taken = await connection.fetchval(SQL["take_recovery_code"], authority_id, officer, _digest(_plain(code)))
    return taken is not None


async def remove(connection: Connection, authority_id: int, officer: str) -> None:
    """Delete the second factor with its secret and recovery codes."""
    await connection.execute(SQL["remove_recovery_codes"], authority_id, officer)
    sealed_id = await connection.fetchval(SQL["remove_second_factor"], authority_id, officer)
    if sealed_id is not None:
        await connection.execute(SQL["remove_from_vault"], authority_id, sealed_id)


def _plain(code: str) -> bytes:
    """Normalise a typed recovery code: groups, case, full-width characters."""
    return "".join(unicodedata.normalize("NFKC", code).replace("-", "").split()).lower().encode()


def _digest(code: bytes) -> bytes:
    """80 random bits need no salt and no slow hash."""
    return hashlib.sha256(code).digest()
