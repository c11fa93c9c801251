"""Every page by every role: officers with the power are let in, others see who has it, anonymous users log in first.

PAGES is typed by hand; a page without a row fails, and so does a row without a page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import httpx
import pytest

from adapters.register.recording.decoding import convert
from domain.authority.powers import NEVER, POWERS, ROLES
from tests.adapters.recordings import body_of
from tests.api.conftest import TOKEN, Running, _fresh_code
from tests.api.officers import ADMINISTRATOR, OFFICERS, Caller, appoint, office_of, open_account, register_of
from tests.api.test_letters import DETAILS
from tests.builders import received

EVENTS = "handle draft review approve amend request_erasure erase"
PAGES: dict[str, str] = {
    "GET /login": "open",
    "POST /login": "open",
    "GET /static/{name}": "open",
    "POST /logout": "own",
    "GET /password": "own",
    "POST /password": "own",
    "GET /me": "own",
    "GET /second-factor": "own",
    "POST /second-factor": "own",
    "GET /second-factor/enrol": "own",
    "POST /second-factor/enrol": "own",
    "POST /second-factor/recovery-codes": "own",
    "POST /second-factor/passkey": "own",
    "POST /login/provider": "open",
    "GET /login/provider/callback": "open",
    "GET /passkeys/new": "own",
    "POST /passkeys/new": "own",
    "POST /passkeys/{id}/remove": "own",
    "POST /me/sessions/{id}/end": "own",
    "POST /me/mail": "own",
    "POST /me/calendars": "own",
    "POST /me/calendars/{id}/end": "own",
    "POST /me/keys": "own",
    "POST /me/keys/{id}/end": "own",
    "GET /": "read administer grant confirm_grant count report read_access_log prove",
    "GET /requests": "read",
    "GET /requests/list.csv": "read",
    "GET /requests/list.xlsx": "read",
    "GET /requests/print": "read",
    "GET /requests/annulled": "read",
    "GET /requests/numbers": "read",
    "POST /requests/numbers": "read",
    "GET /requests/numbers/number_gap_explained": "handle",
    "POST /requests/numbers/number_gap_explained": "handle",
    "POST /requests/numbers/number_gap_explained/form": "handle",
    "POST /requests/numbers/number_gap_explained/preview": "handle",
    "GET /requests/bulk": "handle",
    "POST /requests/bulk": "handle",
    "POST /requests/bulk/letters": "read_personal",
    "GET /requests/retention": "read",
    "GET /requests/{reference}/receipt": "prove",
    "GET /requests/{reference}": "read",
    "POST /requests/{reference}/sealed": "read_personal",
    "GET /search": "read",
    "POST /search": "read_personal",
    "POST /search/words": "read_personal",
    "GET /approvals": "review approve",
    "GET /requests/{reference}/documents": "handle",
    "POST /requests/{reference}/documents": "handle",
    "GET /requests/{reference}/case-file": "read_personal",
    "POST /requests/{reference}/case-file": "read_personal",
    "GET /requests/{reference}/letters/{kind}/{version}": "read_personal",
    "POST /requests/{reference}/letters/{kind}/{version}": "read_personal",
    "GET /requests/{reference}/documents/{version}": "read_personal",
    "POST /requests/{reference}/documents/{version}": "read_personal",
    "GET /tables": "count",
    "GET /tables/cell": "count",
    "GET /tables/diff": "count",
    "GET /compliance": "count",
    "GET /carry-over": "count",
    "GET /reports": "report approve_report prove",
    "GET /reports/documents": "handle report approve_report prove",
    "GET /reports/documents.xlsx": "handle report approve_report prove",
    "GET /reports/{year}": "report approve_report prove",
    "GET /reports/{year}/document": "report approve_report prove",
    "POST /reports/{year}/figures": "report",
    "GET /reports/{year}/{event}": "report approve_report",
    "POST /reports/{year}/{event}": "report approve_report",
    "POST /reports/{year}/{event}/form": "report approve_report",
    "POST /reports/{year}/{event}/preview": "report approve_report",
    "GET /people": "administer grant confirm_grant",
    "POST /people/accounts/{officer}/{act}": "administer",
    "POST /people/services/{service}/keys": "administer",
    "POST /people/calendars/{id}/revoke": "grant administer",
    "POST /people/services/{service}/keys/{id}/revoke": "administer",
    "POST /people/webhooks/{id}/resume": "administer",
    "GET /people/amend/{version}": "administer",
    "POST /people/amend/{version}": "administer",
    "POST /people/amend/{version}/form": "administer",
    "POST /people/amend/{version}/preview": "administer",
    "GET /people/wordings": "administer",
    "GET /people/{event}": "administer grant confirm_grant",
    "POST /people/{event}": "administer grant confirm_grant",
    "POST /people/{event}/form": "administer grant confirm_grant",
    "POST /people/{event}/preview": "administer grant confirm_grant",
    "GET /people/credentials": "grant",
    "POST /people/credentials/{id}/end": "grant",
    "GET /audit": "read_access_log prove",
    "GET /audit/access": "read_access_log",
    "GET /audit/review": "read_access_log",
    "GET /audit/log": "prove",
    "POST /audit/verify": "prove",
    "POST /audit/bundle": "prove",
    "GET /units": "read count",
    "GET /units/{code}": "read count",
    "GET /units/{code}/requests/{reference}": "read",
    "GET /units/{code}/cell": "count",
    "GET /units/{code}/{event}": "read count",
    "POST /units/{code}/{event}": "supervise",
    "POST /units/{code}/{event}/form": "supervise",
    "POST /units/{code}/{event}/preview": "supervise",
    "GET /district/tables": "count",
    "POST /district/tables": "count",
    "GET /district/tables/cell": "count",
    "GET /district/corrections": "count",
    "GET /district/corrections/document": "count",
    "GET /district/units": "read count",
    "GET /district/matters": "read count",
    "GET /district/matters/{event}": "handle report approve_report",
    "POST /district/matters/{event}": "handle report approve_report",
    "POST /district/matters/{event}/form": "handle report approve_report",
    "POST /district/matters/{event}/preview": "handle report approve_report",
    "GET /district/return": "count",
    "GET /district/return/{code}": "count",
    "POST /district/return": "supervise",
    "GET /district/assessment": "count",
    "GET /district/assessment/sheet": "count",
    "GET /district/assessment/workbook": "count",
    "POST /district/assessment/files": "assess",
    "POST /district/assessment/files/record": "assess",
    "GET /district/assessment/{event}": "assess conclude handle",
    "POST /district/assessment/{event}": "assess conclude handle",
    "POST /district/assessment/{event}/form": "assess conclude handle",
    "POST /district/assessment/{event}/preview": "assess conclude handle",
    "GET /help": "caller",
    "GET /help/{part}": "caller",
    "GET /check": "caller",
    "POST /check": "caller",
    "POST /check/workbook": "caller",
    "GET /imports": "handle",
    "POST /imports": "handle",
    "POST /imports/{number}/annulment": "handle",
    "GET /requests/new": "handle",
    "POST /requests/new": "handle",
    "POST /requests/new/form": "handle",
    "POST /requests/new/preview": "handle",
    "GET /requests/{reference}/{event}": EVENTS,
    "POST /requests/{reference}/{event}": EVENTS,
    "POST /requests/{reference}/{event}/form": EVENTS,
    "POST /requests/{reference}/{event}/preview": EVENTS,
    "GET /requests/{reference}/amend/{version}": "amend",
    "POST /requests/{reference}/amend/{version}": "amend",
    "POST /requests/{reference}/amend/{version}/form": "amend",
    "POST /requests/{reference}/amend/{version}/preview": "amend",
}
"""The acts of which each page requires one."""

ROLELESS = "sun"
HERE = {
    "reference": "2020-0001", "version": "1", "id": "x", "name": "console.css", "year": "2020", "officer": "zhang",
    "act": "unlock", "service": "portal", "kind": "receipt", "number": "1", "part": "rules",
}  # fmt: skip
EVENT_AT = {
    "reports": "report_compiled",
    "people": "officer_appointed",
    "units": "supervision_ordered",
    "district": "supervision_answered",
}


def event_at(template: str) -> str:
    if template.startswith("/district/assessment/"):
        return "score_entered"
    return EVENT_AT.get(template.split("/")[1], "assigned")


class World(NamedTuple):
    """An office with an officer of each role and one without; cookies, and the tokens of their forms; a unit below it."""

    client: httpx.AsyncClient
    cookies: dict[str, str]
    csrf: dict[str, str]
    code: str
    unit: str


@pytest.fixture(scope="module")
async def world(running: Running) -> AsyncIterator[World]:
    code, register = _fresh_code(), register_of(running)
    await office_of(running, code)
    await appoint(register, code, ROLELESS)
    await open_account(register, running.dsn, code, ROLELESS)
    line = convert({"id": "r", "event": body_of(received("2020-03-02"))})
    await register.record(code, line, actor=OFFICERS["handler"])
    await register.record(code, convert({"id": "d", "event": DETAILS}), actor=ADMINISTRATOR)
    unit = _fresh_code()
    await office_of(running, unit, superior=code, accounts=False)
    await register.record(unit, line, actor=OFFICERS["handler"])
    cookies, csrf = {}, {}
    for role, officer in {**OFFICERS, "none": ROLELESS}.items():
        caller = Caller(running, code, officer)
        assert (await caller.login()).status_code == 200
        cookies[role], csrf[role] = f"taizhang={caller.cookie}", caller.csrf
        await caller.client.aclose()
    transport = httpx.ASGITransport(running.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://taizhang.test") as client:
        yield World(client, cookies, csrf, code, unit)


async def opened(world: World, page: str, role: str | None) -> httpx.Response:
    method, template = page.split(" ")
    address = template.replace("{code}", world.unit).format(**HERE | {"event": event_at(template)})
    if template.endswith("/cell"):
        address += "?year=2020&row=granted&column=total"
    how: dict[str, Any] = {"headers": {"Cookie": world.cookies[role]} if role else {}}
    if method == "POST":
        how["data"] = {"csrf": world.csrf[role] if role else "x", "purpose": "核对"}
    return await world.client.request(method, address, **how)


def test_every_page_has_a_row(running: Running) -> None:
    pages = {
        f"{method} {route.path_format.replace(':str', '')}"
        for route in running.application.litestar.routes
        for handler in getattr(route, "route_handlers", ())
        if "page" in handler.opt
        for method in handler.http_methods - {"OPTIONS"}
    }
    assert pages == set(PAGES)


@pytest.mark.parametrize(
    "page", [page for page, act in PAGES.items() if act not in ("open", "own", "caller")]
)
async def test_officers_without_the_power_see_who_has_it(world: World, page: str) -> None:
    for role in (*ROLES, "none"):
        may = role != "none" and any(POWERS[act][role] != NEVER for act in PAGES[page].split())  # type: ignore[index]
        reply = await opened(world, page, role)
        assert reply.headers["content-security-policy"].startswith("default-src ")
        if not may:
            assert (reply.status_code, "没有职权" in reply.text) == (403, True), (page, role)
            continue
        assert reply.status_code < 500, (page, role, reply.text)
        # A role may have some of the events: which one is judged at the form itself.
        assert reply.status_code not in (401, 405), (page, role)
        assert reply.status_code != 404 or "documents" in page, (page, role)
        if "{event}" not in page and "{version}" not in page:
            assert reply.status_code != 403, (page, role, reply.text)


@pytest.mark.parametrize("page", [page for page, act in PAGES.items() if act != "open"])
async def test_anonymous_users_are_led_to_the_login(world: World, page: str) -> None:
    reply = await opened(world, page, None)
    if page.startswith("GET"):
        assert reply.status_code == 303
        assert reply.headers["location"].startswith("/login")
    else:
        assert reply.status_code == 401
        assert 'action="/login"' in reply.text


async def test_the_machines_token_and_keys_open_no_page(world: World) -> None:
    """Pages are for officers who log in."""
    for page in ("GET /", "GET /requests", "GET /me"):
        reply = await world.client.get(page.split(" ")[1], headers={"Authorization": f"Bearer {TOKEN}"})
        assert (reply.status_code, reply.headers["location"][:6]) == (303, "/login"), page


@pytest.mark.parametrize(
    "page", [page for page, act in PAGES.items() if page.startswith("POST") and act != "open"]
)
async def test_a_form_of_another_session_does_nothing(world: World, page: str) -> None:
    """A form without the session's token has no effect; the page leads to the login or back to the form."""
    method, template = page.split(" ")
    address = template.replace("{code}", world.unit).format(**HERE | {"event": event_at(template)})
    role = next(
        (
            role
            for role in ROLES
            if any(POWERS[act][role] != NEVER for act in PAGES[page].split() if act in POWERS)
        ),  # type: ignore[index]
        "handler",
    )
    cookie, handler = {"Cookie": world.cookies[role]}, {"Cookie": world.cookies["handler"]}
    before = await world.client.get("/requests/2020-0001", headers=handler)
    data = {"unit": "某科", "on": "2020-03-03", "key": "forged", "by": OFFICERS["handler"]}
    reply = await world.client.request(method, address, data=data, headers=cookie)
    assert reply.status_code in (200, 303)
    assert "?done=" not in reply.headers.get("location", "")
    after = await world.client.get("/requests/2020-0001", headers=handler)
    assert before.text == after.text
    elsewhere = await world.client.request(
        method,
        address,
        data={**data, "csrf": world.csrf[role]},
        headers={**cookie, "Sec-Fetch-Site": "cross-site"},
    )
    assert elsewhere.status_code == 404
