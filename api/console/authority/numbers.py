"""Document numbers of a year: the next of each series, used ones, gaps and their reasons; and whether a file is a filed
letter."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from msgspec import Meta

from adapters.vault.documents import Held
from api.console import forms, recording
from api.console.authority.streams import given_in, of_stream
from api.console.forms import Given, query_of
from api.console.frame import at, code_of, page
from api.console.recording import Occasion
from api.console.resuming import resumes
from api.today import today
from api.web.request import ApiRequest
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.number_events import LAST_SERIAL
from domain.request.file_events import LARGEST_DOCUMENT
from domain.values import FIRST_YEAR, LAST_YEAR

_HOME, _EVENT = "/requests/numbers", "number_gap_explained"
_FORM = 65_536


class NumbersQuery(msgspec.Struct, frozen=True):
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    after: Annotated[int, Meta(ge=0, le=LAST_SERIAL)] = 0


@get(_HOME, **at("read"))
async def numbers(request: ApiRequest) -> Response[Any]:
    """文号。"""
    query = query_of(request, NumbersQuery)
    return await _shown(request, query.year or today().year, query.after)


@post(_HOME, status_code=200, request_max_body_size=LARGEST_DOCUMENT + _FORM, **at("read"))
async def held_in_hand(request: ApiRequest) -> Response[Any]:
    """Whether the file is one that was filed; it is kept nowhere."""
    await forms.read(request)
    sent = [each for each in forms.files(request).get("file", []) if each.filename]
    found = await request.register.documents.held(code_of(request), await sent[0].read()) if sent else None
    return await _shown(request, today().year, 0, checked=bool(sent), held=found or [])


async def _shown(
    request: ApiRequest, year: int, after: int, *, checked: bool = False, held: list[Held] | None = None
) -> Response[Any]:
    found = await request.register.letters.numbers(code_of(request), year, after=after)
    return await page(request, "numbers.html", year=year, series=found, checked=checked, held=held or [])


async def _of_gap(request: ApiRequest) -> Occasion:
    return await of_stream(request, AUTHORITY_STREAM, _EVENT, _HOME, "文号")


@get(f"{_HOME}/{_EVENT}", **at("handle"))
async def gap_form(request: ApiRequest) -> Response[Any]:
    """说明缺号。"""
    occasion = await _of_gap(request)
    return await recording.show(request, occasion, given_in(request, occasion.form))


@post(f"{_HOME}/{_EVENT}/form", status_code=200, **at("handle"))
async def gap_again(request: ApiRequest) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    return await recording.show(request, await _of_gap(request), await forms.read(request))


@post(f"{_HOME}/{_EVENT}/preview", status_code=200, **at("handle"))
async def preview_gap(request: ApiRequest) -> Response[Any]:
    """Preview."""
    return await recording.preview(request, await _of_gap(request))


@post(f"{_HOME}/{_EVENT}", status_code=200, **at("handle"))
async def record_gap(request: ApiRequest) -> Response[Any]:
    """Record."""
    return await recording.confirm(request, await _of_gap(request))


@resumes(rf"{_HOME}/{_EVENT}(/form|/preview)?")
async def _resume_gap(request: ApiRequest, given: Given) -> Response[Any]:
    return await recording.show(request, await _of_gap(request), given)


HANDLERS = (numbers, held_in_hand, gap_form, gap_again, preview_gap, record_gap)
