"""申请事项: what a request is about in a few clear words, which lists and letters show. It names nobody."""

from __future__ import annotations

import re
from typing import cast

from domain.entry import Event
from domain.law.refusals import Malformed
from domain.request import events
from domain.request.parties import Applicant, Person
from domain.values import legible

_SHORTEST = 2
"""Characters; a single one stands in many a word that is no name."""


def check_subject(told: Event) -> None:
    """Raises Malformed if the subject of a receipt holds a name, number or contact that the same receipt gives in clear.

    Asked when it is recorded. Organisations may ask about themselves: of them numbers and contacts alone count.
    """
    path, received = "event.subject", cast("Event | None", told)
    if isinstance(told, events.EntryAmended):
        path, received = "event.replacement.subject", told.replacement
    if not isinstance(received, events.Received) or received.subject is None:
        return
    applicant: Applicant | None = received.applicant
    if applicant is None:  # the one entered before is kept, and is sealed by now
        return
    named: list[Person] = [*applicant.agents]
    if received.applicant_kind == "natural_person":
        named += [applicant, *applicant.joint]
    words = [person.name for person in named]
    for person in applicant.people:
        words += [person.id_number or "", *re.split(r"[\s,，;；、]+", person.contacts or "")]
    subject = _run(received.subject)
    if any(len(word) >= _SHORTEST and word in subject for word in map(_run, words)):
        raise Malformed(
            field=f"{path}：", problem="不能写申请人、代理人的姓名、证件号码或联系方式：这一项不封存"
        )


def _run(text: str) -> str:
    """As it is read, without blanks between."""
    return "".join(legible(text).split())
