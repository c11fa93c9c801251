"""Numbers as officers type them. Every expected value was worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.report import numerals


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,095", "1095"), ("1，095", "1095"), ("1 095", "1095"), ("7 0 5", "705"), ("７０５", "705"), ("6份", "6"),
        ("705.00", "705"), ("4068.208", "4068.208"), ("４０６８．２０８", "4068.208"), ("-3.50", "-3.5"), ("−417", "-417"),
        ("93①", "93"), ("93²", "93"), ("93 ¹", "93"), ("93*", "93"), ("93[1]", "93"), ("93注1", "93"), ("93\u200b", "93"),
        ("22（其中修订16件）", "22"), ("12,345,678", "12345678"), ("0", "0"), ("零", "0"), ("〇件", "0"),
    ],
)  # fmt: skip
def test_a_number_is_read_in_every_way_of_typing_it(text: str, number: str) -> None:
    assert numerals.number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["93/94", "2022-01-05", "12\n3", "5 6", "1 09", "1 095 7", "1,09", "12,3456", "约93", "1'095", "93-2", "1e3", "####", "\u202e39", "三", "#REF!", "(5)", "9" * 14, "⑨", "¹²", "⓪"])  # fmt: skip
def test_an_ambiguous_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        numerals.number(text)


@pytest.mark.parametrize("text", ["", " ", "　", "/", "∕", "-", "—", "——", "\\", "…", "—①", "*"])
def test_a_dash_is_blank(text: str) -> None:
    assert numerals.is_blank(text)
    assert numerals.number(text) is None


@pytest.mark.parametrize(
    ("words", "number"),
    [("零", 0), ("十", 10), ("十二", 12), ("二十", 20), ("一百零二", 102), ("一百二", 120), ("九百九十九", 999), ("三千四百五十六", 3456), ("七百八十一", 781), ("〇", 0),
     ("一千零九十五", 1095), ("两千", 2000), ("一万二千", 12000), ("二〇二二", 2022), ("二三", 23),
     ("二亿三千万", 230_000_000), ("一亿二", 120_000_000)],
)  # fmt: skip
def test_a_number_in_words(words: str, number: int) -> None:
    assert numerals.in_words(words) == number


@pytest.mark.parametrize("words", ["", "件", "一十百零零三三", "三四十"])
def test_words_that_are_no_number(words: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        numerals.in_words(words)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("收到申请1,095件，办结1，090件", "收到申请1095件，办结1090件"),
        ("收到申请九百九十九件", "收到申请999件"),
        ("收到１２件", "收到12件"),
        ("收到1 095件", "收到1095件"),
        ("收到93①件", "收到93件"),
        ("每一件申请，第一件，一件件办理", "每一件申请，第一件，一件件办理"),
        ("分别为1,2件", "分别为1,2件"),
    ],
)
def test_a_text_in_plain_digits(text: str, digits: str) -> None:
    """A number in words is converted before a counter, not within other words."""
    assert numerals.in_digits(text) == digits
