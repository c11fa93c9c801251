"""Indicator sets of assessments (考核), as dated data: by year and class of unit, each with its source.

What the registers know is computed; the rest is entered with its evidence.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from domain.authority.assessment_events import MOST_POINTS, Classes, Indicators, check_codes
from domain.values import FIRST_YEAR, LAST_YEAR, Label

BUILT_IN = ("licheng-2020", "yuhuan-2018")


class IndicatorFault(ValueError):
    """An indicator set that cannot be used; the text, in Chinese, says where and why."""


class IndicatorSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """classes: kinds of authority that it assesses. source: the document that it follows."""

    name: Label
    title: Label
    source: Label
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)]
    classes: Classes
    indicator: Indicators


def parse(text: str) -> IndicatorSet:
    """Raises IndicatorFault."""
    try:
        given = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        raise IndicatorFault(f"不是TOML：{wrong}") from None
    try:
        found = msgspec.convert(_in_text(given), IndicatorSet)
        check_codes(found.indicator)
    except msgspec.ValidationError as wrong:
        raise IndicatorFault(f"有一项不合要求：{wrong}") from None
    except IndicatorFault:
        raise
    except ValueError as wrong:
        raise IndicatorFault(str(wrong)) from None
    return found


def _in_text(given: Any, name: str = "") -> Any:
    """Points as an event says them. Raises IndicatorFault."""
    if isinstance(given, dict):
        return {key: _in_text(value, key) for key, value in given.items()}
    if isinstance(given, list):
        return [_in_text(each) for each in given]
    if name not in ("points", "per") or not isinstance(given, int | Decimal):
        return given
    points = Decimal(given)
    if not points.is_finite() or not 0 <= points <= MOST_POINTS or points != round(points, 2):
        raise IndicatorFault(f"{given}：分数须在0至{MOST_POINTS}之间，至多两位小数")
    return str(points.normalize().quantize(Decimal(1)) if points == int(points) else round(points, 2))


def load(name: str) -> IndicatorSet:
    """One of BUILT_IN. Raises KeyError for another."""
    if name not in BUILT_IN:
        raise KeyError(name)
    return parse(files("projections.district.indicators").joinpath(f"{name}.toml").read_text("utf-8"))
