"""A district at one moment: the superior's register and those of its units, each read in a transaction of its own.

No transaction spans two authorities, so the registers are read one after the other's commit; each says at which
position of its log it was read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import date
from typing import TypeVar

from adapters.refusals import NotComplete
from adapters.register.authorities import Authorities
from adapters.views import View
from domain.law.refusals import AuthorityNotRegistered
from domain.report.official_form import ReportFormat
from domain.values import Period
from projections.district.tables import RegisterTables

T = TypeVar("T")


class District:
    """The units of one superior. open_view: a register as its caller may see it."""

    def __init__(
        self,
        superior: str,
        authorities: Authorities,
        open_view: Callable[[str], AbstractAsyncContextManager[View]],
    ) -> None:
        self.superior = superior
        self._authorities = authorities
        self._open_view = open_view

    async def units(self, on: date) -> list[str]:
        """Codes of the units that the superior had on the day, itself the first, in order."""
        found = [self.superior]
        for code in await self._authorities.codes():
            with suppress(AuthorityNotRegistered):  # its first event is being recorded
                if (await self._authorities.current(code)).superior_on(on) == self.superior != code:
                    found.append(code)
        return found

    async def ask(self, codes: Sequence[str], question: Callable[[View], Awaitable[T]]) -> list[T]:
        """The same question to each register, in the order of the codes."""
        found = []
        for code in codes:
            async with self._open_view(code) as view:
                found.append(await question(view))
        return found

    async def tables(self, period: Period, form: ReportFormat, units_on: date) -> list[RegisterTables]:
        """Of the superior itself and of each unit it had on the day."""

        async def make(view: View) -> RegisterTables:
            code, name = view.authority.code, view.authority.name_on(period.last)
            try:
                return RegisterTables(code, name, await view.tables(period, form))
            except NotComplete as refusal:
                return RegisterTables(code, name, None, str(refusal))

        return await self.ask(await self.units(units_on), make)
