"""How much one request can hold: its whole history is read at each step, and judged in the time that others wait.

Judged when recorded and never in a replay, so that an old log always reads. No case known comes near.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.entry import Event, Recorded
from domain.law.refusals import Refusal
from domain.request.events import Appealed, ConsultationOpened
from domain.request.state import DisclosureRequest

MOST_ENTRIES, MOST_NAMED = 300, 30
"""Entries of a request, corrections among them; and of these consultations, and appeals: each is weighed with each step."""


class RequestFull(Refusal):
    """A request has an upper bound of entries, of consultations and of appeals."""

    rule = f"一件申请至多{MOST_ENTRIES}条登记，其中征求意见、复议诉讼各至多{MOST_NAMED}项"
    text = "{reference}的{what}已有{limit}，不能再登记。确有需要的，请另行登记一件申请。"


def check_room(history: Sequence[Recorded], event: Event, after: DisclosureRequest) -> None:
    """Raises RequestFull. after: the request with the event."""
    counted = [(len(history) + 1, MOST_ENTRIES, "登记")]
    if isinstance(event, ConsultationOpened):
        counted.append((len(after.consultations), MOST_NAMED, "征求意见"))
    if isinstance(event, Appealed):
        counted.append((len(after.appeals), MOST_NAMED, "复议诉讼"))
    for count, limit, what in counted:
        if count > limit:
            raise RequestFull(len(history) + 1, reference=after.reference, what=what, limit=limit)
