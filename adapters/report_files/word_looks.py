"""How a run of a Word document looks: hidden or struck-through text is not read, a superscript is not a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from adapters.report_files import stylesheet
from adapters.report_files.tables import SMALLEST
from adapters.report_files.word_lists import W, is_on

_GROUNDS = ("background1", "light1")
"""Theme colours that are the page background."""


class Look:
    """properties: those of the run, then of its styles, nearest first. The first that sets a property decides."""

    def __init__(self, properties: Sequence[Element]) -> None:
        self._properties = properties

    @property
    def is_gone(self) -> bool:
        return any(map(self._is_on, ("vanish", "strike", "dstrike")))

    @property
    def is_raised(self) -> bool:
        align = self._find("vertAlign")
        if align is not None:
            return align.get(f"{W}val") in ("superscript", "subscript")
        position = self._find("position")
        return (
            position is not None and re.fullmatch(r"[4-9]|[0-9]{2}", position.get(f"{W}val", "")) is not None
        )

    @property
    def is_faint(self) -> bool:
        """Whether it may be invisible: white or tiny. The background is not considered."""
        colour, size = self._find("color"), self._find("sz")
        is_white = colour is not None and (
            stylesheet.is_white(colour.get(f"{W}val", ""))
            or (colour.get(f"{W}themeColor") in _GROUNDS and colour.get(f"{W}themeShade") is None)
        )
        half_points = size.get(f"{W}val", "") if size is not None else ""
        return is_white or (
            re.fullmatch(r"[0-9]{1,4}", half_points) is not None and int(half_points) < 2 * SMALLEST
        )

    def _is_on(self, name: str) -> bool:
        found = self._find(name)
        return found is not None and is_on(found)

    def _find(self, name: str) -> Element | None:
        return next(
            (found for each in self._properties if (found := each.find(f"{W}{name}")) is not None), None
        )
