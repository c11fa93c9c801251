"""The setting up of the first two administrators, by the program."""

from __future__ import annotations

from datetime import date

from domain.authority.events import GrantConfirmed, OfficerAppointed, PowerGranted
from domain.entry import Event


def first_officers(
    system: str, security: str, on: date, *, after: int, persons: tuple[str | None, str | None] = (None, None)
) -> list[Event]:
    """The events that set up the two administrators, to be recorded together by PROGRAM.

    after: the authority's own entries before them. persons: opaque codes of the two, as when appointing.
    """
    return [
        OfficerAppointed(on, system, persons[0]),
        OfficerAppointed(on, security, persons[1]),
        PowerGranted(on, system, "system_administrator"),
        PowerGranted(on, security, "security_administrator"),
        GrantConfirmed(on, after + 3),
        GrantConfirmed(on, after + 4),
    ]
