"""The year compiled by itself: from 1 January on, for every authority, whichever process comes first.

What is due is asked of the log, so no timer can be lost. A compilation is a recording like any other: the head row
that it locks lets one process at a time, and its id lets it be recorded once. A process that dies holds no lock and
is replaced by any other at its next look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import structlog

from adapters.postgres.database import DatabaseUnavailable
from adapters.refusals import IdempotencyKeyReused, VersionConflict
from adapters.register.recording import Recording
from adapters.register.register import Register
from api.today import today
from domain.authority.authority import Authority
from domain.law.refusals import Refusal
from domain.report import annual_report
from domain.report.events import ReportCompiled
from projections.report.summary import ReportDue

log = structlog.get_logger("taizhang.compiling")

LOOK = 2.0
"""Seconds between looks; an office that is done for the year is looked at no more."""


async def due(
    register: Register, on: date, seen: Callable[[Authority], bool | None] = lambda _: True
) -> list[ReportDue]:
    """Last year's reports that are not published yet, by the last day to publish them.

    seen: of an office None if it is not to be listed; False if what its checks found of the draft is not to be shown.
    """
    found = []
    for code in await register.authorities():
        async with register.reports(code) as reports:
            whole = seen(reports.view.authority)
            if whole is not None and (each := await reports.due(on, whole=whole)) is not None:
                found.append(each)
    return sorted(found, key=lambda each: (each.due_on, each.authority_code))


async def compile_due(register: Register, code: str, on: date) -> bool | None:
    """Compile the office's last year if nobody has. True if it was done here, None if that must be looked at again."""
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
        return None  # somebody recorded meanwhile
    log.info("report.compiled", authority=code, year=year)
    return True


class Compiler:
    """In the background of `serve` and `worker`. day: the day it is."""

    def __init__(self, day: Callable[[], date] = today) -> None:
        self._day = day
        self._done: set[tuple[str, int]] = set()

    async def run(
        self, register: Register, sealed: Callable[[str], Awaitable[object] | None] = lambda _: None
    ) -> None:
        """Until cancelled. sealed: told of each office whose log has grown. A failure is logged and tried again."""
        while True:
            try:
                await register.announce()
                await self.look(register, sealed)
            except DatabaseUnavailable as wrong:
                log.warning("compiling.unavailable", reason=type(wrong.__cause__).__name__)
            await asyncio.sleep(LOOK)

    async def look(
        self, register: Register, sealed: Callable[[str], Awaitable[object] | None] = lambda _: None
    ) -> list[str]:
        """One look at every office that is not done. Returns those compiled here."""
        on, compiled = self._day(), []
        for code in await register.authorities():
            if (code, on.year) in self._done:
                continue
            try:
                done = await compile_due(register, code, on)
                if done:
                    compiled.append(code)
                    if (waiting := sealed(code)) is not None:
                        await waiting
                if done is not None:
                    self._done.add((code, on.year))
            except Refusal as refusal:
                self._done.add((code, on.year))
                log.error("compiling.refused", authority=code, year=on.year - 1, code=refusal.code)
        return compiled
