"""A server on a standby: it serves reads with the position they show, and records once it is promoted.

The standby is a real one: a copy of the tests' server by pg_basebackup, which follows it by streaming.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import httpx
import pytest

from adapters.postgres import embedded
from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.programs import runnable
from adapters.postgres.system_account import account_of, must
from api.background import standing_by
from tests.adapters.recordings import another_database, body_of, connected, fetch
from tests.api.conftest import Door, Running, Taizhang, application_over, in_process, lifespan
from tests.api.login.test_powers_matrix import ACTS, QUERIES, logged_in
from tests.api.officers import OFFICERS, ORIGIN, Caller, grant_service, office_of, register_of
from tests.builders import received
from tests.conftest import DatabaseServer

R = received("2020-03-02")


class Standby(NamedTuple):
    """A primary and its standby, each with an application. keys: of both."""

    primary: Running
    replica: Running
    keys: Path
    superuser: str

    async def caught_up(self) -> None:
        """Returns once the standby has replayed all WAL of the primary."""
        (written,) = await fetch(self.primary.dsn, "SELECT pg_current_wal_lsn()::text AS lsn")
        async with asyncio.timeout(120), connected(self.superuser) as connection:
            while not await connection.fetchval(
                "SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn", written["lsn"]
            ):
                await asyncio.sleep(0)


@asynccontextmanager
async def streaming(server: DatabaseServer, directory: Path) -> AsyncIterator[embedded.Server]:
    """A standby of the tests' server."""
    source = server.server
    if not isinstance(source, embedded.Server):
        pytest.skip("needs a server whose copy may stand beside it")
    account = account_of(source.directory)
    data = directory / "data"
    directory.mkdir()
    data.mkdir(0o700)
    os.chown(data, account.pw_uid, account.pw_gid)
    where = ("-h", source.socket, "-p", "5432", "-U", embedded.SUPERUSER)
    programs = await runnable(account)
    await must(account, programs / "pg_basebackup", *where, "-D", data, "-R", "-c", "fast", "--no-sync")
    standby = await embedded.start(directory)
    try:
        yield standby
    finally:
        await embedded.stop(directory)


@asynccontextmanager
async def following(
    server: DatabaseServer, template: str, scratch: Path, keys: Path
) -> AsyncIterator[Standby]:
    """Both servers with an application; the database is created after the copy, and reaches the standby by streaming."""
    async with another_database(server, template) as database, streaming(server, scratch) as standby:
        runtime, superuser = (standby.dsn(role, database) for role in (embedded.RUNTIME, embedded.SUPERUSER))
        first, second = application_over(server.runtime(database), keys), application_over(runtime, keys)
        async with lifespan(first):
            primary = Running(first, server.behind(database))
            await Standby(primary, primary, keys, superuser).caught_up()
            async with lifespan(second):
                yield Standby(primary, Running(second, superuser), keys, superuser)


@pytest.fixture(scope="module")
async def standby(
    server: DatabaseServer, template: str, scratch: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Standby]:
    """One for all tests of this file; the last of them promotes it."""
    keys = tmp_path_factory.mktemp("keys")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(standing_by, "POLL_INTERVAL", 0.05)
        async with following(server, template, scratch / f"standby-{uuid4().hex[:8]}", keys) as found:
            yield found


@pytest.fixture
async def doors(standby: Standby) -> AsyncIterator[tuple[Door, Door]]:
    """An authority's register at the primary and at the standby: opened, with a request."""
    code = f"office-{uuid4().hex[:8]}"
    async with in_process(standby.primary.application) as one, in_process(standby.replica.application) as two:
        primary, replica = Door(one, standby.primary.dsn, code), Door(two, standby.replica.dsn, code)
        await primary.record("events", primary.registered, key="office")
        await primary.receive(R)
        await standby.caught_up()
        yield primary, replica


def refused(reply: httpx.Response) -> None:
    assert (reply.status_code, reply.json()["code"]) == (503, "read_only"), reply.text
    assert int(reply.headers["retry-after"]) >= 1
    assert "备用服务器" in reply.json()["detail"]
    assert reply.headers["content-type"] == "application/problem+json"


LOGGED = {
    "requests/{reference}/sealed", "requests/{reference}/documents/{version}", "requests/{reference}/case-file",
    "requests/{reference}/letters/{kind}", "letters",
}  # fmt: skip
"""Reads that are logged, which a standby cannot do."""
OF_NO_LOG = {
    "requests/{reference}/receipt", "checkpoint", "proofs/inclusion", "proofs/consistency", "access-log", "credentials",
    "access-log/receipt", "access-log/review", "webhooks", "district/work-list",
}  # fmt: skip
"""Reads of other tables than this log, or that state their position themselves."""
HOME = "GET /api/v1/authorities/{code}"


async def test_every_read_equals_the_primarys_and_has_its_position(doors: tuple[Door, Door]) -> None:
    """For every reply, refusals too, except reads that are logged."""
    primary, replica = doors
    without_position = set()
    for route in ACTS:
        if not route.startswith(HOME):
            continue
        template = route.removeprefix(HOME).removeprefix("/")
        params = (
            {"purpose": "核对", "on": "2020-03-02"}
            if template == "letters"
            else QUERIES.get(template.rsplit("/", 1)[-1], {})
        )
        address = template.format(reference="2020-0001", version="1", kind="receipt", year="2020")
        there, here = [await each.call("GET", address, params=params) for each in doors]
        if template in LOGGED:
            refused(here)
            assert here.headers["served-by"] == "replica"
            continue
        assert (here.status_code, here.content) == (there.status_code, there.content), route
        assert (here.headers["served-by"], "served-by" in there.headers) == ("replica", False)
        assert here.headers.get("log-position") == there.headers.get("log-position"), route
        if here.status_code == 200 and "log-position" not in here.headers:
            without_position.add(template)
        elif here.status_code == 200:
            assert here.headers["log-position"] == "2"
    assert without_position <= OF_NO_LOG
    for address in ("/api/v1/authorities", "/api/v1/reports/due", "/api/v1/openapi.json", "/api/v1/problems"):
        assert (await replica.get(address)).status_code == 200
    assert (await replica.get("requests", recorded_until="1")).headers["log-position"] == "2"
    assert (await primary.get("events", after=0)).content == (await replica.get("events", after=0)).content
    # A lagging standby is no fault; at the primary itself a later position means lost entries.
    behind = (await replica.get("events", after=3)).json()
    assert behind == {"entries": [], "next": 3, "position": 2, "leaf": None}
    assert (await primary.get("events", after=3)).json()["code"] == "beyond_the_log"


async def test_writes_are_refused_and_change_nothing(standby: Standby, doors: tuple[Door, Door]) -> None:
    _, replica = doors
    kept = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM access_log), (SELECT count(*) FROM login_sources)"
    before = await fetch(standby.superuser, kept)
    line = '{"id": "x", "event": {"type": "renamed", "on": "2020-03-02", "name": "某", "in_force_from": "2020-03-02"}, "stream": "authority"}'
    calls = [
        ("requests", {"json": body_of(R), "headers": {"Idempotency-Key": "k"}}),
        ("recordings", {"content": line, "headers": {"Content-Type": "application/x-ndjson"}}),
        ("requests/2020-0001/documents", {
            "content": b"%PDF-1.4", "params": {"on": "2020-03-03", "document": "申请表", "kind": "application"},
            "headers": {"Idempotency-Key": "d", "Content-Type": "application/octet-stream"},
        }),
        ("/api/v1/login", {"json": {"authority": replica.code, "officer": "li", "password": "x" * 12}}),
        ("find/people", {"json": {"name": "张三", "purpose": "核对"}}),
    ]  # fmt: skip
    for address, how in calls:
        refused(await replica.call("POST", address, **how))
    exported = await replica.call("GET", "requests", headers={"Accept": "text/csv"})
    refused(exported)
    in_english = await replica.call("GET", "requests/2020-0001/sealed", headers={"Accept-Language": "en"})
    assert "standby" in in_english.json()["detail"]
    assert await fetch(standby.superuser, kept) == before

    health = await replica.get("/health/ready")
    assert (health.status_code, health.json()["status"]) == (200, "replica")
    assert (await doors[0].get("/health/ready")).json()["status"] == "ready"


async def test_keys_and_sessions_read_without_recording_their_use(standby: Standby) -> None:
    """Their last use is not recorded; ended ones are refused once the standby has replayed it, and pages show why."""
    code, auditor = f"office-{uuid4().hex[:8]}", OFFICERS["auditor"]
    register = register_of(standby.primary)
    await office_of(standby.primary, code)
    key = await grant_service(register, code, "archive", "read", "count", "prove")
    session = await logged_in(standby.primary, code, auditor)
    stamps = "SELECT seen_at FROM sessions ORDER BY 1"
    await Caller(standby.primary, code).behind("UPDATE sessions SET seen_at = now() - interval '10 minutes'")
    await standby.caught_up()
    home = f"/api/v1/authorities/{code}"
    before = await fetch(standby.superuser, stamps)
    transport = httpx.ASGITransport(standby.replica.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://taizhang.test") as client:
        by_key = {"Authorization": f"Bearer {key}"}
        for headers in (by_key, session):
            read = await client.get(f"{home}/events", headers=headers)
            assert (read.status_code, read.headers["served-by"]) == (200, "replica")
            assert int(read.headers["log-position"]) == read.json()["position"]
        refused(await client.get(f"{home}/requests/2020-0001/sealed", headers=session))
        for address, cookie in (("/", session), ("/login", {})):
            page = await client.get(address, headers={**cookie, "Accept": "text/html"})
            assert (page.status_code, "主服务器" in page.text) == (503, True)
        assert await fetch(standby.superuser, stamps) == before

        (kept,) = await register.service_keys.listed(code)
        assert kept.used_at is None
        await register.service_keys.revoke(code, "archive", kept.id, actor="a-admin", origin=ORIGIN)
        await standby.caught_up()
        assert (await client.get(f"{home}/events", headers=by_key)).status_code == 401


async def test_a_lagging_standby_shows_its_own_position(standby: Standby, doors: tuple[Door, Door]) -> None:
    """Lists, tables and due dates are as of its position, from caches too, and current once it has caught up."""
    primary, replica = doors

    async def seen(door: Door) -> tuple[int, int, str, str]:
        listed, table = await door.get("requests"), await door.get("tables", year=2020)
        dated = await door.get("requests/2020-0001")
        positions = {each.headers["log-position"] for each in (listed, table, dated)}
        new = table.json()["requests_table"]["new"][-1]
        return len(listed.json()["requests"]), new, dated.json()["term"]["due_on"], ",".join(positions)

    before = await seen(replica)
    assert before == await seen(primary)
    async with connected(standby.superuser) as connection:
        await connection.execute("SELECT pg_wal_replay_pause()")
        try:
            await primary.receive(R)
            day_off = {
                "type": "day_off_set",
                "on": "2020-03-01",
                "day": "2020-03-24",
                "working": False,
                "document_no": "1号",
            }
            assert (await primary.post("events", day_off)).status_code == 201
            assert await seen(replica) == before
            ahead = await replica.get("requests", recorded_until="4")
            assert (ahead.json()["code"], ahead.headers["log-position"]) == ("beyond_the_log", "2")
        finally:
            await connection.execute("SELECT pg_wal_replay_resume()")
    await standby.caught_up()
    after = await seen(replica)
    assert after == await seen(primary)
    assert (after[0], after[1], after[3]) == (2, 2, "4")
    assert after[2] > before[2]


async def test_a_read_cancelled_by_recovery_gives_503(standby: Standby, doors: tuple[Door, Door]) -> None:
    """The standby cancels a read whose rows the primary has vacuumed: 503, never 500."""
    _, replica = doors
    register = register_of(standby.replica)
    async with connected(standby.superuser) as connection:
        await connection.execute("ALTER SYSTEM SET max_standby_streaming_delay = 0")
        await connection.execute("SELECT pg_reload_conf()")
    began = asyncio.Event()

    async def read() -> None:
        async with register.view(replica.code) as view:
            began.set()
            await view.fetch("SELECT pg_sleep(60 + 0 * $1::integer)")

    reading = asyncio.create_task(read())
    await began.wait()
    async with connected(standby.primary.dsn) as primary:
        await primary.execute("UPDATE heads SET law_digest = law_digest")
        await primary.execute("VACUUM heads")
    with pytest.raises(DatabaseUnavailable, match="再试一次"):
        await reading


def test_commands_read_and_state_the_position(
    standby: Standby,
    doors: tuple[Door, Door],
    taizhang: Taizhang,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    dsn = standby.superuser.replace(f"//{embedded.SUPERUSER}@", f"//{embedded.RUNTIME}@")
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.setenv("TAIZHANG_DATA", str(standby.keys.parent))
    (standby.keys.parent / "keys").symlink_to(standby.keys)
    listed = taizhang("list", "--authority", doors[0].code)
    assert (listed.code, "2020-0001" in listed.out, "备用服务器" in listed.err) == (0, True, True)
    found = taizhang("doctor", "--json").json()
    assert [row["level"] for row in found if row["about"] == "只读"] == ["warning"]


async def test_once_promoted_the_same_process_records(standby: Standby, doors: tuple[Door, Door]) -> None:
    """At the next call, without a restart; background work starts too. The last test, see `standby`."""
    _, replica = doors
    refused(await replica.post("requests", R, "k"))
    async with connected(standby.superuser) as connection:
        assert await connection.fetchval("SELECT pg_promote()")

    recorded = await replica.post("requests", R, "k")
    assert recorded.status_code == 201, recorded.text
    read = await replica.get("requests")
    assert (read.headers["log-position"], "served-by" in read.headers) == ("3", False)
    assert (await replica.get("requests/2020-0002/sealed", purpose="核对")).status_code == 200
    assert (await replica.get("/health/ready")).json()["status"] == "ready"
    async with asyncio.timeout(120):
        while "\n3\n" not in (await replica.get("checkpoint")).text:
            await asyncio.sleep(0)
