"""Forms sent twice, from two tabs, and after the session ended: recorded once, no typed value lost or overwritten."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from uuid import uuid4

import httpx
import pytest

from adapters.register.recording.decoding import convert
from api.today import today
from domain.authority.powers import Role
from tests.adapters.recordings import body_of
from tests.api.conftest import Running
from tests.api.officers import OFFICERS, PASSWORD, Caller, Seats, office_of
from tests.api.test_letters import DETAILS
from tests.builders import received

YEAR = today().year - 1
REFERENCE = f"{today().year}-0001"


@pytest.fixture(scope="module")
async def office(running: Running) -> Seats:
    code = f"twice-{uuid4().hex[:8]}"
    await office_of(running, code)
    found = Seats(running, code)
    on = str(today())
    for role, event in (("system_administrator", DETAILS | {"on": on}), ("handler", body_of(received(on)))):
        line = convert({"id": uuid4().hex, "event": event})
        await found.register.record(code, line, actor=OFFICERS[role])  # type: ignore[index]
    return found


def fields(page: str, action: str) -> dict[str, str]:
    """The present fields of the page's form."""
    (form,) = re.findall(rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    inputs = re.findall(r"<(?:input|textarea)[^>]*>", form)
    found = {}
    for each in inputs:
        told_ = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', each)}
        if told_.get("type") not in ("checkbox", "radio", "file", "submit") and "name" in told_:
            found[told_["name"]] = told_.get("value", "")
    return found


async def opened(caller: Caller, page: str, action: str) -> dict[str, str]:
    reply = await caller.client.get(page)
    assert reply.status_code == 200, reply.text
    return fields(reply.text, action)


# --- the session ended in the middle ---

KINDS: list[tuple[Role, str, str, dict[str, str], str]] = [
    ("handler", f"/requests/{REFERENCE}/documents", f"/requests/{REFERENCE}/documents", {"document": "身份证复印件"}, "身份证复印件"),
    ("handler", f"/requests/{REFERENCE}", f"/requests/{REFERENCE}/sealed", {"other": "核对"}, f"/requests/{REFERENCE}"),
    (
        "handler", f"/requests/{REFERENCE}/letters/receipt/1", f"/requests/{REFERENCE}/letters/receipt/1", {"purpose": "送达"},
        f"/requests/{REFERENCE}/letters/receipt/1",
    ),
    ("handler", "/imports", "/imports", {"mapping": "x = 1"}, "/imports"),
    ("handler", "/search", "/search", {"identity": "张三"}, "/search"),
    ("handler", "/me", "/me/keys", {"name": "某系统", "days": "30"}, "某系统"),
    ("statistician", f"/reports/{YEAR}", f"/reports/{YEAR}/figures", {"source": "政务公开科台账"}, "政务公开科台账"),
    ("statistician", "/check", "/check", {}, "/check"),
    ("system_administrator", "/people", f"/people/accounts/{OFFICERS['handler']}/disable", {}, "/people"),
    (
        "system_administrator", "/people/officer_appointed", "/people/officer_appointed/preview", {"officer": "zhou"}, "zhou",
    ),
    ("auditor", "/audit", "/audit/verify", {}, "/audit"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "page", "action", "typed", "back"),
    KINDS,
    ids=[each[2].rpartition("/")[2] + str(n) for n, each in enumerate(KINDS)],
)
async def test_a_new_login_leads_back_to_the_page(
    office: Seats, role: Role, page: str, action: str, typed: dict[str, str], back: str
) -> None:
    """To the form with the typed values, or the page of the button; nothing was done meanwhile, and no other officer sees it."""
    caller = await office.seat(role)
    data = await opened(caller, page, action) | typed
    assert data["by"] == OFFICERS[role]
    position = await office.register.position(office.code)
    for who in (role, "reviewer"):
        caller.client.cookies.clear()
        lost = await caller.client.post(action, data=data)
        assert (lost.status_code, "没有丢失" in lost.text) == (401, True)
        login = fields(lost.text, "/login") | {
            "office": office.code, "officer": OFFICERS[who], "password": PASSWORD,
        }  # fmt: skip
        assert data["csrf"] not in login["carried"]
        again = await caller.client.post("/login", data=login)
        if who != role:
            assert (again.status_code, again.headers.get("location")) == (303, "/")
        elif back.startswith("/"):
            assert (again.status_code, again.headers.get("location")) == (303, back), again.text
            assert (await caller.client.get(back)).status_code == 200
        else:
            assert again.status_code in (200, 422), again.text
            assert back in again.text
            assert fields(again.text, action)["csrf"] != data["csrf"]
    assert await office.register.position(office.code) == position


# --- sent twice ---


async def test_figures_sent_twice_are_recorded_once(office: Seats) -> None:
    caller = await office.seat("statistician")
    action = f"/reports/{YEAR}/figures"
    data = await opened(caller, f"/reports/{YEAR}", action)
    cell = next(name for name in data if "|" in name and not name.startswith("was."))
    data |= {cell: "7", "source": "台账"}
    before = await office.register.position(office.code)
    replies = await asyncio.gather(*(caller.client.post(action, data=data) for _ in range(2)))
    replies.append(await caller.client.post(action, data=data))
    assert [each.status_code for each in replies] == [303, 303, 303]
    assert await office.register.position(office.code) == before + 1
    none = await opened(caller, f"/reports/{YEAR}", action)
    assert "没有改动的数据" in (await caller.client.post(action, data=none)).text


async def test_a_second_sheet_overwrites_no_unseen_change(office: Seats) -> None:
    caller = await office.seat("statistician")
    action = f"/reports/{YEAR}/figures"
    one = await opened(caller, f"/reports/{YEAR}", action)
    other = dict(one)
    cells = [name for name in one if "|" in name and not name.startswith("was.")]
    first, second = cells[1], cells[2]
    assert (await caller.client.post(action, data=one | {first: "11", "source": "甲"})).status_code == 303
    # Another cell: the change by the first sheet stays.
    assert (await caller.client.post(action, data=other | {second: "12", "source": "乙"})).status_code == 303
    now = await opened(caller, f"/reports/{YEAR}", action)
    assert (now[first], now[second]) == ("11", "12")
    # The same cell: reported, nothing is recorded, the typed value is kept, and sent again it is recorded.
    position = await office.register.position(office.code)
    stopped = await caller.client.post(action, data=other | {first: "13", "source": "乙"})
    assert (stopped.status_code, "填写期间另有登记" in stopped.text, "现为11" in stopped.text) == (
        422,
        True,
        True,
    )
    assert await office.register.position(office.code) == position
    again = fields(stopped.text, action)
    assert (again[first], again[f"was.{first}"], again[second], again["source"]) == ("13", "11", "12", "乙")
    assert (await caller.client.post(action, data=again)).status_code == 303
    assert (await opened(caller, f"/reports/{YEAR}", action))[first] == "13"


async def test_a_form_has_one_idempotency_key(office: Seats) -> None:
    caller = await office.seat("handler")
    data = await opened(caller, "/me", "/me/keys") | {"name": "某系统", "days": "30", "acts": "read"}
    replies = await asyncio.gather(*(caller.client.post("/me/keys", data=data) for _ in range(3)))
    replies.append(await caller.client.post("/me/keys", data=data))
    assert sorted(each.status_code for each in replies) == [200, 422, 422, 422]
    assert all("已发过密钥" in each.text for each in replies if each.status_code == 422)
    keys = await caller.get("/api/v1/keys")
    assert [each["name"] for each in keys.json()] == ["某系统"]


async def test_a_document_and_a_letter_sent_twice_are_filed_once(office: Seats) -> None:
    caller = await office.seat("handler")
    address = f"/requests/{REFERENCE}/documents"
    data = await opened(caller, address, address) | {"document": "申请书", "kind": "application"}
    before = await office.register.position(office.code)

    async def file() -> httpx.Response:
        paper = {"file": ("a.pdf", b"%PDF-1.4 application", "application/pdf")}
        return await caller.client.post(address, data=data, files=paper)

    replies = [*(await asyncio.gather(file(), file())), await file()]
    assert [each.status_code for each in replies] == [303, 303, 303], replies[0].text
    assert len({each.headers["location"] for each in replies}) == 1
    assert await office.register.position(office.code) == before + 1
    letter = f"/requests/{REFERENCE}/letters/receipt/1"
    wanted = await opened(caller, letter, letter) | {"purpose": "送达", "as": "file"}
    filed = await asyncio.gather(*(caller.client.post(letter, data=wanted) for _ in range(2)))
    assert {each.status_code for each in filed} <= {303, 422}
    assert 303 in {each.status_code for each in filed}
    assert await office.register.position(office.code) == before + 2


async def test_an_account_opened_twice_keeps_its_first_password(office: Seats) -> None:
    caller = await office.seat("system_administrator")
    line = {"id": uuid4().hex, "event": {"type": "officer_appointed", "on": str(today()), "officer": "wu"}}
    await office.register.record(office.code, convert(line | {"stream": "authority"}), actor=caller.officer)
    action = "/people/accounts/wu/open"
    data = await opened(caller, "/people", action) | {"name": "吴某", "password": "Kaishi-2026-anquan"}
    replies = await asyncio.gather(
        *(
            caller.client.post(action, data=data | {"password": each})
            for each in ("Kaishi-2026-a", "Kaishi-2026-b")
        )
    )
    assert sorted(each.status_code for each in replies) == [303, 422]
