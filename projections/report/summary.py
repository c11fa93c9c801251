"""An annual report as shown to users: its state, content, and what is due."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.report import annual_report
from domain.report.state import AnnualReport, Work
from projections.report.checks import ReportFinding
from projections.report.content import Content

NEXT = {
    "open": "编制（taizhang report compile）",
    "compiled": "填报、核对、改正差错（taizhang report check），送审（taizhang report submit）",
    "submitted": "由另一人批准（taizhang report approve）",
    "approved": "公布（taizhang report publish）",
    "published": "已公布；更正须重新编报（taizhang report event 年度 重新编报年度报告）",
}
"""The next step at each stage."""

CHANGED = "已公布的数据有变，需更正"
"""Stage of a published report if the register differs from it now."""


class Entered(msgspec.Struct, frozen=True):
    """A cell of the proactive table as printed, with its source, and the actor and version of the entry."""

    row: str
    column: str
    value: str | None
    source: str
    actor: str
    version: int


class Edition(msgspec.Struct, frozen=True):
    """A publication. position: of the log when it was published. digest: of its content, see `Content.digest`."""

    edition: int
    on: date
    document_no: str | None
    position: int
    digest: str | None
    actor: str


class ReportShown(msgspec.Struct, frozen=True):
    """content: what would be published now. texts: as written, with citations not replaced. waivers: names of findings."""

    year: int
    version: int
    stage: str
    stage_text: str
    next: str
    due_on: date
    content: Content
    texts: dict[str, str]
    figures: list[Entered]
    work: tuple[Work, ...]
    waivers: tuple[str, ...]
    editions: list[Edition]


def shown(state: AnnualReport, content: Content, texts: dict[str, str], kind: str) -> ReportShown:
    return ReportShown(
        year=state.year,
        version=state.version,
        stage=state.stage,
        stage_text=annual_report.STAGES[state.stage],
        next=NEXT[state.stage],
        due_on=annual_report.due_on(state.year, kind),
        content=content,
        texts=texts,
        figures=[
            Entered(row, column, figure.value, figure.source, figure.actor, figure.version)
            for row, cells in state.figures.items()
            for column, figure in cells.items()
        ],
        work=state.work,
        waivers=tuple(state.waivers),
        editions=[
            Edition(
                each.edition,
                each.on,
                each.document_no,
                each.position,
                each.pinned.digest if each.pinned else None,
                each.actor,
            )
            for each in state.publications
        ],
    )


class ReportDue(msgspec.Struct, frozen=True):
    """A report that has to be published.

    due_on: last day, inclusive; None if it corrects a published report, for which the law sets no day.
    days_left: calendar days until due_on, negative after it. obstacle: why it cannot be compiled, if so.
    problems: open findings, errors first; None for those who may not read the draft. corrects: see `due_on`.
    stage: "published" if the register differs from the published report and no corrected edition was begun.
    """

    authority_code: str
    authority: str
    year: int
    due_on: date | None
    days_left: int | None
    stage: str
    next: str
    problems: list[ReportFinding] | None
    obstacle: str | None = None
    corrects: bool = False

    @property
    def stage_text(self) -> str:
        """The stage in Chinese."""
        if self.stage == "published":
            return CHANGED
        return f"{'重新编报，' if self.corrects else ''}{annual_report.STAGES[self.stage]}"


DUE_HEADINGS = ("机关", "年度", "期限", "余日", "状态", "下一步", "差错", "提示", "不能编制的原因")


def due_cells(due: ReportDue) -> tuple[object, ...]:
    """A row under DUE_HEADINGS."""
    grades = None if due.problems is None else [each.grade for each in due.problems]
    return (
        due.authority, due.year, due.due_on, due.days_left, due.stage_text, due.next,
        *((None, None) if grades is None else (grades.count("error"), len(grades) - grades.count("error"))),
        due.obstacle,
    )  # fmt: skip
