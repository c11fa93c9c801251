"""Judging one submission on top of a unit of work: requests, the authority's own events, annual reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from adapters.refusals import (
    IdempotencyKeyReused,
    NumbersExhausted,
    RecordedAlone,
    ReferenceOfOtherYear,
    ReferenceTaken,
    VersionConflict,
)
from adapters.register.recording.assessed import of_assessment
from adapters.register.recording.decoding import reference_of
from adapters.register.recording.draft_approval import approval_in, check_letter
from adapters.register.recording.numbered import check_of_letters, numbered
from adapters.register.recording.recording import REFERENCES, Recording, Reply, check_body
from adapters.register.recording.replying import reply_of
from adapters.register.recording.submission import Judged, Refused, RefusedLine, Submission
from adapters.register.recording.unit_of_work import UnitOfWork
from adapters.register.time_slice import TimeSlice
from domain.authority import authorization, powers
from domain.authority.authority import Authority
from domain.authority.events import AUTHORITY_STREAM, Registered
from domain.authority.import_events import ImportAnnulled, Imported
from domain.authority.refusals import PassedOn
from domain.authority.replay import follow
from domain.entry import Event, Recorded, type_of
from domain.law.calendar import national_notices
from domain.law.irregularities import Irregularity, check_acknowledged
from domain.law.questions import Question
from domain.law.refusals import ContentErased, Malformed, Refusal, UnknownCode, WrongStream
from domain.report import annual_report
from domain.report.document_events import DOCUMENT_EVENTS
from domain.report.documents import MOST as MOST_DOCUMENTS
from domain.report.documents import check_document, documents
from domain.report.events import (
    SNAPSHOT_EVENTS,
    Pinned,
    ReportEntered,
    ReportPublished,
    WarningWaived,
)
from domain.report.refusals import PublishedHere, TooManyDocuments
from domain.request import events
from domain.request.amendment import latest_content
from domain.request.judging import admit, irregularities_to_judge, questions_of_last, replay
from domain.request.named_requests import check_named
from domain.request.numbering import is_jump
from domain.request.personal_data import check_another_person, check_stays_erased, erased_in, sealed_in
from domain.request.refusals import NoSuchImport, RequestUnknown
from domain.request.state import DisclosureRequest, check_shown
from domain.values import Reference, is_label, is_request, reference_in
from projections.report import checks


async def judge(work: UnitOfWork, submission: Submission, overdue: Refusal | None = None) -> Judged:
    """Judge a submission and add its entries to the unit of work, all or none; yields to the event loop in between.

    overdue: why nothing new may be recorded; repeated recordings still get their stored reply. Raises Refused with
    every problem found, or another exception; then the unit of work is unchanged.
    """
    before = work.savepoint()
    try:
        if not is_label(submission.actor):
            raise Malformed(field="actor：", problem="应为200字以内的文字，不含控制字符")
        replies, problems = await _Judge(work, submission).judge_all()
        if problems := [*submission.unreadable, *problems]:
            raise Refused(problems)
        if overdue is not None and len(work.entries) > before.entries:
            raise overdue
    except BaseException:
        work.roll_back(before)
        raise
    return Judged(replies, work.entries[before.entries :], work.irregularities[before.irregularities :])


def stream_to_pin(work: UnitOfWork, submission: Submission) -> str | None:
    """The tables that the submission's only recording pins, unless it is recorded already."""
    one = submission.recordings[0]
    pins = (
        len(submission.recordings) == 1
        and isinstance(one.event, SNAPSHOT_EVENTS)
        and work.known(one.id) is None
    )
    return one.stream if pins and work.authority is not None else None


class _Judge:
    def __init__(self, work: UnitOfWork, submission: Submission) -> None:
        self._work = work
        self._by = submission
        self._failed: set[str] = set()

    async def judge_all(self) -> tuple[list[Reply], list[RefusedLine]]:
        """Judge each recording after the previous ones. A refused one is left out for those that follow."""
        replies: list[Reply] = []
        problems: list[RefusedLine] = []
        time_slice = TimeSlice()
        for index, recording in enumerate(self._by.recordings):
            try:
                replies.append(self._judge(recording))
            except Refusal as refusal:
                self._failed.add(recording.id)
                problems.append(RefusedLine(index, recording.id, refusal))
            self._by.on_progress(index + 1)
            await time_slice.pause()
        return replies, problems

    def _judge(self, recording: Recording) -> Reply:
        """Raises a Refusal if it cannot be recorded after the previous ones."""
        act = self._entry(recording, "", recording.event)
        brought = recording.brings_reference
        authorization.check_act(self._work.authority, act, self._by.permissions, brought=brought)
        if known := self._work.known(recording.id):
            return self._stored_reply(recording, known)
        check_body(recording)
        match recording.kind:
            case "authority":
                return self._judge_authority(recording)
            case "report":
                return self._judge_report(recording)
            case "request":
                return self._judge_request(recording)

    # -- requests --

    def _judge_request(self, recording: Recording) -> Reply:
        work, body = self._work, recording.event
        if recording.stream is not None:
            raise WrongStream(type=body.title)
        authority, law = work.registered
        received = isinstance(body, events.Received)
        stream = self._new_stream(recording) if received else self._stream_of(recording)
        history = work.history(stream)
        self._check_version(stream)
        entry = self._entry(recording, stream, body)
        self._check_import(body)
        earlier = latest_content(history, body.version) if isinstance(body, events.EntryAmended) else None
        _check_receives(authority, body)
        brought = recording.brings_reference
        authorization.check(
            authority, entry, permissions=self._by.permissions, amended=earlier, brought=brought
        )
        event, vault = work.keyring.seal_event(
            work.authority_id, numbered(work, self._resolved(body), stream, earlier), earlier, self._by.filed
        )
        named = Reference.parse(reference_in(stream))
        admission = admit(
            history,
            event,
            law,
            work.today,
            stream=stream,
            actor=self._by.actor,
            on_behalf_of=recording.on_behalf_of,
            before=work.judged_before(stream),
            jump=brought and is_jump(named, work.last_numbers.get(named.year, 0)),
        )
        check_named(event, named, self._named)
        check_stays_erased(history, event)
        check_another_person(history, event, (self._by.actor, recording.on_behalf_of), authority.person_of)
        if approval_in(event) is not None:
            entry = self._entry(recording, stream, event)
            check_letter(work, admission.request, [*history, entry], event)
        authorization.check_found(
            authority, entry, irregularities_to_judge(body, admission), self._by.permissions
        )
        self._check_acknowledged(recording, admission.irregularities)
        entry = work.append(recording, self._entry(recording, stream, event), admission.irregularities, vault)
        work.set_request(stream, admission.request)
        if received:
            work.use_number(named)
        elif isinstance(body, events.EntryAmended) and body.version == 1:
            (work.give_up_number if admission.request.annulled else work.use_number)(named)
        return self._replied(entry, admission.request, admission.questions)

    def _check_import(self, event: Event) -> None:
        """Raises NoSuchImport if the event names an imported file that is not imported by the same submission."""
        batch = self._by.recordings[0].event
        named = events.resulting(event)
        source = named.provenance if isinstance(named, events.IMPORTED) else None
        restores = isinstance(batch, ImportAnnulled) and named is not event
        if (
            source
            and not restores
            and not (isinstance(batch, Imported) and batch.file_digest == source.file_digest)
        ):
            raise NoSuchImport(event=event.title)

    def _new_stream(self, recording: Recording) -> str:
        """The stream of a new request: with the next number, or the given one."""
        year = recording.event.on.year
        if not recording.brings_reference:
            given = self._work.numbers.next(self._work.last_numbers, year)
            if given is None:
                raise NumbersExhausted(year=year)
            return given.stream
        reference = reference_of(str(recording.reference), field="reference：")
        if reference.year != year:
            raise ReferenceOfOtherYear(reference=reference, year=year)
        if self._work.has(reference.stream):
            raise ReferenceTaken(reference=reference)
        return reference.stream

    def _stream_of(self, recording: Recording) -> str:
        """The stream of the request that the recording names. Raises RequestUnknown."""
        if recording.reference is None:
            raise Malformed(field="reference：", problem="缺少这一项")
        stream = self._stream_named(recording.reference)
        if not self._work.has(stream):
            raise RequestUnknown(reference=reference_in(stream))
        return stream

    def _stream_named(self, reference: str) -> str:
        if not reference.startswith("#"):
            return reference_of(reference, field="reference：").stream
        entry = self._work.known(reference[1:])
        if entry is None:
            why = "所指的登记有问题" if reference[1:] in self._failed else "没有所指的登记"
            raise Malformed(field="reference：", problem=f"{reference}{why}")
        if not is_request(entry.originator_id):
            raise Malformed(field="reference：", problem=f"{reference}登记的不是申请")
        return entry.originator_id

    def _resolved(self, event: Event) -> Event:
        """The event with `#id` in it replaced by the reference of that request."""
        changes: dict[str, Any] = {}
        for field in REFERENCES:
            value = getattr(event, field, None)
            if value is not None and value.startswith("#"):
                changes[field] = reference_in(self._stream_named(value))
        if isinstance(event, events.EntryAmended) and event.replacement is not None:
            changes["replacement"] = self._resolved(event.replacement)
        return msgspec.structs.replace(event, **changes) if changes else event

    def _named(self, reference: Reference) -> DisclosureRequest | None:
        return self._work.request(reference.stream) if self._work.has(reference.stream) else None

    # -- the authority's own --

    def _judge_authority(self, recording: Recording) -> Reply:
        work, event = self._work, cast("Event", recording.event)
        if recording.reference is not None or recording.stream not in (None, AUTHORITY_STREAM):
            raise WrongStream(type=event.title)
        if isinstance(event, Registered) and event.code != work.code:
            raise Malformed(field="event.code：", problem=f"与机关代码{work.code}不同")
        if isinstance(event, Imported) and event.entry_count != len(self._by.recordings) - 1:
            raise Malformed(field="event.entry_count：", problem=f"应为{len(self._by.recordings) - 1}")
        check_acknowledged((), recording.acknowledged)
        self._check_version(AUTHORITY_STREAM)
        event, vault = work.keyring.seal_event(work.authority_id, event)
        latest = self._entry(recording, AUTHORITY_STREAM, event)
        before, superior = work.authority, self._by.outside.superior
        if before is not None and type_of(event) in powers.FROM_OUTSIDE and superior is None:
            raise authorization.not_the_superior(latest)
        authorization.check(before, latest, permissions=self._by.permissions, superior=superior)
        check_of_letters(before, recording.event)
        latest = msgspec.structs.replace(latest, event=of_assessment(event, before, self._by.outside))
        authority = follow(before, latest)
        law = authority.law(national_notices()).publishing(work.published)
        entry = work.append(recording, latest, vault=vault)
        work.change_authority(authority, law)
        return self._replied(entry)

    # -- annual reports --

    def _judge_report(self, recording: Recording) -> Reply:
        work, body, stream = self._work, recording.event, recording.stream or ""
        year = annual_report.year_in(stream)
        if year is None or recording.reference is not None:
            raise WrongStream(type=body.title)
        authority, _ = work.registered
        history = work.history(stream)
        self._check_version(stream)
        if isinstance(body, WarningWaived) and not checks.is_waivable(body.warning):
            allowed = "、".join(
                f"{words}（{name}）" for name, (_, words) in checks.CHECKS.items() if checks.is_waivable(name)
            )
            raise UnknownCode(field="event.warning", allowed=allowed)
        authorization.check(authority, self._entry(recording, stream, body), permissions=self._by.permissions)
        if isinstance(body, ReportEntered) and body.on >= authority.opened_on:
            raise PublishedHere(year=year, on=body.on, opened_on=authority.opened_on, event=body.title)
        if isinstance(body, DOCUMENT_EVENTS):
            self._check_document(body, year)
        event, vault = work.keyring.seal_event(work.authority_id, body)
        latest = self._entry(recording, stream, event)
        kind, person = authority.kind, authority.person_of
        if isinstance(event, SNAPSHOT_EVENTS):
            annual_report.admit(
                history, latest, year, kind, person
            )  # first, so that its refusal takes precedence
            event = msgspec.structs.replace(event, pinned=self._pinned(stream, body))
            latest = msgspec.structs.replace(latest, event=event)
        admitted = annual_report.admit(history, latest, year, kind, person)
        self._check_acknowledged(recording, admitted.irregularities)
        entry = work.append(recording, latest, admitted.irregularities, vault)
        if isinstance(event, ReportPublished | ReportEntered):
            work.publish(year, entry.position)
        return self._replied(entry)

    def _check_document(self, event: Event, year: int) -> None:
        """Raises as `check_document`, or TooManyDocuments."""
        work = self._work
        years = {
            stream: annual_report.year_in(stream) for stream in annual_report.STREAMS if work.has(stream)
        }
        known = [annual_report.replay(work.history(stream), of or year) for stream, of in years.items()]
        count = sum(len(each.documents) for each in known if each.year == year)
        if count >= MOST_DOCUMENTS:
            raise TooManyDocuments(year=year, count=count)
        check_document(documents(known), event, len(work.history(annual_report.stream_of(year))) + 1)

    def _pinned(self, stream: str, event: Event) -> Pinned:
        pinned = self._work.pins.get(stream)
        if pinned is None:
            raise RecordedAlone(event=event.title)
        if isinstance(pinned, Refusal):
            raise pinned
        return pinned

    # -- every event --

    def _stored_reply(self, recording: Recording, known: Recorded) -> Reply:
        """The stored reply to a repeated idempotency key, if actor and recording are the same. If sealed values are
        erased or restricted, the answer does not reveal whether they are equal."""
        event = recording.event
        where = f"{reference_in(known.originator_id)}第{known.originator_version}条"
        mine = (known.actor, known.on_behalf_of) == (self._by.actor, recording.on_behalf_of)
        if not mine:
            raise IdempotencyKeyReused(id=recording.id, where="由他人登记")
        if sealed_in(known.event) and is_request(known.originator_id):
            if self._is_erased(known):
                raise ContentErased(id=recording.id, where=where)
            check_shown(self._work.request(known.originator_id))
        named = recording.reference
        own = isinstance(event, events.Received) and named in (None, f"#{recording.id}")
        if recording.kind == "authority":
            same_stream = known.originator_id == AUTHORITY_STREAM
        elif recording.kind == "report":
            same_stream = known.originator_id == recording.stream
        else:
            same_stream = own or (named is not None and self._stream_named(named) == known.originator_id)
        same = same_stream and (
            self._by.acknowledge_all or {*known.acknowledged} == {*recording.acknowledged}
        )
        if not same or known.body_mac is None or not self._work.keyring.same_body(event, known.body_mac):
            raise IdempotencyKeyReused(id=recording.id, where=where)
        if self._by.expected_version not in (None, known.originator_version - 1):
            self._check_version(known.originator_id)
            raise IdempotencyKeyReused(id=recording.id, where=where)
        if not is_request(known.originator_id):
            return _repeated(self._replied(known))
        until, law = (
            self._work.history(known.originator_id)[: known.originator_version],
            self._work.registered[1],
        )
        return _repeated(self._replied(known, replay(until, law), questions_of_last(until, law)))

    def _is_erased(self, known: Recorded) -> bool:
        """Whether a sealed value of the entry has been erased."""
        erased = erased_in(self._work.history(known.originator_id))
        return any(value.id in erased for _, value in sealed_in(known.event))

    def _entry(self, recording: Recording, stream: str, event: Event) -> Recorded:
        """The entry as it would be recorded, by which the actor's powers are judged."""
        return self._work.entry(recording, stream, event, self._by.actor)

    def _check_version(self, stream: str) -> None:
        """Raises VersionConflict unless the stream has the expected version."""
        present, expected = len(self._work.history(stream)), self._by.expected_version
        if expected not in (None, present):
            raise VersionConflict(reference=reference_in(stream), present=present, expected=expected)

    def _check_acknowledged(self, recording: Recording, found: Sequence[Irregularity]) -> None:
        if not self._by.acknowledge_all:
            check_acknowledged(found, recording.acknowledged)

    def _replied(
        self, entry: Recorded, request: DisclosureRequest | None = None, questions: Sequence[Question] = ()
    ) -> Reply:
        return reply_of(self._work, entry, self._by.permissions, request, questions)


def _repeated(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, repeated=True)


def _check_receives(authority: Authority, event: Event) -> None:
    """Raises PassedOn for a receipt on a day when another authority had taken over; not checked in a replay."""
    receipt = events.resulting(event)
    if isinstance(receipt, events.Received) and (taken := authority.succeeded_on(receipt.on)):
        successors = "、".join(authority.successors_on(receipt.on))
        raise PassedOn(since=taken.in_force_from, successor=successors, on=receipt.on)
