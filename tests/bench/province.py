"""Load of a province: `make load`. Ten minutes of a working day, 2,000 authorities, 16 clients, seven calls of ten reading.

Every call must succeed. Afterwards every log is sealed and verified, and contains exactly what was acknowledged.
With TEST_DSN it runs on an existing server, on its own database that is dropped afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import uvloop

from adapters import logs
from adapters.postgres import embedded, migrate
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.today import today
from tests import given_server
from tests.bench.ground import RECEIVED, office
from tests.bench.http import Client, ready
from tests.bench.measuring import missed, report
from tests.faults.office import children
from tests.given_server import GivenServer

Server = embedded.Server | GivenServer
PORT = 8735
SAMPLES = 40
GROWTH = 1.15
"""Highest ratio of memory at the end to memory after warming up."""
JUDGED_FROM = 5.0
"""Minutes: a shorter run does not warm up."""

TODAY = today().isoformat()
ANSWERED = {"type": "answered", "on": TODAY, "outcome": "granted.provided", "legal_basis": "第三十六条第二项"}
STEPS: tuple[dict[str, Any], ...] = (
    {"type": "assigned", "on": TODAY, "unit": "办公室"},
    ANSWERED | {"text": "现将所申请的文件提供给您"},
    {"type": "served", "on": TODAY, "method": "china_post", "tracking_no": "示例单号"},
)
"""The steps after a receipt: on separate days in an office, within a minute here."""
READS = {
    "case": (22, "/requests/{case}"),
    "list": (12, "/requests?limit=50"),
    "duties": (12, "/work-list"),
    "days of a term": (4, "/requests/{case}/days"),
    "tables": (7, f"/tables?year={TODAY[:4]}"),
    "compliance": (3, f"/compliance?year={TODAY[:4]}"),
    "find": (7, "/find?text={case}"),
    "sealed texts, logged": (3, "/requests/{case}/sealed?purpose=办理"),
}
"""Reads in a hundred calls, by route; the other thirty record."""
RECEIPTS = 9
"""Receipts among these thirty; the others record the next step of an open case."""


class Province:
    """Its clients: durations of calls, refusals, and the idempotency keys of acknowledged recordings."""

    def __init__(self, token: str, offices: int, prepared: int, seed: int) -> None:
        self.token, self.offices, self.prepared, self.seed = token, offices, prepared, seed
        self.times: dict[str, list[float]] = defaultdict(list)
        self.refused: dict[str, int] = defaultdict(int)
        self.acknowledged: list[str] = []

    async def work(self, nth: int, until: float) -> None:
        """One client, which continues the cases that it received itself."""
        chosen = random.Random(f"{self.seed}-{nth}")
        routes, weights = list(READS), [weight for weight, _ in READS.values()]
        cases: list[tuple[str, str, int]] = []
        async with Client(PORT) as client:
            while perf_counter() < until:
                code = f"office-{chosen.randrange(self.offices)}"
                if chosen.random() * 100 < sum(weights):
                    route = chosen.choices(routes, weights)[0]
                    case = f"{TODAY[:4]}-{chosen.randint(1, self.prepared):04d}"
                    await self._call(client, route, "GET", code, READS[route][1].format(case=case))
                elif not cases or chosen.random() * 30 < RECEIPTS:
                    body = RECEIVED | {"on": TODAY, "channel": "online", "receipt_basis": "confirmed_by_both"}
                    if reply := await self._call(client, "receive", "POST", code, "/requests", body):
                        cases.append((code, reply["reference"], 0))
                else:
                    code, case, done = cases.pop(chosen.randrange(len(cases)))
                    step = STEPS[done]
                    if step["type"] == "answered":
                        step = step | {"document_no": f"{code}-{case}"}
                    path = f"/requests/{case}/events"
                    if (
                        await self._call(client, str(step["type"]), "POST", code, path, step)
                        and STEPS[done + 1 :]
                    ):
                        cases.append((code, case, done + 1))

    async def _call(
        self, client: Client, route: str, method: str, code: str, path: str, content: object = None
    ) -> Any:
        """The reply; None if it was refused."""
        path = f"/api/v1/authorities/{code}{path}".replace("办理", "%E5%8A%9E%E7%90%86")
        body = b"" if content is None else msgspec.json.encode(content)
        start, key = perf_counter(), str(uuid4())
        status, answer = await client.call(method, path, self.token, body, key)
        self.times[route].append(perf_counter() - start)
        if status not in (200, 201):
            problem = msgspec.json.decode(answer).get("code", "") if answer.startswith(b"{") else ""
            self.refused[f"{route}: {status} {problem}"] += 1
            return None
        if content is not None:
            self.acknowledged.append(key)
        return msgspec.json.decode(answer)


async def main(wanted: argparse.Namespace) -> int:
    logs.configure("error")
    scratch = Path(tempfile.mkdtemp(prefix="taizhang-load-"))
    scratch.chmod(0o711)
    try:
        async with _server(scratch) as (server, database):
            await drive(server, database, scratch, wanted)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return int(bool(missed))


async def drive(server: Server, database: str, scratch: Path, wanted: argparse.Namespace) -> None:
    dsn, data = server.dsn(embedded.RUNTIME, database), scratch / "data"
    begun = perf_counter()
    await furnish(dsn, data / "keys", wanted.authorities, wanted.requests)
    before, size = await _entries(server, database)
    print(
        f"{wanted.authorities:,} authorities with {before:,} entries recorded in {perf_counter() - begun:.0f} s;"
        f" {wanted.clients} clients for {wanted.minutes:g} min, seed {wanted.seed}",
        flush=True,
    )
    environment = {
        **os.environ, "DATABASE_URL": dsn, "TAIZHANG_DATA": str(data), "TAIZHANG_LOG": "warning",
    }  # fmt: skip
    with _serving(environment, scratch / "served.log", wanted.processes) as process:
        await ready(PORT)
        province = Province(
            (data / "token").read_text().strip(), wanted.authorities, wanted.requests, wanted.seed
        )
        start = perf_counter()
        until = start + wanted.minutes * 60
        sampling = asyncio.create_task(_memory(process.pid, server, until, wanted.minutes * 60 / SAMPLES))
        await asyncio.gather(*(province.work(nth, until) for nth in range(wanted.clients)))
        took = perf_counter() - start
        memory = await sampling
    print_report(province, took)
    judge_memory(memory, wanted.minutes)
    after, grown = await _entries(server, database)
    recorded = len(province.acknowledged)
    print(
        f"  {(grown - size) / max(after - before, 1) / 1024:.1f} KiB of database for each entry that was recorded"
    )
    report("refused calls", sum(province.refused.values()), 0, most=True, detail=str(dict(province.refused)))
    lost = recorded - await _kept(server, database, province.acknowledged)
    report("acknowledged and not in a log", lost, 0, most=True, detail=f"{recorded:,} acknowledged")
    verify(environment, wanted.authorities)


async def furnish(dsn: str, keys: Path, authorities: int, requests: int) -> None:
    """Open the authorities, each with requests received earlier, half of them answered."""
    register = await Register.open(dsn, keys, size=8)
    receipt = RECEIVED | {"on": TODAY}

    def lines(nth: int) -> Iterator[dict[str, Any]]:
        yield {"id": f"r{nth}", "event": receipt}
        if nth % 2:
            yield {"id": f"s{nth}", "reference": f"#r{nth}", "event": STEPS[0]}
            answer = ANSWERED | {"document_no": f"{nth}号"}
            yield {"id": f"a{nth}", "reference": f"#r{nth}", "event": answer}

    async def open_some(first: int) -> None:
        for nth in range(first, authorities, 8):
            code = f"office-{nth}"
            await register.record(code, convert(office(code)), actor="load")
            of_day = [convert(each) for number in range(requests) for each in lines(number)]
            await register.record_all(code, of_day, actor="load", acknowledge_all=True)

    try:
        await asyncio.gather(*map(open_some, range(8)))
    finally:
        await register.close()


def print_report(province: Province, took: float) -> None:
    """A line for each route."""
    print(f"  {'':24}{'calls':>9} {'p50 ms':>8} {'p99 ms':>8} {'most ms':>8}")
    for route in (*READS, "receive", *(str(step["type"]) for step in STEPS)):
        if times := sorted(province.times[route]):
            p50, p99 = (times[int(len(times) * part)] for part in (0.5, 0.99))
            in_ms = f"{1000 * p50:>8.1f} {1000 * p99:>8.1f} {1000 * times[-1]:>8.0f}"
            print(f"  {route:24}{len(times):>9,} {in_ms}")
    calls = sum(map(len, province.times.values()))
    reading = sum(len(province.times[route]) for route in READS) / max(calls, 1)
    print(f"  {calls:,} calls, {calls / took:.0f} a second, {reading:.0%} of them reading", flush=True)


def judge_memory(samples: list[tuple[int, int]], minutes: float) -> None:
    """The peak of the last quarter to that of the second: before it, caches fill."""
    quarter = max(len(samples) // 4, 1)
    for nth, what in enumerate(("of the program", "of PostgreSQL")):
        found = [sample[nth] for sample in samples if sample[nth]]
        if not found:
            print(f"  memory {what}: not looked at, it was not started here")
            continue
        warm, end = max(found[quarter : 2 * quarter] or found), max(found[-quarter:])
        detail = f"{found[0]:,} MB at first, {warm:,} once warm, {end:,} at the end"
        if minutes >= JUDGED_FROM:
            report(f"memory {what}", end / warm, GROWTH, most=True, detail=detail)
        else:
            print(f"  memory {what}: {detail} (judged from {JUDGED_FROM:g} minutes on)")


def verify(environment: dict[str, str], authorities: int) -> None:
    """Sign every log, then verify it from its first entry to its last with the program's own command."""
    start = perf_counter()
    for act in ("seal", "verify"):
        command = [sys.executable, "-c", "from api.cli import main; main()", act, "--all", "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-500:], done.stderr[-500:], sep="\n")
        report(
            f"{act} of every log, exit code", done.returncode, 0, most=True, detail=f"{authorities:,} logs"
        )
    print(f"  in {perf_counter() - start:.0f} s")


# --- the parts ---


@asynccontextmanager
async def _server(scratch: Path) -> AsyncIterator[tuple[Server, str]]:
    """A server with a migrated database: an embedded one, or that of TEST_DSN."""
    name = f"load_{uuid4().hex[:8]}"
    if dsn := given_server.address():
        given = await given_server.prepare(dsn)
        async with given_server.database(given, name):
            await migrate.migrate(given.dsn(embedded.OWNER, name), embedded.RUNTIME)
            await given_server.distribute(given, name)
            yield given, name
        return
    server = await embedded.start(scratch / "postgresql")
    try:
        await migrate.migrate(server.dsn(embedded.OWNER), embedded.RUNTIME)
        yield server, embedded.DATABASE
    finally:
        await embedded.stop(scratch / "postgresql")


@contextmanager
def _serving(environment: dict[str, str], log: Path, processes: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(PORT)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--processes", str(processes)], env=environment, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait()
            print(log.read_text("utf-8", "replace")[-2000:], end="")  # empty if there were no errors


async def _memory(pid: int, server: Server, until: float, pause: float) -> list[tuple[int, int]]:
    """MB used by the program's and PostgreSQL's processes, shared pages counted once; 0 if they are not visible."""
    found = []
    while perf_counter() < until - pause / 2:
        await asyncio.sleep(pause)
        postmaster = []
        if isinstance(server, embedded.Server):
            first = int((server.directory / "data/postmaster.pid").read_text().split()[0])
            postmaster = [first, *children(first)]
        found.append((_megabytes([pid, *children(pid)]), _megabytes(postmaster)))
    return found


def _megabytes(pids: list[int]) -> int:
    kilobytes = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue  # it has ended, or belongs to another user
        kilobytes += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return kilobytes // 1024


async def _entries(server: Server, database: str) -> tuple[int, int]:
    """Number of entries of all logs, and bytes of the database."""
    connection = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    try:
        row = await connection.fetchrow(
            "SELECT sum(position)::bigint, pg_database_size(current_database()) FROM heads"
        )
        return row[0], row[1]
    finally:
        await connection.close()


async def _kept(server: Server, database: str, keys: list[str]) -> int:
    connection = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    try:
        found = await connection.fetchval(
            "SELECT count(*) FROM events WHERE command_id = ANY ($1::text[])", keys
        )
        return int(found)
    finally:
        await connection.close()


def wanted(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    for name, default, what in (
        ("minutes", 10.0, "how long"),
        ("authorities", 2000, "how many registers"),
        ("clients", 16, "callers at once, each without a pause"),
        ("requests", 20, "requests that each authority has when the day begins"),
        ("processes", 1, "of the server"),
        ("seed", random.SystemRandom().randrange(10**6), "the same mix again"),
    ):
        parser.add_argument(f"--{name}", type=type(default), default=default, help=what)
    found = parser.parse_args(arguments)
    if min(found.minutes, found.authorities, found.clients, found.requests, found.processes) <= 0:
        parser.error("each must be above 0")
    return found


if __name__ == "__main__":
    sys.exit(uvloop.run(main(wanted(sys.argv[1:]))))
