"""The earlier registers that an authority imported, and which of them it took back."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec.structs import replace

from domain.authority.import_events import ImportAnnulled, Imported
from domain.authority.refusals import ImportUnknown
from domain.entry import Recorded


class Import(msgspec.Struct, frozen=True):
    """An earlier register that was imported. number: counts from 1. version, position: of its entry in the authority's
    own log and in the whole; its entries are those that follow.
    """

    number: int
    version: int
    position: int
    on: date
    file_digest: str
    row_count: int
    entry_count: int
    actor: str
    annulled_on: date | None = None


def imported(
    before: tuple[Import, ...], entry: Recorded, event: Imported | ImportAnnulled
) -> tuple[Import, ...]:
    """All imports after the entry. Raises ImportUnknown where it takes back what is none, or was taken back."""
    if isinstance(event, Imported):
        found = Import(
            number=len(before) + 1,
            version=entry.originator_version,
            position=entry.position,
            on=event.on,
            file_digest=event.file_digest,
            row_count=event.row_count,
            entry_count=event.entry_count,
            actor=entry.actor,
        )
        return (*before, found)
    if not any(each.version == event.version and not each.annulled_on for each in before):
        raise ImportUnknown(entry.originator_version, target=event.version)
    return tuple(
        replace(each, annulled_on=event.on) if each.version == event.version else each for each in before
    )
