"""Which program draws which file. Each is loaded when it is first asked for: no other command waits for them."""

from __future__ import annotations

from importlib import import_module
from typing import Literal

from projections.report.document import AnnualDocument

FileKind = Literal["docx", "pdf", "html", "xlsx"]

MEDIA_TYPES: dict[FileKind, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def rendered(document: AnnualDocument, kind: FileKind) -> bytes:
    """The document as a file; the same document gives the same bytes."""
    data: bytes = import_module(f"adapters.render.{kind}").render(document)
    return data
