"""Recognises struck-through text on a printed page: characters with a short line through their middle."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from adapters.report_files.ruled import Letter, Rule

_THICK = 1.5
"""Points: a strike-through line is at most this thick."""
_HIGHEST, _LOWEST = 0.3, 0.7
"""Shares of a character's height, from its top, between which a line strikes it through; a lower one underlines it."""
_BEYOND = 0.6
"""Share of a character's height by which a strike-through extends beyond the text at most; table lines extend further."""
_TOUCHING = 1.0
"""Points: a line whose end is at most this far from a vertical line belongs to a table."""


def removed(letters: Sequence[Letter], rules: Sequence[Rule]) -> tuple[list[Letter], list[Rule], bool]:
    """Characters without struck-through ones, lines without those that strike through, and whether there were any."""
    ordered = sorted((each for each in letters if each.text.strip()), key=lambda each: each.middle[1])
    heights = [each.middle[1] for each in ordered]
    tallest = max((each.height for each in ordered), default=0.0)
    uprights = [rule for rule in rules if not rule.is_level]
    gone: set[Letter] = set()
    lines: set[Rule] = set()
    for rule in rules:
        if not rule.is_level or rule.bottom - rule.top > _THICK:
            continue
        y = (rule.top + rule.bottom) / 2
        near = ordered[bisect_left(heights, y - tallest) : bisect_right(heights, y + tallest)]
        crossed = [each for each in near if _crosses(rule, y, each)]
        if crossed and _is_short(rule, crossed) and not any(_touches(rule, y, each) for each in uprights):
            gone.update(crossed)
            lines.add(rule)
    if not gone:
        return list(letters), list(rules), False
    return [each for each in letters if each not in gone], [each for each in rules if each not in lines], True


def _crosses(rule: Rule, y: float, letter: Letter) -> bool:
    return (
        rule.left <= letter.middle[0] <= rule.right
        and _HIGHEST * letter.height <= y - letter.top <= _LOWEST * letter.height
    )


def _is_short(rule: Rule, crossed: Sequence[Letter]) -> bool:
    room = _BEYOND * max(each.height for each in crossed)
    return (
        rule.left >= min(each.left for each in crossed) - room
        and rule.right <= max(each.right for each in crossed) + room
    )


def _touches(rule: Rule, y: float, upright: Rule) -> bool:
    if not upright.top - _TOUCHING <= y <= upright.bottom + _TOUCHING:
        return False
    x = (upright.left + upright.right) / 2
    return min(abs(rule.left - x), abs(rule.right - x)) <= _TOUCHING
