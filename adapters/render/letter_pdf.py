"""Letters as PDF/A-2b: one, or many in one file, each with pages numbered from 1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from adapters.render.pdf import typeset
from adapters.render.printable import cleaned
from domain.letters.facts import day
from domain.letters.letter import Form, Letter


def render(letter: Letter) -> bytes:
    """The same letter gives the same bytes. Raises as `pdf.typeset` does."""
    return render_all([letter], letter.title, letter.authority, letter.on)


def render_all(letters: Sequence[Letter], title: str, author: str, on: date) -> bytes:
    """Many letters in one file. on: the file's date. Raises as `pdf.typeset` does."""
    values = {
        "title": title,
        "author": author,
        "date": [on.year, on.month, on.day],
        "letters": [_template_input(cleaned(each)) for each in letters],
    }
    return typeset("letters", {"letters": values})


def _template_input(letter: Letter) -> dict[str, Any]:
    return {
        "warning": letter.warning,
        "head": letter.head,
        "title": letter.title,
        "number": letter.number,
        "addressee": letter.addressee,
        "authority": letter.authority,
        "day": day(letter.on),
        "paragraphs": [each.text for each in letter.paragraphs],
        "form": _form(letter.form),
        "slip": _form(letter.slip),
        "table": msgspec.to_builtins(letter.table),
    }


def _form(form: Form | None) -> dict[str, Any] | None:
    if form is None:
        return None
    rows = [{"label": each.label, "text": each.text, "lines": each.lines} for each in form.rows]
    return {"title": form.title, "rows": rows}
