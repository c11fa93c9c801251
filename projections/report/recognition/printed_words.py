"""Groups the characters of a printed page into words: characters next to each other on a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from domain.report import numerals

_APART = 0.25
"""Share of the character size: characters further apart belong to two words."""
_OVER = 0.2
"""Share of the character size: digits that overlap by more are printed over each other and cannot be read."""
_BAND = 8.0
"""Points: height of the bands by which neighbouring characters are looked up."""


class Letter(Protocol):
    """A printed character and its box, in points from the upper left corner of its page."""

    @property
    def text(self) -> str: ...
    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def bottom(self) -> float: ...


class Word(NamedTuple):
    """A run of characters without a gap. bare: the text without punctuation. letters: ids of the characters."""

    text: str
    bare: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    letters: tuple[int, ...]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def without_marks(text: str) -> str:
    return re.sub(r"[\W_]", "", numerals.plain(text))


def words_of(letters: Iterable[Letter]) -> list[Word]:
    """The words that the characters form, from the top, then from the left. A gap between columns ends a word."""
    drawn = sorted((each for each in letters if each.text.strip()), key=lambda each: each.left)
    reach = _APART * max(map(_size, drawn), default=0.0)
    runs: list[list[Letter]] = []
    open_: dict[int, list[list[Letter]]] = {}
    """By band: the runs that a character further to the right may still continue."""
    for letter in drawn:
        middle, size = (letter.top + letter.bottom) / 2, _size(letter)
        near: list[list[Letter]] = []
        for band in range(int((middle - size) / _BAND), int((middle + size) / _BAND) + 1):
            open_[band] = [run for run in open_.get(band, ()) if letter.left - run[-1].right <= reach]
            near += open_[band]
        own = next((run for run in near if _is_next(run[-1], letter)), None)
        if own is None:
            own = []
            runs.append(own)
            open_.setdefault(int(middle / _BAND), []).append(own)
        own.append(letter)
    return sorted(map(_word, runs), key=lambda word: (word.top, word.left))


def _size(letter: Letter) -> float:
    """The larger side of the box: some files give only the ink's box, which for 一 has hardly any height."""
    return max(letter.bottom - letter.top, letter.right - letter.left)


def _is_next(last: Letter, letter: Letter) -> bool:
    size = max(_size(last), _size(letter))
    return is_beside(last, letter) and -size < letter.left - last.right <= _APART * size


def is_beside(one: Letter | Word, other: Letter | Word) -> bool:
    """Whether both are on one line: they overlap by more than half the height of the lower one."""
    height = min(one.bottom - one.top, other.bottom - other.top)
    return min(one.bottom, other.bottom) - max(one.top, other.top) > height / 2


def _word(run: Sequence[Letter]) -> Word:
    text = run[0].text
    for one, other in pairwise(run):
        is_over = one.right - other.left > _OVER * _size(other)
        text += ("▯" if is_over and (one.text + other.text).isdigit() else "") + other.text
    top, bottom = min(each.top for each in run), max(each.bottom for each in run)
    right = max(each.right for each in run)
    return Word(
        text, without_marks(text), run[0].left, top, right, bottom, max(map(_size, run)), tuple(map(id, run))
    )
