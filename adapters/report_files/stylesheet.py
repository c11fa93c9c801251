"""Computes from style sheets whether an element is hidden, struck through, white, tiny, raised or off the page, or
laid out as a part of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from adapters.report_files.tables import SMALLEST, WHITE

_HIDING = re.compile(
    r"(?<![-\w])display\s*:\s*none|(?<![-\w])visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|line-through"
    r"|(?<![-\w])opacity\s*:\s*(?:0+(?:\.0*)?|\.0+)%?\s*(?:[;!]|$)|(?<![-\w])transform\s*:[^;]*scale[XY]?\(\s*0+(?:\.0*)?\s*[,)]",
    re.I,
)
"""Declarations that hide an element or strike it through."""
_VISIBILITY = re.compile(r"(?<![-\w])(?:display|visibility)\s*:", re.I)
_PART = re.compile(r"(?<![-\w])display\s*:\s*(?:inline-)?table(?:-(row|cell))?\s*(?:[;!]|$)", re.I)
_TAGS = {None: "table", "row": "tr", "cell": "td"}
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.I)
_OFF_PAGE = re.compile(
    r"(?<![-\w])(?:left|top|right|text-indent)\s*:\s*-(?:[0-9]{4,}|999)|(?<![-\w])clip\s*:\s*rect\(\s*[01](?:px)?\b"
    r"|clip-path\s*:\s*inset\(\s*(?:50|100)%|unicode-bidi\s*:\s*(?:bidi|isolate)-override"
    r"|flex-direction\s*:\s*(?:row|column)-reverse|flex-flow\s*:[^;]*-reverse",
    re.I,
)
"""Declarations that move text off the page, clip it or reverse it."""
_FLAT = re.compile(r"(?<![-\w])(?:max-)?(?:width|height)\s*:\s*0+(?:px|pt|r?em|%)?\s*(?:[;!]|$)", re.I)
_CUT = re.compile(r"(?<![-\w])overflow\s*:\s*(?:hidden|clip)", re.I)
_SIZE = re.compile(r"(?<![-\w])font-size\s*:\s*([0-9]*\.?[0-9]+)\s*(p[xt]|[a-z%]*)", re.I)
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.I)
_BACKGROUND = re.compile(
    r"(?<![-\w])background(?:-color|-image)?\s*:\s*(#[0-9a-f]{3,8}|rgba?\([^)]*\)|[a-z]+)", re.I
)
_LIGHT = {"white", "transparent", "none", "inherit", "initial", "unset", "snow", "ivory", "whitesmoke"}
_DARKEST = 200
"""Mean of red, green and blue, up to 255: white text is visible on a darker background."""

_HIDING_CLASSES = (".sr-only", ".visually-hidden", ".d-none", ".hidden", ".hide", ".hidden-xs", ".hidden-sm", ".hidden-md", ".hidden-lg", ".visible-xs", ".visible-sm", ".visible-print")  # fmt: skip
"""Class names by which common external style sheets hide elements; these sheets are not read."""
_MOST_RULES = 2_000
_MOST_ANCESTORS = 60
"""Maximum ancestors compared with a selector."""
_IGNORED = re.compile(r"/\*.*?\*/|@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})", re.S)
"""Comments and at-rules, such as those for print or narrow screens."""
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,8000})\}")
_SELECTOR = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)?((?:[.#][-\w]+)*)")


class Look(NamedTuple):
    """The properties of an element that matter here; None if not set. is_away: see `_OFF_PAGE`. size: points or pixels."""

    is_hidden: bool | None = None
    is_raised: bool | None = None
    is_away: bool | None = None
    size: float | None = None
    is_white: bool | None = None
    is_dark: bool | None = None
    """Whether the background is dark."""
    part: str | None = None
    """The table tag that the element is laid out as by `display`."""

    def over(self, other: Look) -> Look:
        """This style, completed by the other one."""
        own = {name: value for name, value in self._asdict().items() if value is not None}
        return other._replace(**own)

    @property
    def is_faint(self) -> bool:
        """Whether text may be invisible, or displayed in another order."""
        is_tiny = self.size is not None and self.size < SMALLEST
        return bool(self.is_away or is_tiny or (self.is_white and not self.is_dark))


def look(style: str) -> Look:
    """Parse declarations, as in a style attribute."""
    if ":" not in style:
        return Look()
    size, ink, ground = _SIZE.search(style), _COLOUR.search(style), _BACKGROUND.search(style)
    part = _PART.search(style)
    return Look(
        True if _HIDING.search(style) else False if _VISIBILITY.search(style) else None,
        True if _RAISED.search(style) else None,
        True if _OFF_PAGE.search(style) or (_CUT.search(style) and _FLAT.search(style)) else None,
        _points(size[1], size[2].lower()) if size else None,
        is_white(ink[1]) if ink else None,
        is_dark(ground[1]) if ground else None,
        _TAGS[part[1] and part[1].lower()] if part else None,
    )


def is_white(colour: str) -> bool:
    name = colour.strip().lower()
    shades = _shades(name)
    return name in ("white", "transparent") if shades is None else min(shades) >= WHITE


def is_dark(colour: str) -> bool:
    name = colour.strip().lower()
    shades = _shades(name)
    return name not in _LIGHT if shades is None else sum(shades) < 3 * _DARKEST


def _shades(name: str) -> tuple[int, ...] | None:
    """Red, green and blue, 0 to 255; white if transparent; None for a colour by name."""
    if match := re.fullmatch(r"#?([0-9a-f]{3}|[0-9a-f]{6})(?:[0-9a-f]{2})?", name):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * each for each in match[1])
        return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))
    if match := re.fullmatch(r"rgba?\(\s*([0-9]{1,3})[\s,]+([0-9]{1,3})[\s,]+([0-9]{1,3})(?:[\s,/]+([0-9.]+)%?)?\s*\)", name):  # fmt: skip
        is_clear = match[4] is not None and re.fullmatch(r"0*\.?0*", match[4])
        return (255, 255, 255) if is_clear else (int(match[1]), int(match[2]), int(match[3]))
    return None


def _points(number: str, unit: str) -> float:
    """The size; relative ones count as visible unless 0, since the size they refer to is not known."""
    size = float(number)
    return size if not size or unit in ("px", "pt") else max(size, SMALLEST)


class Element(NamedTuple):
    """An open element. names: its classes and id, as in selectors."""

    tag: str
    names: frozenset[str]
    look: Look


class _Compound(NamedTuple):
    """A compound selector, such as td.sum#first. An empty tag matches any."""

    tag: str
    names: frozenset[str]

    def fits(self, element: Element) -> bool:
        return self.tag in ("", element.tag) and self.names <= element.names


class _Rule(NamedTuple):
    """A style rule. own: selects the element. within: select its ancestors, innermost first. weight: specificity."""

    own: _Compound
    within: tuple[_Compound, ...]
    weight: tuple[int, ...]
    look: Look

    def fits(self, element: Element, around: Sequence[Element]) -> bool:
        if not self.own.fits(element):
            return False
        each = iter(reversed(around[-_MOST_ANCESTORS:]))
        return all(any(compound.fits(outer) for outer in each) for compound in self.within)


class StyleSheet:
    """The rules of a page's style sheets. Selectors with pseudo-classes, attributes or siblings are ignored."""

    def __init__(self) -> None:
        self._count = 0
        self._rules: dict[str, list[_Rule]] = {}
        """Rules by one class or id of the selected element, else by its tag."""
        for name in _HIDING_CLASSES:
            self._rules[name] = [
                _Rule(_Compound("", frozenset([name])), (), (0, 0, 0, 0), Look(is_away=True))
            ]

    def add(self, text: str) -> None:
        for match in _RULE.finditer(_IGNORED.sub("", text.replace("<!--", "").replace("-->", ""))):
            found = look(match[2])
            if found == Look():
                continue
            for each in match[1].split(","):
                rule = _rule(each.strip(), found, self._count)
                if rule is not None and self._count < _MOST_RULES:
                    self._count += 1
                    key = min(rule.own.names, default=rule.own.tag)
                    self._rules.setdefault(key, []).append(rule)

    def of(self, element: Element, around: Sequence[Element]) -> Look:
        """The look given by all matching rules; the more specific one wins, else the later one.

        around: ancestors of the element, outermost first.
        """
        own = [rule for key in (*element.names, element.tag) for rule in self._rules.get(key, ())]
        fitting = [rule for rule in own if rule.fits(element, around)]
        found = Look()
        for rule in sorted(fitting, key=lambda rule: rule.weight):
            found = rule.look.over(found)
        return found


def _rule(selector: str, found: Look, nth: int) -> _Rule | None:
    parts = [_SELECTOR.fullmatch(part) for part in re.sub(r"\s*>\s*", " ", selector).split()]
    if not parts or None in parts:
        return None
    compounds = [
        _Compound((part[1] or "").lower(), frozenset(re.findall(r"[.#][-\w]+", part[2])))
        for part in parts
        if part
    ]
    names = [name for compound in compounds for name in compound.names]
    weight = (
        sum(name.startswith("#") for name in names),
        sum(name.startswith(".") for name in names),
        sum(bool(compound.tag) for compound in compounds),
        nth,
    )
    own, *within = reversed(compounds)
    return _Rule(own, tuple(within), weight, found)
