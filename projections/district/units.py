"""The units of a district: from a list, and from the registers here by superior on a day."""

from __future__ import annotations

from typing import NamedTuple

from projections.report.judged import unit_lines


class ListedUnit(NamedTuple):
    """A unit that should be counted. counted_at: the unit whose own figures hold those of this one already."""

    name: str
    counted_at: str | None = None


def listed_in(data: bytes) -> list[ListedUnit]:
    """单位,计入 in lines, the second column empty for a unit with figures of its own. Raises ValueError in Chinese."""
    return [ListedUnit(unit, next(iter(rest), "") or None) for unit, *rest in unit_lines(data)]
