"""What the history of one request brings to light, gathered while it is followed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.entry import Event
from domain.law.irregularities import RULES, Irregularity, found
from domain.law.objections import Objection
from domain.law.questions import QUESTIONS, Question
from domain.law.refusals import Malformed, Refusal, UnknownCode
from domain.law.terms import TERMS, Terms
from domain.values import Reference


class Findings:
    """Irregularities, objections and questions of one request. Mutable, private to a replay.

    terms: of the law under which it was received. last_on: the day of the entry before.
    """

    def __init__(self, reference: str) -> None:
        self.reference = reference
        self.irregularities: list[Irregularity] = []
        self.objections: list[Objection] = []
        self.questions: list[Question] = []
        self.terms: Terms = TERMS[-1]
        self.last_on: date | None = None

    def find(self, code: str, version: int, **figures: object) -> None:
        """An irregularity, with the article of the law of receipt."""
        article = self.terms.article_for(RULES[code].article)
        self.irregularities.append(found(code, version, article=article, **figures))

    def ask(self, code: str, version: int, **figures: object) -> None:
        """A question, with the article of the law of receipt."""
        article = self.terms.article_for(QUESTIONS[code].article)
        self.questions.append(Question.of(code, version, article=article, **figures))

    def object_to(self, rule: type[Refusal], version: int, event: Event, **facts: object) -> None:
        """What is refused when it is recorded and never in a later replay."""
        described: dict[str, Any] = {
            "reference": self.reference,
            "event": event.title,
            "on": event.on,
            **facts,
        }
        self.objections.append(Objection(rule, version, described, self.terms.article_for(rule.article)))

    def refusal(
        self, rule: type[Refusal], version: int, event: Event, *, of_order: bool = True, **facts: object
    ) -> Refusal:
        """of_order: another order of the day's entries might help."""
        refusal = rule(version, reference=self.reference, event=event.title, on=event.on, **facts)
        if of_order and event.on == self.last_on:
            # Entries of one day lie in the order recorded, so a forgotten step cannot slip in before.
            refusal.hint = "如此事项确在同日其他登记之前，请先撤销在后的登记，再依次重新登记。"
        return refusal


def check_code(version: int, field: str, code: str, vocabulary: Mapping[str, object]) -> None:
    """Raises UnknownCode."""
    if code not in vocabulary:
        raise UnknownCode(version, field=field, allowed=named(vocabulary))


def named(vocabulary: Mapping[str, object]) -> str:
    """Codes, each with its word where it has one."""
    words = ((code, getattr(each, "label", "")) for code, each in vocabulary.items())
    return "、".join(f"{word}（{code}）" if word else code for code, word in words)


def check_reference(version: int, field: str, text: str | None) -> None:
    """Raises Malformed."""
    if text is not None:
        try:
            Reference.parse(text)
        except ValueError as wrong:
            raise Malformed(version, field=f"{field}：", problem=str(wrong)) from None
