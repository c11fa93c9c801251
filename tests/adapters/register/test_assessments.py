"""An assessment across registers: announced and entered above, contested below, concluded with what the registers know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters.register.register import Refused, Register
from api.today import today
from domain.authority.assessment_events import (
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    Grade,
    Indicator,
    Rule,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.events import SuperiorSet
from domain.authority.refusals import (
    AssessmentNotWhole,
    AssessmentUnknown,
    NotAssessed,
    NothingScored,
    UnitNotBelow,
)
from domain.entry import Event
from domain.law.refusals import UnknownCode
from tests.adapters.recordings import line
from tests.adapters.register.test_district import open_office

ANSWERS = Indicator("answers", "依申请公开", "按期答复", "6", "deduct", "automatic", (Rule("overdue", "4"),))
SECRECY = Indicator(
    "secrecy",
    "保密审查",
    "保密审查",
    "4",
    "graded",
    "office",
    grades=(Grade("落实", "4"), Grade("未落实", "0")),
)


def announced(name: str = "考核", *, contest_by: date | None = None) -> AssessmentAnnounced:
    last = contest_by or today() + timedelta(days=9)
    return AssessmentAnnounced(today(), name, 2020, "标准", ("department",), (ANSWERS, SECRECY), last)


def score(unit: str, value: str | None = "落实") -> ScoreEntered:
    return ScoreEntered(today(), "考核", unit, "secrecy", "抽查", value)


async def record(register: Register, code: str, *events: Event) -> int:
    """Version of the last."""
    version = 0
    for event in events:
        one = line(f"{type(event).__name__}-{await register.position(code)}", event)
        version = (await register.record(code, one, actor="t")).version
    return version


@pytest.fixture
async def district(register: Register) -> Register:
    """A county above two bureaus, each with a request of 2020 that nobody answered; one is assessed by its name alone."""
    await open_office(register, "county")
    for code in ("one", "two"):
        await open_office(register, code, "county")
    await record(register, "county", announced(), score("one"), score("two"), score("档案馆"))
    await record(register, "county", ScoreEntered(today(), "考核", "档案馆", "answers", "抽查", "0"))
    return register


async def test_a_unit_contests_the_superior_decides_and_concludes(district: Register) -> None:
    """Each lost 4 of 6 for an overdue request; of one the contest is upheld, and it has all 10 again."""
    contest = await record(district, "one", ScoreContested(today(), "考核", "answers", "原机关受理"))
    (waiting,) = [
        each
        for each in await district.district("county").work_list(today(), 5)
        if each.warning == "contest_to_decide"
    ]
    assert (waiting.code, waiting.version, waiting.name) == ("one", contest, "考核")
    with pytest.raises(AssessmentNotWhole, match="one局的申辩尚未裁定"):
        await record(district, "county", AssessmentConcluded(today(), "考核"))
    decided = ContestDecided(today(), "考核", "one", "answers", "upheld", "经核实", contest, "0")
    await record(district, "county", decided, AssessmentConcluded(today(), "考核", "区府办1号"))
    assert "contest_to_decide" not in {
        each.warning for each in await district.district("county").work_list(today(), 5)
    }
    ((one,),) = [each.conclusions for each in await district.assessments.announced("county")]
    assert {each.unit: each.total for each in one.results} == {"one": 10, "two": 6, "档案馆": 10}
    found = await district.assessments.sheet("county", "考核", today())
    assert (found.restated, found.open, found.document_no) == ((), "", "区府办1号")
    two = next(each for each in found.units if each.code == "two")
    assert two.scores[0].counted[0].cases == ("2020-0001",)


async def test_a_decision_is_of_what_the_unit_contests(district: Register) -> None:
    """Not of an entry that is none, of another unit's, or of another indicator: the contest would stand as decided."""
    contest = await record(district, "one", ScoreContested(today(), "考核", "answers", "原机关受理"))

    def decided(unit: str, indicator: str, entry: int) -> ContestDecided:
        return ContestDecided(today(), "考核", unit, indicator, "overruled", "不成立", entry)

    for wrong, allowed in (
        (decided("one", "answers", 99), str(contest)),
        (decided("one", "answers", 1), str(contest)),
        (decided("one", "secrecy", contest), "不填"),
        (decided("two", "answers", contest), "不填"),
        (decided("档案馆", "answers", contest), "不填"),
    ):
        with pytest.raises(UnknownCode, match=allowed):
            await record(district, "county", wrong)
    assert (await district.assessments.sheet("county", "考核", today())).contests[0].result is None


async def test_what_was_contested_of_the_superior_before_is_nothing_to_the_next(district: Register) -> None:
    """Its assessment bears the same name: it has no objection to decide, concludes, and gets no reason."""
    await record(district, "one", ScoreContested(today(), "考核", "secrecy", "原上级的事"))
    await open_office(district, "city")
    await record(district, "city", announced())
    await record(district, "one", SuperiorSet(today(), "city", "disclosure_supervisor", today()))
    await record(district, "city", score("one"))

    assert (await district.assessments.sheet("city", "考核", today())).contests == ()
    assert "contest_to_decide" not in {
        each.warning for each in await district.district("city").work_list(today(), 5)
    }
    (own,) = await district.assessments.of_unit("one", today())
    assert own.contests == ()
    (duty,) = await district.assessments.duties(await district.authority("one"), today())
    assert duty.note == "考核"
    await record(district, "city", AssessmentConcluded(today(), "考核"))


async def test_a_unit_that_has_gone_is_no_more_assessed(district: Register) -> None:
    """Its scores were left, without those computed from its register: nothing could be concluded, entered or taken back."""
    await record(district, "county", AssessmentConcluded(today(), "考核"))
    await record(district, "one", SuperiorSet(today(), "city", "disclosure_supervisor", today()))
    found = await district.assessments.sheet("county", "考核", today())
    assert ([each.code for each in found.units], found.open) == (["two", "档案馆"], "")
    assert {(each.unit, each.now) for each in found.restated} == {("one局", None)}
    await record(district, "county", AssessmentConcluded(today(), "考核"))
    (one,) = await district.assessments.announced("county")
    assert [[each.unit for each in conclusion.results] for conclusion in one.conclusions] == [
        ["one", "two", "档案馆"], ["two", "档案馆"],
    ]  # fmt: skip


async def test_a_later_score_is_shown_beside_what_was_concluded(district: Register) -> None:
    """What was concluded stays, until it is concluded again."""
    await record(district, "county", AssessmentConcluded(today(), "考核"), score("two", "未落实"))
    found = await district.assessments.sheet("county", "考核", today())
    assert [(each.unit, each.concluded, each.now) for each in found.restated] == [("two局", 4, 0)]
    await record(district, "county", AssessmentConcluded(today(), "考核"))
    assert (await district.assessments.sheet("county", "考核", today())).restated == ()
    (one,) = await district.assessments.announced("county")
    assert [each.results[1].total for each in one.conclusions] == [6, 2]


async def test_a_unit_sees_its_own_scores_and_nothing_of_the_others(district: Register) -> None:
    await record(district, "two", ScoreContested(today(), "考核", "secrecy", "不服"))
    await record(
        district, "county", ContestDecided(today(), "考核", "two", "secrecy", "overruled", "不成立", 3)
    )
    (own,) = await district.assessments.of_unit("one", today())
    assert [each.code for each in own.units] == ["one"]
    assert (own.units[0].total, own.contests) == (6, ())
    assert await district.assessments.of_unit("county", today()) == []


async def test_the_announced_assessment_is_the_unit_s_duty(district: Register) -> None:
    """In its digest and on its list, until the last day to contest it; not the superior's own."""
    for code, expected in (("one", ["assessment_to_check"]), ("county", [])):
        found = await district.assessments.duties(await district.authority(code), today())
        assert [each.duty for each in found] == expected
    office = await district.authority("one")
    assert await district.assessments.duties(office, today() + timedelta(days=10)) == []


async def test_what_cannot_be_scored_contested_or_concluded(district: Register) -> None:
    """A code that is no unit's, a unit's name for its code; another's assessment, an indicator that is none, another class."""
    for unit in ("three", "one局", "county"):
        with pytest.raises(UnitNotBelow, match="one、two"):
            await record(district, "county", score(unit))
    with pytest.raises(NotAssessed):
        await record(district, "one", ScoreContested(today(), "别的", "answers", "不服"))
    with pytest.raises(NotAssessed):
        await record(district, "county", ScoreContested(today(), "考核", "answers", "不服"))
    with pytest.raises(UnknownCode):
        await record(district, "one", ScoreContested(today(), "考核", "other", "不服"))
    with pytest.raises(AssessmentUnknown):
        await record(district, "county", AssessmentConcluded(today(), "别的"))
    for nothing in (score("乙局", None), ScoreEntered(today(), "考核", "one", "answers", "抽查")):
        with pytest.raises(NothingScored, match=r"(乙局|one局)的“(保密审查|按期答复)”还没有评定"):
            await record(district, "county", nothing)
    await record(district, "county", score("one", None))
    with pytest.raises(NothingScored):
        await record(district, "county", score("one", None))
    with pytest.raises(AssessmentNotWhole, match="one局还有未评的指标"):
        await record(district, "county", AssessmentConcluded(today(), "考核"))
    many = [line("a", score("one")), line("b", score("three"))]
    with pytest.raises(Refused):
        await district.record_all("county", many, actor="t")
    (one,) = await district.assessments.announced("county")
    assert one.scores[0].value is None
