"""Service accounts: granted by two, narrowed, ended; what each may record by itself and on whose behalf."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from msgspec.structs import replace

from domain.authority import authorization
from domain.authority.events import (
    GrantConfirmed,
    OfficerAppointed,
    OfficerDismissed,
    ServiceEnded,
    ServiceGranted,
)
from domain.authority.powers import ACT_OF, SERVICE_ACTS, Permissions, ServiceAct
from domain.authority.refusals import (
    FirstOfficersMissing,
    GrantNeedsSecondPerson,
    GrantUnknown,
    HandedInOnly,
    NoPower,
    NotAnOfficer,
    OfficerExists,
    PersonDecides,
    ServiceUnknown,
)
from domain.entry import Event, type_of
from domain.law.irregularities import Irregularity
from domain.law.refusals import DatesReversed, Refusal
from tests import builders
from tests.domain.authority.test_powers import DAY, EVENTS, Office, at, founded, staffed

ONLINE = replace(builders.received("2026-03-02"), channel="online", receipt_basis="system_confirmed")


def granted(office: Office, *acts: ServiceAct, service: str = "portal", until: date | None = None) -> Office:
    office.record(ServiceGranted(DAY, service, "门户网站", acts, until), "sec")
    return office.record(GrantConfirmed(DAY, office.now.version), "sys")


def acts_of(office: Office, day: date = DAY, service: str = "portal") -> set[str]:
    return set(office.now.acts_of(service, day))


# --- granting ---


def test_its_name_is_that_of_its_last_grant() -> None:
    office = granted(founded(), "hand_in")
    office.record(ServiceGranted(DAY, "portal", "省统一申请平台", ("hand_in",)), "sec")
    found = office.now.service("portal")
    assert found is not None
    assert found.name == "省统一申请平台"


def test_a_grant_needs_two_administrators() -> None:
    """As for any power: pending until another administrator confirms; other officers may do neither."""
    office = staffed()
    wanted = ServiceGranted(DAY, "portal", "门户网站", ("hand_in",))
    for actor in ("sys", "li", "zhao", "shen"):
        office.refused(NoPower, wanted, actor)
    office.record(wanted, "sec")
    version = office.now.version
    assert acts_of(office) == set()
    office.refused(GrantNeedsSecondPerson, GrantConfirmed(DAY, version), "sec")
    office.refused(NoPower, GrantConfirmed(DAY, version), "zhao")
    office.refused(NotAnOfficer, GrantConfirmed(DAY, version), "portal")
    office.record(GrantConfirmed(DAY, version), "sys")
    assert acts_of(office) == {"hand_in"}
    office.refused(GrantUnknown, GrantConfirmed(DAY, version), "sys")
    office.refused(NoPower, GrantConfirmed(DAY, version), "portal")


def test_there_is_none_before_the_first_administrators() -> None:
    Office().refused(FirstOfficersMissing, ServiceGranted(DAY, "portal", "门户网站", ("hand_in",)), "cli")


def test_the_last_confirmed_grant_replaces_earlier_ones() -> None:
    """An account is narrowed by a smaller grant; when that ends, the earlier one does not return."""
    office = granted(staffed(), "read", "count")
    office.record(ServiceGranted(DAY, "portal", "门户网站", ("count",), date(2026, 3, 9)), "sec")
    assert acts_of(office) == {"read", "count"}
    office.record(GrantConfirmed(DAY, office.now.version), "sys")
    assert acts_of(office) == {"count"}
    assert acts_of(office, date(2026, 3, 9)) == {"count"}
    assert acts_of(office, date(2026, 3, 10)) == set()
    assert acts_of(office, date(2026, 3, 1)) == set()
    office.refused(DatesReversed, ServiceGranted(DAY, "portal", "甲", ("read",), date(2026, 3, 1)), "sec")


def test_it_survives_its_granters() -> None:
    """Both administrators are dismissed; the account belongs to the authority."""
    office = granted(staffed(), "hand_in")
    for officer, role in (("sys2", "system_administrator"), ("sec2", "security_administrator")):
        office.appoint(officer).empower(officer, role)  # type: ignore[arg-type]
    office.record(OfficerDismissed(DAY, "sec"), "sys")
    office.record(OfficerDismissed(DAY, "sys"), "sys2")
    assert acts_of(office) == {"hand_in"}
    authorization.check(office.now, at(DAY, ONLINE, 99, "portal"))


def test_an_ended_account_stays_ended_and_its_id_is_not_reused() -> None:
    office = granted(staffed(), "hand_in")
    office.record(ServiceGranted(DAY, "portal", "门户网站", ("read",)), "sec")
    pending, gone = office.now.version, date(2026, 3, 9)
    office.refused(NoPower, ServiceEnded(gone, "portal"), "sys")
    office.refused(ServiceUnknown, ServiceEnded(gone, "other"), "sec")
    office.record(ServiceEnded(gone, "portal"), "sec")
    assert acts_of(office, date(2026, 3, 8)) == {"hand_in"}
    assert acts_of(office, gone) == set()
    with pytest.raises(NotAnOfficer):
        authorization.check(office.now, at(gone, ONLINE, 99, "portal"))
    office.refused(GrantUnknown, GrantConfirmed(gone, pending), "sys")
    office.refused(ServiceUnknown, ServiceGranted(gone, "portal", "门户网站", ("read",)), "sec")
    office.refused(ServiceUnknown, ServiceEnded(gone, "portal"), "sec")


def test_ids_of_officers_and_accounts_are_distinct() -> None:
    """Every envelope distinguishes an officer, a service account and the program."""
    office = granted(founded(), "hand_in")
    office.refused(OfficerExists, ServiceGranted(DAY, "sys", "甲", ("read",)), "sec")
    office.refused(OfficerExists, ServiceGranted(DAY, "taizhang", "甲", ("read",)), "sec")
    office.refused(OfficerExists, OfficerAppointed(DAY, "portal"), "sys")


# --- recording ---

ALONE = {"received", "supplemented", "served", "fee_paid"}
"""Those of EVENTS that a program may record by itself."""
OF_ACT = {"handle": "li", "draft": "li"}
"""An officer with the act of an event."""


def outcome(
    office: Office,
    event: Event,
    on_behalf_of: str | None,
    actor: str = "gateway",
    found: Sequence[Irregularity] = (),
) -> str:
    entry = at(DAY, event, 99, actor, on_behalf_of)
    try:
        authorization.check(office.now, entry)
        authorization.check_found(office.now, entry, found)
    except Refusal as refusal:
        return refusal.code
    return "recorded"


@pytest.mark.parametrize("act", SERVICE_ACTS)
@pytest.mark.parametrize("event", EVENTS, ids=lambda each: str(type_of(each)))
def test_each_act_records_its_events_and_decisions_only_on_behalf_of_an_officer_with_the_power(
    act: ServiceAct, event: Event
) -> None:
    """Acts × events × on behalf of: nobody, an officer with the power, without, dismissed, unknown, a service account."""
    office = granted(granted(staffed(), act, service="gateway"), "handle", "draft", service="other")
    office.appoint("gone").empower("gone", "handler").record(OfficerDismissed(DAY, "gone"), "sys")
    type_ = str(type_of(event))
    mine = ACT_OF[type_] == act
    holder = OF_ACT.get(ACT_OF[type_], "li")
    handed_in = act == "hand_in" and type_ == "received"
    assert outcome(office, event, None) == (
        "handed_in_only" if handed_in else "no_power" if not mine
        else "recorded" if type_ in ALONE else "person_decides"
    )  # fmt: skip
    assert outcome(office, event, holder) == (
        "recorded" if mine else "handed_in_only" if handed_in else "no_power"
    )
    assert outcome(office, event, "shen") == ("handed_in_only" if handed_in else "no_power")
    for nobody in ("gone", "nobody", "other", "gateway", "county/wang"):
        assert outcome(office, event, nobody) == "not_an_officer", nobody


def test_some_acts_cannot_be_granted_to_it() -> None:
    """Review, approval, grants and sealed values: the event refuses these acts."""
    assert set(SERVICE_ACTS) == {"hand_in", "handle", "draft", "read", "count", "report", "prove"}


def test_it_records_no_answer_without_approval() -> None:
    """On behalf of the handler it records approved answers; it cannot bypass an approval."""
    office = granted(staffed(), "handle", service="gateway")
    missing = Irregularity("unapproved_answer", 99, {"on": "2026-03-02"}, "")
    for behalf in ("li", "zhao"):
        code = outcome(office, builders.answered("2026-03-02"), behalf, found=[missing])
        assert code == ("approval_missing" if behalf == "li" else "no_power")


def test_it_submits_only_online_requests() -> None:
    """No other channel, own number, part of another request, on behalf, or acknowledgement."""
    office = granted(staffed(), "hand_in")
    authorization.check(office.now, at(DAY, ONLINE, 1, "portal"))
    authorization.check_found(office.now, at(DAY, ONLINE, 1, "portal"), ())
    for channel in ("in_person", "post", "fax", "email"):
        assert outcome(office, replace(ONLINE, channel=channel), None, "portal") == "handed_in_only"
    assert outcome(office, replace(ONLINE, split_from="2026-0001"), None, "portal") == "handed_in_only"
    assert outcome(office, ONLINE, "li", "portal") == "handed_in_only"
    with pytest.raises(HandedInOnly):
        authorization.check(office.now, at(DAY, ONLINE, 1, "portal"), brought=True)
    with pytest.raises(HandedInOnly):
        authorization.check_act(office.now, at(DAY, ONLINE, 1, "portal"), Permissions(), brought=True)
    late = Irregularity("published_period", 1, {"on": "2026-03-02", "year": "2025", "position": "9"}, "")
    with pytest.raises(HandedInOnly):
        authorization.check_found(office.now, at(DAY, ONLINE, 1, "portal"), [late])


def test_only_a_person_acknowledges_irregularities() -> None:
    office = granted(staffed(), "handle", service="gateway")
    late = Irregularity("published_period", 1, {"on": "2026-03-02", "year": "2025", "position": "9"}, "")
    with pytest.raises(PersonDecides):
        authorization.check_found(office.now, at(DAY, ONLINE, 1, "gateway"), [late])
    authorization.check_found(office.now, at(DAY, ONLINE, 1, "gateway", "li"), [late])


def test_a_key_only_narrows_the_grant() -> None:
    """The acts of a key limit a service account within its grant, and add nothing."""
    office = granted(staffed(), "handle", service="gateway")
    entry = at(DAY, ONLINE, 1, "gateway")
    authorization.check(office.now, entry, permissions=Permissions(frozenset({"handle"})))
    for acts in ({"read"}, {"hand_in"}, set()):
        with pytest.raises(NoPower):
            authorization.check(office.now, entry, permissions=Permissions(frozenset(acts)))
