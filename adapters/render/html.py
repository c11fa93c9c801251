"""The annual report as one self-contained HTML page: tables with scopes, charts as inline SVG."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from adapters.render import svg
from adapters.render.printable import cleaned, inert_cell
from projections.report.document import (
    AnnualDocument,
    Block,
    Cell,
    Chart,
    Grid,
    Paragraph,
    Section,
    Subheading,
    Table,
)

_STYLE = """
body{max-width:52rem;margin:2rem auto;padding:0 1rem;color:#000;background:#fff;
 font-family:FangSong_GB2312,仿宋_GB2312,FangSong,'Noto Serif SC','Source Han Serif SC',SimSun,serif;
 font-size:1.1rem;line-height:1.8}
h1{text-align:center;text-wrap:balance;font-size:1.7rem;font-weight:normal;
 font-family:FZXiaoBiaoSong-B05S,方正小标宋简体,'Noto Serif SC','Source Han Serif SC',SimSun,serif}
h2{font-size:1.15rem;font-weight:normal;font-family:SimHei,黑体,'Noto Sans SC',sans-serif}
h3{font-size:1.1rem;font-weight:normal;font-family:KaiTi_GB2312,楷体_GB2312,KaiTi,'Noto Serif SC',serif}
p{text-indent:2em;margin:.3em 0}p.date{text-align:right}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.8rem 0;font-size:.85rem;line-height:1.4;
 font-family:SimSun,宋体,'Noto Serif SC',serif;break-inside:avoid}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{border:1px solid #000;padding:.25em .3em;text-align:center;font-weight:normal;overflow-wrap:anywhere}
th.label{text-align:left}
figure{margin:1rem 0;break-inside:avoid}svg{width:100%;height:auto}
.charts{break-before:page}
@page{size:A4;margin:37mm 26mm 35mm 28mm}
"""


def render(document: AnnualDocument) -> bytes:
    """A whole page in UTF-8."""
    document = cleaned(document)
    return "".join(_page(document)).encode()


def _page(document: AnnualDocument) -> Iterator[str]:
    yield (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta name="author" content="{escape(document.authority)}">\n'
        f"<title>{escape(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(document.title)}</h1>\n"
    )
    for paragraph in document.preface:
        yield _paragraph(paragraph.text)
    for section in document.sections:
        yield from _section(section)
    for note in document.notes:
        yield _paragraph(note)
    if document.issued_on:
        day = document.issued_on
        yield f'<p class="date">{escape(document.authority)}<br>'
        yield f'<time datetime="{day.isoformat()}">{day.year}年{day.month}月{day.day}日</time></p>\n'
    if document.charts:
        yield '<section class="charts">\n<h2>附：图表</h2>\n'
        for chart in document.charts:
            yield _chart(chart)
        yield "</section>\n"
    yield "</main>\n</body>\n</html>\n"


def _section(section: Section) -> Iterator[str]:
    yield f"<section>\n<h2>{escape(section.heading)}</h2>\n"
    for block in section.blocks:
        yield from _block(block)
    yield "</section>\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield _paragraph(text)
        case Subheading(text):
            yield f"<h3>{escape(text)}</h3>\n"
        case Table(grid):
            yield from table(grid)
        case Chart():
            yield _chart(block)


def table(grid: Grid) -> Iterator[str]:
    """A table as HTML. Its texts must be printable, see `printable`; they are escaped here."""
    yield f'<div class="wide">\n<table id="{grid.name}">\n<caption>{escape(grid.caption)}</caption>\n<colgroup>'
    yield from (f'<col style="width:{100 * width:.2f}%">' for width in grid.widths)
    yield "</colgroup>\n"
    if grid.header_rows:
        yield f"<thead>\n{''.join(_rows(grid, 0, grid.header_rows))}</thead>\n"
    yield f"<tbody>\n{''.join(_rows(grid, grid.header_rows, grid.rows))}</tbody>\n</table>\n</div>\n"


def _rows(grid: Grid, first: int, end: int) -> Iterator[str]:
    for row in range(first, end):
        yield f"<tr>{''.join(_cell(cell) for cell in grid.cells if cell.row == row)}</tr>\n"


def _cell(cell: Cell) -> str:
    spans = (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "") + (
        f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    )
    text = escape(inert_cell(cell.text))
    if cell.kind == "number":
        return f"<td{spans}>{text}</td>"
    if cell.kind == "corner":
        return f'<td class="corner"{spans}>{text}</td>'
    if cell.kind == "label":
        scope = "rowgroup" if cell.rowspan > 1 else "row"
    else:
        scope = "colgroup" if cell.colspan > 1 else "col"
    return f'<th class="{cell.kind}" scope="{scope}"{spans}>{text}</th>'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def _chart(chart: Chart) -> str:
    return f"<figure>{svg.render(chart)}</figure>\n"
