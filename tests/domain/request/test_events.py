"""The forms of events, sent and stored: public data and old logs depend on them.

`golden_events.jsonl` is written by hand from contract.md, "Recording": `type` first, then the fields in the order of the
struct, absent optionals left out. Its bytes are those of every log since the first release.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.entry import type_of
from domain.law.refusals import UnknownCode
from domain.request import events
from domain.request.events import EVENTS, EventBody, Stored
from domain.request.file_events import DocumentFiled
from domain.values import Reference, Sealed
from tests.builders import given, received

GOLDEN = Path(__file__).with_name("golden_events.jsonl").read_text("utf-8").splitlines()
SEALED = {"id": "0" * 32, "commitment": "0" * 64}

# The required fields of each, beside `type` and `on`.
# fmt: off
LEAST: dict[str, dict[str, Any]] = {
    "received": {"channel": "in_person", "receipt_basis": "handed_in", "applicant_kind": "natural_person",
                 "applicant": {"name": "某人"}, "description": "一份文件", "delivery": "paper"},
    "assigned": {"unit": "办公室"},
    "supplement_required": {"respond_by": "2020-03-20", "matters": "文件名称"},
    "supplemented": {"description": "一份文件"},
    "extension_drafted": {"draft": "稿一", "workdays": 20, "reason": "需要检索"},
    "extended": {"workdays": 20, "approved_by": "负责人", "reason": "需要检索"},
    "consultation_opened": {"consultation": "甲", "consultee": "third_party", "respond_by": "2020-03-20"},
    "consultation_closed": {"consultation": "甲", "reply": "silent"},
    "explanation_required": {"respond_by": "2020-03-20"},
    "explained": {"accepted": True},
    "deferred": {"until": "2020-05-29", "reason": "数量很大"},
    "fee_charged": {"basis": "items", "quantity": 11, "amount_yuan": "100", "pay_by": "2020-03-31"},
    "fee_paid": {"amount_yuan": "100"},
    "answer_drafted": {"draft": "稿一", "outcome": "granted", "legal_basis": "第三十六条"},
    "draft_reviewed": {"draft": "稿一", "passed": True},
    "draft_approved": {"draft": "稿一", "passed": False},
    "answered": {"outcome": "granted", "legal_basis": "第三十六条"},
    "served": {"method": "in_person"},
    "withdrawn": {"reason": "by_applicant"},
    "lapsed": {"cause": "fee"},
    "appealed": {"appeal": "甲", "route": "litigation_direct", "ground": "other", "tribunal": "某法院", "case_no": "1号"},
    "appeal_decided": {"appeal": "甲", "instance": "retrial", "disposition": "upheld"},
    "correction_analysed": {"appeal": "甲", "causes": ["procedure"], "measures": "培训"},
    "reopened": {"cause": "own_correction", "redo_by": "2020-06-30"},
    "archived": {"archive_no": "1", "retention": "30y"},
    "handed_over": {"archives": "某区档案馆"},
    "erasure_requested": {"scope": "applicant", "basis": "保管期限届满", "appraisal_no": "1号"},
    "personal_data_erased": {"requested": 2},
    "personal_data_restricted": {"basis": "申请人要求"},
    "restriction_lifted": {"basis": "诉讼需要"},
    "entry_amended": {"version": 1, "reason": "笔误"},
}
# Sent as bytes with their metadata, never as an event; here as stored.
FILED: dict[str, dict[str, Any]] = {
    "document_filed": {"document": "申请表", "kind": "application", "media_type": "application/pdf", "size_bytes": 1048576, "content": SEALED},
}
VOCABULARIES = [
    ("received", "channel", "in_person post online fax email"),
    ("received", "receipt_basis", "handed_in signed_for confirmed_by_both system_confirmed taken_down same_day_confirmed imported"),
    ("received", "applicant_kind", "natural_person commercial_enterprise research_institution public_interest_organisation legal_service_institution other_organisation"),
    ("received", "delivery", "paper electronic in_person other"),
    ("consultation_opened", "consultee", "third_party other_authority co_maker"),
    ("consultation_closed", "reply", "agreed objected partly silent"),
    ("fee_charged", "basis", "items pages"),
    ("served", "method", "china_post courier in_person electronic public_notice other"),
    ("withdrawn", "reason", "by_applicant settled other"),
    ("lapsed", "cause", "supplement fee"),
    ("appealed", "route", "reconsideration litigation_direct litigation_after_reconsideration"),
    ("appealed", "ground", "answer no_answer other"),
    ("appeal_decided", "instance", "first second retrial"),
    ("reopened", "cause", "appeal own_correction"),
    ("archived", "retention", "permanent 30y 10y"),
    ("erasure_requested", "scope", "applicant all"),
]
DATES = ["assigned on", "received submitted_on", "supplement_required respond_by", "extended notified_on", "consultation_opened delivered_on", "deferred until", "fee_charged pay_by", "served signed_for_on", "appeal_decided effective_on", "reopened redo_by"]
LABELS = ["assigned unit", "assigned officer", "received split_from", "extended approved_by", "extended draft", "extension_drafted draft", "answer_drafted document_no", "draft_reviewed draft", "draft_approved draft", "answered legal_basis", "answered document_no", "served tracking_no", "appealed tribunal", "appealed case_no", "archived archive_no", "handed_over archives", "handed_over transfer_no", "erasure_requested basis", "erasure_requested appraisal_no", "personal_data_restricted basis"]
COUNTS = [("extended", "workdays", 1000), ("extension_drafted", "workdays", 1000), ("fee_charged", "quantity", 1_000_000), ("entry_amended", "version", 1_000_000), ("personal_data_erased", "requested", 1_000_000)]
SEALED_FIELDS = [
    (str(type_of(kind)), field) for kind in EVENTS if kind is not DocumentFiled for field in kind.sealed
]
NOT_MONEY = ["", "-1", "+1", "1.", ".5", "1.234", "1e3", "1,080", "1234567890", "１００", "٣", "100\n", " 1", "NaN", 100, 1.5]
CONTROLS = ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\u202a", "\u202e", "\u2066", "\u2069"]
"""NUL, bell, escape, delete, two of C1; a bidi embedding, an override, the first and last isolate."""
# fmt: on


def wire(name: str, **fields: Any) -> bytes:
    return json.dumps({"type": name, "on": "2020-03-02"} | LEAST[name] | fields).encode()


def decoded(name: str, **fields: Any) -> Any:
    return msgspec.json.decode(wire(name, **fields), type=EventBody)


def refused(name: str, field: str, value: object) -> None:
    """The value is refused and the message names the field."""
    with pytest.raises(msgspec.ValidationError, match=field):
        decoded(name, **{field: value})


# --- golden bytes ---


@pytest.mark.parametrize("line", GOLDEN)
def test_stored_events_are_reencoded_byte_for_byte(line: str) -> None:
    """Contract, "Recording": what is hashed is what is stored, so a log re-encodes to itself."""
    event = msgspec.json.decode(line, type=Stored)
    assert msgspec.json.encode(event).decode() == line
    assert line.startswith(f'{{"type":"{type_of(event)}","on":"')


def test_every_event_has_golden_bytes_with_the_least_and_with_all_fields() -> None:
    """Each type with every optional left out, and each field of each type at least once."""
    seen: dict[str, set[str]] = {}
    for line in GOLDEN:
        seen.setdefault(json.loads(line)["type"], set()).update(json.loads(line))
    assert seen == {type_of(kind): {"type", *kind.__struct_fields__} for kind in EVENTS}
    shapes = [set(json.loads(line)) | {json.loads(line)["type"]} for line in GOLDEN]
    assert all({name, "type", "on", *least} in shapes for name, least in (LEAST | FILED).items())


# --- sent ---


@pytest.mark.parametrize("name", LEAST)
def test_each_event_with_its_required_fields_decodes_and_encodes_back(name: str) -> None:
    """`type` first, then struct order, absent optionals left out, in whatever order it was sent."""
    encoded = msgspec.json.encode(decoded(name))
    assert list(json.loads(encoded).items()) == list(json.loads(wire(name)).items())
    turned = json.dumps(dict(reversed(json.loads(wire(name)).items())))
    assert msgspec.json.encode(msgspec.json.decode(turned, type=EventBody)) == encoded


@pytest.mark.parametrize("name", LEAST)
def test_unknown_missing_and_null_fields_are_refused(name: str) -> None:
    """`forbid_unknown_fields`: reference, stream and version are no part of the payload; required fields must be given."""
    for field in ("reference", "position", "originator_version"):
        refused(name, field, 1)
    for field in ("on", *LEAST[name]):
        refused(name, field, None)
        fields = json.loads(wire(name))
        del fields[field]
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.json.decode(json.dumps(fields), type=EventBody)


def test_every_event_has_an_article() -> None:
    """A withdrawal has none, a correction that of the corrected event."""
    assert [type_of(kind) for kind in EVENTS if not kind.article] == ["withdrawn", "entry_amended"]


def test_these_are_the_events_and_no_other_is_decoded() -> None:
    """The same set at every interface; an authority's events are no request's. A document is sent as its bytes."""
    assert [type_of(kind) for kind in EVENTS if kind is not DocumentFiled] == list(LEAST)
    for name in ("registered", "Received", "answer", "document_filed", ""):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(wire("received", type=name), type=EventBody)


@pytest.mark.parametrize(("name", "field", "words"), VOCABULARIES)
def test_enumerations_are_those_of_the_contract(name: str, field: str, words: str) -> None:
    """Contract, "Values"; channels and kinds of applicant as in design.md section 3 and the statutory table."""
    kind = next(kind for kind in EVENTS if type_of(kind) == name)
    enumeration = next(each for each in msgspec.structs.fields(kind) if each.name == field).type
    assert set(enumeration.__args__) == set(words.split())
    assert [getattr(decoded(name, **{field: word}), field) for word in words.split()] == words.split()
    refused(name, field, "unheard_of")


# --- values ---


@pytest.mark.parametrize("where", DATES)
def test_dates_lie_in_2000_to_2100(where: str) -> None:
    """Contract, "Values": the message names the field; the first and last day of the range are valid."""
    name, field = where.split()
    for day in ("1999-12-31", "2101-01-01"):
        refused(name, field, day)
    for day in ("2000-01-01", "2100-12-31"):
        assert str(getattr(decoded(name, **{field: day}), field)) == day


@pytest.mark.parametrize("day", ["2020-3-2", "2020-02-30", "2020-03-02T00:00:00Z", "20200302", "", 20200302])
def test_a_date_is_an_iso_date_without_time(day: object) -> None:
    """Dates of law have no time and no zone."""
    refused("assigned", "on", day)


@pytest.mark.parametrize("letter", CONTROLS)
def test_control_characters_and_bidi_overrides_are_refused(letter: str) -> None:
    """Contract, "Values": in labels, an applicant's fields, parts, replacements and free text."""
    refused("assigned", "unit", f"办公{letter}室")
    refused("received", "applicant", {"name": f"某{letter}人"})
    refused("answered", "parts", [{"outcome": "granted", "legal_basis": letter}])
    refused("entry_amended", "replacement", {"type": "assigned", "on": "2020-03-02", "unit": letter})
    refused("supplement_required", "matters", f"文件{letter}名称")


def test_line_breaks_are_kept_in_free_text_alone() -> None:
    """`domain.values`: applicants paste letters; a label has one line."""
    assert decoded("supplement_required", matters="文件\n\t名称").matters == "文件\n\t名称"
    refused("assigned", "unit", "办公\n室")


@pytest.mark.parametrize("surrogate", ["\\ud800", "\\udfff", "\\udc00\\ud800"])
def test_lone_surrogates_are_refused(surrogate: str) -> None:
    """They are no characters and cannot be stored as UTF-8."""
    for name, field in (("assigned", "unit"), ("supplement_required", "matters")):
        with pytest.raises(msgspec.MsgspecError):
            msgspec.json.decode(wire(name, **{field: "@"}).replace(b"@", surrogate.encode()), type=EventBody)
    with pytest.raises(ValueError, match="unit"):
        events.Assigned(on=received("2020-03-02").on, unit="\ud800")


@pytest.mark.parametrize("hanzi", ["𠮷", "\ue000", "\U000f0000", "䶮", "〇", "·"])
def test_rare_hanzi_are_kept_as_they_are(hanzi: str) -> None:
    """Extension B and the private use area, plain or as an escaped pair: names are written with them."""
    raw = f'{{"type":"assigned","on":"2020-03-02","unit":"{hanzi}"}}'
    assert msgspec.json.encode(decoded("assigned", unit=hanzi)).decode() == raw
    assert msgspec.json.encode(msgspec.json.decode(raw.encode(), type=EventBody)).decode() == raw


def test_money_is_yuan_as_text() -> None:
    """Contract, "Values": ^\\d{1,9}(\\.\\d{1,2})?$, stored as sent; no sign, exponent, other digits, number, line end."""
    for amount in ("0", "1080", "0.5", "100.00", "999999999.99", "000000001"):
        assert decoded("fee_paid", amount_yuan=amount).amount_yuan == amount
    for wrong in NOT_MONEY:
        refused("fee_paid", "amount_yuan", wrong)


@pytest.mark.parametrize(("name", "field", "most"), COUNTS)
def test_integers_are_bounded(name: str, field: str, most: int) -> None:
    """Contract, "Values"; neither a truth value nor text nor a fraction is an integer."""
    assert [getattr(decoded(name, **{field: number}), field) for number in (1, most)] == [1, most]
    for wrong in (0, most + 1, 10**30, -1, True, "7", 7.5):
        refused(name, field, wrong)


@pytest.mark.parametrize("where", LABELS)
def test_labels_have_1_to_200_characters(where: str) -> None:
    """Contract, "Values": counted in characters, not bytes."""
    name, field = where.split()
    assert getattr(decoded(name, **{field: "𠮷" * 200}), field) == "𠮷" * 200
    refused(name, field, "字" * 201)
    refused(name, field, "")


def test_an_analysis_names_at_least_one_cause() -> None:
    """Each is a word of the vocabulary of design.md section 3."""
    refused("correction_analysed", "causes", [])
    refused("correction_analysed", "causes", ["luck"])


# --- sealed values ---


@pytest.mark.parametrize(("name", "field"), SEALED_FIELDS)
def test_a_client_cannot_send_a_sealed_value(name: str, field: str) -> None:
    """Contract: a forged sealed value is refused; and a stored event has nothing in clear."""
    refused(name, field, SEALED)
    sealed = {each: SEALED for kind, each in SEALED_FIELDS if kind == name}
    msgspec.json.decode(wire(name, **sealed), type=Stored)
    for clear in ({"name": "某人"}, "某人"):
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.json.decode(wire(name, **sealed | {field: clear}), type=Stored)


def test_applicant_and_free_text_are_sealed() -> None:
    """design.md section 3: the fields marked S."""
    marked = """
        received.applicant received.description supplement_required.matters supplemented.description
        extension_drafted.reason extended.reason consultation_opened.addressee consultation_opened.matters
        consultation_closed.reason explanation_required.matters deferred.reason answer_drafted.text draft_reviewed.opinion
        draft_approved.opinion answered.text correction_analysed.measures entry_amended.reason
    """
    assert marked.split() == [f"{name}.{field}" for name, field in SEALED_FIELDS]


def test_a_replacement_may_keep_a_sealed_value_and_cannot_smuggle_one() -> None:
    """Contract, amending: a sealed field given as null keeps the old value; a replacement cannot be an amendment."""
    replacement = json.loads(wire("received")) | {"applicant": None, "description": None}
    kept = decoded("entry_amended", replacement=replacement).replacement
    assert (kept.applicant, kept.description) == (None, None)
    refused("entry_amended", "replacement", replacement | {"applicant": SEALED})
    refused("entry_amended", "replacement", json.loads(wire("entry_amended")))


def test_a_document_is_never_sent_as_an_event() -> None:
    """A replacement keeps the content, given as null, and cannot replace it; digests are no content."""
    filed = {"type": "document_filed", "on": "2020-03-02", **FILED["document_filed"]}
    for content in (SEALED, "0" * 64, "正文"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(json.dumps(filed | {"content": content}), type=EventBody)
        refused("entry_amended", "replacement", filed | {"content": content})
    assert decoded("entry_amended", replacement=filed | {"content": None}).replacement.content is None
    for size in (0, 20 * 1024 * 1024 + 1):
        with pytest.raises(msgspec.ValidationError, match="size_bytes"):
            msgspec.json.decode(json.dumps(filed | {"size_bytes": size}), type=Stored)


@pytest.mark.parametrize(
    "wrong", [{"id": "0" * 31}, {"id": "g" * 32}, {"id": "A" * 32}, {"commitment": "0" * 63}, {"salt": "0"}]
)
def test_a_sealed_value_is_an_id_and_a_commitment(wrong: dict[str, str]) -> None:
    """uuid4 in hex and SHA-256 in hex, lower case, nothing beside them."""
    assert msgspec.convert(SEALED, Sealed) == Sealed(**SEALED)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(SEALED | wrong, Sealed)


# --- codes and references ---


def test_old_codes_always_read_and_are_refused_only_when_admitted() -> None:
    """Contract: codes are checked when an event is admitted, never when it is decoded."""
    for line in GOLDEN:
        old = line.replace("unable.not_held.nonexistent", "forgotten").replace("revoked_in_part", "forgotten")
        assert msgspec.json.encode(msgspec.json.decode(old, type=Stored)).decode() == old
    event = decoded("answered", outcome="forgotten")
    refusal = given(received("2020-03-02")).when(event).then_refused(UnknownCode)
    assert "outcome" in str(refusal)
    assert "granted.provided" in str(refusal)


def test_references_are_ordered_as_two_integers() -> None:
    """Contract, "Values": YYYY- and at least four digits; 2020-10000 follows 2020-9999."""
    texts = ["2019-12345", "2020-0001", "2020-9999", "2020-10000", "2021-0001"]
    assert [str(each) for each in sorted(map(Reference.parse, reversed(texts)))] == texts
    assert Reference.parse("2020-0095").stream == "request/2020-0095"
    for wrong in (
        "2020-17",
        "2020-00017",
        "1999-0001",
        "2101-0001",
        "２０２０-0001",
        "2020-0017\n",
        "2020/0017",
        "#1",
    ):
        with pytest.raises(ValueError, match="登记号"):
            Reference.parse(wrong)
