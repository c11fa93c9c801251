"""Wraps text for a terminal: Chinese characters take two cells and can be broken anywhere, Latin words cannot.

No line begins with what closes or ends with what opens. Codes such as ［late_answer］ stay whole where they fit.
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
    """Lines of at most this many cells, the further ones behind so many blanks; at least one, perhaps empty."""
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
    """A width for each column, by the texts in it, so that all together take at most the width.

    The widest give way first, and none below its longest word unless there is no other way.
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
