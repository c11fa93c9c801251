"""A file of recordings over HTTP: all lines or none, within limits, without delaying other callers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests import builders
from tests.adapters.recordings import body_of
from tests.api.conftest import Door, Served
from tests.builders import answered, served, supplemented

NDJSON = {"Content-Type": "application/x-ndjson"}
R = body_of(builders.received("2020-03-02"))


def line(id_: str, event: Any, reference: str | None = None, *acknowledged: str) -> dict[str, Any]:
    words = event if isinstance(event, dict) else body_of(event)
    meant = {"reference": reference} if reference else {}
    return {"id": id_, "event": words, **meant, **({"acknowledged": acknowledged} if acknowledged else {})}


def text(*lines: dict[str, Any] | str) -> bytes:
    return "".join(
        (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)) + "\n" for each in lines
    ).encode()


async def send(door: Door, content: Any, **how: Any) -> httpx.Response:
    return await door.call("POST", "recordings", content=content, headers=NDJSON, **how)


async def test_lines_are_recorded_together_and_a_repetition_gets_the_same_reply(door: Door) -> None:
    file = text(
        line("r1", R),
        line("a1", answered("2020-03-20"), "#r1"),
        "",
        line("r2", R),
        line("a2", answered("2020-04-20"), "#r2", "late_answer"),
    )
    reply = await send(door, file)
    assert reply.status_code == 201, reply.text
    found = reply.json()["replies"]
    assert [(each["id"], each["reference"], each["version"], each["position"]) for each in found] == [
        ("r1", "2020-0001", 1, 2), ("a1", "2020-0001", 2, 3), ("r2", "2020-0002", 1, 4), ("a2", "2020-0002", 2, 5),
    ]  # fmt: skip
    assert found[3]["irregularities"] == ["late_answer"]
    again = await send(door, file)
    assert again.status_code == 201
    assert [each["leaf"] for each in again.json()["replies"]] == [each["leaf"] for each in found]
    assert await door.positions() == [1, 2, 3, 4, 5]


async def test_a_preview_stores_nothing(door: Door) -> None:
    reply = await send(door, text(line("r1", R)), params={"preview": "true"})
    assert reply.status_code == 200
    assert reply.json()["replies"][0]["reference"] == "2020-0001"
    assert await door.positions() == [1]


async def test_problems_are_named_by_line_and_nothing_is_stored(door: Door) -> None:
    """Malformed and impossible lines, unacknowledged irregularities, and lines that refer to a refused line."""
    file = text(
        line("r1", R),
        "",
        "{broken",
        line("s1", served("2020-03-20"), "#r1"),
        line("a1", answered("2020-04-20"), "#r1"),
        line("x", supplemented("2020-03-20"), "#s1"),
        line("r1", R | {"on": "2020-03-03"}),
    )
    reply = await send(door, file)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")
    problem = reply.json()
    assert problem["code"] == "lines_refused"
    assert problem["detail"] == "共5行不能登记，全部未登记。"
    found = [(each["line"], each.get("id"), each["code"]) for each in problem["lines"]]
    assert found == [
        (3, None, "malformed"),
        (4, "s1", "nothing_to_serve"),
        (5, "a1", "not_acknowledged"),
        (6, "x", "malformed"),
        (7, "r1", "command_reused"),
    ]
    (irregular,) = problem["lines"][2]["irregularities"]
    assert irregular["code"] == "late_answer"
    assert await door.positions() == [1]


async def test_a_hundred_problems_are_listed_and_all_are_counted(door: Door) -> None:
    reply = await send(door, text(*["{"] * 150))
    assert reply.json()["detail"] == "共150行不能登记，全部未登记。列出前100行。"
    assert [each["line"] for each in reply.json()["lines"]] == list(range(1, 101))


@pytest.mark.parametrize(
    "content",
    [
        b"\n" * 10_001,
        text(*[line(f"r{n}", R) for n in range(10_001)]),
        b'{"id": "' + b"x" * 1_100_000,
        b"x" * 1_100_000 + b"\n",
        b" \n" + b"y" * 17_000_000,
    ],
    ids=["blank lines", "lines", "an unfinished line", "a long line", "bytes"],
)
async def test_a_file_that_is_too_large_is_refused(door: Door, content: bytes) -> None:
    for body in (content, pieces(content)):
        reply = await send(door, body)
        assert (reply.status_code, reply.json()["code"]) == (413, "file_too_large")
    assert await door.positions() == [1]


async def pieces(content: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def test_lines_may_come_in_pieces_of_any_size(door: Door) -> None:
    """Split anywhere, also within a character; the last line needs no line end, the first may have a byte order mark."""
    file = b"\xef\xbb\xbf" + text(*[line(f"r{n}", R) for n in range(3)]).rstrip()
    reply = await send(door, pieces(file, 1))
    assert [each["reference"] for each in reply.json()["replies"]] == ["2020-0001", "2020-0002", "2020-0003"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\n", "malformed"),
        (b"[" * 100_000 + b"\n", "malformed"),
        (b'{"id": "a", "id": "b"}\n', "malformed"),
        (b"\x00\n", "malformed"),
        ('{"id": "a", "event": {"type": "旧"}}\n'.encode("gbk"), "malformed"),
        (b'"\\ud800"\n', "malformed"),
    ],
)
async def test_malformed_lines_are_refused_by_number(door: Door, content: bytes, code: str) -> None:
    reply = await send(door, content)
    assert reply.status_code == 422
    assert [(each["line"], each["code"]) for each in reply.json()["lines"]] == [(1, code)]
    assert await door.positions() == [1]


async def test_other_types_of_content_are_refused(door: Door) -> None:
    gbk = {"Content-Type": "application/x-ndjson; charset=gbk"}
    for how in (gbk, {"Content-Type": "application/json"}, NDJSON | {"Content-Encoding": "gzip"}, {}):
        reply = await door.call("POST", "recordings", content=text(line("r1", R)), headers=how)
        assert (reply.status_code, reply.json()["code"]) == (415, "not_lines")


async def test_an_empty_file_records_nothing(door: Door) -> None:
    for content in (b"", b"\n\n"):
        reply = await send(door, content)
        assert (reply.status_code, reply.json()) == (201, {"replies": []})


async def test_a_file_of_own_events_moves_due_dates(door: Door) -> None:
    """A day off among the lines applies to the requests in the lines after it."""
    day_off = {
        "type": "day_off_set",
        "on": "2020-03-01",
        "day": "2020-03-30",
        "working": False,
        "document_no": "〔2020〕1号",
    }
    reply = await send(door, text({"id": "d", "stream": "authority", "event": day_off}, line("r1", R)))
    assert reply.status_code == 201
    assert (await door.json("requests/2020-0001"))["term"]["due_on"] == "2020-03-31"


async def test_ten_thousand_lines_delay_no_other_caller(served: Served) -> None:
    """Meanwhile others read in the same register and record in another, repeatedly."""
    other = await served.with_authority()
    await served.receive(R)
    file = text(
        *(
            each
            for n in range(3_300)
            for each in (
                line(f"r{n}", R),
                line(f"a{n}", answered("2020-03-20"), f"#r{n}"),
                line(f"s{n}", builders.served("2020-03-20"), f"#r{n}"),
            )
        )
    )
    sending = asyncio.create_task(send(served, file))
    answered_meanwhile = 0
    while not sending.done():
        if answered_meanwhile % 10:
            assert (await served.get("requests/2020-0001")).status_code == 200
        else:
            await other.receive(R)
        answered_meanwhile += not sending.done()
    reply = await sending
    assert reply.status_code == 201, reply.text
    assert len(reply.json()["replies"]) == 9_900
    assert answered_meanwhile > 50
