"""The charts of the annual report: outcomes, received and closed by month, days taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from domain.report.official_form import CARRIED_IN, CARRIED_OUT, NEW, TOTAL, ReportFormat
from domain.values import Period
from projections.annual_tables import Cells
from projections.register import RequestRow
from projections.report.document import Chart, Series

_EDGES = (0, 5, 10, 15, 20, 40)
"""Upper ends of the groups by working days taken, inclusive; the last group has none. 20 is the term, 40 with the longest
extension (Art. 33)."""


class Days(NamedTuple):
    """A group of requests and its size. received, closed: month in the period, None if not in it. taken: working days up
    to an answer in the period.
    """

    received: int | None
    closed: int | None
    taken: int | None
    requests: int


def days(rows: Iterable[RequestRow], period: Period) -> list[Days]:
    """Group the rows that the period counts, as the register's SQL query does."""
    counts: Counter[tuple[int | None, int | None, int | None]] = Counter()
    for row in rows:
        received = row.received_on.month if row.received_on >= period.first else None
        if row.closed_on is not None and row.closed_on <= period.last:
            counts[received, row.closed_on.month, row.taken] += 1
        else:
            counts[received, None, None] += 1
    return [Days(*alike, count) for alike, count in counts.items()]


def charts(form: ReportFormat, requests_table: Cells, counted: Iterable[Days]) -> tuple[Chart, ...]:
    """The three charts of a report. counted: all requests that the period counts."""
    received, closed = [0] * 12, [0] * 12
    taken = [0] * len(_EDGES)
    for each in counted:
        if each.received is not None:
            received[each.received - 1] += each.requests
        if each.closed is not None:
            closed[each.closed - 1] += each.requests
        if each.taken is not None:
            taken[next((i for i, edge in enumerate(_EDGES[1:]) if each.taken <= edge), len(_EDGES) - 1)] += (
                each.requests
            )
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
    """Closed requests by the form's groups of outcomes: from the total column, or if blank the sum of applicant kinds."""
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
