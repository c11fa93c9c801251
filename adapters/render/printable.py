"""Makes texts safe to write: no characters that break a file, no formulas."""

from __future__ import annotations

import re
from typing import Any, TypeVar
from unicodedata import category, normalize

import msgspec

from projections.report.document import AnnualDocument

D = TypeVar("D", bound=msgspec.Struct)

_ACTIVE = frozenset("=+-@")
"""First characters of formulas; some programs also accept full-width and small forms, and skip blanks."""
_BREAKS = frozenset("\t\r\n\x00")
_UNSEEN = frozenset({"Cc", "Cf", "Mn"})

_SPACE = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]")
# Control characters that XML does not allow, and directional marks that reorder text.
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
)
_FIGURE = re.compile(r"[+-]?\d+(\.\d+)?|[-－]")


def inert(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would calculate it."""
    if text[:1].isalnum():
        return text
    seen = next((each for each in text if not (each.isspace() or category(each) in _UNSEEN)), "")
    return f"'{text}" if text[:1] in _BREAKS or normalize("NFKC", seen) in _ACTIVE else text


def inert_cell(text: str) -> str:
    """Like `inert`, but figures such as -417, and a lone -, are not changed."""
    return text if _FIGURE.fullmatch(text) else inert(text)


def printable(text: str) -> str:
    """One line of text: line breaks become spaces, invalid characters �."""
    return _UNPRINTABLE.sub("\ufffd", _SPACE.sub(" ", text))


def cleaned(document: D) -> D:
    """A copy of the document, of any type, with every text printable."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(document)), type(document))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    return value


def title_lines(document: AnnualDocument) -> list[str]:
    """The title, broken after the authority's name if it is too long for one line of 二号."""
    rest = document.title.removeprefix(document.authority)
    if len(document.title) <= 19 or not rest or rest == document.title:
        return [document.title]
    return [document.authority, rest]
