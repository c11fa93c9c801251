"""Checks of an uploaded annual report, open to all. Nothing of the file is kept, logged or shown to anybody else."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import Annotated, NamedTuple

from litestar import Response, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import SkipValidation
from msgspec import Meta

from adapters.refusals import DocumentTooLarge
from adapters.report_files.bounded import Readers
from adapters.report_files.office_zip import ReportFileFault
from api.web.auth import CALLER
from api.web.body import is_packed
from api.web.call_refusals import NotBytes, TooSlow
from api.web.documents import GRACE, OCTETS, SLOWEST, bytes_of
from api.web.query import Query
from api.web.request import ApiRequest
from api.web.responses import json
from api.web.workload import Workload
from domain.law.refusals import Malformed
from domain.request.file_events import LARGEST_DOCUMENT
from projections.report import judged
from projections.report.judged import Judged, Source

MULTIPART = "multipart/form-data"
AT_ONCE = 2
"""Files read at once, each in its own process."""
WAITING = 8
"""Files that may wait, each held in memory."""
SECONDS = 15.0
PARTS = ("file", "previous")
"""Fields of the form: the report, and last year's."""
_FORM = 65_536


class Sent(NamedTuple):
    """An uploaded file."""

    data: bytes
    name: str


class FileReaders:
    """A pool of processes that read files, started when first needed."""

    def __init__(self) -> None:
        self._readers: Readers | None = None
        self._workload = Workload(AT_ONCE, WAITING)

    async def judge(self, sent: Sent, previous: Sent | None = None) -> Judged:
        """The findings on a report, compared with last year's if given. Raises Unavailable, Malformed."""
        source = await self.read(sent.data, sent.name)
        if previous is None:
            return judged.judge([source]).reports[0]
        before = await self.read(previous.data, previous.name)
        why = before.fault
        if source.report is not None and before.report is not None:
            why = judged.other_unit(source.report, before.report)
        if why is not None:
            raise Malformed(field="previous：", problem=why)
        return judged.judge([source], [before]).reports[0]

    async def read(self, data: bytes, name: str) -> Source:
        """Raises Unavailable if too many files wait already."""
        async with self._workload.taken():
            return await asyncio.to_thread(self._read, data, name)

    def _read(self, data: bytes, name: str) -> Source:
        if self._readers is None:
            self._readers = Readers(AT_ONCE, seconds=SECONDS)
        try:
            return Source(name, self._readers.read(data, name))
        except ReportFileFault as fault:
            return Source(name, None, str(fault))

    def close(self) -> None:
        if self._readers is not None:
            self._readers.close()


class CheckedFile(Query, frozen=True, kw_only=True):
    """Name and year of the file."""

    name: Annotated[
        Annotated[str, Meta(min_length=1, max_length=200)] | None,
        Meta(description="文件的名称，后缀表明格式，如：年报.docx；以表单送来的，名称在表单中"),
    ] = None


@post(
    "/api/v1/checks",
    operation_id="checkReportFile",
    summary="核对一份年度报告的文件",
    status_code=200,
    opt={"act": CALLER, "upload": OCTETS, "parts": PARTS},
    request_max_body_size=len(PARTS) * LARGEST_DOCUMENT + _FORM,
)
async def check_file(
    request: ApiRequest, params: NamedDependency[SkipValidation[CheckedFile]]
) -> Response[Judged]:
    """内容为文件原样（application/octet-stream），至多20 MiB；任一机关的json、xlsx、docx、文字版pdf、网页。不保存。

    连同上一年度的报告核对的，以表单（multipart/form-data）送来：file为报告，previous为上一年度的；不是同一单位上一年度的，不予核对。
    fault为不能读取的原因；unread为读不出的内容，assumed为作了推断的，findings为核对出的问题。
    """
    readers: FileReaders = request.app.state.readers
    if (request.header("content-type") or "").partition(";")[0].strip().lower() == MULTIPART:
        return json(await readers.judge(*await _parts(request)))
    if params.name is None:
        raise Malformed(field="name：", problem="应写明文件的名称")
    data = await bytes_of(request)
    if len(data) > LARGEST_DOCUMENT:
        raise DocumentTooLarge
    return json(await readers.judge(Sent(data, PurePath(params.name).name)))


async def _parts(request: ApiRequest) -> tuple[Sent, Sent | None]:
    """Raises DocumentTooLarge, TooSlow, Malformed, NotBytes."""
    if is_packed(request):
        raise NotBytes
    try:
        async with asyncio.timeout(GRACE + len(PARTS) * LARGEST_DOCUMENT / SLOWEST):
            fields = (await request.form()).multi_items()
    except RequestEntityTooLarge:
        raise DocumentTooLarge from None
    except TimeoutError:
        raise TooSlow from None
    sent: dict[str, Sent] = {}
    for field, upload in fields:
        if field not in PARTS or field in sent or not isinstance(upload, UploadFile) or not upload.filename:
            raise Malformed(field="", problem="表单应有file一个文件，可有previous一个文件")
        data = await upload.read()
        if len(data) > LARGEST_DOCUMENT:
            raise DocumentTooLarge
        sent[field] = Sent(data, PurePath(upload.filename).name[:200])
    if "file" not in sent:
        raise Malformed(field="file：", problem="没有送来报告")
    return sent["file"], sent.get("previous")
