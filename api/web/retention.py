"""Archived files whose retention period is over: to be handed over or erased."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.register.reading import expired_files
from api.today import today
from api.web.query import AsOfQuery, Year
from api.web.request import ApiRequest
from api.web.responses import json_or_csv
from projections.retention import HEADINGS, Expired, Level, cells


class ExpiredQuery(AsOfQuery, frozen=True, kw_only=True):
    """Year and archive of the files."""

    year: Annotated[Year | None, Meta(description="到哪一年年底；缺省为今年")] = None
    level: Annotated[
        Level, Meta(description="接收档案的档案馆：county县级，满10年移交；city设区的市级以上，满20年移交")
    ] = "county"


@get(
    "/retention",
    operation_id="listExpiredFiles",
    summary="可移交、可销毁的案卷",
    opt={"act": "read", "csv": True},
)
async def expired(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[ExpiredQuery]]
) -> Response[list[Expired]]:
    """到年底可以移交档案馆、或保管期限届满可以鉴定销毁的，及应先予处理之处；是否移交、销毁由档案人员决定。"""
    async with request.view(code, params.until) as view:
        found = await expired_files.in_year(view, params.year or today().year, params.level, today())
    return json_or_csv(request, found, HEADINGS, map(cells, found))


HANDLERS = (expired,)
