"""The log for other programs: entries as stored, with personal data and free text as references to the vault."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from domain.entry import Recorded, type_of
from projections.superior_view import Sight


class Entry(msgspec.Struct, frozen=True):
    """An entry of the log as stored: personal data and free text are references to the vault.

    stream: `request/2020-0095`, or `authority`. id: of the recording. To who sees an outline alone the event has its
    type and day, and who recorded it, under which id and what was acknowledged is left out.
    """

    position: int
    stream: str
    version: int
    type: str
    event: Any
    recorded_at: datetime
    actor: str
    on_behalf_of: str | None
    id: str | None
    acknowledged: tuple[str, ...]


def entry_of(each: Recorded, sight: Sight) -> Entry:
    """An entry that the sight shows, as it shows it."""
    outlines = sight.outlines
    type_ = type_of(each.event)
    return Entry(
        position=each.position,
        stream=each.originator_id,
        version=each.originator_version,
        type=type_,
        event={"type": type_, "on": each.event.on}
        if outlines
        else msgspec.Raw(msgspec.json.encode(each.event)),
        recorded_at=each.recorded_at,
        actor="" if outlines else each.actor,
        on_behalf_of=None if outlines else each.on_behalf_of,
        id=None if outlines else each.command_id,
        acknowledged=() if outlines else each.acknowledged,
    )
