"""Judging reports of any authority by upload: what does not tie, what is blank, what could not be read."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from litestar import Response, get, post

from adapters.report_files.office_zip import ReportFileFault
from api.console import forms
from api.console.frame import at, page
from api.console.recording import Problem
from api.web.auth import CALLER
from api.web.request import ApiRequest
from projections.report import checks
from projections.report.checks import ReportFinding

MOST_BYTES = 20_000_000
_FORM = 65_536


class Judged(NamedTuple):
    """What was found in a file. assumed, unread: what had to be taken for granted, and what could not be read."""

    name: str
    errors: list[ReportFinding]
    warnings: list[ReportFinding]
    assumed: tuple[str, ...]
    unread: tuple[str, ...]


@get("/check", **at(CALLER))
async def check_form(request: ApiRequest) -> Response[Any]:
    """核对年度报告。"""
    return await page(request, "check.html", problems=[], judged=None)


@post("/check", status_code=200, request_max_body_size=2 * MOST_BYTES + _FORM, **at(CALLER))
async def check(request: ApiRequest) -> Response[Any]:
    """The file is judged and kept nowhere."""
    await forms.read(request)
    sent = forms.files(request)
    problems: list[Problem] = []
    read: dict[str, tuple[bytes, str]] = {}
    for name in ("file", "previous"):
        if (upload := sent.get(name)) is not None and upload.filename:
            read[name] = (await upload.read(), upload.filename)
    if "file" not in read:
        problems.append(Problem("file", "要核对的报告", "请选择文件"))
        return await page(request, "check.html", status=422, problems=problems, judged=None)
    try:
        judged = await asyncio.to_thread(_judge, read["file"], read.get("previous"))
    except ReportFileFault as fault:
        problems.append(Problem("file", "文件不能读出", str(fault)))
        return await page(request, "check.html", status=422, problems=problems, judged=None)
    return await page(request, "check.html", problems=[], judged=judged)


def _judge(file: tuple[bytes, str], previous: tuple[bytes, str] | None) -> Judged:
    """Raises ReportFileFault."""
    from adapters.report_files import reader  # noqa: PLC0415 - readers of other programs' files, loaded when first asked for

    typed = reader.read(*file)
    found = checks.check_typed(typed, reader.read(*previous) if previous else None)
    wrong = checks.errors_in(found)
    rest = [each for each in found if each not in wrong]
    return Judged(file[1], list(wrong), rest, tuple(typed.assumed), tuple(typed.unread))


HANDLERS = (check_form, check)
