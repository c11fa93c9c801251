"""The auditor's pages: access log, the log by position, verification, exports."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Meta

from adapters.accounts.access_log import ACCESS_ACTS, BEGINNING, AccessAct, AccessFilter, Cursor, days
from adapters.proof.provable import ACCESS_LOG
from adapters.register.operations.proofs import Taken
from api.console import forms
from api.console.forms import last, query_of
from api.console.frame import at, code_of, me, me_for_events, page
from api.today import today
from api.web import auth
from api.web.request import ApiRequest, reference_of
from domain.law.refusals import Malformed
from domain.values import FIRST_YEAR, LAST_POSITION, LAST_YEAR, Period
from projections import history
from projections.event_forms import EVENT_TYPES
from projections.typed_days import iso_day

PAGE = 100


class AccessQuery(msgspec.Struct, frozen=True, rename=lambda name: name.removesuffix("_")):
    from_: date | None = None
    to: date | None = None
    actor: Annotated[str, Meta(max_length=200)] | None = None
    act: AccessAct | None = None
    purpose: Annotated[str, Meta(max_length=200)] | None = None
    reference: Annotated[str, Meta(max_length=200)] | None = None
    after: Annotated[str, Meta(max_length=100)] = ""


@get("/audit", **at("read_access_log", "prove"))
async def overview(request: ApiRequest) -> Response[Any]:
    """审计。"""
    note = access_note = lag = None
    if request.caller.may("prove"):
        note = await request.register.proofs.checkpoint(code_of(request))
        access_note = await request.register.proofs.checkpoint(code_of(request), ACCESS_LOG)
        lag = await request.register.proofs.checkpoint_lag(code_of(request))
    return await page(
        request,
        "audit.html",
        note=note,
        access_note=access_note,
        lag=lag,
        position=await request.register.position(code_of(request)),
        found=None,
    )


@get("/audit/access", **at("read_access_log"))
async def accesses(request: ApiRequest) -> Response[Any]:
    """访问日志。"""
    query, sits = query_of(request, AccessQuery), await me(request)
    named = sits.called(query.actor or "")
    wanted = AccessFilter(
        **days(query.from_, query.to),
        actor=named[0] if len(named) == 1 else query.actor,
        act=query.act,
        purpose=query.purpose,
        reference=query.reference,
    )
    found = await request.register.access_log.page(code_of(request), _place(query.after), wanted, PAGE + 1)
    lines = list(found[:PAGE])
    encoded = {
        name.removesuffix("_"): str(value)
        for name, value in msgspec.structs.asdict(query).items()
        if value and name != "after"
    }
    after = f"{lines[-1].at.isoformat()}~{lines[-1].id}" if len(found) > PAGE else ""
    return await page(
        request,
        "access_log.html",
        query=query,
        lines=lines,
        acts=ACCESS_ACTS,
        several=named if len(named) > 1 else [],
        next=f"/audit/access?{urlencode({**encoded, 'after': after})}" if after else "",
    )


class ReviewQuery(msgspec.Struct, frozen=True):
    year: Annotated[int, Meta(ge=FIRST_YEAR, lt=LAST_YEAR)] | None = None


@get("/audit/review", **at("read_access_log"))
async def review(request: ApiRequest) -> Response[Any]:
    """Reads of personal data and exports in a year."""
    year = query_of(request, ReviewQuery).year or today().year
    found = await request.register.access_log.review(code_of(request), Period.year(year))
    return await page(request, "access_review.html", year=year, rows=found, acts=ACCESS_ACTS)


def _place(text: str) -> Cursor:
    if not text:
        return BEGINNING
    moment, _, id_ = text.partition("~")
    try:
        return Cursor(datetime.fromisoformat(moment).astimezone(UTC), id_)
    except (ValueError, OverflowError):
        raise Malformed(field="", problem="地址不全，请从第一页看起") from None


class LogQuery(msgspec.Struct, frozen=True):
    after: Annotated[int, Meta(ge=0, le=LAST_POSITION)] = 0


@get("/audit/log", **at("prove"))
async def log_by_position(request: ApiRequest) -> Response[Any]:
    """日志，按位置。"""
    query = query_of(request, LogQuery)
    async with request.register.view(code_of(request)) as view:
        found = await view.entries(query.after, PAGE)
        last_position = view.position
    sits = await me_for_events(request, (each.event for each in found))
    entries = sits.sight.entries(found, {})
    return await page(
        request,
        "log.html",
        entries=[(each, history.sentence(each.event)) for each in entries],
        last=last_position,
        after=query.after,
        next=entries[-1].position if entries and entries[-1].position < last_position else 0,
        size=PAGE,
        known=EVENT_TYPES,
    )


@post("/audit/verify", status_code=200, **at("prove"))
async def verify(request: ApiRequest) -> Response[Any]:
    """Verify the whole log: bytes, checkpoints, judgements, register."""
    code = code_of(request)
    found = await request.register.proofs.verify(code)
    note = await request.register.proofs.checkpoint(code)
    access_note = await request.register.proofs.checkpoint(code, ACCESS_LOG)
    lag = await request.register.proofs.checkpoint_lag(code)
    return await page(
        request,
        "audit.html",
        note=note,
        access_note=access_note,
        lag=lag,
        position=found.entries,
        found=found,
    )


@post("/audit/bundle", status_code=200, **at("prove"))
async def bundle(request: ApiRequest) -> Response[bytes]:
    """An audit bundle, without sealed values."""
    given, code = await forms.read(request), code_of(request)
    since, until = (_day(last(given, name)) for name in ("from", "to"))
    taken = Taken(request.actor, auth.origin(request))
    with tempfile.TemporaryDirectory(prefix="taizhang-bundle-") as directory:
        target = Path(directory) / f"{code}.zip"
        await request.register.proofs.export(code, target, since=since, until=until, taken=taken)
        data = await asyncio.to_thread(target.read_bytes)
    return Response(
        data,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{code}-audit.zip"'},
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(iso_day(text.strip()))
    except ValueError:
        raise Malformed(field="起讫日期：", problem="应为日期，如2020-03-02") from None


class ReceiptQuery(msgspec.Struct, frozen=True):
    version: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


@get("/requests/{reference:str}/receipt", **at("prove"))
async def receipt(request: ApiRequest, reference: FromPath[str]) -> Response[str]:
    """The receipt of an entry, verifiable offline."""
    named, query = reference_of(reference), query_of(request, ReceiptQuery)
    found = await request.register.proofs.receipt(code_of(request), named, query.version)
    name = f"{named}-{query.version}.tlog-proof" if query.version else f"{named}.tlog-proof"
    return Response(
        found.text,
        media_type="text/plain",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


HANDLERS = (overview, accesses, review, log_by_position, verify, bundle, receipt)
