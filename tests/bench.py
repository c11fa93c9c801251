"""How fast, against a peer or a limit in the same run: `make bench`.

Prints medians of interleaved runs as ratios; a number without its peer says more about the machine than about
the program. Exit code 1 if a limit is missed. `make bench ARGS=recording` runs one part.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import asyncpg
import msgspec
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from adapters import embedded, folding, logs, migrate, recording
from adapters.database import Database
from adapters.sql import SQL
from adapters.store import Store
from domain.authority import AuthorityEvent
from domain.events import Stored
from domain.values import Period
from tests import bench_http, bench_report
from tests.telling import LAW

WRITERS, AUTHORITIES = 16, 200
YEAR = Period.year(2020)
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

# Every step that a request may take on its way, as a full file has it.
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

failed = False


def report(what: str, ratio: float, limit: float, *, most: bool, detail: str) -> None:
    """One line; `most`: the ratio may be at most the limit, else it must be at least."""
    global failed  # noqa: PLW0603 - the exit code of one run
    kept = ratio <= limit if most else ratio >= limit
    failed |= not kept
    print(
        f"{'✓' if kept else '✗'} {what}: {ratio:.2f} ({'≤' if most else '≥'} {limit}); {detail}", flush=True
    )


async def median(runs: int, *acts: Callable[[], Awaitable[float]]) -> list[float]:
    """Medians of what the acts return, run in turns."""
    found: list[list[float]] = [[] for _ in acts]
    for _ in range(runs):
        for nth, act in enumerate(acts):
            found[nth].append(await act())
    return [statistics.median(each) for each in found]


async def recordings(server: embedded.Server, scratch: Path) -> None:
    """16 writers over 200 authorities: a whole recording against the bare insert of the library's recorder."""
    database = await fresh(server)
    store = await Store.open(server.dsn(embedded.RUNTIME, database), scratch / "keys", size=WRITERS)
    codes = [f"office-{nth}" for nth in range(AUTHORITIES)]
    for code in codes:
        await store.record(code, recording.convert(office(code)), actor="bench")
    per_run = 200

    async def ours() -> float:
        async def write(writer: int) -> None:
            for nth in range(per_run // 4):
                code = codes[(writer + WRITERS * nth) % AUTHORITIES]
                received = {"id": str(uuid4()), "event": RECEIVED}
                reply = await store.record(code, recording.convert(received), actor="bench")
                for event in FOLLOWING:
                    line = {"id": str(uuid4()), "reference": reply.reference, "event": event}
                    await store.record(code, recording.convert(line), actor="bench")

        start = perf_counter()
        await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
        return WRITERS * per_run / (perf_counter() - start)

    datastore = PostgresDatastore(
        database, str(server.socket), "5432", embedded.OWNER, "", pool_size=WRITERS, max_overflow=0,
        originator_id_type="text",
    )  # fmt: skip
    peer = PostgresApplicationRecorder(datastore)
    peer.create_table()
    payload = msgspec.json.encode(RECEIVED)

    def insert(_: int) -> None:
        stream = f"request/{uuid4()}"
        for version in range(1, per_run + 1):
            peer.insert_events([StoredEvent(stream, version, "received", payload)])

    async def theirs() -> float:
        start = perf_counter()
        with ThreadPoolExecutor(WRITERS) as pool:
            await asyncio.get_running_loop().run_in_executor(
                None, lambda: list(pool.map(insert, range(WRITERS)))
            )
        return WRITERS * per_run / (perf_counter() - start)

    mine, bare = await median(5, ours, theirs)
    report(
        "recording one event",
        mine / bare,
        1.2,
        most=False,
        detail=f"{mine:.0f}/s, bare insert_events {bare:.0f}/s",
    )
    datastore.close()
    await store.close()


async def tables(server: embedded.Server, scratch: Path) -> None:
    """1,000,000 rows in 200 authorities: the requests tables of a year against one GROUP BY over all rows."""
    database = await fresh(server)
    behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    await behind.execute(ROWS)
    await behind.execute("VACUUM ANALYZE requests")
    # Two connections, since the plain GROUP BY runs on both cores too (a parallel plan).
    settings = {"plan_cache_mode": "force_generic_plan"}  # as the program has it
    dsn = server.dsn(embedded.RUNTIME, database)
    connection, other = [await asyncpg.connect(dsn, server_settings=settings) for _ in range(2)]

    async def tally(connection: asyncpg.Connection, authority_id: int) -> None:
        """In a transaction of the authority, as the program has it; no row is seen outside one."""
        await connection.execute(f"BEGIN READ ONLY; SET LOCAL taizhang.authority = '{authority_id}'")
        await connection.fetch(SQL["tally_requests"], authority_id, *YEAR)
        await connection.execute("COMMIT")

    async def ours() -> float:
        async def half(connection: asyncpg.Connection, first: int) -> None:
            for authority_id in range(first, AUTHORITIES + 1, 2):
                await tally(connection, authority_id)

        start = perf_counter()
        await asyncio.gather(half(connection, 1), half(other, 2))
        return perf_counter() - start

    async def plain() -> float:
        start = perf_counter()
        await behind.fetch("SELECT applicant_kind, outcome, count(*) FROM requests GROUP BY 1, 2")
        return perf_counter() - start

    async def one() -> float:
        start = perf_counter()
        await tally(connection, 77)
        return perf_counter() - start

    await ours()
    mine, bare, single = await median(7, ours, plain, one)
    await other.close()
    detail = f"{mine * 1000:.0f} ms for {AUTHORITIES} authorities, GROUP BY {bare * 1000:.0f} ms"
    report("requests tables of a year", mine / bare, 1.0, most=True, detail=detail)
    report("one authority of 5,000 rows, ms", single * 1000, 2.0, most=True, detail="one query")
    await connection.close()
    await behind.close()


async def replays(server: embedded.Server, scratch: Path) -> None:
    """300,000 events read, decoded, amended and folded to rows, against the same SELECT and bare decoding.

    As a rebuild does it, which starts processes of its own: their start counts.
    """
    decoder = msgspec.json.Decoder(Stored | AuthorityEvent)

    async def ours(database: Database) -> float:
        start = perf_counter()
        async with database.transaction(1, reading=True) as connection:
            runs = folding.fold_in_processes(database, connection, 1, LAW, 300_000)
            rows = sum([len(each.due_on) async for each in runs])
        assert rows == 300_000 // steps
        return 300_000 / (perf_counter() - start)

    async def bare(database: Database) -> float:
        start, events = perf_counter(), 0
        async with database.transaction(1, reading=True) as connection:
            async for row in connection.cursor(SQL["select_log"], 1, prefetch=1000):
                decoder.decode(row["payload"])
                events += 1
        return events / (perf_counter() - start)

    for steps, following in ((10, COURSE), (4, FOLLOWING)):
        name = await fresh(server)
        behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, name))
        await behind.execute("INSERT INTO heads (authority_id) VALUES (1)")
        await log(behind, 1, 300_000 // steps, following=following)
        database = await Database.connect(server.dsn(embedded.RUNTIME, name), size=1)
        mine, peer = await median(3, lambda: ours(database), lambda: bare(database))  # noqa: B023
        detail = f"{mine:.0f} events/s, decoding alone {peer:.0f}/s"
        report(f"full replay, {steps} steps a request", mine / peer, 0.5, most=False, detail=detail)
        await database.close()
        await behind.close()


async def growth(server: embedded.Server, scratch: Path) -> None:
    """One recording when the log has a million events against one when it has ten thousand."""
    costs = []
    for requests in (2_500, 250_000):
        database = await fresh(server)
        store = await Store.open(server.dsn(embedded.RUNTIME, database), scratch / "keys", size=1)
        behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
        await store.record("office-1", recording.convert(office("office-1")), actor="bench")
        await log(behind, 1, requests, first=2)
        await behind.execute("VACUUM ANALYZE events")
        costs.append((store, behind))

    async def cost(store: Store) -> float:
        times = []
        for _ in range(100):
            line = recording.convert({"id": str(uuid4()), "event": RECEIVED | {"on": "2021-03-02"}})
            start = perf_counter()
            await store.record("office-1", line, actor="bench")
            times.append(perf_counter() - start)
        return statistics.median(times)

    small, large = await median(5, lambda: cost(costs[0][0]), lambda: cost(costs[1][0]))
    detail = f"{large * 1000:.2f} ms at 10⁶ events, {small * 1000:.2f} ms at 10⁴"
    report("recording as the log grows", large / small, 1.2, most=True, detail=detail)
    for store, behind in costs:
        await store.close()
        await behind.close()


async def http(server: embedded.Server, scratch: Path) -> None:
    """16 clients over HTTP: recording, the case view and the year's table against bare routes of one statement."""
    database = await fresh(server)
    async with bench_http.serving(server, database, scratch, office, RECEIVED) as servers:
        await bench_http.measure(servers, RECEIVED, median, report)


async def verification(server: embedded.Server, scratch: Path) -> None:
    """300,000 events: gaps, leaves, roots and signatures against a bare SELECT and SHA-256 over the same rows.

    Judging every act again is measured beside it: it replays the law, which no digest does.
    """
    database = await fresh(server)
    keys = scratch / "keys"
    store = await Store.open(server.dsn(embedded.RUNTIME, database), keys, size=1)
    await store.record("office-1", recording.convert(office("office-1")), actor="bench")
    behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    # After the first entry, and with a fraction of a second, as a clock has it.
    await log(behind, 1, 75_000, first=2, recorded_at=datetime(2099, 1, 1, 0, 0, 0, 123456, tzinfo=UTC))
    await store.rebuild("office-1")
    start = perf_counter()
    await store.seal("office-1")
    sealing = 300_001 / (perf_counter() - start)
    await behind.execute("VACUUM ANALYZE events")
    connection = await reader(server, database)
    judging: list[float] = []

    async def ours() -> float:
        found = await store.verify("office-1")
        assert (found.holds, found.entries) == (True, 300_001), found
        judging.append(found.entries / found.judging_seconds)
        return found.entries / found.log_seconds

    async def bare() -> float:
        start, rows = perf_counter(), 0
        async with connection.transaction(readonly=True):
            async for row in connection.cursor(BARE, prefetch=1000):
                hashlib.sha256(row["payload"]).digest()
                rows += 1
        return rows / (perf_counter() - start)

    mine, peer = await median(3, ours, bare)
    detail = f"{mine:.0f} events/s, SELECT and SHA-256 alone {peer:.0f}/s; sealed at {sealing:.0f}/s"
    report("verifying the log", mine / peer, 0.4, most=False, detail=detail)
    again = statistics.median(judging)
    report("judging every act again", again / peer, 0.1, most=False, detail=f"{again:.0f} events/s")
    await connection.close()
    await behind.close()
    await store.close()


BARE = "SELECT * FROM events WHERE authority_id = 1 ORDER BY position"


# --- what is measured on ---


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
    """A session of the running program's role that sees the first authority."""
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
    """Requests of the same events each, written past the store."""
    told = [RECEIVED | {"applicant": SEALED, "description": SEALED}, *following]
    await behind.execute(
        """INSERT INTO events (authority_id, stream, version, position, topic, schema_version, payload, actor,
                               recorded_at, command_id, acknowledged, leaf_format)
           SELECT $1, 'request/2020-' || CASE WHEN n < 1000 THEN lpad(n::text, 4, '0') ELSE n::text END, v, $3 + (n - 1) * $6::integer + v - 1, ($4::text[])[v], 1,
                  convert_to(($5::text[])[v], 'UTF8'), 'bench', $7, n || '-' || v, '{}', 1
           FROM generate_series(1, $2::integer) AS n, generate_series(1, $6::integer) AS v""",
        authority_id,
        requests,
        first,
        [str(each["type"]) for each in told],
        [msgspec.json.encode(each).decode() for each in told],
        len(told),
        recorded_at,
    )
    await behind.execute(
        "UPDATE heads SET position = (SELECT max(position) FROM events WHERE authority_id = $1)"
        " WHERE authority_id = $1",
        authority_id,
    )


ROWS = """
INSERT INTO requests (authority_id, year, number, version, position, law_digest, stage, received_on, closed_on,
                      applicant_kind, outcome, started_on, due_on, original_due_on, provisional, extended,
                      supplemented, consulted, reopened, suspended, irregularities)
SELECT a, 2018 + n % 4, n, 4, n * 4, 'digest', 'closed', d, CASE WHEN n % 50 > 0 THEN d + 10 + n % 15 END,
       (ARRAY['natural_person', 'commercial_enterprise', 'other_organisation'])[1 + n % 3],
       CASE WHEN n % 50 > 0 THEN
           (ARRAY['granted.provided', 'granted_in_part', 'unable.not_held.nonexistent', 'refused.deliberative',
                  'not_processed.repeated', 'other.unspecified.withdrawn'])[1 + n % 6] END,
       d, d + 28, d + 28, false, false, false, false, false, 0, '{}'
FROM generate_series(1, 200) AS a, generate_series(1, 5000) AS n,
     LATERAL (SELECT make_date(2018 + n % 4, 1, 1) + n % 360 AS d) AS dated
"""


async def documents(_: object, __: Path) -> None:
    """An annual report in each format: the first in a fresh process, and the next ones."""
    for what, seconds, limit in bench_report.measure():
        report(f"年度报告 {what}", seconds, limit, most=True, detail="秒")


PARTS = {
    "recording": recordings,
    "tables": tables,
    "replay": replays,
    "growth": growth,
    "verify": verification,
    "http": http,
    "report": documents,
}


async def main(names: list[str]) -> int:
    logs.configure("error")
    scratch = Path(tempfile.mkdtemp(prefix="taizhang-bench-"))
    scratch.chmod(0o711)
    server = await embedded.start(scratch / "postgresql")
    try:
        for name in names or PARTS:
            await PARTS[name](server, scratch)
    finally:
        await embedded.stop(scratch / "postgresql")
        shutil.rmtree(scratch, ignore_errors=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
