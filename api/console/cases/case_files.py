"""Downloading the file of a case, for a purpose."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from adapters.refusals import CaseFileTooLarge, NotPrintable
from api.console import forms
from api.console.cases.cases import PURPOSES
from api.console.forms import last
from api.console.frame import at, code_of, page
from api.web.case_files import given_out
from api.web.request import ApiRequest, reference_of
from api.web.requests import note_reading
from domain.values import Reference

_PATH = "/requests/{reference:str}/case-file"


@get(_PATH, **at("read_personal"))
async def ask_what_for(request: ApiRequest, reference: FromPath[str]) -> Response[Any]:
    """Purpose and format."""
    named = reference_of(reference)
    async with request.view(code_of(request)) as view:
        await view.request(named)
    return await _purpose_page(request, named, "")


@post(_PATH, status_code=200, **at("read_personal"))
async def take_case_file(request: ApiRequest, reference: FromPath[str]) -> Response[Any] | Stream:
    """Write to the access log, then send the attachment."""
    named, given, code = reference_of(reference), await forms.read(request), code_of(request)
    bound, internal = last(given, "as") != "zip", last(given, "internal") == "true"
    purpose = forms.purpose(given)
    async with request.case_files.taken():
        await note_reading(request, code, named, purpose)
        try:
            found = await request.register.case_files.gather(code, named, internal=internal, bound=bound)
        except (CaseFileTooLarge, NotPrintable) as refusal:
            return await _purpose_page(request, named, str(refusal))
        return await given_out(found, "pdf" if bound else "zip")


async def _purpose_page(request: ApiRequest, named: Reference, problem: str) -> Response[Any]:
    return await page(
        request,
        "case_file.html",
        status=422 if problem else 200,
        reference=str(named),
        problem=problem,
        purposes=PURPOSES,
    )


HANDLERS = (ask_what_for, take_case_file)
