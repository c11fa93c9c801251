"""Sessions and API keys of all officers, for the security administrator."""

from __future__ import annotations

from litestar import Response, delete, get
from litestar.params import FromPath

from adapters.accounts.credentials import Credential
from api.web.auth import origin
from api.web.login import Ended
from api.web.request import ApiRequest
from api.web.responses import json
from api.web.services import check_session


@get(
    "/credentials",
    operation_id="listCredentials",
    summary="在用的会话、密钥和日历地址",
    opt={"act": "grant"},
)
async def listed(request: ApiRequest, code: FromPath[str]) -> Response[list[Credential]]:
    """每名人员、每个服务账号的会话、密钥和日历地址，从何处、自何时；只列有效的。"""
    return json(list(await request.register.credentials.listed(code)))


@delete(
    "/credentials/{id:str}",
    operation_id="endCredential",
    summary="结束任一会话，吊销任一密钥或日历地址",
    status_code=200,
    opt={"act": "grant"},
)
async def end(request: ApiRequest, code: FromPath[str], id: FromPath[str]) -> Response[Ended]:  # noqa: A002 - its name in the address
    """即刻失效，以本人的会话办理；记入访问日志。"""
    check_session(request)
    await request.register.credentials.end(code, id, actor=request.actor, origin=origin(request))
    return json(Ended(id))


HANDLERS = (listed, end)
