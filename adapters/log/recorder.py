"""The log of one authority: reads what a recording needs, and appends entries.

Positions have no gaps within an authority. A writer locks the authority's head row until it commits, so commits are in
the order of positions, and a reader that follows by position misses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from adapters.log.mapper import LEAF_FORMAT, StoredEntry
from adapters.postgres.database import Connection, DatabaseUnavailable, OutOfSight
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
        """The last reference number by year of receipt. Under the negated year: the highest number of annulled receipts
        that were numbered far above it.
        """
        return _by_year(self.numbers)

    @property
    def published_reports(self) -> Mapping[int, int]:
        """The position of each year's first publication of the report."""
        return _by_year(self.published)


_by_year = msgspec.json.Decoder(dict[int, int]).decode


class HeadMoved(DatabaseUnavailable):
    """The head row changed although it was locked: a shard was moved during the transaction. Nothing was written."""

    def __init__(self) -> None:
        super().__init__("登记时数据正在迁移，没有保存；请稍后再试")


async def read_for_recording(
    connection: Connection, authority_id: int, streams: Sequence[str], ids: Sequence[str]
) -> list[Any]:
    """The entries of these streams, and of the streams that have these idempotency keys; every row has the head and the
    time.

    At least one row; one with stream None has no entry. In the authority's transaction. Raises OutOfSight.
    """
    rows: list[Any] = await connection.fetch(SQL["read_for_recording"], authority_id, streams, ids)
    if not rows:
        raise OutOfSight(authority_id)
    return rows


def head_of(row: Mapping[str, Any]) -> Head:
    """The head of a row of `read`."""
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
    """The database's time of a row of `read`, or that of the last entry if that is later."""
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
    """Append entries after the locked head, with all that belongs to them, in one statement. Returns the new head.

    authority_version: of the authority's own stream afterwards. at: time recorded. numbers: changed last reference
    numbers by year. tokens: of the blind index. rows: the register's rows as JSON. published: changed positions of
    first publication by year. In the authority's transaction. Raises HeadMoved.
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
    """The numbers as JSON, as the head row stores them."""
    return None if years is None else msgspec.json.encode(dict(sorted(years.items()))).decode()
