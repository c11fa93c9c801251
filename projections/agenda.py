"""An officer's deadlines for an external calendar: references and days only."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import msgspec

from domain.authority.events import AUTHORITY_STREAM
from projections.digest import Digest
from projections.register import order
from projections.work_list import Duty

LONGEST = 500
"""Maximum entries of one calendar, the earliest first."""
WITHIN = 250
"""Working days ahead; more than any term."""

_KINDS = {
    "answer": ("答复期限", ("overdue", "redo_overdue", "redo", "due_soon", "provisional", "to_review", "to_approve", "returned", "answer_to_send", "extension_to_send")),
    "supplement": ("补正期限", ("awaiting_supplement", "supplement_over")),
    "payment": ("缴费期限", ("awaiting_payment", "fee_over")),
    "consultation": ("征求意见期限", ("consultation_over",)),
    "service": ("送达期限", ("unserved",)),
    "order": ("督办答复期限", ("order_waiting",)),
    "return": ("报送期限", ("return_to_prepare", "return_to_approve")),
}  # fmt: skip
_KIND_OF = {duty: kind for kind, (_, duties) in _KINDS.items() for duty in duties}
_SEVERAL = ("consultation", "order", "return")
"""Of which a request, or the office, may have more than one."""
REPORT = "report"


class Day(msgspec.Struct, frozen=True):
    """id: the same for as long as it is the same thing to do. source: the request it comes from, or the authority's
    stream, or REPORT."""

    id: str
    on: date
    words: str
    source: str


def agenda(digest: Digest) -> list[Day]:
    """What is the officer's own; what is reported to them is others'."""
    found: dict[str, Day] = {}
    for duty in digest.duties:
        if duty.due_on is not None and (kind := _KIND_OF.get(duty.duty)) is not None:
            day = _of_duty(duty, kind, duty.due_on)
            found.setdefault(day.id, day)
    for report in digest.reports:
        if report.due_on is not None:
            id_ = f"{REPORT}.{report.year}"
            found[id_] = Day(id_, report.due_on, f"{report.year}年度报告公布期限", REPORT)
    return sorted(found.values(), key=lambda day: (day.on, day.id))[:LONGEST]


def references(days: list[Day]) -> list[str]:
    """Of the requests among them."""
    return sorted({day.source for day in days if day.source not in (REPORT, AUTHORITY_STREAM)}, key=order)


def _of_duty(duty: Duty, kind: str, due_on: date) -> Day:
    # A digest of what distinguishes the entries; the id reveals neither day nor reference.
    part = f"{kind}.{sha256(duty.note.encode()).hexdigest()[:12]}" if kind in _SEVERAL else kind
    words = _KINDS[kind][0]
    if duty.reference != AUTHORITY_STREAM:
        words = f"{duty.reference} {words}"
    return Day(f"{duty.reference}.{part}", due_on, words, duty.reference)
