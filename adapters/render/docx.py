"""The annual report as a Word document in the typography of official documents (GB/T 9704), for Word and WPS.

Body 仿宋_GB2312 三号 at 28.95 points a line, title 小标宋 二号, margins 37, 35, 28 and 26 mm, page numbers at
the outer edge. Fonts are named, not embedded; each has another name to fall back on. Charts are left out:
they belong to the page and the PDF.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.render.printable import cleaned, inert_cell, title_lines
from projections.report.document import (
    AnnualDocument,
    Cell,
    Chart,
    Grid,
    Paragraph,
    Section,
    Subheading,
    Table,
)

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES = f'xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}"'

# Twentieths of a point.
_PAGE = (11906, 16838)
_MARGINS = {"top": 2098, "right": 1474, "bottom": 1984, "left": 1587}
_WIDTH = _PAGE[0] - _MARGINS["left"] - _MARGINS["right"]
_LINE = 579

_FONTS = {
    "方正小标宋简体": "宋体",
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "黑体": "SimHei",
    "宋体": "SimSun",
}


def render(document: AnnualDocument) -> bytes:
    """A document without macros, links or anything from outside."""
    document = cleaned(document)
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            ("officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _properties(document),
        "word/document.xml": _document(document),
        "word/_rels/document.xml.rels": _relations(
            ("styles", "styles.xml"),
            ("settings", "settings.xml"),
            ("fontTable", "fontTable.xml"),
            ("footer", "footer1.xml"),
            ("footer", "footer2.xml"),
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
    }
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, text in parts.items():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return file.getvalue()


def _document(document: AnnualDocument) -> str:
    body = [_paragraph("\n".join(title_lines(document)), "Title")]
    body += [_paragraph(each.text) for each in document.preface]
    for section in document.sections:
        body += _section(section)
    body += [_paragraph(note) for note in document.notes]
    if document.issued_on:
        day = document.issued_on
        body.append(_paragraph("", "Signature"))
        body.append(_paragraph(document.authority, "Signature", keep=True))
        body.append(_paragraph(f"{day.year}年{day.month}月{day.day}日", "Signature"))
    margins = " ".join(f'w:{side}="{twips}"' for side, twips in _MARGINS.items())
    return (
        f"{_XML}<w:document {_NAMESPACES}><w:body>{''.join(body)}<w:sectPr>"
        '<w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="{_PAGE[0]}" w:h="{_PAGE[1]}"/>'
        f'<w:pgMar {margins} w:header="851" w:footer="1587" w:gutter="0"/>'
        "</w:sectPr></w:body></w:document>"
    )


def _section(section: Section) -> Iterator[str]:
    yield _paragraph(section.heading, "Heading1")
    for block in section.blocks:
        match block:
            case Paragraph(text):
                yield _paragraph(text)
            case Subheading(text):
                yield _paragraph(text, "Heading2")
            case Table(grid):
                yield _table(grid)
                yield _paragraph("", "AfterTable")
            case Chart():
                pass


def _paragraph(text: str, style: str = "", *, keep: bool = False) -> str:
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + ("<w:keepNext/>" if keep else "")
    lines = (f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in text.split("\n"))
    run = f"<w:r>{'<w:br/>'.join(lines)}</w:r>" if text else ""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{run}</w:p>"


def _table(grid: Grid) -> str:
    """Its rows keep together on one page; where a table is longer than a page its header rows repeat."""
    edges = [round(_WIDTH * sum(grid.widths[:column])) for column in range(grid.columns + 1)]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(
        f'<w:gridCol w:w="{edges[column + 1] - edges[column]}"/>' for column in range(grid.columns)
    )
    rows = "".join(_row(grid, line, row, edges) for row, line in enumerate(grid.matrix()))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblCaption w:val="{escape(grid.caption)}"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(grid: Grid, line: list[Cell], row: int, edges: list[int]) -> str:
    header = "<w:tblHeader/>" if row < grid.header_rows else ""
    cells = "".join(
        _cell(cell, row, edges, keep=row < grid.rows - 1)
        for column, cell in enumerate(line)
        if cell.column == column
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"


def _cell(cell: Cell, row: int, edges: list[int], *, keep: bool) -> str:
    """One row's part of a cell: of a cell over several rows the first holds the text."""
    width = edges[cell.column + cell.colspan] - edges[cell.column]
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = ""
    if cell.rowspan > 1:
        merge = '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
    text = inert_cell(cell.text) if row == cell.row else ""
    style = "TableLabel" if cell.kind == "label" else "TableText"
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(text, style, keep=keep)}</w:tc>"
    )


def _styles() -> str:
    exact = f'<w:spacing w:line="{_LINE}" w:lineRule="exact"/>'
    indent = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
    styles = (
        _style("Normal", "正文", "仿宋_GB2312", 32, f'<w:widowControl/>{exact}{indent}<w:jc w:val="both"/>'),
        _style("Title", "标题", "方正小标宋简体", 44, '<w:spacing w:before="0" w:after="579" w:line="700" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>'),
        _style("Heading1", "标题 1", "黑体", 32, f'<w:keepNext/>{exact}{indent}<w:jc w:val="both"/><w:outlineLvl w:val="0"/>'),
        _style("Heading2", "标题 2", "楷体_GB2312", 32, f'<w:keepNext/>{exact}{indent}<w:jc w:val="both"/><w:outlineLvl w:val="1"/>'),
        _style("Signature", "落款", "仿宋_GB2312", 32, f'{exact}<w:ind w:rightChars="200" w:right="640" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>'),
        _style("TableText", "表格文字", "宋体", 18, '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>'),
        _style("TableLabel", "表格栏目", "宋体", 18, '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/>'),
        _style("AfterTable", "表后", "宋体", 18, '<w:spacing w:line="240" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/>'),
        _style("Footer", "页脚", "宋体", 28, '<w:spacing w:line="240" w:lineRule="auto"/><w:ind w:firstLineChars="0" w:firstLine="0"/>'),
    )  # fmt: skip
    return (
        f"{_XML}<w:styles {_NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts('仿宋_GB2312')}"
        '<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        f"</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>{''.join(styles)}</w:styles>"
    )


def _style(name: str, shown: str, font: str, half_points: int, paragraph: str) -> str:
    """Word knows its own styles by English names; ours are shown in Chinese."""
    known = {"Normal": "Normal", "Title": "Title", "Heading1": "heading 1", "Heading2": "heading 2", "Signature": "Signature", "Footer": "footer"}  # fmt: skip
    kind = ' w:default="1"' if name == "Normal" else "" if name in known else ' w:customStyle="1"'
    based = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
    following = '<w:next w:val="Normal"/>' if name in ("Title", "Heading1", "Heading2") else ""
    return (
        f'<w:style w:type="paragraph"{kind} w:styleId="{name}"><w:name w:val="{known.get(name, shown)}"/>'
        f"{based}{following}<w:qFormat/><w:pPr>{paragraph}</w:pPr>"
        f'<w:rPr>{_fonts(font)}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr></w:style>'
    )


def _fonts(font: str) -> str:
    """Digits and letters in 仿宋 text are set in Times New Roman, elsewhere in the font itself."""
    latin = "Times New Roman" if "GB2312" in font else font
    return f'<w:rFonts w:ascii="{latin}" w:eastAsia="{font}" w:hAnsi="{latin}" w:cs="Times New Roman"/>'


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for font, other in _FONTS.items()
    )
    return f"{_XML}<w:fonts {_NAMESPACES}>{fonts}</w:fonts>"


def _settings() -> str:
    return (
        f'{_XML}<w:settings {_NAMESPACES}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting '
        'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _footer(edge: str) -> str:
    """— 1 — at the outer edge, one character in."""
    inwards = f'<w:ind w:{edge}Chars="100" w:{edge}="280" w:firstLineChars="0" w:firstLine="0"/>'
    return (
        f'{_XML}<w:ftr {_NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>{inwards}<w:jc w:val="{edge}"/></w:pPr>'
        '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def _properties(document: AnnualDocument) -> str:
    day = document.issued_on.isoformat() if document.issued_on else f"{document.year}-12-31"
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(document.title)}</dc:title><dc:creator>{escape(document.authority)}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def _relations(*targets: tuple[str, str]) -> str:
    """Numbered rId1, rId2 … in order. A type without a scheme is one of the office's own."""
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{kind if "://" in kind else f"{_RELATIONS}/{kind}"}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def _content_types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    parts = {"document": "document.main", "styles": "styles", "settings": "settings", "fontTable": "fontTable", "footer1": "footer", "footer2": "footer"}  # fmt: skip
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{word}.{kind}+xml"/>'
        for name, kind in parts.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )
