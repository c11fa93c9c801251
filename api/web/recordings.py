"""Many recordings at once: the lines of a file, all or none, as `taizhang record` takes them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.register.recording.lines import Lines
from adapters.register.recording.recording import Reply
from adapters.register.register import Refused
from api.web.auth import records
from api.web.body import is_packed
from api.web.call_refusals import FileTooLarge, LinesRefused, NotLines
from api.web.documents import pieces_of
from api.web.query import Query
from api.web.request import ApiRequest
from api.web.responses import json
from api.web.workload import Workload
from domain.authority.powers import ACT_OF
from domain.entry import type_of

NDJSON = "application/x-ndjson"
_LINES_UTF_8 = rf'{NDJSON}(\s*;\s*charset="?utf-8"?)?'
LARGEST_FILE, LARGEST_LINE, MOST_LINES = 16_777_216, 1_048_576, 10_000
AT_ONCE = 2
"""Files that a process records at once, each held in memory."""
_TOGETHER = 131_072
"""Bytes of lines that a thread decodes at a time."""


class FileQuery(Query, frozen=True, kw_only=True):
    """Options of a file's recording."""

    preview: Annotated[bool, Meta(description="只判断，不保存")] = False


class Replies(msgspec.Struct, frozen=True):
    """The reply to each line in order, without blank lines."""

    replies: list[Reply]


@post(
    "/recordings",
    operation_id="recordFile",
    summary="登记一个文件的各项",
    opt=records(ACT_OF, conflicts=False) | {"upload": NDJSON},
    request_max_body_size=LARGEST_FILE,
)
async def record_file(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[FileQuery]],
) -> Response[Replies]:
    """每行一项登记（JSON），同taizhang record的文件；全部登记或全部不登记，有问题的逐行列出。

    每行各有编号（id），再次提交答复相同。至多10000行、16 MiB，每行至多1 MiB。
    """
    media_type = (request.header("content-type") or "").strip()
    if is_packed(request) or not re.fullmatch(_LINES_UTF_8, media_type, re.I):
        raise NotLines
    if params.preview:
        request.caller.check_preview()
    workload: Workload = request.app.state.recordings_at_once
    async with workload.taken():
        lines = await _read(pieces_of(request, FileTooLarge))
        types = [type_of(each.event) for each in lines.recordings]
        with request.metrics.recording(*types, preview=params.preview):
            try:
                replies = await request.register.record_all(
                    code,
                    lines.recordings,
                    actor=request.actor,
                    permissions=request.caller.permissions,
                    preview=params.preview,
                    unreadable=lines.unreadable,
                )
            except Refused as refused:
                raise LinesRefused(lines.problems(refused)) from None
    if params.preview:
        return json(Replies(replies))
    request.checkpointer.grown(code)
    return json(Replies(replies), status=201)


async def _read(pieces: AsyncIterator[bytes]) -> Lines:
    """The body. Raises FileTooLarge as soon as it passes the limit."""
    found, read = Lines(), bytearray()
    complete = ends = 0
    async for piece in pieces:
        ends += piece.count(b"\n")
        if (last := piece.rfind(b"\n")) >= 0:
            complete = len(read) + last + 1
        read += piece
        if ends > MOST_LINES or len(read) - complete > LARGEST_LINE:
            raise FileTooLarge
        if complete >= _TOGETHER:
            await _decode(found, bytes(read[:complete]).split(b"\n")[:-1])
            del read[:complete]
            complete = 0
    rest = bytes(read).split(b"\n")
    await _decode(found, rest if rest[-1] else rest[:-1])
    return found


async def _decode(found: Lines, lines: Sequence[bytes]) -> None:
    if any(len(line) > LARGEST_LINE for line in lines) or found.count + len(lines) > MOST_LINES:
        raise FileTooLarge
    await asyncio.to_thread(found.read, lines)


HANDLERS = (record_file,)
