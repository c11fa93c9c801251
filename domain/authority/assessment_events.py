"""考核 (Art. 46): the indicators that a superior announces, the points it enters, what a unit contests, and what is concluded.

What the superior records lies in its own register, also of units that keep none here; what a unit contests, in the unit's.
An assessment is named in both by its name. P is what a conclusion pins, which nobody sends: the program fills it in
while it records.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta

from domain.entry import Event
from domain.values import FIRST_YEAR, LAST_YEAR, Code, EntryVersion, Label, Value

P = TypeVar("P")

Measure = Literal[
    "overdue",
    "corrected",
    "unanalysed",
    "late_entries",
    "unfiled",
    "late_matters",
    "late_returns",
    "report_late",
    "report_unpublished",
    "report_errors",
    "report_copied",
    "entered",
]

MEASURES: dict[Measure, str] = {
    "overdue": "逾期答复、逾期未办结的申请",
    "corrected": "结果纠正的复议、诉讼",
    "unanalysed": "尚未登记纠错分析的纠错案件",
    "late_entries": "收到后迟于5个工作日登记的申请",
    "unfiled": "办结、送达而未归档的申请",
    "late_matters": "逾期未答复的督办",
    "late_returns": "逾期报送的数字",
    "report_late": "年度报告逾期公布",
    "report_unpublished": "年度报告未公布",
    "report_errors": "报来的年度报告有差错",
    "report_copied": "报来的年度报告与上年或其他单位雷同",
    "entered": "由评定人填写的次数",
}

UnitClass = Literal["government", "department", "subdistrict", "other"]

MOST_POINTS = 1_000

Points = Annotated[str, Meta(pattern=r"^[0-9]{1,4}(\.[0-9]{1,2})?\Z")]
"""Points as text, at most two decimals."""


class Rule(Value, frozen=True):
    """per: points for each event. words: what is counted, where it is entered."""

    measure: Measure
    per: Points
    words: Label | None = None

    @property
    def called(self) -> str:
        return self.words or MEASURES[self.measure]


class Grade(Value, frozen=True):
    """等次: what it is called, and its points."""

    name: Label
    points: Points


class Indicator(Value, frozen=True):
    """指标: deducts points per event up to its own points, gives all or none, or those of a grade.

    points: in full, and the most that is ever deducted. assessor: who assesses what is not computed.
    """

    code: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}\Z")]
    group: Label
    name: Label
    points: Points
    kind: Literal["deduct", "yes_no", "graded"]
    assessor: Literal["automatic", "self", "office"]
    rules: Annotated[tuple[Rule, ...], Meta(max_length=20)] = ()
    grades: Annotated[tuple[Grade, ...], Meta(max_length=20)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        where = f"指标{self.code}："
        per = [self.points, *(each.per for each in self.rules), *(each.points for each in self.grades)]
        if any(Decimal(each) > MOST_POINTS for each in per):
            raise ValueError(f"{where}分数须在0至{MOST_POINTS}之间")
        if self.kind == "graded":
            if not self.grades or self.rules:
                raise ValueError(f"{where}分等次的须有grades，不写rules")
            if max(Decimal(each.points) for each in self.grades) > Decimal(self.points):
                raise ValueError(f"{where}等次的分数超过满分{self.points}")
            if len({each.name for each in self.grades}) < len(self.grades):
                raise ValueError(f"{where}等次的名称重复")
            return
        if not self.rules or self.grades:
            raise ValueError(f"{where}扣分、是否的须有rules，不写grades")
        if len({each.measure for each in self.rules}) < len(self.rules):
            raise ValueError(f"{where}同一事由写了两次")


Indicators = Annotated[tuple[Indicator, ...], Meta(min_length=1, max_length=200)]
Classes = Annotated[tuple[UnitClass, ...], Meta(min_length=1, max_length=4)]


def check_codes(indicators: tuple[Indicator, ...]) -> None:
    """Raises ValueError unless each indicator has a code of its own."""
    codes = [each.code for each in indicators]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"指标代码重复：{'、'.join(twice)}")


class AssessmentAnnounced(Event, frozen=True, tag="assessment_announced"):
    """印发考核指标: by what the units of these classes are assessed for a year, and until when they may contest it, inclusive.

    name: unique among the authority's assessments. source: the document that the indicators follow.
    """

    title = "印发考核指标"
    article = "第四十六条"
    name: Label
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR - 1)]
    source: Label
    classes: Classes
    indicators: Indicators
    contest_by: date

    def __post_init__(self) -> None:
        super().__post_init__()
        check_codes(self.indicators)


class ScoreEntered(Event, frozen=True, tag="score_entered"):
    """考核评分: what no register knows of a unit, or counts instead of what is computed, with the evidence.

    unit: its code, or the name of one that keeps no register here. measure: the rule meant, of an indicator with several.
    value: a number of events, 是 or 否, or a grade; the last one counts, and one without a value takes back those before.
    """

    title = "考核评分"
    article = "第四十六条"
    assessment: Label
    unit: Label
    indicator: Code
    evidence: Label
    value: Label | None = None
    measure: Code | None = None


class ScoreContested(Event, frozen=True, tag="score_contested"):
    """考核申辩 by the unit, in its own register: an indicator of an assessment of its superior's is wrong, and why."""

    title = "考核申辩"
    article = "第四十六条"
    assessment: Label
    indicator: Code
    reason: Label


class ContestDecided(Event, frozen=True, tag="contest_decided"):
    """裁定考核申辩: what then counts, if it is upheld. contest: of the entry in the unit's own register; absent, it came on
    paper. unit, measure, value: as of a score.
    """

    title = "裁定考核申辩"
    article = "第四十六条"
    assessment: Label
    unit: Label
    indicator: Code
    result: Literal["upheld", "overruled"]
    reason: Label
    contest: EntryVersion | None = None
    value: Label | None = None
    measure: Code | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.result == "upheld") != (self.value is not None):
            raise ValueError("value：申辩成立的写明改计的值，不成立的不写")


class UnitResult(Value, frozen=True):
    """A unit's points by the code of the indicator. unit: its code, or its name if it keeps no register here. name: of the unit
    in the year assessed.
    """

    unit: Label
    name: Label
    points: dict[Code, Points]

    @property
    def total(self) -> Decimal:
        return sum(map(Decimal, self.points.values()), Decimal(0))


class AssessmentConcluded(Event, Generic[P], frozen=True, tag="assessment_concluded"):
    """评定考核结果: the points of all units, as they are by then. Concluded again, the result before stays on record.

    pinned: the results, which the program fills in.
    """

    title = "评定考核结果"
    article = "第四十六条"
    assessment: Label
    document_no: Label | None = None
    pinned: P | None = None


Results = tuple[UnitResult, ...]

OF_ASSESSMENT: tuple[type[Event], ...] = (
    AssessmentAnnounced, ScoreEntered, ScoreContested, ContestDecided, AssessmentConcluded,
)  # fmt: skip
