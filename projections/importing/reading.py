"""Reads a whole spreadsheet as a register: columns, rows, and all assumptions made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from projections.importing.book import Book, letter
from projections.importing.columns import (
    ColumnMapping,
    MappingFault,
    Placed,
    is_ordinal,
    placed,
    propose,
)
from projections.importing.headings import title
from projections.importing.problems import coded
from projections.importing.row import Row
from projections.importing.rows import read_rows

_FEWEST_AGAIN = 3
"""Repeated numbers; one or two may be slips."""


class Reading(NamedTuple):
    """assumed: of the file as a whole, in words; what was assumed of a row is kept with the row."""

    digest: str
    mapping: ColumnMapping
    places: tuple[Placed, ...]
    rows: list[Row]
    assumed: tuple[str, ...]

    def columns(self) -> list[tuple[str, str, str, str]]:
        """Sheet, column, heading and what it is taken for, empty where it is not read; sheets that are alike as one."""
        alike: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
        for place in self.places:
            meant = {
                index: title(field)
                for field, indices in place.columns.items()
                for index in indices
                if field != "remarks"  # recognised, but not read
            }
            columns = tuple(
                (letter(index), heading, meant.get(index, ""))
                for index, heading in enumerate(place.header.headings)
                if heading
            )
            alike.setdefault(columns, []).append(place.sheet.name)
        return [
            (names[0] if len(names) == 1 else f"{names[0]}等{len(names)}个", *column)
            for columns, names in alike.items()
            for column in columns
        ]


def read_book(book: Book, mapping: ColumnMapping | None = None) -> Reading:
    """mapping: else one is proposed. Raises MappingFault where no sheet has a heading."""
    assumed = list(book.remarks)
    proposed = mapping is None
    if mapping is None:
        mapping, of_columns = propose(book.sheets)
        assumed += of_columns
    places = []
    for sheet in book.sheets:
        if (place := placed(sheet, mapping)) is not None:
            places.append(place)
        elif any(any(row) for row in sheet.rows):
            assumed.append(f"工作表“{sheet.name}”没有所要的表头，没有读")
    if not places:
        raise MappingFault("没有一个工作表有所指明的各栏，或其中没有收到日期一栏")
    rows = read_rows(places, mapping, book)
    counted = mapping.columns.get("number", [])
    if proposed and any(map(is_ordinal, counted)) and _starts_again(rows):
        assumed.append(f"“{counted[0]}”不止一次从头编起，不是登记号：登记号另编，各行以收到的内容识别")
        columns = {field: named for field, named in mapping.columns.items() if field != "number"}
        mapping = msgspec.structs.replace(mapping, columns=columns)
        places = [place for sheet in book.sheets if (place := placed(sheet, mapping)) is not None]
        rows = read_rows(places, mapping, book)
    return Reading(book.digest, mapping, tuple(places), _joined(rows), tuple(assumed))


def _starts_again(rows: Sequence[Row]) -> bool:
    """Whether the numbers begin again, as on each month's sheet: most that come again are of another day."""
    first: dict[str, object] = {}
    again = other = 0
    for row in rows:
        if not row.key:
            continue
        on = row.steps["received"]["on"]
        again += row.key in first
        other += first.setdefault(row.key, on) != on
    return again >= _FEWEST_AGAIN and 2 * other > again


# -- the same request in two rows --


def _joined(rows: Sequence[Row]) -> list[Row]:
    """Each request once: a number again in a later sheet carries it on, in the same sheet it is a slip."""
    found: list[Row] = []
    by_key: dict[str, Row] = {}
    by_reference: dict[str, Row] = {}
    for row in rows:
        before = by_key.get(row.key) if row.key else None
        if before is not None and before.sheet_no != row.sheet_no:
            _carry_on(before, row)
            found.append(Row(row.sheet_no, row.row_no, "left_out", noted=[f"与{before.place}为同一件，并入"]))
            continue
        if before is not None:
            row.problems.append(coded("number_repeated", f"编号与第{before.row_no}行相同"))
        elif row.reference is not None and row.reference in by_reference:
            row.assumed.append(f"登记号{row.reference}已为{by_reference[row.reference].place}所用，另编")
            row.reference = None
        if row.key:
            by_key.setdefault(row.key, row)
        if row.reference is not None:
            by_reference.setdefault(row.reference, row)
        found.append(row)
    return found


def _carry_on(before: Row, row: Row) -> None:
    """The later sheet adds the steps that came since; of what both say, the later one counts."""
    was, now = before.steps.get("received"), row.steps.get("received")
    if was and now and was["on"] != now["on"]:
        problem = f"{row.place}为同一编号，收到日期却不同（{was['on']}、{now['on']}）"
        before.problems.append(coded("receipts_differ", problem))
    before.problems += row.problems
    before.assumed += row.assumed
    before.noted += row.noted
    added = {name: step for name, step in row.steps.items() if name != "received"}
    before.steps = {**before.steps, **added}
