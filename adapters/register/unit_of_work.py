"""UnitOfWork recordings by the log of one authority as it was read, in memory, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from adapters.log import mapper, recorder
from adapters.log.mapper import EntryMapper, StoredEntry
from adapters.log.recorder import Head
from adapters.postgres.database import Connection
from adapters.proof import leaf, merkle
from adapters.refusals import (
    IdempotencyKeyReused,
    NumbersExhausted,
    RecordedAlone,
    ReferenceOfOtherYear,
    ReferenceTaken,
    VersionConflict,
)
from adapters.register.decoding import reference_of
from adapters.register.recording import Recording, Reply
from adapters.register.submission import Judged, Refused, RefusedLine, Submission
from adapters.vault.erasure import FINAL
from adapters.vault.keyring import Keyring, VaultRow
from domain.authority import authorization
from domain.authority.authority import (
    AUTHORITY_EVENTS,
    AUTHORITY_STREAM,
    Authority,
    Registered,
    SeparationWaived,
    follow,
)
from domain.authority.refusals import NotTheSuperior
from domain.entry import Event, Recorded
from domain.law.calendar import national_notices
from domain.law.irregularities import Irregularity, check_acknowledged
from domain.law.refusals import (
    AuthorityNotRegistered,
    ContentErased,
    Malformed,
    Refusal,
    UnknownCode,
    WrongStream,
)
from domain.law.terms import Law
from domain.report import annual_report
from domain.report.events import REPORT_EVENTS, Pinned, ReportPublished, ReportSubmitted, WarningWaived
from domain.request import events
from domain.request.amendment import last_told
from domain.request.events import Applicant
from domain.request.judging import admit, replay, touched
from domain.request.named_requests import check_named
from domain.request.personal_data import check_another_person, erased_by, sealed_in
from domain.request.refusals import RequestUnknown
from domain.request.state import DisclosureRequest, check_shown
from domain.values import (
    LAST_NUMBER,
    SHANGHAI,
    Reference,
    check_words,
    is_label,
    is_request,
    reference_in,
)
from projections.report import checks

_mapper = EntryMapper()

PINNING = (ReportSubmitted, ReportPublished)
"""Events that pin what a report says, which nobody tells."""


class _Mark(NamedTuple):
    """How far a unit of work had come, to go back to."""

    entries: int
    vault: int
    irregularities: int
    authority: tuple[Authority, Law] | None
    numbers: Mapping[int, int]
    given: Mapping[int, int] | None
    law_changed: bool
    published_before: Mapping[int, int]
    published: Mapping[int, int] | None


class UnitOfWork:
    """The log of one authority as it would be after the submissions judged so far.

    pins: by stream what a submission or publication recorded by itself is to pin, or why it cannot.
    entries, stored (the same as rows), vault, given (last number by year, if that changed), irregularities: what to
    write, in order. now: the moment they are judged at and recorded, never before the last entry's. applicants: those
    told, in clear, by position. published: by year the position of its report's first publication, if a report was
    published.
    """

    head: Head
    now: datetime
    _by: Submission

    def __init__(self, authority_id: int, code: str, keyring: Keyring) -> None:
        self.authority_id = authority_id
        self.code = code
        self._keyring = keyring
        self._office: tuple[Authority, Law] | None = None
        self._histories: dict[str, list[Recorded]] = {}
        self._requests: dict[str, DisclosureRequest] = {}
        self._by_id: dict[str, Recorded] = {}
        self._leaves: dict[str, str] = {}
        self._numbers: Mapping[int, int] = {}
        self._failed: set[str] = set()
        self._published: Mapping[int, int] = {}
        self.pins: dict[str, Pinned | Refusal] = {}
        self.law_changed = False
        self.entries: list[Recorded] = []
        self.stored: list[StoredEntry] = []
        self.vault: list[VaultRow] = []
        self.given: Mapping[int, int] | None = None
        self.irregularities: list[Irregularity] = []
        self.applicants: dict[int, Applicant] = {}
        self.published: Mapping[int, int] | None = None

    async def read(self, connection: Connection, submissions: Sequence[Submission]) -> None:
        """Read what judging them needs but for the law, in one statement."""
        recordings = [recording for submission in submissions for recording in submission.recordings]
        streams = {stream for recording in recordings for stream in _streams(recording)}
        ids = {recording.id for recording in recordings}
        ids |= {name for recording in recordings for name in _named_ids(recording)}
        rows = await recorder.read_for_recording(connection, self.authority_id, list(streams), list(ids))
        for row in rows:
            if row["stream"] is None:
                continue
            recorded, known = mapper.recorded(row), row["command_id"]
            self._histories.setdefault(recorded.originator_id, []).append(recorded)
            if known in ids:
                self._by_id[known] = recorded
                self._leaves[known] = leaf.leaf_hash(self.code, row).hex()
        self.head, self.now = recorder.head_of(rows[0]), recorder.moment_of(rows[0])
        self._numbers, self._published = self.head.last_numbers, self.head.published_reports

    # -- judging --

    def judge(self, submission: Submission, overdue: Refusal | None = None) -> Judged:
        """What it adds on top of those before it, all of its recordings or none.

        overdue: why nothing more may be recorded; what is stored already is answered all the same.
        Raises Refused with every problem found, or what else went wrong; then this is as it was before.
        """
        mark = self._mark()
        self._by, self._failed = submission, set()
        try:
            if not is_label(submission.actor):
                raise Malformed(field="actor：", problem="应为200字以内的文字，不含控制字符")
            replies, problems = self._judge_all(submission)
            if problems := [*submission.unreadable, *problems]:
                raise Refused(problems)
            if overdue is not None and len(self.entries) > mark.entries:
                raise overdue
        except BaseException:
            self._roll_back(mark)
            raise
        return Judged(replies, self.entries[mark.entries :], self.irregularities[mark.irregularities :])

    def _judge_all(self, submission: Submission) -> tuple[list[Reply], list[RefusedLine]]:
        """Each on top of those before it. A recording with a problem is left out of what follows."""
        replies: list[Reply] = []
        problems: list[RefusedLine] = []
        for index, recording in enumerate(submission.recordings):
            try:
                replies.append(self._judge(recording))
            except Refusal as refusal:
                self._failed.add(recording.id)
                problems.append(RefusedLine(index, recording.id, refusal))
            submission.on_progress(index + 1)
        return replies, problems

    def _mark(self) -> _Mark:
        return _Mark(
            len(self.entries),
            len(self.vault),
            len(self.irregularities),
            self._office,
            self._numbers,
            self.given,
            self.law_changed,
            self._published,
            self.published,
        )

    def _roll_back(self, mark: _Mark) -> None:
        for entry in reversed(self.entries[mark.entries :]):
            history = self._histories[entry.originator_id]
            history.pop()
            if not history:
                del self._histories[entry.originator_id]
            del self._by_id[str(entry.command_id)]
            self.applicants.pop(entry.position, None)
        self._requests.clear()  # replayed where they are asked for again
        del self.entries[mark.entries :], self.stored[mark.entries :]
        del self.vault[mark.vault :], self.irregularities[mark.irregularities :]
        self._office, self._numbers, self.given = mark.authority, mark.numbers, mark.given
        self.law_changed = mark.law_changed
        self._published, self.published = mark.published_before, mark.published

    def _judge(self, recording: Recording) -> Reply:
        """Raises the Refusal by which it cannot be recorded on top of those before it."""
        authority = self._office[0] if self._office else None
        authorization.check_act(
            authority, self._entry(recording, "", recording.event, 0), self._by.permissions
        )
        if known := self._by_id.get(recording.id):
            return self._again(recording, known)
        _check_words(recording)
        if isinstance(recording.event, AUTHORITY_EVENTS):
            return self._judge_authority(recording)
        if isinstance(recording.event, REPORT_EVENTS):
            return self._judge_report(recording)
        told = recording.event
        if recording.stream is not None:
            raise WrongStream(type=told.title)
        authority, law = self.authority
        stream = self._receive(recording) if isinstance(told, events.Received) else self._meant(recording)
        history = self._histories.get(stream, [])
        self._check_version(stream)
        entry = self._entry(recording, stream, told, len(history) + 1)
        amended = last_told(history, told.version) if isinstance(told, events.EntryAmended) else None
        authorization.check(authority, entry, permissions=self._by.permissions, amended=amended)
        event, vault = self._sealed(self._resolved(told), history)
        admission = admit(
            history,
            event,
            law,
            self.today,
            stream=stream,
            actor=self._by.actor,
            on_behalf_of=recording.on_behalf_of,
            before=self._requests.get(stream),
        )
        check_named(event, Reference.parse(reference_in(stream)), self._named)
        check_another_person(history, event, (self._by.actor, recording.on_behalf_of), authority.person_of)
        authorization.check_found(authority, entry, touched(told, admission), self._by.permissions)
        codes = admission.codes
        self._check_acknowledged(recording, admission.irregularities)
        self._requests[stream] = admission.request
        self.irregularities += admission.irregularities
        self.vault += vault
        if isinstance(event, events.Received):
            reference = Reference.parse(reference_in(stream))
            last = max(self._numbers.get(reference.year, 0), reference.number)
            self._numbers = self.given = {**self._numbers, reference.year: last}
        return self._admitted(recording, stream, event, codes)

    def _check_acknowledged(self, recording: Recording, found: Sequence[Irregularity]) -> None:
        if not self._by.acknowledge_all:
            check_acknowledged(found, recording.acknowledged)

    def _admitted(
        self, recording: Recording, stream: str, event: Event, acknowledged: tuple[str, ...]
    ) -> Reply:
        history = self._histories.setdefault(stream, [])
        entry = msgspec.structs.replace(
            self._entry(recording, stream, event, len(history) + 1),
            command_id=recording.id,
            body_mac=self._keyring.body_mac(recording.event),
            acknowledged=acknowledged,
        )
        stored = _mapper.to_stored_event(entry)
        if (applicant := _applicant_in(recording.event)) is not None:
            self.applicants[entry.position] = applicant
        history.append(entry)
        self.entries.append(entry)
        self.stored.append(stored)
        self._by_id[recording.id] = entry
        self._leaves[recording.id] = merkle.leaf_hash(leaf.leaf_of(self.code, stored, self.now)).hex()
        return self._reply(entry)

    def _entry(self, recording: Recording, stream: str, event: Event, version: int) -> Recorded:
        """Where the event would lie in the log, and by whom: what its actor's powers are judged by."""
        return Recorded(
            originator_id=stream,
            originator_version=version,
            event=event,
            recorded_at=self.now,
            position=self.head.position + len(self.entries) + 1,
            actor=self._by.actor,
            on_behalf_of=recording.on_behalf_of,
        )

    def _judge_authority(self, recording: Recording) -> Reply:
        event = recording.event
        if recording.reference is not None or recording.stream not in (None, AUTHORITY_STREAM):
            raise WrongStream(type=event.title)
        if isinstance(event, Registered) and event.code != self.code:
            raise Malformed(field="event.code：", problem=f"与机关代码{self.code}不同")
        check_acknowledged((), recording.acknowledged)
        self._check_version(AUTHORITY_STREAM)
        history = self._histories.get(AUTHORITY_STREAM, [])
        latest = self._entry(recording, AUTHORITY_STREAM, event, len(history) + 1)
        before = self._office[0] if self._office else None
        if before is not None and isinstance(event, SeparationWaived) and self._by.superior is None:
            raise NotTheSuperior(officer=self._by.actor, on=latest.recorded_on)
        authorization.check(before, latest, permissions=self._by.permissions, superior=self._by.superior)
        authority = follow(before, latest)
        law = authority.law(national_notices()).publishing(self._published)
        self.law_changed |= self._office is None or self._office[1].digest != law.digest
        self._office = (authority, law)
        self._requests.clear()
        return self._admitted(recording, AUTHORITY_STREAM, event, ())

    def _judge_report(self, recording: Recording) -> Reply:
        told, stream, authority = recording.event, recording.stream or "", self._office
        year = annual_report.year_in(stream)
        if year is None or recording.reference is not None:
            raise WrongStream(type=told.title)
        if authority is None:
            raise AuthorityNotRegistered()
        history = self._histories.get(stream, [])
        self._check_version(stream)
        if isinstance(told, WarningWaived) and not checks.is_waivable(told.warning):
            allowed = "、".join(name for name in checks.CHECKS if checks.is_waivable(name))
            raise UnknownCode(field="event.warning", allowed=allowed)
        asked = self._entry(recording, stream, told, len(history) + 1)
        authorization.check(authority[0], asked, permissions=self._by.permissions)
        event, vault = self._keyring.seal_event(self.authority_id, told)
        latest = self._entry(recording, stream, event, len(history) + 1)
        kind, person = authority[0].kind, authority[0].person_of
        if isinstance(event, PINNING):
            annual_report.admit(history, latest, year, kind, person)  # what comes first is said first
            event = msgspec.structs.replace(event, pinned=self._pinned(stream, told))
            latest = msgspec.structs.replace(latest, event=event)
        admitted = annual_report.admit(history, latest, year, kind, person)
        codes = tuple(sorted({irregularity.code for irregularity in admitted.irregularities}))
        self._check_acknowledged(recording, admitted.irregularities)
        self.irregularities += admitted.irregularities
        self.vault += vault
        if isinstance(event, ReportPublished):
            self._published = self.published = {year: latest.position, **self._published}
        return self._admitted(recording, stream, event, codes)

    def _pinned(self, stream: str, told: Event) -> Pinned:
        pinned = self.pins.get(stream)
        if pinned is None:
            raise RecordedAlone(event=told.title)
        if isinstance(pinned, Refusal):
            raise pinned
        return pinned

    def to_pin(self, submission: Submission) -> str | None:
        """The stream of the report that the submission's one recording pins, unless it is known already."""
        one = submission.recordings[0]
        pins = (
            len(submission.recordings) == 1 and isinstance(one.event, PINNING) and one.id not in self._by_id
        )
        return one.stream if pins and self._office is not None else None

    def _again(self, recording: Recording, known: Recorded) -> Reply:
        """The stored reply to a repeated id: to whom it belongs, if it is the same recording in every part.

        Of a recording whose sealed values were erased, or are shown to nobody, nobody is told whether it is: one who
        guesses gets one answer.
        """
        told = recording.event
        where = f"{reference_in(known.originator_id)}第{known.originator_version}条"
        mine = (known.actor, known.on_behalf_of) == (self._by.actor, recording.on_behalf_of)
        if not mine:
            raise IdempotencyKeyReused(id=recording.id, where="由他人登记")
        if sealed_in(known.event) and is_request(known.originator_id):
            if self._is_erased(known):
                raise ContentErased(id=recording.id, where=where)
            check_shown(self._request(known.originator_id))
        named = recording.reference
        own = isinstance(told, events.Received) and named in (None, f"#{recording.id}")
        if isinstance(told, AUTHORITY_EVENTS):
            same_stream = known.originator_id == AUTHORITY_STREAM
        elif isinstance(told, REPORT_EVENTS):
            same_stream = known.originator_id == recording.stream
        else:
            same_stream = own or (named is not None and self._stream_named(named) == known.originator_id)
        same = same_stream and (
            self._by.acknowledge_all or {*known.acknowledged} == {*recording.acknowledged}
        )
        if not same or known.body_mac is None or not self._keyring.same_body(told, known.body_mac):
            raise IdempotencyKeyReused(id=recording.id, where=where)
        if self._by.expected_version not in (None, known.originator_version - 1):
            self._check_version(known.originator_id)
            raise IdempotencyKeyReused(id=recording.id, where=where)
        return self._reply(known)

    def _is_erased(self, known: Recorded) -> bool:
        """Whether a value that the entry sealed was erased since."""
        history = self._histories.get(known.originator_id, [])
        erasures = [entry for entry in history if isinstance(entry.event, events.PersonalDataErased)]
        erased = {value.id for entry in erasures for value in erased_by(history, entry)}
        return any(value.id in erased for _, value in sealed_in(known.event))

    def _check_version(self, stream: str) -> None:
        """Raises VersionConflict unless so many entries are there as were seen."""
        present, expected = len(self._histories.get(stream, [])), self._by.expected_version
        if expected not in (None, present):
            raise VersionConflict(reference=reference_in(stream), present=present, expected=expected)

    def _reply(self, entry: Recorded) -> Reply:
        in_register = is_request(entry.originator_id)
        return Reply(
            id=str(entry.command_id),
            reference=reference_in(entry.originator_id) if in_register else None,
            version=entry.originator_version,
            position=entry.position,
            irregularities=entry.acknowledged,
            leaf=self._leaves.get(str(entry.command_id)),
            note=FINAL if isinstance(entry.event, events.PersonalDataErased) else UNSET,
        )

    # -- what is meant --

    def _receive(self, recording: Recording) -> str:
        """The stream of a new request: a number given out, or the one brought along."""
        year = recording.event.on.year
        if recording.reference in (None, f"#{recording.id}"):
            number = self._numbers.get(year, 0) + 1
            if number > LAST_NUMBER:
                raise NumbersExhausted(year=year)
            return Reference(year, number).stream
        reference = _parse(str(recording.reference))
        if reference.year != year:
            raise ReferenceOfOtherYear(reference=reference, year=year)
        if reference.stream in self._histories:
            raise ReferenceTaken(reference=reference)
        return reference.stream

    def _meant(self, recording: Recording) -> str:
        """The stream of the request a recording names. Raises RequestUnknown."""
        if recording.reference is None:
            raise Malformed(field="reference：", problem="缺少这一项")
        stream = self._stream_named(recording.reference)
        if stream not in self._histories:
            raise RequestUnknown(reference=reference_in(stream))
        return stream

    def _stream_named(self, reference: str) -> str:
        if not reference.startswith("#"):
            return _parse(reference).stream
        entry = self._by_id.get(reference[1:])
        if entry is None:
            why = "所指的登记有问题" if reference[1:] in self._failed else "没有所指的登记"
            raise Malformed(field="reference：", problem=f"{reference}{why}")
        if not is_request(entry.originator_id):
            raise Malformed(field="reference：", problem=f"{reference}登记的不是申请")
        return entry.originator_id

    def _resolved(self, told: Event) -> Event:
        """The event with `#id` in it replaced by the reference of that request."""
        changes: dict[str, Any] = {}
        for field in _REFERENCES:
            value = getattr(told, field, None)
            if value is not None and value.startswith("#"):
                changes[field] = reference_in(self._stream_named(value))
        if isinstance(told, events.EntryAmended) and told.replacement is not None:
            changes["replacement"] = self._resolved(told.replacement)
        return msgspec.structs.replace(told, **changes) if changes else told

    def _sealed(self, told: Event, history: list[Recorded]) -> tuple[Event, list[VaultRow]]:
        earlier = last_told(history, told.version) if isinstance(told, events.EntryAmended) else None
        return self._keyring.seal_event(self.authority_id, told, earlier, self._by.filed)

    def _named(self, reference: Reference) -> DisclosureRequest | None:
        return self._request(reference.stream) if reference.stream in self._histories else None

    def _request(self, stream: str) -> DisclosureRequest:
        if stream not in self._requests and self._office is not None:
            self._requests[stream] = replay(self._histories[stream], self._office[1])
        return self._requests[stream]

    @property
    def today(self) -> date:
        """The day of recording in Shanghai, which no fact told now may lie after."""
        return self.now.astimezone(SHANGHAI).date()

    # -- what to write --

    @property
    def authority(self) -> tuple[Authority, Law]:
        """The authority and its law after all recordings."""
        if self._office is None:
            raise AuthorityNotRegistered()
        return self._office

    def know(self, authority: Authority, law: Law) -> None:
        """The authority and its law by the head as read, unless it is not registered yet."""
        self._office = (authority, law)

    def changed(self) -> list[tuple[DisclosureRequest, list[Recorded]]]:
        """Each request with a new entry as it then stands, and its history."""
        streams = dict.fromkeys(entry.originator_id for entry in self.entries)
        return [(self._request(stream), self._histories[stream]) for stream in streams if is_request(stream)]


def _check_words(recording: Recording) -> None:
    try:
        check_words(recording.event, "event")
    except ValueError as blank:
        raise Malformed(field="", problem=str(blank)) from None


def _applicant_in(told: Event) -> events.Applicant | None:
    """The applicant that a receipt, or the correction of one, tells in clear."""
    received = told.replacement if isinstance(told, events.EntryAmended) else told
    return received.applicant if isinstance(received, events.Received) else None


_REFERENCES = ("split_from", "earlier_reference")


def _streams(recording: Recording) -> list[str]:
    """Streams that a recording names by reference, malformed ones left out: judging says so."""
    if isinstance(recording.event, AUTHORITY_EVENTS):
        return [AUTHORITY_STREAM]
    if isinstance(recording.event, REPORT_EVENTS):
        return [recording.stream] if recording.stream else []
    named = [recording.reference, *_references_in(recording.event)]
    found = []
    for reference in named:
        try:
            found.append(Reference.parse(reference or "").stream)
        except ValueError:
            continue
    return found


def _named_ids(recording: Recording) -> list[str]:
    named = [recording.reference, *_references_in(recording.event)]
    return [reference[1:] for reference in named if reference and reference.startswith("#")]


def _references_in(event: Event) -> list[str]:
    told = event.replacement if isinstance(event, events.EntryAmended) else event
    values = (getattr(told, field, None) for field in _REFERENCES)
    return [value for value in values if isinstance(value, str)]


def _parse(reference: str) -> Reference:
    return reference_of(reference, field="reference：")
