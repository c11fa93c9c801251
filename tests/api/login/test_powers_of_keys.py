"""A caller's powers are judged with the event: keys × events × routes, including amendments and superiors' officers.

A route accepts several acts, and passes a caller with any of them. Here every caller sends every event; the acts that each
event requires are typed by hand.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from api.today import today
from api.web import openapi
from domain.authority.events import SuperiorSet
from domain.authority.powers import ACTS, Role
from tests import builders
from tests.adapters.recordings import body_of, day, line
from tests.api.conftest import Running
from tests.api.officers import (
    ADMINISTRATOR,
    ORIGIN,
    SECURITY,
    appoint,
    appoint_first,
    office_of,
    open_account,
    open_register,
    record,
    register_of,
)

TAKES = {
    "handle": "received assigned supplement_required supplemented extended consultation_opened consultation_closed"
    " explanation_required explained deferred fee_charged fee_paid answered served withdrawn lapsed appealed"
    " appeal_decided correction_analysed reopened archived handed_over supervision_answered score_contested number_gap_explained",
    "draft": "answer_drafted extension_drafted",
    "review": "draft_reviewed",
    "approve": "draft_approved",
    "request_erasure": "erasure_requested personal_data_restricted",
    "erase": "personal_data_erased restriction_lifted",
    "administer": "registered renamed reorganised day_off_set holiday_notice_recorded policy_set letter_details_set letter_wording_set number_series_set"
    " officer_appointed officer_dismissed superior_set own_entry_amended subject_bound subject_unbound",
    "grant": "power_granted power_withdrawn service_granted service_ended second_factor_reset_requested",
    "confirm_grant": "grant_confirmed second_factor_reset",
    "waive": "separation_waived",
    "supervise": "supervision_ordered return_requested return_sent_back return_accepted",
    "assess": "assessment_announced score_entered",
    "conclude": "contest_decided assessment_concluded",
    "restore": "restoration_requested restoration_confirmed",
    "report": "figure_entered work_recorded work_annulled document_made disclosure_set document_amended document_ended narrative_written warning_waived waiver_withdrawn"
    " figures_taken_over report_compiled report_submitted report_published report_entered report_restated return_prepared",
    "approve_report": "report_returned report_approved return_handed_in",
}
OUTSIDE = ("waive", "supervise", "restore")
ANSWERS = (
    "supervision_answered",
    "return_prepared",
    "return_handed_in",
    "score_contested",
    "number_gap_explained",
)
"""Replies to the superior's requests, and reasons for missing numbers: on the authority's own stream, recorded by those who
handle and report.
"""
ACT_OF = {event: act for act, events in TAKES.items() for event in events.split()}

HOLDERS: dict[str, tuple[Role, ...]] = {
    "zhou": ("handler", "reviewer", "approver", "statistician"),
    "zhao": ("auditor",),
    ADMINISTRATOR: (),
    SECURITY: (),
}
"""Officers who together have every role; one of them has every business role, as in a small office."""

KEYS = {
    "zhou": "handle draft review approve amend read read_personal count report approve_report request_erasure erase waive supervise assess conclude",
    "zhao": "read read_personal count prove read_access_log",
    ADMINISTRATOR: "administer confirm_grant restore",
    SECURITY: "grant confirm_grant erase restore",
}
PAIRED = "handle draft review approve request_erasure erase"

ENTRIES = {
    1: ("received", "handle"), 2: ("answer_drafted", "draft"), 3: ("draft_reviewed", "review"),
    4: ("draft_approved", "approve"), 5: ("answered", "handle"), 6: ("personal_data_restricted", "request_erasure"),
    7: ("restriction_lifted", "erase"),
}  # fmt: skip
"""The entries of 2020-0001 by version, and the act of each."""

HISTORY = (
    builders.received("2020-03-02"), builders.answer_drafted("2020-03-09"), builders.draft_reviewed("2020-03-10"),
    builders.draft_approved("2020-03-11", passed=False), builders.answered("2020-03-20"),
    builders.personal_data_restricted("2020-03-23"), builders.restriction_lifted("2020-03-24"),
)  # fmt: skip

DENIED = {"no_power", "not_an_officer", "not_the_superior", "authority_unknown", "approval_missing"}


class World(NamedTuple):
    """code: of the office. keys: the credentials of a caller, by the key's officer and acts."""

    client: httpx.AsyncClient
    code: str
    keys: dict[tuple[str, frozenset[str]], dict[str, str]]


class Call(NamedTuple):
    """An event as sent to a route, with all the acts that it requires."""

    route: str
    event: dict[str, Any]
    takes: frozenset[str]


@pytest.fixture(scope="module")
async def world(running: Running) -> AsyncIterator[World]:
    code = f"office-{uuid4().hex[:8]}"
    register = register_of(running)
    await open_register(register, code)
    lines = [line(f"h{n}", each, None if n == 0 else "2020-0001") for n, each in enumerate(HISTORY)]
    await register.record_all(code, lines, actor="tests", acknowledge_all=True)
    await appoint_first(register, code)
    for officer, roles in HOLDERS.items():
        if roles:
            await appoint(register, code, officer, *roles)
        await open_account(register, running.dsn, code, officer)
    keys = {}
    for officer, acts in KEYS.items():
        for act in acts.split():
            keys[officer, frozenset({act})] = await key_of(running, code, officer, act)
    for act in PAIRED.split():
        keys["zhou", frozenset({"amend", act})] = await key_of(running, code, "zhou", "amend", act)
    transport = httpx.ASGITransport(running.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://taizhang.test") as client:
        yield World(client, code, keys)


async def key_of(running: Running, code: str, officer: str, *acts: str) -> dict[str, str]:
    secret, _, _ = await register_of(running).keys.create(
        code, officer, name="程序", acts=acts, days=1, actor="local", origin=ORIGIN
    )
    return {"Authorization": f"Bearer {secret.as_key}"}


def route_of(type_: str) -> str:
    act = ACT_OF.get(type_, "amend")
    if act in ("administer", "grant", "confirm_grant", "assess", "conclude", *OUTSIDE) or type_ in ANSWERS:
        return "events"
    if act in ("report", "approve_report"):
        return "reports/2020/events"
    return "requests" if type_ == "received" else "requests/2020-0001/events"


def every_event(code: str) -> list[Call]:
    """Each type once, and for each entry its annulment, its replacement, and one by an event of another act."""
    found = []
    for type_, event in openapi.examples().items():
        if type_ == "entry_amended":
            continue
        own = {**event, "code": code} if type_ == "registered" else event
        found.append(Call(route_of(type_), own, frozenset({ACT_OF[type_]})))
    route = "requests/2020-0001/events"
    for version, (_, act) in ENTRIES.items():
        same = body_of(HISTORY[version - 1])
        approval = body_of(builders.draft_approved("2020-03-11"))
        for replacement, more in ((None, set()), (same, set()), (approval, {"approve"})):
            amendment = {
                "type": "entry_amended", "on": "2020-04-02", "version": version, "reason": "误记",
                "replacement": replacement,
            }  # fmt: skip
            found.append(Call(route, amendment, frozenset({"amend", act, *more})))
    return found


async def post(
    client: httpx.AsyncClient, code: str, who: dict[str, str], each: Call, **query: str
) -> httpx.Response:
    return await client.post(
        f"/api/v1/authorities/{code}/{each.route}",
        json=each.event,
        params=query,
        headers={**who, "Idempotency-Key": uuid4().hex},
    )


def code_of(reply: httpx.Response) -> str:
    return str(reply.json().get("code", "")) if "problem" in reply.headers["content-type"] else ""


def test_every_event_and_every_act_is_covered() -> None:
    """No event is left out but those sent as bytes; no act is left out."""
    types = set(openapi.examples())
    assert types == set(ACT_OF) | {"entry_amended"}
    assert set(" ".join(KEYS.values()).split()) == set(ACTS)
    assert {act for _, act in ENTRIES.values()} == set(PAIRED.split())


async def test_a_key_records_only_its_acts(world: World, running: Running) -> None:
    """Its officer may record everything. Forbidden events are sent to be recorded, allowed ones as previews."""
    before = await register_of(running).position(world.code)
    wrong, cells = [], {True: 0, False: 0}
    for (officer, acts), who in world.keys.items():
        for each in every_event(world.code):
            if "approve" in acts and each.event["type"] in ("answered", "extended"):
                continue  # the approver's if an approval is missing: see the next test
            may = each.takes <= acts and not each.takes & set(OUTSIDE)
            reply = await post(world.client, world.code, who, each, **({"preview": "true"} if may else {}))
            denied = reply.status_code == 403 and code_of(reply) in DENIED
            cells[may] += 1
            if denied == may or reply.status_code >= 500:
                wrong.append((officer, sorted(acts), each.event["type"], reply.status_code, code_of(reply)))
    assert wrong == []
    assert cells[True] > 60
    assert cells[False] > 1500
    assert await register_of(running).position(world.code) == before


async def test_omitting_the_approval_does_not_approve(world: World, running: Running) -> None:
    """A refusal without an approval needs the approver's act, which a key for handling does not have."""
    on = today().isoformat()
    register = register_of(running)
    reply = await register.record(world.code, line(uuid4().hex, builders.received(on), None), actor="zhou")
    answer = Call(
        f"requests/{reply.reference}/events",
        body_of(builders.answered(on, "refused.deliberative")),
        frozenset(),
    )
    codes = {}
    for acts in ("handle", "approve", "draft"):
        who = world.keys["zhou", frozenset({acts})]
        codes[acts] = code_of(await post(world.client, world.code, who, answer))
    assert codes == {"handle": "approval_missing", "approve": "not_acknowledged", "draft": "no_power"}


async def test_each_event_is_accepted_at_its_own_route_only(world: World, running: Running) -> None:
    """Other routes refuse it from every caller."""
    before = await register_of(running).position(world.code)
    routes = {each.route for each in every_event(world.code)}
    for officer in HOLDERS:
        who = await key_of(running, world.code, officer, *KEYS[officer].split())
        for each in every_event(world.code):
            for route in routes - {each.route}:
                if "requests/" in route and each.route == "requests":
                    continue
                reply = await post(world.client, world.code, who, each._replace(route=route))
                assert reply.status_code in (400, 403), (officer, route, each.event, reply.text)
    assert await register_of(running).position(world.code) == before


# --- from outside ---


@pytest.mark.parametrize("staffed", [True, False], ids=["with officers", "without"])
async def test_a_superior_records_only_its_own_events(running: Running, staffed: bool) -> None:
    """Also in an office without officers; the superior's approver has every power in their own office."""
    register = register_of(running)
    county, town = (f"{name}-{uuid4().hex[:8]}" for name in ("county", "town"))
    await open_register(register, county)
    await appoint_first(register, county)
    await appoint(register, county, "zhou", *HOLDERS["zhou"])
    await open_account(register, running.dsn, county, "zhou")
    if staffed:
        await office_of(running, town, superior=county, accounts=False)
    else:
        await open_register(register, town)
        above = SuperiorSet(day("2020-01-02"), county, "lower_government", day("2020-01-01"))
        await record(register, town, "tests", above)
    await register.record(
        town, line("r", builders.received("2020-03-02")), actor="zhang" if staffed else "tests"
    )
    keys = {act: await key_of(running, county, "zhou", act) for act in KEYS["zhou"].split()}
    keys["all"] = await key_of(running, county, "zhou", *KEYS["zhou"].split())
    before = await register.position(town)
    transport = httpx.ASGITransport(running.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://taizhang.test") as client:
        for acts, who in keys.items():
            for each in every_event(town):
                lets = each.takes <= set(OUTSIDE) & set(KEYS["zhou"].split()) and acts in (*each.takes, "all")
                reply = await post(client, town, who, each, **({"preview": "true"} if lets else {}))
                if lets and each.event["type"] in ("return_sent_back", "return_accepted"):
                    assert code_of(reply) == "return_unknown"  # there was no request for one
                elif lets:
                    assert reply.status_code == 200, reply.text
                else:
                    assert reply.status_code in (403, 404), (acts, each.event["type"], reply.text)
                    assert code_of(reply) in DENIED
            upload = f"/api/v1/authorities/{town}/requests/2020-0001/documents"
            reply = await client.post(upload, content=b"%PDF-1.7", headers=who)
            assert reply.status_code == 404
        assert await register.position(town) == before
        waiver = next(each for each in every_event(town) if each.event["type"] == "separation_waived")
        assert (await post(client, town, keys["waive"], waiver)).status_code == 201
    assert (await register.proofs.verify(town)).findings == ()


IN_HAND = {
    "assigned", "supplement_required", "extended", "consultation_opened", "explanation_required", "deferred",
    "fee_charged", "answered", "served", "withdrawn", "appealed", "document_filed",
}  # fmt: skip
"""Events that a handler may record for a newly received request; typed from the contract."""


@pytest.mark.parametrize(
    ("acts", "possible"),
    [
        ({"handle"}, IN_HAND),
        ({"handle", "draft"}, IN_HAND | {"answer_drafted", "extension_drafted"}),
        ({"handle", "amend"}, IN_HAND | {"entry_amended"}),
    ],
    ids=["handle", "draft", "amend"],
)
async def test_a_reply_offers_what_the_key_may_record_next(
    running: Running, world: World, acts: set[str], possible: set[str]
) -> None:
    """Only what the stage allows; the officer's session gets the whole list."""
    headers = await key_of(running, world.code, "zhou", *sorted(acts))
    reply = await world.client.post(
        f"/api/v1/authorities/{world.code}/requests",
        json=body_of(builders.received("2020-03-02")),
        headers=headers | {"Idempotency-Key": str(uuid4())},
    )
    assert set(reply.json()["possible"]) == possible
