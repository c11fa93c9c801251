"""Typical calls of officers, integrators and auditors over HTTP.

Expected values are counted by hand, days as in `tests/domain/request/test_deadline.py`. The register of twelve requests is
that of `tests/api/cli/test_views.py`, recorded here call by call: the same queries return the values counted there.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adapters.postgres import migrate
from api.today import today
from domain.entry import Event
from tests.adapters.recordings import (
    CLEAR,
    SEALING,
    body_of,
    connected,
    contents,
    day_off_set,
    fetch,
    line,
    policy_set,
    record,
    renamed,
)
from tests.api.cli.test_listing import CHINESE_HEADINGS, SHOWN
from tests.api.cli.test_views import LAST, MEASURED, REGISTER, numbers
from tests.api.conftest import (
    PROJECT,
    REGISTERED,
    Door,
    application_over,
    assert_one_recording,
    in_process,
    lifespan,
)
from tests.builders import (
    amended,
    answered,
    appeal_decided,
    appealed,
    archived,
    assigned,
    consultation_closed,
    consultation_opened,
    correction_analysed,
    extended,
    received,
    reopened,
    served,
    supplement_required,
    supplemented,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

PUBLISHED = Path(__file__).parents[2] / "published"
THIS_YEAR = today().year  # the list of a year's tables ends with the current year; no test runs at New Year
R = received("2020-03-02")
"""Due 2020-03-30, the 20th working day after Monday 03-02."""
Q1 = {"from_": "2020-01-01", "to": "2020-03-31"}


BACKGROUND = (*SEALING, "access_log")
"""Columns that the background may fill: an access gets its position when the access log is sealed."""


@pytest.fixture
async def register(door: Door) -> Door:
    """The twelve requests; request n is received by the recording `r<n>`; position 1 is the registration."""
    for name, (first, *others) in REGISTER.items():
        reference = await door.receive(first, key=f"r{name}")
        assert reference == f"2020-{int(name):04d}"
        for each in others:
            await door.record(f"requests/{reference}/events", each)
    return door


def rows_of(text: str) -> list[list[str]]:
    """The lines of a CSV, after its UTF-8 byte order mark."""
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


# --- one request, from receipt to archive, with a correction ---

STORY: list[tuple[Event, str, str | None, bool]] = [
    # event, stage after it, last day to answer, provisional
    (R, "in_hand", "2020-03-30", False),
    (assigned("2020-03-03", "信息科"), "in_hand", "2020-03-30", False),
    # 3 working days after receipt; no term runs while the supplement is awaited
    (supplement_required("2020-03-05", "2020-03-20"), "awaiting_supplement", None, False),
    # restarted on 03-10: 17 working days to 04-03, then Qingming, and 04-07, 04-08
    (supplemented("2020-03-10"), "in_hand", "2020-04-08", False),
    # 15 working days of March and April do not count while it is open until 04-01; the 20th is 04-28
    (consultation_opened("2020-03-11", "2020-04-01"), "in_hand", "2020-04-28", True),
    # of them 03-12, 13, 16, 17, 18 are left
    (consultation_closed("2020-03-18"), "in_hand", "2020-04-15", False),
    # 04-16, 17, 20–24, the make-up Sunday 04-26, 27, 28
    (extended("2020-04-10", 10), "in_hand", "2020-04-28", False),
    (answered("2020-04-27"), "closed", "2020-04-28", False),
    (served("2020-04-27"), "closed", "2020-04-28", False),
    (archived("2020-05-20"), "archived", "2020-04-28", False),
]


async def test_a_request_from_receipt_to_archive(door: Door) -> None:
    """Each step replies with version, position, ETag and address, and moves stage and deadline as counted by hand."""
    for version, (event, stage, due_on, provisional) in enumerate(STORY, 1):
        address = "requests" if version == 1 else "requests/2020-0001/events"
        reply = await door.post(address, event, f"step-{version}")
        assert reply.status_code == 201, reply.text
        answer = reply.json()
        assert re.fullmatch("[0-9a-f]{64}", answer.pop("leaf"))
        assert set(answer.pop("possible")) >= {"appealed", "entry_amended"}
        assert answer.pop("document_no", None) == getattr(event, "document_no", None)
        assert answer == {
            "id": f"step-{version}", "reference": "2020-0001", "version": version, "position": version + 1,
            "irregularities": [], "stage": stage, "due_on": due_on, "provisional": provisional, "repeated": False,
        }  # fmt: skip
        assert reply.headers["etag"] == f'"{version}"'
        assert reply.headers["location"] == f"{door.home}/requests/2020-0001"
        assert reply.headers["content-type"] == "application/json"

        looked = await door.get(reply.headers["location"])
        case = looked.json()
        assert looked.headers["etag"] == f'"{version}"'
        assert (case["version"], case["stage"]) == (version, stage)
        assert (case["term"]["due_on"], case["term"]["provisional"]) == (due_on, provisional)
        assert len(case["history"]) == version

    case = await door.json("requests/2020-0001")
    assert (case["reference"], case["received_on"], case["applicant_kind"], case["unit"], case["annulled"]) == (
        "2020-0001", "2020-03-02", "natural_person", "信息科", False,
    )  # fmt: skip
    # 03-11, 19, 20, 23–27, 30, 31: ten; April: 1–3, 7–10, 13–17, 20–24, 26, 27: nineteen
    assert (case["term"]["taken"], case["term"]["suspended"]) == (29, 5)
    assert (case["term"]["started_on"], case["term"]["original_due_on"]) == ("2020-03-10", "2020-03-30")
    assert [(step["on"], step["due_on"]) for step in case["term"]["steps"]] == [
        ("2020-03-02", "2020-03-30"), ("2020-03-05", None), ("2020-03-10", "2020-04-08"),
        ("2020-03-11", "2020-04-28"), ("2020-03-18", "2020-04-15"), ("2020-04-10", "2020-04-28"),
        ("2020-04-27", "2020-04-28"),
    ]  # fmt: skip
    closing = case["closing"]
    assert (closing["on"], closing["outcome"], closing["timeliness"], closing["served_on"]) == (
        "2020-04-27", "granted.provided", "on_time", "2020-04-27",
    )  # fmt: skip
    assert (closing["original_timeliness"], closing["original_due_on"]) == ("late", "2020-03-30")
    assert case["irregularities"] == []
    assert [line["on"] for line in case["history"]] == [str(event.on) for event, *_ in STORY]
    assert {line["actor"] for line in case["history"]} == {"tests"}
    # contract.md, column A: consultation_closed needs an open consultation, appeal_decided and correction_analysed an appeal
    of_data = {"document_filed", "erasure_requested", "personal_data_restricted"}
    assert (
        set(case["possible"]) == {"served", "handed_over", "appealed", "reopened", "entry_amended"} | of_data
    )


async def test_a_correction_moves_the_table_and_nothing_else(door: Door) -> None:
    """The answer was in part: the cell moves, the history has both, and earlier moments are unchanged."""
    for version, (event, *_) in enumerate(STORY, 1):
        await door.record("requests" if version == 1 else "requests/2020-0001/events", event)
    before = await door.json("tables", year=2020)
    assert {row for row, cells in before["requests_table"].items() if any(cells)} == {
        "new",
        "granted",
        "total",
    }

    correction = amended("2020-06-01", 8, answered("2020-04-27", "granted_in_part"))
    reply = await door.record(
        "requests/2020-0001/events", body_of(correction, text=None) | {"reason": "录入有误"}
    )
    assert (reply["version"], reply["position"]) == (11, 12)

    after = await door.json("tables", year=2020)
    assert {row: cells for row, cells in after["requests_table"].items() if any(cells)} == dict.fromkeys(  # noqa: RUF024 - none is changed
        ("new", "granted_in_part", "total"), [1, 0, 0, 0, 0, 0, 1]
    )
    assert (after["authority"], after["authority_code"], after["year"], after["format"], after["position"]) == (
        "某区人民政府办公室", door.code, 2020, "2019", 12,
    )  # fmt: skip
    assert after["discrepancies"] == []
    assert await door.json("tables", year=2020, recorded_until="11") == before

    case = await door.json("requests/2020-0001")
    assert (case["stage"], case["closing"]["outcome"]) == ("archived", "granted_in_part")
    assert case["history"][7]["amended_by"] == [11]
    assert case["history"][10]["amends"] == 8

    moved = await door.json("diff", year=2020, before="11")
    assert [(each["row"], each["was"], each["now"], each["left"], each["entered"]) for each in moved["cells"]] == [
        ("granted", 1, 0, ["2020-0001"], []), ("granted_in_part", 0, 1, [], ["2020-0001"]),
    ]  # fmt: skip
    assert {each["column"] for each in moved["cells"]} == {"natural_person"}
    assert [line["version"] for line in moved["entries"]["2020-0001"]] == [11]
    assert (await door.json("diff", year=2020, before="11", after="11"))["cells"] == []


async def test_an_appeal_and_a_reopening(door: Door) -> None:
    """Revoked in part: pending, then corrected, in the appeals table; the new answer is due by the day set in the decision."""
    reference = await door.given(R, answered("2020-03-20"), served("2020-03-20"), appealed("2020-04-13"))
    table = (await door.json("tables", year=2020))["appeals_table"]["reconsideration"]
    assert table == {"upheld": 0, "corrected": 0, "other": 0, "pending": 1, "total": 1}

    await door.record(f"requests/{reference}/events", appeal_decided("2020-06-08", "revoked_in_part"))
    await door.record(f"requests/{reference}/events", correction_analysed("2020-06-15", "facts", "reasoning"))
    await door.record(f"requests/{reference}/events", reopened("2020-06-16", "2020-07-10", "复议一"))

    table = (await door.json("tables", year=2020))["appeals_table"]["reconsideration"]
    assert table == {"upheld": 0, "corrected": 1, "other": 0, "pending": 0, "total": 1}
    case = await door.json(f"requests/{reference}")
    assert (case["stage"], case["redo_by"], case["term"]["due_on"]) == ("in_hand", "2020-07-10", "2020-07-10")
    (appeal,) = case["appeals"]
    assert (appeal["appeal"], appeal["route"], appeal["causes"]) == (
        "复议一", "reconsideration", ["facts", "reasoning"],
    )  # fmt: skip
    assert (await door.json("compliance", **Q1))["on_time"] == [reference]


# --- irregularities ---


async def test_what_is_irregular_is_stored_once_it_is_acknowledged(door: Door) -> None:
    """An answer a day late is refused with code, article, text and figures; with exactly that code it is stored."""
    reference = await door.given(R)
    address = f"requests/{reference}/events"
    before = await door.stored()

    refused = await door.post(address, answered("2020-03-31"), "late")

    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem["code"] == "not_acknowledged"
    assert problem["irregularities"] == [
        {
            "code": "late_answer", "version": 2, "article": "第三十三条",
            "text": "答复于2020-03-31作出，期限为2020-03-30（第三十三条）",
            "figures": {"on": "2020-03-31", "limit": "2020-03-30"},
        }
    ]  # fmt: skip
    assert await door.stored() == before

    for wrong in ("second_extension", "late_answer,second_extension", "late_answer.x"):
        assert (await door.post(address, answered("2020-03-31"), acknowledged=wrong)).status_code == 409, (
            wrong
        )
    assert (await door.post(address, answered("2020-03-30"), acknowledged="late_answer")).json()["code"] == (
        "acknowledged_without_cause"
    )
    assert await door.stored() == before

    stored = await door.post(address, answered("2020-03-31"), "late", acknowledged="late_answer")
    assert stored.status_code == 201
    assert stored.json()["irregularities"] == ["late_answer"]
    case = await door.json(f"requests/{reference}")
    assert [each["code"] for each in case["irregularities"]] == ["late_answer"]
    assert case["history"][1]["acknowledged"] == ["late_answer"]


async def test_two_irregularities_are_acknowledged_together(door: Door) -> None:
    """An extension by 30 days without notice: both codes, in any order, and neither alone."""
    reference = await door.given(R)
    address, event = f"requests/{reference}/events", extended("2020-03-26", 30, notified_on=None)
    refused = (await door.post(address, event)).json()
    assert {each["code"]: each["article"] for each in refused["irregularities"]} == {
        "extension_too_long": "第三十三条", "extension_without_notice": "第三十三条",
    }  # fmt: skip
    assert (await door.post(address, event, acknowledged="extension_too_long")).status_code == 409
    reply = await door.post(address, event, acknowledged="extension_without_notice,extension_too_long")
    assert reply.status_code == 201
    assert reply.json()["irregularities"] == ["extension_too_long", "extension_without_notice"]
    # of the 30 days 20 count: from 03-30 to 04-27
    assert (await door.json(f"requests/{reference}"))["term"]["due_on"] == "2020-04-27"


# --- preview ---


async def test_a_repeated_recording_gets_the_same_reply_marked_as_repeated(door: Door) -> None:
    """With the state right after it, whatever was recorded since; events of the authority's own have no stage."""
    reference = await door.receive(R, key="first")
    await door.record(
        f"requests/{reference}/events", supplement_required("2020-03-05", "2020-03-20"), key="second"
    )
    await door.record(f"requests/{reference}/events", supplemented("2020-03-10"), key="third")
    again = (await door.post("requests", R, "first")).json()
    assert (again["stage"], again["due_on"], again["repeated"]) == ("in_hand", "2020-03-30", True)
    second = supplement_required("2020-03-05", "2020-03-20")
    again = (await door.post(f"requests/{reference}/events", second, "second")).json()
    assert (again["stage"], again["due_on"], again["repeated"]) == ("awaiting_supplement", None, True)
    assert {"supplemented", "answered", "lapsed"} <= set(again["possible"])
    office = (await door.post("events", door.registered, "office")).json()
    assert office["repeated"]
    assert office.keys().isdisjoint({"stage", "due_on", "provisional", "possible"})


async def test_a_preview_of_an_answer_shows_irregularities_and_every_cell_that_would_move(door: Door) -> None:
    """Answered a day late: three cells of 2020 with their sums, and the carried-over cells of later years; nothing is stored."""
    reference = await door.given(R)
    before = await contents(door.dsn, but=BACKGROUND)

    reply = await door.post(f"requests/{reference}/events", answered("2020-03-31"), "look", preview="true")

    assert reply.status_code == 200
    found = reply.json()
    assert "served" in found["reply"].pop("possible")
    assert found["reply"] == {
        "id": "look", "reference": reference, "version": 2, "position": 3, "irregularities": ["late_answer"],
        "leaf": None, "stage": "closed", "due_on": "2020-03-30", "provisional": False, "repeated": False,
        "document_no": answered("2020-03-31").document_no,
    }  # fmt: skip
    assert [(each["code"], each["figures"]["limit"]) for each in found["irregularities"]] == [
        ("late_answer", "2020-03-30")
    ]
    change = found["change"]
    assert change["stage"] == ["in_hand", "closed"]
    assert change["due_on"] == ["2020-03-30", "2020-03-30"]
    assert change["closed_on"] == [None, "2020-03-31"]
    assert change["outcome"] == [None, "granted.provided"]
    assert change["timeliness"] == [None, "late"]
    assert change["cells"]["2020"] == [
        ["carried_out:natural_person"],
        ["granted:natural_person", "total:natural_person"],
    ]

    expected = {
        (2020, row, column): pair
        for row, pair in (("carried_out", (1, 0)), ("granted", (0, 1)), ("total", (0, 1)))
        for column in ("natural_person", "total")
    } | {
        (year, row, column): (1, 0)
        for year in range(2021, THIS_YEAR + 1)
        for row in ("carried_in", "carried_out")
        for column in ("natural_person", "total")
    }
    cells = {
        (each["year"], each["row"], each["column"]): (each["was"], each["now"]) for each in found["cells"]
    }
    assert cells == expected
    assert len(found["cells"]) == len(expected)
    assert await contents(door.dsn, but=BACKGROUND) == before

    reply = await door.post(f"requests/{reference}/events", answered("2020-03-30"), "look")
    assert (reply.status_code, reply.json()["version"]) == (201, 2)


async def test_the_cells_of_a_preview_are_those_of_the_table_afterwards(register: Door) -> None:
    """`before` equals the table now, and `after` the table once recorded, cell by cell."""
    for address, event in (
        ("requests", received("2020-04-01", applicant_kind="commercial_enterprise")),
        ("requests/2020-0004/events", answered("2020-04-02", "unable.not_held")),
        ("requests/2020-0007/events", appeal_decided("2020-05-06")),
        ("requests/2020-0010/events", amended("2020-05-06", 1, received("2019-12-30"))),
        ("requests/2020-0006/events", amended("2020-05-06", 1)),
    ):
        before = await register.json("tables", year=2020)
        preview = await register.post(address, event, preview="true")
        assert preview.status_code == 200, preview.text
        await register.record(address, event)
        after = await register.json("tables", year=2020)
        moved = {
            (each["row"], each["column"]): (each["was"], each["now"])
            for each in preview.json()["cells"]
            if each["year"] == 2020
        }
        assert moved
        assert moved == {
            cell: (was, now)
            for (cell, was), (_, now) in zip(flat(before), flat(after), strict=True)
            if was != now
        }


def flat(tables: dict[str, Any]) -> list[tuple[tuple[str, str], int]]:
    """Every cell of both tables, `row, column` and its number."""
    found = [
        ((row, column), count)
        for row, cells in tables["requests_table"].items()
        for column, count in zip(tables["columns"], cells, strict=True)
    ]
    return found + [
        ((route, result), count)
        for route, results in tables["appeals_table"].items()
        for result, count in results.items()
    ]


async def test_a_preview_gives_the_new_term_of_an_extension(door: Door) -> None:
    """Ten working days after 03-30 is 04-14, past Qingming; no cell changes."""
    reference = await door.given(R)
    found = (
        await door.post(f"requests/{reference}/events", extended("2020-03-26", 10), preview="true")
    ).json()
    assert found["change"]["due_on"] == ["2020-03-30", "2020-04-14"]
    assert (found["cells"], found["change"]["cells"], found["irregularities"]) == ([], {}, [])


async def test_a_preview_of_a_receipt_and_of_a_refusal(door: Door) -> None:
    """The reference it would get, which is not used up; an impossible event is refused as when recording."""
    before = await contents(door.dsn, but=BACKGROUND)
    found = (await door.post("requests", R, preview="true")).json()
    assert (found["reply"]["reference"], found["reply"]["position"]) == ("2020-0001", 2)
    assert found["change"]["stage"] == ["none", "in_hand"]
    assert found["change"]["due_on"] == [None, "2020-03-30"]
    refused = await door.post("requests/2020-0001/events", answered("2020-03-05"), preview="true")
    assert (refused.status_code, refused.json()["code"]) == (404, "request_unknown")
    assert await contents(door.dsn, but=BACKGROUND) == before
    assert await door.receive(R) == "2020-0001"


async def test_a_preview_of_a_closed_day_moves_the_terms_of_others(door: Door) -> None:
    """The office is closed on 03-19: due 03-30 becomes 03-31 for the open request only; recording it gives the same."""
    await door.given(R)
    await door.given(received("2020-03-23"))  # due 04-21, after the day
    event = day_off_set("2020-03-10", "2020-03-19")
    before = await contents(door.dsn, but=BACKGROUND)

    found = (await door.post("events", event, preview="true")).json()

    assert found["moved"] == [
        {"reference": "2020-0001", "was": "2020-03-30", "now": "2020-03-31", "closed": False, "days": 1}
    ]
    assert found["reply"]["reference"] is None
    assert await contents(door.dsn, but=BACKGROUND) == before
    reply = await door.post("events", event)
    assert (reply.status_code, reply.headers["etag"], "location" in reply.headers) == (201, '"2"', False)
    assert (await door.json("requests/2020-0001"))["term"]["due_on"] == "2020-03-31"


# --- concurrency ---


async def test_if_match_names_the_version_seen(door: Door) -> None:
    """The current version passes; an older or later one is refused, with the current one in body and ETag."""
    reference = await door.given(R, assigned("2020-03-03"))
    address = f"requests/{reference}/events"
    before = await door.stored()
    for seen in ('"1"', '"0"', '"3"', '"999999999"'):
        for preview in ("true", "false"):
            refused = await door.post(address, assigned("2020-03-04"), seen=seen, preview=preview)
            assert refused.status_code == 412
            assert (refused.json()["code"], refused.json()["version"]) == ("version_conflict", 2)
            assert refused.headers["etag"] == '"2"'
    assert await door.stored() == before
    assert (await door.post(address, assigned("2020-03-04"), seen='"2"')).headers["etag"] == '"3"'
    assert (await door.post(address, assigned("2020-03-04"), seen="*")).headers["etag"] == '"4"'
    for seen in ("2", "'2'", '"two"', '""', 'W/"4"', '"4", "5"', '"-1"', '"99999999999999999999"', ""):
        refused = await door.post(address, assigned("2020-03-05"), seen=seen)
        assert (refused.status_code, refused.json()["field"]) == (400, "If-Match"), seen
    assert len(await door.stored()) == len(before) + 2


async def test_a_repeated_key_is_answered_before_the_version_is_checked(door: Door) -> None:
    """After a lost reply the caller repeats key and If-Match: the same reply, and nothing more is stored."""
    reference = await door.given(R)
    address = f"requests/{reference}/events"
    first = await door.post(address, assigned("2020-03-03"), "again", seen='"1"')
    await door.record(address, assigned("2020-03-04"))
    before = await door.stored()
    again = await door.post(address, assigned("2020-03-03"), "again", seen='"1"')
    assert (again.status_code, again.json()) == (first.status_code, {**first.json(), "repeated": True})
    assert (again.headers["etag"], again.headers["location"]) == ('"2"', first.headers["location"])
    assert await door.stored() == before


async def test_a_key_used_for_something_else_is_refused(door: Door) -> None:
    """Another body, request or route: 422 and nothing stored; the first recording remains."""
    one, two = await door.given(R, key="one"), await door.given(R, key="two")
    await door.record(f"requests/{one}/events", assigned("2020-03-03"), key="used")
    before = await door.stored()
    for address, event in (
        (f"requests/{one}/events", assigned("2020-03-04")),
        (f"requests/{two}/events", assigned("2020-03-03")),
        ("requests", R),
        ("events", renamed("2020-03-03", "某办公室")),
    ):
        for preview in ("false", "true"):
            refused = await door.post(address, event, "used", preview=preview)
            assert (refused.status_code, refused.json()["code"]) == (422, "command_reused"), (
                address,
                preview,
            )
    other_applicant = await door.post("requests", R, "one", clear={"applicant": {"name": "李四"}})
    assert other_applicant.status_code == 422
    assert await door.stored() == before


async def test_a_key_is_needed(door: Door) -> None:
    """A missing, empty, overlong or unprintable key is refused by name; 100 characters are accepted."""
    before = await door.stored()
    without = await door.call("POST", "requests", json=body_of(R))
    assert (without.status_code, without.json()["field"]) == (400, "Idempotency-Key")
    for key in (b" ", b"x" * 101, b"a b", "甲".encode(), b"a\tb"):
        refused = await door.call("POST", "requests", json=body_of(R), headers={b"Idempotency-Key": key})
        assert (refused.status_code, refused.json()["field"]) == (400, "Idempotency-Key"), key
    assert await door.stored() == before
    assert (await door.post("requests", R, "x" * 100)).status_code == 201


async def test_fifty_parallel_posts_of_one_key_store_one_event(door: Door) -> None:
    """R09: fifty replies are identical except that one is not marked as repeated; there is one entry."""
    replies = await asyncio.gather(*(door.post("requests", R, "one-key") for _ in range(50)))
    assert {reply.status_code for reply in replies} == {201}
    assert_one_recording(replies)
    assert {(reply.headers["etag"], reply.headers["location"]) for reply in replies} == {
        ('"1"', f"{door.home}/requests/2020-0001")
    }
    assert await door.positions() == [1, 2]


async def test_parallel_posts_of_many_keys_are_numbered_without_gap(door: Door) -> None:
    """R08: thirty parallel receipts get consecutive numbers; of thirty with the same If-Match one is stored."""
    replies = await asyncio.gather(*(door.post("requests", R) for _ in range(30)))
    assert sorted(reply.json()["reference"] for reply in replies) == [f"2020-{n:04d}" for n in range(1, 31)]
    assert sorted(reply.json()["position"] for reply in replies) == list(range(2, 32))

    raced = await asyncio.gather(
        *(door.post("requests/2020-0001/events", assigned("2020-03-03"), seen='"1"') for _ in range(30))
    )
    assert sorted(reply.status_code for reply in raced) == [201] + 29 * [412]
    assert {reply.json()["version"] for reply in raced} == {2}


async def test_a_reference_given_by_the_caller(door: Door) -> None:
    """It advances the counter; it is accepted once, and must be of the year of receipt."""
    assert (await door.post("requests", R, reference="2020-0017")).json()["reference"] == "2020-0017"
    assert await door.receive(R) == "2020-0018"
    for reference, status, code in (
        ("2020-0017", 409, "reference_taken"), ("2021-0001", 422, "reference_of_other_year"), ("17", 400, "malformed"),
    ):  # fmt: skip
        refused = await door.post("requests", R, reference=reference)
        assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_on_behalf_of_is_stored_beside_the_actor(door: Door) -> None:
    """Both are in the envelope, in the history and in the feed."""
    reference = await door.receive(R, on_behalf_of="法制科")
    (entry,) = (await door.json(f"requests/{reference}"))["history"]
    assert (entry["actor"], entry["on_behalf_of"]) == ("tests", "法制科")
    (fed,) = (await door.json("events", after=1))["entries"]
    assert (fed["actor"], fed["on_behalf_of"]) == ("tests", "法制科")


# --- lists ---


def query_of(options: str) -> dict[str, str]:
    """`--due-before 2020-03-23` as the query's `due_before=2020-03-23`."""
    words = options.split()
    return {name[2:].replace("-", "_"): value for name, value in zip(words[::2], words[1::2], strict=True)}


async def test_each_condition_shows_its_requests(register: Door) -> None:
    """The table of conditions counted by hand in `tests/api/cli/test_listing.py`, on both sides of each day."""
    shown = {}
    for options, _ in SHOWN:
        page = await register.json("requests", **query_of(options))
        shown[options] = numbers([row["reference"] for row in page["requests"]])
        assert (page["next"], page["position"]) == (None, LAST)
    assert shown == dict(SHOWN)


async def test_a_row_of_the_list(register: Door) -> None:
    """Request 2: extended on 03-26, answered and posted on 03-31, on time only by the extended deadline."""
    (row,) = (await register.json("requests", reference="0002"))["requests"]
    assert row | {"law_digest": ""} == {
        "reference": "2020-0002", "version": 4, "position": 9, "law_digest": "", "stage": "closed",
        "received_on": "2020-03-02", "applicant_kind": "natural_person", "started_on": "2020-03-02",
        "officer": None, "split_from": None, "original_due_on": "2020-03-30", "provisional": False, "extended": True, "supplemented": False,
        "consulted": False, "reopened": False, "suspended": 0, "irregularities": [], "due_on": "2020-04-27",
        "closed_on": "2020-03-31", "closed_by": "answered", "outcome": "granted.provided", "timeliness": "on_time",
        "original_timeliness": "late", "taken": 21, "served_on": "2020-03-31", "respond_by": None, "pay_by": None,
        "redo_by": None, "unit": None, "subject": None,
    }  # fmt: skip


@pytest.mark.parametrize("limit", [1, 5, 6, 11, 12, 500])
async def test_pages_are_complete_and_ordered(register: Door, limit: int) -> None:
    """Following `next` returns all twelve once, in order, in pages of the requested size; the last has no next."""
    found, after, pages = [], None, 0
    while True:
        page = await register.json("requests", limit=limit, **({"after": after} if after else {}))
        found += [row["reference"] for row in page["requests"]]
        pages += 1
        after = page["next"]
        if after is None:
            break
        assert len(page["requests"]) == limit
    assert found == [f"2020-{n:04d}" for n in range(1, 13)]
    assert pages == -(-12 // limit)


async def test_references_are_ordered_as_integers_in_pages(door: Door) -> None:
    """2019-12345 before 2020-0002 before 2020-10000; `after` need not be an existing reference."""
    for reference, on in (
        ("2020-10000", "2020-03-02"),
        ("2019-12345", "2019-06-03"),
        ("2020-0002", "2020-03-02"),
    ):
        await door.receive(received(on), reference=reference)
    page = await door.json("requests", limit=2)
    assert [row["reference"] for row in page["requests"]] == ["2019-12345", "2020-0002"]
    assert page["next"] == "2020-0002"
    page = await door.json("requests", after="2020-9999")
    assert [row["reference"] for row in page["requests"]] == ["2020-10000"]


async def test_a_filter_with_pages(register: Door) -> None:
    """Of the eight closed requests the third and fourth are 3 and 6."""
    page = await register.json("requests", stage="closed", after="2020-0002", limit=2)
    assert numbers([row["reference"] for row in page["requests"]]) == "3 6"
    assert page["next"] == "2020-0006"


async def test_a_long_list_streams_as_csv_without_formulas(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """1,200 requests in one export, complete and in order; a unit that looks like a formula is exported as text."""
    application = application_over(server.runtime(database), tmp_path / "keys")
    formula = '=HYPERLINK("http://x","点")'
    async with lifespan(application), in_process(application) as client:
        door = Door(client, server.behind(database))
        await door.post("events", REGISTERED)
        receipts = [line(f"n{n}", received("2020-03-02")) for n in range(1200)]
        await record(application.litestar.state.register, *receipts)
        for reference, unit in (("2020-0003", formula), ("2020-1100", "@甲"), ("2020-1200", "＋乙")):
            await door.record(f"requests/{reference}/events", assigned("2020-03-03", unit))

        text = await door.csv("requests")
        assert len((await door.json("requests"))["requests"]) == 100
        some = rows_of(await door.csv("requests", reference="2020-11", stage="in_hand"))

    headings, *rows = rows_of(text)
    assert headings == CHINESE_HEADINGS
    assert [row[0] for row in rows] == [f"2020-{n:04d}" for n in range(1, 1201)]
    assert rows[0] == ["2020-0001", "", "在办", "2020-03-02", "2020-03-30", "", "", "", "自然人", "", ""]
    assert (rows[2][9], rows[1099][9], rows[1199][9]) == (f"'{formula}", "'@甲", "'＋乙")
    assert [row[0] for row in some[1:]] == [f"2020-11{n:02d}" for n in range(100)]


async def test_csv_is_returned_if_accepted(register: Door) -> None:
    """Tables, a cell, days, duties and the carry-over: the register's headings, the same numbers as JSON."""
    tables = rows_of(await register.csv("tables", year=2020))
    assert tables[0][:3] == ["表", "行", "自然人"]
    assert tables[1][2:] == ["11", "1", "0", "0", "0", "0", "12"]
    cell = rows_of(await register.csv("tables/cell", year=2020, row="other", column="total"))
    assert [row[0] for row in cell[1:]] == ["2020-0006", "2020-0009"]
    appeals = rows_of(await register.csv("tables/cell", year=2020, row="reconsideration", column="pending"))
    assert appeals[1] == ["2020-0007", "复议一", "2020-03-30", ""]
    days = rows_of(await register.csv("requests/2020-0001/days"))
    assert days[2] == ["2020-03-03", "二", "1", "工作日", ""]
    duties = rows_of(await register.csv("work-list", on="2020-03-31"))
    assert [row[0] for row in duties[1:]] == ["2020-0010", "2020-0008", "2020-0005", "2020-0007", "2020-0007"]
    carried = rows_of(await register.csv("carry-over", **Q1, by="month"))
    assert carried[1:] == [
        ["2020年1月", "0", "0", "0", "0"], ["2020年2月", "0", "2", "1", "1"], ["2020年3月", "1", "10", "8", "3"],
    ]  # fmt: skip


# --- tables ---


async def test_the_table_of_the_register(register: Door) -> None:
    """2020 by hand: twelve new, one of a company; seven granted, one withdrawn, one lapsed; 4, 5, 10 carried out."""
    tables = await register.json("tables", year=2020)
    assert {row: cells for row, cells in tables["requests_table"].items() if any(cells)} == {
        "new": [11, 1, 0, 0, 0, 0, 12],
        "granted": [7, 0, 0, 0, 0, 0, 7],
        "other": [2, 0, 0, 0, 0, 0, 2],
        "total": [9, 0, 0, 0, 0, 0, 9],
        "carried_out": [2, 1, 0, 0, 0, 0, 3],
    }
    assert tables["appeals_table"]["reconsideration"]["pending"] == 1
    assert (tables["year"], tables["discrepancies"], tables["position"]) == (2020, [], LAST)
    newer = await register.json("tables", year=2020, format="2021")
    assert (
        newer["requests_table"]["other.supplement_lapsed"][0]
        == newer["requests_table"]["other.unspecified"][0]
        == 1
    )
    march = await register.json("tables", from_="2020-03-01", to="2020-03-31")
    assert (march["from"], march["to"], march.get("year")) == ("2020-03-01", "2020-03-31", None)
    assert (march["requests_table"]["carried_in"][-1], march["requests_table"]["new"][-1]) == (1, 10)
    assert (await register.json("tables"))["year"] == THIS_YEAR


@pytest.mark.parametrize("query", [{"year": 2020}, {"year": 2020, "format": "2021"}, {"year": 2021}, Q1])
async def test_every_cell_lists_what_it_counts_and_every_request_its_cells(
    register: Door, query: dict[str, Any]
) -> None:
    """The requests of a cell are as many as its number; the cells of a request are the inverse, sums included."""
    tables = await register.json("tables", **query)
    inverse: dict[tuple[str, str], list[str]] = {}
    for n in range(1, 13):
        reference = f"2020-{n:04d}"
        own = await register.json(
            f"requests/{reference}/cells", **{k: v for k, v in query.items() if k != "format"}
        )
        assert own["reference"] == reference
        for cell in (*own["requests"], *own["appeals"]):
            row, _, column = cell.partition(":")
            inverse.setdefault((row, column), []).append(reference)
    for (row, column), count in flat(tables):
        behind = await register.json("tables/cell", row=row, column=column, **query)
        listed = behind["requests"] + behind["appeals"]
        assert len(listed) == count, (row, column)
        assert (behind["appeals"] == []) or row in tables["appeals_table"]
        if column != "total" and "format" not in query:
            assert [each["reference"] for each in listed] == inverse.pop((row, column), []), (row, column)
    assert inverse == {} or "format" in query


async def test_compliance_of_a_quarter(register: Door) -> None:
    """The measures counted by hand in `tests/api/cli/test_views.py`: seven of nine on time, median 17, nine tenths 21."""
    found = await register.json("compliance", **Q1)
    assert {measure: numbers(found[measure]) for measure in MEASURED} == MEASURED
    assert found["rate"] == pytest.approx(7 / 9)
    assert found["taken"] == [17, 21]
    assert found["irregularities"] == {"late_answer": ["2020-0003"]}


async def test_carry_over_ties_from_quarter_to_quarter(register: Door) -> None:
    """Each closing balance is the next opening one; in the first quarter 12 new, 9 closed, 3 open, which are never closed."""
    found = await register.json("carry-over", year=2020)
    assert [tuple(each[part]["total"] for part in ("opening", "new", "closed", "closing")) for each in found] == [
        (0, 12, 9, 3), (3, 0, 0, 3), (3, 0, 0, 3), (3, 0, 0, 3),
    ]  # fmt: skip
    for earlier, later in pairwise(found):
        assert earlier["closing"] == later["opening"]
    for by, count in (("month", 12), ("half", 2), ("year", 1)):
        assert len(await register.json("carry-over", year=2020, by=by)) == count


async def test_the_work_list_of_a_day(register: Door) -> None:
    """On 03-31: 10 is six days past 03-23, 8 a day past its redo date, 5 waits until 04-01, 7 is unserved and appealed."""
    found = await register.json("work-list", on="2020-03-31")
    assert [(each["reference"], each["duty"], each["due_on"], each["workdays_left"]) for each in found] == [
        ("2020-0010", "overdue", "2020-03-23", -6),
        ("2020-0008", "redo_overdue", "2020-03-30", -1),
        ("2020-0005", "awaiting_supplement", "2020-04-01", 1),
        ("2020-0007", "unserved", "2020-03-30", -1),
        ("2020-0007", "appeal_pending", None, None),
    ]
    assert (found[0]["unit"], found[0]["article"]) == ("法制科", "第三十三条")
    soon = await register.json("work-list", on="2020-03-19", within=7)
    assert {each["reference"][-1] for each in soon if each["duty"] == "due_soon"} == {"1", "2", "3", "7", "0"}
    assert await register.json("work-list", on="2020-01-31") == []
    assert {each["duty"] for each in await register.json("work-list")} >= {"overdue"}


async def test_every_day_of_a_term(door: Door) -> None:
    """Over the Spring Festival of 2020: 37 days after 01-20, the last of them 02-25 as the 20th."""
    reference = await door.given(received("2020-01-20"))
    found = await door.json(f"requests/{reference}/days")
    assert [found[0]["day"], found[-1]["day"], len(found)] == ["2020-01-20", "2020-02-25", 37]
    assert found[12] == {"day": "2020-02-01", "counted": None, "reason": "春节", "notice": "2020b"}
    assert found[-1] == {"day": "2020-02-25", "counted": 20, "reason": "工作日", "notice": None}
    assert [each["counted"] for each in found if each["counted"]] == list(range(1, 21))


@pytest.mark.parametrize("name", sorted(path.stem for path in PUBLISHED.glob("*.json")))
async def test_a_published_report_is_reconciled(door: Door, name: str) -> None:
    """Exactly the known discrepancies of each published report; cells published blank are excepted."""
    report = json.loads((PUBLISHED / f"{name}.json").read_text("utf-8"))
    tables = {part: report[part] for part in ("columns", "requests_table", "appeals_table")}

    reply = await door.call("POST", "/api/v1/reconcile", json={"tables": tables})

    assert reply.status_code == 200
    found = reply.json()
    for fault in report["violations"]:
        fault["difference"] = fault["left"] - fault["right"]
    key = json.dumps
    assert sorted(map(key, map(_ordered, found["discrepancies"]))) == sorted(
        map(key, map(_ordered, report["violations"]))
    )
    assert found["blanks"] == sorted(report["blanks"])


def _ordered(fault: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(fault.items()))


async def test_years_and_children_are_reconciled_too(door: Door) -> None:
    """宿迁: 2024 carries in what 2023 carried out; 2024 against itself differs. One child alone equals its parent."""
    before, after = (
        {
            part: json.loads((PUBLISHED / f"{year}_suqian_city.json").read_text("utf-8"))[part]
            for part in ("columns", "requests_table", "appeals_table")
        }
        for year in (2023, 2024)
    )

    async def reconciled(**body: Any) -> list[dict[str, Any]]:
        reply = await door.call("POST", "/api/v1/reconcile", json=body)
        assert reply.status_code == 200
        discrepancies: list[dict[str, Any]] = reply.json()["discrepancies"]
        return discrepancies

    assert await reconciled(tables=after, previous=before, children=[after]) == []
    carried = await reconciled(tables=after, previous=after)
    # 2024 carried in 118, 3, 0 …: 121, and carried out 118, 5, 0, 0, 1, 1: 125
    assert [(each["identity"], each["column"], each["difference"]) for each in carried] == [
        ("carry", "commercial_enterprise", -2), ("carry", "legal_service_institution", -1),
        ("carry", "other_organisation", -1), ("carry", "total", -4),
    ]  # fmt: skip
    doubled = await reconciled(tables=after, children=[after, after])
    assert {each["identity"] for each in doubled} == {"parent"}
    assert (doubled[0]["left"], doubled[0]["right"]) == (3440, 6880)


# --- as recorded until a moment ---


async def test_the_register_as_recorded_until_a_position(register: Door) -> None:
    """Entries 2 to 5 are request 1: at 3 it is in hand, at 1 there is nothing; the end of the day and now agree."""
    for until, requests, stage in (("1", "", None), ("3", "1", "in_hand"), ("5", "1", "closed")):
        page = await register.json("requests", recorded_until=until)
        assert numbers([row["reference"] for row in page["requests"]]) == requests
        assert page["position"] == int(until)
        tables = await register.json("tables", year=2020, recorded_until=until)
        assert (tables["requests_table"]["new"][-1], tables["position"]) == (len(requests), int(until))
        if stage is None:
            assert (await register.get("requests/2020-0001", recorded_until=until)).status_code == 404
        else:
            assert (await register.json("requests/2020-0001", recorded_until=until))["stage"] == stage
    now = await register.json("requests")
    for moment in ("2099-12-31", "2099-12-31T00:00:00+08:00", "2099-12-31T00:00:00Z"):
        assert (await register.json("requests", recorded_until=moment))["requests"] == now["requests"]
    for path in ("requests", "tables", "work-list", "history", "requests/2020-0001/days"):
        before = await register.get(path, recorded_until="2019-12-31")
        assert (before.status_code, before.json()["code"]) == (422, "not_yet_opened"), path
        beyond = await register.get(path, recorded_until=str(LAST + 1))
        assert (beyond.status_code, beyond.json()["code"]) == (422, "beyond_the_log"), path


# --- for auditors ---


async def test_the_feed_pages_by_position_without_gap(register: Door) -> None:
    """Every entry once, in order, for any page size; the end repeats its `next`; sealed values are not included."""
    await register.record("events", renamed("2020-04-01", "某区政务办公室"))
    entries, after = [], 0
    while True:
        page = await register.json("events", after=after, limit=7)
        assert page["position"] == LAST + 1
        if not page["entries"]:
            assert page["next"] == after == LAST + 1
            break
        assert page["next"] == page["entries"][-1]["position"]
        entries += page["entries"]
        after = page["next"]
    assert [entry["position"] for entry in entries] == list(range(1, LAST + 2))
    assert entries == (await register.json("events", limit=1000))["entries"]
    assert entries[0]["stream"] == entries[-1]["stream"] == "authority"
    assert (entries[1]["stream"], entries[1]["version"], entries[1]["type"], entries[1]["id"]) == (
        "request/2020-0001", 1, "received", "r1",
    )  # fmt: skip
    assert entries[0]["event"]["name"] == "某区人民政府办公室"
    assert [entry["recorded_at"] for entry in entries] == sorted(entry["recorded_at"] for entry in entries)
    assert {code for entry in entries for code in entry["acknowledged"]} == {"late_answer"}


async def test_sealed_values_are_only_in_their_own_view(register: Door) -> None:
    """Names, numbers, matters, reasons: only `sealed` returns them, by entry and field."""
    words = ["张三", "110101199001010000", *(text for text in CLEAR.values() if isinstance(text, str))]
    for address in (
        "events", "requests", "requests/2020-0002", "requests/2020-0005", "requests/2020-0002/days", "work-list",
        "history", "compliance", "tables", "requests/2020-0002/cells", "", "/metrics",
    ):  # fmt: skip
        found = await register.get(address)
        assert found.status_code == 200, address
        assert not [word for word in words if word in found.text], address
    moved = await register.get("diff", year=2020, before=3)
    assert moved.json()["entries"]
    assert not [word for word in words if word in moved.text]
    found = await register.json("requests/2020-0002/sealed")
    assert found == [
        {"version": 1, "field": "applicant", "value": CLEAR["applicant"]},
        {"version": 1, "field": "description", "value": CLEAR["description"]},
        {"version": 2, "field": "reason", "value": CLEAR["reason"]},
    ]


async def test_an_erased_value_is_null_and_the_history_stays(register: Door) -> None:
    """Erasing deletes the row of the vault; log and statistics are unchanged."""
    before = await register.json("tables", year=2020), await register.json("events")
    await fetch(register.dsn, "DELETE FROM vault")
    assert {each["value"] for each in await register.json("requests/2020-0002/sealed")} == {None}
    assert (await register.json("tables", year=2020), await register.json("events")) == before


async def test_authorities_and_their_own_history(bare_door: Door) -> None:
    """An empty directory; two registers listed separately; a new name in force from its day."""
    assert await bare_door.json("/api/v1/authorities") == []
    await bare_door.record("events", REGISTERED)
    other = "/api/v1/authorities/panyu"
    await bare_door.record(f"{other}/events", REGISTERED | {"code": "panyu", "name": "某区司法局"})
    await bare_door.record("requests", R)
    reply = await bare_door.record(f"{other}/requests", R)
    assert (reply["reference"], reply["position"]) == ("2020-0001", 2)
    reply = await bare_door.record("events", renamed("2021-03-01", "某区政务办公室"))
    assert reply["reference"] is None
    await bare_door.record("events", policy_set("2021-03-02", "on", "2021-01-01"))

    shown = {"kind": "department", "complete_since": "2020-01-01"}
    own = shown | {"code": "huadu", "name": "某区政务办公室", "position": 4}
    assert await bare_door.json("/api/v1/authorities") == [
        own, shown | {"code": "panyu", "name": "某区司法局", "position": 2},
    ]  # fmt: skip
    assert await bare_door.json("") == own
    assert [line["on"] for line in await bare_door.json("history")] == [
        "2020-01-01",
        "2021-03-01",
        "2021-03-02",
    ]
    assert (await bare_door.json("tables", year=2020))["authority"] == "某区人民政府办公室"
    assert (await bare_door.json("tables", year=2021))["authority"] == "某区政务办公室"


async def test_events_listed_as_possible_are_accepted(door: Door) -> None:
    """`possible` of a new request is column I of the contract, without events that require a mark that is not set."""
    reference = await door.given(R)
    possible = set((await door.json(f"requests/{reference}"))["possible"])
    assert possible == {
        "assigned", "supplement_required", "extended", "consultation_opened", "explanation_required", "deferred",
        "fee_charged", "answered", "withdrawn", "appealed", "entry_amended", "answer_drafted", "extension_drafted",
        "document_filed", "personal_data_restricted", "served",
    }  # fmt: skip


async def test_an_annulled_request_has_a_history_and_no_term(door: Door) -> None:
    """The case shows that it is annulled; it is in no list or table, and its number is not reused."""
    reference = await door.given(R, amended("2020-03-05", 1))
    case = await door.json(f"requests/{reference}")
    assert (case["annulled"], case["term"], case["received_on"], case["version"]) == (True, None, None, 2)
    assert case["possible"] == ["personal_data_restricted", "erasure_requested", "entry_amended"]
    assert (await door.json("requests"))["requests"] == []
    assert await door.json(f"requests/{reference}/days") == []
    assert (await door.json(f"requests/{reference}/cells", year=2020))["requests"] == []
    assert await door.receive(R) == "2020-0002"


async def test_a_split_part_has_its_parent(door: Door) -> None:
    """一事一申请: a part must be received on the same day, and its parent must exist; otherwise it is refused."""
    parent = await door.given(R)
    part = await door.receive(received("2020-03-02", split_from=parent))
    assert part == "2020-0002"
    for split_from, on, code in (
        (parent, "2020-03-03", "split_parent_unknown"),
        ("2020-0099", "2020-03-02", "split_parent_unknown"),
    ):
        refused = await door.post("requests", received(on, split_from=split_from))
        assert (refused.status_code, refused.json()["code"]) == (409, code)


# --- around every answer ---


async def test_the_open_addresses(door: Door) -> None:
    """Health, problems, description and page need no token."""
    async with httpx.AsyncClient(transport=door.client._transport, base_url="http://taizhang.test") as anyone:
        assert (await anyone.get("/health/live")).json() == {"status": "live"}
        newest = len(migrate.migrations())
        assert (await anyone.get("/health/ready")).json() == {
            "status": "ready",
            "version": tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"],
            "schema": newest,
            "programs": {"from": 19, "to": newest},  # 0019 names no earlier program that continues to work
            "entries": {"from": 1, "to": 1},
        }
        assert (await anyone.get("/api/v1/openapi.json")).json()["openapi"].startswith("3.1")
        page = await anyone.get("/api")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        for name, kind in (
            ("page.js", "javascript"),
            ("swagger-ui-bundle.js", "javascript"),
            ("swagger-ui.css", "css"),
        ):
            assert f"/api/page/{name}" in page.text
            found = await anyone.get(f"/api/page/{name}")
            assert found.status_code == 200
            assert kind in found.headers["content-type"]


async def test_a_request_id_is_kept_or_generated(door: Door) -> None:
    """The caller's id if it is a plain one, so that the logs of both can be matched; otherwise a new one."""
    own = await door.call("GET", "requests", headers={"X-Request-ID": "caller-0001"})
    assert own.headers["x-request-id"] == "caller-0001"
    for odd in ("x", "a b c d e f g", "y" * 65, '"; drop"12345'):
        found = await door.call("GET", "requests", headers={"X-Request-ID": odd})
        assert found.headers["x-request-id"] != odd
        assert len(found.headers["x-request-id"]) == 32


# --- what HTTP itself promises ---


async def test_head_is_answered_wherever_get_is(door: Door) -> None:
    """Same status and headers as GET, no body; it is listed in Allow beside GET."""
    await door.given(R)
    for address in ("/health/live", "/health/ready", "/api", "/api/v1/openapi.json", "/api/v1/authorities",
                    "requests", "requests/2020-0001", "tables", "requests/2020-0099", "requests/x", "reports/2020",
                    "/api/v1/nowhere"):  # fmt: skip
        whole, head = await door.get(address), await door.call("HEAD", address)
        assert (head.status_code, head.content) == (whole.status_code, b""), address
        for name in ("content-type", "content-length", "etag", "content-security-policy"):
            assert head.headers.get(name) == whole.headers.get(name), (address, name)
    streamed = await door.call("HEAD", "requests", headers={"Accept": "text/csv"})
    assert (streamed.status_code, streamed.content) == (200, b"")
    assert streamed.headers["content-type"] == "text/csv; charset=utf-8"
    refused = await door.call("HEAD", "/api/v1/login")
    assert (refused.status_code, refused.content) == (405, b"")
    for method, address in (("OPTIONS", "/health/live"), ("OPTIONS", "requests"), ("PUT", "/health/live")):
        allowed = (await door.call(method, address)).headers["allow"].split(", ")
        assert {"GET", "HEAD"} <= set(allowed)
        assert allowed == sorted(set(allowed))
    assert "HEAD" not in (await door.call("OPTIONS", "/api/v1/login")).headers["allow"]


async def test_an_unchanged_resource_is_not_sent_again(door: Door) -> None:
    """304 by the ETag, alone or in a list, weak or strong; the full reply after a change."""
    reference = await door.given(R)
    address = f"requests/{reference}"
    tag = (await door.get(address)).headers["etag"]
    for known in (tag, f'"99", {tag}', f"W/{tag}", "*"):
        for method in ("GET", "HEAD"):
            reply = await door.call(method, address, headers={"If-None-Match": known})
            assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", tag), known
            assert not {"content-type", "content-length"} & set(reply.headers)
            assert reply.headers["x-content-type-options"] == "nosniff"
    for known in ('"99"', tag.strip('"'), "", ","):
        assert (await door.call("GET", address, headers={"If-None-Match": known})).status_code == 200, known
    await door.record(f"{address}/events", assigned("2020-03-03"))
    assert (await door.call("GET", address, headers={"If-None-Match": tag})).status_code == 200
    assert (await door.call("GET", "requests/2020-0099", headers={"If-None-Match": "*"})).status_code == 404
    named = {"If-None-Match": "*", "Idempotency-Key": "a-receipt"}
    assert (await door.call("POST", "requests", json=body_of(R), headers=named)).status_code == 201


@pytest.mark.parametrize(
    ("accept", "is_csv"),
    [
        ("text/csv", True), ("TEXT/CSV", True), ("text/*", True), ("text/csv;q=0.1", True), ("text/csv, */*;q=0.1", True),
        ("text/csv;charset=utf-8", True), ("application/json;q=0.2, text/csv;q=0.9", True),
        ("application/json;q=0, */*", True), ("application/*;q=0.1, text/*;q=0.2", True), ("text/csv ; q=0.5", True),
        ("", False), ("*/*", False), ("application/json", False), ("text/csv;q=0", False), ("text/csv;q=0.0, */*", False),
        ("application/json, text/csv", False), ("application/json, text/csv;q=0.9", False), ("text/csv;q=0.3, application/*;q=0.4", False),
        ("image/png", False), ("text/csvx", False), ("x-text/csv", False), ("text/csv;q=2", False), ("text/csv;q=x", False),
        ("text/html, application/xml;q=0.9, */*;q=0.8", False), (";;;,,,", False), ("q=1", False),
    ],
)  # fmt: skip
async def test_the_most_preferred_type_is_returned(door: Door, accept: str, is_csv: bool) -> None:
    reply = await door.call("GET", "requests", headers={"Accept": accept})
    kind = "text/csv; charset=utf-8" if is_csv else "application/json"
    assert (reply.status_code, reply.headers["content-type"]) == (200, kind)


async def test_an_unescaped_plus_is_accepted(door: Door) -> None:
    """It decodes to a blank, and a time with a blank before its zone is unambiguous."""
    await door.given(R)
    for moment in ("2100-01-01T00:00:00+08:00", "2100-01-01T00:00+08:00", "2100-01-01T00:00:00.123456+0800"):
        for shown in (moment, moment.replace("+", "%2B")):
            reply = await door.client.get(f"{door.home}/requests?recorded_until={shown}")
            assert (reply.status_code, len(reply.json()["requests"])) == (200, 1)
    for moment in (
        "2100-01-01T00:00:00",
        "2100-01-01+08:00",
        "2100-01-01T00:00:00++08:00",
        "2100-01-01 08:00",
    ):
        assert (await door.client.get(f"{door.home}/requests?recorded_until={moment}")).status_code == 400


async def test_no_reply_names_its_charset_twice(door: Door) -> None:
    """For every type of file."""
    for address in (
        "/api",
        "/api/page/page.js",
        "/api/v1/openapi.json",
        "/metrics",
        "reports/2020/document?as=html",
    ):
        reply = await door.call("GET", address)
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"].count("charset") <= 1, address


# --- events as data ---


async def test_the_events_of_a_request_are_returned_as_stored(door: Door) -> None:
    """As in the log, in the order recorded; at an earlier moment those until then; sealed values as references."""
    other = await door.given(R)
    reference = await door.given(R, assigned("2020-03-03"), answered("2020-03-20"))
    events = await door.json(f"requests/{reference}/events")
    assert [(each["version"], each["type"], each["event"]["on"]) for each in events] == [
        (1, "received", "2020-03-02"), (2, "assigned", "2020-03-03"), (3, "answered", "2020-03-20"),
    ]  # fmt: skip
    assert set(events[0]["event"]["applicant"]) == {"id", "commitment"}
    log = await door.json("events", reference=reference)
    assert log["entries"] == events
    assert (log["next"], log["position"]) == (5, 5)
    earlier = await door.json(f"requests/{reference}/events", recorded_until=str(events[1]["position"]))
    assert earlier == events[:2]
    assert len(await door.json(f"requests/{other}/events")) == 1
    assert (await door.get("requests/2020-0099/events")).status_code == 404


async def test_a_log_that_was_truncated_and_continued_is_detected(door: Door) -> None:
    """A standby without the last entry is promoted and records: a caller that follows by position alone would miss the new
    entry, but it can compare the leaf hash of the last one.
    """
    await door.given(R)
    lost = await door.record("requests", R)
    seen = await door.json("events")
    assert (seen["next"], seen["leaf"]) == (3, lost["leaf"])
    assert (await door.json("events", after=3, leaf=seen["leaf"]))["entries"] == []
    async with connected(door.dsn) as connection:
        await connection.execute(
            "SET session_replication_role = replica; DELETE FROM events WHERE position = 3;"
            "DELETE FROM requests WHERE number = 2; UPDATE heads SET position = 2"
        )
    assert (await door.get("events", after=3, leaf=seen["leaf"])).json()["code"] == "beyond_the_log"
    await door.record("requests", received("2020-03-03"))
    await door.record("requests", received("2020-03-04"))
    replaced = await door.get("events", after=3, leaf=seen["leaf"])
    assert (replaced.status_code, replaced.json()["code"]) == (422, "log_replaced")
    first = await door.json("events", limit=2)
    again = await door.json("events", after=2, leaf=first["leaf"])
    assert [each["event"]["on"] for each in again["entries"]] == ["2020-03-03", "2020-03-04"]


async def test_the_feed_is_filtered_by_type_and_request(door: Door) -> None:
    """Other entries are skipped: `next` is the position read so far, and following it returns all."""
    for _ in range(3):
        await door.given(R, answered("2020-03-20"))
    page = await door.json("events", type="answered", limit=4)
    assert [(each["position"], each["type"]) for each in page["entries"]] == [(3, "answered")]
    assert page["next"] == 4
    rest = await door.json("events", type="answered", after=4)
    assert [each["position"] for each in rest["entries"]] == [5, 7]
    end = await door.json("events", after=7)
    assert (end["entries"], end["next"], end["position"], end["leaf"]) == ([], 7, 7, rest["leaf"])
    beyond = await door.get("events", after=8, wait=30)
    assert (beyond.status_code, beyond.json()["code"]) == (422, "beyond_the_log")
    both = await door.json("events", type="received", reference="2020-0002")
    assert [each["stream"] for each in both["entries"]] == ["request/2020-0002"]
    for query, field in (
        ({"type": "nothing"}, "type"),
        ({"reference": "x"}, "reference"),
        ({"type": ""}, "type"),
    ):
        wrong = await door.get("events", **query)
        assert (wrong.status_code, wrong.json()["field"]) == (400, field)


ORDERS = {
    # No day of closing or due date: 4, 5, 8 and 10 are open, 5 waits and 9 lapsed while it did.
    "reference": "1 2 3 4 5 6 7 8 9 10 11 12",
    "-reference": "12 11 10 9 8 7 6 5 4 3 2 1",
}


@pytest.mark.parametrize("sort", ["reference", "-reference", "received_on", "-received_on", "due_on", "-due_on", "closed_on", "-closed_on"])  # fmt: skip
async def test_a_list_in_each_order(register: Door, sort: str) -> None:
    """By the values of the rows; rows without the date come last; equal ones are ordered by reference."""
    page = await register.json("requests", sort=sort)
    assert page["total"] == 12
    assert page["next"] is None
    named = [each["reference"] for each in page["requests"]]
    if sort in ORDERS:
        assert named == [f"2020-{int(nth):04d}" for nth in ORDERS[sort].split()]
        return
    by = sort.removeprefix("-")
    days = [each[by] for each in page["requests"]]
    dated = [day for day in days if day is not None]
    assert days == sorted(dated, reverse=sort.startswith("-")) + [None] * (12 - len(dated))
    paged = [
        each["reference"]
        for offset in range(0, 15, 5)
        for each in (await register.json("requests", sort=sort, limit=5, offset=offset))["requests"]
    ]
    assert paged == named
    assert sorted(named) == [f"2020-{nth:04d}" for nth in range(1, 13)]


async def test_a_list_has_its_total(register: Door) -> None:
    """Of all matching requests, on any page, at an earlier moment and now; later pages do not count again."""
    for query, total in (
        ({}, 12),
        ({"stage": "in_hand"}, 3),
        ({"stage": "in_hand", "offset": 3}, 3),
        ({"unit": "无"}, 0),
    ):
        for until in ({}, {"recorded_until": str(LAST)}):
            assert (await register.json("requests", limit=1, **query, **until))["total"] == total
    first = await register.json("requests", limit=5)
    assert (first["total"], first["next"]) == (12, "2020-0005")
    assert (await register.json("requests", limit=5, after="2020-0005"))["total"] is None


async def test_a_list_of_what_changed_since(register: Door) -> None:
    """A program that has read up to a position queries later changes; a changed request is returned once, in its current state."""
    assert (await register.json("requests", changed_since=LAST))["requests"] == []
    await register.record("requests/2020-0004/events", assigned("2020-03-10", "法制科"))
    page = await register.json("requests", changed_since=LAST)
    assert [each["reference"] for each in page["requests"]] == ["2020-0004"]
    assert page["position"] == LAST + 1
    past = await register.json("requests", changed_since=LAST - 1, recorded_until=str(LAST))
    assert [each["reference"] for each in past["requests"]] == ["2020-0012"]


@pytest.mark.parametrize(
    "query",
    [
        {"after": "2020-0001", "sort": "due_on"}, {"after": "2020-0001", "offset": 1}, {"sort": "name"},
        {"offset": -1}, {"offset": 100_001}, {"changed_since": -1}, {"changed_since": "x"}, {"sort": ""},
    ],
)  # fmt: skip
async def test_an_unknown_order_is_refused(door: Door, query: dict[str, Any]) -> None:
    reply = await door.get("requests", **query)
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")
