"""Requests found by words in sealed texts of a period, without restricted or erased ones."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.refusals import TooManyTexts
from adapters.register.register import Register
from domain.request.file_events import PersonalDataRestricted, RestrictionLifted
from domain.values import Period
from tests import builders
from tests.adapters.recordings import CODE, line, opened, record

YEAR = Period.year(2020)


@pytest.fixture
async def office(register: Register) -> Register:
    """Three requests with descriptions, and for the first a supplement notice and a drafted answer."""
    await opened(register)
    for nth, text in enumerate(("某路施工合同及验收报告", "食堂检查记录（ABC项目）", "施工 图纸"), 1):
        receipt = builders.received(f"2020-0{nth}-02")
        await record(register, line(f"r{nth}", receipt, description=text, applicant={"name": "施工人"}))
    notice = builders.supplement_required("2020-01-03", "2020-02-03")
    await record(register, line("s", notice, reference="2020-0001", matters="请说明是哪一标段"))
    await record(
        register,
        line("a", builders.supplemented("2020-01-06"), reference="2020-0001", description="第二标段"),
    )
    drafted = builders.answer_drafted("2020-01-07")
    await record(register, line("d", drafted, reference="2020-0001", text="合同正本见附件"))
    return register


async def found_by_words(register: Register, *words: str, received: Period = YEAR) -> list[str]:
    result = await register.word_search.search(CODE, words, received)
    assert not result.more
    return [row.reference for row in result.requests]


@pytest.mark.parametrize(
    ("words", "references"),
    [
        (("施工",), ["2020-0003", "2020-0001"]),
        (("施工", "合同"), ["2020-0001"]),
        (("哪一标段",), ["2020-0001"]),
        (("合同正本",), ["2020-0001"]),
        (("ａｂｃ",), ["2020-0002"]),
        (("施工人",), []),  # a name: found by the blind index alone
        (("桥梁",), []),
    ],
)
async def test_each_text_is_read_whatever_its_width_and_case(
    office: Register, words: tuple[str, ...], references: list[str]
) -> None:
    """Descriptions, supplements, notices and answers; all words in one text; the latest first."""
    assert await found_by_words(office, *words) == references


async def test_only_what_was_received_in_the_period_is_opened(office: Register) -> None:
    march = Period(date(2020, 3, 1), date(2020, 3, 31))
    result = await office.word_search.search(CODE, ("施工",), march)
    assert ([row.reference for row in result.requests], result.texts) == (["2020-0003"], 1)
    assert (await office.word_search.search(CODE, ("施工",), YEAR)).texts == 6


async def test_restricted_and_corrected_texts_are_not_found(office: Register) -> None:
    """Until the restriction is lifted; a corrected text by its present words."""
    restricted = PersonalDataRestricted(date(2020, 3, 5), basis="申诉")
    await record(office, line("x", restricted, reference="2020-0003"))
    assert await found_by_words(office, "施工") == ["2020-0001"]
    lifted = RestrictionLifted(date(2020, 3, 6), basis="办结")
    await record(office, line("y", lifted, reference="2020-0003"))
    assert await found_by_words(office, "施工") == ["2020-0003", "2020-0001"]
    fixed = builders.amended("2020-03-07", 1, builders.received("2020-03-02"))
    await record(office, line("z", fixed, reference="2020-0003", applicant=None, description="桥梁图纸"))
    assert await found_by_words(office, "施工") == ["2020-0001"]
    assert await found_by_words(office, "桥梁") == ["2020-0003"]


async def test_so_many_texts_at_most(office: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.register.reading.word_search.MOST", 5)
    with pytest.raises(TooManyTexts):
        await found_by_words(office, "施工")
    assert await found_by_words(office, "施工", received=Period(date(2020, 2, 1), date(2020, 3, 31))) == [
        "2020-0003"
    ]
