"""The annual report over HTTP: reading, recording, checks, comparison with the published edition, download."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.register.recording.recording import Reply
from adapters.register.register import Previewed
from api.background import report_compilation
from api.rendering import MEDIA_TYPES, FileKind, rendered
from api.web.audit import is_listed
from api.web.auth import CALLER, records
from api.web.body import types_of
from api.web.query import Query, RecordQuery
from api.web.record import record_event
from api.web.request import ApiRequest
from api.web.requests import check_on
from api.web.responses import json, json_or_csv
from domain.authority.authority import Authority
from domain.authority.powers import Act
from domain.law.refusals import Malformed
from domain.report import annual_report
from domain.report.document_events import Disclosure, DocumentKind
from domain.report.events import ReportEventBody
from domain.values import FIRST_YEAR, LAST_YEAR
from projections import documents as listing
from projections.documents import DocumentFilter, DocumentShown
from projections.report import restatement, summary
from projections.report.checks import ReportFinding
from projections.report.restatement import Restated
from projections.report.summary import ReportDue, ReportShown

READERS: tuple[Act, ...] = ("report", "approve_report", "prove")
"""Acts that allow reading a report before publication. A superior does not see drafts."""


DOCUMENT_READERS: tuple[Act, ...] = ("handle", *READERS)
"""Acts that allow reading the register of documents, which lists withheld documents too."""


class DocumentQuery(Query, frozen=True, kw_only=True):
    """Format and edition of the file."""

    as_: Annotated[FileKind, Meta(description="文件的格式")]
    edition: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | None,
        Meta(description="公布的哪一版；缺省为最后一版，未公布的为草稿"),
    ] = None
    draft: Annotated[bool, Meta(description="已公布的也按现在的数据和文字")] = False


class DueQuery(Query, frozen=True, kw_only=True):
    """The day."""

    on: Annotated[date | None, Meta(description="哪一天；缺省为今天")] = None


@get("/reports/{year:str}", operation_id="getReport", summary="查看年度报告", opt={"act": READERS})
async def show(request: ApiRequest, code: FromPath[str], year: FromPath[str]) -> Response[ReportShown]:
    """状态、此时将公布的表格和文字、填报的数据及其来源、公开工作、已公布的各版。ETag为登记的版本。"""
    async with request.register.reports(code) as reports:
        found = await reports.shown(year_of(year))
    return json(found, headers={"ETag": f'"{found.version}"'})


@post(
    "/reports/{year:str}/events",
    operation_id="recordReportEvent",
    summary="登记年度报告的事项",
    opt=records(types_of(ReportEventBody)),
)
async def record(
    request: ApiRequest,
    code: FromPath[str],
    year: FromPath[str],
    params: NamedDependency[SkipValidation[RecordQuery]],
    payload: NamedDependency[SkipValidation[ReportEventBody]],
) -> Response[Reply | Previewed]:
    """填报数据、公开工作、文字、编制、送审、批准、公布、重新编报。送审和公布固定此时的表格和文字。"""
    stream = annual_report.stream_of(year_of(year))
    return await record_event(request, code, params, payload, None, stream)


class DocumentsQuery(Query, frozen=True, kw_only=True):
    """Filter of the documents, and the day."""

    q: Annotated[Annotated[str, Meta(max_length=100)], Meta(description="文号、标题、制发科室的一部分")] = ""
    kind: Annotated[DocumentKind | None, Meta(description="文件的类别")] = None
    disclosure: Annotated[Disclosure | None, Meta(description="公开属性")] = None
    in_force: Annotated[bool | None, Meta(description="是否现行有效")] = None
    on: Annotated[date | None, Meta(description="哪一天；缺省为今天")] = None

    @property
    def wanted(self) -> DocumentFilter:
        return DocumentFilter(
            words=self.q, kind=self.kind, disclosure=self.disclosure, in_force=self.in_force
        )


@get(
    "/documents",
    operation_id="listDocumentRegister",
    summary="文件目录",
    opt={"csv": True, "act": DOCUMENT_READERS},
)
async def documents(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[DocumentsQuery]],
) -> Response[list[DocumentShown]]:
    """本机关的文件及其公开属性、修订、废止；新的在前。事项登记在年度报告的该年度（reports/{year}/events）。"""
    on = check_on(params.on)
    async with request.register.reports(code, checked=False) as reports:
        found = listing.listed(await reports.documents(on.year), params.wanted, on)
    return json_or_csv(request, found, listing.HEADINGS, listing.lines(found))


@get("/reports/{year:str}/checks", operation_id="checkReport", summary="核对年度报告", opt={"act": READERS})
async def checks(
    request: ApiRequest, code: FromPath[str], year: FromPath[str]
) -> Response[list[ReportFinding]]:
    """差错（error）须改正才能送审和公布；提示（warning）可以按名称说明，其后各年也适用。"""
    async with request.register.reports(code) as reports:
        return json((await reports.report(year_of(year))).findings)


@get(
    "/reports/{year:str}/figures",
    operation_id="listReportFigures",
    summary="文字可以引用的数据",
    opt={"act": READERS},
)
async def figures(request: ApiRequest, code: FromPath[str], year: FromPath[str]) -> Response[dict[str, str]]:
    """文字中写作{名称}；{名称%}为其占办结的百分比。"""
    async with request.register.reports(code) as reports:
        return json((await reports.report(year_of(year))).figures)


@get(
    "/reports/{year:str}/restatement",
    operation_id="getReportRestatement",
    summary="已公布的与现在的不同",
    opt={"csv": True, "act": READERS},
)
async def compare(request: ApiRequest, code: FromPath[str], year: FromPath[str]) -> Response[list[Restated]]:
    """哪些格与最后公布的一版不同，由哪些登记引起。"""
    found = await request.register.comparisons.restatement(code, year_of(year))
    return json_or_csv(request, found, restatement.HEADINGS, map(restatement.cells, found))


@get(
    "/reports/{year:str}/document",
    operation_id="downloadReport",
    summary="下载年度报告",
    opt={"act": READERS, "files": tuple(MEDIA_TYPES.values())},
)
async def download(
    request: ApiRequest,
    code: FromPath[str],
    year: FromPath[str],
    params: NamedDependency[SkipValidation[DocumentQuery]],
) -> Response[bytes]:
    """三张表格、六个部分和图；总是作为附件下载。"""
    named = year_of(year)
    async with request.register.reports(code) as reports:
        document = await reports.document(named, params.edition, draft=params.draft)
    data = await asyncio.to_thread(rendered, document, params.as_)
    name = f"{code}-{named}.{params.as_}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=MEDIA_TYPES[params.as_], headers=headers)


@get(
    "/api/v1/reports/due",
    operation_id="listReportsDue",
    summary="应公布的年度报告",
    opt={"csv": True, "act": CALLER},
)
async def due(
    request: ApiRequest, params: NamedDependency[SkipValidation[DueQuery]]
) -> Response[list[ReportDue]]:
    """本机关及其下级机关（以本机令牌，则为尚未任用人员的各机关）应公布的年度报告（上一年度的、以前年度尚未公布的、重新编报的）的期限、状态、下一步；已公布的（stage为published）只列公布后数据有变、尚未重新编报的。"""
    found = await report_compilation.due(request.register, check_on(params.on), partial(_seen, request))
    return json_or_csv(request, found, summary.DUE_HEADINGS, map(summary.due_cells, found))


def _seen(request: ApiRequest, authority: Authority) -> bool | None:
    """Whether the caller may see the findings on a draft; None if not even its existence."""
    if not is_listed(request, authority):
        return None
    who = request.caller.who
    return who is None or (who.code == authority.code and any(map(request.caller.may, READERS)))


def year_of(text: str) -> int:
    """The year from the path. Raises Malformed."""
    if len(text) == 4 and text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) < LAST_YEAR:
        return int(text)
    raise Malformed(field="year：", problem=f"应为{FIRST_YEAR}至{LAST_YEAR - 1}的年份")


OF_AUTHORITY: tuple[Any, ...] = (show, record, documents, checks, figures, compare, download)
