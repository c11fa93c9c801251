"""Two machines behind a proxy with one database: each sees the other's writes at once, and either can be restarted."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from adapters.register.register import Register
from tests.adapters.recordings import another_database, body_of, fetch
from tests.api.conftest import UNHURRIED_STOP, Door, Served, assert_one_recording, serving
from tests.builders import answered, received

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

R = received("2020-03-02")


class Machines:
    """Two servers with separate data directories: key files and token of the first were copied to the second."""

    def __init__(self, server: DatabaseServer, database: str, folder: Path, stack: AsyncExitStack) -> None:
        self.runtime, self.behind = server.runtime(database), server.behind(database)
        self.folder, self._stack = folder, stack
        self.running: dict[str, Served] = {}

    async def start(self, name: str) -> Served:
        data = self.folder / name
        if not data.exists() and name != "first":
            data.mkdir()
            shutil.copytree(self.folder / "first/keys", data / "keys")
            shutil.copy2(self.folder / "first/token", data)
        serves = serving(self.runtime, self.behind, data, prelude=UNHURRIED_STOP)
        found = await self._stack.enter_async_context(serves)
        self.running[name] = found
        return found


@pytest.fixture
async def machines(server: DatabaseServer, template: str, tmp_path: Path) -> AsyncIterator[Machines]:
    async with another_database(server, template) as database, AsyncExitStack() as stack:
        found = Machines(server, database, tmp_path, stack)
        await (await found.start("first")).record("events", REGISTERED, key="office")
        await found.start("second")
        yield found


REGISTERED: dict[str, Any] = {
    "type": "registered", "on": "2020-01-01", "code": "huadu", "name": "某区人民政府办公室", "kind": "department",
    "complete_since": "2020-01-01",
}  # fmt: skip


async def counted(machine: Served) -> tuple[int, int, int]:
    """New requests by the year's table, open ones by the list, and entries of the work list; each is cached by the process."""
    tables = (await machine.get("tables", year=2020)).json()
    listed = (await machine.get("requests")).json()
    duties = (await machine.get("work-list", on="2020-03-20", within=30)).json()
    return tables["requests_table"]["new"][-1], len(listed["requests"]), len(duties)


async def test_each_machine_reads_all_writes(machines: Machines) -> None:
    """Recorded at one, read at both in the next call: tables, lists, duties, and due dates by a changed calendar."""
    first, second = machines.running.values()
    before = await counted(second)
    assert before[:2] == (0, 0)
    for number in range(1, 13):
        writer, reader = (first, second) if number % 2 else (second, first)
        assert (await writer.post("requests", R)).status_code == 201
        found = [await counted(reader), await counted(writer)]
        assert found[0] == found[1]
        assert found[0][:2] == (number, number)

    for number, (writer, reader) in enumerate([(first, second), (second, first)], 1):
        due = [(await each.get("requests/2020-0001")).json()["term"]["due_on"] for each in (reader, writer)]
        day_off = {
            "type": "day_off_set", "on": "2020-03-01", "day": f"2020-03-{23 + number}", "working": False,
            "document_no": f"〔2020〕{number}号",
        }  # fmt: skip
        assert (await writer.post("events", day_off)).status_code == 201
        later = [(await each.get("requests/2020-0001")).json()["term"]["due_on"] for each in (reader, writer)]
        assert due[0] == due[1] < later[0] == later[1]


async def test_a_key_that_one_machine_lacks_is_503(
    machines: Machines, server: DatabaseServer, tmp_path: Path
) -> None:
    """It is not used while that machine is registered; if the machine was away, it replies 503 until the file is copied."""
    first, second = machines.running.values()
    register = await Register.open(machines.runtime, tmp_path / "first/keys", size=1)
    await register.personal_data.rotate_vault_key()
    for machine in (first, second):
        assert (await machine.post("requests", R)).status_code == 201
    assert (await sealed(second, "2020-0001")).status_code == 200

    second.process.send_signal(signal.SIGSTOP)  # otherwise it registers before the key is added
    try:
        away = "UPDATE machines SET seen_at = now() - interval '1 hour' WHERE machine LIKE '%second/keys'"
        await fetch(machines.behind, away)
        register._vault._looked = 0.0
        await register.personal_data.rotate_vault_key()
        assert await fetch(machines.behind, "SELECT FROM vault_keys WHERE key_id = '0002'")
    finally:
        second.process.send_signal(signal.SIGCONT)
    await register.close()
    newest = "SELECT key_id FROM vault ORDER BY ctid DESC LIMIT 1"
    while (await fetch(machines.behind, newest))[0]["key_id"] != "0002":  # it checks every two seconds
        reference = (await first.post("requests", R)).json()["reference"]
    reply = await sealed(second, reference)
    assert (reply.status_code, reply.json()["code"]) == (503, "keys_missing")
    assert "密钥" in reply.json()["detail"]

    shutil.copy2(tmp_path / "first/keys/0002.vault-key", tmp_path / "second/keys")
    assert (await sealed(second, reference)).status_code == 200
    assert (await second.post("requests", R)).status_code == 201


async def sealed(machine: Door, reference: str) -> httpx.Response:
    return await machine.get(f"requests/{reference}/sealed", purpose="核对")


class Proxy:
    """Forwards to the machines in turn, like a proxy that knows which are in service."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self._turn = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._turn += 1
        port = self.ports[self._turn % len(self.ports)]
        there, back = await asyncio.open_connection("127.0.0.1", port)
        with suppress(OSError):
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


async def test_a_rolling_restart_refuses_no_call(machines: Machines) -> None:
    """Each in turn is taken out of the proxy, restarted and put back, under four writers: every call succeeds."""
    proxy = Proxy()
    proxy.ports = [each.port for each in machines.running.values()]
    token = machines.running["first"].client.headers["Authorization"]
    replies: list[int] = []
    done = asyncio.Event()

    async def write(address: str) -> None:
        while not done.is_set():
            async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=120) as client:
                headers = {"Authorization": token, "Idempotency-Key": str(uuid4())}
                reply = await client.post(
                    "/api/v1/authorities/huadu/requests", json=body_of(R), headers=headers
                )
                replies.append(reply.status_code)

    async with proxy.listening() as address:
        writers = [asyncio.create_task(write(address)) for _ in range(4)]
        for name in ("first", "second"):
            old = machines.running[name]
            proxy.ports.remove(old.port)
            assert await old.stopped() == 0
            proxy.ports.append((await machines.start(name)).port)
        enough = len(replies) + 50
        while len(replies) < enough:
            await asyncio.sleep(0.01)
        done.set()
        await asyncio.gather(*writers)

    assert set(replies) == {201}
    assert await machines.running["second"].positions() == list(range(1, len(replies) + 2))


async def test_an_idempotency_key_holds_on_both_machines(machines: Machines) -> None:
    """One key sent to both at once gives one entry and one reply; a repetition at the other machine gets it too."""
    first, second = machines.running.values()
    replies = await asyncio.gather(*(each.post("requests", R, "one") for each in (first, second) * 10))
    assert {reply.status_code for reply in replies} == {201}
    assert_one_recording(replies)
    assert (await second.post("requests/2020-0001/events", answered("2020-03-20"), "two")).status_code == 201
    again = await first.post("requests/2020-0001/events", answered("2020-03-20"), "two")
    assert again.status_code == 201
    assert await first.positions() == [1, 2, 3]
