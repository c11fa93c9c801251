"""An honest client is answered within a second during hostile calls, and no hostile call causes a server error."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

from tests.adapters.recordings import body_of
from tests.api.conftest import Served
from tests.builders import received
from tests.faults.extent import times

R = received("2020-03-02")
MANY = times(300, 1_000)
AT_ONCE = 8


async def drops(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    """A body sent slowly."""
    for start in range(0, len(content), max(1, len(content) // 4)):
        await asyncio.sleep(seconds)
        yield content[start : start + max(1, len(content) // 4)]


def deep(levels: int) -> bytes:
    return b'{"type":' + b"[" * levels + b"]" * levels + b"}"


def hostile(home: str, draw: random.Random) -> dict[str, Any]:
    """One call that may be expensive or misunderstood."""
    as_json = {"Content-Type": "application/json", "Idempotency-Key": str(draw.random())}
    as_lines = {"Content-Type": "application/x-ndjson"}
    text = json.dumps(body_of(R)).encode()
    names = b"{" + b",".join(b'"n%d":1' % n for n in range(40_000)) + b',"n1":2}'
    kinds: list[Callable[[], dict[str, Any]]] = [
        lambda: {"url": f"{home}/requests", "content": deep(200_000), "headers": as_json},
        lambda: {"url": f"{home}/requests", "content": names, "headers": as_json},
        lambda: {"url": f"{home}/requests", "content": b'{"a":"' + b"\\u0000" * 100_000 + b'"}', "headers": as_json},
        lambda: {"url": f"{home}/requests", "content": b"\xff\xfe" * 1_000, "headers": as_json},
        lambda: {"url": f"{home}/requests", "content": text, "headers": as_json | {"Content-Type": "text/xml"}},
        lambda: {"url": f"{home}/requests", "content": drops(text, 0.1), "headers": as_json},
        lambda: {"url": f"{home}/requests", "content": b"x" * 1_200_000, "headers": as_json},
        lambda: {"url": f"{home}/recordings", "content": b"{\n" * 10_000, "headers": as_lines},
        lambda: {"url": f"{home}/recordings", "content": b"\n" * 200_000, "headers": as_lines},
        lambda: {"url": f"{home}/recordings", "content": b"[" * 900_000 + b"\n", "headers": as_lines},
        lambda: {"url": f"{home}/recordings", "content": names + b"\n", "headers": as_lines},
        lambda: {"url": f"{home}/recordings", "content": b"y" * 1_100_000, "headers": as_lines},
        lambda: {"url": f"{home}/recordings", "content": drops(text, 0.2), "headers": as_lines},
        lambda: {"url": f"{home}/recordings", "content": b'{"id":"a\\u0000","event":null}\n\x00\n', "headers": as_lines},
        lambda: {"method": "GET", "url": f"{home}/events?after=9007199254740993&wait=1"},
        lambda: {"method": "GET", "url": f"{home}/requests?" + "a=1&" * 5_000},
        lambda: {"method": "GET", "url": f"{home}/requests?reference=" + "9" * 20_000},
        lambda: {"method": "GET", "url": f"{home}/requests", "headers": {"Accept-Language": "en," * 10_000}},
        lambda: {"method": "GET", "url": f"{home}/requests", "headers": {"Accept-Encoding": "gzip;q=0.1," * 4_000}},
        lambda: {"method": "GET", "url": f"{home}/requests", "headers": {"Authorization": "Bearer " + "t" * 30_000}},
        lambda: {"method": "GET", "url": "/" + "%2e%2e/" * 3_000},
    ]  # fmt: skip
    return {"method": "POST"} | draw.choice(kinds)()


async def test_an_honest_client_is_answered_between_hundreds_of_hostile_calls(
    served: Served,
) -> None:
    """Its calls are not starved: 99 of a hundred wait for no more than a few of the hostile calls.

    No 500, and 503 only at the limit of files judged at once.
    """
    await served.receive(R)
    draw, statuses, turns = random.Random(7), Counter[int](), itertools.count()
    passed_over: list[int] = []
    """Number of hostile calls answered during each honest one."""

    async def attack(client: httpx.AsyncClient) -> None:
        while next(turns) < MANY:
            call = hostile(served.home, draw)
            try:
                statuses[(await client.request(**call)).status_code] += 1
            except httpx.TransportError:  # cut off while it was still sending
                statuses[0] += 1

    async with served.on_a_new_connection() as attacker:
        attackers = [asyncio.create_task(attack(attacker.client)) for _ in range(AT_ONCE)]
        while not all(each.done() for each in attackers):
            before = statuses.total()
            if len(passed_over) % 5:
                assert (await served.get("requests/2020-0001")).status_code == 200
            else:
                await served.receive(R)
            passed_over.append(statuses.total() - before)
            await asyncio.sleep(0.02)
        await asyncio.gather(*attackers)
    assert sorted(passed_over)[int(len(passed_over) * 0.99)] <= 3 * AT_ONCE, sorted(passed_over)[-9:]
    assert {status for status in statuses if status >= 500} <= {503}, statuses
    assert statuses.total() >= MANY
    assert [each for each in served.log if each["level"] == "error"] == []
