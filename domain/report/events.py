"""What happens to the annual report of one year (Art. 49, 50), in the order of its making: stream `report/2020`.

Figures of the proactive table and the texts come from people, the other two tables from the register. T is
free text, sent in clear and stored sealed; P is what a submission or publication pins, which nobody sends:
the program fills it in while it records.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar, Union

import msgspec
from msgspec import Meta

from domain.entry import Event
from domain.report.document_events import (
    DOCUMENT_EVENTS,
    DisclosureSet,
    DocumentAmended,
    DocumentEnded,
    DocumentMade,
)
from domain.report.official_form import FormatName
from domain.values import AuthorityCode, Code, Count, Digest, EntryVersion, Label, Sealed, Text, Value

T = TypeVar("T")
P = TypeVar("P")

WorkKind = Literal[
    "gazette_issue",
    "document_published",
    "item_published",
    "explanation",
    "press_conference",
    "response",
    "training",
    "inspection",
    "complaint",
]
WORK: dict[str, tuple[str, str]] = {
    "gazette_issue": ("公报", "期"),
    "document_published": ("公开文件", "件"),
    "item_published": ("发布信息", "条"),
    "explanation": ("政策解读", "篇"),
    "press_conference": ("新闻发布会", "场"),
    "response": ("回应关切", "次"),
    "training": ("培训", "次"),
    "inspection": ("检查考核", "次"),
    "complaint": ("举报投诉", "件"),
}
"""The year's work that section one reports: its words and the measure word it is counted by."""

SectionName = Literal[
    "preface",
    "overview.proactive",
    "overview.on_request",
    "overview.management",
    "overview.platforms",
    "overview.supervision",
    "proactive",
    "requests",
    "appeals",
    "problems",
    "other",
]
SECTIONS: dict[str, str] = {
    "preface": "引言",
    "overview.proactive": "主动公开",
    "overview.on_request": "依申请公开",
    "overview.management": "政府信息管理",
    "overview.platforms": "政府信息公开平台建设",
    "overview.supervision": "监督保障",
    "proactive": "主动公开政府信息情况",
    "requests": "收到和处理政府信息公开申请情况",
    "appeals": "政府信息公开行政复议、行政诉讼情况",
    "problems": "存在的主要问题及改进情况",
    "other": "其他需要报告的事项",
}
"""The place of a text; section one has five fixed sub-topics (国办公开办函〔2021〕30号)."""

REQUIRED = (
    "overview.proactive",
    "overview.on_request",
    "overview.management",
    "overview.platforms",
    "overview.supervision",
    "problems",
    "other",
)
"""Sections that have no table and so say nothing where nothing is written."""

Figured = Annotated[int, Meta(ge=0, le=10**9)] | None
"""A cell with its figure; None where it is blank."""

Cells = dict[str, list[int | None]]
Appeals = dict[str, dict[str, int | None]]


class Pinned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was submitted or published, as printed. position: of the log that the tables rest on.

    digest: hex SHA-256 of tables and texts, by which anybody who has them can check that they are these.
    cited: the figures that its texts cite, by name. warnings: names of those open when it was pinned.
    """

    format: str
    position: int
    columns: list[str]
    requests_table: Cells
    appeals_table: Appeals
    proactive_table: dict[str, list[str | None]]
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    cited: dict[str, str] = {}
    warnings: tuple[str, ...] = ()


class FigureEntered(Event, frozen=True, tag="figure_entered"):
    """A cell of the proactive table (Art. 20), by its row's code and its column as printed; the last one counts.

    value: as it is to be printed, a remark with it: 22（其中修订16件）; without it the cell is blank.
    source: where the figure comes from.
    """

    title = "填报主动公开数据"
    article = "第二十条、第五十条"
    row: Code
    column: Label
    source: Label
    value: Label | None = None


class WorkRecorded(Event, frozen=True, tag="work_recorded"):
    """Work of the year that section one reports: `on` is its day; kinds are summed."""

    title = "登记公开工作"
    kind: WorkKind
    number: Count
    note: Label | None = None


class WorkAnnulled(Event, Generic[T], frozen=True, tag="work_annulled"):
    """An entry of the year's work, or of a document, that was wrong counts no more. version: the entry."""

    title = "撤销公开工作的登记"
    sealed = ("reason",)
    version: EntryVersion
    reason: T


class NarrativeWritten(Event, Generic[T], frozen=True, tag="narrative_written"):
    """The text of a section; the last one counts. {requests.new.total} in it cites a cell of the tables."""

    title = "撰写年报文字"
    sealed = ("text",)
    section: SectionName
    text: T


class WarningWaived(Event, Generic[T], frozen=True, tag="warning_waived"):
    """A warning of the checks is no fault, and why; by its name, or by its check's for all of them.

    It holds for later years' reports too. An identity that does not hold cannot be waived.
    """

    title = "说明提示不是差错"
    sealed = ("reason",)
    warning: Code
    reason: T


class WaiverWithdrawn(Event, frozen=True, tag="waiver_withdrawn"):
    """The warning is shown again."""

    title = "撤回对提示的说明"
    warning: Code


class FiguresTakenOver(Event, Generic[P], frozen=True, tag="figures_taken_over"):
    """并入前机关的数字: the report covers an authority that this one took over, whose reform leaves the year to its successor.

    predecessor: its code; taken over a second time, the later figures count. pinned: what its own report would say, its
    position that of the predecessor's log.
    """

    title = "并入前机关的数字"
    predecessor: AuthorityCode
    pinned: P | None = None


class ReportCompiled(Event, frozen=True, tag="report_compiled"):
    """编制 (Art. 50): the year is over and the report is made up. format: absent, that of the year."""

    title = "编制年度报告"
    article = "第五十条"
    format: FormatName | None = None


class ReportSubmitted(Event, Generic[P], frozen=True, tag="report_submitted"):
    """送审: what is to be approved, pinned. After a change it must be submitted again."""

    title = "送审年度报告"
    article = "第五十条"
    pinned: P | None = None


class ReportReturned(Event, Generic[T], frozen=True, tag="report_returned"):
    """退回修改."""

    title = "退回年度报告"
    sealed = ("reason",)
    reason: T


class ReportApproved(Event, frozen=True, tag="report_approved"):
    """审批同意, by another person than who compiled and submitted it."""

    title = "批准年度报告"


class ReportPublished(Event, Generic[P], frozen=True, tag="report_published"):
    """公布 (Art. 49): exactly what was approved. A second one is a corrected edition; the first one stays."""

    title = "公布年度报告"
    article = "第四十九条"
    document_no: Label | None = None
    pinned: P | None = None


class PublishedTables(Value, frozen=True):
    """The tables of a report that was published before this register was opened, as its document has them.

    columns: applicant kinds and their sum, of each row of the requests table. digest: hex SHA-256 of the document.
    """

    format: FormatName
    columns: Annotated[tuple[Code, ...], Meta(max_length=20)]
    requests_table: Annotated[dict[Code, Annotated[list[Figured], Meta(max_length=20)]], Meta(max_length=100)]
    appeals_table: Annotated[
        dict[Code, Annotated[dict[Code, Figured], Meta(max_length=20)]], Meta(max_length=20)
    ]
    digest: Digest
    proactive_table: Annotated[
        dict[Code, Annotated[list[Label | None], Meta(max_length=20)]], Meta(max_length=100)
    ]


class ReportEntered(Event, frozen=True, tag="report_entered"):
    """录入此前公布的年度报告: `on` is the day it was published, before this register was opened.

    It counts as the first edition: the next year's carried-in requests and later corrections rest on it. source: where
    it was published.
    """

    title = "录入此前公布的年度报告"
    article = "第四十九条"
    source: Label
    tables: PublishedTables
    document_no: Label | None = None


class ReportRestated(Event, Generic[T], frozen=True, tag="report_restated"):
    """重新编报: a published report is wrong, and a corrected edition begins."""

    title = "重新编报年度报告"
    sealed = ("reason",)
    reason: T


# Union[] because this alias is generic.
_ReportEvent = Union[
    FigureEntered,
    WorkRecorded,
    WorkAnnulled[T],
    DocumentMade,
    DisclosureSet,
    DocumentAmended,
    DocumentEnded,
    NarrativeWritten[T],
    WarningWaived[T],
    WaiverWithdrawn,
    FiguresTakenOver[P],
    ReportCompiled,
    ReportSubmitted[P],
    ReportReturned[T],
    ReportApproved,
    ReportPublished[P],
    ReportEntered,
    ReportRestated[T],
]

ReportEventBody = _ReportEvent[Text, None]
"""As an officer sends it: without what is pinned, which the program fills in."""

ReportEvent = _ReportEvent[Sealed, Pinned]
"""As it is stored."""

REPORT_EVENTS: tuple[type[Event], ...] = (
    FigureEntered, WorkRecorded, WorkAnnulled, *DOCUMENT_EVENTS, NarrativeWritten, WarningWaived, WaiverWithdrawn, FiguresTakenOver,
    ReportCompiled,
    ReportSubmitted, ReportReturned, ReportApproved, ReportPublished, ReportEntered, ReportRestated,
)  # fmt: skip

SNAPSHOT_EVENTS: tuple[type[Event], ...] = (FiguresTakenOver, ReportSubmitted, ReportPublished)
"""Those that pin what a report says, which no caller gives."""
