"""The file of a case over HTTP: one bound PDF, or a zip archive streamed as its papers are read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Stream
from msgspec import Meta

from adapters.register.papers.case_files import CaseFile
from api.web.documents import SANDBOX
from api.web.request import ApiRequest, reference_of
from api.web.requests import SealedValuesQuery, note_reading
from api.web.responses import attachment

CaseFileKind = Literal["pdf", "zip"]
MEDIA_TYPES: dict[CaseFileKind, str] = {"pdf": "application/pdf", "zip": "application/zip"}


class CaseFileQuery(SealedValuesQuery, frozen=True, kw_only=True):
    """Format, and purpose of the access."""

    as_: Annotated[CaseFileKind, Meta(description="pdf合为一册并编页号；zip为各件原件和各条登记的回执")]
    internal: Annotated[bool, Meta(description="含副卷：文稿和审核、批准意见")] = False


@get(
    "/requests/{reference:str}/case-file",
    operation_id="fetchCaseFile",
    summary="卷宗",
    opt={"act": "read_personal", "files": tuple(MEDIA_TYPES.values()), "statuses": (409,)},
)
async def fetch_case_file(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[CaseFileQuery]],
) -> Stream:
    """封面、卷内目录、材料和文书、办理经过、期限推算、存证、备考表，供归档、复议、诉讼；同一日志的内容相同。含个人信息，查阅及其目的记入访问日志。限制处理和已销毁的不附。"""
    named = reference_of(reference)
    async with request.case_files.taken():
        await note_reading(request, code, named, params.purpose)
        found = await request.register.case_files.gather(
            code, named, internal=params.internal, bound=params.as_ == "pdf"
        )
        return await given_out(found, params.as_)


async def given_out(found: CaseFile, as_: CaseFileKind) -> Stream:
    """As an attachment that runs no script. A bound PDF is made before the reply begins, within the limit on how many at once."""
    pieces: Any = [piece async for piece in found.pdf()] if as_ == "pdf" else found.zip()
    headers = {**attachment(f"{found.reference}卷宗.{as_}"), "Content-Security-Policy": SANDBOX}
    return Stream(pieces, media_type=MEDIA_TYPES[as_], headers=headers)


HANDLERS = (fetch_case_file,)
