"""The steps offered on a request's pages in its course: split, extended, appealed, answered again, erased, corrected."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from adapters.register.recording.decoding import convert
from api.console.cases import cases
from api.today import today
from domain.entry import Event, type_of
from domain.law.calendar import national_calendar
from domain.request.events import EVENTS, Extended
from tests.adapters.recordings import body_of
from tests.api.conftest import Running
from tests.api.officers import OFFICERS, Caller, Seats, office_of
from tests.api.test_letters import DETAILS
from tests.builders import (
    answer_drafted,
    answered,
    appeal_decided,
    appealed,
    assigned,
    draft_reviewed,
    erasure_requested,
    extended,
    personal_data_erased,
    personal_data_restricted,
    received,
    reopened,
    served,
    supplement_required,
    withdrawn,
)

APPLICANT = {"name": "王小明", "contacts": "13800138000"}


class Office(Seats):
    async def request(self, *events: Event, applicant: dict[str, str] | None = None) -> str:
        """Receive a request; its reference."""
        reference = None
        for event in events:
            content = body_of(event) | ({"applicant": applicant} if applicant else {})
            line = {"id": uuid4().hex, "event": content, "reference": reference}
            (reply,) = await self.register.record_all(
                self.code, [convert({k: v for k, v in line.items() if v})],
                actor=OFFICERS["approver" if isinstance(event, Extended) else "handler"], acknowledge_all=True,
            )  # fmt: skip
            reference = reply.reference
        return str(reference)


@pytest.fixture(scope="module")
async def office(running: Running) -> Office:
    code = f"course-{uuid4().hex[:8]}"
    await office_of(running, code)
    found = Office(running, code)
    line = {"id": uuid4().hex, "event": DETAILS | {"on": str(today())}}
    await found.register.record(code, convert(line), actor=OFFICERS["system_administrator"])
    return found


@pytest.fixture(scope="module")
async def handler(office: Office) -> Caller:
    return await office.seat("handler")


async def page(caller: Caller, address: str) -> str:
    reply = await caller.client.get(address)
    assert reply.status_code == 200, reply.text
    return unescape(reply.text)


async def judged(caller: Caller, address: str, **typed: Any) -> str:
    """The confirmation page of the filled form."""
    shown = await page(caller, address)
    path = address.partition("?")[0]
    data = {"csrf": caller.csrf, "key": uuid4().hex, **typed}
    if seen := re.search(r'name="seen" value="(\d+)"', shown):
        data["seen"] = seen[1]
    reply = await caller.client.post(f"{path}/preview", data=data)
    return unescape(reply.text)


def field(shown: str, name: str) -> str:
    """The value of a field of the form, or of its selected option."""
    found = re.search(rf'id="f-{re.escape(name)}" name="[^"]*"[^>]*value="([^"]*)"', shown) or re.search(
        rf'name="{re.escape(name)}" value="([^"]*)" checked', shown
    )
    return found[1] if found else ""


def next_step(shown: str) -> str:
    found = re.search(r'一般的下一步：<a class="button main" href="/requests/[0-9-]+/(\w+)"', shown)
    return found[1] if found else ""


FIRST = (received("2020-03-02"), assigned("2020-03-02"), answered("2020-03-20"))
SERVED = (*FIRST, served("2020-03-20"))
DECIDED = (*SERVED, appealed("2020-04-01"), appeal_decided("2020-05-20", disposition="revoked"))
REOPENED = (*DECIDED, reopened("2020-05-25", "2020-06-19", appeal="复议一"))


def test_the_page_of_a_case_offers_every_event() -> None:
    """Every event is in the list of steps, or has its own form."""
    elsewhere = {"received", "entry_amended", "document_filed"}
    assert set(cases.ORDER) == {type_of(kind) for kind in EVENTS} - elsewhere
    assert len(set(cases.ORDER)) == len(cases.ORDER)


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        (FIRST, "served"),
        (SERVED, "archived"),
        ((*SERVED, appealed("2020-04-01")), "appeal_decided"),
        (DECIDED, "reopened"),
        ((*SERVED, appealed("2020-04-01"), appeal_decided("2020-05-20", disposition="unlawful")), "correction_analysed"),
        ((*SERVED, appealed("2020-04-01"), appeal_decided("2020-05-20", disposition="upheld")), "archived"),
        (REOPENED, "answer_drafted"),
        ((*REOPENED, answered("2020-06-10"), served("2020-06-10")), "correction_analysed"),
    ],
)  # fmt: skip
async def test_the_next_step_after_an_answer(
    office: Office, handler: Caller, events: tuple[Event, ...], wanted: str
) -> None:
    """No archiving while an appeal is pending or its decision not carried out (行政复议法 Art. 64, 77)."""
    reference = await office.request(*events)
    assert next_step(await page(handler, f"/requests/{reference}")) == wanted


async def test_an_erasure_is_linked_for_the_officer_who_may(office: Office) -> None:
    reference = await office.request(*SERVED, erasure_requested(today()))
    approver = await office.seat("approver")
    assert next_step(await page(approver, f"/requests/{reference}")) == "personal_data_erased"
    assert f'href="/requests/{reference}/personal_data_erased"' in await page(approver, "/?tab=erase")
    line = {"id": uuid4().hex, "event": body_of(personal_data_erased(today(), 5)), "reference": reference}
    await office.register.record(office.code, convert(line), actor=OFFICERS["approver"])
    assert reference not in await page(approver, "/?tab=erase")


async def test_a_security_administrator_carries_out_an_erasure_without_seeing_the_case(
    office: Office,
) -> None:
    """The duties have its number, appraisal and form; this and all other cases are not shown."""
    settled = [received("2020-03-02", subject="甲路批复"), *SERVED[1:]]
    reference = await office.request(
        *settled, assigned("2020-03-03", unit="城建科"), erasure_requested(today())
    )
    other = await office.request(*settled)
    seat = await office.seat("security_administrator")

    listed = await page(seat, "/")
    assert (reference in listed, other in listed) == (True, False)
    assert "鉴定〔2031〕1号" in listed
    address = f"/requests/{reference}/personal_data_erased"
    assert f'href="{address}"' in listed
    form = await page(seat, address)
    seen = await judged(seat, address, on=str(today()), requested=field(form, "requested"))
    for shown in (form, seen):  # which it is and what is gone for ever
        assert f'class="reference faint">{reference}<' in shown
        assert "鉴定〔2031〕1号：申请人信息和写明申请人的材料" in shown
    for shown in (listed, form, seen):
        assert "甲路" not in shown
        assert "城建科" not in shown
        assert "2020-03" not in shown
        assert f'href="/requests/{reference}"' not in shown
    assert (await seat.client.get(f"/requests/{reference}")).status_code == 403
    data = {"csrf": seat.csrf, "on": str(today()), "requested": field(form, "requested")}
    done = await seat.client.post(address, data=data)
    assert (done.status_code, done.headers["location"].startswith("/?done=")) == (303, True)
    listed = await page(seat, done.headers["location"])
    assert ("已登记" in listed, reference in listed) == (True, False)


async def test_the_form_of_a_reopening_is_prefilled(office: Office, handler: Caller) -> None:
    """With the decided appeal, and with the last day that every reopening has."""
    reference = await office.request(*DECIDED)
    shown = await page(handler, f"/requests/{reference}/reopened")
    assert (field(shown, "cause"), field(shown, "appeal")) == ("appeal", "复议一")
    assert field(shown, "redo_by") > str(today())


async def test_the_term_of_a_reopening_is_shown_everywhere(office: Office, handler: Caller) -> None:
    """The day set in the decision, 2020-06-19, not 2020-03-30, on which the first answer was due."""
    reference = await office.request(*REOPENED)
    for address in (f"/requests/{reference}/answer_drafted", f"/requests?reference={reference}"):
        shown = re.sub("<[^>]*>", "", await page(handler, address))
        assert "2020-06-19" in shown
        assert "2020-03-30" not in shown
    text = await judged(handler, f"/requests/{reference}/assigned", on="2020-05-26", unit="法制科")
    assert "不变：2020-06-19" in re.sub("<[^>]*>", "", text)


async def test_a_term_in_a_year_without_a_notice_is_provisional_before_it_is_recorded(
    office: Office, handler: Caller
) -> None:
    """20 working days from 2026-11-27 end in 2026, 40 in 2027, of which no notice is out."""
    assert 2027 not in national_calendar().covered, "take the next year without a notice"
    reference = await office.request(received("2026-11-27"))
    extension = {
        "on": "2026-11-27",
        "notified_on": "2026-11-27",
        "workdays": "20",
        "approved_by": "王某",
        "reason": "人手不足",
    }
    seen = await judged(handler, f"/requests/{reference}/extended", **extension)
    words = " ".join(re.sub("<[^>]*>", " ", seen).split())
    assert "2026-12-25 周五 → 2027-01-25 周一 暂定" in words
    seen = await judged(handler, f"/requests/{reference}/assigned", on="2026-11-27", unit="法制科")
    assert "暂定" not in seen


async def test_a_form_shows_the_subject(office: Office, handler: Caller) -> None:
    """The subject of the request; while a supplement is awaited, once that no term runs."""
    waiting = supplement_required(today(), today() + timedelta(14))
    reference = await office.request(received(today(), subject="甲路批复"), waiting)
    form = re.sub("<[^>]*>", "", await page(handler, f"/requests/{reference}/supplemented"))
    assert "甲路批复" in form
    assert form.count("不计期限") == 1


async def test_the_approver_sees_that_a_draft_was_returned(office: Office) -> None:
    """With the reviewer and the steps of both rounds in order."""
    reference = await office.request(received(today()), answer_drafted(today()))
    for role, event in (
        ("reviewer", draft_reviewed(today(), passed=False)), ("handler", answer_drafted(today())),
    ):  # fmt: skip
        line = {"id": uuid4().hex, "event": body_of(event), "reference": reference}
        await office.register.record_all(
            office.code,
            [convert(line)],
            actor=OFFICERS[role],
            acknowledge_all=True,  # type: ignore[index]
        )
    shown = await page(await office.seat("approver"), f"/requests/{reference}/draft_approved")
    steps = [each for each in re.findall("<dd>([^<]*)</dd>", shown) if "：" in each]
    assert steps[:3] == ["起草：zhang某", "审核退回：li某", "起草：zhang某"]


async def test_the_form_of_a_part_is_prefilled_from_its_parent(office: Office, handler: Caller) -> None:
    """Including the applicant, which is logged; parent and parts are not reported as duplicates (国办函〔2020〕109号 Art. 4)."""
    whole = received("2026-03-02", subject="甲路批复和乙路批复")
    reference = await office.request(whole, applicant=APPLICANT)
    shown = await page(handler, f"/requests/{reference}")
    address = f"/requests/new?split_from={reference}"
    assert f'href="{address}"' in shown
    form = await page(handler, address)
    assert [field(form, name) for name in ("on", "split_from", "applicant.name", "applicant.contacts")] == [
        "2026-03-02", reference, "王小明", "13800138000",
    ]  # fmt: skip
    assert [field(form, name) for name in ("channel", "receipt_basis", "delivery")] == [
        whole.channel, whole.receipt_basis, whole.delivery,
    ]  # fmt: skip
    auditor = await office.seat("auditor")
    log = (
        await auditor.get("access-log", params={"act": "personal_data_read", "reference": reference})
    ).json()
    assert [each["purpose"] for each in log["lines"]] == ["拆分申请"]
    typed = {
        name: field(form, name)
        for name in ("on", "split_from", "applicant.name", "applicant.contacts", "channel", "receipt_basis", "delivery", "applicant_kind")
    }  # fmt: skip
    part = await judged(handler, "/requests/new", **typed, description="乙路批复", subject="乙路批复")
    assert f"由{reference}拆分" in part
    assert "请核对是否同一件申请" not in part
    await office.request(received("2026-03-02", split_from=reference, subject="丙路"), applicant=APPLICANT)
    part = await judged(handler, "/requests/new", **typed, description="乙路批复", subject="乙路批复")
    assert "请核对是否同一件申请" not in part
    typed["split_from"] = ""
    assert "请核对是否同一件申请" in await judged(handler, "/requests/new", **typed, description="乙路批复")


async def test_a_receipt_offers_the_open_requests_that_it_may_be_split_from(
    office: Office, handler: Caller
) -> None:
    """The latest, without closed ones and parts; a correction of the receipt offers those of the same day, without itself."""
    day, before = str(today()), str(today() - timedelta(1))
    whole = await office.request(received(day, subject="两件事"))
    other = await office.request(received(before, subject="另一天的"))
    part = await office.request(received(day, split_from=whole))
    closed = await office.request(received(day), withdrawn(day))

    def offered(form: str) -> str:
        (found,) = re.findall(r'<datalist id="f-split_from-known">(.*?)</datalist>', form)
        return str(found)

    choices = offered(await page(handler, "/requests/new"))
    assert f'<option value="{whole}">{whole} {day}收到 两件事</option>' in choices
    assert (other in choices, part in choices, closed in choices) == (True, False, False)
    choices = offered(await page(handler, f"/requests/{part}/amend/1?amend.field=split_from"))
    assert (whole in choices, other in choices) == (True, False)
    choices = offered(await page(handler, f"/requests/{whole}/amend/1?amend.field=split_from"))
    assert whole not in choices


async def test_a_request_that_was_split_lists_its_parts(
    office: Office, handler: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their stages; before the second part was recorded, only the first. All links lead to the same moment."""
    reference = await office.request(received("2026-03-02", subject="两件事"))
    first = await office.request(
        received("2026-03-02", split_from=reference, subject="乙路"), answered("2026-03-20")
    )
    position = await office.register.position(office.code)
    second = await office.request(received("2026-03-02", split_from=reference, subject="丙路"))

    shown = re.sub("<[^>]*>", "", parts := await page(handler, f"/requests/{reference}"))
    assert f"{first} 乙路：已办结，予以公开" in shown
    assert f"{second} 丙路：在办" in shown
    assert all(f'href="/requests/{each}"' in parts for each in (first, second))
    assert f'href="/requests/{reference}"' in await page(handler, f"/requests/{first}")
    then = await page(handler, f"/requests/{reference}?recorded_until={position}")
    assert f'href="/requests/{first}?recorded_until={position}"' in then
    assert second not in then
    listed = await page(handler, f"/requests?split_from={reference}")
    assert (f"由{reference}拆分出" in listed, first in listed, second in listed) == (True, True, True)

    monkeypatch.setattr(cases, "MOST_PARTS", 1)
    for moment, address in (
        ("", f"/requests?split_from={reference}"),
        (f"?recorded_until={today()}", f"/requests?recorded_until={today()}&split_from={reference}"),
    ):
        parts = unescape(await page(handler, f"/requests/{reference}{moment}"))
        assert second not in parts
        assert f'<a href="{address}">共2件，全部列出</a>' in parts
        assert second in await page(handler, address)


async def test_the_list_of_an_officer_s_requests(office: Office, handler: Caller) -> None:
    """By name on the page and by code in a query; an unknown officer is refused instead of giving an empty list."""
    theirs = await office.request(received(today()), assigned(today(), "法制科", OFFICERS["handler"]))
    others = await office.request(received(today()), assigned(today(), "法制科", OFFICERS["reviewer"]))
    name = f"{OFFICERS['handler']}某"

    form = await page(handler, "/requests")
    assert f'<option value="{OFFICERS["handler"]}">{name}</option>' in form
    listed = await page(handler, f"/requests?officer={OFFICERS['handler']}")
    assert (f"承办人：{name}" in listed, theirs in listed, others in listed) == (True, True, False)
    assert f'href="/requests?officer={OFFICERS["handler"]}"' in await page(handler, f"/requests/{theirs}")
    response = await handler.get("requests", params={"officer": OFFICERS["handler"], "limit": "500"})
    found = [each["reference"] for each in response.json()["requests"]]
    assert (theirs in found, others in found) == (True, False)
    for reply in (
        await handler.client.get("/requests?officer=nobody"),
        await handler.get("requests", params={"officer": "nobody"}),
    ):
        assert reply.status_code == 422
        assert OFFICERS["handler"] in reply.text


async def test_a_day_off_shows_the_due_dates_it_would_move(office: Office) -> None:
    """An open and a closed request received on 2026-03-02: due 03-30, a day later with the office closed on 03-10."""
    still = await office.request(received("2026-03-02"))
    over = await office.request(received("2026-03-02"), answered("2026-03-20"))
    administrator = await office.seat("system_administrator")
    shown = await judged(
        administrator,
        "/people/day_off_set",
        on=str(today()),
        day="2026-03-10",
        working="false",
        document_no="1号",
    )
    rows = {
        cells[0]: cells[1:]
        for row in re.findall("<tr>(.*?)</tr>", shown)
        if (
            cells := [
                re.sub("<[^>]*>", "", each).strip() for each in re.findall("<t[hd].*?>(.*?)</t[hd]>", row)
            ]
        )
    }
    assert [each[:10] for each in rows[still][:2]] == ["2026-03-30", "2026-03-31"]
    assert rows[still][2:] == ["延后1天", "未办结"]
    assert rows[over][2:] == ["延后1天", "已办结"]
    assert list(rows).index(still) < list(rows).index(over)
    assert "件的期限随之变动" in shown


async def test_the_first_duty_is_a_link(office: Office, handler: Caller) -> None:
    reference = await office.request(received(today()), assigned(today()))
    for type_, first in (("extended", "extension_drafted"), ("answered", "answer_drafted")):
        shown = await page(handler, f"/requests/{reference}/{type_}")
        assert f'一般先办理：<a href="/requests/{reference}/{first}">' in shown


async def test_a_request_due_soon_can_be_extended_from_the_duties(office: Office, handler: Caller) -> None:
    """Only once: an extended term cannot be extended again (Art. 33)."""
    async with office.register.view(office.code) as view:
        calendar = view.law.calendar
    days = [today() - timedelta(days=back) for back in range(15, 60)]
    (soon, *_) = [day for day in days if 1 <= calendar.left(today(), calendar.after(day, 20)) <= 3]
    reference = await office.request(received(soon))
    link = f'href="/requests/{reference}/extension_drafted"'
    assert link in await page(handler, "/?tab=soon&of=all")
    once = await office.request(received(soon), extended(today(), 1))
    shown = await page(handler, "/?tab=soon&of=all")
    assert f'href="/requests/{once}/answer_drafted"' in shown
    assert f'href="/requests/{once}/extension_drafted"' not in shown


async def test_no_letter_is_offered_for_a_restricted_applicant(office: Office, handler: Caller) -> None:
    """Their data cannot be opened, and no link leads to a refusal."""
    reference = await office.request(received(today()), personal_data_restricted(today()))
    shown = await page(handler, f"/requests/{reference}")
    assert "登记回执" in shown
    assert f"/requests/{reference}/letters/" not in shown


async def test_all_outcomes_have_different_labels(office: Office, handler: Caller) -> None:
    """予以公开 has Art. 36 item 2, in the form of the answer and in the filter."""
    reference = await office.request(received(today()))
    for address, name in ((f"/requests/{reference}/answer_drafted", "f-outcome"), ("/requests", "outcome")):
        shown = await page(handler, address)
        (select,) = re.findall(rf'<select id="{name}".*?</select>', shown, re.DOTALL)
        words = [each.strip() for each in re.findall(r"<option[^>]*>([^<]*)", select)]
        assert len(words) == len(set(words))
        assert "granted.provided" in select


async def test_a_corrected_receipt_that_contradicts_other_entries(office: Office, handler: Caller) -> None:
    """The message names the entry to be corrected first, and does not call its day the day of receipt."""
    reference = await office.request(*FIRST)
    text = await judged(
        handler, f"/requests/{reference}/amend/1?amend.field=on",
        **{"amend.field": "on", "on": "2020-03-05", "amend.reason": "核对邮戳"},
    )  # fmt: skip
    assert "日期为2020-03-02，早于收到申请之日2020-03-05" in text
    assert "请先更正第2条登记的日期" in text
    assert "收到日期为2020-03-02" not in text


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("requests?received_from=2020.3.2&received_to=2020年3月31日", 200, "收到不早于2020-03-02"),
        ("requests?received_from=昨天", 400, "收到不早于：“昨天”不是日期"),
        ("tables?from=2020.1.1&to=2020.3.31", 200, "2020年第1季度"),
        ("tables?year=20x0", 400, "年度：应为整数"),
        ("tables?recorded_until=abc", 400, "只计截至：“abc”应为日期或时刻"),
        ("tables/diff?before=abc", 400, "前一时刻：“abc”应为日期或时刻"),
        ("requests?recorded_until=2099.11.30 9:05", 200, "2099-11-30T09:05:00+08:00"),
        ("requests?recorded_until=2099-11-30", 200, "只计入截至 2099-11-30 已登记的"),
        ("units?on=2020/3/2", 200, "2020-03-02"),
    ],
)
async def test_a_page_with_a_wrong_query(handler: Caller, query: str, status: int, text: str) -> None:
    """Days and times in typed forms are accepted; errors name the field by its label on the page."""
    reply = await handler.client.get(f"/{query}")
    assert (reply.status_code, text in unescape(reply.text)) == (status, True), reply.text


async def test_a_case_can_be_seen_as_it_was(office: Office, handler: Caller) -> None:
    """From its own page, by a day or by a position of the log."""
    reference = await office.request(received(today()))
    position = await office.register.position(office.code)
    await office.register.record(
        office.code, convert({"id": uuid4().hex, "reference": reference, "event": body_of(assigned(today()))}),
        actor=OFFICERS["handler"],
    )  # fmt: skip
    address = f"/requests/{reference}"
    data = {
        "csrf": handler.csrf,
        "key": uuid4().hex,
        "on": str(today()),
        "document": "申请书",
        "kind": "application",
    }
    paper = {"file": ("a.pdf", b"%PDF-1.4 application")}
    assert (await handler.client.post(f"{address}/documents", data=data, files=paper)).status_code == 303
    assert (
        f'<form action="{address}" class="row no-print"><div class="field"><label for="recorded_until">'
        in (await page(handler, address))
    )
    then = await page(handler, f"{address}?recorded_until={position}")
    assert ("尚未交办" in then, "没有入卷的材料" in then) == (True, True)
    assert "尚未交办" not in await page(handler, f"{address}?recorded_until={today()}")


async def test_unwritten_parts_are_not_shown_as_done(office: Office) -> None:
    """A report compiled automatically in January is neither filled in nor written."""
    statistician = await office.seat("statistician")
    year = today().year - 1
    line = {
        "id": uuid4().hex,
        "stream": f"report/{year}",
        "event": {"type": "report_compiled", "on": str(today())},
    }
    await office.register.record(office.code, convert(line), actor=OFFICERS["statistician"])
    shown = await page(statistician, f"/reports/{year}")
    steps = re.sub(r"<[^>]*>|\s+", "", re.findall(r"<ol>.*?</ol>", shown, re.DOTALL)[1])
    assert "▲还有10格未填" in steps
    assert "▲还有7部分尚未撰写" in steps
    assert steps.count("●已办") == 1


async def test_the_first_page_shows_one_s_own_duties(office: Office) -> None:
    """The head too: pending approvals and reports to the head, not the duties of the whole office."""
    await office.request(received("2020-03-02"), assigned("2020-03-02"))
    approver = await office.seat("approver")
    assert "<strong>我的 " in await page(approver, "/")


OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PHONE = b"\x00\x00\x00\x18ftypheic" + bytes(600)


@pytest.mark.parametrize(
    ("content", "typed", "message"),
    [
        (OLD_WORD, {"kind": "application"}, "旧版Word、Excel、WPS的文件，请另存为DOCX"),
        (PHONE, {"kind": "identity"}, "手机的HEIC照片，请转存为JPEG"),
        (b"%PDF-1.4", {}, "材料类别：请选择"),
        (b"%PDF-1.4", {}, "请再选一次文件，刚才的没有入卷"),
    ],
)
async def test_a_refused_document(
    office: Office, handler: Caller, content: bytes, typed: dict[str, str], message: str
) -> None:
    """The message is at its field, with advice; the other typed values are kept."""
    address = f"/requests/{await office.request(received(today()))}/documents"
    assert "PDF、PNG、JPEG" in await page(handler, address)
    data = {"csrf": handler.csrf, "key": uuid4().hex, "on": str(today()), "document": "扫描件", **typed}
    reply = await handler.client.post(address, data=data, files={"file": ("a.bin", content)})
    shown = unescape(reply.text)
    assert (reply.status_code, message in shown, 'value="扫描件"' in shown) == (422, True, True)
    assert '<a href="#f-file">文件：' in shown
