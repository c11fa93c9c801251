"""Assessment events: announced and scored by the superior, contested by the unit, decided by another officer, concluded."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from domain.authority.assessment import contests_of
from domain.authority.assessment_events import (
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    Grade,
    Indicator,
    Rule,
    ScoreContested,
    ScoreEntered,
    UnitResult,
)
from domain.authority.events import AuthorityEventBody, OwnEntryAmended, SuperiorSet
from domain.authority.refusals import (
    AssessmentExists,
    AssessmentUnknown,
    NoPower,
    ReasonMissing,
    ScoredByOneself,
)
from domain.law.refusals import DatesReversed, UnknownCode
from domain.values import Sealed
from tests.domain.authority.test_powers import DAY, Office, staffed
from tests.domain.authority.test_supervision import below

LATER, END = date(2026, 3, 9), date(2026, 3, 20)
ANSWERS = Indicator(
    "answers", "依申请公开", "按期答复", "6", "deduct", "automatic",
    (Rule("overdue", "6"), Rule("entered", "1.5", "不配合的次数")),
)  # fmt: skip
SECRECY = Indicator(
    "secrecy",
    "保密审查",
    "保密审查",
    "4",
    "graded",
    "office",
    grades=(Grade("落实", "4"), Grade("未落实", "0")),
)
SIGN = Indicator("sign", "年度报告", "公布", "2", "yes_no", "automatic", (Rule("report_unpublished", "2"),))
ANNOUNCED = AssessmentAnnounced(DAY, "考核", 2025, "评分标准", ("department",), (ANSWERS, SECRECY, SIGN), END)
SCORE = ScoreEntered(DAY, "考核", "zhen", "secrecy", "抽查", "落实")


@pytest.mark.parametrize(
    ("indicator", "changes", "why"),
    [
        (ANSWERS, {"points": "1001"}, "分数须在0至1000之间"),
        (ANSWERS, {"rules": (Rule("overdue", "1000.01"),)}, "分数须在0至1000之间"),
        (ANSWERS, {"rules": ()}, "扣分、是否的须有rules，不写grades"),
        (ANSWERS, {"grades": SECRECY.grades}, "扣分、是否的须有rules，不写grades"),
        (ANSWERS, {"rules": (Rule("overdue", "1"), Rule("overdue", "2"))}, "同一事由写了两次"),
        (SECRECY, {"grades": ()}, "分等次的须有grades，不写rules"),
        (SECRECY, {"rules": ANSWERS.rules}, "分等次的须有grades，不写rules"),
        (SECRECY, {"grades": (Grade("落实", "4.01"),)}, "等次的分数超过满分4"),
        (SECRECY, {"grades": (Grade("落实", "4"), Grade("落实", "0"))}, "等次的名称重复"),
    ],
)
def test_an_indicator_adds_up(indicator: Indicator, changes: dict[str, object], why: str) -> None:
    """At its limits it is accepted: 1,000 points, a grade that gives all of them."""
    msgspec.structs.replace(ANSWERS, points="1000")
    with pytest.raises(ValueError, match=f"^指标{indicator.code}：{why}"):
        msgspec.structs.replace(indicator, **changes)


def begun() -> Office:
    """Announced, and scored by the lines of a file."""
    return staffed().record(ANNOUNCED, "li")


def test_who_may_assess_decide_and_contest() -> None:
    """Handlers and statisticians announce and score, the head decides and concludes; a unit's handler contests."""
    office = begun()
    for event, theirs, others in (
        (msgspec.structs.replace(ANNOUNCED, name="二"), "tong", ("wang", "zhao", "shen", "sys")),
        (SCORE, "li", ("wang", "zhao", "shen", "sys")),
        (ScoreContested(DAY, "考核", "secrecy", "不服"), "li", ("wang", "tong", "shen", "sys")),
        (
            ContestDecided(DAY, "考核", "zhen", "secrecy", "overruled", "不成立"),
            "zhao",
            ("li", "tong", "wang"),
        ),
        (AssessmentConcluded(DAY, "考核", None, ()), "zhao", ("li", "tong", "wang")),
    ):
        for actor in others:
            office.refused(NoPower, event, actor)
        office.record(event, theirs)


def test_the_scorer_may_not_decide_the_objection() -> None:
    """Nor under another id of the same person; a computed score has no scorer."""
    office = begun().appoint("both", "li").empower("both", "approver")
    office.record(SCORE, "li")
    decided = ContestDecided(LATER, "考核", "zhen", "secrecy", "upheld", "经核实", 7, "未落实")
    message = office.refused(ScoredByOneself, decided, "both")
    assert "评分" in message
    office.record(ContestDecided(LATER, "考核", "zhen", "sign", "overruled", "不成立"), "both")
    office.record(decided, "zhao").record(decided, "zhao")
    (one,) = office.now.assessments
    assert [(each.value, each.decided) for each in one.scores] == [("未落实", True)]
    office.record(ContestDecided(LATER, "考核", "zhen", "sign", "overruled", "无新的事由", 9), "zhao")
    (one,) = office.now.assessments
    found = [
        one.decision(unit, contest) for unit, contest in (("zhen", 7), ("zhen", 9), ("zhen", 8), ("xiang", 7))
    ]
    assert [each and (each.result, each.reason) for each in found] == [
        ("upheld", "经核实"), ("overruled", "无新的事由"), None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "measure", "value", "field"),
    [
        ("other", None, "1", "indicator"),
        ("answers", "corrected", "1", "measure"),
        ("answers", "overdue", "是", "value"),
        ("answers", "overdue", "1001", "value"),
        ("answers", "overdue", "-1", "value"),
        ("answers", "overdue", "１", "value"),
        ("secrecy", None, "1", "value"),
        ("secrecy", "entered", "落实", "measure"),
        ("sign", None, "或", "value"),
    ],
)
def test_a_score_without_an_indicator_is_refused(
    indicator: str, measure: str | None, value: str, field: str
) -> None:
    office = begun()
    event = ScoreEntered(DAY, "考核", "zhen", indicator, "抽查", value, measure)
    message = office.refused(UnknownCode, event, "li")
    assert field in message


def test_a_score_of_an_indicator_with_several_reasons_names_one() -> None:
    message = begun().refused(ReasonMissing, ScoreEntered(DAY, "考核", "zhen", "answers", "抽查", "1"), "li")
    assert "“按期答复”有几种事由" in message
    assert "逾期答复、逾期未办结的申请（overdue）、不配合的次数（entered）" in message


def test_the_last_score_counts() -> None:
    """Of one unit, indicator and rule; a unit's code in full width is the same code."""
    office = begun()
    for measure, value in (("overdue", "2"), ("entered", "0"), ("overdue", "1")):
        office.record(ScoreEntered(DAY, "考核", "zhen", "answers", "抽查", value, measure), "li")
    office.record(ScoreEntered(DAY, "考核", "ｚｈｅｎ", "sign", "抽查", "是"), "tong")
    (one,) = office.now.assessments
    assert [(each.place, each.value, each.by) for each in one.scores] == [
        (("zhen", "answers", "overdue"), "1", ("li",)),
        (("zhen", "answers", "entered"), "0", ("li",)),
        (("zhen", "sign", "report_unpublished"), "是", ("tong",)),
    ]


def test_an_assessment_is_announced_once_and_first() -> None:
    office = begun()
    office.refused(AssessmentExists, ANNOUNCED, "li")
    office.refused(AssessmentUnknown, msgspec.structs.replace(SCORE, assessment="二"), "li")
    early = msgspec.structs.replace(ANNOUNCED, name="二", contest_by=date(2026, 3, 1))
    office.refused(DatesReversed, early, "li")
    before = msgspec.structs.replace(SCORE, on=date(2026, 3, 1))
    office.refused(DatesReversed, before, "li", on=DAY)


def test_an_announcement_is_amended_like_the_authority_s_other_entries() -> None:
    """Another last day is in force; an annulment while there are scores is refused, naming the score."""
    office = begun()
    version = office.now.version
    reason = Sealed("0" * 32, "0" * 64)
    later = msgspec.structs.replace(ANNOUNCED, contest_by=date(2026, 3, 31))
    office.record(OwnEntryAmended(DAY, version, reason, later), "sys")
    assert office.now.assessments[0].contest_by == date(2026, 3, 31)
    office.record(SCORE, "li")
    message = office.refused(AssessmentUnknown, OwnEntryAmended(DAY, version, reason), "sys")
    assert "将不能成立" in message


def test_a_second_conclusion_does_not_change_the_first() -> None:
    """The pinned scores cannot be sent by an officer."""
    office = begun()
    for points in ("6", "4.5"):
        done = AssessmentConcluded(LATER, "考核", None, (UnitResult("zhen", "某镇", {"answers": points}),))
        office.record(done, "zhao")
    (one,) = office.now.assessments
    assert [each.results[0].points for each in one.conclusions] == [{"answers": "6"}, {"answers": "4.5"}]
    line = '{"type":"assessment_concluded","on":"2026-03-09","assessment":"考核","pinned":[]}'
    with pytest.raises(msgspec.ValidationError, match="pinned"):
        msgspec.json.decode(line, type=AuthorityEventBody)


def test_an_objection_is_recorded_in_the_unit_s_own_register() -> None:
    """Against its superior of that day; the superior's decision names the entry."""
    office = below().record(ScoreContested(LATER, "考核", "secrecy", "已整改"), "li")
    version = office.now.version
    office.record(SuperiorSet(LATER, "city", "lower_government", LATER), "sys")
    office.record(ScoreContested(LATER, "考核", "answers", "已补答"), "li")
    assert [each.indicator for each in contests_of(office.now.contests, "city")] == ["answers"]
    (one,) = contests_of(office.now.contests, "county")
    assert (one.version, one.superior, one.assessment, one.indicator) == (
        version,
        "county",
        "考核",
        "secrecy",
    )


@pytest.mark.parametrize("result", ["upheld", "overruled"])
def test_a_decision_that_upholds_an_objection_has_the_new_score(result: str) -> None:
    value = None if result == "upheld" else "0"
    with pytest.raises(ValueError, match="申辩成立的写明改计的值"):
        ContestDecided(DAY, "考核", "zhen", "sign", result, "经核实", None, value)  # type: ignore[arg-type]
