"""Two administrators replace those who cannot log in any more: by a code on paper, or by two of the superior's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.authority import founding
from domain.authority.authority import Authority
from domain.authority.authorization import PROGRAM, check
from domain.authority.events import (
    GrantConfirmed,
    OfficerAppointed,
    OfficerDismissed,
    PowerGranted,
    Registered,
    SuperiorSet,
)
from domain.authority.recovery import digest_of
from domain.authority.recovery_events import (
    AdministratorsRestored,
    RecoveryCodeSealed,
    RestorationConfirmed,
    RestorationRequested,
)
from domain.authority.refusals import (
    FirstOfficersExist,
    NoPower,
    NotAnOfficer,
    NotTheSuperior,
    OfficerUnknown,
    RecoveryCodeExists,
    RecoveryCodeWrong,
    RestorationNeedsSecondPerson,
    RestorationUnknown,
    SeparationOfAdministrators,
)
from domain.authority.replay import follow
from domain.entry import Event, Recorded
from domain.law.refusals import DatesReversed, Refusal
from tests.adapters.recordings import day

PAPER = "ABCD-EFGH-2345"
DAY = day("2026-03-02")
AT = datetime(2026, 3, 3, tzinfo=UTC)


class Log:
    """An authority's own entries as they are judged and folded, each by its actor."""

    def __init__(self, code: str = "town") -> None:
        self.authority: Authority | None = None
        self.version = 0
        self.record(PROGRAM, Registered(DAY, code, "某镇", "subdistrict", DAY))
        founders = founding.first_officers("a-admin", "b-admin", DAY, after=1)
        self.record(PROGRAM, *founders)

    def record(self, actor: str, *events: Event, superior: Authority | None = None) -> None:
        for event in events:
            entry = Recorded("authority", self.version + 1, event, AT, self.version + 1, actor)
            check(self.authority, entry, superior=superior)
            self.authority = follow(self.authority, entry)
            self.version += 1

    def roles(self) -> dict[str, list[str]]:
        assert self.authority is not None
        return {each.id: sorted(each.roles_on(DAY)) for each in self.authority.officers}


def test_a_code_is_the_same_however_it_is_typed() -> None:
    assert digest_of("abcd efgh 2345") == digest_of(PAPER) == digest_of("ABCDEFGH2345")
    assert digest_of("ABCDEFGH2346") != digest_of(PAPER)


def test_by_the_code_two_take_over_and_nobody_else_has_the_power() -> None:
    """Once: the next code is another. What the others were beside stays theirs."""
    log = Log()
    log.record(PROGRAM, RecoveryCodeSealed(DAY, digest_of(PAPER)))
    log.record(PROGRAM, AdministratorsRestored(DAY, "abcdefgh2345", "c-new", "b-admin", "0007"))
    assert log.roles() == {
        "a-admin": [], "b-admin": ["security_administrator"], "c-new": ["system_administrator"],
    }  # fmt: skip
    assert log.authority is not None
    assert log.authority.person_of("c-new") == "0007"
    with pytest.raises(RecoveryCodeWrong):
        log.record(PROGRAM, AdministratorsRestored(DAY, PAPER, "a-admin", "b-admin"))
    log.record(PROGRAM, RecoveryCodeSealed(DAY, digest_of("NEXT")))
    log.record("b-admin", PowerGranted(DAY, "a-admin", "auditor"))


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (AdministratorsRestored(DAY, "ABCD-EFGH-2346", "c-new", "d-new"), RecoveryCodeWrong),
        (AdministratorsRestored(DAY, PAPER, "c-new", "c-new"), SeparationOfAdministrators),
        (AdministratorsRestored(DAY, PAPER, "c-new", "d-new", "0007", "0007"), SeparationOfAdministrators),
        (RecoveryCodeSealed(DAY, digest_of("MINE")), RecoveryCodeExists),
        (PowerGranted(DAY, "a-admin", "system_administrator"), FirstOfficersExist),
    ],
)
def test_what_the_program_does_not_do(event: Event, refusal: type[Refusal]) -> None:
    """Not with another code, not one person for both, no second code, and nothing beside."""
    log = Log()
    log.record(PROGRAM, RecoveryCodeSealed(DAY, digest_of(PAPER)))
    before = log.authority
    with pytest.raises(refusal):
        log.record(PROGRAM, event)
    assert log.authority is before


@pytest.mark.parametrize(
    "event",
    [RecoveryCodeSealed(DAY, digest_of("MINE")), AdministratorsRestored(DAY, PAPER, "c-new", "d-new")],
)
def test_no_officer_records_a_code(event: Event) -> None:
    """It is the program's, which asks for the paper."""
    log = Log()
    with pytest.raises(NoPower):
        log.record("a-admin", event)


REQUESTED = RestorationRequested(DAY, "c-new", "d-new", "〔2026〕1号", "0007", "0008")


@pytest.fixture
def town() -> Log:
    log = Log()
    log.record("a-admin", SuperiorSet(DAY, "county", "lower_government", DAY))
    return log


@pytest.fixture
def county() -> Authority:
    found = Log("county").authority
    assert found is not None
    return found


def test_two_of_the_superiors_restore(town: Log, county: Authority) -> None:
    """One asks, nothing happens; another confirms, and the two take over."""
    town.record("county/a-admin", REQUESTED, superior=county)
    assert town.roles()["a-admin"] == ["system_administrator"]
    version = town.version
    with pytest.raises(RestorationNeedsSecondPerson):
        town.record("county/a-admin", RestorationConfirmed(DAY, version), superior=county)
    with pytest.raises(DatesReversed):
        town.record("county/b-admin", RestorationConfirmed(day("2026-03-01"), version), superior=county)
    town.record("county/b-admin", RestorationConfirmed(DAY, version), superior=county)
    assert town.roles() == {
        "a-admin": [], "b-admin": [], "c-new": ["system_administrator"], "d-new": ["security_administrator"],
    }  # fmt: skip
    with pytest.raises(RestorationUnknown):
        town.record("county/b-admin", RestorationConfirmed(DAY, version), superior=county)
    with pytest.raises(RestorationUnknown):
        town.record("county/b-admin", RestorationConfirmed(DAY, 2), superior=county)


def test_a_restoration_takes_the_administrators_powers_and_no_other(town: Log, county: Authority) -> None:
    town.record("a-admin", OfficerAppointed(DAY, "li"))
    town.record("b-admin", PowerGranted(DAY, "li", "handler"))
    town.record("a-admin", GrantConfirmed(DAY, town.version))
    town.record("county/a-admin", REQUESTED, superior=county)
    town.record("county/b-admin", RestorationConfirmed(DAY, town.version), superior=county)
    assert town.roles()["li"] == ["handler"]


def test_nobody_else_does(town: Log, county: Authority) -> None:
    """Not one's own administrators, not another authority's, not the superior's other officers."""
    for actor, refusal in (
        ("a-admin", NotTheSuperior), ("village/a-admin", NotTheSuperior), ("county/zhang", NotTheSuperior), (PROGRAM, NotTheSuperior),
    ):  # fmt: skip
        with pytest.raises(refusal):
            town.record(actor, REQUESTED, superior=county)
    with pytest.raises(NotAnOfficer):
        town.record("county/a-admin", RecoveryCodeSealed(DAY, digest_of("MINE")), superior=county)


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (RestorationRequested(DAY, "c-new", "c-new", "〔2026〕1号"), SeparationOfAdministrators),
        (RestorationRequested(DAY, PROGRAM, "d-new", "〔2026〕1号"), Refusal),
    ],
)
def test_what_could_not_be_confirmed_is_not_asked_for(
    town: Log, county: Authority, event: Event, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        town.record("county/a-admin", event, superior=county)


def test_who_has_left_is_not_set_up_again(town: Log, county: Authority) -> None:
    town.record("a-admin", OfficerAppointed(DAY, "li"), OfficerDismissed(DAY, "li"))
    with pytest.raises(OfficerUnknown):
        town.record(
            "county/a-admin", RestorationRequested(DAY, "li", "d-new", "〔2026〕1号"), superior=county
        )
