"""Binds papers to one PDF, with page numbers in the upper outer corner of numbered papers."""

from __future__ import annotations

import ctypes
import hashlib
import io
import re
from collections.abc import Iterable
from datetime import date
from threading import Lock
from typing import Any, NamedTuple

_lock = Lock()
"""PDFium is not thread-safe."""

_OUTER, _TOP, _SIZE = 42.0, 34.0, 11.0
"""Points: distance from the edges, and size of a digit."""


class Paper(NamedTuple):
    """pdf: made by this program, or by `papers.lay`. numbered: whether its pages get numbers."""

    pdf: bytes
    numbered: bool = True


def pages(pdf: bytes) -> int:
    """The number of pages of a PDF made by this program."""
    import pypdfium2  # noqa: PLC0415 - loads a library of several megabytes

    with _lock:
        return len(pypdfium2.PdfDocument(pdf))


def bind(papers: Iterable[Paper], on: date) -> bytes:
    """Bind the papers in this order; pages are numbered from 1. on: the file's date; the same papers give the same bytes."""
    import pypdfium2  # noqa: PLC0415

    with _lock:
        bound = pypdfium2.PdfDocument.new()
        number = 0
        for paper in papers:
            first = len(bound)
            bound.import_pages(pypdfium2.PdfDocument(paper.pdf))
            for place in range(first, len(bound)) if paper.numbered else ():
                number += 1
                page = bound[place]
                # Outer corner: right on odd pages, left on even ones.
                x = page.get_width() - _OUTER - len(str(number)) * _SIZE / 2 if number % 2 else _OUTER
                _write(bound, page, str(number), x, page.get_height() - _TOP)
        out = io.BytesIO()
        bound.save(out)
    return _reproducible(out.getvalue(), on)


def _write(document: Any, page: Any, text: str, x: float, y: float) -> None:
    from pypdfium2 import raw  # noqa: PLC0415

    written = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", _SIZE)
    utf16 = ctypes.create_string_buffer(text.encode("utf-16-le") + b"\0\0")
    raw.FPDFText_SetText(written, ctypes.cast(utf16, ctypes.POINTER(ctypes.c_ushort)))
    raw.FPDFPageObj_Transform(written, 1, 0, 0, 1, x, y)
    raw.FPDFPage_InsertObject(page, written)
    page.gen_content()


def _reproducible(pdf: bytes, on: date) -> bytes:
    """Replace PDFium's creation date and random identifier by ones derived from the content, of the same length."""
    stamp = f"(D:{on:%Y%m%d}000000+00'00')".encode()
    pdf = re.sub(rb"(?<=/CreationDate)\(D:\d{14}\+00'00'\)", stamp, pdf, count=1)
    head, mark, tail = pdf.rpartition(b"/ID[<")
    digest = hashlib.md5(head, usedforsecurity=False).hexdigest().upper().encode()
    return head + mark + digest + b"><" + digest + tail[66:]
