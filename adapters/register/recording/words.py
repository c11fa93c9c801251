"""Replaces Chinese words by codes in a recording, so that files may use either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.register.recording.recording import Recording
from domain.law.irregularities import RULES
from projections.choice_labels import choices, code_named
from projections.event_forms import EVENT_TYPES, Field, event_form

_CHECKED_LATER = ("outcome", "disposition", "value", "letter")
_IRREGULARITIES = {code: rule.title for code, rule in RULES.items()}
_TITLES = {kind.title: type_ for type_, kind in EVENT_TYPES.items()}


def in_codes(recording: Any) -> Any:
    """The recording with Chinese words replaced by codes; unknown words are left as they are."""
    if not isinstance(recording, dict) or not isinstance(event := recording.get("event"), dict):
        return recording
    coded = {**recording, "event": event_in_codes(event)}
    if isinstance(known := recording.get("acknowledged"), list):
        coded["acknowledged"] = [
            code_named(_IRREGULARITIES, each) or each if isinstance(each, str) else each for each in known
        ]
    return coded


def is_in_codes(recording: Recording) -> bool:
    """Whether no field has a word where only judging, not decoding, checks for a code."""
    event: Any = recording.event
    event = getattr(event, "replacement", None) or event
    values = [getattr(event, name, None) for name in _CHECKED_LATER]
    values += [part.outcome for part in getattr(event, "parts", None) or ()]
    return all(each is None or each.isascii() for each in (*values, *recording.acknowledged))


def event_in_codes(event: Mapping[str, Any]) -> dict[str, Any]:
    """The same for an event, and for the replacement in an amendment."""
    type_ = event.get("type")
    type_ = _TITLES.get(type_, type_) if isinstance(type_, str) else type_
    if not isinstance(type_, str) or type_ not in EVENT_TYPES:
        return dict(event)
    coded = {**event, "type": type_, **_fields(type_, event_form(EVENT_TYPES[type_]).fields, event)}
    if isinstance(inner := event.get("replacement"), dict):
        coded["replacement"] = event_in_codes(inner)
    return coded


def _fields(type_: str, fields: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        value = values.get(field.name)
        if field.kind == "group" and isinstance(value, dict):
            found[field.name] = {**value, **_fields(type_, field.fields, value)}
        elif field.kind == "groups" and isinstance(value, list):
            found[field.name] = [
                {**line, **_fields(type_, field.fields, line)} if isinstance(line, dict) else line
                for line in value
            ]
        elif isinstance(value, str):
            found[field.name] = _code(type_, field, value)
        elif field.kind == "choices" and isinstance(value, list):
            found[field.name] = [
                _code(type_, field, each) if isinstance(each, str) else each for each in value
            ]
    return found


def _code(type_: str, field: Field, word: str) -> str | bool:
    words = choices(type_, field.name) or {choice.value: choice.words for choice in field.choices}
    code = code_named(words, word) if words and not field.sealed else None
    if code is None:
        return word
    return code == "true" if field.kind == "yes_no" and code in ("true", "false") else code
