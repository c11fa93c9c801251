"""Import of an earlier register from its file: a preview, or with `commit` a recording. The file is not kept.

The file is read in another process and judged in a thread, so that it does not block the event loop.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.refusals import FileNotRead
from adapters.register.imports.import_plan import Plan, RowPlan, State
from adapters.register.recording.submission import own_refusal
from adapters.report_files.bounded import BookReaders
from adapters.report_files.office_zip import ReportFileFault
from api.today import today
from api.web.documents import OCTETS, bytes_of
from api.web.query import Query
from api.web.request import ApiRequest
from api.web.responses import json
from api.web.workload import Workload
from domain.authority.imports import Import
from domain.law.refusals import Malformed
from domain.request.file_events import LARGEST_DOCUMENT
from projections.importing.book import Book
from projections.importing.columns import MappingFault, read_mapping, write_mapping
from projections.importing.problems import codes_in
from projections.importing.reading import Reading, read_book

MOST_ROWS = 5_000
"""Rows of a file over HTTP; the command line takes larger ones."""
LONGEST_MAPPING = 4_500
"""Characters of a mapping in the query, enough for forty columns; a longer one needs the page or the command line. A
character takes up to twelve bytes there, and a request's head holds 64 KiB.
"""
WAITING = 3
"""Files that may wait, each held in memory."""
SECONDS = 30.0


class ImportReaders:
    """A process that reads files, one at a time."""

    def __init__(self) -> None:
        self._readers: BookReaders | None = None
        self._workload = Workload(1, WAITING)

    async def read(self, data: bytes, mapping: str) -> Reading:
        """Raises FileNotRead, or Unavailable if too many files wait already."""
        try:
            given = read_mapping(mapping) if mapping.strip() else None
        except MappingFault as fault:
            raise FileNotRead(why=str(fault)) from None
        book = await self.book(data)
        try:
            return await asyncio.to_thread(read_book, book, given)
        except MappingFault as fault:
            raise FileNotRead(why=str(fault)) from None

    async def book(self, data: bytes) -> Book:
        """The cells of a spreadsheet. Raises FileNotRead, or Unavailable if too many files wait already."""
        try:
            async with self._workload.taken():
                return await asyncio.to_thread(self._book, data)
        except ReportFileFault as fault:
            raise FileNotRead(why=str(fault)) from None

    def _book(self, data: bytes) -> Book:
        if self._readers is None:
            self._readers = BookReaders(seconds=SECONDS)
        book = self._readers.read(data, "")
        _check_size(book)
        return book

    def close(self) -> None:
        if self._readers is not None:
            self._readers.close()


def _check_size(book: Book) -> None:
    rows = sum(1 for sheet in book.sheets for row in sheet.rows if any(row))
    if rows > MOST_ROWS:
        raise ReportFileFault(
            "too_large", f"文件有{rows}行，网上至多导入{MOST_ROWS}行，请在服务器上用taizhang import导入"
        )


class ImportedColumn(msgspec.Struct, frozen=True):
    """A column of the file. meaning: empty if it is not read."""

    sheet: str
    column_letter: str
    heading: str
    meaning: str


class ImportedRow(msgspec.Struct, frozen=True):
    """The result of a row. says: what would be recorded. problems: why it cannot be; codes: of each."""

    sheet_no: int
    row_no: int
    state: State
    reference: str | None
    says: list[str]
    problems: list[str]
    assumed: list[str]
    noted: list[str]
    codes: list[str]

    @classmethod
    def of(cls, each: RowPlan) -> ImportedRow:
        row = each.row
        return cls(
            row.sheet_no, row.row_no, each.state, each.reference, each.says, row.problems, row.assumed, row.noted,
            codes_in(row.problems),
        )  # fmt: skip


class ImportReply(msgspec.Struct, frozen=True):
    """mapping: of the columns, as TOML, to be edited and sent again. batch: id of what was recorded; null in a preview."""

    file_digest: str
    mapping: str
    columns: list[ImportedColumn]
    assumed: list[str]
    counts: dict[str, int]
    rows: list[ImportedRow]
    batch: Import | None = None


class ImportTakenBack(msgspec.Struct, frozen=True):
    """An annulled import. amendment_count: entries annulled, or restored to their state before it."""

    number: int
    amendment_count: Annotated[int, Meta(description="更正登记的项数")]


class ImportHow(Query, frozen=True, kw_only=True):
    """Options of an import."""

    texts = frozenset({"mapping"})

    commit: Annotated[bool, Meta(description="登记；否则只看不存")] = False
    partial: Annotated[bool, Meta(description="不能登记的行略过，其余照登")] = False
    mapping: Annotated[
        str,
        Meta(
            description="各栏的对应（TOML），即看过后答复的mapping，可改过再给；缺省由表头看出",
            max_length=LONGEST_MAPPING,
        ),
    ] = ""


async def read(request: ApiRequest, data: bytes, mapping: str) -> Reading:
    """The content of a file, by the mapping of its columns or, without one, by their headings. Raises FileNotRead."""
    readers: ImportReaders = request.app.state.import_readers
    return await readers.read(data, mapping)


async def read_list(request: ApiRequest, data: bytes) -> Book:
    """The cells of a list of requests. Raises FileNotRead."""
    readers: ImportReaders = request.app.state.import_readers
    return await readers.book(data)


async def bring_in(
    request: ApiRequest, code: str, reading: Reading, *, commit: bool, partial: bool
) -> ImportReply:
    """Preview or record the file, for the API and the console alike. Raises the Refusal of the import."""
    imports, day = request.register.imports, today()
    actor, permissions = request.actor, request.caller.permissions
    with own_refusal():  # of the import as a whole, such as a missing power; a row's refusal is in its result
        plan = await imports.plan(
            code, reading.rows, reading.digest, day, actor=actor, permissions=permissions
        )
    batch = None
    if commit and (partial or not plan.refused):
        with own_refusal(), request.metrics.recording("imported", preview=False):
            batch = await imports.commit(code, plan, day, actor=actor, permissions=permissions)
        request.checkpointer.grown(code)
    return _reply(reading, plan, batch)


def _reply(reading: Reading, plan: Plan, batch: Import | None) -> ImportReply:
    return ImportReply(
        reading.digest,
        write_mapping(reading.mapping),
        [ImportedColumn(*each) for each in reading.columns()],
        list(reading.assumed),
        dict(Counter(str(each.state) for each in plan.rows)),
        [ImportedRow.of(each) for each in plan.rows],
        batch,
    )


@post(
    "/imports",
    operation_id="importRegister",
    summary="导入原台账",
    status_code=200,
    opt={"act": "handle", "upload": OCTETS, "statuses": (409,)},
    request_max_body_size=LARGEST_DOCUMENT,
)
async def import_register(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[ImportHow]]
) -> Response[ImportReply]:
    """内容为电子表格原样（application/octet-stream），至多20 MiB、5000行：xlsx、xls、ods，或UTF-8、GBK、UTF-16的csv。

    不写commit的只看不存；有一行不能登记则全部不登记，写partial的略过这些行。同一文件再次导入只登记有变动的，不会重复。

    各栏由表头看出；看不出的，以mapping写明各栏的对应。
    """
    reading = await read(request, await bytes_of(request), params.mapping)
    return json(await bring_in(request, code, reading, commit=params.commit, partial=params.partial))


@get("/imports", operation_id="listImports", summary="导入的各批", opt={"act": "read"})
async def listed(request: ApiRequest, code: FromPath[str]) -> Response[Sequence[Import]]:
    """何时何人由哪个文件导入多少行；撤销的仍列出。"""
    return json(list(await request.register.imports.imports(code)))


@post(
    "/imports/{number:str}/annulment",
    operation_id="annulImport",
    summary="整批撤销一次导入",
    status_code=200,
    opt={"act": "handle", "statuses": (409,)},
)
async def annul(request: ApiRequest, code: FromPath[str], number: FromPath[str]) -> Response[ImportTakenBack]:
    """各条登记以更正登记撤销，或恢复为导入之前所载；导入后另有登记的，整批不撤销；没有这一批、或已撤销的，也不能撤销。"""
    return json(ImportTakenBack(number_of(number), await take_back(request, code, number_of(number))))


async def take_back(request: ApiRequest, code: str, number: int) -> int:
    """Annul an import. Returns the number of entries amended. Raises ImportUnknown, ImportChangedSince, and the Refusal of
    an amendment."""
    actor, permissions = request.actor, request.caller.permissions
    with own_refusal(), request.metrics.recording("import_annulled", preview=False):
        judged = await request.register.imports.annul(
            code, number, today(), actor=actor, permissions=permissions
        )
    request.checkpointer.grown(code)
    return len(judged.entries) - 1


def number_of(text: str) -> int:
    """The id of an import, from the path. Raises Malformed."""
    if not text.isascii() or not text.isdigit() or len(text) > 7:
        raise Malformed(field="number：", problem="应为整数")
    return int(text)


HANDLERS = (import_register, listed, annul)
