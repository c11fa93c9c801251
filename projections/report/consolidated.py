"""Consolidates the reports of many units: sums by form, units without a report, and reports that are not counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from domain.report import official_form
from domain.report.annual_report import format_of
from domain.report.official_form import ReportFormat
from domain.report.state import number_in
from projections.annual_tables import Appeals, Cells
from projections.report.blanks import missing_rows
from projections.report.content import content_of
from projections.report.imported import TypedReport
from projections.report.judged import Source, same_unit


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of the reports in one form. consolidated_from: their units. A cell is None if blank in all of them."""

    format: str
    columns: list[str]
    requests_table: Cells
    appeals_table: Appeals
    proactive_table: dict[str, list[str | None]]
    consolidated_from: list[str]


class Consolidated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The consolidated report. It has the fields of a report, so it can be checked as one.

    Its tables are the sum in the year's form. other_forms: sums of reports laid out in another form. missing: units of
    the list without a report. not_counted: by file, why its figures are in no sum.
    """

    authority: str
    year: int
    format: str
    columns: list[str]
    requests_table: Cells
    appeals_table: Appeals
    proactive_table: dict[str, list[str | None]]
    consolidated_from: list[str]
    other_forms: list[Part] = []
    missing: list[str] = []
    not_counted: dict[str, str] = {}

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.not_counted and not self.other_forms


def consolidate(
    sources: Sequence[Source], *, name: str, year: int | None = None, units: Sequence[str] = ()
) -> Consolidated | None:
    """The sum of the reports of one year; None if no report can be counted.

    A report with unread figures is not counted, nor are reports of one unit that differ. name: of the authority that
    consolidates. year: of the reports that count; by default the most frequent. units: those that should have sent one.
    """
    reports = [(each.file, each.report) for each in sources if each.report is not None]
    years = Counter(report.year for _, report in reports if report.year is not None)
    year = year or (years.most_common(1)[0][0] if years else None)
    left_out = {each.file: each.fault or "" for each in sources if each.report is None}
    sent: dict[str, list[tuple[str, TypedReport]]] = {}
    for file, report in reports:
        why = why_not(report, year)
        if why is None:
            sent.setdefault(same_unit(report.authority or file), []).append((file, report))
        else:
            left_out[file] = why
    counted: list[tuple[str, TypedReport]] = []
    for own in sent.values():
        if all(_are_equal(own[0][1], report) for _, report in own):
            counted.append(own[0])
            continue
        for file, report in own:
            besides = "、".join(f"“{each}”" for each, _ in own if each != file)
            count = "两" if len(own) == 2 else "几"
            left_out[file] = f"与{besides}同为“{report.authority}”的报告而数字不同，{count}个都没有计入"
    if year is None or not counted:
        return None
    form = format_of(year)
    by_form: dict[str, list[tuple[str, TypedReport]]] = {}
    for file, report in counted:
        by_form.setdefault(report.layouts.get("requests", form), []).append((file, report))
    parts = [sum_of(official_form.load(each), own) for each, own in sorted(by_form.items(), key=lambda each: (each[0] != form, each[0]))]  # fmt: skip
    first, *others = parts
    present = {
        same_unit(report.authority) for _, report in reports if report.authority and report.year == year
    }
    return Consolidated(
        authority=name,
        year=year,
        **msgspec.structs.asdict(first),
        other_forms=others,
        missing=[unit for unit in units if same_unit(unit) not in present],
        not_counted=left_out,
    )


def why_not(report: TypedReport, year: int | None) -> str | None:
    """Why the report is not counted; None if it is."""
    if report.year != year:
        return f"不是{year}年度的报告" if report.year else "未能识别年度"
    if report.unread:
        return f"有未能读出的内容：{report.unread[0]}"
    if not report.requests_table or not report.appeals_table:
        return "缺少表格"
    if missing_rows(content_of(report), report.layouts):
        return "申请表的行不齐全"
    return None


def _are_equal(one: TypedReport, other: TypedReport) -> bool:
    """Whether all cells are equal; in the proactive table by their numbers, not as printed."""
    first, second = (
        {row: [*map(number_in, cells)] for row, cells in each.proactive_table.items()}
        for each in (one, other)
    )
    tables = (one.requests_table, one.appeals_table, first)
    return tables == (other.requests_table, other.appeals_table, second)


def sum_of(form: ReportFormat, reports: Sequence[tuple[str, TypedReport]]) -> Part:
    """The sum of the reports in the layout of the form. reports: each with its file name, used if it names no authority."""
    columns = [column.code for column in form.requests.columns]
    return Part(
        format=form.name,
        columns=columns,
        requests_table={
            row.code: [_count(_cell(report, row.code, column) for _, report in reports) for column in columns]
            for row in form.requests.rows
        },
        appeals_table={
            route.code: {
                result.code: _count(
                    report.appeals_table.get(route.code, {}).get(result.code) for _, report in reports
                )
                for result in form.appeals.columns
            }
            for route in form.appeals.routes
        },
        proactive_table={
            row.code: [
                _amount(
                    _nth(report.proactive_table.get(row.code, []), nth, len(block.columns))
                    for _, report in reports
                )
                for nth in range(len(block.columns))
            ]
            for block in form.proactive
            for row in block.rows
        },
        consolidated_from=sorted(report.authority or file for file, report in reports),
    )


def _cell(report: TypedReport, row: str, column: str) -> int | None:
    cells = report.requests_table.get(row)
    return cells[report.columns.index(column)] if cells and column in report.columns else None


def _nth(cells: Sequence[str | None], nth: int, width: int) -> str | None:
    """A cell of a row; None if its number of cells differs from the form's, since its columns then mean something else."""
    return cells[nth] if len(cells) == width else None


def _count(numbers: Iterable[int | None]) -> int | None:
    known = [each for each in numbers if each is not None]
    return sum(known) if known else None


def _amount(texts: Iterable[str | None]) -> str | None:
    known = [number for text in texts if (number := number_in(text)) is not None]
    return f"{sum(known, Decimal(0)):f}" if known else None
