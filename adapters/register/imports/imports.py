"""Imports an earlier register: new rows, changes since the last import, and annulling an import.

A row's request has a key, and each step an idempotency key derived from it, so the log itself shows what was imported;
nothing else is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from uuid import uuid4

from adapters import shown
from adapters.postgres.database import Database
from adapters.present import PresentView
from adapters.register.authorities import Authorities
from adapters.register.imports.import_annulment import Annulment
from adapters.register.imports.import_plan import Earlier, Plan
from adapters.register.recording.judge import judge
from adapters.register.recording.record import Recordings
from adapters.register.recording.recording import Recording
from adapters.register.recording.submission import Judged, Refused, Submission
from adapters.register.recording.unit_of_work import UnitOfWork
from adapters.vault.key_store import VaultKeys
from domain.authority.import_events import ImportAnnulled
from domain.authority.imports import Import
from domain.authority.powers import WHOLE, Permissions
from domain.authority.refusals import ImportUnknown
from domain.law.irregularities import RULES
from domain.law.refusals import Malformed
from domain.report.official_form import ReportFormat
from domain.values import Period
from projections import tally
from projections.annual_tables import AnnualTables
from projections.importing.problems import of_refusal
from projections.importing.row import Row
from projections.register import appeal_spells, request_row

_ROUNDS = 5
"""Rounds of judging: rows that depend on a refused row are refused in the next round."""


class Imports:
    """Plans, commits and annuls imports of one process's registers."""

    def __init__(
        self,
        database: Database,
        vault: VaultKeys,
        authorities: Authorities,
        recordings: Recordings,
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities
        self._recordings = recordings

    async def plan(
        self,
        code: str,
        rows: Sequence[Row],
        digest: str,
        today: date,
        *,
        actor: str,
        permissions: Permissions = WHOLE,
        against: Sequence[tuple[Period, ReportFormat]] = (),
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> Plan:
        """Plan an import and judge it; stores nothing.

        against: periods whose tables are computed as they would be afterwards. Raises NotComplete.
        """
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            earlier = Earlier(connection, authority_id, self._vault)
            await earlier.find(rows)
            # In a thread, like what follows: thousands of rows take seconds.
            plan = Plan(
                digest, await asyncio.to_thread(lambda: [earlier.planned(row, today) for row in rows])
            )
        for _ in range(_ROUNDS):
            recordings = plan.recordings(today)
            submission = _submission(recordings, actor, permissions, on_progress)
            try:
                await self._judge(code, authority_id, plan, submission, against)
            except Refused as refused:
                if not _blame(plan, refused):
                    raise
                continue
            break
        return plan

    async def _judge(
        self,
        code: str,
        authority_id: int,
        plan: Plan,
        submission: Submission,
        against: Sequence[tuple[Period, ReportFormat]],
    ) -> None:
        """Raises Refused with every problem found."""
        async with self._database.transaction(authority_id, reading=True) as connection:
            work = await self._recordings.unit_of_work(
                connection, authority_id, code, [submission] if submission.recordings else []
            )
            if submission.recordings:
                _report_irregularities(plan, await judge(work, submission))
            authority, law = work.registered
            view = PresentView(connection, authority_id, authority, law, work.head.position)
            plan.tables = [await _tables(view, work, period, form) for period, form in against]

    async def commit(
        self, code: str, plan: Plan, today: date, *, actor: str, permissions: Permissions = WHOLE
    ) -> Import | None:
        """Record the plan, all or nothing. None if there is nothing to record. Raises Refused."""
        recordings = plan.recordings(today)
        if not recordings:
            return None
        submission = _submission(recordings, actor, permissions, lambda _: None)
        judged = await self._recordings.record(code, submission)
        references = {reply.id: reply.reference for reply in judged.replies}
        for each in plan.rows:
            if each.recordings and each.state in ("new", "changed"):
                each.reference = references[each.recordings[0].id]
        return (await self._authorities.authority(code)).imports[-1]

    async def imports(self, code: str) -> tuple[Import, ...]:
        """All imports. Raises AuthorityUnknown."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            head, authority, _ = await self._authorities.as_it_stands(connection, authority_id)
        shown.note(code, head.position)
        return authority.imports

    async def annul(
        self, code: str, number: int, today: date, *, actor: str, permissions: Permissions = WHOLE
    ) -> Judged:
        """Annul every entry of an import, all or nothing. Raises ImportUnknown, ImportChangedSince, Refused."""
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        imports = await self.imports(code)
        batch = next((each for each in imports if each.number == number), None)
        if batch is None or batch.annulled_on:
            raise ImportUnknown(target=batch.version if batch else number)
        async with self._database.transaction(authority_id, reading=True) as connection:
            annulment = Annulment(connection, authority_id, self._vault, batch, imports)
            recordings = await annulment.recordings(today)
        annulled = ImportAnnulled(today, batch.version)
        first = Recording(id=f"import/{uuid4()}", event=annulled)  # type: ignore[arg-type]
        submission = _submission([first, *recordings], actor, permissions, lambda _: None)
        return await self._recordings.record(code, submission)


async def _tables(view: PresentView, work: UnitOfWork, period: Period, form: ReportFormat) -> AnnualTables:
    """The tables of the period, including what was judged."""
    changed = {
        request.reference: (
            request_row(request, position=history[-1].position, law_digest=""),
            appeal_spells(request),
        )
        for request, history in await work.changed_requests()
    }
    rows = [row for row in await view.rows(period) if row.reference not in changed]
    rows += [row for row, _ in changed.values() if row is not None]
    spells = [each for each in await view.spells(period) if each.reference not in changed]
    spells += [each for _, found in changed.values() for each in found]
    counted = tally.tally(tally.groups(rows, period), tally.routes(spells, period))
    return view.tables_of(counted, period, form)


def _submission(
    recordings: Sequence[Recording], actor: str, permissions: Permissions, on_progress: Callable[[int], None]
) -> Submission:
    return Submission(
        recordings=recordings,
        actor=actor,
        permissions=permissions,
        acknowledge_all=True,
        on_progress=on_progress,
    )


def _blame(plan: Plan, refused: Refused) -> bool:
    """Add each refusal to its row. False if one is of the import as a whole."""
    by_id = {recording.id: each for each in plan.rows for recording in each.recordings}
    for problem in refused.problems:
        found = by_id.get(problem.id or "")
        if found is None:
            return False
        (step,) = (each.event for each in found.recordings if each.id == problem.id)
        if not (found.row.problems and isinstance(problem.refusal, Malformed)):  # what follows from the first
            found.refuse(f"{step.title}：{of_refusal(problem.refusal)}")
    return True


def _report_irregularities(plan: Plan, judged: Judged) -> None:
    found = {reply.id: reply.irregularities for reply in judged.replies if reply.irregularities}
    for each in plan.rows:
        for recording in each.recordings:
            each.row.noted += [f"与规定不符：{RULES[code].title}" for code in found.get(recording.id, ())]
