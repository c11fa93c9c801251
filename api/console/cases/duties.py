"""The first page: duties of today in tabs, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

import msgspec
from litestar import Response, get
from msgspec import Meta

from adapters.register.reading import reports_due
from api.console.forms import query_of
from api.console.frame import Me, at, code_of, me, page
from api.console.paging import PageNumber, Pages, part
from api.console.standing import SOON, Standing, of_term
from api.today import today
from api.web import auth
from api.web.request import ApiRequest
from domain.authority.authority import Authority
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.grants import Grant
from domain.authority.powers import ROLES, Act
from domain.law.calendar import Calendar
from projections import digest
from projections.digest import ReportOwed
from projections.district.work_list import UnitWarning
from projections.services import words
from projections.work_list import DUTIES, TO_ARCHIVE, Duty, asked_by_superior, outline

LONGEST = 500
"""Maximum lines of a tab; all are counted."""


class Tab(NamedTuple):
    """name: in the address. duties: codes it shows. empty: text if there are none. acts: one of them is needed to see it."""

    name: str
    words: str
    duties: tuple[str, ...]
    empty: str
    acts: tuple[Act, ...] = ("read",)


ASKED, UNITS = "asked", "units"

TABS = (
    Tab(
        ASKED,
        "督办、报送、考核",
        ("order_waiting", "return_to_prepare", "return_to_approve", "assessment_to_check"),
        "没有待办的督办、报送和考核。",
        ("read", "report"),
    ),
    Tab("overdue", "逾期·今日", ("overdue", "redo_overdue", "today"), "没有逾期的，也没有今天到期的申请。"),
    Tab("soon", "将到期", ("due_soon", "redo"), "没有将到期的申请。"),
    Tab("review", "待审核", ("to_review",), "没有待审核的文稿。"),
    Tab("approve", "待批准", ("to_approve",), "没有待批准的文稿。"),
    Tab("returned", "退回待改", ("returned",), "没有退回待改的文稿。"),
    Tab("send", "待发出", ("answer_to_send", "extension_to_send"), "没有已批准待发出的文稿。"),
    Tab("serve", "待送达", ("unserved",), "答复的都已登记送达。"),
    Tab(
        "erase",
        "待销毁",
        ("erasure_requested",),
        "没有提请销毁而尚未执行的个人信息。",
        ("read", "erase"),
    ),
    Tab("archive", "待归档", (TO_ARCHIVE,), "送达的都已归档。"),
    Tab("consult", "征求意见到期", ("consultation_over",), "没有已到期的征求意见。"),
    Tab(
        "waiting",
        "等待申请人",
        ("supplement_over", "fee_over", "awaiting_supplement", "awaiting_payment"),
        "没有等待补正或缴费的申请。",
    ),
    Tab(
        "appeals",
        "救济",
        ("appeal_pending", "unanalysed"),
        "没有尚未审结的复议和诉讼，也没有待分析的纠错案件。",
    ),
    Tab("provisional", "期限暂定", ("provisional",), "没有期限暂定的申请。"),
)

_WORDS = {
    "today": ("今日到期，应答复", DUTIES["due_soon"][1]),
    TO_ARCHIVE: ("已送达，可以归档", "第四十五条"),
}
"""Labels of tabs that differ from the work list's."""

_TAB_OF = {duty: tab.name for tab in TABS for duty in tab.duties}

_NEXT = {
    "overdue": "answer_drafted",
    "redo_overdue": "answer_drafted",
    "today": "answer_drafted",
    "due_soon": "answer_drafted",
    "redo": "answer_drafted",
    "to_review": "draft_reviewed",
    "to_approve": "draft_approved",
    "returned": "answer_drafted",
    "answer_to_send": "answered",
    "extension_to_send": "extended",
    "unserved": "served",
    TO_ARCHIVE: "archived",
    "erasure_requested": "personal_data_erased",
    "consultation_over": "consultation_closed",
    "supplement_over": "lapsed",
    "fee_over": "lapsed",
    "awaiting_supplement": "supplemented",
    "awaiting_payment": "fee_paid",
    "appeal_pending": "appeal_decided",
    "unanalysed": "correction_analysed",
    "order_waiting": "supervision_answered",
    "return_to_prepare": "return_prepared",
    "return_to_approve": "return_handed_in",
    "assessment_to_check": "score_contested",
}
"""The event that completes each duty."""


_EXTENDED = frozenset({"due_soon", "today"})
"""Duties whose term can be extended."""


class Line(NamedTuple):
    """A line of the table. next, also: types of events that can be recorded for it."""

    reference: str | None
    subject: str | None
    words: str
    article: str
    due_on: date | None
    standing: Standing | None
    unit: str | None
    officer: str | None
    note: str
    next: str | None
    also: str | None


_EMPTY = {"grants": "没有待确认的授权、重置。", UNITS: "下级单位没有逾期、将到期的，也没有待审查的报送。"}


class Waiting(NamedTuple):
    """An act that another administrator must confirm, neither its recorder nor its holder. holder: code of the officer
    concerned. until: of a grant, how long it holds.
    """

    holder: str
    who: str
    what: str
    on: date
    by: tuple[str, ...]
    until: date | None
    address: str


def _waiting(office: Authority, sits: Me, on: date) -> Iterator[Waiting]:
    def grant(holder: str, who: str, what: str, each: Grant) -> Waiting:
        address = f"/people/grant_confirmed?version={each.version}"
        return Waiting(holder, who, what, each.on, each.granted_by, each.until, address)

    for officer in office.officers:
        for each in officer.grants:
            if each.is_pending(on) and officer.in_office(on):
                yield grant(officer.id, sits.named(officer.id), f"授予{ROLES[each.role]}", each)
    for service in office.services:
        for waits in service.pending(on):
            yield grant(service.id, f"服务账号{service.id}", f"授予{words(waits.acts)}", waits)
    for reset in office.pending_factor_resets:
        yield Waiting(
            reset.officer, sits.named(reset.officer), "重置动态口令和通行密钥", reset.on, reset.requested_by, None,
            f"/people/second_factor_reset?version={reset.version}",
        )  # fmt: skip


class TabShown(msgspec.Struct, frozen=True):
    address: str
    words: str
    count: int | None
    here: bool


class DutiesQuery(msgspec.Struct, frozen=True):
    """The tab, and whose duties."""

    tab: Annotated[str, Meta(max_length=20)] = ""
    of: Annotated[str, Meta(max_length=8)] = ""
    done: Annotated[str, Meta(max_length=9)] = ""
    page: PageNumber = 1


@get("/", **at("read", "administer", "grant", "confirm_grant", "count", "report", "read_access_log", "prove"))
async def duties(request: ApiRequest) -> Response[Any]:
    """待办。"""
    wanted, sits, on = query_of(request, DutiesQuery), await me(request), today()
    office = sits.who.authority
    calendar, found, mine, owed = await _work(request)
    waiting = list(_waiting(office, sits, on))
    of = wanted.of if wanted.of in ("mine", "all") else ("mine" if mine else "all")
    by_tab: dict[str, list[Duty]] = {tab.name: [] for tab in TABS}
    for each in mine if of == "mine" else found:
        by_tab[_TAB_OF[_code(each, on)]].append(each)
    shown = [
        tab
        for tab in TABS
        if (by_tab[tab.name] or tab.name != ASKED or not sits.may("read")) and sits.may(*tab.acts)
    ]
    below = await request.register.units_of(code_of(request), on) if sits.may("read") else []
    grants_tab = sits.may("grant", "confirm_grant")
    none = "overdue" if sits.may("read") else "grants" if grants_tab or not shown else shown[0].name
    first = next((tab.name for tab in shown if by_tab[tab.name]), none)
    here = wanted.tab if wanted.tab in by_tab or wanted.tab == "grants" else first
    warnings: list[UnitWarning] = []
    if below and wanted.tab == UNITS:
        here = UNITS
        warnings = await request.register.district(code_of(request)).work_list(on, SOON)
    tabs = [
        TabShown(f"/?tab={tab.name}&of={of}", tab.words, len(by_tab[tab.name]), tab.name == here)
        for tab in shown
    ]
    if grants_tab:
        tabs.append(TabShown(f"/?tab=grants&of={of}", "待确认", len(waiting), here == "grants"))
    if below:  # the units' registers are read only when the tab is opened, so it has no count
        count = len(warnings) if here == UNITS else None
        tabs.append(TabShown(f"/?tab={UNITS}&of={of}", "下级单位", count, here == UNITS))
    listed: Sequence[Any] = warnings if here == UNITS else by_tab.get(here, [])
    return await page(
        request,
        "duties.html",
        tabs=tabs,
        here=here,
        lines=[_line(each, on, calendar) for each in part(by_tab.get(here, []), wanted.page)],
        warnings=[(each, _standing(each, on, calendar)) for each in part(warnings, wanted.page)],
        pages=Pages.of(wanted.page, len(listed), lambda number: f"/?tab={here}&of={of}&page={number}"),
        empty=_EMPTY.get(here) or next(tab.empty for tab in TABS if tab.name == here),
        of=of,
        of_mine=len(mine),
        of_all=len(found),
        reports=owed,
        waiting=waiting if here == "grants" else [],
        grants_tab=grants_tab,
        done=wanted.done,
        news=await request.register.credentials.news(request.caller.principal, auth.origin(request)),
    )


class Work(NamedTuple):
    """found: duties of the whole office that the officer may see; mine: the officer's own among them. owed: annual reports
    to be published."""

    calendar: Calendar
    found: list[Duty]
    mine: list[Duty]
    owed: list[ReportOwed]


async def _work(request: ApiRequest) -> Work:
    sits, on = await me(request), today()
    office = sits.who.authority
    found: list[Duty] = []
    async with request.register.reports(code_of(request), checked=False) as reports:
        view, calendar = reports.view, reports.view.law.calendar
        if sits.may("read"):
            ahead = digest.within(office, on)
            found = [*await view.work_list(on, ahead), *await view.unarchived()]
        elif sits.may("report"):
            found = asked_by_superior(view.authority.supervision, on, calendar)
        elif sits.may("erase"):
            listed = await view.work_list(on, digest.within(office, on))
            found = [outline(each) for each in listed if each.duty == "erasure_requested"]
        owed = [digest.owed(each, on, calendar) for each in await reports_due.due(reports, on, whole=False)]
    if sits.may("read"):
        found = [*await request.register.assessments.duties(office, on), *found]
    mine, theirs = digest.of_officer(office, sits.officer, found, owed, on)
    return Work(calendar, found, mine, theirs)


async def references_in(request: ApiRequest, tab: str, of: str) -> list[str]:
    """The requests that a tab lists, mine or the whole office's, in its order."""
    work = await _work(request)
    listed = work.mine if of == "mine" else work.found
    return list(dict.fromkeys(each.reference for each in listed if _TAB_OF[_code(each, today())] == tab))


def _standing(warning: UnitWarning, on: date, calendar: Calendar) -> Standing | None:
    return None if warning.due_on is None else of_term(warning.due_on, on, calendar)


def _code(duty: Duty, on: date) -> str:
    return "today" if duty.duty == "due_soon" and duty.due_on == on else duty.duty


def _line(duty: Duty, on: date, calendar: Calendar) -> Line:
    code = _code(duty, on)
    words, article = _WORDS.get(code) or DUTIES[code]
    return Line(
        None if duty.reference == AUTHORITY_STREAM else duty.reference,
        duty.subject,
        words,
        article,
        duty.due_on,
        of_term(duty.due_on, on, calendar, provisional=duty.awaits_notice)
        if duty.due_on and code != TO_ARCHIVE
        else None,
        duty.unit,
        duty.officer,
        duty.note,
        _NEXT.get(code),
        "extension_drafted" if code in _EXTENDED and not duty.extended else None,
    )


HANDLERS = (duties,)
