"""Generates registers as untidy as real ones, with the intended meaning of each row.

Titles, a heading of two rows with merged cells, days in every style, words in every spelling, several numbers in a cell,
carried-over rows, blank rows, totals and notes. Nothing is taken from the program's own lists.
"""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from typing import Any, NamedTuple

from xlsxwriter import Workbook


class Meant(NamedTuple):
    """The intended request of a row. slip: the row has a mistake that the reader must report."""

    sheet: int
    row: int
    number: str
    received_on: date
    kind: str
    channel: str
    outcome: str | None
    closed_on: date | None
    slip: bool


class Untidy(NamedTuple):
    content: bytes
    meant: list[Meant]


KINDS = {
    "natural_person": ["自然人", "个人", "公民", " 自然人 ", "公民个人"],
    "commercial_enterprise": ["商业企业", "企业", "法人或其他组织/商业企业", "公司"],
    "legal_service_institution": ["法律服务机构", "律师事务所", "律所"],
    "other_organisation": ["其他", "其它组织", "其他组织"],
}
CHANNELS = {
    "in_person": ["当面", "现场", "窗口"],
    "post": ["邮寄", "信函", "EMS", "ems", "挂号信"],
    "online": ["网上", "网络", "网站", "在线申请"],
    "email": ["电子邮件", "邮箱"],
}
OUTCOMES = {
    "granted": ["予以公开", "公开", "同意公开", "（一）予以公开", "予以公开。"],
    "granted_in_part": ["部分公开", "（二）部分公开"],
    "refused.third_party_rights": ["不予公开：保护第三方合法权益", "不予公开-商业秘密", "3.个人隐私"],
    "refused.internal_affairs": ["不予公开/属于三类内部事务信息", "内部事务信息"],
    "unable.not_held.nonexistent": ["信息不存在", "不存在", "政府信息不存在"],
    "unable.not_held.not_ours": ["不属于本机关负责公开", "非本机关"],
    "not_processed.petition": ["信访举报投诉类申请", "信访", "不予处理1.信访举报投诉类申请"],
    "not_processed.repeated": ["重复申请", "（五）不予处理/2.重复申请", "重复申情"],
    "other.unspecified.withdrawn": ["撤回", "申请人撤回", "其他处理：撤回申请"],
}
HANZI = "一二三四五六七八九十"
SLIPS = ["5/3", "待定", "2020.2.30", "20.3.5", "3.5"]


def typed(day: date, draw: random.Random) -> Any:
    """A day as officers type it; a date means a cell of type date."""
    styles: list[Any] = [
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}-{day.month}-{day.day}",
        f"{day:%Y/%m/%d}",
        f" {day.year} 年 {day.month} 月 {day.day} 日",
        (day - date(1899, 12, 30)).days,
        int(f"{day:%Y%m%d}"),
        day,
        f"{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}（登记）",
    ]
    return draw.choice(styles)


def untidy(rows: int, seed: int, *, years: tuple[int, ...] = (2019, 2020), slips: float = 0.01) -> Untidy:
    """`rows` requests over the years, one sheet per year."""
    draw = random.Random(seed)
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    meant: list[Meant] = []
    for number, year in enumerate(years, 1):
        sheet = book.add_worksheet(f"{year}年")
        sheet.merge_range(0, 0, 0, 11, f"某某局{year}年度政府信息公开申请登记台账")
        sheet.write(1, 0, "填表单位：办公室")
        head = [
            "序号",
            "收到日期",
            "申请人信息",
            None,
            None,
            "申请方式",
            "申请内容",
            "办理情况",
            None,
            None,
            None,
            "备注",
        ]
        lower = [
            None,
            None,
            "姓名或名称",
            "申请人类别",
            "联系电话",
            None,
            None,
            "答复日期",
            "办理结果",
            "文号",
            "承办科室",
            None,
        ]
        for column, (upper, below) in enumerate(zip(head, lower, strict=True)):
            if below is None:
                sheet.merge_range(2, column, 3, column, upper)
            else:
                sheet.write(3, column, below)
        sheet.merge_range(2, 2, 2, 4, "申请人信息")
        sheet.merge_range(2, 7, 2, 10, "办理情况")
        row = 4
        for index in range(1, rows // len(years) + 1):
            if draw.random() < 0.01:
                row += 1  # a blank one
            if draw.random() < 0.005:
                sheet.write(row, 0, "小计")
                sheet.write(row, 1, index)
                row += 1
            one = _request(draw, number, row + 1, index, year, slips)
            meant.append(one)
            _write(sheet, row, one, draw, day_format)
            row += 1
        sheet.write(row, 0, "合计")
        sheet.write(row, 6, f"{rows}件")
        sheet.write(row + 1, 0, "注：本表由办公室填写，每季度末报送。")
    book.close()
    return Untidy(file.getvalue(), meant)


def _request(draw: random.Random, sheet: int, row: int, index: int, year: int, slips: float) -> Meant:
    received_on = date(year, 1, 2) + timedelta(days=draw.randrange(355))
    closed_on = received_on + timedelta(days=draw.randrange(1, 26))
    open_ = draw.random() < 0.03
    return Meant(
        sheet,
        row,
        f"{year}-{index:04d}",
        received_on,
        draw.choices(list(KINDS), (8, 3, 1, 1))[0],
        draw.choice(list(CHANNELS)),
        None if open_ else draw.choice(list(OUTCOMES)),
        None if open_ else closed_on,
        draw.random() < slips,
    )


def _write(sheet: Any, row: int, one: Meant, draw: random.Random, day_format: Any) -> None:
    name = f"申{draw.choice(HANZI)}{draw.choice(HANZI)}"
    numbers = [one.number, f"依申请〔{one.received_on.year}〕{int(one.number[5:])}号", int(one.number[5:])]
    cells: list[Any] = [
        draw.choice(numbers),
        draw.choice(SLIPS) if one.slip else typed(one.received_on, draw),
        name,
        draw.choice(KINDS[one.kind]),
        f"1380000{row:04d}" if draw.random() < 0.5 else None,
        draw.choice(CHANNELS[one.channel]),
        f"申请公开第{row}项工程的有关材料",
        typed(one.closed_on, draw) if one.closed_on else draw.choice([None, "/", "—"]),
        draw.choice(OUTCOMES[one.outcome]) if one.outcome else draw.choice([None, "办理中", "正在办理"]),
        f"公开〔{one.received_on.year}〕{row}号" if one.outcome and draw.random() < 0.8 else None,
        draw.choice(["法规科", "办公室", None]),
        draw.choice([None, None, "电话催办过", "申请人来访"]),
    ]
    for column, value in enumerate(cells):
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, day_format)
        elif value is not None:
            sheet.write(row, column, value)
