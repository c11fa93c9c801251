"""Assessments (考核) across registers: the superior's indicators and scores, combined with the registers of its units.

No transaction spans two authorities: the superior's stream is read first, then the register of each unit. A unit sees only
its own part of an assessment.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date

from msgspec.structs import replace

from adapters.refusals import AuthorityUnknown
from adapters.register.authorities import Authorities
from adapters.register.reading import unit_cases
from adapters.register.reading.district import District
from adapters.views import View
from domain.authority.assessment import Assessment, contests_of, named, unit_key
from domain.authority.assessment_events import Results
from domain.authority.authority import Authority
from domain.authority.refusals import AssessmentNotWhole
from domain.law.calendar import national_notices
from domain.law.refusals import AuthorityNotRegistered, Refusal
from projections.district import assessment as assessing
from projections.district.assessment import AssessmentSheet
from projections.work_list import Duty, assessments_to_check


class Assessments:
    """district: the units of a superior. view: a register."""

    def __init__(
        self,
        authorities: Authorities,
        district: Callable[[str], District],
        view: Callable[[str], AbstractAsyncContextManager[View]],
    ) -> None:
        self._authorities = authorities
        self._district = district
        self._view = view

    async def announced(self, code: str) -> tuple[Assessment, ...]:
        """The authority's assessments of its units. Raises AuthorityUnknown."""
        async with self._view(code) as view:
            return view.authority.assessments

    async def sheet(self, code: str, name: str, on: date) -> AssessmentSheet:
        """The present scores of all units. Raises AssessmentUnknown."""
        found = named(await self.announced(code), name)
        return assessing.sheet(found, await self._district(code).cases(found.year, on))

    async def results(self, code: str, name: str, on: date) -> Results | Refusal:
        """The results that a conclusion would pin, or the reasons why it is not possible yet."""
        try:
            found = await self.sheet(code, name, on)
        except Refusal as refusal:
            return refusal
        if found.open:
            return AssessmentNotWhole(name=name, open=found.open)
        return found.results

    async def of_unit(self, code: str, on: date) -> list[AssessmentSheet]:
        """The superior's assessments of this authority, the latest first."""
        found = []
        for each in reversed(await self.of_superior(code, on)):
            async with self._view(code) as view:
                cases = await unit_cases.read(view, view.authority.superior_on(on), each.year, on)
            found.append(assessing.sheet(_of_itself(each, code), [cases]))
        return found

    async def of_superior(self, code: str, on: date) -> list[Assessment]:
        """The superior's assessments of the authority's class."""
        async with self._view(code) as view:
            authority = view.authority
        return await self._of_class(authority, on)

    async def _of_class(self, authority: Authority, on: date) -> list[Assessment]:
        above = await self._above(authority, on)
        return [each for each in (above.assessments if above else ()) if authority.kind in each.classes]

    async def units(self, code: str, on: date) -> dict[str, str]:
        """The names of the units on the day, by code."""
        below = await self._authorities.units_of(code, on)
        return {each: (await self._authorities.authority(each)).name_on(on) for each in below}

    async def above(self, code: str, on: date) -> Authority | None:
        """The superior of the day, if it keeps a register here. Raises AuthorityUnknown, AuthorityNotRegistered."""
        return await self._above(await self._authorities.authority(code), on)

    async def _above(self, authority: Authority, on: date) -> Authority | None:
        superior = authority.superior_on(on)
        if superior is None:
            return None
        try:
            return await self._authorities.authority(superior)
        except (AuthorityUnknown, AuthorityNotRegistered):
            return None

    async def duties(self, authority: Authority, on: date) -> list[Duty]:
        """The superior's assessments that the authority can still contest."""
        if not (announced := await self._of_class(authority, on)):
            return []
        contests = contests_of(authority.contests, authority.superior_on(on))
        return assessments_to_check(announced, contests, on, authority.calendar(national_notices()))


def _of_itself(assessment: Assessment, code: str) -> Assessment:
    """The part of an assessment about one unit."""
    key = unit_key(code)
    return replace(
        assessment,
        by_place={place: each for place, each in assessment.by_place.items() if place.unit == key},
        decisions=tuple(each for each in assessment.decisions if each.unit == key),
        conclusions=tuple(
            replace(each, results=tuple(one for one in each.results if one.unit == code))
            for each in assessment.conclusions
        ),
    )
