"""考核: the points of each unit by the indicators of an assessment, each with the cases it rests on.

What the registers know is computed; what they do not is entered as a score, and so is the outcome of a contest that was
upheld, which counts instead of what was computed. What nobody has assessed is open, never full marks or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from domain.authority.assessment import NO, YES, Assessment, Contest, Place, Score, is_code, unit_key
from domain.authority.assessment_events import Indicator, Measure, Results, Rule, UnitResult
from projections.report.judged import same_unit

Cases = dict[Measure, tuple[str, ...]]
"""Events of one unit by measure, each named: a reference, a return, a finding."""


class UnitCases(msgspec.Struct, frozen=True):
    """What is known of one unit; a measure that is not there is not known. code: its name, if it keeps no register
    here.

    contests: what it contests of the superior's assessments.
    """

    code: str
    unit: str
    kind: str
    cases: Cases
    contests: tuple[Contest, ...] = ()


class Counted(msgspec.Struct, frozen=True):
    """Why points were deducted, or not: events of one measure. computed: what the register says, where a score counts
    instead. by: who entered that. decided: by a contest that was upheld.
    """

    measure: str
    events: int
    deducted: Decimal
    cases: tuple[str, ...] = ()
    evidence: str = ""
    by: tuple[str, ...] = ()
    computed: int | None = None
    decided: bool = False


class ScoreShown(msgspec.Struct, frozen=True):
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
    scores: tuple[ScoreShown, ...]
    total: Decimal
    out_of: Decimal

    @property
    def is_whole(self) -> bool:
        return all(score.points is not None for score in self.scores)


class ContestShown(msgspec.Struct, frozen=True):
    """What a unit contests. version: of the entry in its register. late: after the last day to contest. result: None
    while it waits."""

    code: str
    unit: str
    version: int
    on: date
    indicator: str
    name: str
    reason: str
    late: bool
    result: str | None = None
    decision_on: date | None = None
    decision_reason: str = ""


class Restated(msgspec.Struct, frozen=True):
    """A point that is another than was concluded. now: None of a unit, or an indicator, that is not assessed any
    more."""

    unit: str
    indicator: str
    concluded: Decimal | None
    now: Decimal | None


class AssessmentSheet(msgspec.Struct, frozen=True):
    """An assessment as it is now. restated: what is otherwise than was last concluded."""

    name: str
    year: int
    source: str
    announced_on: date
    contest_by: date
    points: Decimal
    units: tuple[UnitSheet, ...]
    contests: tuple[ContestShown, ...] = ()
    concluded_on: date | None = None
    document_no: str | None = None
    restated: tuple[Restated, ...] = ()

    @property
    def open(self) -> str:
        """What is missing for a conclusion, in words; empty if nothing."""
        units = [each.unit for each in self.units if not each.is_whole]
        waiting = [each for each in self.contests if each.result is None]
        missing = [
            f"{_few(units)}还有未评的指标" if units else "",
            f"{_few(dict.fromkeys(each.unit for each in waiting))}的申辩尚未裁定" if waiting else "",
            "" if self.units else "没有这一类的下级单位",
        ]
        return "，".join(filter(None, missing))

    @property
    def results(self) -> Results:
        """The points that a conclusion pins, without indicators that are not assessed."""
        return tuple(
            UnitResult(
                each.code,
                each.unit,
                {score.indicator: _text(score.points) for score in each.scores if score.points is not None},
            )
            for each in self.units
        )


def _few(names: Iterable[str]) -> str:
    found = list(names)
    return "、".join(found[:3]) + (f"等{len(found)}个单位" if len(found) > 3 else "")


def _text(points: Decimal) -> str:
    return f"{points.normalize():f}"


def sheet(assessment: Assessment, units: Iterable[UnitCases]) -> AssessmentSheet:
    """units: all there are; those of its classes are assessed, and those that are scored by their names alone. A unit
    that has gone to another superior is no longer assessed.
    """
    assessed = [unit for unit in units if unit.kind in assessment.classes]
    assessed += _by_name(assessment, assessed)
    sheets = tuple(_sheet(unit, assessment) for unit in assessed)
    last = assessment.conclusions[-1] if assessment.conclusions else None
    return AssessmentSheet(
        name=assessment.name,
        year=assessment.year,
        source=assessment.source,
        announced_on=assessment.on,
        contest_by=assessment.contest_by,
        points=assessment.points,
        units=sheets,
        contests=tuple(each for unit in assessed for each in _contests(unit, assessment)),
        concluded_on=last.on if last else None,
        document_no=last.document_no if last else None,
        restated=tuple(_restated(last.results, sheets)) if last else (),
    )


def _by_name(assessment: Assessment, units: Sequence[UnitCases]) -> list[UnitCases]:
    """Units that keep no register here: nothing is known of them but what is entered."""
    known = {key for unit in units for key in (unit_key(unit.code), same_unit(unit.unit))}
    named = {
        score.place.unit: score.unit
        for score in assessment.scores
        if score.value is not None
        and not is_code(score.unit)
        and score.place.unit not in known
        and same_unit(score.unit) not in known
    }
    return [UnitCases(name, name, "other", {}) for name in named.values()]


def _contests(unit: UnitCases, assessment: Assessment) -> Iterator[ContestShown]:
    for each in unit.contests:
        indicator = assessment.indicator(each.indicator)
        if each.assessment != assessment.name or indicator is None:
            continue
        decided = assessment.decision(unit.code, each.version)
        yield ContestShown(
            code=unit.code,
            unit=unit.unit,
            version=each.version,
            on=each.on,
            indicator=each.indicator,
            name=indicator.name,
            reason=each.reason,
            late=each.on > assessment.contest_by,
            result=decided.result if decided else None,
            decision_on=decided.on if decided else None,
            decision_reason=decided.reason if decided else "",
        )


def _restated(results: Results, sheets: Sequence[UnitSheet]) -> Iterator[Restated]:
    then = {
        (each.unit, code): (each.name, Decimal(points))
        for each in results
        for code, points in each.points.items()
    }
    now = {
        (each.code, score.indicator): (each.unit, score.points) for each in sheets for score in each.scores
    }
    for key in {**then, **now}:
        name, concluded = then.get(key, ("", None))
        shown, points = now.get(key, (name, None))
        if points != concluded:
            yield Restated(shown, key[1], concluded, points)


# --- one unit ---


def _sheet(unit: UnitCases, assessment: Assessment) -> UnitSheet:
    scores = tuple(_score(unit, each, assessment) for each in assessment.indicators)
    assessed = [score for score in scores if score.points is not None]
    return UnitSheet(
        unit.code,
        unit.unit,
        scores,
        sum((score.points or Decimal(0) for score in assessed), Decimal(0)),
        sum((score.full for score in assessed), Decimal(0)),
    )


def _last_word(unit: UnitCases, indicator: str, measure: str, assessment: Assessment) -> Score | None:
    found = assessment.by_place.get(Place(unit_key(unit.code), indicator, measure))
    return found if found is not None and found.value is not None else None


def _score(unit: UnitCases, indicator: Indicator, assessment: Assessment) -> ScoreShown:
    full = Decimal(indicator.points)
    base = indicator.code, indicator.group, indicator.name, full
    if indicator.kind == "graded":
        return _graded(base, indicator, _last_word(unit, indicator.code, "", assessment))
    counted, open_ = [], []
    for rule in indicator.rules:
        score = _last_word(unit, indicator.code, rule.measure, assessment)
        cases = unit.cases.get(rule.measure)
        if score is None and cases is None:
            open_.append(rule.called)
        else:
            counted.append(_counted(rule, cases, score))
    lost = sum((each.deducted for each in counted), Decimal(0))
    if indicator.kind == "yes_no":
        lost = full if any(each.events for each in counted) else Decimal(0)
    # All points of the indicator are lost already, so what is open cannot change it.
    points = None if open_ and lost < full else full - min(lost, full)
    return ScoreShown(*base, points, tuple(counted), tuple(open_))


def _counted(rule: Rule, cases: Sequence[str] | None, score: Score | None) -> Counted:
    computed = None if cases is None else len(cases)
    if score is None or score.value is None:
        events = computed or 0
    else:
        events = {YES: 0, NO: 1}[score.value] if score.value in (YES, NO) else int(score.value)
    return Counted(
        measure=rule.called,
        events=events,
        deducted=Decimal(rule.per) * events,
        cases=tuple(cases or ()),
        evidence=score.evidence if score else "",
        by=score.by if score else (),
        computed=computed if score is not None else None,
        decided=score.decided if score else False,
    )


def _graded(base: tuple[str, str, str, Decimal], indicator: Indicator, score: Score | None) -> ScoreShown:
    if score is None:
        return ScoreShown(*base, None, (), ("等次",))
    points = next(Decimal(each.points) for each in indicator.grades if each.name == score.value)
    counted = Counted(
        score.value or "", 0, base[3] - points, (), score.evidence, score.by, decided=score.decided
    )
    return ScoreShown(*base, points, (counted,))


class AssessmentListed(msgspec.Struct, frozen=True):
    """An assessment that was announced. entered: places that were scored."""

    name: str
    year: int
    announced_on: date
    contest_by: date
    source: str
    points: Decimal
    entered: int
    concluded_on: date | None


def listed(assessment: Assessment) -> AssessmentListed:
    return AssessmentListed(
        assessment.name,
        assessment.year,
        assessment.on,
        assessment.contest_by,
        assessment.source,
        assessment.points,
        len(assessment.by_place),
        assessment.conclusions[-1].on if assessment.conclusions else None,
    )


# --- as tables ---

LISTED = ("考核", "年度", "印发", "申辩期限至", "所依文件", "满分", "评分", "评定")

TOTALS = ("单位", "得分", "已评满分", "未评的指标")
DETAILS = (
    "单位",
    "类",
    "代码",
    "指标",
    "满分",
    "得分",
    "事由",
    "次数",
    "扣分",
    "各件",
    "台账所计次数",
    "依据",
    "评分人",
)


def totals(sheets: Iterable[UnitSheet]) -> list[list[object]]:
    """Under TOTALS, the highest first; equal ones by name."""
    rows: list[list[object]] = [
        [each.unit, each.total, each.out_of, "；".join(s.name for s in each.scores if s.points is None)]
        for each in sorted(sheets, key=lambda each: (-each.total, each.unit))
    ]
    return rows


def details(
    sheets: Iterable[UnitSheet], named: Callable[[str], str] = lambda officer: officer
) -> list[list[object]]:
    """Under DETAILS: a line for each reason, so that every point opens to its cases. named: who scored, by the
    officer's id."""
    found: list[list[object]] = []
    for sheet in sheets:
        for score in sheet.scores:
            own: list[object] = [
                sheet.unit, score.group, score.indicator, score.name, score.full, "未评" if score.points is None else score.points
            ]  # fmt: skip
            found += [
                [
                    *own, each.measure, each.events, each.deducted, "、".join(each.cases), each.computed,
                    ("申辩成立：" if each.decided else "") + each.evidence,
                    "、".join(dict.fromkeys(map(named, each.by))),
                ]
                for each in score.counted
            ]  # fmt: skip
            found += [[*own, f"未评：{words}", None, None, "", None, "", ""] for words in score.open]
    return found


CONTESTS = ("单位", "第几条", "提出日期", "指标", "理由", "逾期提出", "裁定", "裁定日期", "裁定理由")
RESTATED = ("单位", "指标", "评定的得分", "现在的得分")
RESULTS = {"upheld": "成立", "overruled": "不成立"}


def contests(found: Iterable[ContestShown]) -> list[list[object]]:
    """Under CONTESTS."""
    return [
        [
            each.unit, each.version, each.on, each.name, each.reason, "是" if each.late else "",
            RESULTS[each.result] if each.result else "待裁定", each.decision_on, each.decision_reason,
        ]
        for each in found
    ]  # fmt: skip


def restated(found: AssessmentSheet) -> list[list[object]]:
    """Under RESTATED."""
    names = {score.indicator: score.name for unit in found.units for score in unit.scores}
    return [
        [each.unit, names.get(each.indicator, each.indicator), each.concluded, each.now] for each in found.restated
    ]  # fmt: skip
