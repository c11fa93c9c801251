"""文件目录 on pages: the documents of the office, searched and written as a file."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from msgspec import Meta

from api.console.cases.requests import XLSX
from api.console.forms import query_of
from api.console.frame import at, code_of, page
from api.console.paging import PageNumber, Pages, part
from api.today import today
from api.web.query import check_day
from api.web.reports import DOCUMENT_READERS
from api.web.request import ApiRequest
from domain.report.document_events import Disclosure, DocumentKind
from projections import documents as listing
from projections.choice_labels import CHOICES
from projections.documents import DocumentFilter, DocumentShown


class DocumentsQuery(msgspec.Struct, frozen=True):
    """Filter of the documents, and the day."""

    q: Annotated[str, Meta(max_length=100)] = ""
    kind: DocumentKind | None = None
    disclosure: Disclosure | None = None
    state: Literal["in_force", "over"] | None = None
    on: date | None = None
    page: PageNumber = 1

    @property
    def wanted(self) -> DocumentFilter:
        in_force = None if self.state is None else self.state == "in_force"
        return DocumentFilter(words=self.q, kind=self.kind, disclosure=self.disclosure, in_force=in_force)

    @property
    def encoded(self) -> str:
        """The query string of this filter."""
        names = ("q", "kind", "disclosure", "state", "on")
        return urlencode({name: str(getattr(self, name)) for name in names if getattr(self, name)})


async def _found(request: ApiRequest, query: DocumentsQuery) -> tuple[list[DocumentShown], str, date]:
    on = today() if query.on is None else check_day("on", query.on)
    async with request.register.reports(code_of(request), checked=False) as reports:
        found = listing.listed(await reports.documents(on.year), query.wanted, on)
        return found, reports.view.authority.name_on(on), on


@get("/reports/documents", **at(*DOCUMENT_READERS))
async def documents(request: ApiRequest) -> Response[Any]:
    """文件目录。"""
    query = query_of(request, DocumentsQuery)
    found, _, on = await _found(request, query)
    return await page(
        request, "documents.html",
        query=query, on=on, found=part(found, query.page), count=len(found),
        kinds=CHOICES["document_made.kind"], attributes=CHOICES["disclosure"],
        pages=Pages.of(query.page, len(found), lambda number: f"/reports/documents?{query.encoded}&page={number}"),
    )  # fmt: skip


@get("/reports/documents.xlsx", **at(*DOCUMENT_READERS))
async def as_sheet(request: ApiRequest) -> Response[bytes]:
    """The same as a workbook."""
    from adapters.render import sheet  # noqa: PLC0415 - loaded when it is first asked for

    found, name, on = await _found(request, query_of(request, DocumentsQuery))
    printed = f"{name}　文件目录　{on}"
    data = await asyncio.to_thread(
        sheet.render, "文件目录", listing.HEADINGS, listing.lines(found[: sheet.MOST]), printed=printed
    )
    return Response(
        data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="documents.xlsx"'}
    )


HANDLERS = (documents, as_sheet)
