"""What the history of a request adds up to."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.law.irregularities import Irregularity
from domain.law.objections import Objection
from domain.law.questions import Question
from domain.request import events
from domain.request.answer import Answer, Closing
from domain.request.appeal import Appeal
from domain.request.consultation import Consultation
from domain.request.deadline import Deadline
from domain.request.draft import Draft
from domain.request.paper import Paper
from domain.request.personal_data import Erasure
from domain.request.refusals import PersonalDataIsRestricted
from domain.request.stages import Stage
from domain.values import Sealed


class DisclosureRequest(msgspec.Struct, frozen=True):
    """The state of a request after its whole history as amended. version: entries read, amendments too."""

    reference: str
    version: int
    stage: Stage
    received: events.Received[Sealed, Sealed] | None
    deadline: Deadline | None
    closing: Closing | None = None
    answers: tuple[Answer, ...] = ()
    drafts: tuple[Draft, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    papers: tuple[Paper, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    irregularities: tuple[Irregularity, ...] = ()
    unit: str | None = None
    officer: str | None = None
    respond_by: date | None = None
    pay_by: date | None = None
    redo_by: date | None = None
    handed_over_on: date | None = None
    extended: bool = False
    supplemented: bool = False
    consulted: bool = False
    reopened: bool = False
    explanation_required: bool = False
    annulled: bool = False
    restricted: bool = False
    erasures: tuple[Erasure, ...] = ()
    objections: tuple[Objection, ...] = ()
    questions: tuple[Question, ...] = ()


class Admission(msgspec.Struct, frozen=True):
    """What one more event makes of a request, and the irregularities and questions it adds."""

    request: DisclosureRequest
    irregularities: tuple[Irregularity, ...]
    questions: tuple[Question, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Of the irregularities, each once, sorted: what is acknowledged and stored."""
        return tuple(sorted({each.code for each in self.irregularities}))


def check_shown(request: DisclosureRequest) -> None:
    """Raises PersonalDataIsRestricted unless what is kept of the request may be shown."""
    if request.restricted:
        raise PersonalDataIsRestricted(reference=request.reference)
