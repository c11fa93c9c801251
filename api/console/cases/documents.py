"""Uploading documents of a request, and downloading them for a purpose, always as attachments."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from adapters.refusals import DocumentNotAccepted
from adapters.register.recording.decoding import of_document
from adapters.vault.media_types import WORDS
from api.console import forms
from api.console.cases.cases import PURPOSES
from api.console.forms import Given, last
from api.console.frame import at, code_of, number_of, page, to
from api.console.offers import Chosen
from api.console.recording import Problem
from api.console.resuming import resumes
from api.today import today
from api.web.call_refusals import NoSuchAddress
from api.web.documents import given_out
from api.web.request import ApiRequest, reference_of
from api.web.requests import note_reading
from domain.law.refusals import Refusal
from domain.request.file_events import LARGEST_DOCUMENT
from domain.values import Reference
from projections.event_forms import form_of, missing
from projections.typed_days import iso_day

_PIECE = 262_144
_FORM = 65_536
"""Maximum bytes of the other fields."""
_AGAIN = Problem("file", "文件", "请再选一次文件，刚才的没有入卷")
"""Hint after an error: browsers do not keep the chosen file."""


@get("/requests/{reference:str}/documents", **at("handle"))
async def document_form(request: ApiRequest, reference: FromPath[str]) -> Response[Any]:
    """材料入卷。"""
    return await _shown(request, reference_of(reference), {"on": [today().isoformat()]}, [])


async def _shown(
    request: ApiRequest, named: Reference, given: Given, problems: list[Problem], *, status: int = 422
) -> Response[Any]:
    """The form to file a document. status: of the reply if there are problems."""
    documents = await request.register.documents.of(code_of(request), named)
    return await page(
        request,
        "document.html",
        status=status if problems else 200,
        reference=str(named),
        form=form_of("document_filed"),
        given=given,
        problems=problems,
        at_field={each.name: each.text for each in problems},
        documents=documents,
        key=last(given, "key") or str(uuid4()),
        chosen=Chosen(),
        largest=LARGEST_DOCUMENT // 1_048_576,
        accepted=WORDS,
    )


@post(
    "/requests/{reference:str}/documents",
    status_code=200,
    request_max_body_size=LARGEST_DOCUMENT + _FORM,
    **at("handle"),
)
async def file_document(request: ApiRequest, reference: FromPath[str]) -> Response[Any]:
    """File a document with its event, both or neither."""
    named, given, code = reference_of(reference), await forms.read(request), code_of(request)
    problems = [
        Problem(each.name, each.label, "请选择" if each.choices else "请填写")
        for each in missing(form_of("document_filed"), given)
    ]
    sent = next(iter(forms.files(request).get("file", [])), None)
    if sent is None or not sent.filename:
        problems.append(Problem("file", "文件", "请选择要入卷的文件"))
    elif problems:
        problems.append(_AGAIN)
    if problems or sent is None:
        return await _shown(request, named, given, problems)
    try:
        with await request.register.documents.upload(code, named) as upload:
            while piece := await sent.read(_PIECE):
                upload.feed(piece)
            upload.finish()
            one = of_document(
                last(given, "key") or str(uuid4()),
                str(named),
                None,
                on=iso_day(last(given, "on").strip()),
                document=last(given, "document").strip(),
                kind=last(given, "kind"),
                media_type=upload.media_type,
                size_bytes=upload.size,
                content=upload.digest,
            )
            with request.metrics.recording("document_filed", preview=False):
                reply = await request.register.documents.file(
                    code, one, upload, actor=request.actor, permissions=request.caller.permissions
                )
    except DocumentNotAccepted as refusal:
        return await _shown(request, named, given, [Problem("file", "文件", str(refusal))])
    except Refusal as refusal:
        return await _shown(request, named, given, [Problem("", "", str(refusal)), _AGAIN])
    request.checkpointer.grown(code)
    return to(f"/requests/{named}?done={reply.version}")


@resumes(r"/requests/(?P<reference>\d{4}-\d{4,9})/documents")
async def _resume_document(request: ApiRequest, given: Given, reference: str) -> Response[Any]:
    return await _shown(request, reference_of(reference), given, [_AGAIN], status=200)


@get("/requests/{reference:str}/documents/{version:str}", **at("read_personal"))
async def ask_purpose(request: ApiRequest, reference: FromPath[str], version: FromPath[str]) -> Response[Any]:
    """Ask for the purpose before a download."""
    named = reference_of(reference)
    documents = await request.register.documents.of(code_of(request), named)
    found = [each for each in documents if str(each.version) == version]
    if not found:
        raise NoSuchAddress
    return await page(request, "take_out.html", reference=str(named), document=found[0], purposes=PURPOSES)


@post("/requests/{reference:str}/documents/{version:str}", status_code=200, **at("read_personal"))
async def take_out(request: ApiRequest, reference: FromPath[str], version: FromPath[str]) -> Stream:
    """Write to the access log, then send the attachment."""
    named, given, code = reference_of(reference), await forms.read(request), code_of(request)
    purpose = forms.purpose(given)
    found = await request.register.documents.open(code, named, number_of(version))
    await note_reading(request, code, named, purpose)
    return given_out(found)


HANDLERS = (document_form, file_document, ask_purpose, take_out)
