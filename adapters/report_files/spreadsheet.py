"""Reads a register that an office kept in a spreadsheet: XLSX, XLS, ODS or CSV, as rows of texts.

A file is untrusted input. Nothing in it is followed or run. Formulas are not calculated: the value stored with each is
read, and a remark says so.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from adapters.office_archives import BROKEN, Archive, NotTaken
from adapters.report_files import encodings
from adapters.report_files.office_zip import ReportFileFault, fault_of, opened
from projections.importing.book import Book, Sheet
from projections.typed_days import SINCE_1900, SINCE_1904

MOST_BYTES = 30_000_000
MOST_ROWS = 60_000
MOST_CELLS = 3_000_000
MOST_COLUMNS = 300
MOST_SHEETS = 100
_MOST_PARTS = 5_000
_MOST_UNPACKED = 400_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|meta|\?xml)", re.I)
_CELL = rb"<(?:x:)?c (?=[^<>]*\br=\"([A-Z]{1,3}[0-9]{1,7})\")"
_COUNTED = {
    "{}个单元格是公式，按文件中已算出的值读取，没有重新计算": rb"<(?:x:)?f[ >/]|table:formula=",
    "{}个单元格的公式没有算出的值，按空白读取；请用Excel或WPS打开后保存，再导入": _CELL
    + rb"(?![^<>]*t=\"str\")[^<>]*>\s*<(?:x:)?f(?:[^<>]*/>|[^<>]*>[^<]*</(?:x:)?f>)\s*"
    rb"(?:<(?:x:)?v\s*/>|<(?:x:)?v></(?:x:)?v>)?\s*</(?:x:)?c>",
    "{}个单元格是错误值（如#N/A），按空白读取": _CELL + rb"[^<>]*t=\"e\"",
    "{}行是隐藏的，也读了": (
        rb"<(?:x:)?row [^<>]*hidden=\"(?:1|true)\"|<table:table-row [^<>]*table:visibility="
    ),
}
"""Remarks on a workbook, each with the pattern that is counted for it; its group, if any, is the cell to be named."""
_NAMED = 3
"""Maximum cells named in a remark."""
_FROM_1904 = re.compile(rb"<(?:x:)?workbookPr[^<>]*date1904=\"(?:1|true)\"")
_FROM_1904_OLD = b"\x22\x00\x02\x00\x01\x00\x0e\x00\x02\x00"
"""The same in an old workbook: the date system record, and the start of the record that always follows it."""
_LONGEST_CELL = 20_000
_AS_TEXT = re.compile(r'^="([^"]*)"$')
"""An exported text such as ="2021-0001", quoted so that a spreadsheet does not take it for a number."""
_DELIMITERS = ",\t;，"
_Value = int | float | str | bool | time | date | datetime | timedelta


def read(data: bytes, name: str) -> Book:
    """The visible sheets of a file. Its content decides how it is read; name is not used. Raises ReportFileFault."""
    del name
    if not data:
        raise ReportFileFault("damaged", "文件是空的")
    if len(data) > MOST_BYTES:
        raise ReportFileFault("too_large", f"文件大于{MOST_BYTES // 1_000_000}MB")
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(_OLE):
        day_zero = SINCE_1904 if _FROM_1904_OLD in data else SINCE_1900
        return _workbook(data, digest, _remarks_of_ole(data), day_zero)
    if data.startswith(b"PK\x03\x04"):
        archive = opened(data, _MOST_PARTS, _MOST_UNPACKED)
        return _workbook(data, digest, _remarks_of_zip(archive), _day_zero(archive))
    if _PAGE.match(data[:1_000]):
        raise ReportFileFault("unknown_kind", "文件的内容是网页或XML，请用Excel或WPS打开，另存为xlsx")
    return Book(digest, (_text(data),))


# -- workbooks --


def _workbook(data: bytes, digest: str, remarks: list[str], day_zero: date = SINCE_1900) -> Book:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            if len(book.sheets_metadata) > MOST_SHEETS:
                raise ReportFileFault("too_large", f"文件有{len(book.sheets_metadata)}个工作表，过多")
            sheets: list[Sheet] = []
            budget = [MOST_ROWS, MOST_CELLS]
            for index, about in enumerate(book.sheets_metadata):
                if about.typ != SheetTypeEnum.WorkSheet:
                    continue
                if about.visible != SheetVisibleEnum.Visible:
                    remarks.append(f"隐藏的工作表“{about.name}”没有读")
                    continue
                rows = _rows(book.get_sheet_by_index(index), budget)
                sheets.append(Sheet(index + 1, about.name, rows))
    except ReportFileFault:
        raise
    except PasswordError:
        raise ReportFileFault("old_or_encrypted", "加了密码的文件不能读取") from None
    except (CalamineError, ValueError, OSError, OverflowError):
        raise ReportFileFault("damaged", "文件已损坏，或不是表格文件") from None
    return Book(digest, tuple(sheets), tuple(remarks), day_zero)


def _rows(sheet: CalamineSheet, budget: list[int]) -> tuple[tuple[str, ...], ...]:
    height, width = sheet.total_height, sheet.total_width
    budget[0] -= height
    budget[1] -= height * width
    if min(budget) < 0 or width > MOST_COLUMNS:
        raise ReportFileFault(
            "too_large", f"文件中的表格过大（至多{MOST_ROWS}行、{MOST_COLUMNS}列、{MOST_CELLS}格）"
        )
    rows = [[_shown(value) for value in line] for line in sheet.to_python(skip_empty_area=False)]
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        _fill(rows, top, first, bottom, last)
    return tuple(map(tuple, rows))


def _fill(rows: list[list[str]], top: int, first: int, bottom: int, last: int) -> None:
    """Repeat the text of a merged cell in each cell that it covers; ends inclusive."""
    if top >= len(rows) or first >= len(rows[top]) or not (text := rows[top][first]):
        return
    for row in rows[top : bottom + 1]:
        for column in range(first, min(last + 1, len(row))):
            row[column] = text


def _shown(value: _Value) -> str:
    """A value as text: numbers with up to 15 digits, as a spreadsheet shows them; dates and times in ISO 8601."""
    match value:
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case float():
            return f"{value:.15g}"
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _remarks_of_zip(archive: Archive) -> list[str]:
    """What the office should know of how the file is read. Raises ReportFileFault if it unpacks to too much."""
    if archive.claimed_bytes > _MOST_UNPACKED:
        raise ReportFileFault("too_large", "文件展开后过大")
    names = archive.names
    found = dict[str, list[str]]()
    for name in names:
        if re.match(r"(?:xl/worksheets/.*|content)\.xml$", name):
            for text, cells in _counted_in(archive, name):
                found.setdefault(text, []).extend(cells)
    remarks = [_remark(text, found[text]) for text in _COUNTED if found.get(text)]
    if any("externallinks/" in name for name in names):
        remarks.append("文件引用了别的文件，没有打开，按已存的值读取")
    return remarks


def _remark(text: str, cells: list[str]) -> str:
    named = "、".join(list(filter(None, cells))[:_NAMED])
    return text.format(len(cells)) + (f"（{named}{'等' if len(cells) > _NAMED else ''}）" if named else "")


def _counted_in(archive: Archive, name: str) -> Iterator[tuple[str, list[str]]]:
    """Matches of `_COUNTED` in a part: the remark, and for each match its cell, or empty. Read in chunks."""
    budget, tail = _MOST_UNPACKED, b""
    try:
        with archive.open(name) as part:
            while chunk := part.read(1_000_000):
                if (budget := budget - len(chunk)) < 0:
                    raise ReportFileFault("too_large", "文件展开后过大")
                window = tail + chunk
                for text, pattern in _COUNTED.items():
                    new = [each for each in re.finditer(pattern, window) if each.end() > len(tail)]
                    yield text, [each[1].decode() if each.lastindex else "" for each in new]
                tail = window[-_LONGEST_CELL:]
    except NotTaken as why:
        raise fault_of(why) from None
    except BROKEN:
        raise ReportFileFault("damaged", "文件已损坏，或不是表格文件") from None


def _day_zero(archive: Archive) -> date:
    if "xl/workbook.xml" not in archive:
        return SINCE_1900
    try:
        workbook = archive.read("xl/workbook.xml", 1_000_000)
    except NotTaken as why:
        raise fault_of(why) from None
    return SINCE_1904 if _FROM_1904.search(workbook) else SINCE_1900


def _remarks_of_ole(data: bytes) -> list[str]:
    """Raises ReportFileFault for macros and passwords."""
    if _ENCRYPTED in data:
        raise ReportFileFault("old_or_encrypted", "加了密码的文件不能读取")
    if _MACROS in data:
        raise ReportFileFault("macros", "含宏的文件不予读取，请另存为不含宏的文件")
    return ["旧版表格（.xls）中的公式按文件中已算出的值读取"]


# -- texts --


def _text(data: bytes) -> Sheet:
    text, lost = encodings.decode(data)
    if lost or "\x00" in text:
        raise ReportFileFault("damaged", "文件不是表格，或文字编码不能识别（可用UTF-8、GBK、UTF-16）")
    text = text.lstrip("\ufeff")
    rows: list[tuple[str, ...]] = []
    cells = 0
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.splitlines()[:50])):
            rows.append(tuple(_AS_TEXT.sub(r"\1", cell) for cell in line))
            cells += len(line)
            if len(rows) > MOST_ROWS or cells > MOST_CELLS or len(line) > MOST_COLUMNS:
                raise ReportFileFault("too_large", "文件中的表格过大")
    except csv.Error:
        raise ReportFileFault("damaged", "文件不是逗号分隔的表格（CSV）") from None
    return Sheet(1, "", tuple(rows))


def _delimiter(lines: Sequence[str]) -> str:
    counts = Counter(each for line in lines for each in line if each in _DELIMITERS)
    return counts.most_common(1)[0][0] if counts else ","
