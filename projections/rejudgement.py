"""Judges every past act again, by the law of the day on which it was recorded.

What the program refuses today it must have refused then, and what an officer acknowledged must be exactly what
the entry added to its history. A log that says otherwise was not written by this program.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from domain.authority import authorization
from domain.authority.authority import Authority
from domain.authority.replay import follow
from domain.entry import Recorded
from domain.law import objections
from domain.law.calendar import Calendar, Notice
from domain.law.irregularities import Irregularity, asked_on
from domain.law.refusals import AuthorityNotRegistered, Refusal, WrongStream
from domain.law.terms import Law
from domain.report import annual_report
from domain.request import events, numbering
from domain.request.amendment import latest_content
from domain.request.appeal_events import Appealed
from domain.request.judging import admit, irregularities_to_judge, replay
from domain.request.state import Admission, DisclosureRequest

LAG = timedelta(days=60)
"""Time within which a new notice reaches every installation, by a release or by hand."""


class Otherwise(NamedTuple):
    """An entry that would not be stored as it is. refusal: the rule by which it cannot be, or none.

    acknowledged, found: codes of the irregularities as stored, and as judged again.
    """

    entry: Recorded
    refusal: Refusal | None
    acknowledged: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


class Rejudged(NamedTuple):
    """otherwise: entries that would not be stored as they are. request: its present state under that law, if known."""

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
        self._offices: list[Authority] = []
        self._calendars: dict[object, Calendar] = {}
        self._laws: dict[tuple[int, int], Law] = {}

    def known(self, position: int, on: date) -> tuple[int, int]:
        """The numbers of the authority's entries and of notices known; the same pair means the same law."""
        return bisect_right(self._positions, position), bisect_right(self._published, on)

    def may_lack(self, notices: int, on: date) -> bool:
        """Whether a program on that day may have lacked the last of so many notices.

        Without the only one of its year nothing in that year would be late, so that is believed for LAG alone.
        """
        if not notices:
            return False
        last = self._notices[notices - 1]
        others = any(each.year == last.year for each in self._notices[: notices - 1])
        return others or on - last.published_on <= LAG

    @property
    def present(self) -> Law:
        """The law with all entries and notices."""
        return self.law((len(self._own), len(self._notices)))

    def law(self, known: tuple[int, int]) -> Law:
        """Raises AuthorityNotRegistered if the register was not open yet."""
        if known not in self._laws:
            own, notices = known
            authority = self.authority(own)
            held = (authority.days_off, msgspec.json.encode(authority.notices), notices)
            if held not in self._calendars:  # cached: it is large, and most own entries do not change it
                self._calendars[held] = authority.calendar(self._notices[:notices])
            law = Law(self._calendars[held], authority.policies, authority.duties)
            self._laws[known] = law.publishing(self._published_reports)
        return self._laws[known]

    def authority(self, own: int) -> Authority:
        """The authority after so many of its own entries. Raises as `law` does."""
        while len(self._offices) < min(own, len(self._own)):
            before = self._offices[-1] if self._offices else None
            self._offices.append(follow(before, self._own[len(self._offices)]))
        if own == 0:
            raise AuthorityNotRegistered(None)
        return self._offices[own - 1]


def judge_again(history: Sequence[Recorded], book: LawBook) -> Rejudged:
    """One request's entries, in the order recorded, judged one by one. Stops at a refusal."""
    known = [book.known(entry.position, entry.recorded_on) for entry in history]
    if _is_plain(history):
        # One fold is enough to judge all steps: nothing was recorded late, amended or appealed.
        try:
            law = book.law(known[-1])
            request = replay(history, law)
            same = {book.law(each).digest for each in set(known)} == {law.digest}
            if same and not request.irregularities:
                for entry, (own, _) in zip(history, known, strict=True):
                    _check_powers(book.authority(own), (), entry, ())
                return Rejudged((), request, law)
        except Refusal:
            pass  # reported below, by entry
    found: list[Otherwise] = []
    before: DisclosureRequest | None = None
    for index, entry in enumerate(history):
        try:
            own, notices = known[index]
            admission = _judged(history[:index], entry, book.law(known[index]), before, known, index)
            codes, before = _asked(admission, entry), admission.request
            # The program may not have had the newest notices: the act is possible if it is so under any of its
            # calendars.
            while codes != entry.acknowledged and book.may_lack(notices, entry.recorded_on):
                notices -= 1
                again = _judged(history[:index], entry, book.law((own, notices)), None, known, index)
                codes = _asked(again, entry)
        except Refusal as refusal:
            return Rejudged([*found, Otherwise(entry, refusal)])
        if codes != entry.acknowledged:
            found.append(Otherwise(entry, None, entry.acknowledged, _asked(admission, entry)))
        try:
            _check_powers(
                book.authority(own), history[:index], entry, irregularities_to_judge(entry.event, admission)
            )
        except Refusal as refusal:
            found.append(Otherwise(entry, refusal))
    return Rejudged(found)


def judge_authority_again(own: Sequence[Recorded]) -> list[Otherwise]:
    """The same of the authority's own entries, which acknowledge nothing."""
    authority: Authority | None = None
    found: list[Otherwise] = []
    for entry in own:
        try:
            after = follow(authority, entry)
        except Refusal as refusal:
            return [*found, Otherwise(entry, refusal)]
        try:
            authorization.check(authority, entry)
            if entry.acknowledged:
                found.append(Otherwise(entry, None, entry.acknowledged))
        except Refusal as refusal:
            found.append(Otherwise(entry, refusal))
        authority = after
    return found


def judge_report_again(history: Sequence[Recorded], book: LawBook) -> list[Otherwise]:
    """The same of one report's entries, by the powers of the day each was recorded."""
    year = annual_report.year_in(history[0].originator_id)
    if year is None:
        return [Otherwise(history[0], WrongStream(1, type=history[0].event.title))]
    found: list[Otherwise] = []
    for index, entry in enumerate(history):
        try:
            authority = book.authority(book.known(entry.position, entry.recorded_on)[0])
            admitted = annual_report.admit(history[:index], entry, year, authority.kind, authority.person_of)
        except Refusal as refusal:
            return [*found, Otherwise(entry, refusal)]
        try:
            authorization.check(authority, entry)
        except Refusal as refusal:
            found.append(Otherwise(entry, refusal))
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
) -> Admission:
    same_law = index > 0 and known[index] == known[index - 1]
    return admit(
        before,
        entry.event,
        law,
        entry.recorded_on,
        stream=entry.originator_id,
        actor=entry.actor,
        on_behalf_of=entry.on_behalf_of,
        position=entry.position,
        before=stood if same_law else None,
        again=entry.recorded_on < objections.SINCE,
        jump=index == 0 and numbering.CODE in entry.acknowledged,
    )


def _asked(admission: Admission, entry: Recorded) -> tuple[str, ...]:
    """The codes that the program of the day asked for; those of younger rules only where they were acknowledged."""
    asked = asked_on(admission.codes, entry.recorded_on)
    return tuple(code for code in admission.codes if code in asked or code in entry.acknowledged)


def _check_powers(
    authority: Authority, before: Sequence[Recorded], entry: Recorded, found: Iterable[Irregularity]
) -> None:
    """Raises the Refusal of an entry whose actor had not the power that day, or was the same person."""
    event = entry.event
    amended = latest_content(before, event.version) if isinstance(event, events.EntryAmended) else None
    authorization.check(authority, entry, amended=amended)
    authorization.check_found(authority, entry, found)


def _is_plain(history: Sequence[Recorded]) -> bool:
    last, servings = date.min, 0
    for entry in history:
        event = entry.event
        servings += isinstance(event, events.Served)
        if (
            entry.acknowledged
            or event.on < last
            or servings > 1
            or isinstance(event, (events.EntryAmended, Appealed))
        ):
            return False
        last = event.on
    return True
