"""Translates Chinese words for kinds, channels, outcomes etc. to codes: exact ones, and near spellings as an
assumption."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple
from unicodedata import normalize

from domain.report import official_form
from domain.values import plain
from projections.choice_labels import CHOICES
from projections.report.recognition import labels

FieldName = Literal[
    "channel", "applicant_kind", "delivery", "method", "outcome", "reply", "disposition", "timeliness"
]  # fmt: skip

_WITHIN = re.compile(r"[/：:；;，,、—>→\n+|\-－]+|\s{2,}|(?<=\D)[0-9]{1,2}[.．、]")
"""Separators of the parts of a cell, besides brackets."""
_SHORTEST = 4
"""Minimum length of a word for near spellings: in a shorter one each character matters too much."""
_LONGEST = 60
"""Maximum length of a text in which a word is searched."""
_IN_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,60})[)）\]】]")
_NEGATIONS = re.compile("[不未无非没否拟待暂缓拒驳退]")
"""Letters that make the contrary, or say that it is yet to come: 不予公开 is not near 给予公开, nor 驳回申请 near 撤回申请."""
_NUMERAL = re.compile("[一二三四五六七八九十0-9]{1,3}")
_OPEN = "?"
"""The code of what is no slip for another word, and itself says too little: 驳回上诉."""


class ReadWord(NamedTuple):
    """A code, empty for what says that nothing happened yet, or why the text is none; assumed: what was taken for
    what."""

    code: str | None
    problem: str | None = None
    assumed: str | None = None


def read_word(field: FieldName, text: str, own: Mapping[str, str] | None = None) -> ReadWord:
    """own: an office's own words for codes, as its mapping file has them."""
    for exactly in (True, False) if own else ():
        typed = plain(text) if exactly else bare(text)
        for word, code in (own or {}).items():
            # A word with brackets is meant as it is written: 公开（部分） is no 公开.
            if (plain(word) if exactly else "" if _IN_BRACKETS.search(word) else bare(word)) == typed:
                return ReadWord(code)
    return _read(field, text)


@lru_cache(maxsize=16_384)
def _read(field: FieldName, text: str) -> ReadWord:
    known, typed = _vocabulary(field), normalize("NFKC", text)
    inner = [part for found in _IN_BRACKETS.findall(typed) for part in _parts(found)]
    outer = _parts(_IN_BRACKETS.sub(" ", typed))
    for part in inner:
        if (code := known.get(f"{part}{''.join(outer)}", _OPEN)) != _OPEN:
            return ReadWord(code)  # 公开（部分） is 部分公开
    if not inner and (code := known.get("".join(outer), known.get(bare(text), _OPEN))) != _OPEN:
        return ReadWord(code)
    known_words = {part: known[part] for part in (*outer, *inner) if part in known}
    if len(found := _most_exact(field, known_words)) > 1:
        return _too_much(field, text, found)
    unread = [
        part
        for part in (*outer, *inner)
        if part not in known_words and part not in _GROUPS[field] and not _NUMERAL.fullmatch(part)
    ]
    groups = [group for part in (*outer, *inner) if (group := _GROUPS[field].get(part)) is not None]
    if found:
        ((word, code),) = found.items()
        if code == _OPEN or not all(code.startswith(group) for group in groups):
            return _too_little(field, text)
        rest = [part for part in unread if part not in _in_labels()]
        if not rest:
            return ReadWord(code)
        if word in (outer[-1:] + inner) and not any(map(_NEGATIONS.search, rest)):
            return ReadWord(code, None, f"“{_shown(text)}”视为“{word}”")
    return _assumed(field, text, unread, groups, found)


def _parts(text: str) -> list[str]:
    """What is between its separators, without numbering."""
    return [part for part in map(bare, _WITHIN.split(text)) if part]


def _most_exact(field: FieldName, known_words: Mapping[str, str]) -> dict[str, str]:
    """Words by what they say, those left out that another says more exactly; one where they agree."""
    codes = set(known_words.values())
    if field == "outcome" and _IN_PART in codes and all(code.startswith(_OF_PARTS) for code in codes):
        codes = {_IN_PART}  # 区分处理的，只计这一情形，不计其他情形
    kept = {
        word: code
        for word, code in known_words.items()
        if code in codes and not any(other.startswith(f"{code}.") for other in codes if code)
    }
    return kept if len(set(kept.values())) > 1 else dict(list(kept.items())[-1:])


def _too_little(field: FieldName, text: str) -> ReadWord:
    return ReadWord(None, f"“{_shown(text)}”不是认得的{_TITLES[field]}：没有写明是其中哪一种")


def _too_much(field: FieldName, text: str, words: Iterable[str]) -> ReadWord:
    return ReadWord(None, f"“{_shown(text)}”写有不止一种{_TITLES[field]}：{'、'.join(words)}")


def _assumed(
    field: FieldName,
    text: str,
    unread: list[str],
    groups: list[str | tuple[str, ...]],
    known_parts: Mapping[str, str],
) -> ReadWord:
    """The code of a text that has a near spelling, or a known word within a part, beside its known parts."""
    typed, known = bare(text), _vocabulary(field)
    if groups and not unread:
        return _too_little(field, text)
    if (code := _in_group(field, typed)) is not None:
        return ReadWord(code)
    near = {known[word]: word for each in (typed, *unread) for word in known if is_near(each, word)}
    found = near or _contained(field, typed)
    for part in unread:
        found = found or _contained(field, part)
    within = {word: known[word] for part in unread for word in _within(field, part, 3)}
    if len(several := _most_exact(field, within)) > 1:
        return _too_much(field, text, several)
    if found and known_parts:  # 部分公开，其余第三方不同意
        exact = {word: code for word, code in known_parts.items() if word not in _GROUPS[field]}
        several = _most_exact(field, {**{word: code for code, word in found.items()}, **exact})
        if len(several) > 1:
            return _too_much(field, text, several)
        found = {code: word for word, code in several.items()}
    if len(found) == 1:
        ((code, word),) = found.items()
        if code != _OPEN and all(code.startswith(group) for group in groups):
            return ReadWord(code, None, f"“{_shown(text)}”视为“{word}”")
    if groups or found:
        return _too_little(field, text)
    return ReadWord(None, f"“{_shown(text)}”不是认得的{_TITLES[field]}")


_IN_PART = "granted_in_part"
_OF_PARTS = ("granted", "refused", "unable")
"""The outcome of an answer in parts."""
_GROUPS: dict[FieldName, dict[str, str | tuple[str, ...]]] = defaultdict(dict)
"""Headings of the table's groups, and the prefix of the codes of each."""
_GROUPS["outcome"] = {
    "不予公开": "refused.",
    "无法提供": "unable.",
    "不予处理": "not_processed.",
    "其他处理": "other.",
}
_GROUPS["applicant_kind"] = dict.fromkeys(
    ("法人或其他组织", "法人和其他组织", "法人及其他组织", "法人组织", "法人"),
    ("commercial_", "research_", "public_interest_", "legal_service_", "other_"),
)


def _in_group(field: FieldName, typed: str) -> str | None:
    """A word with its group's before or behind it: 涉密不予公开."""
    for group, start in _GROUPS[field].items():
        code = _vocabulary(field).get(typed.replace(group, "", 1)) if group in typed else None
        if code is not None and code.startswith(start):
            return code
    return None


def _contained(field: FieldName, typed: str) -> dict[str, str]:
    """Known words within a longer text, by code: 告知申请人信息不存在. None where the rest of it may say the contrary."""
    if len(typed) > _LONGEST:
        return {}
    shortest = _SHORTEST if field in ("outcome", "disposition") else 2
    whole = _within(field, typed, shortest)
    if any(_NEGATIONS.search(typed.replace(word, "", 1)) for word in whole):
        return {}
    return {_vocabulary(field)[word]: word for word in whole}


def _within(field: FieldName, typed: str, shortest: int) -> list[str]:
    """Known words in a text that are in no longer one."""
    within = [word for word in _vocabulary(field) if len(word) >= shortest and word in typed]
    if field == "applicant_kind":  # 民营企业 is one, 自然资源局 no 自然人
        within = [word for word in within if len(word) > 2 or typed.endswith(word)]
    return [word for word in within if not any(word != other and word in other for other in within)]


def codes(field: FieldName) -> frozenset[str]:
    """That a mapping file may name."""
    return frozenset(_vocabulary(field).values()) - {_OPEN}


_TITLES: dict[FieldName, str] = {
    "channel": "申请方式",
    "applicant_kind": "申请人类别",
    "delivery": "提供方式",
    "method": "送达方式",
    "outcome": "办理结果",
    "reply": "第三方意见",
    "disposition": "复议、诉讼结果",
    "timeliness": "是否按期",
}


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    """Words by field and code."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def _vocabulary(field: FieldName) -> dict[str, str]:
    """Codes by bare word; a word of two codes in the lists means the first."""
    words: dict[str, str] = {}
    for code, known in _lists()[field].items():
        for word in known:
            words.setdefault(bare(word), code)
    for code, label in CHOICES.get(field, {}).items():
        for word in (label, label.rpartition("：")[2]):
            words.setdefault(bare(word), code)
    for name in official_form.NAMES:
        form = official_form.load(name).requests
        lines = form.columns if field == "applicant_kind" else form.rows if field == "outcome" else ()
        for line in lines:
            if line.code in ("total", "new", "carried_in", "carried_out"):
                continue
            parts = [bare(part) for part in line.label.split("/")]
            for start in range(len(parts)):
                words.setdefault("".join(parts[start:]), line.code)
    for code in set(words.values()) - {_OPEN}:
        words.setdefault(code.casefold(), code)
    words.pop("", None)
    return words


@cache
def _in_labels() -> frozenset[str]:
    """What is in the brackets of the forms' own labels."""
    rows = (row for name in official_form.NAMES for row in official_form.load(name).requests.rows)
    return frozenset(
        part for row in rows for text in _IN_BRACKETS.findall(row.label) for part in _parts(text)
    )


def is_near(one: str, other: str) -> bool:
    """Whether at most one letter in five differs, is missing, too many or has changed places with the next; never the
    first."""
    longest = max(len(one), len(other))
    if min(len(one), len(other)) < _SHORTEST or one[0] != other[0]:
        return False
    if _NEGATIONS.findall(one) != _NEGATIONS.findall(other):
        return False
    return distance(one, other, most=max(1, longest // 5)) <= max(1, longest // 5)


def distance(one: str, other: str, most: int) -> int:
    """Damerau and Levenshtein's, or more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


def bare(text: str) -> str:
    """Without numbering, brackets and what is in them, punctuation and capitals."""
    return labels.bare(text).casefold()


def _shown(text: str) -> str:
    return " ".join(text.split())[:40]
