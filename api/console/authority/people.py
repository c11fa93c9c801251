"""Officers with powers and accounts, service accounts with keys, and the authority's settings."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from litestar import Response, get, post
from litestar.params import FromPath

from adapters.accounts.credentials import KINDS, kept_in_words
from adapters.accounts.sessions import LONGEST_KEY
from api.console import forms
from api.console.authority.streams import OF_OFFICE, WHERE_ENDED
from api.console.forms import last
from api.console.frame import at, by_name, code_of, me_for_events, office_named, page, to
from api.today import today
from api.web import auth
from api.web.request import ApiRequest
from domain.authority.authority import Authority
from domain.authority.events import AMENDABLE
from domain.authority.powers import POWERS, ROLES
from domain.law import terms
from domain.law.refusals import Malformed, Refusal
from domain.letters import document_numbers
from domain.values import is_label
from projections import officers, services
from projections.choice_labels import CHOICES


@get("/people", **at(*OF_OFFICE))
async def people(request: ApiRequest) -> Response[Any]:
    """人员和办理规则。"""
    return await _shown(request)


class _NewKey(NamedTuple):
    """A service account's key as it is shown this once."""

    service: str
    key: str
    until: datetime


class _Refused(NamedTuple):
    """Refused input about an account, without the password, and the refusal's text."""

    officer: str
    name: str
    text: str


class _Rule(NamedTuple):
    """A policy in words. since: day from which the value applies; None for the program's default. later: values from
    future days on."""

    words: str
    value: str
    since: date | None
    later: list[tuple[date, str]]


def _policies(office: Authority) -> Iterator[_Rule]:
    values, on = CHOICES["policy_set.value"], today()
    for policy, words in CHOICES["policy"].items():
        name = cast("terms.PolicyName", policy)
        known = [each for each in office.policies if each.policy == name]
        value = terms.policy_on(known, name, on)
        since = max((each.in_force_from for each in known if each.in_force_from <= on), default=None)
        later = [(each.in_force_from, values[each.value]) for each in known if each.in_force_from > on]
        yield _Rule(words, values[value], since, later)


async def _shown(
    request: ApiRequest,
    problem: str = "",
    done: str = "",
    new_key: _NewKey | None = None,
    refused: _Refused | None = None,
) -> Response[Any]:
    code = code_of(request)
    async with request.register.view(code) as view:
        office = view.authority
        entries = await view.authority_history()
    accounts = {each.officer: each for each in await request.register.accounts.listed(code)}
    factors = await request.register.second_factors.officers_with_one(code)
    valid = await request.register.credentials.listed(code)
    version, superior = request.query_params.get("done", ""), office.superior_on(today())
    sits = await me_for_events(request, (each.event for each in entries))
    return await page(
        request,
        "people.html",
        status=422 if problem else 200,
        office=office,
        members=officers.members(office, today()),
        accounts=accounts,
        factors=factors,
        kept={each: kept_in_words(valid, each, WHERE_ENDED) for each in accounts},
        provider=request.app.state.provider,
        emergencies=await request.register.sign_on.emergency_logins(code),
        lines=list(reversed(sits.sight.lines(entries)))[:50],
        services=services.services(office, today()),
        service_keys=await request.register.service_keys.listed(code),
        service_words=services.words,
        webhooks=await request.register.webhooks.listed(code),
        calendars=await request.register.calendars.listed(code),
        new_key=new_key,
        amendable={each.originator_version for each in entries if isinstance(each.event, AMENDABLE)},
        series=[(each, document_numbers.written(each, today().year, 1)) for each in office.number_series],
        powers=POWERS,
        roles=ROLES,
        problem=problem,
        refused=refused,
        policy=request.app.state.passwords,
        policies=list(_policies(office)),
        superior=superior and await office_named(request, superior),
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
        text, name = str(by_name(request, refusal)), last(given, "name")[:200]
        typed = _Refused(officer, name, text) if act in ("open", "reset") else None
        return await _shown(request, text, refused=typed)
    return to("/people?done=1#accounts")


@post("/people/services/{service:str}/keys", status_code=200, **at("administer"))
async def create_service_key(request: ApiRequest, service: FromPath[str]) -> Response[Any]:
    """A new key of a service account, shown this once."""
    given = await forms.read(request)
    try:
        days, overlap_days = (
            _days(last(given, name), first) for name, first in (("days", 1), ("overlap_days", 0))
        )
        key, _, until = await request.register.service_keys.create(
            code_of(request),
            service,
            days=days,
            overlap_days=overlap_days,
            actor=request.actor,
            origin=auth.origin(request),
        )
    except Refusal as refusal:
        return await _shown(request, str(refusal))
    return await _shown(request, new_key=_NewKey(service, key.as_service_key, until))


@post("/people/services/{service:str}/keys/{id:str}/revoke", status_code=200, **at("administer"))
async def revoke_service_key(request: ApiRequest, service: FromPath[str], id: FromPath[str]) -> Response[Any]:  # noqa: A002 - its name in the address
    """Revoke a key of a service account, with immediate effect."""
    await forms.read(request)
    revoked = request.register.service_keys.revoke(
        code_of(request), service, id, actor=request.actor, origin=auth.origin(request)
    )
    return await _after(request, revoked, "services")


@post("/people/calendars/{id:str}/revoke", status_code=200, **at("grant", "administer"))
async def revoke_calendar(request: ApiRequest, id: FromPath[str]) -> Response[Any]:  # noqa: A002 - its name in the address
    """Revoke the address of an officer's calendar."""
    await forms.read(request)
    revoked = request.register.calendars.revoke(
        code_of(request), id, actor=request.actor, origin=auth.origin(request)
    )
    return await _after(request, revoked, "calendars")


@post("/people/webhooks/{id:str}/resume", status_code=200, **at("administer"))
async def resume_webhook(request: ApiRequest, id: FromPath[str]) -> Response[Any]:  # noqa: A002 - its name in the address
    """Deliver to a paused webhook again, also what has waited."""
    await forms.read(request)
    resumed = request.register.webhooks.resume(
        code_of(request), id, actor=request.actor, origin=auth.origin(request)
    )
    return await _after(request, resumed, "services")


async def _after(request: ApiRequest, act: Coroutine[Any, Any, object], section: str) -> Response[Any]:
    """Carry out the act, then lead to a section of the page of officers; if refused, show that page with the reason."""
    try:
        await act
    except Refusal as refusal:
        return await _shown(request, str(refusal))
    return to(f"/people?done=1#{section}")


@get("/people/credentials", **at("grant"))
async def credentials(request: ApiRequest) -> Response[Any]:
    """Sessions, keys and calendar addresses of all officers."""
    return await _credentials(request)


async def _credentials(request: ApiRequest, problem: str = "") -> Response[Any]:
    return await page(
        request,
        "credentials.html",
        status=422 if problem else 200,
        found=await request.register.credentials.listed(code_of(request)),
        kinds=KINDS,
        here=request.caller.principal.id,
        done=bool(request.query_params.get("done")),
        problem=problem,
    )


@post("/people/credentials/{id:str}/end", status_code=200, **at("grant"))
async def end_credential(request: ApiRequest, id: FromPath[str]) -> Response[Any]:  # noqa: A002 - its name in the address
    """End a session, key or calendar address of any officer, with immediate effect."""
    await forms.read(request)
    try:
        await request.register.credentials.end(
            code_of(request), id, actor=request.actor, origin=auth.origin(request)
        )
    except Refusal as refusal:
        return await _credentials(request, str(refusal))
    return to("/login" if id == request.caller.principal.id else "/people/credentials?done=1")


def _days(typed: str, first: int) -> int:
    """Raises Malformed."""
    if (found := forms.whole_number(typed, first, LONGEST_KEY)) is None:
        raise Malformed(field="", problem=f"天数应为{first}至{LONGEST_KEY}的整数")
    return found


HANDLERS = (
    people,
    change_account,
    create_service_key,
    revoke_service_key,
    revoke_calendar,
    resume_webhook,
    credentials,
    end_credential,
)
