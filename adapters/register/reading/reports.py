"""Annual reports at one moment of the register: content, findings, and differences since publication.

The tables are computed from the register, the rest comes from the report's own stream; texts are decrypted from the
vault. A published edition is made from the figures pinned then and the texts of that time, so it never changes.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

import msgspec

from adapters.proof import checkpoints
from adapters.refusals import EditionUnknown, IdentitiesFailed, NotComplete
from adapters.views import View
from domain.authority.authority import Authority
from domain.entry import Recorded
from domain.law.refusals import WrongStream
from domain.report import annual_report, official_form
from domain.report.documents import Document, documents
from domain.report.events import SECTIONS, Pinned, ReportReturned
from domain.report.state import AnnualReport, Publication
from domain.values import FIRST_YEAR, SHANGHAI, Period, Sealed
from projections import annual_tables
from projections import documents as listing
from projections.report import charts, checks, citations, summary, taken_over
from projections.report.checks import Known, ReportFinding
from projections.report.content import Content
from projections.report.document import AnnualDocument
from projections.report.summary import ReportShown

OpenSealed = Callable[[Sequence[Sealed]], Awaitable[dict[str, bytes]]]


class Report(msgspec.Struct, frozen=True):
    """The present report of a year. content: what would be printed. texts: as written, with citations not yet replaced.
    figures: all that can be cited. findings: including waived ones, with their reasons. own: the tables without figures
    taken over from predecessors.
    """

    state: AnnualReport
    content: Content
    texts: dict[str, str]
    figures: dict[str, str]
    findings: list[ReportFinding]
    own: Content


class Counted(NamedTuple):
    """The tables of a report without texts. own: the authority's; whole: with the figures taken over from predecessors.
    listed: by row the cells of the proactive table that the register of documents gives.
    """

    own: Content
    whole: Content
    listed: Mapping[str, Mapping[str, str]]


class Returned(NamedTuple):
    """When and why a report was returned. cells: those changed since, in words. texts: the earlier wording of changed ones."""

    on: date
    reason: str
    cells: tuple[str, ...]
    texts: dict[str, str]


class Predecessor(NamedTuple):
    """An authority that was taken over. published: years whose reports it published itself. now: by year the present
    figures, if they were taken over and its log has grown since.
    """

    authority: Authority
    published: frozenset[int]
    now: Mapping[int, Pinned] = {}

    def leaves_to(self, successor: str, year: int, on: date) -> bool:
        """Whether the successor must report on its year."""
        return year not in self.published and self.authority.reporter_of(year, on) == successor


class Reports:
    """The annual reports of one authority, in the transaction of a view. opened: decrypts sealed values, by id.

    predecessors: authorities that it has taken over.
    """

    def __init__(self, view: View, opened: OpenSealed, predecessors: Sequence[Predecessor] = ()) -> None:
        self.view = view
        self._opened = opened
        self._predecessors = predecessors

    async def history(self, year: int) -> list[Recorded]:
        """The report's entries in order; empty if there are none."""
        return await self.view.stream(annual_report.stream_of(year))

    async def state(self, year: int) -> AnnualReport:
        return await self.view.report_state(year)

    async def report(self, year: int, previous: Content | None = None) -> Report:
        """previous: last year's report, if it was not published here. Raises NotComplete if the register does not cover
        the whole year.
        """
        state = await self.state(year)
        view = self.view
        own, bare, listed = await self.counted(state)
        compliance = await view.compliance(state.period)
        fees = await view.fees(year)
        texts = await self._texts(state)
        taken = [each.pinned for each in state.taken_over.values()]
        handling = {
            name: len(getattr(compliance, name))
            for name in compliance.__struct_fields__
            if isinstance(getattr(compliance, name), tuple) and name not in ("units", "taken")
        }
        figures = taken_over.added_figures(citations.figures(bare, state.work_sums, handling, fees), taken)
        content = _with_texts(bare, texts, figures)
        known = Known(
            previous=previous or await self._previous(year),
            fees=fees,
            kind=view.authority.kind,
            whole=True,
            listed=taken_over.added_cells(official_form.load(state.format), listed, taken),
            not_taken_over=self._not_taken_over(state),
            taken_over_moved=self._taken_over_moved(state),
        )
        found = checks.check(content, known)
        return Report(state, content, texts, figures, checks.waive(found, await self._waivers(year)), own)

    async def counted(self, state: AnnualReport) -> Counted:
        """Raises NotComplete."""
        tables = await self.view.tables(state.period, annual_tables.form_of(state.period, state.format))
        found = (await self.documents(state.year)).values()
        listed = listing.cells(found, official_form.load(state.format), state.year)
        own = Content(
            year=state.year,
            format=state.format,
            columns=tables.columns,
            requests_table=tables.requests_table,
            appeals_table=tables.appeals_table,
            proactive_table=_filled_in(state, listed),
            authority=tables.authority,
        )
        whole = taken_over.added(own, [each.pinned for each in state.taken_over.values()])
        return Counted(own, whole, listed)

    def _not_taken_over(self, state: AnnualReport) -> tuple[tuple[str, str], ...]:
        """Code and name of each predecessor whose figures the report lacks: for the year of the takeover, and for the
        next, in which it may have closed open requests.
        """
        code, kind = self.view.authority.code, self.view.authority.kind
        on = annual_report.due_on(state.year, kind)
        return tuple(
            (each.authority.code, each.authority.name_on(state.period.last))
            for each in self._predecessors
            if each.authority.code not in state.taken_over
            and each.leaves_to(code, state.year, on)
            and (since := each.authority.succeeded_on(on)) is not None
            and since.in_force_from.year >= state.year - 1
        )

    def _taken_over_moved(self, state: AnnualReport) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Code and name of each predecessor whose register differs from the figures taken over, and in which cells."""
        found = []
        for each in self._predecessors:
            taken, now = state.taken_over.get(each.authority.code), each.now.get(state.year)
            if taken is not None and now is not None and (cells := taken_over.moved(taken.pinned, now)):
                found.append((each.authority.code, each.authority.name_on(state.period.last), cells))
        return tuple(found)

    async def documents(self, year: int) -> dict[str, Document]:
        """The register of documents by number, from the entries of all years up to this one."""
        return documents(each for each in await self._recorded() if each.year <= year)

    async def _recorded(self) -> list[AnnualReport]:
        """The reports of all years of which something was recorded."""

        async def make() -> list[AnnualReport]:
            streams = await self.view.streams(annual_report.STREAMS)
            return [
                self._replay(history, annual_report.year_in(stream) or FIRST_YEAR)
                for stream, history in streams.items()
            ]

        return await self.view.derived("reports_recorded", make)

    async def pinned(self, stream: str) -> Pinned:
        """The figures to pin for a stream's report now. Raises IdentitiesFailed, NotComplete."""
        year = annual_report.year_in(stream)
        if year is None:
            raise WrongStream(type=stream)
        report = await self.report(year)
        if wrong := checks.errors_in(report.findings):
            texts = "；".join(each.text for each in wrong[:10])
            raise IdentitiesFailed(year=year, count=len(wrong), found=texts)
        content = report.content
        return Pinned(
            content.format,
            self.view.position,
            content.columns,
            content.requests_table,
            content.appeals_table,
            content.proactive_table,
            content.digest,
            {
                name: report.figures[name]
                for text in report.texts.values()
                for name in citations.names_in(text)
                if name in report.figures
            },
            tuple(each.name for each in report.findings if each.is_open),
        )

    async def shown(self, year: int) -> ReportShown:
        """Raises NotComplete."""
        found = await self.report(year)
        return summary.shown(found.state, found.content, found.texts, self.view.authority.kind)

    # -- editions --

    async def publication(self, year: int, edition: int | None = None) -> Publication:
        """One edition, the last by default. Raises EditionUnknown."""
        found = (await self.state(year)).publications
        edition = len(found) if edition is None else edition
        if not 0 < edition <= len(found):
            raise EditionUnknown(year=year, edition=edition or 1)
        return found[edition - 1]

    async def edition(self, year: int, edition: int | None = None) -> Content:
        """The content of a published edition. Raises EditionUnknown."""
        publication = await self.publication(year, edition)
        history = await self.history(year)
        state = self._replay(history[: publication.version], year)
        pinned = publication.pinned
        if pinned is None:
            raise EditionUnknown(year=year, edition=publication.edition)
        return await self._pinned_content(state, pinned)

    async def submitted(self, year: int) -> tuple[Content, Returned | None] | None:
        """What was submitted for approval, as it would be printed; and how it differs from what was returned last, if
        anything was since the last edition. None if nothing is submitted.
        """
        state, history = await self.state(year), await self.history(year)
        if state.stage not in ("submitted", "approved") or (pinned := state.submitted) is None:
            return None
        content = await self._pinned_content(state, pinned)
        last = state.publications[-1].version if state.publications else 0
        for entry in reversed(history[last:]):
            if isinstance(entry.event, ReportReturned):
                then = self._replay(history[: entry.originator_version - 1], year)
                return content, await self._returned(entry.event, then, content, pinned)
        return content, None

    async def _returned(
        self, event: ReportReturned[Sealed], then: AnnualReport, content: Content, pinned: Pinned
    ) -> Returned:
        reason = (await self._clear({"reason": event.reason})).get("reason", "")
        if then.submitted is None:
            return Returned(event.on, reason, (), {})
        before = (await self._pinned_content(then, then.submitted)).texts
        changed = {
            name: before.get(name, "") for name in SECTIONS if before.get(name) != content.texts.get(name)
        }
        same_form = then.submitted.format == pinned.format
        cells = taken_over.moved_cells(then.submitted, pinned) if same_form else ()
        return Returned(event.on, reason, cells, changed)

    async def _pinned_content(self, state: AnnualReport, pinned: Pinned) -> Content:
        bare = Content(
            year=state.year,
            format=pinned.format,
            columns=pinned.columns,
            requests_table=pinned.requests_table,
            appeals_table=pinned.appeals_table,
            proactive_table=pinned.proactive_table,
            authority=self.view.authority.name_on(state.period.last),
        )
        figures = citations.figures(bare) | pinned.cited
        return _with_texts(bare, await self._texts(state), figures)

    async def document(self, year: int, edition: int | None = None, *, draft: bool = False) -> AnnualDocument:
        """The report as a document: an edition, by default the last; draft: as it would be published now.

        Without a publication the draft is given. Raises EditionUnknown, NotComplete.
        """
        state = await self.state(year)
        publication: Publication | None = None
        if not draft and (state.publications or edition is not None):
            publication = await self.publication(year, edition)
            content = await self.edition(year, publication.edition)
        else:
            content = (await self.report(year)).content
        period = Period.year(year)
        try:
            counted = await self.view.days(period)
        except NotComplete:
            counted = []
        found = charts.charts(content.form, content.requests_table, counted) if counted else ()
        return citations.document(
            content,
            issued_on=publication.on if publication else None,
            edition=publication.edition if publication else 1,
            charts=found
            if publication is None or not counted or await self._stands(publication, state)
            else found[:1],
            notes=await self._checkpoint(year),
        )

    async def _stands(self, publication: Publication, state: AnnualReport) -> bool:
        """Whether the register still has the published figures, so that the edition's charts can be drawn from it."""
        if (pinned := publication.pinned) is None:
            return False
        own = await self.view.tables(state.period, annual_tables.form_of(state.period, pinned.format))
        return own.requests_table == pinned.requests_table and not state.taken_over

    async def _checkpoint(self, year: int) -> tuple[str, ...]:
        """The log's size and root in the last checkpoint of the year, printed in the report."""
        note = await self.view.last_note_before(datetime.combine(date(year + 1, 1, 1), time(), SHANGHAI))
        if note is None:
            return ()
        found, _ = checkpoints.read(note)
        root = base64.b64encode(found.root).decode()
        sentence = f"截至{year}年12月31日，本机关政府信息公开申请台账共登记{found.size}条"
        return (f"{sentence}，其存证点：{found.origin}，{found.size}，{root}",)

    # -- inside --

    def _replay(self, history: Sequence[Recorded], year: int) -> AnnualReport:
        return annual_report.replay(history, year, self.view.authority.kind)

    async def _previous(self, year: int) -> Content | None:
        """The last published edition of last year's report; None if there is none."""
        try:
            return await self.edition(year - 1)
        except EditionUnknown:
            return None

    async def _waivers(self, year: int) -> dict[str, str]:
        """Reasons of waivers by name, of this report and of earlier years; a later one takes precedence."""
        states = [each for each in await self._recorded() if each.year <= year]
        reasons: dict[str, Sealed] = {}
        for state in sorted(states, key=lambda each: each.year):
            reasons |= {name: waiver.text for name, waiver in state.waivers.items()}
        return await self._clear(reasons)

    async def _texts(self, state: AnnualReport) -> dict[str, str]:
        return await self._clear({section: each.text for section, each in state.narratives.items()})

    async def _clear(self, sealed: Mapping[str, Sealed]) -> dict[str, str]:
        """Decrypted texts by name, without erased ones."""
        opened = await self._opened(list(sealed.values())) if sealed else {}
        return {
            name: msgspec.json.decode(opened[each.id], type=str)
            for name, each in sealed.items()
            if each.id in opened
        }


def _with_texts(bare: Content, texts: Mapping[str, str], figures: Mapping[str, str]) -> Content:
    return msgspec.structs.replace(
        bare,
        texts={section: citations.cited(texts[section], figures) for section in SECTIONS if section in texts},
    )


def _filled_in(state: AnnualReport, listed: Mapping[str, Mapping[str, str]]) -> dict[str, list[str | None]]:
    """The proactive table, completed from the register of documents where no figure was entered."""
    form, entered = official_form.load(state.format), state.proactive_table
    columns = {row.code: block.columns for block in form.proactive for row in block.rows}
    return {
        row: [
            listed.get(row, {}).get(column) if cell is None else cell
            for column, cell in zip(columns[row], cells, strict=True)
        ]
        for row, cells in entered.items()
    }
