"""Findings of the checks of a report, and what a report can be compared with."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Literal

import msgspec

from domain.report import official_form
from domain.report.events import SECTIONS
from domain.report.official_form import FormLine
from projections.report.citations import Fees
from projections.report.content import Content

Grade = Literal["error", "warning"]

CHECKS: dict[str, tuple[Grade, str]] = {
    "balance": ("error", "第一项加第二项之和，等于第三项总计加第四项之和"),
    "outcomes_sum": ("error", "各办理结果之和，等于（七）总计"),
    "columns_sum": ("error", "各类申请人之和，等于总计"),
    "appeals_sum": ("error", "结果维持、纠正、其他、尚未审结之和，等于总计"),
    "unknown_citation": ("error", "文字引用的数据应当存在"),
    "not_taken_over": ("warning", "被承接机关的数字由本机关一并报告的，已经并入"),
    "taken_over_moved": ("warning", "并入的数字，与被承接机关的台账现在的数字一致"),
    "carry": ("warning", "上年结转，等于上一年度报告公布的结转下年度，逐列核对"),
    "effective": ("warning", "现行有效件数，等于上一年现行有效件数加本年制发减本年废止"),
    "items": ("warning", "上一年项目数量，等于上一年度报告的项目数量加其增减"),
    "pending": ("warning", "上一年度尚未审结的复议、诉讼应计入本年"),
    "documents": ("warning", "规章、规范性文件的件数与文件目录一致"),
    "row_missing": ("warning", "表格各行齐全"),
    "blank": ("warning", "表格不留空白"),
    "format": ("warning", "采用该年度的年报格式"),
    "text_figure": ("warning", "文字中的数与表格一致"),
    "change": ("warning", "文字中比上年的增减，与两年报告的数字一致"),
    "percentage": ("warning", "百分比以本年办结或收到的件数为基数"),
    "fees_untold": ("warning", "收取信息处理费的，在第六部分报告"),
    "section_empty": ("warning", "各部分不留空白"),
    "supervision_untold": ("warning", "各级政府报告考核、社会评议和责任追究情况"),
    "copied_text": ("warning", "文字不照抄上一年度"),
}
"""All checks: the grade of their findings, and their rule."""

NAMES: dict[str, str] = {
    "balance": "收支不平",
    "outcomes_sum": "办理结果合计不符",
    "columns_sum": "申请人合计不符",
    "appeals_sum": "复议诉讼合计不符",
    "unknown_citation": "引用不存在",
    "not_taken_over": "前机关的数字未并入",
    "taken_over_moved": "并入之后前机关台账有变动",
    "carry": "结转与上年不符",
    "effective": "现行有效件数不符",
    "items": "项目数量与上年不符",
    "pending": "上年未审结未计入",
    "documents": "与文件目录不同",
    "row_missing": "缺少行",
    "blank": "空白",
    "format": "格式",
    "text_figure": "文字与表格不符",
    "change": "增减与上年不符",
    "percentage": "百分比不符",
    "fees_untold": "未报告收费",
    "section_empty": "部分没有内容",
    "supervision_untold": "未报告监督情况",
    "copied_text": "文字雷同",
}
"""The Chinese name of each check, used in lists and to waive it in a file."""

TABLES = {"proactive": "主动公开表", "requests": "申请表", "appeals": "复议诉讼表"}

Unread = frozenset[tuple[str, str, str]]
"""Cells whose content is not known, as (table, row, column); checks must not count them as zero."""


class ReportFinding(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A finding. name: identifies it for waiving. left, right: the two sides. difference: left - right if both are numbers.

    waived: the officer's reason why it is no fault; None while it is open.
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
    """What a report is compared with.

    previous: last year's report as published. fees: charged in the year; None if only the report has them.
    kind: of the authority. whole: the report is complete, so a missing text is a fault. unread, previous_unread: cells
    of either report that are not known. layouts: by table, the form whose labels it has.
    listed: cells of the proactive table by row and column, from the register of documents.
    not_taken_over: (code, name) of each predecessor whose figures are not included yet.
    taken_over_moved: (code, name, cells) of each predecessor whose register has changed since, with the changed cells.
    """

    previous: Content | None = None
    fees: Fees | None = None
    kind: str | None = None
    whole: bool = False
    unread: Unread = frozenset()
    previous_unread: Unread = frozenset()
    layouts: dict[str, str] = {}
    listed: dict[str, dict[str, str]] = {}
    not_taken_over: tuple[tuple[str, str], ...] = ()
    taken_over_moved: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


def finding(
    check: str,
    text: str,
    *place: str | None,
    left: Decimal | int | str | None = None,
    right: Decimal | int | str | None = None,
    **where: str | None,
) -> ReportFinding:
    """Make a finding. place: distinguishes it from others of the check, and becomes part of its name.

    where: section, table, row and column. Two numbers left and right are added to the text with their difference.
    """
    difference = None
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        difference = str(left - right)
        text = f"{text}：{left}与{right}不符，差{difference}"
    return ReportFinding(
        check=check,
        name=":".join((check, *filter(None, place))),
        grade=CHECKS[check][0],
        text=text,
        left=None if left is None else str(left),
        right=None if right is None else str(right),
        difference=difference,
        **where,
    )


def label(form: str | None, code: str, table: str | None = None) -> str:
    """The Chinese label of a row, a group of rows or a route; from another form if this one lacks it, else the code.

    table: needed if the code is ambiguous, such as `other`. For columns see `column_label`.
    """
    return _found(form, code, table, is_column=False)


def column_label(form: str | None, code: str, table: str | None = None) -> str:
    """The Chinese label of a column or a result. Columns of the proactive table have their labels as codes."""
    return _found(form, code, table, is_column=True)


def _found(form: str | None, code: str, table: str | None, *, is_column: bool) -> str:
    names = dict.fromkeys((form or official_form.NAMES[-1], *reversed(official_form.NAMES)))
    tables = (table,) if table is not None else tuple(TABLES)
    found = (
        _labels(name, each, is_column=is_column).get(code) for name in names for each in reversed(tables)
    )
    return next((words for words in found if words is not None), code)


@cache
def _labels(name: str, table: str, *, is_column: bool) -> dict[str, str]:
    form = official_form.load(name)
    lines: Sequence[FormLine] = ()
    if table == "requests":
        lines = form.requests.columns if is_column else form.requests.rows
    elif table == "appeals":
        lines = form.appeals.columns if is_column else form.appeals.routes
    elif table == "proactive" and not is_column:
        lines = [row for block in form.proactive for row in block.rows]
    separator = "_" if table == "appeals" else "."
    groups = {line.code.partition(separator)[0]: line.levels[-2] for line in lines if len(line.levels) > 1}
    return groups | {line.code: line.levels[-1] for line in lines}


def title(section: str) -> str:
    """The Chinese title of a section."""
    return SECTIONS.get(section, "总体情况")
