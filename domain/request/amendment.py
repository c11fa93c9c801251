"""The history as amended: corrections are entries too, and the last one for an entry wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

import msgspec

from domain.authority.events import OwnEntryAmended
from domain.entry import Event, Recorded
from domain.law.refusals import InTheFuture
from domain.request import events
from domain.request.file_events import OF_PERSONAL_DATA, DocumentFiled, PersonalDataErased
from domain.request.refusals import (
    AmendmentOfAmendment,
    AmendmentOfOtherType,
    AmendmentUnknown,
    ErasureIsFinal,
    OtherDocument,
    RequestAnnulled,
)
from domain.values import reference_in


def amended(history: Sequence[Recorded]) -> list[Recorded] | None:
    """The entries in force, in the order of law: by day, those of one day in the order recorded.

    history: one stream in the order recorded. A replaced entry keeps its version and is held to the day of
    its amendment. None if the receipt is annulled. Raises a Refusal at an amendment that cannot be.
    """
    for each in history:
        if type(each.event) is events.EntryAmended:
            in_force, annulled = _in_force(history)
            return None if annulled else sorted(in_force, key=_day)
    return sorted(history, key=_day)


_day = attrgetter("event.on")


def of_annulled(history: Sequence[Recorded]) -> list[Recorded]:
    """The entries in force of an annulled request but for its receipt, in the order of law."""
    in_force, _ = _in_force(history)
    return sorted(in_force, key=_day)


def before_annulment(history: Sequence[Recorded]) -> Sequence[Recorded]:
    """The entries before the receipt was annulled, also if it was annulled more than once in a row."""
    end = len(history)
    for index, entry in reversed(list(enumerate(history))):
        if isinstance(entry.event, events.EntryAmended) and entry.event.version == 1:
            if entry.event.replacement is not None:
                break
            end = index
    return history[:end]


def _in_force(history: Sequence[Recorded]) -> tuple[list[Recorded], bool]:
    """The entries in force, by version, and whether the request is annulled."""
    in_force: dict[int, Recorded] = {}
    originals: dict[int, Event] = {}
    annulled = False
    for recorded in history:
        version, event = recorded.originator_version, recorded.event
        if not isinstance(event, events.EntryAmended):
            if annulled and not isinstance(event, OF_PERSONAL_DATA):
                raise RequestAnnulled(version, reference=reference_of(history))
            in_force[version] = recorded
            originals[version] = event
            continue
        if event.on > (today := recorded.recorded_on):
            raise InTheFuture(version, field="on", day=event.on, today=today)
        target, replacement = event.version, event.replacement
        if target >= version:
            raise AmendmentUnknown(version, reference=reference_of(history), target=target)
        original = originals.get(target)
        if original is None:
            raise AmendmentOfAmendment(version, target=target)
        of_data = isinstance(original, OF_PERSONAL_DATA)
        if annulled and not of_data and not (target == 1 and replacement is not None):
            raise RequestAnnulled(version, reference=reference_of(history))
        if of_data and _is_erased(originals, target):
            raise ErasureIsFinal(version, reference=reference_of(history), target=target)
        if replacement is None:
            in_force.pop(target, None)
        elif type(replacement) is not type(original):
            raise AmendmentOfOtherType(version, target=target, was=original.title, event=replacement.title)
        elif _is_other_document(original, replacement):
            raise OtherDocument(version, reference=reference_of(history), target=target)
        else:
            in_force[target] = msgspec.structs.replace(recorded, originator_version=target, event=replacement)
        annulled = (annulled and target != 1) or (target == 1 and replacement is None)
    return [in_force[version] for version in sorted(in_force)], annulled


def _is_erased(originals: Mapping[int, Event], target: int) -> bool:
    """Whether the entry is an erasure, or the request for one that was carried out."""
    return isinstance(originals[target], PersonalDataErased) or any(
        isinstance(event, PersonalDataErased) and event.requested == target for event in originals.values()
    )


def _is_other_document(original: Event, replacement: Event) -> bool:
    filed = DocumentFiled
    if not isinstance(original, filed) or not isinstance(replacement, filed):
        return False
    return (original.media_type, original.size_bytes) != (replacement.media_type, replacement.size_bytes)


def reference_of(history: Sequence[Recorded]) -> str:
    """The reference in the stream's name; before there is one, words for it in a message."""
    return (reference_in(history[0].originator_id) if history else "") or "该申请"


def latest_content(history: Sequence[Recorded], version: int) -> Event | None:
    """The last content of an entry, annulled or not: the values that a replacement's null keeps."""
    latest: Event | None = None
    for recorded in history:
        event = recorded.event
        if recorded.originator_version == version:
            latest = event
        elif (
            isinstance(event, events.EntryAmended | OwnEntryAmended)
            and event.version == version
            and event.replacement
        ):
            latest = event.replacement
    return latest
