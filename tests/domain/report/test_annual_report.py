"""The events of the annual report: figures, work, texts, and the steps to publication (Art. 45, 49, 50)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from domain.law.refusals import DatesReversed, InTheFuture, Refusal, WrongStream
from domain.report import annual_report, official_form, refusals
from domain.report import events as report
from domain.report.annual_report import admit, due_on, replay, year_in
from domain.report.events import REPORT_EVENTS, ReportEvent, ReportEventBody
from domain.report.state import number_in
from tests.builders import received
from tests.report_builders import (
    PINNED,
    Step,
    annulled,
    approved,
    compiled,
    figure,
    history,
    made,
    published,
    restated,
    returned,
    submitted,
    waived,
    withdrawn,
    worked,
    written,
)

APPROVED = (compiled(), submitted(), approved())
PUBLISHED = (*APPROVED, published())
OTHER = msgspec.structs.replace(PINNED, digest="b" * 64)
EFFECTIVE = "对外公开总数量"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", "5"),
        ("0", "0"),
        ("-417", "-417"),  # 文登住建局 2019: 本年增/减 is negative (notes/law.md 2)
        ("−417", "-417"),
        ("59237.2449", "59237.2449"),  # 宿迁 2023, 万元
        ("22（其中修订16件）", "22"),  # 上海 2025
        ("55（含自然失效29件）", "55"),
        ("1690366元", "1690366"),  # this report prints the unit in the cell
        ("1,690,366", "1690366"),
        (None, None),
        ("", None),
        ("/", None),
        ("-", None),
        ("约5件", None),
        ("5 6", None),
    ],
)
def test_a_cell_as_printed_begins_with_its_number(text: str | None, number: str | None) -> None:
    """Remarks, signs and decimals as real reports print them; a dash or slash is no number."""
    assert number_in(text) == (None if number is None else Decimal(number))


def test_of_a_figure_entered_twice_the_last_counts_and_both_are_in_the_history() -> None:
    """With the officer and the source of each."""
    report = made(
        figure("normative_documents", EFFECTIVE, "42"),
        figure("normative_documents", EFFECTIVE, "43", "法制科"),
        figure("normative_documents", "本年新制作数量", "5"),
        figure("fees", "本年增/减", "-1"),
    )
    assert report.proactive_table["normative_documents"] == ["5", None, "43"]
    assert report.proactive_table["fees"] == [None, "-1"]
    assert report.proactive_table["procurement"] == [None, None]
    entered = report.figures["normative_documents"][EFFECTIVE]
    assert (entered.source, entered.actor, entered.version) == ("法制科", "甲", 2)


def test_a_requested_form_has_its_own_cells() -> None:
    """A report may be compiled in another form than its year's; each form has the cells that it knows."""
    steps = (figure("normative_documents", "现行有效件数", "22（其中修订16件）"), compiled(format="2021"))
    assert made(*steps).proactive_table["normative_documents"] == [None, None, "22（其中修订16件）"]
    assert made(steps[0], compiled()).format == "2019"


def test_the_year_s_work_is_summed_by_kind_without_annulled_entries() -> None:
    """Counted by hand: 4 + 3 issues; of two trainings one annulled."""
    report = made(
        worked("gazette_issue", 4),
        worked("gazette_issue", 3, "2020-12-31"),
        worked("training", 1),
        worked("training", 2, "2020-01-01"),
        annulled(3),
    )
    assert report.work_sums == {"gazette_issue": 7, "training": 2}
    assert [each.version for each in report.work] == [4, 1, 2]


def test_a_report_and_its_corrected_edition_pass_all_steps() -> None:
    """The first edition keeps its pinned figures."""
    assert (made().stage, made().published) == ("open", None)
    assert [made(*PUBLISHED[:count]).stage for count in (1, 2, 3, 4)] == [
        "compiled", "submitted", "approved", "published",
    ]  # fmt: skip
    again = (
        restated(),
        figure("fees", "本年增/减", "2"),
        submitted("2021-03-02", pinned=OTHER),
        approved("2021-03-03"),
        published("2021-03-04", OTHER),
    )
    report = made(*PUBLISHED, *again)
    assert [(each.edition, each.version, each.pinned) for each in report.publications] == [
        (1, 4, PINNED), (2, 9, OTHER),
    ]  # fmt: skip
    assert report.published == report.publications[1]
    assert report.irregularities == ()


@pytest.mark.parametrize(
    "change",
    [
        figure("fees", "本年增/减", "2"),
        worked("training", 1),
        written("problems"),
        compiled("2021-01-15"),
        returned("2021-01-15"),
    ],
)
def test_a_change_after_submission_needs_another_submission(change: Step) -> None:
    """An approval applies to the submitted version only."""
    assert made(*APPROVED, change).stage == "compiled"
    assert made(*APPROVED[:2], change).stage == "compiled"


def test_a_waiver_is_in_force_until_withdrawn() -> None:
    """It changes nothing in the printed report."""
    report = made(*APPROVED, waived("percentages"), waived("copied_text:other"), withdrawn("percentages"))
    assert list(report.waivers) == ["copied_text:other"]
    assert report.stage == "approved"


def test_a_cell_is_named_by_the_labels_of_its_form() -> None:
    for row, column, words in (
        ("normative_documents", "本年新制作数量", "规范性文件"),
        ("normative_documents", "本年制发件数", "行政规范性文件"),
    ):
        with pytest.raises(refusals.NotAFigure, match=f"^“{words}”行“{column}”格应为数字"):
            made(figure(row, column, "两件"))


@pytest.mark.parametrize(
    ("steps", "rule"),
    [
        ((compiled("2020-12-31"),), refusals.YearNotOver),
        ((worked("training", 1, "2021-01-01"),), refusals.WorkOfOtherYear),
        ((annulled(1),), refusals.WorkUnknown),
        ((worked("training", 1), annulled(1), annulled(1)), refusals.WorkUnknown),
        ((withdrawn("percentages"),), refusals.WaiverUnknown),
        ((figure("fees", "对外公开总数量", "1"),), refusals.FigureUnknown),
        ((figure("permits", "本年增/减", "1"),), refusals.FigureUnknown),
        ((figure("fees", "本年增/减", "若干"),), refusals.NotAFigure),
        ((submitted(),), refusals.ReportNotCompiled),
        ((published(),), refusals.ReportNotCompiled),
        ((compiled(), approved()), refusals.ReportNotSubmitted),
        ((compiled(), published()), refusals.ReportNotSubmitted),
        ((compiled(), returned()), refusals.ReportNotSubmitted),
        ((compiled(), submitted(), published()), refusals.ReportNotApproved),
        ((compiled(), submitted(), submitted()), refusals.ReportAlreadySubmitted),
        ((*APPROVED, approved()), refusals.ReportAlreadySubmitted),
        ((compiled(), submitted(), approved(actor="甲")), refusals.ApprovedByItself),
        ((compiled(actor="乙"), submitted(), approved()), refusals.ApprovedByItself),
        ((compiled(), submitted(on_behalf_of="乙"), approved()), refusals.ApprovedByItself),
        ((compiled(), submitted(), approved(on_behalf_of="甲")), refusals.ApprovedByItself),
        ((*APPROVED, published(pinned=OTHER)), refusals.ChangedSinceSubmission),
        ((*PUBLISHED, figure("fees", "本年增/减", "2")), refusals.ReportAlreadyPublished),
        ((*PUBLISHED, written("other")), refusals.ReportAlreadyPublished),
        ((*PUBLISHED, compiled("2021-02-01")), refusals.ReportAlreadyPublished),
        ((*PUBLISHED, published("2021-02-01")), refusals.ReportAlreadyPublished),
        ((*APPROVED, restated()), refusals.ReportNotPublished),
        ((compiled("2021-01-12"), submitted("2021-01-11")), DatesReversed),
    ],
)
def test_impossible_steps_are_refused(steps: tuple[Step, ...], rule: type[Refusal]) -> None:
    """Each is refused at its last step, in Chinese, with a complete message."""
    made(*steps[:-1])
    *before, latest = history(*steps)
    with pytest.raises(rule) as refused:
        admit(before, latest, 2020, "department")
    assert refused.value.version == len(steps)
    assert "{" not in str(refused.value)


def test_nothing_is_dated_after_the_day_of_recording() -> None:
    with pytest.raises(InTheFuture):
        replay(history(compiled("2021-01-05"), today="2021-01-04"), 2020)
    assert replay(history(compiled("2021-01-05"), today="2021-01-05"), 2020).stage == "compiled"


def test_a_report_compiled_by_the_program_may_be_approved_by_anyone() -> None:
    """The program is no person: only the submitter must differ from the approver."""
    report = made(compiled(actor=annual_report.PROGRAM), submitted(actor="甲"), approved(actor="乙"))
    assert report.stage == "approved"


def test_departments_publish_by_the_end_of_january_governments_by_that_of_march() -> None:
    """Art. 49: 31 January and 31 March inclusive; a corrected edition is never late."""
    assert str(due_on(2020, "department")) == str(due_on(2020, "subdistrict")) == "2021-01-31"
    assert str(due_on(2020, "government")) == "2021-03-31"
    assert made(*APPROVED, published("2021-01-31")).irregularities == ()
    late = made(*APPROVED, published("2021-02-01")).irregularities
    assert [(each.code, each.version) for each in late] == [("late_publication", 4)]
    assert "2021-01-31" in late[0].text
    assert made(*APPROVED, published("2021-02-01"), kind="government").irregularities == ()


def test_work_can_be_recorded_after_publication() -> None:
    """The published report then lacks it; annulling such work is possible too."""
    found = made(*PUBLISHED, worked("training", 1), annulled(5)).irregularities
    assert [(each.code, each.version) for each in found] == [
        ("published_period", 5), ("published_period", 6),
    ]  # fmt: skip
    assert "日志位置14" in found[0].text
    assert made(*APPROVED, worked("training", 1)).irregularities == ()


def test_the_compiler_may_publish_a_report() -> None:
    """Only the approval must be by another person."""
    *before, latest = history(*PUBLISHED)
    assert latest.actor == before[0].actor
    assert admit(before, latest, 2020, "department").irregularities == ()


def entered(on: str = "2021-01-20", **changes: Any) -> Step:
    """A report published elsewhere earlier: its tables are all zeros but for the given cells."""
    form = official_form.load("2019")
    values = {
        "format": "2019",
        "columns": tuple(column.code for column in form.requests.columns),
        "requests_table": {row.code: [0] * 7 for row in form.requests.rows},
        "appeals_table": {
            route.code: dict.fromkeys(("upheld", "corrected", "other", "pending", "total"), 0)
            for route in form.appeals.routes
        },
        "digest": "c" * 64,
        "proactive_table": {},
    }
    tables = report.PublishedTables(**values | changes)
    return Step(report.ReportEntered(date.fromisoformat(on), "门户网站", tables, "公告1号"))


def test_figures_of_a_predecessor_are_in_the_form_of_the_report() -> None:
    """The later ones count; those in another form are refused, and dropped if the report is compiled in another form."""

    def taken(predecessor: str = "old", **changes: Any) -> Step:
        pinned = msgspec.structs.replace(PINNED, **changes)
        return Step(report.FiguresTakenOver(date(2021, 1, 5), predecessor, pinned))

    twice = made(taken(), taken(position=9), taken("older", position=3))
    assert {code: each.pinned.position for code, each in twice.taken_over.items()} == {"old": 9, "older": 3}
    assert made(taken(), compiled("2021-01-06")).taken_over.keys() == {"old"}
    assert made(taken(), compiled("2021-01-06", format="2021")).taken_over == {}
    with pytest.raises(refusals.NotTakenOver, match="2021年格式"):
        made(taken(format="2021"))


def test_an_event_of_a_request_is_refused_in_a_report() -> None:
    with pytest.raises(WrongStream):
        made(compiled(), Step(received("2021-01-05")))


def test_an_earlier_published_report_is_the_first_edition() -> None:
    """Also if the program has compiled the year already; a corrected edition can follow."""
    for before in ((), (compiled(),)):
        made_up = made(*before, entered())
        (edition,) = made_up.publications
        assert (made_up.stage, edition.edition, str(edition.on), edition.document_no) == (
            "published", 1, "2021-01-20", "公告1号",
        )  # fmt: skip
        assert edition.pinned is not None
        assert (edition.pinned.format, edition.pinned.position, edition.pinned.digest) == (
            "2019", edition.position, "c" * 64,
        )  # fmt: skip
    again = made(
        entered(), restated(), submitted("2021-03-02"), approved("2021-03-03"), published("2021-03-04")
    )
    assert [each.edition for each in again.publications] == [1, 2]


@pytest.mark.parametrize("before", [PUBLISHED, APPROVED, APPROVED[:2], (entered(),)])
def test_a_report_begun_here_cannot_be_entered(before: tuple[Step, ...]) -> None:
    with pytest.raises(Refusal) as refused:
        made(*before, entered("2021-02-20"))
    assert refused.value.code in (
        "report_already_published",
        "report_already_submitted",
        "report_not_approved",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": ("total",)}, {"requests_table": {}}, {"appeals_table": {}}, {"proactive_table": {"nonsense": ["1"]}},
        {"proactive_table": {"fees": ["1"]}}, {"requests_table": {row.code: [0] for row in official_form.load("2019").requests.rows}},
        {"requests_table": {row.code: [0] * (7 if row.code == "new" else 6) for row in official_form.load("2019").requests.rows}},
        {"appeals_table": {route.code: {"total": 0} for route in official_form.load("2019").appeals.routes}},
    ],
)  # fmt: skip
def test_tables_of_another_form_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(refusals.NotTheForm):
        made(entered(**changes))


def test_a_year_that_is_not_over_has_no_earlier_report() -> None:
    with pytest.raises(refusals.YearNotOver):
        made(entered("2020-12-31"))


GOLDEN = """
{"type":"figure_entered","on":"2020-12-31","row":"fees","column":"本年增/减","source":"财务科","value":"-1"}
{"type":"figure_entered","on":"2020-12-31","row":"fees","column":"本年增/减","source":"财务科"}
{"type":"work_recorded","on":"2020-06-01","kind":"gazette_issue","number":12,"note":"第1至12期"}
{"type":"document_made","on":"2020-05-12","document_no":"某府规〔2020〕1号","name":"办理办法","kind":"normative","disclosure":"proactive","basis":"第二十条","public_on":"2020-05-14","valid_until":"2025-05-11","department":"法制科"}
{"type":"disclosure_set","on":"2020-09-01","document_no":"某府办〔2020〕7号","disclosure":"proactive","basis":"第四十四条","public_on":"2020-09-02"}
{"type":"document_amended","on":"2020-10-12","document_no":"某府规〔2020〕1号","amending_no":"某府规〔2020〕6号","valid_until":"2026-05-11"}
{"type":"document_ended","on":"2020-11-02","document_no":"某府规〔2016〕3号","cause":"abolished","basis":"某府〔2020〕21号"}
{"type":"work_annulled","on":"2021-01-04","version":3,"reason":SEALED}
{"type":"narrative_written","on":"2021-01-04","section":"overview.proactive","text":SEALED}
{"type":"warning_waived","on":"2021-01-04","warning":"percentages","reason":SEALED}
{"type":"waiver_withdrawn","on":"2021-01-04","warning":"percentages"}
{"type":"figures_taken_over","on":"2021-01-04","predecessor":"zhaoshang","pinned":PINNED}
{"type":"report_compiled","on":"2021-01-04"}
{"type":"report_compiled","on":"2021-01-04","format":"2021"}
{"type":"report_submitted","on":"2021-01-11","pinned":PINNED}
{"type":"report_returned","on":"2021-01-12","reason":SEALED}
{"type":"report_approved","on":"2021-01-13"}
{"type":"report_published","on":"2021-01-20","document_no":"公告1号","pinned":PINNED}
{"type":"report_entered","on":"2021-01-20","source":"门户网站","tables":{"format":"2019","columns":["total"],"requests_table":{"new":[95,null]},"appeals_table":{"reconsideration":{"total":1}},"digest":"DIGEST","proactive_table":{"fees":["0",null]}},"document_no":"公告1号"}
{"type":"report_restated","on":"2021-03-01","reason":SEALED}
"""
_SEALED = f'{{"id":"{"0" * 32}","commitment":"{"0" * 64}"}}'
_PINNED = (
    '{"format":"2019","position":7,"columns":["total"],"requests_table":{"new":[95]},"appeals_table":{},'
    f'"proactive_table":{{"fees":["0",null]}},"digest":"{"a" * 64}","cited":{{"work.training":"2"}},"warnings":["blank:fees"]}}'
)
LINES = [
    line.replace("SEALED", _SEALED).replace("PINNED", _PINNED).replace("DIGEST", "a" * 64)
    for line in GOLDEN.strip().splitlines()
]


@pytest.mark.parametrize("line", LINES)
def test_the_stored_bytes_of_a_report_s_events_stay(line: str) -> None:
    """Typed by hand: type first, then `on`, then the fields in this order; old logs depend on it."""
    assert msgspec.json.encode(msgspec.json.decode(line, type=ReportEvent)).decode() == line


def test_every_event_has_golden_bytes_with_all_its_fields() -> None:
    shapes = {line.split('"')[3]: msgspec.json.decode(line).keys() for line in sorted(LINES, key=len)}
    assert {name: set(keys) for name, keys in shapes.items()} == {
        str(kind.__struct_config__.tag): {"type", *kind.__struct_fields__} for kind in REPORT_EVENTS
    }


def test_pinned_figures_cannot_be_sent() -> None:
    """Only the program pins: figures from outside could differ from the register's."""
    for line in LINES:
        if "pinned" in line:
            with pytest.raises(msgspec.ValidationError, match="pinned"):
                msgspec.json.decode(line, type=ReportEventBody)


def test_streams_are_named_by_the_year() -> None:
    assert annual_report.stream_of(2020) == "report/2020"
    assert [year_in(name) for name in ("report/2020", "report/2100", "report/1999", "report/20", "authority")] == [
        2020, 2100, None, None, None,
    ]  # fmt: skip
    assert set(report.REQUIRED) < set(report.SECTIONS)
