"""Service accounts and their API keys, for administrators; and the state of a request, for the account that submitted it.

What an account may do is granted and ended by events in the authority's log.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.accounts.sessions import LONGEST_KEY, ServiceKey
from adapters.register.login.service_keys import OVERLAP_DAYS
from api.today import today
from api.web.auth import origin
from api.web.call_refusals import SessionRequired
from api.web.login import Ended, NewKey
from api.web.request import ApiRequest, reference_of
from api.web.responses import json
from projections import services
from projections.request_stage import RequestStage
from projections.services import Service


class ServiceKeyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new API key of a service account."""

    days: Annotated[Annotated[int, Meta(ge=1, le=LONGEST_KEY)], Meta(description="有效的天数")] = 90
    overlap_days: Annotated[
        Annotated[int, Meta(ge=0, le=LONGEST_KEY)], Meta(description="此前的密钥还可用几天；0为即刻失效")
    ] = OVERLAP_DAYS


class ServicesShown(msgspec.Struct, frozen=True):
    """The authority's service accounts, and all their keys, revoked ones too."""

    services: Annotated[list[Service], Meta(description="服务账号")]
    keys: Annotated[list[ServiceKey], Meta(description="密钥，不含密钥本身")]


@get(
    "/services",
    operation_id="listServices",
    summary="服务账号",
    opt={"act": ("administer", "grant", "confirm_grant")},
)
async def listed(request: ApiRequest, code: FromPath[str]) -> Response[ServicesShown]:
    """各服务账号可办的事项、待确认的授权和密钥。授予、确认、终止见机关自己的事项。"""
    async with request.view(code) as view:
        found = services.services(view.authority, today())
    return json(ServicesShown(found, list(await request.register.service_keys.listed(code))))


@post(
    "/services/{service:str}/keys",
    operation_id="createServiceKey",
    summary="发给服务账号一个新密钥",
    status_code=201,
    opt={"act": "administer", "statuses": (409, 422)},
)
async def create_key(
    request: ApiRequest,
    code: FromPath[str],
    service: FromPath[str],
    payload: NamedDependency[SkipValidation[ServiceKeyBody]],
) -> Response[NewKey]:
    """只显示这一次，以本人的会话办理；此前的密钥在重叠的天数之后失效，其间换用新的。"""
    check_session(request)
    secret, id_, until = await request.register.service_keys.create(
        code,
        service,
        days=payload.days,
        overlap_days=payload.overlap_days,
        actor=request.actor,
        origin=origin(request),
    )
    return json(NewKey(id_, secret.as_service_key, until), status=201)


@delete(
    "/services/{service:str}/keys/{id:str}",
    operation_id="revokeServiceKey",
    summary="吊销服务账号的一个密钥",
    status_code=200,
    opt={"act": "administer"},
)
async def revoke_key(
    request: ApiRequest,
    code: FromPath[str],
    service: FromPath[str],
    id: FromPath[str],  # noqa: A002 - its name in the address
) -> Response[Ended]:
    """即刻失效。"""
    check_session(request)
    await request.register.service_keys.revoke(code, service, id, actor=request.actor, origin=origin(request))
    return json(Ended(id))


@get(
    "/requests/{reference:str}/stage",
    operation_id="getRequestStage",
    summary="一件申请办到哪一步",
    opt={"act": ("read", "hand_in")},
)
async def stage(request: ApiRequest, code: FromPath[str], reference: FromPath[str]) -> Response[RequestStage]:
    """阶段和日期，没有姓名和内容。递交申请的服务账号只能查询自己递交的。"""
    async with request.view(code) as view:
        return json(view.sight.stage(await view.history(reference_of(reference)), view.law))


def check_session(request: ApiRequest) -> None:
    """Raises SessionRequired for a caller with an API key: a key cannot create keys."""
    if request.caller.who is not None and request.caller.who.acts is not None:
        raise SessionRequired


HANDLERS = (listed, create_key, revoke_key, stage)
