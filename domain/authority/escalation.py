"""How far up a duty is reported as its term runs out, by the policy `escalation` of the day."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from domain.authority.authority import Authority
from domain.law import terms


class Escalation(NamedTuple):
    """Working days left from which on each is reminded; None: never."""

    handler: int
    reviewer: int | None
    approver: int | None


_BY_VALUE = {
    "5_1_0": Escalation(5, 1, 0),
    "10_5_1": Escalation(10, 5, 1),
    "handler_only": Escalation(5, None, None),
}


def escalation_on(authority: Authority, on: date) -> Escalation:
    return _BY_VALUE[terms.policy_on(authority.policies, "escalation", on)]
