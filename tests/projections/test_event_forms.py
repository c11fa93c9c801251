"""The form of each event: every field with a Chinese label, read back without loss."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Any

import pytest

from adapters.register.recording.decoding import convert
from domain.entry import type_of
from domain.request.events import IMPORTED
from projections import form_labels
from projections.event_forms import EVENT_TYPES, Field, filled, form_of, iso_days, missing, typed

EXAMPLES: dict[str, dict[str, Any]] = {
    event["type"]: event
    for event in map(
        json.loads, resources.files("api.web").joinpath("examples.jsonl").read_text("utf-8").splitlines()
    )
}
TYPED_BY_NOBODY = {
    ("document_filed", "media_type"),
    ("document_filed", "size_bytes"),
    ("document_filed", "content"),
    ("entry_amended", "replacement"),
    ("own_entry_amended", "replacement"),
    ("report_submitted", "pinned"),
    ("report_published", "pinned"),
    ("report_entered", "tables"),
    ("figures_taken_over", "pinned"),
    ("assessment_concluded", "pinned"),
    *((type_of(kind), "provenance") for kind in IMPORTED),
}


def every_field(fields: Sequence[Field]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from every_field(each.fields)


@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_a_form_has_every_field_that_a_client_sends(type_: str) -> None:
    form, kind = form_of(type_), EVENT_TYPES[type_]
    typed = {name for name in kind.__struct_fields__ if (type_, name) not in TYPED_BY_NOBODY}
    assert {each.name for each in form.fields} == typed
    assert form.title == kind.title


@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_its_labels_are_chinese(type_: str) -> None:
    form = form_of(type_)
    words = [form.title, *(each.label for each in every_field(form.fields))]
    words += [choice.words for each in every_field(form.fields) for choice in each.choices]
    assert [word for word in words if not word or re.search("[A-Za-z_]", word)] == []


def test_choices_are_those_that_can_be_recorded() -> None:
    channel = next(each for each in form_of("received").fields if each.name == "channel")
    assert [choice.words for choice in channel.choices] == ["当面", "邮寄", "网络", "传真", "电子邮件"]
    causes = next(each for each in form_of("correction_analysed").fields if each.name == "causes")
    assert (causes.kind, len(causes.choices)) == ("choices", 7)
    lapsed = next(each for each in form_of("lapsed").fields if each.name == "cause")
    reopened = next(each for each in form_of("reopened").fields if each.name == "cause")
    assert {choice.value for choice in lapsed.choices} == {"supplement", "fee"}
    assert {choice.value for choice in reopened.choices} == {"appeal", "own_correction"}


@pytest.mark.parametrize("type_", EXAMPLES)
def test_a_filled_form_gives_back_the_fields_sent(type_: str) -> None:
    """An event is shown in its form, and the form gives the same event."""
    form, example = form_of(type_), EXAMPLES[type_]
    values = {name: value for name, value in example.items() if (type_, name) not in TYPED_BY_NOBODY}
    given = filled(form, values)
    assert typed(form, given) == values
    assert missing(form, given) == []
    if type_ not in ("document_filed", "entry_amended", "report_entered"):
        where = {"reference": "2020-0001"} if type_ != "received" else {}
        convert({"id": "1", **where, "event": typed(form, given)})


def test_a_range_of_days_includes_both_ends() -> None:
    """In the State Council's notation; an invalid range is left for the decoder to refuse."""
    three = ["2027-01-01", "2027-01-02", "2027-01-03"]
    for text in (
        "2027-01-01至2027-01-03",
        "2027年1月1日至3日",
        "2027年1月1日到1月3日",
        "2027.1.1、2027-01-02至01-03",
    ):
        assert iso_days(text) == three
    assert iso_days("2026-12-31至2027年1月1日") == ["2026-12-31", "2027-01-01"]
    for text in ("2027-01-03至2027-01-01", "2027-01-01至2028-01-01", "元旦至3日", "2027-02-28至30日"):
        assert iso_days(text) == [text]


def test_missing_fields_are_named() -> None:
    form = form_of("received")
    given = {"on": ["2020-03-02"], "channel": ["post"], "applicant.name": [" "], "description": ["x"]}
    names = [each.name for each in missing(form, given)]
    assert names == ["receipt_basis", "applicant_kind", "applicant.name", "delivery"]


def test_parts_of_an_answer_are_lines() -> None:
    given = {
        "parts.0.outcome": ["granted.provided"], "parts.0.legal_basis": ["第三十六条第二项"],
        "parts.1.outcome": [""], "parts.1.legal_basis": [""],
        "parts.2.outcome": ["unable.not_held"], "parts.2.legal_basis": ["第三十六条第四项"],
    }  # fmt: skip
    assert [part["outcome"] for part in typed(form_of("answered"), given)["parts"]] == [
        "granted.provided",
        "unable.not_held",
    ]


def test_a_new_event_gets_a_form_automatically() -> None:
    """Fields without a label have the one of the API description."""
    assert "media" not in str(form_labels.LABELS)
    tracking = next(each for each in form_of("served").fields if each.name == "signed_for_on")
    assert tracking.label == "签收日期"


@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_every_form_has_a_help_text(type_: str) -> None:
    """The handbook's words, in a sentence or two."""
    assert form_of(type_).hint.endswith("。")
