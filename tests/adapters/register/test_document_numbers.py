"""文号 given out in the transaction that records the paper: in order, no gap, never twice, by however many at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from adapters.register.register import Refused, Register
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.entry import Event
from tests import builders
from tests.adapters.recordings import CODE, day, fetch, line, opened, record
from tests.builders import SEALED

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer


def series(**fields: Any) -> Event:
    on = day("2018-01-01")
    return NumberSeriesSet(
        **{"on": on, "series": "答复", "letters": ("answer",), "in_force_from": on, "prefix": "某公开"}
        | fields
    )


def unnumbered(on: str = "2020-03-20", **fields: Any) -> Event:
    return msgspec.structs.replace(builders.answered(on, **fields), document_no=None)


def numbered(serial: int, on: str = "2020-03-20") -> Event:
    return builders.answered(on, document_no=f"某公开〔2020〕{serial}号")


@pytest.fixture
async def office(register: Register) -> Register:
    """Ten requests of 2020, and a series for answers."""
    await opened(register)
    received = [line(f"r{number}", builders.received("2020-03-02")) for number in range(1, 11)]
    await record(register, line("series", series()), *received)
    return register


async def given(register: Register, *steps: tuple[int, Event], acknowledge_all: bool = True) -> list[Any]:
    """The document numbers of these entries of 2020-000N, one recording after another."""
    found = []
    for number, event in steps:
        id_ = f"{number}-{len(found)}-{msgspec.json.encode(event)!r}"[:100]
        (reply,) = await record(
            register, line(id_, event, f"2020-{number:04}"), acknowledge_all=acknowledge_all
        )
        found.append(reply.document_no)
    return found


async def test_without_a_series_an_answer_says_its_number(register: Register) -> None:
    await opened(register)
    await record(register, line("r", builders.received("2020-03-02")))
    with pytest.raises(Refused) as refused:
        await record(register, line("a", unnumbered(), "2020-0001"))
    assert "document_no" in str(refused.value.problems[0].refusal)
    (reply,) = await record(
        register, line("s", builders.supplement_required("2020-03-03", "2020-03-20"), "2020-0001")
    )
    assert reply.document_no is msgspec.UNSET


async def test_the_next_number_is_taken_and_a_typed_one_moves_the_counter(office: Register) -> None:
    """The same id again has the same number; a number reserved by a draft is not given to others."""
    assert await given(office, (1, unnumbered()), (2, numbered(37)), (3, unnumbered())) == [
        "某公开〔2020〕1号", "某公开〔2020〕37号", "某公开〔2020〕38号",
    ]  # fmt: skip
    drafted = builders.answer_drafted("2020-03-09", document_no="某公开〔2020〕39号")
    await given(office, (4, drafted))
    assert await given(office, (5, unnumbered())) == ["某公开〔2020〕40号"]
    approved = [(4, builders.draft_approved("2020-03-10")), (4, unnumbered(draft="稿一"))]
    assert (await given(office, *approved))[-1] == "某公开〔2020〕39号"

    again = line("again", unnumbered(), "2020-0006")
    first, second = [(await record(office, again, acknowledge_all=True))[0] for _ in range(2)]
    assert (first.document_no, second.document_no, second.repeated) == (
        "某公开〔2020〕41号",
        "某公开〔2020〕41号",
        True,
    )
    assert (
        await office.preview(CODE, line("p", unnumbered(), "2020-0007"), actor="tests")
    ).reply.document_no == ("某公开〔2020〕42号")


async def test_a_correction_keeps_the_number_and_a_slip_does_not_use_up_the_year(office: Register) -> None:
    """A number typed one digit too long is corrected; what was withdrawn is not given out again."""
    await given(office, (1, unnumbered()), (2, numbered(380)))
    assert await given(office, (2, builders.amended("2020-03-23", 2, numbered(2)))) == ["某公开〔2020〕2号"]
    assert await given(office, (3, unnumbered())) == ["某公开〔2020〕3号"]
    assert await given(office, (3, builders.amended("2020-03-23", 2, unnumbered("2020-03-19")))) == [
        "某公开〔2020〕3号"
    ]
    await given(office, (3, builders.amended("2020-03-24", 2)))
    assert await given(office, (4, unnumbered())) == ["某公开〔2020〕4号"]


async def test_numbers_of_one_file_follow_each_other(office: Register) -> None:
    """A correction in the middle counts; a line that is refused has used up nothing."""
    lines = [
        line("a", unnumbered(), "2020-0001"),
        line("b", numbered(50), "2020-0002"),
        line("c", builders.amended("2020-03-23", 2, numbered(2)), "2020-0002"),
        line("d", unnumbered(), "2020-0003"),
    ]
    with pytest.raises(Refused):
        await record(office, *lines, line("e", unnumbered(), "2020-0003"), acknowledge_all=True)
    replies = await record(office, *lines, acknowledge_all=True)
    assert [each.document_no for each in replies] == [f"某公开〔2020〕{number}号" for number in (1, 50, 2, 3)]


async def test_each_kind_has_its_own_counter_or_shares_one(register: Register) -> None:
    """A series of the year of receipt, one counter for two kinds with words of their own, and one apart."""
    await opened(register)
    shared = {"series": "一", "brackets": "round", "ordinal": True, "year_of": "receipt"}
    await record(
        register,
        line("s1", series(**shared, suffix="-补告", letters=("supplement_notice",))),
        line("s2", series(**shared, suffix="-不告")),
        line("s3", series(series="延", prefix="某延", letters=("extension_notice",))),
        *(line(f"r{number}", builders.received("2019-12-30")) for number in range(3)),
    )
    recordings = [
        line("a", builders.supplement_required("2020-01-02", "2020-01-20"), "2019-0001"),
        line("b", unnumbered("2020-01-02"), "2019-0002"),
        line("c", builders.extended("2020-01-03"), "2019-0003"),
        line("d", unnumbered("2020-01-06"), "2019-0003"),
    ]
    replies = await record(register, *recordings, acknowledge_all=True)
    assert [each.document_no for each in replies] == [
        "某公开（2019）第1号-补告", "某公开（2019）第2号-不告", "某延〔2020〕1号", "某公开（2019）第3号-不告",
    ]  # fmt: skip


async def test_two_processes_never_give_out_the_same(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Ten answers at once through two registers, each with connections of its own: 1 to 10, each once."""
    other = await Register.open(server.runtime(database), tmp_path / "keys", size=3)
    try:
        replies = await asyncio.gather(
            *(
                each.record(CODE, line(f"a{number}", unnumbered(), f"2020-{number:04}"), actor="tests")
                for number in range(1, 11)
                for each in [(office, other)[number % 2]]
            )
        )
    finally:
        await other.close()
    assert sorted(str(each.document_no) for each in replies) == sorted(
        f"某公开〔2020〕{number}号" for number in range(1, 11)
    )


async def test_the_list_shows_what_is_missing_and_why(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """A gap is explained by an event; verification misses a number that was taken out behind the register's back."""
    await given(office, (1, numbered(3)), (2, numbered(6)), (3, numbered(9)))
    await given(office, (3, builders.amended("2020-03-23", 2, numbered(7))))
    gap = NumberGapExplained(day("2020-04-01"), "答复", 2020, 1, 2, "设定前用于其他公文")
    await record(office, line("gap", gap))
    (found,) = await office.letters.numbers(CODE, 2020, "答复")
    assert (found.next_document_no, found.next) == ("某公开〔2020〕8号", None)
    assert [(each.serial, each.reference, each.number_state) for each in found.numbers] == [
        (3, "2020-0001", "given"), (6, "2020-0002", "given"), (7, "2020-0003", "given"), (9, "2020-0003", "withdrawn"),
    ]  # fmt: skip
    assert [(each.first_serial, each.last_serial, each.reasons) for each in found.gaps] == [
        (1, 2, ("设定前用于其他公文",)), (4, 5, ()),
    ]  # fmt: skip
    await office.proofs.sign_checkpoint(CODE)
    assert (await office.proofs.verify(CODE)).passed
    await fetch(server.behind(database), "DELETE FROM document_numbers WHERE serial = 6")
    assert [each.code for each in (await office.proofs.verify(CODE)).findings] == ["register_differs"]
    assert await office.rebuild(CODE) == []
    assert (await office.proofs.verify(CODE)).passed


async def test_receipts_and_notices_of_disclosure_bear_numbers_where_a_series_is_for_them(
    register: Register,
) -> None:
    """Of a consultation only the overruled objection of a third party, with what is disclosed and why, leads to a paper."""
    await opened(register)
    consulted = [builders.consultation_opened("2020-03-03", "2020-03-24", name) for name in "甲乙丙"]
    consultation = builders.consultation_opened("2020-03-03", "2020-03-24", "丁", "co_maker")
    closings = [
        builders.consultation_closed("2020-03-16", "甲", "objected", reason=SEALED),
        builders.consultation_closed("2020-03-16", "乙", "objected"),
        builders.consultation_closed("2020-03-16", "丙", "agreed", reason=SEALED),
        builders.consultation_closed("2020-03-16", "丁", "objected", reason=SEALED),
    ]
    replies = await record(
        register,
        line("before", builders.received("2020-02-28")),
        line("series", series(letters=("receipt", "disclosure_notice"), in_force_from=day("2020-03-01"))),
        *(line(f"r{number}", builders.received("2020-03-02")) for number in (1, 2)),
        *(
            line(f"c{nth}", each, "2020-0002")
            for nth, each in enumerate((*consulted, consultation, *closings))
        ),
    )
    assert [each.document_no or None for each in replies] == [
        None, None, "某公开〔2020〕1号", "某公开〔2020〕2号", *[None] * 4, "某公开〔2020〕3号", *[None] * 3,
    ]  # fmt: skip


async def test_papers_of_a_case_share_a_serial_where_the_series_says_so(register: Register) -> None:
    """浦东's habit (law.md II.6): the receipt has the year's next serial, the case's further papers the same with words of
    their own; a second paper of the same words, and one of another year, has a serial of its own.
    """
    await opened(register)
    one = {"series": "一", "brackets": "round", "ordinal": True, "by_case": True}
    replies = await record(
        register,
        line("s1", series(**one, suffix="-收件", letters=("receipt",))),
        line("s2", series(**one, suffix="-不告")),
        line("s3", series(**one, suffix="-延告", letters=("extension_notice",))),
        *(line(f"r{number}", builders.received("2020-12-01")) for number in (1, 2)),
        line("a", builders.extended("2020-12-03"), "2020-0001"),
        line("b", builders.extended("2020-12-04"), "2020-0001"),
        line("c", unnumbered("2020-12-07"), "2020-0002"),
        line("d", unnumbered("2021-01-04"), "2020-0001"),
        line("e", builders.received("2021-01-05")),
        acknowledge_all=True,
    )
    assert [each.document_no for each in replies[3:]] == [
        *("某公开（2020）第1号-收件", "某公开（2020）第2号-收件", "某公开（2020）第1号-延告", "某公开（2020）第3号-延告"),
        *("某公开（2020）第2号-不告", "某公开（2021）第1号-不告", "某公开（2021）第2号-收件"),
    ]  # fmt: skip
