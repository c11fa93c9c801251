"""Login and logout, an officer's own sessions, password and API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.accounts.password_policy import PasswordPolicy
from adapters.accounts.sessions import LONGEST_KEY, Awaits, Key, SessionShown, SessionToken
from adapters.register.login.credentials import News
from adapters.register.login.login import Principal
from adapters.register.login.login_session import LoginResult
from api.web import auth
from api.web.auth import BEFORE_CHANGE, BEFORE_PROOF, OPEN, OWN
from api.web.request import ApiRequest
from api.web.responses import json
from domain.authority import powers
from domain.authority.powers import Act, Role
from domain.values import Label, Value

LONGEST_PASSWORD = 1024
"""Characters beyond which a password is not even hashed; the policy says what it may be."""

Password = Annotated[str, Meta(min_length=1, max_length=LONGEST_PASSWORD)]


class LoginBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Authority, officer and password."""

    authority: Annotated[str, Meta(max_length=40, description="机关代码")]
    officer: Annotated[str, Meta(max_length=40, description="人员代号，即账号")]
    password: Annotated[Password, Meta(description="口令")]


class PasswordBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The officer's current and new password."""

    old: Annotated[Password, Meta(description="现在的口令")]
    new: Annotated[Password, Meta(description="新的口令")]


class KeyBody(Value, frozen=True):
    """An API key for a program, in the officer's name."""

    name: Annotated[Label, Meta(description="用在何处，如某系统")]
    acts: Annotated[
        Annotated[tuple[Act, ...], Meta(min_length=1, max_length=len(powers.ACTS))],
        Meta(description="可办的事项，不超出本人的职权"),
    ]
    days: Annotated[Annotated[int, Meta(ge=1, le=LONGEST_KEY)], Meta(description="有效的天数")] = 90


class Session(msgspec.Struct, frozen=True):
    """A session and its officer. csrf: to be sent as X-CSRF-Token with every unsafe method."""

    authority: Annotated[str, Meta(description="机关代码")]
    officer: Annotated[str, Meta(description="人员代号")]
    roles: Annotated[tuple[Role, ...], Meta(description="现有的职权")]
    must_change: Annotated[bool, Meta(description="须先修改口令")]
    csrf: Annotated[str, Meta(description="改动时在X-CSRF-Token中给出")]
    awaits: Annotated[
        Awaits, Meta(description="尚缺：code须验证动态口令或通行密钥，enrolment须启用其一，空即不缺")
    ] = ""
    news: Annotated[
        News | None,
        Meta(
            description="places：有人以本人的账号从未曾用过的地方登录，不认得的请修改口令；restored：管理员已经重设。只在查看此会话时给出"
        ),
    ] = None


class NewKey(msgspec.Struct, frozen=True):
    """A new API key; it cannot be shown again."""

    id: Annotated[str, Meta(description="密钥的编号")]
    key: Annotated[str, Meta(description="密钥本身，只显示这一次")]
    expires_at: Annotated[datetime, Meta(description="有效至")]


class Ended(msgspec.Struct, frozen=True):
    """Id of the ended session or revoked key."""

    ended: Annotated[str, Meta(description="已结束或吊销的编号")]


_OF_PASSWORDS = (401, 403, 422, 429, 503)


@post(
    "/api/v1/login",
    operation_id="login",
    summary="登录",
    status_code=200,
    opt={"act": OPEN, "statuses": _OF_PASSWORDS},
)
async def login(
    request: ApiRequest, payload: NamedDependency[SkipValidation[LoginBody]]
) -> Response[Session]:
    """会话在Cookie中，15分钟未用或满8小时即止；改动时另附csrf。账号不存在、口令不符、账号锁定，答复相同。"""
    logged_in = await request.register.logins.login(
        payload.authority,
        payload.officer,
        payload.password,
        policy=_policy(request),
        origin=auth.origin(request),
        held=auth.held(request),
    )
    return _came_in(request, payload.officer, logged_in)


@post(
    "/api/v1/password",
    operation_id="changePassword",
    summary="修改口令",
    status_code=200,
    opt={"act": OWN, BEFORE_CHANGE: True, "statuses": _OF_PASSWORDS},
)
async def change_password(
    request: ApiRequest, payload: NamedDependency[SkipValidation[PasswordBody]]
) -> Response[Session]:
    """本人的其他会话随即结束，此会话换新。"""
    who = request.caller.principal
    logged_in = await request.register.logins.change_password(
        who, payload.old, payload.new, policy=_policy(request), origin=auth.origin(request)
    )
    return _came_in(request, who.officer, logged_in)


@post(
    "/api/v1/logout",
    operation_id="logout",
    summary="退出",
    status_code=200,
    opt={"act": OWN, BEFORE_PROOF: True},
)
async def logout(request: ApiRequest) -> Response[Ended]:
    """结束此会话。"""
    who = request.caller.principal
    await request.register.logins.logout(who, auth.origin(request))
    return json(Ended(who.id), headers=auth.cookie(request.scope["scheme"], None))


@get("/api/v1/session", operation_id="getSession", summary="此会话", opt={"act": OWN, BEFORE_PROOF: True})
async def session(request: ApiRequest) -> Response[Session]:
    """本人的职权和csrf；新的登录地点。"""
    who, secret = request.caller.principal, request.caller.secret
    shown = _session(who.code, who.officer, who.roles, who.must_change, secret, who.awaits)
    if not who.awaits:
        news = await request.register.credentials.news(who, auth.origin(request))
        shown = msgspec.structs.replace(shown, news=news)
    return json(shown)


@get("/api/v1/sessions", operation_id="listSessions", summary="本人的会话", opt={"act": OWN})
async def sessions(request: ApiRequest) -> Response[list[SessionShown]]:
    """从何处、何时登录；不认得的请结束，并修改口令。"""
    return json(list(await request.register.logins.sessions(request.caller.principal)))


@delete(
    "/api/v1/sessions/{id:str}",
    operation_id="endSession",
    summary="结束本人的一个会话",
    status_code=200,
    opt={"act": OWN},
)
async def end_session(request: ApiRequest, id: FromPath[str]) -> Response[Ended]:  # noqa: A002 - its name in the address
    """本人的其他会话，或此会话。"""
    await request.register.logins.end_session(request.caller.principal, id, auth.origin(request))
    return json(Ended(id))


@get("/api/v1/keys", operation_id="listKeys", summary="密钥", opt={"act": OWN})
async def keys(request: ApiRequest) -> Response[list[Key]]:
    """本人的密钥；系统管理员见本机关全部。密钥本身不再显示。"""
    who = request.caller.principal
    return json(list(await request.register.keys.listed(who.code, _whose(request, who))))


@post(
    "/api/v1/keys",
    operation_id="createKey",
    summary="发给自己一个密钥",
    status_code=201,
    opt={"act": OWN, "statuses": (409, 422)},
)
async def create_key(
    request: ApiRequest, payload: NamedDependency[SkipValidation[KeyBody]]
) -> Response[NewKey]:
    """供程序以Authorization: Bearer使用；本人的职权收回，密钥即不能再办。可办的事项须验证过登录方式才能办的，30分钟内须验证过。"""
    who = request.caller.principal
    request.caller.check_proven(payload.acts)
    secret, id_, until = await request.register.keys.create(
        who.code,
        who.officer,
        name=payload.name,
        acts=payload.acts,
        days=payload.days,
        actor=who.officer,
        origin=auth.origin(request),
    )
    return json(NewKey(id_, secret.as_key, until), status=201)


@delete(
    "/api/v1/keys/{id:str}", operation_id="revokeKey", summary="吊销密钥", status_code=200, opt={"act": OWN}
)
async def revoke_key(request: ApiRequest, id: FromPath[str]) -> Response[Ended]:  # noqa: A002 - its name in the address
    """本人的；系统管理员可吊销本机关任一密钥。"""
    who = request.caller.principal
    await request.register.keys.revoke(
        who.code, id, officer=_whose(request, who), actor=who.officer, origin=auth.origin(request)
    )
    return json(Ended(id))


def _whose(request: ApiRequest, who: Principal) -> str | None:
    """The officer whose API keys the caller may list and revoke; None: everybody's."""
    return None if request.caller.may("administer") else who.officer


def _policy(request: ApiRequest) -> PasswordPolicy:
    policy: PasswordPolicy = request.app.state.passwords
    return policy


def _came_in(request: ApiRequest, officer: str, logged_in: LoginResult) -> Response[Session]:
    secret = logged_in.secret
    shown = _session(secret.code, officer, logged_in.roles, logged_in.must_change, secret, logged_in.awaits)
    return json(shown, headers=auth.cookie(request.scope["scheme"], secret))


def _session(
    code: str,
    officer: str,
    roles: frozenset[Role],
    must_change: bool,
    secret: SessionToken | None,
    awaits: Awaits,
) -> Session:
    held = tuple(role for role in powers.ROLES if role in roles)
    return Session(code, officer, held, must_change, secret.csrf if secret else "", awaits)


HANDLERS = (
    login, change_password, logout, session, sessions, end_session, keys, create_key, revoke_key,
)  # fmt: skip
