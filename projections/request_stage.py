"""The state of a request for the portal that submitted it: stage and dates, no names and no content."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.request.stages import Stage
from domain.request.state import DisclosureRequest


class RequestStage(msgspec.Struct, frozen=True):
    """due_on: null while no term runs. provisional: it rests on days off that are not published yet.

    respond_by, pay_by: until when the applicant is to supplement or to pay, while that is waited for.
    """

    reference: str
    stage: Stage
    annulled: bool
    received_on: date | None
    due_on: date | None
    provisional: bool
    respond_by: date | None
    pay_by: date | None
    closed_on: date | None


def request_stage(request: DisclosureRequest) -> RequestStage:
    received, deadline = request.received, request.deadline
    return RequestStage(
        reference=request.reference,
        stage=request.stage,
        annulled=request.annulled,
        received_on=received.on if received else None,
        due_on=deadline.due_on if deadline else None,
        provisional=deadline.provisional if deadline else False,
        respond_by=request.respond_by,
        pay_by=request.pay_by,
        closed_on=request.closing.on if request.closing else None,
    )
