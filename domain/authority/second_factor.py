"""Who has to prove themselves with a second factor beside the password (GB/T 22239-2019, 8.1.4.1 d)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.authority.authority import Authority
from domain.authority.powers import ADMINISTRATORS, Act, Role
from domain.law import terms

_TRUSTED: frozenset[Role] = frozenset({*ADMINISTRATORS, "approver"})

NEEDS_FRESH_PROOF: frozenset[Act] = frozenset(
    {"read_personal", "prove", "grant", "confirm_grant", "request_erasure", "erase", "restore"}
)
"""What an officer who has a second factor may do for some time after a code alone."""


def is_required(authority: Authority, roles: Iterable[Role], on: date) -> bool:
    """By the policy `second_factor` in force on the day, for an officer with these roles."""
    match terms.policy_on(authority.policies, "second_factor", on):
        case "all":
            return True
        case "administrators_and_approvers":
            return not _TRUSTED.isdisjoint(roles)
    return False


def is_user_verified(authority: Authority, roles: Iterable[Role], on: date) -> bool:
    """By the policy `passkey_verification`: whether a passkey of an officer with these roles must know its user, by a PIN, a
    finger or the like, and not only that somebody is there.
    """
    everybody = terms.policy_on(authority.policies, "passkey_verification", on) == "of_everybody"
    return everybody or not ADMINISTRATORS.isdisjoint(roles)


def is_counted(authority: Authority, on: date) -> bool:
    """By the policy `provider_second_factor`: whether what an identity provider says it has asked for is a second factor."""
    return terms.policy_on(authority.policies, "provider_second_factor", on) == "counted"


def is_local_login_usual(authority: Authority, on: date) -> bool:
    """By the policy `local_login`: whether passwords are for everybody, and not for the administrators in an emergency alone."""
    return terms.policy_on(authority.policies, "local_login", on) == "for_everybody"
