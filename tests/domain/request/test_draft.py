"""文稿 (drafts): drafted, reviewed, approved and sent by different natural persons, and missing steps.

Received on Monday 2026-03-02 in an office whose first officer was appointed on 2026-01-05.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

import pytest

from domain.authority import authorization
from domain.authority.authority import Authority, Officer
from domain.authority.grants import PowerGrant
from domain.authority.powers import Role
from domain.authority.refusals import ApprovalMissing, NoPower, SamePerson
from domain.entry import Event, Recorded
from domain.law.calendar import national_calendar
from domain.law.refusals import Refusal
from domain.law.terms import Duties, Law, Policy, Waiver
from domain.request.events import EntryAmended, Part
from domain.request.judging import admit, irregularities_to_judge, replay
from domain.request.refusals import (
    DraftChanged,
    DraftDiffers,
    DraftNotApproved,
    DraftNotReviewed,
    DraftUnknown,
)
from domain.request.state import Admission, DisclosureRequest
from domain.values import SHANGHAI
from tests.builders import (
    amended,
    answer_drafted,
    answered,
    codes,
    draft_approved,
    draft_reviewed,
    extended,
    extension_drafted,
    received,
    reopened,
    withdrawn,
)

SINCE = date(2026, 1, 5)
TODAY = date(2026, 3, 31)
R = received("2026-03-02")

# li and li2 are one person; han has every business power, as in an office of two.
PEOPLE: dict[str, tuple[str, tuple[Role, ...]]] = {
    "li": ("1007", ("handler",)),
    "li2": ("1007", ("reviewer", "approver")),
    "chen": ("1008", ("handler",)),
    "wang": ("1009", ("reviewer",)),
    "wang2": ("1009", ("approver",)),
    "zhao": ("1010", ("approver",)),
    "han": ("1011", ("handler", "reviewer", "approver")),
}
OFFICE = Authority(
    code="town",
    kind="other",
    complete_since=SINCE,
    names=((date.min, "某镇"),),
    officers=tuple(
        Officer(
            name,
            person,
            None,
            SINCE,
            None,
            tuple(PowerGrant(1, SINCE, (), None, SINCE, role=role) for role in roles),
        )
        for name, (person, roles) in PEOPLE.items()
    ),
    first_appointed=(SINCE, 0),
)
PERSONS = {name: person for name, (person, _) in PEOPLE.items()}

Step = tuple[str, Event]
"""Who records each step; `li for zhao`: li on zhao's behalf."""


def law(steps: str = "none", *scopes: str, until: date = date(2026, 12, 31)) -> Law:
    waivers = tuple(Waiver(scope, date(2026, 2, 1), until, "县府办〔2026〕3号") for scope in scopes)  # type: ignore[arg-type]
    policies = (Policy("approval_steps", steps, SINCE),)
    return Law(national_calendar(), policies, Duties(SINCE, 0, PERSONS, waivers))


def entry(version: int, step: Step, position: int | None = None) -> Recorded:
    actor, _, behalf = step[0].partition(" for ")
    at = datetime.combine(TODAY, time(12), SHANGHAI)
    place = version if position is None else position
    return Recorded("request/2026-0001", version, step[1], at, place, actor, behalf or None)


def stored(*history: Step) -> list[Recorded]:
    return [entry(version, each) for version, each in enumerate((("li", R), *history), 1)]


def record(rules: Law, *steps: Step) -> Admission:
    """The last entry is judged as when recording: powers, rules, and powers again for the irregularities it adds."""
    *before, (who, event) = steps
    history = stored(*before)
    last = entry(len(history) + 1, (who, event))
    amends = event.version if isinstance(event, EntryAmended) else None
    target = history[amends - 1].event if amends else None
    authorization.check(OFFICE, last, amended=target)
    actor, behalf = last.actor, last.on_behalf_of
    admission = admit(history, event, rules, TODAY, actor=actor, on_behalf_of=behalf)
    authorization.check_found(OFFICE, last, irregularities_to_judge(event, admission))
    return admission


def added(rules: Law, *history: Step) -> list[str]:
    return codes(record(rules, *history).irregularities)


def refused(rule: type[Refusal], rules: Law, *history: Step) -> str:
    with pytest.raises(rule) as found:
        record(rules, *history)
    assert "{" not in str(found.value)
    return str(found.value)


def request(rules: Law, *history: Step) -> DisclosureRequest:
    return replay(stored(*history), rules)


DRAFTED = ("li", answer_drafted("2026-03-09"))
REVIEWED = ("wang", draft_reviewed("2026-03-10"))
APPROVED = ("zhao", draft_approved("2026-03-11"))
ANSWERED = ("li", answered("2026-03-12", draft="稿一"))
FULL = (DRAFTED, REVIEWED, APPROVED)


def refusal(on: str = "2026-03-12", draft: str | None = None) -> Event:
    return answered(on, "refused.deliberative", draft=draft)


def test_from_draft_to_answer_with_three_persons() -> None:
    """Drafted, reviewed, approved, sent: nothing to acknowledge under any policy, and the steps are in the state."""
    for steps in ("none", "approval", "review_and_approval"):
        assert added(law(steps), *FULL, ANSWERED) == []
    (draft,) = request(law(), *FULL, ANSWERED).drafts
    assert (draft.stage, draft.outcome, draft.awaits) == ("used", "granted.provided", None)
    assert [(each.step, each.actor, each.passed, each.version) for each in draft.steps] == [
        ("drafted", "li", None, 2),
        ("reviewed", "wang", True, 3),
        ("approved", "zhao", True, 4),
    ]


@pytest.mark.parametrize(
    ("steps", "outcome", "history", "expected"),
    [
        ("none", "granted.provided", (), ""),
        ("none", "unable.not_held", (), ""),
        ("none", "refused.deliberative", (), "unapproved_answer"),
        ("none", "granted_in_part", (), "unapproved_answer"),
        ("approval", "granted.provided", (), "unapproved_answer"),
        ("approval", "granted.provided", (DRAFTED, APPROVED), ""),
        ("review_and_approval", "granted.provided", (), "unapproved_answer unreviewed_answer"),
        ("review_and_approval", "granted.provided", (DRAFTED, APPROVED), "unreviewed_answer"),
        ("review_and_approval", "granted.provided", FULL, ""),
    ],
)
def test_the_steps_that_an_answer_needs(
    steps: str, outcome: str, history: Sequence[Step], expected: str
) -> None:
    """By policy; a refusal, in whole or in part, always needs approval. Only the approver may record one without."""
    answer = answered("2026-03-12", outcome, draft="稿一" if history else None)
    for who, possible in (("han", True), ("zhao", bool(expected)), ("li", not expected)):
        if possible:
            assert added(law(steps), *history, (who, answer)) == expected.split()
        else:
            rule = ApprovalMissing if expected else NoPower
            message = refused(rule, law(steps), *history, (who, answer))
            assert who in message


def test_an_answer_that_refuses_a_part_needs_approval() -> None:
    """Parts count: an answer that grants cannot hide a refusal."""
    parts = (Part("granted.provided", "第三十六条"), Part("refused.third_party_rights", "第十五条"))
    answer = answered("2026-03-12", "granted_in_part", parts=parts)
    assert added(law(), ("zhao", answer)) == ["unapproved_answer"]


def test_an_extension_needs_approval() -> None:
    """Art. 33: 经政府信息公开工作机构负责人同意. It is drafted and approved; a review is not required."""
    drafted, approved = (
        ("li", extension_drafted("2026-03-09", "延期")),
        ("zhao", draft_approved("2026-03-10", "延期")),
    )
    for steps in ("none", "review_and_approval"):
        assert added(law(steps), drafted, approved, ("li", extended("2026-03-11", draft="延期"))) == []
        assert added(law(steps), ("zhao", extended("2026-03-11"))) == ["unapproved_extension"]
        refused(ApprovalMissing, law(steps), ("li", extended("2026-03-11")))


def test_before_the_first_officer_no_approval_is_needed() -> None:
    """An old answer stays valid, and one dated before the first officer but recorded later needs none either."""
    old = Law(national_calendar(), (), Duties(date(2026, 3, 20), 2, PERSONS))
    assert codes(replay(stored(("li", refusal(draft="一个标签"))), old).irregularities) == []
    assert added(old, ("li", refusal("2026-03-19"))) == []
    assert added(old, ("zhao", refusal("2026-03-20"))) == ["unapproved_answer"]
    assert codes(admit(stored(), refusal(), Law(national_calendar()), TODAY).irregularities) == []


def test_an_unknown_draft_is_refused_once_there_are_officers() -> None:
    """Before, `draft` was a free label; see test_refusals."""
    refused(DraftUnknown, law(), ("li", answered("2026-03-12", draft="稿一")))


# --- different natural persons ---


@pytest.mark.parametrize(
    "history",
    [
        (DRAFTED, ("li2", draft_reviewed("2026-03-10"))),
        (DRAFTED, ("li2", draft_approved("2026-03-10"))),
        (DRAFTED, REVIEWED, ("li2", draft_approved("2026-03-11"))),
        (DRAFTED, REVIEWED, ("wang2", draft_approved("2026-03-11"))),
        (("han", DRAFTED[1]), ("han", draft_reviewed("2026-03-10"))),
        (("li for wang", DRAFTED[1]), REVIEWED),
        (DRAFTED, ("wang for li", draft_reviewed("2026-03-10"))),
        (DRAFTED, ("wang for chen", draft_reviewed("2026-03-10")), ("zhao for chen", draft_approved("2026-03-11"))),
        (DRAFTED, ("li2", draft_reviewed("2026-03-10", passed=False))),
        (DRAFTED, ("wang", draft_reviewed("2026-03-10", passed=False)), ("chen", answer_drafted("2026-03-11")), ("li2", draft_approved("2026-03-12"))),
    ],
    ids=range(10),
)  # fmt: skip
def test_nobody_reviews_or_approves_their_own_work(history: Sequence[Step]) -> None:
    """Two ids of one person, both sides of a delegation, and earlier rounds of the same draft count."""
    assert "从简审批" in refused(SamePerson, law(), *history)
    (waived,) = record(law("none", "same_person"), *history).irregularities
    assert (waived.code, waived.version, "由同一人" in waived.text) == (
        "separation_waived",
        len(history) + 1,
        True,
    )
    found = next(each for each in request(law(), *history).irregularities if each.code == "same_person")
    step = "审核" if "审核" in waived.text else "批准"
    assert (
        f"{history[-1][1].on}文稿“稿一”由起草或审核它的同一人{step}" in found.text
    )  # a log that has such an entry is still read


def test_different_persons_may_review_and_approve() -> None:
    """A colleague of the drafter reviews; the one who returned it may review again, and the drafter may record the answer."""
    returned = ("wang", draft_reviewed("2026-03-10", passed=False))
    redrafted = ("li", answer_drafted("2026-03-11"))
    again, approved = ("wang", draft_reviewed("2026-03-12")), ("zhao", draft_approved("2026-03-13"))
    assert added(law(), DRAFTED, returned, redrafted, again) == []
    assert added(law(), DRAFTED, returned, redrafted, again, approved) == []
    assert (
        added(
            law(), DRAFTED, ("zhao", draft_approved("2026-03-10", passed=False)), redrafted, again, approved
        )
        == []
    )
    assert added(law(), ("chen", DRAFTED[1]), ("li2", draft_reviewed("2026-03-10"))) == []


def test_an_earlier_review_does_not_cover_a_new_round() -> None:
    """Returned by the approver and drafted again, it is reviewed again if the policy requires it."""
    history = (
        *FULL[:2],
        ("zhao", draft_approved("2026-03-11", passed=False)),
        ("li", answer_drafted("2026-03-12")),
    )
    approved, answer = ("zhao", draft_approved("2026-03-13")), ("han", answered("2026-03-16", draft="稿一"))
    assert added(law("review_and_approval"), *history, approved, answer) == ["unreviewed_answer"]


def test_an_unreviewed_draft_is_not_approved_if_review_is_required() -> None:
    """Once approved it could neither be sent nor reviewed. It can still be returned."""
    rules = law("review_and_approval")
    message = refused(DraftNotReviewed, rules, DRAFTED, APPROVED)
    assert "稿一" in message
    returned = (
        *FULL[:2],
        ("zhao", draft_approved("2026-03-11", passed=False)),
        ("li", answer_drafted("2026-03-12")),
    )
    refused(DraftNotReviewed, rules, *returned, ("zhao", draft_approved("2026-03-13")))
    assert added(rules, DRAFTED, ("zhao", draft_approved("2026-03-11", passed=False))) == []
    assert added(law("review_and_approval", "review"), DRAFTED, APPROVED) == []  # by leave of the superior
    assert added(law("approval"), DRAFTED, APPROVED) == []
    without_review = ("han", amended("2026-03-13", 3))  # the review annulled under the approval
    assert "第4条登记将不能成立" in refused(DraftNotReviewed, rules, *FULL, without_review)


def test_an_approval_older_than_the_rule_is_still_read() -> None:
    """An old log may have one: it is replayed, and a new draft is sent instead."""
    old = (DRAFTED, APPROVED)
    assert request(law("review_and_approval"), *old).drafts[0].stage == "approved"
    redrafted = (
        ("li", answer_drafted("2026-03-12", "稿二")),
        ("wang", draft_reviewed("2026-03-13", "稿二")),
        ("zhao", draft_approved("2026-03-16", "稿二")),
        ("li", answered("2026-03-17", draft="稿二")),
    )
    assert added(law("review_and_approval"), *old, *redrafted) == []


STEPS: tuple[Step, ...] = tuple(
    (who, event)
    for draft in ("稿一", "稿二")
    for who, event in (
        ("li", answer_drafted("2026-03-09", draft)),
        ("wang", draft_reviewed("2026-03-09", draft)),
        ("wang", draft_reviewed("2026-03-09", draft, passed=False)),
        ("zhao", draft_approved("2026-03-09", draft)),
        ("zhao", draft_approved("2026-03-09", draft, passed=False)),
    )
)


def reachable(rules: Law, length: int) -> list[tuple[Step, ...]]:
    """Every sequence of at most this many steps of two drafts in which each step could be recorded."""
    found: list[tuple[Step, ...]] = [()]
    for history in found:
        if len(history) < length:
            found += [(*history, step) for step in STEPS if can_be(rules, *history, step)]
    return found


def can_be(rules: Law, *history: Step) -> bool:
    """Whether the last step can be recorded without any acknowledgement."""
    try:
        return not record(rules, *history).irregularities
    except Refusal:
        return False


def goes_out(rules: Law, draft: str, history: tuple[Step, ...], most: int = 3) -> bool:
    """Whether the draft can become an answer after at most this many further steps."""
    if can_be(rules, *history, ("li", answered("2026-03-09", draft=draft))):
        return True
    of_draft = [step for step in STEPS if step[1].draft == draft]  # type: ignore[attr-defined]
    return most > 0 and any(
        can_be(rules, *history, step) and goes_out(rules, draft, (*history, step), most - 1)
        for step in of_draft
    )


@pytest.mark.parametrize("steps", ["none", "approval", "review_and_approval"])
def test_every_draft_can_still_be_sent(steps: str) -> None:
    """All sequences of up to four steps: in every state each draft can still be sent."""
    rules = law(steps)
    histories = reachable(rules, 4)
    assert len(histories) > 30
    for each in histories:
        for draft in {step[1].draft for step in each} or {"稿一"}:  # type: ignore[attr-defined]
            assert goes_out(rules, draft, each), (steps, draft, each)


# --- amendments do not go round it ---


def test_an_amendment_counts_as_taking_part() -> None:
    """The reviewer may not approve a draft that the same person amended, nor approve by an amendment."""
    corrected = ("han", amended("2026-03-10", 2, answer_drafted("2026-03-09", legal_basis="第三十七条")))
    refused(SamePerson, law(), DRAFTED, corrected, ("han", draft_approved("2026-03-11")))
    assert added(law(), DRAFTED, corrected, APPROVED) == []
    returned = ("zhao", draft_approved("2026-03-11", passed=False))
    turned = draft_approved("2026-03-11")
    refused(SamePerson, law(), DRAFTED, returned, ("li2", amended("2026-03-12", 3, turned)))
    refused(NoPower, law(), DRAFTED, returned, ("chen", amended("2026-03-12", 3, turned)))
    assert added(law(), DRAFTED, returned, ("zhao", amended("2026-03-12", 3, turned))) == []


def test_an_approved_draft_is_not_changed_afterwards() -> None:
    """Neither the draft under its approval, nor the answer against the draft."""
    changed = amended("2026-03-13", 2, answer_drafted("2026-03-09", outcome="granted"))
    refused(DraftChanged, law(), *FULL, ("li", changed))
    other = amended("2026-03-13", 5, answered("2026-03-12", "granted", draft="稿一"))
    refused(DraftDiffers, law(), *FULL, ANSWERED, ("li", other))
    refused(DraftNotApproved, law(), *FULL, ANSWERED, ("zhao", amended("2026-03-13", 4)))
    without = amended("2026-03-13", 5, answered("2026-03-12", "refused.deliberative"))
    refused(ApprovalMissing, law(), *FULL, ANSWERED, ("li", without))
    assert added(law(), *FULL, ANSWERED, ("han", without)) == ["unapproved_answer"]
    # Nor is an answer changed that an approver recorded without approval.
    let_pass = ("zhao", refusal())
    refused(ApprovalMissing, law(), let_pass, ("li", amended("2026-03-13", 2, refusal("2026-03-13"))))


# --- waivers ---


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ((), "unapproved_answer unreviewed_answer"),
        (("review",), "separation_waived unapproved_answer"),
        (("approval",), "separation_waived unreviewed_answer"),
        (("review", "approval"), "separation_waived separation_waived"),
        (("same_person",), "unapproved_answer unreviewed_answer"),
    ],
)
def test_a_waiver_replaces_the_step_of_its_scope(scopes: tuple[str, ...], expected: str) -> None:
    """The step is still reported as missing, with the waiver; then the handler may record the answer."""
    rules = law("review_and_approval", *scopes)
    admission = record(rules, ("han", answered("2026-03-12")))
    assert codes(admission.irregularities) == expected.split()
    for each in admission.irregularities:
        if each.code == "separation_waived":
            step = {"review": "审核", "approval": "批准"}[scopes[0]] if len(scopes) == 1 else ""
            assert f"2026-03-12未经{step}" in each.text
            assert "县府办〔2026〕3号" in each.text
    if "unapproved_answer" not in expected and "unreviewed_answer" not in expected:
        assert added(rules, ("li", answered("2026-03-12"))) == expected.split()


def test_a_waiver_ends() -> None:
    """until is inclusive and compared with the day of the step."""
    rules = law("none", "same_person", until=date(2026, 3, 10))
    alone = ("han", DRAFTED[1])
    assert added(rules, alone, ("han", draft_approved("2026-03-10"))) == ["separation_waived"]
    refused(SamePerson, rules, alone, ("han", draft_approved("2026-03-11")))


def test_an_extension_under_a_waiver() -> None:
    """Scope approval."""
    assert added(law("none", "approval"), ("li", extended("2026-03-11"))) == ["separation_waived"]


# --- the end of a draft ---


def test_closing_a_request_drops_its_drafts() -> None:
    """An earlier approval does not cover an answer after a reopening; the draft's name can be used again."""
    closed = (*FULL, ("li", withdrawn("2026-03-12")))
    assert [each.stage for each in request(law(), *closed).drafts] == ["dropped"]
    again = (*closed, ("li", reopened("2026-03-13", "2026-04-13")))
    refused(DraftNotApproved, law(), *again, ("li", answered("2026-03-16", draft="稿一")))
    redrafted = (*again, ("li", answer_drafted("2026-03-16")))
    assert added(law(), *redrafted, ("zhao", draft_approved("2026-03-17"))) == []
