"""The annual report in the store: pinned under the lock, refused, published, restated, verified, rebuilt."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres import embedded
from adapters.proof import bundle_check
from adapters.refusals import (
    EditionUnknown,
    IdempotencyKeyReused,
    IdentitiesFailed,
    NotComplete,
    RecordedAlone,
)
from adapters.register.reading import reports_due
from adapters.register.recording import decoding
from adapters.register.recording.recording import Recording
from adapters.register.register import Refused, Register, Reply
from adapters.views import Until
from api.today import today
from domain.law.irregularities import NotAcknowledged
from domain.law.refusals import Malformed, UnknownCode, WrongStream
from domain.report.official_form import TOTAL
from domain.report.refusals import ChangedSinceSubmission, ReportNotCompiled
from domain.report.state import AnnualReport
from tests.adapters import recordings
from tests.adapters.recordings import CODE, line, opened
from tests.builders import amended, answered, assigned, received, served

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

YEAR = 2020
YEAR_OF_SEALING = today().year  # the database's clock says when it was sealed
TEXT = "全年收到申请{requests.new.total}件，期限内办结{handling.on_time}件；培训{work.training}次。"


def of_report(
    id_: str, type_: str, on: str, *acknowledged: str, year: int = YEAR, **fields: Any
) -> Recording:
    words = {"type": type_, "on": on, **fields}
    meant = {"id": id_, "stream": f"report/{year}", "event": words, "acknowledged": acknowledged}
    return decoding.convert(meant)


async def record(register: Register, *lines: Recording, actor: str = "甲") -> list[Reply]:
    return [await register.record(CODE, each, actor=actor) for each in lines]


async def filled(register: Register) -> Register:
    """Two requests of 2020, one closed, and what is written for the report."""
    await opened(register)
    await recordings.record(
        register,
        line("r1", received("2020-03-02")),
        line("a1", answered("2020-03-20"), "2020-0001"),
        line("s0", served("2020-03-20"), "2020-0001"),
        line("r2", received("2020-12-28")),
        of_report(
            "f1", "figure_entered", "2021-01-04", row="fees", column="本年增/减", value="-1", source="财务科"
        ),
        of_report("w1", "work_recorded", "2020-06-01", kind="training", number=2),
        of_report("n1", "narrative_written", "2021-01-04", section="overview.on_request", text=TEXT),
    )
    return register


async def published(register: Register, *, edition: int = 1, on: str = "2021-01-20") -> Register:
    month = on[:8]
    await record(
        register,
        *([of_report("c1", "report_compiled", "2021-01-04")] if edition == 1 else []),
        of_report(f"s{edition}", "report_submitted", f"{month}11"),
    )
    await record(register, of_report(f"ok{edition}", "report_approved", f"{month}12"), actor="乙")
    await record(register, of_report(f"p{edition}", "report_published", on))
    return register


async def state(register: Register) -> AnnualReport:
    async with register.reports(CODE) as reports:
        return await reports.state(YEAR)


async def test_a_report_is_published_as_it_was_approved_and_can_be_printed_again(register: Register) -> None:
    """Counted by hand: two new, one closed in time, one carried out; two trainings."""
    await published(await filled(register))
    first = (await state(register)).publications[0]
    assert first.pinned is not None
    assert first.pinned.requests_table["new"] == [2, 0, 0, 0, 0, 0, 2]
    assert first.pinned.requests_table["carried_out"] == [1, 0, 0, 0, 0, 0, 1]
    assert first.pinned.position == first.position - 1
    assert first.pinned.cited == {
        "requests.new.total": "2", "handling.on_time": "1", "work.training": "2",
    }  # fmt: skip
    async with register.reports(CODE) as reports:
        edition = await reports.edition(YEAR)
    assert edition.texts["overview.on_request"] == "全年收到申请2件，期限内办结1件；培训2次。"
    assert edition.digest == first.pinned.digest


async def test_the_same_recording_gets_the_same_reply_and_a_pin_is_made_once(register: Register) -> None:
    """Idempotency as everywhere: repeated after the register has grown, it stores nothing."""
    await published(await filled(register))
    again = of_report("p1", "report_published", "2021-01-20")
    assert await record(register, again) == await record(register, again)
    with pytest.raises(IdempotencyKeyReused):
        await record(register, of_report("p1", "report_published", "2021-01-21"))
    with pytest.raises(IdempotencyKeyReused):
        await record(register, of_report("p1", "report_published", "2021-01-20", year=2019))
    assert len((await state(register)).publications) == 1


async def test_no_sealed_text_lies_outside_the_vault(
    register: Register, server: DatabaseServer, database: str
) -> None:
    """Texts are sealed like all free text."""
    await filled(register)
    entries = await recordings.entries(server.owner(database))
    assert not any("培训{work" in entry.state.decode() for entry in entries)


async def test_what_changed_after_submission_is_not_published(register: Register) -> None:
    """A request answered meanwhile moves the tables: what would be published is not what was approved."""
    await filled(register)
    await record(
        register,
        of_report("c1", "report_compiled", "2021-01-04"),
        of_report("s1", "report_submitted", "2021-01-11"),
    )
    await record(register, of_report("ok1", "report_approved", "2021-01-12"), actor="乙")
    await record(register, line("a2", answered("2020-12-31"), "2020-0002"))
    with pytest.raises(ChangedSinceSubmission):
        await record(register, of_report("p1", "report_published", "2021-01-20"))
    assert (await state(register)).stage == "approved"


async def test_what_pins_is_recorded_by_itself(register: Register) -> None:
    """Beside others of one file it would be unclear which tables it pins; the first problem is reported first."""
    await filled(register)
    both = [
        of_report("c1", "report_compiled", "2021-01-04"),
        of_report("s1", "report_submitted", "2021-01-11"),
    ]
    with pytest.raises(Refused) as refused:
        await register.record_all(CODE, both, actor="甲")
    assert [type(each.refusal) for each in refused.value.problems] == [RecordedAlone]
    with pytest.raises(ReportNotCompiled):
        await record(register, both[1])


async def test_an_unknown_citation_blocks(register: Register) -> None:
    """It would be printed with its braces."""
    await filled(register)
    await record(
        register,
        of_report("n2", "narrative_written", "2021-01-04", section="other", text="{requests.nothing}件"),
        of_report("c1", "report_compiled", "2021-01-04"),
    )
    with pytest.raises(IdentitiesFailed, match="没有的数据"):
        await record(register, of_report("s1", "report_submitted", "2021-01-11"))


async def test_streams_are_not_mixed_up(register: Register) -> None:
    """A report's event goes to a report, a request's to a request, the authority's to the authority."""
    await filled(register)
    lines = [
        {"id": "x", "event": {"type": "report_compiled", "on": "2021-01-04"}},
        {"id": "x", "stream": "authority", "event": {"type": "report_compiled", "on": "2021-01-04"}},
        {"id": "x", "stream": "report/2020", "reference": "2020-0001", "event": {"type": "report_approved", "on": "2021-01-04"}},
        {"id": "x", "stream": "report/2020", "reference": "2020-0001", "event": {"type": "withdrawn", "on": "2021-01-04", "reason": "other"}},
        {"id": "x", "stream": "report/2020", "event": {"type": "renamed", "on": "2021-01-04", "name": "新名", "in_force_from": "2021-01-04"}},
    ]  # fmt: skip
    for body in lines:
        with pytest.raises(WrongStream):
            await record(register, decoding.convert(body))
    with pytest.raises(Malformed, match="report/年度"):
        decoding.convert({**lines[0], "stream": "report/1999"})
    with pytest.raises(UnknownCode):
        await record(
            register, of_report("x", "warning_waived", "2021-01-04", warning="balance", reason="不管")
        )


async def test_a_waiver_is_kept_for_the_years_after(register: Register) -> None:
    """The warning of a blank cell, waived in 2020 with its reason, is waived in 2021."""
    await filled(register)
    await record(
        register, of_report("v1", "warning_waived", "2021-01-04", warning="blank", reason="无此项业务")
    )
    for year in (2020, 2021):
        async with register.reports(CODE) as reports:
            found = (await reports.report(year)).findings
        assert {each.waived for each in found if each.check == "blank"} == {"无此项业务"}
        assert any(each.is_open for each in found)


async def test_recording_into_a_published_year_must_be_acknowledged(register: Register) -> None:
    """Design 6: an answer of 2020 recorded after the report of 2020 moves what it counts."""
    await published(await filled(register))
    late = answered("2020-12-31")
    with pytest.raises(NotAcknowledged) as refused:
        await record(register, line("a2", late, "2020-0002"))
    assert [each.code for each in refused.value.irregularities] == ["published_period"]
    (reply,) = await record(register, line("a2", late, "2020-0002", "published_period"))
    assert reply.irregularities == ("published_period",)
    row = await recordings.row(register, "2020-0002")
    assert row is not None
    assert row.irregularities == ("published_period",)
    await record(
        register, line("r3", received("2021-02-01")), line("a3", answered("2021-02-03"), "2021-0001")
    )


async def test_a_corrected_edition_is_a_new_publication_and_the_old_one_stays(register: Register) -> None:
    """The restatement lists the cells between; after the corrected edition there is none."""
    await published(await filled(register))
    await record(register, line("a2", answered("2020-12-31"), "2020-0002", "published_period"))
    await record(register, of_report("re", "report_restated", "2021-03-01", reason="漏登一件答复"))
    await published(register, edition=2, on="2021-03-20")
    first, second = (await state(register)).publications
    assert first.pinned is not None
    assert second.pinned is not None
    assert (
        first.pinned.requests_table["carried_out"][-1],
        second.pinned.requests_table["carried_out"][-1],
    ) == (1, 0)
    async with register.reports(CODE) as reports:
        editions = [await reports.edition(YEAR, number) for number in (1, 2)]
        documents = [await reports.document(YEAR, number) for number in (1, 2)]
        with pytest.raises(EditionUnknown):
            await reports.edition(YEAR, 3)
    assert [each.digest for each in editions] == [first.pinned.digest, second.pinned.digest]
    assert [str(each.issued_on) for each in documents] == ["2021-01-20", "2021-03-20"]


async def test_a_published_report_is_to_be_corrected_while_its_figures_differ(register: Register) -> None:
    """Until the change is undone, or a corrected edition is begun; what moves no cell is none."""

    async def due() -> list[tuple[int, str, bool]]:
        async with register.reports(CODE, checked=False) as reports:
            found = await reports_due.due(reports, date(2022, 6, 1), whole=False)
        return [(each.year, each.stage, each.corrects) for each in found if each.year == YEAR]

    await published(await filled(register))
    await record(register, line("as1", assigned("2020-12-29"), "2020-0002"))
    assert await due() == []
    await record(register, line("a2", answered("2020-12-31"), "2020-0002", "published_period"))
    assert await due() == [(YEAR, "published", True)]
    undone = line("x2", amended("2021-04-01", 3), "2020-0002", "published_period", reason="误记")
    await record(register, undone)
    assert await due() == []
    await record(register, line("a3", answered("2020-12-31"), "2020-0002", "published_period"))
    assert await due() == [(YEAR, "published", True)]
    await record(register, of_report("re", "report_restated", "2021-04-02", reason="漏登一件答复"))
    assert await due() == [(YEAR, "compiled", True)]
    await published(register, edition=2, on="2021-04-20")
    assert await due() == []


async def test_the_checkpoint_of_the_year_s_end_is_printed_where_there_is_one(register: Register) -> None:
    """Issue 8: log size and root, as sealed by 31 December; a log sealed later has nothing for that day."""
    await filled(register)
    await register.proofs.sign_checkpoint(CODE)
    async with register.reports(CODE) as reports:
        (note,) = (await reports.document(YEAR_OF_SEALING)).notes
        assert (await reports.document(YEAR)).notes == ()
    assert re.fullmatch(
        r"截至\d{4}年12月31日，.*共登记8条，其存证点：taizhang/huadu，8，[A-Za-z0-9+/]{43}=", note
    )


async def test_next_year_is_held_against_what_was_published(register: Register) -> None:
    """2020 published one carried out; closed by a late entry, 2021 carries in none: a warning with both sides."""
    await published(await filled(register))
    await record(register, line("a2", answered("2020-12-31"), "2020-0002", "published_period"))
    async with register.reports(CODE) as reports:
        found = (await reports.report(2021)).findings
    assert [(each.column, each.left, each.right) for each in found if each.check == "carry"] == [
        ("natural_person", "0", "1"), (TOTAL, "0", "1"),
    ]  # fmt: skip


async def test_a_year_before_the_register_is_complete_is_not_submitted(register: Register) -> None:
    await filled(register)
    await record(register, of_report("c0", "report_compiled", "2021-01-04", year=2017))
    with pytest.raises(NotComplete):
        await record(register, of_report("submitted 2017", "report_submitted", "2021-01-04", year=2017))


async def test_verify_rebuild_and_an_earlier_moment_know_the_same(
    register: Register, server: DatabaseServer, database: str
) -> None:
    """Derived from positions: the register as it is, rebuilt, and as it was recorded until a moment agree."""
    await published(await filled(register))
    await record(register, line("a2", answered("2020-12-31"), "2020-0002", "published_period"))
    await record(
        register,
        line(
            "x1",
            amended("2021-04-01", 2, answered("2021-01-05")),
            "2020-0002",
            "published_period",
            reason="误记",
        ),
    )
    await register.proofs.sign_checkpoint(CODE)
    before = await recordings.row(register, "2020-0002")
    verified = await register.proofs.verify(CODE)
    assert (verified.holds, verified.requests, verified.counts) == (True, 2, {})
    async with recordings.connected(server.runtime(database)) as connection:
        await connection.execute("SET taizhang.authority = '1'")
        await connection.execute("UPDATE heads SET published = '{}'")
    assert await register.rebuild(CODE) == []
    assert await recordings.row(register, "2020-0002") == before
    assert (await register.proofs.verify(CODE)).holds
    async with register.view(CODE, Until(position=await register.position(CODE))) as view:
        assert view.law.published == {2020: 12}


async def test_a_bundle_of_later_days_brings_what_was_published_along(
    register: Register, tmp_path: Path
) -> None:
    """A late entry is judged against the publication, whether inside the queried days or not."""
    await published(await filled(register))
    await record(register, line("a2", answered("2020-12-31"), "2020-0002", "published_period"))
    await register.proofs.sign_checkpoint(CODE)
    target = tmp_path / "bundle.zip"
    exported = await register.proofs.export(CODE, target, since=date(2026, 1, 1), with_sealed=True)
    assert exported.requests == 2
    found = bundle_check.verify(target)
    assert (found.holds, found.requests, found.findings) == (True, 2, ())


async def test_a_publication_of_other_tables_than_the_log_s_is_found(
    register: Register, server: DatabaseServer, database: str
) -> None:
    """Whoever publishes past the program what the register does not say: two received, three printed."""
    await published(await filled(register))
    assert (await register.proofs.verify(CODE)).counts == {}
    async with recordings.connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        await connection.execute(
            "UPDATE events SET payload = convert_to(replace(convert_from(payload, 'UTF8'), $1, $2), 'UTF8')"
            " WHERE topic = 'report_published'",
            "[2,0,0,0,0,0,2]",
            "[3,0,0,0,0,0,3]",
        )
    verified = await register.proofs.verify(CODE)
    assert "pinned_differs" in verified.counts
    assert "日志位置" in next(each.text for each in verified.findings if each.code == "pinned_differs")


async def test_a_publication_that_was_not_approved_is_found_in_a_log(
    register: Register, server: DatabaseServer, database: str
) -> None:
    """Re-judging finds an approval by the submitter that was written straight into the database."""
    await published(await filled(register))
    async with recordings.connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        await connection.execute("UPDATE events SET actor = '甲' WHERE topic = 'report_approved'")
    counts = (await register.proofs.verify(CODE)).counts
    assert counts["act_impossible"] == 1
