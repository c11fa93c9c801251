"""The entry point to all use cases: recording, reading, reports.

Every way into the program uses it, so the same rules hold everywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path

from adapters import past, shown
from adapters.derived import DerivedResults
from adapters.postgres import migrate
from adapters.postgres.database import CLOSE_TIMEOUT, Connection, Database
from adapters.postgres.health import Health, health
from adapters.postgres.queries import SQL
from adapters.present import PresentView
from adapters.register.authorities import Authorities, Standing
from adapters.register.imports.imports import Imports
from adapters.register.login.access_log import AccessLog
from adapters.register.login.accounts import Accounts
from adapters.register.login.credentials import Credentials
from adapters.register.login.keys import Keys
from adapters.register.login.login import Logins
from adapters.register.login.passkeys import Passkeys
from adapters.register.login.second_factors import SecondFactors
from adapters.register.login.service_keys import ServiceKeys
from adapters.register.login.sign_on import SignOn
from adapters.register.notices.calendars import Calendars
from adapters.register.notices.digest_mails import DigestMails
from adapters.register.notices.digests import Digests
from adapters.register.notices.mail_addresses import MailAddresses
from adapters.register.notices.webhooks import Webhooks
from adapters.register.operations.access_archive import AccessArchive
from adapters.register.operations.proofs import Proofs
from adapters.register.papers.case_files import CaseFiles
from adapters.register.papers.documents import Documents
from adapters.register.papers.letters import Letters
from adapters.register.reading.assessments import Assessments
from adapters.register.reading.comparisons import Comparisons
from adapters.register.reading.district import District
from adapters.register.reading.personal_data import PersonalData
from adapters.register.reading.reports import Reports
from adapters.register.reading.word_search import WordSearch
from adapters.register.recording import rebuild as folding
from adapters.register.recording.bulk import Bulk
from adapters.register.recording.outside import Outside
from adapters.register.recording.preview import Previewed, Previews
from adapters.register.recording.questions import Questions
from adapters.register.recording.rebuild import MovedTerm
from adapters.register.recording.record import Recordings
from adapters.register.recording.recording import Recording, Reply
from adapters.register.recording.recovery import Recovery
from adapters.register.recording.submission import Judged, Refused, RefusedLine, Submission, own_refusal
from adapters.vault.key_store import VaultKeys
from adapters.views import Until, View
from domain.authority.authority import Authority
from domain.authority.powers import WHOLE, Permissions
from projections.superior_view import OFFICE, SUPERIOR, Sight

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


class Register:
    """Open with `Register.open`; one per process, safe for concurrent tasks."""

    def __init__(
        self, database: Database, vault: VaultKeys, keys: Path, refuse_uncheckpointed: float | None = None
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = Authorities(database)
        self._derived = DerivedResults()
        self.assessments = Assessments(self._authorities, self.district, self.view)
        unchecked = partial(self.reports, checked=False)
        self._outside = Outside(self._authorities, self.view, self.reports, unchecked, self.assessments)
        self._recordings = Recordings(database, vault, self._authorities, refuse_uncheckpointed)
        self._previews = Previews(database, vault, self._authorities, self._recordings)
        self.imports = Imports(database, vault, self._authorities, self._recordings)
        self.documents = Documents(database, vault, self._authorities, self.view, self._recordings)
        self.personal_data = PersonalData(database, vault, self._authorities, self.view)
        self.questions = Questions(self.view, self.personal_data)
        self.word_search = WordSearch(database, vault, self._authorities, self.view)
        self.comparisons = Comparisons(self.view, self.reports)
        self.letters = Letters(self.view, self.personal_data.unsealed, self.documents)
        self.logins = Logins(database, self._authorities)
        self.sign_on = SignOn(database, self._authorities, vault)
        self.access_log = AccessLog(database, self._authorities)
        self.second_factors = SecondFactors(database, self._authorities, vault)
        self.passkeys = Passkeys(database, self._authorities)
        self.credentials = Credentials(database, self._authorities)
        self.keys = Keys(database, self._authorities)
        self.service_keys = ServiceKeys(database, self._authorities)
        self.webhooks = Webhooks(database, vault, self._authorities)
        self.digests = Digests(unchecked, self.district, self.assessments, self._authorities)
        self.calendars = Calendars(database, self._authorities, self.digests)
        self.mail_addresses = MailAddresses(database, vault, self._authorities)
        self.digest_mails = DigestMails(database, vault, self._authorities, self.digests)
        self.accounts = Accounts(database, self._authorities)
        self.proofs = Proofs(database, self._authorities.id_of, keys, vault)
        self.bulk = Bulk(self.record_all, self.view)
        self.case_files = CaseFiles(
            self.view, self.personal_data.unsealed, self.proofs.receipts, self.letters, self.documents
        )
        self.recovery = Recovery(self._authorities, self._recordings)
        self.access_archive = AccessArchive(database, self._authorities, self._recordings, self.proofs)

    @classmethod
    async def open(
        cls,
        dsn: str,
        keys: Path,
        *,
        size: int = 10,
        timeout: float = 10,
        refuse_uncheckpointed: float | None = None,
    ) -> Register:
        """Connect as the runtime role. keys: the directory of the key files, both of the vault and for signing.

        size: connections. timeout: seconds to wait for a connection, and for a recording's batch to begin.
        refuse_uncheckpointed: seconds after which an entry without a checkpoint makes its authority refuse to record.
        Raises DatabaseUnavailable, SchemaFault, or VaultKeyFault if a key of the vault is missing.
        """
        database = await Database.connect(dsn, size=size, timeout=timeout)
        try:
            async with database.session() as connection:
                await migrate.check(connection)
            database.known_schema = migrate.KNOWN
            vault = await VaultKeys.load(database, keys)
        except BaseException:
            await database.close()
            raise
        return cls(database, vault, keys, refuse_uncheckpointed)

    async def close(self) -> None:
        """Finish recordings in progress and close, waiting at most CLOSE_TIMEOUT seconds for the database."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._recordings.close()
        await self._database.close()

    async def check(self) -> Health:
        """Whether the database can be read and written. Raises as `health`, and DatabaseUnavailable."""
        async with self._database.session() as connection:
            return await health(connection)

    async def is_replica(self) -> bool:
        """Whether the database is a standby, which can only be read until it is promoted."""
        async with self._database.session() as connection:
            return bool(await connection.fetchval(SQL["is_replica"]))

    async def announce(self) -> None:
        """Announce this machine and its vault keys in the database; call at intervals. Raises DatabaseUnavailable."""
        await self._vault.announce()

    @property
    def connections(self) -> tuple[int, int]:
        """Numbers of connections in use, and idle."""
        return self._database.connections

    # -- authorities --

    async def authorities(self) -> list[str]:
        """Codes of all authorities, in order. Raises DatabaseUnavailable if a known one is missing, since none is ever
        removed."""
        return await self._authorities.codes()

    async def units_of(self, superior: str, on: date) -> list[str]:
        """Codes of the authorities that this one supervises on the day."""
        return await self._authorities.units_of(superior, on)

    async def supervises(self, code: str, on: date) -> bool:
        """Whether the authority has units, by the last result of `units_of`."""
        return await self._authorities.supervises(code, on)

    async def position(self, code: str) -> int:
        """The log's position. Raises AuthorityUnknown."""
        return await self._authorities.position(code)

    async def authority(self, code: str) -> Authority:
        """The authority now. Raises AuthorityUnknown."""
        return await self._authorities.authority(code)

    async def standing(self, code: str) -> Standing:
        """The log's position and whether there are officers; concurrent calls share one query.

        Raises AuthorityUnknown.
        """
        return await self._authorities.standing(code)

    # -- recording --

    async def record(
        self,
        code: str,
        recording: Recording,
        *,
        actor: str,
        expected_version: int | None = None,
        permissions: Permissions = WHOLE,
        on_moved: Callable[[Sequence[MovedTerm]], object] = lambda _: None,
    ) -> Reply:
        """Record one event. Raises a Refusal if it cannot be recorded; then nothing is stored.

        expected_version: number of the request's entries as the caller saw it; VersionConflict if it differs.
        permissions: of the caller, within the actor's powers. on_moved: called with due dates that a new day off or
        policy moved.
        """
        submission = Submission(
            recordings=[recording],
            actor=actor,
            expected_version=expected_version,
            permissions=permissions,
            outside=await self._outside.read(code, actor, [recording]),
        )
        with own_refusal():
            judged = await self._recordings.record(code, submission)
        on_moved(judged.moved)
        return judged.replies[0]

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
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> list[Reply]:
        """Judge all recordings, then store all or none. Raises Refused with every problem found.

        unreadable: lines that the caller could not read: the rest is judged, but nothing stored. acknowledge_all: treat
        every irregularity as acknowledged. on_judged: called with what was stored; on_progress: with the number judged
        so far. preview: judge only.
        """
        if not recordings:
            await self._authorities.id_of(code)
            if unreadable:
                raise Refused(unreadable)
            return []
        submission = Submission(
            recordings=recordings,
            actor=actor,
            expected_version=expected_version,
            permissions=permissions,
            outside=await self._outside.read(code, actor, recordings),
            acknowledge_all=acknowledge_all,
            unreadable=unreadable,
            on_progress=on_progress,
        )
        judge = self._previews.of_file if preview else self._recordings.record
        judged = await judge(code, submission)
        on_judged(judged)
        return judged.replies

    async def preview(
        self,
        code: str,
        recording: Recording,
        *,
        actor: str,
        expected_version: int | None = None,
        permissions: Permissions = WHOLE,
    ) -> Previewed:
        """Preview one event: its reply, and what it would add and change. Stores nothing; nothing need be
        acknowledged."""
        submission = Submission(
            recordings=[recording],
            actor=actor,
            expected_version=expected_version,
            permissions=permissions,
            outside=await self._outside.read(code, actor, [recording]),
            acknowledge_all=True,
        )
        with own_refusal():
            return await self._previews.of_one(code, submission)

    # -- reading --

    @asynccontextmanager
    async def view(self, code: str, until: Until | None = None, sight: Sight = OFFICE) -> AsyncIterator[View]:
        """A view of the register: now, or at a past moment. sight: what the caller may see. Raises AuthorityUnknown."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            if until is not None:
                head, _, law = await self._authorities.as_it_stands(connection, authority_id)
                shown.note(code, head.position)
                yield await past.then(connection, authority_id, until, sight, now=law)
                return
            yield await self._now(connection, code, authority_id, sight)

    def district(self, code: str, sight: Sight = OFFICE) -> District:
        """The authority with its units, as their superior sees them; for the authority's own superior without the
        units, which are not below that one.
        """

        def open_view(unit: str) -> AbstractAsyncContextManager[View]:
            return self.view(unit, sight=sight if unit == code else SUPERIOR)

        return District(
            code, self._authorities, open_view, alone=sight is SUPERIOR, open_then=self._reports_then
        )

    @asynccontextmanager
    async def _reports_then(self, code: str, position: int) -> AsyncIterator[Reports]:
        """The annual reports at a position of the log."""
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            _, _, law = await self._authorities.as_it_stands(connection, authority_id)
            view = await past.then(connection, authority_id, Until(position=position), now=law)
            yield Reports(view, partial(self._vault.opened, connection, authority_id))

    # -- annual reports --

    @asynccontextmanager
    async def reports(self, code: str, *, checked: bool = True) -> AsyncIterator[Reports]:
        """The annual reports at one moment. checked: False if no report is checked; then no other authority is read.

        Raises AuthorityUnknown.
        """
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        predecessors = await self._outside.predecessors(code) if checked else ()
        async with self._database.transaction(authority_id, reading=True) as connection:
            view = await self._now(connection, code, authority_id, OFFICE)
            yield Reports(view, partial(self._vault.opened, connection, authority_id), predecessors)

    # -- the register as a whole --

    async def is_stale(self, code: str) -> bool:
        """True if the register's dates were made with other notices than this program holds: rebuild it."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            head, _, law = await self._authorities.as_it_stands(connection, authority_id)
        return head.law_digest != law.digest

    async def rebuild(self, code: str) -> list[MovedTerm]:
        """Rebuild the register from the log. Returns the due dates that moved, by reference."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, locking=True) as connection:
            head, _, law = await self._authorities.as_it_stands(connection, authority_id)
            if head.position < folding.LONG:
                return await folding.rebuild(connection, authority_id, law)
            # The head is locked, and this transaction has written nothing yet, so the processes see the same log.
            folded = folding.fold_in_processes(self._database, connection, authority_id, law, head.position)
            return await folding.rebuild(connection, authority_id, law, folded)

    # -- inside --

    async def _now(self, connection: Connection, code: str, authority_id: int, sight: Sight) -> PresentView:
        head, authority, law = await self._authorities.as_it_stands(connection, authority_id)
        shown.note(code, head.position)
        derived = self._derived, head.law_digest
        return PresentView(connection, authority_id, authority, law, head.position, sight, derived=derived)
