"""The file of a case (卷宗): a cover, the list of its papers, sheets made from the register, and a closing note.

Its papers lie in the order of law. Two parts are kept apart, as files are: what may go to a court, and the steps within
the office (副卷), which are left out unless they are wanted. Nothing here depends on the day it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from domain.entry import Recorded
from domain.law import outcomes
from domain.law.calendar import Calendar
from domain.request import events
from domain.request.amendment import amended
from domain.request.state import DisclosureRequest
from projections import deadline_days
from projections.choice_labels import CHOICES
from projections.history import HistoryLine


class Grid(msgspec.Struct, frozen=True):
    """A table of a sheet. widths: shares of the page."""

    headings: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


class Block(msgspec.Struct, frozen=True):
    """A part of a sheet: a heading over paragraphs, pairs of a label and words, or a table; each may be wanting."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    grid: Grid | None = None


class Sheet(msgspec.Struct, frozen=True):
    """One or more pages that the program writes."""

    title: str
    blocks: tuple[Block, ...]


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of the file, or a sheet. name: as listed. version: of the entry that filed it or from which it was made.

    pages: None of a file without pages, or that is not there. remark: what is to be known of it. sha256: of its bytes.
    """

    name: str
    kind: str
    on: date | None = None
    version: int | None = None
    pages: int | None = None
    remark: str = ""
    sha256: str = ""


class Cover(msgspec.Struct, frozen=True):
    """The first page. pairs: label and words, in order."""

    authority: str
    title: str
    pairs: tuple[tuple[str, str], ...]


def cover(
    authority: str,
    request: DisclosureRequest,
    history: Sequence[Recorded],
    applicant: str,
    papers: Sequence[Paper],
    *,
    internal: bool,
) -> Cover:
    """applicant: the name, or why it is not shown. history: in the order recorded."""
    received, closing = request.received, request.closing
    archived = next((e.event for e in amended(history) or () if isinstance(e.event, events.Archived)), None)
    subject = received.subject if received else None
    pages = sum(each.pages or 0 for each in papers)
    pairs = [
        ("登记号", str(request.reference)),
        ("申请人", applicant),
        ("申请人类别", CHOICES["applicant_kind"][received.applicant_kind] if received else ""),
        ("收到日期", str(received.on) if received else "登记已撤销"),
        ("办结日期", str(closing.on) if closing else "尚未办结"),
        ("办理结果", outcomes.label(closing.outcome) if closing else ""),
        ("答复文号", "、".join(each.document_no for each in request.answers)),
        ("复议、诉讼", "、".join(f"{each.tribunal} {each.case_no}" for each in request.appeals)),
        ("档号", archived.archive_no if archived else "尚未归档"),
        ("保管期限", CHOICES["retention"][archived.retention] if archived else ""),
        ("件数、页数", f"共{len(papers)}件{pages}页"),
    ]
    title = f"关于{subject}的政府信息公开申请" if subject else "政府信息公开申请"
    filled = tuple((label, words) for label, words in pairs if words)
    return Cover(authority, f"{title}{'卷宗（含副卷）' if internal else '卷宗'}", filled)


def contents(papers: Sequence[Paper]) -> Sheet:
    """卷内目录: every paper by its number, with the page on which it begins."""
    rows, page = [], 1
    for number, each in enumerate(papers, 1):
        begins = str(page) if each.pages else "—"
        rows.append(
            (
                str(number),
                each.name,
                each.kind,
                str(each.on or ""),
                begins,
                str(each.pages or "—"),
                each.remark,
            )
        )
        page += each.pages or 0
    grid = Grid(
        ("顺序号", "文件名称", "类别", "日期", "页号", "页数", "备注"),
        (1.0, 4.2, 1.6, 1.8, 0.9, 0.9, 2.8),
        tuple(rows),
    )
    return Sheet("卷内目录", (Block(grid=grid),))


def steps(lines: Iterable[HistoryLine], shown: frozenset[int]) -> Sheet:
    """办理经过: each entry in the order recorded. shown: versions."""
    rows = tuple(
        (
            str(line.version),
            line.on,
            line.sentence.removeprefix(line.on) + _amended(line),
            line.actor + (f"（代{line.on_behalf_of}）" if line.on_behalf_of else ""),
            line.recorded_on,
        )
        for line in lines
        if line.version in shown
    )
    grid = Grid(("条", "日期", "事项", "登记人", "登记日期"), (0.6, 1.5, 6.0, 1.4, 1.5), rows)
    return Sheet("办理经过", (Block(grid=grid),))


def _amended(line: HistoryLine) -> str:
    if not line.amended_by:
        return ""
    by = "、".join(f"第{each}条" for each in line.amended_by)
    return f"（已由{by}{'撤销' if line.annulled else '更正'}）"


def term(request: DisclosureRequest, conclusion: str, calendar: Calendar) -> Sheet | None:
    """期限推算: the steps of the clock and each day; None where none ran."""
    deadline = request.deadline
    if deadline is None:
        return None
    steps = tuple(step.text + (f"　期限：{step.due_on}" if step.due_on else "") for step in deadline.steps)
    rows = tuple(
        (
            str(each.day),
            "一二三四五六日"[each.day.weekday()],
            "不计" if each.counted is None else str(each.counted),
            each.reason,
        )
        for each in deadline_days.trace(request, calendar)
    )
    days = Grid(("日期", "星期", "第几日", "原因"), (1.6, 0.7, 0.9, 5.0), rows)
    return Sheet(
        "期限推算",
        (Block(paragraphs=tuple(conclusion.splitlines())), Block("各步", steps), Block("逐日", grid=days)),
    )


def proofs(sealed: Sequence[tuple[int, int, str]], checkpoint: str) -> Sheet:
    """存证清单: version, position and leaf of each entry, and the checkpoint that covers them."""
    rows = tuple((str(version), str(position), leaf) for version, position, leaf in sealed)
    how = (
        "下列各条登记在日志中的位置和摘要，均为下列存证点所覆盖，登记后未被改动。",
        "压缩包中“存证”各文件为各条的回执，可在另行取得本机关公钥后离线核验：taizhang verify 文件，或按RFC 9162、C2SP tlog-proof自行核验。",
    )
    return Sheet(
        "存证清单",
        (
            Block(paragraphs=how),
            Block(grid=Grid(("条", "日志位置", "摘要（SHA-256）"), (0.6, 1.0, 7.0), rows)),
            Block("存证点", tuple(checkpoint.splitlines())),
        ),
    )


def closing_note(papers: Sequence[Paper], remarks: Iterable[str]) -> Sheet:
    """备考表: how much the file holds, and what is to be known of it."""
    pages = sum(each.pages or 0 for each in papers)
    without = sum(each.pages is None for each in papers)
    whole = f"本卷共{len(papers)}件，编有页号的{pages}页" + (
        f"，没有页的电子文件和未附的{without}件。" if without else "。"
    )
    return Sheet("备考表", (Block(paragraphs=(whole, *remarks)),))


def sealed_sheet(blocks: Sequence[Block]) -> Sheet:
    """申请人和申请内容: what is sealed, in clear, entry by entry."""
    return Sheet("申请人、申请内容和各条文字", tuple(blocks))
