"""The content of an annual report or a return, for the pages on which it is prepared, approved or returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from adapters.refusals import NotComplete
from adapters.register.reading.reports import Returned
from adapters.views import Until
from api.console.frame import code_of, me
from api.console.reports import statistics
from api.console.reports.statistics import PeriodQuery
from api.web.request import ApiRequest
from domain.authority.supervision import Return
from domain.report.events import SECTIONS
from domain.values import Period
from projections import annual_tables
from projections.diff import Moved
from projections.report.content import Content


class ReportContent(NamedTuple):
    """sections: name, heading, text. returned: how it differs from the one returned before, if one was."""

    tables: Sequence[dict[str, Any]]
    proactive: Sequence[tuple[str, Sequence[str], Sequence[tuple[str, Sequence[str | None]]]]]
    sections: list[tuple[str, str, str]]
    returned: Returned | None = None


def _content(content: Content) -> ReportContent:
    query = PeriodQuery(year=content.year, format=content.format)  # type: ignore[arg-type]
    proactive = [
        (
            block.block,
            block.columns,
            [(row.label, content.proactive_table.get(row.code, ())) for row in block.rows],
        )
        for block in content.form.proactive
    ]
    sections = [(name, words, content.texts.get(name, "")) for name, words in SECTIONS.items()]
    tables = statistics.draw_statutory(content.form, content.requests_table, content.appeals_table, query, "")
    return ReportContent(tables, proactive, sections)


async def submitted(request: ApiRequest, year: int) -> ReportContent | None:
    """The report as it was submitted; None if nothing waits for approval."""
    async with request.register.reports(code_of(request), checked=False) as reports:
        found = await reports.submitted(year)
    if found is None:
        return None
    content, returned = found
    return _content(content)._replace(returned=returned)


class ReturnContent(NamedTuple):
    """What a return hands in, by the present register. report: the annual report that comes with it, without its tables if
    they are of the same period. moved: cells that count otherwise than at the last hand-in, with their labels.
    """

    requested: Return
    tables: Sequence[dict[str, Any]]
    report: ReportContent | None
    moved: Sequence[Moved]
    labels: dict[str, str]


async def handed_in(request: ApiRequest, requested: Return) -> ReturnContent | None:
    """None if the register does not cover the period."""
    code, sits, period = code_of(request), await me(request), requested.period
    form = annual_tables.form_of(period)
    query = PeriodQuery(from_=period.first, to=period.last)
    report = None
    try:
        async with request.register.reports(code) as reports:
            found = await reports.view.tables(period, form)
            if requested.report_year is not None:
                report = _content((await reports.report(requested.report_year)).content)
                if period == Period.year(requested.report_year):
                    report = report._replace(tables=())
    except NotComplete:
        return None
    moved: Sequence[Moved] = ()
    if requested.position is not None:
        then = Until(position=requested.position)
        since = await request.register.comparisons.differences(code, then, None, period, form, sits.sight)
        moved = since.cells
    opens = "/tables/cell" if sits.may("count") else ""
    tables = statistics.draw_statutory(form, found.requests_table, found.appeals_table, query, opens)
    return ReturnContent(requested, tables, report, moved, statistics.labels_of(form))
