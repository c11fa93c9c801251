"""Reads an annual report in the official layout, whoever made it: tables by their labels, texts by their headings.

Nothing is put right: what a file leaves blank stays blank, what could not be read and what was assumed is reported.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.report import official_form
from domain.values import Period
from projections.report import appeals_table, proactive_table, requests_columns, requests_table, texts
from projections.report.arranged import arranged
from projections.report.imported import TypedReport
from projections.report.laid import Laid, Notes


class NoTables(ValueError):
    """A file in which no statutory table was found."""


_A_REPORT = 600
"""Letters outside tables: so many are more than a title and notes."""
_FORMS = [official_form.load(name) for name in reversed(official_form.NAMES)]


def read(laid: Laid, name: str = "") -> TypedReport:
    """name: of the file. Raises NoTables unless the requests table or the appeals table is there."""
    notes = Notes()
    tables = arranged(laid.tables, notes)
    columns, requests = requests_table.read(tables, notes)
    appeals = appeals_table.read(tables, notes)
    if not requests and not appeals:
        raise NoTables("没有找到年度报告的法定表格")
    proactive, proactive_form = proactive_table.read(tables, notes)
    for found, caption in ((proactive, 1), (requests, 2), (appeals, 3)):
        if not found:
            notes.lose(f"没有找到“{_FORMS[0].headings[caption]}”的表格")
    layouts = {"proactive": proactive_form} if proactive_form else {}
    if (form := layout_of(requests)) is not None:
        layouts["requests"] = form
    year, authority = texts.title(laid, name)
    sections = texts.sections(laid)
    if not sections and sum(map(len, laid.texts)) > _A_REPORT:
        notes.lose("没有认出六个部分的标题，文字没有核对")
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
        unread=(*laid.lost, *notes.unread),
        unread_cells=tuple(dict.fromkeys(notes.cells)),
        assumed=tuple(dict.fromkeys((*laid.remarks, *notes.assumed))),
    )


def format_of(year: int | None, layouts: Mapping[str, str]) -> str:
    """The form of the year; where no year is given, the one that the tables are laid out in."""
    if year is not None:
        return official_form.in_force(Period.year(year)).name
    return layouts.get("requests") or layouts.get("proactive") or _FORMS[0].name


def layout_of(requests_table: Mapping[str, object]) -> str | None:
    """The form whose rows these are; None where they are of several."""
    strange = {
        form.name: len(set(requests_table) - {row.code for row in form.requests.rows}) for form in _FORMS
    }
    fewest = [name for name, count in strange.items() if count == min(strange.values())]
    return fewest[0] if len(fewest) == 1 else None
