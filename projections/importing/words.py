"""Chinese words for kinds, channels, outcomes and the like, as codes: exact ones, and near spellings as assumed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from domain.report import official_form
from projections.choice_labels import CHOICES
from projections.report import labels

FieldName = Literal["channel", "applicant_kind", "delivery", "method", "outcome", "disposition", "timeliness"]

_WITHIN = re.compile(r"[/：:；;，,—>→\n\-－]+|\s{2,}|(?<=\D)[0-9]{1,2}[.．、]")
_SHORTEST = 4
"""Letters of a word that another may come near; of fewer one is too much of the sense."""
_LONGEST = 60
"""Letters of a text in which a word is looked for."""
_IN_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,60})[)）\]】]")
_NEGATIONS = re.compile("[不未无非没否]")
"""Letters that make the contrary: 不予公开 is not near 给予公开."""


class ReadWord(NamedTuple):
    """A code, empty for what says that nothing happened yet, or why the text is none; assumed: what was taken for what."""

    code: str | None
    problem: str | None = None
    assumed: str | None = None


def read_word(field: FieldName, text: str, own: Mapping[str, str] | None = None) -> ReadWord:
    """own: an office's own words for codes, as its mapping file has them."""
    if own:
        typed = bare(text)
        for word, code in own.items():
            if bare(word) == typed:
                return ReadWord(code)
    return _read(field, text)


@lru_cache(maxsize=16_384)
def _read(field: FieldName, text: str) -> ReadWord:
    known, typed = _vocabulary(field), bare(text)
    found = next((known[each] for each in _candidates(text) if each in known), None)
    for part in _IN_BRACKETS.findall(text):
        inner = next((known[each] for each in _candidates(part) if each in known), None)
        # 不予公开（国家秘密）, 其他处理（撤回）: what stands in brackets says which.
        if inner and (found is None or inner.startswith(f"{found}.")):
            return ReadWord(inner)
        if found is None and len(within := _contained(field, bare(part))) == 1:
            ((code, word),) = within.items()
            return ReadWord(code, None, f"“{_shown(text)}”视为“{word}”")
    if found is not None or (found := _in_group(field, typed)) is not None:
        return ReadWord(found)
    near = {known[word]: word for word in known if is_near(typed, word)} or _contained(field, typed)
    if len(near) == 1:
        ((code, word),) = near.items()
        return ReadWord(code, None, f"“{_shown(text)}”视为“{word}”")
    return ReadWord(None, f"“{_shown(text)}”不是认得的{_TITLES[field]}")


_GROUPS = {"不予公开": "refused.", "无法提供": "unable.", "不予处理": "not_processed.", "其他处理": "other."}
"""What an outcome's row of the table is headed by, and how the codes below it begin."""


def _in_group(field: FieldName, typed: str) -> str | None:
    """A word with its group's before or behind it: 涉密不予公开."""
    if field != "outcome":
        return None
    for group, start in _GROUPS.items():
        code = _vocabulary(field).get(typed.replace(group, "", 1)) if group in typed else None
        if code is not None and code.startswith(start):
            return code
    return None


def _contained(field: FieldName, typed: str) -> dict[str, str]:
    """Known words within a longer text, by code: 告知申请人信息不存在. None where the rest of it may say the contrary."""
    if len(typed) > _LONGEST:
        return {}
    shortest = _SHORTEST if field in ("outcome", "disposition") else 2
    within = [word for word in _vocabulary(field) if len(word) >= shortest and word in typed]
    whole = [word for word in within if not any(word != other and word in other for other in within)]
    if any(_NEGATIONS.search(typed.replace(word, "", 1)) for word in whole):
        return {}
    return {_vocabulary(field)[word]: word for word in whole}


def codes(field: FieldName) -> frozenset[str]:
    """That a mapping file may name."""
    return frozenset(_vocabulary(field).values())


_TITLES: dict[FieldName, str] = {
    "channel": "申请方式",
    "applicant_kind": "申请人类别",
    "delivery": "提供方式",
    "method": "送达方式",
    "outcome": "办理结果",
    "disposition": "复议、诉讼结果",
    "timeliness": "是否按期",
}


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    """Words by field and code."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def _vocabulary(field: FieldName) -> dict[str, str]:
    """Codes by bare word; a word of two codes in the lists stands for the first."""
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
    for code in list(words.values()):
        words.setdefault(code.casefold(), code)
    words.pop("", None)
    return words


def _candidates(text: str) -> list[str]:
    """The text, and what stands behind its last separator: 不予公开：国家秘密, 其他处理/撤回申请."""
    parts = [bare(part) for part in _WITHIN.split(text) if part.strip()]
    return [bare(text), "".join(parts), *(parts[-1:] if len(parts) > 1 else [])]


def is_near(one: str, other: str) -> bool:
    """Whether at most one letter in five differs, is missing, too many or has changed places with the next."""
    longest = max(len(one), len(other))
    if min(len(one), len(other)) < _SHORTEST or _NEGATIONS.findall(one) != _NEGATIONS.findall(other):
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
