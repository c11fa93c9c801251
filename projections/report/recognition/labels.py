"""Matches typed labels to the lines of a form, by their words and by their order.

Offices retype the form: 四、结转下年度, （2）重复申请, 其它, 公益组织. A label that differs from the form's only in spaces,
brackets, numbering and punctuation is the same. Another label is matched if its words are similar, or if it is the only
candidate for its place; this is reported as an assumption. An ambiguous label is not matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from domain.report.numerals import in_words, plain

How = Literal["same", "known", "near", "order"]

LONGEST = 80
"""Maximum characters of a label."""
MOST = 400
"""Maximum labels matched against a form, which has 25 rows."""
_CERTAIN = 0.8
_POSSIBLE = 0.45
_MARGIN = 0.04
_WORDS: dict[How, str] = {"same": "相同", "known": "通行写法", "near": "写法相近", "order": "按所在位置"}

_NUMBERING = re.compile(
    r"^(?:[(\[【<]([一二三四五六七八九十]{1,3}|[0-9]{1,2})[)\]】>][、.:]?"
    r"|([一二三四五六七八九十]{1,3})[、.:,)]|([0-9]{1,2})[、.:,)]?(?![0-9]))"
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\([^()]*$")
_MARKS = re.compile(r"[“”\"'‘’「」《》,、.。:;·*/|\-_()\[\]]")


class Wanted(NamedTuple):
    """A line of a form. known: common variants of its label, without numbering and punctuation."""

    code: str
    label: str
    known: tuple[str, ...] = ()


class Match(NamedTuple):
    """The line that a typed label was matched to. how: the method. sure: confidence in per cent."""

    code: str
    label: str
    how: How
    sure: int

    def assumption(self, typed: str) -> str | None:
        """The assumption as a Chinese sentence; None if there was none."""
        if self.how == "same":
            return None
        return f"“{shown(typed)}”视为“{self.label}”（{_WORDS[self.how]}，把握{self.sure}%）"


class _Label(NamedTuple):
    number: int | None
    bare: str


def shown(typed: str) -> str:
    """A typed label for use in a sentence: on one line, at most 40 characters."""
    text = " ".join(typed.split())
    return text if len(text) <= 40 else f"{text[:40]}…"


def bare(typed: str) -> str:
    """The words of a label: without numbering, bracketed text, quotes and punctuation."""
    return _parsed(typed).bare


@lru_cache(maxsize=8_192)
def _parsed(typed: str) -> _Label:
    text = plain(typed[: 4 * LONGEST].translate(_CIRCLED))
    match = _NUMBERING.match(text)
    number = None
    if match is not None:
        numeral = match[1] or match[2] or match[3]
        try:
            number = int(numeral) if numeral.isdigit() else in_words(numeral)
            text = text[match.end() :]
        except ValueError:
            pass  # 一二十 is not a number, so not numbering
    words = _MARKS.sub("", _BRACKETS.sub("", text)) or _MARKS.sub("", text)
    words = words.replace("其它", "其他").replace("公布", "公开") if len(words) > 1 else words
    return _Label(number, words.removesuffix("的") if len(words) > 2 else words)


_CIRCLED = {0x2460 + i: f"({i + 1})" for i in range(20)} | {0x2776 + i: f"({i + 1})" for i in range(10)}


@lru_cache(maxsize=65_536)
def _likeness(one: str, other: str) -> float:
    """Similarity from 0 to 1. It is high if one label begins or ends with the other, as a truncated one does."""
    if one == other:
        return 1.0
    short, long_ = sorted((one, other), key=len)
    if not short or len(long_) > LONGEST:
        return 0.0
    is_most = len(short) >= 6 or 2 <= len(short) >= len(long_) / 2
    # Many labels end with 申请, but only one begins with 重复.
    if is_most and (long_.startswith(short) or (len(short) > 2 and long_.endswith(short))):
        return 0.85 + 0.1 * len(short) / len(long_)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < _POSSIBLE or matcher.quick_ratio() < _POSSIBLE:
        return 0.0
    return min(matcher.ratio(), 0.94)


class _Scored(NamedTuple):
    score: float
    how: How


def _score(typed: _Label, wanted: Wanted) -> _Scored:
    own = _parsed(wanted.label).bare
    if typed.bare == own:
        return _Scored(1.0, "same")
    if typed.bare in wanted.known:
        return _Scored(0.96, "known")
    return _Scored(max(_likeness(typed.bare, each) for each in (own, *wanted.known)), "near")


def align(
    typed: Sequence[str], wanted: Sequence[Wanted], others: Iterable[str] = (), *, by_place: bool = True
) -> list[Match | None]:
    """For each typed label its line, or None; no line is used twice. typed, wanted: in the order of their tables.

    others: labels of no line, such as those of groups. by_place: also match labels by position: between two matched
    lines, if there are as many unmatched labels as missing lines.
    """
    labels = [_parsed(each) for each in typed[:MOST]]
    none = {_parsed(each).bare for each in others}
    scores = [
        [_Scored(0.0, "near") if label.bare in none and label.bare != _parsed(line.label).bare else _score(label, line) for line in wanted]
        if label.bare and len(label.bare) <= LONGEST
        else []
        for label in labels
    ]  # fmt: skip
    found = _certain(scores, labels, wanted)
    if by_place:
        _fill(found, labels, wanted, scores, none)
    matches: list[Match | None] = [None] * len(typed)
    for index, (line, how, score) in found.items():
        matches[index] = Match(wanted[line].code, wanted[line].label, how, round(100 * score))
    return matches


_Found = dict[int, tuple[int, How, float]]


def _is_part_of_another(typed: _Label, line: Wanted, wanted: Sequence[Wanted]) -> bool:
    """Whether another line contains the label too, as 新收 and 结转 both contain a cut off 息公开申请."""
    return any(
        typed.bare in each
        for other in wanted
        if other.code != line.code
        for each in (_parsed(other.label).bare, *other.known)
    )


def _certain(
    scores: Sequence[Sequence[_Scored]], labels: Sequence[_Label], wanted: Sequence[Wanted]
) -> _Found:
    """Matches of labels with one clear best line; those in the form's order take precedence over the others."""
    sure: dict[int, int] = {}
    for index, row in enumerate(scores):
        best = max(range(len(row)), key=lambda line: row[line].score, default=0)
        if not row or row[best].score < _CERTAIN:
            continue
        if row[best].how == "near" and _is_part_of_another(labels[index], wanted[best], wanted):
            continue
        rivals = [
            each.score for each, line in zip(row, wanted, strict=True) if line.code != wanted[best].code
        ]
        if not rivals or row[best].score - max(rivals) >= _MARGIN:
            sure[index] = best
    chain = _in_order(sure, scores, len(wanted))
    found: _Found = {}
    rest = sorted(set(sure) - set(chain), key=lambda index: -scores[index][sure[index]].score)
    for index in (*chain, *rest):
        line = sure[index]
        if wanted[line].code not in {wanted[each[0]].code for each in found.values()}:
            found[index] = (line, scores[index][line].how, scores[index][line].score)
    return found


def _in_order(sure: Mapping[int, int], scores: Sequence[Sequence[_Scored]], lines: int) -> list[int]:
    """Labels of the best scored sequence of matches in which the lines increase."""
    best: list[tuple[float, list[int]]] = [(0.0, [])] * (lines + 1)
    for index in sorted(sure):
        line = sure[index]
        weight, chain = max((best[each] for each in range(line + 1)), key=lambda each: each[0])
        candidate = (weight + scores[index][line].score ** 4, [*chain, index])
        if candidate[0] > best[line + 1][0]:
            best[line + 1] = candidate
    return max(best, key=lambda each: each[0])[1]


def _fill(
    found: _Found,
    labels: Sequence[_Label],
    wanted: Sequence[Wanted],
    scores: Sequence[Sequence[_Scored]],
    none: set[str],
) -> None:
    """Add matches by position: between two found lines with as many labels as missing lines, each label that is similar
    enough or has the line's number."""
    known = sorted(found.items())
    edges = [(-1, -1), *((index, line) for index, (line, _, _) in known), (len(labels), len(wanted))]
    taken = {line for line, _, _ in found.values()}
    for (above, first), (below, last) in pairwise(edges):
        open_ = [
            index
            for index in range(above + 1, below)
            if labels[index].bare and labels[index].bare not in none
        ]
        free = [line for line in range(first + 1, last) if line not in taken]
        if len(open_) != len(free):
            continue
        for index, line in zip(open_, free, strict=True):
            score = scores[index][line].score if scores[index] else 0.0
            numbers = (labels[index].number, _parsed(wanted[line].label).number)
            alone = above >= 0 or below < len(labels)
            if score >= _POSSIBLE:
                found[index] = (line, "near", score)
            elif (numbers[0] is not None and numbers[0] == numbers[1]) or (alone and None in numbers):
                found[index] = (line, "order", 0.5)
