"""Irregularities, each at its limit: the last lawful day adds nothing, the next day adds it.

Working days are counted by hand from the notices. From Monday 2020-03-02: 7th 03-11, 10th 03-16, 15th 03-23,
20th 03-30, 40th 04-27 (Tomb Sweeping 04-04 to 04-06 is off, Sunday 04-26 a make-up day).
"""

from __future__ import annotations

import pytest

from domain.entry import Event
from domain.law.irregularities import RULES, Irregularity, NotAcknowledged, check_acknowledged, found
from domain.law.refusals import AcknowledgedWithoutCause
from domain.request.events import Part
from domain.request.refusals import AlreadyAnswered, TermNotOver
from tests.builders import (
    amended,
    answered,
    appeal_decided,
    appealed,
    archived,
    consultation_closed,
    consultation_opened,
    correction_analysed,
    deferred,
    erasure_requested,
    explained,
    explanation_required,
    extended,
    fee_charged,
    fee_paid,
    given,
    lapsed,
    personal_data_erased,
    received,
    reopened,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)

History = tuple[Event, ...]

R, R2008 = received("2020-03-02"), received("2019-05-14")
NOTICE, SUPPLEMENTED = supplement_required("2020-03-05", "2020-03-20"), supplemented("2020-03-09")
ON_SATURDAY = supplement_required("2020-03-05", "2020-03-21")
ON_HOLIDAY = (received("2020-09-14"), supplement_required("2020-09-18", "2020-10-03"))
EXTENDED = extended("2020-03-04", 5)
# 2021, when there is a tariff: from Monday 03-01 the 20th is 03-29, from 03-02 03-30, from 03-29 04-27 (04-05 off, 04-25 made up)
R2021, FEE = received("2021-03-01"), fee_charged("2021-03-02", "2021-03-30")
PAGES = received("2022-03-01")
EXPLANATION_REQUIRED = (R, explanation_required("2020-03-04", "2020-03-11"))
A = (R, consultation_opened("2020-03-03", "2020-03-24"))
B = (R, consultation_opened("2020-03-03", "2020-03-24", "乙", "co_maker", "2020-03-05"))
ANSWERED = (R, answered("2020-03-30"))
SERVED = (*ANSWERED, served("2020-03-30"))
REOPENED = (*SERVED, reopened("2020-04-01", "2020-04-30"), answered("2020-04-02", "granted"))
REVOKED = (
    R,
    answered("2020-03-20"),
    appealed("2020-04-01"),
    appeal_decided("2020-04-20", "revoked"),
    reopened("2020-04-21", "2020-05-20", appeal="复议一"),
)

PAY_ON_HOLIDAY = (received("2021-09-01"), fee_charged("2021-09-03", "2021-10-04"))
UNCLEAR, EXCESSIVE = (
    answered("2020-03-27", "unable.still_unclear"),
    answered("2020-03-27", "not_processed.excessive"),
)
UNCLEAR_IN_PART = answered(
    "2020-03-27",
    "granted_in_part",
    parts=(Part("granted", "第三十六条"), Part("unable.still_unclear", "第三十条")),
)
APPEALED = (R, answered("2020-03-20"), appealed("2020-04-01"))
ARCHIVED = (*SERVED, archived("2020-04-01"))
ORDERED = erasure_requested("2020-05-06", basis="ordered")


def pages(quantity: int, amount_yuan: str) -> Event:
    return fee_charged("2022-03-10", "2022-04-11", amount_yuan, "pages", quantity)


def items(quantity: int, amount_yuan: str) -> Event:
    return fee_charged("2022-03-10", "2022-04-11", amount_yuan, "items", quantity)


# For each: the codes added, the lawful history, the unlawful one (the last event is judged), figures by hand.
# fmt: off
CASES: list[tuple[str, History, History, dict[str, str]]] = [
    # Art. 30: within 7 working days of receipt, once, to a day that is inclusive (03-21 is a Saturday)
    ("late_supplement_notice", (R, supplement_required("2020-03-11", "2020-03-31")), (R, supplement_required("2020-03-12", "2020-03-31")), {"limit": "2020-03-11", "workdays": "7"}),
    ("second_supplement_notice", (R, NOTICE), (R, NOTICE, supplement_required("2020-03-06", "2020-03-25")), {"on": "2020-03-06"}),
    ("second_supplement_notice", (R, NOTICE), (R, NOTICE, SUPPLEMENTED, supplement_required("2020-03-10", "2020-03-25")), {}),
    ("supplement_after_term", (R, NOTICE, supplemented("2020-03-20")), (R, NOTICE, supplemented("2020-03-21")), {"limit": "2020-03-20"}),
    # 民法典 203: a term stated to Saturday 03-21 ends on Monday; one into National Day 2020 on Friday 10-09
    ("supplement_after_term", (R, ON_SATURDAY, supplemented("2020-03-23")), (R, ON_SATURDAY, supplemented("2020-03-24")), {"limit": "2020-03-23"}),
    ("supplement_after_term", (*ON_HOLIDAY, supplemented("2020-10-09")), (*ON_HOLIDAY, supplemented("2020-10-10")), {"limit": "2020-10-09"}),
    # Art. 33: once; after a restart a further one is a second
    ("second_extension", (R, EXTENDED), (R, EXTENDED, extended("2020-03-11", 5)), {"on": "2020-03-11"}),
    ("second_extension", (R, NOTICE, SUPPLEMENTED, extended("2020-03-10")), (R, EXTENDED, NOTICE, SUPPLEMENTED, extended("2020-03-10")), {}),
    # at most 20 working days; at most 15 under the 2008 Regulations, Art. 24
    ("extension_too_long", (R, extended("2020-03-10", 20)), (R, extended("2020-03-10", 21)), {"workdays": "21", "limit": "20"}),
    ("extension_too_long", (R2008, extended("2019-05-20", 15)), (R2008, extended("2019-05-20", 16)), {"workdays": "16", "limit": "15"}),
    # notified to the applicant within the term; notified_on counts
    ("extension_after_due", (R, extended("2020-03-30")), (R, extended("2020-03-31")), {"on": "2020-03-31", "limit": "2020-03-30"}),
    ("extension_after_due", (R, extended("2020-03-27", 20, "2020-03-30")), (R, extended("2020-03-27", 20, "2020-03-31")), {"on": "2020-03-31"}),
    ("extension_without_notice", (R, extended("2020-03-10")), (R, extended("2020-03-10", notified_on=None)), {"on": "2020-03-10"}),
    ("extension_while_waiting", (R, NOTICE, SUPPLEMENTED, extended("2020-03-09")), (R, NOTICE, extended("2020-03-09")), {"on": "2020-03-09"}),
    ("extension_while_waiting", (R2021, FEE, fee_paid("2021-03-08"), extended("2021-03-08")), (R2021, FEE, extended("2021-03-08")), {}),
    # Art. 32, 34: 15 working days, from the opening 03-24, from the delivery on 03-05 03-26
    ("consultation_overlong", (*A, consultation_closed("2020-03-24")), (*A, consultation_closed("2020-03-25")), {"limit": "2020-03-24", "workdays": "15"}),
    ("consultation_overlong", (*B, consultation_closed("2020-03-26", "乙")), (*B, consultation_closed("2020-03-27", "乙")), {"limit": "2020-03-26"}),
    # Art. 35: reasons must be requested and accepted first
    ("deferred_without_explanation", (*EXPLANATION_REQUIRED, explained("2020-03-10"), deferred("2020-03-10", "2020-05-29")), (R, deferred("2020-03-10", "2020-05-29")), {"on": "2020-03-10"}),
    ("deferred_without_explanation", (*EXPLANATION_REQUIRED, explained("2020-03-10"), deferred("2020-03-11", "2020-05-29")), (*EXPLANATION_REQUIRED, explained("2020-03-10", False), deferred("2020-03-11", "2020-05-29")), {}),
    # 109号: within the term to answer; 20 working days to pay, from 03-03 03-31, from 03-31 04-28
    ("fee_notice_late", (R2021, fee_charged("2021-03-29", "2021-04-30")), (R2021, fee_charged("2021-03-30", "2021-04-30")), {"limit": "2021-03-29"}),
    ("fee_term_short", (R2021, FEE), (R2021, fee_charged("2021-03-02", "2021-03-29")), {"pay_by": "2021-03-29", "limit": "2021-03-30", "workdays": "20"}),
    ("fee_notice_late fee_term_short", (R2021, fee_charged("2021-03-29", "2021-04-26")), (R2021, fee_charged("2021-03-30", "2021-04-26")), {}),
    # Art. 33: 20 working days, and 20 more; after a reopening redo_by
    ("late_answer", ANSWERED, (R, answered("2020-03-31")), {"on": "2020-03-31", "limit": "2020-03-30"}),
    ("late_answer", (R, extended("2020-03-30"), answered("2020-04-27")), (R, extended("2020-03-30"), answered("2020-04-28")), {"limit": "2020-04-27"}),
    ("late_answer", (*REVOKED, answered("2020-05-20", "granted")), (*REVOKED, answered("2020-05-21", "granted")), {"limit": "2020-05-20"}),
    # 行政复议法 Art. 64: not the same result on the same ground
    ("same_answer_after_revocation", (*REVOKED, answered("2020-05-11", legal_basis="第三十六条第一项")), (*REVOKED, answered("2020-05-11")), {"legal_basis": "第三十六条第二项"}),
    ("same_answer_after_revocation late_answer", (*REVOKED, answered("2020-05-20", "granted")), (*REVOKED, answered("2020-05-21")), {}),
    # 109号: unpaid by the stated day, or by the next working day where that is off, the request is given up
    ("payment_after_term", (R2021, FEE, fee_paid("2021-03-30")), (R2021, FEE, fee_paid("2021-03-31")), {"limit": "2021-03-30"}),
    ("payment_after_term", (*PAY_ON_HOLIDAY, fee_paid("2021-10-08")), (*PAY_ON_HOLIDAY, fee_paid("2021-10-09")), {"limit": "2021-10-08"}),
    # 109号: 10 items of the month and 30 pages are free; 31 pages cost 10, the 31st item 200; in force from 2021-01-01
    ("fee_outside_tariff", (PAGES, pages(31, "10")), (PAGES, pages(31, "99999")), {"amount_yuan": "99999", "tariff": "应为10元"}),
    ("fee_outside_tariff", (PAGES, pages(119, "1080.00")), (PAGES, pages(119, "1190")), {"tariff": "应为1080元"}),
    ("fee_outside_tariff", (PAGES, pages(31, "10")), (PAGES, pages(30, "10")), {"tariff": "不收费"}),
    ("fee_outside_tariff", (PAGES, items(11, "100")), (PAGES, items(10, "100")), {"tariff": "不收费"}),
    ("fee_outside_tariff", (PAGES, items(31, "200")), (PAGES, items(31, "100")), {"tariff": "应为200元（各件共2200元）"}),
    ("fee_outside_tariff", (PAGES, items(45, "5500")), (PAGES, items(45, "4500")), {}),
    ("fee_before_tariff", (received("2020-12-14"), fee_charged("2021-01-01", "2021-02-10")), (received("2020-12-14"), fee_charged("2020-12-31", "2021-02-10")), {"on": "2020-12-31", "limit": "2021-01-01"}),
    # Art. 30, 35: requested first; anything requested of the same request counts
    ("unclear_without_notice", (R, NOTICE, SUPPLEMENTED, UNCLEAR), (R, UNCLEAR), {"on": "2020-03-27"}),
    ("unclear_without_notice", (R, NOTICE, SUPPLEMENTED, UNCLEAR_IN_PART), (R, UNCLEAR_IN_PART), {}),
    ("excessive_without_explanation", (*EXPLANATION_REQUIRED, EXCESSIVE), (R, EXCESSIVE), {"on": "2020-03-27"}),
    ("excessive_without_explanation", (*EXPLANATION_REQUIRED, explained("2020-03-10", False), EXCESSIVE), (R, NOTICE, SUPPLEMENTED, EXCESSIVE), {}),
    # Art. 32, 34: at most 15 working days, and no answer while it is still open
    ("consultation_term_long", (R, consultation_opened("2020-03-03", "2020-03-24")), (R, consultation_opened("2020-03-03", "2020-03-25")), {"limit": "2020-03-24", "workdays": "15"}),
    ("consultation_term_long", (R, consultation_opened("2020-03-03", "2020-03-26", "乙", "co_maker", "2020-03-05")), (R, consultation_opened("2020-03-03", "2020-03-27", "乙", "co_maker", "2020-03-05")), {}),
    ("consultation_overlong", (*A, answered("2020-03-24")), (*A, answered("2020-03-25")), {"consultation": "甲", "limit": "2020-03-24"}),
    # 复议法 64, 行诉法 70: by order of an existing decision
    ("reopened_before_decision", (*APPEALED, appeal_decided("2020-04-20", "revoked"), reopened("2020-04-21", "2020-05-20", appeal="复议一")), (*APPEALED, reopened("2020-04-21", "2020-05-20", appeal="复议一")), {"appeal": "复议一"}),
    # 档案: ten years from the end of the year of archiving, unless ordered
    ("erased_before_retention", (*ARCHIVED, erasure_requested("2031-01-01", basis="ordered")), (*ARCHIVED, erasure_requested("2030-12-31", basis="ordered")), {"until": "至2030-12-31"}),
    ("erased_before_retention", (*ARCHIVED, ORDERED, personal_data_erased("2031-01-01", 5)), (*ARCHIVED, ORDERED, personal_data_erased("2030-12-31", 5)), {}),
    # 235号: by China Post, whose day of posting counts; by hand that of signature
    ("posted_otherwise", SERVED, (*ANSWERED, served("2020-03-30", "courier", "2020-03-30")), {"on": "2020-03-30"}),
    ("late_service", SERVED, (*ANSWERED, served("2020-03-31")), {"on": "2020-03-31", "limit": "2020-03-30"}),
    ("late_service", (*ANSWERED, served("2020-03-30", "in_person")), (*ANSWERED, served("2020-03-30", "in_person", "2020-03-31")), {"on": "2020-03-31"}),
    ("posted_otherwise late_service", SERVED, (*ANSWERED, served("2020-03-30", "courier", "2020-03-31")), {}),
    # Art. 45; the answer after a reopening is to be served too
    ("archived_unserved", (*SERVED, archived("2020-04-01")), (*ANSWERED, archived("2020-04-01")), {"on": "2020-04-01"}),
    ("archived_unserved", (*REOPENED, served("2020-04-02"), archived("2020-04-03")), (*REOPENED, archived("2020-04-03")), {}),
    ("extension_too_long extension_after_due extension_without_notice", (R, extended("2020-03-30")), (R, extended("2020-03-31", 21, None)), {}),
    ("second_extension extension_too_long extension_while_waiting", (R, EXTENDED), (R, EXTENDED, NOTICE, extended("2020-03-06", 21)), {}),
]
# fmt: on


@pytest.mark.parametrize(("codes", "lawful", "unlawful", "figures"), CASES)
def test_the_next_day_adds_what_the_last_lawful_day_does_not(
    codes: str, lawful: History, unlawful: History, figures: dict[str, str]
) -> None:
    """Each irregularity of the contract at its boundary, by the entry judged, with the figures of its sentence."""
    given(*lawful[:-1]).when(lawful[-1]).then()
    added = given(*unlawful[:-1]).when(unlawful[-1]).admission().irregularities
    assert {each.key for each in added} == {(code, len(unlawful)) for code in codes.split()}
    assert figures.items() <= {item for each in added for item in each.figures.items()}
    assert all(each.article in each.text for each in added)
    assert not any(gap in each.text for each in added for gap in ("{", "None"))


CONTRACT = """
    late_supplement_notice second_supplement_notice supplement_after_term second_extension extension_too_long
    extension_after_due extension_without_notice extension_while_waiting consultation_overlong
    deferred_without_explanation fee_notice_late fee_term_short late_answer same_answer_after_revocation
    posted_otherwise late_service archived_unserved
    unclear_without_notice excessive_without_explanation payment_after_term fee_outside_tariff fee_before_tariff
    consultation_term_long reopened_before_decision erased_before_retention
"""
OF_DRAFTS = "unreviewed_answer unapproved_answer unapproved_extension separation_waived same_person"
"""Caused in test_draft: they need an authority with a policy or with officers."""


OF_THE_REGISTER = {"reference_jump"}
"""Caused in tests/adapters/register/test_register: it needs the last number of the year."""

OF_PUBLICATION = {"late_publication", "published_period"}
"""Caused in test_annual_report and test_late_entries: they need a report, or positions in the log."""


def test_every_irregularity_has_a_case() -> None:
    """The rules of the domain, the codes of the contract's table and the codes caused above are the same."""
    assert {code for codes, *_ in CASES for code in codes.split()} == set(CONTRACT.split())
    assert set(RULES) == {*CONTRACT.split(), *OF_DRAFTS.split(), *OF_PUBLICATION, *OF_THE_REGISTER}


def test_an_old_case_names_the_law_in_force() -> None:
    """Received before 2019-05-15: 国令492号, in irregularities, refusals, steps and fees."""
    late = given(R2008).when(answered("2019-06-05")).then("late_answer").irregularities[0]
    assert late.text.endswith("（2008年条例第二十四条）")
    after_term = (R2008, supplement_required("2019-05-16", "2019-05-22"))
    found = given(*after_term).when(supplemented("2019-05-24")).then("supplement_after_term")
    assert "2008年条例第二十一条第四项" in found.irregularities[0].text
    assert "2008年条例第二十一条第四项" in found.deadline.steps[-1].text  # type: ignore[union-attr]
    again = given(R2008, answered("2019-05-16")).when(answered("2019-05-17")).then_refused(AlreadyAnswered)
    assert "2008年条例第二十一条" in str(again)
    assert "2008年条例第二十一条第四项" in str(
        given(*after_term).when(lapsed("2019-05-22")).then_refused(TermNotOver)
    )
    given(R2008).when(EXCESSIVE_2008).then()  # it knew no excessive requests


EXCESSIVE_2008 = answered("2019-05-20", "not_processed.excessive")


# fmt: off
UNBOUND: list[History] = [
    (R, NOTICE, answered("2020-12-31")),  # no term runs while the applicant's reply is awaited
    (R2021, FEE, answered("2021-12-31")),
    (R, consultation_opened("2020-03-03", "2020-03-24", "丙", "other_authority"), consultation_closed("2020-04-30", "丙")),
    (R2008, consultation_opened("2019-05-15", "2019-05-31"), consultation_closed("2019-07-31")),
    (R2008, supplement_required("2019-05-31", "2019-06-14")),
    (R, NOTICE, lapsed("2020-03-23"), archived("2020-03-24")),  # nothing to serve
    (R, withdrawn("2020-03-31"), archived("2020-04-01")),
    (R, answered("2020-03-10"), served("2020-03-10", "public_notice")),  # nothing proven, nothing late
]
# fmt: on


@pytest.mark.parametrize("history", UNBOUND)
def test_without_a_rule_nothing_is_irregular(history: History) -> None:
    """Art. 32, 34 set a term for third parties and co-makers; the 2008 Regulations set none, nor one for Art. 30."""
    assert given(*history).irregularities == []


# --- decided by entries recorded later ---


def test_an_earlier_proven_service_recorded_later_clears_late_service() -> None:
    """Contract: the earliest proven day counts, in whatever order the services are recorded."""
    late = (*ANSWERED, served("2020-04-02"))
    assert given(*late).irregularities == ["late_service"]
    assert given(*late).when(served("2020-03-30")).then().irregularities == ()
    given(*SERVED).when(served("2020-04-02")).then()


def test_a_signature_recorded_later_makes_a_service_late() -> None:
    """235号: a courier's parcel proves nothing until it is signed for; a late answer is not also served late."""
    sent, signed = served("2020-03-30", "courier"), served("2020-03-30", "courier", "2020-03-31")
    assert given(*ANSWERED, sent).irregularities == ["posted_otherwise"]
    given(*ANSWERED, sent).when(amended("2020-04-10", 3, signed)).then("late_service")
    given(R, answered("2020-03-31")).when(served("2020-04-01")).then()


def test_service_entered_late_clears_archived_unserved() -> None:
    """Art. 45: a service dated before the archiving counts although it is recorded later."""
    unserved = given(*ANSWERED, archived("2020-04-01"))
    assert unserved.irregularities == ["archived_unserved"]
    assert unserved.when(served("2020-03-30")).then().irregularities == ()


@pytest.mark.parametrize(
    ("causes", "allowed"), [("procedure", True), ("facts", False), ("procedure law", False)]
)
def test_the_same_answer_may_be_given_again_after_a_fault_of_procedure_alone(
    causes: str, allowed: bool
) -> None:
    """行政复议法 Art. 64: only if the analysis of the decision, recorded before or after, names procedure alone."""
    again, analysis = answered("2020-05-11"), correction_analysed("2020-04-22", *causes.split())
    left = [] if allowed else ["same_answer_after_revocation"]
    assert given(*REVOKED, again, analysis).irregularities == left
    given(*REVOKED, analysis).when(again).then(*left)


@pytest.mark.parametrize(
    "disposition", ["revoked_in_part", "unlawful", "varied", "ordered_to_perform", "upheld"]
)
def test_the_same_answer_may_be_given_again_without_a_revocation(disposition: str) -> None:
    """行政复议法 Art. 64 concerns revocation, in whole or in part."""
    history = (*REVOKED[:3], appeal_decided("2020-04-20", disposition), REVOKED[4])
    added = ["same_answer_after_revocation"] if disposition == "revoked_in_part" else []
    given(*history).when(answered("2020-05-11")).then(*added)


def test_a_revocation_set_aside_on_appeal_forbids_nothing() -> None:
    """Contract: there may be a decision per instance; the last one in effect counts."""
    overruled = appeal_decided("2020-04-21", "claim_dismissed", instance="second")
    given(*REVOKED[:4], overruled, REVOKED[4]).when(answered("2020-05-11")).then()


def test_an_extension_entered_late_makes_the_one_after_it_the_second() -> None:
    """An event may add an irregularity to another entry: version 2 is the second extension once version 3 precedes it."""
    admission = given(R, extended("2020-03-10", 5)).when(EXTENDED).admission()
    assert [each.key for each in admission.irregularities] == [("second_extension", 2)]


def test_an_amendment_removes_and_adds_irregularities() -> None:
    """Irregularities are those of the history as amended; received on Friday 02-28 the answer was due on 03-27."""
    late = given(R, answered("2020-03-31"))
    assert late.when(amended("2020-04-01", 2, ANSWERED[1])).then().irregularities == ()
    given(*ANSWERED).when(amended("2020-04-01", 2, answered("2020-03-31"))).then("late_answer")
    given(*ANSWERED).when(amended("2020-04-01", 1, received("2020-02-28"))).then("late_answer")


# --- acknowledging ---

LATE = found("late_answer", 2, on="2020-03-31", limit="2020-03-30")
SECOND, SECOND_TOO = (found("second_extension", version, on="2020-03-11") for version in (3, 4))


@pytest.mark.parametrize(
    ("added", "acknowledged"),
    [
        ((), ()),
        ((LATE,), ("late_answer",)),
        ((LATE, SECOND), ("second_extension", "late_answer")),
        ((SECOND, SECOND_TOO), ("second_extension",)),
    ],
)
def test_exactly_the_codes_added_are_acknowledged(
    added: tuple[Irregularity, ...], acknowledged: tuple[str, ...]
) -> None:
    """Contract: `acknowledged` is the set of the codes added; other codes are refused."""
    check_acknowledged(added, acknowledged)
    with pytest.raises(AcknowledgedWithoutCause, match="不符"):
        check_acknowledged(added, (*acknowledged, "late_service"))


def test_unacknowledged_irregularities_are_returned_with_their_articles() -> None:
    """The refusal has the irregularities and the codes to acknowledge."""
    with pytest.raises(NotAcknowledged) as refused:
        check_acknowledged((LATE, SECOND), ("late_answer", "late_service"))
    assert refused.value.irregularities == (LATE, SECOND)
    for words in ("late_answer", "second_extension", "第三十三条", "2020-03-31"):
        assert words in str(refused.value)
