"""机构改革: who takes an authority over, of what, from which day on."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.authority.events import Reorganised
from domain.authority.refusals import SuccessorOfItself


class Succession(msgspec.Struct, frozen=True):
    """Who takes over, of what, from which day on. report_by: as of the event."""

    reform: str
    successor: str
    in_force_from: date
    report_by: str | None = None

    @property
    def is_whole(self) -> bool:
        """The authority receives nothing any more; of a function alone it goes on."""
        return self.reform != "function_moved"


def of(version: int, event: Reorganised, code: str) -> Succession:
    """code: of the authority that is taken over. Raises SuccessorOfItself."""
    if event.successor == code:
        raise SuccessorOfItself(version, code=code)
    return Succession(event.reform, event.successor, event.in_force_from, event.report_by)
