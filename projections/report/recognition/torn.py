"""Joins tables split by a page end, where a row may have been split too.

A split figure must not be read as two figures. If it is not known whether a row was split, both parts are made
illegible, and are then reported as unread.
"""

from __future__ import annotations

from collections.abc import Sequence

from projections.report.recognition import (
    appeals_table,
    labels,
    proactive_table,
    requests_columns,
    requests_rows,
)
from projections.report.recognition.arranged import is_numbered
from projections.report.recognition.labels import Wanted
from projections.report.recognition.laid import Place, Row, Table, has_digits, is_figure, texts_of

ILLEGIBLE = "跨页："
"""Prefix of a part of a figure, so that it is not read as a number."""

_ROWS = [
    *requests_rows.ALL_ROWS,
    *(Wanted(each.code, each.label) for each in proactive_table.ALL_ROWS),
    *requests_columns.COLUMNS,
    *appeals_table.ROUTES,
    *appeals_table.RESULTS,
]
"""Labels that a row may have. Those of columns too, since a table may be transposed."""


def mend(above: Table, below: Table, full: Sequence[bool]) -> Table | None:
    """The two parts as one table, without a repeated header; None if they are two tables.

    full: for each place in the last row of `above`, whether its text fills the cell's width, so may continue.
    """
    head = 0
    while head < min(len(above), len(below)) - 1 and _texts(above[head]) == _texts(below[head]):
        head += 1
    rest = below[head:]
    if len(above[-1]) != len(rest[0]) or any(map(_begins, rest[:4])):
        return None
    offset = 1 + max(place.cell for row in above for place in row)
    more = tuple(tuple(Place(each.text, each.cell + offset) for each in row) for row in rest)
    last, first = above[-1], more[0]
    is_between = not any(place.text.strip() for place in first) or is_numbered(first) or is_numbered(last)
    if is_between or (_is_row(first) and (_is_row(last) or _is_text(last))):
        return (*above, *more)
    if _goes_on(last, first, full):
        one = tuple(Place(up.text + down.text, up.cell) for up, down in zip(last, first, strict=True))
        return (*above[:-1], one, *more[1:])
    return (*above[:-1], _illegible(last), _illegible(first), *more[1:])


def cut(above: Table, below: Table) -> Table:
    """The first of two separate tables; its last row is illegible if the second begins with the rest of a row."""
    first = below[0]
    if (
        any(map(_begins, below[:4]))
        or _is_row(first)
        or _is_text(first)
        or not any(map(has_digits, texts_of(first)))
    ):
        return above
    return (*above[:-1], _illegible(above[-1]))


def _begins(row: Row) -> bool:
    return requests_columns.is_header(row) or appeals_table.begins(row)


def _is_row(row: Row) -> bool:
    """Whether a row has the whole label of a line of a form."""
    typed = [text for text in texts_of(row) if labels.bare(text) and not has_digits(labels.bare(text))]
    matches = labels.align(typed, _ROWS, by_place=False)
    return any(match is not None and match.how in ("same", "known") for match in matches)


def _is_text(row: Row) -> bool:
    return not any(map(is_figure, texts_of(row)))


def _goes_on(last: Row, first: Row, full: Sequence[bool]) -> bool:
    """Whether `first` is the rest of `last`. Words without figures are the rest of a label. Figures continue only if
    their cells were full, and if the joined row has a whole label."""
    pairs = [
        (up, down, is_full) for up, down, is_full in zip(last, first, full, strict=True) if down.text.strip()
    ]
    figures = [(up, is_full) for up, down, is_full in pairs if has_digits(down.text)]
    joined = tuple(Place(up.text + down.text, up.cell) for up, down in zip(last, first, strict=True))
    return (
        not _is_row(first)
        and all(up.text.strip() and is_full for up, is_full in figures)
        and (not figures or _is_row(joined))
    )


def _illegible(row: Row) -> tuple[Place, ...]:
    return tuple(
        Place(ILLEGIBLE + place.text, place.cell) if is_figure(place.text) else place for place in row
    )


def _texts(row: Row) -> list[str]:
    return [place.text for place in row]
