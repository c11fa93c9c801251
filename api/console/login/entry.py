"""Login and logout, the first password, and static files."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from adapters.accounts.password_policy import PasswordPolicy
from api.console import forms
from api.console.forms import last
from api.console.frame import at, before_change, before_proof, local, page, shown, to
from api.console.login import admission, sign_on
from api.console.templates import STATIC, static
from api.web import auth
from api.web.auth import OPEN, OWN
from api.web.call_refusals import OnReplica
from api.web.request import ApiRequest
from domain.law.refusals import Malformed, Refusal
from domain.values import is_label


class LoginQuery(msgspec.Struct, frozen=True):
    """Where to go after the login, and whether a session has ended."""

    then: str = "/"
    ended: str = ""


_KEPT = "max-age=31536000, immutable"


@get("/login", **at(OPEN))
async def login_form(request: ApiRequest) -> Response[str]:
    """The login page. On a standby nobody can log in, so it raises OnReplica."""
    if await request.register.is_replica():
        raise OnReplica
    query = forms.query_of(request, LoginQuery)
    fields = admission.login_fields(request, local(query.then))
    fields["office"] = await _only_office(request)
    return shown(request, "login.html", ended=bool(query.ended), **fields)


async def _only_office(request: ApiRequest) -> str:
    """The code of the authority, if there is only one, so that it need not be typed."""
    found = await request.register.authorities()
    return found[0] if len(found) == 1 else ""


@post("/login", status_code=200, **at(OPEN))
async def login(request: ApiRequest) -> Response[Any]:
    """Log in, and continue at the page."""
    given = await forms.read(request)
    then, carried = local(last(given, "then", "/")), last(given, "carried")
    office, officer = last(given, "office").strip(), last(given, "officer").strip()
    try:
        if not (is_label(office) and is_label(officer) and last(given, "password")):
            raise Malformed(field="", problem="请填写机关代码、账号和口令")
        logged_in = await request.register.logins.login(
            office[:40],
            officer[:40],
            last(given, "password")[:1024],
            policy=_policy(request),
            origin=auth.origin(request),
            held=auth.held(request),
        )
    except Refusal as refusal:
        fields = admission.login_fields(request, then) | {
            "carried": carried, "office": office, "officer": officer, "problem": str(refusal),
        }  # fmt: skip
        return shown(request, "login.html", status=401, ended=False, **fields)
    cookie = auth.cookie(request.scope["scheme"], logged_in.secret)
    if logged_in.awaits:
        await auth.seat(request, logged_in.secret)
        if logged_in.awaits == "enrolment":
            return to("/second-factor/enrol", cookie)
        reply = await admission.ask_code(request, then, carried)
        reply.headers.update(cookie)
        return reply
    if logged_in.must_change:
        return to("/password", cookie)
    found = await admission.go_on(request, logged_in.secret, then, carried)
    found.headers.update(cookie)
    return found


@post("/logout", status_code=200, **before_proof(OWN))
async def logout(request: ApiRequest) -> Response[Any]:
    """Log out; also at the identity provider if the session began there."""
    caller = request.caller
    by_provider = await request.register.sign_on.is_by_provider(caller.principal, caller.token)
    await request.register.logins.logout(caller.principal, auth.origin(request))
    if by_provider and (onward := await sign_on.logout_page(request)) is not None:
        return onward
    return to("/login", auth.cookie(request.scope["scheme"], None))


@get("/password", **before_change(OWN))
async def password_form(request: ApiRequest) -> Response[str]:
    """The form to change one's password, also an initial one."""
    return await page(request, "password.html", problem="", policy=_policy(request))


@post("/password", status_code=200, **before_change(OWN))
async def change_password(request: ApiRequest) -> Response[Any]:
    """Change the password; ends every other session."""
    given, who = await forms.read(request), request.caller.principal
    old, new = last(given, "old")[:1024], last(given, "new")[:1024]
    try:
        if not old or not new or new != last(given, "again")[:1024]:
            raise Malformed(field="", problem="请填写现在的口令，并将新的口令填写两次，两次须相同")
        logged_in = await request.register.logins.change_password(
            who, old, new, policy=_policy(request), origin=auth.origin(request)
        )
    except Refusal as refusal:
        return await page(request, "password.html", status=422, problem=str(refusal), policy=_policy(request))
    return to("/me?done=password", auth.cookie(request.scope["scheme"], logged_in.secret))


@get("/static/{name:str}", **at(OPEN))
async def asset(name: FromPath[str]) -> Response[bytes]:
    """Scripts, styles and images."""
    if name not in STATIC:
        raise NotFoundException
    return Response(static(name), media_type=STATIC[name], headers={"Cache-Control": _KEPT})


def _policy(request: ApiRequest) -> PasswordPolicy:
    policy: PasswordPolicy = request.app.state.passwords
    return policy


HANDLERS = (
    login_form, login, logout, password_form, change_password, asset,
)  # fmt: skip
