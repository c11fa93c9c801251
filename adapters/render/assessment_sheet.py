"""评分表: an assessment as a workbook: points of each unit, their reasons, contests, and changes after the assessment."""

from __future__ import annotations

from collections.abc import Callable

from adapters.render.sheet import Sheet, workbook
from projections.district import assessment
from projections.district.assessment import AssessmentSheet


def render(
    found: AssessmentSheet, printed: str, named: Callable[[str], str] = lambda officer: officer
) -> bytes:
    """XLSX. printed: the header of each page. named: returns an officer's name by id."""
    sheets = [
        Sheet("得分", assessment.TOTALS, assessment.totals(found.units), printed),
        Sheet("逐项", assessment.DETAILS, assessment.details(found.units, named), printed),
    ]
    if found.contests:
        sheets.append(Sheet("申辩", assessment.CONTESTS, assessment.contests(found.contests), printed))
    if found.restated:
        sheets.append(Sheet("评定之后的变动", assessment.RESTATED, assessment.restated(found), printed))
    return workbook(sheets)
