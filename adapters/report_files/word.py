"""Reads DOCX: the main text as printed, with the numbers of list items, without hidden or deleted text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from adapters.office_archives import WORD
from adapters.report_files.office_zip import Parts, ReportFileFault
from adapters.report_files.sheet_pictures import is_solid
from adapters.report_files.tables import (
    ILLEGIBLE,
    MOST_DEPTH,
    MOST_PLACES,
    MOST_SPAN,
    Cell,
    Grid,
    Unread,
    faint,
    lay_content,
    raised,
)
from adapters.report_files.word_lists import Lists, W, is_on, style_chains
from adapters.report_files.word_looks import Look
from projections.report.recognition.laid import Laid, is_figure

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_STACKED = {
    f"{_M}{each}" for each in ("f", "sSup", "sSub", "sSubSup", "sPre", "rad", "nary", "m", "limLow", "limUpp")
}
"""Parts of a formula whose characters are not next to each other."""
_FLATTEST = 40
"""Twentieths of a point: a row of this exact height or less is invisible."""
_COVERED = "图片遮住的"
"""Prefix of a text that a picture covers, so that it is not read as a number."""
_GONE = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}rt"}
_PRINTED = {
    **dict.fromkeys((f"{W}br", f"{W}cr"), "\n"),
    **dict.fromkeys((f"{W}tab", f"{W}ptab"), " "),
    f"{W}noBreakHyphen": "-",
}
_UNDERSTOOD = {"wps", "wpg", "w14", "w15", "wp14", "v"}
"""Markup that is read: of alternative versions of a drawing, the first that needs nothing else is taken."""


def lay_docx(data: bytes) -> Laid:
    """Paragraphs and tables in order; those of text boxes at their anchors. Raises ReportFileFault."""
    parts = Parts(data, WORD)
    body = parts.xml(parts.main).find(f"{W}body")
    if body is None:
        raise ReportFileFault("damaged", "文件没有正文")
    styles = parts.related("styles")
    document = _Document(Lists(parts.related("numbering"), styles), styles, _solid(parts))
    content = list(document.content(body, 0))
    items = tuple(lay_content(content, [MOST_PLACES]))
    return Laid(
        items,
        remarks=(
            *(("文件中隐藏或已删除的文字没有读",) if document.has_hidden else ()),
            *(
                ("文件中有浮于文字上方的图片，它可能遮住的内容没有核对",)
                if any(map(document.floats, body.iter(f"{_WP}anchor")))
                else ()
            ),
        ),
        lost=("文档中嵌入的另一文件没有读，请用Word或WPS打开后另存为docx",)
        if body.find(f".//{W}altChunk") is not None
        else (),
        has_pictures=any(map(_is_picture, body.iter())),
    )


def _solid(parts: Parts) -> frozenset[str]:
    """Relationship ids of pictures without transparent parts; a seal has some."""
    targets = parts.targets().items()
    return frozenset(each for each, name in targets if "media/" in name and is_solid(parts, name))


def _is_picture(element: Element) -> bool:
    return element.tag.endswith(("}blip", "}imagedata", "}OLEObject"))


def _number(element: Element, path: str, default: int) -> int:
    found = element.find(path)
    text = found.get(f"{W}val", "") if found is not None else ""
    return min(int(text), MOST_SPAN) if re.fullmatch(r"[0-9]{1,6}", text) else default


def chosen(element: Element) -> Element | None:
    """The branch of an AlternateContent that a word processor shows; None if it shows none."""
    for choice in element.findall(f"{_MC}Choice"):
        if set((choice.get("Requires") or "").split()) <= _UNDERSTOOD:
            return choice
    return element.find(f"{_MC}Fallback")


class _Document:
    def __init__(self, lists: Lists, styles: Element | None, solid: frozenset[str]) -> None:
        """solid: relationship ids of pictures without transparent parts."""
        self._solid = solid
        self.has_hidden = False
        self._cells = 0
        self._lists = lists
        self._chains = style_chains(styles)
        self._fields: list[bool] = []
        """For each open field whether its instructions, which are not printed, have not ended yet."""

    def content(self, parent: Element, depth: int) -> Iterator[str | Grid]:
        """Paragraphs, as texts of one or more lines, and tables of the body, a cell or a text box. depth: of nesting."""
        if depth > MOST_DEPTH:
            raise ReportFileFault("damaged", "文件的表格层次过深")
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child, depth)
            elif child.tag == f"{W}tbl":
                yield self._table(child, depth + 1)
            elif child.tag == f"{_MC}AlternateContent":
                branch = chosen(child)
                if branch is not None:
                    yield from self.content(branch, depth + 1)
            elif child.tag in _GONE:
                self.has_hidden = True
            elif child.tag.startswith(W) and not child.tag.endswith("Pr"):
                yield from self.content(child, depth + 1)

    def _paragraph(self, paragraph: Element, depth: int) -> Iterator[str | Grid]:
        parts: list[str] = []
        boxes: list[Element] = []
        self._fields.clear()  # a malformed file may not end a field; it ends with its paragraph
        self._runs(paragraph, parts, boxes, depth, self._styled(paragraph.find(f"{W}pPr/{W}pStyle")))
        text = "".join(parts)
        if text.strip():
            label = self._lists.label(paragraph)
            # A figure in a cell is not a list item, even if its style says so.
            text = label + text if label and re.search(r"[\u4e00-\u9fff]", text) else text
            if depth and is_figure(text) and any(map(self.floats, paragraph.iter(f"{_WP}anchor"))):
                text = f"{_COVERED}{text}"
        yield text
        if depth and not text.strip():
            yield from _unread(paragraph)
        for box in boxes:
            yield from self.content(box, depth + 1)

    def floats(self, anchor: Element) -> bool:
        """Whether a picture is in front of the text and hides it."""
        if anchor.get("behindDoc") in ("1", "true") or anchor.find(f"{_WP}wrapNone") is None:
            return False
        embedded = (value for each in anchor.iter() if each.tag.endswith("}blip") for name, value in each.attrib.items() if name.endswith("}embed"))  # fmt: skip
        return any(each in self._solid for each in embedded)

    def _runs(
        self, parent: Element, parts: list[str], boxes: list[Element], depth: int, styles: Sequence[Element]
    ) -> None:
        if depth > 4 * MOST_DEPTH:
            raise ReportFileFault("damaged", "文件的层次过深")
        for child in parent:
            tag = child.tag
            if tag in _GONE:
                self.has_hidden = self.has_hidden or tag in (f"{W}del", f"{W}moveFrom")
            elif tag == f"{W}r":
                self._run(child, parts, boxes, depth, styles)
            elif tag == f"{W}txbxContent":
                boxes.append(child)
            elif tag == f"{_MC}AlternateContent":
                branch = chosen(child)
                if branch is not None:
                    self._runs(branch, parts, boxes, depth + 1, styles)
            elif tag == f"{W}fldChar":
                self._field(child.get(f"{W}fldCharType"))
            elif tag in (f"{W}t", f"{_M}t"):
                parts.append("" if any(self._fields) else child.text or "")
            elif tag in _PRINTED:
                parts.append(_PRINTED[tag])
            elif tag == f"{W}sym":
                parts.append(_symbol(child))
            elif tag in _STACKED or (tag == f"{W}bdo" and child.get(f"{W}val") == "rtl"):
                apart: list[str] = []
                self._runs(child, apart, boxes, depth + 1, styles)
                parts.append(faint("".join(apart)))
            else:
                self._runs(child, parts, boxes, depth + 1, styles)

    def _run(
        self, run: Element, parts: list[str], boxes: list[Element], depth: int, styles: Sequence[Element]
    ) -> None:
        """Add the text of a run to `parts`. styles: run properties of its paragraph's styles; they apply last."""
        own = run.find(f"{W}rPr")
        named = self._styled(own.find(f"{W}rStyle")) if own is not None else []
        look = Look([each for each in (own, *named, *styles) if each is not None])
        if look.is_gone:
            self.has_hidden = self.has_hidden or run.find(f".//{W}t") is not None
            return
        text: list[str] = []
        self._runs(run, text, boxes, depth + 1, styles)
        is_mark = any(run.find(f"{W}{each}Reference") is not None for each in ("footnote", "endnote"))
        parts += (
            [raised("".join(text))]
            if look.is_raised or is_mark
            else [faint("".join(text))]
            if look.is_faint
            else text
        )

    def _field(self, mark: str | None) -> None:
        if mark == "begin":
            self._fields.append(True)
        elif mark == "separate" and self._fields:
            self._fields[-1] = False
        elif mark == "end" and self._fields:
            self._fields.pop()

    def _styled(self, named: Element | None) -> list[Element]:
        """The run properties of a style and of those it is based on, nearest first."""
        chain = self._chains.get(named.get(f"{W}val", ""), []) if named is not None else []
        return [found for each in chain if (found := each.find(f"{W}rPr")) is not None]

    def _table(self, table: Element, depth: int) -> Grid:
        grid = Grid()
        for row in _within(table, f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and _is_unseen(properties):
                self.has_hidden = True
                continue
            cells: list[Cell] = []
            column = _number(row, f"{W}trPr/{W}gridBefore", 0)
            for cell in _within(row, f"{W}tc"):
                if cell.find(f"{W}tcPr/{W}cellDel") is not None:
                    self.has_hidden = True
                    continue
                self._cells += 1
                if self._cells > MOST_PLACES:
                    raise ReportFileFault("too_large", "文件中的表格过大")
                span = max(1, _number(cell, f"{W}tcPr/{W}gridSpan", 1))
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                continues = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                content = [] if continues else list(self.content(cell, depth))
                cells.append(Cell(content, 1, span, column, continues))
                column += span
            # Columns that a row skips at its end become a blank cell, so that none seems lost.
            cells += (
                [Cell(column=column, colspan=after)]
                if (after := _number(row, f"{W}trPr/{W}gridAfter", 0))
                else []
            )
            grid.rows.append(cells)
        return grid


def _is_unseen(row: Element) -> bool:
    """Whether a row is hidden, deleted or of no height. row: its properties."""
    marks = (row.find(f"{W}{each}") for each in ("hidden", "del"))
    height = row.find(f"{W}trHeight[@{W}hRule='exact']")
    twips = height.get(f"{W}val", "") if height is not None else ""
    is_flat = re.fullmatch(r"[0-9]{1,4}", twips) is not None and int(twips) <= _FLATTEST
    return is_flat or any(each is not None and is_on(each) for each in marks)


def _unread(paragraph: Element) -> Iterator[Unread]:
    """What a paragraph of a cell without text has instead."""
    if any(map(_is_picture, paragraph.iter())):
        yield Unread("图片")
    elif any(each.tag in (f"{W}fldChar", f"{W}fldSimple") for each in paragraph.iter()):
        yield Unread("公式没有算出的值")


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """Rows of a table, or cells of a row, also inside content controls and tracked insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (
            f"{W}sdt",
            f"{W}sdtContent",
            f"{W}ins",
            f"{W}moveTo",
            f"{W}customXml",
            f"{W}smartTag",
        ):
            yield from _within(child, tag)


def _symbol(element: Element) -> str:
    """A character of a symbol font; ILLEGIBLE for codes from D800, which have a meaning in this font only."""
    code = element.get(f"{W}char", "")
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0
    return chr(number) if 0x20 <= number < 0xD800 else ILLEGIBLE
