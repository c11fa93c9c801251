"""What keeps a row of an earlier register from being recorded, as codes that never change."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.law.refusals import Refusal
from projections.form_labels import fields_in_words

PROBLEMS = {
    "number_unreadable": "编号不能读",
    "number_repeated": "同一工作表中编号重复",
    "number_of_another": "编号与已导入的相同，内容却是另一件",
    "columns_differ": "同一项的几栏所写不同",
    "date_unreadable": "日期不能读，或有不止一种读法",
    "date_missing": "缺少日期",
    "date_reversed": "后一步骤的日期早于前一步骤",
    "receipts_differ": "同一编号的收到日期不同",
    "word_unknown": "写法不认得，或写有不止一种",
    "amount_unreadable": "金额、数量不能读",
    "kind_missing": "缺少申请人类别",
    "channel_missing": "缺少申请方式",
    "outcome_missing": "有日期而没有结果",
    "outcome_open": "有答复日期，结果却为未办结",
    "corrected_since": "导入后已由经办人更正，与原台账不同",
}
"""Codes and their meanings."""

_CODE = re.compile(r"［([a-z_]+)］$")


def coded(code: str, text: str) -> str:
    """The text of a problem with its code. KeyError for an unknown code."""
    PROBLEMS[code]
    return f"{text}［{code}］"


def of_refusal(refusal: Refusal) -> str:
    """A refusal of the register as a problem, with its own code."""
    return f"{fields_in_words(refusal)}［{refusal.code}］"


def codes_in(problems: Iterable[str]) -> list[str]:
    """The code of each problem; also of one that is a refusal of the register."""
    return [found[1] for each in problems if (found := _CODE.search(each)) is not None]
