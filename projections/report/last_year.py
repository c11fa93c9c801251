"""Checks a report against last year's."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from domain.report.official_form import CARRIED_IN, CARRIED_OUT, TOTAL
from domain.report.state import number_in
from projections import annual_tables
from projections.report import citations, stated_numbers
from projections.report.content import Content
from projections.report.finding import ReportFinding, Unread, column_label, finding, label, title

COPIED = Decimal("0.8")
"""A text counts as copied if at least this share of its phrases is in last year's."""


def find(content: Content, previous: Content, unread: Unread, before: Unread) -> Iterator[ReportFinding]:
    """Findings. unread, before: cells of this and of last year's report whose content is not known."""
    yield from _carried(content, previous, unread, before)
    yield from _proactive_years(content, previous)
    yield from _pending(content, previous, unread, before)
    yield from _copied(content, previous)
    yield from _changes(content, previous, unread, before)


def _carried(content: Content, previous: Content, unread: Unread, before: Unread) -> Iterator[ReportFinding]:
    for each in annual_tables.reconcile_years(previous.tables, content.tables):
        column = str(each.column)
        if ("requests", CARRIED_IN, column) in unread or ("requests", CARRIED_OUT, column) in before:
            continue
        yield finding(
            "carry",
            f"上年结转“{column_label(content.format, str(each.column), 'requests')}”与上一年度公布的结转下年度",
            each.column,
            section="requests",
            table="requests",
            row=CARRIED_IN,
            column=each.column,
            left=each.left,
            right=each.right,
        )


def _pending(content: Content, previous: Content, unread: Unread, before: Unread) -> Iterator[ReportFinding]:
    for route, results in previous.appeals_table.items():
        if ("appeals", route, TOTAL) in unread or ("appeals", route, "pending") in before:
            continue
        if route not in content.appeals_table:
            continue
        pending, total = results.get("pending") or 0, content.appeals_table.get(route, {}).get(TOTAL) or 0
        if total < pending:
            yield finding(
                "pending",
                f"“{label(content.format, route, 'appeals')}”本年总计少于上一年度尚未审结",
                route,
                section="appeals",
                table="appeals",
                row=route,
                column=TOTAL,
                left=total,
                right=pending,
            )


def _proactive_years(content: Content, previous: Content) -> Iterator[ReportFinding]:
    """Check the documents in force, and in the form of 2019 last year's items; only if both years have the cells."""
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
                yield finding(
                    check,
                    f"“{label(content.format, row, 'proactive')}”的{column}与推算",
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
        if (
            cells
            and len(cells) == len(block.columns)
            and column in block.columns
            and any(line.code == row for line in block.rows)
        ):
            index = block.columns.index(column)
            return number_in(cells[index]) if index < len(cells) else None
    return None


def _changes(content: Content, previous: Content, unread: Unread, before: Unread) -> Iterator[ReportFinding]:
    if content.year is None or previous.year != content.year - 1:
        return
    now, last = known_figures(content, unread), known_figures(previous, before)
    for section, text in content.texts.items():
        for each in stated_numbers.changes_in(text, now, last):
            way, more = (
                ("增加", each.now - each.then) if each.now >= each.then else ("减少", each.then - each.now)
            )
            true = f"{way}{more}件，即{citations.share(more, each.then)}"
            yield finding(
                "change",
                f"“{title(section)}”写“{each.quoted}”，上一年度报告为{each.then}件，实为{true}",
                section,
                each.name,
                section=section,
                left=each.change,
                right=true,
            )


def known_figures(content: Content, unread: Unread) -> dict[str, str]:
    """The figures that texts can be checked against: without blank ones, and those that depend on an unread cell."""
    figures = citations.figures(content)
    silent = [
        *(("requests", row, column) for row, cells in content.requests_table.items() if not any(cell is not None for cell in cells) for column in content.columns),
        *(("appeals", route, result) for route, results in content.appeals_table.items() if not any(cell is not None for cell in results.values()) for result in results),
    ]  # fmt: skip
    for table, row, column in (*unread, *silent):
        group = "appeals.litigation" if row.startswith("litigation") else f"requests.{row.partition('.')[0]}"
        for name in (f"{table}.{row}.{column}", f"{group}.{column}"):
            figures.pop(name, None)
    return figures


def _copied(content: Content, previous: Content) -> Iterator[ReportFinding]:
    for section, text in content.texts.items():
        share = stated_numbers.likeness(text, previous.texts.get(section, ""))
        if share >= COPIED:
            name = title(section)
            yield finding(
                "copied_text",
                f"“{name}”的文字有{round(100 * share)}%与上一年度相同",
                section,
                section=section,
                left=f"{round(100 * share)}%",
                right=f"{round(100 * COPIED)}%",
            )
