"""Questions about several requests: possible mistakes, and a document number used twice in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from domain.entry import Recorded
from domain.law.questions import QUESTIONS, Question
from domain.law.terms import Law
from domain.letters import document_numbers
from domain.request.judging import replay
from domain.request.state import DisclosureRequest


class ListedQuestion(msgspec.Struct, frozen=True):
    """A question of one request. version: its entry."""

    reference: str
    version: int
    code: str
    title: str
    article: str
    text: str


HEADINGS = ("登记号", "条次", "名称", "说明")


def cells(question: ListedQuestion) -> tuple[object, ...]:
    """One line of a list, under HEADINGS."""
    return question.reference, question.version, question.title, question.text


class Alike(NamedTuple):
    """A request and others of its applicant, received on the same day or else about the same subject.

    first: some of the others; others: how many there are.
    """

    reference: str
    first: Sequence[str]
    others: int
    same_day: bool


def questions(
    histories: Iterable[Sequence[Recorded]], law: Law, alike: Iterable[Alike] = ()
) -> list[ListedQuestion]:
    """Those of each request in turn, and last those between them. histories: of each request, in the order recorded."""
    found: list[ListedQuestion] = []
    numbers: defaultdict[tuple[int, str], list[tuple[str, int, str]]] = defaultdict(list)
    requests: dict[str, DisclosureRequest] = {}
    for history in histories:
        request = replay(history, law)
        requests[request.reference] = request
        for use in document_numbers.uses(history):
            if use.state == "given":
                numbers[use.on.year, use.plain].append((request.reference, use.version, use.document_no))
    for request in requests.values():
        found += [_asked(request.reference, each) for each in request.questions]
        for answer in request.answers:
            if (earlier := requests.get(answer.earlier_reference or "")) is not None:
                found += [
                    _asked(request.reference, each) for each in unanswered(answer.version, answer.on, earlier)
                ]
    for uses in numbers.values():
        for reference, version, document_no in uses:
            others = [other for other, *_ in uses if other != reference]
            found += [_asked(reference, each) for each in number_twice(version, document_no, others)]
    for each in alike:
        one = requests.get(each.reference)
        first = [other for other in each.first if not are_parts(one, requests.get(other))]
        left = each._replace(first=first, others=each.others - len(each.first) + len(first))
        if left.first:
            found.append(_asked(each.reference, duplicate(left)))
    return found


def number_twice(version: int, document_no: str, others: Iterable[str]) -> list[Question]:
    """Of a paper whose document number other requests bear too."""
    named = "、".join(dict.fromkeys(others))
    return [Question.of("document_no_twice", version, document_no=document_no, others=named)] if named else []


def unanswered(version: int, on: date, earlier: DisclosureRequest) -> list[Question]:
    """Of an answer that refers to an earlier request: a repeated one is one that was answered before."""
    if any(answer.on <= on for answer in earlier.answers):
        return []
    return [Question.of("earlier_not_answered", version, earlier=earlier.reference, on=on)]


def are_parts(one: DisclosureRequest | None, other: DisclosureRequest | None) -> bool:
    """Whether both are of one application that was split: they have its applicant and its day, and are no doubles."""
    if one is None or other is None or one.received is None or other.received is None:
        return False
    wholes = {each.received.split_from or each.reference for each in (one, other) if each.received}
    return len(wholes) == 1


def duplicate(alike: Alike) -> Question:
    """Of a receipt that may be that of another request of the applicant: one question, however many there are."""
    named = "、".join(alike.first)
    return Question.of(
        "possible_duplicate",
        1,
        others=named if alike.others == len(alike.first) else f"{named}等{alike.others}件",
        alike="同日收到" if alike.same_day else "申请事项相同",
    )


def _asked(reference: str, each: Question) -> ListedQuestion:
    return ListedQuestion(
        reference, each.version, each.code, QUESTIONS[each.code].title, each.article, each.text
    )
