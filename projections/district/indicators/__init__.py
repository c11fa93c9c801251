"""Indicator sets of assessments (考核), as dated data: by year and class of unit, each with its source.

An indicator deducts points per event up to its own points, or gives all or none, or gives those of a grade. What the
registers know is computed; the rest is entered with its evidence.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from domain.values import FIRST_YEAR, LAST_YEAR, Label

Measure = Literal[
    "overdue",
    "corrected",
    "unanalysed",
    "late_entries",
    "unfiled",
    "late_matters",
    "late_returns",
    "report_late",
    "report_unpublished",
    "report_errors",
    "report_copied",
    "entered",
]

MEASURES: dict[Measure, str] = {
    "overdue": "逾期答复、逾期未办结的申请",
    "corrected": "结果纠正的复议、诉讼",
    "unanalysed": "尚未登记纠错分析的纠错案件",
    "late_entries": "收到后迟于5个工作日登记的申请",
    "unfiled": "办结、送达而未归档的申请",
    "late_matters": "逾期未答复的督办",
    "late_returns": "逾期报送的数字",
    "report_late": "年度报告逾期公布",
    "report_unpublished": "年度报告未公布",
    "report_errors": "报来的年度报告有差错",
    "report_copied": "报来的年度报告与上年或其他单位雷同",
    "entered": "由评定人填写的次数",
}

Points = Decimal
MOST_POINTS = 1_000
BUILT_IN = ("licheng-2020", "yuhuan-2018")


class IndicatorFault(ValueError):
    """An indicator set that cannot be used; the text, in Chinese, says where and why."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """per: points for each event. words: what is counted, where it is entered."""

    measure: Measure
    per: Points
    words: Label = ""


class Grade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Label
    points: Points


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """points: in full, and the most that is ever deducted. assessor: who assesses what is not computed."""

    code: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}\Z")]
    group: Label
    name: Label
    points: Points
    kind: Literal["deduct", "yes_no", "graded"]
    assessor: Literal["automatic", "self", "office"]
    rules: Annotated[tuple[Rule, ...], Meta(max_length=20)] = ()
    grades: Annotated[tuple[Grade, ...], Meta(max_length=20)] = ()


class IndicatorSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """classes: kinds of authority that it assesses. source: the document that it follows."""

    name: Label
    title: Label
    source: Label
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)]
    classes: tuple[Literal["government", "department", "subdistrict", "other"], ...]
    indicator: Annotated[tuple[Indicator, ...], Meta(min_length=1, max_length=200)]

    @property
    def points(self) -> Decimal:
        return sum((each.points for each in self.indicator), Decimal(0))


def parse(text: str) -> IndicatorSet:
    """Raises IndicatorFault."""
    try:
        found = msgspec.convert(tomllib.loads(text, parse_float=Decimal), IndicatorSet)
    except tomllib.TOMLDecodeError as wrong:
        raise IndicatorFault(f"不是TOML：{wrong}") from None
    except msgspec.ValidationError as wrong:
        raise IndicatorFault(f"有一项不合要求：{wrong}") from None
    codes = [each.code for each in found.indicator]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise IndicatorFault(f"指标代码重复：{'、'.join(twice)}")
    for each in found.indicator:
        _check(each)
    return found


def _check(indicator: Indicator) -> None:
    where = f"指标{indicator.code}："
    told = [
        indicator.points,
        *(each.per for each in indicator.rules),
        *(each.points for each in indicator.grades),
    ]
    if not all(each.is_finite() and 0 <= each <= MOST_POINTS for each in told):
        raise IndicatorFault(f"{where}分数须在0至{MOST_POINTS}之间")
    if indicator.kind == "graded":
        if not indicator.grades or indicator.rules:
            raise IndicatorFault(f"{where}分等次的须有grades，不写rules")
        if max(each.points for each in indicator.grades) > indicator.points:
            raise IndicatorFault(f"{where}等次的分数超过满分{indicator.points}")
        names = [each.name for each in indicator.grades]
        if len(set(names)) != len(names):
            raise IndicatorFault(f"{where}等次的名称重复")
        return
    if not indicator.rules or indicator.grades:
        raise IndicatorFault(f"{where}扣分、是否的须有rules，不写grades")
    measures = [each.measure for each in indicator.rules]
    if len(set(measures)) != len(measures):
        raise IndicatorFault(f"{where}同一事由写了两次")


def load(name: str) -> IndicatorSet:
    """One of BUILT_IN. Raises KeyError for another."""
    if name not in BUILT_IN:
        raise KeyError(name)
    return parse(files("projections.district.indicators").joinpath(f"{name}.toml").read_text("utf-8"))
