"""Who needs a second factor, how it is reset, and which acts need a recent code.

GB/T 22239-2019, 8.1.4.1 d requires two kinds of proof; the reset by two persons is as for powers.
"""

from __future__ import annotations

from datetime import date

import pytest

from domain.authority import authorization, powers
from domain.authority.events import GrantConfirmed, PolicySet, SecondFactorReset, SecondFactorResetRequested
from domain.authority.powers import ROLES, Permissions
from domain.authority.refusals import (
    NoPower,
    OfficerUnknown,
    ProofStale,
    ResetNeedsSecondPerson,
    ResetUnknown,
)
from domain.authority.second_factor import (
    NEEDS_FRESH_PROOF,
    is_counted,
    is_local_login_usual,
    is_required,
    is_user_verified,
)
from domain.law.refusals import DatesReversed, UnknownCode
from tests import builders
from tests.domain.authority.test_powers import DAY, at, staffed

LATER = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("voluntary", set()),
        (
            "administrators_and_approvers",
            {"system_administrator", "security_administrator", "auditor", "approver"},
        ),
        ("all", set(ROLES)),
    ],
)
def test_the_policy_sets_who_needs_one(value: str, expected: set[str]) -> None:
    """From its day on; before it nobody does."""
    office = staffed().record(PolicySet(DAY, "second_factor", value, LATER), "sys")
    assert {role for role in ROLES if is_required(office.now, {role}, LATER)} == expected
    assert not any(is_required(office.now, {role}, DAY) for role in ROLES)
    assert value == "all" or not is_required(office.now, set(), LATER)


def test_the_policy_sets_who_needs_user_verification() -> None:
    """三员 always; everybody from the day of the policy."""
    office = staffed().record(PolicySet(DAY, "passkey_verification", "of_everybody", LATER), "sys")
    administrators = {"system_administrator", "security_administrator", "auditor"}
    assert {role for role in ROLES if is_user_verified(office.now, {role}, DAY)} == administrators
    assert {role for role in ROLES if is_user_verified(office.now, {role}, LATER)} == set(ROLES)


def test_policies_for_identity_providers() -> None:
    office = staffed()
    assert (is_counted(office.now, LATER), is_local_login_usual(office.now, LATER)) == (False, True)
    office.record(PolicySet(DAY, "provider_second_factor", "counted", LATER), "sys")
    office.record(PolicySet(DAY, "local_login", "for_administrators", LATER), "sys")
    assert (is_counted(office.now, DAY), is_local_login_usual(office.now, DAY)) == (False, True)
    assert (is_counted(office.now, LATER), is_local_login_usual(office.now, LATER)) == (True, False)


def test_other_values_are_refused() -> None:
    staffed().refused(UnknownCode, PolicySet(DAY, "second_factor", "none", DAY), "sys")


def test_two_administrators_reset_it() -> None:
    """The security administrator requests it, another confirms, once."""
    office = staffed().record(SecondFactorResetRequested(LATER, "li", "手机遗失"), "sec")
    version = office.now.version
    office.refused(DatesReversed, SecondFactorReset(DAY, version), "sys", on=LATER)
    office.refused(ResetUnknown, SecondFactorReset(LATER, version - 1), "sys")
    office.record(SecondFactorReset(LATER, version), "sys")
    reset = office.now.factor_reset(version)
    assert reset is not None
    assert (reset.officer, reset.confirmed_on) == ("li", LATER)
    office.refused(ResetUnknown, SecondFactorReset(LATER, version), "sys")


def test_neither_the_requester_nor_the_officer_concerned_confirms() -> None:
    office = staffed()
    office.refused(NoPower, SecondFactorResetRequested(DAY, "li", "手机遗失"), "sys")
    office.refused(OfficerUnknown, SecondFactorResetRequested(DAY, "nobody", "手机遗失"), "sec")
    office.record(SecondFactorResetRequested(DAY, "sys", "手机遗失"), "sec")
    of_the_other = office.now.version
    office.refused(ResetNeedsSecondPerson, SecondFactorReset(DAY, of_the_other), "sys")
    office.refused(ResetNeedsSecondPerson, SecondFactorReset(DAY, of_the_other), "sec")
    office.refused(NoPower, SecondFactorReset(DAY, of_the_other), "li")


def test_a_missing_recent_code_has_its_own_refusal() -> None:
    """It differs from a missing power, since the act is allowed once the code is given."""
    assert {
        "read_personal",
        "prove",
        "grant",
        "confirm_grant",
        "request_erasure",
        "erase",
        "restore",
    } == NEEDS_FRESH_PROOF
    office = staffed()
    entry = at(DAY, GrantConfirmed(DAY, office.grant("li", "statistician")), 99, "sys")
    stale = Permissions(frozenset(powers.ACTS) - NEEDS_FRESH_PROOF, unproven=NEEDS_FRESH_PROOF)
    with pytest.raises(ProofStale, match="确认授权"):
        authorization.check(office.now, entry, permissions=stale)
    authorization.check(office.now, entry)


def test_an_amendment_needs_a_recent_code_like_its_events() -> None:
    """For the amended entry, and for its replacement."""
    stale = Permissions(frozenset(powers.ACTS) - NEEDS_FRESH_PROOF, unproven=NEEDS_FRESH_PROOF)
    requested, other = builders.erasure_requested(str(DAY)), builders.served(str(DAY))
    for amended, replacement in ((requested, None), (requested, other), (other, requested)):
        entry = at(DAY, builders.amended(str(DAY), 3, replacement), 99, "li")
        with pytest.raises(ProofStale):
            authorization.check(staffed().now, entry, permissions=stale, amended=amended)
