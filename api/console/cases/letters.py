"""Letters of a case: downloading for a purpose, or filing with the case."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from adapters.register.papers.letters import Offered
from api.console import forms
from api.console.cases.cases import PURPOSES
from api.console.forms import last
from api.console.frame import at, code_of, me, page, to
from api.rendering import letter_as
from api.today import today
from api.web.call_refusals import NoSuchAddress
from api.web.letters import letter_file
from api.web.request import ApiRequest, reference_of
from api.web.requests import note_reading
from domain.law.refusals import Refusal
from domain.values import Reference

_PATH = "/requests/{reference:str}/letters/{kind:str}/{version:str}"


@get(_PATH, **at("read_personal"))
async def ask_what_for(
    request: ApiRequest, reference: FromPath[str], kind: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Purpose and format."""
    named = reference_of(reference)
    return await _asked(request, named, await _found(request, named, kind, version), [])


@post(_PATH, status_code=200, **at("read_personal"))
async def take_letter(
    request: ApiRequest, reference: FromPath[str], kind: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Write to the access log and send the attachment; or file the letter and return to the case."""
    named, given, code = reference_of(reference), await forms.read(request), code_of(request)
    wanted = await _found(request, named, kind, version)
    as_, letters = last(given, "as"), request.register.letters
    purpose = forms.purpose(given)
    await note_reading(request, code, named, purpose)
    try:
        if as_ == "file" and (await me(request)).may("handle"):
            with request.metrics.recording("document_filed", preview=False):
                filed = await letters.file(
                    code,
                    named,
                    kind,
                    wanted.version,
                    on=today(),
                    actor=request.actor,
                    permissions=request.caller.permissions,
                )
            request.checkpointer.grown(code)
            return to(f"/requests/{named}?done={filed.version}")
        if as_ == "docx":
            composed = await letters.compose(code, named, kind, wanted.version)
            return letter_file(letter_as(composed, "docx"), "docx", f"{named}-{kind}")
        data, _ = await letters.pdf(code, named, kind, wanted.version)
        return letter_file(data, "pdf", f"{named}-{kind}")
    except Refusal as refusal:
        return await _asked(request, named, wanted, [str(refusal)])


async def _found(request: ApiRequest, named: Reference, kind: str, version: str) -> Offered:
    offered = await request.register.letters.offered(code_of(request), named)
    found = [each for each in offered if each.kind == kind and str(each.version) == version]
    if not found:
        raise NoSuchAddress
    return found[0]


async def _asked(
    request: ApiRequest, named: Reference, letter: Offered, problems: list[str]
) -> Response[Any]:
    return await page(
        request,
        "letter.html",
        status=422 if problems else 200,
        reference=str(named),
        letter=letter,
        problems=problems,
        purposes=PURPOSES,
    )


HANDLERS = (ask_what_for, take_letter)
