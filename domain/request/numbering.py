"""Reference numbers that an office brings along: one too many a digit must not use up the numbers of the year.

Judged when a receipt is recorded, by the last number of the year then: a later replay takes it from the envelope, since
it reads one request alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.entry import Recorded
from domain.law.irregularities import Irregularity, found
from domain.request.events import Received
from domain.request.refusals import ReferenceTooFar
from domain.values import Reference

FURTHEST = 1_000_000
"""No register of one authority and year holds as many: all authorities together receive about as many requests."""

FAR = 20_000
"""Numbers left out at once from which on it is more likely a slip than a register taken over."""

CODE = "reference_jump"


def is_jump(reference: Reference, last: int) -> bool:
    """Whether it lies far from the last number of the year. Raises ReferenceTooFar beyond what a register could hold."""
    if reference.number > FURTHEST:
        raise ReferenceTooFar(reference=reference, last=last, limit=FURTHEST)
    return reference.number > last + FAR


def jumped(history: Sequence[Recorded]) -> list[Irregularity]:
    """reference_jump of the receipt, as it was found and acknowledged when it was recorded."""
    first = history[0]
    if CODE not in first.acknowledged or not isinstance(first.event, Received):
        return []
    return [found(CODE, first.originator_version, on=first.event.on, limit=FAR)]
