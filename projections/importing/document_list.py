"""Reads a spreadsheet of the authority's documents as entries of the register of documents."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from domain.report import annual_report
from projections.choice_labels import CHOICES
from projections.importing.book import Book, Sheet, letter
from projections.importing.columns import MappingFault
from projections.importing.words import bare
from projections.typed_days import read_day

MOST = 1_000
"""Maximum rows of a list: each is compared with all documents in the register."""
_LOOKED_AT = 40
_NEEDED = ("document_no", "name", "kind", "disclosure", "basis", "on")
_DAYS = ("on", "public_on", "valid_until", "ended_on")


def _codes(name: str) -> dict[str, str]:
    return {words: code for code, words in CHOICES[name].items()}


_WORDS: dict[str, dict[str, str]] = {
    "kind": {
        **_codes("document_made.kind"),
        "规范性文件": "normative",
        "其他": "other",
    },
    "disclosure": {
        **_codes("disclosure"),
        "公开": "proactive",
        "不公开": "withheld",
    },
}


class DocumentRow(NamedTuple):
    """One row. lines: what would be recorded, as JSON has it; problems: why nothing can be, in words."""

    sheet_no: int
    row_no: int
    lines: tuple[dict[str, Any], ...]
    problems: tuple[str, ...] = ()


class DocumentList(NamedTuple):
    """columns: sheet, column, heading and what it is taken for, empty where it is not read."""

    columns: list[tuple[str, str, str, str]]
    rows: list[DocumentRow]


def title(field: str) -> str:
    """The field as an officer calls it."""
    return _vocabulary()[field][0]


def read_list(book: Book, own: Mapping[str, str] | None = None) -> DocumentList:
    """own: an office's own headings by a heading that is known. Raises MappingFault where no sheet has a heading, or
    too many rows."""
    named = dict(_synonyms())
    for heading, meant in (own or {}).items():
        if (field := named.get(bare(meant))) is None:
            raise MappingFault(
                f"没有“{meant}”这一项；可用：{'、'.join(title(each) for each in _vocabulary())}"
            )
        named[bare(heading)] = field
    columns: list[tuple[str, str, str, str]] = []
    rows: list[DocumentRow] = []
    for sheet in book.sheets:
        if (top := _heading(sheet, named)) is None:
            continue
        fields: dict[str, int] = {}
        for index, heading in enumerate(sheet.rows[top]):
            field = named.get(bare(heading)) if heading else None
            first = field is not None and fields.setdefault(field, index) == index
            columns.append((sheet.name, letter(index), heading, title(field) if field and first else ""))
        for number, cells in enumerate(sheet.rows[top + 1 :], top + 2):
            by_field = {
                each: cells[at].strip()
                for each, at in fields.items()
                if at < len(cells) and cells[at].strip()
            }
            if "document_no" in by_field or "name" in by_field:
                rows.append(_row(sheet, number, by_field, book))
    if not columns:
        raise MappingFault(f"没有找到表头；应有{'、'.join(title(each) for each in _NEEDED)}各栏")
    if len(rows) > MOST:
        raise MappingFault(f"有{len(rows)}行；一次至多{MOST}行，请分几个文件导入")
    return DocumentList(columns, rows)


@cache
def _vocabulary() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("document_columns.toml").read_text("utf-8"))


@cache
def _synonyms() -> dict[str, str]:
    return {bare(word): field for field, words in _vocabulary().items() for word in words}


def _heading(sheet: Sheet, named: Mapping[str, str]) -> int | None:
    """The first row that names at least the number, the name and the day."""
    for row, cells in enumerate(sheet.rows[:_LOOKED_AT]):
        if {"document_no", "name", "on"} <= {named.get(bare(each)) for each in cells if each}:
            return row
    return None


def _row(sheet: Sheet, number: int, by_field: Mapping[str, str], book: Book) -> DocumentRow:
    problems = [f"没有{title(each)}" for each in _NEEDED if each not in by_field]
    days: dict[str, date] = {}
    for field in _DAYS:
        if field in by_field:
            read = read_day(by_field[field], day_zero=book.day_zero)
            if read.day is not None:
                days[field] = read.day
            else:
                problems.append(f"{title(field)}：{read.problem}")
    codes: dict[str, str] = {}
    for field, words in _WORDS.items():
        if field in by_field:
            code = {bare(word): each for word, each in words.items()}.get(bare(by_field[field]))
            if code is not None:
                codes[field] = code
            else:
                problems.append(f"{title(field)}“{by_field[field][:40]}”不是{'、'.join(words)}之一")
    if "ended_on" in by_field and "ended_basis" not in by_field:
        problems.append(f"有{title('ended_on')}而没有{title('ended_basis')}")
    if problems:
        return DocumentRow(sheet.number, number, (), tuple(problems))
    where = f"{book.digest[:32]}/{sheet.number}/{number}"
    texts = {
        each: by_field[each] for each in ("document_no", "name", "basis", "department") if each in by_field
    }
    dates: dict[str, str] = {each: str(days[each]) for each in ("public_on", "valid_until") if each in days}
    made: dict[str, str] = {"type": "document_made", "on": str(days["on"]), **texts, **codes, **dates}
    lines = [_line(where, days["on"], made)]
    if "ended_on" in days:
        ended = {
            "type": "document_ended", "on": str(days["ended_on"]), "document_no": by_field["document_no"],
            "cause": "abolished", "basis": by_field["ended_basis"],
        }  # fmt: skip
        lines.append(_line(f"{where}/ended", days["ended_on"], ended))
    return DocumentRow(sheet.number, number, tuple(lines))


def _line(id_: str, on: date, event: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": id_, "stream": annual_report.stream_of(on.year), "event": dict(event)}
