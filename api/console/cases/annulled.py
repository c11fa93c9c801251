"""The list of annulled requests: not in the register, but in the log."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get

from api.console.forms import query_of
from api.console.frame import at, code_of, page
from api.console.paging import PageNumber, Pages, part
from api.web.request import ApiRequest


class AnnulledQuery(msgspec.Struct, frozen=True):
    page: PageNumber = 1


@get("/requests/annulled", **at("read"))
async def annulled(request: ApiRequest) -> Response[Any]:
    """已作废的登记。"""
    query = query_of(request, AnnulledQuery)
    async with request.register.view(code_of(request)) as view:
        found = list(reversed(await view.annulled()))
    return await page(
        request,
        "annulled.html",
        lines=part(found, query.page),
        count=len(found),
        pages=Pages.of(query.page, len(found), lambda number: f"/requests/annulled?page={number}"),
    )


HANDLERS = (annulled,)
