"""What the style sheets of a page hide: single names of classes and elements, as pages hide a cell or a row by."""

from __future__ import annotations

import re
from typing import NamedTuple

HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|line-through"
    r"|(?:font-size|opacity)\s*:\s*0+(?:\.0*)?[a-z%]*\s*(?:[;!]|$)",
    re.I,
)
"""In a style: what is so is not seen, or is crossed out."""
FAINT = re.compile(
    r"(?<![-\w])color\s*:\s*(?:transparent|white|#fff(?:fff)?(?![0-9a-f])|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))"
    r"|font-size\s*:\s*[12](?:\.[0-9]*)?p[xt]",
    re.I,
)
"""White, or too small: what is so is perhaps not seen."""
RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.I)

_MOST_RULES = 2_000
_ASIDE = re.compile(r"/\*.*?\*/|@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})", re.S)
"""Remarks, and rules for a printer or a narrow screen."""
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,8000})\}")
_SELECTOR = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)?((?:[.#][-\w]+)+)")
_SAYS = re.compile(r"(?<![-\w])(?:display|visibility)\s*:", re.I)


class _Rule(NamedTuple):
    tag: str
    names: frozenset[str]
    hides: bool


class StyleSheet:
    """The rules that say whether an element is seen; those of places within others are left aside."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []

    def add(self, text: str) -> None:
        for match in _RULE.finditer(_ASIDE.sub("", text.replace("<!--", "").replace("-->", ""))):
            hides = HIDING.search(match[2]) is not None
            if not hides and not _SAYS.search(match[2]):
                continue
            for each in match[1].split(","):
                found = _SELECTOR.fullmatch(each.strip())
                if found and len(self._rules) < _MOST_RULES:
                    names = frozenset(re.findall(r"[.#][-\w]+", found[2]))
                    self._rules.append(_Rule((found[1] or "").lower(), names, hides))

    def hides(self, tag: str, classes: str, name: str) -> bool:
        """The rule with most names that fits counts, of those the last."""
        own = {*(f".{each}" for each in classes.split()), f"#{name}"}
        fitting = [rule for rule in self._rules if rule.tag in ("", tag) and rule.names <= own]
        return (
            max(enumerate(fitting), key=lambda each: (len(each[1].names), bool(each[1].tag), each[0]))[
                1
            ].hides
            if fitting
            else False
        )
