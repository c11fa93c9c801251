"""复议 and 诉讼 against the handling of a request (Art. 51)."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.request import events


class Decision(msgspec.Struct, frozen=True):
    """A decision in an appeal. effective_on None: not yet in effect."""

    on: date
    instance: str
    disposition: str
    effective_on: date | None


class Appeal(msgspec.Struct, frozen=True):
    """A reconsideration or a suit, with its decisions in the order of law."""

    appeal: str
    route: events.Route
    ground: str
    on: date
    tribunal: str
    case_no: str
    follows: str | None
    decisions: tuple[Decision, ...] = ()
    causes: tuple[str, ...] | None = None

    def disposition_on(self, day: date) -> str | None:
        """Of the last decision in effect by the day; None while the appeal is pending then."""
        effective = [each for each in self.effective() if each.effective_on and each.effective_on <= day]
        return effective[-1].disposition if effective else None

    def is_settled(self, day: date) -> bool:
        """Whether nothing more is to come of it by the day: the last decision is in effect, and sent it nowhere else."""
        decided = [decision for decision in self.decisions if decision.on <= day]
        if not decided or decided[-1].effective_on is None or decided[-1].effective_on > day:
            return False
        return decided[-1].disposition != "transferred"

    def effective(self) -> list[Decision]:
        """Decisions in effect at some time, by the day they took effect."""
        decided = [decision for decision in self.decisions if decision.effective_on is not None]
        return sorted(decided, key=lambda decision: (decision.effective_on, decision.on))
