"""The page on which integrators try the calls, in a browser: it loads nothing from other hosts, and it works."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import ConsoleMessage, Locator, Page, Request, expect

from tests import chromium
from tests.adapters.recordings import CLEAR, body_of
from tests.api.conftest import Served
from tests.builders import received


class Browsed:
    """The page with its requests and the browser's warnings and errors."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))

    def _on_request(self, request: Request) -> None:
        self.requests.append(request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {message.location['url']}")


@pytest.fixture
async def browsed(served: Served, tmp_path: Path) -> AsyncIterator[Browsed]:
    async with chromium.launched(tmp_path) as browser:
        page = await browser.new_page(bypass_csp=False)
        # A policy violation is an event of the document: stored where the test can read it.
        await page.add_init_script(
            "window.violations = [];"
            "document.addEventListener('securitypolicyviolation', (e) => window.violations.push(e.blockedURI));"
        )
        yield Browsed(page)


def operation(page: Page, method: str, path: str) -> Locator:
    """The element of one operation."""
    exact = re.compile(rf"^{re.escape(path)}$")
    summary = page.locator(f".opblock-{method}").filter(
        has=page.locator(".opblock-summary-path", has_text=exact)
    )
    return summary.first


async def opened(page: Page, method: str, path: str) -> Locator:
    """The same, unfolded and ready for input."""
    block = operation(page, method, path)
    await block.locator(".opblock-summary-control").click()
    await block.get_by_role("button", name="Try it out").click()
    return block


async def answer(block: Locator, status: str) -> Any:
    """The body of the live reply, once there is one with this status."""
    live = block.locator(".live-responses-table .response")
    await expect(live.locator(".response-col_status")).to_contain_text(status)
    shown = await live.locator(".response-col_description").inner_text()
    body = re.search(r"[\[{].*[\]}]", shown, re.DOTALL)
    assert body, shown
    return json.loads(body[0])


async def test_an_integrator_tries_the_calls_on_the_page(served: Served, browsed: Browsed) -> None:
    """It loads from this host only, lists every call, accepts the token, and shows the replies of a GET and a POST."""
    page = browsed.page
    address = str(served.client.base_url).rstrip("/")

    await page.goto(f"{address}/api", wait_until="networkidle")
    await expect(page.locator(".opblock").first).to_be_visible()

    described = (await served.json("/api/v1/openapi.json"))["paths"]
    assert await page.locator(".opblock").count() == sum(map(len, described.values()))
    assert await page.title() == "台账接口"
    assert {
        urlsplit(request.url).netloc for request in browsed.requests if not request.url.startswith("data:")
    } == {urlsplit(address).netloc}
    assert browsed.complaints == []
    assert await page.evaluate("window.violations") == []

    # Without the token a call is refused, and the page shows the problem.
    block = await opened(page, "get", "/api/v1/authorities")
    await block.get_by_role("button", name="Execute").click()
    assert (await answer(block, "401"))["code"] == "unauthorized"
    browsed.complaints.clear()  # the browser's own message about a 401

    await page.locator(".auth-wrapper .authorize").first.click()
    form = token_form(page)
    await form.locator("input").fill(served.client.headers["authorization"].removeprefix("Bearer "))
    await form.locator("button.authorize").click()
    await page.locator(".modal-ux button.btn-done").first.click()

    await block.get_by_role("button", name="Execute").click()
    assert served.code in [each["code"] for each in await answer(block, "200")]

    # A receipt: the page generates the key unless one is typed.
    block = await opened(page, "post", "/api/v1/authorities/{code}/requests")
    await parameter(block, "code").fill(served.code)
    await parameter(block, "Idempotency-Key").fill("from-the-page")
    await block.locator("textarea.body-param__text").fill(
        json.dumps(body_of(received("2020-03-02")), ensure_ascii=False)
    )
    await block.get_by_role("button", name="Execute").click()
    reply = await answer(block, "201")
    assert (reply["id"], reply["reference"], reply["version"]) == ("from-the-page", "2020-0001", 1)
    await parameter(block, "Idempotency-Key").fill("")
    await block.get_by_role("button", name="Execute").click()
    await expect(block.locator(".live-responses-table")).to_contain_text("2020-0002")
    assert re.fullmatch("[0-9a-f-]{36}", (await answer(block, "201"))["id"])
    sealed = await served.json("requests/2020-0001/sealed")
    assert sealed[0]["value"] == CLEAR["applicant"]

    block = await opened(page, "get", "/api/v1/authorities/{code}/requests/{reference}")
    await parameter(block, "code").fill(served.code)
    await parameter(block, "reference").fill("2020-0001")
    await block.get_by_role("button", name="Execute").click()
    found = await answer(block, "200")
    assert (found["stage"], found["term"]["due_on"]) == ("in_hand", "2020-03-30")

    assert browsed.complaints == []
    assert await page.evaluate("window.violations") == []
    assert {
        urlsplit(request.url).netloc for request in browsed.requests if not request.url.startswith("data:")
    } == {urlsplit(address).netloc}
    assert [each for each in served.log if each["level"] == "error" or each.get("status", 0) >= 500] == []


def token_form(page: Page) -> Locator:
    """The form of the machine's token, among the security schemes."""
    return page.locator(".modal-ux form").filter(has_text="数据目录")


def parameter(block: Locator, name: str) -> Locator:
    return block.locator(f'tr[data-param-name="{name}"] input').first


async def test_the_page_stores_nothing_in_the_browser(served: Served, browsed: Browsed) -> None:
    """The token is gone when the page is left; no cookie and no storage has it."""
    page = browsed.page
    await page.goto(f"{served.client.base_url}/api".replace("//api", "/api"), wait_until="networkidle")
    await page.locator(".auth-wrapper .authorize").first.click()
    token = served.client.headers["authorization"].removeprefix("Bearer ")
    await token_form(page).locator("input").fill(token)
    await token_form(page).locator("button.authorize").click()
    kept = await page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
    assert token not in kept
    assert await page.context.cookies() == []
