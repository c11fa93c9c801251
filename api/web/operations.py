"""For operators and integrators: health, metrics, the OpenAPI document and a page to try the API."""

from __future__ import annotations

import asyncio
from functools import cache, lru_cache
from importlib import metadata, resources
from typing import Any

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from adapters.log.mapper import SCHEMA_VERSION
from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.migrate import KNOWN
from api.web import metrics as measuring
from api.web import openapi
from api.web.auth import MACHINE, OPEN
from api.web.problems import every_kind
from api.web.request import ApiRequest
from api.web.responses import JSON, json


class Range(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """Both ends are included."""

    from_: int
    to: int


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """status: live, ready, or replica (ready for reads only). version: of the program. schema: of the database; programs:
    the schema versions whose programs can run on it. entries: the schemas of entries that this program can read; it
    writes the last.
    """

    status: str
    version: str = ""
    schema: int | None = None
    programs: Range | None = None
    entries: Range | None = None


class ProblemKind(msgspec.Struct, frozen=True):
    """A code that a call can be refused with."""

    code: str
    status: int
    rule: str
    article: str
    english: str


@get("/health/live", operation_id="checkLive", summary="程序在运行", opt={"act": OPEN})
async def live() -> Response[Health]:
    """只说明程序本身在运行，不问数据库。"""
    return json(Health("live"))


@get("/health/ready", operation_id="checkReady", summary="可以办理", opt={"act": OPEN, "statuses": (503,)})
async def ready(request: ApiRequest) -> Response[Health]:
    """数据库可用、结构与本程序相合时答200，并说明程序版本和所支持的范围；否则503。数据库为备用服务器的，status为replica：只供查看，不能登记。"""
    try:
        async with asyncio.timeout(1.5):
            schema, replica = await request.register.check()
    except TimeoutError:
        raise DatabaseUnavailable("等待过久") from None
    return json(
        Health(
            "replica" if replica else "ready",
            version=_version(),
            schema=schema.number,
            programs=Range(schema.oldest, max(schema.number, KNOWN)),
            entries=Range(1, SCHEMA_VERSION),
        )
    )


@get(
    "/metrics",
    operation_id="getMetrics",
    summary="运行指标",
    opt={"act": MACHINE, "media_type": "text/plain"},
)
async def scrape(request: ApiRequest) -> Response[bytes]:
    """Prometheus格式。"""
    return Response(await request.metrics.scrape(request.register), media_type=measuring.MEDIA_TYPE)


@get("/api/v1/problems", operation_id="listProblems", summary="各种差错", opt={"act": OPEN})
async def problems() -> Response[list[ProblemKind]]:
    """每一代码的状态码、规则和条款。"""
    return json([ProblemKind(**each) for each in every_kind()])


@get("/api/v1/openapi.json", operation_id="getDescription", summary="接口说明", opt={"act": OPEN})
async def described(request: ApiRequest) -> Response[bytes]:
    """OpenAPI 3.1。"""
    return Response(_document(request.app), media_type=JSON)


@cache
def _version() -> str:
    return metadata.version("taizhang")  # which reads a file


@lru_cache(4)
def _document(app: Any) -> bytes:
    return msgspec.json.encode(openapi.document(app.routes, _version()))


# --- the page ---

_ASSETS = {
    "page.js": "text/javascript",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}

_PAGE = """<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>台账接口</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/page/swagger-ui.css">
<div id="page"></div>
<script src="/api/page/swagger-ui-bundle.js"></script>
<script type="module" src="/api/page/page.js"></script>
</html>
"""
_SCRIPT = """
const description = await (await fetch("/api/v1/openapi.json")).json();
for (const operations of Object.values(description.paths)) {
  for (const operation of Object.values(operations)) {
    for (const parameter of operation.parameters || []) {
      if (parameter.name === "Idempotency-Key") parameter.required = false; // filled in below
    }
  }
}
SwaggerUIBundle({
  spec: description,
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  persistAuthorization: false,
  requestInterceptor: (request) => {
    if (request.method === "POST" && !request.headers["Idempotency-Key"]) {
      request.headers["Idempotency-Key"] = crypto.randomUUID();
    }
    return request;
  },
});
"""
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@get("/api", include_in_schema=False, opt={"act": OPEN})
async def page() -> Response[str]:
    """A page to try every operation; it loads nothing from another host."""
    return Response(_PAGE, media_type="text/html", headers={"Content-Security-Policy": _PAGE_POLICY})


@get("/api/page/{name:str}", include_in_schema=False, opt={"act": OPEN})
async def asset(name: FromPath[str]) -> Response[bytes]:
    """A script or style of the page."""
    if name not in _ASSETS:
        raise NotFoundException
    return Response(_asset(name), media_type=_ASSETS[name], headers={"Cache-Control": "max-age=3600"})


@lru_cache(8)
def _asset(name: str) -> bytes:
    if name == "page.js":
        return _SCRIPT.encode()
    return resources.files("swagger_ui").joinpath("static", name).read_bytes()


HANDLERS = (live, ready, scrape, problems, described, page, asset)
