"""Finds digits that cannot be trusted: a font in a PDF may map two different shapes to the same digit."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from adapters.report_files.ruled import Glyph, Letter
from adapters.report_files.tables import ILLEGIBLE

_LONGEST_NAME = 128
_SAME = 0.005
"""Largest difference between two shapes of one glyph. A shape is relative, so it does not depend on the font size."""


def of(
    text: Any, index: int, box: tuple[float, float, float, float], line: float, page: int, raw: Any
) -> Glyph | None:
    """The font and shape of the character at an index; None if it has no ink or no font.

    box: left, top, right, bottom of its ink. line: height of a line in its font size. page: number of the page, which
    identifies a font without a name.
    """
    width, height = box[2] - box[0], box[3] - box[1]
    if min(width, height, line) <= 0:
        return None
    name, flags = ctypes.create_string_buffer(_LONGEST_NAME), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, name, _LONGEST_NAME, ctypes.byref(flags))
    obj = raw.FPDFText_GetTextObject(text, index)
    font = raw.FPDFTextObj_GetFont(obj) if obj else None
    if not font:
        return None
    named = f"{name.value!r}" if name.value else f"{page}:{ctypes.addressof(font.contents)}"
    return Glyph(f"{named}:{raw.FPDFFont_GetIsEmbedded(font)}:{flags.value}", (width / height, height / line))


def legible(pages: Sequence[Sequence[Letter]]) -> tuple[list[list[Letter]], bool]:
    """The pages with ILLEGIBLE for each digit that one font draws in two shapes, and whether there are any."""
    first: dict[tuple[str, str], tuple[float, float]] = {}
    unsure: set[tuple[str, str]] = set()
    for letter in (each for page in pages for each in page):
        if letter.glyph is None or not letter.text.isdigit():
            continue
        key = (letter.glyph.font, letter.text)
        known = first.setdefault(key, letter.glyph.shape)
        if max(abs(one - other) for one, other in zip(known, letter.glyph.shape, strict=True)) > _SAME:
            unsure.add(key)
    if not unsure:
        return [list(page) for page in pages], False
    return [
        [
            each._replace(text=ILLEGIBLE)
            if each.glyph is not None and (each.glyph.font, each.text) in unsure
            else each
            for each in page
        ]
        for page in pages
    ], True
