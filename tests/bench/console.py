"""Response times of the pages: 50 officers of one office with 10,000 requests, beside 200 other offices.

Times are the server's own, from its log: from the request to the last byte of the page. Meanwhile another process records,
far more often than in such an office, so that cached results are invalid. All 50 begin in the same second on a server that
has just started with empty caches: its first seconds are measured separately.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from adapters.accounts.password_policy import POLICIES
from adapters.postgres import embedded
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.today import today
from tests.api.officers import ORIGIN, PASSWORD, appoint, appoint_first
from tests.bench import ground
from tests.bench.http import AUTHORITIES, Client, ready
from tests.bench.measuring import report

OFFICERS, REQUESTS, DUTIES = 50, 10_000, 500
PAGES_EACH, PAUSE = 40, 1.0
"""Pages that each officer opens, and the average number of seconds between them."""
EVERY = 5.0
"""Seconds between two recordings; 10,000 requests a year of six entries each are one in two minutes of office hours."""
PORT = 8733
CODE = "bench-pages"

PAGES = (
    "/", "/requests", "/requests?stage=closed&by=due_on&page=7", "/requests/{reference}", "/requests/{reference}/assigned",
    "/search?q={reference}", "/tables?year=2020", "/compliance?year=2020", "/carry-over?year=2020",
)  # fmt: skip
TYPICAL, SLOWEST, DUTY_LIST = 30.0, 150.0, 100.0
"""Milliseconds: median and 99th percentile of a page, and median of a list of 500 duties."""
BEGINNING, AT_FIRST = 3.0, 2_000.0
"""Seconds after a start in which pages are computed for the first time, and the milliseconds that one may take then."""


async def console(server: embedded.Server, scratch: Path) -> None:
    """Every page: median within 30 ms, 99th percentile within 150 ms."""
    database = await ground.fresh(server)
    dsn, data = server.dsn(embedded.RUNTIME, database), scratch / f"data-{database}"
    cookies = await _furnish(server, database, dsn, data)
    environment = {
        **os.environ, "DATABASE_URL": dsn, "TAIZHANG_DATA": str(data), "TAIZHANG_WORKER": "0", "TAIZHANG_LOG": "info",
    }  # fmt: skip
    path = scratch / "pages.log"
    with path.open("wb") as log:
        command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(PORT)]
        process = subprocess.Popen([*command, "--processes", "2"], env=environment, stdout=log, stderr=log)
        try:
            await ready(PORT)
            recording = asyncio.create_task(_record(dsn, data))
            await asyncio.gather(*(_work(cookie, nth) for nth, cookie in enumerate(cookies)))
            recording.cancel()
            await asyncio.wait([recording])
        finally:
            process.terminate()
            process.wait()
    _report(path)


async def _furnish(server: embedded.Server, database: str, dsn: str, data: Path) -> list[str]:
    """Create the offices and their requests; a cookie for each officer."""
    register = await Register.open(dsn, data / "keys")
    try:
        for code in (CODE, *(f"bench-{nth}" for nth in range(AUTHORITIES))):
            await register.record(code, convert(ground.office(code)), actor="bench")
        await appoint_first(register, CODE)
        officers = [f"officer-{nth}" for nth in range(OFFICERS)]
        for officer in officers:
            await appoint(register, CODE, officer, "handler")
        behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
        number = await behind.fetchval("SELECT authority_id FROM authorities WHERE code = $1", CODE)
        await ground.log(behind, number, REQUESTS, first=await register.position(CODE) + 1)
        await behind.close()
        await register.rebuild(CODE)
        overdue = (today() - timedelta(days=60)).isoformat()
        lines = [
            convert({"id": f"due-{nth}", "event": ground.RECEIVED | {"on": overdue}}) for nth in range(DUTIES)
        ]
        await register.record_all(CODE, lines, actor=officers[0])
        cookies = []
        for officer in officers:
            await register.accounts.create(
                CODE, officer,
                name=officer, password=PASSWORD, policy=POLICIES["mlps3"], actor="bench", origin=ORIGIN, must_change=False,
            )  # fmt: skip
            who = await register.logins.login(
                CODE, officer, PASSWORD, policy=POLICIES["mlps3"], origin=ORIGIN
            )
            cookies.append(str(who.secret))
        return cookies
    finally:
        await register.close()


async def _work(cookie: str, nth: int) -> None:
    """One officer at work: opens pages one after another, with pauses."""
    chance = random.Random(nth)
    async with Client(PORT) as client:
        for _ in range(PAGES_EACH):
            await asyncio.sleep(chance.expovariate(1 / PAUSE))
            page = chance.choice(PAGES).format(reference=f"2020-{chance.randint(1, REQUESTS):04d}")
            status, _ = await client.call("GET", page, f"Cookie: taizhang={cookie}\r\n")
            if status not in (200, 303, 503):  # a call that timed out counts with its full duration
                raise AssertionError(f"{page}: {status}")


async def _record(dsn: str, data: Path) -> None:
    """Record one entry after another, from outside the server."""
    register = await Register.open(dsn, data / "keys", size=1)
    try:
        for nth in range(DUTIES):
            event = {"type": "assigned", "on": today().isoformat(), "unit": f"第{nth}科"}
            line = {"id": f"meanwhile-{nth}", "reference": f"2020-{nth + 1:04d}", "event": event}
            await register.record_all(CODE, [convert(line)], actor="officer-0", acknowledge_all=True)
            await asyncio.sleep(EVERY)
    finally:
        await register.close()


def _report(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]
    calls = [line for line in lines if line.get("event") == "call" and line["status"] in (200, 303, 503)]
    begun = [
        (datetime.fromisoformat(call["timestamp"]) - timedelta(milliseconds=call["duration_ms"]), call)
        for call in calls
    ]
    later = min(at for at, _ in begun) + timedelta(seconds=BEGINNING)
    at_first = sorted(call["duration_ms"] for at, call in begun if at < later)
    detail = f"{len(at_first)} calls in {BEGINNING:.0f} s, p50 {at_first[len(at_first) // 2]:.0f} ms"
    report("slowest page after a start, ms", at_first[-1], AT_FIRST, most=True, detail=detail)
    times: dict[str, list[float]] = defaultdict(list)
    for at, call in begun:
        if at >= later:
            times[call["route"]].append(call["duration_ms"])
    for route, found in sorted(times.items()):
        found.sort()
        half, late = found[len(found) // 2], found[int(0.99 * (len(found) - 1))]
        limit = DUTY_LIST if route == "/" else TYPICAL
        detail = f"{len(found)} calls, p50 {half:.0f} ms, p99 {late:.0f} ms"
        report(f"page {route}", max(half / limit, late / SLOWEST), 1.0, most=True, detail=detail)
