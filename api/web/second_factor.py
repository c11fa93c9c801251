"""The second factor (TOTP): enrolment and verification in the officer's session."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from msgspec import Meta

from api.web import auth
from api.web.auth import BEFORE_PROOF, OWN
from api.web.request import ApiRequest
from api.web.responses import json

_OPT = {"act": OWN, BEFORE_PROOF: True, "statuses": (409, 429)}


class CodeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code from the officer's device."""

    code: Annotated[
        Annotated[str, Meta(min_length=6, max_length=40)], Meta(description="六位动态口令，或恢复码")
    ]


class Secret(msgspec.Struct, frozen=True):
    """The TOTP secret, shown until the first code is verified."""

    secret: Annotated[str, Meta(description="密钥，供手工输入")]
    address: Annotated[str, Meta(description="otpauth地址，供制成二维码")]


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Each replaces a code once. Empty if the officer already has some from another factor."""

    recovery_codes: Annotated[
        tuple[str, ...],
        Meta(description="恢复码，只显示这一次，每个只用一次；另有登录验证方式的，原有的仍有效，不再给出"),
    ]


class Proved(msgspec.Struct, frozen=True):
    """The second factor of this session is verified."""

    officer: Annotated[str, Meta(description="人员代号")]


@post(
    "/api/v1/second-factor",
    operation_id="proveSecondFactor",
    summary="验证动态口令",
    status_code=200,
    opt=_OPT,
)
async def prove(request: ApiRequest, payload: NamedDependency[SkipValidation[CodeBody]]) -> Response[Proved]:
    """登录之后，或查阅个人信息、授权、销毁、导出之前。错误的次数与口令合并计算。"""
    caller = request.caller
    await request.register.second_factors.prove(
        caller.principal, caller.token, payload.code, auth.origin(request)
    )
    return json(Proved(caller.principal.officer))


@post(
    "/api/v1/second-factor/enrolment",
    operation_id="enrolSecondFactor",
    summary="启用动态口令",
    status_code=201,
    opt=_OPT,
)
async def enrol(request: ApiRequest) -> Response[Secret]:
    """密钥加到本人的验证器程序中；给出第一个动态口令后生效。"""
    found = await request.register.second_factors.enrol(request.caller.principal, request.caller.token)
    return json(Secret(*found), status=201)


@post(
    "/api/v1/second-factor/enrolment/code",
    operation_id="confirmSecondFactor",
    summary="以第一个动态口令确认启用",
    status_code=200,
    opt=_OPT,
)
async def confirm(
    request: ApiRequest, payload: NamedDependency[SkipValidation[CodeBody]]
) -> Response[RecoveryCodes]:
    """本人的其他会话随即结束。恢复码只显示这一次，请抄存。"""
    caller = request.caller
    codes = await request.register.second_factors.confirm(
        caller.principal, caller.token, payload.code, auth.origin(request)
    )
    return json(RecoveryCodes(tuple(codes)))


@post(
    "/api/v1/second-factor/recovery-codes",
    operation_id="renewRecoveryCodes",
    summary="更换恢复码",
    status_code=200,
    opt={"act": OWN, "statuses": (409,)},
)
async def renew(request: ApiRequest) -> Response[RecoveryCodes]:
    """须在验证登录验证方式后30分钟之内。原有的恢复码随即全部失效，新的只显示这一次，请抄存。"""
    caller = request.caller
    codes = await request.register.second_factors.renew_recovery_codes(
        caller.principal, caller.token, auth.origin(request)
    )
    return json(RecoveryCodes(tuple(codes)))


HANDLERS = (prove, enrol, confirm, renew)
