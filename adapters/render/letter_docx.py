"""A letter as a Word document that Word and WPS can edit: the letter format of GB/T 9704, 22 lines of 28 characters."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from adapters.render.printable import cleaned, inert_cell
from adapters.render.word import WIDTH, package, paragraph
from domain.letters.facts import day
from domain.letters.letter import Form, FormRow, Letter

_LABEL = 2948
"""Twentieths of a point: 5.2 cm."""
_ROW = 510
"""Of a line to be filled in by hand: 9 mm."""


def render(letter: Letter) -> bytes:
    """The same letter gives the same bytes."""
    letter = cleaned(letter)
    body = "".join(_form(letter.form) if letter.form else _letter(letter))
    if letter.slip:
        body += "".join(_form(letter.slip, apart=True))
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


def _form(form: Form, *, apart: bool = False) -> Iterator[str]:
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    yield paragraph(form.title, "Title", apart=apart)
    rows = "".join(map(_row, form.rows))
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCaption w:val="{escape(form.title)}"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{_LABEL}"/><w:gridCol w:w="{WIDTH - _LABEL}"/></w:tblGrid>{rows}</w:tbl>'
    )
    yield paragraph("", "AfterTable")


def _row(row: FormRow) -> str:
    high = f'<w:trHeight w:val="{_ROW * row.lines}" w:hRule="atLeast"/>'
    cells = _cell(row.label, _LABEL) + _cell(inert_cell(row.text), WIDTH - _LABEL)
    return f"<w:tr><w:trPr><w:cantSplit/>{high}</w:trPr>{cells}</w:tr>"


def _cell(text: str, width: int) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph(text, 'FormText')}</w:tc>"
    )
