"""What is odd and perhaps right in many requests, and a document number that was given out twice in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from domain.entry import Recorded
from domain.law.irregularities import Rule
from domain.law.questions import QUESTIONS
from domain.law.terms import Law
from domain.request.events import UNSTATED
from domain.request.judging import replay
from domain.values import plain


class Asked(msgspec.Struct, frozen=True):
    """A question of one request. version: its entry."""

    reference: str
    version: int
    code: str
    title: str
    article: str
    text: str


def questions(histories: Iterable[Sequence[Recorded]], law: Law) -> list[Asked]:
    """Those of each request in turn, and last those between them. histories: of each request, in the order recorded."""
    found: list[Asked] = []
    numbers: defaultdict[tuple[int, str], list[tuple[str, int, str]]] = defaultdict(list)
    for history in histories:
        request = replay(history, law)
        found += [
            _asked(request.reference, each.version, each.code, each.article, each.text)
            for each in request.questions
        ]
        for answer in request.answers:
            if answer.document_no == UNSTATED:
                continue
            key = answer.on.year, plain(answer.document_no)
            numbers[key].append((request.reference, answer.version, answer.document_no))
    for uses in numbers.values():
        for reference, version, document_no in uses:
            if others := "、".join(dict.fromkeys(other for other, *_ in uses if other != reference)):
                rule: Rule = QUESTIONS["document_no_twice"]
                text = f"{rule.text.format(document_no=document_no, others=others)}（{rule.article}）"
                found.append(_asked(reference, version, "document_no_twice", rule.article, text))
    return found


def _asked(reference: str, version: int, code: str, article: str, text: str) -> Asked:
    return Asked(reference, version, code, QUESTIONS[code].title, article, text)
