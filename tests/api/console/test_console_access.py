"""Every page in each state: WCAG 2.1 AA by axe-core, valid HTML, no other hosts; and use by keyboard alone."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import html5lib
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

from adapters.register.recording.decoding import convert
from api.today import today
from tests.adapters.recordings import body_of
from tests.api.console.browser import WIDTHS, Office, office_in_a_browser
from tests.api.console.console_states import visited
from tests.api.officers import OFFICERS
from tests.builders import received
from tests.conftest import DatabaseServer

CODE = re.compile(rf"(?<![a-z-])({'|'.join(OFFICERS.values())})(?!某|[a-z-])")
"""Codes of officers, where the name should be shown."""
CODES_TOO = {"/people", "/people/officer_appointed", "/me", "/help/commands"}
"""Pages that show who has which account."""

_CUT_OFF = """[...document.querySelectorAll('.scroll:has(> table.stack)')]
.filter(each => each.scrollWidth > each.clientWidth).map(each => each.getAttribute('aria-label'))"""
_SQUEEZED = """[...document.querySelectorAll('table.stack tbody a')]
.filter(each => each.getClientRects().length > 3).map(each => each.textContent)"""
"""Scripts: a table with a column outside the window; a short link broken over more than three lines."""

# Only the first element of each: transferring axe's whole result takes longer than the check.
_VIOLATIONS = """async rules =>
(await axe.run(rules)).violations.map(each => [each.id, each.nodes[0].html])"""
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
async def office(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with office_in_a_browser(server, template, tmp_path_factory.mktemp("console")) as found:
        yield found


async def test_every_page_is_accessible(office: Office) -> None:
    """No violation, no browser warning, no other host, no parser error, nothing wider than the window.

    SCREENSHOTS: a folder for a picture of each page (`make screenshots`).
    """
    wrong: list[str] = []
    async for state, width, seat in visited(office, WIDTHS):
        where = f"{state.name}@{width}"
        if width == WIDTHS[0]:
            cut = await seat.page.evaluate(_CUT_OFF)
            wrong += [f"{where}: {each} is wider than its place" for each in cut]
            await seat.page.evaluate(AXE_SCRIPT)
            violations = await seat.page.evaluate(_VIOLATIONS, RULES)
            wrong += [f"{where}: {rule} {html[:200]}" for rule, html in violations]
            parser = html5lib.HTMLParser()
            assert seat.document is not None
            parser.parse(await seat.document.text())
            wrong += [f"{where}: {code} {data}" for _, code, data in parser.errors]
        else:
            if await seat.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wrong.append(f"{where}: wider than the window")
            squeezed = await seat.page.evaluate(_SQUEEZED)
            wrong += [f"{where}: {each} is squeezed" for each in squeezed]
        if folder := os.environ.get("SCREENSHOTS"):
            await seat.page.screenshot(path=Path(folder) / f"{state.name}-{width}.png", full_page=True)
        assert seat.document is not None
        if seat.document.status != state.status:
            wrong.append(f"{where}: {seat.document.status}")
        wrong += [f"{where}: {each}" for each in seat.complaints]
        if state.path not in CODES_TOO:
            text = await seat.page.locator("body").inner_text()
            for note in await seat.page.locator("[aria-labelledby=note] pre").all_inner_texts():
                text = text.replace(note, "")  # of a checkpoint: the letters of a signature are random
            wrong += [f"{where}: code of {each[0]}" for each in CODE.finditer(text)]
        seat.complaints.clear()
        assert len(seat.hosts) == 1
    assert not wrong, "\n".join(wrong)


async def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(selector)


async def record_by_keyboard(page: Page, version: int) -> None:
    """From a filled form by its preview to the recorded entry."""
    await tab_to(page, "button.main")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/preview")
    await tab_to(page, "form.confirm button.main")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**?done={version}")


async def test_a_request_is_received_by_keyboard_alone(office: Office) -> None:
    async with office.seat("handler") as seat:
        page = seat.page
        await page.goto("/")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await tab_to(page, "a[href='/requests/new']")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/requests/new")
        for selector, keys in (
            ("[name=channel]", "Space"), ("[name=receipt_basis]", "Space"), ("[name=applicant_kind]", "Space"),
        ):  # fmt: skip
            await tab_to(page, selector)
            await page.keyboard.press(keys)
        await tab_to(page, "[name='applicant.name']")
        await page.keyboard.type("李四")
        await tab_to(page, "[name=description]")
        await page.keyboard.type("有关规划")
        await tab_to(page, "[name=delivery]")
        await page.keyboard.press("Space")
        await record_by_keyboard(page, 1)


async def test_a_focused_field_is_completely_visible(office: Office) -> None:
    """In a small window, at 125 %: each focused field of the receipt is inside the window, a long text too."""
    async with office.seat("handler") as seat:
        await seat.page.set_viewport_size({"width": 1093, "height": 614})
        await seat.page.goto("/requests/new")
        hidden = []
        for _ in range(40):
            await seat.page.keyboard.press("Tab")
            name, top, bottom = await seat.page.evaluate(
                """() => {
                  const at = document.activeElement, box = at.getBoundingClientRect();
                  return [at.getAttribute("name"), box.top, box.bottom - innerHeight];
                }"""
            )
            if name is not None and (top < 0 or bottom > 0):
                hidden.append((name, top, bottom))
        assert hidden == []


async def test_an_answer_is_drafted_by_keyboard_alone(office: Office) -> None:
    line = {"id": "by-keyboard", "event": body_of(received(today()))}
    reply = await office.register.record(office.code, convert(line), actor=OFFICERS["handler"])
    async with office.seat("handler") as seat:
        page = seat.page
        await page.goto(f"/requests/{reply.reference}")
        await tab_to(page, f"a[href='/requests/{reply.reference}/answer_drafted']")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/answer_drafted")
        await tab_to(page, "[name=outcome]")
        await page.keyboard.press("ArrowDown")
        await tab_to(page, "[name=text]")
        await page.keyboard.type("答复书正文")
        await record_by_keyboard(page, 2)


async def test_the_first_page_is_small(office: Office) -> None:
    """At most 60 KB in total."""
    async with office.seat("handler") as seat:
        sizes: list[int] = []
        seat.page.on("response", lambda each: sizes.append(int(each.headers.get("content-length", "0"))))
        await seat.page.goto("/")
        assert 0 < sum(sizes) <= 60_000
