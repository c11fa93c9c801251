"""Steps in the authority's own stream that another natural person must take than took the step before."""

from __future__ import annotations

from domain.authority.assessment import named, place_of
from domain.authority.assessment_events import ContestDecided
from domain.authority.authority import Authority
from domain.authority.events import GrantConfirmed, SecondFactorReset
from domain.authority.refusals import (
    GrantNeedsSecondPerson,
    PreparedByOneself,
    ResetNeedsSecondPerson,
    ScoredByOneself,
)
from domain.authority.supervision_events import ReturnHandedIn
from domain.entry import Recorded


def check(authority: Authority, entry: Recorded) -> None:
    """Raises the Refusal of the event. A step that follows no other is left to the authority's history to refuse."""
    event, version = entry.event, entry.originator_version
    person_of = authority.person_of
    mine = set(map(person_of, entry.recorded_by))
    match event:
        case ReturnHandedIn():
            requested = authority.supervision.requested(event.version)
            if requested is not None and mine & set(map(person_of, requested.prepared_by)):
                raise PreparedByOneself(version, officer=entry.actor, name=requested.name)
        case GrantConfirmed():
            if (found := authority.grant(event.version)) is not None:
                holder, grant = found
                if mine & {holder.person, *map(person_of, grant.granted_by)}:
                    raise GrantNeedsSecondPerson(version, officer=entry.actor, grant=grant.version)
        case SecondFactorReset():
            reset = authority.factor_reset(event.version)
            if reset is not None and mine & set(map(person_of, (reset.officer, *reset.requested_by))):
                raise ResetNeedsSecondPerson(version, officer=entry.actor, request=reset.version)
        case ContestDecided():
            assessment = named(authority.assessments, event.assessment, version)
            score = assessment.by_place.get(place_of(authority.assessments, event, version))
            if score is not None and not score.decided and mine & set(map(person_of, score.by)):
                raise ScoredByOneself(version, officer=entry.actor, indicator=event.indicator)
