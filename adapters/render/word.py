"""Building blocks of Word documents in the typography of official documents (GB/T 9704).

Body 仿宋_GB2312 三号 with lines of 28.95 points, title 小标宋 二号, margins 37, 35, 28 and 26 mm, page numbers at the outer
edge. Fonts are named, not embedded; each has a fallback.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from html import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES = f'xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}"'

# Twentieths of a point.
_PAGE = (11906, 16838)
_MARGINS = {"top": 2098, "right": 1474, "bottom": 1984, "left": 1587}
WIDTH = _PAGE[0] - _MARGINS["left"] - _MARGINS["right"]
_LINE = 579
_TIGHTER = '<w:spacing w:val="-5"/>'
"""A quarter of a point less between characters, so that 28 of 三号 fit the 156 mm of a line. A character grid would do the
same in Word and WPS, but LibreOffice renders it differently.
"""

_FONTS = {
    "方正小标宋简体": "宋体",
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "黑体": "SimHei",
    "宋体": "SimSun",
}


def package(
    body: str, *, title: str, author: str, on: date, first_page: str | None = None, grid: bool = False
) -> bytes:
    """The DOCX file, without macros, links or external parts. The same input gives the same bytes.

    body: paragraphs and tables. on: its date. first_page: a separate footer for the first page. grid: 28 characters per
    line, as in letters.
    """
    footers = {"footer1": _footer("right"), "footer2": _footer("left")}
    if first_page is not None:
        footers["footer3"] = f"{_XML}<w:ftr {_NAMESPACES}>{first_page}</w:ftr>"
    parts = {
        "[Content_Types].xml": _content_types(footers),
        "_rels/.rels": _relations(
            ("officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _properties(title, author, on),
        "word/document.xml": _document(body, first_page is not None),
        "word/_rels/document.xml.rels": _relations(
            ("styles", "styles.xml"),
            ("settings", "settings.xml"),
            ("fontTable", "fontTable.xml"),
            *(("footer", f"{name}.xml") for name in footers),
        ),
        "word/styles.xml": _styles(_TIGHTER if grid else ""),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
        **{f"word/{name}.xml": text for name, text in footers.items()},
    }
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, text in parts.items():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return file.getvalue()


def _document(body: str, has_first_page: bool) -> str:
    margins = " ".join(f'w:{side}="{twips}"' for side, twips in _MARGINS.items())
    first = '<w:footerReference w:type="first" r:id="rId6"/>' if has_first_page else ""
    return (
        f"{_XML}<w:document {_NAMESPACES}><w:body>{body}<w:sectPr>"
        f'<w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>{first}'
        f'<w:pgSz w:w="{_PAGE[0]}" w:h="{_PAGE[1]}"/>'
        f'<w:pgMar {margins} w:header="851" w:footer="1587" w:gutter="0"/>'
        f"{'<w:titlePg/>' if has_first_page else ''}"
        "</w:sectPr></w:body></w:document>"
    )


def paragraph(text: str, style: str = "", *, keep: bool = False, new_page: bool = False) -> str:
    """keep: on one page with the next paragraph. new_page: begins a new page. Line breaks in the text are kept."""
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + ("<w:keepNext/>" if keep else "")
    properties += "<w:pageBreakBefore/>" if new_page else ""
    lines = (f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in text.split("\n"))
    run = f"<w:r>{'<w:br/>'.join(lines)}</w:r>" if text else ""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{run}</w:p>"


def table(widths: Iterable[int], rows: str, caption: str, *, line: int, margins: str = "") -> str:
    """widths: of the columns, in twentieths of a point. rows: see `row`. line: thickness in eighths of a point.

    margins: of its cells; Word's default if empty.
    """
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{line}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{margins}<w:tblCaption w:val="{escape(caption)}"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def row(cells: str, properties: str) -> str:
    """A row that is not split between pages."""
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{cells}</w:tr>"


def cell(text: str, style: str, width: int, properties: str = "", *, keep: bool = False) -> str:
    """width: in twentieths of a point. keep: on one page with the next row."""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}<w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph(text, style, keep=keep)}</w:tc>"
    )


def _styles(spacing: str) -> str:
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
        _style("Warning", "草稿提示", "宋体", 28, '<w:pBdr><w:top w:val="single" w:sz="8" w:space="6" w:color="E60012"/><w:left w:val="single" w:sz="8" w:space="6" w:color="E60012"/><w:bottom w:val="single" w:sz="8" w:space="6" w:color="E60012"/><w:right w:val="single" w:sz="8" w:space="6" w:color="E60012"/></w:pBdr><w:spacing w:after="240" w:line="400" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/>', colour="E60012"),
        _style("RedHead", "发文机关标志", "方正小标宋简体", 72, '<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="24" w:space="8" w:color="E60012"/></w:pBdr><w:spacing w:line="1000" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>', colour="E60012"),
        _style("RedFoot", "首页红线", "宋体", 18, '<w:pBdr><w:top w:val="thinThickSmallGap" w:sz="24" w:space="1" w:color="E60012"/></w:pBdr><w:ind w:firstLineChars="0" w:firstLine="0"/>'),
        _style("NumberRight", "发文字号（右）", "仿宋_GB2312", 32, f'<w:spacing w:before="200" w:after="579" w:line="{_LINE}" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>'),
        _style("NumberCentred", "发文字号", "仿宋_GB2312", 32, f'<w:spacing w:after="579" w:line="{_LINE}" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>'),
        _style("Addressee", "主送", "仿宋_GB2312", 32, f'{exact}<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/>'),
        _style("Day", "成文日期", "仿宋_GB2312", 32, f'{exact}<w:ind w:rightChars="400" w:right="1280" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>'),
        _style("FormText", "表单文字", "仿宋_GB2312", 28, '<w:spacing w:before="60" w:after="60" w:line="400" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/>'),
        _style("Footer", "页脚", "宋体", 28, '<w:spacing w:line="240" w:lineRule="auto"/><w:ind w:firstLineChars="0" w:firstLine="0"/>'),
    )  # fmt: skip
    return (
        f"{_XML}<w:styles {_NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts('仿宋_GB2312')}"
        f'{spacing}<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        f"</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>{''.join(styles)}</w:styles>"
    )


def _style(name: str, shown: str, font: str, half_points: int, paragraph: str, *, colour: str = "") -> str:
    """A paragraph style. Built-in styles of Word have English names, ours have Chinese ones."""
    known = {"Normal": "Normal", "Title": "Title", "Heading1": "heading 1", "Heading2": "heading 2", "Signature": "Signature", "Footer": "footer"}  # fmt: skip
    kind = ' w:default="1"' if name == "Normal" else "" if name in known else ' w:customStyle="1"'
    based = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
    colouring = f'<w:color w:val="{colour}"/>' if colour else ""
    following = '<w:next w:val="Normal"/>' if name in ("Title", "Heading1", "Heading2") else ""
    return (
        f'<w:style w:type="paragraph"{kind} w:styleId="{name}"><w:name w:val="{known.get(name, shown)}"/>'
        f"{based}{following}<w:qFormat/><w:pPr>{paragraph}</w:pPr>"
        f'<w:rPr>{_fonts(font)}{colouring}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr></w:style>'
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
    """— 1 — at the outer edge, indented by one character."""
    inwards = f'<w:ind w:{edge}Chars="100" w:{edge}="280" w:firstLineChars="0" w:firstLine="0"/>'
    return (
        f'{_XML}<w:ftr {_NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>{inwards}<w:jc w:val="{edge}"/></w:pPr>'
        '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def _properties(title: str, author: str, on: date) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{on.isoformat()}T00:00:00Z</dcterms:created>'
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def _relations(*targets: tuple[str, str]) -> str:
    """Numbered rId1, rId2 … in order. A type without a scheme is one of Office's own."""
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{kind if "://" in kind else f"{_RELATIONS}/{kind}"}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def _content_types(footers: Iterable[str]) -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    parts = {"document": "document.main", "styles": "styles", "settings": "settings", "fontTable": "fontTable", **dict.fromkeys(footers, "footer")}  # fmt: skip
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
