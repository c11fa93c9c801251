"""Assigns the reference numbers of one authority within a unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from domain.values import LAST_NUMBER, Reference


class Numbers:
    """The last number of each year. If a receipt far above it was annulled, its number stays taken, and counting
    continues below.

    Computes from the data it was made with; the current last numbers are in the unit of work, which may be rolled back.
    """

    def __init__(self, authority_id: int) -> None:
        self._authority_id = authority_id
        self._taken: dict[int, set[int]] = {}
        self._besides: dict[Reference, int] = {}
        self._at_first: Mapping[int, int] = {}

    async def read(
        self,
        connection: Connection,
        last: Mapping[int, int],
        years: Sequence[int],
        jumped: Sequence[Reference],
    ) -> None:
        """years: in which numbers will be assigned. jumped: receipts far above the others that may be annulled."""
        self._at_first = last
        for year in {*years}:
            if -year in last:
                found = await connection.fetch(
                    SQL["numbers_above"], self._authority_id, year, last.get(year, 0)
                )
                self._taken[year] = {row["number"] for row in found}
        for reference in jumped:
            self._besides[reference] = await connection.fetchval(
                SQL["number_besides"], self._authority_id, *reference
            )

    def next(self, last: Mapping[int, int], year: int) -> Reference | None:
        """The next number; None if the year has no more."""
        number = last.get(year, 0) + 1
        while number in self._taken.get(year, ()):
            number += 1
        return Reference(year, number) if number <= LAST_NUMBER else None

    def without(
        self, last: Mapping[int, int], annulled: Reference, since: Sequence[Reference]
    ) -> Mapping[int, int]:
        """The last numbers after the receipt is annulled. since: receipts added after reading."""
        year, present = annulled.year, last.get(annulled.year, 0)
        before = self._at_first.get(year, 0) if annulled in since else self._besides.get(annulled, present)
        besides = max([before, *(each.number for each in since if each.year == year and each != annulled)])
        if besides >= present:
            return last
        self._taken.setdefault(year, set()).add(annulled.number)
        return {**last, year: besides, -year: max(present, last.get(-year, 0))}
