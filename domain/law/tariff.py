"""The fee for handling information (信息处理费): what it comes to, step by step, by the tariff of the day."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import msgspec

Basis = Literal["items", "pages"]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each one above a number costs. every, more: with each further group of so many it costs as much more."""

    above: int
    yuan: int
    every: int | None = None
    more: int = 0


class Tariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices in yuan, in force from a day on. What lies below the first step is free."""

    in_force_from: date
    source: str
    items: list[Step]
    pages: list[Step]

    def lines(self, basis: Basis, quantity: int) -> list[FeeLine]:
        """How the fee for so many adds up, the free ones left out; nothing if it costs nothing.

        Of items, quantity counts those of one applicant in one calendar month; of pages, those of one request.
        """
        steps: Sequence[Step] = self.items if basis == "items" else self.pages
        found: list[FeeLine] = []
        for index, step in enumerate(steps):
            last = min(quantity, steps[index + 1].above if index + 1 < len(steps) else quantity)
            first, yuan = step.above + 1, step.yuan
            while first <= last:
                end = last if step.every is None else min(last, first + step.every - 1)
                found.append(FeeLine(first, end, yuan))
                first, yuan = end + 1, yuan + step.more
        return found

    def fee(self, basis: Basis, quantity: int) -> int:
        """Of pages what all cost; of items what the last one costs: each request is charged for itself."""
        lines = self.lines(basis, quantity)
        if basis == "items":
            return lines[-1].yuan if lines else 0
        return sum(line.sum for line in lines)

    def total(self, basis: Basis, quantity: int) -> int:
        """What all of them cost together."""
        return sum(line.sum for line in self.lines(basis, quantity))


class FeeLine(NamedTuple):
    """From the first to the last at so much each."""

    first: int
    last: int
    yuan: int

    @property
    def sum(self) -> int:
        return (self.last - self.first + 1) * self.yuan


@cache
def tariffs() -> tuple[Tariff, ...]:
    data = tomllib.loads(files("domain.law").joinpath("tariff.toml").read_text("utf-8"))
    return tuple(msgspec.convert(data["tariff"], list[Tariff]))


def tariff_on(day: date) -> Tariff | None:
    """The tariff in force that day, None before there was one."""
    return next((each for each in reversed(tariffs()) if each.in_force_from <= day), None)
