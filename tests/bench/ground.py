"""Fixtures of the measurements: fresh databases, and logs written directly into the tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import msgspec

from adapters.postgres import embedded, migrate

RECEIVED = {
    "type": "received",
    "on": "2020-03-02",
    "channel": "post",
    "receipt_basis": "signed_for",
    "applicant_kind": "natural_person",
    "applicant": {"name": "示例人"},
    "description": "示例内容",
    "delivery": "paper",
}
SEALED = {"id": "0" * 32, "commitment": "0" * 64}
FOLLOWING = (
    {"type": "assigned", "on": "2020-03-02", "unit": "办公室"},
    {
        "type": "answered",
        "on": "2020-03-20",
        "outcome": "granted",
        "legal_basis": "三十六",
        "document_no": "1号",
    },
    {"type": "served", "on": "2020-03-20", "method": "china_post"},
)

# A request with every kind of step, as in a complete file.
COURSE = (
    {"type": "assigned", "on": "2020-03-02", "unit": "办公室"},
    {"type": "supplement_required", "on": "2020-03-05", "respond_by": "2020-03-20", "matters": SEALED},
    {"type": "supplemented", "on": "2020-03-10", "description": SEALED},
    {"type": "consultation_opened", "on": "2020-03-12", "consultation": "甲", "consultee": "third_party",
     "respond_by": "2020-04-02", "delivered_on": "2020-03-12"},
    {"type": "consultation_closed", "on": "2020-03-20", "consultation": "甲", "reply": "agreed"},
    {"type": "extended", "on": "2020-04-01", "workdays": 10, "approved_by": "负责人", "reason": SEALED,
     "notified_on": "2020-04-01"},
    {"type": "answered", "on": "2020-04-20", "outcome": "granted", "legal_basis": "三十六", "document_no": "1号"},
    {"type": "served", "on": "2020-04-21", "method": "china_post"},
    {"type": "archived", "on": "2020-05-20", "archive_no": "1号", "retention": "10y"},
)  # fmt: skip


def office(code: str) -> dict[str, object]:
    event = {
        "type": "registered",
        "on": date(2020, 1, 1),
        "code": code,
        "name": "示例机关",
        "kind": "department",
    }
    return {"id": "office", "stream": "authority", "event": event | {"complete_since": date(2020, 1, 1)}}


async def fresh(server: embedded.Server) -> str:
    name = f"bench_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(server.dsn(embedded.OWNER))
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    await migrate.migrate(server.dsn(embedded.OWNER, name), embedded.RUNTIME)
    return name


async def reader(server: embedded.Server, database: str) -> asyncpg.Connection:
    """A session of the runtime role that sees the first authority."""
    settings = {"taizhang.authority": "1"}
    return await asyncpg.connect(server.dsn(embedded.RUNTIME, database), server_settings=settings)


async def log(
    behind: asyncpg.Connection,
    authority_id: int,
    requests: int,
    *,
    first: int = 1,
    following: tuple[dict[str, object], ...] = FOLLOWING,
    recorded_at: datetime = datetime(2026, 1, 1, tzinfo=UTC),
) -> None:
    """Write requests with the same events each, directly into the tables."""
    bodies = [RECEIVED | {"applicant": SEALED, "description": SEALED}, *following]
    await behind.execute(
        """INSERT INTO events (authority_id, stream, version, position, topic, schema_version, payload, actor,
                               recorded_at, command_id, acknowledged, leaf_format)
           SELECT $1, 'request/2020-' || CASE WHEN n < 1000 THEN lpad(n::text, 4, '0') ELSE n::text END, v, $3 + (n - 1) * $6::integer + v - 1, ($4::text[])[v], 1,
                  convert_to(($5::text[])[v], 'UTF8'), 'bench', $7, n || '-' || v, '{}', 1
           FROM generate_series(1, $2::integer) AS n, generate_series(1, $6::integer) AS v""",
        authority_id,
        requests,
        first,
        [str(each["type"]) for each in bodies],
        [msgspec.json.encode(each).decode() for each in bodies],
        len(bodies),
        recorded_at,
    )
    await behind.execute(
        "UPDATE heads SET position = (SELECT max(position) FROM events WHERE authority_id = $1)"
        " WHERE authority_id = $1",
        authority_id,
    )
