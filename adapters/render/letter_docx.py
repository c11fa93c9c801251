"""A letter as a Word document that Word and WPS can edit: the letter format of GB/T 9704, 22 lines of 28 characters."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.render.printable import cleaned, inert_cell
from adapters.render.word import WIDTH, cell, package, paragraph, row, table
from domain.letters.facts import day
from domain.letters.letter import Form, FormRow, Letter

_LABEL = 2948
"""Twentieths of a point: 5.2 cm."""
_ROW = 510
"""Twentieths of a point: height of a line to be filled in by hand, 9 mm."""


def render(letter: Letter) -> bytes:
    """The same letter gives the same bytes."""
    letter = cleaned(letter)
    body = paragraph(f"{letter.warning}。", "Warning") if letter.warning else ""
    body += "".join(_form(letter.form) if letter.form else _letter(letter))
    if letter.slip:
        body += "".join(_form(letter.slip, new_page=True))
    first_page = paragraph("", "RedFoot") if letter.head else None
    return package(
        body, title=letter.title, author=letter.authority, on=letter.on, first_page=first_page, grid=True
    )


def _letter(letter: Letter) -> Iterator[str]:
    if letter.head:
        yield paragraph(letter.head, "RedHead")
        yield paragraph(letter.number, "NumberRight")
        yield paragraph(letter.title, "Title")
    else:
        yield paragraph(letter.title, "Title")
        yield paragraph(letter.number, "NumberCentred")
    yield paragraph(f"{letter.addressee}：", "Addressee")
    *most, last = [each.text for each in letter.paragraphs]
    yield from map(paragraph, most)
    yield paragraph(last, keep=True)
    # Room for the seal.
    yield paragraph("", keep=True)
    yield paragraph("", keep=True)
    yield paragraph(letter.authority, "Signature", keep=True)
    yield paragraph(day(letter.on), "Day")


def _form(form: Form, *, new_page: bool = False) -> Iterator[str]:
    yield paragraph(form.title, "Title", new_page=new_page)
    yield table((_LABEL, WIDTH - _LABEL), "".join(map(_row, form.rows)), form.title, line=6)
    yield paragraph("", "AfterTable")


def _row(shown: FormRow) -> str:
    cells = cell(shown.label, "FormText", _LABEL) + cell(inert_cell(shown.text), "FormText", WIDTH - _LABEL)
    return row(cells, f'<w:trHeight w:val="{_ROW * shown.lines}" w:hRule="atLeast"/>')
