"""Recording of one event, and how it depends on the length of the log."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import asyncpg
import msgspec
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from adapters.postgres import embedded
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from tests.bench.ground import FOLLOWING, RECEIVED, fresh, log, office
from tests.bench.measuring import median, report

WRITERS, AUTHORITIES = 16, 200


async def recordings(server: embedded.Server, scratch: Path) -> None:
    """16 writers, over 200 authorities and on one: complete recordings against the bare insert of the library's recorder."""
    database = await fresh(server)
    register = await Register.open(server.dsn(embedded.RUNTIME, database), scratch / "keys", size=WRITERS)
    codes = [f"office-{nth}" for nth in range(AUTHORITIES)]
    for code in codes:
        await register.record(code, convert(office(code)), actor="bench")
    per_run = 200

    async def record(code: str, event: dict[str, object], reference: str | None = None) -> str | None:
        line = {"id": str(uuid4()), "event": event} | ({"reference": reference} if reference else {})
        return (await register.record(code, convert(line), actor="bench")).reference

    async def rate(write: Callable[[int, int], Awaitable[object]], each: int) -> float:
        """Recordings per second; write: records `each` recordings, given a writer and a turn."""

        async def writes(writer: int) -> None:
            for nth in range(per_run // each):
                await write(writer, nth)

        start = perf_counter()
        await asyncio.gather(*(writes(writer) for writer in range(WRITERS)))
        return WRITERS * per_run / (perf_counter() - start)

    async def request(code: str) -> None:
        reference = await record(code, RECEIVED)
        for event in FOLLOWING:
            await record(code, event, reference)

    def of_many(writer: int, nth: int) -> str:
        return codes[(writer + WRITERS * nth) % AUTHORITIES]

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

    over_many, on_one, receipts, bare = await median(
        5,
        lambda: rate(lambda writer, nth: request(of_many(writer, nth)), 4),
        lambda: rate(lambda _, __: request(codes[0]), 4),
        lambda: rate(lambda writer, nth: record(of_many(writer, nth), RECEIVED), 1),
        theirs,
    )
    for what, ours, limit in (
        ("recording over 200 authorities", over_many, 1.2),
        ("recording on one authority", on_one, 3.0),
        ("recording receipts alone, over 200 authorities", receipts, 1.2),
    ):
        detail = f"{ours:.0f}/s, bare insert_events {bare:.0f}/s"
        report(what, ours / bare, limit, most=False, detail=detail)
    datastore.close()
    await register.close()


async def growth(server: embedded.Server, scratch: Path) -> None:
    """One recording when the log has a million events against one when it has ten thousand."""
    costs = []
    for requests in (2_500, 250_000):
        database = await fresh(server)
        register = await Register.open(server.dsn(embedded.RUNTIME, database), scratch / "keys", size=1)
        behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
        await register.record("office-1", convert(office("office-1")), actor="bench")
        await log(behind, 1, requests, first=2)
        await behind.execute("VACUUM ANALYZE events")
        costs.append((register, behind))

    async def cost(register: Register) -> float:
        times = []
        for _ in range(100):
            line = convert({"id": str(uuid4()), "event": RECEIVED | {"on": "2021-03-02"}})
            start = perf_counter()
            await register.record("office-1", line, actor="bench")
            times.append(perf_counter() - start)
        return statistics.median(times)

    small, large = await median(5, lambda: cost(costs[0][0]), lambda: cost(costs[1][0]))
    detail = f"{large * 1000:.2f} ms at 10⁶ events, {small * 1000:.2f} ms at 10⁴"
    report("recording as the log grows", large / small, 1.2, most=True, detail=detail)
    for register, behind in costs:
        await register.close()
        await behind.close()
