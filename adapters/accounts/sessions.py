"""Sessions of officers and API keys: secrets of which only a digest is stored.

What a caller holds begins with the authority's code, since every row belongs to one: `code.secret` in a cookie,
`tzk_code.secret` for an officer's key, `tzs_code.secret` for a service account's.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import uuid4

import msgspec

from adapters.log.recorder import Head
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL

IDLE, ABSOLUTE = timedelta(minutes=15), timedelta(hours=8)
"""Lifetime of a session without a call, and in all (GB/T 22239-2019, 8.1.4.1 b)."""
_RESTS = timedelta(seconds=30)
"""The last use is stored at most so often: a write for every call would cost more than most calls."""

_KEY, _SERVICE_KEY = "tzk_", "tzs_"
LONGEST_KEY = 366
"""Maximum days of validity of an API key."""


class SessionToken(NamedTuple):
    """A session token or API key. code: of its authority."""

    code: str
    secret: str

    @property
    def digest(self) -> bytes:
        """256 random bits need no salt and no slow hash."""
        return hashlib.sha256(self.secret.encode()).digest()

    @property
    def csrf(self) -> str:
        """The session's CSRF token, which is derived from the secret and returned at login."""
        return hashlib.sha256(b"csrf." + self.secret.encode()).hexdigest()

    @classmethod
    def new(cls, code: str) -> SessionToken:
        return cls(code, secrets.token_urlsafe(32))

    @classmethod
    def parse(cls, text: str) -> SessionToken | None:
        """Parse a session cookie; None if malformed."""
        code, _, secret = text.partition(".")
        return cls(code, secret) if code and secret and text.isascii() else None

    @classmethod
    def parse_key(cls, text: str) -> SessionToken | None:
        """Parse an officer's API key; None if malformed."""
        return cls.parse(text.removeprefix(_KEY)) if text.startswith(_KEY) else None

    @classmethod
    def parse_service_key(cls, text: str) -> SessionToken | None:
        """Parse a service account's API key; None if malformed."""
        return cls.parse(text.removeprefix(_SERVICE_KEY)) if text.startswith(_SERVICE_KEY) else None

    def __str__(self) -> str:
        return f"{self.code}.{self.secret}"

    def __repr__(self) -> str:
        return f"Secret({self.code!r})"

    @property
    def as_key(self) -> str:
        return f"{_KEY}{self}"

    @property
    def as_service_key(self) -> str:
        return f"{_SERVICE_KEY}{self}"


Awaits = Literal["", "code", "enrolment"]
"""What a session still lacks: nothing, a code of the second factor, or its enrolment."""


Proof = Literal["none", "fresh", "stale"]
"""Verification of the second factor in a session: none, recent, or too old."""


class Found(NamedTuple):
    """A session or a key in force. now: by the database's clock. replica: the database is a standby, where no use is
    noted. officer: or the service account whose key it is.
    powers: of a session, those it was made under. acts: of an officer's key, what it may.
    awaits, proven_at: of a session, what it lacks, and when a code of the second factor was last given in it."""

    head: Head
    now: datetime
    replica: bool
    id: str
    officer: str
    powers: str
    must_change: bool
    acts: frozenset[str] | None
    awaits: Awaits = ""
    proven_at: datetime | None = None


class SessionShown(msgspec.Struct, frozen=True):
    """One of an officer's sessions. here: the present one."""

    id: str
    source: str
    created_at: datetime
    seen_at: datetime
    here: bool


class Key(msgspec.Struct, frozen=True):
    """A key without its secret. valid: neither expired nor revoked."""

    id: str
    officer: str
    name: str
    acts: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    valid: bool


class ServiceKey(msgspec.Struct, frozen=True):
    """A service account's key without its secret. valid: neither expired nor revoked."""

    id: str
    service: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    valid: bool


# --- sessions ---


async def begin(
    connection: Connection,
    authority_id: int,
    code: str,
    officer: str,
    *,
    powers: str,
    must_change: bool,
    source: str,
    awaits: Awaits = "",
    proven: bool = False,
    proven_at: datetime | None = None,
    provider_session: str | None = None,
) -> SessionToken:
    """Create a new session (never reusing an existing token, against session fixation).

    proven: a code of the second factor was given just now. proven_at: or then, at the identity provider.
    provider_session: its own session, by which this one began; None: by a password.
    """
    secret = SessionToken.new(code)
    await connection.execute(
        SQL["add_session"], authority_id, secret.digest, uuid4().hex, officer, powers, must_change, source,
        awaits, proven, proven_at, provider_session,
    )  # fmt: skip
    return secret


async def find(connection: Connection, authority_id: int, secret: SessionToken) -> Found | None:
    """The valid session of a token; stores its use."""
    row = await connection.fetchrow(SQL["session"], authority_id, secret.digest, IDLE, ABSOLUTE, _RESTS)
    if row is None:
        return None
    if row["resting"]:
        await connection.execute(SQL["session_seen"], authority_id, secret.digest)
    return Found(
        Head(*row[:4]), row["now"], row["replica"], row["id"], row["officer"], row["powers"], row["must_change"],
        None, row["awaits"], row["proven_at"],
    )  # fmt: skip


async def is_by_provider(connection: Connection, authority_id: int, secret: SessionToken) -> bool:
    """Whether it began at the identity provider."""
    return bool(await connection.fetchval(SQL["is_by_provider"], authority_id, secret.digest))


async def prove(connection: Connection, authority_id: int, secret: SessionToken) -> None:
    """Store that the second factor was verified in this session."""
    await connection.execute(SQL["session_proven"], authority_id, secret.digest)


async def proof_of(
    connection: Connection, authority_id: int, secret: SessionToken, within: timedelta
) -> Proof:
    """Whether the second factor was verified within this time; `none` also for a session that has ended."""
    found: Proof | None = await connection.fetchval(SQL["proof_of"], authority_id, secret.digest, within)
    return found or "none"


async def of_officer(
    connection: Connection, authority_id: int, officer: str, here: str
) -> Sequence[SessionShown]:
    """The officer's valid sessions, the newest first. here: id of the present one."""
    rows = await connection.fetch(SQL["sessions_of"], authority_id, officer, IDLE, ABSOLUTE)
    return [SessionShown(**row, here=row["id"] == here) for row in rows]


async def end(connection: Connection, authority_id: int, secret: SessionToken) -> str | None:
    """End a session. Returns its officer; None if there is no such session."""
    officer: str | None = await connection.fetchval(SQL["end_session"], authority_id, secret.digest)
    return officer


async def end_named(connection: Connection, authority_id: int, officer: str, id_: str) -> bool:
    """Whether the officer had it."""
    return await connection.fetchval(SQL["end_session_named"], authority_id, officer, id_) is not None


async def end_all(connection: Connection, authority_id: int, officer: str) -> None:
    await connection.execute(SQL["end_sessions_of"], authority_id, officer)


async def end_others(connection: Connection, authority_id: int, officer: str, here: SessionToken) -> None:
    """End all sessions of the officer except this one."""
    await connection.execute(SQL["end_other_sessions_of"], authority_id, officer, here.digest)


async def remove_ended(connection: Connection, authority_id: int) -> int:
    """Delete expired sessions. Returns their number."""
    return len(await connection.fetch(SQL["remove_ended_sessions"], authority_id, IDLE, ABSOLUTE))


# --- keys ---


async def add_key(
    connection: Connection,
    authority_id: int,
    code: str,
    officer: str,
    *,
    id_: str,
    name: str,
    acts: Iterable[str],
    days: int,
) -> tuple[SessionToken, str, datetime]:
    """A new key, its id, and when it expires."""
    secret = SessionToken.new(code)
    until = await connection.fetchval(
        SQL["add_key"], authority_id, secret.digest, id_, officer, name, sorted(acts), timedelta(days=days)
    )
    return secret, id_, until


async def find_key(
    connection: Connection, authority_id: int, secret: SessionToken, source: str
) -> Found | None:
    """The key in force that this is; its use is noted, and from where."""
    row = await connection.fetchrow(SQL["key"], authority_id, secret.digest, _RESTS, source)
    if row is None:
        return None
    if row["resting"]:
        await connection.execute(SQL["key_used"], authority_id, secret.digest, source)
    return Found(
        Head(*row[:4]),
        row["now"],
        row["replica"],
        row["id"],
        row["officer"],
        "",
        False,
        frozenset(row["acts"]),
    )


async def keys(connection: Connection, authority_id: int, officer: str | None = None) -> Sequence[Key]:
    """Of an officer or of all, the newest first."""
    rows = await connection.fetch(SQL["keys"], authority_id, officer)
    return [Key(**{**row, "acts": tuple(row["acts"])}) for row in rows]


async def revoke_key(
    connection: Connection, authority_id: int, id_: str, officer: str | None = None
) -> str | None:
    """Revoke a key. Returns its officer; None if there is no such valid key. officer: only if it is this officer's."""
    owner: str | None = await connection.fetchval(SQL["revoke_key"], authority_id, id_, officer)
    return owner


# --- keys of service accounts ---


async def add_service_key(
    connection: Connection, authority_id: int, code: str, service: str, *, days: int, overlap_days: int
) -> tuple[SessionToken, str, datetime]:
    """Create a key. Returns it, its id, and when it expires; earlier keys expire after overlap_days."""
    secret, id_ = SessionToken.new(code), uuid4().hex
    until = await connection.fetchval(
        SQL["add_service_key"],
        authority_id, secret.digest, id_, service, timedelta(days=days), timedelta(days=overlap_days),
    )  # fmt: skip
    return secret, id_, until


async def find_service_key(
    connection: Connection, authority_id: int, secret: SessionToken, source: str
) -> Found | None:
    """The key in force that this is; its use is noted, and from where."""
    row = await connection.fetchrow(SQL["service_key"], authority_id, secret.digest, _RESTS, source)
    if row is None:
        return None
    if row["resting"]:
        await connection.execute(SQL["service_key_used"], authority_id, secret.digest, source)
    return Found(
        Head(*row[:4]), row["now"], row["replica"], row["id"], row["service"], "", False, frozenset()
    )


async def service_keys(connection: Connection, authority_id: int) -> Sequence[ServiceKey]:
    """The newest first."""
    return [ServiceKey(**row) for row in await connection.fetch(SQL["service_keys"], authority_id)]


async def revoke_service_key(connection: Connection, authority_id: int, service: str, id_: str) -> bool:
    """Whether there was such a key in force."""
    return await connection.fetchval(SQL["revoke_service_key"], authority_id, service, id_) is not None


def is_id(text: str) -> bool:
    """Whether the text can be the id of a session or key; others cannot be parameters of a query."""
    return re.fullmatch(r"[0-9a-f]{32}", text) is not None
