"""The annual reports of an authority that are to be published or corrected."""

from __future__ import annotations

from datetime import date

from adapters.postgres.queries import SQL
from adapters.refusals import NotComplete
from adapters.register.reading.reports import Reports
from domain.report import annual_report
from domain.report.state import AnnualReport
from projections.report import restatement, summary
from projections.report.checks import ReportFinding
from projections.report.summary import ReportDue


async def due(reports: Reports, today: date, *, whole: bool = True) -> list[ReportDue]:
    """Reports of past years that are to be published, the latest last: last year's, those of earlier years that
    were begun, corrected editions, and published ones to be corrected. None of a year in which the office was not
    there, or for which its successor reports.

    whole: with what their checks found, for those who may read the draft.
    """
    last, changed = today.year - 1, await to_correct(reports)
    years = {year for year in (*await reports.view.reports_begun(), *changed) if year < last}
    found = []
    for year in sorted({*years, last}):
        state = await reports.state(year)
        owed = bool(state.publications) or reports.view.authority.owes_report(year, today)
        if owed and (state.stage != "published" or year in changed):
            found.append(await _due(reports, state, today, whole=whole))
    return found


async def to_correct(reports: Reports) -> frozenset[int]:
    """Years whose published figures are no longer those of the register, and of which no corrected edition was begun.

    A report from before this register never had its figures, so a difference is no change.
    """

    async def make() -> frozenset[int]:
        return frozenset([year for year in reports.view.law.published if await _has_changed(reports, year)])

    return await reports.view.derived("reports_to_correct", make, changed_by=SQL["changes_of_published"])


async def _has_changed(reports: Reports, year: int) -> bool:
    state = await reports.state(year)
    edition = state.published
    if state.stage != "published" or edition is None or edition.pinned is None or edition.entered:
        return False
    try:
        counted = await reports.counted(state)
    except NotComplete:
        return False
    return restatement.differs(edition.pinned, counted.whole)


async def _due(reports: Reports, state: AnnualReport, today: date, *, whole: bool) -> ReportDue:
    authority, year, corrects = reports.view.authority, state.year, bool(state.publications)
    problems: list[ReportFinding] | None = None
    obstacle = None
    try:
        if whole:
            problems = [each for each in (await reports.report(year)).findings if each.is_open]
    except NotComplete as incomplete:
        obstacle = str(incomplete)
    due_on = None if corrects else annual_report.due_on(year, authority.kind)
    return ReportDue(
        authority.code,
        authority.name_on(today),
        year,
        due_on,
        (due_on - today).days if due_on else None,
        state.stage,
        summary.NEXT[state.stage],
        problems,
        obstacle,
        corrects=corrects,
    )
