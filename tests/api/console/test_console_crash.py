"""A server crash or a lost connection between form and confirmation: one recording or none, and no typed value lost."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from adapters.register.register import Register
from api.today import today
from tests.adapters.recordings import another_database
from tests.api.conftest import Running, Served, _fresh_code, serving
from tests.api.officers import OFFICERS, PASSWORD, office_of
from tests.conftest import DatabaseServer

RECEIPT = {
    "channel": "post", "receipt_basis": "signed_for", "applicant_kind": "natural_person", "delivery": "paper",
    "applicant.name": "张三", "description": "2019年的预算",
}  # fmt: skip
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Machine:
    """A database, and consecutive servers over it."""

    def __init__(self, server: DatabaseServer, database: str, data: Path, register: Register) -> None:
        self.server, self.database, self.data, self.register = server, database, data, register
        self.code = _fresh_code()

    def serving(self) -> Any:
        return serving(self.server.runtime(self.database), self.server.behind(self.database), self.data)

    async def count(self) -> int:
        """Number of entries of the log."""
        return await self.register.position(self.code)


@pytest.fixture
async def machine(server: DatabaseServer, template: str, tmp_path: Path) -> AsyncIterator[Machine]:
    async with another_database(server, template) as database:
        register = await Register.open(server.runtime(database), tmp_path / "keys")
        application: Any = SimpleNamespace(litestar=SimpleNamespace(state=SimpleNamespace(register=register)))
        found = Machine(server, database, tmp_path, register)
        try:
            await office_of(Running(application, server.behind(database)), found.code)
            yield found
        finally:
            await register.close()


class Browser:
    """Keeps its cookie and its open form across servers."""

    def __init__(self, code: str) -> None:
        self.code, self.cookie = code, ""
        self.form: dict[str, str] = {}

    async def send(
        self, served: Served, method: str, path: str, form: dict[str, str] | None = None
    ) -> httpx.Response:
        headers = {"Cookie": self.cookie, **(FORM if form else {})}
        async with httpx.AsyncClient(base_url=served.client.base_url, timeout=120, trust_env=False) as client:
            return await client.request(method, path, data=form, headers=headers)

    async def log_in(self, served: Served) -> None:
        who = {"office": self.code, "officer": OFFICERS["handler"], "password": PASSWORD}
        reply = await self.send(served, "POST", "/login", who)
        self.cookie = reply.headers["set-cookie"].partition(";")[0]

    async def fill(self, served: Served) -> None:
        """The filled form of a receipt, submitted up to its confirmation page."""
        empty = await self.send(served, "GET", "/requests/new")
        hidden = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', empty.text))
        self.form = {**hidden, **RECEIPT, "on": today().isoformat()}
        shown = await self.send(served, "POST", "/requests/new/preview", self.form)
        assert "核对后登记" in shown.text, shown.text

    async def confirm(self, served: Served) -> httpx.Response:
        return await self.send(served, "POST", "/requests/new", self.form)

    async def confirm_and_leave(self, served: Served) -> asyncio.StreamWriter:
        """Confirm and disconnect without waiting for the reply."""
        body = urlencode(self.form).encode()
        head = (
            f"POST /requests/new HTTP/1.1\r\nHost: taizhang\r\nCookie: {self.cookie}\r\n"
            f"Content-Type: {FORM['Content-Type']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(head.encode() + body)
        await writer.drain()
        return writer


async def test_a_server_that_is_killed_between_form_and_confirmation_records_once(machine: Machine) -> None:
    browser = Browser(machine.code)
    async with machine.serving() as served:
        await browser.log_in(served)
        await browser.fill(served)
        before = await machine.count()
        await served.stopped(signal.SIGKILL)
    async with machine.serving() as served:
        assert await machine.count() == before
        first = await browser.confirm(served)
        assert (first.status_code, "?done=1" in first.headers["location"]) == (303, True), first.text
        again = await browser.confirm(served)
        assert again.headers["location"] == first.headers["location"]
    assert await machine.count() == before + 1


async def test_a_server_that_is_killed_while_it_records_has_recorded_once_or_not(machine: Machine) -> None:
    browser = Browser(machine.code)
    async with machine.serving() as served:
        await browser.log_in(served)
    for _ in range(3):
        async with machine.serving() as served:
            await browser.fill(served)
            before = await machine.count()
            writer = await browser.confirm_and_leave(served)
            await served.stopped(signal.SIGKILL)
            writer.close()
        assert await machine.count() - before in (0, 1)
        async with machine.serving() as served:
            reply = await browser.confirm(served)
            assert reply.status_code == 303, reply.text
            assert (await browser.send(served, "GET", reply.headers["location"])).status_code == 200
        assert await machine.count() == before + 1


async def test_a_lost_reply_is_returned_on_repetition(machine: Machine) -> None:
    browser = Browser(machine.code)
    async with machine.serving() as served:
        await browser.log_in(served)
        await browser.fill(served)
        before = await machine.count()
        (await browser.confirm_and_leave(served)).close()
        reply = await browser.confirm(served)
        assert reply.status_code == 303, reply.text
    assert await machine.count() == before + 1
