"""Dates as officers type them; an ambiguous one is not read."""

from __future__ import annotations

from datetime import date

import pytest

from projections.typed_days import SINCE_1904, iso_day, read_day

DAY = date(2020, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2020.3.5", "2020年3月5日", "20200305", "43895", "43895.0", "2020-3-5", "2020/03/05", "2020-03-05 00:00:00",
        "2020-03-05T09:30:00", "2020-3-5 9:30", "2020年3月5日上午9:30", "２０２０．３．５", "2020 年 3 月 5 日", "2020 3 5",
        "2020年3月5号", "二〇二〇年三月五日", "二○二○年三月五日", "2020、3、5", "2020.3.5。", " 2020.3.5 ", "2020年3月5日星期四", "2020.3.5 周四", "2020.3.5上午9点", "2020年3月5日9时30分", "2020\u200b.3.5", "'20200305",
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_typed(text: str) -> None:
    assert read_day(text) == (DAY, None, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("5/3", "两种读法"), ("5.3", "两种读法"), ("3-5", "两种读法"), ("5/3/2020", "两种读法"), ("20.3.5", "两种读法"), ("03/05/20", "两种读法"),
        ("2020.3", "不是日期"), ("2020", "不是日期"), ("待定", "不是日期"), ("三月", "不是日期"), ("99999", "不是日期"), ("1", "不是日期"),
        ("2020.2.30", "没有这一天"), ("2020.13.1", "没有这一天"), ("20201301", "没有这一天"), ("2019年2月29日", "没有这一天"),
        ("2020.3.5、2020.3.9", "不止一个"), ("1999.3.5", "之间"), ("3月5日", "没有年份"),
        ("109年3月5日", "不是公历年"), ("民国109年3月5日", "不是公历年"), ("20年13月5日", "没有这一天"), ("2O20.3.5", "不是日期"),
        ("二〇二〇年一二十月三日", "不是日期"), ("二〇二〇年三月三四十日", "不是日期"),
    ],
)  # fmt: skip
def test_a_text_of_no_day_or_of_two_days_is_refused(text: str, why: str) -> None:
    found = read_day(text)
    assert found.day is None
    assert why in str(found.problem)


def test_a_day_without_a_year_takes_the_year_of_its_sheet_or_the_next() -> None:
    """A remark says so; before the request's receipt it is in the next year."""
    assert read_day("3月5日", 2020).day == DAY
    assert "按2020年计" in str(read_day("3月5日", 2020).assumed)
    answer = read_day("1月6日", 2020, not_before=date(2020, 12, 20))
    assert answer.day == date(2021, 1, 6)
    assert "次年2021年" in str(answer.assumed)


def test_a_remark_after_a_day_is_reported() -> None:
    found = read_day("2020.3.5（EMS寄出）")
    assert found.day == DAY
    assert "只取日期" in str(found.assumed)


def test_a_year_of_two_digits_is_reported_where_its_place_is_certain() -> None:
    """20.3.5 could be two days; 20年 is a year."""
    found = read_day("20年3月5日")
    assert found.day == DAY
    assert "视为2020年" in str(found.assumed)


def test_serial_numbers_of_a_workbook_with_the_1904_date_system() -> None:
    """Day 0 is 1904-01-01: 2020-03-05 is 116 years and 64 days later, 29 of the years leap, 42,433 days."""
    assert read_day("42433", day_zero=SINCE_1904).day == DAY


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-05",
        "2020.3.5",
        "2020/3/5",
        "2020年3月5日",
        "20200305",
        "２０２０．３．５",
        "二〇二〇年三月五日",
    ],
)
def test_a_date_field_reads_the_same_forms_as_a_cell(text: str) -> None:
    assert iso_day(text) == "2020-03-05"


@pytest.mark.parametrize(
    "text",
    ["昨天", "2020-03", "5.3", "3月5日", "43895", "2020.2.30", "2020.3.5（EMS寄出）", "2020-03-05T09:00:00Z", "2020-03-05 9:00", "20年3月5日", "2020.3.5 周四"],
)  # fmt: skip
def test_a_date_field_with_another_value_is_left_unchanged(text: str) -> None:
    """A time of day is kept, so a field for a date refuses it."""
    assert iso_day(text) == text
