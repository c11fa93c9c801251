"""Duration of a search by words: 20,000 sealed texts are opened, beside one SELECT of their ciphertext."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import perf_counter, process_time, thread_time

import asyncpg

from adapters.postgres import embedded
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from domain.values import Period
from tests.bench import ground
from tests.bench.measuring import median, report

CODE, REQUESTS = "bench-words", 20_000
TEXT = (
    "申请公开某路改造工程第{n}标段的施工合同、验收报告和付款凭证，以及与之有关的会议纪要、审批文件和招投标材料。"
    * 2
)


async def words(server: embedded.Server, scratch: Path) -> None:
    """Within two seconds, and without blocking the event loop for long."""
    database = await ground.fresh(server)
    dsn = server.dsn(embedded.RUNTIME, database)
    register = await Register.open(dsn, scratch / f"keys-{database}")
    await register.record(CODE, convert(ground.office(CODE)), actor="bench")
    for start in range(0, REQUESTS, 5_000):
        lines = [
            convert({"id": f"r{n}", "event": ground.RECEIVED | {"description": TEXT.format(n=n)}})
            for n in range(start, start + 5_000)
        ]
        await register.record_all(CODE, lines, actor="bench")
    behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    await behind.execute("VACUUM ANALYZE")
    lag = 0.0

    async def watch() -> None:
        nonlocal lag
        before = thread_time()
        while True:
            await asyncio.sleep(0.001)
            lag, before = max(lag, thread_time() - before), thread_time()

    async def search() -> float:
        begun = perf_counter()
        result = await register.word_search.search(CODE, ("第19999标段",), Period.year(2020))
        assert (len(result.requests), result.texts) == (1, REQUESTS)
        return perf_counter() - begun

    async def common() -> float:
        begun = perf_counter()
        result = await register.word_search.search(CODE, ("施工合同",), Period.year(2020))
        assert (len(result.requests), result.more) == (100, True)
        return perf_counter() - begun

    async def bare() -> float:
        begun = perf_counter()
        await behind.fetch("SELECT ciphertext FROM vault WHERE field = 'description'")
        return perf_counter() - begun

    await search()
    watching = asyncio.create_task(watch())
    before = process_time()
    rare, often, plain = await median(5, search, common, bare)
    worked = (process_time() - before) / 10
    watching.cancel()
    await register.close()
    await behind.close()
    detail = f"one hit; {often:.2f} s with 20,000 hits; {worked:.2f} s of processor time each, {lag * 1000:.0f} ms at most of it in the event loop without a pause; bare SELECT {plain:.2f} s"
    report("seconds to search 20,000 texts by words", rare, 2.0, most=True, detail=detail)
