"""Passkeys: registered, used for login, listed and removed by their officer."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.accounts.passkeys import Created, Passkey, RelyingParty, Signed
from adapters.accounts.refusals import PasskeysOff
from api.web import auth
from api.web.auth import BEFORE_PROOF, OWN
from api.web.login import Ended
from api.web.request import ApiRequest
from api.web.responses import json
from api.web.second_factor import Proved, RecoveryCodes
from domain.values import Label, Value

_LONGEST = 16_384
_Base64Url = Annotated[str, Meta(min_length=1, max_length=_LONGEST, pattern=r"^[A-Za-z0-9_-]+\Z")]


class CreatedBody(Value, frozen=True):
    """A passkey that the browser has just created. Texts are base64url without padding."""

    name: Annotated[Label, Meta(description="名称，如某手机，供本人辨认")]
    id: Annotated[_Base64Url, Meta(description="凭据的id")]
    client_data: Annotated[_Base64Url, Meta(description="浏览器所给的response.clientDataJSON")]
    attestation: Annotated[_Base64Url, Meta(description="浏览器所给的response.attestationObject")]


class SignedBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed challenge. Texts are base64url without padding."""

    id: Annotated[_Base64Url, Meta(description="凭据的id")]
    client_data: Annotated[_Base64Url, Meta(description="浏览器所给的response.clientDataJSON")]
    authenticator_data: Annotated[_Base64Url, Meta(description="浏览器所给的response.authenticatorData")]
    signature: Annotated[_Base64Url, Meta(description="浏览器所给的response.signature")]


class PasskeyOptions(msgspec.Struct, frozen=True):
    """Options for the browser's WebAuthn call, valid for five minutes in this session."""

    public_key: Annotated[
        dict[str, Any], Meta(description="navigator.credentials所用的publicKey，其中的字节为base64url")
    ]


def party(request: ApiRequest) -> RelyingParty:
    """Raises PasskeysOff."""
    found: RelyingParty | None = request.app.state.party
    if found is None:
        raise PasskeysOff
    return found


@post(
    "/api/v1/second-factor/passkey/challenge",
    operation_id="askPasskey",
    summary="请求以通行密钥验证",
    status_code=200,
    opt={"act": OWN, BEFORE_PROOF: True, "statuses": (404, 409)},
)
async def ask(request: ApiRequest) -> Response[PasskeyOptions]:
    """浏览器据此请本人的一个通行密钥签名；五分钟内、在此会话中有效，只用一次。"""
    caller = request.caller
    found = await request.register.passkeys.ask(caller.principal, caller.token, party(request))
    return json(PasskeyOptions(found))


@post(
    "/api/v1/second-factor/passkey",
    operation_id="provePasskey",
    summary="以通行密钥验证",
    status_code=200,
    opt={"act": OWN, BEFORE_PROOF: True, "statuses": (409, 429)},
)
async def prove(
    request: ApiRequest, payload: NamedDependency[SkipValidation[SignedBody]]
) -> Response[Proved]:
    """与动态口令同样有效。错误的次数与口令合并计算。"""
    caller = request.caller
    signed = Signed(payload.id, payload.client_data, payload.authenticator_data, payload.signature)
    await request.register.passkeys.prove(
        caller.principal, caller.token, signed, party(request), auth.origin(request)
    )
    return json(Proved(caller.principal.officer))


@post(
    "/api/v1/passkeys/challenge",
    operation_id="beginPasskey",
    summary="请求登记通行密钥",
    status_code=200,
    opt={"act": OWN, BEFORE_PROOF: True, "statuses": (404, 409)},
)
async def begin(request: ApiRequest) -> Response[PasskeyOptions]:
    """浏览器据此制作通行密钥。已启用登录验证方式的，须在30分钟内验证过。"""
    caller = request.caller
    found = await request.register.passkeys.begin(caller.principal, caller.token, party(request))
    return json(PasskeyOptions(found))


@post(
    "/api/v1/passkeys",
    operation_id="addPasskey",
    summary="登记通行密钥",
    status_code=201,
    opt={"act": OWN, BEFORE_PROOF: True, "statuses": (409, 422)},
)
async def add(
    request: ApiRequest, payload: NamedDependency[SkipValidation[CreatedBody]]
) -> Response[RecoveryCodes]:
    """随即有效，本人的其他会话结束。首次启用登录验证方式的，给出恢复码，只显示这一次。"""
    caller = request.caller
    created = Created(payload.id, payload.client_data, payload.attestation)
    codes = await request.register.passkeys.add(
        caller.principal, caller.token, payload.name, created, party(request), auth.origin(request)
    )
    return json(RecoveryCodes(tuple(codes)), status=201)


@get("/api/v1/passkeys", operation_id="listPasskeys", summary="本人的通行密钥", opt={"act": OWN})
async def listed(request: ApiRequest) -> Response[list[Passkey]]:
    """何时登记，最近何时使用。"""
    return json(list(await request.register.passkeys.listed(request.caller.principal)))


@delete(
    "/api/v1/passkeys/{id:str}",
    operation_id="removePasskey",
    summary="移除通行密钥",
    status_code=200,
    opt={"act": OWN, "statuses": (409,)},
)
async def remove(request: ApiRequest, id: FromPath[str]) -> Response[Ended]:  # noqa: A002 - its name in the address
    """唯一的登录验证方式不能自行移除。"""
    caller = request.caller
    await request.register.passkeys.remove(caller.principal, caller.token, id, auth.origin(request))
    return json(Ended(id))


HANDLERS = (ask, prove, begin, add, listed, remove)
