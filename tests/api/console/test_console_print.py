"""Printed pages, as Chromium makes them: the ledger, a case sheet, the tables; and narrow or enlarged windows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pypdfium2
import pytest

from adapters.register.recording.decoding import convert
from api.today import today
from tests.adapters.recordings import body_of
from tests.api.console.browser import Office, Seat, office_in_a_browser
from tests.api.officers import OFFICERS
from tests.builders import received
from tests.conftest import DatabaseServer

REQUESTS = 70
OF_THE_SCREEN = ("退出", "查找", "下载CSV", "确认", "现在可以办理", "更正")
"""Labels of buttons and links, which are not printed."""


@pytest.fixture(scope="module")
async def office(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with office_in_a_browser(server, template, tmp_path_factory.mktemp("console")) as found:
        lines = [
            convert({"id": f"printed-{nth}", "event": body_of(received(today().isoformat()))})
            for nth in range(REQUESTS)
        ]
        await found.register.record_all(found.code, lines, actor=OFFICERS["handler"])
        yield found


async def on_paper(seat: Seat, path: str) -> list[tuple[str, bool]]:
    """Text of each page, and whether it is landscape."""
    await seat.page.goto(path)
    document = pypdfium2.PdfDocument(await seat.page.pdf(prefer_css_page_size=True))
    pages = []
    for page in document:
        width, height = page.get_size()
        pages.append((re.sub(r"\s+", "", page.get_textpage().get_text_range()), width > height))
    return pages


async def test_the_ledger_is_printed_whole_with_its_headings_on_every_page(office: Office) -> None:
    async with office.seat("handler") as seat:
        pages = await on_paper(seat, "/requests/print?column=登记号&column=阶段&column=收到日期")
        year = today().year
        assert len(pages) > 1
        for text, across in pages:
            assert across
            assert "登记号阶段收到日期" in text
        whole = "".join(text for text, _ in pages)
        for number in range(1, REQUESTS + 1):
            assert f"{year}-{number:04d}" in whole
        assert "申请人类别" not in whole
        assert not [each for each in OF_THE_SCREEN if each in whole]
        assert "zhang某打印" in whole


async def test_a_case_sheet_is_printed_without_controls(office: Office) -> None:
    async with office.seat("handler") as seat:
        pages = await on_paper(seat, f"/requests/{today().year}-0001")
        whole = "".join(text for text, _ in pages)
        assert "期限为何是这一天" in whole
        assert "登记的经过" in whole
        assert not any(across for _, across in pages)
        assert not [each for each in OF_THE_SCREEN if each in whole]


async def test_the_tables_are_printed(office: Office) -> None:
    async with office.seat("handler") as seat:
        pages = await on_paper(seat, f"/tables?year={today().year}")
        whole = "".join(text for text, _ in pages)
        assert "本年新收政府信息公开申请数量" in whole
        assert str(REQUESTS) in whole
        assert all(across for _, across in pages)
        assert "年报表格" in pages[0][0]
        assert "四、结转下年度继续办理" in pages[0][0]  # the whole table on the sheet with its heading


async def test_the_tables_show_their_figures_on_a_phone(office: Office) -> None:
    """Beside the labels, without scrolling the table first."""
    async with office.seat("handler") as seat:
        await seat.page.set_viewport_size({"width": 390, "height": 844})
        await seat.page.goto(f"/tables?year={today().year}")
        for nth in (0, -1):  # of natural persons, and the total
            box = (
                await seat.page.locator(".statutory")
                .first.locator("tbody tr:first-child td")
                .nth(nth)
                .bounding_box()
            )
            assert box is not None
            assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("width", [320, 683], ids=["320 pixels", "1366 pixels at 200 per cent"])
async def test_no_page_is_wider_than_a_narrow_or_enlarged_window(office: Office, width: int) -> None:
    reference = f"{today().year}-0001"
    async with office.seat("handler", width=width) as seat:
        for path in (
            "/", "/requests", f"/requests/{reference}", f"/requests/{reference}/answer_drafted", "/requests/new", "/me",
            f"/requests/{reference}/amend/1", "/requests/print", f"/tables?year={today().year}", "/check",
            f"/compliance?year={today().year}",
        ):  # fmt: skip
            await seat.page.goto(path)
            assert await seat.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


async def test_focus_and_current_page_are_visible_in_forced_colours(office: Office) -> None:
    async with office.seat("handler") as seat:
        await seat.page.emulate_media(forced_colors="active")
        await seat.page.goto("/requests")
        here = seat.page.locator("nav.ways a[aria-current]")
        other = seat.page.locator("nav.ways a:not([aria-current])").first
        border = "each => getComputedStyle(each).borderBottomColor"
        assert await here.evaluate(border) != await other.evaluate(border)
        await seat.page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert await seat.page.evaluate(outline) != "none"
