"""Random reports in random styles: a seed determines the figures, the style they are typed in, and the file.

Nothing here knows how files are read: the figures are drawn first, and laid out in the official grid; what offices
do to it is done afterwards.
"""

from __future__ import annotations

import io
import json
import random
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import docx
import openpyxl
import typst
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from adapters.render.pdf import FONTS
from domain.report import official_form
from projections.report import grid as report_grid
from projections.report.document import Grid

KINDS = ("html", "xlsx", "docx", "pdf")
UNIT, YEAR = "示例市水务局", {"2019": 2020, "2021": 2023}


@dataclass
class Figures:
    """The figures of a report; None is a blank cell."""

    form: str
    requests: dict[str, list[int | None]]
    appeals: dict[str, dict[str, int | None]]
    proactive: dict[str, list[int | None]]


@dataclass
class Box:
    """A cell with its position and size on the page."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    is_figure: bool = False


@dataclass
class Style:
    """How a report is typed."""

    seed: int
    kind: str
    figures: Figures
    tables: list[list[Box]] = field(default_factory=list)
    frame: bool = False
    is_numbered: bool = False
    is_apart: bool = False
    """In a workbook each table has a sheet of its own."""
    encoding: str = "utf-8"
    declared: str = "utf-8"


def drawn(seed: int) -> Figures:
    chance = random.Random(seed)
    form = official_form.load(chance.choice(official_form.NAMES))

    def number() -> int | None:
        if chance.random() < 0.04:
            return None
        return chance.choice(
            (0, 0, 0, chance.randrange(10), chance.randrange(2_000), chance.randrange(2_000_000))
        )

    requests = {row.code: [number() for _ in form.requests.columns] for row in form.requests.rows}
    appeals = {
        route.code: {each.code: number() for each in form.appeals.columns} for route in form.appeals.routes
    }
    proactive = {
        row.code: [number() for _ in block.columns] for block in form.proactive for row in block.rows
    }
    return Figures(form.name, requests, appeals, proactive)


def styled(seed: int, kind: str | None = None, *, is_plain: bool = False) -> Style:
    """is_plain: no serial numbers, no tables cut in halves side by side, no transposed tables."""
    chance = random.Random(seed * 7 + 1)
    figures = drawn(seed)
    style = Style(seed, kind or chance.choice(KINDS), figures)
    form = official_form.load(figures.form)
    printed = {
        row: [None if cell is None else str(cell) for cell in cells]
        for row, cells in figures.proactive.items()
    }
    habits = Habits(chance, None if is_plain else random.Random(seed * 7 + 3))
    for grid in report_grid.grids(form, printed, figures.requests, figures.appeals):
        boxes = habits.typed(grid)
        for part in habits.arranged(boxes, grid):
            style.tables.append(part)
    style.is_apart = habits.turned
    style.is_numbered = habits.numbered
    style.frame = chance.random() < 0.2
    style.encoding = chance.choice(("utf-8", "utf-8", "gb18030", "utf-16", "utf-8-sig"))
    style.declared = chance.choice(("utf-8", "gb2312", "gbk", ""))
    return style


class Habits:
    """Habits of a typist, the same throughout a report."""

    def __init__(self, chance: random.Random, more: random.Random | None) -> None:
        self._chance = chance
        self._labels = chance.sample(
            ("spaced", "brackets", "numbering", "explained", "de", "other", "known", "slip"),
            chance.randrange(5),
        )
        self._numbers = chance.sample(
            ("wide", "grouped", "unit", "point", "mark", "spaced"), chance.randrange(3)
        )
        self._merged = chance.random() < 0.6
        self._spacers = chance.random() < 0.25
        self._left, self._top = chance.random() < 0.2, chance.random() < 0.2
        self._split = chance.choice((None, None, "bare", "headed"))
        self._repeats = self._numbered = self.turned = False
        self._serials: str | None = None
        if more is not None:
            self._split = "beside" if more.random() < 0.2 else self._split
            self._repeats = more.random() < 0.3
            self._serials = more.choice((None, None, None, "first", "beside"))
            self._numbered = more.random() < 0.15
            self.turned = self._split is None and more.random() < 0.4

    @property
    def numbered(self) -> bool:
        """Whether rows or columns have serial numbers."""
        return self._numbered or self._serials is not None

    def typed(self, grid: Grid) -> list[Box]:
        return [
            Box(cell.row, cell.column, self._number(cell.text) if cell.kind == "number" else self._label(cell.text), cell.rowspan, cell.colspan, cell.kind == "number")
            for cell in grid.cells
        ]  # fmt: skip

    def _number(self, text: str) -> str:
        chance = self._chance
        if not text:
            return chance.choice(("", "", "-", "/", "—", " "))
        for habit in self._numbers:
            if chance.random() < 0.5:
                continue
            if habit == "grouped" and text.isascii() and text.isdigit():
                text = f"{int(text):,}"
                text = text.replace(",", chance.choice((",", "，")))
            elif habit == "unit":
                text += "件"
            elif habit == "point" and text.isascii() and text.isdigit():
                text += ".00"
            elif habit == "mark" and text[-1].isdigit():
                text += chance.choice(("①", "²", "*"))
            elif habit == "spaced" and text.isdigit() and text.isascii():
                text = f"{int(text):,}".replace(",", " ")
            elif habit == "wide":
                text = "".join(chr(ord(each) + 0xFEE0) if each in "0123456789" else each for each in text)
        return text

    def _label(self, text: str) -> str:
        chance = self._chance
        for habit in self._labels:
            if chance.random() < 0.5 or not text:
                continue
            if habit == "spaced" and len(text) > 2:
                at = chance.randrange(1, len(text))
                text = text[:at] + chance.choice((" ", "\u3000", "\u00a0")) + text[at:]
            elif habit == "brackets":
                text = text.replace("（", "(").replace("）", ")")
            elif habit == "numbering" and text[0].isdigit():
                nth = int(text[0])
                text = chance.choice(
                    (f"({nth})", f"（{nth}）", chr(0x245F + nth), f"{nth}、", "")
                ) + text.lstrip("12345678").lstrip(".")
            elif habit == "explained" and text[:1] in "一二四（12345678" and "第二十条" not in text:
                text += chance.choice(("（单位：件）", "（见附注）", "(含网上申请)"))
            elif habit == "de" and text.endswith(("公开", "起诉")):
                text += "的"
            elif habit == "other":
                text = text.replace("其他", "其它")
            elif habit == "known":
                text = _KNOWN.get(text, text)
            elif habit == "slip" and len(text) > 11 and "第二十条" not in text:
                at = chance.randrange(5, len(text) - 1)
                text = text[:at] + text[at + 1 :]
        return text

    def arranged(self, boxes: list[Box], grid: Grid) -> list[list[Box]]:
        """The tables as the typist arranges them: with serial numbers, unmerged, with blank rows, cut in two, transposed."""
        chance = self._chance
        head = grid.header_rows or 0
        if self._serials and grid.name == "requests":
            boxes = _with_column(boxes, 0 if self._serials == "first" else grid.header_columns, head)
        if self._numbered and head:
            boxes = _with_numbers(boxes, head)
            head += 1
        parts = [boxes]
        if self._split == "beside" and grid.name == "requests":
            left = min(box.column for box in boxes if box.is_figure)
            cut = chance.randrange(left + 3, left + 5)
            parts = _beside(boxes, left, cut)
        elif self._split and grid.name == "requests":
            cut = chance.randrange(head + 2, grid.rows - 1)
            parts = _cut(boxes, cut, head if self._split == "headed" else 0)
        done = []
        for part in parts:
            if not self._merged:
                part = _unmerged(part, repeats=self._repeats)  # noqa: PLW2901
            if self._spacers:
                part = _spaced(part, chance.randrange(2, 1 + max(box.row + box.rows for box in part)))  # noqa: PLW2901
            if self.turned:
                part = [Box(box.column, box.row, box.text, box.columns, box.rows, box.is_figure) for box in part]  # noqa: PLW2901 # fmt: skip
            done.append(
                [
                    Box(
                        box.row + self._top,
                        box.column + self._left,
                        box.text,
                        box.rows,
                        box.columns,
                        box.is_figure,
                    )
                    for box in part
                ]
            )
        return done


_KNOWN = {
    "四、结转下年度继续办理": "四、结转下年度",
    "（七）总计": "（七）合计",
    "总计": "小计",
    "结果维持": "维持",
    "结果纠正": "纠正",
    "其他结果": "其他",
    "尚未审结": "未审结",
    "社会公益组织": "公益组织",
    "法律服务机构": "法律机构",
    "复议后起诉": "经复议后起诉",
    "未经复议直接起诉": "直接起诉",
}


def _with_column(boxes: list[Box], at: int, head: int) -> list[Box]:
    """With a column of serial numbers before column `at`. head: rows of the header."""
    lines = sorted({box.row for box in boxes if box.is_figure})
    moved = [
        Box(box.row, box.column + (box.column >= at), box.text, box.rows, box.columns, box.is_figure)
        for box in boxes
    ]
    numbers = [Box(row, at, str(nth)) for nth, row in enumerate(lines, 1)]
    return [*moved, Box(0, at, "序号", head), *numbers]


def _with_numbers(boxes: list[Box], head: int) -> list[Box]:
    """With a row 1, 2, 3 … between the header and the figures."""
    moved = [
        Box(box.row + (box.row >= head), box.column, box.text, box.rows, box.columns, box.is_figure)
        for box in boxes
    ]
    columns = sorted({box.column for box in boxes if box.is_figure})
    before = [Box(head, column, "栏次" if column == 0 else "") for column in range(columns[0])]
    return [*moved, *before, *(Box(head, column, str(nth)) for nth, column in enumerate(columns, 1))]


def _beside(boxes: list[Box], left: int, cut: int) -> list[list[Box]]:
    """Two tables with the same labels, the first with the columns before the cut."""
    end = max(box.column + box.columns for box in boxes)

    def part(first: int, last: int) -> list[Box]:
        found = []
        for box in boxes:
            start, stop = max(box.column, first), min(box.column + box.columns, last)
            if box.column < left:
                found.append(box)
            elif start < stop:
                found.append(
                    Box(box.row, start - first + left, box.text, box.rows, stop - start, box.is_figure)
                )
        return found

    return [part(left, cut), part(cut, end)]


def _unmerged(boxes: list[Box], *, repeats: bool) -> list[Box]:
    """Without merged cells. repeats: the text is in every cell, as some programs undo a merge."""
    found = []
    for box in boxes:
        for row in range(box.rows):
            for column in range(box.columns):
                text = box.text if repeats or row == column == 0 else ""
                found.append(Box(box.row + row, box.column + column, text, 1, 1, box.is_figure))
    return found


def _spaced(boxes: list[Box], at: int) -> list[Box]:
    """With an empty row before a row, unless a merged cell spans it."""
    if any(box.row < at < box.row + box.rows for box in boxes):
        return boxes
    width = max(box.column + box.columns for box in boxes)
    moved = [
        Box(box.row + (box.row >= at), box.column, box.text, box.rows, box.columns, box.is_figure)
        for box in boxes
    ]
    return [*moved, *(Box(at, column, "") for column in range(width))]


def _cut(boxes: list[Box], cut: int, head: int) -> list[list[Box]]:
    """Two tables; a cell that spans the cut is in both. head: rows of the header that the second repeats."""
    first = [
        Box(box.row, box.column, box.text, min(box.row + box.rows, cut) - box.row, box.columns, box.is_figure)
        for box in boxes
        if box.row < cut
    ]
    again = [box for box in boxes if box.row < head]
    second = [
        Box(max(box.row, cut) - cut + head, box.column, box.text, box.row + box.rows - max(box.row, cut), box.columns, box.is_figure)
        for box in boxes
        if box.row + box.rows > cut
    ]  # fmt: skip
    return [first, [*again, *second]]


def written(style: Style) -> bytes:
    return {"html": _html, "xlsx": _xlsx, "docx": _docx, "pdf": printed}[style.kind](style)


def title(style: Style) -> str:
    return f"{UNIT}{YEAR[style.figures.form]}年政府信息公开工作年度报告"


def _html(style: Style) -> bytes:
    tables = "\n<p>　</p>".join(map(_html_table, style.tables))
    body = f"<h1>{title(style)}</h1>{tables}"
    if style.frame:
        body = f"<table><tr><td>导航</td></tr><tr><td>{body}</td></tr></table>"
    declared = f'<meta charset="{style.declared}">' if style.declared else ""
    return f"<html><head>{declared}</head><body>{body}</body></html>".encode(style.encoding)


def _html_table(boxes: list[Box]) -> str:
    rows = []
    for row in range(max(box.row for box in boxes) + 1):
        cells = []
        for box in sorted((box for box in boxes if box.row == row), key=lambda box: box.column):
            spans = (f' rowspan="{box.rows}"' if box.rows > 1 else "") + (
                f' colspan="{box.columns}"' if box.columns > 1 else ""
            )
            cells.append(f"<td{spans}>{escape(box.text)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    shift = min(box.column for box in boxes)
    if shift:
        rows = [f"<tr><td></td>{row.removeprefix('<tr>')}" for row in rows]
    return f"<table border=1 cellspacing=0>{''.join(rows)}</table>"


def _xlsx(style: Style) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([title(style)])
    top = 3
    for nth, boxes in enumerate(style.tables):
        if nth and style.is_apart:
            sheet, top = book.create_sheet(), 1
        for box in boxes:
            is_number = box.is_figure and box.text.isascii() and box.text.isdigit()
            sheet.cell(top + box.row, 1 + box.column, int(box.text) if is_number else box.text or None)
            if box.rows > 1 or box.columns > 1:
                sheet.merge_cells(
                    start_row=top + box.row, start_column=1 + box.column,
                    end_row=top + box.row + box.rows - 1, end_column=box.column + box.columns,
                )  # fmt: skip
        top += max(box.row + box.rows for box in boxes) + 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _docx(style: Style) -> bytes:
    made = docx.Document()
    made.add_paragraph(title(style))
    holder: Any = made
    if style.frame:
        holder = made.add_table(1, 1).cell(0, 0)
    for boxes in style.tables:
        rows, columns = (
            max(box.row + box.rows for box in boxes),
            max(box.column + box.columns for box in boxes),
        )
        table = holder.add_table(rows, columns)
        table.style = "Table Grid"
        cells = [row.cells for row in table.rows]
        for box in boxes:
            cell = cells[box.row][box.column]
            if box.rows > 1 or box.columns > 1:
                cell = cell.merge(cells[box.row + box.rows - 1][box.column + box.columns - 1])
            cell.text = box.text
        holder.add_paragraph("")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def printed(style: Style, stroke: str | None = None) -> bytes:
    """A PDF set by Typst: each style has its own font size, padding, page, rules and column widths."""
    chance = random.Random(style.seed * 7 + 2)
    page = chance.choice(('"a4"', '"a4", flipped: true', '"a3"'))
    size, padding = chance.choice((7, 8, 9)), chance.choice((2, 3, 5))
    drawn = chance.choice(("0.5pt", "0.75pt + black", "1pt + gray", '(thickness: 0.6pt, dash: "dashed")'))
    text = [
        f"#set page({page}, margin: 1.2cm)",
        f'#set text(font: "Noto Serif SC", size: {size}pt)',
        f"#set table(stroke: {stroke or drawn}, inset: {padding}pt, align: {chance.choice(('left', 'center', 'center + horizon'))})",
        f"= {title(style)}",
        *map(_typst_table, style.tables),
    ]
    made = typst.compile(
        "\n\n".join(text).encode(), font_paths=fonts(), ignore_system_fonts=True, format="pdf"
    )
    assert isinstance(made, bytes)
    return made


def _typst_table(boxes: list[Box]) -> str:
    labels = {box.column for box in boxes if not box.is_figure and box.columns == 1 and len(box.text) > 6}
    columns = max(box.column + box.columns for box in boxes)
    widths = ", ".join("3fr" if column in labels else "1.4fr" for column in range(columns))
    cells = [
        f"table.cell(x: {box.column}, y: {box.row}, colspan: {box.columns}, rowspan: {box.rows})[#{json.dumps(box.text, ensure_ascii=False)}]"
        for box in boxes
    ]
    return f"#table(columns: ({widths},), {', '.join(cells)})\n\n　"


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(files(FONTS))]
    )


def numbered(made: Any, text: str, number: int) -> None:
    """Add a list item to a Word document; its number is not in the text."""
    paragraph = made.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    own = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", "0"), ("w:numId", str(number))):
        each = OxmlElement(name)
        each.set(qn("w:val"), value)
        own.append(each)
    properties.append(own)
