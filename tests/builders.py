"""Builders of events, one line each, with defaults that break no rule.

`given(received("2020-03-02")).when(answered("2020-03-30")).then("late_answer")` judges one more event against
a history. Dates are written as text. Sealed values are dummies: nothing in the domain looks into them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pytest

from domain.entry import Event, Recorded
from domain.law.calendar import national_calendar
from domain.law.irregularities import Irregularity
from domain.law.refusals import Refusal
from domain.law.terms import Law, Policy
from domain.request import events
from domain.request.appeal_events import AppealDecided, Appealed, CorrectionAnalysed, Reopened
from domain.request.file_events import (
    DocumentFiled,
    ErasureRequested,
    HandedOver,
    PersonalDataErased,
    PersonalDataRestricted,
    RestrictionLifted,
)
from domain.request.judging import admit, replay
from domain.request.state import Admission, DisclosureRequest
from domain.values import SHANGHAI, Sealed

LAW = Law(national_calendar())
ROLLING = Law(national_calendar(), (Policy("roll_receipt", "on", date(2000, 1, 1)),))
SEALED = Sealed("0" * 32, "0" * 64)
LATER = date(2099, 12, 31)
"""The day of recording: late enough that no fact is in the future."""


def day(text: str | date | None) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else text


def event(kind: type[Event], on: str | date, **fields: Any) -> Event:
    """An event of this kind; fields that hold a day may be given as text."""
    dates = {"respond_by", "pay_by", "redo_by", "until", "complete_since", "in_force_from", "day"}
    values = {
        name: day(value) if name in dates or name.endswith("_on") else value for name, value in fields.items()
    }
    return kind(on=day(on), **values)  # type: ignore[arg-type]


def received(on: str | date, **fields: Any) -> Event:
    defaults = {
        "channel": "post",
        "receipt_basis": "signed_for",
        "applicant_kind": "natural_person",
        "applicant": SEALED,
        "description": SEALED,
        "delivery": "paper",
    }
    return event(events.Received, on, **defaults | fields)


def assigned(on: str | date, unit: str = "办公室", officer: str | None = None) -> Event:
    return event(events.Assigned, on, unit=unit, officer=officer)


def supplement_required(on: str | date, respond_by: str | date) -> Event:
    return event(events.SupplementRequired, on, respond_by=respond_by, matters=SEALED)


def supplemented(on: str | date) -> Event:
    return event(events.Supplemented, on, description=SEALED)


def extended(
    on: str | date, workdays: int = 20, notified_on: str | date | None = "same", **fields: Any
) -> Event:
    notified = on if notified_on == "same" else notified_on
    defaults = {"workdays": workdays, "approved_by": "负责人", "reason": SEALED, "notified_on": notified}
    return event(events.Extended, on, **defaults | fields)


def extension_drafted(on: str | date, draft: str = "稿一", workdays: int = 20) -> Event:
    return event(events.ExtensionDrafted, on, draft=draft, workdays=workdays, reason=SEALED)


def answer_drafted(
    on: str | date, draft: str = "稿一", outcome: str = "granted.provided", **fields: Any
) -> Event:
    defaults = {"draft": draft, "outcome": outcome, "legal_basis": "第三十六条第二项"}
    return event(events.AnswerDrafted, on, **defaults | fields)


def draft_reviewed(on: str | date, draft: str = "稿一", *, passed: bool = True) -> Event:
    return event(events.DraftReviewed, on, draft=draft, passed=passed)


def draft_approved(on: str | date, draft: str = "稿一", *, passed: bool = True) -> Event:
    return event(events.DraftApproved, on, draft=draft, passed=passed)


def consultation_opened(
    on: str | date,
    respond_by: str | date,
    name: str = "甲",
    consultee: str = "third_party",
    delivered_on: str | date | None = None,
) -> Event:
    return event(
        events.ConsultationOpened,
        on,
        consultation=name,
        consultee=consultee,
        respond_by=respond_by,
        delivered_on=delivered_on,
    )


def consultation_closed(on: str | date, name: str = "甲", reply: str = "agreed", **fields: Any) -> Event:
    return event(events.ConsultationClosed, on, consultation=name, reply=reply, **fields)


def explanation_required(on: str | date, respond_by: str | date) -> Event:
    return event(events.ExplanationRequired, on, respond_by=respond_by)


def explained(on: str | date, accepted: bool = True) -> Event:
    return event(events.Explained, on, accepted=accepted)


def deferred(on: str | date, until: str | date) -> Event:
    return event(events.Deferred, on, until=until, reason=SEALED)


def fee_charged(
    on: str | date,
    pay_by: str | date,
    amount_yuan: str = "100",
    basis: str = "items",
    quantity: int = 11,
) -> Event:
    return event(
        events.FeeCharged, on, basis=basis, quantity=quantity, amount_yuan=amount_yuan, pay_by=pay_by
    )


def fee_paid(on: str | date, amount_yuan: str = "100") -> Event:
    return event(events.FeePaid, on, amount_yuan=amount_yuan)


def answered(on: str | date, outcome: str = "granted.provided", **fields: Any) -> Event:
    defaults = {"outcome": outcome, "legal_basis": "第三十六条第二项", "document_no": "公开〔2020〕1号"}
    return event(events.Answered, on, **defaults | fields)


def served(
    on: str | date,
    method: str = "china_post",
    signed_for_on: str | date | None = None,
    paper: int | None = None,
) -> Event:
    return event(events.Served, on, method=method, signed_for_on=signed_for_on, paper=paper)


def withdrawn(on: str | date, reason: str = "by_applicant") -> Event:
    return event(events.Withdrawn, on, reason=reason)


def lapsed(on: str | date, cause: str = "supplement") -> Event:
    return event(events.Lapsed, on, cause=cause)


def appealed(on: str | date, appeal: str = "复议一", **fields: Any) -> Event:
    defaults = {
        "appeal": appeal,
        "route": "reconsideration",
        "ground": "answer",
        "tribunal": "市人民政府",
        "case_no": f"〔2020〕{appeal}号",
    }
    return event(Appealed, on, **defaults | fields)


def appeal_decided(
    on: str | date,
    disposition: str = "upheld",
    appeal: str = "复议一",
    effective_on: str | date | None = "same",
    instance: str = "first",
) -> Event:
    effective = on if effective_on == "same" else effective_on
    return event(
        AppealDecided,
        on,
        appeal=appeal,
        instance=instance,
        disposition=disposition,
        effective_on=effective,
    )


def correction_analysed(on: str | date, *causes: str, appeal: str = "复议一") -> Event:
    return event(CorrectionAnalysed, on, appeal=appeal, causes=causes or ("facts",), measures=SEALED)


def reopened(on: str | date, redo_by: str | date, appeal: str | None = None) -> Event:
    cause = "appeal" if appeal else "own_correction"
    return event(Reopened, on, cause=cause, redo_by=redo_by, appeal=appeal)


def archived(on: str | date) -> Event:
    return event(events.Archived, on, archive_no="2020-1", retention="10y")


def handed_over(on: str | date) -> Event:
    return event(HandedOver, on, archives="某区档案馆")


def document_filed(on: str | date, document: str = "申请表", **fields: Any) -> Event:
    defaults = {"kind": "application", "media_type": "application/pdf", "size_bytes": 1, "content": SEALED}
    values: dict[str, Any] = {"document": document, **defaults, **fields}
    return DocumentFiled(day(on), **values)  # type: ignore[arg-type]


def erasure_requested(on: str | date, scope: str = "applicant", basis: str = "保管期限届满") -> Event:
    return event(ErasureRequested, on, scope=scope, basis=basis, appraisal_no="鉴定〔2031〕1号")


def personal_data_erased(on: str | date, requested: int) -> Event:
    return event(PersonalDataErased, on, requested=requested)


def personal_data_restricted(on: str | date) -> Event:
    return event(PersonalDataRestricted, on, basis="申请人要求删除")


def restriction_lifted(on: str | date) -> Event:
    return event(RestrictionLifted, on, basis="诉讼举证")


def amended(on: str | date, version: int, replacement: Event | None = None) -> Event:
    return event(events.EntryAmended, on, version=version, reason=SEALED, replacement=replacement)


def recorded(
    *history: Event, reference: str = "2020-0017", on: date = LATER, first_version: int = 1
) -> list[Recorded]:
    """The events as entries of one request's stream, all recorded on the day `on`."""
    return [
        Recorded(
            originator_id=f"request/{reference}",
            originator_version=version,
            event=each,
            recorded_at=datetime.combine(on, time(12), SHANGHAI),
            position=version,
        )
        for version, each in enumerate(history, first_version)
    ]


@dataclass
class When:
    history: list[Recorded]
    event: Event
    law: Law
    today: date

    def admission(self) -> Admission:
        return admit(self.history, self.event, self.law, self.today)

    def then(self, *codes: str) -> DisclosureRequest:
        """Assert that the event is possible and adds exactly these irregularities; returns the request after it."""
        admission = self.admission()
        assert sorted(codes) == sorted(found.code for found in admission.irregularities)
        return admission.request

    def then_refused(self, rule: type[Refusal]) -> Refusal:
        """Assert that the event is refused by this rule, with a complete message in Chinese."""
        with pytest.raises(rule) as refused:
            self.admission()
        text = str(refused.value)
        assert "{" not in text
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)
        return refused.value


@dataclass
class Given:
    history: list[Recorded]
    law: Law

    def when(self, event: Event, today: date | str = LATER) -> When:
        return When(self.history, event, self.law, day(today) or LATER)

    @property
    def request(self) -> DisclosureRequest:
        return replay(self.history, self.law)

    @property
    def irregularities(self) -> list[str]:
        return [found.code for found in self.request.irregularities]


def given(*history: Event, law: Law = LAW, reference: str = "2020-0017") -> Given:
    return Given(recorded(*history, reference=reference), law)


def codes(irregularities: tuple[Irregularity, ...]) -> list[str]:
    return sorted(found.code for found in irregularities)
