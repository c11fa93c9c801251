"""Finds statements in a report's text that nothing was received, or that a count rose or fell: 未收到申请, 比上年增长8%.

Only clauses that consist of known words are recognised, since others may mean something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from domain.report.numerals import in_digits
from projections.report.citations import is_share

OFFICES = "局|办公室|办|委员会|委|厅|中心|公司|院|所|政府|街道|镇|乡"
"""Ends of the names of offices."""
_US = rf"(?:[本我全](?:单位|机关|{OFFICES}|区|县|市|省|部门))"
_BEGINS = rf"(?:20[0-9]{{2}}年度?|本年度?|全年度?|今年|当年|年内|一年来|{_US}|共|均|也|中|[，,、\s])*"
_REQUESTS = r"(?:(?:依申请公开|(?:政府)?信息公开)的?申请|依?申请公开(?=件|事项|案件|信息|政府信息))(?:件|事项|案件|(?:政府)?信息)?"
_NO_REQUESTS = re.compile(
    rf"{_BEGINS}(?:(?:未|没有|未曾)(?:收到|接到|接收到?|受理)(?:过|任何|的)*(?:公民、法人(?:和|或|或者)其他组织)?(?:提出|提交)?的?|无){_REQUESTS}"
)
_KINDS = {"复议": "appeals.reconsideration.total", "诉讼": "appeals.litigation.total"}
_NO_APPEALS = re.compile(
    rf"{_BEGINS}(?:无|没有|不存在|(?:未|没有|未曾|从未)(?:发生|产生|出现|收到|接到|引发|引起)(?:过|任何)*)"
    r"(?:因?(?:政府)?信息公开(?:工作|申请|答复)?)?(?:(?:而|所)?(?:引起|引发|产生|提起|导致))?的?"
    r"(?:被?(?:申请|提起))?(?:行政)?(?P<one>复议|诉讼)"
    r"(?:(?:[、和及与或]|以及|或者)(?:被?(?:申请|提起))?(?:行政)?(?P<other>复议|诉讼))?(?:申请)?(?:案件|事项|情况)?"
    r"(?:(?:[、和及与或]|以及|或者)(?:出现)?(?:申诉|举报|投诉)(?:案件|事项|情况)?)*"
)
_REQUESTS_TOTAL = re.compile(
    rf"{_BEGINS}{_REQUESTS}(?:总数|总量|数量|件数)?(?:共计|共|总计|合计|为)?(?P<number>[0-9]{{1,9}})\s*[件宗]"
)
_CHANGED = re.compile(
    r"(?P<count>[0-9]{1,9})\s*[件宗][，,（(]?\s*(?:同比|(?:比|较|同|与)(?:去年|上年度?|上一年度?|(?P<year>20[0-9]{2})年度?)(?:同期)?(?:相比)?)[，,]?"
    r"(?:(?P<more>增长|增加|上升)|(?P<less>下降|减少|降低))了?(?P<amount>[0-9]{1,9}(?:\.[0-9]{1,4})?)\s*(?P<unit>[件宗]|%)"
)


class Change(NamedTuple):
    """A stated change of a count since last year. before: the text before the count. change: in words, such as 增长8%.

    number: the count. year: the year compared with, if named. amount, unit: of the change, such as 8 and %.
    """

    quoted: str
    change: str
    before: str
    number: int
    year: int | None
    is_less: bool
    amount: str
    unit: str

    def follows(self, last: int) -> bool:
        """Whether the change from last year's number is the stated one."""
        change = (last - self.number) if self.is_less else (self.number - last)
        if self.unit != "%":
            return change == Decimal(self.amount)
        return is_share(self.amount, change, last)


def denied_in(clause: str) -> Iterator[str]:
    """Names of the figures that a clause states to be zero. The authority's name must be replaced by 本单位."""
    if _NO_REQUESTS.fullmatch(clause):
        yield "requests.new.total"
    elif match := _NO_APPEALS.fullmatch(clause):
        for kind in dict.fromkeys(filter(None, (match["one"], match["other"]))):
            yield _KINDS[kind]


def total_in(clause: str) -> int | None:
    """The number of requests stated by a clause that states nothing else; see `denied_in` for its form."""
    match = _REQUESTS_TOTAL.fullmatch(clause)
    return int(match["number"]) if match else None


def changes_in(text: str) -> Iterator[Change]:
    for sentence in re.split(r"[。！？；\n]", in_digits(text)):
        for match in _CHANGED.finditer(sentence):
            yield Change(
                match[0],
                (match["more"] or match["less"]) + match["amount"] + match["unit"],
                re.split(r"[，,：:]", sentence[: match.start()])[-1],
                int(match["count"]),
                int(match["year"]) if match["year"] else None,
                match["less"] is not None,
                match["amount"],
                match["unit"],
            )
