"""One's own account: powers, sessions, and keys for programs that work in one's name."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import uuid4

from litestar import Response, get, post
from litestar.params import FromPath

from adapters.accounts.sessions import LONGEST_KEY
from adapters.mail.refusals import MailNotSent
from adapters.refusals import IdempotencyKeyReused
from api.console import forms
from api.console.forms import Given, last
from api.console.frame import at, page, to
from api.console.login import admission
from api.console.resuming import resumes
from api.web import auth
from api.web.auth import OWN
from api.web.calendars import address_of
from api.web.request import ApiRequest
from domain.authority import powers
from domain.authority.refusals import ProofStale
from domain.law.refusals import Malformed, Refusal
from domain.values import is_label

USUAL_DAYS = 90
FEW_CODES = 2
"""Recovery codes left at which an officer is warned."""


@get("/me", **at(OWN))
async def own(request: ApiRequest) -> Response[str]:
    """我的账号。"""
    return await shown(request)


async def shown(
    request: ApiRequest,
    *,
    problem: str = "",
    given: Given | None = None,
    made: Any = None,
    calendar: str = "",
) -> Response[str]:
    """One's own page. made, calendar: a key, and a calendar's address, that was just made, which is shown this once."""
    who = request.caller.principal
    return await page(
        request,
        "me.html",
        status=422 if problem else 200,
        sessions=await request.register.logins.sessions(who),
        keys=await request.register.keys.listed(who.code, who.officer),
        own_acts=[act for act in powers.ACTS if powers.may(who.roles, act)],
        done=request.query_params.get("done", ""),
        problem=problem,
        given=given or {"days": [str(USUAL_DAYS)]},
        once=uuid4().hex,
        made=made,
        longest=LONGEST_KEY,
        codes_left=await request.register.second_factors.recovery_codes_left(who),
        few_codes=FEW_CODES,
        has_codes=await request.register.second_factors.has_codes(who),
        passkeys=await request.register.passkeys.listed(who),
        has_passkeys=request.app.state.party is not None,
        mail=await _mail(request),
        calendars=await request.register.calendars.listed(who.code, who.officer),
        calendar=calendar,
    )


class _Mail(NamedTuple):
    """The officer's address, if they have one, and how the last digest went. sends: whether the office sends mail at all."""

    sends: bool
    domains: str
    address: str | None
    said: str


async def _mail(request: ApiRequest) -> _Mail:
    who, relay = request.caller.principal, request.app.state.mail
    addresses = request.register.mail_addresses
    found = next((each for each in await addresses.listed(who.code) if each.officer == who.officer), None)
    return _Mail(
        relay is not None,
        "、".join(sorted(relay.domains)) if relay else "",
        await addresses.of(who.code, who.officer) if found else None,
        found.last_digest if found else "",
    )


@post("/me/mail", status_code=200, **at(OWN))
async def set_mail(request: ApiRequest) -> Response[Any]:
    """Set the address for the officer's own digests; without one none are sent."""
    given, who, relay = await forms.read(request), request.caller.principal, request.app.state.mail
    address, origin = last(given, "address").strip(), auth.origin(request)
    addresses = request.register.mail_addresses
    try:
        if not address:
            await addresses.remove(who.code, who.officer, actor=who.officer, origin=origin)
            return to("/me?done=no_mail#mail")
        if relay is None:
            raise MailNotSent(problem="本机关没有设发信的服务器（TAIZHANG_SMTP）")
        await addresses.set(who.code, who.officer, address, relay, actor=who.officer, origin=origin)
    except Refusal as refusal:
        return await shown(request, problem=str(refusal), given=given)
    return to("/me?done=mail#mail")


@post("/me/sessions/{id:str}/end", status_code=200, **at(OWN))
async def end_session(request: ApiRequest, id: FromPath[str]) -> Response[None]:  # noqa: A002 - its name in the address
    """End one of the officer's own sessions."""
    who = request.caller.principal
    await request.register.logins.end_session(who, id, auth.origin(request))
    return to("/login" if id == who.id else "/me?done=session")


@post("/me/keys", status_code=200, **at(OWN))
async def create_key(request: ApiRequest) -> Response[Any]:
    """Create a key; it is shown in the reply and never again."""
    given, who = await forms.read(request), request.caller.principal
    name, days = last(given, "name").strip(), forms.whole_number(last(given, "days"), 1, LONGEST_KEY)
    acts = given.get("acts", [])
    try:
        if not is_label(name):
            raise Malformed(field="", problem="请写明密钥用在何处，如“某系统”")
        if not acts:
            raise Malformed(field="", problem="请选择凭这个密钥可以办的事项")
        if days is None:
            raise Malformed(field="", problem=f"有效的天数应为1至{LONGEST_KEY}")
        request.caller.check_proven(acts)
        made = await request.register.keys.create(
            who.code,
            who.officer,
            once=last(given, "key"),
            name=name,
            acts=acts,
            days=days,
            actor=who.officer,
            origin=auth.origin(request),
        )
    except ProofStale:
        return await admission.code_first(request)
    except IdempotencyKeyReused:
        once = "这张表单已发过密钥，密钥只显示一次。没有看到的，请在下面吊销，再发一个。"
        return await shown(request, problem=once)
    except Refusal as refusal:
        return await shown(request, problem=str(refusal), given=given)
    return await shown(request, made=made)


@resumes("/me/keys")
async def _resume_key(request: ApiRequest, given: Given) -> Response[str]:
    return await shown(request, given=given)


@post("/me/keys/{id:str}/end", status_code=200, **at(OWN))
async def end_key(request: ApiRequest, id: FromPath[str]) -> Response[Any]:  # noqa: A002 - its name in the address
    """Revoke one of the officer's own keys."""
    who = request.caller.principal
    try:
        await request.register.keys.revoke(
            who.code, id, officer=who.officer, actor=who.officer, origin=auth.origin(request)
        )
    except Refusal as refusal:
        return await shown(request, problem=str(refusal))
    return to("/me?done=key")


@post("/me/calendars", status_code=200, **at(OWN))
async def open_calendar(request: ApiRequest) -> Response[str]:
    """Create an address for a calendar of the officer's own deadlines; it is shown in the reply and never again."""
    await forms.read(request)
    who = request.caller.principal
    try:
        secret = await request.register.calendars.create(
            who.code, who.officer, actor=who.officer, origin=auth.origin(request)
        )
    except Refusal as refusal:
        return await shown(request, problem=str(refusal))
    return await shown(request, calendar=address_of(request, secret))


@post("/me/calendars/{id:str}/end", status_code=200, **at(OWN))
async def end_calendar(request: ApiRequest, id: FromPath[str]) -> Response[Any]:  # noqa: A002 - its name in the address
    """Revoke one of the officer's own calendar addresses."""
    await forms.read(request)
    who = request.caller.principal
    try:
        await request.register.calendars.revoke(
            who.code, id, officer=who.officer, actor=who.officer, origin=auth.origin(request)
        )
    except Refusal as refusal:
        return await shown(request, problem=str(refusal))
    return to("/me?done=calendar#calendars")


HANDLERS = (own, set_mail, open_calendar, end_calendar, end_session, create_key, end_key)
