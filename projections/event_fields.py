"""A stored event field by field, so that everything recorded can be read back. Sealed values are named, never shown."""

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
    told = in_clear(event)
    found = [
        (field.label, text_of(field, told[field.name]))
        for field in form_of(type_of(event)).fields
        if field.name in told
    ]
    replacement = getattr(event, "replacement", None)
    return (
        found + [(f"现为：{label}", text) for label, text in in_words(replacement)] if replacement else found
    )


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
