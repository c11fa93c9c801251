"""A printed page, as letters and ruled lines, laid out as texts and tables in the order they are read in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from adapters.report_files.tables import Sheet, raised
from projections.report.laid import Table, is_figure

_NEAR = 3.0
"""Points: lines as near as this are one line."""
_SMALL = 0.9
"""Of the size of the letters around it: a digit smaller than this and off their foot is the mark of a note."""
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第?\s*[0-9]{1,3}\s*页?\s*(?:[/共,，]\s*共?\s*[0-9]{1,3}\s*页?)?)[-—–·\s]*"
)
_PADDING = 11.0
"""Points that a cell leaves free at its sides together, at the most usual."""
_OPEN = 6.0
"""Points: lines that reach further than this over the last one across them enclose a row without a border."""
_CLOSE = 0.1
"""Of the size of letters: digits as near as this are of one figure."""
_OVER = 0.2
"""Of the size of letters: those that overlap by more are drawn over one another."""
CROSSED = "压线："
"""Before what is left of a figure that is wider than its cell; what begins so is no number."""
MOST_LINES = 4_000
"""Ruled lines of a page that are put together."""


class Glyph(NamedTuple):
    """How a letter is drawn: in which font, and how wide and high its ink is."""

    font: str
    shape: tuple[float, float]


class Letter(NamedTuple):
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
    """A line of some thickness, or the place of a picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_level(self) -> bool:
        return self.right - self.left >= self.bottom - self.top

    def covers(self, other: Rule) -> bool:
        """Whether the middle of the other is within this."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left < x < self.right and self.top < y < self.bottom


class _Line(NamedTuple):
    """A line of letters outside any table."""

    text: str
    left: float
    top: float
    right: float
    size: float


class Paragraph(str):
    """A text, which may go on with what follows where it ends at the right margin. top: where it stands on its page."""

    __slots__ = ("goes_on", "is_indented", "top")
    goes_on: bool
    is_indented: bool
    top: float


class Printed(NamedTuple):
    """A table of one page. full: of each place of its last row, whether the text goes to the edge."""

    rows: Table
    full: tuple[bool, ...]


class _Grid:
    """A table's lines: where they stand, and which parts of them are drawn."""

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
        """Of each place the first place of its cell: places that no line parts are one."""
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
            if height * width != len(own):  # no cell has another shape: lines are missing
                cells |= {place: place for place in own}
        return cells


def lay(
    letters: Sequence[Letter],
    rules: Sequence[Rule],
    left: list[int],
    margins: list[float],
    pictures: Sequence[Rule] = (),
) -> Iterator[Paragraph | Printed]:
    """Of one page. left: how many places the tables of the file may still cover. margins: how far right the texts of
    the pages before reach; this page may have nothing but short lines. pictures: the places of those that may be a
    figure of a cell.
    """
    grids = [grid for grid in map(_grid_of, _joined(rules)) if grid is not None and grid.is_table]
    inside: list[list[Letter]] = [[] for _ in grids]
    outside: list[Letter] = []
    for letter in letters:
        owner = next((nth for nth, grid in enumerate(grids) if grid.holds(letter)), None)
        (outside if owner is None else inside[owner]).append(letter)
    found: list[tuple[float, Paragraph | Printed]] = []
    margin = margins[0] = max(margins[0], *(letter.right for letter in outside), 0.0)
    start = min((letter.left for letter in outside), default=0.0)
    for line in _lines(outside):
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
            found.append((grid.ys[0], _table(grid, own, outside, left, pictures)))
    for _, item in sorted(found, key=lambda each: each[0]):
        yield item


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
    """Rules that touch one another, group by group."""
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
    left: list[int],
    pictures: Sequence[Rule],
) -> Printed:
    """outside: letters of the page in no table, into which a figure may go on."""
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
    sheet = Sheet(left)
    rows = len(grid.ys) - 1
    # The border of a table goes on below its last row where the page ends.
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
    """Cells of a figure that goes on over the line into the next or out of the table, or is drawn over another: whose
    what is is not known.
    """
    found: set[tuple[int, int] | None] = set()
    for row in _rows(each for each in owners if each.text.strip()):
        for one, other in pairwise(sorted(row, key=lambda each: each.left)):
            parted = owners[one] != owners[other]
            if other.left - one.right < (_CLOSE if parted else -_OVER) * one.height:
                found |= {owners[one], owners[other]}
    return found


def _places(cells: dict[tuple[int, int], tuple[int, int]], rows: int) -> Iterator[tuple[int, int, int, int]]:
    """Row, column, rows and columns of each cell of the first rows, in order."""
    members: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, first in sorted(cells.items()):
        if place[0] < rows:
            members.setdefault(first, []).append(place)
    for (row, column), own in members.items():
        yield row, column, own[-1][0] - row + 1, max(each[1] for each in own) - column + 1


def _text(lines: Sequence[_Line], room: float) -> str:
    """Of one cell. Figures below one another are one if they had no room beside one another."""
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
    """Letters on one foot, from left to right; small digits off it are marks of notes."""
    return [
        _line(sorted(row, key=lambda each: each.left))
        for row in _rows(letters)
        if any(each.text.strip() for each in row)
    ]


def _rows(letters: Iterable[Letter]) -> list[list[Letter]]:
    """Letters beside one another, from the top."""
    rows: list[list[Letter]] = []
    tallest: Letter | None = None
    for letter in sorted(letters, key=lambda each: (each.middle[1], each.left)):
        if tallest is not None and _is_beside(tallest, letter):
            rows[-1].append(letter)
            tallest = max(tallest, letter, key=lambda each: each.height)
        else:
            rows.append([letter])
            tallest = letter
    return rows


def _is_beside(tallest: Letter, letter: Letter) -> bool:
    """tallest: of the letters of a row."""
    overlap = min(tallest.bottom, letter.bottom) - max(tallest.top, letter.top)
    return overlap > 0.5 * min(tallest.height, letter.height)


def _line(row: Sequence[Letter]) -> _Line:
    size = max(each.height for each in row)
    foot = max(each.bottom for each in row if each.height >= _SMALL * size)
    text = ""
    end: float | None = None
    for each in row:
        small = each.height < _SMALL * size and abs(foot - each.bottom) > 0.12 * size
        # Two figures far apart are two.
        if end is not None and each.left - end > 0.9 * size and text[-1:].isdigit() and each.text.isdigit():
            text += "  "
        text += raised(each.text) if small else each.text
        end = each.right
    return _Line(text.strip(), row[0].left, row[0].top, row[-1].right, size)
