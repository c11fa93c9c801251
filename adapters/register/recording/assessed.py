"""Checks of assessment events that need other registers, and the results that a conclusion pins."""

from __future__ import annotations

from adapters.refusals import RecordedAlone
from adapters.register.recording.outside import FromOutside
from domain.authority.assessment import indicator_of, is_code, named, place_of
from domain.authority.assessment_events import (
    AssessmentConcluded,
    ContestDecided,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.authority import Authority
from domain.authority.refusals import AssessmentUnknown, NotAssessed, NothingScored, UnitNotBelow
from domain.entry import Event
from domain.law.refusals import Refusal, UnknownCode
from domain.values import plain


def of_assessment(event: Event, authority: Authority | None, outside: FromOutside) -> Event:
    """The event, completed with its results if it is a conclusion. Raises a Refusal if it cannot be recorded."""
    match event:
        case ScoreEntered(unit=unit) | ContestDecided(unit=unit):
            check_unit(unit, outside)
            if isinstance(event, ScoreEntered) and event.value is None and authority is not None:
                check_taken_back(event, authority, outside)
            if isinstance(event, ContestDecided) and event.contest is not None:
                check_decided(event, outside)
        case ScoreContested():
            check_contest(event, authority, outside)
        case AssessmentConcluded():
            if outside.results is None:
                raise RecordedAlone(event=event.title)
            if isinstance(outside.results, Refusal):
                raise outside.results
            return AssessmentConcluded(event.on, event.assessment, event.document_no, outside.results)
        case _:
            pass
    return event


def check_unit(unit: str, outside: FromOutside) -> None:
    """Raises UnitNotBelow for a code that is not a unit's, and for the name of a unit that has a code."""
    names = {plain(name) for name in outside.units.values()}
    if unit not in outside.units and (is_code(unit) or plain(unit) in names):
        raise UnitNotBelow(unit=unit, codes="、".join(outside.units) or "无")


def check_taken_back(event: ScoreEntered, authority: Authority, outside: FromOutside) -> None:
    """Raises NothingScored, AssessmentUnknown, UnknownCode, ReasonMissing. Not checked in a replay of old logs."""
    place = place_of(authority.assessments, event)
    assessment = named(authority.assessments, event.assessment)
    score = assessment.by_place.get(place)
    if score is None or score.value is None:
        indicator = indicator_of(assessment, event.indicator)
        unit = outside.units.get(event.unit, event.unit)
        raise NothingScored(field="value", unit=unit, indicator=indicator.name)


def check_decided(event: ContestDecided, outside: FromOutside) -> None:
    """Raises UnknownCode unless the unit contests this score. Not checked in a replay of old logs."""
    contests = [
        each.version
        for each in outside.contests.get(event.unit, ())
        if (each.assessment, each.indicator) == (event.assessment, event.indicator)
    ]
    if event.contest not in contests:
        raise UnknownCode(field="contest", allowed="、".join(map(str, contests)) or "不填（书面提出的）")


def check_contest(event: ScoreContested, authority: Authority | None, outside: FromOutside) -> None:
    """Raises NotAssessed, UnknownCode."""
    if authority is None:
        return  # refused where the event is folded
    try:
        assessment = named(outside.above.assessments if outside.above else (), event.assessment)
    except AssessmentUnknown:
        raise NotAssessed(name=event.assessment) from None
    if authority.kind not in assessment.classes:
        raise NotAssessed(name=event.assessment)
    indicator_of(assessment, event.indicator)
