"""Maps entries to rows of `events` and back.

The payload is msgspec JSON with `type` first, fields in the order of the struct, without absent optional ones. The
stored bytes are hashed, so they are never encoded again. Codes are not validated here, so that an old log stays
readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent

from adapters.log.upcasting import UPCASTERS, upcast
from domain.authority.events import OF_AUTHORITY, AuthorityEvent
from domain.entry import Event, Recorded, type_of
from domain.report.events import REPORT_EVENTS, ReportEvent
from domain.request.events import EVENTS, Stored

SCHEMA_VERSION = 1 + len(UPCASTERS)
"""Schema version of the entries that this program writes; it reads all versions from 1."""
LEAF_FORMAT = 1
"""Leaf format of a log of the suite `std`."""

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Stored | AuthorityEvent | ReportEvent)
_encoder = msgspec.json.Encoder()
_TOPICS = frozenset(type_of(kind) for kind in (*EVENTS, *OF_AUTHORITY, *REPORT_EVENTS))


class EntryUnreadable(MapperDeserialisationError):
    """An entry cannot be read; the Chinese text has its stream and version."""


class EntryOfNewerProgram(EntryUnreadable):
    """An entry was written by a newer program: this one must be updated."""


@dataclass(frozen=True)
class StoredEntry(StoredEvent):
    """A row of `events`. state: the payload only; the envelope is in the other columns.

    Position, time and envelope are missing only from events of the library's own test cases.
    """

    position: int = 0
    recorded_at: datetime | None = None
    actor: str | None = None
    on_behalf_of: str | None = None
    command_id: str | None = None
    body_mac: bytes | None = None
    acknowledged: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION
    leaf_format: int = LEAF_FORMAT


class EntryMapper(Mapper[str]):
    """The library's mapper, for our structs. leaf_format: of the entries that it stores. Reading raises EntryUnreadable."""

    def __init__(self, leaf_format: int = LEAF_FORMAT) -> None:
        super().__init__(transcoder=cast("Any", None))
        self._leaf_format = leaf_format

    def to_stored_event(self, domain_event: Any) -> StoredEntry:
        recorded = cast("Recorded", domain_event)
        return StoredEntry(
            originator_id=recorded.originator_id,
            originator_version=recorded.originator_version,
            topic=type_of(recorded.event),
            state=payload_of(recorded.event),
            position=recorded.position,
            recorded_at=recorded.recorded_at,
            actor=recorded.actor,
            on_behalf_of=recorded.on_behalf_of,
            command_id=recorded.command_id,
            body_mac=recorded.body_mac,
            acknowledged=recorded.acknowledged,
            leaf_format=self._leaf_format,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        entry = cast("StoredEntry", stored_event)
        stream, version = str(entry.originator_id), entry.originator_version
        return Recorded(
            originator_id=stream,
            originator_version=version,
            event=_event(stream, version, entry.topic, entry.state, entry.schema_version),
            recorded_at=cast("datetime", entry.recorded_at),
            position=entry.position,
            actor=entry.actor or "",
            on_behalf_of=entry.on_behalf_of,
            command_id=entry.command_id,
            body_mac=entry.body_mac,
            acknowledged=entry.acknowledged,
        )


def payload_of(event: Event) -> bytes:
    """The event's payload as stored."""
    return _encoder.encode(event)


def recorded(row: Mapping[str, Any]) -> Recorded:
    """The entry of a row of `events`, without the library's struct in between. Raises EntryUnreadable."""
    stream, version = row["stream"], row["version"]
    return Recorded(
        stream,
        version,
        _event(stream, version, row["topic"], row["payload"], row["schema_version"]),
        row["recorded_at"],
        row["position"],
        row["actor"] or "",
        row["on_behalf_of"],
        row["command_id"],
        row["body_mac"],
        tuple(row["acknowledged"] or ()),
    )


def event_of(row: Mapping[str, Any]) -> Event:
    """The event of a row, without its envelope. Raises EntryUnreadable."""
    return _event(row["stream"], row["version"], row["topic"], row["payload"], row["schema_version"])


def by_stream(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Recorded]]:
    """The entries by stream, in the order of the rows; a row without an entry is skipped."""
    found: dict[str, list[Recorded]] = {}
    for row in rows:
        if row["stream"] is not None:
            found.setdefault(row["stream"], []).append(recorded(row))
    return found


def _event(stream: str, version: int, topic: str, payload: bytes, schema_version: int) -> Event:
    if schema_version > SCHEMA_VERSION:
        raise _of_newer_program(stream, version)
    if schema_version < 1:
        raise _unreadable(stream, version, "结构版本应从1起")
    try:
        topic, payload = upcast(topic, payload, schema_version)
        event = _decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        if topic not in _TOPICS:
            raise _of_newer_program(stream, version) from None
        raise _unreadable(stream, version, type(wrong).__name__) from None
    if type_of(event) != topic:
        raise _unreadable(stream, version, "type与topic不符")
    return event


def _of_newer_program(stream: str, version: int) -> EntryOfNewerProgram:
    return EntryOfNewerProgram(f"{stream}第{version}条登记无法读取：由更新版本的程序登记")


def _unreadable(stream: str, version: int, why: str) -> EntryUnreadable:
    return EntryUnreadable(f"{stream}第{version}条登记无法读取：{why}")
