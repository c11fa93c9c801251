"""The pages of passkeys, the only ones that need JavaScript (WebAuthn)."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from adapters.accounts.passkeys import Created, Signed
from api.console import forms
from api.console.forms import Given, last
from api.console.frame import at, before_proof, local, page, to
from api.console.login import admission
from api.console.login.own import shown
from api.console.login.second_factor import recovery_codes
from api.web import auth
from api.web.auth import OWN
from api.web.passkeys import party
from api.web.request import ApiRequest
from domain.authority.refusals import ProofStale
from domain.law.refusals import Malformed, Refusal
from domain.values import is_label

_OWN = before_proof(OWN)
_LONGEST = 16_384


@get("/passkeys/new", **_OWN)
async def new(request: ApiRequest) -> Response[Any]:
    """The page to create a passkey."""
    return await _making(request)


@post("/passkeys/new", status_code=200, **_OWN)
async def add(request: ApiRequest) -> Response[Any]:
    """Store the created passkey; it is valid from now on."""
    given = await forms.read(request)
    name = last(given, "name").strip()
    try:
        if not is_label(name):
            raise Malformed(field="", problem="请写明是哪一个，如“某手机”")
        created = Created(*_texts(given, "id", "client_data", "attestation"))
        codes = await request.register.passkeys.add(
            request.caller.principal,
            request.caller.token,
            name,
            created,
            party(request),
            auth.origin(request),
        )
    except ProofStale:
        return to("/second-factor?then=/passkeys/new")
    except Refusal as refusal:
        return await _making(request, str(refusal), name)
    return await recovery_codes(request, codes)


async def _making(request: ApiRequest, problem: str = "", name: str = "") -> Response[Any]:
    try:
        options = await request.register.passkeys.begin(
            request.caller.principal, request.caller.token, party(request)
        )
    except ProofStale:
        return to("/second-factor?then=/passkeys/new")
    return await page(
        request,
        "passkey.html",
        status=422 if problem else 200,
        options=msgspec.json.encode(options).decode(),
        problem=problem,
        name=name,
    )


@post("/second-factor/passkey", status_code=200, **_OWN)
async def prove(request: ApiRequest) -> Response[Any]:
    """Verify a passkey, and continue at the page with the form's input."""
    given = await forms.read(request)
    then, carried = local(last(given, "then", "/")), last(given, "carried")
    who, token = request.caller.principal, request.caller.token
    try:
        signed = Signed(*_texts(given, "id", "client_data", "authenticator_data", "signature"))
        await request.register.passkeys.prove(who, token, signed, party(request), auth.origin(request))
    except Refusal as refusal:
        return await admission.ask_code(request, then, carried, status=422, problem=str(refusal))
    return await admission.go_on(request, token, then, carried)


@post("/passkeys/{id:str}/remove", status_code=200, **at(OWN))
async def remove(request: ApiRequest, id: FromPath[str]) -> Response[Any]:  # noqa: A002 - its name in the address
    """Remove one of the officer's passkeys."""
    await forms.read(request)
    caller = request.caller
    try:
        await request.register.passkeys.remove(caller.principal, caller.token, id, auth.origin(request))
    except ProofStale:
        return to("/second-factor?then=/me")
    except Refusal as refusal:
        return await shown(request, problem=str(refusal))
    return to("/me?done=passkey")


def _texts(given: Given, *names: str) -> list[str]:
    """The fields that the script filled in. Raises Malformed if one is empty."""
    texts = [last(given, name)[:_LONGEST] for name in names]
    if not all(texts):
        raise Malformed(field="", problem="浏览器没有给出通行密钥：请允许此页的脚本，或改用动态口令")
    return texts


HANDLERS = (new, add, prove, remove)
