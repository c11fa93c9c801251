"""Data of other authorities' registers that judging needs, read beforehand: no transaction spans two authorities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple

from adapters.refusals import AuthorityUnknown, NotComplete
from adapters.register.authorities import Authorities
from adapters.register.reading.assessments import Assessments
from adapters.register.reading.reports import Predecessor, Reports
from adapters.register.recording.recording import Recording
from adapters.views import OpenView
from domain.authority import powers
from domain.authority.assessment import Contest, contests_of
from domain.authority.assessment_events import (
    OF_ASSESSMENT,
    AssessmentConcluded,
    ContestDecided,
    Results,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.authority import Authority
from domain.entry import type_of
from domain.law.refusals import AuthorityNotRegistered, Refusal
from domain.report import annual_report
from domain.report.events import FiguresTakenOver, Pinned
from domain.report.refusals import NotTakenOver
from projections.report import taken_over


class FromOutside(NamedTuple):
    """superior: the authority in the actor's name, as in `county/wang`, if it has a register here. figures: of the
    predecessor that the recording takes over, or a refusal. predecessors: authorities that this one has taken over.
    above: the superior whose assessment is contested, if it has a register here. units: codes and names of the units
    that may be scored. contests: what each unit contests in the authority's assessments. results: of the assessment
    being concluded, or a refusal.
    """

    superior: Authority | None = None
    figures: Pinned | Refusal | None = None
    predecessors: Sequence[Predecessor] = ()
    above: Authority | None = None
    units: Mapping[str, str] = {}
    contests: Mapping[str, Sequence[Contest]] = {}
    results: Results | Refusal | None = None


NOTHING = FromOutside()


class Outside:
    def __init__(
        self,
        authorities: Authorities,
        view: OpenView,
        reports: Callable[[str], AbstractAsyncContextManager[Reports]],
        reports_unchecked: Callable[[str], AbstractAsyncContextManager[Reports]],
        assessments: Assessments,
    ) -> None:
        self._authorities = authorities
        self._view = view
        self._reports = reports
        self._reports_unchecked = reports_unchecked
        self._assessments = assessments

    async def read(self, code: str, actor: str, recordings: Sequence[Recording]) -> FromOutside:
        """Read what judging these recordings of the authority needs."""
        first = recordings[0]
        reporting = len(recordings) == 1 and annual_report.year_in(first.stream or "") is not None
        return FromOutside(
            await self._superior(actor, recordings),
            await self._figures(code, first) if reporting else None,
            await self.predecessors(code) if reporting else (),
            **await self._of_assessments(code, recordings),
        )

    async def predecessors(self, code: str) -> list[Predecessor]:
        """By their codes; as the authorities were last read."""
        found = []
        for each in sorted(await self._authorities.taken_over_by(code)):
            async with self._view(each) as view:
                authority, published, position = view.authority, frozenset(view.law.published), view.position
            now = await self._said_since(code, authority, position)
            found.append(Predecessor(authority, published, now))
        return found

    async def _said_since(self, code: str, predecessor: Authority, position: int) -> dict[int, Pinned]:
        """By year the present figures of the predecessor's report, if they were taken over at an earlier position."""
        years = {each.in_force_from.year + nth for each in predecessor.successions for nth in (-1, 0, 1)}
        async with self._view(code) as view:
            states = [await view.report_state(year) for year in sorted(years)]
        found = {}
        for state in states:
            taken = state.taken_over.get(predecessor.code)
            if taken is None or taken.pinned.position == position:
                continue
            async with self._reports_unchecked(predecessor.code) as reports:
                try:
                    report = await reports.report(state.year)
                except NotComplete:
                    continue
                found[state.year] = taken_over.pinned(report.content, report.figures, reports.view.position)
        return found

    async def _of_assessments(self, code: str, recordings: Sequence[Recording]) -> dict[str, Any]:
        """As of the last of their days."""
        found: dict[str, Any] = {}
        kinds = {type(each.event) for each in recordings}
        if kinds.isdisjoint(OF_ASSESSMENT):
            return found
        on = max(each.event.on for each in recordings)
        if ScoreContested in kinds:
            found["above"] = await self._assessments.above(code, on)
        if not kinds.isdisjoint((ScoreEntered, ContestDecided)):
            found["units"] = await self._assessments.units(code, on)
            decided = {each.event.unit for each in recordings if isinstance(each.event, ContestDecided)}
            found["contests"] = {
                unit: await self._contests(code, unit) for unit in decided & found["units"].keys()
            }
        first = recordings[0].event
        if len(recordings) == 1 and isinstance(first, AssessmentConcluded):
            found["results"] = await self._assessments.results(code, first.assessment, on)
        return found

    async def _contests(self, code: str, unit: str) -> Sequence[Contest]:
        async with self._view(unit) as view:
            return contests_of(view.authority.contests, code)

    async def _superior(self, actor: str, recordings: Sequence[Recording]) -> Authority | None:
        code, slash, _ = actor.partition("/")
        if not slash or not any(type_of(each.event) in powers.FROM_OUTSIDE for each in recordings):
            return None
        try:
            async with self._view(code) as view:
                return view.authority
        except (AuthorityUnknown, AuthorityNotRegistered):
            return None

    async def _figures(self, code: str, recording: Recording) -> Pinned | Refusal | None:
        event, year = recording.event, annual_report.year_in(recording.stream or "")
        if not isinstance(event, FiguresTakenOver) or year is None:
            return None
        why = "其年度报告不由本机关一并报告"
        try:
            async with self._reports(event.predecessor) as reports:
                predecessor = Predecessor(reports.view.authority, frozenset(reports.view.law.published))
                if predecessor.leaves_to(code, year, event.on):
                    report = await reports.report(year)
                    return taken_over.pinned(report.content, report.figures, reports.view.position)
        except NotComplete as incomplete:
            why = str(incomplete).rstrip("。")
        except (AuthorityUnknown, AuthorityNotRegistered):
            pass  # the answer must not reveal whether the authority exists
        return NotTakenOver(year=year, predecessor=event.predecessor, why=why)
