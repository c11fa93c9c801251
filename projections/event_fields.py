"""All fields of a stored event with labels. Sealed values are listed, but not shown."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.entry import Event, type_of
from projections.event_forms import Field, form_of

SEALED = "（封存）"
NOTHING = "（无）"


def in_clear(event: Event) -> dict[str, Any]:
    """As data, `type` first: sealed values are null, and so is what only an amendment's replacement seals."""
    found: dict[str, Any] = msgspec.to_builtins(event)
    for name in event.sealed:
        if name in found:
            found[name] = None
    replacement = getattr(event, "replacement", None)
    return found | ({"replacement": in_clear(replacement)} if replacement is not None else {})


def in_words(event: Event) -> list[tuple[str, str]]:
    """Each field that has a value, by its label; of an amendment those of what replaces the entry, too."""
    values = in_clear(event)
    found = [
        (field.label, text_of(field, values[field.name]))
        for field in form_of(type_of(event)).fields
        if field.name in values
    ]
    replacement = getattr(event, "replacement", None)
    return (
        found + [(f"现为：{label}", text) for label, text in in_words(replacement)] if replacement else found
    )


class Opened(msgspec.Struct, frozen=True):
    """A sealed value in clear. lines: label and words; one without a label of a text."""

    label: str
    lines: list[tuple[str, str]]


def opened(event: Event, name: str, text: bytes) -> Opened:
    """A sealed value of the event, or of what replaces its entry. text: its own JSON."""
    field = sealed_field(event, name)
    return Opened(sealed_label(event, name), _lines(field, msgspec.json.decode(text)))


def sealed_label(event: Event, name: str) -> str:
    """Whose value it is: the event's title and the field's label."""
    inner = _inner(event, name)
    title = form_of(type_of(inner)).title
    field = sealed_field(event, name)
    return f"{title if inner is event else f'更正：{title}'}·{field.label if field else name}"


def sealed_field(event: Event, name: str) -> Field | None:
    return next((each for each in form_of(type_of(_inner(event, name))).fields if each.name == name), None)


def _inner(event: Event, name: str) -> Event:
    """The event that has the field: an amendment's own is its reason, all others are of what replaces the entry."""
    replacement: Event | None = getattr(event, "replacement", None)
    return event if replacement is None or name in event.sealed else replacement


def _lines(field: Field | None, value: Any) -> list[tuple[str, str]]:
    """A group by its fields; the lines of groups in it each by its number."""
    if field is None or not isinstance(value, dict):
        return [("", str(value))]
    found: list[tuple[str, str]] = []
    for each in field.fields:
        inner = value.get(each.name)
        if each.kind == "groups":
            for number, line in enumerate(inner or (), 1):
                found += [
                    (f"{each.label}第{number}{each.line}·{label}", words)
                    for label, words in _lines(each, line)
                ]
        elif inner is not None:
            found.append((each.label, text_of(each, inner)))
    return found


def text_of(field: Field, value: Any) -> str:
    """A value of this field as an officer reads it, codes by their words."""
    if field.sealed:
        return SEALED
    if value is None:
        return NOTHING
    if field.kind == "groups":
        lines = (
            "，".join(text_of(inner, line[inner.name]) for inner in field.fields if inner.name in line)
            for line in value
        )
        return "；".join(lines)
    words = {choice.value: choice.words for choice in field.choices}
    if isinstance(value, bool):
        code = "true" if value else "false"
        return words.get(code, "是" if value else "否")
    values = value if isinstance(value, list | tuple) else [value]
    return "、".join(words.get(str(each), str(each)) for each in values)
