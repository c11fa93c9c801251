"""Findings in many reports as a workbook to send back: a summary, all findings, and a sheet for each unit."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from adapters.render.printable import printable
from adapters.render.sheet import begun, width_of
from projections.report import judged
from projections.report.finding import title as section_title
from projections.report.judged import FINDING_HEADINGS, HEADINGS, Batch, Judged

_SUMMARY_WIDTHS = (36, 26, 8, 8, 8, 8, 8, 10, 8, 22)
_FINDING_WIDTHS = (28, 22, 8, 8, 8, 18, 12, 28, 16, 12, 12, 10, 60, 20, 30)
_PAGE = (("序号", 5), ("级别", 8), ("问题", 15), ("表", 11), ("行", 24), ("列", 14), ("等号左边", 10), ("等号右边", 10), ("差额", 8), ("说明", 48))  # fmt: skip


def render(batch: Batch, day: date) -> bytes:
    """XLSX without formulas or links. day: of the checks, printed on every page."""
    file = io.BytesIO()
    book = begun(file)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7", "text_wrap": True, "align": "center", "valign": "vcenter"})  # fmt: skip
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    title = book.add_format({"bold": True, "font_size": 14, "text_wrap": True})
    note = book.add_format({"text_wrap": True, "valign": "top"})
    _table(book.add_worksheet("汇总"), HEADINGS, map(judged.summary, batch.reports), _SUMMARY_WIDTHS, head, body, tail=_tail(batch))  # fmt: skip
    rows = [line for each in batch.reports for line in judged.lines(each)]
    _table(book.add_worksheet("问题清单"), FINDING_HEADINGS, rows, _FINDING_WIDTHS, head, body)
    if batch.copies:
        copies = [
            (each.one.authority or each.one.file, section_title(each.one.section), each.one.paragraph,
             each.other.authority or each.other.file, section_title(each.other.section), each.other.paragraph, f"{each.share}%", each.text)
            for each in batch.copies
        ]  # fmt: skip
        headings = ("单位", "部分", "段", "与", "部分", "段", "相同", "开头")
        _table(book.add_worksheet("文字雷同"), headings, copies, (24, 24, 5, 24, 24, 5, 8, 60), head, body)
    names = {"汇总", "问题清单", "文字雷同"}
    for each in batch.reports:
        name = _sheet_name(each, names)
        names.add(name.lower())
        _page(book.add_worksheet(name), each, day, title, note, head, body)
    book.close()
    return file.getvalue()


def _tail(batch: Batch) -> list[str]:
    return [
        *(f"未报送：{each}" for each in batch.missing),
        *(f"名单以外：{each}" for each in batch.unlisted),
        *(f"同一单位同一年度有几个文件：{'、'.join(each)}" for each in batch.twice),
    ]


def _table(
    sheet: Worksheet,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    widths: Sequence[int],
    head: Format,
    body: Format,
    *,
    tail: Sequence[str] = (),
) -> None:
    for column, (text, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.write_string(0, column, text, head)
        sheet.set_column(column, column, width)
    last = 0
    for last, row in enumerate(rows, 1):
        sheet.set_row(last, _height(row, widths))
        for column, value in enumerate(row):
            _write(sheet, last, column, value, body)
    for number, text in enumerate(tail, last + 2):
        sheet.write_string(number, 0, printable(text))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), len(headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _page(
    sheet: Worksheet, each: Judged, day: date, title: Format, note: Format, head: Format, body: Format
) -> None:
    """The findings of one unit on A4, to be printed and sent."""
    last = len(_PAGE) - 1
    unit = each.authority or each.file
    year = f"{each.year}年" if each.year else ""
    sheet.merge_range(0, 0, 0, last, printable(f"{unit}{year}政府信息公开工作年度报告核对意见"), title)
    counts = each.counts
    summary = f"文件：{each.file}　结论：{each.verdict}　未读出{counts['unread']}处，差错{counts['errors']}处，空白{counts['blanks']}处，其他提示{counts['others']}处，已说明{counts['waived']}处　核对日期：{day.isoformat()}"  # fmt: skip
    if each.previous:
        summary += f"　上年报告：{each.previous}"
    sheet.merge_range(1, 0, 1, last, printable(summary), note)
    sheet.set_row(1, 32)
    for column, (heading, width) in enumerate(_PAGE):
        sheet.write_string(2, column, heading, head)
        sheet.set_column(column, column, width)
    row = 2
    for row, line in enumerate(judged.lines(each), 3):
        grade, kind, table, label, column_, left, right, difference, text, waived, _ = line[4:]
        reason = f"{text}（已说明：{waived}）" if waived else text
        values = (row - 2, grade, kind, table, label, column_, left, right, difference, reason)
        sheet.set_row(row, _height(values, [width for _, width in _PAGE]))
        for column, value in enumerate(values):
            _write(sheet, row, column, value, body)
    if each.assumed:
        row += 2
        sheet.merge_range(row, 0, row, last, "以下写法与格式不同，核对时视为：", note)
        for line_, assumed in enumerate(each.assumed, row + 1):
            sheet.merge_range(line_, 0, line_, last, printable(assumed), note)
            sheet.set_row(line_, _height([assumed], [sum(width for _, width in _PAGE)]))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 2)
    sheet.set_footer("&C第&P页 共&N页")


def _height(values: Sequence[object], widths: Sequence[int]) -> float:
    """Row height in points for the wrapped texts, since not every program computes it."""
    lines = (ceil(width_of(str(value)) / (width - 1)) for value, width in zip(values, widths, strict=True))
    return 3 + 14 * max(1, *lines)


def _write(sheet: Worksheet, row: int, column: int, value: object, style: Format) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, printable(str(value)), style)


def _sheet_name(each: Judged, taken: set[str]) -> str:
    """A valid, unique sheet name: at most 31 characters, without forbidden ones."""
    name = re.sub(r"[\[\]:*?/\\'\x00-\x1f]", "", printable(each.authority or each.file))[:26] or "未识别"
    found, number = name, 1
    while found.lower() in taken:
        number += 1
        found = f"{name}{number}"
    return found
