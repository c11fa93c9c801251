"""The reply to a recording."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from adapters.register.recording.recording import Reply
from adapters.register.recording.unit_of_work import UnitOfWork
from adapters.vault.erasure import FINAL
from domain.authority import authorization
from domain.authority.powers import Permissions
from domain.entry import Recorded
from domain.law.questions import Question
from domain.request.events import resulting
from domain.request.file_events import PersonalDataErased
from domain.request.judging import possible_next
from domain.request.state import DisclosureRequest
from domain.values import reference_in


def reply_of(
    work: UnitOfWork,
    entry: Recorded,
    permissions: Permissions,
    request: DisclosureRequest | None = None,
    questions: Sequence[Question] = (),
) -> Reply:
    """request: after the entry; None if the entry is not of a request."""
    reply = Reply(
        id=str(entry.command_id),
        reference=reference_in(entry.originator_id) if request else None,
        version=entry.originator_version,
        position=entry.position,
        irregularities=entry.acknowledged,
        leaf=work.leaf_of(str(entry.command_id)),
        note=FINAL if isinstance(entry.event, PersonalDataErased) else UNSET,
        questions=tuple(sorted({each.code for each in questions})) or UNSET,
    )
    if request is None:
        return reply
    deadline, now = request.deadline, msgspec.structs.replace(entry, recorded_at=work.now)
    authority, _ = work.registered
    return msgspec.structs.replace(
        reply,
        stage=request.stage,
        due_on=deadline.due_on if deadline else None,
        provisional=deadline.provisional if deadline else False,
        possible=authorization.recordable(authority, now, permissions, possible_next(request)),
        document_no=getattr(resulting(entry.event), "document_no", None) or UNSET,
    )
