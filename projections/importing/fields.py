"""Reads a row by field: texts, days and codes, and what the row says of its outcome and timeliness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from projections.importing.book import letter
from projections.importing.cells import NOT_DONE, NOTHING, TICKS, UNTICKED
from projections.importing.columns import ColumnMapping, Placed, own_words
from projections.importing.headings import OF_LATER_STEPS, TERMS, WORD_FIELDS, title
from projections.importing.numbering import ROUNDED
from projections.importing.problems import coded
from projections.importing.row import Row
from projections.importing.words import bare, read_word
from projections.typed_days import read_day

_TEXTS = frozenset(("description", "contacts", "address", "subject", "unit", "legal_basis", "outcome_detail"))
"""Fields for which one of several texts is enough."""


class Cells:
    """The cells of a row by field. texts: of each column, stripped; a row may be shorter than the heading."""

    def __init__(self, place: Placed, texts: Sequence[str]) -> None:
        self.texts = texts
        self.columns = place.columns
        self.headings = place.header.headings

    def filled(self, field: str) -> list[tuple[int, str]]:
        """The non-blank columns of a field with their texts."""
        indices = self.columns.get(field, ())
        nothing = NOTHING | UNTICKED if len(indices) > 1 else NOTHING
        filled = [(index, self.texts[index]) for index in indices if index < len(self.texts)]
        return [(index, text) for index, text in filled if text not in nothing]

    def text(self, field: str) -> str:
        """The text of the field: of several columns the headings of ticked ones, or the first that is not blank."""
        filled = self.filled(field)
        ticked = [index for index, text in filled if set(text) <= TICKS]
        if ticked and field in WORD_FIELDS and len(self.columns[field]) > 1:
            headings = [self.headings[index] for index in ticked]
            return "/".join(each.partition("/")[2] or each for each in headings)
        return filled[0][1] if filled else ""


class Fields:
    """The fields of one request. What cannot be read, or is taken for something, goes to its row.

    year: of days that name none; None: such a day cannot be read. day_zero: of days that are numbers.
    """

    def __init__(
        self, cells: Cells, row: Row, mapping: ColumnMapping, *, year: int | None, day_zero: date
    ) -> None:
        self._cells = cells
        self._row = row
        self._mapping = mapping
        self._year = year
        self._day_zero = day_zero

    def text(self, field: str) -> str:
        """As it is written; see `Cells.text`."""
        return self._cells.text(field)

    def label(self, field: str) -> str | None:
        """The text in one line; None where it is blank or a long number that the spreadsheet has rounded."""
        text = " ".join(self.text(field).split())
        if ROUNDED.fullmatch(text):
            self._row.noted.append(f"{title(field)}“{text}”已被表格改成近似的数，失去末几位，未登记")
            return None
        return text or None

    def day(self, field: str, not_before: date | None = None) -> date | None:
        """None where it is blank, not done yet or unreadable. not_before: a day without a year is the next one from it."""
        text = self.text(field)
        if not text or (field not in ("received", "answered_on") and text in NOT_DONE):
            return None
        found = read_day(
            text,
            not_before.year if not_before else self._year,
            not_before=not_before,
            day_zero=self._day_zero,
        )
        if found.problem and field in TERMS:
            self._row.noted.append(f"{title(field)}“{text[:30]}”不是日期，未采用")
        elif found.problem:
            self._row.problems.append(coded("date_unreadable", f"{title(field)}：{found.problem}"))
        if found.assumed:
            self._row.assumed.append(f"{title(field)}：{found.assumed}")
        return found.day

    def code(self, field: str) -> str | None:
        """Of a word; empty for what has not happened yet; None if it cannot be read."""
        text = self.text(field)
        if not text or (field in OF_LATER_STEPS and text in NOT_DONE):
            return self._mapping.defaults.get(field)
        read = read_word(WORD_FIELDS[field], text, own_words(self._mapping, field))
        if read.problem:
            self._row.problems.append(coded("word_unknown", read.problem))
            self._row.unknown.append((field, text))
        if read.assumed:
            self._row.assumed.append(read.assumed)
        return read.code

    def outcome(self) -> str | None:
        """By the result and its detail, together or alone: 不予公开 says which only with 国家秘密 beside it."""
        result, detail = self.text("outcome"), self.text("outcome_detail")
        own = {**own_words(self._mapping, "outcome_detail"), **own_words(self._mapping, "outcome")}
        texts = [f"{result}/{detail}"] if result and detail else [result or detail]
        if len(texts[0]) > len(result) > 0 and read_word("outcome", detail, own).code is None:
            texts.append(result)  # other remarks in the cell: 已当面领取
        if not texts[0]:
            return self._mapping.defaults.get("outcome")
        for text in texts:
            read = read_word("outcome", text, own)
            if read.code is not None:
                self._row.assumed += [read.assumed] if read.assumed else []
                return read.code
        self._row.problems.append(coded("word_unknown", read_word("outcome", texts[-1], own).problem or ""))
        self._row.unknown.append(("outcome", texts[-1]))
        return None

    def timeliness(self) -> str | None:
        """As the register states it; what cannot be read of it keeps no row from being recorded."""
        text = self.text("timeliness")
        if not text:
            return None
        read = read_word("timeliness", text, own_words(self._mapping, "timeliness"))
        if read.problem:
            self._row.noted.append(f"{read.problem}，未采用")
            return None
        heading = self._cells.headings[self._cells.columns["timeliness"][0]]
        if re.search("按期|按时|期限内", heading) and bare(text) in ("是", "否"):
            return "on_time" if bare(text) == "是" else "late"
        return read.code

    def note_differing(self) -> None:
        """Remark if several columns of a field differ, or the first is blank and another was used."""
        for field, indices in self._cells.columns.items():
            filled = self._cells.filled(field)
            if len(indices) < 2 or not filled or field == "remarks":
                continue
            if field in WORD_FIELDS and set(filled[0][1]) <= TICKS:
                continue
            columns = "、".join(f"{letter(index)}列“{text[:20]}”" for index, text in filled)
            if len({text for _, text in filled}) == 1:
                if filled[0][0] != indices[0]:
                    self._row.assumed.append(f"“{title(field)}”取{columns}，{letter(indices[0])}列空白")
            elif field in _TEXTS:
                self._row.assumed.append(f"“{title(field)}”的几栏不同，取第一栏：{columns}")
            else:
                self._row.problems.append(coded("columns_differ", f"“{title(field)}”的几栏不同：{columns}"))
