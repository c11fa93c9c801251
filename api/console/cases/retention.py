"""The page of archived files to be handed over or erased."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get

from adapters.register.reading import expired_files
from api.console.forms import query_of
from api.console.frame import at, code_of, page
from api.today import today
from api.web.query import Year
from api.web.request import ApiRequest
from projections.retention import HEADINGS, LEVEL_WORDS, Level, cells

MOST = 500


class RetentionQuery(msgspec.Struct, frozen=True):
    year: Year | None = None
    level: Level = "county"


@get("/requests/retention", **at("read"))
async def retention(request: ApiRequest) -> Response[Any]:
    """可移交、可销毁的案卷。"""
    query = query_of(request, RetentionQuery)
    year = query.year or today().year
    async with request.view(code_of(request)) as view:
        found = await expired_files.in_year(view, year, query.level, today())
    return await page(
        request,
        "retention.html",
        year=year,
        level=query.level,
        levels=LEVEL_WORDS,
        headings=HEADINGS,
        lines=[cells(each) for each in found[:MOST]],
        count=len(found),
        most=MOST,
    )


HANDLERS = (retention,)
