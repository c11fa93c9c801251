"""The cover and the sheets of a case file as PDF/A-2b."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from adapters.render.pdf import typeset
from adapters.render.printable import cleaned
from projections.case_file import Cover, Sheet


def render(cover: Cover | None, sheets: Sequence[Sheet], title: str, author: str, on: date) -> bytes:
    """cover: None for sheets only. on: the file's date; the same input gives the same bytes. Raises as `pdf.typeset` does."""
    part = {
        "title": title,
        "author": author,
        "date": [on.year, on.month, on.day],
        "cover": msgspec.to_builtins(cleaned(cover)) if cover else None,
        "sheets": [msgspec.to_builtins(cleaned(each)) for each in sheets],
    }
    return typeset("case_file", {"part": part})
