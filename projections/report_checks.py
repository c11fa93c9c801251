"""What is wrong with an annual report before it is published, ours or anybody's.

A finding names its place, both sides and the difference. An error (an identity that does not hold, a citation of
nothing) blocks publication; a warning is waived by its name, with a reason that holds for later years too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from domain.annual_report import format_of, number_in
from domain.report_events import REQUIRED, SECTIONS
from domain.report_format import CARRIED_IN, NEW, TOTAL
from projections import annual_tables, report_text, report_wording
from projections.annual_tables import Discrepancy
from projections.report_content import Content
from projections.report_text import Fees

Grade = Literal["error", "warning"]

CHECKS: dict[str, tuple[Grade, str]] = {
    "balance": ("error", "第一项加第二项之和，等于第三项总计加第四项之和"),
    "outcomes_sum": ("error", "各办理结果之和，等于（七）总计"),
    "columns_sum": ("error", "各类申请人之和，等于总计"),
    "appeals_sum": ("error", "结果维持、纠正、其他、尚未审结之和，等于总计"),
    "unknown_citation": ("error", "文字引用的数据应当存在"),
    "carry": ("warning", "上年结转，等于上一年度报告公布的结转下年度，逐列核对"),
    "effective": ("warning", "现行有效件数，等于上一年现行有效件数加本年制发减本年废止"),
    "items": ("warning", "上一年项目数量，等于上一年度报告的项目数量加其增减"),
    "pending": ("warning", "上一年度尚未审结的复议、诉讼应计入本年"),
    "blank": ("warning", "表格不留空白"),
    "format": ("warning", "采用该年度的年报格式"),
    "text_figure": ("warning", "文字中的数与表格一致"),
    "percentage": ("warning", "百分比以本年办结为基数"),
    "fees_untold": ("warning", "收取信息处理费的，在第六部分报告"),
    "section_empty": ("warning", "各部分不留空白"),
    "supervision_untold": ("warning", "各级政府报告考核、社会评议和责任追究情况"),
    "copied_text": ("warning", "文字不照抄上一年度"),
}
"""Every check: the grade of its findings, and what it holds to."""

_TABLES = {
    "proactive": "主动公开表",
    "requests": "申请表",
    "appeals": "复议诉讼表",
}
_TOPICS = {
    "proactive": "主动公开",
    "on_request": "依申请公开",
    "management": "信息管理",
    "platforms": "平台",
    "supervision": "监督保障",
}
"""The word by which a sub-topic of section one is known in a report typed elsewhere."""
_SUPERVISION = (("考核",), ("评议",), ("责任追究", "问责", "追责"))
COPIED = Decimal("0.8")
"""From this share of a text's phrases on, all of them last year's, it is called copied."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One thing found. name: by which it is waived. difference = left - right where both are numbers.

    waived: why it is no fault, as an officer said; None while it stands.
    """

    check: str
    name: str
    grade: Grade
    text: str
    section: str | None = None
    table: str | None = None
    row: str | None = None
    column: str | None = None
    left: str | None = None
    right: str | None = None
    difference: str | None = None
    waived: str | None = None

    @property
    def is_open(self) -> bool:
        return self.waived is None


class Known(msgspec.Struct, frozen=True):
    """What a report may be held against beside itself. previous: last year's, as published.

    fees: charged in the year; None where only the report tells. kind: of the authority. whole: a report without
    texts has none, not that they were not given.
    """

    previous: Content | None = None
    fees: Fees | None = None
    kind: str | None = None
    whole: bool = False


def check(content: Content, known: Known | None = None) -> list[Finding]:
    """Everything that is found, errors first, each kind in the order of CHECKS."""
    known = known or Known()
    found = [
        *_identities(content),
        *_citations(content),
        *_blanks(content),
        *_format(content),
        *_texts(content),
        *_fees(content, known),
        *(_sections(content, known.kind) if _has_texts(content, known) else ()),
    ]
    if known.previous is not None:
        found += [*_years(content, known.previous), *_copied(content, known.previous)]
    order = list(CHECKS)
    return sorted(found, key=lambda each: order.index(each.check))


def waive(found: Iterable[Finding], reasons: Mapping[str, str]) -> list[Finding]:
    """The findings, warnings that are waived with their reason. reasons: by a finding's name, or its check's."""
    return [
        msgspec.structs.replace(each, waived=reasons.get(each.name, reasons.get(each.check)))
        if each.grade == "warning"
        else each
        for each in found
    ]


def is_waivable(name: str) -> bool:
    """Whether a warning can bear the name."""
    return CHECKS.get(name.split(":", maxsplit=1)[0], ("error", ""))[0] == "warning"


def errors_in(found: Iterable[Finding]) -> list[Finding]:
    return [each for each in found if each.grade == "error"]


def _finding(
    check: str,
    text: str,
    *place: str | None,
    left: Decimal | int | str | None = None,
    right: Decimal | int | str | None = None,
    **where: str | None,
) -> Finding:
    """place: what tells it from others of the check, in its name."""
    difference = None
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        difference = str(left - right)
        text = f"{text}：{left}与{right}不符，差{difference}"
    return Finding(
        check=check,
        name=":".join((check, *filter(None, place))),
        grade=CHECKS[check][0],
        text=text,
        left=None if left is None else str(left),
        right=None if right is None else str(right),
        difference=difference,
        **where,
    )


# --- the tables by themselves ---


def _identities(content: Content) -> Iterator[Finding]:
    for each in annual_tables.reconcile(content.tables):
        yield _discrepancy(each, content, CHECKS[each.identity][1])


def _discrepancy(each: Discrepancy, content: Content, rule: str) -> Finding:
    where = "".join(
        f"“{_label(content, code)}”" for code in (each.route, each.row, each.column) if code is not None
    )
    return _finding(
        each.identity,
        f"{_TABLES[each.table]}{where}不符合“{rule}”",
        each.route or each.row,
        each.column,
        left=each.left,
        right=each.right,
        section=_SECTION_OF[each.table],
        table=each.table,
        row=each.route or each.row,
        column=each.column,
    )


_SECTION_OF = {"proactive": "proactive", "requests": "requests", "appeals": "appeals"}


def _label(content: Content, code: str) -> str:
    form = content.form
    lines = (*form.requests.rows, *form.requests.columns, *form.appeals.routes, *form.appeals.columns)
    proactive = (row for block in form.proactive for row in block.rows)
    return next((each.levels[-1] for each in (*lines, *proactive) if each.code == code), code)


def _blanks(content: Content) -> Iterator[Finding]:
    for place in annual_tables.blanks(content.tables):
        row, _, column = place.rpartition(".")
        table = "appeals" if row in content.appeals_table else "requests"
        yield _blank(content, table, row, column)
    form = content.form
    for block in form.proactive:
        for line in block.rows:
            cells = content.proactive_table.get(line.code)
            if cells is None:
                if content.proactive_table:
                    yield _blank(content, "proactive", line.code, None)
                continue
            for column, cell in zip(block.columns, cells, strict=False):
                if number_in(cell) is None:
                    yield _blank(content, "proactive", line.code, column)


def _blank(content: Content, table: str, row: str, column: str | None) -> Finding:
    where = f"“{_label(content, row)}”行" + (f"“{_label(content, column)}”格" if column else "")
    return _finding(
        "blank",
        f"{_TABLES[table]}{where}没有数字",
        row,
        column,
        section=_SECTION_OF[table],
        table=table,
        row=row,
        column=column,
    )


def _format(content: Content) -> Iterator[Finding]:
    if content.year is not None and content.format != (usual := format_of(content.year)):
        yield _finding("format", f"{content.year}年度应采用{usual}年格式，所用的是{content.format}年格式")
    elif content.mixed:
        forms = "、".join(f"{_TABLES.get(table, table)}为{name}年格式" for table, name in content.mixed)
        yield _finding("format", f"表格混用格式：{forms}")


# --- texts ---


def _title(section: str) -> str:
    return SECTIONS.get(section, "总体情况")


def _citations(content: Content) -> Iterator[Finding]:
    for section, text in content.texts.items():
        for citation in report_text.unknown_citations(text):
            yield _finding(
                "unknown_citation",
                f"“{_title(section)}”引用了没有的数据",
                section,
                citation,
                section=section,
                left=citation,
            )


def _texts(content: Content) -> Iterator[Finding]:
    figures = report_text.figures(content)
    for section, text in content.texts.items():
        name = _title(section)
        for each in report_wording.figures_in(text, figures):
            yield _finding(
                "text_figure",
                f"“{name}”写“{each.quoted}”，表中“{each.words}”",
                section,
                each.names[0],
                section=section,
                table=each.names[0].split(".", maxsplit=1)[0],
                row=each.names[0].split(".", maxsplit=1)[1],
                left=each.typed,
                right=each.expected[0],
            )
        closed, new = (int(figures[f"requests.{row}.{TOTAL}"]) for row in (TOTAL, NEW))
        for share in report_wording.shares_in(text):
            if share.of(closed):
                continue
            base = "（以新收为基数）" if share.of(new) else ""
            yield _finding(
                "percentage",
                f"“{name}”写“{share.quoted}”{base}，以办结{closed}件为基数应为"
                f"{report_text.share(share.part, closed)}",
                section,
                str(share.part),
                section=section,
                left=f"{share.printed}%",
                right=report_text.share(share.part, closed),
            )


def _has_texts(content: Content, known: Known) -> bool:
    """Whether sections without words are silent: a file that brings a few sentences brings no sections."""
    return known.whole or len(content.texts) > 1


def _fees(content: Content, known: Known) -> Iterator[Finding]:
    fees = known.fees
    unpaid = content.requests_table.get("other.fee_unpaid", [0])[-1] or 0
    charged = fees.requests if fees is not None else unpaid
    told = content.texts.get("other", "")
    if (
        charged
        and _has_texts(content, known)
        and not any(word in told for word in ("处理费", "收费", "费用"))
    ):
        yield _finding(
            "fees_untold", f"本年对{charged}件申请收费，第六部分没有报告收取信息处理费情况", section="other"
        )


def _sections(content: Content, kind: str | None) -> Iterator[Finding]:
    whole = content.texts.get("overview")
    for section in REQUIRED:
        topic, _, own = section.partition(".")
        title = SECTIONS[section]
        if own and whole is not None:
            told = _TOPICS[own] in whole
        else:
            told = bool(content.texts.get(section, "").strip())
        if not told:
            where = f"第一部分的“{title}”" if topic == "overview" else f"“{title}”"
            yield _finding("section_empty", f"{where}没有内容", section, section=section)
    if kind == "government":
        text = "".join(content.texts.values())
        for words in _SUPERVISION:
            if not any(word in text for word in words):
                yield _finding(
                    "supervision_untold", f"没有报告{words[0]}情况", words[0], section="overview.supervision"
                )


# --- against last year ---


def _years(content: Content, previous: Content) -> Iterator[Finding]:
    for each in annual_tables.reconcile_years(previous.tables, content.tables):
        yield _finding(
            "carry",
            f"上年结转“{_label(content, str(each.column))}”与上一年度公布的结转下年度",
            each.column,
            section="requests",
            table="requests",
            row=CARRIED_IN,
            column=each.column,
            left=each.left,
            right=each.right,
        )
    yield from _proactive_years(content, previous)
    for route, results in previous.appeals_table.items():
        pending, total = results.get("pending") or 0, content.appeals_table.get(route, {}).get(TOTAL) or 0
        if total < pending:
            yield _finding(
                "pending",
                f"“{_label(content, route)}”本年总计少于上一年度尚未审结",
                route,
                section="appeals",
                table="appeals",
                row=route,
                column=TOTAL,
                left=total,
                right=pending,
            )


def _proactive_years(content: Content, previous: Content) -> Iterator[Finding]:
    """Documents in force, and in the form of 2019 items of the year before; only where both years have the cells."""
    rules = (
        ("effective", "现行有效件数", ("现行有效件数", "本年制发件数"), ("本年废止件数",)),
        ("items", "上一年项目数量", ("上一年项目数量", "本年增/减"), ()),
    )
    for check, column, added, taken in rules:
        for row in content.proactive_table:
            now = _cell(content, row, column)
            issued = previous if check == "items" else content
            terms = [_cell(previous, row, added[0]), *(_cell(issued, row, each) for each in added[1:])]
            less = [_cell(content, row, each) for each in taken]
            if now is None or None in terms or None in less:
                continue
            expected = sum((each or Decimal(0) for each in terms), Decimal(0)) - sum(
                (each or Decimal(0) for each in less), Decimal(0)
            )
            if now != expected:
                yield _finding(
                    check,
                    f"“{_label(content, row)}”的{column}与推算",
                    row,
                    section="proactive",
                    table="proactive",
                    row=row,
                    column=column,
                    left=now,
                    right=expected,
                )


def _cell(content: Content, row: str, column: str) -> Decimal | None:
    for block in content.form.proactive:
        cells = content.proactive_table.get(row)
        if cells and column in block.columns and any(line.code == row for line in block.rows):
            index = block.columns.index(column)
            return number_in(cells[index]) if index < len(cells) else None
    return None


def _copied(content: Content, previous: Content) -> Iterator[Finding]:
    for section, text in content.texts.items():
        share = report_wording.likeness(text, previous.texts.get(section, ""))
        if share >= COPIED:
            name = _title(section)
            yield _finding(
                "copied_text",
                f"“{name}”的文字有{round(100 * share)}%与上一年度相同",
                section,
                section=section,
                left=f"{round(100 * share)}%",
                right=f"{round(100 * COPIED)}%",
            )
