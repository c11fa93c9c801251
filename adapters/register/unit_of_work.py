"""UnitOfWork recordings by the log of one authority as it was read, in memory, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec import UNSET

from adapters.log import mapper, recorder
from adapters.log.mapper import EntryMapper, StoredEntry
from adapters.log.recorder import Head, HeadMoved, Tip
from adapters.postgres.pool import Connection
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
from domain.authority.powers import Permissions
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
    Sealed,
    check_words,
    is_label,
    is_request,
    reference_in,
)
from projections.report import checks

_mapper = EntryMapper()

PINNING = (ReportSubmitted, ReportPublished)
"""Events that pin what a report says, which nobody tells."""


class RefusedLine(msgspec.Struct, frozen=True):
    """Why the recording at this index (from 0) cannot be stored."""

    index: int
    id: str | None
    refusal: Refusal


class Refused(Exception):
    """Nothing was stored. problems: all that were found, in the order of the recordings."""

    def __init__(self, problems: Sequence[RefusedLine]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(f"{len(problems)}项登记有问题，未予登记，第一项（{first.id}）：{first.refusal}")


class UnitOfWork:
    """The log of one authority as it would be after the recordings judged so far.

    pins: by stream what a submission or publication recorded by itself is to pin, or why it cannot.
    entries, stored (the same as rows), vault, given (last number by year, if that changed), irregularities: what to write, in order. now: the moment
    they are judged at, never before the last entry's. filed: the sealed content of the document that the
    recording files. applicants: those told, in clear, by position. published: by year the position of its report's first
    publication, if a report was published.
    """

    head: Head
    now: datetime

    def __init__(
        self,
        authority_id: int,
        code: str,
        keyring: Keyring,
        actor: str,
        permissions: Permissions,
        superior: Authority | None = None,
    ) -> None:
        """permissions: what the door leaves of the actor's powers. superior: the authority that the actor of a waiver names, if it keeps a register here."""
        self.authority_id = authority_id
        self.code = code
        self._keyring = keyring
        self._actor = _label("actor", actor)
        self._permissions = permissions
        self._superior = superior
        self._office: tuple[Authority, Law] | None = None
        self._position = 0
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
        self.filed: Sealed | None = None
        self.applicants: dict[int, Applicant] = {}
        self.published: dict[int, int] | None = None

    async def read(self, connection: Connection, recordings: Sequence[Recording]) -> None:
        """Read what judging needs but for the law, in one statement unless an earlier file's line is named.

        Raises HeadMoved if somebody recorded between two statements.
        """
        streams = {stream for recording in recordings for stream in _streams(recording)}
        ids = {recording.id for recording in recordings}
        ids |= {name for recording in recordings for name in _named_ids(recording)}
        row = await self._read(connection, streams, ids)
        self._stand(recorder.head_of(row), row["now"])
        if found := {entry.originator_id for entry in self._by_id.values()} - streams:
            again = await self._read(connection, found, set())
            if again["head_position"] != self.head.position:
                raise HeadMoved

    async def _read(self, connection: Connection, streams: set[str], ids: set[str]) -> Any:
        rows = await recorder.read_for_recording(connection, self.authority_id, list(streams), list(ids))
        for row in rows:
            if row["stream"] is None:
                continue
            recorded = mapper.recorded(row)
            if recorded.originator_id in streams:
                self._histories.setdefault(recorded.originator_id, []).append(recorded)
            if recorded.command_id in ids:
                self._by_id[str(recorded.command_id)] = recorded
                self._leaves[str(recorded.command_id)] = leaf.leaf_hash(self.code, row).hex()
        return rows[0]

    def resume(self, tip: Tip) -> None:
        """Take the log to end where this process saw it end, and read nothing: for what `needs_no_reading`."""
        self._stand(tip.head, datetime.now(UTC))

    def _stand(self, head: Head, now: datetime) -> None:
        self.head, self._numbers, self._position = head, head.last_numbers, head.position
        self.now = now if head.recorded_at is None else max(now, head.recorded_at)
        self._published = head.published_reports

    # -- judging --

    def judge_all(
        self,
        recordings: Sequence[Recording],
        expected_version: int | None,
        *,
        acknowledge_all: bool,
        on_progress: Callable[[int], None],
    ) -> tuple[list[Reply], list[RefusedLine]]:
        """Judge each on top of those before it. A recording with a problem is left out of what follows."""
        replies: list[Reply] = []
        problems: list[RefusedLine] = []
        for index, recording in enumerate(recordings):
            try:
                replies.append(self.judge(recording, expected_version, acknowledge_all=acknowledge_all))
            except Refusal as refusal:
                self._failed.add(recording.id)
                problems.append(RefusedLine(index, recording.id, refusal))
            on_progress(index + 1)
        return replies, problems

    def judge(
        self, recording: Recording, expected_version: int | None, *, acknowledge_all: bool = False
    ) -> Reply:
        """Raises the Refusal by which it cannot be recorded on top of those before it.

        The reply to what is not stored yet has no leaf until it is: see `as_written`.
        """
        authority = self._office[0] if self._office else None
        authorization.check_act(authority, self._entry(recording, "", recording.event, 0), self._permissions)
        if known := self._by_id.get(recording.id):
            return self._again(recording, known, expected_version, acknowledge_all)
        _check_words(recording)
        if isinstance(recording.event, AUTHORITY_EVENTS):
            return self._judge_authority(recording, expected_version)
        if isinstance(recording.event, REPORT_EVENTS):
            return self._judge_report(recording, expected_version, acknowledge_all)
        told = recording.event
        if recording.stream is not None:
            raise WrongStream(type=told.title)
        authority, law = self.authority
        stream = self._receive(recording) if isinstance(told, events.Received) else self._meant(recording)
        history = self._histories.get(stream, [])
        self._check_version(stream, expected_version)
        entry = self._entry(recording, stream, told, len(history) + 1)
        amended = last_told(history, told.version) if isinstance(told, events.EntryAmended) else None
        authorization.check(authority, entry, permissions=self._permissions, amended=amended)
        event, vault = self._sealed(self._resolved(told), history)
        admission = admit(
            history,
            event,
            law,
            self.today,
            stream=stream,
            actor=self._actor,
            on_behalf_of=recording.on_behalf_of,
            before=self._requests.get(stream),
        )
        check_named(event, Reference.parse(reference_in(stream)), self._named)
        check_another_person(history, event, (self._actor, recording.on_behalf_of), authority.person_of)
        authorization.check_found(authority, entry, touched(told, admission), self._permissions)
        codes = admission.codes
        if not acknowledge_all:
            check_acknowledged(admission.irregularities, recording.acknowledged)
        self._requests[stream] = admission.request
        self.irregularities += admission.irregularities
        self.vault += vault
        if isinstance(event, events.Received):
            reference = Reference.parse(reference_in(stream))
            last = max(self._numbers.get(reference.year, 0), reference.number)
            self._numbers = self.given = {**self._numbers, reference.year: last}
        return self._admitted(recording, stream, event, codes)

    def _admitted(
        self, recording: Recording, stream: str, event: Event, acknowledged: tuple[str, ...]
    ) -> Reply:
        history = self._histories.setdefault(stream, [])
        if (applicant := _applicant_in(recording.event)) is not None:
            self.applicants[self._position + 1] = applicant
        entry = msgspec.structs.replace(
            self._entry(recording, stream, event, len(history) + 1),
            command_id=recording.id,
            body_mac=self._keyring.body_mac(recording.event),
            acknowledged=acknowledged,
        )
        self._position = entry.position
        stored = _mapper.to_stored_event(entry)
        history.append(entry)
        self.entries.append(entry)
        self.stored.append(stored)
        self._by_id[recording.id] = entry
        return self._reply(entry)

    def as_written(self, replies: Sequence[Reply], at: datetime) -> list[Reply]:
        """The replies with the leaves of the entries, once they are written. at: the moment recorded."""
        return [self._as_written(reply, at) if reply.leaf is None else reply for reply in replies]

    def _as_written(self, reply: Reply, at: datetime) -> Reply:
        stored = self.stored[reply.position - self.head.position - 1]
        written = merkle.leaf_hash(leaf.leaf_of(self.code, stored, at))
        return msgspec.structs.replace(reply, leaf=written.hex())

    def _entry(self, recording: Recording, stream: str, event: Event, version: int) -> Recorded:
        """Where the event would lie in the log, and by whom: what its actor's powers are judged by."""
        return Recorded(
            originator_id=stream,
            originator_version=version,
            event=event,
            recorded_at=self.now,
            position=self._position + 1,
            actor=self._actor,
            on_behalf_of=recording.on_behalf_of,
        )

    def _judge_authority(self, recording: Recording, expected_version: int | None) -> Reply:
        event = recording.event
        if recording.reference is not None or recording.stream not in (None, AUTHORITY_STREAM):
            raise WrongStream(type=event.title)
        if isinstance(event, Registered) and event.code != self.code:
            raise Malformed(field="event.code：", problem=f"与机关代码{self.code}不同")
        check_acknowledged((), recording.acknowledged)
        self._check_version(AUTHORITY_STREAM, expected_version)
        history = self._histories.get(AUTHORITY_STREAM, [])
        latest = self._entry(recording, AUTHORITY_STREAM, event, len(history) + 1)
        before = self._office[0] if self._office else None
        if before is not None and isinstance(event, SeparationWaived) and self._superior is None:
            raise NotTheSuperior(officer=self._actor, on=latest.recorded_on)
        authorization.check(before, latest, permissions=self._permissions, superior=self._superior)
        authority = follow(before, latest)
        law = authority.law(national_notices()).publishing(self._published)
        self.law_changed |= self._office is None or self._office[1].digest != law.digest
        self._office = (authority, law)
        self._requests.clear()
        return self._admitted(recording, AUTHORITY_STREAM, event, ())

    def _judge_report(
        self, recording: Recording, expected_version: int | None, acknowledge_all: bool
    ) -> Reply:
        told, stream, authority = recording.event, recording.stream or "", self._office
        year = annual_report.year_in(stream)
        if year is None or recording.reference is not None:
            raise WrongStream(type=told.title)
        if authority is None:
            raise AuthorityNotRegistered()
        history = self._histories.get(stream, [])
        self._check_version(stream, expected_version)
        if isinstance(told, WarningWaived) and not checks.is_waivable(told.warning):
            allowed = "、".join(name for name in checks.CHECKS if checks.is_waivable(name))
            raise UnknownCode(field="event.warning", allowed=allowed)
        asked = self._entry(recording, stream, told, len(history) + 1)
        authorization.check(authority[0], asked, permissions=self._permissions)
        event, vault = self._keyring.seal_event(self.authority_id, told)
        latest = self._entry(recording, stream, event, len(history) + 1)
        kind, person = authority[0].kind, authority[0].person_of
        if isinstance(event, PINNING):
            annual_report.admit(history, latest, year, kind, person)  # what comes first is said first
            event = msgspec.structs.replace(event, pinned=self._pinned(stream, told))
            latest = msgspec.structs.replace(latest, event=event)
        admitted = annual_report.admit(history, latest, year, kind, person)
        codes = tuple(sorted({irregularity.code for irregularity in admitted.irregularities}))
        if not acknowledge_all:
            check_acknowledged(admitted.irregularities, recording.acknowledged)
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

    def pinning(self, recordings: Sequence[Recording]) -> Recording | None:
        """The one recording that pins a report, if it is recorded by itself and not known yet."""
        alone = recordings[0] if len(recordings) == 1 else None
        if alone is None or not isinstance(alone.event, PINNING) or alone.id in self._by_id:
            return None
        return alone

    def history(self, stream: str) -> list[Recorded]:
        """The entries of a stream that was read, those judged so far included."""
        return self._histories.get(stream, [])

    def _again(
        self, recording: Recording, known: Recorded, expected_version: int | None, acknowledge_all: bool
    ) -> Reply:
        """The stored reply to a repeated id: to whom it belongs, if it is the same recording in every part.

        Of a recording whose sealed values were erased, or are shown to nobody, nobody is told whether it is: one who
        guesses gets one answer.
        """
        told = recording.event
        where = f"{reference_in(known.originator_id)}第{known.originator_version}条"
        mine = (known.actor, known.on_behalf_of) == (self._actor, recording.on_behalf_of)
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
        same = same_stream and (acknowledge_all or {*known.acknowledged} == {*recording.acknowledged})
        if not same or known.body_mac is None or not self._keyring.same_body(told, known.body_mac):
            raise IdempotencyKeyReused(id=recording.id, where=where)
        if expected_version not in (None, known.originator_version - 1):
            self._check_version(known.originator_id, expected_version)
            raise IdempotencyKeyReused(id=recording.id, where=where)
        return self._reply(known)

    def _is_erased(self, known: Recorded) -> bool:
        """Whether a value that the entry sealed was erased since."""
        history = self._histories.get(known.originator_id, [])
        erasures = [entry for entry in history if isinstance(entry.event, events.PersonalDataErased)]
        erased = {value.id for entry in erasures for value in erased_by(history, entry)}
        return any(value.id in erased for _, value in sealed_in(known.event))

    def _check_version(self, stream: str, expected: int | None) -> None:
        """Raises VersionConflict unless so many entries are there as were seen."""
        present = len(self._histories.get(stream, []))
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
        return self._keyring.seal_event(self.authority_id, told, earlier, self.filed)

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


def needs_no_reading(recording: Recording) -> bool:
    """Whether the end of the log and the law are enough to judge it: a receipt that names no request."""
    return (
        isinstance(recording.event, events.Received)
        and recording.stream is None
        and recording.reference in (None, f"#{recording.id}")
        and recording.event.split_from is None
    )


def _check_words(recording: Recording) -> None:
    try:
        check_words(recording.event, "event")
    except ValueError as blank:
        raise Malformed(field="", problem=str(blank)) from None


def _label(field: str, text: str) -> str:
    if not is_label(text):
        raise Malformed(field=f"{field}：", problem="应为200字以内的文字，不含控制字符")
    return text


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
