"""What a superior sees of a subordinate: marker texts are planted wherever a draft stores text, and every route is queried in
every format.

The office's own officers find each marker, so that no test passes for a missing one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from adapters.register.recording.decoding import convert
from domain.authority.powers import ROLES, Role
from domain.entry import Event
from tests import builders
from tests.adapters.recordings import line
from tests.api.conftest import Running
from tests.api.login.test_powers_matrix import ACTS, HOME, QUERIES
from tests.api.officers import OFFICERS, PASSWORD, Caller, office_of, register_of

MARKS = ("标记稿甲", "标记稿乙", "标记稿丙", "标记稿丁", "标记〔2020〕2号", "标记依据", "77777", "标记来源")
FORMATS = ("application/json", "text/csv")
VARIANTS: dict[str, list[dict[str, str]]] = {
    "diff": [{"year": "2020", "before": "1"}, {"from": "2020-01-01", "to": "2020-12-31", "before": "1"}],
    "due": [{"on": "2021-01-04"}],
    "work-list": [{"on": "2020-03-30"}, {"on": "2020-03-12"}, {}],
    "replay": [{}, {"version": "3"}],
    "events": [{"limit": "1000"}, {"after": "20", "limit": "1000"}],
    "document": [{"as": kind} for kind in ("html", "docx", "pdf", "xlsx", "json")],
}


class World(NamedTuple):
    running: Running
    code: str
    above: dict[str, Caller]
    own: list[Caller]


async def record(
    running: Running, code: str, actor: str, reference: str | None, *told_: Event, **clear: Any
) -> None:
    lines = [line(uuid4().hex, each, reference, **clear) for each in told_]
    await register_of(running).record_all(code, lines, actor=actor, acknowledge_all=True)


@pytest.fixture(scope="module")
async def world(running: Running) -> AsyncIterator[World]:
    """A request answered after its draft was returned, annulled and restored; one with a draft in progress; an unfinished report."""
    county = f"county-{uuid4().hex[:8]}"
    await office_of(running, county)
    code = f"office-{uuid4().hex[:8]}"
    await office_of(running, code, superior=county)
    handler, reviewer, approver = (OFFICERS[role] for role in ("handler", "reviewer", "approver"))
    clear = {"opinion": "标记意见", "text": "标记正文", "reason": "标记理由"}

    async def step(actor: str, reference: str | None, *events: Event) -> None:
        await record(running, code, actor, reference, *events, **clear)

    drafted = builders.answer_drafted("2020-03-09", "标记稿甲", text=builders.SEALED)
    under_way = builders.answer_drafted(
        "2020-03-09", "标记稿丙", document_no="标记〔2020〕2号", legal_basis="标记依据", text=builders.SEALED
    )
    await step(handler, None, builders.received("2020-03-02"), builders.received("2020-03-02"))
    one, two = "2020-0001", "2020-0002"
    await step(handler, one, drafted)
    await step(reviewer, one, builders.draft_reviewed("2020-03-10", "标记稿甲", passed=False))
    await step(reviewer, one, builders.amended("2020-03-11", 3))
    await step(
        reviewer, one, builders.amended("2020-03-11", 3, builders.draft_reviewed("2020-03-10", "标记稿甲"))
    )
    await step(handler, one, builders.answer_drafted("2020-03-10", "标记稿丁"))
    await step(handler, one, builders.amended("2020-03-11", 6))
    await step(handler, one, builders.extension_drafted("2020-03-11", "标记稿乙", 10))
    await step(approver, one, builders.draft_approved("2020-03-12", "标记稿乙"))
    extended = builders.extended("2020-03-13", 10, draft="标记稿乙")
    await step(handler, one, extended, builders.amended("2020-03-13", 10, extended))
    await step(approver, one, builders.draft_approved("2020-03-13", "标记稿甲"))
    await step(handler, one, builders.answered("2020-03-20", draft="标记稿甲"))
    await step(handler, two, under_way)
    await record_report(running, code)
    above, own = {}, []
    for role in ROLES:
        own.append(await logged_in(running, code, OFFICERS[role]))
        above[role] = await logged_in(running, county, OFFICERS[role])
    yield World(running, code, above, own)
    for caller in (*above.values(), *own):
        await caller.client.aclose()


async def record_report(running: Running, code: str) -> None:
    for event in (
        {"type": "figure_entered", "on": "2021-01-04", "row": "normative_documents", "column": "对外公开总数量",
         "value": "5", "source": "标记来源"},
        {"type": "narrative_written", "on": "2021-01-04", "section": "problems", "text": "全年收到77777件。"},
    ):  # fmt: skip
        one = convert({"id": uuid4().hex, "stream": "report/2020", "event": event})
        await register_of(running).record(code, one, actor=OFFICERS["statistician"])


async def logged_in(running: Running, code: str, officer: str) -> Caller:
    caller = Caller(running, code, officer)
    assert (await caller.login(PASSWORD)).status_code == 200
    return caller


def addresses(code: str) -> list[tuple[str, dict[str, str]]]:
    found = []
    for route in ACTS:
        method, template = route.split(" ")
        if method != "GET" or not ("{code}" in template or template.endswith(("due", "authorities"))):
            continue
        name = template.rsplit("/", 1)[1] if not template.endswith("{reference}/events") else "its events"
        for reference in ("2020-0001", "2020-0002"):
            address = template.format(code=code, reference=reference, version="1", year="2020", kind="answer")
            found += [(address, query) for query in VARIANTS.get(name, [QUERIES.get(name, {})])]
    return found


async def words(caller: Caller, code: str, but: str = "–") -> dict[str, str]:
    """All replies to the caller, by request; but: the ending of addresses to leave out."""
    found = {}
    for address, query in addresses(code):
        if address.endswith(but):
            continue
        for accept in FORMATS:
            reply = await caller.client.get(address, params=query, headers={"Accept": accept})
            assert reply.status_code < 500
            if reply.status_code == 200:
                found[f"{address} {query} {accept}"] = reply.text
    return found


@pytest.mark.parametrize("role", ROLES)
async def test_no_route_shows_a_superior_any_draft(world: World, role: Role) -> None:
    """Neither a draft's text nor its steps, annulled or restored ones included, nor an unfinished report."""
    seen = await words(world.above[role], world.code)
    for where, text in seen.items():
        for mark in (*MARKS, "标记"):
            assert mark not in text, (where, mark)
        for step in (
            "answer_drafted",
            "extension_drafted",
            "draft_reviewed",
            "draft_approved",
            "figure_entered",
        ):
            assert step not in text, where


async def test_the_office_itself_sees_every_marker(world: World) -> None:
    """So a route that showed one to the superior would be caught."""
    readers = [world.own[list(ROLES).index(role)] for role in ("handler", "statistician")]
    seen = [each for caller in readers for each in (await words(caller, world.code, but="/document")).items()]
    everything = "\n".join([text for _, text in seen])
    assert [mark for mark in MARKS if mark not in everything] == []
    for where in ("/diff", "/events", "reports/due", "/replay", "/work-list", "/reports/2020/checks"):
        shown = [text for query, text in seen if where in query]
        assert any("标记" in text or "77777" in text for text in shown), where


async def test_a_superior_sees_everything_else(world: World) -> None:
    """Stage, terms and sent letters; the feed continues by position over hidden entries."""
    wang = world.above["approver"]
    home = HOME.format(code=world.code)
    case = (await wang.get(f"{home}/requests/2020-0001")).json()
    assert (case["stage"], case["version"], case["closing"]["on"]) == ("closed", 13, "2020-03-20")
    assert [each["version"] for each in case["history"]] == [1, 10, 11, 13]
    feed = (await wang.get(f"{home}/events", params={"limit": "1000"})).json()
    assert feed["next"] == feed["position"]
    pages, after = [], 0
    while True:
        page = (await wang.get(f"{home}/events", params={"after": after, "limit": "3"})).json()
        pages += page["entries"]
        if page["next"] == after:
            break
        after = page["next"]
    assert pages == feed["entries"]
    assert {each["type"] for each in pages} >= {"received", "extended", "answered", "superior_set"}


async def test_everything_listed_can_be_opened(world: World) -> None:
    """By every officer of the superior; findings of a report only by those who may read it, in the office too."""
    for role, caller in world.above.items():
        listed = {each["code"] for each in (await caller.get("/api/v1/authorities")).json()}
        assert listed == {caller.code, world.code}
        for code in listed:
            reply: httpx.Response = await caller.get(f"/api/v1/authorities/{code}")
            assert (reply.status_code, reply.json()["code"]) == (200, code), role
    for role, caller in zip(ROLES, world.own, strict=True):
        due = (await caller.get("/api/v1/reports/due", params={"on": "2021-01-04"})).json()
        readers = ("statistician", "approver", "auditor")
        assert [bool(each["problems"]) for each in due] == [role in readers]


async def test_search_finds_no_draft_for_a_superior(world: World) -> None:
    """The office's own officers find a request by the number of its draft, the superior's do not."""
    own = next(each for each in world.own if each.officer == OFFICERS["handler"])
    for caller, expected in ((own, ["2020-0002"]), (world.above["handler"], [])):
        address = f"/api/v1/authorities/{world.code}/find"
        found = await caller.get(address, params={"text": "标记〔2020〕2号"})
        assert found.status_code == 200, found.text
        assert [row["reference"] for row in found.json()["requests"]] == expected
