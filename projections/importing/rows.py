"""The rows of a register's sheet as requests: what would be recorded of each, and what is missing or odd.

What a register does not say is not made up: it is left out, or stands as not stated. A row with a problem is recorded
only once the problem is gone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from domain.values import LAST_YEAR, Reference, plain
from projections.importing.columns import WORD_FIELDS, ColumnMapping, Placed, own_words, title
from projections.importing.steps import Steps
from projections.importing.words import bare, read_word
from projections.typed_days import read_day

Kind = Literal["request", "left_out"]

_TOTALS = ("合计", "总计", "小计", "共计", "累计", "本月合计", "本页合计", "本年合计")
_NOTES = (
    "注",
    "备注",
    "说明",
    "填表",
    "制表",
    "审核",
    "填报",
    "联系人",
    "单位负责人",
    "统计",
    "截至",
    "以上",
)
_TICKS = frozenset("√✓✔☑●○1是有yvV")
_CARRIED = re.compile(r"上年(度)?结转|结转上年|上年(度)?(转入|未办结)")
_NEW = re.compile(r"本年(度)?新收|新收|本年(度)?收到")
_NUMBERED = re.compile(r"(?:^|[\s;；。])(?:[(（]?[1-9一二三四五六七八九][)）]|[1-9][.．、](?!\d))")
_SEPARATORS = re.compile(r"[、,，;；\n]+|\s+和\s*|及")
_FEWEST_AGAIN = 3
"""Numbers that come again; one or two may be slips."""
_LARGEST_NUMBER = 99_999
MOST_PER_CELL = 50


class Row(msgspec.Struct):
    """One request that a row is about, or a row that is about none.

    sheet_no, row_no: from 1. key: by which the same request is known when it is imported again; empty where its register
    gives no number. reference: the number brought along. steps: events by name, as they are sent. problems keep the row
    from being recorded; assumed: what was taken for what; noted: what is in the row and not recorded, or why it is left
    out.
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

    @property
    def place(self) -> str:
        return f"第{self.sheet_no}个工作表第{self.row_no}行"


def read_rows(places: Sequence[Placed], mapping: ColumnMapping, digest: str) -> list[Row]:
    """Of all sheets, in order and as they stand: see `joined`."""
    return [row for place in places for row in _Sheet(place, mapping, digest).rows()]


def starts_again(rows: Sequence[Row]) -> bool:
    """Whether the numbers begin anew, as on each month's sheet: most that come again are of another day."""
    first: dict[str, object] = {}
    again = other = 0
    for row in rows:
        if not row.key:
            continue
        on = row.steps["received"]["on"]
        again += row.key in first
        other += first.setdefault(row.key, on) != on
    return again >= _FEWEST_AGAIN and 2 * other > again


class _Sheet:
    def __init__(self, place: Placed, mapping: ColumnMapping, digest: str) -> None:
        self._place = place
        self._mapping = mapping
        self._digest = digest
        self._year = mapping.year or place.header.year
        self._headings = [bare(heading.rpartition("/")[2]) for heading in place.header.headings]
        self._carried = False

    def rows(self) -> Iterator[Row]:
        header, sheet = self._place.header, self._place.sheet
        first = header.row + header.height
        for index, cells in enumerate(sheet.rows[first:], first):
            texts = [text.strip() for text in cells]
            if any(texts):
                yield from self._row(index + 1, texts)

    def _row(self, row_no: int, cells: list[str]) -> Iterator[Row]:
        if why := self._is_none(cells):
            yield Row(self._place.sheet.number, row_no, "left_out", noted=[why])
            return
        numbers, problem = _numbers(self._cell(cells, "number"))
        for part, number in enumerate(numbers or [""]):
            row = Row(self._place.sheet.number, row_no)
            if problem:
                row.problems.append(problem)
            self._read(row, cells, number, part, len(numbers))
            yield row

    def _is_none(self, cells: list[str]) -> str | None:
        """Why the row is about no request; None if it is."""
        texts = list(dict.fromkeys(text for text in cells if text))
        first = bare(texts[0])
        if first in _TOTALS:
            return "合计行，未导入"
        if len(texts) == 1:
            if _CARRIED.search(texts[0]):
                self._carried = True
                return "上年结转部分的标题"
            if _NEW.search(texts[0]):
                self._carried = False
                return "本年新收部分的标题"
        pairs = zip(cells, self._headings, strict=False)
        if sum(bool(text) and bare(text) == heading for text, heading in pairs) >= 3:
            return "重复的表头"
        if not self._cell(cells, "received") and (len(texts) == 1 or first.startswith(_NOTES)):
            return "说明文字，未导入"
        return None

    def _cell(self, cells: Sequence[str], field: str) -> str:
        """What the field's column says; of several the heading of the one that is ticked, or the first that is filled."""
        indices = self._place.columns.get(field, ())
        for index in indices:
            text = cells[index] if index < len(cells) else ""
            if not text or text in ("-", "/", "—", "——", "无"):
                continue
            if len(indices) > 1 and set(text) <= _TICKS:
                return self._place.header.headings[index].rpartition("/")[2]
            return text
        return ""

    # -- one request --

    def _read(self, row: Row, cells: Sequence[str], number: str, part: int, parts: int) -> None:
        steps = Steps(row.problems, row.assumed, row.noted)
        in_number = _year_and_sequence(number)
        year = self._year
        if in_number and in_number[0]:
            year = in_number[0]
        elif year is not None and self._carried:
            year -= 1

        def day(field: str, not_before: date | None = None) -> date | None:
            text = self._cell(cells, field)
            if not text:
                return None
            found = read_day(text, not_before.year if not_before else year, not_before=not_before)
            if found.problem:
                row.problems.append(f"{title(field)}：{found.problem}")
            if found.assumed:
                row.assumed.append(f"{title(field)}：{found.assumed}")
            return found.day

        def word(field: str) -> str | None:
            """The code; empty for what has not happened yet; None where nothing readable is said."""
            text = self._cell(cells, field)
            if not text:
                return self._mapping.defaults.get(field)
            read = read_word(WORD_FIELDS[field], text, own_words(self._mapping, field))
            if read.problem:
                row.problems.append(read.problem)
            if read.assumed:
                row.assumed.append(read.assumed)
            return read.code

        def label(field: str) -> str | None:
            return " ".join(self._cell(cells, field).split()) or None

        received_on = day("received")
        if received_on is None:
            if not self._cell(cells, "received"):
                row.problems.append("没有收到日期")
            return
        row.key = _key(number, received_on) if number else ""
        self._bring(row, number, in_number, received_on)
        description = self._cell(cells, "description")
        if parts > 1:
            description = self._part_of(row, description, part, parts)
        elif len(_NUMBERED.findall(description)) > 1:
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
        steps.extend(day("extended_on", received_on), label("extended_days"))
        steps.close(
            day("answered_on", received_on),
            self._outcome(row, cells),
            legal_basis=label("legal_basis"),
            document_no=label("document_no"),
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
        row.subject_offered = steps.subject_offered
        self._name_source(row, steps, number, cells)
        row.steps = steps.events

    def _outcome(self, row: Row, cells: Sequence[str]) -> str | None:
        """By the result and its detail, together or alone: 不予公开 says which only with 国家秘密 beside it."""
        result, detail = self._cell(cells, "outcome"), self._cell(cells, "outcome_detail")
        texts = [f"{result}/{detail}", result] if result and detail else [result or detail]
        own = {**own_words(self._mapping, "outcome_detail"), **own_words(self._mapping, "outcome")}
        if not texts[0]:
            return self._mapping.defaults.get("outcome")
        for text in texts:
            read = read_word("outcome", text, own)
            if read.code is not None:
                row.assumed += [read.assumed] if read.assumed else []
                return read.code
        row.problems.append(read_word("outcome", texts[-1], own).problem or "")
        return None

    def _bring(self, row: Row, number: str, found: tuple[int | None, int] | None, received_on: date) -> None:
        """The number of that register as the reference, where it can be one."""
        if not number or self._mapping.numbers == "new":
            return
        if found is None or not 0 < found[1] <= _LARGEST_NUMBER or found[0] not in (None, received_on.year):
            row.assumed.append(f"原编号“{number[:60]}”不能作登记号，另编")
            return
        if received_on.year <= LAST_YEAR:
            row.reference = str(Reference(received_on.year, found[1]))

    def _part_of(self, row: Row, description: str, part: int, parts: int) -> str:
        items = [text.strip(" ;；。\n") for text in _NUMBERED.split(description) if text.strip(" ;；。\n")]
        if len(items) == parts:
            row.assumed.append(f"一行列有{parts}个编号，按{parts}件登记，各取其申请内容")
            return items[part]
        row.assumed.append(f"一行列有{parts}个编号，按{parts}件登记，申请内容相同")
        return description

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


# -- numbers --


def _numbers(text: str) -> tuple[list[str], str | None]:
    """Each number of a cell: 17、18, 2020-0017至2020-0019."""
    if not text:
        return [], None
    text = re.sub(r"\.0$", "", text)
    if match := re.fullmatch(r"(.*?)(\d{1,6})号?\s*(?:至|~|～|—+)\s*(.*?)(\d{1,6})(号?)", text.strip()):
        before, first, _, last, after = match.groups()
        many = int(last) - int(first) + 1
        if not 0 < many <= MOST_PER_CELL:
            return [text], f"编号“{text[:60]}”的起止不能读"
        return [
            f"{before}{number:0{len(first)}d}{after}" for number in range(int(first), int(last) + 1)
        ], None
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if len(parts) > MOST_PER_CELL:
        return [text], f"编号一格中多于{MOST_PER_CELL}个"
    if len(parts) > 1 and not all(re.search(r"\d", part) for part in parts):
        return [" ".join(text.split())], None
    if len(parts) > 1 and (head := re.match(r"(.*\D)\d+号?$", parts[0])):
        parts = [parts[0], *(f"{head[1]}{part}" if part.isdigit() else part for part in parts[1:])]
    return parts, None


def _year_and_sequence(number: str) -> tuple[int | None, int] | None:
    """2020-0017, 依申请〔2020〕17号, 20200017, 17; None for what ends in no number."""
    text = plain(number)
    if match := re.search(r"(20\d{2})(?:年|\)|-|/|\.|_|第|号)+(\d{1,9})号?$", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"\D*(20\d{2})(\d{3,5})号?", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"\D*(\d{1,9})号?", text):
        return None, int(match[1])
    return None


def _key(number: str, received_on: date) -> str:
    return hashlib.sha256(f"{received_on.year}:{plain(number)}".encode()).hexdigest()[:32]


# -- the same request in two rows --


def joined(rows: Sequence[Row]) -> list[Row]:
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
            row.problems.append(f"编号与第{before.row_no}行相同")
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
        before.problems.append(f"{row.place}为同一编号，收到日期却不同（{was['on']}、{now['on']}）")
    before.problems += row.problems
    before.assumed += row.assumed
    before.noted += row.noted
    added = {name: step for name, step in row.steps.items() if name != "received"}
    before.steps = {**before.steps, **added}
