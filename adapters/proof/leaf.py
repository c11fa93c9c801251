"""One entry of a log as a leaf of its tree: every column of `events`, or of `access_log`, in one canonical text.

The text is JSON as RFC 8785 has it, restricted to strings, whole numbers and null: keys sorted, no spaces, UTF-8.
It is always made from the columns that queries read and is stored nowhere: a digest over a copy that nobody
reads would protect nothing. `leaf_format` names this rule; an entry keeps the one it was recorded under.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import msgspec

from adapters.log.mapper import StoredEntry
from adapters.proof import merkle

FORMATS = (1,)
"""Rules by which a leaf is made. 1: `Leaf`, and `AccessLeaf` of a line of the access log."""


class Leaf(msgspec.Struct, frozen=True):
    """The columns, by their names in alphabetical order; two are said otherwise.

    authority: the code, in place of the key that only this database knows. payload_sha256: in hex, of the bytes
    as stored. recorded_at: UTC with six digits and Z. body_mac: in hex.
    """

    acknowledged: Sequence[str] | None
    actor: str | None
    authority: str
    body_mac: str | None
    command_id: str | None
    leaf_format: int
    on_behalf_of: str | None
    payload_sha256: str
    position: int
    recorded_at: datetime | str
    schema_version: int
    stream: str
    topic: str
    version: int


class AccessLeaf(msgspec.Struct, frozen=True):
    """The columns of a line of the access log, in the same manner. at: as recorded_at."""

    act: str
    actor: str
    at: datetime | str
    authority: str
    id: str
    leaf_format: int
    position: int
    purpose: str | None
    reference: str | None
    result: str
    route: str
    source: str


_encode = msgspec.json.Encoder().encode

_columns = itemgetter(
    "acknowledged",
    "actor",
    "body_mac",
    "command_id",
    "leaf_format",
    "on_behalf_of",
    "payload",
    "position",
    "recorded_at",
    "schema_version",
    "stream",
    "topic",
    "version",
)


def leaf(code: str, row: Mapping[str, Any]) -> bytes:
    """The canonical text of a row of `events`, of the authority with this code."""
    return _leaf(code, *_columns(row))


def leaf_of(code: str, entry: StoredEntry, recorded_at: datetime) -> bytes:
    """The same of an entry as it was stored at this moment."""
    return _leaf(
        code,
        entry.acknowledged,
        entry.actor,
        entry.body_mac,
        entry.command_id,
        entry.leaf_format,
        entry.on_behalf_of,
        entry.state,
        entry.position,
        recorded_at,
        entry.schema_version,
        str(entry.originator_id),
        entry.topic,
        entry.originator_version,
    )


def leaf_hash(code: str, row: Mapping[str, Any]) -> bytes:
    """What a checkpoint's tree is made of."""
    return merkle.leaf_hash(_leaf(code, *_columns(row)))


def access_leaf(code: str, row: Mapping[str, Any]) -> bytes:
    """The canonical text of a row of `access_log` that has its position, of the authority with this code."""
    told = {name: row[name] for name in AccessLeaf.__struct_fields__ if name != "authority"}
    return _encode(AccessLeaf(**{**told, "authority": code, "at": _moment(row["at"])}))


def access_leaf_hash(code: str, row: Mapping[str, Any]) -> bytes:
    """What a checkpoint's tree of the access log is made of."""
    return merkle.leaf_hash(access_leaf(code, row))


def _leaf(
    code: str,
    acknowledged: Sequence[str] | None,
    actor: str | None,
    body_mac: bytes | None,
    command_id: str | None,
    leaf_format: int,
    on_behalf_of: str | None,
    payload: bytes,
    position: int,
    recorded_at: datetime,
    schema_version: int,
    stream: str,
    topic: str,
    version: int,
) -> bytes:
    return _encode(
        Leaf(
            acknowledged,
            actor,
            code,
            None if body_mac is None else body_mac.hex(),
            command_id,
            leaf_format,
            on_behalf_of,
            hashlib.sha256(payload).hexdigest(),
            position,
            _moment(recorded_at),
            schema_version,
            stream,
            topic,
            version,
        )
    )


def _moment(at: datetime) -> datetime | str:
    at = at if at.tzinfo is UTC else at.astimezone(UTC)
    # msgspec writes a moment as the rule has it, ten times as fast as Python, but leaves out a fraction of nothing.
    return at if at.microsecond else at.isoformat()[:19] + ".000000Z"
