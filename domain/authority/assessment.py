"""What is known of assessments (考核): in the superior's register the indicators, scores, decisions and results; in a
unit's what it contests.

What counts of an indicator is the last word on it: a score, or the decision of a contest that was upheld.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from domain.authority.assessment_events import (
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    Indicator,
    Results,
    ScoreContested,
    ScoreEntered,
    UnitClass,
)
from domain.authority.refusals import AssessmentExists, AssessmentUnknown, ReasonMissing
from domain.entry import Recorded
from domain.law.refusals import DatesReversed, UnknownCode
from domain.values import Label, plain

MOST_EVENTS = 1_000
YES, NO = "是", "否"
"""Of an indicator of yes or no: the thing is as it should be, or is not."""


class Place(NamedTuple):
    """What a score is of. unit: as compared, see `unit_key`. measure: empty of a graded indicator."""

    unit: str
    indicator: str
    measure: str


class Score(msgspec.Struct, frozen=True):
    """The last word on a place. version: of its entry. unit: as entered. value: None once it is taken back. by: who entered
    it, and on whose behalf. decided: whether it is what a contest led to.
    """

    version: int
    on: date
    place: Place
    unit: str
    value: str | None
    evidence: str
    by: tuple[str, ...]
    decided: bool = False


class Decision(msgspec.Struct, frozen=True):
    """Of a contest. unit: as compared. contest: of its entry in the unit's register; None of one on paper."""

    version: int
    on: date
    unit: str
    indicator: str
    contest: int | None
    result: str
    reason: str


class Conclusion(msgspec.Struct, frozen=True):
    """version: of its entry. position: in the log."""

    version: int
    position: int
    on: date
    document_no: str | None
    results: Results


class Assessment(msgspec.Struct, frozen=True):
    """version: of its announcement. by_place: the last word on each, in the order first entered."""

    version: int
    on: date
    name: str
    year: int
    source: str
    classes: tuple[UnitClass, ...]
    indicators: tuple[Indicator, ...]
    contest_by: date
    by_place: Mapping[Place, Score] = {}
    decisions: tuple[Decision, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()

    @property
    def points(self) -> Decimal:
        return sum((Decimal(each.points) for each in self.indicators), Decimal(0))

    def indicator(self, code: str) -> Indicator | None:
        return next((each for each in self.indicators if each.code == code), None)

    @property
    def scores(self) -> tuple[Score, ...]:
        return tuple(self.by_place.values())

    def decision(self, unit: str, contest: int) -> Decision | None:
        """The last one of what a unit entered in its register. unit: its code."""
        of_it = [each for each in self.decisions if (each.unit, each.contest) == (unit_key(unit), contest)]
        return of_it[-1] if of_it else None


class Contest(msgspec.Struct, frozen=True):
    """What the authority contests. version: of its entry in its own register. superior: whose assessment, if it has one."""

    version: int
    on: date
    superior: str | None
    assessment: Label
    indicator: str
    reason: str


def contests_of(contests: Sequence[Contest], superior: str | None) -> tuple[Contest, ...]:
    """Those of this superior's assessments: of one before it an assessment may bear the same name."""
    return tuple(each for each in contests if each.superior == superior)


def unit_key(unit: str) -> str:
    """A unit's code or name for comparing: width, case and blanks make no difference."""
    return plain(unit)


def is_code(unit: str) -> bool:
    """Whether a unit is scored by the code of its register, not by its name."""
    return unit.isascii()


def named(known: Sequence[Assessment], name: str, version: int | None = None) -> Assessment:
    """Raises AssessmentUnknown."""
    found = next((each for each in known if each.name == name), None)
    if found is None:
        raise AssessmentUnknown(version, name=name)
    return found


def place_of(
    known: Sequence[Assessment], event: ScoreEntered | ContestDecided, version: int | None = None
) -> Place:
    """What the event is of; also whether its value is one. Raises AssessmentUnknown, UnknownCode, ReasonMissing."""
    assessment = named(known, event.assessment, version)
    indicator = indicator_of(assessment, event.indicator, version)
    measures = [rule.measure for rule in indicator.rules]
    measure = event.measure or (str(measures[0]) if len(measures) == 1 else "")
    allowed = "、".join(f"{rule.called}（{rule.measure}）" for rule in indicator.rules)
    if event.measure is not None and event.measure not in measures:
        raise UnknownCode(version, field="measure", allowed=allowed or "不填")
    wanted = isinstance(event, ScoreEntered) or event.result == "upheld"
    if measures and not measure and wanted:
        raise ReasonMissing(version, field="measure", indicator=indicator.name, allowed=allowed)
    if event.value is not None and not is_value(indicator, event.value):
        raise UnknownCode(version, field="value", allowed=values_of(indicator))
    return Place(unit_key(event.unit), indicator.code, measure)


def indicator_of(assessment: Assessment, code: str, version: int | None = None) -> Indicator:
    """Raises UnknownCode."""
    found = assessment.indicator(code)
    if found is None:
        allowed = "、".join(f"{each.name}（{each.code}）" for each in assessment.indicators)
        raise UnknownCode(version, field="indicator", allowed=allowed)
    return found


def is_value(indicator: Indicator, value: str) -> bool:
    """Whether it can be entered: a grade, or a number of events, or 是 or 否."""
    if indicator.kind == "graded":
        return value in {each.name for each in indicator.grades}
    if indicator.kind == "yes_no" and value in (YES, NO):
        return True
    return value.isascii() and value.isdigit() and len(value) <= 4 and int(value) <= MOST_EVENTS


def values_of(indicator: Indicator) -> str:
    """In words."""
    if indicator.kind == "graded":
        return "、".join(each.name for each in indicator.grades)
    number = f"次数（0至{MOST_EVENTS}）"
    return f"{YES}、{NO}或{number}" if indicator.kind == "yes_no" else number


Recordable = AssessmentAnnounced | ScoreEntered | ContestDecided | AssessmentConcluded[Results]
"""What the superior records."""


def follow(known: tuple[Assessment, ...], entry: Recorded, event: Recordable) -> tuple[Assessment, ...]:
    """After one more entry of the superior's. Raises AssessmentExists, AssessmentUnknown, UnknownCode or DatesReversed."""
    version = entry.originator_version
    if isinstance(event, AssessmentAnnounced):
        if any(each.name == event.name for each in known):
            raise AssessmentExists(version, name=event.name)
        if event.contest_by < event.on:
            raise DatesReversed(
                version, field="contest_by", day=event.contest_by, than="印发之日", limit=event.on
            )
        made = Assessment(
            version, event.on, event.name, event.year, event.source, event.classes, event.indicators, event.contest_by
        )  # fmt: skip
        return (*known, made)
    old = named(known, event.assessment, version)
    if event.on < old.on:
        raise DatesReversed(version, field="on", day=event.on, than="印发考核指标之日", limit=old.on)
    if isinstance(event, AssessmentConcluded):
        done = Conclusion(version, entry.position, event.on, event.document_no, event.pinned or ())
        new = replace(old, conclusions=(*old.conclusions, done))
    else:
        place = place_of(known, event, version)
        new = _scored(old, entry, event, place)
    return tuple(new if each is old else each for each in known)


def _scored(
    old: Assessment, entry: Recorded, event: ScoreEntered | ContestDecided, place: Place
) -> Assessment:
    version, by = entry.originator_version, entry.recorded_by
    if isinstance(event, ScoreEntered):
        score = Score(version, event.on, place, event.unit, event.value, event.evidence, by)
        return replace(old, by_place={**old.by_place, place: score})
    decision = Decision(
        version, event.on, place.unit, place.indicator, event.contest, event.result, event.reason
    )
    old = replace(old, decisions=(*old.decisions, decision))
    if event.value is None:
        return old
    score = Score(version, event.on, place, event.unit, event.value, event.reason, by, decided=True)
    return replace(old, by_place={**old.by_place, place: score})


def contested(
    known: tuple[Contest, ...], entry: Recorded, event: ScoreContested, superior: str | None
) -> tuple[Contest, ...]:
    """After one more entry of the unit's."""
    made = Contest(
        entry.originator_version, event.on, superior, event.assessment, event.indicator, event.reason
    )
    return (*known, made)
