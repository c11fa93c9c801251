"""The daily digest as subject and text of a mail: references, days and subjects, without personal data."""

from __future__ import annotations

from collections.abc import Iterator

from domain.authority.events import AUTHORITY_STREAM
from projections.digest import Digest, ReportOwed
from projections.district.work_list import UnitWarning
from projections.work_list import Duty

LONGEST = 200
"""Maximum lines of a part; of the rest only the number is given."""


def subject(digest: Digest) -> str:
    left = [each.workdays_left for each in (*digest.duties, *digest.escalated)]
    left += [each.workdays_left for each in digest.units]
    left += [each.workdays_left for each in digest.reports]
    late = sum(each is not None and each < 0 for each in left)
    return f"台账待办{len(digest)}项，{f'其中{late}项期限已过，' if late else ''}{digest.on}"


def text(digest: Digest, office: str) -> str:
    """The text of the mail. office: name of the authority."""
    return "\n".join(_lines(digest, office)) + "\n"


def _lines(digest: Digest, office: str) -> Iterator[str]:
    yield f"{office}　{digest.on}　待办{len(digest)}项"
    parts = (
        ("本人承办", list(map(_duty, digest.duties))),
        ("期限将至或已过，按办理规则报告", list(map(_duty, digest.escalated))),
        ("对下级单位", list(map(_unit, digest.units))),
        ("年度报告", list(map(_report, digest.reports))),
    )
    for heading, lines in parts:
        if lines:
            yield from ("", f"{heading}（{len(lines)}项）", *lines[:LONGEST])
        if len(lines) > LONGEST:
            yield f"另有{len(lines) - LONGEST}项，请在台账中查看"
    yield from ("", "由台账自动发送，请勿回复。停发或更改地址：登录台账，“我的账号”。")


def _duty(duty: Duty) -> str:
    reference = "" if duty.reference == AUTHORITY_STREAM else duty.reference
    parts = (reference, duty.subject, duty.text, _term(duty.due_on, duty.workdays_left), duty.note)
    return "　".join(each for each in parts if each)


def _unit(warning: UnitWarning) -> str:
    parts = (
        warning.unit,
        warning.reference or "",
        warning.name,
        f"{warning.text}{'（已督办）' if warning.ordered else ''}",
        _term(warning.due_on, warning.workdays_left),
    )
    return "　".join(each for each in parts if each)


def _report(report: ReportOwed) -> str:
    parts = (f"{report.year}年度报告", report.stage, _term(report.due_on, report.workdays_left))
    return "　".join(filter(None, parts))


def _term(due_on: object, left: int | None) -> str:
    if due_on is None or left is None:
        return ""
    words = f"余{left}个工作日" if left > 0 else "今日到期" if left == 0 else f"已过{-left}个工作日"
    return f"期限{due_on}，{words}"
