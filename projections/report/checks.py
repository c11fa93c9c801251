"""The checks of an annual report, ours or another authority's.

A finding names its place, both sides and the difference. An error (a failed identity, a citation of an unknown figure)
blocks publication. A warning can be waived by its name, with a reason that applies to later years too. A cell that could
not be read is no fault of the report: checks that need it are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from domain.report.annual_report import format_of
from domain.report.events import REQUIRED, SECTIONS
from domain.report.official_form import CARRIED_IN, NEW, TOTAL
from domain.report.state import number_in
from projections import annual_tables
from projections.annual_tables import Discrepancy
from projections.report import blanks, citations, last_year, stated_numbers
from projections.report.content import Content, content_of
from projections.report.finding import (
    CHECKS,
    TABLES,
    Grade,
    Known,
    ReportFinding,
    Unread,
    column_label,
    finding,
    label,
    title,
)
from projections.report.imported import TypedReport

__all__ = ["CHECKS", "Grade", "Known", "ReportFinding"]

_TOPICS = {
    "proactive": "主动公开",
    "on_request": "依申请公开",
    "management": "信息管理",
    "platforms": "平台",
    "supervision": "监督保障",
}
"""The word that shows that section one of another authority's report covers a sub-topic."""
_SUPERVISION = (("考核",), ("评议",), ("责任追究", "问责", "追责"))


def check_typed(typed: TypedReport, previous: TypedReport | None = None) -> list[ReportFinding]:
    """All findings on a report from a file. Unread cells are not checked. previous: the report of the year before."""
    known = Known(
        previous=content_of(previous) if previous is not None else None,
        unread=_unread(typed),
        previous_unread=_unread(previous) if previous is not None else frozenset(),
        layouts=typed.layouts,
    )
    return check(content_of(typed), known)


def _unread(typed: TypedReport) -> Unread:
    return frozenset(typed.unread_cells)


def check(content: Content, known: Known | None = None) -> list[ReportFinding]:
    """All findings, errors first, in the order of CHECKS."""
    known = known or Known()
    unread = known.unread | _absent(content, known.layouts)
    found = [
        *_identities(content, unread),
        *_citations(content),
        *blanks.find(content, known.layouts, unread, is_own=known.whole),
        *_documents(content, known.listed),
        *_format(content, known.layouts),
        *_texts(content, unread),
        *_fees(content, known),
        *(
            finding("not_taken_over", f"{name}（{code}）由本机关承接，其本年的数字尚未并入", code)
            for code, name in known.not_taken_over
        ),
        *(
            finding(
                "taken_over_moved", f"{name}（{code}）的台账在并入之后有变动，应再次并入：{_few(cells)}", code
            )
            for code, name, cells in known.taken_over_moved
        ),
        *(_sections(content, known.kind) if _has_texts(content, known) else ()),
    ]
    if known.previous is not None:
        before = known.previous_unread | _absent(known.previous, {})
        found += last_year.find(content, known.previous, unread, before)
    order = list(CHECKS)
    return sorted(found, key=lambda each: order.index(each.check))


def _few(cells: tuple[str, ...]) -> str:
    return "；".join(cells[:3]) + (f"；等{len(cells)}处" if len(cells) > 3 else "")


def _absent(content: Content, layouts: Mapping[str, str]) -> Unread:
    """The cells of rows that the table of requests lacks."""
    rows = blanks.missing_rows(content, layouts)
    return frozenset(("requests", row, column) for row in rows for column in content.columns)


def waive(found: Iterable[ReportFinding], reasons: Mapping[str, str]) -> list[ReportFinding]:
    """The findings, with `waived` set on waived warnings. reasons: by the name of a finding or of a check."""
    return [
        msgspec.structs.replace(each, waived=reasons.get(each.name, reasons.get(each.check)))
        if each.grade == "warning"
        else each
        for each in found
    ]


def is_waivable(name: str) -> bool:
    """Whether this is the name of a warning; errors cannot be waived."""
    return CHECKS.get(name.split(":", maxsplit=1)[0], ("error", ""))[0] == "warning"


def errors_in(found: Iterable[ReportFinding]) -> list[ReportFinding]:
    return [each for each in found if each.grade == "error"]


# --- tables ---


def _identities(content: Content, unread: Unread) -> Iterator[ReportFinding]:
    for each in annual_tables.reconcile(content.tables, unread):
        yield _discrepancy(each, content, CHECKS[each.identity][1])


def _discrepancy(each: Discrepancy, content: Content, rule: str) -> ReportFinding:
    words = (
        label(content.format, row, each.table) if (row := each.route or each.row) else None,
        column_label(content.format, each.column, each.table) if each.column else None,
    )
    where = "".join(f"“{word}”" for word in words if word is not None)
    return finding(
        each.identity,
        f"{TABLES[each.table]}{where}不符合“{rule}”",
        each.route or each.row,
        each.column,
        left=each.left,
        right=each.right,
        section=each.table,
        table=each.table,
        row=each.route or each.row,
        column=each.column,
    )


def _documents(content: Content, listed: Mapping[str, Mapping[str, str]]) -> Iterator[ReportFinding]:
    """Compare the figures entered by hand with the register of documents."""
    columns = {row.code: block.columns for block in content.form.proactive for row in block.rows}
    for row, cells in listed.items():
        printed = dict(zip(columns[row], content.proactive_table.get(row, ()), strict=False))
        for column, text in cells.items():
            if number_in(printed.get(column)) != number_in(text):
                yield finding(
                    "documents",
                    f"主动公开表“{label(content.format, row)}”的{column}填报为{printed.get(column) or '空白'}，文件目录为{text}",
                    row,
                    column,
                    left=number_in(printed.get(column)),
                    right=number_in(text),
                    section="proactive",
                    table="proactive",
                    row=row,
                    column=column,
                )


def _format(content: Content, layouts: Mapping[str, str]) -> Iterator[ReportFinding]:
    laid = set(layouts.values())
    if content.year is not None and len(laid) == 1 and laid != {content.format}:
        yield finding(
            "format", f"{content.year}年度应采用{content.format}年格式，表格采用的是{laid.pop()}年格式"
        )
    elif content.year is not None and content.format != (usual := format_of(content.year)):
        yield finding("format", f"{content.year}年度应采用{usual}年格式，所用的是{content.format}年格式")
    elif content.mixed:
        forms = "、".join(f"{TABLES.get(table, table)}为{name}年格式" for table, name in content.mixed)
        yield finding("format", f"表格混用格式：{forms}")


# --- texts ---


def _citations(content: Content) -> Iterator[ReportFinding]:
    for section, text in content.texts.items():
        for citation in citations.unknown_citations(text):
            yield finding(
                "unknown_citation",
                f"“{title(section)}”引用了没有的数据",
                section,
                citation,
                section=section,
                left=citation,
            )


def _texts(content: Content, unread: Unread) -> Iterator[ReportFinding]:
    figures = last_year.known_figures(content, unread)
    closed, new, carried = (
        int(figures.get(f"requests.{row}.{TOTAL}", "0")) for row in (TOTAL, NEW, CARRIED_IN)
    )
    for section, text in content.texts.items():
        name = title(section)
        for each in stated_numbers.figures_in(text, figures, content.authority or None):
            table, _, cell = each.names[0].partition("+")[0].partition(".")
            row, _, column = cell.rpartition(".")
            yield finding(
                "text_figure",
                f"“{name}”写“{each.quoted}”，表中“{each.words}”",
                section,
                each.names[0],
                section=section,
                table=table,
                row=row,
                column=column,
                left=each.typed,
                right=each.expected[0],
            )
        for share in stated_numbers.shares_in(text):
            if not closed or any(map(share.of, (closed, new, new + carried))):
                continue
            yield finding(
                "percentage",
                f"“{name}”写“{share.quoted}”，占办结{closed}件的{citations.share(share.part, closed)}，"
                f"占收到{new}件的{citations.share(share.part, new)}",
                section,
                str(share.part),
                section=section,
                left=f"{share.printed}%",
                right=citations.share(share.part, closed),
            )


def _has_texts(content: Content, known: Known) -> bool:
    """Whether missing texts are faults: a file with text in only one section is assumed to leave the texts out."""
    return known.whole or len(content.texts) > 1


def _fees(content: Content, known: Known) -> Iterator[ReportFinding]:
    fees = known.fees
    unpaid = content.requests_table.get("other.fee_unpaid", [0])[-1] or 0
    charged = fees.requests if fees is not None else unpaid
    text = content.texts.get("other", "")
    if (
        charged
        and _has_texts(content, known)
        and not any(word in text for word in ("处理费", "收费", "费用"))
    ):
        yield finding(
            "fees_untold", f"本年对{charged}件申请收费，第六部分没有报告收取信息处理费情况", section="other"
        )


def _sections(content: Content, kind: str | None) -> Iterator[ReportFinding]:
    whole = content.texts.get("overview")
    for section in REQUIRED:
        topic, _, own = section.partition(".")
        title = SECTIONS[section]
        if own and whole is not None:
            stated = _TOPICS[own] in whole
        else:
            stated = bool(content.texts.get(section, "").strip())
        if not stated:
            where = f"第一部分的“{title}”" if topic == "overview" else f"“{title}”"
            yield finding("section_empty", f"{where}没有内容", section, section=section)
    if kind == "government":
        text = "".join(content.texts.values())
        for words in _SUPERVISION:
            if not any(word in text for word in words):
                yield finding(
                    "supervision_untold", f"没有报告{words[0]}情况", words[0], section="overview.supervision"
                )
