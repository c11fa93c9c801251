"""What is known of a case when one of its letters is written: values for placeholders, conditions that hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from domain.authority.authority import Authority
from domain.authority.events import LetterDetailsSet
from domain.entry import Event, Recorded
from domain.field_labels import CHANNELS
from domain.law import outcomes
from domain.law.terms import terms_on
from domain.letters.document_numbers import is_correction
from domain.letters.refusals import AddresseeMissing, LetterValuesErased
from domain.request import events
from domain.request.consultation import Consultation, has_objected, is_overruled
from domain.request.state import DisclosureRequest
from domain.values import Sealed

WORDS: dict[str, dict[str, str]] = {
    "channel": CHANNELS,
    "delivery": {"in_person": "当面领取", "paper": "纸质", "electronic": "电子", "other": "其他"},
    "method": {
        "china_post": "邮政企业寄送", "courier": "其他快递", "in_person": "当面送交", "electronic": "电子方式",
        "public_notice": "公告", "other": "其他",
    },
    "withdrawn": {"by_applicant": "经{you}申请", "settled": "经与{you}协商一致", "other": "因其他原因"},
}  # fmt: skip
"""Codes as a letter to the applicant says them."""


class Earlier(msgspec.Struct, frozen=True):
    """The answer to an earlier request that a repeated one is referred to."""

    on: date
    document_no: str


class Matter(msgspec.Struct, frozen=True):
    """All that a letter is written from. Personal data: see `Register.unsealed`.

    request: as it was at the end of the entry's day. history: its entries as amended, in the order of law. entry: that
    which leads to the letter. opened: sealed values in clear, by id. earlier: of a repeated request.
    """

    authority: Authority
    request: DisclosureRequest
    history: Sequence[Recorded]
    entry: Recorded
    opened: Mapping[str, Any]
    on: date
    details: LetterDetailsSet
    earlier: Earlier | None = None

    @property
    def event(self) -> Event:
        return self.entry.event

    @property
    def received(self) -> events.Received[Sealed, Sealed]:
        if self.request.received is None:
            raise LetterValuesErased(reference=self.request.reference)
        return self.request.received

    def clear(self, sealed: object) -> Any:
        """The value in clear; None where there is none. Raises LetterValuesErased."""
        if not isinstance(sealed, Sealed):
            return None
        if sealed.id not in self.opened:
            raise LetterValuesErased(reference=self.request.reference)
        return self.opened[sealed.id]

    def last(self, kind: type[Event]) -> Any:
        """The last such event before the letter, or the letter's own; None."""
        until = (self.entry.event.on, self.entry.originator_version)
        found = [each.event for each in self.history if (each.event.on, each.originator_version) <= until]
        return next((each for each in reversed(found) if isinstance(each, kind)), None)

    @property
    def consultation(self) -> Consultation | None:
        name = getattr(self.event, "consultation", None)
        return next((each for each in self.request.consultations if each.consultation == name), None)

    @property
    def text(self) -> str | None:
        """The operative text: that of the draft that went out, as it was approved, else the event's own."""
        event: Any = self.event
        name = getattr(event, "draft", None)
        if isinstance(event, events.Answered) and name is not None:
            before = self.history[: list(self.history).index(self.entry)]
            drafted = [
                each.event
                for each in before
                if isinstance(each.event, events.AnswerDrafted) and each.event.draft == name
            ]
            if drafted and drafted[-1].text is not None:
                return str(self.clear(drafted[-1].text))
        text = self.clear(getattr(event, "text", None))
        return None if text is None else str(text)


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def lines(text: str) -> list[str]:
    """Its paragraphs, without blank ones."""
    return [each.strip() for each in text.splitlines() if each.strip()]


def full_stop(text: str) -> str:
    """One paragraph that ends a sentence."""
    joined = " ".join(lines(text))
    return joined if joined[-1:] in "。！？；：.!?" else f"{joined}。"


def phrase(text: str) -> str:
    """As part of a sentence: without what ends one."""
    return " ".join(lines(text)).rstrip("。.；;")


def named(basis: str) -> str:
    """An article as a letter cites it: of the Regulations, unless the text names its law itself."""
    article = basis.removeprefix("条例")
    return (
        f"《中华人民共和国政府信息公开条例》{article}"
        if article.startswith("第") and "《" not in basis
        else basis
    )


def conditions(matter: Matter) -> frozenset[str]:
    """Those that hold, of `placeholders.CONDITIONS`. Raises LetterValuesErased."""
    opened = {
        "text": bool(lines(matter.text or "")),
        "addressee": _addressee(matter) is not None,
        "address": bool(written_to(matter)[1]),
    }
    return recorded_conditions(matter) | {name for name, holds in opened.items() if holds}


def recorded_conditions(matter: Matter) -> frozenset[str]:
    """The same but for those that sealed values decide, which are not opened for it."""
    event: Any = matter.event
    request, details = matter.request, matter.details
    consultation = matter.consultation
    lapse = event.cause if isinstance(event, events.Lapsed) else None
    served = _served(matter)
    held = {
        "natural_person": matter.received.applicant_kind == "natural_person",
        "for_government": details.answers_for is not None,
        "supplemented": matter.last(events.Supplemented) is not None,
        "noticed": matter.last(events.SupplementRequired) is not None,
        "explanation_asked": matter.last(events.ExplanationRequired) is not None,
        "consulted": any(each.consultee == "third_party" for each in request.consultations),
        "parts": bool(getattr(event, "parts", None)),
        "earlier": matter.earlier is not None,
        "correction": is_correction(event),
        "third_party": consultation is not None and consultation.consultee == "third_party",
        "other_authority": consultation is not None and consultation.consultee == "other_authority",
        "co_maker": consultation is not None and consultation.consultee == "co_maker",
        "objected": has_objected(getattr(event, "reply", None)),
        "told": not isinstance(event, events.ConsultationClosed)
        or is_overruled(consultation.consultee if consultation else None, event.reply),
        "matters": getattr(event, "matters", None) is not None,
        "decision": isinstance(event, events.ConsultationClosed) and event.reason is not None,
        "payment": details.payment is not None,
        "by_items": getattr(event, "basis", None) == "items",
        "of_supplement": lapse == "supplement" and matter.last(events.SupplementRequired) is not None,
        "of_fee": lapse == "fee" and matter.last(events.FeeCharged) is not None,
        "notice_served": _notice_served_on(matter) is not None,
        "fee_charged": matter.last(events.FeeCharged) is not None,
        "served": served is not None,
        "signed": served is not None and served.signed_for_on is not None,
        "tracked": served is not None and served.tracking_no is not None,
        # Of a draft the new last day is not known yet.
        "due": request.deadline is not None
        and request.deadline.due_on is not None
        and not isinstance(event, events.ExtensionDrafted),
        "of_2008": not terms_on(matter.received.on).asks_reasons,
    }
    return frozenset(name for name, holds in held.items() if holds)


def values(matter: Matter, paper: str, paper_number: str) -> dict[str, str]:
    """By placeholder; those that have no value are left out. paper: what is sent, on a proof of service."""
    return {name: value for name, value in _values(matter, paper, paper_number) if value is not None}


def _values(matter: Matter, paper: str, paper_number: str) -> Iterator[tuple[str, str | None]]:
    event: Any = matter.event
    request, details, received = matter.request, matter.details, matter.received
    applicant = _applicant(matter)
    you = "你" if received.applicant_kind == "natural_person" else "你单位"
    yield "reference", request.reference
    yield "authority", matter.authority.name_on(matter.on)
    yield "government", details.answers_for
    yield "office_address", details.address
    yield "office_phone", details.phone
    yield "office_postcode", details.postcode
    yield "payment", details.payment and full_stop(details.payment)
    yield "you", you
    yield "applicant", _names(applicant)
    recipient, where = written_to(matter)
    yield "recipient", recipient
    yield "recipient_address", where or None
    yield "received_on", day(received.on)
    yield "channel", WORDS["channel"][received.channel]
    yield "delivery", WORDS["delivery"][received.delivery]
    supplement = matter.last(events.Supplemented)
    description = matter.clear(supplement.description if supplement else received.description)
    yield "description", full_stop(str(description))
    yield "on", day(matter.on)
    deadline = request.deadline
    yield "due_on", day(deadline.due_on) if deadline and deadline.due_on else None
    yield "answer_workdays", str(terms_on(received.on).answer)
    yield "supplemented_on", day(supplement.on) if supplement else None
    for name, kind in (
        ("noticed_on", events.SupplementRequired),
        ("asked_on", events.ExplanationRequired),
        ("charged_on", events.FeeCharged),
    ):
        before = matter.last(kind)
        yield name, day(before.on) if before else None
    yield "paper", paper
    yield "paper_number", paper_number
    yield from _of_service(matter)
    yield from _of_event(matter, event, you)


def _of_event(matter: Matter, event: Any, you: str) -> Iterator[tuple[str, str | None]]:
    match event:
        case events.SupplementRequired():
            yield "matters", str(matter.clear(event.matters))
            yield "respond_by", day(event.respond_by)
        case events.ExplanationRequired():
            yield "respond_by", day(event.respond_by)
            yield "excess", full_stop(matter.clear(event.matters)) if event.matters else None
        case events.Extended() | events.ExtensionDrafted():
            yield "workdays", str(event.workdays)
            yield "reason", phrase(str(matter.clear(event.reason)))
        case events.Deferred():
            yield "until", day(event.until)
            yield "reason", phrase(str(matter.clear(event.reason)))
        case events.ConsultationOpened():
            yield "consultee", _addressee(matter)
            yield "respond_by", day(event.respond_by)
            yield "concerned", str(matter.clear(event.matters)) if event.matters else None
        case events.ConsultationClosed():
            yield "consultee", _addressee(matter)
            yield "decision", str(matter.clear(event.reason)) if event.reason else None
        case events.FeeCharged():
            how = "按件计收，当月第{}件" if event.basis == "items" else "按量计收，{}页"
            yield "fee_basis", how.format(event.quantity)
            yield "amount", str(Decimal(event.amount_yuan))
            yield "pay_by", day(event.pay_by)
        case events.Answered() | events.AnswerDrafted():
            yield "outcome", _ground(event.outcome)
            yield "basis", named(event.legal_basis)
            yield "text", matter.text
            earlier = matter.earlier
            yield "earlier", f"{day(earlier.on)}，{earlier.document_no}" if earlier else None
        case events.Lapsed():
            notice, charge = matter.last(events.SupplementRequired), matter.last(events.FeeCharged)
            yield "unsupplemented_by", day(notice.respond_by) if notice else None
            yield "unpaid_by", day(charge.pay_by) if charge else None
            served_on = _notice_served_on(matter)
            yield "notice_served_on", day(served_on) if served_on else None
        case events.Withdrawn():
            yield "withdrawn_how", WORDS["withdrawn"][event.reason].replace("{you}", you)


class Part(NamedTuple):
    """A part of an answer. values: number, outcome, article and, where the text has it, its paragraph."""

    outcome: str
    values: dict[str, str]


def parts(matter: Matter) -> list[Part]:
    """Of an answer that has any, in their order."""
    paragraphs = lines(matter.text or "")
    found = []
    for number, part in enumerate(getattr(matter.event, "parts", None) or ()):
        value = {
            "part_no": _numeral(number + 1),
            "part_outcome": outcomes.label(part.outcome).replace("：", "，"),
            "part_ground": _ground(part.outcome),
            "part_basis": named(part.legal_basis),
        }
        if number < len(paragraphs):
            value["part_text"] = full_stop(paragraphs[number])
        found.append(Part(part.outcome, value))
    return found


def _ground(outcome: str) -> str:
    """The outcome's words without those of its row."""
    label = outcomes.label(outcome)
    return label.partition("：")[2] or label


def addressed_to(matter: Matter) -> str:
    """Name of the consultee. Raises AddresseeMissing."""
    found = _addressee(matter)
    if found is None:
        name = getattr(matter.event, "consultation", "")
        raise AddresseeMissing(reference=matter.request.reference, consultation=name)
    return found


def _names(applicant: Mapping[str, Any]) -> str:
    """Of all who applied; agents are not written to in their own name."""
    people = (applicant, *(applicant.get("joint") or ()))
    return "、".join(phrase(each.get("name", "")) for each in people)


def written_to(matter: Matter) -> tuple[str, str]:
    """Name and address of the recipient: of a consultation the consultee, else the applicants, at the first one's address."""
    if isinstance(matter.event, events.ConsultationOpened | events.ConsultationClosed):
        name, *where = _consultee(matter) or [""]
        return name, " ".join(where)
    applicant = _applicant(matter)
    return _names(applicant), phrase(applicant.get("address") or "")


def _addressee(matter: Matter) -> str | None:
    return next(iter(_consultee(matter)), None)


def _consultee(matter: Matter) -> list[str]:
    """Its name, and the lines of its address; empty where none was recorded."""
    name = getattr(matter.event, "consultation", None)
    for each in matter.history:
        if isinstance(each.event, events.ConsultationOpened) and each.event.consultation == name:
            return lines(matter.clear(each.event.addressee) or "")
    return []


def _applicant(matter: Matter) -> dict[str, Any]:
    found: dict[str, Any] = matter.clear(matter.received.applicant) or {}
    return found


def _served(matter: Matter) -> events.Served | None:
    """How the entry's paper was first served, whenever that was; what names no paper serves the last answer before it."""
    answer: Recorded | None = None
    for each in matter.history:
        if isinstance(each.event, events.Answered):
            answer = each
        elif isinstance(each.event, events.Served):
            named = each.event.paper or (answer.originator_version if answer else None)
            if named == matter.entry.originator_version:
                return each.event
    return None


def _notice_served_on(matter: Matter) -> date | None:
    """Of what is lapsed: the day on which the paper reached the applicant that set the term."""
    if not isinstance(matter.event, events.Lapsed):
        return None
    kind = events.SupplementRequired if matter.event.cause == "supplement" else events.FeeCharged
    until = (matter.event.on, matter.entry.originator_version)
    before = [each for each in matter.history if (each.event.on, each.originator_version) <= until]
    notices = [each.originator_version for each in before if isinstance(each.event, kind)]
    for each in before:
        if isinstance(each.event, events.Served) and each.event.paper in notices[-1:]:
            return each.event.signed_for_on or each.event.on
    return None


def _of_service(matter: Matter) -> Iterator[tuple[str, str | None]]:
    served = _served(matter)
    if served is not None:
        yield "served_how", WORDS["method"][served.method]
        yield "served_on", day(served.on)
        yield "signed_on", day(served.signed_for_on) if served.signed_for_on else None
        yield "tracking_no", served.tracking_no


_DIGITS = "零一二三四五六七八九"


def _numeral(number: int) -> str:
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if not tens else f"{_DIGITS[tens] if tens > 1 else ''}十"
    return f"{ten}{_DIGITS[ones] if ones or not tens else ''}"
