"""A whole spreadsheet read as a register: its columns, its rows, and all that was assumed for it."""

from __future__ import annotations

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
    title,
)
from projections.importing.rows import Row, joined, read_rows, starts_again


class Reading(NamedTuple):
    """assumed: of the file as a whole, in words; what was assumed of a row stands with the row."""

    digest: str
    mapping: ColumnMapping
    places: tuple[Placed, ...]
    rows: list[Row]
    assumed: tuple[str, ...]

    def columns(self) -> list[tuple[str, str, str, str]]:
        """Sheet, column, heading and what it is taken for, empty where it is not read; sheets that are alike as one."""
        alike: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
        for place in self.places:
            meant = {index: title(field) for field, indices in place.columns.items() for index in indices}
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
        raise MappingFault("没有一个工作表有对应文件所写的表头，或其中没有收到日期一栏")
    rows = read_rows(places, mapping, book.digest)
    counted = mapping.columns.get("number", [])
    if proposed and any(map(is_ordinal, counted)) and starts_again(rows):
        assumed.append(f"“{counted[0]}”不止一次从头编起，不是登记号：登记号另编，各行以收到的内容识别")
        columns = {field: named for field, named in mapping.columns.items() if field != "number"}
        mapping = msgspec.structs.replace(mapping, columns=columns)
        places = [place for sheet in book.sheets if (place := placed(sheet, mapping)) is not None]
        rows = read_rows(places, mapping, book.digest)
    return Reading(book.digest, mapping, tuple(places), joined(rows), tuple(assumed))
