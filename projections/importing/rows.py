"""Reads the rows of a register's sheet as requests: what would be recorded, and what is missing or doubtful.

What a register does not say is not made up: it is left out, or stands as not stated. A row with a problem is recorded
only once the problem is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any, Literal

import msgspec

from domain.values import LAST_YEAR, Reference
from projections.importing.book import Book, letter
from projections.importing.cells import (
    AS_ABOVE,
    CARRIED,
    NEW,
    NOT_DONE,
    NOTES,
    NOTHING,
    TICKS,
    TOTAL,
    UNTICKED,
)
from projections.importing.columns import ColumnMapping, Placed, own_words
from projections.importing.headings import OF_LATER_STEPS, TERMS, WORD_FIELDS, is_of_step, title
from projections.importing.numbering import (
    ROUNDED,
    has_items,
    items_in,
    key_of,
    numbers_in,
    year_and_sequence,
)
from projections.importing.problems import coded
from projections.importing.steps import Steps
from projections.importing.words import bare, read_word
from projections.typed_days import read_day

Kind = Literal["request", "left_out"]

_TEXTS = frozenset(("description", "contacts", "address", "subject", "unit", "legal_basis", "outcome_detail"))
"""Fields for which one of several texts is enough."""
_READ_ALONE = frozenset(WORD_FIELDS) - {"outcome", "outcome_detail", "timeliness"}
_LARGEST_NUMBER = 99_999
_LARGEST_ALONE = 9_999
"""The same of one that names no year."""


class Row(msgspec.Struct):
    """One request that a row is about, or a row that is about none.

    sheet_no, row_no: from 1. key: by which the same request is known when it is imported again; empty where its
    register gives no number. reference: the number brought along. steps: events by name, as they are sent. problems
    keep the row from being recorded; assumed: what was taken for what; noted: what is in the row and not recorded, or
    why it is left out. unknown: fields and words among the problems that an office could say the meaning of.
    """

    sheet_no: int
    row_no: int
    kind: Kind = "request"
    key: str = ""
    reference: str | None = None
    steps: dict[str, dict[str, Any]] = {}
    subject_offered: bool = False
    problems: list[str] = []
    assumed: list[str] = []
    noted: list[str] = []
    unknown: list[tuple[str, str]] = []

    @property
    def place(self) -> str:
        return f"第{self.sheet_no}个工作表第{self.row_no}行"


def read_rows(places: Sequence[Placed], mapping: ColumnMapping, book: Book) -> list[Row]:
    """Of all sheets, in order and as they stand."""
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
                for row in self._row(index + 1, above):
                    if row.kind == "request" and above != texts:
                        row.assumed.append("写“同上”的，取上一行所写")
                    yield row

    def _row(self, row_no: int, cells: list[str]) -> Iterator[Row]:
        if why := self._is_none(cells):
            yield Row(self._place.sheet.number, row_no, "left_out", noted=[why])
            return
        numbers, problem = numbers_in(self._cell(cells, "number"))
        for part, number in enumerate(numbers or [""]):
            row = Row(self._place.sheet.number, row_no)
            if problem:
                row.problems.append(coded("number_unreadable", problem))
            self._read(row, cells, number, part, len(numbers))
            yield row

    def _is_none(self, cells: list[str]) -> str | None:
        """Why the row is not a request; None if it is one."""
        texts = list(dict.fromkeys(text for text in cells if text))
        first = bare(texts[0])
        if TOTAL.fullmatch(first) and not any(
            self._cell(cells, field) for field in ("applicant", "channel", "answered_on")
        ):
            return "合计行，未导入"
        if len(texts) == 1:
            if CARRIED.search(texts[0]):
                self._carried = True
                return "上年结转部分的标题"
            if NEW.search(texts[0]):
                self._carried = False
                return "本年新收部分的标题"
        pairs = zip(cells, self._headings, strict=False)
        if sum(bool(text) and bare(text) == heading for text, heading in pairs) >= 3:
            return "重复的表头"
        if not self._cell(cells, "received") and (len(texts) == 1 or first.startswith(NOTES)):
            return "说明文字，未导入"
        return None

    def _filled(self, cells: Sequence[str], field: str) -> list[tuple[int, str]]:
        """The non-blank columns of a field with their texts."""
        indices = self._place.columns.get(field, ())
        nothing = NOTHING | UNTICKED if len(indices) > 1 else NOTHING
        filled = [(index, cells[index]) for index in indices if index < len(cells)]
        return [(index, text) for index, text in filled if text not in nothing]

    def _cell(self, cells: Sequence[str], field: str) -> str:
        """The text of the field: of several columns the headings of ticked ones, or the first that is not blank."""
        filled = self._filled(cells, field)
        ticked = [index for index, text in filled if set(text) <= TICKS]
        if ticked and field in WORD_FIELDS and len(self._place.columns[field]) > 1:
            headings = [self._place.header.headings[index] for index in ticked]
            return "/".join(each.partition("/")[2] or each for each in headings)
        return filled[0][1] if filled else ""

    def _tell_of_several(self, row: Row, cells: Sequence[str]) -> None:
        """Remark if several columns of a field differ, or the first is blank and another was used."""
        for field, indices in self._place.columns.items():
            filled = self._filled(cells, field)
            if len(indices) < 2 or not filled or field == "remarks":
                continue
            if field in WORD_FIELDS and set(filled[0][1]) <= TICKS:
                continue
            columns = "、".join(f"{letter(index)}列“{text[:20]}”" for index, text in filled)
            if len({text for _, text in filled}) == 1:
                if filled[0][0] != indices[0]:
                    row.assumed.append(f"“{title(field)}”取{columns}，{letter(indices[0])}列空白")
            elif field in _TEXTS:
                row.assumed.append(f"“{title(field)}”的几栏不同，取第一栏：{columns}")
            else:
                row.problems.append(coded("columns_differ", f"“{title(field)}”的几栏不同：{columns}"))

    def _tell_of_nameless(self, row: Row, cells: Sequence[str]) -> None:
        nameless = [letter(i) for i, text in enumerate(cells) if text and i not in self._known]
        if nameless:
            row.noted.append(f"{'、'.join(nameless[:5])}列没有表头，其中的内容未登记")
        row.noted += [
            f"“{heading}”写有“{cells[index][:30]}”，未登记"
            for index, heading in self._unread_steps.items()
            if index < len(cells) and cells[index] not in NOTHING | NOT_DONE
        ]

    # -- one request --

    def _read(self, row: Row, cells: Sequence[str], number: str, part: int, parts: int) -> None:
        steps = Steps(row.problems, row.assumed, row.noted)
        in_number = year_and_sequence(number)
        year = self._year
        if in_number and in_number[0]:
            year = in_number[0]
        elif year is not None and self._carried:
            year -= 1

        def day(field: str, not_before: date | None = None) -> date | None:
            text = self._cell(cells, field)
            if not text or (field not in ("received", "answered_on") and text in NOT_DONE):
                return None
            found = read_day(
                text,
                not_before.year if not_before else year,
                not_before=not_before,
                day_zero=self._day_zero,
            )
            if found.problem and field in TERMS:
                row.noted.append(f"{title(field)}“{text[:30]}”不是日期，未采用")
            elif found.problem:
                row.problems.append(coded("date_unreadable", f"{title(field)}：{found.problem}"))
            if found.assumed:
                row.assumed.append(f"{title(field)}：{found.assumed}")
            return found.day

        def word(field: str) -> str | None:
            """The code; empty for what has not happened yet; None if it cannot be read."""
            text = self._cell(cells, field)
            if not text or (field in OF_LATER_STEPS and text in NOT_DONE):
                return self._mapping.defaults.get(field)
            read = read_word(WORD_FIELDS[field], text, own_words(self._mapping, field))
            if read.problem:
                row.problems.append(coded("word_unknown", read.problem))
                row.unknown.append((field, text))
            if read.assumed:
                row.assumed.append(read.assumed)
            return read.code

        def label(field: str) -> str | None:
            text = " ".join(self._cell(cells, field).split())
            if ROUNDED.fullmatch(text):
                row.noted.append(f"{title(field)}“{text}”已被表格改成近似的数，失去末几位，未登记")
                return None
            return text or None

        received_on = day("received")
        if received_on is None:
            if not self._cell(cells, "received"):
                row.problems.append(coded("date_missing", "没有收到日期"))
            for field in self._place.columns:  # report all problems at once
                if field in _READ_ALONE:
                    word(field)
            self._outcome(row, cells)
            return
        row.key = key_of(number, received_on) if number else ""
        self._bring(row, number, in_number, received_on)
        description = self._cell(cells, "description")
        if parts > 1:
            description = self._part_of(row, description, part, parts)
        elif has_items(description):
            row.assumed.append("申请内容中列有多项，按一件登记")
        steps.receive(
            received_on,
            submitted_on=day("submitted"),
            channel=word("channel"),
            applicant_kind=word("applicant_kind"),
            applicant={
                "name": label("applicant"),
                "id_number": label("id_number"),
                "contacts": label("contacts"),
                "address": label("address"),
            },
            agent=label("agent"),
            subject=label("subject"),
            subject_offered=self._mapping.subjects == "description",
            description=description,
            delivery=word("delivery"),
        )
        steps.assign(received_on, label("unit"))
        steps.supplement(
            day("supplement.on", received_on),
            respond_by=day("supplement.respond_by", received_on),
            received_on=day("supplement.received_on", received_on),
        )
        steps.consult(
            day("consultation.on", received_on),
            addressee=label("consultation.addressee"),
            respond_by=day("consultation.respond_by", received_on),
            reply=word("consultation.reply"),
            closed_on=day("consultation.closed_on", received_on),
        )
        steps.extend(day("extended_on", received_on), label("extended_days"))
        steps.charge(
            day("fee.on", received_on),
            amount=label("fee.amount"),
            pages=label("fee.pages"),
            items=label("fee.items"),
            pay_by=day("fee.pay_by", received_on),
            paid_on=day("fee.paid_on", received_on),
            paid=label("fee.paid"),
        )
        steps.close(
            day("answered_on", received_on),
            self._outcome(row, cells),
            legal_basis=label("legal_basis"),
            document_no=self._own_number(row, label("document_no"), part, parts),
        )
        steps.serve(
            day("served_on", received_on),
            word("method"),
            tracking_no=label("tracking_no"),
            signed_for_on=day("signed_for_on", received_on),
        )
        for route in ("reconsideration", "litigation"):
            steps.appeal(
                route,
                day(f"{route}.on", received_on),
                tribunal=label(f"{route}.tribunal"),
                case_no=label(f"{route}.case_no"),
                disposition=word(f"{route}.result"),
                decided_on=day(f"{route}.decided_on", received_on),
            )
        self._tell_of_several(row, cells)
        self._tell_of_nameless(row, cells)
        row.subject_offered = steps.subject_offered
        if "closed" not in steps.events and (said := label("remarks")):
            row.noted.append(f"按未办结登记，备注写有“{said[:30]}”，请核对")
        self._name_source(row, steps, number, cells)
        row.steps = steps.events

    def _outcome(self, row: Row, cells: Sequence[str]) -> str | None:
        """By the result and its detail, together or alone: 不予公开 says which only with 国家秘密 beside it."""
        result, detail = self._cell(cells, "outcome"), self._cell(cells, "outcome_detail")
        own = {**own_words(self._mapping, "outcome_detail"), **own_words(self._mapping, "outcome")}
        texts = [f"{result}/{detail}"] if result and detail else [result or detail]
        if len(texts[0]) > len(result) > 0 and read_word("outcome", detail, own).code is None:
            texts.append(result)  # other remarks in the cell: 已当面领取
        if not texts[0]:
            return self._mapping.defaults.get("outcome")
        for text in texts:
            read = read_word("outcome", text, own)
            if read.code is not None:
                row.assumed += [read.assumed] if read.assumed else []
                return read.code
        row.problems.append(coded("word_unknown", read_word("outcome", texts[-1], own).problem or ""))
        row.unknown.append(("outcome", texts[-1]))
        return None

    def _bring(self, row: Row, number: str, found: tuple[int | None, int] | None, received_on: date) -> None:
        """The earlier register's number as the reference, if possible."""
        if not number or self._mapping.numbers == "new":
            return
        largest = _LARGEST_NUMBER if found and found[0] else _LARGEST_ALONE  # 21012 is the 12th of 2021
        why = "" if found and 0 < found[1] <= largest else "不能作登记号"
        if found and found[0] not in (None, received_on.year):
            why = f"的年份不是收到之年（收到日期{received_on}）"
        if found is None or why:
            row.assumed.append(f"原编号“{number[:60]}”{why}，另编")
            return
        if received_on.year <= LAST_YEAR:
            row.reference = str(Reference(received_on.year, found[1]))

    def _part_of(self, row: Row, description: str, part: int, parts: int) -> str:
        if len(items := items_in(description)) == parts:
            row.assumed.append(f"一行列有{parts}个编号，按{parts}件登记，各取其申请内容")
            return items[part]
        row.assumed.append(f"一行列有{parts}个编号，按{parts}件登记，申请内容相同")
        return description

    def _own_number(self, row: Row, text: str | None, part: int, parts: int) -> str | None:
        """Of a row with several requests the one of its part, where the cell has as many."""
        if text is None or parts == 1:
            return text
        numbers, _ = numbers_in(text)
        if len(numbers) == parts:
            return numbers[part]
        row.assumed.append("各件的文号相同，请核对")
        return text

    def _name_source(self, row: Row, steps: Steps, number: str, cells: Sequence[str]) -> None:
        timeliness = self._timeliness(row, cells)
        for name, event in steps.events.items():
            source: dict[str, Any] = {
                "file_digest": self._digest, "sheet_no": row.sheet_no, "row_no": row.row_no,
            }  # fmt: skip
            if number and name == "received":
                source["original_no"] = " ".join(number.split())[:200]
            if timeliness and name == "closed":
                source["stated_timeliness"] = timeliness
            event["provenance"] = source

    def _timeliness(self, row: Row, cells: Sequence[str]) -> str | None:
        text = self._cell(cells, "timeliness")
        if not text:
            return None
        read = read_word("timeliness", text, own_words(self._mapping, "timeliness"))
        if read.problem:
            row.noted.append(f"{read.problem}，未采用")
            return None
        heading = self._place.header.headings[self._place.columns["timeliness"][0]]
        if re.search("按期|按时|期限内", heading) and bare(text) in ("是", "否"):
            return "on_time" if bare(text) == "是" else "late"
        return read.code
