"""Reads an annual report from a file that anyone may have sent: JSON, XLSX, DOCX, HTML or PDF in the official layout.

A file is untrusted input. Nothing in it is run, followed or unpacked to disk. Its size, parts and tables are limited,
and a refusal has a code and a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import msgspec

from adapters.report_files import kinds
from adapters.report_files.office_zip import ReportFileFault
from adapters.report_files.page import lay_html, lay_mhtml
from adapters.report_files.pdf import lay_pdf
from adapters.report_files.word import lay_docx
from adapters.report_files.workbook import lay_xlsx
from domain.report import official_form
from domain.report.official_form import TOTAL
from projections.annual_tables import Appeals, Cells
from projections.report.imported import TypedReport, TypedSection
from projections.report.recognition import reader, texts
from projections.report.recognition.laid import Laid
from projections.report.recognition.reader import NoTables

__all__ = ["ReportFileFault", "read"]

Laying = Callable[[bytes], Laid]

MOST_BYTES = 20_000_000
MOST_ROWS = 100
"""Maximum rows of a table, and maximum sections, in JSON; the form has 25 rows."""

_PAGES = (".html", ".htm", ".shtml", ".xhtml", ".jsp", ".jspx", ".asp", ".aspx", ".php", ".do", ".action")
_KINDS: dict[str, Laying] = {
    ".xlsx": lay_xlsx,
    ".docx": lay_docx,
    ".mht": lay_mhtml,
    ".mhtml": lay_mhtml,
    ".pdf": lay_pdf,
    **dict.fromkeys(_PAGES, lay_html),
}
_SAVE_AS = {
    ".wps": "WPS文字文件（.wps）不能读取，请在WPS中打开，另存为docx",
    ".et": "WPS表格文件（.et）不能读取，请在WPS中打开，另存为xlsx",
    ".doc": "旧版Word文件（.doc）不能读取，请用Word或WPS打开，另存为docx",
    ".xls": "旧版Excel文件（.xls）不能读取，请用Excel或WPS打开，另存为xlsx",
    ".rtf": "RTF文件不能读取，请用Word或WPS打开，另存为docx",
    ".ofd": "OFD版式文件不能读取，请报送单位提供编制时的docx或xlsx，或用OFD阅读器导出为pdf",
    ".ods": "OpenDocument文件不能读取，请另存为xlsx",
    ".odt": "OpenDocument文件不能读取，请另存为docx",
    ".xlsb": "二进制工作簿（.xlsb）不能读取，请另存为xlsx",
    ".csv": "CSV文件没有合并的单元格和文字，不能读取，请提供xlsx或docx",
    ".txt": "纯文本文件没有表格，不能读取，请提供xlsx或docx",
    kinds.ENCRYPTED: "加了密码的文件或旧版Office文件不能读取，请去掉密码，另存为xlsx或docx",
    kinds.OFFICE_XML: "2003版XML文件不能读取，请用Office或WPS打开，另存为docx或xlsx",
}
_OTHERS = {
    "压缩包不能读取，请先解压，再核对其中的文件": (".zip", ".rar", ".7z", ".gz", ".tar"),
    "图片不能读取，请报送单位提供编制时的docx或xlsx": (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp"),
}  # fmt: skip

_UNRULED = (
    "。PDF中没有框线的表格，行名、栏名与年报格式相同、数字对得齐的才能读取，请报送单位提供编制时的docx或xlsx"
)


def read(data: bytes, name: str) -> TypedReport:
    """The report in a file. The content decides how it is read, not the name. Raises ReportFileFault for any other file.

    name: may give year and authority if the texts do not. Its extension decides where the content is ambiguous, and
    which advice a refusal gives.
    """
    if len(data) > MOST_BYTES:
        raise ReportFileFault("too_large", f"文件超过{MOST_BYTES // 1_000_000}MB")
    kind = kinds.kind_of(data, name)
    ending = PurePath(name.strip()).suffix.lower()
    if ending in (".xlsm", ".docm", ".xltm", ".dotm"):
        raise ReportFileFault("macros", "含宏的文件不予读取，请另存为xlsx或docx")
    if kind == kinds.EMPTY:
        raise ReportFileFault("no_tables" if ending in _PAGES else "damaged", "文件是空的，没有内容")
    if kind == ".json":
        return _read_json(data)
    lay = _KINDS.get(kind)
    if lay is None:
        is_old = data.startswith(kinds.OLD_OFFICE)
        raise ReportFileFault("old_or_encrypted" if is_old else "unknown_kind", _what_to_do(kind, name))
    try:
        return reader.read(lay(data), PurePath(name).name)
    except NoTables as fault:
        hint = _UNRULED if lay is lay_pdf else ""
        raise ReportFileFault("no_tables", f"{fault}{hint}") from None
    except RecursionError:
        raise ReportFileFault("damaged", "文件的层次过深") from None


def _what_to_do(kind: str, name: str) -> str:
    for advice, names in _OTHERS.items():
        if kind in names:
            return advice
    return (
        _SAVE_AS.get(kind)
        or f"不能读取“{kind or PurePath(name).name[:40]}”文件，只读取json、xlsx、docx、pdf、html"
    )


class _TypedReport(msgspec.Struct):
    """The fields of a report in JSON; others are ignored."""

    requests_table: Cells
    appeals_table: Appeals
    columns: list[str]
    authority: str | None = None
    year: int | None = None
    format: str | None = None
    proactive_table: dict[str, list[str | int | float | None]] = {}
    text: list[str] = []
    sections: list[TypedSection] = []


def _read_json(data: bytes) -> TypedReport:
    """Read JSON. Sentences in `text` become section one if the file has no `sections`."""
    try:
        read = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_TypedReport)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise ReportFileFault("damaged", f"不是年度报告的JSON：{_where(str(fault))}") from None
    _check_shape(read)
    form = reader.layout_of(read.requests_table)
    layouts = {} if form is None else {"requests": form}
    if read.proactive_table:
        layouts["proactive"] = _proactive_layout(read.proactive_table)
    if read.format not in (None, *official_form.NAMES):
        raise ReportFileFault("damaged", f"没有“{read.format}”这种年报格式")
    sections = tuple(read.sections)
    if read.text and not sections:
        sections = (TypedSection(official_form.load(official_form.NAMES[-1]).headings[0], tuple(read.text)),)
    sections, too_long = texts.in_bounds(sections)
    return TypedReport(
        columns=read.columns,
        requests_table=read.requests_table,
        appeals_table=read.appeals_table,
        proactive_table={
            row: [_printed(cell) for cell in cells] for row, cells in read.proactive_table.items()
        },
        layouts=layouts,
        format=read.format or reader.format_of(read.year, layouts),
        authority=read.authority,
        year=read.year,
        sections=sections,
        unread=too_long,
    )


def _check_shape(read: _TypedReport) -> None:
    """Raise ReportFileFault unless the columns are the form's and each row has all of them; rows may be missing."""
    for name, rows in (
        ("requests_table", read.requests_table),
        ("appeals_table", read.appeals_table),
        ("proactive_table", read.proactive_table),
        ("sections", read.sections),
    ):
        if len(rows) > MOST_ROWS:
            raise ReportFileFault("too_large", f"{name}有{len(rows)}项，超过{MOST_ROWS}项")
    known = [column.code for column in official_form.load(official_form.NAMES[-1]).requests.columns]
    if read.requests_table and (
        read.columns[-1:] != known[-1:]
        or set(read.columns) - set(known)
        or len(set(read.columns)) != len(read.columns)
    ):
        raise ReportFileFault("damaged", f"columns应为各类申请人和总计：{'、'.join(known)}")
    for row, cells in read.requests_table.items():
        if len(cells) != len(read.columns):
            raise ReportFileFault(
                "damaged", f"requests_table.{row}应有{len(read.columns)}格，实有{len(cells)}格"
            )
    for route, results in read.appeals_table.items():
        if TOTAL not in results:
            raise ReportFileFault("damaged", f"appeals_table.{route}缺少总计（{TOTAL}）")


def _proactive_layout(table: dict[str, Any]) -> str:
    """The form whose rows have the most similar numbers of cells."""

    def unlike(name: str) -> int:
        blocks = official_form.load(name).proactive
        widths = {row.code: len(block.columns) for block in blocks for row in block.rows}
        return len(set(widths.items()) ^ {(row, len(cells)) for row, cells in table.items()})

    return min(official_form.NAMES, key=unlike)


def _printed(cell: str | int | float | None) -> str | None:
    return None if cell is None or (isinstance(cell, str) and not cell.strip()) else str(cell)


def _where(fault: str) -> str:
    """The path in the decoder's message, without the English text."""
    place = re.search(r"at `(.*)`$", fault)
    return f"{place[1]}处的值不合格式" if place else "语法有误"
