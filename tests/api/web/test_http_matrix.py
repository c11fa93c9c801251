"""R14: every event in every stage over HTTP, by the table typed from the contract in `tests/domain/request/test_stages.py`.

An impossible pair is refused with a stable code and stores nothing; a possible one is stored, at once or when
exactly what it adds is acknowledged.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.api.conftest import Door
from tests.builders import received
from tests.domain.request.test_stages import (
    CELLS,
    EARLIER,
    HISTORIES,
    NAMES,
    ROWS,
    STAGE,
    example,
    leads_to,
    rule_of,
)

COUNTED = {"×": 95, "=": 81, "→": 16}
"""Number of cells of the table by kind, counted by hand: 32 rows of six."""

ELSEWHERE = {"document_filed", "personal_data_erased"}
"""Sent as bytes, or by another person than the requester: tested in test_documents."""
POSTED = [name for name in ROWS if name not in ELSEWHERE]


def kind(name: str, stage: str) -> str:
    cell = ROWS[name][stage]
    return cell if cell in "×=" else "→"


def test_the_table_is_complete() -> None:
    """Every pair but those of two rows is tested below: of 192 this many of each kind."""
    assert Counter(kind(*cell) for cell in CELLS) == COUNTED
    assert sum(COUNTED.values()) == 32 * 6


async def in_stage(door: Door, stage: str) -> str:
    """The reference of a request in this stage, every mark set; for `none` a reference without a request."""
    if stage == "N":
        return "2020-7777"
    reference = await door.given(*HISTORIES[stage])
    assert (await door.json(f"requests/{reference}"))["stage"] == STAGE[stage]
    return reference


@pytest.mark.parametrize("stage", list(STAGE))
async def test_every_event_in_a_stage(door: Door, stage: str) -> None:
    """The whole column: status, code, stage afterwards, and the log before and after."""
    codes: Counter[str] = Counter()
    reference = await in_stage(door, stage)
    for name in sorted(
        POSTED, key=lambda name: kind(name, stage) != "×"
    ):  # a refused event leaves the request unchanged
        if codes["stored"]:
            reference = await in_stage(door, stage)
        event, address = example(name, stage, EARLIER), f"requests/{reference}/events"
        before = await door.stored()
        if name == "received" and stage == "N":
            reply = await door.post("requests", received(EARLIER))
            assert (reply.status_code, reply.json()["version"]) == (201, 1)
            codes["stored"] += 1
            continue
        preview = await door.post(address, event, preview="true")
        reply = await door.post(address, event, f"{stage}-{name}")
        if kind(name, stage) == "×":
            assert reply.status_code == preview.status_code, name
            assert reply.json()["code"] == preview.json()["code"] == code_of(name, stage), name
            assert reply.status_code == {"malformed": 400, "request_unknown": 404}.get(
                reply.json()["code"], 409
            )
            assert await door.stored() == before, name
            codes["refused"] += 1
            continue
        assert preview.status_code == 200, (name, preview.text)
        irregular = sorted({each["code"] for each in preview.json()["irregularities"]})
        if irregular:
            assert (reply.status_code, reply.json()["code"]) == (409, "not_acknowledged"), name
            assert sorted({each["code"] for each in reply.json()["irregularities"]}) == irregular
            assert await door.stored() == before, name
            reply = await door.post(address, event, f"{stage}-{name}", acknowledged=",".join(irregular))
        assert reply.status_code == 201, (name, reply.text)
        assert reply.json()["irregularities"] == irregular
        assert len(await door.stored()) == len(before) + 1
        after = (await door.json(f"requests/{reference}"))["stage"]
        assert after == preview.json()["change"]["stage"][1] == STAGE[str(leads_to(name, stage))], name
        codes["stored"] += 1
    column = Counter(kind(name, stage) for name in POSTED)
    assert codes == Counter(refused=column["×"], stored=column["="] + column["→"])


def code_of(name: str, stage: str) -> str:
    """A receipt is not among the events of a request; without a request every event is refused; else the rule's code."""
    if name == "received":
        return "malformed"
    return "request_unknown" if stage == "N" else rule_of(name, stage).code


@pytest.mark.parametrize("stage", list("ISPCA"))
async def test_a_second_receipt_with_the_same_reference_is_refused(door: Door, stage: str) -> None:
    """received × every stage but none, as a receipt that gives the existing reference."""
    reference = await in_stage(door, stage)
    before = await door.stored()
    refused = await door.post("requests", received("2020-03-02"), reference=reference)
    assert (refused.status_code, refused.json()["code"]) == (409, "reference_taken")
    assert await door.stored() == before


async def test_possible_equals_the_column_of_the_stage(door: Door) -> None:
    """The case view lists exactly the events that the table allows in the stage, every mark being set."""
    for stage, name_of_stage in zip("ISPCA", NAMES[1:], strict=True):
        case = await door.json(f"requests/{await in_stage(door, stage)}")
        assert case["stage"] == name_of_stage
        assert set(case["possible"]) == {name for name in ROWS if leads_to(name, stage)}, stage
