"""The personal data of a request: its erasure, requested and carried out, and its restriction.

Events and statistics hold no personal data; it lies sealed in the vault. An erasure is requested after appraisal
and carried out by another natural person; a restriction keeps the data and shows it to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec

from domain.entry import Event, Recorded
from domain.request import events
from domain.request.file_events import (
    ORDERED,
    ErasureRequested,
    PersonalDataErased,
    PersonalDataRestricted,
    RestrictionLifted,
)
from domain.request.findings import Findings
from domain.request.refusals import (
    ErasedBySamePerson,
    ErasedStaysErased,
    ErasureNotRequested,
    NotRestricted,
    RetentionNotOver,
)
from domain.values import Sealed, reference_in


class Erasure(msgspec.Struct, frozen=True):
    """version: of the entry that requested it. erased_on: None until it is carried out."""

    version: int
    scope: Literal["applicant", "all"]
    appraisal_no: str
    asked_on: date
    erased_on: date | None = None


class PersonalData:
    """Follows the entries of one request in the order of law. Mutable, private to a replay."""

    def __init__(self, reference: str, findings: Findings) -> None:
        self._reference = reference
        self._findings = findings
        self._erasures: dict[int, Erasure] = {}
        self._ordered: set[int] = set()
        self._retained_until: date | None = None
        self.restricted = False

    @property
    def erasures(self) -> tuple[Erasure, ...]:
        return tuple(self._erasures.values())

    def archived(self, event: events.Archived) -> None:
        """From now on the file is kept for the archive's retention."""
        self._retained_until = retained_until(event)

    def follow(self, version: int, event: Event) -> None:
        """Raises ErasureNotRequested or NotRestricted; other events than those of personal data pass."""
        match event:
            case ErasureRequested():
                self._erasures[version] = Erasure(version, event.scope, event.appraisal_no, event.on)
                if event.basis in ORDERED:
                    self._ordered.add(version)
                self._check_retention(version, event, version)
            case PersonalDataErased():
                erasure = self._erasures.get(event.requested)
                if erasure is None or erasure.erased_on is not None:
                    raise ErasureNotRequested(version, reference=self._reference, requested=event.requested)
                self._check_retention(version, event, event.requested)
                self._erasures[event.requested] = msgspec.structs.replace(erasure, erased_on=event.on)
            case PersonalDataRestricted():
                self.restricted = True
            case RestrictionLifted():
                if not self.restricted:
                    raise NotRestricted(version, reference=self._reference)
                self.restricted = False

    def _check_retention(self, version: int, event: Event, requested: int) -> None:
        until = self._retained_until
        if until is None or event.on > until:
            return
        words = "为永久" if until == date.max else f"至{until}"
        if requested in self._ordered:
            self._findings.find(
                "erased_before_retention", version, on=event.on, event=event.title, until=words
            )
        else:
            self._findings.object_to(RetentionNotOver, version, event, until=words)


_YEARS = {"10y": 10, "30y": 30}


def retained_until(archived: events.Archived) -> date:
    """The last day on which the archive keeps the file, counted from the end of the year in which it was archived."""
    years = _YEARS.get(archived.retention)
    return date.max if years is None else date(archived.on.year + years, 12, 31)


def check_another_person(
    history: Sequence[Recorded],
    event: Event,
    officers: Iterable[str | None],
    person_of: Callable[[str], str] = lambda officer: officer,
) -> None:
    """An erasure is carried out by another natural person than requested it. Raises ErasedBySamePerson.

    officers: who records, and on whose behalf if on anybody's; both count. person_of: the person behind an officer's id.
    """
    if not isinstance(event, PersonalDataErased):
        return
    persons = {person_of(each) for each in officers if each}
    for entry in history:
        is_request = entry.originator_version == event.requested or _amends(entry.event, event.requested)
        if is_request and persons & set(map(person_of, entry.recorded_by)):
            raise ErasedBySamePerson(reference=reference_in(entry.originator_id))


def erased_by(history: Sequence[Recorded], erased: Recorded) -> list[Sealed]:
    """The sealed values that this erasure removes: all of its scope that were recorded before it.

    history: the request's entries in the order recorded.
    """
    assert isinstance(erased.event, PersonalDataErased)  # noqa: S101 - for the types
    erasure: Event | None = None
    before = [entry for entry in history if entry.originator_version < erased.originator_version]
    for entry in before:
        event = entry.event
        if isinstance(event, events.EntryAmended) and event.version == erased.event.requested:
            erasure = event.replacement
        elif entry.originator_version == erased.event.requested:
            erasure = event
    scope = erasure.scope if isinstance(erasure, ErasureRequested) else "applicant"
    found = {
        value.id: value
        for entry in before
        for field, value in sealed_in(entry.event)
        if scope == "all" or field == "applicant" or (field == "content" and _names_applicant(entry))
    }
    return list(found.values())


def erased_in(history: Sequence[Recorded]) -> set[str]:
    """Ids of all sealed values that erasures of the request removed."""
    erasures = [entry for entry in history if isinstance(entry.event, PersonalDataErased)]
    return {value.id for erasure in erasures for value in erased_by(history, erasure)}


def check_stays_erased(history: Sequence[Recorded], event: Event) -> None:
    """A correction keeps what was erased of its entry as it is. Raises ErasedStaysErased.

    event: sealed; a value that is kept has the id it had.
    """
    if not isinstance(event, events.EntryAmended) or event.replacement is None:
        return
    erased = erased_in(history)
    fields = {
        field
        for entry in history
        if entry.originator_version == event.version or _amends(entry.event, event.version)
        for field, value in sealed_in(events.resulting(entry.event) or entry.event)
        if value.id in erased
    }
    if any(field in fields and value.id not in erased for field, value in sealed_in(event.replacement)):
        raise ErasedStaysErased(reference=reference_in(history[0].originator_id), target=event.version)


def _amends(event: Event, version: int) -> bool:
    return isinstance(event, events.EntryAmended) and event.version == version


_NAMING = ("application", "identity", "answer", "service")
"""Kinds of papers that name the applicant by their nature."""


def _names_applicant(filed: Recorded) -> bool:
    """Whether a filed paper goes with the applicant's data: one of these kinds, or a letter that this program made."""
    content = events.resulting(filed.event)
    return getattr(content, "kind", None) in _NAMING or (filed.command_id or "").startswith("letter ")


def sealed_in(event: Event) -> list[tuple[str, Sealed]]:
    """The sealed values of an event by field, those of a replacement included."""
    found = [(field, getattr(event, field)) for field in event.sealed]
    if isinstance(event, events.EntryAmended) and event.replacement is not None:
        found += sealed_in(event.replacement)
    return [(field, each) for field, each in found if isinstance(each, Sealed)]


def texts_in(event: Event) -> list[tuple[str, Sealed]]:
    """The same without the content of documents, which lies elsewhere and is fetched one by one."""
    return [(field, each) for field, each in sealed_in(event) if field != "content"]
