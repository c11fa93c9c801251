"""The figures of one register that an assessment of a year counts."""

from __future__ import annotations

from datetime import date

from adapters.postgres.queries import SQL
from adapters.refusals import NotComplete
from adapters.rows import spell_of
from adapters.views import View
from domain.authority.assessment import contests_of
from domain.authority.supervision import Order, Return
from domain.report import annual_report
from domain.request.judging import replay
from domain.values import Period, reference_in
from projections.district.assessment import Cases, UnitCases
from projections.district.corrections import CorrectedCase, cases_of
from projections.district.matters import concerns_superior
from projections.district.standing import LATE_ENTRY
from projections.register import AppealSpell, order
from projections.tally import in_period


async def read(view: View, superior: str | None, year: int, on: date) -> UnitCases:
    """superior: the assessing authority. on: the day of the assessment; what was due by then is late. A register that
    does not cover the whole year leaves out what it does not know.
    """
    authority, period = view.authority, Period.year(year)
    found: Cases = {}
    name = authority.name_on(period.last)
    kept = UnitCases(authority.code, name, authority.kind, found, contests_of(authority.contests, superior))
    try:
        handled = await view.compliance(period)
    except NotComplete:
        pass
    else:
        found["overdue"] = (*handled.late, *handled.overdue)
        entered = await view.fetch(SQL["entered_late"], *period, LATE_ENTRY)
        found["late_entries"] = tuple(
            reference_in(row["stream"])
            for row in entered
            if view.law.calendar.between(row["on_day"], row["recorded_day"]) > LATE_ENTRY
        )
        closed = set(handled.closed)
        found["unfiled"] = tuple(
            each.reference for each in await view.unarchived() if each.reference in closed
        )
    cases, _ = await corrected(view, period)
    found["corrected"] = tuple(f"{each.reference}（{each.case_no}）" for each in cases)
    found["unanalysed"] = tuple(each.reference for each in cases if each.causes is None)
    _add_matters(found, view, period, on)
    await _add_report(found, view, year, on)
    return kept


async def corrected(view: View, period: Period) -> tuple[list[CorrectedCase], int]:
    """The appeals that count as corrected in the period, and the number that ended in it."""
    over = await ended(view, period)
    named = sorted({order(each.reference) for each in over if each.result == "corrected"})
    requests = [replay(history, view.law) for history in await view.histories(named)]
    code, unit = view.authority.code, view.authority.name_on(period.last)
    return cases_of(requests, period, code=code, unit=unit), len(over)


async def ended(view: View, period: Period) -> list[AppealSpell]:
    """The known appeals that ended in the period, whether the register is complete or not."""
    spells = [spell_of(row) for row in await view.fetch(SQL["spells_of_period"], *period)]
    return [each for each in spells if each.result != "pending" and in_period(each, period)]


def _add_matters(found: Cases, view: View, period: Period, on: date) -> None:
    """Matters of the superior of the day whose last day was in the year and is over: late, or not handed in yet."""
    authority = view.authority

    def counts(matter: Order | Return) -> bool:
        last = matter.respond_by
        return period.first <= last <= period.last and last < on and concerns_superior(authority, matter, on)

    found["late_matters"] = tuple(
        each.document_no
        for each in authority.supervision.orders
        if counts(each) and (each.answered_on or on) > each.respond_by
    )
    found["late_returns"] = tuple(
        each.name
        for each in authority.supervision.returns
        if counts(each) and (each.handed_in_on or on) > each.respond_by
    )


async def _add_report(found: Cases, view: View, year: int, on: date) -> None:
    """The report on the previous year, published in this one; None if that year was before the register."""
    of = year - 1
    report = await view.report_state(of)
    if not report.publications and view.authority.complete_since > Period.year(of).last:
        return
    if not report.publications and not view.authority.owes_report(of, on):
        found["report_unpublished"] = found["report_late"] = ()
        return
    due_on = annual_report.due_on(of, view.authority.kind)
    published = report.publications[0].on if report.publications else None
    if published is None and on <= due_on:
        return
    name = f"{of}年度报告"
    found["report_unpublished"] = () if published else (name,)
    found["report_late"] = (name,) if published is None or published > due_on else ()
