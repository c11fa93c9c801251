"""Reads the rows of a register's sheet as requests: what would be recorded, and what is missing or doubtful.

What a register does not say is not made up: it is left out, or is recorded as not stated. A row with a problem is
recorded only once the problem is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any, NamedTuple

from domain.values import LAST_YEAR, Reference
from projections.importing.book import Book, letter
from projections.importing.cells import AS_ABOVE, CARRIED, NEW, NOT_DONE, NOTES, NOTHING, TOTAL
from projections.importing.columns import ColumnMapping, Placed
from projections.importing.fields import Cells, Fields
from projections.importing.headings import WORD_FIELDS, is_of_step
from projections.importing.numbering import has_items, items_in, key_of, numbers_in, year_and_sequence
from projections.importing.problems import coded
from projections.importing.row import Row
from projections.importing.steps import Receipt, Steps
from projections.importing.words import bare

_READ_ALONE = frozenset(WORD_FIELDS) - {"outcome", "outcome_detail", "timeliness"}
_LARGEST_NUMBER = 99_999
_LARGEST_ALONE = 9_999
"""The same of one that names no year."""


class _Part(NamedTuple):
    """One of the requests that a row has numbers for. number: empty where the row has none. nth: from 0."""

    number: str
    nth: int
    total: int


def read_rows(places: Sequence[Placed], mapping: ColumnMapping, book: Book) -> list[Row]:
    """Of all sheets, in order and as they are."""
    return [row for place in places for row in _Sheet(place, mapping, book).rows()]


class _Sheet:
    def __init__(self, place: Placed, mapping: ColumnMapping, book: Book) -> None:
        self._place = place
        self._mapping = mapping
        self._digest = book.digest
        self._day_zero = book.day_zero
        self._year = mapping.year or place.header.year
        headings = dict(enumerate(place.header.headings))
        self._headings = [bare(heading.rpartition("/")[2]) for heading in headings.values()]
        read = {index for indices in place.columns.values() for index in indices}
        self._known = read | {index for index, heading in headings.items() if heading}
        self._unread_steps = {i: text for i, text in headings.items() if i not in read and is_of_step(text)}
        self._carried = False

    def rows(self) -> Iterator[Row]:
        header, sheet = self._place.header, self._place.sheet
        first, above = header.row + header.height, list[str]()
        for index, cells in enumerate(sheet.rows[first:], first):
            texts = [text.strip() for text in cells]
            if any(texts):
                above = [
                    over if text in AS_ABOVE else text
                    for text, over in zip_longest(texts, above[: len(texts)], fillvalue="")
                ]
                for row in self._row(index + 1, Cells(self._place, above)):
                    if row.kind == "request" and above != texts:
                        row.assumed.append("写“同上”的，取上一行所写")
                    yield row

    def _row(self, row_no: int, cells: Cells) -> Iterator[Row]:
        if why := self._is_none(cells):
            yield Row(self._place.sheet.number, row_no, "left_out", noted=[why])
            return
        numbers, problem = numbers_in(cells.text("number"))
        numbers = numbers or [""]
        for nth, number in enumerate(numbers):
            row = Row(self._place.sheet.number, row_no)
            if problem:
                row.problems.append(coded("number_unreadable", problem))
            self._read(row, cells, _Part(number, nth, len(numbers)))
            yield row

    def _is_none(self, cells: Cells) -> str | None:
        """Why the row is not a request; None if it is one."""
        texts = list(dict.fromkeys(text for text in cells.texts if text))
        first = bare(texts[0])
        if TOTAL.fullmatch(first) and not any(
            cells.text(field) for field in ("applicant", "channel", "answered_on")
        ):
            return "合计行，未导入"
        if len(texts) == 1:
            if CARRIED.search(texts[0]):
                self._carried = True
                return "上年结转部分的标题"
            if NEW.search(texts[0]):
                self._carried = False
                return "本年新收部分的标题"
        pairs = zip(cells.texts, self._headings, strict=False)
        if sum(bool(text) and bare(text) == heading for text, heading in pairs) >= 3:
            return "重复的表头"
        if not cells.text("received") and (len(texts) == 1 or first.startswith(NOTES)):
            return "说明文字，未导入"
        return None

    def _read(self, row: Row, cells: Cells, part: _Part) -> None:
        """One request, step by step."""
        year = self._year_of(part.number)
        fields = Fields(cells, row, self._mapping, year=year, day_zero=self._day_zero)
        received_on = fields.day("received")
        if received_on is None:
            self._read_undated(row, fields)
            return
        row.key = key_of(part.number, received_on) if part.number else ""
        if part.number and self._mapping.numbers == "bring":
            _bring_number(row, part.number, received_on)
        request = _Request(row, fields, part, received_on)
        request.receipt(offers_subject=self._mapping.subjects == "description")
        request.interruptions()
        request.closing()
        request.appeals()
        fields.note_differing()
        self._note_unread(row, cells.texts)
        row.subject_offered = request.steps.subject_offered
        row.steps = request.steps.events
        if "closed" not in row.steps and (remarks := fields.label("remarks")):
            row.noted.append(f"按未办结登记，备注写有“{remarks[:30]}”，请核对")
        self._name_source(row, part.number, fields.timeliness())

    def _year_of(self, number: str) -> int | None:
        """Of days that name none: the number's, else the sheet's; of requests carried in, the year before."""
        found = year_and_sequence(number)
        if found and found[0]:
            return found[0]
        return self._year - 1 if self._year is not None and self._carried else self._year

    def _read_undated(self, row: Row, fields: Fields) -> None:
        """All that is wrong with it at once."""
        if not fields.text("received"):
            row.problems.append(coded("date_missing", "没有收到日期"))
        for field in self._place.columns:
            if field in _READ_ALONE:
                fields.code(field)
        fields.outcome()

    def _note_unread(self, row: Row, texts: Sequence[str]) -> None:
        """What columns without a heading, or of steps that are not read, have."""
        nameless = [letter(i) for i, text in enumerate(texts) if text and i not in self._known]
        if nameless:
            row.noted.append(f"{'、'.join(nameless[:5])}列没有表头，其中的内容未登记")
        row.noted += [
            f"“{heading}”写有“{texts[index][:30]}”，未登记"
            for index, heading in self._unread_steps.items()
            if index < len(texts) and texts[index] not in NOTHING | NOT_DONE
        ]

    def _name_source(self, row: Row, number: str, timeliness: str | None) -> None:
        for name, event in row.steps.items():
            source: dict[str, Any] = {
                "file_digest": self._digest, "sheet_no": row.sheet_no, "row_no": row.row_no,
            }  # fmt: skip
            if number and name == "received":
                source["original_no"] = " ".join(number.split())[:200]
            if timeliness and name == "closed":
                source["stated_timeliness"] = timeliness
            event["provenance"] = source


class _Request:
    """Makes the steps of one request from the fields of its row, in the order of the case."""

    def __init__(self, row: Row, fields: Fields, part: _Part, received_on: date) -> None:
        self.steps = Steps(row.problems, row.assumed, row.noted)
        self._row = row
        self._fields = fields
        self._part = part
        self._received_on = received_on

    def receipt(self, *, offers_subject: bool) -> None:
        """With the unit that it is assigned to. offers_subject: without a subject it takes one from its description."""
        fields, description = self._fields, self._description()
        receipt = Receipt(
            on=self._received_on,
            submitted_on=fields.day("submitted"),
            channel=fields.code("channel"),
            applicant_kind=fields.code("applicant_kind"),
            applicant={key: fields.label(field) for key, field in _OF_APPLICANT.items()},
            agent=fields.label("agent"),
            subject=fields.label("subject"),
            description=description,
            delivery=fields.code("delivery"),
        )
        self.steps.receive(receipt, offers_subject=offers_subject)
        self.steps.assign(self._received_on, fields.label("unit"))

    def interruptions(self) -> None:
        """What suspends, restarts or extends the term."""
        fields, day = self._fields, self._day
        self.steps.supplement(
            day("supplement.on"),
            respond_by=day("supplement.respond_by"),
            received_on=day("supplement.received_on"),
        )
        self.steps.consult(
            day("consultation.on"),
            addressee=fields.label("consultation.addressee"),
            respond_by=day("consultation.respond_by"),
            reply=fields.code("consultation.reply"),
            closed_on=day("consultation.closed_on"),
        )
        self.steps.extend(day("extended_on"), fields.label("extended_days"))
        self.steps.charge(
            day("fee.on"),
            amount=fields.label("fee.amount"),
            pages=fields.label("fee.pages"),
            items=fields.label("fee.items"),
            pay_by=day("fee.pay_by"),
            paid_on=day("fee.paid_on"),
            paid=fields.label("fee.paid"),
        )

    def closing(self) -> None:
        """The answer or withdrawal, and the service."""
        fields, day = self._fields, self._day
        self.steps.close(
            day("answered_on"),
            fields.outcome(),
            legal_basis=fields.label("legal_basis"),
            document_no=self._document_no(),
        )
        self.steps.serve(
            day("served_on"),
            fields.code("method"),
            tracking_no=fields.label("tracking_no"),
            signed_for_on=day("signed_for_on"),
        )

    def appeals(self) -> None:
        fields, day = self._fields, self._day
        for route in ("reconsideration", "litigation"):
            self.steps.appeal(
                route,
                day(f"{route}.on"),
                tribunal=fields.label(f"{route}.tribunal"),
                case_no=fields.label(f"{route}.case_no"),
                disposition=fields.code(f"{route}.result"),
                decided_on=day(f"{route}.decided_on"),
            )

    def _day(self, field: str) -> date | None:
        """Of a step after the receipt."""
        return self._fields.day(field, self._received_on)

    def _description(self) -> str:
        """Of a row with several requests the item of its part, where there are as many."""
        text, total = self._fields.text("description"), self._part.total
        if total == 1:
            if has_items(text):
                self._row.assumed.append("申请内容中列有多项，按一件登记")
            return text
        if len(items := items_in(text)) == total:
            self._row.assumed.append(f"一行列有{total}个编号，按{total}件登记，各取其申请内容")
            return items[self._part.nth]
        self._row.assumed.append(f"一行列有{total}个编号，按{total}件登记，申请内容相同")
        return text

    def _document_no(self) -> str | None:
        """Of a row with several requests the one of its part, where the cell has as many."""
        text, total = self._fields.label("document_no"), self._part.total
        if text is None or total == 1:
            return text
        numbers, _ = numbers_in(text)
        if len(numbers) == total:
            return numbers[self._part.nth]
        self._row.assumed.append("各件的文号相同，请核对")
        return text


_OF_APPLICANT = {"name": "applicant", "id_number": "id_number", "contacts": "contacts", "address": "address"}
"""The columns of an applicant's details."""


def _bring_number(row: Row, number: str, received_on: date) -> None:
    """The earlier register's number as the reference, if possible."""
    found = year_and_sequence(number)
    largest = _LARGEST_NUMBER if found and found[0] else _LARGEST_ALONE  # 21012 is the 12th of 2021
    why = "" if found and 0 < found[1] <= largest else "不能作登记号"
    if found and found[0] not in (None, received_on.year):
        why = f"的年份不是收到之年（收到日期{received_on}）"
    if found is None or why:
        row.assumed.append(f"原编号“{number[:60]}”{why}，另编")
        return
    if received_on.year <= LAST_YEAR:
        row.reference = str(Reference(received_on.year, found[1]))
