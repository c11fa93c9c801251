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
"""Characters of a name: a single one occurs in many other words."""


def check_subject(event: Event) -> None:
    """Raises Malformed if the subject of a receipt holds a name, number or contact that the same receipt gives in clear.

    Checked when it is recorded. An organisation may ask about itself: of its data only numbers and contacts are refused.
    """
    path, received = "event.subject", cast("Event | None", event)
    if isinstance(event, events.EntryAmended):
        path, received = "event.replacement.subject", event.replacement
    if not isinstance(received, events.Received) or received.subject is None:
        return
    applicant: Applicant | None = received.applicant
    if applicant is None:  # the one entered before is kept, and is sealed by now
        return
    if is_personal(received.subject, applicant, received.applicant_kind):
        raise Malformed(
            field=f"{path}：", problem="不能写申请人、代理人的姓名、证件号码或联系方式：这一项不封存"
        )


def is_personal(subject: str, applicant: Applicant, kind: str) -> bool:
    """Whether it holds a name, number or contact of who applies. kind: of the applicant, whose name an organisation's is not."""
    named: list[Person] = [*applicant.agents]
    if kind == "natural_person":
        named += [applicant, *applicant.joint]
    words = [person.name for person in named]
    for person in applicant.people:
        words += [person.id_number or "", *re.split(r"[\s,，;；、]+", person.contacts or "")]
    shown = _without_blanks(subject)
    return any(len(word) >= _SHORTEST and word in shown for word in map(_without_blanks, words))


_ASKED = re.compile(
    r"(?:本人|本单位|我单位|我公司|我们|我|现|特|拟|依法|(?:依据|根据|按照)[^，,]*[，,])*"
    r"(?:请求|申请|要求|请)(?:依法|贵\w{1,6}?|你\w{1,3}?|向本人|向我)*(?:公开|提供|获取|查询|查阅|复制)[:：]?"
)
_ENDS = re.compile(r"[。；;！？!?\r\n]")
_NUMBER = re.compile(r"[0-9Xx]{6,}|\S@\S")
"""As ids, telephones and addresses of mail have them."""
_LONGEST_OFFERED = 40


def subject_of(description: str) -> str | None:
    """Offered as the subject: the first sentence of what is asked for, without the words of asking. None where that is too
    long for a list, or holds a number that may be a person's. An officer looks whether it names somebody.
    """
    sentence = _ENDS.split(description.strip(), maxsplit=1)[0]
    lead = _ASKED.match(sentence)
    matter = sentence[lead.end() if lead else 0 :].strip(' ，,、:：“”"')
    fits = _SHORTEST <= len(matter) <= _LONGEST_OFFERED
    return matter if fits and matter.isprintable() and not _NUMBER.search(legible(matter)) else None


def _without_blanks(text: str) -> str:
    """The text as it is read, without blanks."""
    return "".join(legible(text).split())
