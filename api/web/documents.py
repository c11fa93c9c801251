"""Documents of a request: uploaded as a stream, downloaded as attachments; requests with the same content.

The body is the document itself, up to 20 MiB; its metadata is in the query. A download is never displayed by a browser:
it is an attachment without a media type, under a policy that runs no script.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Literal

import structlog
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import InternalServerException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import FromPath, SkipValidation
from litestar.response import Stream
from msgspec import Meta

from adapters.refusals import DocumentTooLarge
from adapters.register.recording.decoding import of_document
from adapters.register.recording.recording import Reply
from adapters.vault.blind_index import SameApplicant
from adapters.vault.documents import Download, Filed, Held, Upload
from api.web.body import drain, is_packed
from api.web.call_refusals import NotBytes, TooSlow
from api.web.headers import expected_version, idempotency_key
from api.web.query import Query
from api.web.request import ApiRequest, reference_of
from api.web.requests import SealedValuesQuery, note_reading
from api.web.responses import attachment, json
from domain.law.refusals import Malformed
from domain.request.file_events import LARGEST_DOCUMENT
from domain.values import Label

log = structlog.get_logger("taizhang.web")

OCTETS = "application/octet-stream"

GRACE = 30.0
SLOWEST = 32_768
"""Seconds that every upload has, and bytes a second required beyond: enough for a slow line, too little for an attack
that holds connections."""

_DRAIN_SECONDS = 10.0

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


class FiledHow(Query, frozen=True, kw_only=True):
    """Metadata of the document."""

    on: Annotated[date, Meta(description="入卷的日期，不早于收到申请之日")]
    document: Annotated[Label, Meta(description="材料的名称，在一件申请中不重复")]
    kind: Annotated[
        Literal["application", "identity", "consultation", "answer", "service", "appeal", "other"],
        Meta(description="材料的类别"),
    ]
    on_behalf_of: Annotated[Label | None, Meta(description="代谁登记")] = None


@post(
    "/requests/{reference:str}/documents",
    operation_id="fileDocument",
    summary="材料入卷",
    opt={"conflicts": True, "upload": OCTETS, "act": "handle"},
    request_max_body_size=LARGEST_DOCUMENT,
)
async def file_document(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[FiledHow]],
) -> Response[Reply]:
    """内容为材料原样（application/octet-stream），至多20 MiB，类型由内容识别。Idempotency-Key和If-Match同其他登记。"""
    named = reference_of(reference)
    key, seen = idempotency_key(request.scope), expected_version(request.scope)
    check_octets(request)
    with await request.register.documents.upload(code, named) as upload:
        await _take(request, upload)
        one = of_document(
            key,
            str(named),
            params.on_behalf_of,
            on=params.on,
            document=params.document,
            kind=params.kind,
            media_type=upload.media_type,
            size_bytes=upload.size,
            content=upload.digest,
        )
        with request.metrics.recording("document_filed", preview=False):
            reply = await request.register.documents.file(
                code,
                one,
                upload,
                actor=request.actor,
                expected_version=seen,
                permissions=request.caller.permissions,
            )
    request.checkpointer.grown(code)
    where = f"/api/v1/authorities/{code}/requests/{reply.reference}"
    return json(reply, status=201, headers={"ETag": f'"{reply.version}"', "Location": where})


async def _take(request: ApiRequest, upload: Upload) -> None:
    """Raises TooSlow, DocumentTooLarge, Malformed, DocumentNotAccepted."""
    async for piece in pieces_of(request):
        upload.feed(piece)
    upload.finish()


def check_octets(request: ApiRequest) -> None:
    """Raises NotBytes unless the media type is application/octet-stream."""
    if (request.header("content-type") or "").strip().lower() != OCTETS or is_packed(request):
        raise NotBytes


async def bytes_of(request: ApiRequest) -> bytes:
    """The whole body of a route that takes a file. Raises NotBytes, TooSlow, DocumentTooLarge."""
    check_octets(request)
    data = bytearray()
    async for piece in pieces_of(request):
        data += piece
    return bytes(data)


async def pieces_of(
    request: ApiRequest, too_large: type[Exception] = DocumentTooLarge
) -> AsyncIterator[bytes]:
    """The body in chunks. Raises TooSlow, or `too_large` beyond the limit of the route."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    size = 0
    pieces = request.stream()
    try:
        while True:
            async with asyncio.timeout_at(start + GRACE + size / SLOWEST):
                piece = await anext(pieces, None)
            if piece is None:
                return
            size += len(piece)
            yield piece
    except (TimeoutError, InternalServerException):  # the latter: the caller has disconnected
        raise TooSlow from None
    except RequestEntityTooLarge:
        await drain(request, _DRAIN_SECONDS, 2 * LARGEST_DOCUMENT)
        raise too_large from None


@get(
    "/requests/{reference:str}/documents",
    operation_id="listDocuments",
    summary="列出入卷材料",
    opt={"act": "read"},
)
async def documents_of(
    request: ApiRequest, code: FromPath[str], reference: FromPath[str]
) -> Response[list[Filed]]:
    """各件的名称、类型、大小；已销毁的注明。"""
    return json(await request.register.documents.of(code, reference_of(reference)))


@get(
    "/requests/{reference:str}/documents/{version:str}",
    operation_id="fetchDocument",
    summary="取出入卷材料",
    opt={"act": "read_personal", "media_type": OCTETS},
)
async def fetch_document(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    version: FromPath[str],
    params: NamedDependency[SkipValidation[SealedValuesQuery]],
) -> Stream:
    """version为入卷的那一条登记。内容作为附件原样给出，含个人信息的注意保密；查阅及其目的记入访问日志。"""
    named = reference_of(reference)
    if not version.isascii() or not version.isdigit() or len(version) > 7:
        raise Malformed(field="version：", problem="应为整数")
    found = await request.register.documents.open(code, named, int(version))
    await note_reading(request, code, named, params.purpose)
    log.info("document.read", authority=code, reference=str(named), version=int(version), actor=request.actor)
    return given_out(found)


def given_out(found: Download) -> Stream:
    """A document as an attachment without a media type, under a policy that runs no script."""
    headers = {
        **attachment(found.filename),
        "Content-Length": str(found.size),
        "Content-Security-Policy": SANDBOX,
    }
    return Stream(found.pieces(), media_type=OCTETS, headers=headers)


@post(
    "/document-checks",
    status_code=200,
    operation_id="checkDocument",
    summary="核对手中的文书是否为入卷的那一份",
    opt={"upload": OCTETS, "act": "read"},
    request_max_body_size=LARGEST_DOCUMENT,
)
async def check_document(request: ApiRequest, code: FromPath[str]) -> Response[list[Held]]:
    """内容为文件原样（application/octet-stream）。答复入卷这一份的各条登记；不是入卷的任何一份的，为空。不留存文件。"""
    return json(await request.register.documents.held(code, await bytes_of(request)))


@get(
    "/requests/{reference:str}/same-applicant",
    operation_id="listRequestsOfSameApplicant",
    summary="同一申请人的其他申请",
    opt={"act": "handle"},
)
async def same_applicant(
    request: ApiRequest, code: FromPath[str], reference: FromPath[str]
) -> Response[SameApplicant]:
    """证件号码或联系方式相同的其他申请，及收到之月的件数（含本件）；是否同一申请人由经办人核实。"""
    return json(await request.register.personal_data.same_applicant(code, reference_of(reference)))


HANDLERS = (file_document, documents_of, fetch_document, check_document, same_applicant)
