"""Help: the handbook inside the console, each page's link leading to its section, and the rules by article."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from api.console.frame import at, page
from api.console.handbook import PARTS, by_article, handbook
from api.web.auth import CALLER
from api.web.call_refusals import NoSuchAddress
from api.web.request import ApiRequest


@get("/help", **at(CALLER))
async def pages_help(request: ApiRequest) -> Response[Any]:
    """手册：在网页上办理。"""
    return await _shown(request, "pages")


@get("/help/{part:str}", **at(CALLER))
async def help_part(request: ApiRequest, part: FromPath[str]) -> Response[Any]:
    """手册的另一部分，或者各项规定。"""
    if part == "rules":
        return await page(request, "rules.html", articles=by_article())
    if part not in PARTS:
        raise NoSuchAddress
    return await _shown(request, part)


async def _shown(request: ApiRequest, part: str) -> Response[Any]:
    return await page(request, "help.html", part=part, parts=PARTS, shown=handbook()[part])


HANDLERS = (pages_help, help_part)
