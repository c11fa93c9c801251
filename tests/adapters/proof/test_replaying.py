"""A look back: any request at any version, from the log or from a bundle opened with eventsourcing over SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from adapters.proof.bundle_application import BundleApplication
from adapters.proof.bundle_files import Bundle
from adapters.register.register import Register
from domain.law.calendar import national_notices
from domain.request.judging import replay
from domain.request.refusals import RequestUnknown
from domain.values import Reference
from projections import timeline
from projections.rejudgement import LawBook
from projections.timeline import Difference
from tests import builders
from tests.adapters.recordings import CODE, day_off_set, line, opened, record

ONE = Reference(2020, 1)


@pytest.fixture
async def office(register: Register) -> Register:
    """Received 2 March, due 30 March (twenty working days, counted by hand); answered a day late, then amended."""
    await opened(register)
    await record(
        register,
        line("r", builders.received("2020-03-02")),
        line("u", builders.assigned("2020-03-02", "法制科"), "#r"),
        line("a", builders.answered("2020-03-31"), "#r", "late_answer"),
    )
    amended = builders.amended("2020-04-02", 3, builders.answered("2020-03-30"))
    await record(register, line("c", amended, "#r"), line("s", builders.received("2020-03-05")))
    await register.proofs.sign_checkpoint(CODE)
    return register


@pytest.fixture
async def bundle(office: Register, tmp_path: Path) -> Bundle:
    await office.proofs.export(CODE, tmp_path / "bundle.zip")
    return Bundle(tmp_path / "bundle.zip")


async def test_a_bundle_opens_as_an_application(office: Register, bundle: Bundle) -> None:
    """Every request at every version is what the register's own log gives, envelope and all."""
    with BundleApplication(bundle) as application:
        async with office.view(CODE) as view:
            for reference in (ONE, Reference(2020, 2)):
                history = await view.history(reference)
                assert application.history(reference) == history
                for version in range(1, len(history) + 1):
                    assert application.request(reference, version) == replay(history[:version], view.law)
                assert application.request(reference) == replay(history, view.law)
        with pytest.raises(RequestUnknown):
            application.request(Reference(2020, 9))
        with pytest.raises(RequestUnknown):
            application.history(Reference(2020, 9))


async def test_the_library_reads_it_in_the_order_of_the_log(bundle: Bundle, tmp_path: Path) -> None:
    """Notifications follow the positions; in a file, SQLite alone reads the entries."""
    with BundleApplication(bundle, str(tmp_path / "bundle.sqlite")) as application:
        found = application.notification_log.select(1, 10)
        assert [application.mapper.to_domain_event(each).position for each in found] == [1, 2, 3, 4, 5, 6]
    with sqlite3.connect(tmp_path / "bundle.sqlite") as connection:
        (entries,) = connection.execute("SELECT count(*) FROM stored_events").fetchone()
    connection.close()
    assert entries == 6


async def test_each_step_says_who_when_by_which_article_and_how_it_stood(office: Register) -> None:
    """The answer was late when it was recorded; since the amendment it is not, and no step forgets that."""
    async with office.view(CODE) as view:
        history, own = await view.history(ONE), await view.authority_history()

    steps = timeline.steps(history, LawBook(own, national_notices()))

    assert [step.line.actor for step in steps] == ["tests"] * 4
    assert [step.article for step in steps] == [
        "第二十九条、第三十一条",
        "第四十五条",
        "第三十六条第二项",
        "第三十六条第二项",
    ]
    assert [step.stood.stage for step in steps] == ["in_hand", "in_hand", "closed", "closed"]
    assert [str(step.stood.due_on) for step in steps] == ["2020-03-30"] * 4
    assert [step.stood.timeliness for step in steps] == [None, None, "late", "service_unproven"]
    assert [step.stood.irregularities for step in steps] == [(), (), ("late_answer",), ()]
    assert [len(step.added) for step in steps] == [0, 0, 1, 0]
    assert [step.line.amended_by for step in steps] == [(), (), (), ()]


async def test_what_differs_between_then_and_now_is_named(office: Register) -> None:
    """Field by field, with the labels of the form; unchanged fields are omitted."""
    async with office.view(CODE) as view:
        history = await view.history(ONE)
        third, now = (timeline.stood(replay(each, view.law)) for each in (history[:3], history))

    assert timeline.differences(third, now) == [
        Difference("version", "登记条数", "3", "4"),
        Difference("closed_on", "办结日期", "2020-03-31", "2020-03-30"),
        Difference("timeliness", "是否按时", "逾期", "尚未登记送达"),
        Difference("taken", "所用工作日", "21", "20"),
        Difference("irregularities", "与规定不符", "逾期答复", "无"),
    ]
    assert timeline.differences(now, now) == []


async def test_a_step_is_judged_by_what_was_known_then(office: Register) -> None:
    """A day off recorded later moves the present term, not the step."""
    await record(office, day_off := line("d", day_off_set("2020-04-01", "2020-03-20")))
    assert day_off.event.title == "设定本机关停止办公日"
    async with office.view(CODE) as view:
        history, own = await view.history(ONE), await view.authority_history()

    book = LawBook(own, national_notices())

    assert str(timeline.steps(history, book)[0].stood.due_on) == "2020-03-30"
    assert str(replay(history, book.present).deadline.due_on) == "2020-03-31"  # type: ignore[union-attr]


def test_a_step_rests_on_the_article_of_what_happened() -> None:
    """不再处理 by what was awaited."""
    assert timeline.article(builders.lapsed("2020-04-02", "fee"), ()) == "第四十二条"
    assert timeline.article(builders.lapsed("2020-04-02", "supplement"), ()) == "第三十条"


def test_annulled_it_stands_as_nothing() -> None:
    history = builders.recorded(builders.received("2020-03-02"), builders.amended("2020-03-03", 1, None))
    stood = timeline.stood(replay(history, builders.LAW))

    assert (stood.stage, stood.word("stage"), stood.word("due_on"), stood.word("outcome")) == (
        "none",
        "已作废",
        "无",
        "无",
    )
