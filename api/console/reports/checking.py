"""Checking uploaded reports of any authority: failed identities, blanks, unread parts."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import Any

import msgspec
from litestar import Response, get, post

from adapters.render import feedback
from api.console import forms
from api.console.cases.requests import XLSX
from api.console.forms import last
from api.console.frame import at, page
from api.console.recording import Problem
from api.today import today
from api.web.auth import CALLER
from api.web.checks import FileReaders
from api.web.request import ApiRequest
from domain.law.refusals import Malformed
from domain.request.file_events import LARGEST_DOCUMENT
from projections.report import checks, judged
from projections.report.judged import Batch, Judged, Source

MOST_FILES = 20
MOST_BYTES = 60_000_000
"""Maximum bytes of all files of an upload."""
_FORM = 65_536
_MOST_FOUND = 20_000_000
"""Maximum bytes of the findings, which the page carries for the workbook, since nothing is kept here."""


@get("/check", **at(CALLER))
async def check_form(request: ApiRequest) -> Response[Any]:
    """核对年度报告。"""
    return await _shown(request, [])


@post("/check", status_code=200, request_max_body_size=MOST_BYTES + _FORM, **at(CALLER))
async def check(request: ApiRequest) -> Response[Any]:
    """Check the files, which are not kept."""
    await forms.read(request)
    files = [await uploaded(request, name) for name in ("file", "previous")]
    if not files[0]:
        return await _shown(request, [Problem("file", "要核对的报告", "请选择文件")])
    batch = await asyncio.to_thread(judged.judge, *files)
    faults = [Problem("file", each.file, each.fault) for each in batch.reports if each.fault]
    faults += [Problem("previous", each.file, each.fault) for each in files[1] if each.fault]
    return await _shown(request, faults, batch)


async def uploaded(request: ApiRequest, field: str) -> list[Source]:
    """The reports of a field of the form, each read in a process of its own. Raises Malformed, Unavailable."""
    readers: FileReaders = request.app.state.readers
    found = []
    sent = [each for each in forms.files(request).get(field, []) if each.filename]
    if len(sent) > MOST_FILES:
        raise Malformed(field="", problem=f"一次至多核对{MOST_FILES}份报告")
    for each in sent:
        name, data = PurePath(each.filename).name[:200], await each.read()
        if len(data) > LARGEST_DOCUMENT:
            found.append(Source(name, None, "文件超过20 MiB"))
            continue
        found.append(await readers.read(data, name))
    return found


class Section(msgspec.Struct, frozen=True):
    """The findings of one file, errors first."""

    report: Judged
    errors: list[Any]
    warnings: list[Any]


async def _shown(request: ApiRequest, problems: list[Problem], batch: Batch | None = None) -> Response[Any]:
    sections = []
    for each in batch.reports if batch else ():
        if each.fault is None:
            errors = list(checks.errors_in(each.open))
            sections.append(Section(each, errors, [one for one in each.open if one not in errors]))
    return await page(
        request,
        "check.html",
        status=422 if problems and not sections else 200,
        problems=problems,
        sections=sections,
        batch=batch,
        headings=judged.HEADINGS,
        summary=[judged.summary(each) for each in batch.reports] if batch else [],
        found=msgspec.json.encode(batch).decode() if batch else "",
        most=MOST_FILES,
    )


@post("/check/workbook", status_code=200, request_max_body_size=_MOST_FOUND, **at(CALLER))
async def workbook(request: ApiRequest) -> Response[bytes]:
    """The findings as a workbook to send back: a summary, all findings, and a sheet for each unit."""
    given = await forms.read(request)
    try:
        batch = msgspec.json.decode(last(given, "found"), type=Batch)
    except (msgspec.DecodeError, RecursionError):
        raise Malformed(field="", problem="核对的结果不能读出，请重新核对") from None
    data = await asyncio.to_thread(feedback.render, batch, today())
    return Response(
        data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="findings.xlsx"'}
    )


HANDLERS = (check_form, check, workbook)
