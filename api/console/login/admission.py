"""Before a page: authentication, and the CSRF check of forms. A form sent after the session ended is kept through the
login."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response

from adapters.accounts.refusals import SecondFactorMissing
from adapters.accounts.sessions import SessionToken
from api.console import forms, resuming
from api.console.forms import Given
from api.console.frame import me, page, shown, to
from api.web import auth
from api.web.call_refusals import (
    NoSuchAddress,
    PasswordMustChange,
    SecondFactorRequired,
    SessionEnded,
    Unauthorized,
)
from api.web.request import ApiRequest
from domain.authority.refusals import ProofStale
from domain.law.refusals import Refusal

_NEVER_CARRIED = frozenset({"csrf", "password", "old", "new", "again", "carried", "then", "code"})


async def admit(request: ApiRequest) -> Response[str] | Response[None] | None:
    """The reply instead of the page; None if it may be opened. Raises as `auth.check`."""
    if request.method == "POST" and forms.is_from_elsewhere(request):
        raise NoSuchAddress  # not sent by one of our pages
    try:
        await auth.check(request)
    except (Unauthorized, SessionEnded) as refused:
        return await _login_first(request, ended=isinstance(refused, SessionEnded))
    except PasswordMustChange:
        return to("/password")
    except (SecondFactorRequired, ProofStale):
        return await code_first(request)
    except Refusal:
        if request.scope.get("taizhang.caller") is not None:
            await me(request)  # for the frame of the problem's page
        raise
    if auth.acts_of(request.route_handler) != (auth.OPEN,):
        await me(request)  # for the frame of a problem's page
    if request.method != "POST" or auth.acts_of(request.route_handler) == (auth.OPEN,):
        return None
    given = await forms.read(request)
    if forms.is_of_session(request, given):
        return None
    return await resuming.resume(request, request.scope["path"], given)


async def _login_first(request: ApiRequest, *, ended: bool) -> Response[str] | Response[None]:
    if request.method != "POST":
        parameters = {"then": _address(request), **({"ended": "1"} if ended else {})}
        return to(f"/login?{urlencode(parameters)}" if parameters != {"then": "/"} else "/login")
    fields = login_fields(request, request.scope["path"]) | {"carried": _typed(await forms.read(request))}
    return shown(request, "login.html", status=401, ended=True, **fields)


async def code_first(request: ApiRequest) -> Response[str] | Response[None]:
    """Ask for the second factor first; the form's input is carried along."""
    if request.method != "POST":
        return to(f"/second-factor?{urlencode({'then': _address(request)})}")
    given = await forms.read(request)
    if not forms.is_of_session(request, given):
        return to("/second-factor")
    return await ask_code(request, request.scope["path"], _typed(given), status=403)


def _address(request: ApiRequest) -> str:
    """The path of the page with its query."""
    path, query = request.scope["path"], request.scope["query_string"].decode("ascii", "replace")
    return f"{path}?{query}" if query else path


async def ask_code(
    request: ApiRequest, then: str, carried: str = "", *, status: int = 200, problem: str = ""
) -> Response[str]:
    """The page that asks for a second factor. then, carried: see `go_on`."""
    caller = request.caller
    factors, passkeys = request.register.second_factors, request.register.passkeys
    options = ""
    if (party := request.app.state.party) is not None:
        with suppress(SecondFactorMissing):
            options = msgspec.json.encode(await passkeys.ask(caller.principal, caller.token, party)).decode()
    return await page(
        request,
        "second_factor.html",
        status=status,
        then=then,
        carried=carried,
        problem=problem,
        options=options,
        provider=await _reproved_by(request),
        has_codes=await factors.has_codes(caller.principal),
    )


async def _reproved_by(request: ApiRequest) -> str:
    """The identity provider's name, if the officer logged in with it and has no second factor here."""
    caller, provider = request.caller, request.app.state.provider
    if provider is None or await request.register.second_factors.is_in_force(caller.principal):
        return ""
    by_provider = await request.register.sign_on.is_by_provider(caller.principal, caller.token)
    return str(provider.settings.name) if by_provider else ""


async def go_on(request: ApiRequest, token: SessionToken, then: str, carried: str) -> Response[Any]:
    """After the login or the second factor: continue at the page, with the form's input. token: CSRF token of the
    session."""
    typed = _carried(carried)
    if not typed:
        return to(then)
    await auth.seat(request, token)
    return await resuming.resume(request, then.partition("?")[0], typed)


def _typed(given: Given) -> str:
    """The form's input to be carried through the login, without secrets."""
    return msgspec.json.encode(
        {name: values for name, values in given.items() if name not in _NEVER_CARRIED}
    ).decode()


def login_fields(request: ApiRequest, then: str) -> dict[str, Any]:
    """The fields of an empty login form; then: page to continue at."""
    provider = request.app.state.provider
    name = provider.settings.name if provider is not None else ""
    return {
        "then": then, "carried": "", "office": "", "officer": "", "problem": "", "provider": name, "sub": "",
    }  # fmt: skip


def _carried(text: str) -> Given:
    """The carried input; empty if it cannot be read."""
    try:
        return msgspec.json.decode(text, type=Given) if text else {}
    except (msgspec.DecodeError, RecursionError):
        return {}
