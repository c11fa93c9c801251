"""Recognises the headings of columns: the field that each means, or the fields between which it leaves the choice."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from projections.importing.words import FieldName, bare, is_near

LONGEST = 40
"""Letters of a heading."""

WORD_FIELDS: dict[str, FieldName] = {
    "channel": "channel",
    "applicant_kind": "applicant_kind",
    "delivery": "delivery",
    "outcome": "outcome",
    "outcome_detail": "outcome",
    "method": "method",
    "timeliness": "timeliness",
    "consultation.reply": "reply",
    "reconsideration.result": "disposition",
    "litigation.result": "disposition",
}
"""Fields with a vocabulary."""

TERMS = frozenset(("supplement.respond_by", "consultation.respond_by", "fee.pay_by"))
"""Fields of last days; some registers have the length of the term there instead."""

OF_LATER_STEPS = frozenset(("consultation.reply", "reconsideration.result", "litigation.result"))
"""Fields of words about steps that most requests never reach."""

_MATTERS = {
    "补正": ("supplement.",),
    "延期": ("extended_",),
    "延长": ("extended_",),
    "第三方": ("consultation.",),
    "征求": ("consultation.",),
    "收费": ("fee.",),
    "缴费": ("fee.",),
    "复议": ("reconsideration.",),
    "诉讼": ("litigation.",),
    "起诉": ("litigation.",),
    "代理人": ("agent",),
    "送达": ("served_on", "method", "tracking_no", "signed_for_on"),
    "答复": (),
}
"""Words for a matter of its own, whose columns are below it, and how the names of its fields begin: 补正/收到日期 is no
day of receipt, and 征求第三方意见/答复日期 none of an answer. Where none are named, all may be there.
"""
_OF_NO_WORD = re.compile("日期|时间|日$|案号|文号|单号|机关|法院|金额|天数|期限")
"""Words in the headings of columns that hold a date, number or name, and so are not ticked."""
_AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "补正日期": ("supplement.on", "supplement.received_on"),
    "补正时间": ("supplement.on", "supplement.received_on"),
    "寄出日期": ("submitted", "served_on"),
    "签收日期": ("received", "signed_for_on"),
    "收费日期": ("fee.on", "fee.paid_on"),
    "收费时间": ("fee.on", "fee.paid_on"),
    "缴费金额": ("fee.amount", "fee.paid"),
    "缴纳金额": ("fee.amount", "fee.paid"),
}
"""Headings that may mean either field: the one if another column has the other, else neither until a person chooses."""


@cache
def _vocabulary() -> dict[str, list[str]]:
    """Headings by field."""
    return tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))


@cache
def synonyms() -> dict[str, str]:
    """Fields by bare heading, the most exact headings first."""
    return {bare(word): field for field, words in _vocabulary().items() for word in words}


def fields() -> tuple[str, ...]:
    """What a column can hold."""
    return tuple(_vocabulary())


def title(field: str) -> str:
    """The field as an officer calls it: the first of its headings."""
    return _vocabulary()[field][0]


def known_field(heading: str) -> str | None:
    """The field it means, if any. Both rows count before the lower alone: 行政复议/结果 is not 办理结果."""
    if not heading or len(heading) > LONGEST:
        return None
    known, parts = synonyms(), [bare(part) for part in heading.split("/")]
    begins = _of_matter("".join(parts[:-1]))
    for word in _words(parts):
        if word in known and (begins is None or known[word].startswith(begins)):
            return known[word]
    above = known.get(parts[0])
    if len(parts) == 1:
        return above
    # One of several columns under a heading of their own, that are ticked.
    return above if above in WORD_FIELDS and not _OF_NO_WORD.search(parts[-1]) else None


def may_mean(heading: str) -> tuple[str, ...]:
    """The fields between which a heading leaves the choice."""
    if len(heading) > LONGEST:
        return ()
    return next(filter(None, map(_AMBIGUOUS.get, _words([bare(part) for part in heading.split("/")]))), ())


def _words(parts: list[str]) -> Iterator[str]:
    """What a heading of several rows may be called in one: all of it, its matter with the lower word, the lower
    word."""
    above = "".join(parts[:-1])
    yield "".join(parts)
    yield from (f"{matter}{parts[-1]}" for matter in _MATTERS if matter in above)
    yield from reversed(parts[1:])


def _of_matter(above: str) -> tuple[str, ...] | None:
    found = tuple(begin for word, begins in _MATTERS.items() if word in above for begin in begins)
    return found or None


def is_of_step(heading: str) -> bool:
    """Whether the column is about a step with fields of its own, such as 是否延期 or 补正情况."""
    words = bare(heading)
    return any(word in words and "".join(begins).endswith((".", "_")) for word, begins in _MATTERS.items())


def near(heading: str) -> str | None:
    """The known heading that an unknown one comes near. It may mean another thing: 应答复日期, 收费日期, 是否延期."""
    typed = bare(heading.replace("/", ""))
    return next((word for word in synonyms() if len(heading) <= LONGEST and is_near(typed, word)), None)


def is_ticked(heading: str, field: str) -> bool:
    """Whether it is one of several columns under a common heading, whose own words are of the vocabulary."""
    parts = heading.split("/")
    return field in WORD_FIELDS and len(parts) > 1 and synonyms().get(bare(parts[0])) == field
