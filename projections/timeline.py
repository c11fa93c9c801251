"""A request step by step: who recorded what, when, by which article, and the state after each step.

Each step is judged by the law that was known when it was recorded; the last of them is shown beside the request as
it is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain.entry import Event, Recorded
from domain.law import outcomes
from domain.law.irregularities import added, titles
from domain.request import events
from domain.request.judging import replay
from domain.request.stages import Stage
from domain.request.state import DisclosureRequest
from projections import history as sentences
from projections.listing import STAGE_WORDS, TIMELINESS_WORDS
from projections.rejudgement import LawBook

NAMES = {
    "version": "登记条数",
    "stage": "状态",
    "received_on": "收到日期",
    "due_on": "期限",
    "original_due_on": "最初期限",
    "closed_on": "办结日期",
    "outcome": "结果",
    "timeliness": "是否按时",
    "served_on": "送达日期",
    "taken": "所用工作日",
    "unit": "承办单位",
    "irregularities": "与规定不符",
}


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state of a request: what a reader compares. irregularities: their codes. received_on: None once annulled."""

    version: int
    stage: Stage
    received_on: date | None = None
    due_on: date | None = None
    original_due_on: date | None = None
    closed_on: date | None = None
    outcome: str | None = None
    timeliness: str | None = None
    served_on: date | None = None
    taken: int | None = None
    unit: str | None = None
    irregularities: tuple[str, ...] = ()

    def word(self, field: str) -> str:
        """The field's value as text."""
        value = getattr(self, field)
        match field:
            case "stage":
                return STAGE_WORDS[self.stage]
            case "outcome":
                return outcomes.label(value) if value else "无"
            case "timeliness":
                return TIMELINESS_WORDS.get(value) or "无"
            case "irregularities":
                return titles(value) or "无"
        return "无" if value is None else str(value)


class TimelineStep(msgspec.Struct, frozen=True):
    """One entry and the state of the request after it. added: the irregularities that it brought, in words."""

    line: sentences.HistoryLine
    article: str
    stood: State
    added: tuple[str, ...] = ()


class Difference(msgspec.Struct, frozen=True):
    """A field that is not now what it was then, as both are read."""

    field: str
    name: str
    then: str
    now: str


class Replayed(msgspec.Struct, frozen=True):
    """Each entry with the state after it, judged as it was when recorded; then and now side by side."""

    reference: str
    steps: list[TimelineStep]
    then: State
    now: State
    differences: list[Difference]


def replayed(request: DisclosureRequest, known: Sequence[Recorded], book: LawBook) -> Replayed:
    """request: as it is now. known: its first entries, at least one."""
    found, now = steps(known, book), stood(request)
    then = found[-1].stood
    return Replayed(request.reference, found, then, now, differences(then, now))


def stood(request: DisclosureRequest) -> State:
    """closing's figures while closed; else those of the running term."""
    term, closing = request.deadline, request.closing
    return State(
        version=request.version,
        stage=request.stage,
        received_on=request.received.on if request.received else None,
        due_on=closing.due_on if closing else term.due_on if term else None,
        original_due_on=term.original_due_on if term else None,
        closed_on=closing.on if closing else None,
        outcome=closing.outcome if closing else None,
        timeliness=closing.timeliness if closing else None,
        served_on=closing.served_on if closing else None,
        taken=closing.taken if closing else None,
        unit=request.unit,
        irregularities=tuple(sorted({each.code for each in request.irregularities})),
    )


def steps(history: Sequence[Recorded], book: LawBook) -> list[TimelineStep]:
    """history: one request's entries in the order recorded. Raises the Refusal of an entry that cannot be."""
    found: list[TimelineStep] = []
    before: DisclosureRequest | None = None
    for number, (entry, line) in enumerate(zip(history, sentences.lines(history), strict=True), 1):
        request = replay(history[:number], book.law(book.known(entry.position, entry.recorded_on)))
        new = added(before.irregularities if before else (), request.irregularities)
        # Later amendments were not known then.
        known = tuple(each for each in line.amended_by if each <= number)
        line = msgspec.structs.replace(line, amended_by=known)  # noqa: PLW2901
        found.append(
            TimelineStep(
                line, article(entry.event, history), stood(request), tuple(each.text for each in new)
            )
        )
        before = request
    return found


def article(event: Event, history: Sequence[Recorded]) -> str:
    """On which the event rests: an answer on that of its outcome, an amendment on that of what it amends."""
    match event:
        case events.Answered():
            known = outcomes.OUTCOMES.get(event.outcome)
            return known.article if known else event.article
        case events.Lapsed():
            return "第三十条" if event.cause == "supplement" else "第四十二条"
        case events.EntryAmended():
            amended = next((each.event for each in history if each.originator_version == event.version), None)
            return "" if amended is None or isinstance(amended, events.EntryAmended) else article(amended, ())
    return event.article


def differences(then: State, now: State) -> list[Difference]:
    """Every field in which the request differs now."""
    return [
        Difference(field, name, then.word(field), now.word(field))
        for field, name in NAMES.items()
        if getattr(then, field) != getattr(now, field)
    ]
