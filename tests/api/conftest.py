"""The program's interfaces as their users see them, over a real database.

The command line: its own process state, output and exit code. HTTP: the application in this process, called as a server
calls it, or `taizhang serve` in a separate process where a socket, a signal or a log matters.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import msgspec
import pytest
import structlog

from adapters.accounts.passkeys import RelyingParty
from adapters.postgres import embedded, migrate
from adapters.register.register import Register
from api import cli
from api.web import timeouts
from api.web.application import Application
from domain.entry import Event
from tests.adapters.recordings import another_database, body_of, fetch
from tests.api.officers import Caller, fresh
from tests.conftest import DatabaseServer
from tests.faults.office import children


class Result(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> object:
        return msgspec.json.decode(self.out)


Taizhang = Callable[..., Result]

OFFICE = (
    *("authority", "registered", "--on", "2020-01-01", "--code", "huadu", "--name", "某区人民政府办公室"),
    *("--kind", "department", "--complete-since", "2020-01-01"),
)


@pytest.fixture
def taizhang(
    server: DatabaseServer,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Taizhang]:
    """Run one command against a new database; stdin as text."""
    monkeypatch.setenv("DATABASE_URL", server.runtime(database))
    monkeypatch.setenv("DATABASE_OWNER_URL", server.owner(database))
    monkeypatch.setenv("TAIZHANG_DATA", str(tmp_path))
    monkeypatch.setenv("TAIZHANG_LOG", "warning")  # settings made by `serve` would outlast the test

    def run(*arguments: str, stdin: str = "") -> Result:
        monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogatepass")))
        )
        code = cli.run(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Result(code, out, err)

    yield run
    structlog.reset_defaults()  # a command configures the log of its process


@pytest.fixture
def office(taizhang: Taizhang) -> Taizhang:
    """The command line of an authority whose register has been open since 2020."""
    assert taizhang(*OFFICE).code == 0
    return taizhang


# --- HTTP ---

_UNHURRIED_TIMEOUT = 20.0
UNHURRIED = f"""
from api.web import timeouts
assert timeouts.TIMEOUT == 1.8
timeouts.TIMEOUT = {_UNHURRIED_TIMEOUT}
"""
"""Longer timeouts for servers whose tests do not concern them: two seconds of a busy machine give no 503."""
UNHURRIED_STOP = "from api.web import protocol; assert protocol.FIRST_REQUEST_TIMEOUT == 1.0; protocol.FIRST_REQUEST_TIMEOUT = 30.0"
"""A stop that waits for a call in progress in this process, however busy."""


@pytest.fixture(scope="session", autouse=True)
def unhurried() -> Iterator[None]:
    """The same timeouts for applications in this process."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(timeouts, "TIMEOUT", _UNHURRIED_TIMEOUT)
        yield


TOKEN = "a-token-of-the-tests"
REGISTERED = {
    "type": "registered",
    "on": "2020-01-01",
    "code": "huadu",
    "name": "某区人民政府办公室",
    "kind": "department",
    "complete_since": "2020-01-01",
}
PROJECT = Path(__file__).parents[2]


class Door:
    """A caller of the HTTP API with the token, and access to the database behind it.

    home: the address of an authority; addresses that do not begin with `/` are relative to it.
    """

    def __init__(self, client: httpx.AsyncClient, dsn: str, code: str = "huadu") -> None:
        self.client = client
        self.dsn = dsn
        self.code = code
        self.home = f"/api/v1/authorities/{code}"
        self.registered = REGISTERED | {"code": code}

    async def call(self, method: str, address: str, **how: Any) -> httpx.Response:
        where = address if address.startswith("/") else f"{self.home}/{address}".rstrip("/")
        return await self.client.request(method, where, **how)

    async def get(self, address: str, **query: Any) -> httpx.Response:
        """Parameters by name; `from_` is `from`."""
        params = {name.rstrip("_"): value for name, value in query.items()}
        return await self.call("GET", address, params=params)

    async def json(self, address: str, **query: Any) -> Any:
        """The body of a reply with 200."""
        found = await self.get(address, **query)
        assert found.status_code == 200, found.text
        assert found.headers["content-type"] == "application/json"
        return found.json()

    async def csv(self, address: str, **query: Any) -> str:
        params = {name.rstrip("_"): value for name, value in query.items()}
        found = await self.call("GET", address, params=params, headers={"Accept": "text/csv"})
        assert (found.status_code, found.headers["content-type"]) == (200, "text/csv; charset=utf-8")
        return found.text

    async def post(
        self,
        address: str,
        event: Event | dict[str, Any],
        key: str | None = None,
        *,
        seen: str | None = None,
        acknowledged: str = "",
        clear: dict[str, Any] | None = None,
        **query: Any,
    ) -> httpx.Response:
        """Send an event; with a new Idempotency-Key unless one is given. seen: If-Match. clear: sealed values in clear, by field."""
        words = event if isinstance(event, dict) else body_of(event, **(clear or {}))
        headers = {"Idempotency-Key": key or str(uuid4())}
        if seen is not None:
            headers["If-Match"] = seen
        params = {**query, **({"acknowledged": acknowledged} if acknowledged else {})}
        return await self.call("POST", address, json=words, headers=headers, params=params)

    async def record(self, address: str, event: Event | dict[str, Any], **how: Any) -> dict[str, Any]:
        """Record an event, acknowledging all its irregularities; its reply."""
        reply = await self.post(address, event, **how)
        if reply.status_code == 409 and reply.json()["code"] == "not_acknowledged":
            codes = sorted({each["code"] for each in reply.json()["irregularities"]})
            reply = await self.post(address, event, **{**how, "acknowledged": ",".join(codes)})
        assert reply.status_code == 201, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    async def receive(self, event: Event | dict[str, Any], **how: Any) -> str:
        """Receive a request; its reference."""
        return str((await self.record("requests", event, **how))["reference"])

    async def given(self, *happened: Event, **how: Any) -> str:
        """A request with this history; its reference."""
        reference = await self.receive(happened[0], **how)
        for each in happened[1:]:
            await self.record(f"requests/{reference}/events", each)
        return reference

    async def stored(self) -> list[Any]:
        """Every row of the authority's log, all columns."""
        query = """SELECT position, e::text FROM events AS e JOIN authorities USING (authority_id)
                   WHERE code = $1 ORDER BY position"""
        return [tuple(row) for row in await fetch(self.dsn, query, self.code)]

    async def positions(self) -> list[int]:
        return [position for position, _ in await self.stored()]


@asynccontextmanager
async def lifespan(application: Any) -> AsyncIterator[None]:
    """The application, started and stopped as by a server."""
    messages: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    answers: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    running = asyncio.create_task(
        application({"type": "lifespan", "asgi": {"version": "3.0"}}, messages.get, answers.put)
    )
    await messages.put({"type": "lifespan.startup"})
    answer = await answers.get()
    assert answer["type"] == "lifespan.startup.complete", answer
    try:
        yield
    finally:
        await messages.put({"type": "lifespan.shutdown"})
        answer = await answers.get()
        await running
    assert answer["type"] == "lifespan.shutdown.complete", answer


def application_over(dsn: str, keys: Path, *, size: int = 10) -> Application:
    party = RelyingParty("https://taizhang.test")
    return Application(lambda: _opened(dsn, keys, size), token=TOKEN, actor="tests", party=party)


@asynccontextmanager
async def _opened(dsn: str, keys: Path, size: int) -> AsyncIterator[Register]:
    register = await Register.open(dsn, keys, size=size, timeout=timeouts.TIMEOUT)
    try:
        yield register
    finally:
        await register.close()


def assert_repeats(again: httpx.Response, first: httpx.Response) -> None:
    """The same reply to the byte, except that it is marked as repeated."""
    assert again.json()["repeated"]
    assert again.content.replace(b'"repeated":true', b'"repeated":false') == first.content


def assert_one_recording(replies: Sequence[httpx.Response]) -> None:
    """One of them is the first reply, and the others repeat it."""
    found = [reply.json() for reply in replies]
    assert [each.pop("repeated") for each in found].count(False) == 1
    assert all(each == found[0] for each in found)


def in_process(application: Any, **headers: str) -> httpx.AsyncClient:
    """Calls the application directly; an uncaught exception fails the test."""
    transport = httpx.ASGITransport(application)
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.AsyncClient(
        transport=transport, base_url="http://taizhang.test", headers={**bearer, **headers}
    )


@pytest.fixture
async def bare_door(server: DatabaseServer, database: str, tmp_path: Path) -> AsyncIterator[Door]:
    """The API of an empty register."""
    application = application_over(server.runtime(database), tmp_path / "keys")
    async with lifespan(application), in_process(application) as client:
        yield Door(client, server.behind(database))


class Running(NamedTuple):
    application: Application
    dsn: str


@pytest.fixture(scope="module")
async def running(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    """One application and database per module; each test has its own authority in it."""
    keys = tmp_path_factory.mktemp("keys")
    async with another_database(server, template) as database:
        application = application_over(server.runtime(database), keys)
        async with lifespan(application):
            yield Running(application, server.behind(database))


@pytest.fixture
async def application(running: Running) -> Application:
    return running.application


@pytest.fixture
async def door(running: Running) -> AsyncIterator[Door]:
    """The API of an authority whose register has been open since 2020: position 1."""
    async with in_process(running.application) as client:
        found = Door(client, running.dsn, _fresh_code())
        await found.record("events", found.registered, key="office")
        yield found


def _fresh_code() -> str:
    return f"office-{uuid4().hex[:8]}"


class Served(Door):
    """`taizhang serve` in a separate process. errors, log: what it has written since the test began."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        dsn: str,
        process: subprocess.Popen[str],
        data: Path,
        first_line: str,
        code: str = "huadu",
    ) -> None:
        super().__init__(client, dsn, code)
        self.process = process
        self.data = data
        self.first_line = first_line
        self.port = client.base_url.port or 0
        self._stops = False
        self._began = len(self._written) if code != "huadu" else 0

    @property
    def _written(self) -> bytes:
        return (self.data / "stderr").read_bytes()

    @property
    def errors(self) -> str:
        return self._written[self._began :].decode()

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.errors.splitlines()]

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log about this event."""
        return [each for each in self.log if each["event"] == event]

    def workers(self) -> list[int]:
        """The processes that serve, if there are several."""
        lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children(self.process.pid)}
        return [pid for pid, line in lines.items() if line and b"resource_tracker" not in line]

    @asynccontextmanager
    async def on_a_new_connection(self) -> AsyncIterator[Door]:
        """The same caller on a separate connection, which any of several processes may accept."""
        async with httpx.AsyncClient(
            base_url=self.client.base_url, headers=self.client.headers, trust_env=False, timeout=120
        ) as client:
            yield Door(client, self.dsn, self.code)

    @property
    def processor_seconds(self) -> float:
        """Processor time used by the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def with_authority(self) -> Served:
        """The same server for a test with its own authority."""
        code = _fresh_code()
        found = Served(self.client, self.dsn, self.process, self.data, self.first_line, code)
        await found.record("events", found.registered, key="office")
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Signal it to stop, once: a second signal during Python's shutdown would kill it."""
        if not self._stops and self.process.poll() is None:
            self._stops = True
            self.process.send_signal(how)

    async def stopped(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Signal it to stop and wait; its exit code."""
        self.stop(how)
        return await asyncio.to_thread(self.process.wait, 60)


@asynccontextmanager
async def own_database(directory: Path) -> AsyncIterator[embedded.Server]:
    """A separate PostgreSQL that the test may stop."""
    server = await embedded.start(directory)
    try:
        await migrate.migrate(server.dsn(embedded.OWNER), embedded.RUNTIME)
        yield server
    finally:
        await embedded.stop(directory)


@asynccontextmanager
async def serving(
    runtime: str, behind: str, data: Path, *options: str, prelude: str = "", **environment: str
) -> AsyncIterator[Served]:
    """Start `taizhang serve` on a free port and stop it at the end. prelude: Python run before it, after UNHURRIED."""
    data.mkdir(parents=True, exist_ok=True)
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("TAIZHANG", "DATABASE"))
    }
    # Off by default: otherwise last year's report of an old office would be compiled during a test.
    environ |= {"TAIZHANG_DATA": str(data), "TAIZHANG_WORKER": "0", "PYTHONPATH": str(PROJECT), **environment}
    if runtime:
        environ["DATABASE_URL"] = runtime
    # A file, because all processes of a server with several read it.
    program = data / f"serve-{uuid4().hex[:6]}.py"
    program.write_text(
        f"{UNHURRIED}\n{prelude}\nif __name__ == '__main__':\n    from api.cli import main\n    main()\n"
    )
    with (data / "stderr").open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, program, "serve", "--port", "0", *options],
            cwd=PROJECT, env=environ, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        first = await asyncio.to_thread(process.stdout.readline)
        bound = re.search(r"http://127\.0\.0\.1:(\d+)", first)
        assert bound, (first, (data / "stderr").read_text("utf-8"))
        token = (data / "token").read_text().strip()
        address = f"http://127.0.0.1:{bound[1]}"
        async with httpx.AsyncClient(
            base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=120, trust_env=False
        ) as client:
            served = Served(client, behind, process, data, first)
            try:
                yield served
            finally:
                await served.stopped()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


@asynccontextmanager
async def serving_fresh(
    server: DatabaseServer, template: str, data: Path, *options: str, prelude: str = ""
) -> AsyncIterator[Served]:
    """A server with its own database."""
    async with (
        another_database(server, template) as database,
        serving(server.runtime(database), server.behind(database), data, *options, prelude=prelude) as found,
    ):
        yield found


@pytest.fixture(scope="module")
async def one_server(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with serving_fresh(server, template, tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture
async def served(one_server: Served) -> Served:
    """One server process per module; each test has its own authority in it."""
    return await one_server.with_authority()


@pytest.fixture
async def zhang(running: Running) -> AsyncIterator[Caller]:
    """An officer who handles requests, logged in."""
    caller = await fresh(running)
    assert (await caller.login()).status_code == 200
    yield caller
    await caller.client.aclose()
