"""A newcomer does the year's tasks in the console, from the first page on, following only its texts.

No address is typed. Clicks are counted: a task that needs more clicks than before fails.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Locator

from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.demo import console, report, year
from api.today import today
from tests.api.console.browser import Office, Seat, office_in_a_browser
from tests.conftest import DatabaseServer

LAST_STEPS = frozenset({"report_compiled", "report_submitted", "report_approved", "report_published"})


class Newcomer(Seat):
    """clicks: on links and buttons since the task began; filling in and ticking are not counted."""

    clicks = 0

    async def come_in(self, officer: str, password: str) -> None:
        await self.page.goto("/")
        await self.page.get_by_label("机关代码").fill(year.AUTHORITY)
        await self.page.get_by_label("账号").fill(officer)
        await self.page.get_by_label("口令").fill(password)
        await self.press("登录")
        self.clicks = 0

    async def click(self, words: str | Locator) -> None:
        found = words if isinstance(words, Locator) else self.page.get_by_role("link", name=words, exact=True)
        await found.first.click()
        self.clicks += 1

    async def go(self, button: str) -> None:
        await self.press(button)
        self.clicks += 1

    async def checked_and_recorded(self) -> None:
        await self.go("下一步：核对")
        for box in await self.page.locator("[name=acknowledged]").all():
            await box.check()
        await self.go("确认登记")
        assert "?done=" in self.page.url, await self.page.locator("main").inner_text()

    def took(self, most: int) -> None:
        assert self.clicks <= most, self.clicks
        self.clicks = 0


class Demonstration:
    """The demonstration's office before its report is published, and its officers."""

    def __init__(self, office: Office, password: str) -> None:
        self.office, self.password = office, password

    @asynccontextmanager
    async def officer(self, name: str) -> AsyncIterator[Newcomer]:
        async with self.office.seat() as seat:
            newcomer = Newcomer(self.office, seat.context, seat.page)
            await newcomer.come_in(name, self.password)
            yield newcomer


@pytest.fixture(scope="module")
async def demonstration(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Demonstration]:
    data = tmp_path_factory.mktemp("newcomer")
    async with office_in_a_browser(server, template, data) as office:
        await _record(office.register, data)
        yield Demonstration(office, (data / "demo-password").read_text().strip())


async def _record(register: Register, data: Path) -> None:
    figures = year.seed()
    lines = [year.registration(figures, year.AUTHORITY), *year.recordings(figures)[0]]
    recordings = [convert(msgspec.to_builtins(line)) for line in lines]
    await register.record_all(year.AUTHORITY, recordings, actor=year.ACTOR)
    for actor, line in report.lines():
        one = msgspec.to_builtins(line)
        if one["event"]["type"] not in LAST_STEPS:
            await register.record(year.AUTHORITY, convert(one), actor=actor)
    await console.appoint(register, data)


async def test_a_request_is_received_extended_answered_and_corrected(demonstration: Demonstration) -> None:
    async with demonstration.officer("li") as handler, demonstration.officer("zhao") as head:
        await handler.click("登记新收的申请")
        await handler.fill(applicant__name="张三", description="2019年部门预算")
        await handler.choose(
            channel="邮寄", receipt_basis="签收之日", applicant_kind="自然人", delivery="纸质"
        )
        await handler.go("下一步：核对")
        await handler.go("2019年部门预算")  # suggested as the subject, from the description
        await handler.go("确认登记")
        handler.took(4)
        await handler.says("2019年部门预算")
        reference = await handler.page.locator("h1.reference").inner_text()
        due = await handler.page.locator("dl.key time").first.inner_text()

        await handler.click("提出延期")
        await handler.fill(workdays="20", reason="需要汇总多年数据")
        await handler.checked_and_recorded()
        await head.click("审批")
        await head.click(head.page.get_by_role("row", name=reference).get_by_role("link", name="批准"))
        await head.choose(passed="通过")
        await head.checked_and_recorded()
        head.took(4)
        await handler.click("待办")
        await handler.click(handler.page.get_by_role("link", name=re.compile("待发出")))
        await handler.click(
            handler.page.get_by_role("row", name=reference).get_by_role("link", name="延长答复期限")
        )
        await handler.checked_and_recorded()
        handler.took(8)
        assert await handler.page.locator("dl.key time").first.inner_text() != due

        await handler.click("起草答复")
        await handler.choose(outcome="予以公开")
        await handler.fill(text="答复书正文", document_no="花府办公开〔2026〕1号")
        await handler.checked_and_recorded()
        await head.click("审批")
        await head.click(head.page.get_by_role("row", name=reference).get_by_role("link", name="批准"))
        await head.choose(passed="通过")
        await head.checked_and_recorded()
        await handler.page.goto(handler.page.url)
        await handler.click("答复")
        await handler.checked_and_recorded()
        await handler.click("送达")
        await handler.checked_and_recorded()
        handler.took(9)
        await handler.says("已办结")

        await handler.click("更正")
        await handler.click(handler.page.get_by_role("row", name="申请人类别").get_by_role("link"))
        await handler.choose(applicant_kind="商业企业")
        await handler.fill(amend__reason="核对证照")
        await handler.checked_and_recorded()
        handler.took(4)
        assert [handler.complaints, head.complaints] == [[], []]


async def test_why_a_request_was_due_on_a_day(demonstration: Demonstration) -> None:
    async with demonstration.officer("li") as seat:
        await seat.page.get_by_label("查找申请").fill("2020-0005")
        await seat.click(seat.page.get_by_role("button", name="查找", exact=True))
        await seat.says("期限为何是这一天")
        await seat.says("2020-03-02")
        await seat.click(seat.page.get_by_text("逐日推算"))
        await seat.says("2020-01-27公布的2020年放假安排")  # the notice that moved the days
        seat.took(2)


async def test_the_requests_behind_a_number(demonstration: Demonstration) -> None:
    async with demonstration.officer("sun") as seat:
        await seat.click("统计")
        await seat.page.get_by_label("年度", exact=True).select_option("2020")
        await seat.go("查看")
        await seat.click("44")
        seat.took(3)
        await seat.says("共 44 件")
        references = seat.page.locator("tbody .reference")
        assert await references.count() == 44


async def test_a_year_is_published(demonstration: Demonstration) -> None:
    async with demonstration.officer("sun") as writer, demonstration.officer("zhao") as head:
        await writer.click("年度报告")
        await writer.click(writer.page.get_by_role("link", name=re.compile("2020")))
        for seat, title in (
            (writer, "编制年度报告"),
            (writer, "送审年度报告"),
            (head, "批准年度报告"),
            (writer, "公布年度报告"),
        ):
            if seat is head:
                await head.click("年度报告")
                await head.click(head.page.get_by_role("link", name=re.compile("2020")))
            else:
                await writer.page.goto(writer.page.url)
            await seat.click(title)
            await seat.checked_and_recorded()
        await writer.says("第1版")
        writer.took(11)
        head.took(5)
    assert today().year > 2020
