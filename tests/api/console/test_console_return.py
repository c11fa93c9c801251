"""A return to the superior in a real browser, from both sides, and two moments of a table side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.register.recording.decoding import convert
from api.today import today
from domain.entry import Event
from tests.adapters.recordings import body_of
from tests.api.conftest import _fresh_code
from tests.api.console.browser import Office, office_in_a_browser
from tests.api.officers import OFFICERS, office_of
from tests.builders import answered, received
from tests.conftest import DatabaseServer


@pytest.fixture
async def office(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with office_in_a_browser(server, template, tmp_path_factory.mktemp("return")) as found:
        yield found


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_return_is_requested_prepared_sent_back_and_accepted(office: Office, scripts: bool) -> None:
    """By the superior's handler, the unit's statistician and its approver; each finds it among their duties."""
    unit = office._replace(code=_fresh_code())
    await office_of(office.running, unit.code, superior=office.code)
    on = today()
    async with (
        office.seat("handler", scripts=scripts) as asks,
        unit.seat("statistician", scripts=scripts) as prepares,
        unit.seat("approver", scripts=scripts) as hands_in,
    ):
        await asks.page.goto("/district/matters")
        await asks.page.get_by_text("要求各单位报送").click()
        await asks.fill(
            name="上季数字", first_on=str(on - timedelta(90)), last_on=str(on - timedelta(1)),
            respond_by=str(on + timedelta(7)),
        )  # fmt: skip
        await asks.press("要求报送")
        await asks.says("已登记")

        async def to_superior(*shown: str) -> None:
            for seat in (prepares, hands_in):
                await seat.page.goto("/")
                await seat.page.get_by_role("link", name="上季数字").click()
                await seat.page.locator("main table a", has_text="上季数字").first.click()
                for press in ("下一步：核对", "确认登记"):
                    assert await seat.page.locator("table.statutory").count() == 2
                    for each in shown:
                        await seat.says(each)
                    await seat.press(press)

        await to_superior()
        await asks.page.goto("/district/matters")
        await asks.page.get_by_role("link", name="退回报送").click()
        await asks.fill(reason="请核对结转")
        await asks.record()
        await prepares.page.goto("/district/matters")
        await prepares.says("请核对结转")
        line = {"id": "late", "event": body_of(received(str(on - timedelta(1))))}
        await office.register.record_all(
            unit.code, [convert(line)], actor=OFFICERS["handler"], acknowledge_all=True
        )
        await to_superior("退回：请核对结转", "一、本年新收政府信息公开申请数量（自然人）原为0，现为1")
        await prepares.page.goto("/district/matters/return_prepared")  # nothing remains to be prepared
        assert await prepares.page.locator("table.statutory").count() == 0
        await asks.page.goto("/district/matters")
        await asks.page.get_by_role("link", name="接收报送").click()
        await asks.record()
        await asks.page.goto("/district/matters")
        await asks.says("已办完")
        for seat in (asks, prepares, hands_in):
            assert seat.complaints == []


async def test_two_moments_of_a_table_are_compared(office: Office) -> None:
    """A position of the log and now; each changed cell lists its requests and the entries that changed it."""

    async def record(name: str, event: Event, reference: str | None = None) -> str:
        line = {"id": name, "event": body_of(event), **({"reference": reference} if reference else {})}
        (reply,) = await office.register.record_all(
            office.code, [convert(line)], actor=OFFICERS["handler"], acknowledge_all=True
        )
        return str(reply.reference)

    reference = await record("r", received("2020-03-02"))
    before = await office.register.position(office.code)
    await record("a", answered("2020-03-20"), reference)
    async with office.seat("statistician") as seat:
        await seat.page.goto("/tables?year=2020")
        await seat.page.get_by_role("link", name="两个时刻相比").click()
        await seat.page.get_by_label("前一时刻").fill(str(before))
        await seat.page.locator("main form button").first.click()
        await seat.says("2020年度年报表格：两个时刻相比")  # the year stays
        moved = seat.page.get_by_role("row").filter(has_text="予以公开（自然人）")
        assert [each.strip() for each in await moved.locator("td").all_inner_texts()] == [
            "0",
            "1",
            "",
            reference,
        ]
        await seat.says("由这些登记引起")
        await seat.says("答复")
        assert seat.complaints == []
