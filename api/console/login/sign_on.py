"""Login and logout with the identity provider: redirect and callback.

The browser is sent on by a page and not by a redirect: a form may lead nowhere outside by the pages' policy, and the
session's cookie goes along with nothing that another site led to.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
import structlog
from litestar import Response, get, post
from litestar.datastructures import Cookie

from adapters.accounts.password_policy import PasswordPolicy
from adapters.accounts.refusals import IdentityRefused, ProviderOff, ProviderUnavailable, SubjectNotBound
from adapters.register.login.login_session import LoginResult
from adapters.sign_on.attempt import LASTS, Attempt
from adapters.sign_on.identity import Identity
from api.console import forms
from api.console.forms import last
from api.console.frame import at, local, shown
from api.console.login import admission
from api.web import auth
from api.web.auth import OPEN
from api.web.request import ApiRequest
from domain.law.refusals import Malformed, Refusal
from domain.values import AUTHORITY_CODE_PATTERN

if TYPE_CHECKING:
    from adapters.sign_on.provider import Provider

log = structlog.get_logger("taizhang.login")

_LONGEST, _LONGEST_THEN = 2048, 1000
_WORDS = {"timeout": "没有及时答复", "not_reached": "连接不上", "busy": "等待的人太多"}
_COOKIE = "taizhang-login"


class Answer(msgspec.Struct, frozen=True):
    """The parameters of the callback; others are ignored."""

    code: str = ""
    state: str = ""
    iss: str | None = None
    error: str = ""


@post("/login/provider", status_code=200, **at(OPEN))
async def begin(request: ApiRequest) -> Response[Any]:
    """Redirect to the provider. fresh: require a new login there, for acts that need recent proof."""
    given = await forms.read(request)
    office, then = last(given, "office").strip(), local(last(given, "then", "/"))
    try:
        provider = _provider(request)
        if not re.match(AUTHORITY_CODE_PATTERN, office):
            raise Malformed(field="", problem="请填写机关代码")
        attempt = Attempt.new(office, then if len(then) <= _LONGEST_THEN else "/")
        address = await _login_address(provider, attempt, fresh=bool(last(given, "fresh")))
    except Refusal as refusal:
        return await _not_in(request, refusal, office, then)
    return _remember(
        request, shown(request, "onward.html", address=address, where=provider.settings.name), attempt
    )


async def _login_address(provider: Provider, attempt: Attempt, *, fresh: bool) -> str:
    from adapters.sign_on.provider import ProviderDown  # noqa: PLC0415 - loaded with the provider

    try:
        return await provider.login_address(attempt, fresh=fresh)
    except ProviderDown as down:
        raise ProviderUnavailable(problem=_WORDS.get(str(down), "答复不合规")) from None


@get("/login/provider/callback", **at(OPEN))
async def come_back(request: ApiRequest) -> Response[Any]:
    """The callback: log in, if the provider's reply is valid and bound to an officer."""
    attempt = Attempt.parse(request.cookies.get(_cookie_name(request), ""))
    answer = forms.query_of(request, Answer)
    identity: Identity | None = None
    try:
        provider = _provider(request)
        if attempt is None or not secrets.compare_digest(answer.state.encode(), attempt.state.encode()):
            raise IdentityRefused  # not started by this browser: do not call the provider, do not count a failure
        identity = await _identity(request, provider, attempt, answer)
        logged_in = await request.register.sign_on.login(
            attempt.office,
            identity,
            gave_second_factor=identity.gave_second_factor(frozenset(provider.settings.acr)),
            policy=_policy(request),
            origin=auth.origin(request),
            held=auth.held(request),
        )
    except Refusal as refusal:
        office, then = (attempt.office, local(attempt.then)) if attempt is not None else ("", "/")
        sub = identity.subject if identity is not None and isinstance(refusal, SubjectNotBound) else ""
        return await _not_in(request, refusal, office, then, sub=sub)
    return _in(request, logged_in, local(attempt.then))


async def _identity(request: ApiRequest, provider: Provider, attempt: Attempt, answer: Answer) -> Identity:
    """Raises IdentityRefused, ProviderUnavailable or TooManyFailures."""
    from adapters.sign_on.provider import ProviderDown  # noqa: PLC0415 - loaded with the provider
    from adapters.sign_on.tokens import TokenRefused  # noqa: PLC0415

    await request.register.sign_on.check_source(attempt.office, auth.origin(request))
    if answer.error or not 0 < len(answer.code) <= _LONGEST:
        raise await _refused(request, attempt, "no_code")
    try:
        return await provider.identity(attempt, answer.code, answer.iss)
    except TokenRefused as wrong:
        raise await _refused(request, attempt, str(wrong)) from None
    except ProviderDown as down:
        raise ProviderUnavailable(problem=_WORDS.get(str(down), "答复不合规")) from None


async def _refused(request: ApiRequest, attempt: Attempt, why: str) -> Refusal:
    log.warning("login.identity_refused", why=why)
    return await request.register.sign_on.refused(attempt.office, auth.origin(request), IdentityRefused())


def _in(request: ApiRequest, logged_in: LoginResult, then: str) -> Response[Any]:
    """As after a password: first continue to what the session still awaits."""
    if logged_in.awaits:
        query = f"/second-factor?{urlencode({'then': then})}"
        then = "/second-factor/enrol" if logged_in.awaits == "enrolment" else query
    found = shown(
        request,
        "onward.html",
        address=then,
        where="",
        headers=auth.cookie(request.scope["scheme"], logged_in.secret),
    )
    return _remember(request, found, None)


async def _not_in(
    request: ApiRequest, refusal: Refusal, office: str, then: str, *, sub: str = ""
) -> Response[Any]:
    fields = admission.login_fields(request, then) | {"office": office, "problem": str(refusal), "sub": sub}
    status = 503 if isinstance(refusal, ProviderUnavailable) else 401
    return _remember(request, shown(request, "login.html", status=status, ended=False, **fields), None)


async def logout_page(request: ApiRequest) -> Response[Any] | None:
    """After logout here, the provider's logout address; None if it has none."""
    provider: Provider | None = request.app.state.provider
    address = await provider.logout_address() if provider is not None else None
    if provider is None or address is None:
        return None
    leave = auth.cookie(request.scope["scheme"], None)
    return shown(request, "onward.html", address=address, where=provider.settings.name, headers=leave)


def _provider(request: ApiRequest) -> Provider:
    """Raises ProviderOff."""
    found: Provider | None = request.app.state.provider
    if found is None:
        raise ProviderOff
    return found


def _policy(request: ApiRequest) -> PasswordPolicy:
    policy: PasswordPolicy = request.app.state.passwords
    return policy


def _remember(request: ApiRequest, response: Response[Any], attempt: Attempt | None) -> Response[Any]:
    """The cookie of the attempt; None: delete it. SameSite=Lax, since the callback comes from another site."""
    response.set_cookie(
        Cookie(
            _cookie_name(request),
            value=str(attempt) if attempt is not None else "",
            max_age=LASTS if attempt is not None else 0,
            secure=request.scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )
    )
    return response


def _cookie_name(request: ApiRequest) -> str:
    return f"__Host-{_COOKIE}" if request.scope["scheme"] == "https" else _COOKIE


HANDLERS = (begin, come_back)
