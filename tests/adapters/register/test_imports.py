"""An earlier register brought in: one batch through the one way to record, all or nothing, again only what changed, taken
back as a whole.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.refusals import ImportChangedSince
from adapters.register.imports.import_plan import Plan
from adapters.register.register import Recording, Refused, Register
from adapters.report_files.spreadsheet import read
from domain.authority.import_events import Imported
from domain.authority.refusals import ImportUnknown
from domain.law.refusals import Malformed
from domain.request import events
from domain.request.parties import Provenance
from domain.request.refusals import NoSuchImport
from domain.values import Period, Reference
from projections.importing.reading import Reading, read_book
from tests.adapters.recordings import CODE, history, line, opened, record, tables
from tests.builders import answered, erasure_requested, personal_data_erased, received, served
from tests.untidy_registers import untidy

TODAY = date(2026, 11, 20)
HEAD = "登记号,收到日期,申请人,申请人类别,申请方式,申请内容,答复日期,办理结果,文号"
FIRST = """\
2020-0001,2020.3.2,张三,个人,邮寄,预算,2020.3.20,予以公开,公开〔2020〕1号
2020-0002,2020.3.5,某公司,企业,网上,规划,2020.4.1,信息不存在,公开〔2020〕2号
2020-0003,2020.3.6,李四,个人,当面,批复,,,
"""
CHANGED = """\
2020-0001,2020.3.2,张三,个人,邮寄,预算,2020.3.20,部分公开,公开〔2020〕1号
2020-0002,2020.3.5,某公司,企业,网上,规划,2020.4.1,信息不存在,公开〔2020〕2号
2020-0003,2020.3.6,李四,个人,当面,批复,2020.3.30,撤回,
2020-0004,2020.3.9,王五,个人,当面,图纸,,,
"""
YEAR = Period.year(2020)


def reading(text: str) -> Reading:
    return read_book(read(f"{HEAD}\n{text}".encode(), "台账.csv"))


async def planned(register: Register, text: str) -> Plan:
    found = reading(text)
    return await register.imports.plan(CODE, found.rows, found.digest, TODAY, actor="importer")


async def imported(register: Register, text: str) -> Plan:
    plan = await planned(register, text)
    await register.imports.commit(CODE, plan, TODAY, actor="importer")
    return plan


def batch_of(digest: str, count: int) -> Any:
    return Recording(id="batch", event=Imported(TODAY, digest, 1, count))  # type: ignore[arg-type]


def states(plan: Plan) -> dict[str, int]:
    return dict(Counter(each.state for each in plan.rows))


async def counted(register: Register) -> tuple[dict[str, Any], dict[str, Any]]:
    found = await tables(register, YEAR)
    return (
        {row: cells[-1] for row, cells in found.requests_table.items() if cells[-1]},
        {route: results for route, results in found.appeals_table.items() if any(results.values())},
    )


async def test_a_plan_stores_nothing(register: Register) -> None:
    await opened(register)
    plan = await planned(register, FIRST)

    assert states(plan) == {"new": 3}
    assert await register.position(CODE) == 1


async def test_a_batch_is_one_event_and_the_entries_that_follow(register: Register) -> None:
    """Each names file, sheet and row; the envelope names who imported it; the receipt rests on the old register."""
    await opened(register)
    await imported(register, FIRST)

    (batch,) = await register.imports.imports(CODE)
    assert (batch.number, batch.position, batch.row_count, batch.entry_count) == (1, 2, 3, 5)
    assert batch.file_digest == reading(FIRST).digest
    entries = await history(register, "2020-0002")
    assert [type(entry.event) for entry in entries] == [events.Received, events.Answered]
    assert [entry.actor for entry in entries] == ["importer"] * 2
    sources = [entry.event.provenance for entry in entries]  # type: ignore[attr-defined]
    assert [(each.file_digest, each.sheet_no, each.row_no) for each in sources] == [
        (batch.file_digest, 1, 3)
    ] * 2
    assert sources[0].original_no == "2020-0002"
    assert getattr(entries[0].event, "receipt_basis") == "imported"  # noqa: B009
    assert await counted(register) == (
        {"new": 3, "granted": 1, "unable.not_held": 1, "total": 2, "carried_out": 1}, {},
    )  # fmt: skip


async def test_the_same_file_again_changes_nothing(register: Register) -> None:
    await opened(register)
    await imported(register, FIRST)
    before = await register.position(CODE)

    plan = await imported(register, FIRST)

    assert states(plan) == {"same": 3}
    assert await register.position(CODE) == before


async def test_importing_again_changes_only_what_changed(register: Register) -> None:
    """By preview first; the answer is amended, the closing added, the new request received, the rest untouched."""
    await opened(register)
    await imported(register, FIRST)

    plan = await planned(register, CHANGED)
    assert [each.state for each in plan.rows] == ["changed", "same", "changed", "new"]
    assert "办理结果" in plan.rows[0].says[0]
    await register.imports.commit(CODE, plan, TODAY, actor="importer")

    assert [type(entry.event) for entry in await history(register, "2020-0001")] == [
        events.Received, events.Answered, events.EntryAmended,
    ]  # fmt: skip
    assert len(await history(register, "2020-0002")) == 2
    assert await counted(register) == (
        {"new": 4, "granted_in_part": 1, "unable.not_held": 1, "other": 1, "total": 3, "carried_out": 1}, {},
    )  # fmt: skip


async def test_another_register_with_the_same_numbers_overwrites_nothing(register: Register) -> None:
    """If both day and applicant differ, the equal number is a coincidence."""
    await opened(register)
    await imported(register, FIRST)

    plan = await planned(register, FIRST.replace("张三", "赵六").replace("2020.3.2,", "2020.2.2,"))

    assert [each.state for each in plan.rows] == ["refused", "same", "same"]
    assert "是否为另一件" in plan.rows[0].row.problems[0]


async def test_two_registers_of_one_numbering_are_kept_apart_on_the_same_day(register: Register) -> None:
    """序号 1 of each: with another applicant and description it is another request; a mistake in one of them makes none."""
    await opened(register)
    await imported(register, FIRST)
    other = await planned(register, FIRST.replace("张三", "赵六").replace("预算", "道路"))
    assert [each.state for each in other.rows] == ["refused", "same", "same"]
    assert "申请人和申请或补正的内容却都不同" in other.rows[0].row.problems[0]
    assert states(await planned(register, FIRST.replace("张三", "张珊"))) == {"changed": 1, "same": 2}


async def test_what_was_erased_does_not_come_back_with_the_file(register: Register) -> None:
    """个人信息保护法第四十七条: the same file changes nothing, a changed one only the rest; taken back, it stays erased."""
    await opened(register)
    await imported(register, FIRST)
    await record(
        register, line("requested", erasure_requested("2026-11-19", "all", "依法应当删除"), "2020-0001")
    )
    await register.record_all(
        CODE, [line("erased", personal_data_erased("2026-11-20", 3), "2020-0001")], actor="another"
    )
    assert states(await planned(register, FIRST)) == {"same": 3}

    await imported(register, CHANGED.replace("邮寄,预算", "当面,预算"))
    await register.imports.annul(CODE, 2, TODAY, actor="importer")
    replaced = [
        entry.event.replacement
        for entry in await history(register, "2020-0001")
        if isinstance(entry.event, events.EntryAmended)
    ]
    receipts = [each for each in replaced if isinstance(each, events.Received)]
    assert [each.channel for each in receipts] == ["in_person", "post"]
    first = (await history(register, "2020-0001"))[0].event
    assert {each.applicant.id for each in receipts} == {first.applicant.id}  # type: ignore[attr-defined]


async def test_what_an_officer_corrected_is_theirs(register: Register) -> None:
    """An unchanged row changes nothing; a changed one is reported and not recorded."""
    await opened(register)
    await imported(register, FIRST)
    amendment = {
        "type": "entry_amended", "on": "2026-11-19", "version": 2, "reason": "核对原件",
        "replacement": {
            "type": "answered", "on": "2020-03-21", "outcome": "granted", "legal_basis": "第三十六条", "document_no": "1号",
        },
    }  # fmt: skip
    await record(register, line("mine", amendment, "2020-0001", "late_answer"), acknowledge_all=True)

    same = await planned(register, FIRST)
    changed = await planned(register, CHANGED)

    assert states(same) == {"same": 3}
    assert changed.rows[0].state == "refused"
    assert "经办人更正" in changed.rows[0].row.problems[0]


async def test_a_batch_is_taken_back_as_a_whole_and_can_come_again(register: Register) -> None:
    """The later one first; numbers stay, and nothing leaves the log."""
    await opened(register)
    await imported(register, FIRST)
    first = await counted(register)
    await imported(register, CHANGED)
    second = await counted(register)

    with pytest.raises(ImportChangedSince):
        await register.imports.annul(CODE, 1, TODAY, actor="importer")
    await register.imports.annul(CODE, 2, TODAY, actor="importer")
    assert await counted(register) == first
    await register.imports.annul(CODE, 1, TODAY, actor="importer")
    assert await counted(register) == ({}, {})
    with pytest.raises(ImportUnknown):
        await register.imports.annul(CODE, 1, TODAY, actor="importer")

    plan = await imported(register, CHANGED)
    assert states(plan) == {"changed": 4}
    assert await counted(register) == second
    assert [each.annulled_on for each in await register.imports.imports(CODE)] == [TODAY, TODAY, None]


async def test_what_officers_recorded_since_keeps_a_batch(register: Register) -> None:
    await opened(register)
    await imported(register, FIRST)
    await record(register, line("served", served("2020-03-20"), "2020-0001"))
    before = await register.position(CODE)

    with pytest.raises(ImportChangedSince, match="2020-0001"):
        await register.imports.annul(CODE, 1, TODAY, actor="importer")
    assert await register.position(CODE) == before


async def test_a_row_that_the_register_refuses_is_named(register: Register) -> None:
    """Its number is used already; the others could be recorded."""
    await opened(register)
    await record(register, line("own", received("2020-02-03"), "2020-0002"))

    plan = await planned(register, FIRST)

    assert [each.state for each in plan.rows] == ["new", "refused", "new"]
    assert "2020-0002" in plan.rows[1].row.problems[0]


async def test_a_refusal_says_which_step_of_the_row_it_is_about(register: Register) -> None:
    """In words alone: a day that has not come is that of the receipt or that of the answer."""
    await opened(register)
    late = FIRST.replace("2020.3.20", "2099.12.1").replace("2020.3.6", "2099.12.1")
    plan = await planned(register, late)
    problems = [each.row.problems[0] for each in plan.rows if each.row.problems]
    assert [each.split("，")[0] for each in problems] == [
        "答复：日期（on）为2099-12-01", "收到申请：日期（on）为2099-12-01",
    ]  # fmt: skip
    assert problems[0].endswith("［in_the_future］")


async def test_all_or_nothing_where_something_came_between(register: Register) -> None:
    """A plan that no longer holds when it is committed stores nothing."""
    await opened(register)
    plan = await planned(register, FIRST)
    await record(register, line("own", received("2020-02-03"), "2020-0002"))
    before = await register.position(CODE)

    with pytest.raises(Refused):
        await register.imports.commit(CODE, plan, TODAY, actor="importer")
    assert await register.position(CODE) == before


async def test_provenance_comes_with_its_import_alone(register: Register) -> None:
    """Nobody records an entry as imported beside an import, and an import counts its entries."""
    await opened(register)
    source = Provenance("ab" * 32, 1, 17)
    lone = line("lone", received("2020-02-03", receipt_basis="imported", provenance=source))
    with pytest.raises(Refused) as refused:
        await record(register, lone)
    assert isinstance(refused.value.problems[0].refusal, NoSuchImport)

    for digest, count, rule in (("cd" * 32, 1, NoSuchImport), ("ab" * 32, 2, Malformed)):
        batch = batch_of(digest, count)
        with pytest.raises(Refused) as refused:
            await record(register, batch, lone)
        assert any(isinstance(each.refusal, rule) for each in refused.value.problems)


async def test_an_import_closes_no_case_that_is_handled_here(register: Register) -> None:
    await opened(register)
    await record(register, line("own", received("2020-02-03"), "2020-0001"))
    source = Provenance("ab" * 32, 1, 17)
    batch = batch_of("ab" * 32, 1)
    with pytest.raises(Refused) as refused:
        await record(
            register,
            batch,
            line("answer", answered("2020-03-02", provenance=source), "2020-0001"),
            acknowledge_all=True,
        )
    assert refused.value.problems[0].refusal.code == "receipt_not_imported"


async def test_an_untidy_register_of_two_years_has_the_right_counts(register: Register) -> None:
    """Each year's table is what the generator meant, but for the rows that were reported."""
    await opened(register)
    made = untidy(400, 11)
    found = read_book(read(made.content, "台账.xlsx"))
    plan = await register.imports.plan(CODE, found.rows, found.digest, TODAY, actor="importer")
    await register.imports.commit(CODE, plan, TODAY, actor="importer")

    good = [each for each in made.meant if not each.slip]
    assert len(plan.refused) == len(made.meant) - len(good)
    for year in (2019, 2020):
        table = (await tables(register, Period.year(year))).requests_table
        received_then = [each for each in good if each.received_on.year == year]
        closed_then = Counter(each.outcome for each in good if each.closed_on and each.closed_on.year == year)
        rows = {
            "new": len(received_then),
            "granted": closed_then["granted"],
            "unable.not_held": closed_then["unable.not_held.nonexistent"]
            + closed_then["unable.not_held.not_ours"],
            "other": closed_then["other.unspecified.withdrawn"],
            "total": sum(count for outcome, count in closed_then.items() if outcome),
        }
        assert {row: table[row][-1] for row in rows} == rows


async def test_rows_without_numbers_are_known_again(register: Register) -> None:
    """By their receipt: the same file again adds nothing, and two rows alike are two requests."""
    await opened(register)
    text = "收到日期,申请人类别,申请方式,申请内容\n2020.3.2,个人,邮寄,甲路批复\n2020.3.2,个人,邮寄,甲路批复\n2020.3.3,个人,邮寄,乙路批复\n"

    for state in ("new", "same"):
        found = read_book(read(text.encode("gb18030"), "台账.csv"))
        plan = await register.imports.plan(CODE, found.rows, found.digest, TODAY, actor="importer")
        assert states(plan) == {state: 3}
        await register.imports.commit(CODE, plan, TODAY, actor="importer")
    assert await counted(register) == ({"new": 3, "carried_out": 3}, {})
    without = replace(found.mapping, subjects="none")
    left = read_book(read(text.encode("gb18030"), "台账.csv"), without)
    plan = await register.imports.plan(CODE, left.rows, left.digest, TODAY, actor="importer")
    assert "new" not in states(plan)  # a subject that the program offers is no part of what a row is known by
    assert (await history(register, "2020-0003"))[0].originator_id == Reference(2020, 3).stream
