"""Assessments by example: expected points are computed by hand from the indicators beside them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from domain.authority.assessment import Assessment, Contest, follow
from domain.authority.assessment_events import (
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    ScoreEntered,
)
from domain.entry import Event, Recorded
from domain.values import SHANGHAI
from projections.district import indicators
from projections.district.assessment import (
    AssessmentSheet,
    Cases,
    ScoreShown,
    UnitCases,
    contests,
    details,
    restated,
    sheet,
    totals,
)
from projections.district.indicators import BUILT_IN, IndicatorFault, IndicatorSet
from projections.district.scores import EnteredFault, filled_in, lines_of, of_reports
from projections.report import judged
from tests.projections.report.test_judged import report, sources

LICHENG, YUHUAN = indicators.load("licheng-2020"), indicators.load("yuhuan-2018")
NOTHING: Cases = {
    "overdue": (), "corrected": (), "late_matters": (), "late_returns": (), "report_late": (), "report_errors": (),
    "report_copied": (), "unfiled": (), "report_unpublished": (),
}  # fmt: skip
CO_OPERATES = "甲局,on_request,0,无不配合"
DAY, END = date(2021, 3, 1), date(2021, 3, 19)
UNITS = {"jia": "甲局"}


def announced(chosen: IndicatorSet) -> Assessment:
    event = AssessmentAnnounced(DAY, "考核", 2020, chosen.source, chosen.classes, chosen.indicator, END)
    return assessed((), event)


def assessed(known: tuple[Assessment, ...], *events: Event) -> Assessment:
    for nth, event in enumerate(events, 5):
        moment = datetime(2021, 3, 31, 12, tzinfo=SHANGHAI)
        entry = Recorded("authority", nth, event, moment, nth, "li")
        known = follow(known, entry, event)  # type: ignore[arg-type]
    return known[0]


def entered(chosen: IndicatorSet, *lines: str) -> Assessment:
    """Announced, and scored with the lines of a file."""
    one = announced(chosen)
    return assessed((one,), *filled_in(lines_of("\n".join(lines).encode()), one, UNITS, DAY))


def shown(cases: Cases, *lines: str, chosen: IndicatorSet = LICHENG) -> AssessmentSheet:
    return sheet(entered(chosen, *lines), [UnitCases("jia", "甲局", "department", {**NOTHING, **cases})])


def scores(cases: Cases, *lines: str, chosen: IndicatorSet = LICHENG) -> dict[str, ScoreShown]:
    (unit,) = shown(cases, *lines, chosen=chosen).units
    return {score.indicator: score for score in unit.scores}


@pytest.mark.parametrize(
    ("overdue", "corrected", "points"), [(0, 0, 6), (0, 1, 3), (0, 2, 0), (1, 0, 0), (1, 3, 0)]
)
def test_points_are_deducted_per_event_and_never_negative(overdue: int, corrected: int, points: int) -> None:
    """Licheng 2020: 6 points; overdue −6 each, corrected −3 each."""
    cases: Cases = {
        "overdue": tuple(f"2020-{n:04d}" for n in range(1, overdue + 1)),
        "corrected": tuple(f"2020-{n:04d}（案号）" for n in range(1, corrected + 1)),
    }
    found = scores(cases, CO_OPERATES)["on_request"]
    assert found.points == points
    assert [each.cases for each in found.counted[:2]] == [cases["overdue"], cases["corrected"]]


def test_an_unassessed_measure_is_open_unless_all_points_are_lost() -> None:
    """Without the office's word on co-operation there are no points; with an overdue answer none are left to lose."""
    assert scores({})["on_request"].points is None
    assert scores({})["on_request"].open == ("不配合区公开办的次数",)
    assert scores({"overdue": ("2020-0001",)})["on_request"].points == 0
    assert scores({})["secrecy"].points is None
    found = shown({"overdue": ("2020-0001",)})
    assert totals(found.units) == [["甲局", Decimal(10), Decimal(16), "保密审查"]]
    assert found.open == "甲局还有未评的指标"


def test_a_measure_the_register_cannot_compute_is_open() -> None:
    unit = UnitCases("jia", "甲局", "department", {"report_late": ("2019年度报告",)})
    (one,) = sheet(announced(LICHENG), [unit]).units
    found = {score.indicator: score for score in one.scores}["annual_report"]
    assert found.points is None
    assert len(found.open) == 3
    assert [(each.events, each.deducted) for each in found.counted] == [(1, 5)]


CORRECTED: Cases = {"corrected": ("2020-0001（1号）", "2020-0002（2号）")}


def test_an_upheld_contest_replaces_the_computed_score() -> None:
    """One of two corrections was the fault of another office: 3 points instead of none; both stay listed."""
    waiting = Contest(9, date(2021, 3, 22), "qu", "考核", "on_request", "第2件为原机关作出")
    unit = UnitCases("jia", "甲局", "department", {**NOTHING, **CORRECTED}, (waiting,))
    one = entered(LICHENG, CO_OPERATES, "甲局,保密审查,落实,抽查")
    before = sheet(one, [unit])
    assert before.open == "甲局的申辩尚未裁定"
    assert contests(before.contests) == [
        [
            "甲局",
            9,
            date(2021, 3, 22),
            "按期答复，配合区公开办",
            "第2件为原机关作出",
            "是",
            "待裁定",
            None,
            "",
        ]
    ]
    decided = ContestDecided(
        date(2021, 3, 25), "考核", "jia", "on_request", "upheld", "经核实", 9, "1", "corrected"
    )
    after = sheet(assessed((one,), decided), [unit])
    assert (before.units[0].scores[0].points, after.units[0].scores[0].points, after.open) == (0, 3, "")
    counted = next(each for each in after.units[0].scores[0].counted if each.decided)
    assert (counted.events, counted.computed, counted.by, len(counted.cases)) == (1, 2, ("li",), 2)
    assert [(each.result, each.decision_reason) for each in after.contests] == [("upheld", "经核实")]


def test_a_contest_that_is_overruled_leaves_the_points() -> None:
    waiting = Contest(9, DAY, "qu", "考核", "on_request", "不服")
    unit = UnitCases("jia", "甲局", "department", {**NOTHING, **CORRECTED}, (waiting,))
    decided = ContestDecided(DAY, "考核", "jia", "on_request", "overruled", "理由不成立", 9)
    found = sheet(assessed((entered(LICHENG, CO_OPERATES),), decided), [unit])
    assert (found.units[0].scores[0].points, found.contests[0].result) == (0, "overruled")


def test_a_withdrawn_score_leaves_the_computed_one() -> None:
    """Of two scores for one indicator and unit the last counts; once withdrawn the register's count is used again."""
    line = "甲局,on_request,1,核实,结果纠正的复议、诉讼"
    one = entered(LICHENG, CO_OPERATES, line)
    unit = UnitCases("jia", "甲局", "department", {**NOTHING, **CORRECTED})
    back = ScoreEntered(DAY, "考核", "jia", "on_request", "误评", None, "corrected")
    found = [sheet(each, [unit]).units[0].scores[0].points for each in (one, assessed((one,), back))]
    assert found == [3, 0]


def test_points_that_changed_after_the_conclusion_are_shown() -> None:
    """Concluded with 22; a correction recorded later costs 3: the conclusion does not change."""
    whole = (CO_OPERATES, "甲局,保密审查,落实,抽查")
    before = shown({}, *whole)
    assert before.results[0].total == 22
    done = AssessmentConcluded(DAY, "考核", "区府办〔2021〕9号", before.results)
    one = assessed((entered(LICHENG, *whole),), done)
    same = sheet(one, [UnitCases("jia", "甲局", "department", NOTHING)])
    assert (same.concluded_on, same.document_no, same.restated) == (DAY, "区府办〔2021〕9号", ())
    moved = sheet(one, [UnitCases("jia", "甲局", "department", {**NOTHING, "corrected": ("2020-0001",)})])
    assert restated(moved) == [["甲局", "按期答复，配合区公开办", Decimal(6), Decimal(3)]]
    gone = sheet(one, [])
    assert restated(gone)[0][2:] == [Decimal(6), None]


def test_grades_and_yes_or_no() -> None:
    """Yuhuan 2018: each unfiled case takes all 4; a report that is not published takes its 2; 较健全 is 12 of 20."""
    found = scores({"unfiled": ("2018-0001",)}, "甲局,机制健全,较健全,见附件一", chosen=YUHUAN)
    assert {code: score.points for code, score in found.items()} == {
        "filing": 0,
        "report_published": 2,
        "report_on_time": 2,
        "mechanism": 12,
    }
    late = scores({"report_unpublished": ("2017年度报告",), "report_late": ("2017年度报告",)}, chosen=YUHUAN)
    assert (late["report_published"].points, late["report_on_time"].points) == (0, 0)
    points = scores({}, "甲局,report_published,否,网站上没有", chosen=YUHUAN)
    assert points["report_published"].points == 0


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("甲局,nothing,落实,见附件", "没有这一指标"),
        ("甲局,secrecy,很好,见附件", "落实、部分落实、未落实"),
        ("甲局,on_request,-1,见附件", "次数"),
        ("甲局,on_request,1001,见附件", "次数"),
        ("甲局,on_request,是,见附件", "次数"),
        ("甲局,on_request,1,见附件,别的", "事由"),
        ("甲局,annual_report,1,见附件", "事由"),
        ("甲局,secrecy,落实,", "四栏"),
        ("甲局,secrecy,落实," + "见" * 201, "200字"),
        ("甲局,secrecy,落实,一\njia,secrecy,落实,二", "两次"),
    ],
)
def test_a_line_without_an_indicator_is_named(line: str, why: str) -> None:
    with pytest.raises(EnteredFault, match=why):
        scores({}, line)


def test_an_invalid_file_is_refused() -> None:
    with pytest.raises(EnteredFault, match="第1行不能分栏"):
        lines_of(b"x" * 200_000)


def test_only_units_of_the_set_s_classes_are_assessed() -> None:
    towns = indicators.parse(
        'name="乡镇"\ntitle="乡镇"\nsource="某区"\nyear=2025\nclasses=["subdistrict"]\n'
        '[[indicator]]\ncode="a"\ngroup="甲"\nname="甲"\npoints=2.5\nkind="deduct"\nassessor="automatic"\n'
        'rules=[{measure="late_entries",per=0.5}]'
    )
    units = [
        UnitCases("zhen", "甲镇", "subdistrict", {"late_entries": ("2025-0001",) * 3}),
        UnitCases("ju", "甲局", "department", {"late_entries": ()}),
    ]
    sheets = sheet(announced(towns), units).units
    assert totals(sheets) == [["甲镇", Decimal("1.0"), Decimal("2.5"), ""]]
    assert [row[6:9] for row in details(sheets)] == [["收到后迟于5个工作日登记的申请", 3, Decimal("1.5")]]


BASE = 'name="x"\ntitle="x"\nsource="x"\nyear=2025\nclasses=["other"]\n'
ONE = '[[indicator]]\ncode="a"\ngroup="甲"\nname="甲"\npoints=2\nassessor="office"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name=", "不是TOML"),
        (BASE, "不合要求"),
        (BASE + ONE + 'kind="deduct"', "须有rules"),
        (BASE + ONE + 'kind="graded"', "须有grades"),
        (BASE + ONE + 'kind="graded"\ngrades=[{name="好",points=3}]', "超过满分"),
        (BASE + ONE + 'kind="graded"\ngrades=[{name="好",points=1},{name="好",points=2}]', "重复"),
        (BASE + ONE + 'kind="deduct"\nrules=[{measure="luck",per=1}]', "不合要求"),
        (BASE + ONE + 'kind="deduct"\nrules=[{measure="overdue",per=-1}]', "0至1000"),
        (BASE + ONE + 'kind="deduct"\nrules=[{measure="overdue",per=nan}]', "0至1000"),
        (BASE + ONE + 'kind="deduct"\nrules=[{measure="overdue",per=1},{measure="overdue",per=2}]', "两次"),
        (BASE + (ONE + 'kind="deduct"\nrules=[{measure="overdue",per=1}]\n') * 2, "代码重复"),
    ],
)
def test_a_set_that_cannot_be_used_is_refused(text: str, why: str) -> None:
    with pytest.raises(IndicatorFault, match=why):
        indicators.parse(text)


def test_the_sets_that_come_with_the_program_are_those_of_their_sources() -> None:
    """law.md II.7: Licheng 6, 10 and 6 points; of Yuhuan 4 for filing and 4 for the report."""
    assert [(each.code, each.points) for each in LICHENG.indicator] == [
        ("on_request", "6"), ("annual_report", "10"), ("secrecy", "6"),
    ]  # fmt: skip
    assert sum(Decimal(each.points) for each in YUHUAN.indicator if each.group == "年度报告") == 4
    assert [indicators.load(name).name for name in BUILT_IN] == list(BUILT_IN)
    with pytest.raises(KeyError):
        indicators.load("../licheng-2020")


def test_submitted_reports_are_checked_for_errors_and_copied_texts() -> None:
    """甲局's table is inconsistent: two errors, in natural persons and in the total. 乙局 has no register, and is scored by name."""
    broken = report("甲局", number=3)
    broken.requests_table["granted"] = [2, 0, 0, 0, 0, 0, 2]
    batch = judged.judge(sources(broken, report("乙局")))
    found = of_reports(batch, announced(LICHENG), UNITS, DAY)
    assert [(each.unit, each.indicator, each.measure, each.value) for each in found] == [
        ("jia", "annual_report", "report_errors", "2"),
        ("jia", "annual_report", "report_copied", "0"),
        ("乙局", "annual_report", "report_errors", "0"),
        ("乙局", "annual_report", "report_copied", "0"),
    ]
    assert found[0].evidence.count("；") == 1


def test_a_name_of_two_units_scores_neither() -> None:
    """By their codes each is scored."""
    two = {**UNITS, "jia-2": UNITS["jia"]}
    line = "甲局,secrecy,落实,见附件"
    with pytest.raises(EnteredFault, match="有2个单位同名（jia、jia-2），请写代码"):
        filled_in(lines_of(line.encode()), announced(LICHENG), two, DAY)
    (by_code,) = filled_in(lines_of(line.replace("甲局", "jia").encode()), announced(LICHENG), two, DAY)
    assert by_code.unit == "jia"
    batch = judged.judge(sources(report("甲局")))
    with pytest.raises(EnteredFault, match="同名"):
        of_reports(batch, announced(LICHENG), two, DAY)


def test_two_reports_of_one_unit_do_not_score_it() -> None:
    """The first has an error, the second none; neither may replace the other."""
    broken = report("甲局", number=3)
    broken.requests_table["granted"] = [2, 0, 0, 0, 0, 0, 2]
    batch = judged.judge(sources(broken, report("甲局", number=3)))
    with pytest.raises(EnteredFault, match="几份报告"):
        of_reports(batch, announced(LICHENG), UNITS, DAY)


def test_a_unit_without_a_register_is_assessed_by_entered_scores() -> None:
    """Indicators without a register's count are open until entered; with all entries withdrawn, it is no longer assessed."""
    line = "乙局,on_request,1,逾期一件,逾期答复、逾期未办结的申请"
    one = entered(LICHENG, line)
    (other,) = sheet(one, []).units
    assert (other.code, [score.points for score in other.scores]) == ("乙局", [0, None, None])
    back = ScoreEntered(DAY, "考核", "乙局", "on_request", "误评", None, "overdue")
    assert sheet(assessed((one,), back), []).units == ()


def test_a_reason_is_named_by_the_set_s_label() -> None:
    """As well as by the measure's own label."""
    for why in ("不配合区公开办的次数", "由评定人填写的次数", ""):
        assert scores({}, f"甲局,on_request,1,不配合,{why}")["on_request"].points == 0
