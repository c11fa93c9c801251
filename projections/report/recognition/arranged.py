"""Brings tables into the form's arrangement: transposes those with rows for columns, and removes serial numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.report import numerals
from domain.report.official_form import NEW
from projections.report.recognition import appeals_table, labels, proactive_table, requests_columns
from projections.report.recognition.laid import Notes, Place, Row, Table, has_digits, is_figure, texts_of
from projections.report.recognition.requests_rows import ALL_ROWS

_SERIAL = {"序号", "行次", "栏次", "编号", "序", "行号", "代码", "甲", "乙", "丙", "丁", "项目", "栏目"}
_FEWEST = 5
"""Minimum length of a sequence that counts as serial numbers without further evidence."""
_HIGHEST = 4
"""Rows of a header examined above serial numbers."""
_LAST_START = 25
"""Highest first serial number of the second part of a table: the form has this many rows."""


def arranged(tables: Sequence[Table], notes: Notes) -> list[Table]:
    """The tables in the same order; what was changed is added to the notes."""
    ends: set[int] = set()
    upright = [_upright(table, notes) for table in tables]
    return [
        _without_serials(table, _continuation(table, below), ends, notes)
        for table, below in zip(upright, [*upright[1:], ()], strict=False)
    ]


def _continuation(table: Table, below: Table) -> Table:
    """The next table if it may continue this one after a page end, else no rows."""
    return below if table and below and len(below[0]) == len(table[-1]) else ()


def _upright(table: Table, notes: Notes) -> Table:
    """The table, transposed if a header is in a column and none is in a row."""
    if any(map(_is_header, table)):
        return table
    transposed = _transposed(table)
    if not any(map(_is_header, transposed)) or not _is_whole(transposed):
        return table
    notes.assumed.append("有表格的行与列互换，按年报格式的方向读")
    return transposed


def _is_whole(transposed: Table) -> bool:
    """Whether a table of requests has its first row; in a part without it, cut by a page end, labels may be incomplete."""
    if not any(map(requests_columns.is_header, transposed)):
        return True
    found = (labels.align(texts_of(row)[:3], ALL_ROWS, by_place=False) for row in transposed[:200])
    return any(match and match.code == NEW for matches in found for match in matches)


def _is_header(row: Row) -> bool:
    return requests_columns.is_header(row) or appeals_table.is_header(row) or proactive_table.is_header(row)


def _transposed(table: Table) -> Table:
    width = max(map(len, table), default=0)
    return tuple(
        tuple(row[at] if at < len(row) else Place("", -1 - nth * width - at) for nth, row in enumerate(table))
        for at in range(width)
    )


def _without_serials(table: Table, continuation: Table, ends: set[int], notes: Notes) -> Table:
    """The table with serial numbers blanked: 1, 2, 3… in a column left of the figures, or in a row above them.

    ends: last serial numbers of the previous tables, which this one may continue; updated.
    """
    width = max(map(len, table), default=0)
    found = {(nth, at) for at in range(width) for nth in _numbered_in_column(table, at, ends)}
    rows = {nth for nth in range(len(table)) if _is_numbered_row((*table, *continuation), nth)}
    if not found and not rows:
        return table
    if "表中的序号没有作为数字读" not in notes.assumed:
        notes.assumed.append("表中的序号没有作为数字读")
    return tuple(
        tuple(Place("", place.cell) if nth in rows or (nth, at) in found else place for at, place in enumerate(row))
        for nth, row in enumerate(table)
    )  # fmt: skip


def _numbered_in_column(table: Table, at: int, ends: set[int]) -> Iterator[int]:
    """Indexes of the rows with a serial number in this column: consecutive, with figures to the right, none to the left.

    No label above may name a column of the form. A short sequence needs a heading, or must continue another table's.
    """
    own = [(nth, row[at].text) for nth, row in enumerate(table) if at < len(row) and is_figure(row[at].text)]
    for run in _runs(own):
        first, start = run[0], _count(table[run[0]][at].text) or 0
        above = [row for row in table[max(0, first - _HIGHEST) : first] if at < len(row)]
        words = {labels.bare(row[at].text) for row in above if not _is_corner(row, at)} - {""}
        left = any(is_figure(place.text) for nth in run for place in table[nth][:at])
        right = all(any(is_figure(place.text) for place in table[nth][at + 1 :]) for nth in run)
        is_known = len(run) >= _FEWEST or bool(words) or start - 1 in ends
        if words <= _SERIAL and is_known and not left and right:
            ends.add(start + len(run) - 1)
            yield from run


def _runs(figures: Sequence[tuple[int, str]]) -> Iterator[list[int]]:
    """Runs of rows whose figures rise by one, starting from 1 to _LAST_START. figures: row index and text."""
    run: list[int] = []
    last: int | None = None
    for nth, text in figures:
        number = _count(text)
        if run and number is not None and last is not None and number == last + 1:
            run.append(nth)
        else:
            if run:
                yield run
            run = [nth] if number is not None and 1 <= number <= _LAST_START else []
        last = number
    if run:
        yield run


def _is_corner(row: Row, at: int) -> bool:
    """Whether the cell also covers the column to the left, so that it is the corner above the labels."""
    return at > 0 and row[at].cell == row[at - 1].cell


def _is_numbered_row(table: Table, nth: int) -> bool:
    """Whether a row has only consecutive numbers, and rows with figures follow."""
    return is_numbered(table[nth]) and any(
        sum(map(has_digits, texts_of(row))) > 1 for row in table[nth + 1 :]
    )


def is_numbered(row: Row) -> bool:
    """Whether a row has only consecutive numbers, as some tables have above their figures."""
    texts = [text for text in texts_of(row) if text.strip()]
    figures = [_count(text) for text in texts if is_figure(text)]
    others = {labels.bare(text) for text in texts if not is_figure(text)} - {""}
    if len(figures) < 3 or not others <= _SERIAL or figures[0] is None or not 1 <= figures[0] <= _FEWEST:
        return False
    return figures == list(range(figures[0], figures[0] + len(figures)))


def _count(text: str) -> int | None:
    try:
        return numerals.count(text)
    except ValueError:
        return None
