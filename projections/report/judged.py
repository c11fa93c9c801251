"""Checks many reports together: each against its unit's report of the year before, and its texts against the others'."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from domain.report.numerals import plain
from projections.report import checks, copied
from projections.report.content import content_of
from projections.report.finding import CHECKS, NAMES, TABLES, ReportFinding, column_label, label
from projections.report.imported import TypedReport

HEADINGS = ("文件", "单位", "年度", "格式", "未读出", "差错", "空白", "其他提示", "已说明", "结论")
FINDING_HEADINGS = (
    "文件",
    "单位",
    "年度",
    "格式",
    "级别",
    "问题",
    "表",
    "行",
    "列",
    "等号左边",
    "等号右边",
    "差额",
    "内容",
    "说明",
    "名称",
)
GRADES = {"error": "差错", "warning": "提示", "unread": "未读出"}


class Source(NamedTuple):
    """A report read from a file; if it could not be read, report is None and fault is the reason in Chinese."""

    file: str
    report: TypedReport | None
    fault: str | None = None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one file. fault: why it could not be read. previous: the unit's file of the year before."""

    file: str
    authority: str | None = None
    year: int | None = None
    format: str | None = None
    fault: str | None = None
    previous: str | None = None
    unread: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    findings: tuple[ReportFinding, ...] = ()

    @property
    def open(self) -> list[ReportFinding]:
        return [each for each in self.findings if each.is_open]

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of the summary, in the order of its columns."""
        open_ = self.open
        errors = len(checks.errors_in(open_))
        blanks = sum(each.check in ("blank", "row_missing") for each in open_)
        return {
            "unread": len(self.unread) + (self.fault is not None),
            "errors": errors,
            "blanks": blanks,
            "others": len(open_) - errors - blanks,
            "waived": len(self.findings) - len(open_),
        }

    @property
    def verdict(self) -> str:
        counts = self.counts
        if self.fault is not None:
            return "不能读取"
        if counts["errors"]:
            return "须改正"
        if counts["unread"]:
            return "须人工核对"
        return "请说明或改正" if self.open else "未发现问题"

    @property
    def is_clean(self) -> bool:
        return self.fault is None and not self.unread and not self.open


class Waiver(NamedTuple):
    """A line of the waivers file. unit: empty for all units. name: of a finding or of a check. reason: why it is no fault."""

    unit: str
    name: str
    reason: str


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """The results for all files.

    missing: units of the list without a report. unlisted: files of units that are not on the list. twice: groups of files
    with the same unit and year.
    """

    reports: tuple[Judged, ...]
    copies: tuple[copied.Copy, ...] = ()
    missing: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    twice: tuple[tuple[str, ...], ...] = ()

    @property
    def is_clean(self) -> bool:
        return all(each.is_clean for each in self.reports) and not (
            self.missing or self.unlisted or self.twice
        )


def same_unit(name: str) -> str:
    """A unit's name for comparison: without spaces, brackets and quotes, and with 政府 for 人民政府."""
    return re.sub(r"[()《》“”\"]", "", plain(name)).replace("人民政府", "政府")


def judge(
    sources: Sequence[Source],
    previous: Sequence[Source] = (),
    *,
    units: Sequence[str] = (),
    waivers: Sequence[Waiver] = (),
) -> Batch:
    """Check reports. previous: reports of the year before. units: those that should have sent a report; may be empty."""
    before = {
        (same_unit(each.report.authority), each.report.year): each
        for each in previous
        if each.report is not None and each.report.authority
    }
    copies = tuple(
        copied.find(
            [(each.file, content_of(each.report)) for each in sources if each.report],
            [(each.file, content_of(each.report)) for each in previous if each.report],
        )
    )
    reports = tuple(_judge(each, before, copies, waivers) for each in sources)
    present: dict[str, list[str]] = {}
    for judged in reports:
        if judged.authority:
            present.setdefault(same_unit(judged.authority), []).append(judged.file)
    listed = {same_unit(unit): unit for unit in units}
    return Batch(
        reports=reports,
        copies=copies,
        missing=tuple(unit for key, unit in listed.items() if key not in present),
        unlisted=tuple(files[0] for key, files in present.items() if listed and key not in listed),
        twice=tuple(tuple(files) for files in _twice(reports)),
    )


def _twice(reports: Iterable[Judged]) -> list[list[str]]:
    found: dict[tuple[str, int | None], list[str]] = {}
    for each in reports:
        if each.authority:
            found.setdefault((same_unit(each.authority), each.year), []).append(each.file)
    return [files for files in found.values() if len(files) > 1]


def _judge(
    source: Source,
    before: Mapping[tuple[str, int | None], Source],
    copies: Sequence[copied.Copy],
    waivers: Sequence[Waiver],
) -> Judged:
    report = source.report
    if report is None:
        return Judged(file=source.file, fault=source.fault)
    last = before.get((same_unit(report.authority or ""), (report.year or 0) - 1))
    found = checks.check_typed(report, last.report if last else None)
    found += [copied.finding_of(each, source.file) for each in copies if source.file in each.files]
    reasons = {
        name: each.reason
        for each in waivers
        if not each.unit or same_unit(each.unit) == same_unit(report.authority or "")
        for name in _names(each.name)
    }
    return Judged(
        file=source.file,
        authority=report.authority,
        year=report.year,
        format=report.format,
        previous=last.file if last else None,
        unread=report.unread,
        assumed=report.assumed,
        findings=tuple(checks.waive(found, reasons)),
    )


def _names(name: str) -> list[str]:
    """The codes that a name in a waiver can mean: a check may be named in Chinese."""
    return [name, *(code for code, words in NAMES.items() if words == name)]


def other_unit(report: TypedReport, previous: TypedReport) -> str | None:
    """Why `previous` is not the unit's report of the year before; None if it is, or if that is not known."""
    if (
        report.authority
        and previous.authority
        and same_unit(report.authority) != same_unit(previous.authority)
    ):
        return f"上一年度的报告是“{previous.authority}”的，不是“{report.authority}”的"
    if report.year and previous.year and previous.year != report.year - 1:
        return f"上一年度的报告是{previous.year}年度的，不是{report.year - 1}年度的"
    return None


def summary(judged: Judged) -> list[object]:
    """A row of the summary, under HEADINGS."""
    return [
        judged.file, judged.authority or "未识别", judged.year or "未识别", judged.format or "",
        *judged.counts.values(), judged.fault or judged.verdict,
    ]  # fmt: skip


def lines(judged: Judged) -> list[list[object]]:
    """Rows under FINDING_HEADINGS: first what was not read, then the findings."""
    own: list[object] = [judged.file, judged.authority or "", judged.year or "", judged.format or ""]
    unread = [text for text in (judged.fault, *judged.unread) if text]
    return [
        *([*own, GRADES["unread"], "未读出", "", "", "", "", "", "", text, "", ""] for text in unread),
        *([*own, *cells(each, judged.format)] for each in judged.findings),
    ]


def cells(finding: ReportFinding, form: str | None) -> list[object]:
    """The columns of FINDING_HEADINGS from 级别 on."""
    row, column, table = finding.row or "", finding.column or "", finding.table
    named = [label(form, row, table) if row else "", column_label(form, column, table) if column else ""]
    return [
        GRADES[finding.grade], NAMES[finding.check], TABLES.get(table or "", ""), *named,
        finding.left or "", finding.right or "", finding.difference or "", finding.text, finding.waived or "", finding.name,
    ]  # fmt: skip


def units_in(data: bytes) -> list[str]:
    """The first column of a list of units in CSV, without the heading. Raises ValueError if it is not text."""
    return [unit for unit, *_ in unit_lines(data)]


def unit_lines(data: bytes) -> list[list[str]]:
    """The rows of a list of units in CSV that name a unit, without the heading. Raises ValueError if it is not text."""
    lines = [cells for _, cells in lines_in(data) if cells[0]]
    return lines[1:] if lines and lines[0][0] in ("单位", "单位名称", "名称", "报送单位") else lines


def waivers_in(data: bytes) -> list[Waiver]:
    """Waivers from CSV with 单位,名称,理由. Raises ValueError in Chinese for a row without a reason, or that waives an error."""
    found = []
    for number, text in lines_in(data):
        if text[:2] == ["单位", "名称"]:
            continue
        if len(text) < 3 or not text[1] or not text[2]:
            raise ValueError(f"第{number}行：应有单位（可空）、名称、理由三栏")
        if not any(checks.is_waivable(name) for name in _names(text[1])):
            allowed = "、".join(NAMES[name] for name, (grade, _) in CHECKS.items() if grade == "warning")
            raise ValueError(f"第{number}行：“{text[1]}”不能说明，可以说明的是：{allowed}，或其中一处的名称")
        found.append(Waiver(*text[:3]))
    return found


def lines_in(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not blank, with their number from 1 and stripped cells.

    Raises ValueError in Chinese if the file is not text or not CSV.
    """
    lines = csv.reader(io.StringIO(_decoded(data), newline=None))
    try:
        for number, line in enumerate(lines, 1):
            cells = [cell.strip() for cell in line]
            if any(cells):
                yield number, cells
    except csv.Error:
        raise ValueError(f"文件第{lines.line_num}行不能分栏读取，请另存为CSV") from None


def _decoded(data: bytes) -> str:
    """The text, from UTF-8 or GB18030. Raises ValueError in Chinese for other data."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("文件不是UTF-8或GB18030的文字")
