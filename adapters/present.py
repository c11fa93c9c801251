"""The present register, read from its tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from adapters.derived import DerivedResults
from adapters.postgres.queries import SQL
from adapters.rows import row_of, spell_of
from adapters.views import FIRST, PREFETCH, T, View
from domain.request.judging import replay
from domain.request.state import DisclosureRequest
from domain.values import Period, Reference, reference_in
from projections.compliance import Handled
from projections.listing import Filter, Order
from projections.register import AppealSpell, RequestRow, order
from projections.report.charts import Days
from projections.tally import Group, Tally, tally
from projections.work_list import Duty, to_archive


class PresentView(View):
    """Reads the register's tables. derived: the cache of results, and the law by which the tables were made."""

    def __init__(self, *known: Any, derived: tuple[DerivedResults, str] | None = None) -> None:
        super().__init__(*known)
        self._results = derived

    async def derived(
        self, question: Hashable, make: Callable[[], Awaitable[T]], *, changed_by: str | None = None
    ) -> T:
        if self._results is None:
            return await make()
        kept, law_digest = self._results
        moment = self.position, law_digest
        if changed_by is None:
            return await kept.get(self._authority_id, moment, question, make)

        async def make_if_changed() -> tuple[int, str, T]:
            known: tuple[int, str, T] | None = kept.last(self._authority_id, question)
            holds = known is not None and known[0] <= self.position and known[1] == law_digest
            if known is None or not holds or await self.fetch(changed_by, known[0], self.position):
                return *moment, await make()
            return *moment, known[2]

        return (await kept.get(self._authority_id, moment, question, make_if_changed))[2]

    async def tally(self, period: Period) -> Tally:
        self._check_complete(period)

        async def make() -> Tally:
            requests = await self.fetch(SQL["tally_requests"], *period)
            appeals = await self.fetch(SQL["tally_appeals"], *period)
            return tally((Group(*row) for row in requests), (tuple(row) for row in appeals))

        return await self.derived(("tally", period), make)

    async def rows(self, period: Period) -> list[RequestRow]:
        self._check_complete(period)
        return [row_of(row) for row in await self.fetch(SQL["rows_of_period"], *period)]

    async def days(self, period: Period) -> list[Days]:
        self._check_complete(period)
        return [Days(*row) for row in await self.fetch(SQL["days_of_period"], *period)]

    async def handled(self, period: Period) -> list[Handled]:
        self._check_complete(period)
        return [Handled(*row) for row in await self.fetch(SQL["closed_alike"], *period)]

    async def spells(self, period: Period) -> list[AppealSpell]:
        self._check_complete(period)
        rows = await self.fetch(SQL["spells_of_period"], *period)
        return [spell_of(row) for row in rows]

    async def row(self, reference: Reference) -> RequestRow | None:
        rows = await self.fetch(SQL["row"], *reference)
        return row_of(rows[0]) if rows else None

    async def listed(
        self, wanted: Filter, *, after: Reference = FIRST, limit: int | None = None
    ) -> AsyncIterator[RequestRow]:
        arguments = (*self._conditions(wanted), *after, limit)
        if limit is not None and limit <= PREFETCH:
            for row in await self.fetch_planned(SQL["listed"], *arguments):
                yield row_of(row)
            return
        async for row in self._connection.cursor(
            SQL["listed"], self._authority_id, *arguments, prefetch=PREFETCH
        ):
            yield row_of(row)

    async def page(
        self, wanted: Filter, order: Order, *, limit: int, offset: int
    ) -> tuple[list[RequestRow], int]:
        arguments = (*self._conditions(wanted), order.by, order.descending, limit, offset)
        found = await self.fetch_planned(SQL["listed_page"], *arguments)
        return [row_of(row) for row in found if row["number"] is not None], found[0]["found"]

    def _conditions(self, wanted: Filter) -> tuple[Any, ...]:
        """The parameters of the part `wanted` of statements."""
        return (*msgspec.structs.astuple(wanted), self._covered)

    async def named(self, references: Sequence[str]) -> list[RequestRow]:
        wanted = [order(each) for each in references]
        numbers = [each.year for each in wanted], [each.number for each in wanted]
        return [row_of(row) for row in await self.fetch(SQL["rows_named"], *numbers)]

    async def parts(self, whole: Reference) -> list[RequestRow]:
        return [row_of(row) for row in await self.fetch(SQL["parts"], str(whole))]

    async def assigned_to(self) -> set[str]:
        async def make() -> set[str]:
            return {row["officer"] for row in await self.fetch(SQL["assigned_to"])}

        return await self.derived("assigned_to", make)

    async def touched(self, on: date) -> list[Reference]:
        return list(await self._touched(on))

    async def _touched(self, on: date) -> dict[Reference, int]:
        """See `touched`; with the position of the last entry of each."""
        rows = await self.fetch(SQL["touched"], on)
        found = {Reference(row["year"], row["number"]): row["position"] for row in rows}
        return found | await self._erasures_pending(on)

    async def result_of_each(
        self, question: Hashable, on: date, compute: Callable[[DisclosureRequest], T]
    ) -> Iterable[T]:
        """Cached: only requests with new entries are read again."""

        async def make() -> dict[Reference, tuple[int, T]]:
            known: dict[Reference, tuple[int, T]] = (
                self._results[0].last(self._authority_id, key) if self._results else None
            ) or {}
            positions = await self._touched(on)
            moved = [each for each, at in positions.items() if each not in known or known[each][0] != at]
            computed = {
                Reference.parse(reference_in(history[0].originator_id)): compute(
                    replay(history, self.law, until=on)
                )
                for history in await self.histories(moved)
            }
            return {
                each: (at, computed[each]) if each in computed else known[each]
                for each, at in positions.items()
            }

        key = (question, on, self.law.digest)
        return [result for _, result in (await self.derived(key, make)).values()]

    async def unarchived(self) -> Sequence[Duty]:
        async def make() -> Sequence[Duty]:
            return [to_archive(*row) for row in await self.fetch(SQL["unarchived"])]

        return await self.derived("unarchived", make)
