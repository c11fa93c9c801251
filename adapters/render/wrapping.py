"""Wraps text for a terminal: Chinese characters take two cells and can be broken anywhere, Latin words cannot.

No line begins with a closing mark or ends with an opening one. Codes such as ［late_answer］ are not broken if they fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

WIDTH = 100
"""Maximum columns used."""

_OPENING, _CLOSING = "（［【〔《〈“‘", "）］】〕》〉”’，。；：、！？％…"
_TOKEN = re.compile(rf"\s+|[{_OPENING}]*(?:[!-~]+|\S)[{_CLOSING}]*")


def wrap(text: str, width: int, hanging: int = 0) -> list[str]:
    """Lines of at most `width` cells; at least one, perhaps empty. hanging: indent of a paragraph's lines after the first."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for token in _TOKEN.findall(paragraph):
            if cell_len(line + token.rstrip()) <= width:
                line += token
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = " " * hanging + token.lstrip()
            while cell_len(line) > width:
                head = _within(line, width)
                lines.append(head)
                line = " " * hanging + line[len(head) :]
        lines.append(line.rstrip())
    return lines


def widest_word(text: str) -> int:
    """Width of the longest unbreakable piece."""
    return max((cell_len(token.strip()) for token in _TOKEN.findall(text)), default=0)


def fitted(columns: Sequence[Sequence[str]], width: int) -> list[int]:
    """A width for each column, from its texts, so that their sum is at most `width`.

    The widest columns shrink first, and none below its longest word unless nothing else is possible.
    """
    natural = [
        max((cell_len(line) for text in column for line in text.split("\n")), default=0) for column in columns
    ]
    least = [max(map(widest_word, column), default=0) for column in columns]
    widths = _shrunk(natural, least, width)
    return _shrunk(widths, [2] * len(widths), width) if sum(widths) > width else widths


def _shrunk(widths: Sequence[int], least: Sequence[int], total: int) -> list[int]:
    found = list(widths)
    while sum(found) > total:
        loose = [at for at, each in enumerate(found) if each > least[at]]
        if not loose:
            break
        found[max(loose, key=found.__getitem__)] -= 1
    return found


def _within(text: str, width: int) -> str:
    """The beginning of the text that fits the width; at least one character."""
    end = 1
    while end < len(text) and cell_len(text[: end + 1]) <= width:
        end += 1
    return text[:end]
