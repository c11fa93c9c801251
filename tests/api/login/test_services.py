"""Service accounts over HTTP: a portal submits requests and queries only their progress; keys are rotated.

Powers by route are in test_powers_matrix.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from adapters.proof import bundle_check
from adapters.webhooks.addresses import AllowedAddresses
from api.today import today
from domain.authority.events import OfficerDismissed, ServiceEnded, ServiceGranted
from tests.adapters.recordings import body_of, connected, line
from tests.api.cli.test_officers import staffed as staffed  # noqa: PLC0414 - a fixture
from tests.api.conftest import Running, Taizhang
from tests.api.officers import (
    ADMINISTRATOR,
    ORIGIN,
    SECURITY,
    Caller,
    appoint,
    appoint_first,
    behind,
    grant_service,
    office_of,
    open_register,
    record,
    refused,
    register_of,
)
from tests.builders import answered, received

NAME = "王小明"


class Portal(NamedTuple):
    client: httpx.AsyncClient
    running: Running
    code: str

    async def hand_in(self, key: str | None = None, **fields: Any) -> httpx.Response:
        params = {
            name: fields.pop(name)
            for name in ("reference", "preview", "acknowledged", "on_behalf_of")
            if name in fields
        }
        return await self.client.post(
            "requests", json=receipt(**fields), params=params, headers={"Idempotency-Key": key or uuid4().hex}
        )

    async def stage(self, reference: str) -> httpx.Response:
        return await self.client.get(f"requests/{reference}/stage")


def receipt(**fields: Any) -> dict[str, Any]:
    return {
        "type": "received", "on": str(today()), "channel": "online", "receipt_basis": "system_confirmed",
        "applicant_kind": "natural_person", "applicant": {"name": NAME}, "description": "示例内容",
        "delivery": "electronic", **fields,
    }  # fmt: skip


def calling(running: Running, code: str, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(running.application),
        base_url=f"http://taizhang.test/api/v1/authorities/{code}",
        headers={"Authorization": f"Bearer {key}"},
    )


@pytest.fixture
async def portal(running: Running) -> AsyncIterator[Portal]:
    """An office with officers and one request of its own, and a portal's key."""
    code = f"office-{uuid4().hex[:8]}"
    await office_of(running, code, accounts=False)
    register = register_of(running)
    await register.record(code, line("own", received("2020-03-02")), actor="zhang")
    key = await grant_service(register, code, "portal", "hand_in")
    async with calling(running, code, key) as client:
        yield Portal(client, running, code)


async def test_a_portal_submits_requests_and_queries_their_progress(portal: Portal) -> None:
    """Reply and progress contain no name or content; later steps by officers show in the progress."""
    reply = await portal.hand_in("p1")
    assert reply.status_code == 201, reply.text
    reference = reply.json()["reference"]
    assert (await portal.hand_in("p1")).json()["reference"] == reference
    stage = await portal.stage(reference)
    assert stage.status_code == 200
    assert stage.json() | {"due_on": None} == {
        "reference": reference, "stage": "in_hand", "annulled": False, "received_on": str(today()),
        "due_on": None, "provisional": stage.json()["provisional"], "respond_by": None, "pay_by": None,
        "closed_on": None,
    }  # fmt: skip
    assert stage.json()["due_on"] > str(today())
    register = register_of(portal.running)
    closing = body_of(answered(str(today())))
    await register.record(portal.code, line("a", answered(str(today())), reference), actor="zhang")
    after = await portal.stage(reference)
    assert (after.json()["stage"], after.json()["closed_on"]) == ("closed", str(today()))
    for text in (reply.text, stage.text, after.text):
        assert NAME not in text
        assert "示例内容" not in text
        assert closing["document_no"] not in text
    assert (await register.proofs.verify(portal.code)).findings == ()


async def test_another_s_request_looks_nonexistent(portal: Portal) -> None:
    """To the byte: a portal cannot learn of other requests, by number either."""
    there, nowhere = await portal.stage("2020-0001"), await portal.stage("2020-0002")
    refused(there, 404, "request_unknown")
    assert there.text.replace("2020-0001", "") == nowhere.text.replace("2020-0002", "")
    taken = [await portal.hand_in(reference=f"2020-000{n}", on="2020-03-03") for n in (1, 2)]
    for reply in taken:
        refused(reply, 403, "handed_in_only")
    assert taken[0].content == taken[1].content


async def test_a_file_may_only_contain_receipts(portal: Portal) -> None:
    """Several receipts are recorded; a line of another kind, or for an existing request, refuses the whole file."""
    register = register_of(portal.running)
    before = await register.position(portal.code)

    async def send(*lines: dict[str, Any], **params: str) -> httpx.Response:
        content = "\n".join(json.dumps(each, ensure_ascii=False) for each in lines)
        how: dict[str, Any] = {"params": params, "headers": {"Content-Type": "application/x-ndjson"}}
        return await portal.client.post("recordings", content=content.encode(), **how)

    first = {"id": "f1", "event": receipt()}
    for other in (
        {"id": "f2", "event": receipt(channel="post", receipt_basis="signed_for")},
        {"id": "f2", "event": receipt(on="2020-03-03"), "reference": "2020-0001"},
        {"id": "f2", "event": receipt(on="2020-03-03"), "reference": "2020-0077"},
        {"id": "f2", "event": receipt(split_from="2020-0001")},
        {"id": "f2", "event": receipt(), "on_behalf_of": "zhang"},
        {"id": "f2", "event": body_of(answered(str(today()))), "reference": "2020-0001"},
        {"id": "f2", "event": body_of(answered(str(today()))), "reference": "#f1"},
        {"id": "f2", "event": {"type": "officer_dismissed", "on": str(today()), "officer": "zhang"}, "stream": "authority"},
    ):  # fmt: skip
        reply = await send(first, other)
        assert reply.status_code == 422, (other, reply.text)
        for never in ("2020-0001", "2020-0077", NAME):
            assert never not in reply.text, (other, reply.text)
    assert await register.position(portal.code) == before
    replies = (await send(first, {"id": "f2", "event": receipt()})).json()["replies"]
    assert [each["reference"] for each in replies] == [f"{today().year}-000{n}" for n in (1, 2)]
    assert NAME not in json.dumps(replies, ensure_ascii=False)
    assert {code for each in replies for code in each["possible"]} == set()


async def test_earlier_recordings_under_its_name_are_not_its_own(running: Running) -> None:
    """Before there were officers an actor could have any name, including `portal`."""
    code, register = f"office-{uuid4().hex[:8]}", register_of(running)
    await open_register(register, code)
    await register.record(code, line("old", received("2020-03-02")), actor="portal")
    await appoint_first(register, code)
    async with calling(running, code, await grant_service(register, code, "portal", "hand_in")) as client:
        portal = Portal(client, running, code)
        refused(await portal.stage("2020-0001"), 404, "request_unknown")
        reference = (await portal.hand_in()).json()["reference"]
        assert (await portal.stage(reference)).status_code == 200


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"channel": "post", "receipt_basis": "signed_for"}, "handed_in_only"),
        ({"channel": "email"}, "handed_in_only"),
        ({"split_from": "2020-0001"}, "handed_in_only"),
        ({"reference": f"{today().year}-0099"}, "handed_in_only"),
        ({"on_behalf_of": "zhang"}, "handed_in_only"),
        ({"on_behalf_of": "nobody"}, "not_an_officer"),
        ({"on_behalf_of": "portal"}, "not_an_officer"),
        ({"on_behalf_of": "county/wang"}, "not_an_officer"),
        ({"preview": "true"}, "no_power"),
    ],
)
async def test_a_portal_submits_nothing_else(portal: Portal, fields: dict[str, Any], code: str) -> None:
    before = await register_of(portal.running).position(portal.code)
    refused(await portal.hand_in(**fields), 403, code)
    assert await register_of(portal.running).position(portal.code) == before


async def test_a_gateway_names_the_deciding_officer(portal: Portal) -> None:
    """A service account that handles records a delivery by itself, but an answer only on behalf of the handler."""
    register = register_of(portal.running)
    key = await grant_service(register, portal.code, "gateway", "handle")
    today_ = str(today())
    async with calling(portal.running, portal.code, key) as client:

        async def post(address: str, event: dict[str, Any], **params: str) -> httpx.Response:
            return await client.post(
                address, json=event, params=params, headers={"Idempotency-Key": uuid4().hex}
            )

        reference = (await post("requests", body_of(received(today_)))).json()["reference"]
        address = f"requests/{reference}/events"
        refused(await post(address, body_of(answered(today_))), 403, "person_decides")
        for other in ("li", "zhao", ADMINISTRATOR):
            refused(await post(address, body_of(answered(today_)), on_behalf_of=other), 403, "no_power")
        refused(await post(address, body_of(answered(today_)), on_behalf_of="gateway"), 403, "not_an_officer")
        reply = await post(address, body_of(answered(today_)), on_behalf_of="zhang")
        assert reply.status_code == 201, reply.text
        served = {"type": "served", "on": today_, "method": "electronic"}
        assert (await post(address, served)).status_code == 201
        refused(await client.get(f"requests/{reference}"), 403, "no_power")
        refused(await client.get(f"requests/{reference}/sealed", params={"purpose": "看"}), 403, "no_power")
    rows = await behind(
        portal.running.dsn,
        portal.code,
        "SELECT topic, actor, on_behalf_of FROM events WHERE actor = 'gateway' AND authority_id ="
        " current_setting('taizhang.authority')::integer ORDER BY position",
    )
    assert [tuple(row) for row in rows] == [
        ("received", "gateway", None), ("answered", "gateway", "zhang"), ("served", "gateway", None),
    ]  # fmt: skip
    assert (await register.proofs.verify(portal.code)).findings == ()


async def test_verification_finds_unauthorised_entries(portal: Portal, tmp_path: Path) -> None:
    """An answer written into the log as the portal's, and one of the portal on another's behalf: `verify` and the verifier of
    a bundle report both; without them both find nothing.
    """
    register = register_of(portal.running)
    await register.record(portal.code, line("a", answered("2020-03-20"), "2020-0001"), actor="zhang")
    assert (await portal.hand_in()).status_code == 201
    await register.proofs.sign_checkpoint(portal.code)

    async def in_bundle() -> set[str]:
        target = tmp_path / f"{uuid4().hex}.zip"
        await register.proofs.export(portal.code, target, with_sealed=False)
        return {each.code for each in bundle_check.verify(target).findings}

    assert await in_bundle() == set()
    for change in ("actor = 'portal'", "on_behalf_of = 'zhang'"):
        async with connected(portal.running.dsn) as connection:
            await connection.execute("SET session_replication_role = replica")
            await connection.execute(
                f"UPDATE events SET {change} WHERE topic = 'answered' AND authority_id ="
                " (SELECT authority_id FROM authorities WHERE code = $1)",
                portal.code,
            )
        found = await register.proofs.verify(portal.code)
        assert {each.code for each in found.findings} >= {"act_impossible"}, change
        assert await in_bundle() >= {"act_impossible"}, change


# --- keys ---


async def test_keys_are_rotated_with_an_overlap(portal: Portal) -> None:
    """The old key is accepted for the days of overlap only; each key is for one account."""
    register = register_of(portal.running)
    how: dict[str, Any] = {"days": 30, "actor": ADMINISTRATOR, "origin": ORIGIN}
    other = await grant_service(register, portal.code, "other", "hand_in")
    second, second_id, _ = await register.service_keys.create(portal.code, "portal", overlap_days=2, **how)
    async with calling(portal.running, portal.code, second.as_service_key) as client:
        new = portal._replace(client=client)
        assert (await portal.hand_in()).status_code == (await new.hand_in()).status_code == 201
        await behind(
            portal.running.dsn, portal.code,
            "UPDATE service_keys SET expires_at = expires_at - interval '2 days', created_at = created_at - interval '2 days'"
            " WHERE service = 'portal'",
        )  # fmt: skip
        refused(await portal.hand_in(), 401, "unauthorized")
        assert (await new.hand_in()).status_code == 201
        third, _, _ = await register.service_keys.create(portal.code, "portal", overlap_days=0, **how)
        refused(await new.hand_in(), 401, "unauthorized")
        async with calling(portal.running, portal.code, third.as_service_key) as client3:
            assert (await portal._replace(client=client3).hand_in()).status_code == 201
        async with calling(portal.running, portal.code, other) as untouched:
            assert (await portal._replace(client=untouched).hand_in()).status_code == 201
    keys = {each.id: each for each in await register.service_keys.listed(portal.code)}
    assert not keys[second_id].valid
    assert sum(each.valid for each in keys.values()) == 2


async def test_it_survives_its_granter_and_ends_on_its_own_date(portal: Portal) -> None:
    register = register_of(portal.running)
    for officer, role in (("sys2", "system_administrator"), ("sec2", "security_administrator")):
        await appoint(register, portal.code, officer, role)  # type: ignore[arg-type]
    await record(register, portal.code, ADMINISTRATOR, OfficerDismissed(today(), SECURITY))
    await record(register, portal.code, "sys2", OfficerDismissed(today(), ADMINISTRATOR))
    assert (await portal.hand_in()).status_code == 201
    await record(register, portal.code, "sec2", ServiceEnded(today(), "portal"))
    refused(await portal.hand_in(), 401, "unauthorized")


async def test_keys_of_another_office_or_kind_are_refused(portal: Portal) -> None:
    """A service account's secret as an officer's key, with another office's code, shortened or lengthened."""
    key = portal.client.headers["authorization"].removeprefix("Bearer ")
    other = f"office-{uuid4().hex[:8]}"
    await office_of(portal.running, other, accounts=False)
    body = key.removeprefix("tzs_").partition(".")[2]
    for forged in (
        f"tzk_{portal.code}.{body}",
        f"tzs_{other}.{body}",
        f"tzs_{portal.code}.",
        key[:-1],
        f"{key}x",
    ):
        async with calling(portal.running, portal.code, forged) as client:
            refused(await portal._replace(client=client).hand_in(), 401, "unauthorized")
    async with calling(portal.running, other, key) as client:
        refused(await portal._replace(client=client).hand_in(), 404, "authority_unknown")


async def test_keys_are_made_and_revoked_in_a_session(running: Running) -> None:
    """Only by the system administrator in a session; each act is in the access log, the key in no listing."""
    code = f"office-{uuid4().hex[:8]}"
    await office_of(running, code)
    register = register_of(running)
    await grant_service(register, code, "portal", "hand_in")
    admin = Caller(running, code, ADMINISTRATOR)
    assert (await admin.login()).status_code == 200
    made = await admin.post("services/portal/keys", {"days": 1, "overlap_days": 0})
    assert made.status_code == 201, made.text
    key, id_ = made.json()["key"], made.json()["id"]
    assert key.startswith(f"tzs_{code}.")
    shown = await admin.get("services")
    assert key not in shown.text
    assert [each["service"] for each in shown.json()["services"]] == ["portal"]
    assert shown.json()["services"][0]["acts"] == ["hand_in"]
    refused(await admin.post("services/nobody/keys", {}), 404, "service_unknown")
    refused(await admin.post("services/a%00b/keys", {}), 404, "service_unknown")
    refused(await admin.post("services/portal/keys", {"days": 0}), 400, "malformed")
    own = await admin.post("/api/v1/keys", {"name": "脚本", "acts": ["administer"], "days": 1})
    async with calling(running, code, own.json()["key"]) as script:
        refused(await script.post("services/portal/keys", json={}), 403, "session_required")
        refused(await script.delete(f"services/portal/keys/{id_}"), 403, "session_required")
    async with calling(running, code, key) as client:
        assert (await client.get(f"requests/{today().year}-0001/stage")).status_code == 404
        assert (await admin.call("DELETE", f"services/portal/keys/{id_}")).status_code == 200
        refused(await client.get(f"requests/{today().year}-0001/stage"), 401, "unauthorized")
    refused(await admin.call("DELETE", f"services/portal/keys/{id_}"), 404, "key_unknown")
    refused(await admin.call("DELETE", f"services/a%00b/keys/{id_}"), 404, "key_unknown")
    assert (await admin.accessed("act"))[-3:] == ["key_created", "key_created", "key_revoked"]
    await admin.client.aclose()


# --- at the console ---


async def test_service_accounts_in_the_console(running: Running) -> None:
    """The other administrator is offered pending confirmations; a key is shown once; webhooks are listed with their state."""
    code, register = f"office-{uuid4().hex[:8]}", register_of(running)
    await office_of(running, code)
    await grant_service(register, code, "portal", "hand_in")
    allowed = AllowedAddresses.parse("https://portal.example.gov.cn", "")
    webhook, _ = await register.webhooks.add(
        code, "portal", "https://portal.example.gov.cn/hook", allowed=allowed, after=0, actor=ADMINISTRATOR, origin=ORIGIN
    )  # fmt: skip
    (claimed,), _ = await register.webhooks.claim(code)
    await register.webhooks.failed(claimed, "status_503", timedelta(0))
    await record(register, code, SECURITY, ServiceGranted(today(), "gateway", "邮件网关", ("handle",)))
    admin = Caller(running, code, ADMINISTRATOR)
    assert (await admin.login()).status_code == 200
    duties = (await admin.client.get("/", params={"tab": "grants"})).text
    assert "服务账号gateway" in duties
    form = (await admin.client.get("/people/grant_confirmed")).text
    assert "服务账号gateway（邮件网关）" in form
    page = (await admin.client.get("/people")).text
    for shown in ("portal", "某程序", "https://portal.example.gov.cn/hook", "已暂停", "status_503"):
        assert shown in page
    assert "tzs_" not in page
    fields = {"csrf": admin.csrf, "days": "30", "overlap_days": "0"}
    made = await admin.client.post("/people/services/portal/keys", data=fields)
    assert made.status_code == 200
    key = re.search(r"tzs_[A-Za-z0-9_.-]+", made.text)
    assert key is not None
    assert key[0] not in (await admin.client.get("/people")).text
    async with calling(running, code, key[0]) as client:
        assert (await client.get(f"requests/{today().year}-0001/stage")).status_code == 404
    for wrong in ({"days": "0"}, {"days": "x"}, {"days": "9999"}, {"overlap_days": "-1"}):
        assert (
            await admin.client.post("/people/services/portal/keys", data={**fields, **wrong})
        ).status_code == 422
    (listed,) = [each for each in await register.service_keys.listed(code) if each.valid]
    address = f"/people/services/portal/keys/{listed.id}/revoke"
    assert (await admin.client.post(address, data={"csrf": admin.csrf})).status_code == 303
    assert not any(each.valid for each in await register.service_keys.listed(code))
    resume = f"/people/webhooks/{webhook}/resume"
    assert (await admin.client.post(resume, data={"csrf": admin.csrf})).status_code == 303
    assert [each.paused_at for each in await register.webhooks.listed(code)] == [None]
    await admin.client.aclose()


# --- the command line ---


def test_webhooks_at_the_command_line(staffed: Taizhang, monkeypatch: pytest.MonkeyPatch) -> None:
    told_ = staffed("service", "grant", "portal", "--name", "门户网站", "--act", "hand_in", "--actor", "sec")
    assert staffed("officer", "confirm", told_.out.rsplit(" ", 1)[1].strip(), "--actor", "sys").code == 0
    url = "https://portal.example.gov.cn/hook"
    closed = staffed("webhook", "add", "portal", url, "--actor", "sys")
    assert (closed.code, "webhook_address_refused" in closed.err) == (1, True)
    monkeypatch.setenv("TAIZHANG_WEBHOOKS", "https://portal.example.gov.cn")
    assert staffed("webhook", "add", "portal", url, "--actor", "sec").code == 1
    made = staffed("webhook", "add", "portal", url, "--after", "0", "--actor", "sys")
    assert made.out.strip().startswith("whsec_")
    found: Any = staffed("webhook", "list", "--json").json()
    assert [(each["service"], each["url"], each["position"]) for each in found] == [("portal", url, 0)]
    assert made.out.strip() not in staffed("webhook", "list").out
    assert staffed("webhook", "resume", found[0]["id"], "--after", "1", "--actor", "sys").code == 0
    assert staffed("webhook", "remove", found[0]["id"], "--actor", "sys").code == 0
    assert staffed("webhook", "remove", found[0]["id"], "--actor", "sys").code == 1
    monkeypatch.setenv("TAIZHANG_WEBHOOKS", "https://portal.example.gov.cn/hook")
    wrong = staffed("webhook", "list")
    assert (wrong.code, "TAIZHANG_WEBHOOKS" in wrong.err) == (2, True)
    monkeypatch.delenv("TAIZHANG_WEBHOOKS")
    assert staffed("verify").code == 0


def test_service_accounts_at_the_command_line(staffed: Taizhang) -> None:
    """`taizhang service`: grant, confirm, create a key, list, end."""
    told_ = staffed("service", "grant", "portal", "--name", "门户网站", "--act", "hand_in", "--actor", "sec")
    assert told_.code == 0, told_.err
    early = staffed("service", "key", "portal", "--actor", "sys")
    assert (early.code, "service_unknown" in early.err) == (1, True)
    version = told_.out.rsplit(" ", 1)[1].strip()
    assert staffed("officer", "confirm", version, "--actor", "sec").code == 1
    assert staffed("officer", "confirm", version, "--actor", "sys").code == 0
    made = staffed("service", "key", "portal", "--days", "30", "--actor", "sys")
    assert made.out.strip().startswith("tzs_huadu.")
    assert staffed("service", "key", "portal", "--actor", "li").code == 1
    found: Any = staffed("service", "list", "--json").json()
    assert [(each["service"], each["acts"], each["pending"]) for each in found] == [
        ("portal", ["hand_in"], [])
    ]
    keys: Any = staffed("service", "keys", "--json").json()
    assert [each["valid"] for each in keys] == [True]
    assert staffed("service", "revoke", "portal", keys[0]["id"], "--actor", "sys").code == 0
    wrong = staffed("service", "grant", "other", "--name", "甲", "--act", "approve", "--actor", "sec")
    assert wrong.code == 2
    assert staffed("service", "end", "portal", "--actor", "sys").code == 1
    assert staffed("service", "end", "portal", "--actor", "sec").code == 0
    assert staffed("verify").code == 0
