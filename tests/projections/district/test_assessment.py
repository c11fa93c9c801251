"""Assessment by example: points are reckoned in the head from the indicators beside them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from projections.district import indicators
from projections.district.assessment import (
    Cases,
    EnteredFault,
    Score,
    UnitCases,
    assess,
    details,
    entered_in,
    totals,
    with_reports,
)
from projections.district.indicators import BUILT_IN, IndicatorFault
from projections.report import judged
from tests.projections.report.test_judged import report, sources

LICHENG, YUHUAN = indicators.load("licheng-2020"), indicators.load("yuhuan-2018")
NOTHING: Cases = {
    "overdue": (), "corrected": (), "late_matters": (), "late_returns": (), "report_late": (), "report_errors": (),
    "report_copied": (), "unfiled": (), "report_unpublished": (),
}  # fmt: skip
CO_OPERATES = "甲局,on_request,0,无不配合,区公开办"


def scores(cases: Cases, *lines: str, chosen: indicators.IndicatorSet = LICHENG) -> dict[str, Score]:
    unit = UnitCases("jia", "甲局", "department", {**NOTHING, **cases})
    (sheet,) = assess([unit], chosen, entered_in("\n".join(lines).encode()))
    return {score.indicator: score for score in sheet.scores}


@pytest.mark.parametrize(
    ("overdue", "corrected", "points"), [(0, 0, 6), (0, 1, 3), (0, 2, 0), (1, 0, 0), (1, 3, 0)]
)
def test_points_are_deducted_by_the_event_and_never_more_than_there_are(
    overdue: int, corrected: int, points: int
) -> None:
    """Licheng 2020: 6 points; overdue −6 each, corrected −3 each."""
    cases: Cases = {
        "overdue": tuple(f"2020-{n:04d}" for n in range(1, overdue + 1)),
        "corrected": tuple(f"2020-{n:04d}（案号）" for n in range(1, corrected + 1)),
    }
    found = scores(cases, CO_OPERATES)["on_request"]
    assert found.points == points
    assert [each.cases for each in found.counted[:2]] == [cases["overdue"], cases["corrected"]]


def test_what_nobody_assessed_is_open_unless_all_is_lost_already() -> None:
    """Without the office's word on co-operation there are no points; with an overdue answer none are left to lose."""
    assert scores({})["on_request"].points is None
    assert scores({})["on_request"].open == ("不配合区公开办的次数",)
    assert scores({"overdue": ("2020-0001",)})["on_request"].points == 0
    assert scores({})["secrecy"].points is None
    sheets = assess([UnitCases("jia", "甲局", "department", {**NOTHING, "overdue": ("2020-0001",)})], LICHENG)
    assert totals(sheets) == [["甲局", Decimal(10), Decimal(16), "保密审查"]]
    assert not sheets[0].is_whole


def test_a_register_that_cannot_say_leaves_the_measure_open() -> None:
    unit = UnitCases("jia", "甲局", "department", {"report_late": ("2019年度报告",)})
    (sheet,) = assess([unit], LICHENG)
    found = {score.indicator: score for score in sheet.scores}["annual_report"]
    assert found.points is None
    assert len(found.open) == 3
    assert [(each.events, each.deducted) for each in found.counted] == [(1, 5)]


def test_an_upheld_objection_counts_instead_of_what_was_computed() -> None:
    """One of two corrections was the fault of another office; both stay listed."""
    cases: Cases = {"corrected": ("2020-0001（1号）", "2020-0002（2号）")}
    line = "甲局,on_request,1,申辩成立：第2件为原机关作出,区公开办,结果纠正的复议、诉讼"
    found = scores(cases, CO_OPERATES, line)["on_request"]
    assert found.points == 3
    counted = next(each for each in found.counted if each.computed is not None and each.cases)
    assert (counted.events, counted.computed, counted.by) == (1, 2, "区公开办")
    assert len(counted.cases) == 2


def test_grades_and_yes_or_no() -> None:
    """Yuhuan 2018: each unfiled case takes all 4; a report that is not published takes its 2; 较健全 is 12 of 20."""
    found = scores({"unfiled": ("2018-0001",)}, "甲局,机制健全,较健全,见附件一,市政府办", chosen=YUHUAN)
    assert {code: score.points for code, score in found.items()} == {
        "filing": 0,
        "report_published": 2,
        "report_on_time": 2,
        "mechanism": 12,
    }
    late = scores({"report_unpublished": ("2017年度报告",), "report_late": ("2017年度报告",)}, chosen=YUHUAN)
    assert (late["report_published"].points, late["report_on_time"].points) == (0, 0)
    said = scores({}, "甲局,report_published,否,网站上没有,市政府办", chosen=YUHUAN)
    assert said["report_published"].points == 0


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("丙局,secrecy,落实,见附件,办公室", "单位不在所考核的单位中"),
        ("甲局,nothing,落实,见附件,办公室", "没有这一指标"),
        ("甲局,secrecy,很好,见附件,办公室", "落实、部分落实、未落实"),
        ("甲局,on_request,-1,见附件,办公室", "次数"),
        ("甲局,on_request,1001,见附件,办公室", "次数"),
        ("甲局,on_request,是,见附件,办公室", "次数"),
        ("甲局,on_request,1,见附件,办公室,别的", "事由"),
        ("甲局,annual_report,1,见附件,办公室", "事由"),
        ("甲局,secrecy,落实,,办公室", "五栏"),
        ("甲局,secrecy,落实,一,办公室\n甲局,secrecy,落实,二,办公室", "两次"),
    ],
)
def test_a_line_that_fits_nothing_is_named(line: str, why: str) -> None:
    with pytest.raises(EnteredFault, match=why):
        scores({}, line)


def test_a_file_that_is_no_list_is_refused_in_words() -> None:
    with pytest.raises(EnteredFault, match="第1行不能分栏"):
        entered_in(b"x" * 200_000)


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
    sheets = assess(units, towns)
    assert totals(sheets) == [["甲镇", Decimal("1.0"), Decimal("2.5"), ""]]
    assert [row[5:8] for row in details(sheets)] == [["收到后迟于5个工作日登记的申请", 3, Decimal("1.5")]]


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
        ("on_request", 6), ("annual_report", 10), ("secrecy", 6),
    ]  # fmt: skip
    assert sum(each.points for each in YUHUAN.indicator if each.group == "年度报告") == 4
    assert [indicators.load(name).name for name in BUILT_IN] == list(BUILT_IN)
    with pytest.raises(KeyError):
        indicators.load("../licheng-2020")


def test_reports_that_were_sent_are_judged_for_errors_and_copied_texts() -> None:
    """甲局's table does not tie; 乙局 sent none, so of it nothing is known."""
    broken = report("甲局", number=3)
    broken.requests_table["granted"] = [2, 0, 0, 0, 0, 0, 2]
    units = [UnitCases("jia", "甲局", "department", {}), UnitCases("yi", "乙局", "department", {})]
    one, two = with_reports(units, judged.judge(sources(broken)))
    assert len(one.cases["report_errors"]) == 2  # the column of natural persons and that of all
    assert one.cases["report_copied"] == ()
    assert two.cases == {}


def test_a_unit_that_only_sends_reports_is_assessed_too() -> None:
    """Of class 其他: what its report says is known, what no register says of it is open until it is entered."""
    units = [UnitCases("jia", "甲局", "department", {})]
    _, other = with_reports(units, judged.judge(sources(report("乙局"))))
    assert (other.unit, other.kind, other.cases) == (
        "乙局",
        "other",
        {"report_errors": (), "report_copied": ()},
    )
    line = "乙局,on_request,1,逾期一件,区公开办,逾期答复、逾期未办结的申请"
    (sheet,) = assess([other], LICHENG, entered_in(line.encode()))
    assert [score.points for score in sheet.scores] == [0, None, None]


def test_a_reason_is_named_as_the_set_words_it() -> None:
    """As well as by the measure's own words."""
    for why in ("不配合区公开办的次数", "由评定人填写的次数", ""):
        assert scores({}, f"甲局,on_request,1,不配合,区公开办,{why}")["on_request"].points == 0
