"""Verification of an authority's log and register in the database: `taizhang verify`.

In one read-only snapshot: first the log by position against leaves, roots, signatures and pins; then, request by
request, every act is judged again by the law of its day, and the register's row compared with the replay.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from operator import attrgetter
from time import perf_counter
from typing import Any

import msgspec

from adapters import past, views
from adapters.log import mapper
from adapters.log.mapper import EntryUnreadable
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.proof import access_check, checkpointing, rejudging, trust
from adapters.proof.access_check import AccessesExamined
from adapters.proof.checkpoints import Verifier
from adapters.proof.findings import Findings, LogFinding
from adapters.proof.log_check import Examination, Pin, at_entry
from adapters.proof.provable import BEFORE_ALL, EVENT_LOG
from adapters.rows import row_of, spell_of, use_of
from domain.authority.access_events import AccessesHandedOver
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Recorded
from domain.law.calendar import national_notices
from domain.law.refusals import Refusal
from domain.law.terms import Law
from domain.letters import document_numbers
from domain.letters.document_numbers import Use
from domain.report import annual_report
from domain.report.events import ReportPublished
from domain.request.judging import replay
from domain.values import Period, is_request, reference_in
from projections import annual_tables
from projections.register import AppealSpell, RequestRow, appeal_spells, request_row
from projections.rejudgement import (
    LawBook,
    Rejudged,
)
from projections.report import taken_over


class Verification(msgspec.Struct, frozen=True):
    """The result. entries: number read; sealed: number covered by checkpoints; counts: number of findings by code.

    notes: limits of what was verified. matched: the given files, with the entry that filed each. unchecked: checks that
    could not be made, each with what to do about it. log_seconds, judging_seconds: durations of the two passes.
    checkpoint: the newest one, if it and all earlier ones are valid; origin and keys: of its log. access_log: None if a
    bundle lacks it.
    """

    authority: str
    origin: str
    entries: int
    sealed: int
    checkpoints: int
    requests: int
    findings: tuple[LogFinding, ...]
    counts: dict[str, int]
    notes: tuple[str, ...]
    unchecked: tuple[str, ...]
    keys: tuple[str, ...]
    checkpoint: str | None
    log_seconds: float
    judging_seconds: float
    access_log: AccessesExamined | None = None
    matched: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """There are no findings; but see `unchecked`."""
        return not self.counts

    @property
    def passed(self) -> bool:
        """Everything was checked, and there are no findings."""
        return self.holds and not self.unchecked


_OFTEN = 2000

Progress = Callable[[str, int, int], object]


async def verify(
    connection: Connection,
    authority_id: int,
    code: str,
    *,
    keys: Callable[[str], Sequence[Verifier]],
    verifiers: Sequence[Verifier] = (),
    pin: Callable[[str], Pin | None] = lambda _: None,
    alarm_seconds: float | None = None,
    on_progress: Progress = lambda *_: None,
) -> Verification:
    """Verify log and register. keys: returns those stored with the log, pin: the auditor's, both by the log's name.

    verifiers: keys that the auditor names. alarm_seconds: instead of each log's own. on_progress: called with the pass,
    the entries done and their total.
    """
    findings, unchecked = Findings(), list[str]()
    start = perf_counter()
    published = await access_check.published_of(connection, authority_id, EVENT_LOG)
    origin = trust.origin_of(published, code)
    kept = pin(origin)
    trusted = trust.trusted_keys(kept, verifiers, keys(origin))
    if published and not trusted:
        unchecked.append("没有公钥，存证点的签名未核验：请以--key给出另行取得的公钥")
    examination = Examination(code, findings)
    # In a thread: thousands of signatures would block the event loop.
    await asyncio.to_thread(examination.checkpoints, published, origin, trusted, trust.pinned(kept, trusted))
    head = await connection.fetchrow(SQL["head"], authority_id)
    await read_log(connection, authority_id, examination, head["position"], on_progress)
    examination.end(head["position"])
    access_check.check_lag(
        await checkpointing.lag(connection, authority_id), alarm_seconds, findings, EVENT_LOG
    )
    handed_over = await _handed_over(connection, authority_id)
    access_log = await access_check.examine(
        connection, authority_id, code, findings, trusted, pin, handed_over, alarm_seconds
    )
    between = perf_counter()
    requests = await _judge(connection, authority_id, head, findings, unchecked, on_progress)
    return Verification(
        authority=code,
        origin=origin,
        entries=examination.position,
        sealed=examination.sealed,
        checkpoints=len(published),
        requests=requests,
        findings=tuple(findings.kept),
        counts=dict(findings.counts),
        notes=(),
        unchecked=tuple(unchecked),
        keys=tuple(each.vkey for each in trusted),
        checkpoint=examination.newest.note if examination.newest else None,
        log_seconds=between - start,
        judging_seconds=perf_counter() - between,
        access_log=access_log,
    )


async def _handed_over(connection: Connection, authority_id: int) -> list[AccessesHandedOver]:
    rows = await connection.fetch(SQL["select_streams"], authority_id, [AUTHORITY_STREAM], None)
    return rejudging.handed_over_in(history for history in rejudging.readable(rows, Findings()))


async def read_log(
    connection: Connection, authority_id: int, examination: Examination, last: int, on_progress: Progress
) -> None:
    """Pass every entry to the examination, by position."""
    async for row in EVENT_LOG.between(connection, authority_id, BEFORE_ALL):
        examination.entry(row)
        if examination.position % _OFTEN == 0:
            on_progress("日志", examination.position, last)
    on_progress("日志", examination.position, last)


# --- the law and the register ---


async def _judge(
    connection: Connection,
    authority_id: int,
    head: Any,
    findings: Findings,
    unchecked: list[str],
    on_progress: Progress,
) -> int:
    """Judge every request again and compare its row. Returns the number of requests."""
    try:
        rows = await connection.fetch(SQL["select_streams"], authority_id, [AUTHORITY_STREAM], None)
        own = [mapper.recorded(row) for row in rows]
    except EntryUnreadable as wrong:
        findings.add(LogFinding("entry_unreadable", AUTHORITY_STREAM, str(wrong)))
        return 0
    law = rejudging.judge_office(own, findings)
    if law is None:
        return 0
    present = law[1]
    compared = head["law_digest"] == present.digest
    if not compared:
        unchecked.append("台账是按另一套放假安排推算的，未与日志核对：请先运行 taizhang rebuild，再核验")
    stored, spells = await _register(connection, authority_id)
    numbers = await _numbers(connection, authority_id)
    reports = await _reports(connection, authority_id, findings)
    await _check_pins(connection, authority_id, reports, findings)
    published = annual_report.published_in(entry for history in reports for entry in history)
    present = present.publishing(published)
    book = LawBook(own, national_notices(), published)
    rejudging.judge_reports(reports, book, findings)
    requests = done = 0
    async for history in _histories(connection, authority_id, findings):
        requests += 1
        done += len(history)
        reference = reference_in(history[0].originator_id)
        was = stored.pop(reference, None), tuple(spells.pop(reference, ()))
        again = rejudging.judge_request(history, book, findings)
        borne = numbers.pop(history[0].originator_id, [])
        if compared:
            _compare(history, again, present, was, borne, findings)
        if requests % 200 == 0:
            on_progress("判断", done, head["position"])
    for reference in sorted({*stored, *spells, *map(reference_in, numbers)}):
        findings.add(
            LogFinding("register_differs", reference, "台账中有此件，日志中没有", reference=reference)
        )
    return requests


def _compare(
    history: Sequence[Recorded],
    again: Rejudged,
    law: Law,
    was: tuple[RequestRow | None, tuple[AppealSpell, ...]],
    borne: Sequence[Use],
    findings: Findings,
) -> None:
    reference = reference_in(history[0].originator_id)
    request = again.request
    if request is None or again.law is None or again.law.digest != law.digest:
        try:
            request = replay(history, law)
        except Refusal:
            return  # reported as impossible already
    row = request_row(request, position=history[-1].position, law_digest=law.digest)
    spells = tuple(sorted(appeal_spells(request), key=_order))
    numbers = document_numbers.uses(history)
    if was[0] is not None and row is not None and was[0] != row:
        fields = (name for name in row.__struct_fields__ if getattr(was[0], name) != getattr(row, name))
        what = "；".join(
            f"{name}应为{_word(getattr(row, name))}，台账中是{_word(getattr(was[0], name))}"
            for name in fields
        )
    elif was[0] != row:
        what = "台账中没有此件" if row else "此件已作废，台账中仍有"
    elif tuple(sorted(was[1], key=_order)) != spells:
        what = "行政复议、诉讼的记载与日志不符"
    elif sorted(borne, key=_plain) != sorted(numbers, key=_plain):
        what = "文号的记载与日志不符"
    else:
        return
    findings.add(LogFinding("register_differs", reference, what, reference=reference))


def _word(value: object) -> str:
    return "无" if value is None else str(value)


_plain = attrgetter("plain")


def _order(spell: AppealSpell) -> tuple[str, Any]:
    return spell.appeal, spell.from_on


async def _register(
    connection: Connection, authority_id: int
) -> tuple[dict[str, RequestRow], dict[str, list[AppealSpell]]]:
    rows = [row_of(row) for row in await connection.fetch(SQL["all_rows"], authority_id)]
    spells: dict[str, list[AppealSpell]] = defaultdict(list)
    for found in await connection.fetch(SQL["all_spells"], authority_id):
        spell = spell_of(found)
        spells[spell.reference].append(spell)
    return {row.reference: row for row in rows}, spells


async def _numbers(connection: Connection, authority_id: int) -> dict[str, list[Use]]:
    """Document numbers by stream."""
    numbers: dict[str, list[Use]] = defaultdict(list)
    for row in await connection.fetch(SQL["all_document_numbers"], authority_id):
        numbers[row["stream"]].append(use_of(row))
    return numbers


async def _reports(connection: Connection, authority_id: int, findings: Findings) -> list[list[Recorded]]:
    """The annual reports' histories that can be read."""
    rows = await connection.fetch(SQL["select_streams"], authority_id, list(annual_report.STREAMS), None)
    streams: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        streams[row["stream"]].append(row)
    return [history for stream in streams.values() for history in rejudging.readable(stream, findings)]


async def _check_pins(
    connection: Connection, authority_id: int, reports: Sequence[Sequence[Recorded]], findings: Findings
) -> None:
    """Compare the figures pinned by each edition with the tables of the log at that moment."""
    for entry, history in ((entry, each) for each in reports for entry in each):
        if not isinstance(entry.event, ReportPublished) or (pinned := entry.event.pinned) is None:
            continue
        year = annual_report.year_in(entry.originator_id)
        if year is None:
            continue
        period = Period.year(year)
        try:
            view = await past.then(connection, authority_id, views.Until(position=pinned.position))
            tables = await view.tables(period, annual_tables.form_of(period, pinned.format))
            before = [each for each in history if each.originator_version < entry.originator_version]
            state = annual_report.replay(before, year)
            printed = taken_over.added_tables(tables, pinned.format, state.taken_over)
        except (Refusal, EntryUnreadable, KeyError):
            continue  # an unreadable entry is reported separately
        if (printed.requests_table, printed.appeals_table) != (pinned.requests_table, pinned.appeals_table):
            what = f"{year}年度报告公布的表格与日志位置{pinned.position}处的日志不符"
            findings.add(
                at_entry(
                    "pinned_differs", entry.originator_id, entry.originator_version, entry.position, what
                )
            )


async def _histories(
    connection: Connection, authority_id: int, findings: Findings
) -> AsyncIterator[list[Recorded]]:
    """The requests one by one; one with an unreadable entry is reported and left out."""
    rows: list[Any] = []
    async for row in connection.cursor(SQL["select_log"], authority_id, prefetch=1000):
        if rows and row["stream"] != rows[0]["stream"]:
            for history in rejudging.readable(rows, findings):
                yield history
            rows = []
        if is_request(row["stream"]):
            rows.append(row)
    for history in rejudging.readable(rows, findings):
        yield history
