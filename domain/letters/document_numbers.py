"""Document numbers (文号): how a series writes them, what a written one says, and which papers of a case bear one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import msgspec

from domain.authority.number_events import NumberedLetter, NumberGapExplained, NumberSeriesSet
from domain.entry import Event, Recorded
from domain.law import outcomes
from domain.law.legal_basis import articles_in
from domain.law.refusals import Malformed, UnknownCode
from domain.law.terms import in_force
from domain.request import events
from domain.request.amendment import amended
from domain.request.consultation import is_overruled
from domain.request.parties import UNSTATED
from domain.request.state import DisclosureRequest
from domain.values import plain

NUMBERED: dict[type[Event], NumberedLetter] = {
    events.Received: "receipt",
    events.SupplementRequired: "supplement_notice",
    events.ExplanationRequired: "explanation_request",
    events.Extended: "extension_notice",
    events.Deferred: "deferral_notice",
    events.ConsultationOpened: "consultation",
    events.ConsultationClosed: "disclosure_notice",
    events.FeeCharged: "fee_notice",
    events.Answered: "answer",
    events.Withdrawn: "withdrawal_confirmation",
    events.Lapsed: "lapse_notice",
}
"""Events that can have a document number, and the letter that bears it."""

_BRACKETS = {"tortoise_shell": "〔{}〕", "round": "（{}）", "square": "[{}]"}
_WRITTEN = re.compile(
    r"(?P<before>.*)\((?P<year>\d{4})\)第?0*(?P<serial>[1-9]\d{0,5})号(?P<after>.*)", re.DOTALL
)

State = Literal["given", "drafted", "withdrawn"]


class Place(NamedTuple):
    """What a written number says. form: the number without year and serial, by which those of one series are known."""

    form: str
    year: int
    serial: int


class Use(msgspec.Struct, frozen=True):
    """A document number on a paper of a request, of a draft of one, or on an entry that was corrected since.

    form, year, serial: None of a number of no known shape. letter: that bears it. version: of the last such entry.
    """

    stream: str
    plain: str
    document_no: str
    letter: str
    on: date
    version: int
    state: State
    form: str | None = None
    year: int | None = None
    serial: int | None = None


def place(document_no: str) -> Place | None:
    """None where it has not the shape of a number of a series."""
    found = _WRITTEN.fullmatch(plain(document_no))
    if found is None:
        return None
    return Place(f"{found['before']}()号{found['after']}", int(found["year"]), int(found["serial"]))


def written(rule: NumberSeriesSet, year: int, serial: int) -> str:
    dated = _BRACKETS[rule.brackets].format(year)
    before = f"{rule.prefix}{rule.type_word or ''}{dated}"
    return f"{before}{'第' if rule.ordinal else ''}{serial}号{rule.suffix or ''}"


def form(rule: NumberSeriesSet) -> str:
    """By which its numbers are known. Raises Malformed where they could not be read again."""
    found = place(written(rule, 2000, 1))
    if found is None or (found.year, found.serial) != (2000, 1):
        raise Malformed(field="event.suffix：", problem=f"“{written(rule, 2000, 1)}”中的年份和序号不能分辨")
    return found.form


def forms(entered: Iterable[NumberSeriesSet], series: str) -> frozenset[str]:
    """All that the series ever had: those of one series share its numbers whatever they look like."""
    return frozenset(form(each) for each in entered if each.series == series)


def rule_of(
    entered: Sequence[NumberSeriesSet], event: Event, request: DisclosureRequest | None = None
) -> NumberSeriesSet | None:
    """The series whose next number the paper of this event bears; None where the authority gives it none.

    request: before the event, None at its receipt.
    """
    letter = letter_of(event)
    if letter is None or getattr(event, "provenance", None) is not None:
        return None
    if isinstance(event, events.ConsultationClosed) and not _overrules(event, request):
        return None
    return rule_for(entered, letter, event.on, getattr(event, "outcome", ""))


def rule_for(
    entered: Sequence[NumberSeriesSet], letter: NumberedLetter, on: date, outcome: str = ""
) -> NumberSeriesSet | None:
    """The same of a letter on a day. One for the answer's outcome goes before one for all outcomes."""
    fitting = [each for each in entered if letter in each.letters]
    own = [each for each in fitting if each.outcomes and outcomes.is_among(outcome, each.outcomes)]
    return in_force(own, on) or in_force((each for each in fitting if not each.outcomes), on)


def _overrules(event: events.ConsultationClosed[Any], request: DisclosureRequest | None) -> bool:
    """Whether a third party is notified that its objection was overruled (Art. 32): other closings lead to no paper."""
    consultees = {each.consultation: each.consultee for each in request.consultations} if request else {}
    return is_overruled(consultees.get(event.consultation), event.reply) and event.reason is not None


def letter_of(event: Event) -> NumberedLetter | None:
    """The letter that bears the document number of the event, if there is one."""
    letter = NUMBERED.get(type(event))
    if letter == "answer" and is_correction(event):
        return "correction"
    return letter


def is_correction(event: Event) -> bool:
    """Whether an answer informs of a correction of personal information (Art. 41)."""
    if not getattr(event, "outcome", "").startswith("other."):
        return False
    return any(each.article == 41 for each in articles_in(getattr(event, "legal_basis", "")))


def year_of(rule: NumberSeriesSet, event: Event, request: DisclosureRequest | None) -> int:
    """The year that the number bears."""
    received = request.received if request else None
    return received.on.year if rule.year_of == "receipt" and received is not None else event.on.year


def shared(
    rule: NumberSeriesSet, of_series: Collection[str], year: int, history: Sequence[Recorded]
) -> str | None:
    """The number that a paper of the request has by an earlier one of the series and year; None where it is to have its own.

    of_series: see `forms`. Never one that the request has already.
    """
    if not rule.by_case:
        return None
    used = uses(history)
    serials = [
        each.serial
        for each in used
        if each.form in of_series and each.year == year and each.state != "withdrawn"
    ]
    number = written(rule, year, serials[0]) if serials and serials[0] is not None else None
    return number if number and plain(number) not in {each.plain for each in used} else None


def uses(history: Sequence[Recorded]) -> list[Use]:
    """Of one request: each number once, as the last entry has it. history: in the order recorded."""
    numbered = [
        (entry, event, number)
        for entry in history
        if (event := events.resulting(entry.event)) is not None
        and (number := _stated_number(event)) is not None
    ]
    if not numbered:
        return []
    in_force = {id(each.event) for each in amended(history) or ()}
    found: dict[str, Use] = {}
    for entry, event, number in numbered:
        given = type(event) in NUMBERED
        state: State = "withdrawn" if id(event) not in in_force else "given" if given else "drafted"
        key = plain(number)
        before = found.get(key)
        if before is not None and _ORDER.index(before.state) < _ORDER.index(state):
            continue
        version = getattr(entry.event, "version", entry.originator_version)
        found[key] = Use(
            entry.originator_id,
            key,
            number,
            letter_of(event) or "answer",
            event.on,
            version,
            state,
            *(place(number) or ()),
        )
    return list(found.values())


def is_numbered(event: Event) -> bool:
    """Whether an entry of a request may change what numbers it bears."""
    return type(event) is events.EntryAmended or _stated_number(event) is not None


_ORDER: tuple[State, ...] = ("given", "drafted", "withdrawn")

_WITH_NUMBER: frozenset[type[Event]] = frozenset((*NUMBERED, events.AnswerDrafted))


def _stated_number(event: Event) -> str | None:
    """The document number that an event states; None if it states none. An amendment states none itself."""
    number: Any = getattr(event, "document_no", None) if type(event) in _WITH_NUMBER else None
    return None if number == UNSTATED else number


def check_series(event: NumberSeriesSet) -> None:
    """Checked when it is recorded. Raises UnknownCode, Malformed."""
    if not {*event.outcomes} <= {*outcomes.OUTCOMES}:
        raise UnknownCode(field="event.outcomes", allowed="、".join(outcomes.OUTCOMES))
    form(event)


def check_gap(event: NumberGapExplained, entered: Sequence[NumberSeriesSet]) -> None:
    """Checked when it is recorded. Raises UnknownCode for a series that was never set, Malformed."""
    known = list(dict.fromkeys(each.series for each in entered))
    if event.series not in known:
        raise UnknownCode(field="event.series", allowed="、".join(known) or "无，先设定文号")
    if event.last_serial < event.first_serial:
        raise Malformed(field="event.last_serial：", problem=f"不小于首号{event.first_serial}")


class Gap(msgspec.Struct, frozen=True):
    """Numbers of a series and year that are on no paper. reasons: as they were explained; empty where not for all of them."""

    first_serial: int
    last_serial: int
    reasons: tuple[str, ...] = ()


def explained(
    gaps: Iterable[tuple[int, int]], explanations: Sequence[NumberGapExplained], series: str, year: int
) -> Iterator[Gap]:
    """Each gap cut where explanations begin and end, in order."""
    mine = [each for each in explanations if (each.series, each.year) == (series, year)]
    for first, last in gaps:
        cuts = {first, last + 1}
        for each in mine:
            cuts |= {cut for cut in (each.first_serial, each.last_serial + 1) if first < cut <= last}
        ordered = sorted(cuts)
        for start, end in pairwise(ordered):
            reasons = tuple(
                each.reason for each in mine if each.first_serial <= start and end - 1 <= each.last_serial
            )
            yield Gap(start, end - 1, reasons)
