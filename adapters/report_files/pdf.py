"""PDF with text in it: letters and ruled lines put together again as texts and tables.

The lines of a page are joined into grids; what no line parts is one cell. A page without letters is a picture of a
page and is named as such.
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
from projections.report.laid import Laid

MOST_PAGES = 80
MOST_LETTERS = 200_000
MOST_OBJECTS = 60_000
MOST_SEGMENTS = 200_000
_THIN = 3.0
"""Points: what is drawn narrower is a line."""
_MOST_TURNED = 2_000
"""Letters of a page by which it is known how it is turned."""
_FEW = 20
"""Letters of a whole file; a scan with a stamp or a page number has no more."""

_GROUND = 0.6
"""Of the page: a picture that covers more is its ground."""

_Matrix = tuple[float, float, float, float, float, float]
_UPRIGHT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class _Sheet(NamedTuple):
    """How a page is turned: points of the file as points from the upper left corner."""

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
    """Raises ReportFileFault for a scan, an encrypted or a damaged file."""
    import pypdfium2  # noqa: PLC0415 - loads a library of several megabytes
    from pypdfium2 import raw  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        if "assword" in str(fault):
            raise ReportFileFault("old_or_encrypted", "加了密码的PDF不能读取，请去掉密码后再报") from None
        raise ReportFileFault("damaged", "PDF文件已损坏") from None
    try:
        if len(document) > MOST_PAGES:
            raise ReportFileFault("too_large", f"PDF有{len(document)}页，超过{MOST_PAGES}页")
        left = [MOST_LETTERS, MOST_OBJECTS, MOST_SEGMENTS]
        pages: list[tuple[list[Letter], list[Rule], list[Rule]]] = []
        widths: list[float] = []
        document.init_forms()
        for number in range(len(document)):
            page = _shown(document, number, raw)
            width, height = page.get_mediabox()[2:]
            with closing(page.get_textpage()) as text:
                turn = _turn(text, page.get_rotation(), raw)
                sheet = _Sheet(width, height, turn)
                letters = list(_letters(text, number, sheet, raw, left))
            pictures: list[Rule] = []
            rules = list(_rules(page, sheet, raw, left, pictures))
            pages.append((letters, rules, [each for each in pictures if not _is_ground(each, width, height)]))
            widths.append(height if turn % 2 else width)
            page.close()
    except pypdfium2.PdfiumError:
        raise ReportFileFault("damaged", "PDF文件已损坏") from None
    finally:
        document.close()
    legible, has_unsure = glyphs.legible([letters for letters, _, _ in pages])
    pages = [(letters, rules, pictures) for letters, (_, rules, pictures) in zip(legible, pages, strict=True)]
    drawn = [letter.text for letters, _, _ in pages for letter in letters]
    if len(drawn) - drawn.count(ILLEGIBLE) < _FEW:
        what = "的字体没有写明各是什么字" if ILLEGIBLE in drawn else "是扫描件或图片，没有文字"
        raise ReportFileFault("scanned", f"PDF{what}，请报送单位提供编制时的docx、xlsx或文字版PDF")
    places = [MOST_PLACES]
    laid: list[list[Paragraph | Printed]] = []
    margins: dict[int, list[float]] = {}
    has_struck = False
    for page_, across in zip(pages, widths, strict=True):
        for letters, rules, pictures in printed_pages.halves(*page_, across):
            kept, lines, found = struck.apart(letters, rules)
            has_struck = has_struck or found
            margin = margins.setdefault(round(across), [0.0])
            laid.append(list(ruled.lay(kept, lines, places, margin, pictures)))
    items = printed_pages.without_running_heads(laid)
    return Laid(
        tuple(printed_pages.joined(items)),
        remarks=("文件中划去的文字没有读",) if has_struck else (),
        lost=("PDF的字体把不同的数字写成同一个字，这些数字没有读，请报送单位提供编制时的docx或xlsx",)
        if has_unsure
        else (),
        has_pictures=any(pictures for _, _, pictures in pages),
    )


def _turn(text: Any, shown: int, raw: Any) -> int:
    """By how many right angles most letters of a page are turned to the left; where there are none, by how many it is
    shown turned to the right. shown: by how many degrees.
    """
    count = min(text.count_chars(), _MOST_TURNED)
    angles = [raw.FPDFText_GetCharAngle(text, index) for index in range(count) if raw.FPDFText_GetUnicode(text, index) > 0x20]  # fmt: skip
    turns = Counter(round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
    (turned, _), *_ = turns.most_common(1) or [(-shown // 90, 0)]
    return int(-turned % 4)


def _is_ground(picture: Rule, width: float, height: float) -> bool:
    """Whether it is as large as the page, which is then printed on it."""
    across, down = picture.right - picture.left, picture.bottom - picture.top
    return across * down > _GROUND * width * height


def _shown(document: Any, number: int, raw: Any) -> Any:
    """A page with what is filled in, noted and crossed out on it."""
    page = document[number]
    if raw.FPDFPage_GetAnnotCount(page) > 0 and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == 1:
        page.close()
        page = document[number]
    return page


def _letters(text: Any, number: int, sheet: _Sheet, raw: Any, left: list[int]) -> Iterator[Letter]:
    """Every letter that is drawn; spaces that the library adds between them are not.

    One that the file draws without saying which it is stands on the page all the same: the library skips it or takes
    its number in the font for a letter, so that any letter may come out as a digit.
    """
    box = [ctypes.c_double() for _ in range(4)]
    count = text.count_chars()
    left[0] -= count
    if left[0] < 0:
        raise ReportFileFault("too_large", "PDF的文字过多")
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        unnamed = code == 0 or raw.FPDFText_HasUnicodeMapError(text, index) == 1
        if (code < 0x20 and not unnamed) or raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        if not raw.FPDFText_GetCharBox(text, index, *(ctypes.byref(each) for each in box)):
            continue
        if unnamed and not (box[0].value < box[1].value and box[2].value < box[3].value):
            continue
        size = raw.FPDFText_GetFontSize(text, index)
        x, right, y, top = (each.value for each in box)
        ink = sheet.box(x, y, right, top)
        loose = raw.FS_RECTF()
        if raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(loose)):
            x, right, y, top = loose.left, loose.right, loose.bottom, loose.top
        known = not unnamed and code < 0x110000 and not 0xD800 <= code < 0xE000
        letter = chr(code) if known else ILLEGIBLE
        if top - y < SMALLEST or _is_unseen(text, index, raw):
            letter = faint(letter)
        whole = sheet.box(x, y, right, top)
        glyph = glyphs.of(text, index, ink, whole[3] - whole[1], number, raw) if letter.isdigit() else None
        yield Letter(letter, *whole, size, glyph)


def _is_unseen(text: Any, index: int, raw: Any) -> bool:
    """Whether a letter is white, clear or not drawn, as those behind the picture of a scanned page are."""
    thing = raw.FPDFText_GetTextObject(text, index)
    if thing and raw.FPDFTextObj_GetTextRenderMode(thing) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    colours = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFText_GetFillColor(text, index, *(ctypes.byref(each) for each in colours)):
        return False
    *tints, cover = (each.value for each in colours)
    return cover == 0 or min(tints) >= WHITE


def _rules(page: Any, sheet: _Sheet, raw: Any, left: list[int], pictures: list[Rule]) -> Iterator[Rule]:
    """pictures: takes the places of those that are met."""
    for index in range(raw.FPDFPage_CountObjects(page)):
        yield from _rules_of(raw.FPDFPage_GetObject(page, index), _UPRIGHT, sheet, raw, left, pictures, 0)


def _rules_of(
    thing: Any, around: _Matrix, sheet: _Sheet, raw: Any, left: list[int], pictures: list[Rule], depth: int
) -> Iterator[Rule]:
    left[1] -= 1
    if left[1] < 0:
        raise ReportFileFault("too_large", "PDF的图形过多")
    kind = raw.FPDFPageObj_GetType(thing)
    if kind == raw.FPDF_PAGEOBJ_FORM and depth < 8:
        own = _times(_matrix(thing, raw), around)
        for index in range(raw.FPDFFormObj_CountObjects(thing)):
            inner = raw.FPDFFormObj_GetObject(thing, index)
            yield from _rules_of(inner, own, sheet, raw, left, pictures, depth + 1)
    elif kind == raw.FPDF_PAGEOBJ_PATH:
        yield from _path(thing, _times(_matrix(thing, raw), around), sheet, raw, left)
    elif kind == raw.FPDF_PAGEOBJ_IMAGE:
        # A picture is one point wide and high before it is laid out.
        a, b, c, d, e, f = _times(_matrix(thing, raw), around)
        corners = [sheet.point(a * x + c * y + e, b * x + d * y + f) for x in (0, 1) for y in (0, 1)]
        xs, ys = [each[0] for each in corners], [each[1] for each in corners]
        pictures.append(Rule(min(xs), min(ys), max(xs), max(ys)))


def _path(thing: Any, matrix: _Matrix, sheet: _Sheet, raw: Any, left: list[int]) -> Iterator[Rule]:
    """The lines of a path: of a stroked one each piece, of a filled one those parts that are as thin as a line."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, ctypes.byref(mode), ctypes.byref(stroke))
    count = raw.FPDFPath_CountSegments(thing)
    left[2] -= max(count, 0)
    if left[2] < 0:
        raise ReportFileFault("too_large", "PDF的图形过多")
    parts: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(thing, index)
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


def _matrix(thing: Any, raw: Any) -> _Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, ctypes.byref(found)):
        return _UPRIGHT
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(one: _Matrix, other: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
