"""The console in a real browser: an office with its officers, and pages with a record of their requests."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from adapters.register.recording.decoding import convert
from adapters.register.register import Register, Reply
from api.today import today
from domain.authority.powers import Role
from domain.report import annual_report
from tests import chromium
from tests.adapters.recordings import another_database
from tests.api.conftest import Running, _fresh_code, serving
from tests.api.officers import OFFICERS, PASSWORD, behind, office_of
from tests.conftest import DatabaseServer

WIDTHS = (1366, 390)


class Office(NamedTuple):
    """A server, an authority in it with an officer of each role, and a browser."""

    address: str
    running: Running
    code: str
    browser: Browser

    @property
    def register(self) -> Register:
        register: Register = self.running.application.litestar.state.register
        return register

    async def record(self, line: dict[str, Any], role: Role) -> Reply:
        """Record a line by the officer of the role, acknowledging all its irregularities."""
        (reply,) = await self.register.record_all(
            self.code, [convert(line)], actor=OFFICERS[role], acknowledge_all=True
        )
        return reply

    async def report(self, year: int, role: Role, type_: str, **fields: Any) -> None:
        """A step of the annual report, today unless `on` is given."""
        event = {"type": type_, "on": today().isoformat(), **fields}
        await self.record({"id": uuid4().hex, "stream": annual_report.stream_of(year), "event": event}, role)

    async def leave_two_recovery_codes(self) -> None:
        left = "DELETE FROM recovery_codes WHERE digest NOT IN (SELECT digest FROM recovery_codes LIMIT 2)"
        await behind(self.running.dsn, self.code, left)

    async def age_proofs(self) -> None:
        """As if every second factor was given 31 minutes earlier, too long ago for a sensitive act."""
        earlier = "UPDATE sessions SET proven_at = proven_at - interval '31 minutes'"
        await behind(self.running.dsn, self.code, earlier)

    @asynccontextmanager
    async def seat(
        self, role: Role | None = None, *, scripts: bool = True, width: int = 1366, locale: str = "zh-CN"
    ) -> AsyncIterator[Seat]:
        """A separate browser context; logged in if a role is given."""
        context = await self.browser.new_context(
            base_url=self.address,
            java_script_enabled=scripts,
            locale=locale,
            viewport={"width": width, "height": 768},
        )
        seat = Seat(self, context, await context.new_page())
        if role is not None:
            await seat.login(role)
        try:
            yield seat
        finally:
            await context.close()


class Seat:
    """complaints: unexpected warnings and errors of the browser. hosts: all hosts that were requested."""

    def __init__(self, office: Office, context: BrowserContext, page: Page) -> None:
        self.office, self.context, self.page = office, context, page
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.document: Response | None = None
        """The response of the page."""
        self.watch(page)

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("response", self._on_response)

    def _on_response(self, response: Response) -> None:
        if response.request.resource_type == "document" and response.status // 100 != 3:
            self.document = response

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser reports the status of a refusal itself; that is no fault of the page.
        refusing = re.search(r"status of 4\d\d", message.text)
        if message.type in ("error", "warning") and not refusing:
            self.complaints.append(f"{message.text} {message.location['url']}")

    async def login(self, role: Role, password: str = PASSWORD) -> None:
        await self.page.goto("/login")
        await self.sign(role, password)

    async def sign(self, role: Role, password: str = PASSWORD) -> None:
        await self.page.get_by_label("机关代码").fill(self.office.code)
        await self.page.get_by_label("账号").fill(OFFICERS[role])
        await self.page.get_by_label("口令").fill(password)
        await self.press("登录")

    async def press(self, name: str) -> None:
        button = self.page.locator("main").get_by_role("button", name=name, exact=True)
        if name != "确认登记":
            await button.click()
            await self.page.wait_for_load_state()
            return
        async with self.page.expect_navigation():  # started by the page's own script, if it has one
            await button.click()

    async def fill(self, **fields: str) -> None:
        """Text fields of the form, by name; `applicant__name` is `applicant.name`."""
        for name, value in fields.items():
            await self.page.locator(f'[id="f-{name.replace("__", ".")}"]').fill(value)

    async def choose(self, **fields: str) -> None:
        """Radio buttons and selects by their labels."""
        for name, words in fields.items():
            inner = name.replace("__", ".")
            select = self.page.locator(f'select[id="f-{inner}"]')
            await self.page.locator(f'[id="f-{inner}"]').wait_for(
                state="attached"
            )  # otherwise the click has no effect
            if await select.count():
                await select.select_option(label=words)
            else:
                group = self.page.locator(f'fieldset[id="f-{inner}"]')
                await group.get_by_label(words, exact=True).check()

    async def says(self, text: str) -> None:
        """Whether the page contains the text, now or once the requested page is complete."""
        await expect(self.page.locator("main")).to_contain_text(text, use_inner_text=True)

    async def record(self) -> None:
        """Submit the filled form, tick the irregularities on the confirmation page, and confirm."""
        await self.press("下一步：核对")
        await self.says("核对后登记")
        for box in await self.page.locator("[name=acknowledged]").all():
            await box.check()
        await self.press("确认登记")
        assert "?done=" in self.page.url, await self.page.locator("main").inner_text()


@asynccontextmanager
async def office_in_a_browser(
    server: DatabaseServer, template: str, data: Path, *options: str, prelude: str = "", **environment: str
) -> AsyncIterator[Office]:
    """options, prelude, environment: of `serving`."""
    async with (
        chromium.launched(data) as browser,
        another_database(server, template) as database,
        serving(
            server.runtime(database), server.behind(database), data, *options, prelude=prelude, **environment
        ) as served,
    ):
        register = await Register.open(server.runtime(database), data / "keys")
        application: Any = SimpleNamespace(litestar=SimpleNamespace(state=SimpleNamespace(register=register)))
        running, code = Running(application, server.behind(database)), _fresh_code()
        try:
            await office_of(running, code)
            yield Office(str(served.client.base_url).rstrip("/"), running, code, browser)
        finally:
            await register.close()
