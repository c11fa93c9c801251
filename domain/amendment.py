"""The history as amended: corrections are entries too, and the last one for an entry wins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

from domain import errors, events
from domain.events import Event, Fact, Recorded


class Entry(NamedTuple):
    """An entry of the amended history. today: the last day its facts may bear."""

    version: int
    event: Fact
    today: date


def amended(history: Sequence[Recorded]) -> list[Entry] | None:
    """The entries in force, in the order of law; None if the receipt is annulled.

    history: one stream in the order recorded. Raises a Refusal at an amendment that cannot be.
    """
    entries = []
    for each in history:
        event = each.event
        if isinstance(event, events.EntryAmended):
            return _with_amendments(history)
        entries.append(Entry(each.originator_version, cast("Fact", event), each.recorded_on))
    return _in_order(entries)


def _with_amendments(history: Sequence[Recorded]) -> list[Entry] | None:
    in_force: dict[int, Entry] = {}
    told: dict[int, Event] = {}
    annulled = False
    for recorded in history:
        version, event, today = recorded.originator_version, recorded.event, recorded.recorded_on
        if not isinstance(event, events.EntryAmended):
            if annulled:
                raise errors.RequestAnnulled(version, reference=reference_of(history))
            in_force[version] = Entry(version, cast("Fact", event), today)
            told[version] = event
            continue
        if event.on > today:
            raise errors.InTheFuture(version, field="on", day=event.on, today=today)
        target, replacement = event.version, event.replacement
        if target >= version:
            raise errors.AmendmentUnknown(version, reference=reference_of(history), target=target)
        original = told.get(target)
        if original is None:
            raise errors.AmendmentOfAmendment(version, target=target)
        if annulled and not (target == 1 and replacement is not None):
            raise errors.RequestAnnulled(version, reference=reference_of(history))
        if replacement is None:
            in_force.pop(target, None)
        elif type(replacement) is not type(original):
            raise errors.AmendmentOfOtherType(
                version, target=target, was=original.title, event=replacement.title
            )
        else:
            in_force[target] = Entry(target, cast("Fact", replacement), today)
        annulled = (annulled and target != 1) or (target == 1 and replacement is None)
    if annulled:
        return None
    return _in_order([in_force[version] for version in sorted(in_force)])


def _in_order(entries: list[Entry]) -> list[Entry]:
    """By day of law; entries of one day stay in the order recorded, in which they come."""
    return sorted(entries, key=_day)


def _day(entry: Entry) -> date:
    return entry.event.on


def reference_of(history: Sequence[Recorded]) -> str:
    """The reference in the stream's name; words in its place before it has one."""
    return history[0].originator_id.removeprefix("request/") or "该申请" if history else "该申请"


def last_told(history: Sequence[Recorded], version: int) -> Event | None:
    """What was last told of an entry, annulled or not: what a replacement's null keeps."""
    told: Event | None = None
    for recorded in history:
        event = recorded.event
        if recorded.originator_version == version:
            told = event
        elif isinstance(event, events.EntryAmended) and event.version == version and event.replacement:
            told = event.replacement
    return told
