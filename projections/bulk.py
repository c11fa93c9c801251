"""The same step for many requests, read from a list with one request a line and the fields of the step.

Only what is no legal act on its merits goes in bulk: assign, serve, archive. An answer, an extension, an appeal stay
per case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal
from unicodedata import normalize

import msgspec

from domain.law.refusals import Malformed
from domain.values import Reference
from projections.importing.book import Book
from projections.typed_days import read_day

BulkAct = Literal["assigned", "served", "archived"]
BULK_WORDS: dict[str, str] = {"assigned": "交办", "served": "送达", "archived": "归档"}

MOST_LINES = 2_000

_DAYS = ("on", "signed_for_on")
_FIELDS: dict[str, tuple[str, ...]] = {
    "assigned": ("on", "unit", "officer"),
    "served": ("on", "method", "tracking_no", "signed_for_on"),
    "archived": ("on", "archive_no", "retention"),
}
_HEADINGS: dict[str, tuple[str, ...]] = {
    "reference": ("登记号", "申请编号", "受理编号", "编号"),
    "on": ("寄出日期", "收寄日期", "交寄日期", "送达日期", "交办日期", "归档日期", "投递日期", "日期"),
    "signed_for_on": ("签收日期", "妥投日期"),
    "tracking_no": ("单号", "邮件号", "邮件号码", "邮件单号", "邮件编号", "挂号号码", "快递单号", "运单号"),
    "method": ("送达方式", "方式"),
    "archive_no": ("档号",),
    "retention": ("保管期限",),
    "unit": ("承办单位", "承办部门", "承办科室"),
    "officer": ("承办人", "经办人"),
}
"""Of several columns of one field the first of these counts: an item is served when it is handed to the post (235号)."""
_KNOWN = {heading: field for field, headings in _HEADINGS.items() for heading in headings}
_CLOSENESS = {heading: rank for rank, heading in enumerate(_KNOWN)}
_LAST_HEADING = 10
"""The line by which a list's headings are found; titles come before them."""


class Line(msgspec.Struct, frozen=True):
    """row: in the list, from 1. fields: of the event, as they were typed."""

    row: int
    reference: str
    fields: dict[str, str]


def of_book(book: Book) -> list[Line]:
    """The lines of the first sheet that has headings. Raises Malformed."""
    for sheet in book.sheets:
        for number, row in enumerate(sheet.rows[:_LAST_HEADING]):
            known = [
                (_CLOSENESS[_bare(cell)], place) for place, cell in enumerate(row) if _bare(cell) in _KNOWN
            ]
            places = {_KNOWN[_bare(row[place])]: place for _, place in sorted(known, reverse=True)}
            if "reference" in places:
                return bounded(_lines(sheet.rows, number + 1, places, book.day_zero))
    raise Malformed(field="", problem="清单中没有“登记号”一栏")


def _lines(
    rows: Sequence[Sequence[str]], first: int, places: Mapping[str, int], day_zero: date
) -> Iterable[Line]:
    for number, row in enumerate(rows[first:], first + 1):
        cells = {field: row[place].strip() for field, place in places.items() if place < len(row)}
        for field in _DAYS:
            if (day := read_day(cells.get(field, ""), day_zero=day_zero).day) is not None:
                cells[field] = str(day)
        if reference := cells.pop("reference", ""):
            yield Line(number, _reference(reference), {field: cell for field, cell in cells.items() if cell})


def of_text(text: str, act: BulkAct) -> list[Line]:
    """A request a line, by blanks or commas what is its own: tracking number, archive number, or the unit. Raises
    Malformed."""
    own = {"assigned": "unit", "served": "tracking_no", "archived": "archive_no"}[act]
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace("，", " ").replace(",", " ").split(maxsplit=1)
        if words:
            found.append(
                Line(number, _reference(words[0]), {own: words[1].strip()} if len(words) > 1 else {})
            )
    return bounded(found)


def bounded(lines: Iterable[Line]) -> list[Line]:
    """Raises Malformed of none, and of too many."""
    found = list(lines)
    if not found:
        raise Malformed(field="", problem="清单中没有申请")
    if len(found) > MOST_LINES:
        raise Malformed(field="", problem=f"清单有{len(found)}件，一次至多{MOST_LINES}件")
    return found


def event_of(act: BulkAct, line: Line, common: Mapping[str, str]) -> dict[str, Any]:
    """What is recorded of the line, as a caller gives it; common: what holds for every line that does not say
    otherwise.

    Raises Malformed.
    """
    fields = {**common, **line.fields}
    event: dict[str, Any] = {"type": act}
    for field in _FIELDS[act]:
        if text := fields.get(field, "").strip():
            event[field] = str(_day(text)) if field in _DAYS else text
    return event


def _day(text: str) -> date:
    found = read_day(text)
    if found.day is None:
        raise Malformed(field="", problem=found.problem or "不是日期")
    return found.day


def check_reference(text: str) -> Reference:
    """Raises Malformed."""
    try:
        return Reference.parse(text)
    except ValueError:
        raise Malformed(field="", problem=f"“{text[:40]}”不是登记号") from None


def _reference(text: str) -> str:
    return normalize("NFKC", text).strip()


def _bare(text: str) -> str:
    return normalize("NFKC", text).replace(" ", "").strip()
