"""Compiles last year's report of every authority from 1 January on.

What is due is read from the log, not kept in timers. A compilation is a recording like any other: it locks the head row
of the authority, and its idempotency key lets only one process record it. If a process dies, another takes over at its
next query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import structlog

from adapters.postgres.database import DatabaseUnavailable
from adapters.refusals import IdempotencyKeyReused, VersionConflict
from adapters.register.reading import reports_due
from adapters.register.recording.recording import Recording
from adapters.register.register import Register
from api.today import today
from domain.authority.authority import Authority
from domain.law.refusals import Refusal
from domain.report import annual_report
from domain.report.events import ReportCompiled
from projections.report.summary import ReportDue

log = structlog.get_logger("taizhang.compiling")

POLL_INTERVAL = 2.0
"""Seconds between queries; an authority whose year is compiled is not queried again."""


async def due(
    register: Register, on: date, seen: Callable[[Authority], bool | None] = lambda _: True
) -> list[ReportDue]:
    """Reports of past years that are to be published, ordered by the last day for that, corrected editions last.

    seen: called with each authority; None leaves it out, False leaves out the findings on its draft.
    """
    found: list[ReportDue] = []
    for code in await register.authorities():
        async with register.reports(code) as reports:
            whole = seen(reports.view.authority)
            if whole is not None:
                found += await reports_due.due(reports, on, whole=whole)
    return sorted(found, key=lambda each: (each.due_on or date.max, each.authority_code, each.year))


async def compile_due(register: Register, code: str, on: date) -> bool | None:
    """Compile the authority's last year if that has not been done. True if this call did it, None if it must be tried again."""
    year = on.year - 1
    async with register.reports(code, checked=False) as reports:
        state, authority = await reports.state(year), reports.view.authority
    if (
        state.stage != "open"
        or authority.complete_since > state.period.first
        or not authority.owes_report(year, on)
    ):
        return False
    recording = Recording(
        id=f"{annual_report.PROGRAM}/{annual_report.stream_of(year)}/compiled",
        stream=annual_report.stream_of(year),
        event=ReportCompiled(on),
    )
    try:
        await register.record(code, recording, actor=annual_report.PROGRAM, expected_version=state.version)
    except (VersionConflict, IdempotencyKeyReused):
        return None  # another recording came first
    log.info("report.compiled", authority=code, year=year)
    return True


class Compiler:
    """Runs in `serve` and `worker`. day: returns today."""

    def __init__(self, day: Callable[[], date] = today) -> None:
        self._day = day
        self._done: set[tuple[str, int]] = set()

    async def run(
        self, register: Register, grown: Callable[[str], Awaitable[object] | None] = lambda _: None
    ) -> None:
        """Run until cancelled. grown: called with each authority whose log has grown. A failure is logged and tried again."""
        while True:
            try:
                await register.announce()
                await self.look(register, grown)
            except DatabaseUnavailable as wrong:
                log.warning("compiling.unavailable", reason=type(wrong.__cause__).__name__)
            await asyncio.sleep(POLL_INTERVAL)

    async def look(
        self, register: Register, grown: Callable[[str], Awaitable[object] | None] = lambda _: None
    ) -> list[str]:
        """Query every authority that is not done. Returns those compiled by this call."""
        on, compiled = self._day(), []
        for code in await register.authorities():
            if (code, on.year) in self._done:
                continue
            try:
                done = await compile_due(register, code, on)
                if done:
                    compiled.append(code)
                    if (waiting := grown(code)) is not None:
                        await waiting
                if done is not None:
                    self._done.add((code, on.year))
            except Refusal as refusal:
                self._done.add((code, on.year))
                log.error("compiling.refused", authority=code, year=on.year - 1, code=refusal.code)
        return compiled
