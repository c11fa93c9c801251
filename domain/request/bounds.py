"""How much one request can hold: its whole history is read at each step, and judged in the time that others wait.

Judged when recorded and never in a replay, so that an old log always reads. No case known comes near.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.entry import Event, Recorded
from domain.law.refusals import Refusal
from domain.request.appeal_events import Appealed
from domain.request.events import ConsultationOpened
from domain.request.state import DisclosureRequest
from domain.values import reference_in

MOST_ENTRIES, MOST_NAMED = 300, 30
"""Entries of a request, corrections among them; and of these consultations, and appeals: each is weighed with each step."""


class RequestFull(Refusal):
    """A request has an upper bound of entries, of consultations and of appeals."""

    rule = f"一件申请至多{MOST_ENTRIES}条登记，其中征求意见、复议诉讼各至多{MOST_NAMED}项"
    text = "{reference}的{what}已有{limit}，不能再登记。确有需要的，请另行登记一件申请。"


def check_length(history: Sequence[Recorded]) -> None:
    """Raises RequestFull where one more entry is one too many: before any of it is judged."""
    if len(history) >= MOST_ENTRIES:
        reference = reference_in(history[0].originator_id)
        raise RequestFull(len(history) + 1, reference=reference, what="登记", limit=MOST_ENTRIES)


def check_named(event: Event, after: DisclosureRequest) -> None:
    """Raises RequestFull. after: the request with the event."""
    match event:
        case ConsultationOpened():
            count, what = len(after.consultations), "征求意见"
        case Appealed():
            count, what = len(after.appeals), "复议诉讼"
        case _:
            return
    if count > MOST_NAMED:
        raise RequestFull(after.version, reference=after.reference, what=what, limit=MOST_NAMED)
