"""How alike what two requests ask for is: a hint for who handles, who compares them (第三十六条第六项)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Literal

Likeness = Literal["repeated", "similar"]
"""The same words, punctuation apart; or mostly the same."""

LIKENESS_WORDS: dict[Likeness, str] = {"repeated": "内容相同", "similar": "内容相近"}

_MOSTLY = 0.6
"""Of the pairs of neighbouring characters of both that they share: a year or a road may differ, the matter does not."""
_LONGEST = 5_000
"""Characters that are compared."""


def likeness(one: str, other: str) -> Likeness | None:
    """Width, case, blanks and punctuation make no difference; None of what is empty, or alike in little."""
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return None
    if first == second:
        return "repeated"
    pairs, others = _pairs(first), _pairs(second)
    shared = 2 * (pairs & others).total()
    return "similar" if shared >= _MOSTLY * (pairs.total() + others.total()) and shared else None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text[:_LONGEST])).casefold()


def _pairs(text: str) -> Counter[str]:
    return Counter(text[place : place + 2] for place in range(len(text) - 1))
