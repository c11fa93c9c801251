"""Searching over HTTP and on the search page: same results as at the command line, and every reading is logged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from adapters.register.recording.decoding import convert
from domain.request.file_events import PersonalDataRestricted
from tests.adapters.recordings import body_of
from tests.api.conftest import Running
from tests.api.officers import OFFICERS, Caller, office_of, refused, register_of
from tests.builders import day, received

PEOPLE = {"name": "李四", "contacts": "13800138000"}, {"name": "李四"}, {"name": "王五"}


@pytest.fixture
async def counter(running: Running) -> AsyncIterator[dict[str, Caller]]:
    """Three requests of two people, the second restricted; the handler and the system administrator are logged in."""
    code, register = f"finding-{uuid4().hex[:8]}", register_of(running)
    await office_of(running, code)
    for nth, person in enumerate(PEOPLE, 1):
        event = body_of(
            received("2020-03-02", subject=f"第{nth}项"), applicant=person, description="施工合同"
        )
        await register.record(code, convert({"id": f"r{nth}", "event": event}), actor=OFFICERS["handler"])
    restricted = {
        "id": "x",
        "reference": "2020-0002",
        "event": body_of(PersonalDataRestricted(day("2020-03-03"), "申诉")),
    }
    await register.record(code, convert(restricted), actor=OFFICERS["handler"])
    callers = {}
    for role in ("handler", "system_administrator"):
        callers[role] = Caller(running, code, OFFICERS[role])  # type: ignore[index]
        assert (await callers[role].login()).status_code == 200
    yield callers
    for caller in callers.values():
        await caller.client.aclose()


async def test_control_characters_are_malformed(counter: dict[str, Caller]) -> None:
    """In what is looked for or the purpose, which goes into the access log; days are those of other dates."""
    zhang = counter["handler"]
    person = {"by": "name", "text": "李四", "purpose": "核对"}
    words = {"words": "合同", "received_from": "2020-01-01", "received_to": "2020-12-31", "purpose": "核对"}
    for address, body, wrong in (
        ("find/people", person, {"text": "李\x00四"}), ("find/people", person, {"purpose": "核\x00对"}),
        ("find/words", words, {"words": "合\x00同"}), ("find/words", words, {"purpose": "核\u202e对"}),
        ("find/words", words, {"received_from": "0001-01-01"}), ("find/words", words, {"received_to": "9999-12-31"}),
    ):  # fmt: skip
        refused(await zhang.post(address, {**body, **wrong}), 400, "malformed")
    found = await zhang.accessed("act", "result", "purpose")
    read = [each[1:] for each in found if each[0] == "personal_data_read"]
    assert read == [("malformed", None)] * 6


async def test_search_by_what_is_printed_on_a_document(counter: dict[str, Caller]) -> None:
    found = await counter["handler"].get("find", params={"text": "第3项"})
    assert [row["reference"] for row in found.json()["requests"]] == ["2020-0003"]
    assert (await counter["handler"].get("find")).status_code == 400


async def test_search_by_applicant_and_by_words_for_a_purpose(counter: dict[str, Caller]) -> None:
    """Restricted requests are not found; the search terms are in no log."""
    handler = counter["handler"]
    person = {"by": "name", "text": "李 四", "purpose": "窗口查询"}
    found = await handler.post("find/people", person)
    assert found.status_code == 200, found.text
    assert [row["reference"] for row in found.json()["requests"]] == ["2020-0001"]
    assert [
        row["reference"]
        for row in (
            await handler.post("find/people", person | {"by": "phone", "text": "138-0013-8000"})
        ).json()["requests"]
    ] == ["2020-0001"]
    words = {
        "words": "施工 合同",
        "received_from": "2020-01-01",
        "received_to": "2020-12-31",
        "purpose": "核对",
    }
    found = await handler.post("find/words", words)
    assert [row["reference"] for row in found.json()["requests"]] == ["2020-0003", "2020-0001"]
    log = await handler.accessed("act", "purpose", "reference")
    assert log.count(("personal_data_read", "窗口查询", "search")) == 2
    assert log.count(("personal_data_read", "核对", "search")) == 1


@pytest.mark.parametrize(
    ("address", "body", "code"),
    [
        ("find/people", {"by": "name", "text": "李四"}, "purpose_required"),
        ("find/people", {"by": "shoe", "text": "李四", "purpose": "核对"}, "malformed"),
        ("find/people", {"by": "phone", "text": "\u200b", "purpose": "核对"}, "malformed"),
        ("find/words", {"words": "施工", "purpose": "核对"}, "malformed"),
        ("find/words", {"words": " ", "received_from": "2020-01-01", "received_to": "2020-02-01", "purpose": "核对"}, "malformed"),
        ("find/words", {"words": "一", "received_from": "2020-02-01", "received_to": "2020-01-01", "purpose": "核对"}, "malformed"),
    ],
)  # fmt: skip
async def test_an_invalid_search_is_refused(
    counter: dict[str, Caller], address: str, body: dict[str, str], code: str
) -> None:
    refused = await counter["handler"].post(address, body)
    assert (refused.status_code in (400, 422), refused.json()["code"]) == (True, code)
    assert "李四" not in refused.text


async def test_an_unauthorised_search_is_refused_and_logged(counter: dict[str, Caller]) -> None:
    administrator = counter["system_administrator"]
    refused = await administrator.post("find/people", {"by": "name", "text": "李四", "purpose": "核对"})
    assert (refused.status_code, refused.json()["code"]) == (403, "no_power")
    assert ("personal_data_read", "no_power", "search") in await administrator.accessed(
        "act", "result", "reference"
    )


async def test_the_search_page(counter: dict[str, Caller]) -> None:
    """By words, with the result of each request; the page requires a period."""
    handler = counter["handler"]
    words = {
        "csrf": handler.csrf,
        "words": "施工",
        "from": "2020.1.1",
        "to": "2020年12月31日",
        "purpose": "核对申请内容",
    }
    shown = await handler.client.post("/search/words", data=words)
    assert shown.status_code == 200
    assert "共查看" in shown.text
    assert "2020-0001" in shown.text
    assert "2020-0002" not in shown.text
    refused = await handler.client.post("/search/words", data=words | {"from": ""})
    assert refused.status_code == 400
    assert "请写明收到日期" in refused.text
