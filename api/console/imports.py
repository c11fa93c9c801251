"""An earlier register brought in on pages: the file, what its columns and rows are, and then recorded."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console import forms
from api.console.forms import last
from api.console.frame import at, code_of, page, to
from api.console.recording import Problem
from api.web.imports import MOST_ROWS, ImportReply, bring_in, number_of, read, take_back
from api.web.request import ApiRequest
from domain.law.refusals import Refusal
from domain.request.file_events import LARGEST_DOCUMENT
from projections.importing.columns import write_mapping

_FORM = 131_072
_SHOWN = 200
"""Rows with problems, and as many with remarks, on a page."""


@get("/imports", **at("handle"))
async def import_form(request: ApiRequest) -> Response[Any]:
    """导入原台账。"""
    return await _shown(request, [], None, "")


@post("/imports", status_code=200, request_max_body_size=LARGEST_DOCUMENT + _FORM, **at("handle"))
async def bring(request: ApiRequest) -> Response[Any]:
    """Looked at first: recorded is only a file that was shown before, the same to the byte and with the same mapping."""
    given, code = await forms.read(request), code_of(request)
    mapping, files = last(given, "mapping"), forms.files(request).get("file", [])
    if len(files) != 1 or not files[0].filename:
        return await _shown(request, [Problem("file", "原台账", "请选择文件")], None, mapping)
    data = await files[0].read()
    commit = last(given, "step") == "commit"
    partial = last(given, "partial") == "true"
    try:
        reading = await read(request, data, mapping)
        seen = last(given, "seen"), last(given, "seen_mapping").replace("\r\n", "\n")
        as_seen = (reading.digest, write_mapping(reading.mapping)) == seen
        found = await bring_in(request, code, reading, commit=commit and as_seen, partial=partial)
    except Refusal as refusal:
        return await _shown(request, [Problem("file", "原台账", str(refusal))], None, mapping)
    if commit and not as_seen:
        why = "所选的文件或各栏的对应与刚才看过的不同，没有登记；请看过再登记"
        return await _shown(request, [Problem("file", "原台账", why)], found, found.mapping)
    return await _shown(request, [], found, found.mapping, tried=commit)


@post("/imports/{number:str}/annulment", status_code=200, **at("handle"))
async def take_back_batch(request: ApiRequest, number: FromPath[str]) -> Response[Any]:
    """All of a batch or nothing."""
    await forms.read(request)
    try:
        await take_back(request, code_of(request), number_of(number))
    except Refusal as refusal:
        return await _shown(request, [Problem("", "", str(refusal))], None, "")
    return to("/imports")


async def _shown(
    request: ApiRequest,
    problems: list[Problem],
    found: ImportReply | None,
    mapping: str,
    *,
    tried: bool = False,
) -> Response[Any]:
    rows = found.rows if found else []
    return await page(
        request,
        "imports.html",
        status=422 if problems else 200,
        problems=problems,
        found=found,
        mapping=mapping,
        tried=tried,
        refused=[each for each in rows if each.problems][:_SHOWN],
        remarked=[each for each in rows if not each.problems and (each.assumed or each.noted)][:_SHOWN],
        changed=[each for each in rows if each.state == "changed"][:_SHOWN],
        new=[each for each in rows if each.state == "new"][:_SHOWN],
        batches=list(reversed(await request.register.imports.imports(code_of(request)))),
        most=MOST_ROWS,
        largest=LARGEST_DOCUMENT // 1_048_576,
    )


HANDLERS = (import_form, bring, take_back_batch)
