"""R23: every route by every role, of one's own office and of others: each cell of the table is checked.

ACTS is typed by hand, route by route; which role has an act is read from `domain.authority.powers.POWERS`, which
tests/domain/authority/test_powers compares with notes typed separately. A route missing in ACTS fails here, and one without
an act does not start.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from litestar import get

from adapters.register.recording.decoding import convert
from api.web import application, openapi
from api.web.auth import RouteWithoutAct
from domain.authority.powers import ACT_OF, NEVER, POWERS, ROLES
from tests.adapters.recordings import body_of
from tests.api.conftest import TOKEN, Running, application_over
from tests.api.officers import (
    OFFICERS,
    Caller,
    appoint,
    grant_service,
    office_of,
    open_account,
    refused,
    register_of,
)
from tests.builders import received
from tests.conftest import DatabaseServer

HOME = "/api/v1/authorities/{code}"
READS_REPORTS = "report approve_report prove"
"""Any of these: an unpublished report is a draft, which the superior does not see either."""
ACTS: dict[str, str] = {
    f"GET {HOME}": "listed",
    f"GET {HOME}/history": "officer",
    f"GET {HOME}/events": "read",
    f"GET {HOME}/requests": "read",
    f"GET {HOME}/requests/{{reference}}": "read",
    f"GET {HOME}/requests/{{reference}}/days": "read",
    f"GET {HOME}/requests/{{reference}}/events": "read",
    f"GET {HOME}/requests/{{reference}}/replay": "read",
    f"GET {HOME}/work-list": "read",
    f"GET {HOME}/questions": "read",
    f"GET {HOME}/requests/{{reference}}/sealed": "read_personal",
    f"GET {HOME}/requests/{{reference}}/documents": "read",
    f"GET {HOME}/requests/{{reference}}/documents/{{version}}": "read_personal",
    f"GET {HOME}/find": "read",
    f"GET {HOME}/retention": "read",
    f"POST {HOME}/find/people": "read_personal",
    f"POST {HOME}/find/words": "read_personal",
    f"GET {HOME}/requests/{{reference}}/case-file": "read_personal",
    f"GET {HOME}/requests/{{reference}}/letters": "read",
    f"GET {HOME}/requests/{{reference}}/letters/{{kind}}": "read_personal",
    f"POST {HOME}/requests/{{reference}}/letters/{{kind}}": "handle",
    f"GET {HOME}/letters": "read_personal",
    f"GET {HOME}/document-numbers": "read",
    f"POST {HOME}/document-checks": "read",
    f"GET {HOME}/requests/{{reference}}/same-applicant": "handle",
    f"POST {HOME}/requests/{{reference}}/documents": "handle",
    f"POST {HOME}/imports": "handle",
    f"GET {HOME}/imports": "read",
    f"POST {HOME}/imports/{{number}}/annulment": "handle",
    f"GET {HOME}/requests/{{reference}}/cells": "count",
    f"GET {HOME}/tables": "count",
    f"GET {HOME}/tables/cell": "count",
    f"GET {HOME}/compliance": "count",
    f"GET {HOME}/district/tables": "count",
    f"GET {HOME}/district/tables/cell": "count",
    f"GET {HOME}/district/standing": "count",
    f"GET {HOME}/district/corrections": "count",
    f"GET {HOME}/district/matters": "count",
    f"GET {HOME}/district/work-list": "read",
    f"GET {HOME}/district/assessments": "count",
    f"GET {HOME}/district/assessment": "count",
    f"GET {HOME}/assessments": "count",
    f"GET {HOME}/carry-over": "count",
    f"GET {HOME}/diff": "count",
    f"GET {HOME}/requests/{{reference}}/receipt": "prove",
    f"GET {HOME}/checkpoint": "prove",
    f"GET {HOME}/proofs/inclusion": "prove",
    f"GET {HOME}/proofs/consistency": "prove",
    f"GET {HOME}/access-log": "read_access_log",
    f"GET {HOME}/credentials": "grant",
    f"DELETE {HOME}/credentials/{{id}}": "grant",
    f"GET {HOME}/access-log/receipt": "read_access_log",
    f"GET {HOME}/access-log/review": "read_access_log",
    f"GET {HOME}/documents": f"handle {READS_REPORTS}",
    f"GET {HOME}/reports/{{year}}": READS_REPORTS,
    f"GET {HOME}/reports/{{year}}/checks": READS_REPORTS,
    f"GET {HOME}/reports/{{year}}/figures": READS_REPORTS,
    f"GET {HOME}/reports/{{year}}/restatement": READS_REPORTS,
    f"GET {HOME}/reports/{{year}}/document": READS_REPORTS,
    f"GET {HOME}/services": "administer grant confirm_grant",
    f"POST {HOME}/services/{{service}}/keys": "administer",
    f"DELETE {HOME}/services/{{service}}/keys/{{id}}": "administer",
    f"GET {HOME}/requests/{{reference}}/stage": "read hand_in",
    f"GET {HOME}/webhooks": "administer",
    f"POST {HOME}/webhooks": "administer",
    f"DELETE {HOME}/webhooks/{{id}}": "administer",
    f"POST {HOME}/webhooks/{{id}}/resume": "subscriber",
    f"POST {HOME}/reports/{{year}}/events": "record",
    f"POST {HOME}/requests": "record",
    f"POST {HOME}/requests/{{reference}}/events": "record",
    f"POST {HOME}/events": "record",
    f"POST {HOME}/recordings": "lines",
    "GET /api/v1/authorities": "caller",
    "GET /api/v1/reports/due": "caller",
    "POST /api/v1/reconcile": "caller",
    "POST /api/v1/checks": "caller",
    "GET /metrics": "machine",
    "POST /api/v1/password": "own",
    "POST /api/v1/logout": "own",
    "POST /api/v1/second-factor": "own",
    "POST /api/v1/second-factor/enrolment": "own",
    "POST /api/v1/second-factor/enrolment/code": "own",
    "POST /api/v1/second-factor/recovery-codes": "own",
    "POST /api/v1/second-factor/passkey/challenge": "own",
    "POST /api/v1/second-factor/passkey": "own",
    "POST /api/v1/passkeys/challenge": "own",
    "POST /api/v1/passkeys": "own",
    "GET /api/v1/passkeys": "own",
    "DELETE /api/v1/passkeys/{id}": "own",
    "GET /api/v1/session": "own",
    "GET /api/v1/sessions": "own",
    "DELETE /api/v1/sessions/{id}": "own",
    "GET /api/v1/keys": "own",
    "POST /api/v1/keys": "own",
    "DELETE /api/v1/keys/{id}": "own",
    "POST /api/v1/login": "open",
    "GET /health/live": "open",
    "GET /health/ready": "open",
    "GET /api/v1/problems": "open",
    "GET /api/v1/openapi.json": "open",
    "GET /api": "open",
    "GET /api/page/{name}": "open",
    "GET /calendar/{name}": "open",
}
"""The acts of which each route requires one; `record`: the act of the event sent, see `domain.authority.powers.ACT_OF`.
`lines`: the same for each line of a file."""

QUERIES = {
    "sealed": {"purpose": "核对"},
    "{version}": {"purpose": "核对"},
    "document": {"as": "html"},
    "find": {"text": "2020"},
    "case-file": {"as": "zip", "purpose": "核对"},
    "{kind}": {"as": "pdf", "purpose": "核对"},
    "cell": {"year": "2020", "row": "granted", "column": "total"},
    "diff": {"year": "2020", "before": "1"},
    "inclusion": {"position": "1"},
    "consistency": {"first": "1"},
}
ASKED_OF_ANOTHER_OFFICE = (*ROLES, "none")
RELATIONS = ("own", "subordinate", "superior", "foreign")
"""Whose resources are requested, from the point of view of the caller's office."""

SERVICES = {"portal": "hand_in", "platform": "read count prove", "archive": "count"}
"""Service accounts of our office, each with a key, and their granted acts."""

FROM_OUTSIDE = {
    "waive": "approver",
    "supervise": "handler approver statistician",
    "restore": "system_administrator security_administrator",
}
"""Which of the superior's officers records which events in a subordinate's register."""

OF_OWN_STREAM = {
    "administer",
    "grant",
    "confirm_grant",
    "handle",
    "report",
    "approve_report",
    "assess",
    "conclude",
}
"""Acts of events on the authority's own stream."""

ROLELESS = "sun"
"""An officer without any role."""


class World(NamedTuple):
    """codes: of each relation. headers: the credentials of each caller."""

    client: httpx.AsyncClient
    codes: dict[str, str]
    headers: dict[str, dict[str, str]]
    spare: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
async def world(running: Running) -> AsyncIterator[World]:
    """Four offices; ours has an officer of each role and one without, each with a session; and spare sessions."""
    codes = {relation: f"{relation}-{uuid4().hex[:8]}" for relation in RELATIONS}
    superiors = {"own": codes["superior"], "subordinate": codes["own"]}
    register = register_of(running)
    for relation, code in codes.items():
        await office_of(running, code, superior=superiors.get(relation), accounts=relation == "own")
    await appoint(register, codes["own"], ROLELESS)
    await open_account(register, running.dsn, codes["own"], ROLELESS)
    for code in codes.values():
        receipt = {"id": "r", "event": body_of(received("2020-03-02"))}
        await record(running, code, receipt)
    headers: dict[str, dict[str, str]] = {
        "nobody": {}, "token": {"Authorization": f"Bearer {TOKEN}"},
    }  # fmt: skip
    spare = {}
    for role, officer in {**OFFICERS, "none": ROLELESS}.items():
        headers[role], spare[role] = [await logged_in(running, codes["own"], officer) for _ in range(2)]
    for service, acts in SERVICES.items():
        key = await grant_service(register, codes["own"], service, *acts.split())  # type: ignore[arg-type]
        headers[service] = {"Authorization": f"Bearer {key}"}
    transport = httpx.ASGITransport(running.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://taizhang.test") as client:
        yield World(client, codes, headers, spare)


async def logged_in(running: Running, code: str, officer: str) -> dict[str, str]:
    caller = Caller(running, code, officer)
    assert (await caller.login()).status_code == 200
    await caller.client.aclose()
    return {"Cookie": f"taizhang={caller.cookie}", "X-CSRF-Token": caller.csrf}


async def record(running: Running, code: str, line: dict[str, Any]) -> None:
    await register_of(running).record(code, convert(line), actor=OFFICERS["handler"])


class Call(NamedTuple):
    """A call of a route; event: the type sent, if any."""

    method: str
    template: str
    act: str
    event: str | None
    how: dict[str, Any]

    @property
    def is_of_an_office(self) -> bool:
        return "{code}" in self.template


def calls() -> list[Call]:
    """Every route once; routes that record, once for each type of event."""
    found = []
    for route, act in ACTS.items():
        method, template = route.split(" ")
        if act == "lines":
            for type_, event in openapi.examples().items():
                line = {"id": "k", "event": event, **named(type_)}
                how = {
                    "params": {"preview": "true"},
                    "content": json.dumps(line),
                    "headers": {"Content-Type": "application/x-ndjson"},
                }
                found.append(Call(method, template, ACT_OF[type_], type_, how))
            continue
        if act != "record":
            how: dict[str, Any] = {"params": QUERIES.get(template.rsplit("/", 1)[1], {})}
            found.append(
                Call(method, template, act, None, {**how, **({"json": {}} if method == "POST" else {})})
            )
            continue
        for type_, event in openapi.examples().items():
            if type_ in types_at(template):
                how = {"params": {"preview": "true"}, "json": event, "headers": {"Idempotency-Key": "k"}}
                found.append(Call(method, template, ACT_OF[type_], type_, how))
    return found


def named(type_: str) -> dict[str, str]:
    """The fields of a line beside its event."""
    if type_ in types_at("/reports/"):
        return {"stream": "report/2020"}
    return {} if type_ in types_at(f"{HOME}/events") | {"received"} else {"reference": "2020-0001"}


def types_at(template: str) -> set[str]:
    schema = openapi.examples()
    own = {
        tag
        for tag in schema
        if ACT_OF[tag]
        in ("administer", "grant", "confirm_grant", "waive", "supervise", "restore", "assess", "conclude")
    }
    own |= {
        "supervision_answered",
        "score_contested",
        "return_prepared",
        "return_handed_in",
        "number_gap_explained",
    }
    of_reports = {tag for tag in schema if ACT_OF[tag] in ("report", "approve_report")} - own
    if template.endswith("/requests"):
        return {"received"}
    if "/reports/" in template:
        return of_reports
    return own if template == f"{HOME}/events" else set(schema) - own - of_reports - {"received"}


def expected(caller: str, relation: str, call: Call) -> tuple[int, str] | None:
    """Status and code of the refusal; None: the powers allow the call, whatever the register then replies."""
    if call.act == "open":
        return None
    if caller == "nobody":
        return 401, "unauthorized"
    if caller == "token":
        if call.act == "own":
            return 403, "session_required"
        return (403, "token_closed") if call.is_of_an_office else None
    if call.act == "machine":
        return 401, "machine_only"
    if caller in SERVICES:
        return of_service(caller, relation, call)
    if call.act in ("own", "caller"):
        return None
    return of_officer(caller, relation, call)


def of_service(caller: str, relation: str, call: Call) -> tuple[int, str] | None:
    """Of its own office its granted acts, of others nothing; routes for persons are not for programs."""
    if call.act == "own":
        return 403, "session_required"
    if call.is_of_an_office and relation != "own":
        return 404, "authority_unknown"
    if call.act == "subscriber":
        return 404, "webhook_unknown"
    granted = SERVICES[caller].split()
    if call.act in ("officer", "listed", "caller"):
        return None if "read" in granted else (403, "no_power")
    if caller == "portal":
        if call.template.endswith("/stage"):
            return 404, "request_unknown"  # a request that others submitted
        return 403, "no_power"  # also a receipt, if it is a preview
    return None if set(call.act.split()) & set(granted) else (403, "no_power")


def of_officer(role: str, relation: str, call: Call) -> tuple[int, str] | None:
    acts = [act for act in call.act.split() if act != "hand_in"]  # only for service accounts
    acts = ["administer"] if call.act == "subscriber" else acts
    may = call.act in ("officer", "listed") or (
        role in ROLES and any(POWERS[act][role] != NEVER for act in acts)  # type: ignore[index]
    )
    refusal = None if may else (403, "no_power")
    if relation == "own":
        # Events of the superior are recorded by nobody here; a caller with an act on the authority's own stream gets that refusal.
        if call.act in FROM_OUTSIDE:
            of_lines = call.template.endswith("/recordings")
            others = {*ACT_OF.values()} - {*FROM_OUTSIDE} if of_lines else OF_OWN_STREAM
            at_the_door = role not in ROLES or all(POWERS[act][role] == NEVER for act in others)
            return 403, "no_power" if at_the_door else "not_the_superior"
        return refusal
    if relation == "subordinate":
        if call.method == "GET" and call.act in ("read", "count", "listed"):
            return refusal
        if call.template in (f"{HOME}/events", f"{HOME}/recordings") and call.method == "POST":
            # Of the superior's officers the approver may waive, three may supervise, and none may record anything else.
            holds = [act for act, roles in FROM_OUTSIDE.items() if role in roles.split()]
            if holds:
                not_theirs = "not_the_superior" if call.act in FROM_OUTSIDE else "not_an_officer"
                return None if call.act in holds else (403, not_theirs)
            return 403, "no_power"
    return 404, "authority_unknown"


async def ask(world: World, caller: str, code: str, call: Call) -> httpx.Response:
    address = call.template.format(
        code=code, reference="2020-0001", id="x", name="page.js", version="1", year="2020",
        service="portal", kind="receipt", number="1",
    )  # fmt: skip
    spends = call.template in ("/api/v1/logout", "/api/v1/password") and caller in world.spare
    headers = {**(world.spare if spends else world.headers)[caller], **call.how.get("headers", {})}
    how = {**call.how, "headers": headers}
    if call.event == "registered":
        body = {
            **openapi.examples()["registered"],
            "code": code,
        }  # with another's code it would be no event of this office
        how |= {"json": body} if "json" in how else {"content": json.dumps({"id": "k", "event": body})}
    return await world.client.request(call.method, address, **how)


def refused_by(reply: httpx.Response) -> tuple[int, str]:
    """Status and code; for a line those of its own refusal, if it is refused for a missing power."""
    if "problem" not in reply.headers["content-type"]:
        return reply.status_code, ""
    problem = reply.json()
    if problem["code"] == "lines_refused":
        (line,) = problem["lines"]
        return 403, line["code"]
    return reply.status_code, problem["code"]


def test_every_route_is_in_the_table(running: Running) -> None:
    """Exactly the routes of the application; pages are in test_console_powers."""
    routes = {
        f"{method} {route.path_format.replace(':str', '')}".rstrip("/")
        for route in running.application.litestar.routes
        for handler in getattr(route, "route_handlers", ())
        if "page" not in handler.opt
        for method in handler.http_methods - {"OPTIONS"}
    }
    assert routes == set(ACTS)


async def test_every_cell(world: World) -> None:
    """Callers × routes × relations: each call is let through or refused with the right code, and none fails."""
    wrong: list[tuple[str, ...]] = []
    cells: Counter[str] = Counter()
    for call in calls():
        for relation in RELATIONS if call.is_of_an_office else ("own",):
            for caller in world.headers:
                if relation == "foreign" and caller in ASKED_OF_ANOTHER_OFFICE:
                    continue  # in the next test, which compares the reply with that of an office that does not exist
                reply = await ask(world, caller, world.codes[relation], call)
                wanted = expected(caller, relation, call)
                status, code = refused_by(reply)
                cells["let through" if wanted is None else str(wanted[0])] += 1
                right = (
                    (status, code) == wanted
                    if wanted is not None
                    else reply.status_code < 500
                    and reply.status_code != 401
                    and code not in ("no_power", "authority_unknown", "not_an_officer", "not_the_superior")
                )
                if not right:
                    wrong.append(
                        (
                            caller,
                            relation,
                            f"{call.method} {call.template}",
                            call.event or "",
                            f"{reply.status_code} {code}",
                        )
                    )
    assert wrong == []
    assert sum(cells.values()) > 1000, cells
    assert set(cells) == {"let through", "401", "403", "404"}


async def test_another_offices_resources_look_nonexistent(world: World) -> None:
    """Same bytes and headers for every caller: no reply reveals which authorities exist or what they have."""
    compared = 0
    for call in calls():
        if not call.is_of_an_office:
            continue
        for role in ASKED_OF_ANOTHER_OFFICE:
            there = await ask(world, role, world.codes["foreign"], call)
            assert refused_by(there) == expected(role, "foreign", call), (role, call)
            nowhere = await ask(world, role, "no-such-office", call)
            assert (
                (there.status_code, there.content)
                == (nowhere.status_code, nowhere.content)
                == (404, there.content)
            )
            for reply in (there, nowhere):
                del reply.headers["x-request-id"]
            assert there.headers == nowhere.headers, call
            compared += 1
    assert compared > 300


async def test_a_key_is_limited_by_its_acts_and_its_officer(world: World) -> None:
    """The handler's key for statistics: other acts are refused although its officer may, and so are personal routes."""
    made = await world.client.post(
        "/api/v1/keys", json={"name": "统计", "acts": ["count"], "days": 1}, headers=world.headers["handler"]
    )
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    keyed = world._replace(headers={"key": headers})
    for call in calls():
        reply = await ask(keyed, "key", world.codes["own"], call)
        code = reply.json().get("code", "") if "problem" in reply.headers["content-type"] else ""
        if call.act == "own":
            assert (reply.status_code, code) == (403, "session_required"), call
        elif call.act == "machine":
            assert code == "machine_only"
        elif call.act in ("open", "caller", "officer", "listed", "count"):
            assert reply.status_code not in (401, 403, 500), (call, reply.text)
        else:
            assert (reply.status_code, code) == (403, "no_power"), call
    refused(await ask(keyed, "key", world.codes["foreign"], calls()[0]), 404, "authority_unknown")


async def test_a_route_without_an_act_does_not_start(
    server: DatabaseServer, database: str, tmp_path: Any
) -> None:
    """Default deny: a route with no act, or with an unknown one, stops the application at its start."""

    def planted(**opt: Any) -> Any:
        @get("/planted", opt=opt)
        async def handler() -> str:
            return ""

        return handler

    right = [*application.OF_AUTHORITY]
    for opt in ({}, {"act": "fly"}, {"act": ()}, {"act": ("read", "fly")}):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(application, "OF_AUTHORITY", [*right, planted(**opt)])
            with pytest.raises(RouteWithoutAct, match=r"GET /api/v1/authorities/.*planted"):
                application_over(server.runtime(database), tmp_path)
    assert right == application.OF_AUTHORITY
    application_over(server.runtime(database), tmp_path)
