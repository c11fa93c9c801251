"""Reads an annual report from a file that anyone may have sent: JSON, XLSX, DOCX or HTML in the official layout.

A file is bytes from outside. Nothing in it is run, followed or unpacked to disk; its size, its parts and its
tables are bounded, and what is refused is refused with a code and a sentence.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

import msgspec

from adapters.report_pages import Laying, lay_docx, lay_html, lay_xlsx
from adapters.report_parts import ReportFileFault
from domain import report_format
from projections import report_layout
from projections.annual_tables import Appeals, Cells
from projections.report_layout import NoTables
from projections.typed_report import TypedReport, TypedSection

__all__ = ["ReportFileFault", "read"]

MOST_BYTES = 20_000_000

_KINDS: dict[str, Laying] = {
    ".xlsx": lay_xlsx,
    ".docx": lay_docx,
    ".html": lay_html,
    ".htm": lay_html,
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(data: bytes, name: str) -> TypedReport:
    """The report in a file; name gives its kind by its ending. Raises ReportFileFault for any other file."""
    ending = PurePath(name).suffix.lower()
    if len(data) > MOST_BYTES:
        raise ReportFileFault("too_large", f"文件超过{MOST_BYTES // 1_000_000}MB")
    if data.startswith(_OLD_OFFICE):
        raise ReportFileFault(
            "old_or_encrypted", "旧版Office文件或加了密码的文件不能读取，请另存为不加密的xlsx或docx"
        )
    if ending in (".xlsm", ".docm", ".xltm", ".dotm"):
        raise ReportFileFault("macros", "含宏的文件不予读取，请另存为xlsx或docx")
    if ending == ".json":
        return _read_json(data)
    if ending not in _KINDS:
        raise ReportFileFault("unknown_kind", f"不能读取“{ending or name}”文件，只读取json、xlsx、docx、html")
    try:
        return report_layout.read(_KINDS[ending](data))
    except NoTables as fault:
        raise ReportFileFault("no_tables", str(fault)) from None
    except RecursionError:
        raise ReportFileFault("damaged", "文件的层次过深") from None


class _Told(msgspec.Struct):
    """The shape of published reports as JSON; what else is in the file is not read."""

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
    """Sentences in `text` are of section one, where the file has no `sections`."""
    try:
        told = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Told)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise ReportFileFault("damaged", f"不是年度报告的JSON：{_where(str(fault))}") from None
    layouts = {"requests": report_layout.layout_of(told.requests_table)}
    if told.proactive_table:
        layouts["proactive"] = _proactive_layout(told.proactive_table)
    if told.format not in (None, *report_format.NAMES):
        raise ReportFileFault("damaged", f"没有“{told.format}”这种年报格式")
    sections = tuple(told.sections)
    if told.text and not sections:
        sections = (TypedSection(report_format.load(report_format.NAMES[-1]).headings[0], tuple(told.text)),)
    return TypedReport(
        columns=told.columns,
        requests_table=told.requests_table,
        appeals_table=told.appeals_table,
        proactive_table={
            row: [_printed(cell) for cell in cells] for row, cells in told.proactive_table.items()
        },
        layouts=layouts,
        format=told.format or report_layout.format_of(told.year, layouts),
        authority=told.authority,
        year=told.year,
        sections=sections,
    )


def _proactive_layout(table: dict[str, Any]) -> str:
    """The form whose rows have this many cells each."""

    def unlike(name: str) -> int:
        blocks = report_format.load(name).proactive
        widths = {row.code: len(block.columns) for block in blocks for row in block.rows}
        return len(set(widths.items()) ^ {(row, len(cells)) for row, cells in table.items()})

    return min(report_format.NAMES, key=unlike)


def _printed(cell: str | int | float | None) -> str | None:
    return None if cell is None or (isinstance(cell, str) and not cell.strip()) else str(cell)


def _where(fault: str) -> str:
    """The place that the decoder names, without its English."""
    place = re.search(r"at `(.*)`$", fault)
    return f"{place[1]}处的值不合格式" if place else "语法有误"
