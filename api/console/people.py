"""Officers, their powers and accounts, and what the office has set for itself."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console import forms
from api.console.forms import last
from api.console.frame import at, code_of, page, to
from api.console.streams import OF_OFFICE
from api.today import today
from api.web import auth
from api.web.request import ApiRequest
from domain.authority.powers import POWERS, ROLES
from domain.law.refusals import Malformed, Refusal
from domain.values import is_label
from projections import history, officers


@get("/people", **at(*OF_OFFICE))
async def people(request: ApiRequest) -> Response[Any]:
    """人员和办理规则。"""
    return await _shown(request)


async def _shown(request: ApiRequest, problem: str = "", done: str = "") -> Response[Any]:
    code = code_of(request)
    async with request.register.view(code) as view:
        office = view.authority
        entries = await view.authority_history()
    accounts = {each.officer: each for each in await request.register.accounts.listed(code)}
    version = request.query_params.get("done", "")
    return await page(
        request,
        "people.html",
        status=422 if problem else 200,
        office=office,
        members=officers.members(office, today()),
        accounts=accounts,
        lines=list(reversed(history.lines(entries)))[:50],
        powers=POWERS,
        roles=ROLES,
        problem=problem,
        done=done or ("已登记。" if version.isdecimal() else ""),
    )


@post("/people/accounts/{officer:str}/{act:str}", status_code=200, **at("administer"))
async def change_account(request: ApiRequest, officer: FromPath[str], act: FromPath[str]) -> Response[Any]:
    """Open an account with a first password, give a new first one, unlock, or disable."""
    given, code, accounts = await forms.read(request), code_of(request), request.register.accounts
    how: dict[str, Any] = {"actor": request.actor, "origin": auth.origin(request)}
    policy = request.app.state.passwords
    try:
        match act:
            case "open":
                if not is_label(name := last(given, "name").strip()):
                    raise Malformed(field="", problem="请填写姓名")
                await accounts.create(
                    code, officer, name=name, password=last(given, "password")[:1024], policy=policy, **how
                )
            case "reset":
                await accounts.reset_password(
                    code, officer, last(given, "password")[:1024], policy=policy, **how
                )
            case "unlock":
                await accounts.unlock(code, officer, **how)
            case "disable":
                await accounts.disable(code, officer, **how)
            case _:
                raise Malformed(field="", problem="没有这一办法")
    except Refusal as refusal:
        return await _shown(request, str(refusal))
    return to("/people?done=1#accounts")


HANDLERS = (people, change_account)
