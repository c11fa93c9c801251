"""An authority's own history as amended: corrections are entries too, and the last one for an entry wins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from msgspec.structs import replace

from domain.authority.events import AMENDABLE, OwnEntryAmended, Registered
from domain.authority.refusals import CodeIsFinal, NotAmendable, RegistrationStays
from domain.entry import Event, Recorded
from domain.law.refusals import InTheFuture
from domain.request.refusals import AmendmentOfAmendment, AmendmentOfOtherType, AmendmentUnknown
from domain.values import Sealed

WHOSE = "本机关"
"""Where a refusal names whose entry is meant."""


def amended(history: Sequence[Recorded]) -> list[Recorded]:
    """The entries in force, in the order recorded; the amendments themselves are not among them.

    A replaced entry keeps its version and its place in the log, and is held to the day of its amendment. Raises a
    Refusal at an amendment that cannot be.
    """
    in_force: dict[int, Recorded] = {}
    recorded: dict[int, Recorded] = {}
    for entry in history:
        version, event = entry.originator_version, entry.event
        if not isinstance(event, OwnEntryAmended):
            in_force[version] = recorded[version] = entry
            continue
        if event.version >= version:
            raise AmendmentUnknown(version, reference=WHOSE, target=event.version)
        if (target := recorded.get(event.version)) is None:
            raise AmendmentOfAmendment(version, target=event.version)
        original = target.event
        if not isinstance(original, AMENDABLE):
            raise NotAmendable(version, target=event.version, event=original.title)
        replacement = event.replacement
        if replacement is None:
            if isinstance(original, Registered):
                raise RegistrationStays(version)
            in_force.pop(event.version, None)
            continue
        _check(version, entry, original, replacement)
        in_force[event.version] = replace(target, event=replacement, recorded_at=entry.recorded_at)
    return [in_force[version] for version in sorted(in_force)]


def _check(version: int, entry: Recorded, original: Event, replacement: Event) -> None:
    if type(replacement) is not type(original):
        target = cast("OwnEntryAmended[Sealed]", entry.event).version
        raise AmendmentOfOtherType(version, target=target, was=original.title, event=replacement.title)
    if isinstance(original, Registered) and original.code != cast("Registered", replacement).code:
        raise CodeIsFinal(version, code=original.code)
    if replacement.on > entry.recorded_on:
        raise InTheFuture(version, field="replacement.on", day=replacement.on, today=entry.recorded_on)
