"""Officers' passkeys (W3C Web Authentication, Level 2): a second factor resistant to phishing.

What a passkey signs is drawn for one session and one end and is good once. Which make of authenticator it is nobody
asks: an officer brings their own.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, cast
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from adapters.accounts.sessions import SessionToken
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL

MOST = 10
"""Maximum passkeys of an officer."""
CHALLENGE_LASTS = timedelta(minutes=5)
_ALGORITHMS: tuple[type[CoseKey], ...] = (ES256, EdDSA, RS256)
_CHALLENGE_BYTES = 32

End = Literal["enrolment", "proof"]
"""The purpose of a challenge, which is not valid for the other one."""


class RelyingParty(NamedTuple):
    """The relying party: the console's origin, as browsers write it."""

    origin: str

    @property
    def id(self) -> str:
        return urlsplit(self.origin).hostname or ""


class Passkey(msgspec.Struct, frozen=True):
    """A passkey, as shown to its officer."""

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


class Kept(NamedTuple):
    """A passkey with its public key. sign_count: its last signature counter."""

    passkey: Passkey
    credential: AttestedCredentialData
    sign_count: int


class Signed(NamedTuple):
    """The reply to a challenge, from the browser, in base64url."""

    id: str
    client_data: str
    authenticator_data: str
    signature: str


class Created(NamedTuple):
    """A newly created passkey, from the browser, in base64url."""

    id: str
    client_data: str
    attestation: str


class SignatureWrong(Exception):
    """The signature is invalid, or not of a passkey of the officer."""


class CountWentBack(SignatureWrong):
    """The signature counter went back: the passkey has been copied."""


# --- options for the browser ---


def creation_options(
    party: RelyingParty, account: str, challenge: bytes, held: Sequence[Kept], *, verified: bool
) -> dict[str, Any]:
    """Options for navigator.credentials.create. account: its user; held: existing passkeys. verified: see
    `verify_new`."""
    user = PublicKeyCredentialUserEntity(
        id=hashlib.sha256(account.encode()).digest(), name=account, display_name=account
    )
    options, _ = _server(party).register_begin(
        user,
        _descriptors(held),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=_verification(verified),
        challenge=challenge,
    )
    return dict(options.public_key)


def request_options(
    party: RelyingParty, challenge: bytes, held: Sequence[Kept], *, verified: bool
) -> dict[str, Any]:
    """Options for navigator.credentials.get."""
    options, _ = _server(party).authenticate_begin(
        _descriptors(held), user_verification=_verification(verified), challenge=challenge
    )
    return dict(options.public_key)


# --- verification of its replies ---


def verify_new(
    party: RelyingParty, created: Created, challenge: bytes, *, verified: bool
) -> tuple[AttestedCredentialData, int]:
    """The credential and its signature counter. verified: require user verification (PIN, fingerprint …).

    Raises SignatureWrong.
    """
    response = {"clientDataJSON": created.client_data, "attestationObject": created.attestation}
    try:
        found = _server(party).register_complete(_state(challenge, verified), _as_json(created.id, response))
        credential = found.credential_data
        if (
            credential is None
            or _is_framed(created.client_data)
            or credential.public_key.ALGORITHM not in {each.ALGORITHM for each in _ALGORITHMS}
            or websafe_encode(credential.credential_id) != created.id
        ):
            raise SignatureWrong
    except Exception as wrong:  # whatever a stranger's CBOR makes the library raise
        raise SignatureWrong from wrong
    return credential, found.counter


def verify(
    party: RelyingParty, signed: Signed, challenge: bytes, held: Sequence[Kept], *, verified: bool
) -> tuple[Kept, int]:
    """The passkey that signed, and its signature counter. verified: as `verify_new`.

    Raises SignatureWrong or CountWentBack.
    """
    response = {
        "clientDataJSON": signed.client_data,
        "authenticatorData": signed.authenticator_data,
        "signature": signed.signature,
    }
    try:
        credential = _server(party).authenticate_complete(
            _state(challenge, verified), [each.credential for each in held], _as_json(signed.id, response)
        )
        if _is_framed(signed.client_data):
            raise SignatureWrong
        kept = next(each for each in held if each.credential == credential)
        count = AuthenticatorData(websafe_decode(signed.authenticator_data)).counter
    except Exception as wrong:  # as above
        raise SignatureWrong from wrong
    if (count or kept.sign_count) and count <= kept.sign_count:
        raise CountWentBack
    return kept, count


def _is_framed(client_data: str) -> bool:
    """Whether our page was embedded in another site's, which is refused."""
    return CollectedClientData(websafe_decode(client_data)).cross_origin is not False


def _server(party: RelyingParty) -> Fido2Server:
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=party.id, name="台账"),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == party.origin,
    )
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=each.ALGORITHM)
        for each in _ALGORITHMS
    ]
    server.timeout = cast("None", int(CHALLENGE_LASTS.total_seconds() * 1000))  # it has no declared type
    return server


def _verification(verified: bool) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if verified else UserVerificationRequirement.PREFERRED


def _state(challenge: bytes, verified: bool) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _verification(verified)}


def _descriptors(held: Sequence[Kept]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            type=PublicKeyCredentialType.PUBLIC_KEY, id=each.credential.credential_id
        )
        for each in held
    ]


def _as_json(id_: str, response: Mapping[str, str]) -> dict[str, Any]:
    return {"id": id_, "rawId": id_, "type": "public-key", "response": response}


# --- storage ---


async def challenge(connection: Connection, authority_id: int, token: SessionToken, end: End) -> bytes | None:
    """Create a challenge for this session; None if it has ended."""
    drawn = secrets.token_bytes(_CHALLENGE_BYTES)
    found: bytes | None = await connection.fetchval(
        SQL["challenge"], authority_id, token.digest, end, drawn, CHALLENGE_LASTS
    )
    return found


async def take_challenge(
    connection: Connection, authority_id: int, token: SessionToken, end: End
) -> bytes | None:
    """Take the challenge, which can be used once; None if there is none, or it has expired."""
    found: bytes | None = await connection.fetchval(
        SQL["take_challenge"], authority_id, token.digest, end, CHALLENGE_LASTS
    )
    return found


async def of_officer(connection: Connection, authority_id: int, officer: str) -> Sequence[Kept]:
    """The officer's passkeys, the oldest first, locked until the end of the transaction."""
    return [
        Kept(
            Passkey(row["id"], row["name"], row["added_at"], row["used_at"]),
            AttestedCredentialData(row["credential"]),
            row["sign_count"],
        )
        for row in await connection.fetch(SQL["passkeys"], authority_id, officer)
    ]


async def add(
    connection: Connection,
    authority_id: int,
    officer: str,
    name: str,
    credential: AttestedCredentialData,
    count: int,
) -> str | None:
    """Store a passkey. Returns its id; None if it is registered already."""
    id_: str | None = await connection.fetchval(
        SQL["add_passkey"],
        authority_id, uuid4().hex, officer, name, credential.credential_id, bytes(credential), count,
    )  # fmt: skip
    return id_


async def used(connection: Connection, authority_id: int, kept: Kept, count: int) -> None:
    await connection.execute(SQL["passkey_used"], authority_id, kept.passkey.id, count)


async def remove(connection: Connection, authority_id: int, officer: str, id_: str) -> bool:
    """Whether the officer had it."""
    return await connection.fetchval(SQL["remove_passkey"], authority_id, officer, id_) is not None


async def remove_all(connection: Connection, authority_id: int, officer: str) -> None:
    await connection.execute(SQL["remove_passkeys"], authority_id, officer)
