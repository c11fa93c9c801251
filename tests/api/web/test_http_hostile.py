"""Hostile and broken callers: notes/reliability.md 1.2 and R17–R21. Every such call gets a 4xx and changes nothing."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from structlog.testing import capture_logs

from api.web import timeouts
from tests.adapters.recordings import SEALING, body_of, connected, table_names
from tests.api.conftest import REGISTERED, Door, Served, assert_repeats, serving_fresh
from tests.builders import (
    answered,
    appealed,
    assigned,
    consultation_opened,
    extended,
    fee_charged,
    received,
    supplement_required,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

R = received("2020-03-02")
RECEIPT = body_of(R)
MIB = 1_048_576
JSON = {"Content-Type": "application/json"}


async def raw(door: Door, body: Any, address: str = "requests", **headers: str) -> tuple[int, str]:
    """POST these bytes; status and code."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = await door.call(
        "POST", address, content=body, headers={**JSON, "Idempotency-Key": "hostile", **own}
    )
    if reply.status_code < 400:
        return reply.status_code, ""
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    return reply.status_code, reply.json()["code"]


async def counts(door: Door) -> dict[str, int]:
    """Row counts of all tables but those that background sealing writes."""
    async with connected(door.dsn) as connection:
        return {
            name: await connection.fetchval(f"SELECT count(*) FROM {name}")
            for name in await table_names(connection)
            if name not in SEALING
        }


# --- the body as bytes ---


async def chunks(body: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def test_a_body_above_one_mebibyte_is_refused(door: Door) -> None:
    """R17: with Content-Length and without; exactly 1 MiB is read."""
    whole = json.dumps(RECEIPT, ensure_ascii=False).encode()
    over = whole + b" " * (MIB + 1 - len(whole))
    for address in ("requests", "events", "requests/2020-0001/events", "/api/v1/reconcile"):
        for body in (over, chunks(over), b"x" * (8 * MIB), chunks(b"[" * (2 * MIB))):
            assert await raw(door, body, address) == (413, "too_large"), address
    assert await door.positions() == [1]
    assert await raw(door, over[:-1]) == (201, "")
    assert await raw(door, chunks(over[:-1])) == (201, "")  # the same key
    assert await door.positions() == [1, 2]


async def test_only_json_in_utf8_is_read(door: Door) -> None:
    """Another, missing or doubled content type, another charset, any encoding: 415."""
    body = json.dumps(RECEIPT).encode()
    for kind in (
        "text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/problem+json", "application/json-seq", "application/json; charset=latin-1",
        "application/json; charset=gbk", "application/json; charset=utf-16", "application/json, text/plain",
        "application/json; profile=x", "application/jsonx", "json", "*/*", " ", "application/msgpack",
    ):  # fmt: skip
        for address in ("requests", "/api/v1/reconcile"):
            assert await raw(door, body, address, Content_Type=kind) == (415, "other_media_type"), kind
    without = door.client.build_request(
        "POST", f"{door.home}/requests", content=body, headers={"Idempotency-Key": "hostile"}
    )
    assert "content-type" not in without.headers
    assert (await door.client.send(without)).status_code == 415
    for encoding, encoded in (
        ("gzip", gzip.compress(body)),
        ("deflate", body),
        ("br", body),
        ("gzip, identity", body),
    ):
        assert await raw(door, encoded, Content_Encoding=encoding) == (415, "other_media_type"), encoding
    bomb = gzip.compress(b" " * (64 * MIB))
    assert len(bomb) < MIB
    assert await raw(door, bomb, Content_Encoding="gzip") == (415, "other_media_type")
    assert await raw(door, bomb) == (400, "malformed")
    assert await door.positions() == [1]
    for kind in ("application/json; charset=utf-8", "APPLICATION/JSON", 'application/json;charset="UTF-8"'):
        assert await raw(door, body, Content_Type=kind) == (201, ""), kind
    assert await raw(door, body, Content_Encoding="identity") == (201, "")


def hostile_json() -> Iterator[tuple[str, bytes]]:
    """Named bodies that are no event, or have an invalid value."""
    text = json.dumps(RECEIPT)

    def with_on(value: str) -> bytes:
        return text.replace('"2020-03-02"', value).encode()

    yield "nested arrays", b"[" * 100_000
    yield "nested arrays, closed", b"[" * 100_000 + b"]" * 100_000
    yield "nested objects", b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    yield "nested in a field", text.replace('"post"', "[" * 100_000 + "]" * 100_000).encode()
    yield "nested in an unknown field", (text[:-1] + ', "x": ' + "[" * 100_000 + "]" * 100_000 + "}").encode()
    yield "invalid UTF-8", text.replace("post", "po\udcffst").encode("utf-8", "surrogateescape")
    yield (
        "invalid UTF-8 in a sealed text",
        json.dumps(RECEIPT | {"description": "x"}).encode().replace(b'"x"', b'"\xff"'),
    )
    yield "cut UTF-8", json.dumps(RECEIPT | {"description": "x"}).encode().replace(b'"x"', b'"\xe7\x94"')
    yield "overlong UTF-8", json.dumps(RECEIPT | {"description": "x"}).encode().replace(b'"x"', b'"\xc0\xaf"')
    yield (
        "surrogate in UTF-8",
        json.dumps(RECEIPT | {"description": "x"}).encode().replace(b'"x"', b'"\xed\xa0\x80"'),
    )
    yield "UTF-16", text.encode("utf-16")
    yield "UTF-16 without mark", text.encode("utf-16-le")
    yield "UTF-32", text.encode("utf-32")
    yield "latin-1", json.dumps(RECEIPT | {"description": "@"}).replace("@", "ü").encode("latin-1")
    yield "GBK", json.dumps(RECEIPT, ensure_ascii=False).encode("gbk")
    yield "duplicate keys", (text[:-1] + ', "on": "2020-03-03"}').encode()
    yield "duplicate type", (text[:-1] + ', "type": "received"}').encode()
    yield "duplicate keys within", text.replace('"name":', '"name": "x", "name":').encode()
    yield "duplicate by escape", (text[:-1] + ', "o\\u006e": "2020-03-03"}').encode()
    for number in (
        "18446744073709551616",
        "1" * 5_000,
        "-1",
        "1e400",
        "-1e400",
        "NaN",
        "Infinity",
        "-Infinity",
        "1.5",
        "0x10",
    ):
        yield f"on {number[:20]}", with_on(number)
    yield "NUL byte", text.replace("post", "po\x00st").encode()
    yield "single quotes", text.replace('"', "'").encode()
    yield "trailing comma", (text[:-1] + ",}").encode()
    yield "comment", (text + "// x").encode()
    yield "two documents", (text + "\n" + text).encode()
    yield "__proto__", (text[:-1] + ', "__proto__": {"admin": true}}').encode()
    for name in ("actor", "reference", "id", "stream", "acknowledged", "recorded_at", "position", "version"):
        yield f"envelope field {name}", json.dumps(RECEIPT | {name: "x"}).encode()
    sealed = {"id": "0" * 32, "commitment": "0" * 64}
    yield "forged sealed applicant", json.dumps(RECEIPT | {"applicant": sealed}).encode()
    yield "forged sealed description", json.dumps(RECEIPT | {"description": sealed}).encode()


async def test_hostile_json_is_refused(door: Door) -> None:
    """R18: each with 400 and a code; the log has not grown after all of them."""
    reference = await door.given(R)
    before = await counts(door)
    with capture_logs() as logged:
        found = {
            (name, address): await raw(door, body, address)
            for name, body in hostile_json()
            for address in ("requests", f"requests/{reference}/events", "events", "/api/v1/reconcile")
        }
    assert {key: got for key, got in found.items() if got != (400, "malformed")} == {}
    assert [each for each in logged if each["log_level"] in ("warning", "error", "critical")] == []
    assert await counts(door) == before


async def test_numbers_out_of_bounds_are_refused(door: Door) -> None:
    """Every integer field is bounded: 2**64, thousands of digits, fractions, exponents, NaN."""
    reference = await door.given(R)
    before = await counts(door)
    amendment = {"type": "entry_amended", "on": "2020-03-03", "version": 1, "reason": "x"}
    places: list[tuple[dict[str, Any], str]] = [
        (body_of(fee_charged("2020-03-05", "2020-04-02")), "quantity"),
        (body_of(extended("2020-03-26")), "workdays"),
        (amendment, "version"),
    ]
    for event, field in places:
        for number in ("18446744073709551616", "9223372036854775808", "-1", "0", "1" * 4_000, "1e400", "1e3000", "NaN",
                       "-Infinity", "1.5", "1e-1", '"7"', "true", "null"):  # fmt: skip
            body = json.dumps({**event, field: "@"}).replace('"@"', number)
            got = await raw(door, body, f"requests/{reference}/events")
            assert got == (400, "malformed"), (field, number)
    for number in (
        "1000000000001",
        "18446744073709551616",
        "-1000000000001",
        "1e400",
        "1.5",
        "NaN",
        "1" * 4_000,
    ):
        tables = f'{{"columns": ["a", "total"], "requests_table": {{"new": [{number}, 1]}}, "appeals_table": {{}}}}'
        assert await raw(door, f'{{"tables": {tables}}}', "/api/v1/reconcile") == (400, "malformed"), number
    assert await counts(door) == before


async def test_malformed_tables_are_refused(door: Door) -> None:
    """Missing rows, other numbers of cells, no total: 400; thousands of rows and children are processed."""
    rows = {row: [1, 1] for row in ("new", "carried_in", "total", "carried_out")}
    good = {
        "columns": ["a", "total"],
        "requests_table": rows,
        "appeals_table": {"r": {"upheld": 1, "total": 1}},
    }
    for change in (
        {"columns": []}, {"columns": ["total"]}, {"columns": ["total", "a"]}, {"columns": ["a", "a", "total"]},
        {"columns": ["a", "b", "total"]}, {"requests_table": {}}, {"requests_table": {**rows, "new": [1]}},
        {"requests_table": {**rows, "new": [1, 1, 1]}}, {"requests_table": {**rows, "new": "11"}},
        {"requests_table": {**rows, "x": [1, "1"]}}, {"appeals_table": {"r": {}}}, {"appeals_table": {"r": {"upheld": 1}}},
        {"appeals_table": {"r": [1]}}, {"appeals_table": None}, {"requests_table": None}, {"columns": None},
    ):  # fmt: skip
        body = json.dumps({"tables": good | change})
        assert await raw(door, body, "/api/v1/reconcile") == (400, "malformed"), change
    for malformed in (
        {},
        {"tables": good, "x": 1},
        {"tables": good, "children": [{}]},
        {"tables": good, "previous": {}},
        [],
        None,
    ):
        assert await raw(door, json.dumps(malformed), "/api/v1/reconcile") == (400, "malformed"), malformed
    many = good | {"requests_table": rows | {f"row{n}": [n, n] for n in range(3_000)}}
    assert await raw(door, json.dumps({"tables": many, "children": [good] * 500}), "/api/v1/reconcile") == (
        200,
        "",
    )


# --- characters ---

FORBIDDEN = {
    "NUL": "\x00", "bell": "\x07", "escape": "\x1b", "delete": "\x7f", "C1": "\x85", "lone high surrogate": "\ud800",
    "lone low surrogate": "\udfff", "reversed pair": "\udc00\ud800", "RLO": "\u202e", "LRE": "\u202a", "PDF": "\u202c",
    "RLI": "\u2067", "PDI": "\u2069",
}  # fmt: skip


def with_text(bad: str, reference: str) -> list[tuple[str, dict[str, Any]]]:
    """Address and event, with the text in a label, a sealed text, a part, a replacement or a name."""
    events = f"requests/{reference}/events"
    return [
        ("requests", RECEIPT | {"description": bad}),
        ("requests", RECEIPT | {"applicant": {"name": bad}}),
        ("requests", RECEIPT | {"applicant": {"name": "甲", "address": bad}}),
        ("requests", RECEIPT | {"split_from": bad}),
        (events, body_of(assigned("2020-03-03")) | {"unit": bad}),
        (events, body_of(extended("2020-03-26")) | {"reason": bad}),
        (events, body_of(extended("2020-03-26")) | {"approved_by": bad}),
        (events, body_of(answered("2020-03-20")) | {"text": bad}),
        (events, body_of(answered("2020-03-20")) | {"parts": [{"outcome": "granted", "legal_basis": bad}]}),
        (events, {"type": "entry_amended", "on": "2020-03-03", "version": 1, "reason": bad}),
        (events, {"type": "entry_amended", "on": "2020-03-03", "version": 1, "reason": "x",
                  "replacement": RECEIPT | {"applicant": {"name": bad}}}),
        ("events", {**REGISTERED, "type": "renamed", "name": bad, "in_force_from": "2020-01-01"}),
    ]  # fmt: skip


async def test_controls_surrogates_and_overrides_are_refused_everywhere(door: Door) -> None:
    """R19: in labels, sealed texts, applicants and parameters; raw and escaped."""
    reference = await door.given(R)
    before = await counts(door)
    for name, letter in FORBIDDEN.items():
        bad = f"甲{letter}乙"
        for address, event in with_text(bad, reference):
            escaped = json.dumps(event)
            unescaped = json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")
            for body in (escaped, unescaped):
                assert await raw(door, body, address) == (400, "malformed"), (name, address, event)
        for parameter in ("on_behalf_of", "acknowledged", "reference"):
            reply = await door.client.post(
                f"{door.home}/requests?{parameter}={quoted(bad)}",
                json=RECEIPT,
                headers={"Idempotency-Key": "hostile"},
            )
            assert reply.status_code == 400, (name, parameter)
    assert await counts(door) == before


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


async def test_a_label_is_one_line_and_a_text_may_be_several(door: Door) -> None:
    """Line breaks, tabs and line separators are kept in a sealed text and refused in a label."""
    text = "第一行\n第二行\r\n\t第三行\u2028末"
    reference = await door.receive(R, clear={"description": text})
    (_, description) = await door.json(f"requests/{reference}/sealed")
    assert description["value"] == text
    for mark in ("\n", "\r", "\t", "\u2028", "\u2029"):
        refused = await door.post(
            f"requests/{reference}/events", body_of(assigned("2020-03-03")) | {"unit": f"甲{mark}乙"}
        )
        assert (refused.status_code, refused.json()["field"]) == (400, "unit")


RARE = "𠮷田㐂𡨴𪚥𬬭\ue000\U000f0001\u200d葛\U000e0100ｱＡａé ﷽"
"""Extension A, B and E, private use, a variation selector, a joiner, half and full width, a decomposed é."""


async def test_rare_characters_are_kept_unchanged(door: Door) -> None:
    """R19 生僻字: sealed, in the list, its CSV, its filter, the history and the feed; nothing is normalised."""
    applicant = {"name": RARE, "contacts": RARE}
    reference = await door.receive(R, clear={"applicant": applicant, "description": RARE})
    await door.record(f"requests/{reference}/events", assigned("2020-03-03", RARE))
    assert [each["value"] for each in await door.json(f"requests/{reference}/sealed")] == [applicant, RARE]
    assert (await door.json(f"requests/{reference}"))["unit"] == RARE
    assert RARE in (await door.json(f"requests/{reference}"))["history"][1]["sentence"]
    (row,) = (await door.json("requests", unit=RARE))["requests"]
    assert row["unit"] == RARE
    assert RARE in await door.csv("requests")
    assert (await door.json("events", after=2))["entries"][0]["event"]["unit"] == RARE
    await door.record(
        "events", {"type": "renamed", "on": "2020-03-03", "name": RARE, "in_force_from": "2020-01-01"}
    )
    assert (await door.json("tables", year=2020))["authority"] == RARE
    long = "𠮷" * 20_000
    reference = await door.receive(R, clear={"description": long})
    assert (await door.json(f"requests/{reference}/sealed"))[1]["value"] == long


FORMULAS = ('=HYPERLINK("http://evil.example","x")', "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0", '",=1+1,"', "';=1", " =1+1", "   @SUM(A1)", "\u3000=1", "\u00a0-1", "\u200b=1",
            "\ufeff+1", " \u2060 ＝1", "﹦1", "﹢1", "﹣1", "﹫x", "⁺1")  # fmt: skip
INERT = {'",=1+1,"', "';=1"}


async def test_no_export_holds_a_formula(door: Door) -> None:
    """R20: a label that a spreadsheet would evaluate is escaped in every CSV, and unchanged in JSON."""
    for formula in FORMULAS:
        reference = await door.given(R, answered("2020-03-20"), appealed("2020-04-01", appeal=formula))
        await door.given(R, consultation_opened("2020-03-04", "2020-03-06", name=formula))
        await door.record(f"requests/{reference}/events", assigned("2020-03-03", formula))
        assert (await door.json(f"requests/{reference}"))["unit"] == formula
    exports = [
        await door.csv(address, **query)
        for address, query in (
            ("requests", {}),
            ("work-list", {"on": "2020-04-20"}),
            ("tables", {"year": 2020}),
            ("tables/cell", {"year": 2020, "row": "granted", "column": "total"}),
            ("tables/cell", {"year": 2020, "row": "reconsideration", "column": "pending"}),
            ("requests/2020-0002/days", {}),
            ("carry-over", {"year": 2020}),
        )
    ]
    cells = [cell for text in exports for row in csv.reader(io.StringIO(text[1:])) for cell in row]
    active = [
        cell for cell in cells if re.match(r"[\s\u200b\ufeff\u2060]*[=+\-@＝＋－＠﹦﹢﹣﹫⁺]|[\t\r\n]", cell)
    ]
    assert [cell for cell in active if not cell.lstrip("-").isdigit()] == []
    shown = {cell for cell in cells if cell in FORMULAS or cell[1:] in FORMULAS}
    assert {formula if formula in INERT else f"'{formula}" for formula in FORMULAS} <= shown


# --- SQL ---

PAYLOADS = [
    f"{before}{attack}{after}"
    for before in ("", "x", "x'", 'x"', "x\\'", "2020-0001'", "1", "granted'", "') ", "x%27")
    for attack in (
        "; DROP TABLE events", " OR 1=1", " OR '1'='1", " UNION SELECT * FROM vault", "; SELECT pg_sleep(100)",
        "||(SELECT pg_sleep(100))::text", " AND 1=CAST((SELECT current_user) AS int)", "; UPDATE heads SET position=0",
        "$$;DELETE FROM rows;$$", "/**/;COMMIT",
    )
    for after in ("--", "", ";#")
]  # fmt: skip
assert len(PAYLOADS) == 300

PLACES = [
    ("requests", name)
    for name in ("stage", "due_before", "overdue_on", "received_from", "closed_to", "outcome", "timeliness", "applicant_kind", "unit",
                 "irregularity", "reference", "recorded_until", "after", "limit")
] + [
    ("tables", "year"), ("tables", "format"), ("tables", "recorded_until"), ("tables/cell", "row"), ("tables/cell", "column"),
    ("diff", "before"), ("diff", "after"), ("events", "after"), ("events", "limit"), ("work-list", "on"), ("carry-over", "by"),
    ("compliance", "from"), ("history", "recorded_until"),
]  # fmt: skip
REACHING_SQL = {("requests", "unit"), ("requests", "outcome"), ("requests", "reference")}


async def test_sql_in_parameters_and_paths_stays_text(door: Door) -> None:
    """R21: no row changes and no 5xx (which pg_sleep would cause by a timeout), in any parameter or path segment."""
    await door.given(R)
    before = await counts(door)
    statuses: set[int] = set()
    for nth, (address, name) in enumerate(PLACES):
        payloads = PAYLOADS if (address, name) in REACHING_SQL else PAYLOADS[nth % 7 :: 12]
        for payload in payloads:
            reply = await door.get(address, **{name: payload})
            statuses.add(reply.status_code)
            if reply.status_code == 200:
                assert reply.json()["requests"] == [], (name, payload)
    for payload in PAYLOADS[::6]:
        for address in (
            f"requests/{payload}",
            f"requests/{payload}/days",
            f"/api/v1/authorities/{payload}/requests",
        ):
            statuses.add((await door.client.get(quoted_path(door.home, address))).status_code)
        refused = await door.client.post(quoted_path(door.home, f"requests/{payload}/events"), json=body_of(assigned("2020-03-03")),
                                         headers={"Idempotency-Key": "sql"})  # fmt: skip
        statuses.add(refused.status_code)
    assert statuses <= {200, 400, 404, 422}
    assert await counts(door) == before


def quoted_path(home: str, address: str) -> str:
    whole = address if address.startswith("/") else f"{home}/{address}"
    return "/".join(quoted(part) for part in whole.split("/"))


async def test_sql_in_a_body_is_stored_as_text(door: Door) -> None:
    """Labels, keys and sealed texts return unchanged; all tables still exist."""
    reference = await door.given(R)
    names = sorted(await counts(door))
    for payload in PAYLOADS[::11]:
        await door.record(
            f"requests/{reference}/events", assigned("2020-03-03", payload), on_behalf_of=payload
        )
        assert (await door.json(f"requests/{reference}"))["unit"] == payload
        assert [row["unit"] for row in (await door.json("requests", unit=payload))["requests"]] == [payload]
    key = "';DROP/**/TABLE/**/events;--"
    first = await door.post("requests", R, key, clear={"description": PAYLOADS[0]})
    assert (first.status_code, first.json()["id"]) == (201, key)
    again = await door.post("requests", R, key, clear={"description": PAYLOADS[0]})
    assert_repeats(again, first)
    assert sorted(await counts(door)) == names


# --- a server of its own, for what needs a socket ---

PRELUDE = """
from api.web import body, protocol
assert protocol.HEAD_TIMEOUT == body.BODY_TIMEOUT == 10.0
protocol.HEAD_TIMEOUT = body.BODY_TIMEOUT = 1.0
"""
"""The same limits, shorter, so that tests need not wait ten seconds."""


@pytest.fixture(scope="module")
async def hasty_server(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with serving_fresh(server, template, tmp_path_factory.mktemp("hasty"), prelude=PRELUDE) as found:
        yield found


@pytest.fixture
async def hasty(hasty_server: Served) -> Served:
    """A server that allows one second each for a head and a body."""
    return await hasty_server.with_authority()


async def answer_to(port: int, *pieces: bytes) -> bytes:
    """Send the pieces; the bytes received until the connection is closed, b"" if none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 15)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def trickled(port: int, head: bytes, rest: bytes) -> bytes:
    """The head at once, the rest byte by byte, each after a tenth of a second, until the connection is closed.

    Returns what was received before, also if a byte crossed the end and it was reset.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = bytearray()

    async def read() -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(65_536):
                found.extend(piece)

    reading = asyncio.create_task(read())
    try:
        writer.write(head)
        for byte in rest:
            writer.write(bytes([byte]))
            await asyncio.wait({reading}, timeout=0.1)
            if reading.done():
                return bytes(found)
        raise AssertionError("never cut")
    finally:
        reading.cancel()
        writer.close()


def status(answer: bytes) -> int:
    """0: closed without a reply."""
    return int(answer.split(b" ")[1]) if answer else 0


async def test_slow_and_oversized_callers_are_cut(hasty: Served) -> None:
    """R17: heads and bodies byte by byte, 10,000 headers, 100 KB in one, no line end; other callers are served meanwhile."""
    token = hasty.client.headers["authorization"].encode()
    post = (
        f"POST {hasty.home}/requests HTTP/1.1\r\n".encode() + b"host: x\r\nauthorization: " + token
        + b"\r\ncontent-type: application/json\r\nidempotency-key: slow\r\n"
    )  # fmt: skip
    many = b"".join(b"x-%d: 1\r\n" % n for n in range(10_000))
    cut = await asyncio.gather(
        trickled(hasty.port, b"", b"GET /health/live HTTP/1.1\r\nx: " + b"y" * 200),
        trickled(hasty.port, b"GET /health/live HTTP/1.1\r\n", b"x: y\r\n" * 40),
        trickled(hasty.port, post + b"content-length: 1000\r\n\r\n", b" " * 200),
        trickled(hasty.port, post + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 40),
        trickled(hasty.port, b"", b"\r\n" * 100),
    )
    for answer in cut:
        assert status(answer) in (0, 400, 408), answer
    assert status(cut[2]) == status(cut[3]) == 408
    assert json.loads(cut[2].split(b"\r\n\r\n", 1)[1])["code"] == "too_slow"

    for pieces in (
        (b"GET /health/live HTTP/1.1\r\nhost: x\r\n", many, b"\r\n"),
        (b"GET /health/live HTTP/1.1\r\nhost: x\r\nx: ", b"y" * 100_000, b"\r\n\r\n"),
        (b"GET /health/live HTTP/1.1\r\nhost: x\r\n", b"z" * 100_000, b": 1\r\n\r\n"),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",),
        (b"GET /health/live HTTP/1.1\r\nx: ", b"y" * 5_000_000),
    ):
        assert status(await answer_to(hasty.port, *pieces)) in (0, 400, 414, 431)
    assert (await hasty.get("/health/ready")).status_code == 200
    assert await hasty.positions() == [1]
    assert [each for each in hasty.log if each["level"] == "error" or each.get("status", 0) >= 500] == []


async def test_an_idle_connection_is_closed_and_a_kept_one_is_reused(hasty: Served) -> None:
    """Closed if nothing is sent within the time of a head; after a reply it is kept open for a second call."""
    assert await answer_to(hasty.port) == b""
    live = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
    for _ in range(2):
        writer.write(live)
        assert (await asyncio.wait_for(reader.readuntil(b'{"status":"live"}'), 5)).startswith(b"HTTP/1.1 200")
        # longer than a head may take, shorter than a connection is kept open
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 1.2)
    writer.close()


async def test_broken_http_causes_no_server_error(served: Served) -> None:
    """Request smuggling, wrong lengths, other protocols, garbage: 4xx or closed; nothing is stored, no error logged."""
    token = served.client.headers["authorization"].encode()
    own = (
        b"host: x\r\nauthorization: "
        + token
        + b"\r\ncontent-type: application/json\r\nidempotency-key: k\r\n"
    )
    post = f"POST {served.home}/requests HTTP/1.1\r\n".encode() + b"" + own
    body = json.dumps(RECEIPT).encode()
    for pieces in (
        (post + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",),
        (post + b"content-length: -1\r\n\r\n",),
        (post + b"content-length: 5\r\ncontent-length: 6\r\n\r\n", body),
        (post + b"content-length: 99999999999999999999\r\n\r\n", body),
        (post + b"transfer-encoding: chunked\r\n\r\nzz\r\n",),
        (post + b"transfer-encoding: gzip\r\n\r\n", body),
        (b"GET / HTTP/9.9\r\n\r\n",),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",),
        (b"\x00\xff" * 500 + b"\r\n\r\n",),
        (b"GET /health/live HTTP/1.1\r\nbad header\r\n\r\n",),
        (b"G\xc3\xa9T /health/live HTTP/1.1\r\n\r\n",),
        (b"CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",),
        (b"GET http://elsewhere.example/health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",),
        (b"OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",),
        (b"TRACE / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",),
        (b"GET /%00%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",),
        (b"GET /health/live?%zz=%f0 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",),
    ):
        answer = await answer_to(served.port, *pieces)
        assert answer == b"" or status(answer) < 500, (pieces, answer)
        assert status(answer) != 201, pieces
    assert (await served.get("/health/live")).status_code == 200
    assert await served.positions() == [1]
    assert [each for each in served.log if each["level"] == "error" or each.get("status", 0) >= 500] == []


async def test_no_file_is_reached_through_the_page(served: Served) -> None:
    """Path traversal, encoded once and twice, with NUL and backslash: 404 and no line of any file."""
    for name in (
        "../auth.py", "..%2fauth.py", "%2e%2e/auth.py", "%2e%2e%2fauth.py", "..%252fauth.py", "....//auth.py",
        "../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "//etc/passwd",
        "page.js%00", "page.js%00.css", "..\\auth.py", "..%5cauth.py", "swagger-ui.css/../../auth.py", ".", "..", "%2e",
        "index.html", "swagger-ui-bundle.js.map", "__init__.py", "page.js/", "PAGE.JS", "static", "%ff",
    ):  # fmt: skip
        line = f"GET /api/page/{name} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        answer = await answer_to(served.port, line.encode())
        assert status(answer) in (400, 404) or (name == "page.js/" and status(answer) == 200), (
            name,
            answer[:200],
        )
        for secret in (b"import ", b"root:", b"def "):
            assert secret not in answer, name


async def test_a_caller_that_disconnects_leaves_nothing(served: Served) -> None:
    """Half a body, with and without length, or no wait for the reply: no error, and the log is unchanged or complete."""
    token = served.client.headers["authorization"].encode()
    head = (
        f"POST {served.home}/requests HTTP/1.1\r\n".encode() + b"host: x\r\nauthorization: " + token
        + b"\r\ncontent-type: application/json\r\nidempotency-key: %s\r\n"
    )  # fmt: skip
    body = json.dumps(RECEIPT).encode()
    for nth, (length, sent) in enumerate(
        ((b"content-length: 4000", body), (b"content-length: 600000", body * 400))
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(head % b"gone%d" % nth + length + b"\r\n\r\n" + sent[: len(sent) // 2])
        await writer.drain()
        writer.transport.abort()
    for _ in range(2):  # chunked, and reset
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(head % b"chunked" + b"transfer-encoding: chunked\r\n\r\n5\r\n{    \r\n")
        await writer.drain()
        writer.transport.abort()
    # A new call is served, and by then the server has noticed that the others disconnected.
    until = monotonic() + 60
    while sum(each.get("method") == "POST" for each in served.log) < 1 + 4 and monotonic() < until:
        assert (await served.get("/health/live")).status_code == 200
    assert await served.positions() == [1]
    assert [each for each in served.log if each["level"] in ("error", "critical")] == []
    assert [each for each in served.log if each.get("status", 0) >= 500] == []
    # All of it sent, disconnected before the reply: stored, and the same key gets the reply.
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(head % b"whole" + b"content-length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()
    writer.close()
    again = await served.call("POST", "requests", content=body, headers={**JSON, "Idempotency-Key": "whole"})
    assert again.status_code == 201
    assert await served.positions() == [1, 2]
    assert [each for each in served.log if each["level"] in ("error", "critical")] == []


async def test_an_oversized_body_is_answered_over_a_socket(served: Served) -> None:
    """A client that sends everything before it reads gets its 413, not a reset, with and without a length."""
    for size in (MIB + 1, 4 * MIB):
        for content in (b" " * size, chunks(b" " * size)):
            assert await raw(served, content) == (413, "too_large")


async def test_memory_stays_bounded(served: Served) -> None:
    """R17: forty oversized, nested and compressed bodies over a socket; the process grows by less than 50 MB."""

    def resident() -> int:
        text = Path(f"/proc/{served.process.pid}/status").read_text()
        return int(text.split("VmRSS:")[1].split()[0]) // 1024

    await served.post("requests", R)
    before = resident()
    bodies = [b" " * (4 * MIB), b"[" * (MIB - 10), gzip.compress(b" " * (64 * MIB)), b'{"a":' * 200_000]
    for body in bodies * 5:
        for content in (body, chunks(body)):
            try:
                got = await raw(served, content)
            except httpx.TransportError:
                continue  # cut before all of it was sent
            assert got[0] in (400, 413), got
    assert resident() - before < 50
    assert await served.positions() == [1, 2]


async def test_the_register_works_after_all_hostile_calls(door: Door) -> None:
    """A request with a supplement is recorded as usual after the whole list of hostile calls."""
    for _, body in hostile_json():
        await raw(door, body)
    reference = await door.given(R, supplement_required("2020-03-05", "2020-03-20"))
    assert (await door.json(f"requests/{reference}"))["stage"] == "awaiting_supplement"
    assert await door.positions() == [1, 2, 3]


def typed(rows: dict[str, list[int]], columns: list[str]) -> dict[str, Any]:
    """Tables typed elsewhere, with the rows that every one has."""
    frame = {row: [0] * len(columns) for row in ("new", "carried_in", "total", "carried_out")}
    return {"columns": columns, "requests_table": frame | rows, "appeals_table": {"r": {"total": 0}}}


def laborious() -> Iterator[tuple[str, str, int]]:
    """Named bodies of up to a mebibyte with many parts, and the status of each."""
    plain = json.dumps({"tables": typed({}, ["a", "total"])})
    names = ", ".join(f'"n{nth}": [0, 0]' for nth in range(40_000))
    yield "many names, the last doubled", plain.replace('"new"', f'{names}, "n39999": [0, 0], "new"'), 400
    results = ", ".join(f'"n{nth}": 0' for nth in range(60_000))
    yield "many results, the last doubled", plain.replace('"r": {', f'"r": {{{results}, "n59999": 0, '), 400
    yield (
        "many rows",
        json.dumps({"tables": typed({f"r{n}": [0, 0] for n in range(30_000)}, ["a", "total"])}),
        200,
    )
    wide = [f"c{nth}" for nth in range(20_000)]
    yield "many columns", json.dumps({"tables": typed({}, [*wide, "total"])}), 200
    children = [
        typed({f"r{n}-{m}": [0] * 21 for m in range(60)}, [*(f"c{n}-{m}" for m in range(20)), "total"])
        for n in range(150)
    ]
    body = {"tables": typed({}, ["a", "total"]), "children": children}
    yield "children with names of their own", json.dumps(body, separators=(",", ":")), 200
    before = typed({}, [*(f"b{nth}" for nth in range(10_000)), "total"])
    yield (
        "last year's columns",
        json.dumps({"tables": typed({}, [*wide[:10_000], "total"]), "previous": before}),
        200,
    )


async def test_the_work_for_a_body_is_bounded_by_its_length(served: Served) -> None:
    """Bodies in which each part might be compared with all others take at most a second of processor time."""
    for name, body, expected in laborious():
        assert len(body) <= MIB, name
        before = served.processor_seconds
        assert (await raw(served, body, "/api/v1/reconcile"))[0] == expected, name
        assert served.processor_seconds - before < 1, name


async def test_processor_time_is_not_limited_as_a_wait_for_the_database(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comparing many tables takes as long as it needs; on a busy machine it gives no 503."""
    monkeypatch.setattr(timeouts, "TIMEOUT", 0.01)
    (body,) = (body for name, body, _ in laborious() if name == "children with names of their own")
    assert (await raw(door, body, "/api/v1/reconcile"))[0] == 200


async def test_lists_in_an_event_are_bounded(door: Door) -> None:
    """Parts of an answer, causes of a correction: more than the number of existing codes are refused."""
    reference = await door.given(R)
    part = {"outcome": "granted.provided", "legal_basis": "x"}
    for event in (
        body_of(answered("2020-03-20")) | {"parts": [part] * 101},
        {
            "type": "correction_analysed",
            "on": "2020-05-01",
            "appeal": "a",
            "causes": ["law"] * 8,
            "measures": "x",
        },
    ):
        reply = await door.post(f"requests/{reference}/events", event)
        assert (reply.status_code, reply.json()["code"]) == (400, "malformed")
        assert "不能超过" in reply.json()["detail"]
