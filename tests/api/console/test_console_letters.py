"""Letters on pages: shown beside the draft as printed, downloaded for a purpose, filed, and listed in the case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from adapters.register.recording.decoding import convert
from api.today import today
from tests.api.conftest import Running
from tests.api.officers import ADMINISTRATOR, OFFICERS, Caller, office_of, register_of
from tests.api.test_letters import DETAILS, RECEIVED, SHORT, WHOLE, drafted, text_of

SERIES: dict[str, Any] = {
    "type": "number_series_set", "on": "2020-01-02", "series": "答复", "letters": ["answer"], "in_force_from": "2020-01-02",
    "prefix": "公开",
}  # fmt: skip


class Office(NamedTuple):
    """The logged-in officers, by role."""

    callers: dict[str, Caller]
    code: str

    async def record(self, role: str, event: dict[str, Any]) -> httpx.Response:
        key = {"Idempotency-Key": uuid4().hex}
        return await self.callers[role].post("requests/2025-0001/events", event, headers=key)

    async def page(self, role: str, address: str, **data: str) -> httpx.Response:
        caller = self.callers[role]
        if data:
            return await caller.client.post(address, data={"csrf": caller.csrf, **data})
        return await caller.client.get(address)


@pytest.fixture
async def office(running: Running) -> AsyncIterator[Office]:
    code, register = f"letters-{uuid4().hex[:8]}", register_of(running)
    await office_of(running, code)
    await register.record(code, convert({"id": "d", "event": DETAILS}), actor=ADMINISTRATOR)
    await register.record(code, convert({"id": "s", "event": SERIES}), actor=ADMINISTRATOR)
    await register.record(code, convert({"id": "r", "event": RECEIVED}), actor=OFFICERS["handler"])
    callers = {}
    for role in ("handler", "reviewer", "approver", "auditor"):
        callers[role] = Caller(running, code, OFFICERS[role])  # type: ignore[index]
        assert (await callers[role].login()).status_code == 200
    yield Office(callers, code)
    for caller in callers.values():
        await caller.client.aclose()


async def test_reviewers_see_the_letter_and_its_missing_parts(office: Office) -> None:
    """Reviewer and approver see it as printed; the approval of one without a reason is refused."""
    today = {"on": "2025-03-10"}
    assert (await office.record("handler", drafted(SHORT))).status_code == 201
    for role, type_ in (("reviewer", "draft_reviewed"), ("approver", "draft_approved")):
        shown = await office.page(role, f"/requests/2025-0001/{type_}")
        assert shown.status_code == 200
        for words in (
            "政府信息公开申请答复书",
            "张三：",
            "先向某市人民政府申请行政复议",
            "法律要求而尚缺",
            "第三十六条第三项",
            "<br>2025年3月10日</p>",  # as printed, without a weekday
        ):
            assert words in shown.text, (role, words)
    stopped = await office.record(
        "approver", {"type": "draft_approved", "draft": "稿一", "passed": True, **today}
    )
    assert (stopped.status_code, stopped.json()["code"]) == (409, "letter_incomplete")
    assert "第三十六条第三项" in stopped.json()["article"]
    back = {"type": "draft_approved", "draft": "稿一", "passed": False, **today}
    assert (await office.record("approver", back)).status_code == 201
    assert (await office.record("handler", drafted(WHOLE))).status_code == 201
    assert "法律要求而尚缺" not in (await office.page("approver", "/requests/2025-0001/draft_approved")).text
    passed = {"type": "draft_approved", "draft": "稿一", "passed": True, **today}
    assert (await office.record("approver", passed)).status_code == 201


async def test_a_letter_is_downloaded_for_a_purpose_and_filed(office: Office) -> None:
    case = await office.page("handler", "/requests/2025-0001")
    assert "登记回执" in case.text
    address = "/requests/2025-0001/letters/receipt/1"
    assert address in case.text
    assert "取出须写明用途" in (await office.page("handler", address)).text
    found = await office.page("handler", address, purpose="送达", **{"as": "pdf"})
    assert found.headers["content-type"] == "application/pdf"
    assert found.headers["content-disposition"].startswith("attachment")
    assert "张三" in text_of(found.content)
    word = await office.page("handler", address, purpose="送达", **{"as": "docx"})
    assert word.content[:2] == b"PK"
    before = (await office.callers["handler"].get("requests/2025-0001")).headers["log-position"]
    filed = await office.page("handler", address, purpose="送达", **{"as": "file"})
    assert filed.status_code == 303, filed.text
    assert "登记回执（第1条登记）" in (await office.page("handler", "/requests/2025-0001")).text
    then = await office.page("handler", f"/requests/2025-0001?recorded_until={before}")
    assert then.status_code == 200
    assert "登记回执（第1条登记）" not in then.text  # it did not exist yet
    assert "草稿（未入卷）" in text_of(found.content)
    as_filed = await office.page("handler", address, purpose="送达", **{"as": "pdf"})
    assert text_of(as_filed.content) == text_of(found.content).replace("草稿（未入卷）", "").replace(
        "草稿，未入卷，不得送达。", ""
    )
    assert (await office.page("handler", "/requests/2025-0001/letters/poem/1")).status_code == 404
    purposes = await office.callers["handler"].accessed("act", "purpose")
    assert purposes.count(("personal_data_read", "送达")) == 4


async def test_an_auditor_reads_and_files_nothing(office: Office) -> None:
    address = "/requests/2025-0001/letters/receipt/1"
    assert "制作并入卷" not in (await office.page("auditor", address)).text
    taken = await office.page("auditor", address, purpose="审计、检查", **{"as": "file"})
    assert taken.headers["content-type"] == "application/pdf"
    documents = await office.callers["auditor"].get("requests/2025-0001/documents")
    assert documents.json() == []


async def test_numbers_are_offered_listed_and_a_gap_is_explained(office: Office) -> None:
    """The form shows the next number and may stay empty; unused numbers are explained; a letter must have its own number."""
    form = await office.page("handler", "/requests/2025-0001/answered")
    assert f"不填的顺编，现为公开〔{today().year}〕1号" in form.text
    fields = {"outcome": "granted.provided", "legal_basis": "第三十六条第二项", "text": "附件"}
    answered = {"type": "answered", "on": "2025-03-12", **fields}
    typed = await office.record("handler", answered | {"document_no": "公开〔2025〕3号"})
    assert (typed.status_code, typed.json()["document_no"]) == (201, "公开〔2025〕3号")

    shown = (await office.page("handler", "/requests/numbers?year=2025")).text
    assert "公开〔2025〕3号" in shown
    assert "下一个：<strong>公开〔2025〕4号</strong>" in shown
    assert "1至2号" in shown
    assert "未说明" in shown
    gap = {
        "series": "答复",
        "year": "2025",
        "first_serial": "1",
        "last_serial": "2",
        "reason": "设定前所用",
        "on": "2025-03-13",
    }
    address = "/requests/numbers/number_gap_explained"
    assert (
        'value="1"'
        in (
            await office.page("handler", f"{address}?series=答复&year=2025&first_serial=1&last_serial=2")
        ).text
    )
    assert (
        "说明缺号：答复2025年1至2号，设定前所用"
        in (await office.page("handler", f"{address}/preview", **gap)).text
    )
    done = await office.page("handler", address, **gap, key=uuid4().hex)
    assert done.status_code in (200, 302, 303)
    assert "设定前所用" in (await office.page("handler", "/requests/numbers?year=2025")).text

    caller = office.callers["handler"]
    taken = await office.page(
        "handler", "/requests/2025-0001/letters/receipt/1", purpose="送达", **{"as": "file"}
    )
    assert taken.status_code in (200, 302, 303)
    letter = await office.page(
        "handler", "/requests/2025-0001/letters/receipt/1", purpose="送达", **{"as": "pdf"}
    )
    for data, words in ((letter.content, "一字节未变"), (letter.content + b"x", "不是入卷的任何一份")):
        sent = {"data": {"csrf": caller.csrf}, "files": {"file": ("a.pdf", data)}}
        assert words in (await caller.client.post("/requests/numbers", **sent)).text
