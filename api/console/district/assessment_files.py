"""Entering scores of an assessment from files: preview, then all or nothing is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from litestar import Response, post

from adapters.refusals import FileNotRead
from adapters.register.recording.decoding import convert
from adapters.register.register import Refused
from api.console import forms
from api.console.district.assessing import HOME, announced, sheet_at, shown
from api.console.district.list_files import LARGEST, sent_as_csv
from api.console.forms import Given, last
from api.console.frame import at, code_of, page, to
from api.console.recording import Problem
from api.console.reports.checking import MOST_BYTES, uploaded
from api.console.resuming import resumes
from api.today import today
from api.web.request import ApiRequest
from domain.authority.assessment import Assessment, place_of
from domain.authority.assessment_events import ScoreEntered
from domain.authority.events import AUTHORITY_STREAM
from projections.district import scores
from projections.district.scores import EnteredFault
from projections.report import judged

_FILES = HOME + "/files"
_FORM = 65_536


@post(_FILES, status_code=200, request_max_body_size=MOST_BYTES + _FORM, **at("assess"))
async def from_files(request: ApiRequest) -> Response[Any]:
    """Preview of a filled-in list and of units' reports; the files are not kept."""
    given = await forms.read(request)
    name = last(given, "name")[:200]
    found = await announced(request, name)
    units = await request.register.assessments.units(code_of(request), today())
    sent = await uploaded(request, "reports")
    if faults := [Problem("reports", each.file, each.fault) for each in sent if each.fault]:
        return await shown(request, name, faults)
    try:
        lines = scores.lines_of(await sent_as_csv(request, "entered"))
        previous = await uploaded(request, "previous") if sent else []
        batch = await asyncio.to_thread(judged.judge, sent, previous) if sent else None
        events = scores.from_files(lines, batch, found, units, today())
    except (EnteredFault, FileNotRead) as wrong:
        return await shown(request, name, [Problem("entered", "填写的评分", str(wrong))])
    if not events:
        return await shown(request, name, [Problem("entered", "填写的评分", "请选择文件")])
    return await _looked(request, given, found, events, units)


class _ToRecord(NamedTuple):
    """A score with names. now: the present score, if any."""

    unit: str
    indicator: str
    reason: str
    value: str
    evidence: str
    now: str


async def _looked(
    request: ApiRequest,
    given: Given,
    found: Assessment,
    events: Sequence[ScoreEntered],
    units: Mapping[str, str],
) -> Response[Any]:
    return await page(
        request, "assessment_files.html",
        name=found.name, key=last(given, "key")[:60], lines=scores.as_csv(events),
        rows=[_to_record(each, found, units) for each in events],
    )  # fmt: skip


def _to_record(event: ScoreEntered, assessment: Assessment, units: Mapping[str, str]) -> _ToRecord:
    indicator = next(each for each in assessment.indicators if each.code == event.indicator)
    reasons = {str(rule.measure): rule.called for rule in indicator.rules}
    present = assessment.by_place.get(place_of([assessment], event))
    return _ToRecord(
        units.get(event.unit, event.unit),
        indicator.name,
        reasons.get(event.measure or "", ""),
        event.value or "",
        event.evidence,
        (present.value if present else None) or "",
    )


@post(_FILES + "/record", status_code=200, request_max_body_size=2 * LARGEST + _FORM, **at("assess"))
async def record_files(request: ApiRequest) -> Response[Any]:
    """The content of the files, as previewed."""
    given, code = await forms.read(request), code_of(request)
    name, key = last(given, "name")[:200], last(given, "key")[:60]
    try:
        events, _, _ = await _as_shown(request, given)
        recordings = [
            convert({"id": f"{key}-{nth}", "stream": AUTHORITY_STREAM, "event": msgspec.to_builtins(each)})
            for nth, each in enumerate(events)
        ]
        await request.register.record_all(
            code, recordings, actor=request.actor, permissions=request.caller.permissions
        )
    except EnteredFault as wrong:
        return await shown(request, name, [Problem("entered", "填写的评分", str(wrong))])
    except Refused as refused:
        return await shown(request, name, [Problem("", "", str(each.refusal)) for each in refused.problems])
    request.checkpointer.grown(code)
    return to(f"{sheet_at(name)}&done={len(recordings)}&recorded={len(recordings)}")


async def _as_shown(
    request: ApiRequest, given: Given
) -> tuple[Sequence[ScoreEntered], Assessment, Mapping[str, str]]:
    """The carried content, its assessment, and the names of units. Raises EnteredFault, Malformed."""
    units = await request.register.assessments.units(code_of(request), today())
    found = await announced(request, last(given, "name")[:200])
    lines = scores.lines_of(last(given, "lines").encode())
    return scores.filled_in(lines, found, units, today()), found, units


@resumes(_FILES + "(?P<confirming>/record)?")
async def _resume(request: ApiRequest, given: Given, confirming: str | None) -> Response[Any]:
    name = last(given, "name")[:200]
    if not confirming or not last(given, "lines"):
        return to(sheet_at(name) if name else HOME)
    events, found, units = await _as_shown(request, given)
    return await _looked(request, given, found, events, units)


HANDLERS = (from_files, record_files)
