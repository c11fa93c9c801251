"""Every page of the console in its states, for screenshots and for tests of accessibility."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from adapters.register.recording.decoding import convert
from api.today import today
from domain.authority.assessment_events import AssessmentAnnounced, ScoreContested, ScoreEntered
from domain.authority.powers import Role
from projections.district import indicators
from tests.adapters.recordings import body_of
from tests.api.conftest import _fresh_code
from tests.api.console.browser import Office, Seat
from tests.api.login.test_second_factor import Device
from tests.api.officers import OFFICERS, office_of
from tests.api.test_letters import DETAILS
from tests.builders import received

Prepares = Callable[[Seat], Awaitable[None]]


class State(NamedTuple):
    """A page as an officer sees it. prepare: actions on it before it is inspected. status: of its response."""

    name: str
    role: Role | None
    path: str
    prepare: Prepares | None = None
    status: int = 200


async def furnish(office: Office) -> dict[str, str]:
    """An office with requests in every stage; their references by name."""
    made: dict[str, str] = {}
    long_ago, on = today() - timedelta(days=60), today()

    async def record(name: str, role: Role, type_: str, day: Any, **fields: Any) -> None:
        line = {
            "id": uuid4().hex,
            "reference": made.get(name),
            "event": {"type": type_, "on": str(day), **fields},
        }
        if type_ == "received":
            line = {"id": f"{name}-received", "event": body_of(received(str(day), **fields))}
        given = {key: value for key, value in line.items() if value is not None}
        made[name] = str((await office.record(given, role)).reference)

    answer = {
        "outcome": "granted.provided",
        "legal_basis": "第三十六条第二项",
        "document_no": f"某办〔{on.year}〕1号",
    }
    for name in ("fresh", "drafted", "waiting", "consulted", "answered", "appealed", "annulled"):
        await record(
            name, "handler", "received", long_ago if name in ("answered", "fresh") else on - timedelta(days=2)
        )
    await record("fresh", "handler", "assigned", on, unit="政务公开科", officer=OFFICERS["handler"])
    await record(
        "drafted",
        "handler",
        "answer_drafted",
        on,
        draft="答复稿",
        text="答复书正文。\n\n第一，予以公开。",
        **answer,
    )
    await record(
        "waiting",
        "handler",
        "supplement_required",
        on,
        respond_by=str(on + timedelta(days=14)),
        matters="信息名称",
    )
    await record(
        "consulted", "handler", "consultation_opened", on - timedelta(days=1), consultation="某公司", consultee="third_party",
        respond_by=str(on),
    )  # fmt: skip
    for name in ("answered", "appealed"):
        await record(name, "handler", "answered", on - timedelta(days=1), **answer)
    await record("answered", "handler", "served", on, method="china_post", tracking_no="EMS1")
    await record(
        "appealed", "handler", "appealed", on, appeal="复议1", route="reconsideration", ground="answer",
        tribunal="某市人民政府", case_no="某府复〔2026〕1号",
    )  # fmt: skip
    await record("annulled", "handler", "entry_amended", on, version=1, reason="误登")
    for made_ in (
        {"type": "document_made", "on": f"{on.year}-01-01", "document_no": "某府规1号", "name": "信息公开办理办法", "kind": "normative",
         "disclosure": "proactive", "basis": "第二十条", "public_on": f"{on.year}-01-01", "department": "法制科"},
        {"type": "document_ended", "on": f"{on.year}-01-01", "document_no": "某府规1号", "cause": "replaced", "basis": "某府规2号"},
    ):  # fmt: skip
        line = {"id": f"of-{made_['type']}", "stream": f"report/{on.year}", "event": made_}
        await office.register.record(office.code, convert(line), actor=OFFICERS["statistician"])
    details = {"id": "letters", "event": DETAILS | {"on": str(on), "in_force_from": "2020-01-01"}}
    await office.register.record(office.code, convert(details), actor=OFFICERS["system_administrator"])
    made["unit"] = _fresh_code()
    await office_of(office.running, made["unit"], superior=office.code, accounts=False)
    line = {"id": "of-the-unit", "event": body_of(received(str(long_ago)))}
    reply = await office.register.record(made["unit"], convert(line), actor=OFFICERS["handler"])
    made["of-the-unit"] = str(reply.reference)
    superior = f"{office.code}/{OFFICERS['handler']}"
    for event in (
        {"type": "supervision_ordered", "on": str(on), "matter": "overdue", "respond_by": str(on), "document_no": "1号",
         "reference": made["of-the-unit"]},
        {"type": "return_requested", "on": str(on), "name": "上月数字", "first_on": str(long_ago),
         "last_on": str(on - timedelta(days=1)), "respond_by": str(on + timedelta(days=3))},
    ):  # fmt: skip
        one = {"id": f"asked-{event['type']}", "stream": "authority", "event": event}
        await office.register.record(made["unit"], convert(one), actor=superior)
    await _assessed(office, made["unit"])
    await record("whole", "handler", "received", on, subject="甲路批复和乙路批复")
    await record("part", "handler", "received", on, subject="乙路批复", split_from=made["whole"])
    for name in ("sent-back", "drafted-again"):
        await record(name, "handler", "received", on - timedelta(days=2))
        await record(name, "handler", "answer_drafted", on, draft="答复稿", text="第一稿。", **answer)
        await record(
            name, "reviewer", "draft_reviewed", on, draft="答复稿", passed=False, opinion="请写明依据"
        )
    await record(
        "drafted-again",
        "handler",
        "answer_drafted",
        on,
        draft="答复稿",
        text="第二稿，依据已写明。",
        **answer,
    )
    await record("extension", "handler", "received", on - timedelta(days=2))
    await record("erasing", "handler", "received", long_ago)
    await record("erasing", "handler", "answered", on - timedelta(days=40), **answer)
    await record("erasing", "handler", "served", on - timedelta(days=40), method="china_post")
    appraised = {"basis": "保管期限届满", "appraisal_no": "鉴定〔2037〕1号"}
    await record("erasing", "handler", "erasure_requested", on, scope="all", **appraised)
    await _reported(office)
    return made


async def _reported(office: Office) -> None:
    """The report of two years ago was returned and submitted again; that of the year before is published, and a request was
    recorded late."""
    again, changed = today().year - 2, today().year - 3
    for year in (again, changed):
        await office.report(year, "statistician", "narrative_written", section="problems", text="仍有不足。")
        await office.report(year, "statistician", "report_compiled")
        await office.report(year, "statistician", "report_submitted")
    await office.report(again, "approver", "report_returned", reason="请写明改进的办法")
    better = {"section": "problems", "text": "仍有不足，下一步培训。"}
    await office.report(again, "statistician", "narrative_written", **better)
    await office.report(changed, "approver", "report_approved")
    await office.report(changed, "statistician", "report_published")
    for year in (again, changed):
        line = {"id": f"late-{year}", "event": body_of(received(f"{year}-12-20", subject="补登的申请"))}
        await office.record(line, "handler")
    await office.report(again, "statistician", "report_submitted")


async def _assessed(office: Any, unit: str) -> None:
    """An assessment by one of the program's sets of indicators, with one score entered and contested."""
    on, chosen = today(), indicators.load("licheng-2020")
    for code, event in (
        (
            office.code,
            AssessmentAnnounced(
                on,
                "考核",
                on.year - 1,
                chosen.source,
                chosen.classes,
                chosen.indicator,
                on + timedelta(days=9),
            ),
        ),
        (office.code, ScoreEntered(on, "考核", unit, "secrecy", "检查记录", "部分落实")),
        (unit, ScoreContested(on, "考核", "secrecy", "已整改")),
    ):
        one = {"id": type(event).__name__, "stream": "authority", "event": msgspec.to_builtins(event)}
        await office.register.record(code, convert(one), actor=OFFICERS["handler"])


async def _missing(seat: Seat) -> None:
    await seat.press("下一步：核对")


async def _filled(seat: Seat) -> None:
    await seat.fill(
        applicant__name="张三", description="预算", applicant__id_number="110105194912310020", on="2020-03-02"
    )
    await seat.choose(
        channel="邮寄",
        receipt_basis="签收之日",
        applicant_kind="自然人",
        delivery="纸质",
        applicant__id_kind="居民身份证",
    )
    await seat.press("下一步：核对")


async def _late(seat: Seat) -> None:
    await seat.choose(outcome="不予公开：属于四类过程性信息")
    await seat.fill(legal_basis="第十六条第二款", document_no="某办〔2026〕9号")
    await seat.press("下一步：核对")
    await seat.press("确认登记")


async def _opened(seat: Seat) -> None:
    await seat.press("查阅")


async def _bulk_looked(seat: Seat) -> None:
    year = today().year
    await seat.fill(lines=f"{year}-0001 办公室\n{year}-0005 办公室\n{year}-9999", unit="法规科")
    await seat.press("看看登记什么")


async def _words_looked_for(seat: Seat) -> None:
    form = seat.page.locator("form[action='/search/words']")
    for name, words in (("words", "示例"), ("from", "2020-01-01"), ("to", str(today()))):
        await form.locator(f"[name={name}]").fill(words)
    await form.get_by_role("button", name="查找").click()


async def _judged(seat: Seat) -> None:
    files = sorted((Path(__file__).parents[2] / "published").glob("202?_*.json"))
    await seat.page.get_by_label("要核对的报告").set_input_files(files)
    await seat.press("核对")


async def _scores_sent(seat: Seat) -> None:
    listed = "某单位,保密审查,落实,检查记录\n".encode()
    await seat.page.get_by_label("填写的评分").set_input_files(
        {"name": "评分.csv", "mimeType": "text/csv", "buffer": listed}
    )
    await seat.press("看看登记什么")


async def _key_made(seat: Seat) -> None:
    await seat.page.get_by_text("发给自己一个密钥").click()
    await seat.page.get_by_label("用在何处").fill("某系统")
    await seat.page.get_by_label("查看申请的办理情况", exact=True).check()
    await seat.press("发给密钥")


async def _verified(seat: Seat) -> None:
    await seat.press("开始核验")


async def _day_off(seat: Seat) -> None:
    await seat.fill(day=str(today() + timedelta(days=7 - today().weekday())), document_no="某办函〔2026〕1号")
    await seat.choose(working="停止办公")
    await seat.press("下一步：核对")


async def _extended(seat: Seat) -> None:
    await seat.fill(approved_by="王某", reason="须征求意见的机关较多")
    await seat.press("下一步：核对")


async def _two_codes_left(seat: Seat) -> None:
    await seat.page.goto("/second-factor/enrol")
    device = Device(await seat.page.locator("dd code").inner_text())
    await seat.page.get_by_label("程序显示的六位数字").fill(device.code())
    await seat.press("启用")
    await seat.office.leave_two_recovery_codes()
    await seat.page.goto("/me")


def states(made: dict[str, str]) -> list[State]:
    """The states of an office after `furnish`."""
    year = today().year - 1
    return [
        State("login", None, "/login"),
        State("not-found", "handler", "/nix", status=404),
        State("forbidden", "statistician", "/requests", status=403),
        State("duties", "handler", "/"),
        State("duties-none", "handler", "/?tab=approve&of=all"),
        State("grants", "security_administrator", "/"),
        State("duties-erasure", "security_administrator", "/?tab=erase"),
        State(
            "event-erasure",
            "security_administrator",
            f"/requests/{made['erasing']}/personal_data_erased",
            _missing,
        ),
        State("requests", "handler", "/requests"),
        State("requests-filtered", "handler", "/requests?stage=closed&by=due_on"),
        State("requests-none", "handler", "/requests?unit=没有的科"),
        State("requests-then", "handler", "/requests?recorded_until=30"),
        State("ledger", "handler", "/requests/print?column=登记号&column=阶段&column=收到日期"),
        State("annulled", "handler", "/requests/annulled"),
        State("numbers", "handler", "/requests/numbers"),
        State("retention", "handler", "/requests/retention?year=2040"),
        State("bulk", "handler", "/requests/bulk?listed=1&stage=in_hand"),
        State("bulk-looked", "handler", "/requests/bulk", _bulk_looked),
        State("case-file", "handler", f"/requests/{made['answered']}/case-file"),
        State("new", "handler", "/requests/new"),
        State("new-missing", "handler", "/requests/new", _missing, 422),
        State("new-preview", "handler", "/requests/new", _filled),
        *(
            State(f"case-{name}", "handler", f"/requests/{reference}")
            for name, reference in made.items()
            if "unit" not in name
        ),
        State("case-of-another-role", "reviewer", f"/requests/{made['fresh']}"),
        State("case-opened", "handler", f"/requests/{made['fresh']}", _opened),
        State("case-then", "handler", f"/requests/{made['answered']}?recorded_until=35"),
        State("event-draft", "handler", f"/requests/{made['fresh']}/answer_drafted"),
        State("event-late", "approver", f"/requests/{made['fresh']}/answered", _late, 422),
        State("event-amend", "handler", f"/requests/{made['answered']}/amend/1"),
        State(
            "event-amend-field",
            "handler",
            f"/requests/{made['answered']}/amend/1?amend.field=on&amend.field=channel",
        ),
        State("event-split-off", "handler", f"/requests/new?split_from={made['whole']}"),
        State("event-redraft", "handler", f"/requests/{made['sent-back']}/answer_drafted"),
        State("event-extended", "approver", f"/requests/{made['extension']}/extended", _extended),
        State("approvals", "approver", "/approvals"),
        State("approval", "approver", f"/requests/{made['drafted']}/draft_approved"),
        State("approval-again", "approver", f"/requests/{made['drafted-again']}/draft_approved"),
        State("document", "handler", f"/requests/{made['fresh']}/documents"),
        State("search", "handler", f"/search?q={today().year}"),
        State("search-words", "handler", "/search", _words_looked_for),
        State("search-none", "handler", "/search?q=没有这样的号"),
        State("tables", "handler", f"/tables?year={today().year}"),
        State("cell", "handler", f"/tables/cell?year={today().year}&row=new&column=total"),
        State("diff", "handler", f"/tables/diff?year={today().year}&before=30"),
        State("compliance", "handler", f"/compliance?year={today().year}&of=closed"),
        State("carry-over", "handler", f"/carry-over?year={today().year}"),
        State("reports", "statistician", "/reports"),
        State("documents", "statistician", "/reports/documents"),
        State("report", "statistician", f"/reports/{year}"),
        State("report-text", "statistician", f"/reports/{year}/narrative_written?section=problems"),
        State("report-approval-again", "approver", f"/reports/{year - 1}/report_approved"),
        State("report-changed", "statistician", f"/reports/{year - 2}"),
        State("people", "system_administrator", "/people"),
        State("appoint", "system_administrator", "/people/officer_appointed"),
        State("day-off-moves", "system_administrator", "/people/day_off_set", _day_off),
        State("wordings", "system_administrator", "/people/wordings?letter=answer"),
        State("audit", "auditor", "/audit"),
        State("audit-verified", "auditor", "/audit", _verified),
        State("access-log", "auditor", "/audit/access"),
        State("access-review", "auditor", "/audit/review"),
        State("credentials", "security_administrator", "/people/credentials"),
        State("log", "auditor", "/audit/log"),
        State("units", "approver", "/units"),
        State("unit", "approver", f"/units/{made['unit']}?of=all"),
        State("unit-case", "approver", f"/units/{made['unit']}/requests/{made['of-the-unit']}"),
        State("unit-ask", "approver", f"/units/{made['unit']}/return_requested"),
        State(
            "unit-cell", "approver", f"/units/{made['unit']}/cell?year={today().year}&row=new&column=total"
        ),
        State("district-tables", "approver", f"/district/tables?year={today().year}"),
        State("district-cell", "approver", f"/district/tables/cell?year={today().year}&row=new&column=total"),
        State("district-corrections", "approver", f"/district/corrections?year={today().year}"),
        State("district-units", "approver", "/district/units"),
        State("matters", "handler", "/district/matters"),
        State("return", "handler", "/district/return?name=上月数字"),
        State("assessments", "statistician", "/district/assessment"),
        State("assessment", "statistician", "/district/assessment/sheet?name=考核"),
        State("assessment-files", "statistician", "/district/assessment/sheet?name=考核", _scores_sent),
        State("assessment-announce", "handler", "/district/assessment/assessment_announced"),
        State("assessment-score", "handler", "/district/assessment/score_entered?assessment=考核"),
        State("help", "statistician", "/help"),
        State("help-commands", "statistician", "/help/commands"),
        State("help-rules", "statistician", "/help/rules"),
        State("check", "statistician", "/check"),
        State("check-judged", "statistician", "/check", _judged),
        State("imports", "handler", "/imports"),
        State("letter", "handler", f"/requests/{made['fresh']}/letters/receipt/1"),
        State("me", "handler", "/me"),
        State("me-key", "handler", "/me", _key_made),
        State("me-two-codes", "reviewer", "/me", _two_codes_left),
        State("password", "handler", "/password"),
        State("second-factor", "handler", "/second-factor"),
        State("second-factor-enrol", "handler", "/second-factor/enrol"),
    ]


async def visited(
    office: Office, widths: Sequence[int], only: Sequence[str] = ()
) -> AsyncIterator[tuple[State, int, Seat]]:
    """Each state at each width, in a separate browser of its role. only: names of the wanted states, if not all."""
    wanted = [each for each in states(await furnish(office)) if not only or each.name in only]
    for role in dict.fromkeys(each.role for each in wanted):
        async with office.seat(role) as seat:
            for each in wanted:
                if each.role == role:
                    await seat.page.set_viewport_size({"width": widths[0], "height": 768})
                    await seat.page.goto(each.path)
                    if each.prepare is not None:
                        await each.prepare(seat)
                        await seat.page.wait_for_load_state()
                    for width in widths:
                        await seat.page.set_viewport_size({"width": width, "height": 768})
                        yield each, width, seat
