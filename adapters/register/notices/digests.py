"""The content of officers' daily digests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date

from adapters.register.authorities import Authorities
from adapters.register.reading import reports_due
from adapters.register.reading.assessments import Assessments
from adapters.register.reading.district import District
from adapters.register.reading.reports import Reports
from projections import digest
from projections.digest import Digest
from projections.district.standing import SOON


class Digests:
    """Compiles the digests from all that is to be done."""

    def __init__(
        self,
        reports: Callable[[str], AbstractAsyncContextManager[Reports]],
        district: Callable[[str], District],
        assessments: Assessments,
        authorities: Authorities,
    ) -> None:
        self._reports = reports
        self._district = district
        self._assessments = assessments
        self._authorities = authorities

    async def on(
        self, code: str, on: date, within: int | None = None, *, units: bool = True
    ) -> dict[str, Digest]:
        """The digest of every officer in office on the day. within: working days ahead that count as soon, default by
        policy. units: include the supervision of units, whose registers are then read.

        Raises AuthorityUnknown.
        """
        async with self._reports(code) as reports:
            view = reports.view
            ahead = digest.within(view.authority, on) if within is None else within
            duties = await view.work_list(on, ahead)
            owed = [
                digest.owed(each, on, view.law.calendar)
                for each in await reports_due.due(reports, on, whole=False)
            ]
        duties = [*await self._assessments.duties(view.authority, on), *duties]
        supervises = units and await self._authorities.supervises(code, on, again=True)
        warnings = await self._district(code).work_list(on, SOON) if supervises else ()
        return digest.digests(view.authority, duties, owed, on, warnings)
