"""A report sent by anybody is judged and forgotten: nothing of it is kept, logged or shown to another."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from msgspec import Meta

from adapters.report_files.bounded import Readers
from adapters.report_files.office_zip import ReportFileFault
from api.web.auth import CALLER
from api.web.documents import OCTETS, bytes_of
from api.web.query import Query
from api.web.request import ApiRequest
from api.web.responses import json
from api.web.turns import Turns
from domain.request.file_events import LARGEST_DOCUMENT
from projections.report import judged
from projections.report.judged import Judged, Source

AT_ONCE = 2
"""Files that are read side by side, each in a process of its own."""
WAITING = 8
"""Files that may wait for their turn; each is held in memory meanwhile."""
SECONDS = 15.0


class FileReaders:
    """The readers of a server, started when first needed."""

    def __init__(self) -> None:
        self._readers: Readers | None = None
        self._turns = Turns(AT_ONCE, WAITING)

    async def judge(self, data: bytes, name: str) -> Judged:
        """One file by itself. Raises Unavailable."""
        return judged.judge([await self.read(data, name)]).reports[0]

    async def read(self, data: bytes, name: str) -> Source:
        """Raises Unavailable where too many wait already."""
        async with self._turns.taken():
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
    """What is said of the file."""

    name: Annotated[
        str, Meta(description="文件的名称，后缀表明格式，如：年报.docx", min_length=1, max_length=200)
    ]


@post(
    "/api/v1/checks",
    operation_id="checkReportFile",
    summary="核对一份年度报告的文件",
    status_code=200,
    opt={"act": CALLER, "upload": OCTETS},
    request_max_body_size=LARGEST_DOCUMENT,
)
async def check_file(
    request: ApiRequest, params: NamedDependency[SkipValidation[CheckedFile]]
) -> Response[Judged]:
    """内容为文件原样（application/octet-stream），至多20 MiB；任一机关的json、xlsx、docx、文字版pdf、网页。不保存。

    fault为不能读取的原因；unread为读不出的内容，assumed为作了推断的，findings为核对出的问题。
    """
    data = await bytes_of(request)
    readers: FileReaders = request.app.state.readers
    return json(await readers.judge(data, PurePath(params.name).name))
