"""Days off by the 《全国年节及纪念日放假办法》 itself: what is known of a year before its notice is out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The 办法 as amended, from a year on. offsets: of the Spring Festival, from its first day. fixed: by holiday."""

    from_year: int
    source: str
    offsets: list[int]
    fixed: dict[str, list[str]]


class StatutoryDay(NamedTuple):
    """A day off, its holiday and the 办法 that makes it one."""

    day: date
    holiday: str
    source: str


@cache
def statutory_days(year: int) -> tuple[StatutoryDay, ...]:
    """Of the year, in no order; none before 2008, the fixed ones alone after 2099."""
    rules, movable = _held()
    rule = next((each for each in reversed(rules) if each.from_year <= year), None)
    return tuple(_days(year, rule, movable.get(year))) if rule else ()


def _days(year: int, rule: Rule, movable: list[date] | None) -> Iterator[StatutoryDay]:
    for holiday, days in rule.fixed.items():
        for month_and_day in days:
            yield StatutoryDay(date.fromisoformat(f"{year}-{month_and_day}"), holiday, rule.source)
    if movable is not None:
        spring, *others = movable
        for offset in rule.offsets:
            yield StatutoryDay(spring + timedelta(offset), "春节", rule.source)
        for holiday, day in zip(("清明节", "端午节", "中秋节"), others, strict=True):
            yield StatutoryDay(day, holiday, rule.source)


@cache
def _held() -> tuple[list[Rule], dict[int, list[date]]]:
    data = tomllib.loads(files("domain.law").joinpath("statutory_days.toml").read_text("utf-8"))
    movable = {int(year): days for year, days in data["movable"].items()}
    return msgspec.convert(data["rule"], list[Rule]), movable
