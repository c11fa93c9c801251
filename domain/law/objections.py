"""What is refused when it is recorded, and never in a later replay.

An objection rests on what may change after the entry: the calendar, a policy, a rule younger than the log. A replay
finds objections as it finds irregularities; recording refuses an event that adds one, so an old log always reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from domain.entry import Event
from domain.law.refusals import Refusal
from domain.request.events import EntryAmended

SINCE = date(2026, 11, 28)
"""What was recorded before this day was not held to it: an audit finds no fault there."""


class Objection(msgspec.Struct, frozen=True):
    """Why the entry of this version could not be recorded today. facts: of the refusal's sentence; article: of the law
    under which the request was received.
    """

    rule: type[Refusal]
    version: int
    facts: dict[str, Any]
    article: str

    @property
    def key(self) -> tuple[str, int]:
        return self.rule.code, self.version


def refuse_added(event: Event, before: Iterable[Objection], after: Iterable[Objection]) -> None:
    """Raises the Refusal of the first objection that the event adds, or gives its amended entry once more."""
    amended = event.version if isinstance(event, EntryAmended) else None
    known = {objection.key for objection in before}
    for objection in after:
        if objection.key not in known or objection.version == amended:
            refusal = objection.rule(objection.version, **objection.facts)
            refusal.article = objection.article
            raise refusal
