"""The annual report of one year (Art. 49, 50): what its stream adds up to.

Entries are folded in the order recorded; what was entered last counts. A report is compiled after the year,
submitted, approved by another person and published; a corrected edition goes the same way again, and what was
published stays. The requests table and the appeals table are no part of it until they are pinned: they come out
of the register.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from domain.entry import Event, Recorded
from domain.law import outcomes, terms
from domain.law.irregularities import Irregularity, added, found
from domain.law.refusals import DatesReversed, InTheFuture, Refusal, WrongStream
from domain.report import official_form
from domain.report.document_events import DisclosureSet, DocumentAmended, DocumentEnded, DocumentMade
from domain.report.events import (
    FigureEntered,
    FiguresTakenOver,
    NarrativeWritten,
    Pinned,
    PublishedTables,
    ReportApproved,
    ReportCompiled,
    ReportEntered,
    ReportPublished,
    ReportRestated,
    ReportReturned,
    ReportSubmitted,
    WaiverWithdrawn,
    WarningWaived,
    WorkAnnulled,
    WorkRecorded,
)
from domain.report.refusals import (
    ApprovedByItself,
    ChangedSinceSubmission,
    FigureUnknown,
    NotAFigure,
    NotTakenOver,
    NotTheForm,
    ReportAlreadyPublished,
    ReportAlreadySubmitted,
    ReportNotApproved,
    ReportNotCompiled,
    ReportNotPublished,
    ReportNotSubmitted,
    WaiverUnknown,
    WorkOfOtherYear,
    WorkUnknown,
    YearNotOver,
)
from domain.report.state import (
    Admitted,
    AnnualReport,
    DocumentEntry,
    Figure,
    Publication,
    Stage,
    TakenOver,
    Work,
    Written,
    number_in,
)
from domain.values import FIRST_YEAR, LAST_YEAR, Period

_STREAM = "report/"
STREAM_PATTERN = rf"{_STREAM}(20[0-9]{{2}}|2100)"
PROGRAM = "taizhang"
"""The actor of what the program does by itself; no person, so it separates no duties."""

STAGES: dict[str, str] = {
    "open": "尚未编制",
    "compiled": "编制中",
    "submitted": "已送审",
    "approved": "已批准",
    "published": "已公布",
}


def stream_of(year: int) -> str:
    return f"{_STREAM}{year}"


def year_in(stream: str) -> int | None:
    """The year of a report's stream; None of another stream."""
    return int(stream.removeprefix(_STREAM)) if re.fullmatch(STREAM_PATTERN, stream) else None


STREAMS = tuple(stream_of(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))


def published_in(entries: Iterable[Recorded]) -> dict[int, int]:
    """By year the position of its report's first publication. entries: of any streams, in the order of the log."""
    found: dict[int, int] = {}
    for entry in entries:
        year = year_in(entry.originator_id)
        if year is not None and isinstance(entry.event, ReportPublished | ReportEntered):
            found.setdefault(year, entry.position)
    return found


def due_on(year: int, kind: str) -> date:
    """The last day to publish the report of a year, by the kind of authority (Art. 49)."""
    month, day = terms.REPORT_DUE.get(kind, terms.REPORT_DUE["department"])
    return date(year + 1, month, day)


def format_of(year: int) -> str:
    """The name of the form that a year's report is made up in."""
    return official_form.in_force(Period.year(year)).name


def replay(history: Sequence[Recorded], year: int, kind: str = "department") -> AnnualReport:
    """Fold the report's stream in the order recorded. kind: of the authority, for the last day to publish.

    Raises a Refusal whose version names the entry that cannot be.
    """
    fold = _Fold(year, kind)
    for entry in history:
        fold.follow(entry)
    return fold.report(len(history))


def admit(
    history: Sequence[Recorded],
    latest: Recorded,
    year: int,
    kind: str,
    person: Callable[[str], str] = lambda actor: actor,
) -> Admitted:
    """What the entry adds. person: the natural person that an officer is. Raises a Refusal if it cannot be."""
    before = replay(history, year, kind)
    after = replay([*history, latest], year, kind)
    if isinstance(latest.event, ReportApproved):
        approvers = set(map(person, _actors(latest)))
        if same := {each for each in before.compilers if person(each) in approvers}:
            raise ApprovedByItself(latest.originator_version, year=year, actor="、".join(sorted(same)))
    return Admitted(after, added(before.irregularities, after.irregularities))


class _Fold:
    def __init__(self, year: int, kind: str) -> None:
        self.year = year
        self.kind = kind
        self.stage: Stage = "open"
        self.format = format_of(year)
        self.figures: dict[str, dict[str, Figure]] = {}
        self.work: dict[int, Work] = {}
        self.documents: dict[int, DocumentEntry] = {}
        self.narratives: dict[str, Written] = {}
        self.waivers: dict[str, Written] = {}
        self.taken_over: dict[str, TakenOver] = {}
        self.submitted: Pinned | None = None
        self.publications: list[Publication] = []
        self.irregularities: list[Irregularity] = []
        self.compilers: set[str] = set()
        self.last = date(year, 12, 31)

    def report(self, version: int) -> AnnualReport:
        return AnnualReport(
            self.year,
            version,
            self.stage,
            self.format,
            self.figures,
            tuple(sorted(self.work.values(), key=lambda work: (work.on, work.version))),
            tuple(self.documents.values()),
            self.narratives,
            self.waivers,
            self.taken_over,
            self.submitted,
            tuple(self.publications),
            tuple(self.irregularities),
            frozenset(self.compilers),
        )

    def follow(self, entry: Recorded) -> None:
        event, version = entry.event, entry.originator_version
        if event.on > entry.recorded_on:
            raise InTheFuture(version, field="on", day=event.on, today=entry.recorded_on)
        match event:
            case FigureEntered():
                self._enter(entry, event)
            case WorkRecorded():
                self._work(entry, event)
            case DocumentMade() | DisclosureSet() | DocumentAmended() | DocumentEnded():
                self._document(entry, event)
            case WorkAnnulled():
                of_work, of_document = (kept.pop(event.version, None) for kept in (self.work, self.documents))
                if of_work is None and of_document is None:
                    raise WorkUnknown(version, target=event.version)
                self._changed_work(entry)
            case NarrativeWritten():
                self._change(entry)
                self.narratives[event.section] = Written(event.text, entry.actor, event.on, version)
            case WarningWaived():
                self.waivers[event.warning] = Written(event.reason, entry.actor, event.on, version)
            case WaiverWithdrawn():
                if self.waivers.pop(event.warning, None) is None:
                    raise WaiverUnknown(version, warning=event.warning)
            case _:
                self._proceed(entry, event)

    # -- what the report is made of --

    def _enter(self, entry: Recorded, event: FigureEntered) -> None:
        words = official_form.words_of_cell(event.row, event.column)
        if words is None:
            raise FigureUnknown(entry.originator_version, row=event.row, column=event.column)
        if event.value is not None and number_in(event.value) is None:
            raise NotAFigure(entry.originator_version, row=words, column=event.column)
        self._change(entry)
        row = dict(self.figures.get(event.row, {}))
        row[event.column] = Figure(event.value, event.source, entry.actor, entry.originator_version)
        self.figures[event.row] = row

    def _work(self, entry: Recorded, event: WorkRecorded) -> None:
        if event.on.year != self.year:
            raise WorkOfOtherYear(entry.originator_version, on=event.on, year=self.year)
        self.work[entry.originator_version] = Work(
            entry.originator_version, event.kind, event.on, event.number, event.note, entry.actor
        )
        self._changed_work(entry)

    def _document(self, entry: Recorded, event: Event) -> None:
        if event.on.year != self.year:
            raise WorkOfOtherYear(entry.originator_version, on=event.on, year=self.year)
        kept = DocumentEntry(entry.originator_version, entry.position, event, entry.actor)
        self.documents[entry.originator_version] = kept
        self._changed_work(entry)

    def _changed_work(self, entry: Recorded) -> None:
        """Work is recorded whenever it comes to light; after publication it makes the report untrue."""
        if self.publications:
            first = self.publications[0]
            self.irregularities.append(
                found(
                    "published_period",
                    entry.originator_version,
                    on=entry.event.on,
                    year=self.year,
                    position=first.position,
                )
            )
        if self.stage != "published":
            self._change(entry)

    def _change(self, entry: Recorded) -> None:
        """What was submitted or approved is so no more."""
        if self.stage == "published":
            raise self._refused(ReportAlreadyPublished, entry, on=self.publications[-1].on)
        if self.stage in ("submitted", "approved"):
            self.stage = "compiled"

    # -- its way to publication --

    def _proceed(self, entry: Recorded, event: Event) -> None:
        version = entry.originator_version
        if event.on <= date(self.year, 12, 31):
            raise YearNotOver(version, year=self.year, on=event.on)
        if event.on < self.last:
            raise DatesReversed(version, field="on", day=event.on, than="前一步骤", limit=self.last)
        match event:
            case FiguresTakenOver():
                self._take_over(entry, event)
            case ReportCompiled():
                self._change(entry)
                self.format = event.format or format_of(self.year)
                self.taken_over = {
                    code: each for code, each in self.taken_over.items() if each.pinned.format == self.format
                }
                self.stage = "compiled"
                self.compilers = set(_actors(entry))
            case ReportSubmitted():
                self._expect(entry, "compiled")
                self.stage, self.submitted = "submitted", event.pinned
                self.compilers |= set(_actors(entry))
            case ReportReturned():
                self._expect(entry, "submitted", "approved")
                self.stage = "compiled"
            case ReportApproved():
                self._expect(entry, "submitted")
                self.stage = "approved"
            case ReportPublished():
                self._expect(entry, "approved")
                self._publish(entry, event)
            case ReportEntered():
                self._expect(entry, "open", "compiled")
                self._enter_published(entry, event)
            case ReportRestated():
                self._expect(entry, "published")
                self.stage = "compiled"
                self.compilers = set(_actors(entry))
            case _:
                raise WrongStream(version, type=event.title)
        self.last = event.on

    def _take_over(self, entry: Recorded, event: FiguresTakenOver[Pinned]) -> None:
        self._change(entry)
        if (pinned := event.pinned) is None:
            return
        if pinned.format != self.format:
            why = f"其数字采用{pinned.format}年格式，本报告采用{self.format}年格式"
            raise NotTakenOver(
                entry.originator_version, year=self.year, predecessor=event.predecessor, why=why
            )
        self.taken_over[event.predecessor] = TakenOver(
            pinned, entry.actor, event.on, entry.originator_version
        )

    def _publish(self, entry: Recorded, event: ReportPublished[Pinned]) -> None:
        version, pinned = entry.originator_version, event.pinned
        if pinned is not None and self.submitted is not None and pinned.digest != self.submitted.digest:
            raise ChangedSinceSubmission(version, year=self.year)
        edition = len(self.publications) + 1
        limit = due_on(self.year, self.kind)
        if edition == 1 and event.on > limit:
            self.irregularities.append(found("late_publication", version, on=event.on, limit=limit))
        self.publications.append(
            Publication(
                edition, event.on, version, entry.position, pinned, entry.actor, event.document_no,
                entered=isinstance(entry.event, ReportEntered),
            )
        )  # fmt: skip
        self.stage = "published"

    def _enter_published(self, entry: Recorded, event: ReportEntered) -> None:
        tables = event.tables
        if what := _differs_from_form(tables):
            raise NotTheForm(entry.originator_version, year=self.year, format=tables.format, what=what)
        self.format, self.submitted = tables.format, None
        pinned = Pinned(
            tables.format,
            entry.position,
            list(tables.columns),
            tables.requests_table,
            tables.appeals_table,
            {
                row.code: tables.proactive_table.get(row.code, [None] * len(block.columns))
                for block in official_form.load(tables.format).proactive
                for row in block.rows
            },
            tables.digest,
        )
        self._publish(entry, ReportPublished(event.on, event.document_no, pinned))

    def _expect(self, entry: Recorded, *stages: Stage) -> None:
        """Raises the Refusal that says what comes first."""
        if self.stage in stages:
            return
        match self.stage:
            case "published":
                raise self._refused(ReportAlreadyPublished, entry, on=self.publications[-1].on)
            case "open":
                raise self._refused(ReportNotCompiled, entry)
            case "compiled" if stages != ("published",):
                raise self._refused(ReportNotSubmitted, entry)
            case "submitted" if stages == ("approved",):
                raise self._refused(ReportNotApproved, entry)
            case _ if stages == ("published",):
                raise self._refused(ReportNotPublished, entry)
        raise self._refused(ReportAlreadySubmitted, entry)

    def _refused(self, rule: type[Refusal], entry: Recorded, **facts: object) -> Refusal:
        return rule(entry.originator_version, year=self.year, event=entry.event.title, **facts)


def _actors(entry: Recorded) -> list[str]:
    """Who did it, on whose behalf included; the program is nobody."""
    return [each for each in entry.recorded_by if each != PROGRAM]


def _differs_from_form(tables: PublishedTables) -> str | None:
    """What of the tables is not as their form has it, in words; rows and columns are all there, and no others."""
    form = official_form.load(tables.format)
    if tables.columns != tuple(each.code for each in form.requests.columns):
        return "申请表的列不同"
    if tables.requests_table.keys() != {each.code for each in form.requests.rows}:
        return "申请表的行不同"
    if any(len(cells) != len(tables.columns) for cells in tables.requests_table.values()):
        return "申请表中有的行格数不同"
    if tables.appeals_table.keys() != {each.code for each in form.appeals.routes}:
        return "复议诉讼表的行不同"
    results = {*outcomes.RESULTS, official_form.TOTAL}
    if any(cells.keys() != results for cells in tables.appeals_table.values()):
        return "复议诉讼表的列不同"
    widths = {row.code: len(block.columns) for block in form.proactive for row in block.rows}
    if any(len(cells) != widths.get(row) for row, cells in tables.proactive_table.items()):
        return "主动公开表的行或列不同"
    return None
