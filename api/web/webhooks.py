"""Webhooks: managed by the system administrator; the service account they belong to can have events delivered again."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.register.notices.webhooks import Webhook
from adapters.webhooks.addresses import LONGEST
from api.web.auth import SUBSCRIBER, origin
from api.web.login import Ended
from api.web.request import ApiRequest
from api.web.responses import json
from api.web.services import check_session
from domain.values import LAST_POSITION, Value

Position = Annotated[int, Meta(ge=0, le=LAST_POSITION)]


class WebhookBody(Value, frozen=True):
    """The address to which new entries are delivered."""

    service: Annotated[str, Meta(max_length=40, description="服务账号的代号")]
    url: Annotated[str, Meta(max_length=LONGEST, description="推送到的地址，须为管理员所允许")]
    after: Annotated[Position | None, Meta(description="从这一位置之后推送起；缺省为此后的登记")] = None


class ResumeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The position from which to deliver again."""

    after: Annotated[
        Position | None, Meta(description="从这一位置之后重新推送，推送过的也再推送；缺省为接着推送")
    ] = None


class NewWebhook(msgspec.Struct, frozen=True):
    """A new webhook with its signing secret, which cannot be shown again."""

    id: Annotated[str, Meta(description="推送的编号")]
    secret: Annotated[str, Meta(description="核对推送签名的密钥，只显示这一次")]


@get("/webhooks", operation_id="listWebhooks", summary="推送", opt={"act": "administer"})
async def listed(request: ApiRequest, code: FromPath[str]) -> Response[list[Webhook]]:
    """推送到何处、到哪一位置、是否失败或暂停。"""
    return json(list(await request.register.webhooks.listed(code)))


@post(
    "/webhooks",
    operation_id="addWebhook",
    summary="增设推送",
    status_code=201,
    opt={"act": "administer", "statuses": (409, 422)},
)
async def add(
    request: ApiRequest, code: FromPath[str], payload: NamedDependency[SkipValidation[WebhookBody]]
) -> Response[NewWebhook]:
    """推送服务账号可见的登记，依次，至少一次，以Standard Webhooks签名；没有个人信息。以本人的会话办理。"""
    check_session(request)
    id_, secret = await request.register.webhooks.add(
        code,
        payload.service,
        payload.url,
        allowed=request.app.state.webhooks,
        after=payload.after,
        actor=request.actor,
        origin=origin(request),
    )
    return json(NewWebhook(id_, secret), status=201)


@delete(
    "/webhooks/{id:str}",
    operation_id="removeWebhook",
    summary="撤销推送",
    status_code=200,
    opt={"act": "administer"},
)
async def remove(
    request: ApiRequest,
    code: FromPath[str],
    id: FromPath[str],  # noqa: A002 - its name in the address
) -> Response[Ended]:
    """其签名密钥一并删除。以本人的会话办理。"""
    check_session(request)
    await request.register.webhooks.remove(code, id, actor=request.actor, origin=origin(request))
    return json(Ended(id))


@post(
    "/webhooks/{id:str}/resume",
    operation_id="resumeWebhook",
    summary="恢复推送，或从某一位置重新推送",
    status_code=200,
    opt={"act": SUBSCRIBER},
)
async def resume(
    request: ApiRequest,
    code: FromPath[str],
    id: FromPath[str],  # noqa: A002 - its name in the address
    payload: NamedDependency[SkipValidation[ResumeBody]],
) -> Response[Ended]:
    """系统管理员可恢复任一推送；服务账号可恢复自己的，如它漏收了一段。"""
    who = request.caller.who
    service = who.officer if who is not None and who.is_service else None
    await request.register.webhooks.resume(
        code, id, after=payload.after, service=service, actor=request.actor, origin=origin(request)
    )
    return json(Ended(id))


HANDLERS = (listed, add, remove, resume)
