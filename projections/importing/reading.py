"""A whole spreadsheet read as a register: its columns, its rows, and all that was assumed for it."""

from __future__ import annotations

from typing import NamedTuple

from projections.importing.book import Book, letter
from projections.importing.columns import ColumnMapping, MappingFault, Placed, placed, propose, title
from projections.importing.rows import Row, read_rows


class Reading(NamedTuple):
    """assumed: of the file as a whole, in words; what was assumed of a row stands with the row."""

    digest: str
    mapping: ColumnMapping
    places: tuple[Placed, ...]
    rows: list[Row]
    assumed: tuple[str, ...]

    def columns(self) -> list[tuple[str, str, str, str]]:
        """Sheet, column, heading and what it is taken for, empty where it is not read."""
        found = []
        for place in self.places:
            meant = {index: title(field) for field, indices in place.columns.items() for index in indices}
            found += [
                (place.sheet.name, letter(index), heading, meant.get(index, ""))
                for index, heading in enumerate(place.header.headings)
                if heading
            ]
        return found


def read_book(book: Book, mapping: ColumnMapping | None = None) -> Reading:
    """mapping: else one is proposed. Raises MappingFault where no sheet has a heading."""
    assumed = list(book.remarks)
    if mapping is None:
        mapping, proposed = propose(book.sheets)
        assumed += proposed
    places = []
    for sheet in book.sheets:
        if (place := placed(sheet, mapping)) is not None:
            places.append(place)
        elif any(any(row) for row in sheet.rows):
            assumed.append(f"工作表“{sheet.name}”没有所要的表头，没有读")
    if not places:
        raise MappingFault("没有一个工作表有对应文件所写的表头，或其中没有收到日期一栏")
    return Reading(
        book.digest, mapping, tuple(places), read_rows(places, mapping, book.digest), tuple(assumed)
    )
