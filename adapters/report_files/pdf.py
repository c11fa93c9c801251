"""Reads PDF with text: rebuilds texts and tables from characters and ruled lines.

The lines of a page are joined into grids; an area that no line divides is one cell. A file with hardly any characters
is a scan, and refused as one.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any, NamedTuple

from adapters.report_files import glyphs, printed_pages, ruled, struck
from adapters.report_files.office_zip import ReportFileFault
from adapters.report_files.ruled import Letter, Paragraph, Printed, Rule
from adapters.report_files.tables import ILLEGIBLE, MOST_PLACES, SMALLEST, WHITE, faint
from projections.report.recognition.laid import Laid
from projections.report.recognition.unruled import Unruled

MOST_PAGES = 80
MOST_LETTERS = 200_000
MOST_OBJECTS = 60_000
MOST_SEGMENTS = 200_000
_THIN = 3.0
"""Points: a shape at most this wide or high is a line."""
_MOST_EXAMINED = 2_000
"""Characters of a page that are examined for its rotation."""
_FEW = 20
"""A file with fewer legible characters is a scan, perhaps with a stamp or page numbers."""
_BACKGROUND = 0.6
"""A picture that covers more than this share of the page is its background."""

_SLANT = 0.05
"""Share of a right angle: characters of a page that was scanned askew slant by less."""
_AMBIGUOUS = "PDF的字体把不同的数字写成同一个字，这些数字没有读，请报送单位提供编制时的docx或xlsx"
_UNCERTAIN = "PDF中没有框线的表格有一部分不能确定是哪一行、哪一栏的，没有读，请报送单位提供编制时的docx或xlsx"

_Matrix = tuple[float, float, float, float, float, float]
_UPRIGHT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class _Sheet(NamedTuple):
    """Converts positions of the file to points from the upper left corner of the upright page.

    width, height: of the page before it is turned, in points. turn: right angles by which it is turned clockwise.
    """

    width: float
    height: float
    turn: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        return ((x, self.height - y), (y, x), (self.width - x, y), (self.height - y, self.width - x))[
            self.turn
        ]

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Left, top, right, bottom from the upper left corner."""
        one, other = self.point(left, bottom), self.point(right, top)
        return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


def lay_pdf(data: bytes) -> Laid:
    """Texts and tables in reading order. Raises ReportFileFault for a scan, or an encrypted, damaged or too large file."""
    pages, has_unsure = _legible(_pages(data))
    places = [MOST_PLACES]
    laid: list[list[Paragraph | Printed]] = []
    margins: dict[int, list[float]] = {}
    unruled = Unruled()
    has_struck = False
    for page in pages:
        whole = page.letters, page.rules, page.pictures
        halves = list(printed_pages.halves(*whole, page.width))
        # In a table without lines nothing may cross the middle of the page either.
        for letters, rules, pictures in (
            [whole] if len(halves) > 1 and unruled.has_any(page.letters) else halves
        ):
            kept, lines, found = struck.removed(letters, rules)
            has_struck = has_struck or found
            margin = margins.setdefault(round(page.width), [0.0])
            laid.append(list(ruled.lay(kept, lines, places, margin, pictures, unruled)))
    items = printed_pages.without_running_heads(laid)
    return Laid(
        tuple(printed_pages.joined(items)),
        remarks=(
            *(("文件中划去的文字没有读",) if has_struck else ()),
            *(("文件中斜排的文字（如水印）没有读",) if any(page.has_slanting for page in pages) else ()),
        ),
        lost=(
            *((_AMBIGUOUS,) if has_unsure else ()),
            *((_UNCERTAIN,) if unruled.has_tables and unruled.has_rest else ()),
        ),
        has_pictures=any(page.pictures for page in pages),
    )


class _Page(NamedTuple):
    """What is drawn on a page, upright. width: in points. has_slanting: whether slanting letters were left out."""

    letters: list[Letter]
    rules: list[Rule]
    pictures: list[Rule]
    width: float
    has_slanting: bool


def _pages(data: bytes) -> list[_Page]:
    """Raises ReportFileFault for an encrypted, damaged or too large file."""
    import pypdfium2  # noqa: PLC0415 - loads a library of several megabytes

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        if "assword" in str(fault):
            raise ReportFileFault("old_or_encrypted", "加了密码的PDF不能读取，请去掉密码后再报") from None
        raise ReportFileFault("damaged", "PDF文件已损坏") from None
    try:
        if len(document) > MOST_PAGES:
            raise ReportFileFault("too_large", f"PDF有{len(document)}页，超过{MOST_PAGES}页")
        budget = [MOST_LETTERS, MOST_OBJECTS, MOST_SEGMENTS]  # what the file may still have of each
        document.init_forms()
        return [_page(document, number, budget) for number in range(len(document))]
    except pypdfium2.PdfiumError:
        raise ReportFileFault("damaged", "PDF文件已损坏") from None
    finally:
        document.close()


def _page(document: Any, number: int, budget: list[int]) -> _Page:
    """number: from 0. budget: what the file may still have of characters, objects and segments; reduced here."""
    from pypdfium2 import raw  # noqa: PLC0415 - as above

    page = _shown(document, number, raw)
    width, height = page.get_mediabox()[2:]
    with closing(page.get_textpage()) as text:
        turn = _turn(text, page.get_rotation(), raw)
        sheet = _Sheet(width, height, turn)
        slanting: list[str] = []
        letters = list(_letters(text, number, sheet, raw, budget, slanting))
    pictures: list[Rule] = []
    rules = list(_rules(page, sheet, raw, budget, pictures))
    page.close()
    pictures = [each for each in pictures if not _is_background(each, width, height)]
    return _Page(letters, rules, pictures, height if turn % 2 else width, bool(slanting))


def _legible(pages: list[_Page]) -> tuple[list[_Page], bool]:
    """The pages with ILLEGIBLE for each digit that may be another one, and whether there are any.

    Raises ReportFileFault if hardly any legible character is left.
    """
    legible, has_unsure = glyphs.legible([page.letters for page in pages])
    drawn = [letter.text for letters in legible for letter in letters]
    if len(drawn) - drawn.count(ILLEGIBLE) < _FEW:
        what = "的字体没有写明各是什么字" if ILLEGIBLE in drawn else "是扫描件或图片，没有文字"
        raise ReportFileFault("scanned", f"PDF{what}，请报送单位提供编制时的docx、xlsx或文字版PDF")
    return [page._replace(letters=letters) for page, letters in zip(pages, legible, strict=True)], has_unsure


def _turn(text: Any, shown: int, raw: Any) -> int:
    """Right angles, 0 to 3, by which the page must be turned clockwise for most of its characters to be upright.

    Without characters it is the page's own rotation. shown: this rotation, in degrees clockwise.
    """
    count = min(text.count_chars(), _MOST_EXAMINED)
    angles = [raw.FPDFText_GetCharAngle(text, index) for index in range(count) if raw.FPDFText_GetUnicode(text, index) > 0x20]  # fmt: skip
    turns = Counter(round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
    (turned, _), *_ = turns.most_common(1) or [(-shown // 90, 0)]
    return int(-turned % 4)


def _is_background(picture: Rule, width: float, height: float) -> bool:
    covered = (picture.right - picture.left) * (picture.bottom - picture.top)
    return covered > _BACKGROUND * width * height


def _shown(document: Any, number: int, raw: Any) -> Any:
    """A page with its form fields and annotations merged into it: they too can show or cross out text."""
    page = document[number]
    if raw.FPDFPage_GetAnnotCount(page) > 0 and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == 1:
        page.close()
        page = document[number]
    return page


def _letters(
    text: Any, number: int, sheet: _Sheet, raw: Any, budget: list[int], slanting: list[str]
) -> Iterator[Letter]:
    """Every character that is drawn upright or at right angles, without the spaces that the library inserts.

    A character that the file does not map to Unicode becomes ILLEGIBLE: the library would skip it, or use its number
    in the font as its code, which could make any character a digit. A digit that is turned otherwise than the page is
    illegible: 180 degrees make 201 of 102.

    budget: see `_page`. slanting: characters at other angles, as of a watermark, are added to it.
    """
    box = [ctypes.c_double() for _ in range(4)]
    count = text.count_chars()
    budget[0] -= count
    if budget[0] < 0:
        raise ReportFileFault("too_large", "PDF的文字过多")
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        unmapped = code == 0 or raw.FPDFText_HasUnicodeMapError(text, index) == 1
        if (code < 0x20 and not unmapped) or raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        if not raw.FPDFText_GetCharBox(text, index, *(ctypes.byref(each) for each in box)):
            continue
        if unmapped and not (box[0].value < box[1].value and box[2].value < box[3].value):
            continue
        size = raw.FPDFText_GetFontSize(text, index)
        x, right, y, top = (each.value for each in box)
        ink = sheet.box(x, y, right, top)
        loose = raw.FS_RECTF()
        if raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(loose)):
            x, right, y, top = loose.left, loose.right, loose.bottom, loose.top
        known = not unmapped and code < 0x110000 and not 0xD800 <= code < 0xE000
        letter = chr(code) if known else ILLEGIBLE
        quarters = max(raw.FPDFText_GetCharAngle(text, index), 0.0) / (math.pi / 2) + sheet.turn
        if abs(quarters - round(quarters)) > _SLANT:
            slanting.append(letter)
            continue
        if top - y < SMALLEST or round(quarters) % 4 or _is_unseen(text, index, raw):
            letter = faint(letter)
        whole = sheet.box(x, y, right, top)
        glyph = glyphs.of(text, index, ink, whole[3] - whole[1], number, raw) if letter.isdigit() else None
        yield Letter(letter, *whole, size, glyph)


def _is_unseen(text: Any, index: int, raw: Any) -> bool:
    """Whether a character is white, transparent or not drawn, as the text layer of a scanned page is."""
    obj = raw.FPDFText_GetTextObject(text, index)
    if obj and raw.FPDFTextObj_GetTextRenderMode(obj) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    colours = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFText_GetFillColor(text, index, *(ctypes.byref(each) for each in colours)):
        return False
    *tints, cover = (each.value for each in colours)
    return cover == 0 or min(tints) >= WHITE


def _rules(page: Any, sheet: _Sheet, raw: Any, budget: list[int], pictures: list[Rule]) -> Iterator[Rule]:
    """The ruled lines of a page. pictures: the boxes of its pictures are added to it."""
    for index in range(raw.FPDFPage_CountObjects(page)):
        yield from _rules_of(raw.FPDFPage_GetObject(page, index), _UPRIGHT, sheet, raw, budget, pictures, 0)


def _rules_of(
    obj: Any, around: _Matrix, sheet: _Sheet, raw: Any, budget: list[int], pictures: list[Rule], depth: int
) -> Iterator[Rule]:
    budget[1] -= 1
    if budget[1] < 0:
        raise ReportFileFault("too_large", "PDF的图形过多")
    kind = raw.FPDFPageObj_GetType(obj)
    if kind == raw.FPDF_PAGEOBJ_FORM and depth < 8:
        own = _multiplied(_matrix(obj, raw), around)
        for index in range(raw.FPDFFormObj_CountObjects(obj)):
            inner = raw.FPDFFormObj_GetObject(obj, index)
            yield from _rules_of(inner, own, sheet, raw, budget, pictures, depth + 1)
    elif kind == raw.FPDF_PAGEOBJ_PATH:
        yield from _path(obj, _multiplied(_matrix(obj, raw), around), sheet, raw, budget)
    elif kind == raw.FPDF_PAGEOBJ_IMAGE:
        # The matrix maps the unit square to the picture's place.
        a, b, c, d, e, f = _multiplied(_matrix(obj, raw), around)
        corners = [sheet.point(a * x + c * y + e, b * x + d * y + f) for x in (0, 1) for y in (0, 1)]
        xs, ys = [each[0] for each in corners], [each[1] for each in corners]
        pictures.append(Rule(min(xs), min(ys), max(xs), max(ys)))


def _path(obj: Any, matrix: _Matrix, sheet: _Sheet, raw: Any, budget: list[int]) -> Iterator[Rule]:
    """The lines of a path: each part as thin as a line, and each thin segment of a stroked part."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(obj, ctypes.byref(mode), ctypes.byref(stroke))
    count = raw.FPDFPath_CountSegments(obj)
    budget[2] -= max(count, 0)
    if budget[2] < 0:
        raise ReportFileFault("too_large", "PDF的图形过多")
    parts: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(obj, index)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        a, b, c, d, e, f = matrix
        point = sheet.point(a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([point])
        else:
            parts[-1].append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            parts[-1].append(parts[-1][0])
    for part in parts:
        xs, ys = [each[0] for each in part], [each[1] for each in part]
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        if min(width, height) <= _THIN:
            yield Rule(min(xs), min(ys), max(xs), max(ys))
        elif stroke.value:
            for one, other in pairwise(part):
                rule = Rule(
                    min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])
                )
                if min(rule.right - rule.left, rule.bottom - rule.top) <= _THIN:
                    yield rule


def _matrix(obj: Any, raw: Any) -> _Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(obj, ctypes.byref(found)):
        return _UPRIGHT
    return found.a, found.b, found.c, found.d, found.e, found.f


def _multiplied(one: _Matrix, other: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
