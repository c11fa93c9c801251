"""The numbers that Word prints before list items; a file has only the formats to compute them from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DIGITS = "〇一二三四五六七八九"
_MOST = 99_999


def is_on(element: Element) -> bool:
    """Whether a property that is present is switched on."""
    return element.get(f"{W}val", "1") not in ("0", "false", "off")


def style_chains(styles: Element | None) -> dict[str, list[Element]]:
    """For each style id: the style and those it is based on, nearest first."""
    if styles is None:
        return {}
    own = {style.get(f"{W}styleId", ""): style for style in styles.iter(f"{W}style")}
    chains: dict[str, list[Element]] = {}
    for name in own:
        chain: list[Element] = []
        at = name
        while at in own and own[at] not in chain and len(chain) < 20:
            chain.append(own[at])
            based = own[at].find(f"{W}basedOn")
            at = based.get(f"{W}val", "") if based is not None else ""
        chains[name] = chain
    return chains


class Lists:
    """Counts the items of every list; call `label` for each paragraph in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles = style_chains(styles)
        self._levels: dict[str, dict[int, Element]] = {}
        """Level definitions by list id and level from 0."""
        self._abstract_of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._seen: set[str] = set()
        if numbering is not None:
            abstracts = {
                each.get(f"{W}abstractNumId", ""): each for each in numbering.iter(f"{W}abstractNum")
            }
            for number in numbering.iter(f"{W}num"):
                self._add(number, abstracts)

    def _add(self, number: Element, abstracts: Mapping[str, Element]) -> None:
        name, abstract = number.get(f"{W}numId", ""), _value(number, "abstractNumId") or ""
        source = abstracts.get(abstract)
        if source is None:
            return
        self._levels[name] = {_int(level.get(f"{W}ilvl"), 0): level for level in source.iter(f"{W}lvl")}
        self._abstract_of[name] = abstract
        for override in number.iter(f"{W}lvlOverride"):
            level = _int(override.get(f"{W}ilvl"), 0)
            own = override.find(f"{W}lvl")
            if own is not None:
                self._levels[name][level] = own
            start = _value(override, "startOverride")
            if start is not None:
                self._starts[name, level] = _int(start, 1)

    def label(self, paragraph: Element) -> str:
        """Count a paragraph, and return the number printed before it; empty if it is in no list."""
        name, level = self._of(paragraph)
        levels = self._levels.get(name)
        if not levels or level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract_of[name], {})
        if name not in self._seen:
            self._seen.add(name)
            for (other, at), start in self._starts.items():
                if other == name:
                    counts[at] = start - 1
        counts[level] = counts[level] + 1 if level in counts else self._start(levels, level)
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        text = _value(levels[level], "lvlText") or ""

        def figure(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            style = _value(levels.get(at, levels[level]), "numFmt") or "decimal"
            return printed(counts.get(at, self._start(levels, at)), style)

        label = re.sub(r"%([1-9])", figure, text)
        return label if re.search(r"%[1-9]", text) else ""

    def _start(self, levels: Mapping[int, Element], level: int) -> int:
        return _int(_value(levels[level], "start"), 1) if level in levels else 1

    def _of(self, paragraph: Element) -> tuple[str, int]:
        """List id and level of a paragraph, from itself, else its styles; an empty id if it is in no list."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        chain = self._styles.get(style.get(f"{W}val", ""), []) if style is not None else []
        name: str | None = None
        level: int | None = None
        for each in (paragraph, *chain):
            own = each.find(f"{W}pPr/{W}numPr")
            if own is not None:
                name = name if name is not None else _value(own, "numId")
                at = _value(own, "ilvl")
                level = level if level is not None or at is None else _int(at, 0)
        if name is None or name == "0":
            return "", 0
        if level is None:
            names = {each.get(f"{W}styleId") for each in chain}
            level = next(
                (at for at, each in self._levels.get(name, {}).items() if _value(each, "pStyle") in names), 0
            )
        return name, level


def printed(number: int, style: str) -> str:
    """A number in a list format (`numFmt`): 3, 三, ③, III, c. Unknown formats count as decimal."""
    if not 0 <= number <= _MOST:
        return str(number)
    if style in ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCountingThousand", "taiwaneseCounting", "chineseLegalSimplified"):  # fmt: skip
        return _hanzi(number)
    if style.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if style == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if style in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr((65 if style == "upperLetter" else 97) + number - 1)
    if style in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if style == "upperRoman" else roman.lower()
    return "" if style == "none" else str(number)


def _hanzi(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + ("" if ones == 0 else _DIGITS[ones])
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _roman(number: int) -> str:
    found = ""
    for value, letters in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        count, number = divmod(number, value)
        found += letters * min(count, 100)
    return found


def _value(element: Element, name: str) -> str | None:
    found = element.find(f"{W}{name}")
    return found.get(f"{W}val", "") if found is not None else None


def _int(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,5}", text) else default
