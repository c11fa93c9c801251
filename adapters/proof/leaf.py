"""An entry as a leaf of the Merkle tree: every column of `events`, or of `access_log`, in one canonical text.

The text is JSON canonicalised by RFC 8785, with strings, integers and null only: keys sorted, no spaces, UTF-8. It is
made from the columns that queries read, and not stored: a digest of a separate copy would not protect those columns.
`leaf_format` says by which rule; an entry keeps the format that it was recorded with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import msgspec

from adapters.log.mapper import StoredEntry
from adapters.proof import merkle
from adapters.suites import GM, STD, Suite

FORMATS = {1: STD, 2: GM}
"""The leaf formats and the suite of each. 1: `Leaf` or `AccessLeaf`, hashed with SHA-256. 2: the same with SM3, and the
digest of the payload is called payload_sm3.
"""


PAYLOAD = {STD: "payload_sha256", GM: "payload_sm3"}
"""The name of the payload's digest in a leaf of each suite."""


def suite_of(row: Mapping[str, Any]) -> Suite:
    """The suite by which a row's leaf is hashed; STD for an unknown format, which is a finding of its own."""
    return FORMATS.get(row["leaf_format"], STD)


def format_of(suite: Suite) -> int:
    """The format of new leaves in a tree of this suite."""
    return next(number for number, each in FORMATS.items() if each is suite)


class Leaf(msgspec.Struct, frozen=True):
    """The columns, in alphabetical order of their names; two differ.

    authority: the code instead of the database's own key. payload_sha256: hex digest of the bytes as stored instead of
    the bytes. recorded_at: UTC with six decimals and Z. body_mac: in hex.
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


_LeafOfGm = msgspec.defstruct(
    "LeafOfGm",
    [(each.name, each.type) for each in msgspec.structs.fields(Leaf)],
    rename={PAYLOAD[STD]: PAYLOAD[GM]},
    frozen=True,
)
_LEAVES: dict[int, tuple[Any, Any]] = {1: (Leaf, STD.hash), 2: (_LeafOfGm, GM.hash)}


class AccessLeaf(msgspec.Struct, frozen=True):
    """The columns of a line of the access log likewise. at: like recorded_at."""

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
    """The canonical text of a row of `events`. code: of its authority."""
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
    """The leaf hash of a row of `events`."""
    return merkle.leaf_hash(_leaf(code, *_columns(row)), suite_of(row))


def named(row: Mapping[str, Any], text: bytes) -> str:
    """The hash of a leaf's text as `suite:hex`, as in replies and proofs."""
    suite = suite_of(row)
    return suite.named(merkle.leaf_hash(text, suite))


def named_of(code: str, entry: StoredEntry, recorded_at: datetime) -> str:
    """The same of an entry as it was stored at this moment."""
    suite = FORMATS[entry.leaf_format]
    return suite.named(merkle.leaf_hash(leaf_of(code, entry, recorded_at), suite))


def access_leaf(code: str, row: Mapping[str, Any]) -> bytes:
    """The canonical text of a row of `access_log` that has its position. code: of its authority."""
    fields = {name: row[name] for name in AccessLeaf.__struct_fields__ if name != "authority"}
    return _encode(AccessLeaf(**{**fields, "authority": code, "at": _moment(row["at"])}))


def access_leaf_hash(code: str, row: Mapping[str, Any]) -> bytes:
    """The leaf hash of a row of `access_log`."""
    return merkle.leaf_hash(access_leaf(code, row), suite_of(row))


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
    kind, digest = _LEAVES.get(leaf_format) or _LEAVES[1]
    return _encode(
        kind(
            acknowledged,
            actor,
            code,
            None if body_mac is None else body_mac.hex(),
            command_id,
            leaf_format,
            on_behalf_of,
            digest(payload).hexdigest(),
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
    # msgspec formats a time ten times as fast as Python, but omits a fraction of zero.
    return at if at.microsecond else at.isoformat()[:19] + ".000000Z"
