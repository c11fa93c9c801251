"""The pages of one-time codes: verification at login and before sensitive acts, and enrolment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import segno
from litestar import Response, get, post

from adapters.accounts.refusals import SecondFactorExists, SecondFactorMissing
from adapters.register.login.second_factors import Enrolment
from api.console import forms
from api.console.forms import last
from api.console.frame import at, before_proof, local, page, to
from api.console.login import admission
from api.web import auth
from api.web.auth import OWN
from api.web.request import ApiRequest
from domain.authority.refusals import ProofStale
from domain.law.refusals import Refusal

_OWN = before_proof(OWN)
_LONGEST_CODE = 40


class CodeQuery(msgspec.Struct, frozen=True):
    """The page to continue at after the code."""

    then: str = "/"


@get("/second-factor", **_OWN)
async def code_form(request: ApiRequest) -> Response[Any]:
    """The page that asks for a one-time code."""
    query = forms.query_of(request, CodeQuery)
    if request.caller.principal.awaits == "enrolment":
        return to("/second-factor/enrol")
    return await admission.ask_code(request, local(query.then))


@post("/second-factor", status_code=200, **_OWN)
async def prove(request: ApiRequest) -> Response[Any]:
    """Verify the code, and continue at the page with the form's input."""
    given = await forms.read(request)
    then, carried = local(last(given, "then", "/")), last(given, "carried")
    who, token = request.caller.principal, request.caller.token
    try:
        await request.register.second_factors.prove(
            who, token, last(given, "code")[:_LONGEST_CODE], auth.origin(request)
        )
    except Refusal as refusal:
        return await admission.ask_code(request, then, carried, status=422, problem=str(refusal))
    return await admission.go_on(request, token, then, carried)


@get("/second-factor/enrol", **_OWN)
async def enrolment(request: ApiRequest) -> Response[Any]:
    """The QR code of a new secret, the same until its first code is verified."""
    who, token = request.caller.principal, request.caller.token
    factors = request.register.second_factors
    try:
        pending = await factors.pending(who, token) or await factors.enrol(who, token)
    except ProofStale:
        return to("/second-factor?then=/second-factor/enrol")
    except SecondFactorExists:
        return to("/me")
    return await _enrolling(request, pending)


@post("/second-factor/enrol", status_code=200, **_OWN)
async def confirm(request: ApiRequest) -> Response[Any]:
    """Verify the first code; shows the recovery codes once."""
    who, token = request.caller.principal, request.caller.token
    given = await forms.read(request)
    factors = request.register.second_factors
    try:
        codes = await factors.confirm(who, token, last(given, "code")[:_LONGEST_CODE], auth.origin(request))
    except ProofStale:
        return to("/second-factor?then=/second-factor/enrol")
    except Refusal as refusal:
        if (pending := await factors.pending(who, token)) is None:
            return to("/second-factor/enrol")
        return await _enrolling(request, pending, str(refusal))
    return await recovery_codes(request, codes)


@post("/second-factor/recovery-codes", status_code=200, **at(OWN))
async def renew(request: ApiRequest) -> Response[Any]:
    """New recovery codes, shown only this once; earlier ones are no longer valid."""
    await forms.read(request)
    who, token = request.caller.principal, request.caller.token
    try:
        codes = await request.register.second_factors.renew_recovery_codes(who, token, auth.origin(request))
    except ProofStale:
        return to("/second-factor?then=/me%23recovery-codes")
    except SecondFactorMissing:
        return to("/second-factor/enrol")
    return await page(request, "recovery_codes.html", codes=codes, renewed=True)


async def recovery_codes(request: ApiRequest, codes: Sequence[str]) -> Response[Any]:
    """Show the recovery codes, only this once. Without any, since there was another factor before, back to 我的账号."""
    if not codes:
        return to("/me?done=factor")
    return await page(request, "recovery_codes.html", codes=codes, renewed=False)


async def _enrolling(request: ApiRequest, enrolment: Enrolment, problem: str = "") -> Response[str]:
    drawn = segno.make(enrolment.address, error="m").svg_inline(
        scale=5, border=4, light="#fff", title="动态口令的二维码"
    )
    return await page(
        request,
        "enrolment.html",
        status=422 if problem else 200,
        drawn=drawn,
        secret=enrolment.secret,
        problem=problem,
        has_passkeys=request.app.state.party is not None,
    )


HANDLERS = (code_form, prove, enrolment, confirm, renew)
