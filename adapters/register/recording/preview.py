"""Previewing a recording: judged like a recording, but not appended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import msgspec

from adapters.postgres.database import Connection, Database
from adapters.present import PresentView
from adapters.register.authorities import Authorities
from adapters.register.reading.earlier_requests import compared
from adapters.register.recording.judge import judge
from adapters.register.recording.questions import between
from adapters.register.recording.rebuild import MovedTerm
from adapters.register.recording.record import Recordings
from adapters.register.recording.recording import Recording, Reply
from adapters.register.recording.submission import Judged, Submission
from adapters.vault import blind_index
from adapters.vault.blind_index import SameApplicant
from adapters.vault.key_store import VaultKeys
from adapters.views import View
from domain.authority.events import AUTHORITY_EVENTS, Registered
from domain.entry import Recorded
from domain.law.questions import Question
from domain.law.terms import Law
from domain.request import events
from domain.request.judging import questions_of_last, replay
from domain.values import Period, Reference
from projections import annual_tables
from projections.case import Irregular
from projections.preview import Change, MovedCell, Stood, change, moved_cells
from projections.register import appeal_spells, request_row


class Previewed(msgspec.Struct, frozen=True):
    """The reply, irregularities and questions of a recording, and what it would change.

    cells: changed cells of the tables, of years since the register is complete. moved: due dates of other requests, if
    an event of the authority changes the law. same_applicant: for a receipt, the applicant's other requests.
    """

    reply: Reply
    irregularities: tuple[Irregular, ...]
    questions: tuple[Irregular, ...]
    change: Change
    cells: list[MovedCell]
    moved: list[MovedTerm]
    same_applicant: SameApplicant | None = None


class Previews:
    """Stores nothing, and locks nothing, except for an event that changes the law: that is recorded and rolled back."""

    def __init__(
        self, database: Database, vault: VaultKeys, authorities: Authorities, recordings: Recordings
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities
        self._recordings = recordings

    async def of_file(self, code: str, submission: Submission) -> Judged:
        """Preview a file. Raises Refused with every problem found."""
        await self._vault.take_new()
        async with self._transaction(code, submission, holding=False) as (connection, authority_id):
            work = await self._recordings.unit_of_work(connection, authority_id, code, [submission])
            judged = await judge(work, submission)
        return judged._replace(replies=[without_leaf(reply) for reply in judged.replies])

    async def of_one(self, code: str, submission: Submission) -> Previewed:
        """Preview one recording. Raises Refused."""
        await self._vault.take_new()
        (recording,) = submission.recordings
        holding = isinstance(recording.event, AUTHORITY_EVENTS)
        async with self._transaction(code, submission, holding=holding) as (connection, authority_id):
            work = await self._recordings.unit_of_work(connection, authority_id, code, [submission])
            judged = await judge(work, submission)
            (reply,) = judged.replies
            moved = await self._recordings.write(connection, work) if work.law_changed else []
            authority, law = work.registered
            questions: tuple[Question, ...] = ()
            was: Stood = (None, ())
            now: Stood = (None, ())
            changed = await work.changed_requests()
            for _, history in changed:
                was, now = _stood(history[:-1], law), _stood(history, law)
                questions = questions_of_last(history, law)
            changes = change(was, now, work.today)
            view = PresentView(connection, authority_id, authority, law, work.head.position)
            same = await self._same_applicant(view, connection, authority_id, recording, reply)
            for request, history in changed:
                entry = history[-1]
                version = getattr(entry.event, "version", entry.originator_version)
                questions = (*questions, *await between(view, request, history, version, same))
            tables = {
                year: await view.tables(period := Period.year(year), annual_tables.form_of(period))
                for year in changes.cells
                if Period.year(year).first >= authority.complete_since
            }
        return Previewed(
            reply=without_leaf(reply),
            irregularities=tuple(map(Irregular.of, judged.irregularities)),
            questions=tuple(map(Irregular.of, questions)),
            change=changes,
            cells=moved_cells(changes, tables),
            moved=moved,
            same_applicant=same,
        )

    @asynccontextmanager
    async def _transaction(
        self, code: str, submission: Submission, *, holding: bool
    ) -> AsyncIterator[tuple[Connection, int]]:
        registers = isinstance(submission.recordings[0].event, Registered)
        if holding or (registers and not self._authorities.is_known(code)):
            async with self._recordings.transaction(code, submission, keep=False) as found:
                yield found
            return
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True, keep=False) as connection:
            yield connection, authority_id

    async def _same_applicant(
        self, view: View, connection: Connection, authority_id: int, recording: Recording, reply: Reply
    ) -> SameApplicant | None:
        """For a receipt that is previewed: the applicant's other requests, and how many in the month."""
        event = recording.event
        if not isinstance(event, events.Received) or reply.reference is None:
            return None
        reference = Reference.parse(reply.reference)
        same = await blind_index.same(
            connection, self._vault.ring, authority_id, event.applicant, reference, event.on
        )
        opened = partial(self._vault.opened, connection, authority_id)
        return await compared(view, opened, same, event.description)


def without_leaf(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, leaf=None)


def _stood(history: Sequence[Recorded], law: Law) -> Stood:
    if not history:
        return None, ()
    request = replay(history, law)
    row = request_row(request, position=history[-1].position, law_digest=law.digest)
    return row, appeal_spells(request)
