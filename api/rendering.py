"""The renderer of each file format, imported when first used, since the imports are slow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from typing import Literal

from domain.letters.letter import Letter
from projections.report.document import AnnualDocument

FileKind = Literal["docx", "pdf", "html", "xlsx"]
LetterFileKind = Literal["docx", "pdf"]

MEDIA_TYPES: dict[FileKind, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def rendered(document: AnnualDocument, kind: FileKind) -> bytes:
    """The bytes of the document in the format; the same document gives the same bytes."""
    data: bytes = import_module(f"adapters.render.{kind}").render(document)
    return data


def letter_as(letter: Letter, kind: LetterFileKind) -> bytes:
    """The bytes of a letter in the format; the same letter gives the same bytes."""
    data: bytes = import_module(f"adapters.render.letter_{kind}").render(letter)
    return data


def letters_as_pdf(letters: Sequence[Letter], on: date) -> bytes:
    """The letters of a day as one PDF."""
    title = f"{on.year}年{on.month}月{on.day}日文书{len(letters)}件"
    data: bytes = import_module("adapters.render.letter_pdf").render_all(
        letters, title, letters[0].authority, on
    )
    return data
