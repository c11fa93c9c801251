"""A published annual report whose figures have changed, in a real browser: listed among the duties, explained, corrected."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from api.today import today
from tests.adapters.recordings import body_of
from tests.api.console.browser import Office, office_in_a_browser
from tests.builders import received
from tests.conftest import DatabaseServer

YEAR = today().year - 1


@pytest.fixture
async def office(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with office_in_a_browser(server, template, tmp_path_factory.mktemp("corrected")) as found:
        yield found


async def published(office: Office) -> None:
    await office.report(YEAR, "statistician", "report_submitted")
    await office.report(YEAR, "approver", "report_approved")
    await office.report(YEAR, "statistician", "report_published")


async def request_of_last_year(office: Office) -> str:
    line = {"id": uuid4().hex, "event": body_of(received(f"{YEAR}-12-20"))}
    return str((await office.record(line, "handler")).reference)


async def test_a_late_recording_requires_a_corrected_report(office: Office) -> None:
    """The statistician is led to the changed cells, their cause, and the corrected edition."""
    await office.report(YEAR, "statistician", "report_compiled")
    await published(office)
    async with office.seat("statistician") as seat, office.seat("handler") as handler:

        async def is_a_duty() -> bool:
            await seat.page.goto("/")
            return bool(await seat.page.get_by_text("已公布的数据有变，需更正").count())

        assert not await is_a_duty()
        reference = await request_of_last_year(office)
        assert await is_a_duty()
        await handler.page.goto("/")  # she may not correct it
        assert await handler.page.get_by_text("已公布的数据有变，需更正").count() == 0
        await seat.page.goto("/reports")
        await seat.says("已公布的数据有变，需更正")
        await seat.page.goto("/")
        await seat.page.get_by_role("link", name=f"{YEAR}年度报告").click()
        changed = seat.page.get_by_role("region", name="变动的各格").get_by_role("row")
        assert [each.strip() for each in await changed.nth(1).locator("th,td").all_inner_texts()][:5] == [
            "申请", "一、本年新收政府信息公开申请数量", "自然人", "0", "1",
        ]  # fmt: skip
        assert reference in await changed.nth(1).inner_text()
        await seat.page.get_by_role("link", name="重新编报", exact=True).click()
        await seat.fill(reason="补登一件申请")
        await seat.record()
        assert not await is_a_duty()
        await seat.says("重新编报，编制中")
        await published(office)
        await seat.page.goto("/")
        assert await seat.page.get_by_role("link", name=f"{YEAR}年度报告").count() == 0
        await seat.page.goto(f"/reports/{YEAR}")
        assert await seat.page.get_by_role("region", name="与公布时不同的数据").count() == 0
        assert seat.complaints == []


async def test_a_report_from_before_the_register_is_not_to_be_corrected(office: Office) -> None:
    """It never had the figures of the register, so neither the list of reports nor its page shows it as changed."""
    async with office.register.reports(office.code) as reports:
        content = (await reports.report(YEAR)).content
    await office.report(
        YEAR,
        "statistician",
        "report_entered",
        on=(today() - timedelta(days=1)).isoformat(),
        source="门户网站",
        tables={
            "format": content.format,
            "columns": list(content.columns),
            "requests_table": {**content.requests_table, "new": [5 for _ in content.columns]},
            "appeals_table": content.appeals_table,
            "proactive_table": content.proactive_table,
            "digest": "0" * 64,
        },
    )
    async with office.seat("statistician") as seat:
        for path in ("/reports", f"/reports/{YEAR}"):
            await seat.page.goto(path)
            await seat.says("已公布")
            assert await seat.page.get_by_text("已公布的数据有变，需更正").count() == 0
            assert await seat.page.get_by_role("region", name="与公布时不同的数据").count() == 0
        assert seat.complaints == []
