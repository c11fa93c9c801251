"""Choosing the meaning of an earlier register's columns and words; the mapping is carried in the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from api.console.forms import Given, last
from api.web.imports import ImportedColumn
from projections.choice_labels import CHOICES
from projections.importing.columns import ColumnMapping, read_mapping, write_mapping
from projections.importing.headings import WORD_FIELDS, fields, known_field, title
from projections.importing.row import Row

MOST_WORDS = 50
"""Maximum unknown words on a page."""

DEFAULTS = ("channel", "applicant_kind", "delivery")
"""Fields that registers often omit since their value was always the same."""


class Column(NamedTuple):
    """A heading, its sheets and columns, and the field it is read as; empty if it is not read."""

    heading: str
    places: str
    field: str


class Word(NamedTuple):
    """An unknown word, its field, and the possible codes."""

    field: str
    text: str
    choices: Mapping[str, str]


def meanings() -> dict[str, str]:
    """The possible meanings of a column: fields and their names."""
    return {field: title(field) for field in fields()}


def choices(field: str) -> Mapping[str, str]:
    """Codes of a field's words, and how they read."""
    return CHOICES[WORD_FIELDS[field]]


def columns(found: Iterable[ImportedColumn]) -> list[Column]:
    """Each heading once, whichever sheets have it."""
    named = {words: field for field, words in meanings().items()}
    places: dict[str, list[str]] = {}
    meant: dict[str, str] = {}
    for each in found:
        places.setdefault(each.heading, []).append(f"{each.sheet} {each.column_letter}")
        meant[each.heading] = meant.get(each.heading) or named.get(each.meaning, "")
    return [Column(heading, "、".join(where), meant[heading]) for heading, where in places.items()]


def unknown(rows: Iterable[Row]) -> list[Word]:
    """The unknown words, each once."""
    found = dict.fromkeys((field, text) for row in rows for field, text in row.unknown)
    return [Word(field, text, choices(field)) for field, text in list(found)[:MOST_WORDS]]


def chosen(given: Given) -> str:
    """The mapping after the choices on the page; empty if the page showed none to choose from.

    Raises MappingFault.
    """
    numbers = sorted(int(found[1]) for name in given if (found := re.fullmatch(r"heading\.(\d{1,4})", name)))
    if not numbers:
        return ""
    base = last(given, "base")
    before = read_mapping(base) if base.strip() else ColumnMapping(columns={})
    typed = {last(given, f"heading.{number}"): last(given, f"as.{number}") for number in numbers}
    words = {field: dict(own) for field, own in before.words.items()}
    for field, text, code in _words(given):
        words.setdefault(field, {})[text] = code
    others = {field: code for field, code in before.defaults.items() if field not in DEFAULTS}
    mapping = msgspec.structs.replace(
        before,
        columns=dict(_columns(before, typed)),
        numbers="new" if last(given, "numbers") == "new" else "bring",
        subjects="none" if last(given, "subjects") == "none" else "description",
        defaults=others | {field: code for field in DEFAULTS if (code := last(given, f"default.{field}"))},
        words=words,
    )
    return write_mapping(mapping)


def _columns(before: ColumnMapping, typed: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The columns of each field, in their former order, so that unchanged choices give the same mapping. Columns named by
    a letter are kept."""
    for field in dict.fromkeys((*before.columns, *fields())):
        named = [each for each in before.columns.get(field, ()) if typed.get(each, field) == field]
        named += [heading for heading, meant in typed.items() if meant == field and heading not in named]
        if named:
            yield field, named


def _words(given: Given) -> Iterator[tuple[str, str, str]]:
    for name in given:
        if found := re.fullmatch(r"word\.(\d{1,4})\.code", name):
            field, text = (last(given, f"word.{found[1]}.{each}") for each in ("field", "text"))
            if field in WORD_FIELDS and text and (code := last(given, name)):
                yield field, text, code


def of_headings(headings: Sequence[str]) -> list[Column]:
    """The choices for a file whose headings are not enough."""
    return [Column(each, "", known_field(each) or "") for each in headings]
