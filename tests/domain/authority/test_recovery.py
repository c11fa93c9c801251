"""Recovery of lost administrators by two others: with the printed code, or by two administrators of the superior."""

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
    """An authority's own entries, judged and folded one after another, each by its actor."""

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


def test_the_spelling_of_a_code_does_not_matter() -> None:
    assert digest_of("abcd efgh 2345") == digest_of(PAPER) == digest_of("ABCDEFGH2345")
    assert digest_of("ABCDEFGH2346") != digest_of(PAPER)


def test_the_code_replaces_both_administrators() -> None:
    """Once: the next code is a new one. Other roles of the replaced officers remain."""
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
def test_refused_recoveries_by_code(event: Event, refusal: type[Refusal]) -> None:
    """Another code, one person for both roles, a second code, other events."""
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
def test_no_officer_records_a_recovery(event: Event) -> None:
    """Only the program does, which requires the printed code."""
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


def test_two_administrators_of_the_superior_restore(town: Log, county: Authority) -> None:
    """One requests, without effect; another confirms, and the two new administrators are in force."""
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


def test_a_restoration_withdraws_only_the_administrators_powers(town: Log, county: Authority) -> None:
    town.record("a-admin", OfficerAppointed(DAY, "li"))
    town.record("b-admin", PowerGranted(DAY, "li", "handler"))
    town.record("a-admin", GrantConfirmed(DAY, town.version))
    town.record("county/a-admin", REQUESTED, superior=county)
    town.record("county/b-admin", RestorationConfirmed(DAY, town.version), superior=county)
    assert town.roles()["li"] == ["handler"]


def test_others_may_not_restore(town: Log, county: Authority) -> None:
    """The own administrators, another authority's, other officers of the superior."""
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
def test_an_unconfirmable_restoration_is_refused(
    town: Log, county: Authority, event: Event, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        town.record("county/a-admin", event, superior=county)


def test_a_dismissed_officer_is_not_restored(town: Log, county: Authority) -> None:
    town.record("a-admin", OfficerAppointed(DAY, "li"), OfficerDismissed(DAY, "li"))
    with pytest.raises(OfficerUnknown):
        town.record(
            "county/a-admin", RestorationRequested(DAY, "li", "d-new", "〔2026〕1号"), superior=county
        )
