"""Cases to be transferred or erased, at the command line, over HTTP and on the page."""

from __future__ import annotations

import json

from tests.adapters.recordings import body_of
from tests.api.conftest import Door, Taizhang
from tests.builders import amended, answered, archived, received, served

FILE = [
    {"id": "r", "event": body_of(received("2009-12-01", subject="某路"))},
    {"id": "q", "event": body_of(received("2009-12-01"))},
    *(
        {"id": f"{each}{nth}", "reference": f"2009-000{nth}", "event": body_of(event)}
        for nth in (1, 2)
        for each, event in (("a", answered("2009-12-20")), ("s", served("2009-12-20")), ("f", archived("2010-02-01")))
    ),
    {"id": "m", "reference": "2009-0002", "event": body_of(amended("2010-03-01", 4, archived("2019-02-01")))},
]  # fmt: skip


def test_retention_at_the_command_line(office: Taizhang) -> None:
    """By the corrected archive entry; no case in earlier years."""
    recorded = office("record", "-", "--acknowledge-all", stdin="\n".join(map(json.dumps, FILE)))
    assert recorded.code == 0, recorded.err
    listed = json.loads(office("retention", "--year", "2026", "--json").out)
    assert [(each["reference"], each["due"], each["since"]) for each in listed] == [
        ("2009-0001", "erase", "2021-01-01")
    ]
    assert "可鉴定销毁" in office("retention", "--year", "2026").out
    assert json.loads(office("retention", "--year", "2020", "--json").out) == []
    assert [each["reference"] for each in json.loads(office("retention", "--year", "2030", "--json").out)] == [
        "2009-0001", "2009-0002",
    ]  # fmt: skip
    assert office("retention", "--level", "village").code == 2
    handed_over = ("--on", "2026-01-05", "--archives", "某区档案馆")
    assert office("event", "2009-0002", "移交档案馆", *handed_over).code == 0
    assert office("event", "2009-0002", "移交档案馆", *handed_over).code == 1
    assert [(each["reference"], each["due"]) for each in json.loads(office("retention", "--year", "2026", "--json").out)] == [
        ("2009-0001", "erase"), ("2009-0002", "handed_over"),
    ]  # fmt: skip
    assert "已移交" in office("retention", "--year", "2026").out
    assert [
        each["reference"] for each in json.loads(office("retention", "--year", "2027", "--json").out)
    ] == ["2009-0001"]


async def test_retention_over_http(door: Door) -> None:
    assert await door.json("retention", year="2026") == []
    assert "登记号,事由" in await door.csv("retention")
    assert (await door.get("retention", year="x")).status_code == 400
