"""Tables drawn in a terminal, at most 100 columns wide; a hanzi takes two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from domain.report_format import TOTAL, Line, ReportFormat
from domain.values import bare
from projections.annual_tables import AnnualTables, Discrepancy

WIDTH = 100


def console(*, stderr: bool = False) -> Console:
    """A console of at most 100 columns, less where the terminal is narrower; plain where there is none."""
    found = Console(stderr=stderr, highlight=False, soft_wrap=False, emoji=False, markup=False)
    found.width = min(found.width, WIDTH) if found.is_terminal else WIDTH
    return found


def requests_table(tables: AnnualTables, form: ReportFormat) -> Group:
    """The requests table in the layout of the form. Its group labels stand as lines of their own."""
    drawn = _table()
    drawn.add_column(Text(form.requests.header), ratio=1)
    for column in form.requests.columns:
        drawn.add_column(Text(_folded(column.levels[-1])), justify="right", width=6)
    shown: tuple[str, ...] = ()
    for row in form.requests.rows:
        *groups, label = row.levels
        for depth, group in enumerate(groups):
            if shown[: depth + 1] != tuple(groups[: depth + 1]):
                drawn.add_row(Text("  " * depth + group))
        shown = tuple(groups)
        cells = tables.requests_table[row.code]
        style = "bold" if row.code == TOTAL or not groups else ""
        drawn.add_row(_hanging(label, len(groups)), *(_number(cell) for cell in cells), style=style)
    drawn.caption = Text(f"商业企业至其他五列为法人或其他组织\n{form.requests.corner}")
    return _titled("收到和处理政府信息公开申请情况", drawn)


def appeals_table(tables: AnnualTables, form: ReportFormat) -> Group:
    """The appeals table, one line a route instead of one line of fifteen cells."""
    drawn = _table()
    drawn.add_column(Text("类别"))
    for column in form.appeals.columns:
        drawn.add_column(Text(column.label), justify="right", min_width=10)
    for route in form.appeals.routes:
        results = tables.appeals_table[route.code]
        cells = (_number(results[column.code]) for column in form.appeals.columns)
        drawn.add_row(Text("：".join(route.levels)), *cells)
    return _titled("政府信息公开行政复议、行政诉讼情况", drawn)


def reconciliation(tables: AnnualTables, form: ReportFormat) -> list[Text]:
    """One line for each identity of the form that one year's tables can be held to."""
    lines = []
    for identity in ("balance", "outcomes_sum", "columns_sum", "appeals_sum"):
        failed = [found for found in tables.discrepancies if found.identity == identity]
        mark = f"✗ {len(failed)}处不符" if failed else "✓ 相符"
        lines.append(Text(f"{mark}　{form.identities[identity]}"))
    return lines


def discrepancies(found: Iterable[Discrepancy], form: ReportFormat) -> Group:
    """Which identity fails, in which table, row and column, both sides and the difference."""
    named = labels(form)
    drawn = _table()
    for heading in ("勾稽关系", "行或类别", "列", "左边", "右边", "差"):
        number = heading in ("左边", "右边", "差")
        drawn.add_column(Text(heading), justify="right" if number else "left", no_wrap=number)
    for each in found:
        where = each.row or each.route or ""
        drawn.add_row(
            Text(form.identities.get(each.identity, each.identity)),
            Text(named.get(where, where)),
            Text(named.get(each.column or "", each.column or "")),
            _number(each.left),
            _number(each.right),
            Text(f"{each.difference:+d}"),
        )
    return _titled("勾稽不符", drawn)


def listing(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Group:
    """A plain list; None is shown as nothing, numbers stand right."""
    drawn, lines = _table(), [list(row) for row in rows]
    for index, heading in enumerate(headings):
        numeric = bool(lines) and all(isinstance(line[index], int | None) for line in lines)
        days = bool(lines) and all(isinstance(line[index], date | None) for line in lines)
        drawn.add_column(
            Text(heading),
            justify="right" if numeric else "left",
            overflow="fold",
            min_width=10 if days else None,
        )
    for line in lines:
        drawn.add_row(*(Text("" if value is None else str(value)) for value in line))
    return _titled(title, drawn)


def _titled(title: str, drawn: Table) -> Group:
    """The title above, on a line of its own: a table's own title is broken at the width of the table."""
    return Group(Text(title, style="bold"), drawn)


def _table() -> Table:
    return Table(
        caption_justify="left", box=box.SQUARE,
        header_style="", padding=(0, 0), expand=False,
    )  # fmt: skip


def labels(form: ReportFormat) -> dict[str, str]:
    """The last level of each row's, column's and route's label, by code."""
    lines: list[Line] = [*form.requests.rows, *form.requests.columns, *form.appeals.columns]
    named = {line.code: line.levels[-1] for line in lines}
    named |= {route.code: "：".join(route.levels) for route in form.appeals.routes}
    return named | {TOTAL: "总计"}


def _number(cell: int | None) -> Text:
    return Text("" if cell is None else str(cell))


def _folded(label: str) -> str:
    """A heading broken into even lines of at most three hanzi."""
    lines = -(-len(label) // 3)
    width = -(-len(label) // lines)
    return "\n".join(label[start : start + width] for start in range(0, len(label), width))


def _hanging(label: str, depth: int) -> Text:
    """A label folded to the first column's width, its further lines indented under its text."""
    indent = "  " * depth
    number = len(label) - len(bare(label))
    hang = indent + " " * cell_len(label[:number])
    lines, line = [], indent
    for letter in label:
        if cell_len(line + letter) > LABEL_WIDTH:
            lines.append(line)
            line = hang
        line += letter
    return Text("\n".join([*lines, line]))


LABEL_WIDTH = WIDTH - 2 - 7 * 7
"""Cells left for the labels: two borders, seven columns of six with a rule each."""
