"""The log behind the method names of eventsourcing's recorders, so that the library's own cases can be run against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import asyncpg
from eventsourcing import persistence
from eventsourcing.persistence import Notification, StoredEvent

from adapters.log.mapper import StoredEntry
from adapters.log.recorder import append, head_of, moment_of, read_for_recording
from adapters.postgres.database import Database, DatabaseUnavailable
from adapters.postgres.queries import SQL


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
        with _translated():
            async with self._database.transaction(self._authority_id, reading=True) as connection:
                rows = await connection.fetch(
                    SQL["select_stream"],
                    self._authority_id,
                    str(originator_id),
                    gt,
                    lte,
                    None if desc else limit,
                )
        return [entry(row) for row in (rows[::-1][:limit] if desc else rows)]

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
