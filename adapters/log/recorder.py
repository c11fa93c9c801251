"""The log of one authority in asyncpg, with the method names of eventsourcing's recorders.

Positions are gapless per authority: a writer holds the authority's head row until it has committed, so commit order is
position order and a reader that follows by position misses nothing. No LISTEN/NOTIFY, no table lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec
from eventsourcing import persistence
from eventsourcing.persistence import Notification, StoredEvent

from adapters.log.mapper import LEAF_FORMAT, StoredEntry
from adapters.postgres.database import Connection, Database, DatabaseUnavailable, OutOfSight
from adapters.postgres.queries import SQL
from adapters.vault.keyring import VaultRow


class Head(NamedTuple):
    """An authority's head row. recorded_at: of the last entry; leaf_format: of the next."""

    position: int
    recorded_at: datetime | None
    authority_version: int
    law_digest: str
    published: str = "{}"
    numbers: str = "{}"
    leaf_format: int = LEAF_FORMAT

    @property
    def last_numbers(self) -> Mapping[int, int]:
        """By year of receipt the last reference number; under the year with a minus, where receipts far above it were
        annulled, the highest of their numbers.
        """
        return _by_year(self.numbers)

    @property
    def published_reports(self) -> Mapping[int, int]:
        """By year the position of its report's first publication."""
        return _by_year(self.published)


_by_year = msgspec.json.Decoder(dict[int, int]).decode


class HeadMoved(DatabaseUnavailable):
    """The head is not where its holder read it: a shard was moved under the transaction. Nothing was written."""

    def __init__(self) -> None:
        super().__init__("登记时数据正在迁移，没有保存；请稍后再试")


class Recorder:
    """Insert and select stored events of one authority. Raises eventsourcing.persistence's exceptions."""

    def __init__(self, database: Database, authority_id: int) -> None:
        self._database = database
        self._authority_id = authority_id

    async def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Append all or none, after the last position. Returns their positions; IntegrityError if one exists."""
        if not stored_events:
            return []
        with _translated():
            async with self._database.transaction(self._authority_id, locking=True) as connection:
                row = (await read_for_recording(connection, self._authority_id, [], []))[0]
                head = head_of(row)
                entries = [
                    each if isinstance(each, StoredEntry) else _bare(each, head.leaf_format)
                    for each in stored_events
                ]
                await append(
                    connection,
                    self._authority_id,
                    head,
                    entries,
                    authority_version=head.authority_version,
                    at=moment_of(row),
                )
        return [head.position + nth for nth in range(1, len(entries) + 1)]

    async def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEntry]:
        """One stream by version, gt < version <= lte."""
        query = SQL["select_stream_backwards" if desc else "select_stream"]
        with _translated():
            async with self._database.transaction(self._authority_id, reading=True) as connection:
                rows = await connection.fetch(query, self._authority_id, str(originator_id), gt, lte, limit)
        return [entry(row) for row in rows]

    async def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The log by position: from start (inside, or not as `inclusive_of_start` says) to stop (inside), at most limit."""
        first = 0 if start is None else start if inclusive_of_start else start + 1
        with _translated():
            async with self._database.transaction(self._authority_id, reading=True) as connection:
                rows = await connection.fetch(
                    SQL["select_positions"], self._authority_id, first, stop, limit, list(topics)
                )
        return [
            Notification(row["stream"], row["version"], row["topic"], row["payload"], id=row["position"])
            for row in rows
        ]

    async def max_notification_id(self) -> int | None:
        """The last position, or None of an empty log."""
        with _translated():
            async with self._database.transaction(self._authority_id, reading=True) as connection:
                position: int | None = await connection.fetchval(SQL["last_position"], self._authority_id)
        return position


async def read_for_recording(
    connection: Connection, authority_id: int, streams: Sequence[str], ids: Sequence[str]
) -> list[Any]:
    """The entries of the streams, and of those in which the ids lie; each with the head and the moment.

    At least one row; of no entry where stream is None. In the authority's transaction. Raises OutOfSight.
    """
    rows: list[Any] = await connection.fetch(SQL["read_for_recording"], authority_id, streams, ids)
    if not rows:
        raise OutOfSight(authority_id)
    return rows


def head_of(row: Mapping[str, Any]) -> Head:
    """The head as read."""
    return Head(
        row["head_position"],
        row["head_recorded_at"],
        row["authority_version"],
        row["law_digest"],
        row["published"],
        row["numbers"],
        row["next_leaf_format"],
    )


def moment_of(row: Mapping[str, Any]) -> datetime:
    """The database's clock as read, and never before the last entry."""
    now, last = row["now"], row["head_recorded_at"]
    found: datetime = now if last is None else max(now, last)
    return found


async def append(
    connection: Connection,
    authority_id: int,
    head: Head,
    entries: Sequence[StoredEntry],
    *,
    authority_version: int,
    at: datetime,
    vault: Sequence[VaultRow] = (),
    numbers: Mapping[int, int] | None = None,
    tokens: Sequence[Mapping[str, Any]] = (),
    rows: str = "[]",
    published: Mapping[int, int] | None = None,
) -> Head:
    """Write entries after the held head, with all that belongs to them, in one statement. Returns it as it then is.

    authority_version: of the authority's own stream after them. at: the moment recorded. numbers: last reference
    number by year, where that changes. tokens: of the blind index. rows: the register's rows as JSON.
    published: by year the position of its report's first publication, where that changes.
    In the authority's transaction. Raises HeadMoved.
    """
    events = [
        {
            "nth": nth,
            "stream": str(each.originator_id),
            "version": each.originator_version,
            "topic": each.topic,
            "schema_version": each.schema_version,
            "payload": each.state,
            "actor": each.actor,
            "on_behalf_of": each.on_behalf_of,
            "command_id": each.command_id,
            "body_mac": each.body_mac,
            "acknowledged": each.acknowledged,
            "leaf_format": each.leaf_format,
        }
        for nth, each in enumerate(entries, start=1)
    ]
    years_published, given = text_of(published), text_of(numbers)
    written = await connection.fetchval(
        SQL["append"],
        authority_id,
        head.position,
        at,
        authority_version,
        years_published,
        given,
        *(msgspec.json.encode(each).decode() for each in (events, [row._asdict() for row in vault], tokens)),
        rows,
    )
    if not written:
        raise HeadMoved
    return Head(
        head.position + len(entries),
        at,
        authority_version,
        head.law_digest,
        years_published or head.published,
        given or head.numbers,
        head.leaf_format,
    )


def text_of(years: Mapping[int, int] | None) -> str | None:
    """As the head keeps them."""
    return None if years is None else msgspec.json.encode(dict(sorted(years.items()))).decode()


def entry(row: Mapping[str, Any]) -> StoredEntry:
    """A row of `events`."""
    return StoredEntry(
        originator_id=row["stream"],
        originator_version=row["version"],
        topic=row["topic"],
        state=row["payload"],
        position=row["position"],
        recorded_at=row["recorded_at"],
        actor=row["actor"],
        on_behalf_of=row["on_behalf_of"],
        command_id=row["command_id"],
        body_mac=row["body_mac"],
        acknowledged=tuple(row["acknowledged"] or ()),
        schema_version=row["schema_version"],
        leaf_format=row["leaf_format"],
    )


def _bare(event: StoredEvent, leaf_format: int) -> StoredEntry:
    return StoredEntry(
        event.originator_id, event.originator_version, event.topic, event.state, leaf_format=leaf_format
    )


@contextmanager
def _translated() -> Iterator[None]:
    """asyncpg's exceptions as the library's, which follow PEP 249."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as wrong:
        raise persistence.IntegrityError(wrong.sqlstate) from wrong
    except asyncpg.DataError as wrong:
        raise persistence.DataError(str(wrong)) from wrong
    except (asyncpg.SyntaxOrAccessError, asyncpg.InvalidTransactionStateError) as wrong:
        raise persistence.ProgrammingError(str(wrong)) from wrong
    except DatabaseUnavailable as wrong:
        raise persistence.OperationalError(str(wrong)) from wrong
    except asyncpg.PostgresError as wrong:
        raise persistence.DatabaseError(wrong.sqlstate) from wrong
