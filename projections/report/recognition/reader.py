"""Recognises an annual report in the layout of a file: tables by their labels, texts by their headings.

Nothing is corrected: blank cells stay blank. What could not be read, and what was assumed, is reported.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.report import official_form
from domain.values import Period
from projections.report.imported import TypedReport
from projections.report.recognition import (
    appeals_table,
    proactive_table,
    requests_columns,
    requests_table,
    texts,
)
from projections.report.recognition.arranged import arranged
from projections.report.recognition.laid import Laid, Notes


class NoTables(ValueError):
    """A file in which no statutory table was found."""


_MORE_THAN_A_TITLE = 600
"""Characters outside tables from which a file has more text than a title and notes."""
_TITLE_CELLS = 3
"""Maximum cells of a row that has the title."""
_FORMS = [official_form.load(name) for name in reversed(official_form.NAMES)]


def read(laid: Laid, name: str = "") -> TypedReport:
    """The report in a file. name: of the file. Raises NoTables if it has neither requests table nor appeals table."""
    notes = Notes()
    tables = arranged(laid.tables, notes)
    columns, requests = requests_table.read(tables, notes)
    appeals = appeals_table.read(tables, notes)
    pictures = "（文件中有图片；图片中的表格不能读取，请提供能编辑的表格）" if laid.has_pictures else ""
    if not requests and not appeals:
        elsewhere = "".join(f"（{each}）" for each in laid.elsewhere)
        raise NoTables("；".join((f"没有找到年度报告的法定表格{elsewhere}{pictures}", *laid.lost)))
    proactive, proactive_form = proactive_table.read(tables, notes)
    notes.report_differences()
    for found, name_, caption in (
        (proactive, proactive_table.NAME, 1),
        (requests, requests_columns.NAME, 2),
        (appeals, appeals_table.NAME, 3),
    ):
        if not found:
            seen = any(text.startswith(name_) for text in notes.unread)
            what = "的表格没有读出一格" if seen else f"的表格没有找到{pictures}"
            notes.add_unread(f"“{_FORMS[0].headings[caption]}”{what}")
    layouts = {"proactive": proactive_form} if proactive_form else {}
    if (form := layout_of(requests)) is not None:
        layouts["requests"] = form
    year, authority = texts.title(laid)
    if year is None:
        year, authority = texts.title(laid.spread(_TITLE_CELLS), name)
    if year is None:
        notes.add_unread("没有认出报告是哪一年度的，文字中往年的数字没有区分")
    sections, too_long = texts.in_bounds(texts.sections(laid) or texts.sections(laid.spread(1)))
    if not sections and sum(map(len, laid.texts)) > _MORE_THAN_A_TITLE:
        notes.add_unread("没有认出六个部分的标题，文字没有核对")
    return TypedReport(
        columns=columns or [column.code for column in requests_columns.COLUMNS],
        requests_table=requests,
        appeals_table=appeals,
        proactive_table=proactive,
        layouts=layouts,
        format=format_of(year, layouts),
        authority=authority,
        year=year,
        sections=sections,
        unread=(*laid.lost, *notes.unread, *too_long),
        unread_cells=tuple(dict.fromkeys(notes.cells)),
        assumed=tuple(dict.fromkeys((*laid.remarks, *notes.assumed))),
    )


def format_of(year: int | None, layouts: Mapping[str, str]) -> str:
    """The form of the year; without a year, the form that the tables are laid out in."""
    if year is not None:
        return official_form.in_force(Period.year(year)).name
    return layouts.get("requests") or layouts.get("proactive") or _FORMS[0].name


def layout_of(requests_table: Mapping[str, object]) -> str | None:
    """The form with most of these rows; None if several fit equally."""
    strange = {
        form.name: len(set(requests_table) - {row.code for row in form.requests.rows}) for form in _FORMS
    }
    fewest = [name for name, count in strange.items() if count == min(strange.values())]
    return fewest[0] if len(fewest) == 1 else None
