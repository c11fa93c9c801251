"""The form of each event, derived from its struct; one description for pages and the command line.

A new event has a form without a line here: its fields, their kinds and choices come from the struct, its words from
`field_labels`. `form_labels` says it shorter, or says what an officer must know before typing.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec

from domain.authority.events import OF_AUTHORITY
from domain.entry import Event, type_of
from domain.report import events as report_events
from domain.request import events
from domain.request.parties import Applicant, Person
from domain.values import Count, Money
from projections.choice_labels import choices
from projections.form_labels import FORM_HINTS, HINTS, label
from projections.typed_days import iso_day

Kind = Literal[
    "date",
    "label",
    "suggested",
    "text",
    "number",
    "money",
    "yes_no",
    "choice",
    "select",
    "choices",
    "days",
    "group",
    "groups",
]


class Choice(typing.NamedTuple):
    """A value as it is recorded, and its words."""

    value: str
    words: str


class Field(msgspec.Struct, frozen=True):
    """One thing to fill in. sealed: kept closed, opened with a purpose. names: what of the request the field names,
    as `draft` or `appeal`; those there are, are its choices. fields: of a group, or of each line of groups; line: what
    such a line is counted as. kind "suggested": the choices are offered, others can be typed.
    """

    name: str
    label: str
    kind: Kind
    required: bool
    hint: str = ""
    sealed: bool = False
    choices: tuple[Choice, ...] = ()
    longest: int | None = None
    names: str = ""
    fields: tuple[Field, ...] = ()
    line: str = "部分"


class EventForm(msgspec.Struct, frozen=True):
    """type: as on the wire. article: of the Regulations unless it says otherwise. hint: what to know before."""

    type: str
    title: str
    article: str
    hint: str
    fields: tuple[Field, ...]

    def with_field(self, name: str, **changes: object) -> EventForm:
        """The form with one field changed; the same form if it has no such field."""
        fields = tuple(
            msgspec.structs.replace(each, **changes) if each.name == name else each for each in self.fields
        )
        return msgspec.structs.replace(self, fields=fields)


_NAMES = {
    ("answer_drafted", "draft"): "draft_to_redraft",
    ("extension_drafted", "draft"): "draft_to_redraft",
    ("consultation_opened", "consultation"): "",
    ("appealed", "appeal"): "",
    ("document_filed", "document"): "",
    ("consultation_closed", "consultation"): "open_consultation",
    ("draft_reviewed", "draft"): "draft_to_review",
    ("draft_approved", "draft"): "draft_to_approve",
    ("answered", "draft"): "approved_answer",
    ("extended", "draft"): "approved_extension",
    ("served", "paper"): "paper",
    ("appealed", "follows"): "appeal",
    ("appeal_decided", "appeal"): "appeal",
    ("correction_analysed", "appeal"): "decided_appeal",
    ("reopened", "appeal"): "decided_appeal",
    ("personal_data_erased", "requested"): "erasure",
    ("grant_confirmed", "version"): "pending_grant",
    ("second_factor_reset", "version"): "pending_reset",
}
"""Fields whose values refer to the history, which provides the choices."""

_AFTER = {("received", "subject"): "description"}
"""Where a field that was added later is placed in the form: after which field."""

_FOUND = frozenset({("document_filed", "media_type"), ("document_filed", "size_bytes")})
"""Fields that the program fills in itself."""

_BETWEEN_DAYS = re.compile(r"[\s、,，;；]+")
_RUN = re.compile(r"(.+?)[至到](.+)")
_LONGEST_RUN = 31

_LONGEST_TEXT = 20_000
_LONGEST_LINE = 200
"""Characters: a longer field gets a box of several lines."""


@cache
def event_form(kind: type[Event]) -> EventForm:
    """The form of one event, of a request, of the authority's own or of the annual report."""
    type_ = type_of(kind)
    return EventForm(
        type=type_,
        title=kind.title,
        article=kind.article,
        hint=FORM_HINTS.get(type_, ""),
        fields=tuple(_fields(kind, type_)),
    )


EVENT_TYPES: dict[str, type[Event]] = {
    type_of(kind): kind for kind in (*events.EVENTS, *OF_AUTHORITY, *report_events.REPORT_EVENTS)
}


def form_of(type_: str) -> EventForm:
    """By the event's tag. KeyError for another."""
    return event_form(EVENT_TYPES[type_])


# --- the event of a filled form ---


def typed(form: EventForm, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The content of a filled form, as an event's mapping to be decoded. What is empty is left out.

    given: values by the field's name; of a group `applicant.name`, of the lines of groups `parts.0.outcome`.
    """
    return {"type": form.type, **_typed(form.fields, given, "")}


def filled(form: EventForm, event: Mapping[str, Any]) -> dict[str, list[str]]:
    """The reverse: the content of the form of an event that is a mapping."""
    return dict(_filled(form.fields, event, ""))


def missing(form: EventForm, given: Mapping[str, Sequence[str]]) -> list[Field]:
    """Required fields with nothing in them, named as in `given`."""
    return list(_missing(form.fields, given, ""))


def _missing(fields: Sequence[Field], given: Mapping[str, Sequence[str]], within: str) -> Iterator[Field]:
    for each in fields:
        name = within + each.name
        if each.kind == "group":
            if each.required:
                yield from _missing(each.fields, given, f"{name}.")
        elif (
            each.required and each.kind != "groups" and not any(part.strip() for part in given.get(name, ()))
        ):
            yield msgspec.structs.replace(each, name=name)


def _typed(fields: Sequence[Field], given: Mapping[str, Sequence[str]], within: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in fields:
        name = within + each.name
        values = [
            value if each.kind == "text" else value.strip() for value in given.get(name, ()) if value.strip()
        ]
        if each.kind == "group":
            if inner := _typed(each.fields, given, f"{name}."):
                found[each.name] = inner
        elif each.kind == "groups":
            lines = [_typed(each.fields, given, f"{name}.{number}.") for number in _numbers(given, name)]
            if any(lines):
                found[each.name] = [line for line in lines if line]
        elif each.kind == "choices":
            if values:
                found[each.name] = values
        elif each.kind == "days":
            if days := [day for value in values for day in iso_days(value)]:
                found[each.name] = days
        elif values:
            found[each.name] = _value(each.kind, values[-1])
    return found


def _numbers(given: Mapping[str, Sequence[str]], name: str) -> list[int]:
    """Of the lines that a group has, by their order."""
    parts = (key.removeprefix(f"{name}.").split(".")[0] for key in given if key.startswith(f"{name}."))
    return sorted({int(part) for part in parts if part.isdecimal() and len(part) < 4})


def _value(kind: Kind, text: str) -> Any:
    """As the decoder expects it; what cannot be is handed on as it is, and refused there."""
    match kind:
        case "number":
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else text
        case "yes_no":
            return {"true": True, "false": False}.get(text, text)
        case "date":
            return iso_day(text)
        case "text":
            return text.replace("\r\n", "\n")
        case _:
            return text


def iso_days(text: str) -> list[str]:
    """Days in one line, each as `iso_day` reads it; those from one to another as all of them."""
    return [day for part in _BETWEEN_DAYS.split(text) if part for day in _run_of(part)]


def _run_of(text: str) -> list[str]:
    """Of “2027-01-01至2027-01-03”, or “2027年1月1日至3日”, three days; of anything else what it says."""
    match = _RUN.fullmatch(text)
    if match is None:
        return [iso_day(text)]
    try:
        first = date.fromisoformat(iso_day(match[1]))
        left_out = {0: "", 1: f"{first.year}年", 2: f"{first.year}年{first.month}月"}
        last = date.fromisoformat(iso_day(left_out[2 - len(re.findall(r"[年月./-]", match[2]))] + match[2]))
    except (ValueError, KeyError):
        return [text]
    days = (last - first).days
    return [str(first + timedelta(nth)) for nth in range(days + 1)] if 0 <= days < _LONGEST_RUN else [text]


def _filled(
    fields: Sequence[Field], event: Mapping[str, Any], within: str
) -> Iterator[tuple[str, list[str]]]:
    for each in fields:
        name, value = within + each.name, event.get(each.name)
        if value is None:
            continue
        match each.kind:
            case "group":
                yield from _filled(each.fields, value, f"{name}.")
            case "groups":
                for number, line in enumerate(value):
                    yield from _filled(each.fields, line, f"{name}.{number}.")
            case "choices":
                yield name, [str(part) for part in value]
            case "days":
                yield name, ["、".join(map(str, value))]
            case "yes_no":
                yield name, ["true" if value else "false"]
            case _:
                yield name, [str(value)]


# --- fields from annotations ---


def _fields(kind: type[msgspec.Struct], type_: str) -> Iterator[Field]:
    hints = typing.get_type_hints(kind, include_extras=True)
    required = {each.name for each in msgspec.structs.fields(kind) if each.required}
    for name in _in_order(kind, type_):
        if (found := _field(kind, type_, name, hints[name], name in required)) is not None:
            yield found


def _in_order(kind: type[msgspec.Struct], type_: str) -> list[str]:
    names = list(kind.__struct_fields__)
    for (of, name), before in _AFTER.items():
        if of == type_ and {name, before} <= set(names):
            names.remove(name)
            names.insert(names.index(before) + 1, name)
    return names


def _field(
    kind: type[msgspec.Struct], type_: str, name: str, annotation: Any, required: bool
) -> Field | None:
    sealed = name in getattr(kind, "sealed", ())
    wanted, inner, choosable = _kind(type_, name, annotation, sealed)
    if wanted is None:
        return None
    return Field(
        name=name,
        label=label(name, type_),
        kind=wanted,
        required=required,
        hint=HINTS.get(f"{type_}.{name}", HINTS.get(name, "")),
        sealed=sealed,
        choices=choosable,
        longest=_longest_of(wanted, annotation),
        names=_NAMES.get((type_, name), ""),
        fields=tuple(_fields(inner, type_)) if inner else (),
        line="人" if inner and issubclass(inner, Person) else "部分",
    )


_Read = tuple[Kind | None, type[msgspec.Struct] | None, tuple[Choice, ...]]


def _kind(type_: str, name: str, annotation: Any, sealed: bool) -> _Read:
    """Kind, struct of a group, choices. No kind: nobody types it."""
    if (type_, name) in _FOUND:
        return None, None, ()
    known = choices(type_, name)
    bare = _bare(annotation)
    if name == "applicant":
        return "group", Applicant, ()
    if sealed or isinstance(bare, typing.TypeVar):
        return ("text" if sealed and name != "content" else None), None, ()
    if bare is bool:
        return "yes_no", None, _choices(("true", "false"), known or {"true": "是", "false": "否"})
    if bare is date or bare in (Money, Count):
        return {date: "date", Money: "money", Count: "number"}[bare], None, ()  # type: ignore[return-value]
    inner = bare
    while get_origin(inner) is typing.Annotated:
        inner = get_args(inner)[0]
    if get_origin(inner) is tuple:
        member = get_args(inner)[0]
        if isinstance(member, type) and issubclass(member, msgspec.Struct):
            return "groups", member, ()
        if member is date:
            return "days", None, ()
        values = get_args(member) if get_origin(member) is Literal else tuple(known)
        return "choices", None, _choices(values, known)
    if get_origin(inner) is Literal:
        return "choice", None, _choices(get_args(inner), known)
    if inner is int:
        return "number", None, ()
    if inner is str:
        lines = "text" if (_longest(bare) or 0) > _LONGEST_LINE else "label"
        return ("choice" if known else lines), None, _choices(tuple(known), known)  # type: ignore[return-value]
    return None, None, ()


def _longest(bare: Any) -> int | None:
    """Characters that a text may have at most, if its type says so."""
    found = [each.max_length for each in getattr(bare, "__metadata__", ()) if isinstance(each, msgspec.Meta)]
    return next((each for each in found if each), None)


def _longest_of(wanted: Kind, annotation: Any) -> int | None:
    """Characters of what is typed; of a sealed text, which has one type as sent and one as stored, those of the first."""
    if wanted not in ("label", "text", "choice"):
        return None
    return _longest(_bare(annotation)) or (_LONGEST_TEXT if wanted == "text" else None)


def _bare(annotation: Any) -> Any:
    """Without `| None`."""
    if get_origin(annotation) in (types.UnionType, typing.Union):
        inner = [each for each in get_args(annotation) if each is not type(None)]
        return inner[0] if len(inner) == 1 else annotation
    return annotation


def _choices(values: Sequence[str], words: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, words.get(value, value)) for value in values)
