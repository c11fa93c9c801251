"""Webhooks: in order, at least once, signed, by one sender, only to allowed addresses, with only what the account may read."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from adapters.register.notices.webhooks import LIMIT, RUN, Webhook
from adapters.register.register import Register
from adapters.webhooks.addresses import NOWHERE, AllowedAddresses
from adapters.webhooks.refusals import TooManyWebhooks, WebhookAddressRefused, WebhookUnknown
from adapters.webhooks.sending import Courier
from api.today import today
from domain.authority.events import ServiceEnded
from domain.authority.refusals import ServiceUnknown
from tests.adapters.recordings import line
from tests.api.background.receiver import (
    SOON,
    Receiver,
    allowing,
    drip,
    endless,
    endless_head,
    hang,
    nonsense,
    receiving,
    sending,
    status,
)
from tests.api.certificates import certified
from tests.api.conftest import PROJECT, Running
from tests.api.officers import (
    ADMINISTRATOR,
    ORIGIN,
    SECURITY,
    Caller,
    behind,
    grant_service,
    office_of,
    record,
    refused,
    register_of,
)
from tests.builders import answer_drafted, answered, assigned, received

NAME = "王小明"
HOW: dict[str, Any] = {"actor": ADMINISTRATOR, "origin": ORIGIN}


class Office(NamedTuple):
    """An office with a platform that reads and a portal that submits requests."""

    running: Running
    code: str
    register: Register

    async def subscribe(
        self, receiver: Receiver, service: str = "platform", path: str = "/hook", **how: Any
    ) -> tuple[str, str]:
        url = f"http://127.0.0.1:{receiver.port}{path}"
        return await self.register.webhooks.add(
            self.code, service, url, allowed=allowing(receiver), **HOW, **how
        )

    async def receive(self, actor: str = "zhang", id_: str = "") -> str:
        event = received(str(today()), channel="online", receipt_basis="system_confirmed")
        reply = await self.register.record(self.code, line(id_ or uuid4().hex, event), actor=actor)
        return str(reply.reference)

    async def webhook(self, id_: str) -> Webhook:
        return next(each for each in await self.register.webhooks.listed(self.code) if each.id == id_)

    async def until(self, id_: str, holds: Callable[[Webhook], bool]) -> Webhook:
        async with asyncio.timeout(SOON):
            while not holds(found := await self.webhook(id_)):
                await asyncio.sleep(0.05)
        return found


@pytest.fixture
async def office(running: Running) -> Office:
    code, register = f"office-{uuid4().hex[:8]}", register_of(running)
    await office_of(running, code, accounts=False)
    await grant_service(register, code, "platform", "read")
    await grant_service(register, code, "portal", "hand_in")
    return Office(running, code, register)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


# --- what is delivered ---


async def test_entries_are_delivered_in_order_and_signed(office: Office, receiver: Receiver) -> None:
    """The feed's entries, each once, with id and position; none from before the subscription."""
    id_, secret = await office.subscribe(receiver)
    start = await office.register.position(office.code)
    async with sending(office.register, allowing(receiver)):
        await office.receive()
        first = await receiver.next()
        for _ in range(3):
            await office.receive()
        positions = list(first.positions)
        while len(positions) < 4:
            positions += (await receiver.next()).positions
        found = await office.until(id_, lambda each: each.position == start + 4)
    assert positions == [start + 1, start + 2, start + 3, start + 4]
    assert first.is_signed(secret)
    assert not first.is_signed("whsec_" + "A" * 44)
    assert first.path == "/hook"
    assert first.headers["content-type"] == "application/json"
    body = first.body
    assert (body["authority"], body["webhook"], body["after"]) == (office.code, id_, start)
    entry = body["entries"][0]
    assert set(entry) == {
        "position", "stream", "version", "type", "event", "recorded_at", "actor", "on_behalf_of", "id", "acknowledged",
    }  # fmt: skip
    assert (entry["type"], entry["actor"], set(entry["event"]["applicant"])) == (
        "received",
        "zhang",
        {"id", "commitment"},
    )
    assert (found.failures, found.problem, found.paused_at) == (0, "", None)
    assert found.delivered_at is not None
    assert receiver.got.empty()


async def test_a_portal_receives_only_the_steps_of_its_own_requests(
    office: Office, receiver: Receiver
) -> None:
    """No other request, no draft, no officer and no text; other entries are skipped."""
    id_, _ = await office.subscribe(receiver, "portal")
    start = await office.register.position(office.code)
    other, own = await office.receive(), await office.receive("portal", "秘密的编号")
    for event in (assigned(str(today())), answer_drafted(str(today())), answered(str(today()), draft=None)):
        for reference in (other, own):
            await office.register.record(office.code, line(uuid4().hex, event, reference), actor="zhang")
    await office.register.record(office.code, line("y", received("2020-03-02")), actor="zhang")
    last = await office.register.position(office.code)
    got = []
    async with sending(office.register, allowing(receiver)):
        while not got or got[-1].body["next"] < last - 2:
            got.append(await receiver.next())
        await office.until(id_, lambda each: each.position == last)
    assert receiver.got.empty()
    entries = [entry for each in got for entry in each.body["entries"]]
    assert [(each["stream"], each["type"]) for each in entries] == [
        (f"request/{own}", "received"), (f"request/{own}", "answered"),
    ]  # fmt: skip
    for each in entries:
        assert each["event"] == {"type": each["type"], "on": str(today())}
        assert (each["actor"], each["on_behalf_of"], each["id"], each["acknowledged"]) == ("", None, None, [])
    text = b"".join(each.raw for each in got).decode()
    for never in ("zhang", other, "秘密的编号", "draft", "commitment", "applicant"):
        assert never not in text
    assert start < last


async def test_a_long_log_is_delivered_in_parts_from_the_requested_position(
    office: Office, receiver: Receiver
) -> None:
    """The whole log in several consecutive deliveries, every entry exactly once."""
    lines = [line(f"n{n}", received("2020-03-02")) for n in range(RUN + 20)]
    await office.register.record_all(office.code, lines, actor="zhang")
    last = await office.register.position(office.code)
    await office.subscribe(receiver, after=0)
    positions: list[int] = []
    async with sending(office.register, allowing(receiver)):
        while len(positions) < last:
            positions += (await receiver.next()).positions
    assert positions == list(range(1, last + 1))


async def test_deliveries_are_repeated_from_a_position(office: Office, receiver: Receiver) -> None:
    id_, _ = await office.subscribe(receiver)
    start = await office.register.position(office.code)
    async with sending(office.register, allowing(receiver)):
        await office.receive()
        await receiver.next()
        await office.until(id_, lambda each: each.position == start + 1)
        await office.register.webhooks.resume(office.code, id_, after=start - 1, **HOW)
        assert (await receiver.next()).positions == [start, start + 1]
        await office.until(id_, lambda each: each.position == start + 1)


async def test_an_ended_account_receives_nothing(office: Office, receiver: Receiver) -> None:
    id_, _ = await office.subscribe(receiver)
    await record(office.register, office.code, SECURITY, ServiceEnded(today(), "platform"))
    await office.receive()
    async with sending(office.register, allowing(receiver), paused_after=0):
        found = await office.until(id_, lambda each: each.paused_at is not None)
    assert found.problem == "account_closed"
    assert receiver.connections == 0


# --- what goes wrong ---


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (status(500), "status_500"), (status(404), "status_404"), (status(410), "status_410"), (nonsense, "not_http"),
        (hang, "timeout"), (drip, "timeout"), (endless_head, "not_http"),
    ],
)  # fmt: skip
async def test_a_failed_delivery_is_repeated_unchanged(
    office: Office,
    receiver: Receiver,
    answer: Callable[[asyncio.StreamWriter], Awaitable[None]],
    problem: str,
) -> None:
    """Same id, same body, although more was recorded meanwhile; the failure is shown until it succeeds."""
    seen = asyncio.Event()

    async def taken_once_seen(writer: asyncio.StreamWriter) -> None:
        await seen.wait()
        await status(204)(writer)

    receiver.answers = [answer, taken_once_seen]
    id_, secret = await office.subscribe(receiver)
    await office.receive()
    async with sending(office.register, allowing(receiver), timeout=1.5 if problem == "timeout" else SOON):
        first = await receiver.next()
        await office.receive()
        found = await office.until(id_, lambda each: each.failures > 0)
        assert found.problem == problem
        seen.set()
        second = third = await receiver.next()
        assert second.is_signed(secret)
        while third.id == first.id:  # more than once if it was not noticed in time
            assert (third.id, third.raw) == (first.id, first.raw)
            third = await receiver.next()
        assert second.id == first.id
        assert third.body["after"] == second.body["next"]
        assert (await office.until(id_, lambda each: each.failures == 0)).problem == ""


async def test_a_redirect_is_not_followed(office: Office, receiver: Receiver) -> None:
    """Wherever it points; its target receives nothing."""
    async with receiving() as inside:
        for code in (301, 302, 303, 307, 308):
            receiver.answers = [
                status(code, f"Location: http://127.0.0.1:{inside.port}/latest/meta-data"),
                status(204),
            ]
            id_, _ = await office.subscribe(receiver)
            await office.receive()
            async with sending(office.register, allowing(receiver)):
                first = await receiver.next()
                assert (await receiver.next()).id == first.id
                await office.until(id_, lambda each: each.failures == 0 and each.delivered_at is not None)
            await office.register.webhooks.remove(office.code, id_, **HOW)
        assert inside.connections == 0


async def test_an_endless_answer_is_not_read(office: Office, receiver: Receiver) -> None:
    """A status of 200 suffices; the rest is not read."""
    receiver.answers = [endless]
    id_, _ = await office.subscribe(receiver)
    await office.receive()
    async with sending(office.register, allowing(receiver), timeout=SOON):
        found = await office.until(id_, lambda each: each.delivered_at is not None)
    assert found.failures == 0


async def test_a_receiver_that_hangs_does_not_delay_others(office: Office, receiver: Receiver) -> None:
    receiver.answers = [hang]
    async with receiving() as other:
        await office.subscribe(receiver)
        await office.register.webhooks.add(
            office.code, "platform", f"http://127.0.0.1:{other.port}/", allowed=allowing(other), **HOW
        )
        async with sending(office.register, allowing(receiver, other), timeout=5 * SOON):
            for _ in range(3):
                await office.receive()
                await other.next()
        assert receiver.connections == 1


async def test_a_dead_receiver_is_paused_until_resumed(office: Office, receiver: Receiver) -> None:
    """The pause is shown; nothing is lost: deliveries continue where they stopped."""
    receiver.answers = [status(503)]
    id_, _ = await office.subscribe(receiver)
    start = await office.register.position(office.code)
    await office.receive()
    async with sending(office.register, allowing(receiver), paused_after=0):
        found = await office.until(id_, lambda each: each.paused_at is not None)
        assert (found.position, found.problem, found.failures) == (start, "status_503", 1)
        assert found.failing_since is not None
        scraped = (await office.running.application.metrics.scrape(office.register)).decode()
        assert f'taizhang_register_webhooks_failing{{authority="{office.code}"}} 1.0' in scraped
        await receiver.next()
        await office.receive()
        receiver.answers = [status(200)]
        await office.register.webhooks.resume(office.code, id_, **HOW)
        positions: list[int] = []
        while len(positions) < 2:
            positions += (await receiver.next()).positions
    assert positions == [start + 1, start + 2]


async def test_waits_between_retries_grow(office: Office, receiver: Receiver) -> None:
    """1, 2, 4 … seconds, an hour at most."""
    id_, _ = await office.subscribe(receiver)
    await office.receive()
    for failures, seconds in ((0, 1), (1, 2), (2, 4), (11, 2048), (12, 3600), (500, 3600)):
        wait = timedelta(seconds=seconds)
        change = "UPDATE webhooks SET next_at = now(), failures = $2 WHERE id = $1"
        await behind(office.running.dsn, office.code, change, id_, failures)
        (claimed,), _ = await office.register.webhooks.claim(office.code)
        (earliest,) = await behind(office.running.dsn, office.code, "SELECT clock_timestamp() AS now")
        await office.register.webhooks.failed(claimed, "status_500")
        query = "SELECT next_at, clock_timestamp() AS now FROM webhooks WHERE id = $1"
        (latest,) = await behind(office.running.dsn, office.code, query, id_)
        assert earliest["now"] + wait <= latest["next_at"] <= latest["now"] + wait, failures


# --- one sender ---


async def test_two_senders_deliver_once(office: Office, receiver: Receiver) -> None:
    """Both poll all the time; each delivery is sent once."""
    id_, _ = await office.subscribe(receiver)
    start = await office.register.position(office.code)
    ids: list[str] = []
    positions: list[int] = []
    async with sending(office.register, allowing(receiver)), sending(office.register, allowing(receiver)):
        for _ in range(10):
            await office.receive()
            while (
                len(positions) < len(ids)
                or not positions
                or positions[-1] < await office.register.position(office.code)
            ):
                got = await receiver.next()
                ids.append(got.id)
                positions += got.positions
        await office.until(id_, lambda each: each.position == start + 10)
    assert positions == list(range(start + 1, start + 11))
    assert len(ids) == len(set(ids))
    await office.receive()
    claims = await asyncio.gather(*(office.register.webhooks.claim(office.code) for _ in range(8)))
    assert sum(len(found) for found, _ in claims) == 1


SENDER = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from adapters.register.register import Register
from adapters.webhooks.addresses import AllowedAddresses
from api.background.webhook_delivery import WebhookSender

async def main(dsn, keys, origin, lease):
    register = await Register.open(dsn, Path(keys))
    allowed = AllowedAddresses.parse(origin, "127.0.0.0/8")
    await WebhookSender(allowed, lease=timedelta(seconds=float(lease))).run(register)

asyncio.run(main(*sys.argv[1:]))
"""


@asynccontextmanager
async def sender_process(
    office: Office, receiver: Receiver, *, lease: float = 30
) -> AsyncIterator[subprocess.Popen[bytes]]:
    database = office.register._database
    keys = office.register._vault._directory
    origin = f"http://127.0.0.1:{receiver.port}"
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER, database.dsn, str(keys), origin, str(lease)],
        cwd=PROJECT, env=dict(os.environ),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def test_a_sender_killed_between_sending_and_marking_loses_nothing(
    office: Office, receiver: Receiver
) -> None:
    """kill -9 after the receiver has it, before it is marked: the next sender repeats it, then sends the rest."""
    id_, _ = await office.subscribe(receiver)
    start = await office.register.position(office.code)
    await office.receive()
    receiver.answers = [hang, status(204)]
    async with sender_process(office, receiver, lease=3) as process:
        first = await receiver.next()
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)
        assert (await office.webhook(id_)).position == start
        await office.receive()
        async with sender_process(office, receiver):
            second, third = await receiver.next(), await receiver.next()
            assert (second.id, second.raw) == (first.id, first.raw)
            assert [*second.positions, *third.positions] == [start + 1, start + 2]
            await office.until(id_, lambda each: each.position == start + 2)
    assert receiver.got.empty()


# --- where it may go ---


async def test_only_allowed_addresses_are_used(office: Office, receiver: Receiver) -> None:
    """The list is read at each delivery: an address removed from it receives nothing more."""
    for url in (
        f"http://localhost:{receiver.port}/", f"http://127.0.0.1:{receiver.port + 1}/", "http://169.254.169.254/",
        f"https://127.0.0.1:{receiver.port}/", f"http://u@127.0.0.1:{receiver.port}/", f"http://2130706433:{receiver.port}/",
        f"http://[::ffff:127.0.0.1]:{receiver.port}/", f"http://127.1:{receiver.port}/",
    ):  # fmt: skip
        with pytest.raises(WebhookAddressRefused):
            await office.register.webhooks.add(
                office.code, "platform", url, allowed=allowing(receiver), **HOW
            )
    id_, _ = await office.subscribe(receiver)
    await office.receive()
    no_network = AllowedAddresses.parse(f"http://127.0.0.1:{receiver.port}", "10.0.0.0/8")
    for allowed in (NOWHERE, no_network):
        async with sending(office.register, allowed, paused_after=0):
            found = await office.until(id_, lambda each: each.paused_at is not None)
        assert found.problem == "address_refused"
        await office.register.webhooks.resume(office.code, id_, **HOW)
    assert receiver.connections == 0


async def test_a_name_is_resolved_once_per_delivery(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A DNS change between check and connection has no effect: one query, and the Host header keeps the name."""
    loop = asyncio.get_running_loop()
    answers = ["127.0.0.1", "10.255.255.1", "10.255.255.1"]
    names = []

    async def getaddrinfo(host: Any, port: Any, **_: Any) -> list[Any]:
        names.append(host)
        return [(2, 1, 6, "", (answers.pop(0), port))]

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo, raising=False)
    host = f"http://portal.test:{receiver.port}"
    allowed = AllowedAddresses.parse(host, "127.0.0.0/8")
    async with Courier(allowed, 5) as courier:
        assert await courier.deliver(f"{host}/hook?a=b", "whsec_AAAA", "one", b"{}") == ""
        got = await receiver.next()
        assert names == ["portal.test"]
        assert (got.headers["host"], got.path) == (f"portal.test:{receiver.port}", "/hook?a=b")
        assert await courier.deliver(f"{host}/", "whsec_AAAA", "two", b"{}") == "address_refused"
    assert receiver.got.empty()


async def test_proxies_of_the_environment_are_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with Courier(allowing(receiver), 5) as courier:
            assert (
                await courier.deliver(f"http://127.0.0.1:{receiver.port}/", "whsec_AAAA", "one", b"{}") == ""
            )
        assert (proxy.connections, receiver.connections) == (0, 1)


async def test_the_certificate_must_be_valid_for_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the connection is to an IP address: another name's certificate or an untrusted one is refused."""
    loop = asyncio.get_running_loop()

    async def getaddrinfo(_: Any, port: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo, raising=False)
    context = certified("portal.test", tmp_path)
    async with receiving(context) as secure:
        names = (f"https://portal.test:{secure.port}", f"https://other.test:{secure.port}")
        allowed = AllowedAddresses.parse(",".join(names), "127.0.0.0/8")
        async with Courier(allowed, 5) as courier:
            assert await courier.deliver(f"{names[0]}/", "whsec_AAAA", "one", b"{}") == "tls_failed"
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        async with Courier(allowed, 5) as courier:
            assert await courier.deliver(f"{names[0]}/", "whsec_AAAA", "one", b"{}") == ""
            assert await courier.deliver(f"{names[1]}/", "whsec_AAAA", "one", b"{}") == "tls_failed"


# --- whose they are ---


async def test_each_office_has_its_own(office: Office, receiver: Receiver) -> None:
    """Another office's webhook is neither listed nor removed nor resumed; an account receives nothing of another office."""
    id_, secret = await office.subscribe(receiver)
    other = f"office-{uuid4().hex[:8]}"
    await office_of(office.running, other, accounts=False)
    webhooks = office.register.webhooks
    assert list(await webhooks.listed(other)) == []
    for wrong in (id_, "0" * 32, "x", "a\x00b"):
        with pytest.raises(WebhookUnknown):
            await webhooks.remove(other, wrong, **HOW)
        with pytest.raises(WebhookUnknown):
            await webhooks.resume(other, wrong, **HOW)
    with pytest.raises(WebhookUnknown):
        await webhooks.resume(office.code, id_, service="portal", **HOW)
    with pytest.raises(ServiceUnknown):
        await webhooks.add(
            other, "platform", f"http://127.0.0.1:{receiver.port}/", allowed=allowing(receiver), **HOW
        )
    await office.register.record(other, line("r", received("2020-03-02")), actor="zhang")
    start = await office.register.position(office.code)
    async with sending(office.register, allowing(receiver)):
        await office.receive()
        assert (await receiver.next()).positions == [start + 1]
    assert receiver.got.empty()
    stored = await behind(
        office.running.dsn,
        office.code,
        "SELECT w::text FROM webhooks AS w UNION ALL SELECT v::text FROM vault AS v",
    )
    assert secret not in str(stored)
    await webhooks.remove(office.code, id_, **HOW)
    assert (
        await behind(office.running.dsn, office.code, "SELECT id FROM vault WHERE field = 'webhook_secret'")
        == []
    )
    assert (await office.register.proofs.verify(office.code)).findings == ()


async def test_the_number_of_webhooks_is_limited(office: Office, receiver: Receiver) -> None:
    for _ in range(LIMIT):
        await office.subscribe(receiver)
    with pytest.raises(TooManyWebhooks):
        await office.subscribe(receiver)


async def test_webhooks_over_http(running: Running, receiver: Receiver) -> None:
    """Created in a session, to addresses that the machine's administrator allows; the account itself requests repetitions."""
    code, register = f"office-{uuid4().hex[:8]}", register_of(running)
    await office_of(running, code)
    key = await grant_service(register, code, "portal", "hand_in")
    other = await grant_service(register, code, "other", "hand_in")
    admin = Caller(running, code, ADMINISTRATOR)
    assert (await admin.login()).status_code == 200
    subscription = {"service": "portal", "url": f"http://127.0.0.1:{receiver.port}/hook"}
    refused(await admin.post("webhooks", subscription), 422, "webhook_address_refused")
    running.application.litestar.state.webhooks = allowing(receiver)
    refused(await admin.post("webhooks", {**subscription, "service": "nobody"}), 404, "service_unknown")
    refused(await admin.post("webhooks", {**subscription, "after": -1}), 400, "malformed")
    made = await admin.post("webhooks", subscription)
    assert made.status_code == 201, made.text
    id_ = made.json()["id"]
    shown = await admin.get("webhooks")
    assert [each["id"] for each in shown.json()] == [id_]
    assert made.json()["secret"] not in shown.text

    async def resume(bearer: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {bearer}", "Cookie": ""}
        return await admin.client.post(
            f"/api/v1/authorities/{code}/webhooks/{id_}/resume", json=body, headers=headers
        )

    assert (await resume(key, after=0)).status_code == 200
    refused(await resume(other, after=0), 404, "webhook_unknown")
    script = (await admin.post("/api/v1/keys", {"name": "脚本", "acts": ["administer"], "days": 1})).json()[
        "key"
    ]
    headers = {"Authorization": f"Bearer {script}", "Cookie": ""}
    refused(
        await admin.client.post(f"/api/v1/authorities/{code}/webhooks", json=subscription, headers=headers),
        403,
        "session_required",
    )
    assert (await admin.post(f"webhooks/{id_}/resume", {})).status_code == 200
    assert (await admin.call("DELETE", f"webhooks/{id_}")).status_code == 200
    refused(await admin.call("DELETE", f"webhooks/{id_}"), 404, "webhook_unknown")
    acts = [each for each in await admin.accessed("act", "actor") if each[0].startswith("webhook")]
    assert acts == [
        ("webhook_added", ADMINISTRATOR), ("webhook_resumed", "portal"), ("webhook_resumed", ADMINISTRATOR),
        ("webhook_removed", ADMINISTRATOR),
    ]  # fmt: skip
    await admin.client.aclose()
    assert json.loads(shown.text)[0]["url"] == subscription["url"]
