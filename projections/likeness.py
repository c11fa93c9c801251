"""The similarity of the content of two requests: a hint for the handler, who must compare them (第三十六条第六项)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Literal

Likeness = Literal["repeated", "similar"]
"""Equal except for punctuation; or mostly equal."""

LIKENESS_WORDS: dict[Likeness, str] = {"repeated": "内容相同", "similar": "内容相近"}

_MOSTLY = 0.6
"""Threshold of the share of common bigrams: a year or a street may differ."""
_LONGEST = 5_000
"""At most so many characters are compared."""


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
