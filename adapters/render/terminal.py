"""Tables for a terminal, at most 100 columns wide; a Chinese character takes two columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from adapters.render.wrapping import WIDTH, fitted, wrap
from domain.report.official_form import TOTAL, FormLine, ReportFormat
from domain.values import bare
from projections.annual_tables import AnnualTables, Discrepancy, Tables
from projections.district.tables import DistrictTables


def console(*, stderr: bool = False) -> Console:
    """A console of at most 100 columns, fewer in a narrower terminal; without colours if the output is no terminal."""
    found = Console(stderr=stderr, highlight=False, soft_wrap=False, emoji=False, markup=False)
    found.width = min(found.width, WIDTH) if found.is_terminal else WIDTH
    return found


class _Fitted:
    """A table that is drawn for the available width."""

    def __init__(self, draw: Callable[[int], Table]) -> None:
        self._draw = draw

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._draw(options.max_width)


def requests_table(tables: Tables, form: ReportFormat) -> Group:
    """The requests table in the layout of the form, with group labels on separate lines."""
    return _titled("收到和处理政府信息公开申请情况", _Fitted(partial(_requests_table, tables, form)))


_NARROWEST_LABEL = 16


def _requests_table(tables: Tables, form: ReportFormat, width: int) -> Table:
    columns = form.requests.columns
    label_width = max(_NARROWEST_LABEL, width - 2 - 7 * len(columns))
    drawn = _table()
    drawn.add_column(_in_lines(form.requests.header, label_width), width=label_width, no_wrap=True)
    for column in columns:
        drawn.add_column(Text(_folded(column.levels[-1])), justify="right", width=6)
    shown: tuple[str, ...] = ()
    for row in form.requests.rows:
        *groups, label = row.levels
        for depth, group in enumerate(groups):
            if shown[: depth + 1] != tuple(groups[: depth + 1]):
                drawn.add_row(_hanging(group, depth, label_width))
        shown = tuple(groups)
        cells = tables.requests_table[row.code]
        style = "bold" if row.code == TOTAL or not groups else ""
        drawn.add_row(
            _hanging(label, len(groups), label_width), *(_number(cell) for cell in cells), style=style
        )
    drawn.caption = Text(f"商业企业至其他五列为法人或其他组织\n{form.requests.corner}")
    return drawn


def appeals_table(tables: Tables, form: ReportFormat) -> Group:
    """The appeals table with one row per route, since the form's row of fifteen cells is too wide."""
    columns = form.appeals.columns
    rows = [
        ["：".join(route.levels), *(tables.appeals_table[route.code][column.code] for column in columns)]
        for route in form.appeals.routes
    ]
    headings = ["类别", *(column.label for column in columns)]
    return _titled(
        "政府信息公开行政复议、行政诉讼情况", _Listing(headings, rows, right=range(1, len(headings)))
    )


def reconciliation(tables: AnnualTables | DistrictTables, form: ReportFormat) -> list[Text]:
    """One line for each identity that can be checked within one year's tables."""
    lines = []
    for identity in ("balance", "outcomes_sum", "columns_sum", "appeals_sum"):
        failed = [found for found in tables.discrepancies if found.identity == identity]
        mark = f"✗ {len(failed)}处不符" if failed else "✓ 相符"
        lines.append(Text(f"{mark}　{form.identities[identity]}"))
    return lines


def discrepancies(found: Iterable[Discrepancy], form: ReportFormat) -> Group:
    """The failed identities: table, row, column, both sides and the difference."""
    named = labels(form)
    rows = []
    for each in found:
        where = each.row or each.route or ""
        rows.append([
            form.identities.get(each.identity, each.identity), named.get(where, where),
            named.get(each.column or "", each.column or ""), each.left, each.right, f"{each.difference:+d}",
        ])  # fmt: skip
    headings = ("勾稽关系", "行或类别", "列", "左边", "右边", "差")
    return _titled("勾稽不符", _Listing(headings, rows, right=range(3, 6)))


def listing(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Group:
    """A plain list; None is blank, numeric columns are right-aligned."""
    lines = [list(row) for row in rows]
    numeric = [
        at for at in range(len(headings)) if lines and all(isinstance(line[at], int | None) for line in lines)
    ]
    return _titled(title, _Listing(headings, lines, right=numeric))


class _Listing:
    """A list that keeps all its columns in a narrow terminal. right: indexes of right-aligned columns."""

    def __init__(
        self, headings: Sequence[str], rows: list[list[Any]], *, right: Collection[int] = ()
    ) -> None:
        self._headings = headings
        self._right = right
        self._rows = [["" if value is None else str(value) for value in row] for row in rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = [[heading, *(row[at] for row in self._rows)] for at, heading in enumerate(self._headings)]
        widths = fitted(columns, options.max_width - len(columns) - 1)
        drawn = _table()
        for at, (heading, width) in enumerate(zip(self._headings, widths, strict=True)):
            side: JustifyMethod = "right" if at in self._right else "left"
            drawn.add_column(_in_lines(heading, width), justify=side, width=width, no_wrap=True)
        for row in self._rows:
            drawn.add_row(*(_in_lines(text, width) for text, width in zip(row, widths, strict=True)))
        yield drawn


def _in_lines(text: str, width: int) -> Text:
    return Text("\n".join(wrap(text, width)))


def _titled(title: str, drawn: RenderableType) -> Group:
    """With the title on a line above. rich's own title would be wrapped at the width of the table."""
    return Group(Text(title, style="bold"), drawn)


def _table() -> Table:
    return Table(
        caption_justify="left", box=box.SQUARE,
        header_style="", padding=(0, 0), expand=False,
    )  # fmt: skip


def labels(form: ReportFormat) -> dict[str, str]:
    """The last level of each row's, column's and route's label, by code."""
    lines: list[FormLine] = [*form.requests.rows, *form.requests.columns, *form.appeals.columns]
    named = {line.code: line.levels[-1] for line in lines}
    named |= {route.code: "：".join(route.levels) for route in form.appeals.routes}
    return named | {TOTAL: "总计"}


def _number(cell: int | None) -> Text:
    return Text("" if cell is None else str(cell))


def _folded(label: str) -> str:
    """A heading broken into even lines of at most three characters."""
    lines = -(-len(label) // 3)
    width = -(-len(label) // lines)
    return "\n".join(label[start : start + width] for start in range(0, len(label), width))


def _hanging(label: str, depth: int, width: int) -> Text:
    """A label folded to the first column's width, its further lines indented to its text."""
    number = len(label) - len(bare(label))
    indent = "  " * depth
    hanging = len(indent) + cell_len(label[:number])
    return Text("\n".join(wrap(indent + label, width, hanging)))
