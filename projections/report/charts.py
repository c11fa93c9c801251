"""The charts of the annual report: outcomes, received and closed by month, days taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from domain.report.official_form import CARRIED_IN, CARRIED_OUT, NEW, TOTAL, ReportFormat
from domain.values import Period
from projections.annual_tables import Cells
from projections.register import RequestRow
from projections.report.document import Chart, Series

_EDGES = (0, 5, 10, 15, 20, 40)
"""Working days taken: up to each, the last group open. 20 is the term, 40 the longest with an extension."""


class Days(NamedTuple):
    """Of one request what the charts count. taken: working days up to its answer."""

    received_on: date
    closed_on: date | None
    taken: int | None


def charts(
    form: ReportFormat, requests_table: Cells, rows: Iterable[Days | RequestRow], period: Period
) -> tuple[Chart, ...]:
    """rows: every request that the period counts, any order; those outside it are passed over."""
    received, closed = [0] * 12, [0] * 12
    taken = [0] * len(_EDGES)
    for row in rows:
        if period.first <= row.received_on <= period.last:
            received[row.received_on.month - 1] += 1
        if row.closed_on is not None and period.first <= row.closed_on <= period.last:
            closed[row.closed_on.month - 1] += 1
            if row.taken is not None:
                taken[
                    next((i for i, edge in enumerate(_EDGES[1:]) if row.taken <= edge), len(_EDGES) - 1)
                ] += 1
    months = tuple(f"{month}月" for month in range(1, 13))
    return (
        outcomes(form, requests_table),
        Chart(
            title="各月收到和办结申请数量",
            kind="columns",
            unit="件",
            categories=months,
            series=(Series("收到", tuple(received)), Series("办结", tuple(closed))),
        ),
        Chart(
            title="办结申请所用工作日",
            kind="columns",
            unit="件",
            categories=(
                *(f"{low + 1}至{high}日" if low else f"{high}日以内" for low, high in pairwise(_EDGES)),
                f"{_EDGES[-1]}日以上",
            ),
            series=(Series("办结", tuple(taken)),),
        ),
    )


def outcomes(form: ReportFormat, requests_table: Cells) -> Chart:
    """Closed requests by the groups of the form: the total column, or where it is blank the applicant kinds' sum."""
    lines = [row for row in form.requests.rows if row.code not in (NEW, CARRIED_IN, TOTAL, CARRIED_OUT)]
    groups = [(label, list(group)) for label, group in groupby(lines, key=lambda line: line.levels[1])]
    counts = tuple(sum(_total(requests_table[line.code]) for line in group) for _, group in groups)
    return Chart(
        title="本年度办理结果",
        kind="bars",
        unit="件",
        categories=tuple(label.partition("）")[2].partition("（")[0] for label, _ in groups),
        series=(Series("件数", counts),),
    )


def _total(cells: Sequence[int | None]) -> int:
    *kinds, total = cells
    return sum(count or 0 for count in kinds) if total is None else total
