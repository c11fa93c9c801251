"""Initial values and choices of forms: today, usual terms, the request's drafts and appeals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

import msgspec

from adapters.register.recording.document_numbers import following
from adapters.views import View
from api.today import today
from domain.entry import Recorded, type_of
from domain.law.calendar import Calendar
from domain.law.legal_basis import offered
from domain.law.terms import terms_on
from domain.letters import wording
from domain.letters.document_numbers import NUMBERED, rule_for
from domain.request import events
from domain.request.draft import Draft
from domain.request.state import DisclosureRequest
from domain.values import Period
from projections.choice_labels import CHOICES
from projections.event_forms import Choice, EventForm, Field, filled, form_of
from projections.listing import Filter, Order
from projections.typed_days import iso_day

Given = dict[str, list[str]]

SUPPLEMENT, EXPLANATION = 10, 10
"""Usual working days where the law says "reasonable"."""
_MOST_WHOLES = 200
_LOOKED_BACK = 400
"""Entries among which the last document number is looked for."""


def article_of(outcome: str, received_on: date | None = None) -> str:
    """The article that an outcome rests on by the law of receipt, today's if none; empty where it has none of its
    own."""
    return offered(outcome, received_on or today()) or ""


# --- choices that the request itself has ---


def of_request(form: EventForm, request: DisclosureRequest, handlers: Sequence[Choice]) -> EventForm:
    """The form with what the request has as choices; optional fields that could name nothing are left out.

    handlers: the officers that it may be assigned to.
    """
    fields = []
    for each in form.fields:
        if (form.type, each.name) == ("assigned", "officer") and handlers:
            chosen = msgspec.structs.replace(each, kind="select", choices=tuple(handlers), hint="可以不选")
            fields.append(chosen)
            continue
        if each.names == "paper" and request.answers:
            served = _papers(request)
            each = msgspec.structs.replace(each, hint=f"不选的为{next(served).words}", choices=tuple(served))  # noqa: PLW2901
            fields.append(msgspec.structs.replace(each, kind="choice"))
            continue
        if each.name == "outcome":
            each = _without_twins(each)  # noqa: PLW2901
        if each.name == "parts":
            inner = tuple(_without_twins(one) if one.name == "outcome" else one for one in each.fields)
            each = msgspec.structs.replace(each, fields=inner)  # noqa: PLW2901
        if each.name == "legal_basis":
            each = msgspec.structs.replace(each, hint="不填的按所选的结果填写")  # noqa: PLW2901
        if not each.names or each.names == "draft_to_redraft":
            fields.append(each)
            continue
        found = tuple(_NAMED[each.names](request))
        if found:
            kind = "choice"
            fields.append(msgspec.structs.replace(each, choices=found, kind=kind))
        elif each.required:
            fields.append(each)
    return msgspec.structs.replace(form, fields=tuple(fields))


def _without_twins(field: Field) -> Field:
    """The outcomes without a coarser one of the same words as a finer: that one is for earlier registers, which know no
    more."""
    finer = {each.words: each.value for each in field.choices}
    kept = tuple(each for each in field.choices if not finer[each.words].startswith(f"{each.value}."))
    return msgspec.structs.replace(field, choices=kept)


async def with_number(form: EventForm, on: date, view: View, request: DisclosureRequest | None) -> EventForm:
    """The form with what it says of its document number: the next of the series, or that one must be typed."""
    kind = next((each for each in NUMBERED if type_of(each) == form.type), None)
    drafting = form.type == "answer_drafted"
    if kind is None and not drafting:
        return form
    letter = NUMBERED[kind] if kind else "answer"
    rule = rule_for(view.authority.number_series, letter, on)
    if rule is None and letter == "receipt":
        return msgspec.structs.replace(
            form, fields=tuple(each for each in form.fields if each.name != "document_no")
        )
    if rule is None:
        changes: dict[str, object] = {"required": True} if letter == "answer" and not drafting else {}
    elif drafting:
        changes = {"hint": "不填的，答复时顺编"}
    elif rule.by_case:
        changes = {"hint": "不填的，与本件已有的文书同一序号；尚无的顺编"}
    else:
        received = request.received if request else None
        year = received.on.year if rule.year_of == "receipt" and received else on.year
        changes = {"hint": f"不填的顺编，现为{await following(view, rule, year)}"}
    return form.with_field("document_no", **changes)


async def with_wholes(form: EventForm, view: View, received: Period, but: str = "") -> EventForm:
    """The form of a receipt with the requests that it may be split from: open ones received in the period, the last
    first; a closed one can be typed. but: the request itself."""
    rows, _ = await view.page(
        Filter(received_from=received.first, received_to=received.last),
        Order("received_on"),
        limit=_MOST_WHOLES,
        offset=0,
    )
    wholes = tuple(
        Choice(each.reference, f"{each.reference} {each.received_on}收到 {each.subject or ''}".rstrip())
        for each in rows
        if each.closed_on is None and each.split_from is None and each.reference != but
    )
    return form.with_field("split_from", kind="suggested", choices=wholes)


def _drafts(wanted: Callable[[Draft], bool]) -> Callable[[DisclosureRequest], Iterator[Choice]]:
    def found(request: DisclosureRequest) -> Iterator[Choice]:
        return (Choice(each.draft, each.draft) for each in request.drafts if wanted(each))

    return found


def _erasures(request: DisclosureRequest) -> Iterator[Choice]:
    for each in request.erasures:
        if each.erased_on is None:
            what = CHOICES["erasure_requested.scope"][each.scope]
            words = f"第{each.version}条，{each.asked_on}提请，{each.appraisal_no}：{what}"
            yield Choice(str(each.version), words)


def _papers(request: DisclosureRequest) -> Iterator[Choice]:
    """The answers, then the other papers, the last first."""
    answers = [(each.version, "answered", each.on, each.document_no) for each in request.answers]
    others = [(each.version, each.type, each.on, "") for each in request.papers]
    for version, type_, on, number in (*reversed(answers), *reversed(others)):
        name = next(wording.load(letter).name for kind, letter in NUMBERED.items() if type_of(kind) == type_)
        yield Choice(str(version), f"{name}（{on}{f'，{number}' if number else ''}）")


_NAMED: dict[str, Callable[[DisclosureRequest], Iterable[Choice]]] = {
    "draft_to_review": _drafts(lambda draft: draft.stage == "drafted"),
    "draft_to_approve": _drafts(lambda draft: draft.stage in ("drafted", "reviewed")),
    "approved_answer": _drafts(lambda draft: draft.stage == "approved" and draft.kind == "answer"),
    "approved_extension": _drafts(lambda draft: draft.stage == "approved" and draft.kind == "extension"),
    "open_consultation": lambda request: (
        Choice(each.consultation, each.consultation)
        for each in request.consultations
        if each.closed_on is None
    ),
    "appeal": lambda request: (Choice(each.appeal, each.appeal) for each in request.appeals),
    "decided_appeal": lambda request: (
        Choice(each.appeal, each.appeal) for each in request.appeals if each.decisions
    ),
    "erasure": _erasures,
    "paper": _papers,
    "pending_grant": lambda _: (),
    "pending_reset": lambda _: (),
}


# --- values to begin with ---


async def to_begin_with(form: EventForm, on: date, view: View, request: DisclosureRequest | None) -> Given:
    """The initial values of a form."""
    given: Given = {"on": [on.isoformat()]}
    if request is not None:
        for each in form.fields:
            if each.names and len(each.choices) == 1 and each.required:
                given[each.name] = [each.choices[0].value]
        given |= _of_type(form.type, on, view.law.calendar, request)
    if (
        form.type in ("answer_drafted", "answered")
        and "document_no" not in given
        and rule_for(view.authority.number_series, "answer", on) is None
        and (number := await _next_number(view, on))
    ):
        given["document_no"] = [number]
    return {name: values for name, values in given.items() if values and values[0]}


def _of_type(type_: str, on: date, calendar: Calendar, request: DisclosureRequest) -> Given:
    def after(workdays: int) -> list[str]:
        return [calendar.after(on, workdays).isoformat()]

    match type_:
        case "assigned":
            return {"unit": [request.unit or ""]}
        case "supplement_required":
            return {"respond_by": after(SUPPLEMENT)}
        case "explanation_required":
            return {"respond_by": after(EXPLANATION)}
        case "consultation_opened":
            number = len(request.consultations) + 1
            return {
                "consultation": [f"征求意见{number}"],
                "respond_by": after(15),
                "delivered_on": [on.isoformat()],
            }
        case "fee_charged":
            return {"pay_by": after(20)}
        case "extension_drafted":
            return {"draft": ["延期"], "workdays": ["20"]}
        case "extended":
            return _extension(request, on)
        case "answer_drafted":
            return _redraft(request)
        case "answered":
            return _answer(request)
        case "served":
            method = {"paper": "china_post", "electronic": "electronic", "in_person": "in_person"}
            delivery = request.received.delivery if request.received else ""
            last = "" if request.answers else next((each.value for each in _papers(request)), "")
            return {"method": [method.get(delivery, "")], "paper": [last]}
        case "withdrawn":
            return {"reason": ["by_applicant"]}
        case "lapsed":
            return {"cause": ["fee" if request.stage == "awaiting_payment" else "supplement"]}
        case "appealed":
            return {
                "appeal": [f"复议{len(request.appeals) + 1}"],
                "ground": ["answer" if request.answers else "no_answer"],
            }
        case "appeal_decided":
            return {"instance": ["first"]}
        case "reopened":
            return _reopening(request, calendar, on)
        case "personal_data_restricted" | "erasure_requested":
            return {"basis": ["个人信息保护法第四十七条"]}
        case _:
            return {}


def _reopening(request: DisclosureRequest, calendar: Calendar, on: date) -> Given:
    """By the last appeal that was decided; where the decision sets no day the term of Art. 33 begins again."""
    decided = [each.appeal for each in request.appeals if each.decisions]
    cause = {"cause": ["appeal"], "appeal": decided[-1:]} if decided else {"cause": ["own_correction"]}
    return {**cause, "redo_by": [calendar.after(on, terms_on(on).answer).isoformat()]}


def _extension(request: DisclosureRequest, on: date) -> Given:
    approved = [each for each in request.drafts if each.stage == "approved" and each.kind == "extension"]
    given: Given = {"workdays": ["20"], "notified_on": [on.isoformat()]}
    if approved:
        given |= {"workdays": [str(approved[-1].workdays)], "draft": [approved[-1].draft]}
    return given


def _redraft(request: DisclosureRequest) -> Given:
    returned = [each for each in request.drafts if each.stage == "returned" and each.kind == "answer"]
    if not returned:
        taken = {each.draft for each in request.drafts}
        names = (f"答复稿{number or ''}" for number in (0, *range(2, 100)))
        return {"draft": [next(name for name in names if name not in taken)]}
    return {"draft": [returned[-1].draft], **_of_draft(returned[-1])}


def _answer(request: DisclosureRequest) -> Given:
    approved = [each for each in request.drafts if each.stage == "approved" and each.kind == "answer"]
    return {"draft": [approved[-1].draft], **_of_draft(approved[-1])} if approved else {}


def _of_draft(draft: Draft) -> Given:
    values = {"outcome": draft.outcome, "legal_basis": draft.legal_basis, "document_no": draft.document_no}
    given = {name: [value] for name, value in values.items() if value}
    if draft.parts:
        parts = msgspec.to_builtins(draft.parts)
        given |= filled(form_of("answered"), {"parts": parts})
    return given


_NUMBER = re.compile(r"^(?P<before>.*〔(?P<year>\d{4})〕)(?P<number>\d{1,6})(?P<after>号.*)$")


async def _next_number(view: View, on: date) -> str:
    """The document number after the last one given out this year, if numbers have that form."""
    entries = await view.entries(max(0, view.position - _LOOKED_BACK), _LOOKED_BACK)
    return next_number(entries, on.year)


def next_number(entries: Sequence[Recorded], year: int) -> str:
    """The number after the largest one of the series used last, for a year; empty if no entry has a number."""
    numbers = [
        found
        for entry in entries
        if isinstance(entry.event, events.Answered | events.AnswerDrafted) and entry.event.document_no
        if (found := _NUMBER.match(entry.event.document_no)) is not None
    ]
    if not numbers:
        return ""
    series = numbers[-1]
    before = series["before"].replace(f"〔{series['year']}〕", f"〔{year}〕")
    used = [int(each["number"]) for each in numbers if each["before"] == before]
    return f"{before}{max(used, default=0) + 1}{series['after']}"


# --- for the templates ---


class Chosen:
    """Values that the macros of a form look up: weekdays, articles, lines of groups."""

    MOST_LINES = 4

    def __init__(self, received_on: date | None = None) -> None:
        self._received_on = received_on

    def article_of(self, outcome: str) -> str:
        return article_of(outcome, self._received_on)

    @staticmethod
    def weekday_of(text: str) -> str:
        try:
            return f"周{'一二三四五六日'[date.fromisoformat(iso_day(text)).weekday()]}"
        except ValueError:
            return ""

    @staticmethod
    def has_lines(given: Given, name: str) -> bool:
        return any(key.startswith(f"{name}.") and any(values) for key, values in given.items())

    @classmethod
    def numbers(cls, given: Given, name: str) -> list[int]:
        lines = (re.match(rf"{re.escape(name)}\.(\d{{1,3}})\.", key) for key in given)
        used = {int(line[1]) for line in lines if line}
        return sorted({*range(cls.MOST_LINES), *used})[:50]


def in_words(fields: Sequence[Field], given: Given, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Name, label and words of what was filled in, for checking."""
    for each in fields:
        name = prefix + each.name
        if each.kind == "group":
            yield from in_words(each.fields, given, f"{name}.")
        elif each.kind == "groups":
            for number in Chosen.numbers(given, name):
                for inner, label, said in in_words(each.fields, given, f"{name}.{number}."):
                    yield inner, f"{each.label}第{number + 1}{each.line}·{label}", said
        elif values := [value.strip() for value in given.get(name, ()) if value.strip()]:
            words = {choice.value: choice.words for choice in each.choices}
            shown = "、".join(words.get(value, value) for value in values)
            if each.kind == "date":
                shown = f"{iso_day(shown)} {Chosen.weekday_of(shown)}"
            yield name, each.label, shown
