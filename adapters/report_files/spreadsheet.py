"""Reads a register that an office kept in a spreadsheet: XLSX, XLS, ODS or CSV, as rows of texts.

A file is bytes from outside. Formulas are not reckoned: the value that the file holds for them is taken, and that is said;
nothing is followed or run.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Sequence
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

MOST_BYTES = 30_000_000
MOST_ROWS = 60_000
MOST_CELLS = 3_000_000
MOST_COLUMNS = 300
MOST_SHEETS = 100
_MOST_PARTS = 5_000
_MOST_UNPACKED = 400_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_SEALED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|meta|\?xml)", re.I)
_FORMULA = re.compile(rb"<(?:x:)?f[ >/]|table:formula=")
_DELIMITERS = ",\t;，"
_Value = int | float | str | bool | time | date | datetime | timedelta


def read(data: bytes, name: str) -> Book:
    """name: of the file, by which nothing is decided. Raises ReportFileFault."""
    del name
    if not data:
        raise ReportFileFault("damaged", "文件是空的")
    if len(data) > MOST_BYTES:
        raise ReportFileFault("too_large", f"文件大于{MOST_BYTES // 1_000_000}MB")
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(_OLE):
        return _workbook(data, digest, _remarks_of_ole(data))
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, digest, _remarks_of_zip(data))
    if _PAGE.match(data[:1_000]):
        raise ReportFileFault("unknown_kind", "文件的内容是网页或XML，请用Excel或WPS打开，另存为xlsx")
    return Book(digest, (_text(data),))


# -- workbooks --


def _workbook(data: bytes, digest: str, remarks: list[str]) -> Book:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            if len(book.sheets_metadata) > MOST_SHEETS:
                raise ReportFileFault("too_large", f"文件有{len(book.sheets_metadata)}个工作表，过多")
            sheets: list[Sheet] = []
            left = [MOST_ROWS, MOST_CELLS]
            for index, about in enumerate(book.sheets_metadata):
                if about.typ != SheetTypeEnum.WorkSheet:
                    continue
                if about.visible != SheetVisibleEnum.Visible:
                    remarks.append(f"隐藏的工作表“{about.name}”没有读")
                    continue
                rows = _rows(book.get_sheet_by_index(index), left)
                sheets.append(Sheet(index + 1, about.name, rows))
    except ReportFileFault:
        raise
    except PasswordError:
        raise ReportFileFault("old_or_encrypted", "加了密码的文件不能读取") from None
    except (CalamineError, ValueError, OSError, OverflowError):
        raise ReportFileFault("damaged", "文件已损坏，或不是表格文件") from None
    return Book(digest, tuple(sheets), tuple(remarks))


def _rows(sheet: CalamineSheet, left: list[int]) -> tuple[tuple[str, ...], ...]:
    height, width = sheet.total_height, sheet.total_width
    left[0] -= height
    left[1] -= height * width
    if min(left) < 0 or width > MOST_COLUMNS:
        raise ReportFileFault(
            "too_large", f"文件中的表格过大（至多{MOST_ROWS}行、{MOST_COLUMNS}列、{MOST_CELLS}格）"
        )
    rows = [[_shown(value) for value in line] for line in sheet.to_python(skip_empty_area=False)]
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        _fill(rows, top, first, bottom, last)
    return tuple(map(tuple, rows))


def _fill(rows: list[list[str]], top: int, first: int, bottom: int, last: int) -> None:
    """What stands in a merged cell stands in each that it covers."""
    if top >= len(rows) or first >= len(rows[top]) or not (text := rows[top][first]):
        return
    for row in rows[top : bottom + 1]:
        for column in range(first, min(last + 1, len(row))):
            row[column] = text


def _shown(value: _Value) -> str:
    """Whole numbers without a point, others with the 15 figures that a spreadsheet shows; days in ISO."""
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


def _remarks_of_zip(data: bytes) -> list[str]:
    """What of the file is taken as it stands. Raises ReportFileFault for macros, passwords and what unpacks to too much."""
    archive = opened(data, _MOST_PARTS, _MOST_UNPACKED)
    if archive.claimed_bytes > _MOST_UNPACKED:
        raise ReportFileFault("too_large", "文件展开后过大")
    names = archive.names
    formulas = sum(
        _formulas(archive, name) for name in names if re.match(r"(?:xl/worksheets/.*|content)\.xml$", name)
    )
    remarks = []
    if formulas:
        remarks.append(f"{formulas}个单元格是公式，按文件中已算出的值读取，没有重新计算")
    if any("externallinks/" in name for name in names):
        remarks.append("文件引用了别的文件，没有打开，按已存的值读取")
    return remarks


def _formulas(archive: Archive, name: str) -> int:
    found, left, tail = 0, _MOST_UNPACKED, b""
    try:
        with archive.open(name) as part:
            while chunk := part.read(1_000_000):
                if (left := left - len(chunk)) < 0:
                    raise ReportFileFault("too_large", "文件展开后过大")
                found += len(_FORMULA.findall(tail + chunk))
                tail = (tail + chunk)[-14:]
                found -= len(_FORMULA.findall(tail))
    except NotTaken as why:
        raise fault_of(why) from None
    except BROKEN:
        raise ReportFileFault("damaged", "文件已损坏，或不是表格文件") from None
    return found + len(_FORMULA.findall(tail))


def _remarks_of_ole(data: bytes) -> list[str]:
    """Raises ReportFileFault for macros and passwords."""
    if _SEALED in data:
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
            rows.append(tuple(line))
            cells += len(line)
            if len(rows) > MOST_ROWS or cells > MOST_CELLS or len(line) > MOST_COLUMNS:
                raise ReportFileFault("too_large", "文件中的表格过大")
    except csv.Error:
        raise ReportFileFault("damaged", "文件不是逗号分隔的表格（CSV）") from None
    return Sheet(1, "", tuple(rows))


def _delimiter(lines: Sequence[str]) -> str:
    counts = Counter(each for line in lines for each in line if each in _DELIMITERS)
    return counts.most_common(1)[0][0] if counts else ","
