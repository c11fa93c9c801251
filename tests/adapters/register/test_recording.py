"""Recording through the one door: what is stored, what is answered, what changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.refusals import IdempotencyKeyReused
from adapters.register.recording.decoding import convert
from adapters.register.register import Recording, Refused, Register, Reply
from domain.law.irregularities import NotAcknowledged
from domain.law.refusals import AcknowledgedWithoutCause
from domain.report import official_form
from domain.request.refusals import AlreadyAnswered, RequestUnknown
from domain.values import Period, Reference
from tests.adapters.recordings import at_first

RECEIVED = {
    "type": "received",
    "on": "2020-03-02",
    "channel": "post",
    "receipt_basis": "signed_for",
    "applicant_kind": "natural_person",
    "applicant": {"name": "张三", "id_kind": "resident_id", "id_number": "110101199001010000"},
    "description": "请求公开某项目批复",
    "delivery": "paper",
}
ANSWERED = {
    "type": "answered",
    "on": "2020-03-20",
    "outcome": "granted.provided",
    "legal_basis": "第三十六条第二项",
    "document_no": "公开〔2020〕1号",
}
OFFICE = {
    "type": "registered",
    "on": "2020-01-01",
    "code": "huadu",
    "name": "某区人民政府办公室",
    "kind": "department",
    "complete_since": "2020-01-01",
}


def line(id_: str, event: dict[str, Any], **fields: Any) -> Recording:
    return convert({"id": id_, "event": event, **fields})


@pytest.fixture
async def office(register: Register) -> Register:
    await register.record("huadu", line("office", OFFICE, stream="authority"), actor="tests")
    return register


async def record(register: Register, *lines: Recording, **options: Any) -> list[Reply]:
    return await register.record_all("huadu", lines, actor="tests", **options)


async def test_receives_answers_and_counts(office: Register) -> None:
    """A request received and answered in a year is new and closed in its table."""
    replies = await record(
        office, line("a", RECEIVED), line("b", ANSWERED, reference="#a"), line("c", RECEIVED)
    )

    assert [(reply.reference, reply.version, reply.position) for reply in replies] == [
        ("2020-0001", 1, 2),
        ("2020-0001", 2, 3),
        ("2020-0002", 1, 4),
    ]
    async with office.view("huadu") as view:
        tables = await view.tables(Period.year(2020), official_form.load("2019"))
    assert tables.requests_table["new"] == [2, 0, 0, 0, 0, 0, 2]
    assert tables.requests_table["granted"] == [1, 0, 0, 0, 0, 0, 1]
    assert tables.requests_table["carried_out"] == [1, 0, 0, 0, 0, 0, 1]
    assert tables.discrepancies == []
    assert tables.position == 4


async def test_all_or_nothing(office: Register) -> None:
    """One line with a problem stores none of them, and every problem is listed by its line."""
    with pytest.raises(Refused) as refused:
        await record(
            office,
            line("a", RECEIVED),
            line("b", ANSWERED, reference="#a"),
            line("c", ANSWERED, reference="#a"),
            line("d", ANSWERED, reference="2020-0099"),
        )

    found = [(problem.index, type(problem.refusal)) for problem in refused.value.problems]
    assert found == [(2, AlreadyAnswered), (3, RequestUnknown)]
    async with office.view("huadu") as view:
        assert await view.histories([Reference(2020, 1)]) == []


async def test_unlawful_is_stored_only_when_acknowledged(office: Register) -> None:
    """A late answer is recorded if an officer acknowledges exactly that code."""
    late = ANSWERED | {"on": "2020-03-31"}
    await record(office, line("a", RECEIVED))

    with pytest.raises(NotAcknowledged, match="2020-03-30"):
        await office.record("huadu", line("b", late, reference="2020-0001"), actor="tests")
    with pytest.raises(AcknowledgedWithoutCause):
        await office.record(
            "huadu",
            line("b", late, reference="2020-0001", acknowledged=["late_answer", "late_service"]),
            actor="tests",
        )
    reply = await office.record(
        "huadu", line("b", late, reference="2020-0001", acknowledged=["late_answer"]), actor="tests"
    )

    assert reply.irregularities == ("late_answer",)


async def test_same_id_same_reply(office: Register) -> None:
    """A repeated id gets the stored reply; another body or request under it is refused."""
    first, second = await record(office, line("a", RECEIVED), line("z", RECEIVED))
    answer = await office.record("huadu", line("b", ANSWERED, reference="2020-0001"), actor="tests")

    again = await record(office, line("a", RECEIVED), line("b", ANSWERED, reference="#a"))

    assert [at_first(each) for each in again] == [first, answer]
    for other in (
        line("b", ANSWERED | {"document_no": "另一号"}, reference="2020-0001"),
        line("b", ANSWERED, reference=second.reference),
        line("a", RECEIVED | {"description": "另一内容"}),
    ):
        with pytest.raises(IdempotencyKeyReused):
            await office.record("huadu", other, actor="tests")
    async with office.view("huadu") as view:
        assert len(await view.history(Reference(2020, 1))) == 2
