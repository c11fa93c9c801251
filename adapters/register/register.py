"""The one door to the register: record events, load histories, read tables.

Recording is to look up the ids and read the streams, judge, and append if the authority's head still stands where it
was read; or, with more to write, the same in one transaction that holds the head. Either makes reference numbers,
positions, versions and idempotency plain sequential code. Every door records through here, singly and in bulk, under
the same rules.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from adapters import views
from adapters.log import mapper, recorder
from adapters.log.recorder import Head, HeadMoved, Tip
from adapters.postgres import migrate
from adapters.postgres.database import Database, DatabaseUnavailable, OutOfSight
from adapters.postgres.pool import Connection
from adapters.postgres.queries import SQL
from adapters.postgres.single_flight import Answer, Turn
from adapters.proof import checkpointing
from adapters.refusals import AuthorityUnknown, CheckpointOverdue, DocumentUnknown, EditionUnknown
from adapters.register import rebuild as folding
from adapters.register.login import Logins
from adapters.register.proofs import Proofs
from adapters.register.rebuild import Folded, as_json
from adapters.register.recording import Recording, Reply
from adapters.register.reports import Reports
from adapters.register.unit_of_work import Refused, RefusedLine, UnitOfWork, needs_no_reading
from adapters.vault import blind_index, erasure, rotation
from adapters.vault.blind_index import SameApplicant
from adapters.vault.documents import Download, Filed, Upload
from adapters.vault.key_store import VaultKeys
from adapters.vault.rotation import Resealed
from adapters.views import Until, View
from domain.authority.authority import (
    AUTHORITY_CODE_PATTERN,
    AUTHORITY_EVENTS,
    AUTHORITY_STREAM,
    Authority,
    Registered,
    SeparationWaived,
    replay_authority,
)
from domain.authority.powers import WHOLE, Permissions
from domain.entry import Event, Recorded, type_of
from domain.law.calendar import national_notices
from domain.law.irregularities import Irregularity
from domain.law.refusals import AuthorityNotRegistered, Refusal
from domain.law.terms import Law
from domain.report import annual_report
from domain.report.events import REPORT_EVENTS, FigureEntered
from domain.report.official_form import ReportFormat
from domain.request import events
from domain.request.amendment import last_told
from domain.request.events import Appealed
from domain.request.judging import replay
from domain.request.state import DisclosureRequest, check_shown
from domain.values import Period, Reference, Sealed, reference_in
from projections import annual_tables, diff
from projections.case import Irregular
from projections.diff import Differences
from projections.history import lines
from projections.preview import Change, MovedCell, Stood, change, moved_cells
from projections.register import appeal_spells, order, request_row
from projections.report.restatement import Restated, restated
from projections.superior_view import OFFICE, Sight

__all__ = [
    "Judged",
    "MovedTerm",
    "Previewed",
    "Recording",
    "Refused",
    "RefusedLine",
    "Register",
    "Reply",
    "Standing",
]

log = structlog.get_logger("taizhang.store")

_CHUNK = 2000

# After these there is more to write than an append.
_HELD: tuple[type[Event], ...] = (
    *AUTHORITY_EVENTS,
    *REPORT_EVENTS,
    Appealed,
    *erasure.FOLLOWED,
)

ERASED = "已销毁"
"""What a reading says of a value that was erased."""


class MovedTerm(msgspec.Struct, frozen=True):
    """A due date that a rebuild found to differ from the one in the register."""

    reference: str
    was: date | None
    now: date | None


class Standing(NamedTuple):
    """How an authority's log stands."""

    position: int
    has_officers: bool


class _Stands(NamedTuple):
    """What of a head is read outside its authority."""

    position: int
    authority_version: int


class Judged(NamedTuple):
    """What is about to be stored: entries not stored before, and the irregularities they add."""

    new: int
    irregularities: list[Irregularity]


class Previewed(msgspec.Struct, frozen=True):
    """The reply it would get, the irregularities it would add, and what would change.

    cells: of the tables of the years since the register is complete. moved: due dates of other requests,
    where the authority's own event changes the law. same_applicant: of a receipt, who asked before.
    """

    reply: Reply
    irregularities: tuple[Irregular, ...]
    change: Change
    cells: list[MovedCell]
    moved: list[MovedTerm]
    same_applicant: SameApplicant | None = None


class _Told(NamedTuple):
    """One recording as `Register.record` was told it."""

    code: str
    recording: Recording
    actor: str
    expected_version: int | None
    permissions: Permissions


class Register:
    """Open with `Register.open`; one per process, safe for many tasks."""

    def __init__(
        self, database: Database, vault: VaultKeys, keys: Path, refuse_uncheckpointed: float | None = None
    ) -> None:
        self._database = database
        self._vault = vault
        self._refuse_unsealed = refuse_uncheckpointed
        self._logger = log.bind()  # once, for what is said at each recording
        self._ids: dict[str, int] = {}
        self._law: dict[int, tuple[int, Authority, Law]] = {}
        self._polls: dict[int, Answer[_Stands]] = {}
        self._tips: dict[int, Tip] = {}
        self._turns: defaultdict[int, Turn] = defaultdict(partial(Turn, database.patience))
        self.logins = Logins(database, self._authority_id, self._office)
        self.proofs = Proofs(database, self._authority_id, keys, vault)

    @classmethod
    async def open(
        cls,
        dsn: str,
        keys: Path,
        *,
        size: int = 10,
        patience: float = 10,
        refuse_uncheckpointed: float | None = None,
    ) -> Register:
        """Connect as the runtime role; keys: the directory of the key files, of the vault and of sealing.

        size: connections. patience: seconds to wait for one's turn in this process, then for a free connection, and
        then again for whoever records first.
        refuse_unsealed: seconds for which an entry may wait for its seal before nothing more is recorded.
        Raises DatabaseUnavailable, SchemaFault, or VaultKeyFault if a key that the vault used is missing.
        """
        database = await Database.connect(dsn, size=size, patience=patience)
        try:
            async with database.session() as connection:
                await migrate.check(connection)
            vault = await VaultKeys.load(database, keys)
        except BaseException:
            await database.close()
            raise
        return cls(database, vault, keys, refuse_uncheckpointed)

    async def close(self) -> None:
        await self._database.close()

    async def check(self) -> None:
        """Raises DatabaseUnavailable unless the database answers."""
        async with self._database.session() as connection:
            await connection.fetchval(SQL["alive"])

    @property
    def connections(self) -> tuple[int, int]:
        """Connections in use, and idle ones."""
        return self._database.connections

    # -- authorities --

    async def authorities(self) -> list[str]:
        """Codes of all authorities, in order. None ever leaves: raises DatabaseUnavailable if one known is not seen."""
        async with self._database.session() as connection:
            found = {row["code"]: row["authority_id"] for row in await connection.fetch(SQL["authorities"])}
        if unseen := sorted(self._ids.keys() - found):
            raise DatabaseUnavailable(f"机关名录不全，缺{'、'.join(unseen)}；请检查数据库的行级安全策略")
        self._ids |= found
        return list(found)

    async def position(self, code: str) -> int:
        """How far the log reaches. Raises AuthorityUnknown."""
        return (await self._stands(await self._authority_id(code))).position

    async def authority(self, code: str) -> Authority:
        """The authority as it stands. Raises AuthorityUnknown."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id) as connection:
            return await self._office(connection, authority_id, await _head(connection, authority_id))

    async def standing(self, code: str) -> Standing:
        """How far the log reaches and whether there are officers: one round trip as a rule, for all who ask at once.

        Raises AuthorityUnknown.
        """
        authority_id = await self._authority_id(code)
        stands = await self._stands(authority_id)
        known = self._law.get(authority_id)
        authority = known[1] if known and known[0] == stands.authority_version else await self.authority(code)
        return Standing(stands.position, authority.has_officers)

    async def _stands(self, authority_id: int) -> _Stands:
        if (answer := self._polls.get(authority_id)) is None:
            poll = partial(self._poll, authority_id)
            answer = self._polls[authority_id] = Answer(poll, self._database.patience)
        return await answer.get()

    async def _poll(self, authority_id: int) -> _Stands:
        async with self._database.session() as connection:
            row = await connection.fetchrow(SQL["poll"], authority_id)
        if row is None:
            raise OutOfSight(authority_id)
        return _Stands(*row)

    async def has_officers(self, code: str) -> bool:
        """Whether an officer was ever appointed: from then on powers are judged. Raises AuthorityUnknown."""
        return (await self.standing(code)).has_officers

    # -- recording --

    async def record(
        self,
        code: str,
        recording: Recording,
        *,
        actor: str,
        expected_version: int | None = None,
        permissions: Permissions = WHOLE,
        on_moved: Callable[[list[MovedTerm]], object] = lambda _: None,
    ) -> Reply:
        """Record one event. Raises the Refusal by which it cannot be; then nothing is stored.

        expected_version: entries of the request as last seen; VersionConflict if there are more. permissions: what the
        door leaves of the actor's powers.
        """
        told = _Told(code, recording, actor, expected_version, permissions)
        if self._refuse_unsealed is not None or isinstance(recording.event, _HELD):
            return await self._record_held(told, on_moved)
        authority_id = await self._authority_id(code)
        async with self._turns[authority_id]:
            await self._vault.take_new()
            try:
                return await self._record_unread(authority_id, told)
            except (HeadMoved, Refusal):
                pass  # what was judged by may have been overtaken: read, and judge by that
            try:
                return await self._record_read(authority_id, told)
            except HeadMoved:
                return await self._record_held(told, on_moved)

    async def _record_unread(self, authority_id: int, told: _Told) -> Reply:
        """In one round trip: append after the end of the log as this process left it, if that is all judging needs.

        Raises HeadMoved or a Refusal, and nothing is stored, where it has to be read.
        """
        tip = self._tips.get(authority_id)
        if tip is None or not tip.alone or not needs_no_reading(told.recording):
            raise HeadMoved
        work = UnitOfWork(authority_id, told.code, self._vault.ring, told.actor, told.permissions)
        work.resume(tip)
        reply = self._judge_free(work, told)
        async with self._database.session() as connection:
            return await self._append_free(connection, work, reply, alone=True, unread=told.recording.id)

    async def _record_read(self, authority_id: int, told: _Told) -> Reply:
        """In two round trips: read, then append if the head still stands as it was read.

        Raises HeadMoved, and nothing is stored, where it does not; and where the head has to be held anyway, since its
        law is not known here yet or there is more to write.
        """
        tip = self._tips.get(authority_id)
        work = UnitOfWork(authority_id, told.code, self._vault.ring, told.actor, told.permissions)
        async with self._database.session() as connection:
            await work.read(connection, [told.recording])
            reply = self._judge_free(work, told)
            if not work.entries:
                return reply
            alone = tip is None or tip.head.position == work.head.position
            return await self._append_free(connection, work, reply, alone=alone)

    async def _record_held(self, told: _Told, on_moved: Callable[[list[MovedTerm]], object]) -> Reply:
        """As a file of one line."""
        try:
            replies = await self.record_all(
                told.code,
                [told.recording],
                actor=told.actor,
                expected_version=told.expected_version,
                permissions=told.permissions,
                on_moved=on_moved,
            )
        except Refused as refused:
            raise refused.problems[0].refusal from None
        return replies[0]

    def _judge_free(self, work: UnitOfWork, told: _Told) -> Reply:
        """Raises HeadMoved where the head has to be held, or the Refusal."""
        if (known := self._known_law(work.authority_id, work.head)) is None:
            raise HeadMoved
        work.know(*known)
        reply = work.judge(told.recording, told.expected_version)
        if any(_lies_beside(*each) for each in work.changed()):
            raise HeadMoved
        return reply

    async def _append_free(
        self,
        connection: Connection,
        work: UnitOfWork,
        reply: Reply,
        *,
        alone: bool,
        unread: str | None = None,
    ) -> Reply:
        head = await self._append(connection, work, judged_on=work.today, unread=unread)
        self._tips[work.authority_id] = Tip(head, alone)
        self._log(work)
        assert head.recorded_at is not None  # noqa: S101 - there is an entry now
        return work.as_written([reply], head.recorded_at)[0]

    async def record_all(
        self,
        code: str,
        recordings: Sequence[Recording],
        *,
        actor: str,
        expected_version: int | None = None,
        permissions: Permissions = WHOLE,
        preview: bool = False,
        acknowledge_all: bool = False,
        unreadable: Sequence[RefusedLine] = (),
        on_judged: Callable[[Judged], object] = lambda _: None,
        on_moved: Callable[[list[MovedTerm]], object] = lambda _: None,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> list[Reply]:
        """Judge all recordings, then store all or none. Raises Refused with every problem found.

        unreadable: lines that the caller could not read; the rest is judged all the same, nothing stored.
        acknowledge_all: take every irregularity as acknowledged. on_judged is told what is about to be stored,
        on_moved the due dates that a new day off or policy moved, on_progress the number judged so far.
        preview: judge only.
        """
        await self._vault.take_new()
        superior = await self._superior(actor, recordings)
        async with self._recording(code, recordings, keep=not preview, writes=not preview) as (
            connection,
            authority_id,
        ):
            work = await self._judging(
                connection, authority_id, code, recordings, actor, superior, permissions
            )
            replies, found = work.judge_all(
                recordings, expected_version, acknowledge_all=acknowledge_all, on_progress=on_progress
            )
            if unreadable or found:
                raise Refused([*unreadable, *found])
            on_judged(Judged(len(work.entries), work.irregularities))
            if not preview:
                if work.entries:
                    await self._check_sealed(connection, authority_id)
                on_moved(await self._write(connection, work))
        if preview:
            return [_without_leaf(reply) for reply in replies]
        self._log(work)
        return work.as_written(replies, work.now)

    async def preview(
        self,
        code: str,
        recording: Recording,
        *,
        actor: str,
        expected_version: int | None = None,
        permissions: Permissions = WHOLE,
    ) -> Previewed:
        """What recording would answer, add and change; nothing is stored, nothing need be acknowledged."""
        await self._vault.take_new()
        superior = await self._superior(actor, [recording])
        # What may change the law is tried out; anything else is judged without being in anybody's way.
        writes = isinstance(recording.event, AUTHORITY_EVENTS)
        async with self._recording(code, [recording], keep=False, writes=writes) as (
            connection,
            authority_id,
        ):
            work = await self._judging(
                connection, authority_id, code, [recording], actor, superior, permissions
            )
            reply = work.judge(recording, expected_version, acknowledge_all=True)
            moved = await self._write(connection, work) if work.law_changed else []
            authority, law = work.authority
            was: Stood = (None, ())
            now: Stood = (None, ())
            for _, history in work.changed():
                was, now = _stood(history[:-1], law), _stood(history, law)
            changes = change(was, now, work.today)
            view = views.NowView(connection, authority_id, authority, law, work.head.position)
            same = await self._asked_before(connection, authority_id, recording, reply)
            tables = {
                year: await view.tables(period := Period.year(year), annual_tables.form_of(period))
                for year in changes.cells
                if Period.year(year).first >= authority.complete_since
            }
        return Previewed(
            reply=_without_leaf(reply),
            irregularities=tuple(map(Irregular.of, work.irregularities)),
            change=changes,
            cells=moved_cells(changes, tables),
            moved=moved,
            same_applicant=same,
        )

    async def _judging(
        self,
        connection: Connection,
        authority_id: int,
        code: str,
        recordings: Sequence[Recording],
        actor: str,
        superior: Authority | None = None,
        permissions: Permissions = WHOLE,
    ) -> UnitOfWork:
        work = UnitOfWork(authority_id, code, self._vault.ring, actor, permissions, superior)
        await work.read(connection, recordings)
        if work.head.authority_version:
            authority, law = await self._load_law(connection, authority_id, work.head)
            work.know(authority, law)
        if (pinning := work.pinning(recordings)) is not None and pinning.stream is not None:
            await self._pin(connection, authority_id, work, pinning.stream)
        return work

    async def _pin(self, connection: Connection, authority_id: int, work: UnitOfWork, stream: str) -> None:
        """Make up the report as it is at the position judged, for the one recording that submits or publishes it."""
        authority, law = work.authority
        view = views.NowView(connection, authority_id, authority, law, work.head.position)
        try:
            work.pins[stream] = await self._reports(view, connection, authority_id).pinned(stream)
        except Refusal as refusal:
            work.pins[stream] = refusal

    def _reports(self, view: View, connection: Connection, authority_id: int) -> Reports:
        return Reports(view, partial(self._vault.opened, connection, authority_id))

    async def _write(self, connection: Connection, work: UnitOfWork) -> list[MovedTerm]:
        """All that is judged, under the held head, recorded at the moment it was judged. Returns what a changed law moved."""
        authority_id = work.authority_id
        self._tips.pop(authority_id, None)
        head = await self._append(connection, work, at=work.now)
        changed = work.changed()
        for request, history in changed:
            await _write_beside(connection, authority_id, request, history)
        await erasure.follow(
            connection, self._vault.ring, authority_id, work.entries, work.applicants, changed
        )
        if not work.law_changed:
            return []
        return await self._rebuild(connection, authority_id, head, work.authority[1])

    async def _append(
        self,
        connection: Connection,
        work: UnitOfWork,
        *,
        at: datetime | None = None,
        judged_on: date | None = None,
        unread: str | None = None,
    ) -> Head:
        """Entries with what belongs to them in chunks, usually one statement. See `recorder.append`; more than one need `at`."""
        authority_id, head = work.authority_id, work.head
        authority, law = work.authority
        entries, vault, numbers = work.stored, work.vault, work.given
        rows = [
            request_row(request, position=history[-1].position, law_digest=law.digest)
            for request, history in work.changed()
        ]
        for start in range(0, len(entries), _CHUNK):
            head = await recorder.append(
                connection,
                authority_id,
                head,
                entries[start : start + _CHUNK],
                authority_version=authority.version,
                at=at,
                judged_on=judged_on,
                unread=unread,
                vault=vault,
                numbers=numbers,
                tokens=erasure.indexed(
                    self._vault.ring,
                    authority_id,
                    work.entries[start : start + _CHUNK],
                    work.applicants,
                ),
                rows=as_json(row for row in rows[start : start + _CHUNK] if row is not None),
                published=work.published,
            )
            vault, numbers = [], None
        return head

    async def _check_sealed(self, connection: Connection, authority_id: int) -> None:
        """Raises CheckpointOverdue. The head must be held: what nobody has sealed until now is on record."""
        if (limit := self._refuse_unsealed) is None:
            return
        lag = await checkpointing.lag(connection, authority_id)
        if lag.seconds > limit:
            minutes = int(lag.seconds // 60)
            raise CheckpointOverdue(entries=lag.entries, minutes=minutes, limit=f"{limit / 60:g}")

    def _log(self, work: UnitOfWork) -> None:
        if not work.entries:
            return
        types = Counter([type_of(entry.event) for entry in work.entries])
        self._logger.info(
            "entries.recorded",
            authority=work.code,
            entries=len(work.entries),
            types=dict(types),
            position=work.entries[-1].position,
            irregularities=len(work.irregularities),
        )

    # -- reading --

    @asynccontextmanager
    async def view(self, code: str, until: Until | None = None, sight: Sight = OFFICE) -> AsyncIterator[View]:
        """One moment of the register: now, or as recorded until a moment; sight: for whom. Raises AuthorityUnknown."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            if until is not None:
                yield await views.then(connection, authority_id, until, sight)
                return
            head = await _head(connection, authority_id)
            authority, law = await self._load_law(connection, authority_id, head)
            yield views.NowView(connection, authority_id, authority, law, head.position, sight)

    async def differences(
        self,
        code: str,
        before: Until,
        after: Until | None,
        period: Period,
        form: ReportFormat,
        sight: Sight = OFFICE,
    ) -> Differences:
        """What moved in the period's tables between two moments, and what was recorded in between by request."""
        async with self.view(code, before) as view:
            was = await view.moment(period, form)
        async with self.view(code, after, sight) as view:
            cells = diff.moved(was, await view.moment(period, form), period, form)
            touched = {reference for each in cells for reference in (*each.left, *each.entered)}
            histories = await view.histories(sorted(map(order, touched)))
        return Differences(
            cells,
            {
                reference_in(each[0].originator_id): [
                    line for line in view.sight.lines(each) if line.position > was.tables.position
                ]
                for each in histories
            },
        )

    async def same_applicant(self, code: str, reference: Reference) -> SameApplicant:
        """Other requests whose applicant bears the same id number or contact. Raises RequestUnknown.

        None is named of one that is restricted, erased or annulled.
        """
        async with self.view(code) as view:
            received = (await view.request(reference)).received
        if received is None:
            return SameApplicant(0, 0, ())
        await self._vault.take_new()
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            texts = await self._vault.opened(connection, authority_id, [received.applicant])
            if (text := texts.get(received.applicant.id)) is None:
                return SameApplicant(0, 1, ())  # erased: nobody to compare with
            applicant = msgspec.json.decode(text, type=events.Applicant)
            return await blind_index.same(
                connection, self._vault.ring, authority_id, applicant, reference, received.on
            )

    async def asked_by(self, code: str, identity: str) -> SameApplicant:
        """Requests whose applicant bears this id number, telephone number or address. Personal data: see `unsealed`."""
        await self._vault.take_new()
        authority_id = await self._authority_id(code)
        applicant = events.Applicant(identity, id_number=identity, contacts=identity)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await blind_index.same(
                connection, self._vault.ring, authority_id, applicant, views.FIRST, date.min
            )

    async def _asked_before(
        self, connection: Connection, authority_id: int, recording: Recording, reply: Reply
    ) -> SameApplicant | None:
        """Of a receipt about to be recorded: who asked before, and how often."""
        told = recording.event
        if not isinstance(told, events.Received) or reply.reference is None:
            return None
        reference = Reference.parse(reply.reference)
        return await blind_index.same(
            connection, self._vault.ring, authority_id, told.applicant, reference, told.on
        )

    # -- documents --

    async def upload(self, code: str, reference: Reference) -> Upload:
        """Where a document of the request goes as it comes; to be closed. Raises RequestUnknown."""
        async with self.view(code) as view:
            await view.history(reference)
        await self._vault.take_new()
        return Upload(self._vault.ring, await self._authority_id(code))

    async def file(
        self,
        code: str,
        recording: Recording,
        upload: Upload,
        *,
        actor: str,
        expected_version: int | None = None,
        permissions: Permissions = WHOLE,
    ) -> Reply:
        """Record a document that has come whole, all of it or nothing. Raises the Refusal by which it cannot be.

        permissions: as in `record`; officers may have been appointed while the document came.
        """
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id) as connection:
            await upload.register(connection)  # before the head is held: nobody waits while it is written
            await self._database.lock(connection, authority_id)
            work = await self._judging(
                connection, authority_id, code, [recording], actor, permissions=permissions
            )
            work.filed = upload.sealed
            reply = work.judge(recording, expected_version)
            if work.entries:
                await self._check_sealed(connection, authority_id)
                await self._write(connection, work)
            else:  # known already, and stored then
                await connection.execute(SQL["erase_values"], authority_id, [upload.sealed.id], 0, 0)
        self._log(work)
        return work.as_written([reply], work.now)[0]

    async def documents(self, code: str, reference: Reference) -> list[Filed]:
        """The documents of a request in the order filed, erased ones too. Raises RequestUnknown."""
        async with self.view(code) as view:
            history = await view.history(reference)
        told = {
            entry.originator_version: told
            for entry in history
            if isinstance(told := last_told(history, entry.originator_version), events.DocumentFiled)
        }
        authority_id = await self._authority_id(code)
        ids = [event.content.id for event in told.values()]
        async with self._database.transaction(authority_id, reading=True) as connection:
            rows = await connection.fetch(SQL["documents_kept"], authority_id, ids)
        kept = {row["id"] for row in rows}
        return [
            Filed(
                version,
                str(event.on),
                event.document,
                event.kind,
                event.media_type,
                event.size_bytes,
                None if event.content.id in kept else ERASED,
            )
            for version, event in told.items()
        ]

    async def document(self, code: str, reference: Reference, version: int) -> Download:
        """The document that the entry filed. Raises RequestUnknown, PersonalDataIsRestricted, DocumentUnknown, DocumentErased."""
        async with self.view(code) as view:
            history = await view.history(reference)
            check_shown(replay(history, view.law))
        event = last_told(history, version)
        if not isinstance(event, events.DocumentFiled) or version > len(history):
            raise DocumentUnknown(reference=reference, asked=version)
        filed = Filed(version, str(event.on), event.document, event.kind, event.media_type, event.size_bytes)
        await self._vault.take_new()
        authority_id = await self._authority_id(code)
        found = Download(self._database, self._vault.ring, authority_id, event.content, filed)
        await found.open(reference)
        return found

    # -- keys --

    async def rotate_vault_key(self) -> str:
        """Make a new key that seals from now on; the old ones open what they sealed. Returns its id."""
        return await self._vault.rotate()

    async def reseal_vault(
        self, code: str, on_progress: Callable[[int], object] = lambda _: None
    ) -> Resealed:
        """Put what is kept under the current key. See `rotating.reseal`."""
        await self._vault.take_new()
        return await rotation.reseal(
            self._database, self._vault.ring, await self._authority_id(code), on_progress
        )

    async def unsealed(self, code: str, sealed: Sequence[Sealed]) -> dict[str, bytes]:
        """The sealed values' own JSON by id; one whose vault row was erased is left out.

        Personal data: show it to whom it concerns, never log it. Raises VaultKeyFault if row and event do
        not belong together.
        """
        await self._vault.take_new()
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await self._vault.opened(connection, authority_id, sealed)

    # -- annual reports --

    @asynccontextmanager
    async def reports(self, code: str) -> AsyncIterator[Reports]:
        """The annual reports at one moment. Raises AuthorityUnknown."""
        await self._vault.take_new()
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            head = await _head(connection, authority_id)
            authority, law = await self._load_law(connection, authority_id, head)
            view = views.NowView(connection, authority_id, authority, law, head.position)
            yield self._reports(view, connection, authority_id)

    async def restatement(self, code: str, year: int) -> list[Restated]:
        """What the last published edition says otherwise than the register does now. Raises EditionUnknown."""
        async with self.reports(code) as found:
            publication = await found.publication(year)
            history, report = await found.history(year), await found.report(year)
        if (pinned := publication.pinned) is None:
            raise EditionUnknown(year=year, edition=publication.edition)
        since = await self.differences(
            code,
            Until(position=pinned.position),
            None,
            Period.year(year),
            annual_tables.form_of(Period.year(year), pinned.format),
        )
        entered = [
            (entry.event, line)
            for entry, line in zip(history, lines(history), strict=True)
            if entry.position > publication.position and isinstance(entry.event, FigureEntered)
        ]
        return restated(pinned, report.content, since, entered)

    # -- the register as a whole --

    async def is_stale(self, code: str) -> bool:
        """True if the register's dates were made with other notices than this program holds: rebuild it."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            head = await _head(connection, authority_id)
            _, law = await self._load_law(connection, authority_id, head)
        return head.law_digest != law.digest

    async def rebuild(self, code: str) -> list[MovedTerm]:
        """Derive the register from the log anew. Returns the due dates that moved, by reference."""
        authority_id = await self._authority_id(code)
        async with self._database.transaction(authority_id, locking=True) as connection:
            head = await _head(connection, authority_id)
            _, law = await self._load_law(connection, authority_id, head)
            if head.position < folding.LONG:
                return await self._rebuild(connection, authority_id, head, law)
            # Nobody else records while the head is held, and nothing was written here that processes would not see.
            folded = folding.fold_in_processes(self._database, connection, authority_id, law, head.position)
            return await self._rebuild(connection, authority_id, head, law, folded)

    async def _rebuild(
        self,
        connection: Connection,
        authority_id: int,
        head: Head,
        law: Law,
        folded: AsyncIterator[Folded] | None = None,
    ) -> list[MovedTerm]:
        told = await connection.fetch(SQL["select_streams"], authority_id, list(annual_report.STREAMS), None)
        published = annual_report.published_in(mapper.recorded(row) for row in told)
        law = law.publishing(published)
        before = {
            str(Reference(row["year"], row["number"])): row["due_on"]
            for row in await connection.fetch(SQL["due_dates"], authority_id)
        }
        after: dict[str, date | None] = {}
        await connection.execute(SQL["clear_rows"], authority_id)
        await connection.execute(SQL["clear_spells"], authority_id)
        async for each in folded or folding.fold(connection, authority_id, law):
            await recorder.append(
                connection,
                authority_id,
                head,
                [],
                authority_version=head.authority_version,
                rows=each.rows,
                law_digest=law.digest,
                published=published,
            )
            await connection.execute(SQL["write_spells"], authority_id, each.spells)
            after |= each.due_on
        return [
            MovedTerm(reference, was, after[reference])
            for reference, was in sorted(before.items(), key=lambda item: order(item[0]))
            if reference in after and after[reference] != was
        ]

    # -- inside --

    @asynccontextmanager
    async def _recording(
        self, code: str, recordings: Sequence[Recording], *, keep: bool, writes: bool
    ) -> AsyncIterator[tuple[Connection, int]]:
        """The transaction to record in, holding the head where it writes.

        An authority that its own first recording registers is added by it.
        """
        registers = bool(recordings) and isinstance(recordings[0].event, Registered)
        if code in self._ids or not registers:
            authority_id = await self._authority_id(code)
            async with self._database.transaction(
                authority_id, reading=not writes, locking=writes, keep=keep
            ) as connection:
                yield connection, authority_id
            return
        async with self._database.transaction(0, keep=keep) as connection:
            added = await connection.fetchval(SQL["add_authority"], code)
            authority_id = added or await connection.fetchval(SQL["authority_id"], code)
            await self._database.set_authority(connection, authority_id)
            if added:
                await connection.execute(SQL["add_head"], added)
            await self._database.lock(connection, authority_id)
            yield connection, authority_id

    async def _superior(self, actor: str, recordings: Sequence[Recording]) -> Authority | None:
        """The authority that the actor of a waiver names, `county/wang`; read beforehand, in its own context."""
        code, slash, _ = actor.partition("/")
        if not slash or not any(isinstance(each.event, SeparationWaived) for each in recordings):
            return None
        try:
            async with self.view(code) as view:
                return view.authority
        except (AuthorityUnknown, AuthorityNotRegistered):
            return None

    async def _authority_id(self, code: str) -> int:
        """The key of the code. Raises AuthorityUnknown."""
        if code not in self._ids:
            if not re.fullmatch(AUTHORITY_CODE_PATTERN, code):
                raise AuthorityUnknown(code="")
            async with self._database.session() as connection:
                found = await connection.fetchval(SQL["authority_id"], code)
            if found is None:
                raise AuthorityUnknown(code=code)
            self._ids[code] = found
        return self._ids[code]

    async def _office(self, connection: Connection, authority_id: int, head: Head) -> Authority:
        return (await self._load_law(connection, authority_id, head))[0]

    async def _load_law(self, connection: Connection, authority_id: int, head: Head) -> tuple[Authority, Law]:
        """The authority and its law, cached by the version in the head row."""
        if (known := self._known_law(authority_id, head)) is not None:
            return known
        rows = await connection.fetch(SQL["select_stream"], authority_id, AUTHORITY_STREAM, None, None, None)
        authority = replay_authority(mapper.recorded(row) for row in rows)
        law = authority.law(national_notices())
        self._law[authority_id] = (authority.version, authority, law)
        return authority, law.publishing(head.published_reports)

    def _known_law(self, authority_id: int, head: Head) -> tuple[Authority, Law] | None:
        """What `_load_law` returns, if it need not be read."""
        version, authority, law = self._law.get(authority_id) or (0, None, None)
        if authority is None or law is None or version != head.authority_version:
            return None
        return authority, law.publishing(head.published_reports)


def _without_leaf(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, leaf=None)


def _stood(history: Sequence[Recorded], law: Law) -> Stood:
    if not history:
        return None, ()
    request = replay(history, law)
    row = request_row(request, position=history[-1].position, law_digest=law.digest)
    return row, appeal_spells(request)


async def _head(connection: Connection, authority_id: int) -> Head:
    return Head(*await connection.fetchrow(SQL["head"], authority_id))


def _lies_beside(request: DisclosureRequest, history: Sequence[Recorded]) -> bool:
    """Whether there is something to write that a row cannot hold."""
    return request.annulled or _is_appealed(history)


def _is_appealed(history: Sequence[Recorded]) -> bool:
    return any(isinstance(entry.event, Appealed) for entry in history)


async def _write_beside(
    connection: Connection, authority_id: int, request: DisclosureRequest, history: Sequence[Recorded]
) -> None:
    """What a row cannot hold: an annulled request leaves the register, appeals are written anew."""
    reference = Reference.parse(request.reference)
    if request.annulled:
        await connection.execute(SQL["remove_rows"], authority_id, *reference)
    if _is_appealed(history):
        await connection.execute(SQL["remove_spells"], authority_id, *reference)
        await connection.execute(SQL["write_spells"], authority_id, as_json(appeal_spells(request)))
