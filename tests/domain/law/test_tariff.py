"""信息处理费 by 国办函〔2020〕109号: free up to 10 items of a month or 30 pages, then step by step."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law.tariff import FeeLine, Tariff, tariff_on


@pytest.fixture
def tariff() -> Tariff:
    found = tariff_on(date(2021, 1, 1))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("pages", "yuan"),
    [(1, 0), (30, 0), (31, 10), (100, 700), (101, 720), (119, 1080), (200, 2700), (201, 2740), (300, 6700)],
)
def test_a_fee_by_page(tariff: Tariff, pages: int, yuan: int) -> None:
    """31–100: 10 yuan a page, 101–200: 20, from 201: 40; 119 pages as charged by 泗洪县政府办 (1080)."""
    assert tariff.fee("pages", pages) == tariff.total("pages", pages) == yuan


@pytest.mark.parametrize(
    ("nth", "yuan", "all_"),
    [(1, 0, 0), (10, 0, 0), (11, 100, 100), (30, 100, 2000), (31, 200, 2200), (40, 200, 4000), (41, 300, 4300), (45, 300, 5500), (51, 400, 7400)],
)  # fmt: skip
def test_a_fee_by_item(tariff: Tariff, nth: int, yuan: int, all_: int) -> None:
    """11–30: 100 yuan an item; from 31 each ten more cost 100 more. 45 items: 20×100 + 10×200 + 5×300."""
    assert (tariff.fee("items", nth), tariff.total("items", nth)) == (yuan, all_)


def test_the_steps_of_a_fee_are_listed(tariff: Tariff) -> None:
    """With range and price each; they add up to the fee."""
    assert tariff.lines("pages", 119) == [FeeLine(31, 100, 10), FeeLine(101, 119, 20)]
    assert tariff.lines("items", 45) == [FeeLine(11, 30, 100), FeeLine(31, 40, 200), FeeLine(41, 45, 300)]
    assert tariff.lines("pages", 30) == []


def test_there_is_no_tariff_before_2021() -> None:
    """In force from 2021-01-01."""
    assert tariff_on(date(2020, 12, 31)) is None
    assert tariff_on(date(2026, 11, 28)) is tariff_on(date(2021, 1, 1))
