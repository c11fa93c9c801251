"""The list of requests: filters that can be removed one by one, sorting, counts, export as CSV or workbook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from operator import itemgetter
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

import msgspec
from litestar import Response, get

from adapters.register.register import Register
from adapters.views import Until
from api.console.forms import query_of
from api.console.frame import Me, at, code_of, me, page
from api.console.paging import PAGE, PageNumber, Pages
from api.console.standing import TIMELINESS, Standing, of_row
from api.today import today
from api.web.auth import origin
from api.web.query import until_of
from api.web.request import ApiRequest
from domain.law import outcomes
from domain.law.irregularities import RULES
from projections.choice_labels import CHOICES
from projections.listing import (
    HEADINGS,
    LISTED_TIMELINESS,
    REGISTER,
    STAGE_WORDS,
    Filter,
    Order,
    cells,
)
from projections.register import RequestRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListQuery(Filter, frozen=True, kw_only=True):
    """Filter, order, page, and moment of the log."""

    by: Literal["reference", "received_on", "due_on", "closed_on"] = "reference"
    down: Literal["0", "1"] = "1"
    page: PageNumber = 1
    recorded_until: str | None = None

    @property
    def wanted(self) -> Filter:
        return Filter(**{name: getattr(self, name) for name in Filter.__struct_fields__})

    @property
    def until(self) -> Until | None:
        return until_of(self.recorded_until)

    @property
    def encoded(self) -> dict[str, str]:
        """The query string without the page and without defaults."""
        return {
            name: str(value)
            for name, value in msgspec.structs.asdict(self).items()
            if value is not None and name != "page" and value != getattr(ListQuery(), name)
        }


class Crumb(NamedTuple):
    """A condition in words, and the address of the list without it."""

    words: str
    address: str


class Shown(NamedTuple):
    row: RequestRow
    standing: Standing
    timeliness: Standing | None


def _outcome_groups() -> dict[str, str]:
    """Groups of outcome codes with their words, then each code."""
    groups = {
        "granted": "予以公开", "granted_in_part": "部分公开", "refused": "不予公开", "unable": "无法提供",
        "not_processed": "不予处理", "other": "其他处理",
    }  # fmt: skip
    for code, each in outcomes.OUTCOMES.items():
        if "." in code:
            groups[code] = f"{each.label}：向申请人提供" if each.label in groups.values() else each.label
    return groups


OUTCOMES = _outcome_groups()
COLUMNS = (
    ("reference", "登记号"), ("", "申请事项"), ("", "申请人类别"), ("received_on", "收到"), ("due_on", "期限"), ("", "状态"),
    ("", "阶段"), ("", "承办"), ("closed_on", "办结"), ("", "结果"), ("", "时限"),
)  # fmt: skip


@get("/requests", **at("read"))
async def listed(request: ApiRequest) -> Response[Any]:
    """申请。"""
    query = query_of(request, ListQuery)
    sits = await me(request)
    order = Order(query.by, query.down == "1")
    async with request.register.view(code_of(request), query.until) as view:
        await view.check(query.wanted, sits.names)
        rows, count = await view.page(query.wanted, order, limit=PAGE, offset=PAGE * (query.page - 1))
        calendar, position = view.law.calendar, view.position
        officers = {each: sits.named(each) for each in await view.in_charge()}
    on = today()
    shown = [Shown(row, of_row(row, on, calendar), TIMELINESS.get(row.timeliness or "")) for row in rows]
    return await page(
        request,
        "requests.html",
        query=query,
        lines=shown,
        count=count,
        crumbs=list(_crumbs(query, sits)),
        heads=list(_heads(query)),
        pages=Pages.of(
            query.page, count, lambda number: f"/requests?{urlencode({**query.encoded, 'page': str(number)})}"
        ),
        outcomes=OUTCOMES,
        kinds=CHOICES["applicant_kind"],
        officers=dict(sorted(officers.items(), key=itemgetter(1))),
        encoded=urlencode(query.encoded),
        past=past(
            query.recorded_until, position, f"/requests?{urlencode({**query.encoded, 'recorded_until': ''})}"
        ),
    )


class Past(NamedTuple):
    """Notice of a past view: its moment, and the address of the present one."""

    until: str
    position: int
    now: str


def past(until: str | None, position: int, now: str) -> Past | None:
    return Past(until, position, now) if until else None


def _crumbs(query: ListQuery, sits: Me) -> Iterator[Crumb]:
    words = {
        "stage": lambda value: f"阶段：{STAGE_WORDS[value]}",
        "due_before": lambda value: f"期限早于{value}",
        "overdue_on": lambda value: f"到{value}逾期未办结",
        "received_from": lambda value: f"收到不早于{value}",
        "received_to": lambda value: f"收到不晚于{value}",
        "closed_from": lambda value: f"办结不早于{value}",
        "closed_to": lambda value: f"办结不晚于{value}",
        "outcome": lambda value: f"结果：{OUTCOMES.get(value, value)}",
        "timeliness": lambda value: f"时限：{LISTED_TIMELINESS[value]}",
        "applicant_kind": lambda value: f"申请人：{CHOICES['applicant_kind'][value]}",
        "unit": lambda value: f"承办：{value}",
        "officer": lambda value: f"承办人：{sits.named(value)}",
        "irregularity": lambda value: f"与规定不符：{RULES[value].title}",
        "reference": lambda value: f"登记号含{value}",
        "split_from": lambda value: f"由{value}拆分出",
        "changed_since": lambda value: f"在日志位置{value}之后又有登记",
    }
    for name in Filter.__struct_fields__:
        if (value := getattr(query, name)) is not None:
            left = {other: each for other, each in query.encoded.items() if other != name}
            yield Crumb(words[name](value), f"/requests?{urlencode(left)}")


def _heads(query: ListQuery) -> Iterator[dict[str, Any]]:
    for by, words in COLUMNS:
        here = by == query.by
        down = "0" if here and query.down == "1" else "1"
        yield {
            "words": words,
            "address": f"/requests?{urlencode({**query.encoded, 'by': by, 'down': down})}" if by else "",
            "sort": ("descending" if query.down == "1" else "ascending") if here else "",
        }


@get("/requests/list.csv", **at("read"))
async def as_csv(request: ApiRequest) -> Response[Any]:
    """The whole filtered list, as CSV."""
    query = await _exported(request)
    lines: Any = request.exports.stream(HEADINGS, _lines(request.register, code_of(request), query))
    lines.headers["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return lines  # type: ignore[no-any-return]


@get("/requests/list.xlsx", **at("read"))
async def as_sheet(request: ApiRequest) -> Response[bytes]:
    """The whole filtered list, as a workbook."""
    from adapters.render import sheet  # noqa: PLC0415 - loaded when it is first asked for

    query = await _exported(request)
    async with request.register.view(code_of(request), query.until) as view:
        rows, _ = await view.page(
            query.wanted, Order(query.by, query.down == "1"), limit=sheet.MOST, offset=0
        )
        whose = view.authority.name_on(today())
    lines = [cells(row) for row in rows]
    data = await asyncio.to_thread(sheet.render, "台账", HEADINGS, lines, printed=f"{whose}　{REGISTER}")
    return Response(
        data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="requests.xlsx"'}
    )


MOST_PRINTED = 5_000


@get("/requests/print", **at("read"))
async def printed(request: ApiRequest) -> Response[Any]:
    """The whole filtered list for printing, with chosen columns."""
    query = await _exported(request)
    wanted = [each for each in request.query_params.getall("column", []) if each in HEADINGS] or [*HEADINGS]
    async with request.register.view(code_of(request), query.until) as view:
        rows, count = await view.page(
            query.wanted, Order(query.by, query.down == "1"), limit=MOST_PRINTED, offset=0
        )
        position = view.position
    chosen = [number for number, heading in enumerate(HEADINGS) if heading in wanted]
    return await page(
        request,
        "ledger.html",
        query=query,
        headings=HEADINGS,
        wanted=wanted,
        lines=[[line[number] for number in chosen] for line in map(cells, rows)],
        count=count,
        position=position,
        crumbs=list(_crumbs(query, await me(request))),
        encoded=urlencode(query.encoded),
    )


async def _exported(request: ApiRequest) -> ListQuery:
    """The query of an export, after the export has been written to the access log."""
    query = query_of(request, ListQuery)
    sits = await me(request)
    async with request.register.view(code_of(request), query.until) as view:
        await view.check(query.wanted, sits.names)
    await request.register.access_log.add(
        code_of(request), "exported", actor=request.actor, origin=origin(request), reference="requests"
    )
    return query


async def _lines(register: Register, code: str, query: ListQuery) -> AsyncIterator[tuple[object, ...]]:
    async with register.view(code, query.until) as view:
        async for row in view.listed(query.wanted):
            yield cells(row)


HANDLERS = (listed, as_csv, as_sheet, printed)
