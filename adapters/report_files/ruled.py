"""Lays out the characters and ruled lines of a printed page as texts and tables, in reading order.

Positions are in points from the upper left corner of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from adapters.report_files.tables import Sheet, raised
from projections.report.recognition.laid import Table, is_figure
from projections.report.recognition.printed_words import is_beside
from projections.report.recognition.unruled import Unruled

_NEAR = 3.0
"""Points: lines at most this far apart are one line."""
_SMALL = 0.9
"""A character lower than this share of its line's height, and off its foot, is a superscript or subscript."""
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第?\s*[0-9]{1,3}\s*页?\s*(?:[/共,，]\s*共?\s*[0-9]{1,3}\s*页?)?)[-—–·\s]*"
)
_PADDING = 11.0
"""Points: usual left and right padding of a cell, together."""
_OPEN = 6.0
"""Points: lines that extend further than this beyond the outermost crossing line enclose a row or column without a border."""
_CLOSE = 0.1
"""Share of a character's height: characters closer than this across a cell border are one figure."""
_OVER = 0.2
"""Share of a character's height: characters that overlap by more are printed over each other."""
CROSSED = "压线："
"""Prefix of a figure that crosses a cell border or another figure, so that it is not read as a number."""
MOST_LINES = 4_000
"""Maximum ruled lines of a page; more are ignored."""


class Glyph(NamedTuple):
    """The font of a character, and the shape of its ink: width / height, height / line height."""

    font: str
    shape: tuple[float, float]


class Letter(NamedTuple):
    """A printed character and its box. size: font size. glyph: of digits only."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    glyph: Glyph | None = None

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)


class Rule(NamedTuple):
    """A ruled line as the box it fills, or the box of a picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_level(self) -> bool:
        return self.right - self.left >= self.bottom - self.top

    def covers(self, other: Rule) -> bool:
        """Whether the centre of the other box is inside this one."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left < x < self.right and self.top < y < self.bottom


class _Line(NamedTuple):
    """A line of text. size: height of its tallest character."""

    text: str
    left: float
    top: float
    right: float
    size: float


class Paragraph(str):
    """A line outside of tables, to be joined into paragraphs.

    goes_on: it ends at the right margin, so the next line may belong to its paragraph. top: its position on the page.
    """

    __slots__ = ("goes_on", "is_indented", "top")
    goes_on: bool
    is_indented: bool
    top: float


class Printed(NamedTuple):
    """The part of a table on one page. full: for each place of its last row, whether the text fills the cell's width.
    is_whole: no row of it is part of one on another page.
    """

    rows: Table
    full: tuple[bool, ...] = ()
    is_whole: bool = False


class _Grid:
    """The lines of a table: their positions, and which parts of them are drawn."""

    def __init__(self, level: Sequence[Rule], upright: Sequence[Rule]) -> None:
        ys = _positions((rule.top + rule.bottom) / 2 for rule in level)
        xs = _positions((rule.left + rule.right) / 2 for rule in upright)
        self.ys = _with_ends(ys, min(rule.top for rule in upright), max(rule.bottom for rule in upright))
        self.xs = _with_ends(xs, min(rule.left for rule in level), max(rule.right for rule in level))
        self._level = {y: [] for y in self.ys}  # type: dict[float, list[Rule]]
        self._upright = {x: [] for x in self.xs}  # type: dict[float, list[Rule]]
        for rule in level:
            self._level[_nearest(self.ys, (rule.top + rule.bottom) / 2)].append(rule)
        for rule in upright:
            self._upright[_nearest(self.xs, (rule.left + rule.right) / 2)].append(rule)

    @property
    def is_table(self) -> bool:
        return (len(self.xs) > 2 and len(self.ys) > 1) or (len(self.xs) > 1 and len(self.ys) > 2)

    def holds(self, letter: Letter) -> bool:
        x, y = letter.middle
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def cells(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The first place of the cell that each (row, column) belongs to; places with no line between are one cell."""
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        first = {(row, column): (row, column) for row in range(rows) for column in range(columns)}

        def root(place: tuple[int, int]) -> tuple[int, int]:
            while first[place] != place:
                place = first[place]
            return place

        for row in range(rows):
            y = (self.ys[row] + self.ys[row + 1]) / 2
            for column in range(columns):
                x = (self.xs[column] + self.xs[column + 1]) / 2
                beside = column + 1 < columns and not any(
                    rule.top - 1 <= y <= rule.bottom + 1 for rule in self._upright[self.xs[column + 1]]
                )
                below = row + 1 < rows and not any(
                    rule.left - 1 <= x <= rule.right + 1 for rule in self._level[self.ys[row + 1]]
                )
                for is_one, other in ((beside, (row, column + 1)), (below, (row + 1, column))):
                    if is_one:
                        one, two = sorted((root((row, column)), root(other)))
                        first[two] = one
        cells = {place: root(place) for place in first}
        members: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for place, one in cells.items():
            members.setdefault(one, []).append(place)
        for own in members.values():
            height = max(each[0] for each in own) - min(each[0] for each in own) + 1
            width = max(each[1] for each in own) - min(each[1] for each in own) + 1
            if height * width != len(own):  # a cell is a rectangle; here a line was not recognised
                cells |= {place: place for place in own}
        return cells


def lay(
    letters: Sequence[Letter],
    rules: Sequence[Rule],
    budget: list[int],
    margins: list[float],
    pictures: Sequence[Rule] = (),
    unruled: Unruled | None = None,
) -> Iterator[Paragraph | Printed]:
    """Lines and tables of one page, from the top. Page numbers and tables without text are left out.

    budget: one number, the places that the file's tables may still cover; what is laid is subtracted.
    margins: one number, the right margin of the pages so far, since this page may have short lines only; updated.
    pictures: boxes of pictures that may replace the figure of a cell.
    unruled: finds the tables without lines, which may continue from the pages before.
    """
    grids = [grid for grid in map(_grid_of, _joined(rules)) if grid is not None and grid.is_table]
    inside: list[list[Letter]] = [[] for _ in grids]
    outside: list[Letter] = []
    for letter in letters:
        owner = next((nth for nth, grid in enumerate(grids) if grid.holds(letter)), None)
        (outside if owner is None else inside[owner]).append(letter)
    found: list[tuple[float, Paragraph | Printed]] = []
    rows = [_marked(row) for row in _rows(outside)]
    tables = unruled.find(chain.from_iterable(rows), [(each.top, each.bottom) for each in pictures]) if unruled else []  # fmt: skip
    found += [(each.top, Printed(each.rows, is_whole=True)) for each in tables]
    of_tables = {letter for each in tables for letter in each.letters}
    rows = [[letter for letter in row if id(letter) not in of_tables] for row in rows]
    outside = list(chain.from_iterable(rows))
    margin = margins[0] = max(margins[0], *(letter.right for letter in outside), 0.0)
    start = min((letter.left for letter in outside), default=0.0)
    for line in map(_line, filter(_has_text, rows)):
        if not _PAGE_NUMBER.fullmatch(line.text):
            text = Paragraph(line.text)
            text.goes_on = margin - line.right < 2.2 * line.size and line.left - start < 0.3 * (
                margin - start
            )
            text.is_indented = line.left - start > 1.2 * line.size
            text.top = line.top
            found.append((line.top, text))
    for grid, own in zip(grids, inside, strict=True):
        if own:
            found.append((grid.ys[0], _table(grid, own, outside, budget, pictures)))
    yield from (item for _, item in sorted(found, key=lambda each: each[0]))


def _positions(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _with_ends(positions: list[float], first: float, last: float) -> list[float]:
    before = [first] if first < positions[0] - _OPEN else []
    return [*before, *positions, *([last] if last > positions[-1] + _OPEN else [])]


def _nearest(positions: Sequence[float], value: float) -> float:
    return min(positions, key=lambda each: abs(each - value))


def _joined(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Groups of rules that touch each other."""
    rules = sorted(set(rules), key=lambda rule: rule.top)[:MOST_LINES]
    group = list(range(len(rules)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    active: list[int] = []
    for index, rule in enumerate(rules):
        active = [each for each in active if rules[each].bottom >= rule.top - _NEAR]
        for each in active:
            other = rules[each]
            if other.left <= rule.right + _NEAR and rule.left <= other.right + _NEAR:
                group[root(index)] = root(each)
        active.append(index)
    found: dict[int, list[Rule]] = {}
    for index, rule in enumerate(rules):
        found.setdefault(root(index), []).append(rule)
    return list(found.values())


def _grid_of(rules: Sequence[Rule]) -> _Grid | None:
    level = [rule for rule in rules if rule.is_level and rule.right - rule.left > _NEAR]
    upright = [rule for rule in rules if not rule.is_level]
    return _Grid(level, upright) if len(level) > 1 and len(upright) > 1 else None


def _table(
    grid: _Grid,
    letters: Sequence[Letter],
    outside: Sequence[Letter],
    budget: list[int],
    pictures: Sequence[Rule],
) -> Printed:
    """letters: inside the grid. outside: those in no table of the page, into which a figure may overflow."""
    cells = grid.cells()
    texts: dict[tuple[int, int], list[Letter]] = {}
    owners: dict[Letter, tuple[int, int]] = {}
    for letter in letters:
        x, y = letter.middle
        column = max(0, min(sum(each <= x for each in grid.xs) - 1, len(grid.xs) - 2))
        row = max(0, min(sum(each <= y for each in grid.ys) - 1, len(grid.ys) - 2))
        owners[letter] = cells[row, column]
        texts.setdefault(cells[row, column], []).append(letter)
    beside = [each for each in outside if grid.ys[0] <= each.middle[1] <= grid.ys[-1]]
    crossed = _crossed({**dict.fromkeys(beside), **owners})
    sheet = Sheet(budget)
    rows = len(grid.ys) - 1
    # At the end of a page the border may extend below the last row.
    while rows > 1 and not any(cells[rows - 1, column] in texts for column in range(len(grid.xs) - 1)):
        rows -= 1
    full = set()
    for number, (row, column, height, width) in enumerate(_places(cells, rows)):
        sheet.row(row)
        room = grid.xs[column + width] - grid.xs[column]
        lines = _lines(texts.get((row, column), []))
        text = _text(lines, room)
        if (row, column) in crossed and is_figure("".join(text.split())):
            text = CROSSED + text
        box = Rule(grid.xs[column], grid.ys[row], grid.xs[column + width], grid.ys[row + height])
        if not text and any(box.covers(each) or each.covers(box) for each in pictures):
            text = "图片"
        sheet.put(text, height, width, column)
        if lines and room - (lines[-1].right - lines[-1].left) < _PADDING + 1.2 * lines[-1].size:
            full.add(number)
    table = sheet.laid()
    return Printed(table, tuple(place.cell in full for place in table[-1]))


def _crossed(owners: Mapping[Letter, tuple[int, int] | None]) -> set[tuple[int, int] | None]:
    """Cells whose figures cannot be separated: one crosses the border between two cells or of the table, or is printed
    over another.

    owners: the cell of each character; None for those in no table.
    """
    found: set[tuple[int, int] | None] = set()
    for row in _rows(each for each in owners if each.text.strip()):
        for one, other in pairwise(sorted(row, key=lambda each: each.left)):
            is_divided = owners[one] != owners[other]
            if other.left - one.right < (_CLOSE if is_divided else -_OVER) * one.height:
                found |= {owners[one], owners[other]}
    return found


def _places(cells: dict[tuple[int, int], tuple[int, int]], rows: int) -> Iterator[tuple[int, int, int, int]]:
    """Row, column, rowspan and colspan of each cell that starts in the first `rows` rows, in order."""
    members: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, first in sorted(cells.items()):
        if place[0] < rows:
            members.setdefault(first, []).append(place)
    for (row, column), own in members.items():
        yield row, column, own[-1][0] - row + 1, max(each[1] for each in own) - column + 1


def _text(lines: Sequence[_Line], room: float) -> str:
    """The text of a cell. Figures on two lines are one figure if they would not fit on one line.

    room: width of the cell.
    """
    found = ""
    before: _Line | None = None
    for line in lines:
        if before is not None and re.search(r"[0-9]$", before.text) and re.match(r"[0-9]", line.text):
            together = (before.right - before.left) + (line.right - line.left)
            found += "" if together > room - _PADDING else "\n"
        found += line.text
        before = line
    return found


def _lines(letters: Sequence[Letter]) -> list[_Line]:
    """The lines of text that the characters form, from the top; blank ones are left out."""
    return [_line(_marked(row)) for row in _rows(letters) if _has_text(row)]


def _has_text(row: Iterable[Letter]) -> bool:
    return any(each.text.strip() for each in row)


def _rows(letters: Iterable[Letter]) -> list[list[Letter]]:
    """Characters grouped by line, from the top; those of a line in any order."""
    rows: list[list[Letter]] = []
    tallest: Letter | None = None
    for letter in sorted(letters, key=lambda each: (each.middle[1], each.left)):
        if tallest is not None and is_beside(tallest, letter):
            rows[-1].append(letter)
            tallest = max(tallest, letter, key=lambda each: each.height)
        else:
            rows.append([letter])
            tallest = letter
    return rows


def _marked(row: Iterable[Letter]) -> list[Letter]:
    """The characters of a line from left to right, with superscripts and subscripts marked by `raised`."""
    letters = sorted(row, key=lambda each: each.left)
    size = max(each.height for each in letters)
    foot = max(each.bottom for each in letters if each.height >= _SMALL * size)
    return [
        each._replace(text=raised(each.text))
        if each.height < _SMALL * size and abs(foot - each.bottom) > 0.12 * size
        else each
        for each in letters
    ]


def _line(row: Sequence[Letter]) -> _Line:
    size = max(each.height for each in row)
    text = ""
    end: float | None = None
    for each in row:
        # Digits far apart are two figures.
        if end is not None and each.left - end > 0.9 * size and text[-1:].isdigit() and each.text.isdigit():
            text += "  "
        text += each.text
        end = each.right
    return _Line(text.strip(), row[0].left, row[0].top, row[-1].right, size)
