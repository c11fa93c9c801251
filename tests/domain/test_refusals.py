"""Impossible events of a request: each rule that refuses one, with its message.

Rules on stages are in test_stages; here are those on dates, codes, names, appeals and amendments.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from adapters import refusals as of_adapters
from adapters.accounts import refusals as of_accounts
from adapters.mail.refusals import MailAddressMissing, MailAddressRefused, MailNotSent
from adapters.webhooks.refusals import TooManyWebhooks, WebhookAddressRefused, WebhookUnknown
from domain.authority import refusals as of_authority
from domain.entry import Event
from domain.law import irregularities
from domain.law import refusals as of_law
from domain.letters import refusals as of_letters
from domain.report import refusals as of_report
from domain.request import events
from domain.request import refusals as of_request
from domain.request.appeal_events import Reopened
from domain.request.appeal_refusals import (
    AppealExists,
    AppealNotNamed,
    AppealUnknown,
    CaseExists,
    NotDecided,
    NothingToAppeal,
    NotOrderedToPerform,
)
from domain.request.bounds import RequestFull
from tests.builders import (
    LAW,
    When,
    amended,
    answer_drafted,
    answered,
    appeal_decided,
    appealed,
    archived,
    assigned,
    consultation_closed,
    consultation_opened,
    correction_analysed,
    deferred,
    document_filed,
    draft_approved,
    draft_reviewed,
    erasure_requested,
    event,
    explained,
    explanation_required,
    extended,
    extension_drafted,
    fee_charged,
    fee_paid,
    given,
    handed_over,
    lapsed,
    personal_data_erased,
    received,
    recorded,
    reopened,
    restriction_lifted,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)

History = tuple[Event, ...]

R = received("2020-03-02")
ANSWERED = (R, answered("2020-03-10"))
NOTICE = (R, supplement_required("2020-03-03", "2020-03-20"))
FEE = (R, fee_charged("2020-03-03", "2020-03-31"))
EXPLANATION_REQUIRED = (R, explanation_required("2020-03-03", "2020-03-10"))
CONSULTING = (R, consultation_opened("2020-03-03", "2020-03-20"))
CONSULTED = (*CONSULTING, consultation_closed("2020-03-05"))
APPEALED = (*ANSWERED, appealed("2020-03-16"))
DECIDED = (*APPEALED, appeal_decided("2020-03-18", "revoked"))
UNANSWERED = (R, appealed("2020-03-10", ground="no_answer"))
ANNULLED = (*ANSWERED, amended("2020-03-18", 1))
DRAFTED = (R, answer_drafted("2020-03-10"))
REVIEWED = (*DRAFTED, draft_reviewed("2020-03-11"))
RETURNED = (*DRAFTED, draft_reviewed("2020-03-11", passed=False))
APPROVED = (*REVIEWED, draft_approved("2020-03-12"))
NUMBERED = (R, answer_drafted("2020-03-10", document_no="公开〔2020〕1号"), draft_approved("2020-03-12"))
EXTENSION = (R, extension_drafted("2020-03-10"), draft_approved("2020-03-11"))
PARTS = (events.Part("granted.postponed", "第三十七条"),)
FILED = (R, document_filed("2020-03-03"))
ASKED_TO_ERASE = (*ANSWERED, erasure_requested("2020-03-16"))
ERASED = (*ASKED_TO_ERASE, personal_data_erased("2020-03-17", 3))
TODAY = "2020-03-20"


def in_parts(*codes: str) -> tuple[events.Part, ...]:
    return tuple(events.Part(code, "第三十六条") for code in codes)


DIFFERING = [
    ("granted.provided", in_parts("granted.provided", "refused.third_party_rights")),
    ("refused.deliberative", in_parts("granted.already_public", "refused.deliberative")),
    ("unable.not_held", in_parts("granted", "unable.not_held.nonexistent")),
    ("not_processed.repeated", in_parts("granted", "not_processed.repeated")),
    ("granted.provided", in_parts("granted_in_part", "granted.provided")),
    ("granted_in_part", in_parts("granted.provided", "granted.already_public")),
    ("granted_in_part", in_parts("granted.provided")),
    ("granted_in_part", in_parts("refused.deliberative", "unable.not_held")),
    ("granted", in_parts("refused.deliberative", "unable.not_held")),
    ("unable.still_unclear", in_parts("refused.deliberative", "unable.not_held")),
]
"""An outcome, and parts that contradict it: Art. 37, and the label of the form's row of 部分公开."""
AGREEING = [
    ("granted_in_part", in_parts("granted.provided", "refused.third_party_rights")),
    ("granted_in_part", in_parts("granted_in_part", "refused.third_party_rights")),
    ("granted.provided", in_parts("granted.provided", "granted.already_public")),
    ("unable.not_held", in_parts("unable.not_held.nonexistent", "refused.deliberative")),
    ("refused.deliberative", in_parts("unable.not_held.nonexistent", "refused.deliberative")),
    ("granted", in_parts("granted.provided")),
]

# For each rule: the history and the refused event, judged on Friday 2020-03-20.
# fmt: off
CASES: list[tuple[type[of_law.Refusal], History, Event]] = [
    (of_law.InTheFuture, (), received("2020-03-21")),
    (of_law.InTheFuture, (R,), answered("2020-03-21")),
    (of_law.InTheFuture, (R,), extended("2020-03-16", notified_on="2020-03-21")),
    (of_law.InTheFuture, (R,), consultation_opened("2020-03-16", "2020-04-10", delivered_on="2020-03-21")),
    (of_law.InTheFuture, ANSWERED, served("2020-03-16", "courier", "2020-03-21")),
    (of_law.InTheFuture, APPEALED, appeal_decided("2020-03-18", effective_on="2020-03-21")),
    (of_law.InTheFuture, ANSWERED, amended("2020-03-21", 2)),
    (of_law.InTheFuture, ANSWERED, amended("2020-03-20", 2, answered("2020-03-21"))),
    (of_law.BeforeReceipt, (R,), answered("2020-03-01")),
    (of_law.BeforeReceipt, (R,), extended("2020-03-16", notified_on="2020-03-01")),
    (of_law.BeforeReceipt, ANSWERED, amended("2020-03-20", 2, answered("2020-03-01"))),
    (of_law.BeforeReceipt, ANSWERED, amended("2020-03-20", 1, received("2020-03-11"))),
    (of_law.DatesReversed, (), received("2020-03-02", submitted_on="2020-03-03")),
    (of_law.DatesReversed, (R,), supplement_required("2020-03-04", "2020-03-03")),
    (of_law.DatesReversed, (R,), consultation_opened("2020-03-04", "2020-03-03")),
    (of_law.DatesReversed, (R,), explanation_required("2020-03-04", "2020-03-03")),
    (of_law.DatesReversed, (R,), deferred("2020-03-04", "2020-03-03")),
    (of_law.DatesReversed, (R,), fee_charged("2020-03-04", "2020-03-03")),
    (of_law.DatesReversed, (R,), consultation_opened("2020-03-04", "2020-03-25", delivered_on="2020-03-03")),
    (of_law.DatesReversed, ANSWERED, served("2020-03-16", "courier", "2020-03-13")),
    (of_law.DatesReversed, APPEALED, appeal_decided("2020-03-18", effective_on="2020-03-17")),
    (of_law.UnknownCode, (R,), answered("2020-03-10", "granted.postponed")),
    (of_law.UnknownCode, (R,), answered("2020-03-10", "granted_in_part", parts=PARTS)),
    (of_law.UnknownCode, APPEALED, appeal_decided("2020-03-18", "regretted")),
    (of_law.UnknownCode, ANSWERED, amended("2020-03-18", 2, answered("2020-03-10", "refused"))),
    (of_law.Malformed, (), received("2020-03-02", split_from="2020-17")),
    (of_law.Malformed, (R,), answered("2020-03-10", "not_processed.repeated", earlier_reference="2019/0001")),
    (of_request.SplitFromItself, (R,), amended("2020-03-10", 1, received("2020-03-02", split_from="2020-0017"))),
    *((of_request.PartsDiffer, (R,), answered("2020-03-10", outcome, parts=parts)) for outcome, parts in DIFFERING),
    (of_request.PartsDiffer, (R,), answer_drafted("2020-03-10", outcome="granted", parts=in_parts("granted", "refused.deliberative"))),
    (of_request.PartsDiffer, ANSWERED, amended("2020-03-18", 2, answered("2020-03-10", "granted", parts=in_parts("granted", "unable.not_held")))),
    (CaseExists, APPEALED, appealed("2020-03-17", "复议二", case_no="〔2020〕复议一号")),
    (CaseExists, APPEALED, appealed("2020-03-17", "复议二", tribunal="市 人民政府", case_no="[２０２０]复议一号 ")),
    (CaseExists, (*APPEALED, appealed("2020-03-17", "复议二")), amended("2020-03-18", 4, appealed("2020-03-17", "复议二", case_no="〔2020〕复议一号"))),
    (of_request.RetentionNotOver, (*ANSWERED, archived("2020-03-16")), erasure_requested("2020-03-18")),
    (of_request.RetentionNotOver, (*ASKED_TO_ERASE, archived("2020-03-17")), personal_data_erased("2020-03-18", 3)),
    (of_request.NotReceived, (), answered("2020-03-10")),
    (of_request.StillOpen, (R,), erasure_requested("2020-03-10")),
    (of_request.StillOpen, ANSWERED, erasure_requested("2020-03-09")),  # the day before it was closed
    (of_request.StillOpen, (*ASKED_TO_ERASE, reopened("2020-03-17", "2020-04-20")), personal_data_erased("2020-03-18", 3)),
    (of_request.UnderAppeal, APPEALED, erasure_requested("2020-03-18")),
    (of_request.UnderAppeal, APPEALED, erasure_requested("2020-03-15")),  # of the day before, but recorded now
    (of_request.UnderAppeal, (*APPEALED, amended("2020-03-17", 1)), erasure_requested("2020-03-18")),  # annulled meanwhile
    (of_request.UnderAppeal, (*APPEALED, appeal_decided("2020-03-17", "transferred")), erasure_requested("2020-03-18")),
    (of_request.UnderAppeal, (*APPEALED, appeal_decided("2020-03-17", "ordered_to_perform")), erasure_requested("2020-03-18")),
    (of_request.UnderAppeal, (*APPEALED, appeal_decided("2020-03-17"), appeal_decided("2020-03-18", instance="retrial", effective_on=None)), erasure_requested("2020-03-19")),
    (of_request.UnderAppeal, (*APPEALED, appeal_decided("2020-03-18")), erasure_requested("2020-03-17")),  # of a day when it was pending
    (of_request.UnderAppeal, (*ASKED_TO_ERASE, appealed("2020-03-17")), personal_data_erased("2020-03-18", 3)),
    (of_request.UnderAppeal, (*ASKED_TO_ERASE, appealed("2020-03-17"), appeal_decided("2020-03-18", effective_on=None)), personal_data_erased("2020-03-19", 3)),
    (of_request.ErasureNotRequested, ANSWERED, personal_data_erased("2020-03-17", 2)),
    (of_request.ErasureNotRequested, ASKED_TO_ERASE, personal_data_erased("2020-03-13", 3)),  # before it was requested
    (of_request.ErasureNotRequested, ERASED, personal_data_erased("2020-03-18", 3)),
    (of_request.ErasureNotRequested, (*ASKED_TO_ERASE, amended("2020-03-17", 3)), personal_data_erased("2020-03-18", 3)),
    (of_request.ErasureIsFinal, ERASED, amended("2020-03-18", 3)),
    (of_request.ErasureIsFinal, ERASED, amended("2020-03-18", 4)),
    (of_request.ErasureIsFinal, ERASED, amended("2020-03-18", 3, erasure_requested("2020-03-16", "all"))),
    (of_request.NotRestricted, (R,), restriction_lifted("2020-03-10")),
    (of_request.DocumentExists, FILED, document_filed("2020-03-04")),
    (of_request.OtherDocument, FILED, amended("2020-03-04", 2, document_filed("2020-03-03", size_bytes=2))),
    (of_request.FeeOfNothing, (R,), fee_charged("2020-03-10", "2020-04-08", "0.00")),
    (of_request.AlreadyReceived, (R,), received("2020-03-02")),
    (of_request.AlreadyAnswered, ANSWERED, answered("2020-03-11")),
    (of_request.AlreadyClosed, (R, withdrawn("2020-03-10")), answered("2020-03-11")),
    (of_request.AlreadyArchived, (*ANSWERED, archived("2020-03-11")), assigned("2020-03-12")),
    (of_request.NotClosed, (R,), archived("2020-03-10")),
    (of_request.NotArchived, ANSWERED, handed_over("2020-03-11")),
    (of_request.AlreadyHandedOver, (*ANSWERED, archived("2020-03-11"), handed_over("2020-03-12")), handed_over("2020-03-13")),
    (of_request.AwaitingSupplement, NOTICE, fee_charged("2020-03-04", "2020-04-10")),
    (of_request.AwaitingPayment, FEE, supplement_required("2020-03-04", "2020-03-20")),
    (of_request.NoSupplementRequired, NOTICE, supplemented("2020-03-02")),  # before the notice
    (of_request.NoSupplementRequired, FEE, lapsed("2020-03-20", "supplement")),  # the cause is what was awaited
    (of_request.NoFeeCharged, NOTICE, lapsed("2020-03-20", "fee")),
    (of_request.NoFeeCharged, (R,), fee_paid("2020-03-10")),
    (of_request.TermNotOver, NOTICE, lapsed("2020-03-19")),
    (of_request.TermNotOver, NOTICE, lapsed("2020-03-20")),  # respond_by is inclusive
    (of_request.TermNotOver, (R, fee_charged("2020-03-03", "2020-03-20")), lapsed("2020-03-20", "fee")),
    (of_request.TermNotOver, (R, supplement_required("2020-03-03", "2020-03-06"), supplement_required("2020-03-04", "2020-03-16")), lapsed("2020-03-16")),
    (of_request.ConsultationExists, CONSULTING, consultation_opened("2020-03-04", "2020-03-20")),
    (of_request.ConsultationExists, CONSULTED, consultation_opened("2020-03-06", "2020-03-20")),
    (of_request.ConsultationUnknown, (R,), consultation_closed("2020-03-05")),
    (of_request.ConsultationUnknown, CONSULTING, consultation_closed("2020-03-05", "乙")),
    (of_request.ConsultationUnknown, CONSULTING, consultation_closed("2020-03-02")),  # before it was opened
    (of_request.ConsultationUnknown, CONSULTED, consultation_closed("2020-03-06")),
    (of_request.ExplanationNotRequired, (R,), explained("2020-03-05")),
    (of_request.ExplanationNotRequired, (*EXPLANATION_REQUIRED, explained("2020-03-05")), explained("2020-03-06")),
    (of_request.NothingToServe, (R,), served("2020-03-10")),
    (of_request.NothingToServe, ANSWERED, served("2020-03-09")),
    (of_request.NothingToServe, ANSWERED, served("2020-03-09", paper=2)),  # before the answer
    (of_request.NothingToServe, (R, assigned("2020-03-03")), served("2020-03-04", paper=2)),  # leads to no paper
    (of_request.NothingToServe, (R,), served("2020-03-04", paper=9)),
    (of_request.NothingToServe, CONSULTED, served("2020-03-06", paper=3)),  # nobody objected
    (AppealExists, APPEALED, appealed("2020-03-17", route="litigation_direct")),
    (AppealUnknown, APPEALED, appeal_decided("2020-03-18", appeal="诉讼二")),
    (AppealUnknown, APPEALED, appeal_decided("2020-03-13")),  # before the appeal
    (AppealUnknown, DECIDED, correction_analysed("2020-03-19", appeal="诉讼二")),
    (AppealUnknown, ANSWERED, appealed("2020-03-18", "诉讼二", follows="复议一")),
    (AppealUnknown, DECIDED, reopened("2020-03-19", "2020-04-20", appeal="诉讼二")),
    (NothingToAppeal, (R,), appealed("2020-03-16")),
    (NothingToAppeal, ANSWERED, appealed("2020-03-09")),
    (NothingToAppeal, (R, withdrawn("2020-03-10")), appealed("2020-03-16")),
    (NotDecided, APPEALED, correction_analysed("2020-03-18")),
    (NotDecided, DECIDED, correction_analysed("2020-03-17")),
    (AppealNotNamed, DECIDED, event(Reopened, "2020-03-19", cause="appeal", redo_by="2020-04-20")),
    (NotOrderedToPerform, (R,), reopened("2020-03-10", "2020-04-10")),
    (NotOrderedToPerform, UNANSWERED, reopened("2020-03-16", "2020-04-10", appeal="复议一")),
    (NotOrderedToPerform, (*UNANSWERED, appeal_decided("2020-03-13", "unlawful")), reopened("2020-03-16", "2020-04-10", appeal="复议一")),
    (of_law.UnknownCode, (R,), answer_drafted("2020-03-10", outcome="granted.postponed")),
    (of_law.UnknownCode, (R,), answer_drafted("2020-03-10", parts=PARTS)),
    (of_request.DraftExists, DRAFTED, answer_drafted("2020-03-11")),
    (of_request.DraftExists, DRAFTED, extension_drafted("2020-03-11")),  # of either kind
    (of_request.DraftExists, REVIEWED, answer_drafted("2020-03-12")),
    (of_request.DraftExists, APPROVED, answer_drafted("2020-03-13")),
    (of_request.DraftUnknown, (R,), draft_reviewed("2020-03-11")),
    (of_request.DraftUnknown, DRAFTED, draft_reviewed("2020-03-11", "稿二")),
    (of_request.DraftUnknown, DRAFTED, draft_reviewed("2020-03-09")),  # before it was drafted
    (of_request.DraftUnknown, (R,), draft_approved("2020-03-11")),
    (of_request.DraftUnknown, APPROVED, extended("2020-03-13", draft="稿一")),  # a draft of an answer
    (of_request.DraftUnknown, EXTENSION, answered("2020-03-13", draft="稿一")),
    (of_request.DraftNotPending, REVIEWED, draft_reviewed("2020-03-12")),
    (of_request.DraftNotPending, APPROVED, draft_reviewed("2020-03-13")),
    (of_request.DraftNotPending, APPROVED, draft_approved("2020-03-13")),
    (of_request.DraftNotPending, RETURNED, draft_reviewed("2020-03-12")),
    (of_request.DraftNotPending, RETURNED, draft_approved("2020-03-12")),
    (of_request.DraftNotApproved, DRAFTED, answered("2020-03-13", draft="稿一")),
    (of_request.DraftNotApproved, REVIEWED, answered("2020-03-13", draft="稿一")),
    (of_request.DraftNotApproved, RETURNED, answered("2020-03-13", draft="稿一")),
    (of_request.DraftNotApproved, APPROVED, answered("2020-03-11", draft="稿一")),  # before it was approved
    (of_request.DraftNotApproved, (*EXTENSION, extended("2020-03-12", draft="稿一")), extended("2020-03-13", draft="稿一")),  # once
    (of_request.DraftNotApproved, (*APPROVED, answered("2020-03-12"), reopened("2020-03-13", "2020-04-13")), answered("2020-03-16", draft="稿一")),
    (of_request.DraftDiffers, APPROVED, answered("2020-03-13", "granted", draft="稿一")),
    (of_request.DraftDiffers, APPROVED, answered("2020-03-13", draft="稿一", legal_basis="第三十七条")),
    (of_request.DraftDiffers, APPROVED, answered("2020-03-13", draft="稿一", parts=(events.Part("granted", "第三十七条"),))),
    (of_request.DraftDiffers, NUMBERED, answered("2020-03-13", draft="稿一", document_no="公开〔2020〕2号")),
    (of_request.DraftDiffers, EXTENSION, extended("2020-03-13", 10, draft="稿一")),
    (of_request.DraftChanged, REVIEWED, amended("2020-03-13", 2, answer_drafted("2020-03-10", outcome="granted"))),
    (of_request.DraftChanged, APPROVED, amended("2020-03-13", 2, answer_drafted("2020-03-10", outcome="granted"))),
    (of_request.AmendmentUnknown, ANSWERED, amended("2020-03-18", 3)),  # itself
    (of_request.AmendmentUnknown, ANSWERED, amended("2020-03-18", 40)),
    (of_request.AmendmentOfAmendment, (*ANSWERED, amended("2020-03-18", 2)), amended("2020-03-19", 3)),
    (of_request.AmendmentOfOtherType, ANSWERED, amended("2020-03-18", 2, withdrawn("2020-03-10"))),
    (of_request.RequestAnnulled, ANNULLED, served("2020-03-19")),
    (of_request.RequestAnnulled, ANNULLED, received("2020-03-02")),
    (of_request.RequestAnnulled, ANNULLED, amended("2020-03-19", 2, answered("2020-03-11"))),
    (of_request.RequestAnnulled, ANNULLED, amended("2020-03-19", 1)),
]

# Possible at the limit: today is not the future, a term may end on its first day, a decision may come late.
POSSIBLE: list[tuple[History, Event]] = [
    ((), received(TODAY)),
    ((), received("2020-03-03", submitted_on="2020-03-03", split_from="2020-0016")),
    ((*APPEALED, appeal_decided("2020-03-18")), erasure_requested("2020-03-18")),  # in effect the same day
    ((R,), answered(TODAY, "not_processed.repeated", earlier_reference="2019-0001")),
    ((R,), assigned("2020-03-02")),
    ((R,), extended(TODAY, notified_on=TODAY)),
    ((R,), consultation_opened("2020-03-16", "2020-03-16", delivered_on=TODAY)),
    ((R,), supplement_required("2020-03-10", "2020-03-10")),
    (RETURNED, answer_drafted("2020-03-12")),  # again, under its name
    (DRAFTED, draft_approved("2020-03-10")),  # not every authority reviews
    (APPROVED, answered("2020-03-12", draft="稿一")),
    (NUMBERED, answered("2020-03-12", draft="稿一")),
    (EXTENSION, extended("2020-03-12", draft="稿一")),
    ((R,), answered("2020-03-12", draft="稿一")),  # a free label where there are no officers and no such draft
    ((*REVIEWED, answered("2020-03-12"), reopened("2020-03-13", "2020-04-13")), answer_drafted("2020-03-16")),
    (APPROVED, amended("2020-03-16", 4, draft_approved("2020-03-13"))),
    ((*EXPLANATION_REQUIRED, explained("2020-03-04")), deferred("2020-03-05", "2020-03-05")),
    (ANSWERED, served("2020-03-16", "public_notice", TODAY)),
    (APPEALED, appeal_decided("2020-03-18", effective_on=TODAY)),
    (ANSWERED, reopened("2020-03-19", "2020-03-18")),
    (APPEALED, appealed("2020-03-18", "复议二", follows="复议一")),  # a second one by the same route
    (ANSWERED, amended(TODAY, 2, answered(TODAY))),
    (ANSWERED, erasure_requested("2020-03-10")),  # the day it was closed
    (ASKED_TO_ERASE, amended(TODAY, 3, erasure_requested("2020-03-16", "all"))),  # not carried out yet
    (ERASED, reopened("2020-03-11", "2020-04-20")),  # an erasure blocks no fact
    (ERASED, amended(TODAY, 1, received("2020-03-02", delivery="electronic"))),  # keeps what was erased
    (FILED, amended(TODAY, 2, document_filed("2020-03-02", "另一名称"))),
    ((R, supplement_required("2020-03-03", "2020-03-19")), lapsed(TODAY)),  # the day after the stated term
    ((R, fee_charged("2021-03-03", "2021-03-31")), lapsed("2021-04-01", "fee")),
]
# fmt: on

OF_A_VALUE = {
    of_law.InTheFuture,
    of_law.BeforeReceipt,
    of_law.DatesReversed,
    of_law.UnknownCode,
    of_law.Malformed,
    of_request.AmendmentOfAmendment,
    of_request.AmendmentOfOtherType,
}
"""Refusals that name the field or the entry at fault instead of the request."""


@pytest.mark.parametrize(("rule", "history", "refused"), CASES)
def test_impossible_events_are_refused(rule: type[of_law.Refusal], history: History, refused: Event) -> None:
    """For every rule: the entry at fault, and a message that names the request or the value."""
    refusal = given(*history).when(refused, today=TODAY).then_refused(rule)
    assert refusal.version
    assert rule in OF_A_VALUE or ("2020-0017" if history else "该申请") in str(refusal)
    assert "None" not in str(refusal)


@pytest.mark.parametrize(("history", "possible"), POSSIBLE)
def test_the_limit_itself_is_possible(history: History, possible: Event) -> None:
    """Nothing is refused a day too early, and nothing here is irregular."""
    given(*history).when(possible, today=max(date.fromisoformat(TODAY), possible.on)).then()


ELSEWHERE: dict[type[of_law.Refusal], str] = {
    of_authority.AuthorityExists: "of the authority's stream: test_authority",
    of_law.AuthorityNotRegistered: "of the authority's stream: test_authority",
    **dict.fromkeys(
        (of_authority.NotAmendable, of_authority.RegistrationStays, of_authority.CodeIsFinal),
        "of the authority's stream: test_authority",
    ),
    of_law.WrongStream: "of the authority's stream: test_authority",
    of_authority.NoPower: "of who records, not of the history: test_powers",
    of_authority.SeparationOfAdministrators: "of who records: test_powers",
    of_authority.NotAnOfficer: "of who records: test_powers",
    of_authority.SamePerson: "of who records: test_drafts",
    of_authority.ApprovalMissing: "of who records: test_drafts",
    of_authority.GrantNeedsSecondPerson: "of who records: test_powers",
    of_authority.FirstOfficersExist: "of who records: test_powers",
    of_authority.FirstOfficersMissing: "of who records: test_powers",
    of_authority.LastAdministrator: "of who records: test_powers",
    of_authority.NotTheSuperior: "of who records: test_powers",
    **dict.fromkeys(
        (
            of_authority.OrderUnknown,
            of_authority.PeriodNotOver,
            of_authority.PreparedByOneself,
            of_authority.RegisterNotComplete,
            of_authority.ReturnExists,
            of_authority.ReturnStep,
            of_authority.ReturnUnknown,
        ),
        "of what the superior asks: test_supervision",
    ),
    **dict.fromkeys(
        (
            of_authority.AssessmentExists,
            of_authority.AssessmentUnknown,
            of_authority.ReasonMissing,
            of_authority.ScoredByOneself,
        ),
        "of the authority's stream: test_assessment",
    ),
    **dict.fromkeys(
        (
            of_authority.AssessmentNotWhole,
            of_authority.NotAssessed,
            of_authority.NothingScored,
            of_authority.UnitNotBelow,
        ),
        "raised where it is recorded: tests/adapters/register/test_assessments",
    ),
    of_authority.PassedOn: "raised where it is recorded: tests/api/test_district",
    of_authority.SuccessorOfItself: "of the authority's stream: test_succession",
    of_authority.ServiceUnknown: "of service accounts: test_services",
    of_authority.PersonDecides: "of service accounts: test_services",
    of_authority.HandedInOnly: "of service accounts: test_services",
    of_law.TokenClosed: "of who records: test_powers",
    of_authority.OfficerExists: "of the authority's stream: test_powers",
    of_authority.OfficerUnknown: "of the authority's stream: test_powers",
    of_authority.GrantUnknown: "of the authority's stream: test_powers",
    of_authority.RecoveryCodeExists: "of the authority's stream: test_recovery",
    of_authority.RecoveryCodeWrong: "of the authority's stream: test_recovery",
    of_authority.RestorationUnknown: "of the authority's stream: test_recovery",
    of_authority.RestorationNeedsSecondPerson: "of who records: test_recovery",
    of_authority.ResetUnknown: "of the authority's stream: test_second_factor",
    of_authority.ResetNeedsSecondPerson: "of who records: test_second_factor",
    of_authority.ProofStale: "of who records: test_second_factor",
    of_accounts.CodeWrong: "of a login: test_second_factors",
    of_accounts.ProviderOff: "of a login: test_sign_on",
    of_accounts.ProviderUnavailable: "of a login: test_sign_on",
    of_accounts.IdentityRefused: "of a login: test_sign_on",
    of_accounts.SubjectNotBound: "of a login: test_sign_on",
    of_accounts.SubjectAmbiguous: "of a login: test_sign_on",
    of_accounts.LocalLoginClosed: "of a login: test_sign_on",
    of_authority.SubjectExists: "of the authority's stream: test_bindings",
    of_authority.SubjectMissing: "of the authority's stream: test_bindings",
    of_accounts.PasskeyWrong: "of a login: test_passkeys",
    of_accounts.PasskeyCopied: "of a login: test_passkeys",
    of_accounts.PasskeyNotAdded: "of a login: test_passkeys",
    of_accounts.PasskeyUnknown: "of a login: test_passkeys",
    of_accounts.PasskeysOff: "of a login: test_passkeys",
    of_accounts.TooManyPasskeys: "of a login: test_passkeys",
    of_accounts.LastSecondFactor: "of a login: test_passkeys",
    of_accounts.SecondFactorExists: "of a login: test_second_factors",
    of_accounts.SecondFactorMissing: "of a login: test_second_factors",
    of_authority.PowerNotHeld: "of the authority's stream: test_powers",
    of_authority.SuperiorOfItself: "of the authority's stream: test_powers",
    of_law.AcknowledgedWithoutCause: "raised by check_acknowledged: test_irregularities",
    irregularities.NotAcknowledged: "raised by check_acknowledged: test_irregularities",
    of_adapters.NotComplete: "raised by the tables of a period",
    of_adapters.AuthorityUnknown: "raised by the store, which alone knows other streams",
    of_request.RequestUnknown: "raised by the store",
    RequestFull: "of a long history: tests/domain/request/test_bounds",
    of_request.ReferenceTooFar: "of the last number of the year: tests/adapters/register/test_register",
    of_adapters.ReferenceTaken: "raised by the store",
    of_adapters.NumbersExhausted: "raised by the store",
    of_adapters.ReferenceOfOtherYear: "raised by the store",
    of_request.SplitParentUnknown: "raised where the other request is at hand: tests/adapters/register/test_register",
    of_request.EarlierReferenceUnknown: "raised where the other request is at hand: tests/adapters/register/test_register",
    of_request.DraftNotReviewed: "of a policy: test_drafts",
    of_adapters.IdempotencyKeyReused: "raised by the store",
    of_law.ContentErased: "raised by the store",
    of_adapters.VersionConflict: "raised by the store",
    of_adapters.NotYetOpened: "raised by views of an earlier moment",
    of_adapters.BeyondTheLog: "raised by views of an earlier moment",
    of_adapters.LogReplaced: "raised by the feed of the log",
    of_adapters.EntryUnknown: "raised by receipts",
    of_adapters.NotSealedYet: "raised by proofs: tests/adapters/proof",
    of_adapters.CheckpointOverdue: "raised by the store: tests/adapters/proof/test_uncheckpointed.py",
    of_adapters.NothingRecorded: "raised by exports: tests/adapters/proof",
    of_adapters.NoCheckpoint: "raised by proofs: tests/adapters/proof",
    of_adapters.SuiteChanged: "raised by proofs: tests/adapters/proof/test_suites_of_logs.py",
    of_request.ErasedBySamePerson: "of the envelope: test_personal_data",
    of_request.ErasedStaysErased: "of an event as it is sealed: test_personal_data",
    of_request.PersonalDataIsRestricted: "raised by readings: tests/adapters/register/test_erasure",
    of_adapters.DocumentUnknown: "raised by readings: tests/api/test_documents",
    of_adapters.DocumentErased: "raised by readings: tests/api/test_documents",
    of_adapters.DocumentNotAccepted: "raised by uploads: tests/api/test_documents",
    of_adapters.TooManyTexts: "raised by searches: tests/adapters/register/test_word_search",
    of_adapters.DocumentTooLarge: "raised by uploads: tests/api/test_documents",
    of_adapters.BundleTooLarge: "raised by exports: tests/adapters/proof/test_bundles",
    of_adapters.CaseFileTooLarge: "raised by case files: tests/api/test_case_files",
    **dict.fromkeys(
        (
            of_accounts.LoginFailed,
            of_accounts.TooManyFailures,
            of_accounts.AccountUnknown,
            of_accounts.AccountExists,
            of_accounts.AccountDisabled,
            of_accounts.PasswordUnfit,
            of_accounts.PasswordReused,
            of_accounts.SessionUnknown,
            of_accounts.KeyUnknown,
            MailAddressMissing,
            MailAddressRefused,
            MailNotSent,
            of_accounts.CalendarUnknown,
            of_accounts.TooManyCalendars,
            TooManyWebhooks,
            WebhookAddressRefused,
            WebhookUnknown,
            of_accounts.KeyBeyondPowers,
            of_adapters.PurposeRequired,
            of_adapters.AccessUnknown,
            of_accounts.CredentialUnknown,
        ),
        "raised at the entrance: tests/api/login/test_login, test_sessions, test_keys, test_access_log, test_accounts",
    ),
    **dict.fromkeys(
        (
            of_report.YearNotOver,
            of_report.WorkOfOtherYear,
            of_report.WorkUnknown,
            of_report.DocumentListed,
            of_report.DocumentNotListed,
            of_report.DocumentOver,
            of_report.NotProactive,
            of_report.TooManyDocuments,
            of_report.WaiverUnknown,
            of_report.FigureUnknown,
            of_report.NotAFigure,
            of_report.ReportNotCompiled,
            of_report.ReportNotSubmitted,
            of_report.ReportAlreadySubmitted,
            of_report.ReportNotApproved,
            of_report.ApprovedByItself,
            of_report.ChangedSinceSubmission,
            of_report.ReportAlreadyPublished,
            of_report.ReportNotPublished,
            of_report.NotTheForm,
        ),
        "of a report's stream: test_annual_report",
    ),
    **dict.fromkeys(
        (
            of_letters.LetterKindUnknown,
            of_letters.NoSuchLetter,
            of_letters.OtherLetter,
            of_letters.LetterDetailsMissing,
            of_letters.LetterIncomplete,
            of_letters.AddresseeMissing,
            of_letters.FiledOtherwise,
            of_letters.LetterValuesErased,
            of_adapters.NotAllLetters,
            of_adapters.TooManyLetters,
            of_letters.WordingRefused,
            of_letters.NothingReworded,
            of_letters.ParagraphUnknown,
        ),
        "of letters: tests/domain/letters, tests/adapters/render/test_letters",
    ),
    of_adapters.IdentitiesFailed: "raised by the store, which has the tables: tests/adapters/register/test_reports",
    of_adapters.FileNotRead: "raised at the doors: tests/api/web/test_imports_over_http",
    of_request.ReceiptNotImported: "of an import: tests/domain/request/test_imported",
    of_adapters.AccessesKept: "raised by the store: tests/adapters/proof/test_access_archive",
    of_adapters.NothingHandedOver: "raised by the store: tests/adapters/proof/test_access_archive",
    of_request.NoSuchImport: "raised by the store: tests/adapters/register/test_imports",
    of_authority.ImportUnknown: "of an import: tests/adapters/register/test_imports",
    of_adapters.ImportChangedSince: "raised by the store: tests/adapters/register/test_imports",
    of_report.PublishedHere: "raised by the store: tests/api/cli/test_import_command",
    of_report.NotTakenOver: "raised by the store, which reads the predecessor's register: tests/adapters/register/test_succession",
    of_adapters.RecordedAlone: "raised by the store: tests/adapters/register/test_reports",
    of_adapters.NotPrintable: "raised by typesetting: tests/adapters/report_files, tests/api/test_reporting",
    of_adapters.EditionUnknown: "raised by reading a report: tests/adapters/register/test_reports",
}

CODES = """
    malformed unknown_code in_the_future before_receipt dates_reversed
    not_received already_received already_answered already_closed already_archived already_handed_over not_archived not_closed
    awaiting_supplement awaiting_payment no_supplement_required no_fee_charged term_not_over
    consultation_unknown consultation_exists explanation_not_required nothing_to_serve split_from_itself
    appeal_exists appeal_unknown nothing_to_appeal not_decided appeal_not_named not_ordered_to_perform
    amendment_unknown amendment_of_amendment amendment_of_other_type request_annulled
    acknowledged_without_cause not_acknowledged
    not_amendable registration_stays code_is_final
    authority_exists authority_not_registered wrong_stream not_complete
    authority_unknown request_unknown reference_taken numbers_exhausted reference_too_far request_full reference_of_other_year
    split_parent_unknown command_reused content_erased version_conflict fee_of_nothing not_yet_opened beyond_the_log log_replaced
    entry_unknown not_sealed_yet unsealed_too_long nothing_recorded no_checkpoint suite_changed
    entry_unknown not_sealed_yet nothing_recorded no_checkpoint
    still_open under_appeal erasure_not_requested erased_by_same_person erased_stays_erased erasure_is_final not_restricted
    personal_data_is_restricted document_exists document_unknown document_erased other_document
    document_not_accepted document_too_large case_file_too_large bundle_too_large too_many_texts
    retention_not_over parts_differ case_exists earlier_reference_unknown draft_not_reviewed
    draft_exists draft_unknown draft_not_pending draft_not_approved draft_differs draft_changed
    no_power separation_of_administrators not_an_officer same_person approval_missing grant_needs_second_person
    first_officers_exist first_officers_missing last_administrator not_the_superior token_closed
    service_unknown person_decides handed_in_only
    passed_on successor_of_itself
    assessment_exists assessment_unknown assessment_not_whole not_assessed unit_not_below scored_by_oneself
    nothing_scored reason_missing
    order_unknown return_unknown return_exists return_step period_not_over register_not_complete prepared_by_oneself
    officer_exists officer_unknown grant_unknown power_not_held superior_of_itself
    login_failed too_many_failures account_unknown account_exists account_disabled password_unfit password_reused
    webhook_unknown webhook_address_refused too_many_webhooks mail_address_refused mail_address_missing mail_not_sent calendar_unknown too_many_calendars
    reset_unknown reset_needs_second_person proof_stale code_wrong second_factor_exists second_factor_missing
    provider_off provider_unavailable identity_refused subject_not_bound subject_ambiguous local_login_closed
    subject_exists subject_missing
    passkey_wrong passkey_copied passkey_not_added passkey_unknown passkeys_off too_many_passkeys last_second_factor
    session_unknown key_unknown key_beyond_powers purpose_required access_unknown credential_unknown accesses_kept nothing_handed_over
    year_not_over work_of_other_year work_unknown document_listed document_not_listed document_over not_proactive
    too_many_documents waiver_unknown figure_unknown not_a_figure report_not_compiled
    recovery_code_exists recovery_code_wrong restoration_unknown restoration_needs_second_person
    report_not_submitted report_already_submitted report_not_approved approved_by_itself changed_since_submission
    letter_kind_unknown no_such_letter other_letter letter_details_missing letter_incomplete addressee_missing filed_otherwise
    too_many_letters not_all_letters letter_values_erased wording_refused paragraph_unknown nothing_reworded
    not_the_form not_taken_over published_here receipt_not_imported file_not_read no_such_import import_unknown import_changed_since
    report_already_published report_not_published identities_failed recorded_alone edition_unknown not_printable
"""


def refusals_of_the_domain() -> set[type[of_law.Refusal]]:
    return {
        rule
        for rule in of_law.Refusal.__subclasses__()
        if rule.__module__.startswith("domain.") or rule.__module__.endswith("refusals")
    }


def test_every_rule_is_covered_or_exempted_with_its_reason() -> None:
    """No rule goes untested."""
    judging = {rule for rule, *_ in CASES}
    assert judging | set(ELSEWHERE) == refusals_of_the_domain()
    assert not judging & set(ELSEWHERE)


_OF_PROGRAMS = {"person_decides": "on_behalf_of", "not_acknowledged": "acknowledged"}
"""Given to programs only: a page asks for it in another way, or never."""


def test_no_refusal_uses_the_program_name_of_a_field() -> None:
    """A user of a page knows its label. Commands and file types are named as they are."""
    messages = {
        each.code: re.findall(r"[A-Za-z_]{2,}", re.sub(r"\{\w+\}|taizhang[ a-z-]+|TAIZHANG_\w+|\.zip", "", each.text))
        for each in refusals_of_the_domain()
    }  # fmt: skip
    found = {code: words for code, words in messages.items() if set(words) - {"PDF", "MiB", "docx"}}
    assert found == {code: [word] for code, word in _OF_PROGRAMS.items()}


def test_codes_never_change() -> None:
    """Other programs branch on the codes of refusals: they are typed here one by one."""
    assert {rule.code for rule in refusals_of_the_domain()} == set(CODES.split())


# --- refused when recorded, readable ever after ---


@pytest.mark.parametrize(("outcome", "parts"), DIFFERING)
def test_a_refusal_names_the_right_outcome(outcome: str, parts: tuple[events.Part, ...]) -> None:
    """With the labels of the form; such an event in an old log is still read."""
    when = given(R).when(answered("2020-03-10", outcome, parts=parts))
    given_out = [part.outcome.startswith("granted") for part in parts]
    expected = (
        "部分公开" if any(given_out) and not all(given_out) else "予以公开" if any(given_out) else "不予公开"
    )
    if parts[0].outcome == "granted_in_part":
        expected = "部分公开"
    assert f"应为“{expected}" in str(when.then_refused(of_request.PartsDiffer))
    assert given(R, answered("2020-03-10", outcome, parts=parts)).request.stage == "closed"


@pytest.mark.parametrize(("outcome", "parts"), AGREEING)
def test_an_outcome_that_follows_from_its_parts(outcome: str, parts: tuple[events.Part, ...]) -> None:
    """A coarser or finer code of the same row agrees; if nothing is disclosed any part may be the main one."""
    given(R).when(answered("2020-03-10", outcome, parts=parts)).then()


# National Day 2020: 10-01 to 10-08 off, the make-up days 09-27 and 10-10 count.
ON_HOLIDAY = (received("2020-09-14"), supplement_required("2020-09-18", "2020-10-03"))
PAY_ON_HOLIDAY = (received("2021-09-01"), fee_charged("2021-09-03", "2021-10-04"))


@pytest.mark.parametrize(
    ("history", "cause", "last", "after"),
    [
        (ON_HOLIDAY, "supplement", "2020-10-09", "2020-10-10"),
        (PAY_ON_HOLIDAY, "fee", "2021-10-08", "2021-10-09"),
        ((R, supplement_required("2020-03-05", "2020-03-21")), "supplement", "2020-03-23", "2020-03-24"),
    ],
)
def test_a_lapse_is_possible_after_the_working_day_on_which_the_term_ends(
    history: History, cause: str, last: str, after: str
) -> None:
    """民法典 Art. 203: a stated term that ends on a day off ends on the next working day."""
    refusal = given(*history).when(lapsed(last, cause)).then_refused(of_request.TermNotOver)
    assert last in str(refusal)
    assert given(*history).when(lapsed(after, cause)).then().stage == "closed"
    assert given(*history, lapsed(last, cause)).request.stage == "closed"  # an old log is still read


def test_an_entry_older_than_a_rule_blocks_nothing() -> None:
    """Later entries are recorded as usual; only the entry itself, if recorded again, must follow the rule."""
    wrong = answered("2020-03-10", "granted", parts=in_parts("granted", "unable.not_held"))
    old = given(R, wrong)
    old.when(served("2020-03-10")).then()
    old.when(amended("2020-03-18", 1, received("2020-03-03"))).then()
    old.when(amended("2020-03-18", 2, wrong)).then_refused(of_request.PartsDiffer)
    right = answered("2020-03-10", "granted_in_part", parts=wrong.parts)  # type: ignore[attr-defined]
    assert old.when(amended("2020-03-18", 2, right)).then().objections == ()


# --- the order of entry ---


def test_a_refusal_has_its_article_and_the_affected_entry() -> None:
    """Facts and article, and the other entry that would become impossible, if any (design 1.5)."""
    refusal = (
        given(*ANSWERED, served("2020-03-11"))
        .when(amended("2020-03-12", 2))
        .then_refused(of_request.NothingToServe)
    )
    assert str(refusal).startswith("因此项登记，第3条登记将不能成立：")
    assert "（第三十六条）" in str(refusal)


def test_a_step_before_a_same_day_entry_is_refused_with_the_way_out() -> None:
    """Contract: annul that entry and record it again; the refusal advises it, and it works."""
    notice = supplement_required("2020-03-10", "2020-03-20")
    same_day = str(given(*ANSWERED).when(notice).then_refused(of_request.AlreadyAnswered))
    later = supplement_required("2020-03-11", "2020-03-20")
    another_day = str(given(*ANSWERED).when(later).then_refused(of_request.AlreadyAnswered))
    assert "同日" in same_day
    assert "撤销" in same_day
    assert "同日" not in another_day
    annulled = (*ANSWERED, amended("2020-03-10", 2))
    assert given(*annulled).when(notice).then().stage == "awaiting_supplement"
    assert given(*annulled, notice).when(answered("2020-03-10")).then().stage == "closed"


def test_a_late_step_that_makes_a_later_entry_impossible_is_refused_naming_it() -> None:
    """The whole history is judged again: the withdrawal of 03-05 leaves no room for the answer of 03-10."""
    refusal = given(*ANSWERED).when(withdrawn("2020-03-05")).then_refused(of_request.AlreadyClosed)
    assert refusal.version == 2
    assert "2020-03-05" in str(refusal)


def test_an_entry_is_judged_by_the_day_it_was_recorded() -> None:
    """Contract: today is the day of recording in Shanghai; a replay uses each entry's own."""
    for recorded_on, version in ((date(2020, 3, 1), 1), (date(2020, 3, 2), 2)):
        when = When(recorded(R, on=recorded_on), answered("2020-03-10"), LAW, date(2020, 3, 9))
        assert when.then_refused(of_law.InTheFuture).version == version


# --- amendments ---


def test_annulling_the_receipt_annuls_the_request_until_it_is_restored() -> None:
    """Contract: appeals included; then only an amendment restoring version 1 is possible, which restores everything."""
    request = given(*DECIDED).when(amended("2020-03-19", 1)).then()
    assert (request.annulled, request.stage, request.deadline, request.closing) == (True, "none", None, None)
    assert (request.received, request.appeals, request.answers) == (None, (), ())
    restored = (*DECIDED, amended("2020-03-19", 1), amended("2020-03-20", 1, R))
    request = given(*restored).request
    assert (request.annulled, request.stage) == (False, "closed")
    assert (len(request.appeals), len(request.answers)) == (1, 1)
    given(*restored).when(served("2020-03-20")).then()


def test_the_last_amendment_of_an_entry_wins() -> None:
    """An annulled entry can be recorded again, repeatedly; replaced values are not judged again."""
    history = (R, answered("2020-03-10", "granted.postponed"), amended("2020-03-16", 2))
    assert given(*history).request.stage == "in_hand"
    for version, on in enumerate((date(2020, 3, 11), date(2020, 3, 12)), 4):
        history = (*history, amended("2020-03-17", 2, answered(on)))
        request = given(*history).request
        assert (request.version, [each.on for each in request.answers]) == (version, [on])


def test_a_replacement_is_placed_by_its_own_day() -> None:
    """Contract: by its `on`; if a later entry becomes impossible it is refused, naming that entry."""
    history = given(*NOTICE, supplemented("2020-03-09"), answered("2020-03-12"))
    history.when(amended("2020-03-13", 2, supplement_required("2020-03-06", "2020-03-20"))).then()
    too_late = supplement_required("2020-03-10", "2020-03-20")
    for replacement in (too_late, None):
        amendment = history.when(amended("2020-03-13", 2, replacement))
        assert amendment.then_refused(of_request.NoSupplementRequired).version == 3
