"""考核: the points of each unit by an indicator set, each with the cases it rests on.

What the registers know is computed; what they do not is entered with its evidence, and so is the outcome of an objection,
which counts instead of what was computed. What nobody has assessed is open, never full marks or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from projections.district.indicators import MEASURES, Indicator, IndicatorSet, Measure, Rule
from projections.report.judged import Batch, lines_in, same_unit

Cases = dict[Measure, tuple[str, ...]]
"""By measure the events of one unit, each named by what it is: a reference, a return, a finding."""

MOST_EVENTS = 1_000


class UnitCases(msgspec.Struct, frozen=True):
    """What is known of one unit; a measure that is not there is not known."""

    code: str
    unit: str
    kind: str
    cases: Cases


class Entered(NamedTuple):
    """One line of what was entered. value: a number of events, 是 or 否, or a grade. by: who assessed it."""

    unit: str
    indicator: str
    value: str
    evidence: str
    by: str
    measure: str = ""


class Counted(msgspec.Struct, frozen=True):
    """Why points were deducted, or not: events of one measure. computed: before an objection was upheld."""

    measure: str
    events: int
    deducted: Decimal
    cases: tuple[str, ...] = ()
    evidence: str = ""
    by: str = ""
    computed: int | None = None


class Score(msgspec.Struct, frozen=True):
    """points: None while something of it is not assessed."""

    indicator: str
    group: str
    name: str
    full: Decimal
    points: Decimal | None
    counted: tuple[Counted, ...] = ()
    open: tuple[str, ...] = ()


class UnitSheet(msgspec.Struct, frozen=True):
    """total: of what is assessed, out of which points those are."""

    code: str
    unit: str
    scores: tuple[Score, ...]
    total: Decimal
    out_of: Decimal

    @property
    def is_whole(self) -> bool:
        return all(score.points is not None for score in self.scores)


class EnteredFault(ValueError):
    """A line that was entered and fits nothing; the text, in Chinese, says which."""


def entered_in(data: bytes) -> list[Entered]:
    """单位,指标,值,依据,评定人,事由 in lines; 事由 names the measure where an indicator has several. Raises EnteredFault."""
    found = []
    try:
        lines = list(lines_in(data))
    except ValueError as wrong:
        raise EnteredFault(str(wrong)) from None
    for number, cells in lines:
        if cells[:2] == ["单位", "指标"]:
            continue
        if len(cells) < 5 or not all(cells[:5]):
            raise EnteredFault(f"第{number}行：应有单位、指标、值、依据、评定人五栏，都须填写")
        found.append(Entered(*[*cells, ""][:6]))
    return found


def with_reports(units: Iterable[UnitCases], batch: Batch) -> list[UnitCases]:
    """Also what was found in the reports that the units sent: errors, and texts that are another's or last year's.

    A unit that only sends reports is assessed too, as one of the class 其他; nothing else of it is known.
    """
    units = list(units)
    errors: dict[str, list[str]] = {}
    copies: dict[str, list[str]] = {}
    sent: dict[str, str] = {}
    for report in batch.reports:
        if report.authority is None:
            continue
        key = same_unit(report.authority)
        sent.setdefault(key, report.authority)
        for finding in report.open:
            kept = copies if finding.check == "copied_text" else errors if finding.grade == "error" else None
            if kept is not None:
                kept.setdefault(key, []).append(finding.text)
    known = {same_unit(unit.unit) for unit in units}
    units += [UnitCases(name, name, "other", {}) for key, name in sent.items() if key not in known]
    return [
        msgspec.structs.replace(
            unit,
            cases={
                **unit.cases,
                "report_errors": tuple(errors.get(key, ())),
                "report_copied": tuple(copies.get(key, ())),
            },
        )
        if (key := same_unit(unit.unit)) in sent
        else unit
        for unit in units
    ]


def assess(
    units: Iterable[UnitCases], chosen: IndicatorSet, entered: Sequence[Entered] = ()
) -> list[UnitSheet]:
    """Of the units of the set's classes. Raises EnteredFault for a line that fits no unit, indicator or value."""
    assessed = [unit for unit in units if unit.kind in chosen.classes]
    told = _by_place(entered, assessed, chosen)
    return [_sheet(unit, chosen, told) for unit in assessed]


_Place = tuple[str, str, str]


def _by_place(
    entered: Sequence[Entered], units: Sequence[UnitCases], chosen: IndicatorSet
) -> Mapping[_Place, Entered]:
    known = {same_unit(unit.unit): unit.code for unit in units}
    indicators = {each.code: each for each in chosen.indicator} | {
        each.name: each for each in chosen.indicator
    }
    found: dict[_Place, Entered] = {}
    for each in entered:
        where = f"“{each.unit}，{each.indicator}”"
        code, indicator = known.get(same_unit(each.unit)), indicators.get(each.indicator)
        if code is None or indicator is None:
            what = "单位不在所考核的单位中" if code is None else "没有这一指标"
            raise EnteredFault(f"{where}：{what}")
        place = (code, indicator.code, _measure_of(each, indicator, where))
        if place in found:
            raise EnteredFault(f"{where}：填写了两次")
        found[place] = each
    return found


def _measure_of(each: Entered, indicator: Indicator, where: str) -> str:
    """What the line is about; also checks its value."""
    if indicator.kind == "graded":
        if each.value not in {grade.name for grade in indicator.grades}:
            raise EnteredFault(f"{where}：值应为{'、'.join(grade.name for grade in indicator.grades)}之一")
        return ""
    words = {MEASURES[rule.measure]: rule.measure for rule in indicator.rules}
    words |= {rule.words: rule.measure for rule in indicator.rules if rule.words}
    measures = [rule.measure for rule in indicator.rules]
    measure = words.get(each.measure, each.measure)
    if not measure:
        measure = measures[0] if len(measures) == 1 else "entered"
    if measure not in measures:
        raise EnteredFault(f"{where}：请写明事由，可用：{'、'.join(words)}")
    allowed = ("是", "否") if indicator.kind == "yes_no" else ()
    if each.value not in allowed and not (
        each.value.isascii() and each.value.isdigit() and int(each.value) <= MOST_EVENTS
    ):
        raise EnteredFault(f"{where}：值应为次数（0至{MOST_EVENTS}）" + "，或是、否" * bool(allowed))
    return measure


def _sheet(unit: UnitCases, chosen: IndicatorSet, told: Mapping[_Place, Entered]) -> UnitSheet:
    scores = tuple(_score(unit, each, told) for each in chosen.indicator)
    assessed = [score for score in scores if score.points is not None]
    return UnitSheet(
        unit.code,
        unit.unit,
        scores,
        sum((score.points or Decimal(0) for score in assessed), Decimal(0)),
        sum((score.full for score in assessed), Decimal(0)),
    )


def _score(unit: UnitCases, indicator: Indicator, told: Mapping[_Place, Entered]) -> Score:
    if indicator.kind == "graded":
        return _graded(indicator, told.get((unit.code, indicator.code, "")))
    counted, open_ = [], []
    for rule in indicator.rules:
        line = told.get((unit.code, indicator.code, rule.measure))
        cases = unit.cases.get(rule.measure)
        if line is None and cases is None:
            open_.append(rule.words or MEASURES[rule.measure])
        else:
            counted.append(_counted(rule, cases, line))
    lost = sum((each.deducted for each in counted), Decimal(0))
    if indicator.kind == "yes_no":
        lost = indicator.points if any(each.events for each in counted) else Decimal(0)
    # Nothing more can be lost of an indicator of which all is: what is open no longer matters.
    exhausted = lost >= indicator.points
    points = None if open_ and not exhausted else indicator.points - min(lost, indicator.points)
    return Score(
        indicator.code,
        indicator.group,
        indicator.name,
        indicator.points,
        points,
        tuple(counted),
        tuple(open_),
    )


def _counted(rule: Rule, cases: Sequence[str] | None, line: Entered | None) -> Counted:
    computed = None if cases is None else len(cases)
    if line is None:
        events = computed or 0
    else:
        # 是 is that the thing is as it should be.
        events = {"是": 0, "否": 1}[line.value] if line.value in ("是", "否") else int(line.value)
    return Counted(
        measure=rule.words or MEASURES[rule.measure],
        events=events,
        deducted=rule.per * events,
        cases=tuple(cases or ()),
        evidence=line.evidence if line else "",
        by=line.by if line else "",
        computed=computed if line is not None else None,
    )


def _graded(indicator: Indicator, line: Entered | None) -> Score:
    base = indicator.code, indicator.group, indicator.name, indicator.points
    if line is None:
        return Score(*base, None, (), ("等次",))
    grade = next(each for each in indicator.grades if each.name == line.value)
    told = Counted(grade.name, 0, indicator.points - grade.points, (), line.evidence, line.by)
    return Score(*base, grade.points, (told,))


TOTALS = ("单位", "得分", "已评满分", "未评的指标")
DETAILS = (
    "单位",
    "类",
    "指标",
    "满分",
    "得分",
    "事由",
    "次数",
    "扣分",
    "各件",
    "自动计数（申辩前）",
    "依据",
    "评定人",
)


def totals(sheets: Iterable[UnitSheet]) -> list[list[object]]:
    """Under TOTALS, the highest first; equal ones by name."""
    rows: list[list[object]] = [
        [each.unit, each.total, each.out_of, "、".join(s.name for s in each.scores if s.points is None)]
        for each in sorted(sheets, key=lambda each: (-each.total, each.unit))
    ]
    return rows


def details(sheets: Iterable[UnitSheet]) -> list[list[object]]:
    """Under DETAILS: a line for each reason, so that every point opens to its cases."""
    found: list[list[object]] = []
    for sheet in sheets:
        for score in sheet.scores:
            own: list[object] = [
                sheet.unit, score.group, score.name, score.full, "未评" if score.points is None else score.points
            ]  # fmt: skip
            found += [
                [*own, each.measure, each.events, each.deducted, "、".join(each.cases), each.computed, each.evidence, each.by]
                for each in score.counted
            ]  # fmt: skip
            found += [[*own, f"未评：{words}", None, None, "", None, "", ""] for words in score.open]
    return found
