"""Parameter type for codes, which may be given as the code or as its Chinese word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from projections.choice_labels import code_named

_MOST_LISTED = 12


class Choice(click.ParamType[str]):
    """words: by code, in the order of listing. see: the command that lists them, if there are many.

    meant: which code another office's word means; it is offered, never taken.
    """

    name = "代码或名称"

    def __init__(
        self, words: Mapping[str, str], *, see: str = "", meant: Callable[[str], str | None] | None = None
    ) -> None:
        self.words = words
        self._see = see
        self._meant = meant

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        code = code_named(self.words, str(value))
        if code is None:
            like = self._meant(str(value)) if self._meant else None
            question = f"是否为{named(like, self.words[like])}？" if like and like in self.words else ""
            self.fail(f"{question}可用：{self.listed(str(value))}", param, ctx)
        return code

    def listed(self, typed: str = "") -> str:
        """The choices; of many only those similar to what was typed, and the command that lists all."""
        found = [named(code, word) for code, word in self.words.items()]
        if len(found) <= _MOST_LISTED or not self._see:
            return "、".join(found)
        like = [each for each in found if typed and typed in each] or found[:3]
        return f"{'、'.join(like)}等{len(found)}种，全部见 {self._see}"


def named(code: str, word: str) -> str:
    """A code with its word."""
    return f"{word}（{code}）"
