"""The two logs with Merkle trees and checkpoints of their own: events and accesses. The same code serves both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.proof import leaf

Row = Mapping[str, Any]


class ProvableLog(NamedTuple):
    """key: names the log in the table of checkpoints. prefix: of the log's origin, which ends with the authority's
    code. words: Chinese name. rows, more: the statement that reads its rows between two positions, and its further
    parameters. last, lag: the statements of the last position, and of what no checkpoint covers. number: the statement
    that assigns positions before signing, if they are not assigned when recording. since: the statement of the seconds
    since the register has had this log, if not from the beginning. alarm_seconds: limit of the age of an entry that no
    checkpoint covers.
    """

    key: str
    prefix: str
    words: str
    rows: str
    more: tuple[Any, ...]
    last: str
    lag: str
    number: str | None
    since: str | None
    leaf_hash: Callable[[str, Row], bytes]
    alarm_seconds: float

    def origin(self, code: str) -> str:
        return f"{self.prefix}{code}"

    def between(self, connection: Connection, authority_id: int, first: int, last: int | None = None) -> Any:
        """A cursor over the rows from first to last, by position."""
        return connection.cursor(self.rows, authority_id, first, last, *self.more, prefetch=2000)


EVENT_LOG = ProvableLog(
    key="events",
    prefix="taizhang/",
    words="日志",
    rows=SQL["select_positions"],
    more=(None, []),
    last=SQL["last_position"],
    lag=SQL["checkpoint_lag"],
    number=None,
    since=None,
    leaf_hash=leaf.leaf_hash,
    alarm_seconds=60,
)
"""The events; signed within a second or two."""

ACCESS_LOG = ProvableLog(
    key="accesses",
    prefix="taizhang/accesses/",
    words="访问日志",
    rows=SQL["accesses_by_position"],
    more=(),
    last=SQL["last_access"],
    lag=SQL["access_checkpoint_lag"],
    number=SQL["number_accesses"],
    since=SQL["accesses_sealed_since"],
    leaf_hash=leaf.access_leaf_hash,
    alarm_seconds=300,
)
"""Logins, exports and reads of personal data; signed every minute."""

BEFORE_ALL = -(2**62)
"""A position before all others: one below 1, which only tampering can produce, is read and reported too."""

LOGS = (EVENT_LOG, ACCESS_LOG)


def log_of(origin: str) -> ProvableLog:
    """The log of a checkpoint's origin."""
    return ACCESS_LOG if origin.startswith(ACCESS_LOG.prefix) else EVENT_LOG
