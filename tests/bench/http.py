"""Throughput over HTTP: the served program against bare Litestar routes that send one statement each.

Each runs in its own process, behind the same server program; the same clients call them in turns.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
from litestar import Litestar, Request, get, post

from adapters.accounts.password_policy import POLICIES
from adapters.postgres import embedded
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.web.server import CONNECTIONS
from tests.api.officers import ORIGIN, OTHER_PASSWORD, PASSWORD, appoint, appoint_first
from tests.bench.ground import RECEIVED, fresh, office
from tests.bench.measuring import median, report

CLIENTS, AUTHORITIES = 16, 200
DSN = "BENCH_DSN"
STAFFED = "bench-staffed"


def bare() -> Litestar:
    """Two routes: a single INSERT of the body, a single SELECT of a row."""
    pool: list[Any] = []

    @post("/insert", status_code=201)
    async def insert(request: Request[Any, Any, Any]) -> dict[str, int]:
        body = await request.body()
        return {"n": await pool[0].fetchval("INSERT INTO bare (body) VALUES ($1) RETURNING n", body)}

    @get("/select")
    async def select() -> dict[str, str]:
        row = await pool[0].fetchrow(
            "SELECT * FROM requests WHERE authority_id = 1 AND year = 2020 AND number = 1"
        )
        return {"reference": f"{row['year']}-{row['number']}", "stage": row["stage"]}

    @asynccontextmanager
    async def connected(_: Litestar) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            os.environ[DSN], min_size=0, max_size=CONNECTIONS, server_settings={"taizhang.authority": "1"}
        ) as opened:
            pool.append(opened)
            yield

    return Litestar([insert, select], lifespan=[connected], openapi_config=None)


class Client:
    """One persistent connection, with only as much of HTTP as the two servers need."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Client:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def call(
        self, method: str, path: str, token: str, body: bytes = b"", key: str = ""
    ) -> tuple[int, bytes]:
        who = token if token.endswith("\r\n") else f"Authorization: Bearer {token}\r\n"
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\n{who}"
        if method == "POST":
            head += (
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {key}\r\n"
            )
        self._writer.write(head.encode() + b"\r\n" + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in answer.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        return int(answer[9:12]), await self._reader.readexactly(length)


class Servers:
    """The two servers over one database of one authority and its requests. held: headers of an officer of STAFFED."""

    def __init__(self, ours: int, bare: int, token: str, held: dict[str, str]) -> None:
        self.ours, self.bare, self.token, self.held = ours, bare, token, held


async def http(server: embedded.Server, scratch: Path) -> None:
    """16 clients over HTTP: recording, the case view and the year's table against bare routes of one statement."""
    async with serving(server, await fresh(server), scratch) as servers:
        await measure(servers)


@asynccontextmanager
async def serving(server: embedded.Server, database: str, scratch: Path) -> AsyncIterator[Servers]:
    dsn, owner = server.dsn(embedded.RUNTIME, database), server.dsn(embedded.OWNER, database)
    data = scratch / f"data-{database}"
    register = await Register.open(dsn, data / "keys")
    for nth in range(AUTHORITIES):
        await register.record(f"bench-{nth}", convert(office(f"bench-{nth}")), actor="bench")
    lines = [convert({"id": f"r{nth}", "event": RECEIVED}) for nth in range(1000)]
    await register.record_all("bench-0", lines, actor="bench")
    held = await _staffed(register)
    await register.close()
    connection = await asyncpg.connect(owner)
    await connection.execute(
        "CREATE TABLE bare (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea);"
        f" GRANT SELECT, INSERT ON bare TO {embedded.RUNTIME}"
    )
    await connection.close()
    environment = {
        **os.environ,
        "DATABASE_URL": dsn,
        DSN: dsn,
        "TAIZHANG_DATA": str(data),
        "TAIZHANG_WORKER": "0",
        "TAIZHANG_LOG": "info",
    }
    ports = [8731, 8732]
    commands = [
        [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(ports[0])],
        [
            *(sys.executable, "-m", "uvicorn", "tests.bench.http:bare", "--factory", "--port", str(ports[1])),
            *("--loop", "uvloop", "--http", "httptools", "--log-level", "error", "--no-access-log"),
        ],
    ]
    with (scratch / "served.log").open("wb") as log:
        started = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in commands]
        try:
            await asyncio.gather(ready(ports[0]), listening(ports[1]))
            yield Servers(*ports, (data / "token").read_text().strip(), held)
        finally:
            for process in started:
                process.terminate()
                process.wait()


async def _staffed(register: Register) -> dict[str, str]:
    """An authority with an officer who handles requests; the headers of their session and of their key."""
    await register.record(STAFFED, convert(office(STAFFED)), actor="bench")
    await appoint_first(register, STAFFED)
    await appoint(register, STAFFED, "zhang", "handler")
    await register.accounts.create(
        STAFFED, "zhang", name="z", password=PASSWORD, policy=POLICIES["mlps3"], actor="bench", origin=ORIGIN
    )
    lines = [convert({"id": f"r{nth}", "event": RECEIVED}) for nth in range(1000)]
    await register.record_all(STAFFED, lines, actor="zhang")
    who = await register.logins.login(STAFFED, "zhang", PASSWORD, policy=POLICIES["mlps3"], origin=ORIGIN)
    who = await register.logins.change_password(
        await register.logins.of_session(who.secret), PASSWORD, OTHER_PASSWORD, policy=POLICIES["mlps3"], origin=ORIGIN
    )  # fmt: skip
    key, _, _ = await register.keys.create(
        STAFFED,
        "zhang",
        name="bench",
        acts=["handle", "read", "read_personal"],
        days=1,
        actor="bench",
        origin=ORIGIN,
    )
    return {
        "session": f"Cookie: taizhang={who.secret}\r\nX-CSRF-Token: {who.secret.csrf}\r\n",
        "key": f"Authorization: Bearer {key.as_key}\r\n",
    }


async def listening(port: int) -> None:
    """Returns once a connection is accepted."""
    async with asyncio.timeout(30):
        while True:
            try:
                async with Client(port):
                    return
            except OSError:
                await asyncio.sleep(0.05)


async def ready(port: int) -> None:
    """Returns once our server answers: it accepts connections before, and a call would wait for the start."""
    await listening(port)
    async with asyncio.timeout(30), Client(port) as client:
        assert (await client.call("GET", "/health/ready", ""))[0] == 200


async def rate(
    port: int, calls: int, ask: Callable[[Client, int], Awaitable[int]], times: list[float]
) -> float:
    """Calls per second by CLIENTS clients; every one must succeed. times: the duration of each call is appended."""

    async def drive(nth: int) -> None:
        async with Client(port) as client:
            for number in range(calls // CLIENTS):
                start = perf_counter()
                status = await ask(client, nth + CLIENTS * number)
                times.append(perf_counter() - start)
                if status not in (200, 201):
                    raise AssertionError(f"status {status}")

    start = perf_counter()
    await asyncio.gather(*map(drive, range(CLIENTS)))
    return calls / (perf_counter() - start)


async def measure(servers: Servers) -> None:
    """Recording, the case view and the year's table, each against its bare route."""
    body, token = msgspec.json.encode(RECEIVED), servers.token
    office = "/api/v1/authorities/bench-0"

    async def record(client: Client, nth: int) -> int:
        path = f"/api/v1/authorities/bench-{nth % AUTHORITIES}/requests"
        return (await client.call("POST", path, token, body, str(uuid4())))[0]

    async def insert(client: Client, _: int) -> int:
        return (await client.call("POST", "/insert", token, body, "k"))[0]

    async def look(client: Client, nth: int) -> int:
        return (await client.call("GET", f"{office}/requests/2020-{nth % 1000 + 1:04d}", token))[0]

    async def table(client: Client, _: int) -> int:
        return (await client.call("GET", f"{office}/tables?year=2020", token))[0]

    async def select(client: Client, _: int) -> int:
        return (await client.call("GET", "/select", token))[0]

    for what, ours, theirs, limit in (
        ("recording over HTTP", record, insert, 0.35),
        ("case view", look, select, 0.5),
        ("a year's table", table, select, 0.5),
    ):
        times: list[float] = []
        others: list[float] = []
        mine, peer = await median(
            15,
            lambda ours=ours, times=times: rate(servers.ours, 1600, ours, times),
            lambda theirs=theirs, others=others: rate(servers.bare, 1600, theirs, others),
        )
        late = sorted(times)[int(0.99 * len(times))]
        other = sorted(others)[int(0.99 * len(others))]
        detail = f"{mine:.0f}/s, p99 {late * 1000:.0f} ms; bare route {peer:.0f}/s, p99 {other * 1000:.0f} ms"
        report(what, mine / peer, limit, most=False, detail=detail)
    await measure_entrance(servers, body)


async def measure_entrance(servers: Servers, body: bytes) -> None:
    """Cost of authentication: an officer's session or key against the machine's token of an office without officers;
    and a reading of personal data, which is logged, against a reading of the case.
    """

    async def record(client: Client, _: int, office: str, who: str) -> int:
        path = f"/api/v1/authorities/{office}/requests"
        return (await client.call("POST", path, who, body, str(uuid4())))[0]

    async def look(client: Client, nth: int, office: str, who: str, rest: str = "") -> int:
        path = f"/api/v1/authorities/{office}/requests/2020-{nth % 1000 + 1:04d}{rest}"
        return (await client.call("GET", path, who))[0]

    sealed = "/sealed?purpose=bench"
    session, key, token = servers.held["session"], servers.held["key"], servers.token
    for what, ours, theirs, limit in (
        ("recording by session", partial(record, office=STAFFED, who=session),
         partial(record, office="bench-0", who=token), 0.6),
        ("recording by key", partial(record, office=STAFFED, who=key), partial(record, office="bench-0", who=token), 0.6),
        ("case view by session", partial(look, office=STAFFED, who=session),
         partial(look, office="bench-0", who=token), 0.4),
        ("personal data, logged", partial(look, office=STAFFED, who=session, rest=sealed),
         partial(look, office=STAFFED, who=session), 0.2),
    ):  # fmt: skip
        mine, peer = await median(
            5,
            lambda ours=ours: rate(servers.ours, 800, ours, []),
            lambda theirs=theirs: rate(servers.ours, 800, theirs, []),
        )
        report(what, mine / peer, limit, most=False, detail=f"{mine:.0f}/s against {peer:.0f}/s")
