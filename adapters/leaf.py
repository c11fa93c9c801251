"""One entry of the log as a leaf of the tree: every column of `events`, in one canonical text.

The text is JSON as RFC 8785 has it, restricted to strings, whole numbers and null: keys sorted, no spaces, UTF-8.
It is always made from the columns that queries read and is stored nowhere: a digest over a copy that nobody
reads would protect nothing. `leaf_format` names this rule; an entry keeps the one it was recorded under.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from adapters import merkle
from adapters.mapper import StoredEntry

FORMATS = (1,)
"""Rules by which a leaf is made. 1: `Leaf`."""


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
    recorded_at: str
    schema_version: int
    stream: str
    topic: str
    version: int


_encode = msgspec.json.Encoder().encode


def leaf(code: str, row: Mapping[str, Any]) -> bytes:
    """The canonical text of a row of `events`, of the authority with this code."""
    return _leaf(
        code,
        row["stream"],
        row["version"],
        row["position"],
        row["topic"],
        row["schema_version"],
        row["payload"],
        row["actor"],
        row["on_behalf_of"],
        row["recorded_at"],
        row["command_id"],
        row["body_mac"],
        row["acknowledged"],
        row["leaf_format"],
    )


def leaf_of(code: str, entry: StoredEntry) -> bytes:
    """The same of an entry about to be stored."""
    assert entry.recorded_at is not None  # noqa: S101 - only bare events have none, and those have no reply
    return _leaf(
        code,
        str(entry.originator_id),
        entry.originator_version,
        entry.position,
        entry.topic,
        entry.schema_version,
        entry.state,
        entry.actor,
        entry.on_behalf_of,
        entry.recorded_at,
        entry.command_id,
        entry.body_mac,
        entry.acknowledged,
        entry.leaf_format,
    )


def leaf_hash(code: str, row: Mapping[str, Any]) -> bytes:
    """What a checkpoint's tree is made of."""
    return merkle.leaf_hash(leaf(code, row))


def _leaf(
    code: str,
    stream: str,
    version: int,
    position: int,
    topic: str,
    schema_version: int,
    payload: bytes,
    actor: str | None,
    on_behalf_of: str | None,
    recorded_at: datetime,
    command_id: str | None,
    body_mac: bytes | None,
    acknowledged: Sequence[str] | None,
    leaf_format: int,
) -> bytes:
    at = recorded_at if recorded_at.tzinfo is UTC else recorded_at.astimezone(UTC)
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
            at.isoformat(timespec="microseconds")[:26] + "Z",
            schema_version,
            stream,
            topic,
            version,
        )
    )
