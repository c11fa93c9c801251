"""The register of documents, by example: the state of each on a day, and refused steps."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law.refusals import DatesReversed
from domain.report import annual_report, official_form
from domain.report.document_events import DisclosureSet, DocumentAmended, DocumentEnded, DocumentMade
from domain.report.documents import Document, check_document, documents
from domain.report.refusals import (
    DocumentListed,
    DocumentNotListed,
    DocumentOver,
    NotProactive,
    WorkOfOtherYear,
)
from projections.documents import DocumentFilter, cells, lines, listed
from tests.report_builders import Step, annulled, history


def step(event: DocumentMade | DisclosureSet | DocumentAmended | DocumentEnded) -> Step:
    return Step(event, "甲")


def made(number: str, on: str, **changes: object) -> DocumentMade:
    values: dict[str, object] = {"kind": "normative", "disclosure": "on_request", "basis": "第二十条"}
    return DocumentMade(date.fromisoformat(on), number, f"{number}的标题", **values | changes)  # type: ignore[arg-type]


def known(**years: tuple[object, ...]) -> dict[str, Document]:
    """By year `y2020`, as if recorded in this order."""
    reports = []
    for name, events in years.items():
        year = int(name[1:])
        steps = history(*[step(each) for each in events], year=year)  # type: ignore[arg-type]
        reports.append(annual_report.replay(steps, year))
    return documents(reports)


ONE = made("1号", "2019-03-01", disclosure="proactive", public_on=date(2019, 3, 4))
TWO = made("2号", "2020-05-06", valid_until=date(2020, 12, 30))
THREE = made("3号", "2020-06-01", kind="other")


def test_the_table_counts_documents_made_amended_and_ended_in_the_year() -> None:
    """2020: 2号 made, 1号 amended; 2号 expires on the last day but one of the year; 1号 is abolished in 2021."""
    found = known(
        y2019=(ONE,),
        y2020=(TWO, THREE, DocumentAmended(date(2020, 9, 1), "1号", "9号")),
        y2021=(DocumentEnded(date(2021, 2, 1), "1号", "abolished", "2号决定"),),
    )
    form = official_form.load("2021")
    by_year = {
        year: list(cells(found.values(), form, year)["normative_documents"].values())
        for year in (2019, 2020, 2021)
    }
    assert by_year == {
        2019: ["1", "0", "1"],
        2020: ["2（其中修订1件）", "1（含自然失效1件）", "1"],
        2021: ["0", "1", "0"],
    }
    assert cells(found.values(), form, 2018) == {}
    old = cells(found.values(), official_form.load("2019"), 2020)["normative_documents"]
    assert list(old.values()) == ["2（其中修订1件）", "0", "1"]


def test_the_attribute_of_a_day_is_the_one_set_last() -> None:
    """Published a year later, then withheld: public in between, and counted as newly public once."""
    found = known(
        y2020=(TWO, DisclosureSet(date(2020, 7, 1), "2号", "proactive", "第四十四条", date(2020, 7, 2))),
        y2021=(DisclosureSet(date(2021, 1, 4), "2号", "withheld", "第十五条"),),
    )["2号"]
    days = date(2020, 5, 5), date(2020, 6, 30), date(2021, 1, 4)  # the first is before it was made
    assert [found.attribute_on(day).disclosure for day in days] == ["on_request", "on_request", "withheld"]
    days = [date(2020, 7, 1), date(2020, 7, 2), date(2021, 1, 3), date(2021, 1, 4)]
    assert [found.is_public(day) for day in days] == [False, True, True, False]


def test_a_list_is_of_a_day() -> None:
    found = known(y2019=(ONE,), y2020=(TWO, THREE))

    def numbers(on: str, **wanted: object) -> list[str]:
        chosen = DocumentFilter(**wanted)  # type: ignore[arg-type]
        return [each.document_no for each in listed(found, chosen, date.fromisoformat(on))]

    assert numbers("2020-12-31") == ["3号", "2号", "1号"]
    assert numbers("2019-12-31") == ["1号"]
    assert numbers("2020-12-31", in_force=True) == ["3号", "1号"]
    assert numbers("2020-12-30", in_force=False) == []
    assert numbers("2020-05-06", in_force=True) == ["2号", "1号"]
    assert numbers("2020-12-31", disclosure="proactive") == ["1号"]
    assert numbers("2020-12-31", words="2号的") == ["2号"]
    assert lines(listed(found, DocumentFilter(words="2号"), date(2020, 12, 31)))[0][-1] == "2020-12-31起失效"


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        (made("1号", "2020-01-02"), DocumentListed),
        (DisclosureSet(date(2020, 1, 2), "9号", "withheld", "第十四条"), DocumentNotListed),
        (DocumentAmended(date(2020, 1, 2), "9号", "10号"), DocumentNotListed),
        (DocumentEnded(date(2019, 2, 28), "1号", "abolished", "依据"), DatesReversed),
        (DocumentEnded(date(2020, 12, 31), "2号", "abolished", "依据"), DocumentOver),
        (DocumentAmended(date(2020, 12, 31), "2号", "10号"), DocumentOver),
        (made("9号", "2020-01-02", public_on=date(2020, 1, 3)), NotProactive),
        (made("9号", "2020-01-02", disclosure="proactive", public_on=date(2020, 1, 1)), DatesReversed),
        (made("9号", "2020-01-02", valid_until=date(2020, 1, 1)), DatesReversed),
    ],
)
def test_impossible_steps_are_refused(event: DocumentMade, rule: type[Exception]) -> None:
    with pytest.raises(rule):
        check_document(known(y2019=(ONE,), y2020=(TWO,)), event, 1)


def test_a_document_may_be_public_on_the_day_it_is_made_and_end_on_it() -> None:
    day = date(2020, 1, 2)
    check_document(
        known(), made("9号", "2020-01-02", disclosure="proactive", public_on=day, valid_until=day), 1
    )


def test_an_entry_belongs_to_its_year_and_can_be_annulled() -> None:
    """Later steps of an annulled document have no effect."""
    with pytest.raises(WorkOfOtherYear):
        known(y2019=(TWO,))
    steps = history(step(TWO), annulled(1), year=2020)
    reports = [annual_report.replay(steps, 2020)]
    assert documents(reports) == {}
    assert known(y2020=(DocumentAmended(date(2020, 9, 1), "1号", "9号"),)) == {}
