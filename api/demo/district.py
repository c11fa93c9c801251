"""A district in the demonstration: an office and its twelve units, with invented figures of 2024.

Nine units keep registers here, three only send files. One unit is merged into another in June. The office requests returns
for the third quarter and the year; one is handed in late. It also issues a supervision order on a late answer. All this
is recorded through the path that officers use.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording
from adapters.register.register import Register
from api.demo.console import staff
from api.demo.year import Figures, Line, recordings, registration
from domain.authority.powers import Role
from domain.report.official_form import CARRIED_IN, CARRIED_OUT, NEW, TOTAL, ReportFormat
from domain.values import Period
from projections.annual_tables import form_of
from projections.district import indicators, scores
from projections.listing import Filter
from projections.report import citations
from projections.report.content import Content, Proactive
from projections.report.document import AnnualDocument

YEAR = 2024
OFFICE, NAME = "shifanqu", "示范区人民政府办公室"
MERGED, SUCCESSOR = "zhaoshang", "fagai"
MERGED_ON = date(YEAR, 6, 3)
LATE, LATE_ID = "shuiwu", "late-one"

SYSTEM, SECURITY, HANDLER, WRITER, HEAD = "zhou", "wu", "li", "sun", "zhao"
PEOPLE: dict[str, tuple[str, Role]] = {
    HANDLER: ("李明", "handler"),
    WRITER: ("孙丽", "statistician"),
    HEAD: ("赵刚", "approver"),
    SYSTEM: ("周强", "system_administrator"),
    SECURITY: ("吴敏", "security_administrator"),
}
"""Name and role by officer id, for each office with a register; the names are invented."""


class Unit(msgspec.Struct, frozen=True):
    """persons, firms: closed requests by row of the form. carried: persons' requests carried in, and carried out.

    appeals: by route and result. causes: of its corrected case.
    """

    code: str
    name: str
    kind: str
    persons: dict[str, int]
    firms: dict[str, int] = {}
    carried: tuple[int, int] = (0, 0)
    appeals: dict[str, dict[str, int]] = {}
    causes: tuple[str, ...] = ()


RECONSIDERED, SUED = "reconsideration", "litigation_after_reconsideration"
ABOVE = Unit(
    OFFICE, NAME, "department",
    {"granted": 6, "granted_in_part": 1, "refused.deliberative": 1, "unable.not_held": 3, "not_processed.petition": 1},
    {"granted": 1}, (1, 1), {RECONSIDERED: {"upheld": 1}},
)  # fmt: skip
UNITS = (
    Unit(SUCCESSOR, "示范区发展和改革局", "department", {"granted": 5, "unable.not_held": 2, "other.unspecified": 1}, {"granted": 2}, (1, 1)),
    Unit("jiaoyu", "示范区教育局", "department", {"granted": 7, "refused.internal_affairs": 1, "unable.not_held": 1, "other.supplement_lapsed": 1}),
    Unit(LATE, "示范区水务局", "department", {"granted": 3, "unable.must_be_created": 1}, {"granted_in_part": 1}, (0, 1)),
    Unit(
        "ziran", "示范区自然资源局", "department",
        {"granted": 9, "granted_in_part": 2, "refused.third_party_rights": 1, "unable.not_held": 4, "unable.still_unclear": 1},
        {"granted": 2, "unable.not_held": 1}, (2, 2),
        {RECONSIDERED: {"upheld": 2, "corrected": 1}, SUED: {"upheld": 1}}, ("facts", "reasoning"),
    ),
    Unit("minzheng", "示范区民政局", "department", {"granted": 2, "unable.not_held": 1}),
    Unit(MERGED, "示范区招商服务中心", "department", {}),
    Unit(
        "chengguan", "示范区城市管理局", "department",
        {"granted": 6, "refused.enforcement_file": 2, "not_processed.repeated": 1}, {}, (0, 1),
        {RECONSIDERED: {"corrected": 1, "upheld": 1}},
    ),
    Unit("dongjie", "示范区东街街道办事处", "subdistrict", {"granted": 4, "unable.not_held": 1, "not_processed.petition": 1}, {}, (1, 0)),
    Unit(
        "xihe", "示范区西河镇人民政府", "subdistrict",
        {"granted": 5, "refused.third_party_rights": 1, "unable.not_held": 2}, {}, (0, 1),
        {RECONSIDERED: {"corrected": 1}}, ("procedure",),
    ),
)  # fmt: skip
"""Units with a register here. A corrected case without causes has not been analysed yet."""
FILED = (
    Unit("dangan", "示范区档案馆", "other", {"granted": 3}),
    Unit("nanwan", "示范区南湾镇人民政府", "subdistrict", {"granted": 4, "unable.not_held": 1}, {}, (1, 1)),
    Unit("gongxiao", "示范区供销合作社", "other", {"granted": 1, "unable.not_held": 1}),
)
"""Units that only send their reports as files."""


def form() -> ReportFormat:
    return form_of(Period.year(YEAR))


def figures(unit: Unit) -> Figures:
    """The figures of the unit's year; its columns balance."""
    columns = [column.code for column in form().requests.columns]
    table: dict[str, list[int | None]] = {}
    persons, firms, total = (
        columns.index(each) for each in ("natural_person", "commercial_enterprise", TOTAL)
    )

    def line(of_persons: int, of_firms: int) -> list[int | None]:
        cells: list[int | None] = [0] * len(columns)
        cells[persons], cells[firms], cells[total] = of_persons, of_firms, of_persons + of_firms
        return cells

    closed = sum(unit.persons.values()), sum(unit.firms.values())
    carried_in, carried_out = unit.carried
    for row in form().requests.rows:
        table[row.code] = line(unit.persons.get(row.code, 0), unit.firms.get(row.code, 0))
    table[NEW] = line(closed[0] + carried_out - carried_in, closed[1])
    table[CARRIED_IN], table[CARRIED_OUT] = line(carried_in, 0), line(carried_out, 0)
    table[TOTAL] = line(*closed)
    appeals: dict[str, dict[str, int | None]] = {}
    for route in form().appeals.routes:
        results = unit.appeals.get(route.code, {})
        appeals[route.code] = {
            each.code: sum(results.values()) if each.code == TOTAL else results.get(each.code, 0)
            for each in form().appeals.columns
        }
    return Figures(unit.name, YEAR, columns, table, appeals)


def register_of(unit: Unit) -> Iterator[Line]:
    """The recordings of a unit's year, before it has officers."""
    opened = registration(figures(unit), unit.code)
    opened["event"]["kind"] = unit.kind
    yield opened
    if unit.code != OFFICE:
        relation = "lower_government" if unit.kind == "subdistrict" else "disclosure_supervisor"
        fields = {"superior": OFFICE, "relation": relation, "in_force_from": date(YEAR, 1, 1)}
        yield _own("superior", "superior_set", date(YEAR, 1, 1), **fields)
    if unit.code == MERGED:
        yield from _merged()
        return
    yield from _documents(unit.code)
    for line in recordings(figures(unit))[0]:
        if line["event"]["type"] == "correction_analysed":
            if not unit.causes:
                continue
            line["event"] |= {"causes": list(unit.causes), "measures": "通报承办科室，改正文书（虚构）"}
        yield line
    if unit.code == LATE:
        yield from _request(LATE_ID, date(YEAR, 3, 4), date(YEAR, 4, 15), "late_answer")


_DOCUMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    SUCCESSOR: (("示发改规〔2022〕1号", "2022-04-11"), ("示发改规〔2024〕1号", "2024-03-18"), ("示发改规〔2024〕2号", "2024-09-09")),
    "ziran": (("示自然规〔2024〕1号", "2024-05-20"),),
}  # fmt: skip
"""Normative documents by unit: number and day. The first one of the successor is abolished in 2024."""


def _documents(code: str) -> Iterator[Line]:
    for number, on in _DOCUMENTS.get(code, ()):
        event = {
            "type": "document_made", "on": on, "document_no": number, "name": "示例办法（虚构）", "kind": "normative",
            "disclosure": "proactive", "basis": "第二十条第一项", "public_on": on,
        }  # fmt: skip
        yield {"id": f"district-{number}", "stream": f"report/{on[:4]}", "event": event}
    if code == SUCCESSOR:
        ended = {
            "type": "document_ended", "on": f"{YEAR}-09-09", "document_no": "示发改规〔2022〕1号", "cause": "replaced",
            "basis": "示发改规〔2024〕2号",
        }  # fmt: skip
        yield {"id": "district-ended", "stream": f"report/{YEAR}", "event": ended}


def _merged() -> Iterator[Line]:
    """Four requests before the merger; the last one is answered after it, in this register."""
    for nth, (received, answered) in enumerate(
        (((1, 15), (1, 29)), ((2, 26), (3, 11)), ((4, 8), (4, 22)), ((5, 27), (6, 12))), 1
    ):
        yield from _request(f"merged-{nth}", date(YEAR, *received), date(YEAR, *answered))
    yield _own(
        "merged", "reorganised", date(YEAR, 5, 30),
        reform="merged", successor=SUCCESSOR, in_force_from=MERGED_ON, document_no=f"示区编〔{YEAR}〕6号", report_by="own",
    )  # fmt: skip


def _request(id_: str, received: date, answered: date, *acknowledged: str) -> Iterator[Line]:
    yield {
        "id": id_,
        "event": {
            "type": "received", "on": received, "channel": "in_person", "receipt_basis": "handed_in", "delivery": "paper",
            "applicant_kind": "natural_person", "applicant": {"name": "示例申请人"}, "description": "示例内容（虚构）",
        },
    }  # fmt: skip
    answer = {
        "type": "answered", "on": answered, "outcome": "granted.provided", "legal_basis": "第三十六条第二项",
        "document_no": f"示例公开〔{YEAR}〕{id_}号",
    }  # fmt: skip
    yield {"id": f"{id_}-answered", "reference": f"#{id_}", "acknowledged": acknowledged, "event": answer}
    served = {"type": "served", "on": answered, "method": "in_person"}
    yield {"id": f"{id_}-served", "reference": f"#{id_}", "event": served}


def _own(id_: str, type_: str, on: date, **fields: Any) -> Line:
    return {"id": f"district-{id_}", "stream": "authority", "event": {"type": type_, "on": on, **fields}}


# --- returns and supervision ---

QUARTER, WHOLE_YEAR = f"{YEAR}年第三季度", f"{YEAR}年度"
_RETURNS = {
    QUARTER: (date(YEAR, 7, 1), date(YEAR, 9, 30), date(YEAR, 10, 8), date(YEAR, 10, 18)),
    WHOLE_YEAR: (date(YEAR, 1, 1), date(YEAR, 12, 31), date(YEAR + 1, 1, 3), date(YEAR + 1, 1, 20)),
}
"""For each return: first and last day of the period, day of the request, last day to hand it in."""


def returns(unit: Unit, version: int) -> Iterator[tuple[str, Line]]:
    """Actor and recording of each step of the returns. version: number of the unit's own entries so far."""
    for name, (first, last, on, respond_by) in _RETURNS.items():
        if unit.code == MERGED and name == QUARTER:
            continue  # it no longer exists
        version += 1
        requested = {"name": name, "first_on": first, "last_on": last, "respond_by": respond_by}
        if name == WHOLE_YEAR:
            requested["report_year"] = YEAR
        late = unit.code == "dongjie" and name == QUARTER
        handed_in = respond_by.replace(day=respond_by.day + 4) if late else respond_by.replace(day=15)
        yield f"{OFFICE}/{WRITER}", _own(f"asked-{name}", "return_requested", on, **requested)
        yield WRITER, _own(f"prepared-{name}", "return_prepared", handed_in, version=version)
        yield HEAD, _own(f"handed-{name}", "return_handed_in", handed_in, version=version)
        yield (
            f"{OFFICE}/{WRITER}",
            _own(f"accepted-{name}", "return_accepted", respond_by.replace(day=25), version=version),
        )
        version += 3


def order(reference: str, version: int) -> Iterator[tuple[str, Line]]:
    """Actor and recording of a supervision order on the late request, and of its late answer. version: see `returns`."""
    yield (
        f"{OFFICE}/{HANDLER}",
        _own(
            "ordered", "supervision_ordered", date(YEAR, 4, 8),
            matter="overdue", reference=reference, respond_by=date(YEAR, 4, 12), document_no=f"示区府办督〔{YEAR}〕1号",
        ),
    )  # fmt: skip
    answer = {"version": version + 1, "result": "done", "document_no": f"示水〔{YEAR}〕9号"}
    yield HANDLER, _own("order-answered", "supervision_answered", date(YEAR, 4, 16), **answer)


# --- files ---


def listed() -> str:
    """The list of units as CSV."""
    return "\n".join(["单位,计入", *(unit.name for unit in (ABOVE, *UNITS, *FILED))]) + "\n"


INDICATORS, ASSESSMENT = "licheng-2020", f"{YEAR}年度考核"
CONTESTS, CONTEST = "chengguan", 26
"""The unit that contests its score in the handbook's example, and the version of this entry."""


def entered() -> str:
    """The scores that the office enters by hand, as CSV for the set INDICATORS."""
    names = {each.code: each.name for each in indicators.load(INDICATORS).indicator}
    lines = [",".join(scores.HEADINGS)]
    for unit in (*UNITS, *FILED):
        late = unit.code == "minzheng"
        filled = [
            ("on_request", "0", "不配合区公开办的次数"),
            ("annual_report", str(int(late)), "年度报告逾期公布"),
            ("secrecy", "部分落实" if late else "落实", ""),
        ]
        filled += [(indicator, "0", why) for indicator, why in (_OF_FILES if unit in FILED else _OF_REPORTS)]
        lines += [
            f"{unit.name},{names[indicator]},{value},检查记录（虚构）,{why}"
            for indicator, value, why in filled
        ]
    return "\n".join(lines) + "\n"


_OF_REPORTS = (
    ("annual_report", "报来的年度报告有差错"), ("annual_report", "报来的年度报告与上年或其他单位雷同"),
)  # fmt: skip
"""Scores needed only for units with a register."""
_OF_FILES = (
    ("on_request", "逾期答复、逾期未办结的申请"), ("on_request", "结果纠正的复议、诉讼"),
    ("on_request", "逾期未答复的督办"), ("annual_report", "逾期报送的数字"),
)  # fmt: skip
"""Scores needed only for units without a register."""


def report_of(unit: Unit) -> AnnualDocument:
    """The annual report that a unit sends as a file; two of the three share a text."""
    table = figures(unit)
    nothing: Proactive = {
        row.code: ["0"] * len(block.columns) for block in form().proactive for row in block.rows
    }  # fmt: skip
    content = Content(
        year=YEAR,
        format=form().name,
        columns=table.columns,
        requests_table=table.requests_table,
        appeals_table=table.appeals_table,
        proactive_table=nothing,
        authority=unit.name,
        texts={"preface": _PREFACE, "problems": _PROBLEMS[unit.code]},
    )
    return citations.document(content, issued_on=date(YEAR + 1, 1, 17))


_PREFACE = "根据《中华人民共和国政府信息公开条例》第四十九条、第五十条的规定，编制本报告（虚构）。"
_SAME = (
    "存在的主要问题是主动公开的内容不够丰富，公开的时效有待提高，专职人员配备不足。"
    "下一步将完善目录，加强培训，按月检查更新情况，提高答复的规范化水平（虚构）。"
)
_PROBLEMS = {
    "dangan": "利用档案的引导不够清楚。下一步在查阅大厅张贴办理流程，并在网站列明各类档案的查阅办法（虚构）。",
    "nanwan": _SAME,
    "gongxiao": _SAME,
}


# --- recording ---


async def record(register: Register) -> int:
    """Record the district unless it exists. Returns the number of entries recorded."""
    if OFFICE in await register.authorities():
        return 0
    count = 0
    for unit in (ABOVE, *UNITS):
        replies = await register.record_all(
            unit.code, list(map(_converted, register_of(unit))), actor=HANDLER
        )
        count += len(replies) + await staff(register, unit.code, PEOPLE, appointed_on=date(YEAR, 1, 2))
    for unit in UNITS:
        version = (await register.authority(unit.code)).version
        recordings: list[tuple[str, Line]] = []
        if unit.code == LATE:
            async with register.view(unit.code) as view:
                late = [row async for row in view.listed(Filter(irregularity="late_answer"))]
            recordings += order(late[0].reference, version)
        recordings += returns(unit, version + len(recordings))
        for actor, line in recordings:
            await register.record(unit.code, _converted(line), actor=actor)
        count += len(recordings)
    return count


def _converted(line: Line) -> Recording:
    return convert(msgspec.to_builtins(line))
