"""Differences of a year's tables between two moments of the register, or since the report was published."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from adapters.refusals import EditionUnknown
from adapters.register.reading.reports import Reports
from adapters.views import Until, View
from domain.report.events import FigureEntered
from domain.report.official_form import ReportFormat
from domain.values import Period, reference_in
from projections import annual_tables, diff
from projections.diff import Differences
from projections.history import lines
from projections.register import order
from projections.report.restatement import Restated, restated
from projections.superior_view import OFFICE, Sight


class Comparisons:
    """view: one moment of a register, for whom; reports: its annual reports as they are now."""

    def __init__(
        self,
        view: Callable[[str, Until | None, Sight], AbstractAsyncContextManager[View]],
        reports: Callable[[str], AbstractAsyncContextManager[Reports]],
    ) -> None:
        self._view = view
        self._reports = reports

    async def differences(
        self,
        code: str,
        before: Until,
        after: Until | None,
        period: Period,
        form: ReportFormat,
        sight: Sight = OFFICE,
    ) -> Differences:
        """The differences of the period's tables between two moments, and what was recorded in between by request."""
        async with self._view(code, before, OFFICE) as view:
            was = await view.moment(period, form)
        async with self._view(code, after, sight) as view:
            cells = diff.moved(was, await view.moment(period, form), period, form)
            touched = {reference for each in cells for reference in (*each.left, *each.entered)}
            histories = await view.histories(sorted(map(order, touched)))
        return Differences(
            cells,
            {
                reference_in(each[0].originator_id): [
                    line for line in view.sight.lines(each) if line.position > was.tables.position
                ]
                for each in histories
            },
        )

    async def restatement(self, code: str, year: int) -> list[Restated]:
        """Where the last published edition differs from the register now. Raises EditionUnknown."""
        async with self._reports(code) as found:
            publication = await found.publication(year)
            history, report = await found.history(year), await found.report(year)
        if (pinned := publication.pinned) is None:
            raise EditionUnknown(year=year, edition=publication.edition)
        since = await self.differences(
            code,
            Until(position=pinned.position),
            None,
            Period.year(year),
            annual_tables.form_of(Period.year(year), pinned.format),
        )
        entered = [
            (entry.event, line)
            for entry, line in zip(history, lines(history), strict=True)
            if entry.position > publication.position and isinstance(entry.event, FigureEntered)
        ]
        return restated(pinned, report.content, since, entered)
