"""The logs that can be proved: each a tree with checkpoints of its own, made, examined and handed over by the same code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.proof import leaf

Row = Mapping[str, Any]


class ProvableLog(NamedTuple):
    """key: by which checkpoints name it. prefix: what its name begins with; the authority's code follows, and a log that has a
    checkpoint keeps its name. words: in Chinese. rows, more: the statement of its rows between two positions, and its
    further parameters. last, lag: the statements of the last position, and of what no checkpoint covers. number: the
    one that gives positions when it is sealed, if they are not given before. since: the one of the seconds for which a
    register has been able to seal it, if it was not from the beginning. alarm_seconds: an entry that no checkpoint covers
    for longer is an alarm.
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
        """A cursor over its rows by position, both ends inside."""
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
"""What is recorded: sealed within a second or two."""

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
"""Who came in, took and read what: sealed by the minute."""

BEFORE_ALL = -(2**62)
"""A position to begin at: those below 1 are somebody's, and found."""

LOGS = (EVENT_LOG, ACCESS_LOG)


def log_of(origin: str) -> ProvableLog:
    """Whose checkpoint bears this name."""
    return ACCESS_LOG if origin.startswith(ACCESS_LOG.prefix) else EVENT_LOG
