"""暂定: a term that extends into a year without a holiday notice is marked in the same words everywhere, and never overdue."""

from __future__ import annotations

import json
from datetime import date

from adapters.register.register import Register
from api.console.standing import of_row
from domain.authority.events import HolidayNoticeRecorded
from domain.law.calendar import national_calendar
from projections.listing import Filter, Order
from tests.adapters.recordings import CODE, line, opened
from tests.api.conftest import Taizhang
from tests.api.test_amending import RECEIVED
from tests.builders import extended, received

R = received("2026-11-27")
LONGER = extended("2026-11-27", 20)
DUE, AFTER = date(2027, 1, 25), date(2027, 3, 1)
"""40 working days from 2026-11-27, with only the statutory days off of 2027; and a day long after."""


async def standing_of(register: Register) -> tuple[int, int]:
    async with register.view(CODE) as view:
        return await view.standing(AFTER)


async def test_a_provisional_term_is_open_and_not_overdue(register: Register) -> None:
    """In metrics, pages of units and lists, and as a mark; until the notice is entered."""
    assert 2027 not in national_calendar().covered, (
        "a notice for 2027 is held: take the next year without one"
    )
    await opened(register)
    await register.record(CODE, line("r", R), actor="tests")
    await register.record(CODE, line("x", LONGER, "2026-0001"), actor="tests")
    await register.record(CODE, line("s", received("2026-10-08")), actor="tests")  # due in 2026
    assert await standing_of(register) == (2, 1)

    async with register.view(CODE) as view:
        (row, settled) = [each async for each in view.listed(Filter())]
        overdue = [each.reference async for each in view.listed(Filter(overdue_on=AFTER))]
        page, count = await view.page(Filter(overdue_on=AFTER), Order(), limit=9, offset=0)
        calendar = view.law.calendar
    assert row.due_on == DUE
    assert (overdue, [each.reference for each in page], count) == (["2026-0002"], ["2026-0002"], 1)
    assert of_row(row, AFTER, calendar).words.startswith("暂定，已过")
    assert of_row(settled, AFTER, calendar).words.startswith("逾期")

    notice = HolidayNoticeRecorded(
        date(2026, 11, 27), "国办发明电〔2026〕9号", date(2026, 11, 27), (date(2027, 1, 1),)
    )
    await register.record(CODE, line("n", notice), actor="tests")
    assert await standing_of(register) == (2, 2)


def test_every_command_uses_the_same_words(office: Taizhang) -> None:
    """After recording, in deadline, in the work list beside requests due soon, in the list."""
    body = {**RECEIVED, "on": "2026-11-27"}
    extension = (
        "extended",
        "--on",
        "2026-11-27",
        "--workdays",
        "20",
        "--approved-by",
        "负责人",
        "--notified-on",
        "2026-11-27",
    )
    assert office("record", "-", stdin=json.dumps({"id": "r", "event": body})).code == 0
    recorded = office("event", "2026-0001", *extension, "--json", "-", stdin='{"reason": "查找"}')
    words = "2027-01-25（暂定"
    assert words in recorded.out
    assert words in office("deadline", "2026-0001").out
    soon = office("work-list", "--on", "2027-01-22", "--within", "5").out
    assert ("期限将至" in soon, "期限暂定" in soon, "放假安排尚未公布" in soon) == (True, True, True)
    late = office("work-list", "--on", "2027-03-01").out
    assert ("逾期" in late, "期限暂定" in late) == (False, True)
    assert office("list", "--overdue-on", "2027-03-01", "--json").json() == []
