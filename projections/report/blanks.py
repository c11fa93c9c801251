"""Finds blank cells of a report: one finding for each blank row, column or single cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from domain.report import official_form
from domain.report.official_form import ReportFormat
from domain.report.state import number_in
from projections.report.content import Content
from projections.report.finding import TABLES, ReportFinding, Unread, column_label, finding, label

_MANY = 4
"""From this many blank cells in a column, one finding reports the column."""


def missing_rows(content: Content, layouts: Mapping[str, str]) -> list[str]:
    """Codes of the form's rows that the requests table lacks; empty if the report has no such table.

    layouts: the form that each table is laid out in.
    """
    if not content.requests_table:
        return []
    form = official_form.load(layouts.get("requests", content.format))
    if any(row not in {line.code for line in form.requests.rows} for row in content.requests_table):
        fewest = min(map(official_form.load, official_form.NAMES), key=lambda each: len(set(content.requests_table) - {line.code for line in each.requests.rows}))  # fmt: skip
        form = fewest
    return [line.code for line in form.requests.rows if line.code not in content.requests_table]


def find(
    content: Content, layouts: Mapping[str, str], unread: Unread, *, is_own: bool = False
) -> Iterator[ReportFinding]:
    """Findings `row_missing` and `blank`. unread: cells whose content is not known.

    is_own: a report made here; each blank cell of its proactive table is named, since each is entered separately.
    """
    yield from _missing(content, missing_rows(content, layouts))
    requests = {
        row: {column: cell is None for column, cell in zip(content.columns, cells, strict=True)}
        for row, cells in content.requests_table.items()
    }
    yield from _empty(content, "requests", requests, unread)
    appeals = {
        route: {result: count is None for result, count in results.items()}
        for route, results in content.appeals_table.items()
    }
    yield from _empty(content, "appeals", appeals, unread)
    yield from _proactive(content, official_form.load(layouts.get("proactive", content.format)), is_own)


def _missing(content: Content, rows: Sequence[str]) -> Iterator[ReportFinding]:
    if rows:
        names = "、".join(f"“{label(content.format, row)}”" for row in rows[:5])
        more = f"等{len(rows)}行" if len(rows) > 5 else ""
        text = f"申请表缺少{names}{more}，涉及这些行的勾稽关系没有核对"
        yield finding("row_missing", text, *rows[:1], section="requests", table="requests")


def _empty(
    content: Content, table: str, blank: Mapping[str, Mapping[str, bool]], unread: Unread
) -> Iterator[ReportFinding]:
    """Blank rows first, then columns, then single cells. blank: by row and column, whether the cell is blank."""
    cells = {
        (row, column)
        for row, columns in blank.items()
        for column, is_blank in columns.items()
        if is_blank and (table, row, column) not in unread
    }
    rows = sorted(
        {row for row, columns in blank.items() if columns and all((row, each) in cells for each in columns)}
    )
    if rows and len(rows) == len(blank):
        yield finding("blank", f"{TABLES[table]}全部空白", table, section=table, table=table)
        return
    for row in rows:
        yield _blank(content, table, row, None)
    cells -= {(row, column) for row, column in cells if row in rows}
    columns_ = [column for column in content.columns if table == "requests"]
    for column in columns_:
        own = {row for row, each in cells if each == column}
        if len(own) >= _MANY:
            whole = "" if len(own) + len(rows) == len(blank) else f"有{len(own)}格"
            yield finding(
                "blank",
                f"{TABLES[table]}“{column_label(content.format, column, table)}”列{whole}没有数字",
                "*",
                column,
                section=table,
                table=table,
                column=column,
            )
            cells -= {(row, column) for row in own}
    for row, column in sorted(cells):
        yield _blank(content, table, row, column)


def _proactive(content: Content, form: ReportFormat, is_own: bool) -> Iterator[ReportFinding]:
    """A cell with text but no number is not blank: it has been reported as not read."""
    for block in form.proactive:
        for line in block.rows:
            cells = content.proactive_table.get(line.code)
            if cells is None:
                if content.proactive_table:
                    yield _blank(content, "proactive", line.code, None)
                continue
            empty = [
                column
                for column, cell in zip(block.columns, cells, strict=False)
                if cell is None or (number_in(cell) is None and not cell.strip())
            ]
            if len(empty) == len(cells) > 1 and not is_own:
                yield _blank(content, "proactive", line.code, None)
            else:
                for column in empty:
                    yield _blank(content, "proactive", line.code, column)


def _blank(content: Content, table: str, row: str, column: str | None) -> ReportFinding:
    where = f"“{label(content.format, row, table)}”行" + (
        f"“{column_label(content.format, column, table)}”格" if column else ""
    )
    return finding(
        "blank",
        f"{TABLES[table]}{where}没有数字",
        row,
        column,
        section=table,
        table=table,
        row=row,
        column=column,
    )
