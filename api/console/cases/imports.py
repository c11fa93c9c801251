"""Importing an earlier register: upload, columns and rows, recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath

from api.console import forms
from api.console.cases import import_columns
from api.console.forms import last
from api.console.frame import at, code_of, page, to
from api.console.recording import Problem
from api.web.imports import MOST_ROWS, ImportReply, bring_in, number_of, read, read_list, take_back
from api.web.request import ApiRequest
from domain.law.refusals import Refusal
from domain.request.file_events import LARGEST_DOCUMENT
from projections.importing.columns import (
    ColumnMapping,
    MappingFault,
    likely_headings,
    read_mapping,
    write_mapping,
)
from projections.importing.headings import title

_FORM = 131_072
_SHOWN = 200
"""Rows with problems, and as many with remarks, on a page."""


@get("/imports", **at("handle"))
async def import_form(request: ApiRequest) -> Response[Any]:
    """导入原台账。"""
    return await _shown(request, [], _Seen())


@post("/imports", status_code=200, request_max_body_size=LARGEST_DOCUMENT + _FORM, **at("handle"))
async def bring(request: ApiRequest) -> Response[Any]:
    """Preview, or record; only a file that was previewed, with the same bytes and mapping, is recorded."""
    given, code = await forms.read(request), code_of(request)
    files = forms.files(request).get("file", [])
    seen = _Seen(base=last(given, "base").replace("\r\n", "\n"))
    if len(files) != 1 or not files[0].filename:
        return await _shown(request, [Problem("file", "原台账", "请选择文件")], seen)
    data = await files[0].read()
    commit = last(given, "step") == "commit"
    partial = last(given, "partial") == "true"
    try:
        mapping = import_columns.chosen(given)
        reading = await read(request, data, mapping)
        as_seen = (reading.digest, write_mapping(reading.mapping)) == (last(given, "seen"), seen.base)
        found = await bring_in(request, code, reading, commit=commit and as_seen, partial=partial)
    except (Refusal, MappingFault) as fault:
        return await _shown(
            request, [Problem("file", "原台账", str(fault))], await _unread(request, seen, data)
        )
    seen = _Seen(found, import_columns.unknown(reading.rows))
    if commit and not as_seen:
        why = "所选的文件或各栏的对应与刚才看过的不同，没有登记；请看过再登记"
        return await _shown(request, [Problem("file", "原台账", why)], seen)
    return await _shown(request, [], seen, tried=commit)


async def _unread(request: ApiRequest, seen: _Seen, data: bytes) -> _Seen:
    """The headings of a file that was read but not recognised, to be mapped."""
    try:
        book = await read_list(request, data)
    except Refusal:
        return seen
    return seen._replace(headings=likely_headings(book.sheets))


@post("/imports/{number:str}/annulment", status_code=200, **at("handle"))
async def take_back_batch(request: ApiRequest, number: FromPath[str]) -> Response[Any]:
    """Annul an import as a whole."""
    await forms.read(request)
    try:
        await take_back(request, code_of(request), number_of(number))
    except Refusal as refusal:
        return await _shown(request, [Problem("", "", str(refusal))], _Seen())
    return to("/imports")


class _Seen(NamedTuple):
    """What was read from a file. words: its unknown words. headings: given if none of them is known."""

    found: ImportReply | None = None
    words: Sequence[import_columns.Word] = ()
    headings: Sequence[str] = ()
    base: str = ""


async def _shown(
    request: ApiRequest, problems: list[Problem], seen: _Seen, *, tried: bool = False
) -> Response[Any]:
    found = seen.found
    rows = found.rows if found else []
    mapping = read_mapping(found.mapping) if found else ColumnMapping(columns={})
    return await page(
        request,
        "imports.html",
        status=422 if problems else 200,
        problems=problems,
        found=found,
        tried=tried,
        base=found.mapping if found else seen.base,
        mapping=mapping,
        columns=import_columns.columns(found.columns) if found else import_columns.of_headings(seen.headings),
        meanings=import_columns.meanings(),
        words=seen.words,
        defaults=[(each, title(each), import_columns.choices(each)) for each in import_columns.DEFAULTS],
        refused=[each for each in rows if each.problems][:_SHOWN],
        remarked=[each for each in rows if not each.problems and (each.assumed or each.noted)][:_SHOWN],
        changed=[each for each in rows if each.state == "changed"][:_SHOWN],
        new=[each for each in rows if each.state == "new"][:_SHOWN],
        batches=list(reversed(await request.register.imports.imports(code_of(request)))),
        most=MOST_ROWS,
        largest=LARGEST_DOCUMENT // 1_048_576,
    )


HANDLERS = (import_form, bring, take_back_batch)
