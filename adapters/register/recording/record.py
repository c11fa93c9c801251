"""Recording, always in batches: each is a transaction that locks the head row of its authority's log.

One round trip begins, sets the authority and locks; one reads the idempotency keys and streams of the batch; one
appends what was judged; one commits. Because of the lock numbers, positions, versions and idempotency keys need no
further synchronisation, and the whole batch is judged and recorded at one time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import structlog

from adapters.log import recorder
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.present import PresentView
from adapters.proof import checkpointing, leaf, signing_keys
from adapters.refusals import CheckpointOverdue
from adapters.register.authorities import Authorities, head_of
from adapters.register.login import second_factors, sign_on
from adapters.register.reading.reports import Reports
from adapters.register.recording import draft_approval, rebuild
from adapters.register.recording.draft_approval import decoded
from adapters.register.recording.judge import judge, stream_to_pin
from adapters.register.recording.rebuild import MovedTerm, as_json
from adapters.register.recording.recording import streams_named
from adapters.register.recording.submission import Judged, Submission
from adapters.register.recording.unit_of_work import Changed, UnitOfWork
from adapters.register.recording.writer import BATCH, Outcome, Writer
from adapters.register.time_slice import TimeSlice
from adapters.vault import erasure
from adapters.vault.documents import Upload
from adapters.vault.key_store import VaultKeys
from domain.authority.events import AUTHORITY_STREAM, OF_AUTHORITY, Registered
from domain.entry import Event, Recorded, type_of
from domain.law.refusals import Refusal
from domain.letters.document_numbers import uses
from domain.report.events import SNAPSHOT_EVENTS
from domain.request.appeal_events import Appealed
from domain.request.state import DisclosureRequest
from domain.values import Reference
from projections.register import appeal_spells, request_row

log = structlog.get_logger("taizhang.store")

_CHUNK = 500
"""Entries appended in one statement: encoding more would block the event loop."""
_TRIES = 3
"""How often a file is judged again because the log has grown, before it is judged with the head locked."""

_ALONE: frozenset[type[Event]] = frozenset((*OF_AUTHORITY, *SNAPSHOT_EVENTS))
"""Events in a batch of their own: those that may change the law rewrite the register, those that pin a report read
it."""


class Recordings:
    """One per process, with a writer for each authority.

    refuse_uncheckpointed: seconds after which an entry without a checkpoint makes its authority refuse to record.
    """

    def __init__(
        self,
        database: Database,
        vault: VaultKeys,
        authorities: Authorities,
        refuse_uncheckpointed: float | None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities
        self._refuse_uncheckpointed = refuse_uncheckpointed
        self._writers: dict[int, Writer] = {}

    async def close(self) -> None:
        """Wait for all submissions."""
        for writer in self._writers.values():
            await writer.close()

    async def record(self, code: str, submission: Submission, upload: Upload | None = None) -> Judged:
        """Record a submission. upload: the document that it files. Raises Refused or another exception; then nothing is
        stored."""
        if upload is not None or any(type(each.event) in _ALONE for each in submission.recordings):
            judged = await self._record_alone(code, submission, upload)
        elif len(submission.recordings) > BATCH:
            judged = await self._record_many(code, submission)
        else:
            judged = await (await self._writer(code)).record(submission)
        if any(entry.originator_id == AUTHORITY_STREAM for entry in judged.entries):
            self._authorities.have_moved()
        if judged.entries:
            log.info(
                "entries.recorded",
                authority=code,
                entries=len(judged.entries),
                types=dict(Counter([type_of(entry.event) for entry in judged.entries])),
                position=judged.entries[-1].position,
                irregularities=len(judged.irregularities),
            )
        return judged

    async def _writer(self, code: str) -> Writer:
        authority_id = await self._authorities.id_of(code)
        if (writer := self._writers.get(authority_id)) is None:
            write = partial(self._record_batch, code, authority_id)
            writer = self._writers[authority_id] = Writer(write, self._database.timeout)
        return writer

    async def _record_batch(
        self, code: str, authority_id: int, take: Callable[[], Sequence[Submission]]
    ) -> list[Outcome]:
        await self._vault.take_new()
        async with self._database.transaction(authority_id, locking=True) as connection:
            return await self._record(connection, authority_id, code, take())

    async def _record_alone(self, code: str, submission: Submission, upload: Upload | None) -> Judged:
        await self._vault.take_new()
        async with self.transaction(code, submission, upload) as (connection, authority_id):
            (outcome,) = await self._record(connection, authority_id, code, [submission])
            if isinstance(outcome, Exception):
                raise outcome
            if upload is not None and not outcome.entries:  # a repeat: the document is stored already
                await connection.execute(SQL["erase_values"], authority_id, [upload.sealed.id], 0, 0)
        return outcome

    async def _record_many(self, code: str, submission: Submission) -> Judged:
        """Record a long file optimistically: judge it without the lock, and append if the log has not grown meanwhile.

        If it has grown, judge again. So other recordings need not wait while a long file is judged.
        """
        authority_id = await self._authorities.id_of(code)
        await self._vault.take_new()
        for _ in range(_TRIES):
            async with self._database.transaction(authority_id, reading=True) as connection:
                work = await self.unit_of_work(connection, authority_id, code, [submission])
                overdue = await self._overdue(connection, authority_id)
            judged = await judge(work, submission, overdue)
            if not judged.entries:
                return judged
            async with self._database.transaction(authority_id, locking=True) as connection:
                if await head_of(connection, authority_id) == work.head:
                    await self.write(connection, work)
                    return judged
        return await self._record_alone(code, submission, None)

    # -- transactions --

    @asynccontextmanager
    async def transaction(
        self, code: str, submission: Submission, upload: Upload | None = None, *, keep: bool = True
    ) -> AsyncIterator[tuple[Connection, int]]:
        """A transaction that locks the head, for an authority that its first recording creates. keep: False rolls
        back."""
        registers = isinstance(submission.recordings[0].event, Registered)
        if self._authorities.is_known(code) or not registers:
            authority_id = await self._authorities.id_of(code)
            async with self._database.transaction(
                authority_id, locking=upload is None, keep=keep
            ) as connection:
                if upload is not None:
                    await upload.register(
                        connection
                    )  # before the head is locked, so that others need not wait for it
                    await self._database.lock(connection, authority_id)
                yield connection, authority_id
            return
        async with self._database.transaction(0, keep=keep) as connection:
            added = await connection.fetchval(SQL["add_authority"], code)
            authority_id = added or await connection.fetchval(SQL["authority_id"], code)
            await self._database.set_authority(connection, authority_id)
            if added:
                suite = await signing_keys.suite_in_use(connection)
                await connection.execute(SQL["add_head"], added, leaf.format_of(suite))
            await self._database.lock(connection, authority_id)
            yield connection, authority_id

    # -- a batch --

    async def _record(
        self, connection: Connection, authority_id: int, code: str, submissions: Sequence[Submission]
    ) -> list[Outcome]:
        """Judge each after the previous ones, and append their entries. A refused one does not affect the others."""
        work = await self.unit_of_work(connection, authority_id, code, submissions)
        overdue = await self._overdue(connection, authority_id)
        outcomes = [await _outcome(work, each, overdue) for each in submissions]
        if work.entries:
            moved = await self.write(connection, work)
            if work.law_changed:  # then the batch has only this submission
                outcomes = [
                    each._replace(moved=moved) if isinstance(each, Judged) else each for each in outcomes
                ]
        return outcomes

    async def unit_of_work(
        self, connection: Connection, authority_id: int, code: str, submissions: Sequence[Submission]
    ) -> UnitOfWork:
        """A unit of work with everything from the log that judging these needs."""
        work = UnitOfWork(authority_id, code, self._vault.ring)
        await work.read(connection, [each for submission in submissions for each in submission.recordings])
        if work.head.authority_version:
            work.set_law(*await self._authorities.law(connection, authority_id, work.head))
            await work.read_document_numbers(
                connection, [each for submission in submissions for each in submission.recordings]
            )
        await self._open_for_letters(connection, work, submissions)
        if len(submissions) == 1 and (stream := stream_to_pin(work, submissions[0])) is not None:
            authority, law = work.registered
            view = PresentView(connection, authority_id, authority, law, work.head.position)
            outside = submissions[0].outside
            opened = partial(self._vault.opened, connection, authority_id)
            reports = Reports(view, opened, outside.predecessors)
            try:
                work.pins[stream] = outside.figures or await reports.pinned(stream)
            except Refusal as refusal:
                work.pins[stream] = refusal
        return work

    async def _open_for_letters(
        self, connection: Connection, work: UnitOfWork, submissions: Sequence[Submission]
    ) -> None:
        """Decrypt the texts of letters whose drafts are to be approved, so that they can be checked as they will be
        printed."""
        if work.authority is None or not work.authority.letter_details:
            return
        approving = [
            stream
            for submission in submissions
            for each in submission.recordings
            if draft_approval.approval_in(each.event) is not None
            for stream in streams_named(each)
        ]
        histories = map(work.history, dict.fromkeys(approving))
        work.opened = decoded(await self._vault.opened_texts(connection, work.authority_id, histories))

    async def _overdue(self, connection: Connection, authority_id: int) -> Refusal | None:
        """The refusal if entries have had no checkpoint for too long; the head must be locked."""
        if (limit := self._refuse_uncheckpointed) is None:
            return None
        lag = await checkpointing.lag(connection, authority_id)
        if lag.seconds <= limit:
            return None
        minutes = int(lag.seconds // 60)
        return CheckpointOverdue(entries=lag.entries, minutes=minutes, limit=f"{limit / 60:g}")

    async def write(self, connection: Connection, work: UnitOfWork) -> list[MovedTerm]:
        """Write all that was judged. Returns the due dates that a changed law moved."""
        authority_id = work.authority_id
        changed = await work.changed_requests()
        await self._append(connection, work, changed)
        time_slice = TimeSlice()
        for request, history in changed:
            await time_slice.pause()
            await _write_beside(connection, authority_id, request, history)
        if numbers := [use for stream in work.streams_renumbered for use in uses(work.history(stream))]:
            await connection.execute(SQL["write_document_numbers"], authority_id, as_json(numbers))
        await erasure.follow(
            connection, self._vault.ring, authority_id, work.entries, work.applicants, changed
        )
        await second_factors.follow(connection, authority_id, work.registered[0], work.entries)
        await sign_on.follow(connection, authority_id, work.entries)
        if not work.law_changed:
            return []
        return await rebuild.rebuild(connection, authority_id, work.registered[1])

    async def _append(self, connection: Connection, work: UnitOfWork, changed: Sequence[Changed]) -> None:
        """Append in chunks, usually one. changed: at most as many requests as entries."""
        authority_id, head = work.authority_id, work.head
        authority, law = work.registered
        vault, numbers = work.vault, work.changed_numbers
        # Spread the vault's rows evenly over the chunks of entries.
        vault_chunk = -(-len(vault) * _CHUNK // len(work.stored))
        for start in range(0, len(work.stored), _CHUNK):
            entries = work.entries[start : start + _CHUNK]
            rows = [
                request_row(request, position=history[-1].position, law_digest=law.digest)
                for request, history in changed[start : start + _CHUNK]
            ]
            head = await recorder.append(
                connection,
                authority_id,
                head,
                work.stored[start : start + _CHUNK],
                authority_version=authority.version,
                at=work.now,
                vault=vault[:vault_chunk],
                numbers=numbers,
                tokens=erasure.indexed(self._vault.ring, authority_id, entries, work.applicants),
                rows=as_json(row for row in rows if row is not None),
                published=work.changed_publications,
            )
            vault, numbers = vault[vault_chunk:], None


async def _outcome(work: UnitOfWork, submission: Submission, overdue: Refusal | None) -> Outcome:
    """The result of a submission: what it adds, its refusal, or an unexpected exception, which only its own caller
    gets."""
    try:
        return await judge(work, submission, overdue)
    except Exception as wrong:
        return wrong


async def _write_beside(
    connection: Connection, authority_id: int, request: DisclosureRequest, history: Sequence[Recorded]
) -> None:
    """Update what is not in the row: delete an annulled request's, and rewrite its appeals."""
    appealed = any(isinstance(entry.event, Appealed) for entry in history)
    if not request.annulled and not appealed:
        return
    reference = Reference.parse(request.reference)
    if request.annulled:
        await connection.execute(SQL["remove_rows"], authority_id, *reference)
    if appealed:
        await connection.execute(SQL["remove_spells"], authority_id, *reference)
        await connection.execute(SQL["write_spells"], authority_id, as_json(appeal_spells(request)))
