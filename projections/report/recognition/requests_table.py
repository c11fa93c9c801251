"""Recognises the table of requests in a file: kinds of applicants in columns, receipts and outcomes in rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from domain.report import numerals
from projections.annual_tables import Cells
from projections.report.recognition import appeals_table, labels, proactive_table
from projections.report.recognition.labels import Match
from projections.report.recognition.laid import Notes, Row, Table, has_digits, is_figure, texts_of
from projections.report.recognition.requests_columns import (
    COLUMNS,
    NAME,
    Column,
    Header,
    belongs_to_header,
    header_of,
    is_header,
)
from projections.report.recognition.requests_rows import ALL_GROUPS, ALL_ROWS, matched


class _Line(NamedTuple):
    """A row of figures with its label. table: number of its table."""

    label: str
    row: Row
    columns: tuple[Column, ...]
    table: int


def read(tables: Sequence[Table], notes: Notes) -> tuple[list[str], Cells]:
    """The columns of the form, and cells by row for the rows found; both empty if there is no such table."""
    lines: list[_Line] = []
    unplaced: list[str] = []
    header: Header | None = None
    is_early = False
    parts = [part for table in tables for part in _parts(table)]
    for number, table in enumerate(parts):
        found = header_of(table, notes)
        if found is not None:
            header = found
        elif header is None or not _goes_on(table):
            if header is not None or lines or not _is_bare(table):
                is_early = is_early or (header is None and _goes_on(table))
                continue
            header = _without_labels(table, notes)
        own = header._replace(row=-1) if found is None else header
        lines += _lines(number, table, own, unplaced, notes)
    matches, groups = matched([(line.label, line.table) for line in lines])
    table_of: dict[str, dict[str, int | None]] = {}
    owners = _owners(lines, matches)
    for line, match in zip(lines, matches, strict=True):
        if match is None:
            _unknown(line, groups, notes)
        else:
            _take(table_of.setdefault(match.code, {}), line, match, owners, notes)
    if is_early and lines:
        notes.add_unread(f"{NAME}有一部分排在栏目名称之前，没有读，请按页序排列")
    for label in unplaced:
        match = labels.align([label], ALL_ROWS, by_place=False)[0]
        if match is not None and table_of:
            table_of.setdefault(match.code, {})  # the row is there, but none of its cells could be read
    columns = [column.code for column in COLUMNS]
    if table_of:
        known = {code for cells in table_of.values() for code in cells}
        for column in COLUMNS:
            if column.code not in known:
                notes.add_unread(f"{NAME}没有找到“{column.label}”列")
        for row, cells in table_of.items():
            notes.cells += [("requests", row, code) for code in columns if code not in cells]
    return (columns if table_of else []), {
        row: [cells.get(code) for code in columns] for row, cells in table_of.items()
    }


def _parts(table: Table) -> Iterator[Table]:
    """Split a sheet into its tables; each part begins with a header."""
    start = 0
    for index, row in enumerate(table):
        if index and is_header(table[index - 1]):
            continue
        if is_header(row):
            first = index
            while first > max(start, index - 3) and belongs_to_header(table[first - 1]):
                first -= 1
        elif appeals_table.begins(row) or proactive_table.is_header(row):
            first = index
        else:
            continue
        if first > start:
            yield table[start:first]
            start = first
    yield table[start:]


def _is_bare(table: Table) -> bool:
    """Whether it is a whole table of requests without header: it has the first and last rows, with seven figures each."""
    found = set()
    for row in table[: labels.MOST]:
        texts = texts_of(row)
        if sum(map(is_figure, texts)) >= len(COLUMNS):
            match = labels.align([_label(texts)], ALL_ROWS, by_place=False)[0]
            found.add(match.code if match else None)
    return {"new", "carried_out"} <= found


def _without_labels(table: Table, notes: Notes) -> Header:
    width = max(map(len, table))
    notes.assumed.append(f"{NAME}没有栏目名称，按年报格式的次序读")
    first = width - len(COLUMNS)
    return Header(
        -1, tuple(Column(each.code, first + i, first + i + 1) for i, each in enumerate(COLUMNS)), width
    )


def _goes_on(table: Table) -> bool:
    """Whether a table without a header has rows of the form."""
    for row in table[: labels.MOST]:
        texts = texts_of(row)
        if appeals_table.is_header(row):
            return False
        if len(texts) > 3 and any(labels.align([_label(texts)], ALL_ROWS, by_place=False)):
            return True
    return False


def _label(texts: Sequence[str]) -> str:
    """The last label before the figures; serial numbers are no label."""
    found = ""
    for text in texts:
        if labels.bare(text) and not is_figure(text):
            found = text
        elif found and text.strip():
            break
    return found


def _lines(number: int, table: Table, header: Header, unplaced: list[str], notes: Notes) -> Iterator[_Line]:
    """The rows of figures below the header. unplaced: labels of rows whose figures fit no column are added to it."""
    for row in table[header.row + 1 :]:
        texts = [text for text in texts_of(row) if text.strip()]
        if appeals_table.begins(row):
            return
        if not texts or is_header(row) or _is_other(row):
            continue
        moves = list(_moves(row, header))
        place = next(
            (moved for moved in moves if _fits(row, moved, is_moved=moved.left != header.left)), None
        )
        if place is None or (header.row < 0 and not _is_as_wide(row, header)):
            if sum(map(is_figure, texts)) >= 2:
                label = _label(texts) or texts[0]
                unplaced.append(label)
                few = header.row >= 0 and any(_fits(row, moved, is_short=True) for moved in moves)
                why = "的单元格比栏目少，不知道少的是哪一格" if few else "的数字与栏目对不上"
                notes.add_unread(f"{NAME}的“{labels.shown(label)}”行{why}")
            continue
        label = _deepest(row, place.left)
        if not label and any(has_digits(row[at].text) for at in range(place.left, len(row))):
            notes.add_unread(f"{NAME}有一行数字没有名称：{'、'.join(texts[:8])}")
        elif label:
            yield _Line(label, row, place.columns, number)


def _is_as_wide(row: Row, header: Header) -> bool:
    """Whether a row of a table without a header has all columns of the header."""
    last = max((at for at, place in enumerate(row) if _is_label(place.text)), default=-1)
    return len(row) == header.width or len(texts_of(row[last + 1 :])) == len(header.columns)


def _is_other(row: Row) -> bool:
    """Whether a row is no row of figures, such as 申请人情况 repeated on the next page."""
    texts = texts_of(row)
    return not any(map(has_digits, texts)) and belongs_to_header(row)


def _moves(row: Row, header: Header) -> Iterator[Header]:
    """The header at the positions that the row's figures may have, most likely first.

    A row as wide as the header has its columns. Else the labels may be merged differently: in a table without a header
    the columns are then counted from the right first.
    """
    by = len(row) - header.width
    if not by:
        yield header
        return
    first = (by, 0) if header.row < 0 else (0, by)
    for each in dict.fromkeys((*first, -1, 1, -2, 2)):
        if header.left + each >= 0:
            yield header.moved(each)


def _fits(row: Row, header: Header, *, is_moved: bool = False, is_short: bool = False) -> bool:
    """Whether the row has labels left of the columns and only figures in them.

    is_short: instead require a row that ends before the last column: it lacks a cell, and it is not known which.
    is_moved: the header was moved; then a text in a column is a label, not a remark.
    """
    if (header.columns[-1].first >= len(row)) is not is_short:
        return False
    if header.left and header.left < len(row) and row[header.left].cell == row[header.left - 1].cell:
        return False
    before = [text for text in texts_of(row[: header.left]) if text.strip()]
    if before and is_figure(before[-1]) and len(before) > 1:
        return False
    beyond = [place.text for place in row[header.columns[-1].end :]]
    under = [row[at].text for each in header.columns for at in range(each.first, min(each.end, len(row)))]
    if any(map(is_figure, beyond)) and (len(row) > header.width or not is_figure(under[-1] if under else "")):
        return False
    return (bool(before) and not is_moved) or not any(_is_label(text) for text in under)


def _is_label(text: str) -> bool:
    words = labels.bare(text)
    return len(words) >= 2 and not has_digits(words)


def _deepest(row: Row, left: int) -> str:
    """The last label that is not of a group, since a group's cell may extend too far down; else the last one."""
    found = [text for text in texts_of(row[:left]) if labels.bare(text)]
    own = [text for text in found if labels.bare(text) not in ALL_GROUPS]
    return (own or found or [""])[-1]


def _unknown(line: _Line, groups: set[str], notes: Notes) -> None:
    values = [
        line.row[at].text for each in line.columns for at in range(each.first, min(each.end, len(line.row)))
    ]
    if not any(map(has_digits, values)):
        return
    name = labels.shown(line.label)
    if labels.bare(line.label) in groups:
        notes.assumed.append(f"{NAME}：“{name}”行视为小计，不计入")
    else:
        notes.add_unread(f"{NAME}的“{name}”行不属于年报格式")


_Owners = Mapping[tuple[int, int], set[tuple[str, str]]]


def _owners(lines: Sequence[_Line], matches: Sequence[Match | None]) -> _Owners:
    """For each cell, by table and cell number: the rows and columns of the form that it covers."""
    found: dict[tuple[int, int], set[tuple[str, str]]] = {}
    for line, match in zip(lines, matches, strict=True):
        for code, first, end in line.columns if match else ():
            for place in line.row[first:end]:
                found.setdefault((line.table, place.cell), set()).add((match.code if match else "", code))
    return found


def _take(cells: dict[str, int | None], line: _Line, match: Match, owners: _Owners, notes: Notes) -> None:
    """Add the figures of a line to `cells`; None if a cell covers several rows or columns, or if two values differ."""
    notes.assume(NAME, line.label, match)
    place_ = f"“{labels.shown(line.label)}”行"
    name = f"{NAME}{place_}"
    for code, first, end in line.columns:
        typed = {place.cell: place.text.strip() for place in line.row[first:end] if place.text.strip()}
        cell = ("requests", match.code, code)
        value = None
        if len(typed) > 1:
            notes.add_unread(f"{name}：一栏有{'、'.join(typed.values())}", *cell)
        elif any(len(owners[line.table, each]) > 1 for each in typed):
            notes.add_unread(
                f"{name}：“{labels.shown(next(iter(typed.values())))}”所在的单元格占了几栏或几行", *cell
            )
        else:
            value = notes.figure(numerals.count, next(iter(typed.values()), ""), name, *cell)
        if cells.setdefault(code, value) != value:
            notes.add_difference(NAME, place_, *cell)
            cells[code] = None
