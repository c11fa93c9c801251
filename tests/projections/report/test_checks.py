"""Checks of published reports; their faults were found by hand (tests/published, `notes`)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from domain.report import official_form
from domain.report.events import REQUIRED
from projections.report import checks as report_checks
from projections.report import citations
from projections.report.checks import CHECKS, Known, ReportFinding, check, waive
from projections.report.citations import Fees
from projections.report.content import Content
from projections.report.finding import column_label, finding, label

PUBLISHED = Path(__file__).parents[2] / "published"
TEXTS = {name: f"第{nth}项工作的情况。" for nth, name in enumerate(REQUIRED)}


def report(name: str, **changes: Any) -> Content:
    """A published report, with its own sentences as the text on requests."""
    typed = json.loads((PUBLISHED / f"{name}.json").read_text("utf-8"))
    content = Content(
        year=typed["year"],
        format=typed["format"],
        columns=typed["columns"],
        requests_table=typed["requests_table"],
        appeals_table=typed["appeals_table"],
        proactive_table={
            row: [None if cell is None else str(cell) for cell in cells]
            for row, cells in typed["proactive_table"].items()
        },
        texts=TEXTS | {"overview.on_request": "。".join(typed["text"])},
        authority=typed["authority"],
    )
    return replace(content, **changes)


SEED = "2020_guangzhou_huadu_office"
SUQIAN = "2024_suqian_city"
SUQIAN_BEFORE = "2023_suqian_city"


def names(found: list[ReportFinding], *checks: str) -> list[str]:
    return [each.name for each in found if not checks or each.check in checks]


def test_the_seed_has_four_blanks_and_no_other_fault() -> None:
    """Its note: cells of 总计 for four kinds of organisation are blank in the text; all sentences agree."""
    kinds = (
        "legal_service_institution",
        "other_organisation",
        "public_interest_organisation",
        "research_institution",
    )
    found = check(report(SEED))
    assert names(found) == [f"blank:total:{kind}" for kind in kinds]
    assert (found[0].section, found[0].table, found[0].row, found[0].column) == (
        "requests", "requests", "total", kinds[0],
    )  # fmt: skip


def test_suqian_2024_ties_to_2023_and_its_text_counts_other_appeals() -> None:
    """Its notes: carried over column by column; 597+50−227=420, 11+2−1=12; text 134 and 57 against 170 and 77."""
    found = check(report(SUQIAN), Known(previous=report(SUQIAN_BEFORE, texts={})))
    assert [(each.name, each.left, each.right, each.difference) for each in found] == [
        ("text_figure:overview.on_request:appeals.reconsideration.total", "134", "170", "-36"),
        ("text_figure:overview.on_request:appeals.litigation.total", "57", "77", "-20"),
        ("fees_untold", None, None, None),
    ]
    assert {each.grade for each in found} == {"warning"}


def test_shanghai_2019_has_numbers_in_texts_that_differ_from_its_table() -> None:
    """Its note: 258 in the text against 275, 265 against 337, 158 as in the table; 258 of 805 is 32.05%."""
    found = check(report("2019_shanghai_general_office"))
    assert [(each.left, each.right) for each in found if each.check in ("text_figure", "percentage")] == [
        ("258", "275"),
        ("265", "337"),
        ("33.9%", "32.05%"),
    ]


def test_hongze_2023_publishes_wrong_totals_of_appeals() -> None:
    """Its note: totals published as 0 although 维持10 纠正1 and 维持5."""
    found = report_checks.errors_in(check(report("2023_huaian_hongze")))
    assert [(each.name, each.left, each.right) for each in found] == [
        ("appeals_sum:reconsideration", "11", "0"),
        ("appeals_sum:litigation_after_reconsideration", "5", "0"),
    ]


def test_an_identity_names_table_row_column_both_sides_and_difference() -> None:
    """One request more in 新收 of natural persons: 94 + 0 against 92 + 1, and 94 + 2 against 95."""
    seed = report(SEED)
    seed.requests_table["new"][0] = 94
    found = report_checks.errors_in(check(seed))
    assert [
        (each.check, each.table, each.row, each.column, each.left, each.right, each.difference)
        for each in found
    ] == [
        ("balance", "requests", None, "natural_person", "94", "93", "1"),
        ("columns_sum", "requests", "new", None, "96", "95", "1"),
    ]
    assert "自然人" in found[0].text


def test_carried_in_is_compared_with_last_year_s_report_by_column() -> None:
    """The seed carried out one natural person's request: a year that carries in one company's has two faults."""
    before, after = report(SEED), report(SEED, year=2021)
    after.requests_table["carried_in"][:] = [0, 1, 0, 0, 0, 0, 1]
    found = [each for each in check(after, Known(previous=before)) if each.check == "carry"]
    assert [(each.column, each.left, each.right) for each in found] == [
        ("natural_person", "0", "1"),
        ("commercial_enterprise", "1", "0"),
    ]


def test_documents_in_force_follow_from_last_year_s() -> None:
    """宿迁 2024: 420 = 597 + 50 − 227; with 421 printed the difference is 1, a remark in the cell aside."""
    suqian = report(SUQIAN)
    suqian.proactive_table["normative_documents"][2] = "421（其中修订3件）"
    found = check(suqian, Known(previous=report(SUQIAN_BEFORE)))
    assert [(each.left, each.right, each.row) for each in found if each.check == "effective"] == [
        ("421", "420", "normative_documents")
    ]


def test_items_of_the_form_of_2019_follow_from_last_year_s() -> None:
    """716 items minus 417 (文登住建局 2019, notes/law.md 2) leave 299 for the year after."""
    before, after = report(SEED), report(SEED, year=2021, format="2019")
    before.proactive_table["licensing"] = ["716", "-417", "0"]
    after.proactive_table["licensing"] = ["300", "0", "0"]
    found = check(after, Known(previous=before))
    assert [(each.left, each.right) for each in found if each.check == "items"] == [("300", "299")]


def test_appeals_that_were_pending_do_not_vanish() -> None:
    """宿迁 2024 left 36 reconsiderations pending: a year with 35 in all has lost one."""
    after = report(SUQIAN, year=2025)
    after.appeals_table["reconsideration"] = dict.fromkeys(("upheld", "total"), 35)
    found = check(after, Known(previous=report(SUQIAN)))
    assert [(each.row, each.left, each.right) for each in found if each.check == "pending"] == [
        ("reconsideration", "35", "36")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年新收申请95件，办结94件，结转下年度1件", []),
        ("收到申请94件", [("94", "95")]),
        ("收办政府信息公开申请95件", []),
        ("无法提供47件，不予公开7件，不予处理18件", [("18", "19")]),  # 1+13+5 = 19; 44+2+1 = 47; 5+1+1 = 7
        ("予以公开和部分公开21件", []),
        ("部分公开3件", [("3", "2")]),
        ("2020年收到申请95件", []),
        ("行政复议4件，行政诉讼2件", [("2", "1")]),
        ("共收到2020年的来信", []),
    ],
)
def test_numbers_in_a_text_are_compared_with_the_tables(text: str, expected: list[tuple[str, str]]) -> None:
    """The seed's numbers; a number is reported only if it agrees with none of the meanings of its words."""
    found = check(report(SEED, texts=TEXTS | {"overview.on_request": text}))
    assert [(each.left, each.right) for each in found if each.check == "text_figure"] == expected


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("予以公开19件，占20.21%", None),  # 19 of 94
        ("予以公开19件，占20.2%", None),
        ("予以公开19件（占20.00%）", None),  # of 95 received: 20.00
        ("予以公开19件，占19.9%", "20.21%"),
    ],
)
def test_percentages_are_of_what_was_closed_or_received(text: str, right: str | None) -> None:
    """Offices use either base; the finding for a share that fits neither shows both."""
    found = [each for each in check(report(SEED, texts={"other": text})) if each.check == "percentage"]
    assert [each.right for each in found] == ([right] if right else [])
    assert all("占办结94件的20.21%，占收到95件的20.00%" in each.text for each in found)


def test_section_six_must_mention_fees() -> None:
    """The form of 2021: 收取信息处理费情况在此处报告."""
    fees = Known(fees=Fees(1, Decimal(380), Decimal(380)))
    report_ = report(SEED, texts=TEXTS | {"other": "收取信息处理费380元。"})
    assert names(check(report_, fees), "fees_untold") == []
    assert names(check(report(SEED), fees), "fees_untold") == ["fees_untold"]
    assert names(check(report(SEED), Known(fees=Fees())), "fees_untold") == []


def test_an_empty_section_is_reported_and_governments_must_report_supervision() -> None:
    """Section one has its five sub-topics; Art. 50: 考核、社会评议、责任追究 for governments."""
    texts = TEXTS | {"problems": " "}
    del texts["overview.platforms"]
    found = names(check(report(SEED, texts=texts)), "section_empty")
    assert found == ["section_empty:overview.platforms", "section_empty:problems"]
    government = Known(kind="government")
    report_ = report(SEED, texts=TEXTS | {"overview.supervision": "考核已完成，社会评议良好。"})
    assert names(check(report_, government), "supervision_untold") == ["supervision_untold:责任追究"]
    assert names(check(report_, Known(kind="department")), "supervision_untold") == []


def test_a_text_copied_from_last_year_is_found_although_its_numbers_differ() -> None:
    """An assessed fault (notes/law.md II.7): numbers are replaced, words are not."""
    words = "全年举办业务培训{}次，参加人员{}人次，组织自查{}次，对发现的问题逐项督促整改到位，并将公开工作纳入年度考核"
    before = report(SEED, texts={"problems": words.format(3, 120, 2)})
    copied = report(SEED, year=2021, format="2019", texts={"problems": words.format(4, 90, 1)})
    found = check(copied, Known(previous=before))
    assert names(found, "copied_text") == ["copied_text:problems"]
    fresh = report(
        SEED,
        texts={"problems": "答复文书的说理不够充分，今后逐件审核并定期通报，收到的意见及时反馈承办单位办理"},
    )
    assert names(check(fresh, Known(previous=before)), "copied_text") == []


def test_the_form_is_that_of_the_year() -> None:
    """2019 and 2020 use the form of 2019, later years that of 2021; tables that mix forms are reported."""
    assert names(check(report(SEED, year=2021)), "format") == ["format"]
    assert names(check(report(SEED)), "format") == []
    assert names(check(report(SEED, mixed=(("requests", "2021"),))), "format") == ["format"]


def test_the_form_of_a_report_of_unknown_year_is_not_questioned() -> None:
    assert names(check(report(SEED, year=None)), "format") == []


def test_a_citation_of_an_unknown_figure_is_an_error() -> None:
    """It would be printed with its braces."""
    seed = report(SEED)
    figures = citations.figures(seed, {"training": 2}, {"on_time": 94})
    text = citations.cited(
        "{year}年收到{requests.new.total}件，办结{requests.total.total}件，不予公开{requests.refused.total}件，"
        "占{requests.refused.total%}，期限内{handling.on_time}件，培训{work.training}次，检查{work.inspection}次，"
        "公开文件{proactive.normative_documents.本年新制作数量}件，{requests.nothing}",
        figures,
    )
    # 7 of 94 is 7.446…
    assert text == (
        "2020年收到95件，办结94件，不予公开7件，占7.45%，期限内94件，培训2次，检查0次，公开文件5件，{requests.nothing}"
    )
    odd = {"fees.charged": "380.5", "requests.total.total": "94"}
    assert citations.cited("{fees.charged}元，{fees.charged%}", odd) == "380.5元，{fees.charged%}"
    found = report_checks.errors_in(check(report(SEED, texts={"other": text})))
    assert names(found) == ["unknown_citation:other:{requests.nothing}"]


def test_a_waived_warning_keeps_its_reason_and_an_error_cannot_be_waived() -> None:
    """By its own name, or all of a check by the check's name."""
    seed = report(SEED)
    seed.requests_table["new"][0] = 94
    reasons = {"blank:total:other_organisation": "原件如此", "balance": "不管"}
    found = {each.name: each.waived for each in waive(check(seed), reasons)}
    assert found["blank:total:other_organisation"] == "原件如此"
    assert found["blank:total:research_institution"] is None
    assert found["balance:natural_person"] is None
    assert {each.waived for each in waive(check(report(SEED)), {"blank": "原件如此"})} == {"原件如此"}
    assert [report_checks.is_waivable(name) for name in ("blank:x", "blank", "balance", "nothing")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_every_identity_of_the_forms_is_checked() -> None:
    """`parent` is not: it needs the units' reports (`taizhang reconcile --child`)."""
    for name in official_form.NAMES:
        assert set(official_form.load(name).identities) - set(CHECKS) == {"parent"}


def test_a_stated_change_that_contradicts_both_years_is_reported() -> None:
    """宿迁 2023 received 3511, 2024 3525: 14 more, 0.40 % (their tables)."""
    text = "全年收到政府信息公开申请3525件，比上年增长12%。"
    suqian = report(SUQIAN, texts=TEXTS | {"overview.on_request": text})
    found = check(suqian, Known(previous=report(SUQIAN_BEFORE)))
    assert [(each.left, each.right) for each in found if each.check == "change"] == [
        ("增长12%", "增加14件，即0.40%")
    ]


def test_a_text_is_not_compared_with_a_blank_table() -> None:
    """An all blank table is reported, and no sentence is called wrong because of it."""
    empty = {row: [None] * len(cells) for row, cells in report(SUQIAN).requests_table.items()}
    text = TEXTS | {"overview.on_request": "收到申请12件，办结12件，不予公开3件。"}
    found = check(report(SUQIAN, requests_table=empty, texts=text))
    assert [
        each.text for each in found if each.check in ("blank", "text_figure") and each.table == "requests"
    ] == ["申请表全部空白"]


def test_a_discrepancy_names_the_row_or_the_column_that_does_not_tie() -> None:
    """One request less granted to a natural person: 91 of 92, and 17 and 1 are 18 of 19."""
    table = report(SEED).requests_table
    found = check(report(SEED, requests_table=table | {"granted": [17, *table["granted"][1:]]}))
    assert [each.text for each in found if each.grade == "error"] == [
        "申请表“自然人”不符合“各办理结果之和，等于（七）总计”：91与92不符，差-1",
        "申请表“（一）予以公开”不符合“各类申请人之和，等于总计”：18与19不符，差-1",
    ]


def test_only_two_numbers_have_a_difference() -> None:
    for left, right in ((3, "四"), ("三", 4), (None, 4)):
        assert finding("blank", "格", left=left, right=right).difference is None
    made = finding("blank", "格", left=3, right=4)
    assert (made.text, made.difference) == ("格：3与4不符，差-1", "-1")


@pytest.mark.parametrize(
    ("code", "table", "words"),
    [
        ("normative_documents", "proactive", "行政规范性文件"), ("granted", "requests", "（一）予以公开"),
        ("other", "requests", "（六）其他处理"), ("unheard_of", "requests", "unheard_of"), ("reconsideration", "appeals", "行政复议"),
    ],
)  # fmt: skip
def test_a_row_is_called_by_the_label_of_its_table(code: str, table: str, words: str) -> None:
    assert label("2021", code, table) == words


def test_a_column_is_called_by_the_label_of_its_table() -> None:
    """Columns of the proactive table have none but their code."""
    assert column_label("2021", "natural_person", "requests") == "自然人"
    assert column_label("2021", "other", "appeals") == "其他结果"
    assert column_label("2021", "normative_documents", "proactive") == "normative_documents"


def test_a_false_increase_is_answered_with_the_decrease() -> None:
    """宿迁 with its two years exchanged: 3511 after 3525 are 14 fewer."""
    text = {"overview.on_request": "本年度新收政府信息公开申请3511件，比上年增加9件。"}
    later = report(SUQIAN_BEFORE, year=2025, texts=text)
    (found,) = [each for each in check(later, Known(previous=report(SUQIAN))) if each.check == "change"]
    assert found.text.endswith("上一年度报告为3525件，实为减少14件，即0.40%")
