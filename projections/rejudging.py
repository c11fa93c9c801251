"""Every past act judged again, by the law of the day it was recorded: what an auditor asks of a whole log.

What the program refuses today it must have refused then, and what an officer acknowledged must be exactly what
the entry added to its history. A log that says otherwise was not written by this program.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from domain import annual_report, authority, errors, events
from domain.events import Recorded
from domain.law import Law
from domain.request import DisclosureRequest, admit, replay
from domain.workdays import Notice


class Otherwise(NamedTuple):
    """An entry that would not be stored as it is. refusal: the rule by which it cannot be, or none.

    acknowledged, found: codes of the irregularities as stored, and as judged again.
    """

    entry: Recorded
    refusal: errors.Refusal | None
    acknowledged: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


class Rejudged(NamedTuple):
    """otherwise: entries that would not be stored as they are. request: as it now stands under that law, if known."""

    otherwise: Sequence[Otherwise]
    request: DisclosureRequest | None = None
    law: Law | None = None


class LawBook:
    """The law of the authority as it was known when an entry was recorded.

    own: the authority's entries in the order recorded. notices: all that this program holds; those published by
    the day of recording count. published: see `Law`; an entry is held against those before it.
    """

    def __init__(
        self,
        own: Sequence[Recorded],
        notices: Iterable[Notice],
        published: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self._own = own
        self._published_reports = published
        self._notices = sorted(notices, key=lambda notice: (notice.published_on, notice.id))
        self._published = [notice.published_on for notice in self._notices]
        self._positions = [entry.position for entry in own]
        self._laws: dict[tuple[int, int], Law] = {}

    def known(self, position: int, on: date) -> tuple[int, int]:
        """How many of the authority's entries and of the notices were known; the same pair is the same law."""
        return bisect_right(self._positions, position), bisect_right(self._published, on)

    @property
    def present(self) -> Law:
        """With all that is known now."""
        return self.law((len(self._own), len(self._notices)))

    def law(self, known: tuple[int, int]) -> Law:
        """Raises AuthorityNotRegistered where the register was not open yet."""
        if known not in self._laws:
            own, notices = known
            office = authority.replay(self._own[:own])
            self._laws[known] = office.law(self._notices[:notices]).publishing(self._published_reports)
        return self._laws[known]


def judge_again(history: Sequence[Recorded], book: LawBook) -> Rejudged:
    """One request's entries, in the order recorded, judged one by one. Stops at a refusal."""
    known = [book.known(entry.position, entry.recorded_on) for entry in history]
    if _is_plain(history) and len(set(known)) == 1:
        # The steps of one fold are the judgements one by one: nothing was told late, amended or appealed.
        try:
            law = book.law(known[0])
            request = replay(history, law)
            if not request.irregularities:
                return Rejudged((), request, law)
        except errors.Refusal:
            pass  # named below by the entry that cannot be
    found: list[Otherwise] = []
    before: DisclosureRequest | None = None
    for index, entry in enumerate(history):
        try:
            codes, before = _judged(history[:index], entry, book.law(known[index]), before, known, index)
            own, notices = known[index]
            # A program may have been older than the newest notices: under any of its calendars the act holds.
            while codes != entry.acknowledged and notices:
                notices -= 1
                codes, _ = _judged(history[:index], entry, book.law((own, notices)), None, known, index)
        except errors.Refusal as refusal:
            return Rejudged([*found, Otherwise(entry, refusal)])
        if codes != entry.acknowledged:
            codes, _ = _judged(history[:index], entry, book.law(known[index]), None, known, index)
            found.append(Otherwise(entry, None, entry.acknowledged, codes))
    return Rejudged(found)


def judge_authority_again(own: Sequence[Recorded]) -> list[Otherwise]:
    """The same of the authority's own entries, which acknowledge nothing."""
    try:
        authority.replay(own)
    except errors.Refusal as refusal:
        entry = next((each for each in own if each.originator_version == refusal.version), own[0])
        return [Otherwise(entry, refusal)]
    return [Otherwise(entry, None, entry.acknowledged) for entry in own if entry.acknowledged]


def judge_report_again(history: Sequence[Recorded], kind: str) -> list[Otherwise]:
    """The same of one report's entries. kind: of the authority."""
    year = annual_report.year_in(history[0].originator_id)
    if year is None:
        return [Otherwise(history[0], errors.WrongStream(1, type=history[0].event.title))]
    found: list[Otherwise] = []
    for index, entry in enumerate(history):
        try:
            admitted = annual_report.admit(history[:index], entry, year, kind)
        except errors.Refusal as refusal:
            return [*found, Otherwise(entry, refusal)]
        codes = tuple(sorted({each.code for each in admitted.irregularities}))
        if codes != entry.acknowledged:
            found.append(Otherwise(entry, None, entry.acknowledged, codes))
    return found


def _judged(
    before: Sequence[Recorded],
    entry: Recorded,
    law: Law,
    stood: DisclosureRequest | None,
    known: Sequence[tuple[int, int]],
    index: int,
) -> tuple[tuple[str, ...], DisclosureRequest]:
    same_law = index > 0 and known[index] == known[index - 1]
    admission = admit(
        before,
        entry.event,
        law,
        entry.recorded_on,
        stream=entry.originator_id,
        position=entry.position,
        before=stood if same_law else None,
    )
    codes = tuple(sorted({irregularity.code for irregularity in admission.irregularities}))
    return codes, admission.request


def _is_plain(history: Sequence[Recorded]) -> bool:
    last, servings = date.min, 0
    for entry in history:
        event = entry.event
        servings += isinstance(event, events.Served)
        if (
            entry.acknowledged
            or event.on < last
            or servings > 1
            or isinstance(event, (events.EntryAmended, events.Appealed))
        ):
            return False
        last = event.on
    return True
