"""Lays out a filed paper (PDF or pictures) on A4 portrait pages, for binding.

Active content of a PDF (scripts, links, forms, attachments) is dropped: only what its pages show is copied.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import msgspec

from adapters.report_files.office_zip import ReportFileFault

PRINTED = frozenset({"application/pdf", "image/png", "image/jpeg", "image/tiff"})
"""Media types with pages."""

MOST_PAGES = 1_000
MOST_PIXELS = 120_000_000
"""Maximum pixels of a picture: somewhat more than A3 at 600 dpi."""
A4 = (595.28, 841.89)
"""Points."""


class Papers(msgspec.Struct, frozen=True):
    """count: number of pages. pdf: these pages only. Its bytes may differ between two calls with the same paper."""

    count: int
    pdf: bytes


def lay(data: bytes, media_type: str) -> Papers:
    """Lay out a paper of a PRINTED media type. Raises ReportFileFault if it is encrypted, damaged, too long or has no pages."""
    import pypdfium2  # noqa: PLC0415 - loads a library of several megabytes

    if media_type not in PRINTED:
        raise ReportFileFault("not_a_report", "电子文件，没有页")
    target = pypdfium2.PdfDocument.new()
    count = 0
    for source in [_opened(data)] if media_type == "application/pdf" else _pictures(data):
        for number in range(len(source)):
            count += 1
            if count > MOST_PAGES:
                raise ReportFileFault("too_large", f"超过{MOST_PAGES}页")
            _copy(source, number, target)
    if not count:
        raise ReportFileFault("damaged", "没有一页")
    out = io.BytesIO()
    target.save(out)
    return Papers(count, out.getvalue())


def _opened(data: bytes) -> Any:
    import pypdfium2  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
    except pypdfium2.PdfiumError as fault:
        if "assword" in str(fault):
            raise ReportFileFault("old_or_encrypted", "加了密码") from None
        raise ReportFileFault("damaged", "文件已损坏") from None
    return document


def _copy(source: Any, number: int, target: Any) -> None:
    """Copy a page with its annotations and form fields, scaled down to A4; onto a landscape sheet if it is landscape."""
    import pypdfium2  # noqa: PLC0415
    from pypdfium2 import raw  # noqa: PLC0415

    try:
        page = source[number]
        raw.FPDFPage_Flatten(page, raw.FLAT_PRINT)
        page = source[number]  # load again, since flattening does not change a loaded page
        width, height = page.get_size()
        shown = source.page_as_xobject(number, target).as_pageobject()
    except pypdfium2.PdfiumError:
        raise ReportFileFault("damaged", f"第{number + 1}页已损坏") from None
    if not (0 < width < 100_000 and 0 < height < 100_000):
        raise ReportFileFault("damaged", f"第{number + 1}页没有大小")
    sheet = A4 if width <= height else A4[::-1]
    scale = min(1.0, sheet[0] / width, sheet[1] / height)
    place = pypdfium2.PdfMatrix().scale(scale, scale)
    place = place.translate((sheet[0] - width * scale) / 2, (sheet[1] - height * scale) / 2)
    shown.transform(place)
    laid = target.new_page(*sheet)
    laid.insert_obj(shown)
    laid.gen_content()


def _pictures(data: bytes) -> Iterator[Any]:
    """Each picture of the file as a document of one page, scaled to fit A4."""
    from PIL import Image, ImageOps, ImageSequence  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses above twice this
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as file:
            for number, frame in enumerate(ImageSequence.Iterator(file)):
                if number >= MOST_PAGES:
                    raise ReportFileFault("too_large", f"超过{MOST_PAGES}页")
                if frame.width * frame.height > MOST_PIXELS:
                    raise ReportFileFault("too_large", "图像过大")
                picture = _plain(ImageOps.exif_transpose(frame))
                out = io.BytesIO()
                options = {} if picture.mode == "1" else {"quality": 90}
                picture.save(out, "PDF", resolution=_resolution(picture), **options)
                yield _opened(out.getvalue())
    except (Image.DecompressionBombError, MemoryError):
        raise ReportFileFault("too_large", "图像过大") from None
    except (OSError, SyntaxError, ValueError, EOFError, ArithmeticError):
        raise ReportFileFault("damaged", "图像已损坏") from None


def _plain(picture: Any) -> Any:
    """Convert to black and white, grey or RGB, with transparency on white."""
    from PIL import Image  # noqa: PLC0415

    if picture.mode in ("1", "L", "RGB"):
        return picture
    if picture.mode.startswith(("I", "F")):
        return picture.convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(coloured, mask=coloured.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _resolution(picture: Any) -> float:
    """Dots per inch at which a picture just fits an A4 page, in the orientation of the picture."""
    short, long = sorted(picture.size)
    return float(max(short * 72 / A4[0], long * 72 / A4[1], 1.0))
