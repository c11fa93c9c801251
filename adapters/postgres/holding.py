"""Which tables a migration will lock, and for about how long, estimated from its text and the tables' sizes."""

from __future__ import annotations

import re
from typing import NamedTuple

from adapters.postgres.database import Connection

_BYTES_A_SECOND = 20_000_000
"""Speed of rewriting or indexing a table on a slow disk: the estimate should rather be too long."""

# Pattern of a statement with its table, whether others can read meanwhile, whether the whole table is scanned.
_STATEMENTS = (
    (r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+)\s+(?:ALTER COLUMN \w+ (?:SET DATA )?TYPE|ADD PRIMARY KEY)", False, True),
    (r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+)\s+(?:ADD (?:CONSTRAINT|UNIQUE|CHECK|FOREIGN)|ALTER COLUMN \w+ SET NOT NULL)", False, True),
    (r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+)", False, False),
    (r"(?:DROP|TRUNCATE) (?:TABLE )?(?:IF EXISTS )?(\w+)", False, False),
    (r"(?:CREATE|DROP|ALTER) POLICY \w+ ON (\w+)", False, False),
    (r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)[^;]*? ON (\w+)", True, True),
    (r"CREATE (?:OR REPLACE )?TRIGGER [^;]*? ON (\w+)", True, False),
    (r"(?:UPDATE|DELETE FROM) (\w+)", True, True),
)  # fmt: skip


class Held(NamedTuple):
    """A lock on an existing table. readable: others can still read it; rows: estimated by the database."""

    table: str
    readable: bool
    rows: int
    seconds: float


async def held(connection: Connection, text: str) -> list[Held]:
    """The locks by table, without tables that the migration creates itself."""
    # Estimates from the catalogue: measuring the size would wait for a lock on the table.
    sizes = {
        row["relname"]: (max(0, int(row["reltuples"])), row["bytes"])
        for row in await connection.fetch(
            "SELECT relname, reltuples, relpages::bigint * 8192 AS bytes FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    }
    text = re.sub(r"--[^\n]*", "", text)
    text = re.sub(r"(\$\w*\$).*?\1", "", text, flags=re.S)  # what a function will do is not done now
    found: dict[str, tuple[bool, bool]] = {}
    for pattern, readable, whole in _STATEMENTS:
        for table in re.findall(pattern, text, re.IGNORECASE):
            before = found.get(table, (True, False))
            found[table] = (before[0] and readable, before[1] or whole)
    return [
        Held(table, readable, sizes[table][0], 1 + (sizes[table][1] / _BYTES_A_SECOND if whole else 0))
        for table, (readable, whole) in sorted(found.items())
        if table in sizes
    ]


def in_words(found: list[Held]) -> str:
    """A Chinese sentence for the administrator who runs the migration."""
    if not found:
        return "不锁定已有的表"
    return "；".join(
        f"{each.table}（约{each.rows}行）{'不能写入' if each.readable else '不能读写'}，约{each.seconds:.0f}秒"
        for each in found
    )
