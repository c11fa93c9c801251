"""`taizhang serve` as operated: processes, health, stop, timeouts, headers, token, log, metrics.

R29. Every server here is a separate process with a real database.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.postgres import embedded, migrate
from api.web import timeouts
from api.web.application import Application
from tests.adapters.recordings import CODE, body_of, connected, fetch, renamed
from tests.api.conftest import (
    PROJECT,
    REGISTERED,
    UNHURRIED_STOP,
    Door,
    Served,
    application_over,
    assert_one_recording,
    in_process,
    lifespan,
    own_database,
    serving,
    serving_fresh,
)
from tests.builders import answered, assigned, received
from tests.faults.office import children

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

R = received("2020-03-02")
CANARY = "卡那利Canary7741"


async def samples(door: Door) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The samples of `/metrics`, by name and labels."""
    found = await door.get("/metrics")
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(found.text)
        for sample in family.samples
    }


def assert_unavailable(reply: httpx.Response) -> None:
    assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")
    assert reply.json()["code"] == "unavailable"
    assert int(reply.headers["retry-after"]) >= 1


# --- several processes ---


@pytest.fixture(scope="module")
async def two_processes(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with serving_fresh(server, template, tmp_path_factory.mktemp("two"), "--processes", "2") as found:
        yield found


@pytest.fixture
async def several(two_processes: Served) -> Served:
    """A server of two processes."""
    return await two_processes.with_authority()


async def post_on_new_connection(served: Served, key: str) -> httpx.Response:
    async with served.on_a_new_connection() as door:
        return await door.post("requests", R, key)


async def test_several_processes_keep_one_register(several: Served) -> None:
    """Fifty posts with one key to two processes: one entry, one reply; the metrics of both processes are summed."""
    counted = ("taizhang_recordings_total", (("result", "recorded"), ("type", "received")))
    before = (await samples(several)).get(counted, 0)  # from earlier tests on this server
    replies = await asyncio.gather(*(post_on_new_connection(several, "one-key") for _ in range(50)))
    assert {reply.status_code for reply in replies} == {201}
    assert_one_recording(replies)
    others = await asyncio.gather(*(post_on_new_connection(several, f"key-{n}") for n in range(30)))
    assert sorted(each.json()["reference"] for each in others) == [f"2020-{n:04d}" for n in range(2, 32)]
    assert await several.positions() == list(range(1, 33))

    for _ in range(3):  # in either process
        found = await samples(several)
        assert found[counted] == before + 80
        assert found["taizhang_register_position", (("authority", several.code),)] == 32


async def test_a_worker_that_dies_is_replaced(several: Served) -> None:
    """After kill -9 of one worker calls are served by the other and by its replacement."""
    victim = several.workers()[0]
    os.kill(victim, signal.SIGKILL)
    until = monotonic() + 60
    while monotonic() < until:
        try:
            alive = (await post_on_new_connection(several, "after")).status_code == 201
        except httpx.TransportError:
            continue
        if alive and victim not in children(several.process.pid):
            break
    assert (await post_on_new_connection(several, "after")).status_code == 201
    assert await several.positions() == [1, 2]


async def test_workers_that_start_slowly_are_waited_for(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """uvicorn's default would kill them after five seconds and start again, without end."""
    slow = "import multiprocessing, time\nif multiprocessing.parent_process() is not None:\n    time.sleep(6)"
    runtime, behind = server.runtime(database), server.behind(database)
    async with serving(runtime, behind, tmp_path / "data", "--processes", "2", prelude=slow) as found:
        assert (await found.get("/health/live")).status_code == 200


# --- health ---


async def test_health_when_the_database_is_stopped(scratch: Path, tmp_path: Path) -> None:
    """Stopped: live 200, ready and all else 503; started again: 200, and the same key succeeds."""
    directory = scratch / f"gone-{uuid.uuid4().hex[:6]}"
    async with (
        own_database(directory) as own,
        serving(own.dsn(embedded.RUNTIME), own.dsn(embedded.SUPERUSER), tmp_path / "data") as found,
    ):
        await found.record("events", REGISTERED)
        assert (await found.get("/health/ready")).json()["status"] == "ready"

        await embedded.stop(directory)
        for _ in range(2):  # the first finds a dead connection, the second none
            assert (await found.get("/health/live")).json() == {"status": "live"}
            for method, address in (
                ("GET", "/health/ready"), ("GET", "requests"), ("GET", "requests/2020-0001"), ("GET", "tables"),
                ("GET", "/api/v1/authorities"), ("POST", "requests"),
            ):  # fmt: skip
                how = (
                    {"json": body_of(R), "headers": {"Idempotency-Key": "while-gone"}}
                    if method == "POST"
                    else {}
                )
                assert_unavailable(await found.call(method, address, **how))
        scraped = await samples(found)
        assert not [name for name, _ in scraped if name.startswith("taizhang_register")]

        await embedded.start(directory)
        assert (await found.get("/health/ready")).status_code == 200
        assert (await found.post("requests", R, "while-gone")).status_code == 201
        assert await found.positions() == [1, 2]
        assert [each for each in found.log if each["level"] in ("error", "critical")] == []


# --- a newer program beside this one ---


def assert_older_program(reply: httpx.Response) -> None:
    assert (reply.status_code, reply.json()["code"]) == (503, "older_program"), reply.text
    assert "更新" in reply.json()["detail"]
    assert int(reply.headers["retry-after"]) >= 1


@asynccontextmanager
async def migrated_past(door: Door, goes_on_from: int | None) -> AsyncIterator[int]:
    """Migrate the database like a newer program: one more migration, which names the earliest schema that still works."""
    later = len(migrate.migrations()) + 1
    await fetch(
        door.dsn, "INSERT INTO migrations VALUES ($1, 'later.sql', '', now(), $2)", later, goes_on_from
    )
    try:
        yield later
    finally:
        await fetch(door.dsn, "DELETE FROM migrations WHERE number = $1", later)


async def test_a_newer_compatible_schema_is_accepted(door: Door) -> None:
    """A newer migration names this program as compatible: no call is refused while machines are updated one by one."""
    known = len(migrate.migrations())
    async with migrated_past(door, known) as later:
        found = await door.json("/health/ready")

        assert (found["schema"], found["programs"]) == (later, {"from": known, "to": later})
        assert (await door.post("requests", R)).status_code == 201


async def test_an_older_program_reports_a_newer_schema(door: Door) -> None:
    """Not ready on a newer schema; 503 with the reason, never 500, for unknown tables or entries."""
    assert (await door.post("requests", R)).status_code == 201
    async with migrated_past(door, None):
        assert_older_program(await door.get("/health/ready"))
        for change, undone in (
            ("ALTER TABLE vault RENAME TO elsewhere", "ALTER TABLE elsewhere RENAME TO vault"),
            (
                "ALTER TABLE vault RENAME COLUMN salt TO pepper",
                "ALTER TABLE vault RENAME COLUMN pepper TO salt",
            ),
            (
                "ALTER TABLE events ADD COLUMN more text NOT NULL DEFAULT ''; ALTER TABLE events ALTER COLUMN more DROP DEFAULT",
                "ALTER TABLE events DROP COLUMN more",
            ),
        ):
            await run(door, change)
            assert_older_program(await door.post("requests", R))
            await run(door, undone)
        assert (await door.post("requests", R)).status_code == 201

    quiet = "SET session_replication_role = replica; "
    for change in (
        "schema_version = 9",
        """topic = 'of_2030', payload = convert_to(replace(convert_from(payload, 'UTF8'), '"received"', '"of_2030"'), 'UTF8')""",
    ):
        await run(door, f"{quiet}UPDATE events SET {change} WHERE stream = 'request/2020-0001'")
        assert_older_program(await door.get("requests/2020-0001"))


async def run(door: Door, statements: str) -> None:
    async with connected(door.dsn) as connection:
        await connection.execute(statements)


# --- stop ---


@pytest.mark.parametrize(
    ("processes", "how"), [("1", signal.SIGTERM), ("2", signal.SIGTERM), ("1", signal.SIGINT)]
)
async def test_a_stop_loses_and_duplicates_nothing(
    server: DatabaseServer, database: str, tmp_path: Path, processes: str, how: signal.Signals
) -> None:
    """Stopped while sixteen callers post: every 201 is in the log exactly once; exit code 0."""
    acknowledged: dict[str, int] = {}
    enough = asyncio.Event()

    async def keep_posting(found: Served) -> None:
        async with found.on_a_new_connection() as door:
            while True:
                key = uuid.uuid4().hex
                try:
                    reply = await door.post("requests", R, key)
                except httpx.TransportError:
                    return
                if reply.status_code != 201:
                    assert reply.status_code == 503
                    return
                acknowledged[key] = reply.json()["position"]
                if len(acknowledged) >= 100:
                    enough.set()

    runtime, behind = server.runtime(database), server.behind(database)
    async with serving(runtime, behind, tmp_path / "data", "--processes", processes) as found:
        await found.record("events", REGISTERED)
        callers = [asyncio.create_task(keep_posting(found)) for _ in range(16)]
        await asyncio.wait_for(enough.wait(), 120)
        assert await found.stopped(how) == 0
        await asyncio.gather(*callers)
        assert [each for each in found.log if each["level"] in ("error", "critical")] == []

    stored = await fetch(behind, "SELECT command_id, position FROM events ORDER BY position")
    positions = {row["command_id"]: row["position"] for row in stored}
    assert len(positions) == len(stored)
    assert [row["position"] for row in stored] == list(range(1, len(stored) + 1))
    assert {key: positions.get(key) for key in acknowledged} == acknowledged


@pytest.mark.parametrize("sent_before", [b"", b"GET /health/li"])
async def test_a_call_in_progress_at_a_stop_is_answered(
    server: DatabaseServer, database: str, tmp_path: Path, sent_before: bytes
) -> None:
    """On an open connection, as from a proxy; new connections are refused, and the reply closes its connection."""
    call = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    runtime, behind = server.runtime(database), server.behind(database)
    async with serving(runtime, behind, tmp_path / "data", prelude=UNHURRIED_STOP) as found:
        reader, writer = await asyncio.open_connection("127.0.0.1", found.port)
        writer.write(sent_before)
        await writer.drain()
        assert (
            await found.client.get("/health/live")
        ).status_code == 200  # by now both connections are accepted
        found.stop()
        with suppress(OSError):
            while True:
                _, another = await asyncio.open_connection("127.0.0.1", found.port)
                another.close()
        writer.write(call[len(sent_before) :])
        reply = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        assert reply.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in reply.lower()
        assert await found.stopped() == 0


# --- timeouts ---

PROMPT = "timeouts.TIMEOUT = 1.8"
"""The program's own: a slow database gives 503 within these seconds."""


@pytest.fixture(scope="module")
async def prompt_server(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with serving_fresh(server, template, tmp_path_factory.mktemp("prompt"), prelude=PROMPT) as found:
        yield found


@pytest.fixture
async def prompt(prompt_server: Served) -> Served:
    return await prompt_server.with_authority()


async def answered_at_last(call: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """The call, repeated while it gets 503, since other parts may be slow on a busy machine."""
    async with asyncio.timeout(60):
        while (reply := await call()).status_code == 503:
            pass
    return reply


@asynccontextmanager
async def head_held(dsn: str) -> AsyncIterator[None]:
    """Another session holds the head row of every authority, as a slow writer would."""
    async with connected(dsn) as connection:
        holding = connection.transaction()
        await holding.start()
        await connection.fetch("SELECT * FROM heads FOR UPDATE")
        try:
            yield
        finally:
            await holding.rollback()


async def test_a_slow_database_gives_503_in_time(prompt: Served) -> None:
    """While the head row is locked every kind of post gets 503 with Retry-After; afterwards the same keys succeed."""
    reference = await prompt.given(R)
    posts: list[tuple[str, Any, str]] = [
        ("requests", R, "slow-1"),
        (f"requests/{reference}/events", assigned("2020-03-03"), "slow-2"),
        ("events", renamed("2020-03-03", "某区政务办公室"), "slow-3"),
    ]
    before = await prompt.positions()
    async with head_held(prompt.dsn):
        for reply in await asyncio.gather(*(prompt.post(*each) for each in posts)):
            assert_unavailable(reply)
        # Previews and reads do not wait for a writer.
        for address, event, key in posts[:2]:
            preview = partial(prompt.post, address, event, key, preview="true")
            assert (await answered_at_last(preview)).status_code == 200
        for address in (f"requests/{reference}", "/health/ready"):
            assert (await answered_at_last(partial(prompt.get, address))).status_code == 200
        assert (await prompt.get("/health/live")).status_code == 200
    for address, event, key in posts:
        assert (await answered_at_last(partial(prompt.post, address, event, key))).status_code == 201, address
    assert await prompt.positions() == [*before, len(before) + 1, len(before) + 2, len(before) + 3]
    found = await samples(prompt)
    assert found["taizhang_recordings_total", (("result", "unavailable"), ("type", "received"))] >= 1
    assert [each for each in prompt.log if each["level"] in ("error", "critical")] == []


async def test_more_posts_than_connections_all_get_an_answer(prompt: Served) -> None:
    """Forty posts against ten connections while the head is locked: forty 503; repeated, forty entries, once each."""
    async with head_held(prompt.dsn):
        for reply in await asyncio.gather(*(prompt.post("requests", R, f"many-{n}") for n in range(40))):
            assert_unavailable(reply)
    replies = await asyncio.gather(
        *(answered_at_last(partial(prompt.post, "requests", R, f"many-{n}")) for n in range(40))
    )
    assert {reply.status_code for reply in replies} == {201}
    assert await prompt.positions() == list(range(1, 42))


async def test_an_exhausted_pool_gives_503_in_time(
    server: DatabaseServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the only connection is in use every call that needs one gets 503; 200 once it is free."""
    monkeypatch.setattr(timeouts, "TIMEOUT", 1.8)
    application: Application = application_over(server.runtime(database), tmp_path / "keys", size=1)
    async with lifespan(application), in_process(application) as client:
        door = Door(client, server.behind(database))
        await door.record("events", REGISTERED)
        reference = await door.given(R)

        key = {"Idempotency-Key": "pool"}
        async with application.litestar.state.register.view(CODE):
            answers = await asyncio.gather(
                *(
                    door.call("GET", address)
                    for address in (
                        "", "requests", f"requests/{reference}", "tables", "events", "/api/v1/authorities", "/health/ready",
                    )
                ),
                door.call("POST", "requests", json=body_of(R), headers=key),
                door.call("POST", f"requests/{reference}/events", json=body_of(assigned("2020-03-03")), headers=key),
            )  # fmt: skip
            for reply in answers:
                assert_unavailable(reply)
            assert (await door.get("/health/live")).status_code == 200
        assert (await answered_at_last(partial(door.get, f"requests/{reference}"))).status_code == 200
        assert await door.positions() == [1, 2]


# --- headers ---

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


async def oversized(served: Served) -> httpx.Response:
    """The reply to a head that announces two megabytes, before any of them is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    head = (
        f"POST {served.home}/requests HTTP/1.1\r\nhost: x\r\ncontent-length: 2000000\r\nidempotency-key: x\r\n"
        f"content-type: application/json\r\nauthorization: {served.client.headers['authorization']}\r\n\r\n"
    )
    writer.write(head.encode())
    answer, _, body = (await asyncio.wait_for(reader.read(), 60)).partition(b"\r\n\r\n")
    writer.close()
    first, *lines = answer.decode().split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    request = httpx.Request("POST", "http://x")
    return httpx.Response(int(first.split()[1]), headers=headers, content=body, request=request)


async def test_security_headers_are_on_every_answer(served: Served) -> None:
    """200, 201, CSV, 400, 401, 404, 405, 413, 415, 422: the same headers; the page has its own policy."""
    anyone = {"Authorization": "Bearer wrong"}
    replies = [
        (200, await served.get("requests")),
        (201, await served.post("requests", R)),
        (200, await served.call("GET", "requests", headers={"Accept": "text/csv"})),
        (200, await served.get("/health/live")),
        (200, await served.get("/metrics")),
        (400, await served.get("requests", limit=0)),
        (401, await served.call("GET", "requests", headers=anyone)),
        (404, await served.get("/nope")),
        (404, await served.get("requests/2020-7777")),
        (405, await served.call("DELETE", "requests")),
        (413, await oversized(served)),
        (415, await served.call("POST", "requests", content=b"x", headers={"Content-Type": "text/plain", "Idempotency-Key": "x"})),
        (422, await served.post("requests", R, reference="2021-0001")),
    ]  # fmt: skip
    for status, reply in replies:
        assert reply.status_code == status
        assert {name: reply.headers.get_list(name) for name in HEADERS} == {
            name: [value] for name, value in HEADERS.items()
        }, (status, reply.request.url)
        assert len(reply.headers["x-request-id"]) == 32
        for name in ("server", "x-powered-by", "set-cookie", "access-control-allow-origin"):
            assert name not in reply.headers
    page = await served.get("/api")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert "'unsafe-eval'" not in policy
    assert "script-src 'self';" in policy


# --- the token and the address ---


async def test_two_starts_at_once_share_one_token(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """One file with mode 0600, no temporary file left; both servers accept the token."""
    data, runtime, behind = tmp_path / "data", server.runtime(database), server.behind(database)
    both = asyncio.Barrier(2)

    async def start_and_ask() -> str:
        async with serving(runtime, behind, data) as found:
            assert (await found.get("/api/v1/authorities")).status_code == 200
            await both.wait()
            assert (
                found.client.headers["authorization"].removeprefix("Bearer ")
                not in found.errors + found.first_line
            )
            return str(found.client.headers["authorization"])

    one, two = await asyncio.gather(start_and_ask(), start_and_ask())
    assert one == two
    token = data / "token"
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert [path.name for path in data.iterdir() if "token" in path.name] == ["token"]
    assert len(token.read_text().strip()) >= 32
    assert f"Bearer {token.read_text().strip()}" == one


async def test_it_listens_on_the_loopback_only(served: Served) -> None:
    """The only socket that listens on the port is on 127.0.0.1."""
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            host, port = fields[1].rsplit(":", 1)
            if int(port, 16) == served.port and fields[3] == "0A":
                listening.append(host)
    assert listening == ["0100007F"]


async def test_a_taken_port_has_a_message(served: Served, server: DatabaseServer, database: str) -> None:
    """Exit code 2 and advice, without a traceback."""
    environ = {"TAIZHANG_DATA": str(served.data), "DATABASE_URL": server.runtime(database)}

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(served.port),
        env=os.environ | environ,  cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert (process.returncode, out) == (2, b"")
    assert f"端口{served.port}不能使用" in err.decode()
    assert "Traceback" not in err.decode()


# --- the log ---


async def line_of(served: Served, reply: httpx.Response) -> dict[str, Any]:
    """The log line of this reply; it is written just after the reply was sent."""
    until = monotonic() + 60
    while monotonic() < until:
        calls = served.logged("call")
        if mine := [each for each in calls if each["request_id"] == reply.headers["x-request-id"]]:
            assert len(mine) == 1
            return mine[0]
        await asyncio.sleep(0)
    raise AssertionError(f"no line about {reply.request.url}")


async def test_the_log_has_one_line_per_call_and_no_content(served: Served) -> None:
    """R34: id, route, status, duration, actor, authority; no bodies, queries, addresses or headers."""
    reference = await served.receive(
        R, clear={"applicant": {"name": CANARY, "id_number": CANARY}, "description": CANARY}
    )
    await served.record(f"requests/{reference}/events", answered("2020-03-31"), clear={"text": CANARY})
    await served.json(f"requests/{reference}/sealed")
    await served.json("requests", unit=CANARY)
    await served.csv("requests", unit=CANARY)
    calls = [
        ("GET", f"/api/v1/{CANARY}", {}, 404),
        ("GET", f"/api/v1/authorities/{CANARY}/requests", {}, 404),
        ("GET", f"requests/{CANARY}", {}, 400),
        ("GET", "requests", {"params": {CANARY: CANARY}}, 400),
        ("GET", "requests", {"headers": {b"authorization": f"Bearer {CANARY}".encode()}}, 401),
        ("GET", "requests", {"headers": {b"x-request-id": CANARY.encode(), b"user-agent": CANARY.encode()}}, 200),
        ("POST", "requests", {"json": {"type": CANARY}, "headers": {"Idempotency-Key": "x"}}, 400),
        ("POST", "requests", {"content": CANARY.encode(), "headers": {"Idempotency-Key": "x"}}, 415),
        ("POST", "requests", {"json": body_of(R), "headers": {b"idempotency-key": CANARY.encode()}}, 400),
        ("POST", f"requests/{reference}/events", {"json": body_of(answered("2020-04-01", text=CANARY)), "headers": {"Idempotency-Key": "y"}}, 409),
        ("POST", "/api/v1/reconcile", {"json": {CANARY: CANARY}}, 400),
        ("GET", "/health/live", {}, 200),
    ]  # fmt: skip
    for method, address, how, status in calls:
        reply = await served.call(method, address, **how)
        assert reply.status_code == status, (address, reply.text)
        line = await line_of(served, reply)
        assert line["status"] == status
        assert line["code"] == (reply.json()["code"] if status >= 400 else None)
    written = served.errors
    assert CANARY not in written
    assert CANARY.encode("unicode_escape").decode() not in written
    assert "Canary7741" not in written
    assert served.client.headers["authorization"].removeprefix("Bearer ") not in written

    lines = served.logged("call")
    assert len({line["request_id"] for line in lines}) == len(lines) == 7 + len(calls)
    for line in lines:
        assert set(line) == {
            "event", "level", "timestamp", "request_id", "method", "route", "status", "duration_ms", "authority", "actor", "code",
        }  # fmt: skip
        assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None
        assert line["duration_ms"] >= 0
        nobody = (
            line["route"] in ("", "/health/live") or line["code"] == "unauthorized"
        )  # the caller was not identified
        assert line["actor"] == (None if nobody else "api"), line
    by_route = {line["route"] for line in lines}
    assert "/api/v1/authorities/{code}/requests/{reference}/events" in by_route
    assert "/api/v1/authorities/{code}/requests" in by_route
    assert not [route for route in by_route if served.code in route or "2020" in route]
    assert {line["authority"] for line in lines} == {served.code, None}
    assert served.logged("sealed.read")


async def test_the_actor_is_that_of_the_settings(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """TAIZHANG_ACTOR is in the envelope; a higher log level has no line per call; an existing token is kept."""
    runtime, behind = server.runtime(database), server.behind(database)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "token").write_text("made-before\n")
    async with serving(
        runtime, behind, tmp_path / "data", TAIZHANG_ACTOR="接口甲", TAIZHANG_LOG="warning"
    ) as found:
        await found.record("events", REGISTERED)
        assert (await found.json("events"))["entries"][0]["actor"] == "接口甲"
        assert found.errors == ""
        assert found.client.headers["authorization"] == "Bearer made-before"


# --- metrics ---


async def test_the_metrics(served: Served) -> None:
    """Counted by hand: receipts, a preview, refusals by code; latency by route and status; open, overdue, position, pool."""
    before = await samples(served)
    first, _ = await served.given(R), await served.given(R)
    await served.record(f"requests/{first}/events", answered("2020-03-30"))
    await served.post("requests", R, preview="true")
    await served.post(f"requests/{first}/events", answered("2020-03-30"))
    await served.post(f"requests/{first}/events", assigned("2099-03-30"))
    await served.get("requests/2020-7777")
    await served.get(f"/nope/{CANARY}")
    await served.call("GET", "requests", headers={"Authorization": "x"})

    found = await samples(served)
    grown = {key: value - before.get(key, 0) for key, value in found.items() if value != before.get(key, 0)}
    assert {
        tuple(value for _, value in sorted(labels)): count
        for (name, labels), count in grown.items()
        if name == "taizhang_recordings_total"
    } == {
        ("recorded", "received"): 2, ("recorded", "answered"): 1, ("previewed", "received"): 1,
        ("already_answered", "answered"): 1, ("in_the_future", "assigned"): 1,
    }  # fmt: skip
    by = {
        tuple(dict(labels)[each] for each in ("method", "route", "status")): count
        for (name, labels), count in grown.items()
        if name == "taizhang_http_request_seconds_count"
    }
    assert by["POST", "/api/v1/authorities/{code}/requests", "201"] == 2
    assert by["GET", "/api/v1/authorities/{code}/requests", "401"] == 1
    assert by["GET", "/api/v1/authorities/{code}/requests/{reference}", "404"] == 1
    assert by["GET", "", "404"] == 1
    one = (("authority", served.code),)
    assert found["taizhang_register_open", one] == 1
    assert found["taizhang_register_overdue", one] == 1
    assert found["taizhang_register_position", one] == 4
    states = {dict(labels)["state"] for (name, labels) in found if name == "taizhang_database_connections"}
    assert states == {"in_use", "idle"}
    text = (await served.get("/metrics")).text
    for secret in (CANARY, "2020-0001", "张三", "2020-7777"):
        assert secret not in text


async def test_invented_methods_and_authorities_add_no_labels(served: Served) -> None:
    """Labels are bounded: a caller cannot fill the memory with invented methods, routes or codes."""
    for n in range(30):
        await served.call(f"M{n}", f"/api/v1/authorities/made-up-{n}/requests")
        await served.get(f"/api/v1/authorities/made-up-{n}/requests")
    labels = {
        labels for (name, labels) in await samples(served) if name == "taizhang_http_request_seconds_count"
    }
    assert {name for each in labels for name, _ in each} == {"method", "route", "status"}
    assert not [each for each in labels if "made-up" in json.dumps(each)]
    assert len([each for each in labels if dict(each)["method"].startswith("M")]) <= 1
