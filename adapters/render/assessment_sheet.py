"""评分表: an assessment as a workbook, the points of each unit and the reason of each point."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.render.sheet import Sheet, workbook
from projections.district import assessment
from projections.district.assessment import UnitSheet


def render(sheets: Sequence[UnitSheet], printed: str) -> bytes:
    """XLSX. printed: at the head of each page, whose assessment it is."""
    return workbook([
        Sheet("得分", assessment.TOTALS, assessment.totals(sheets), printed),
        Sheet("逐项", assessment.DETAILS, assessment.details(sheets), printed),
    ])  # fmt: skip
