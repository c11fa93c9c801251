"""The papers of a request beside its answers: what can be served (送达)."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.entry import Recorded, type_of
from domain.request import events
from domain.request.consultation import Consultations

LEADING = frozenset({
    events.Received, events.SupplementRequired, events.Extended, events.ConsultationOpened, events.ConsultationClosed,
    events.ExplanationRequired, events.Deferred, events.FeeCharged, events.Withdrawn, events.Lapsed,
})  # fmt: skip
"""Events that lead to a paper, answers left out."""


class Paper(msgspec.Struct, frozen=True):
    """version, type: of the entry that leads to it."""

    version: int
    type: str
    on: date


class Papers:
    """Those of one request, by the entry that leads to them. Mutable, private to a replay."""

    def __init__(self) -> None:
        self.by_version: dict[int, Paper] = {}

    def follow(self, entry: Recorded, consultations: Consultations) -> None:
        event, version = entry.event, entry.originator_version
        if type(event) in LEADING and (
            not isinstance(event, events.ConsultationClosed)
            or consultations.by_name[event.consultation].is_overruled
        ):
            self.by_version[version] = Paper(version, type_of(event), event.on)
