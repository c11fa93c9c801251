"""The first page: what is to be done today, most urgent first, by what is to be done."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, NamedTuple

import msgspec
from litestar import Response, get
from msgspec import Meta

from adapters.views import View
from api.console.forms import query
from api.console.frame import Me, at, code_of, me, page
from api.console.standing import SOON, Standing, of_term
from api.today import today
from api.web.request import ApiRequest
from domain.request.state import DisclosureRequest
from projections import work_list
from projections.listing import Filter
from projections.work_list import DUTIES, Duty

LONGEST = 500
"""Lines of one tab; all are counted."""


class Tab(NamedTuple):
    """name: in the address. duties: codes it shows. act: what is recorded next, as an event's type. empty: said of none."""

    name: str
    words: str
    duties: tuple[str, ...]
    empty: str


TABS = (
    Tab("overdue", "逾期·今日", ("overdue", "redo_overdue", "today"), "没有逾期的，也没有今天到期的申请。"),
    Tab("soon", "将到期", ("due_soon", "redo"), f"{SOON}个工作日内没有到期的申请。"),
    Tab("review", "待审核", ("to_review",), "没有待审核的文稿。"),
    Tab("approve", "待批准", ("to_approve",), "没有待批准的文稿。"),
    Tab("returned", "退回待改", ("returned",), "没有退回待改的文稿。"),
    Tab("serve", "待送达", ("unserved",), "答复的都已登记送达。"),
    Tab("archive", "待归档", ("unarchived",), "送达的都已归档。"),
    Tab("consult", "征求意见到期", ("consultation_over",), "没有已到期的征求意见。"),
    Tab(
        "waiting",
        "等待申请人",
        ("supplement_over", "fee_over", "awaiting_supplement", "awaiting_payment"),
        "没有等待补正或缴费的申请。",
    ),
    Tab("appeals", "救济", ("appeal_pending",), "没有尚未审结的复议和诉讼。"),
    Tab("provisional", "期限暂定", ("provisional",), "没有期限暂定的申请。"),
)

_NEXT = {
    "overdue": "answer_drafted",
    "redo_overdue": "answer_drafted",
    "today": "answer_drafted",
    "due_soon": "answer_drafted",
    "redo": "answer_drafted",
    "to_review": "draft_reviewed",
    "to_approve": "draft_approved",
    "returned": "answer_drafted",
    "unserved": "served",
    "unarchived": "archived",
    "consultation_over": "consultation_closed",
    "supplement_over": "lapsed",
    "fee_over": "lapsed",
    "awaiting_supplement": "supplemented",
    "awaiting_payment": "fee_paid",
    "appeal_pending": "appeal_decided",
}
"""What is recorded once the duty is done."""


class Line(NamedTuple):
    """A duty as it stands in the table."""

    reference: str
    subject: str | None
    words: str
    article: str
    due_on: date | None
    standing: Standing | None
    unit: str | None
    officer: str | None
    note: str
    next: str | None


class TabShown(msgspec.Struct, frozen=True):
    address: str
    words: str
    count: int
    here: bool


class DutiesQuery(msgspec.Struct, frozen=True):
    """Which tab, and whose."""

    tab: Annotated[str, Meta(max_length=20)] = ""
    of: Annotated[str, Meta(max_length=8)] = ""


@get("/", **at("read", "administer", "grant", "confirm_grant", "count", "report", "read_access_log", "prove"))
async def duties(request: ApiRequest) -> Response[Any]:
    """待办。"""
    wanted, sits = query(request, DutiesQuery), await me(request)
    on = today()
    office = await request.register.authority(code_of(request))
    grants = [
        (officer.id, grant)
        for officer in office.officers
        for grant in officer.grants
        if grant.is_pending(on) and officer.in_office(on)
    ]
    lines: list[tuple[str, Line]] = []
    if sits.may("read"):
        async with request.register.view(code_of(request)) as view:
            lines = await _lines(view, on)
    mine = [(code, line) for code, line in lines if _is_mine(line, sits, office.officer(sits.officer))]
    of = wanted.of if wanted.of in ("mine", "all") else ("mine" if mine and sits.may("handle") else "all")
    chosen = mine if of == "mine" else lines
    by_tab = {tab.name: [line for code, line in chosen if code in tab.duties] for tab in TABS}
    shown = [tab for tab in TABS if sits.may("read")]
    first = next((tab.name for tab in shown if by_tab[tab.name]), "overdue")
    grants_tab = sits.may("grant", "confirm_grant")
    if not sits.may("read"):
        first = "grants"
    here = wanted.tab if wanted.tab in by_tab or wanted.tab == "grants" else first
    tabs = [
        TabShown(f"/?tab={tab.name}&of={of}", tab.words, len(by_tab[tab.name]), tab.name == here)
        for tab in shown
    ]
    if grants_tab:
        tabs.append(TabShown(f"/?tab=grants&of={of}", "待确认授权", len(grants), here == "grants"))
    found = by_tab.get(here, [])
    return await page(
        request,
        "duties.html",
        tabs=tabs,
        here=here,
        lines=found[:LONGEST],
        count=len(found),
        empty=next((tab.empty for tab in TABS if tab.name == here), "没有待确认的授权。"),
        of=of,
        of_mine=len(mine),
        of_all=len(lines),
        grants=grants if here == "grants" else [],
        grants_tab=grants_tab,
    )


def _is_mine(line: Line, sits: Me, own: Any) -> bool:
    """Assigned to who is at the page, or to their unit; drafts to whoever may review or approve."""
    if line.next == "draft_reviewed":
        return sits.may("review")
    if line.next == "draft_approved":
        return sits.may("approve")
    if line.officer is not None:
        return line.officer == sits.officer
    return line.unit is not None and own is not None and own.unit == line.unit


async def _lines(view: View, on: date) -> list[tuple[str, Line]]:
    """Every duty of the office, by its code."""
    requests = {each.reference: each for each in await view.requests_on(on)}
    calendar = view.law.calendar
    found = work_list.work_list(requests.values(), on, calendar, SOON)
    lines = [_line(duty, requests[duty.reference], on, view) for duty in found]
    closed = [row async for row in view.listed(Filter(stage="closed"), limit=LONGEST)]
    lines += [
        (
            "unarchived",
            Line(
                row.reference,
                row.subject,
                "已送达，可以归档",
                "第四十五条",
                row.served_on,
                None,
                row.unit,
                None,
                "",
                "archived",
            ),
        )
        for row in closed
        if row.served_on is not None or row.closed_by != "answered"
    ]
    return lines


def _line(duty: Duty, request: DisclosureRequest, on: date, view: View) -> tuple[str, Line]:
    code = "today" if duty.duty == "due_soon" and duty.due_on == on else duty.duty
    words, article = DUTIES[duty.duty]
    line = Line(
        duty.reference,
        duty.subject,
        "今日到期，应答复" if code == "today" else words,
        article,
        duty.due_on,
        of_term(duty.due_on, on, view.law.calendar) if duty.due_on else None,
        duty.unit,
        request.officer,
        duty.note,
        _NEXT.get(code),
    )
    return code, line


HANDLERS = (duties,)
