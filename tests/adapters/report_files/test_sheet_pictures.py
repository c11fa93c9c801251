"""Pictures and text boxes on the cells of a sheet, covering or replacing figures."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor, TwoCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from PIL import Image as Pillow

from adapters.report_files import reader
from projections.report.imported import TypedReport
from tests.adapters.report_files.test_office import edited, saved, workbook


def picture(mode: str, width: int = 40, height: int = 18) -> Image:
    """Red, and half transparent if the mode has an alpha channel, like a seal."""
    file = io.BytesIO()
    Pillow.new(mode, (width, height), (200, 0, 0, 90)[: len(mode)]).save(file, "PNG")
    file.seek(0)
    return Image(file)


def laid(mode: str, at: str, *, figure: object, to: str | None = None) -> TypedReport:
    def change(_: Any, sheet: Any) -> None:
        sheet["C3"] = figure
        shown = picture(mode)
        shown.anchor = at
        if to is not None:
            first, last = (AnchorMarker(col=ord(each[0]) - 65, row=int(each[1:]) - 1) for each in (at, to))
            shown.anchor = TwoCellAnchor(_from=first, to=last)
        sheet.add_image(shown)

    return workbook(change)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("to", [None, "D4"])
def test_a_picture_in_place_of_a_figure_is_named(mode: str, to: str | None) -> None:
    """It is not a blank cell and breaks no identity; the figures beside it are read."""
    read = laid(mode, "C3", figure=None, to=to)
    assert read.requests_table["new"] == [5, None, 0, 0, 0, 0, 5]
    assert read.unread_cells == (("requests", "new", "commercial_enterprise"),)
    assert any("“图片”不是件数" in each for each in read.unread)


def test_a_figure_under_a_picture_is_not_read_unless_it_is_seen_through() -> None:
    """A photograph hides the cell, a seal does not."""
    read = laid("RGB", "C3", figure=0, to="E5")
    assert read.requests_table["new"] == [5, None, None, 0, 0, 0, 5]
    assert read.requests_table["carried_out"] == [1, None, None, 0, 0, 0, 1]
    assert any("“图片遮住的0”不是件数" in each for each in read.unread)
    assert laid("RGBA", "C3", figure=0, to="E5").unread_cells == ()


def test_a_column_of_no_width_does_not_move_a_picture_to_another_cell() -> None:
    """70 pixels right of the left edge of B, which is 64 wide, is D if C has no width."""

    def change(_: Any, sheet: Any) -> None:
        sheet["D3"] = None
        shown = picture("RGB")
        start = AnchorMarker(col=1, colOff=70 * 9_525, row=2)
        shown.anchor = OneCellAnchor(_from=start, ext=XDRPositiveSize2D(40 * 9_525, 18 * 9_525))
        sheet.add_image(shown)

    closed = '<cols><col min="3" max="3" width="0" customWidth="1"/></cols><sheetData>'
    data = edited(saved(change), "xl/worksheets/sheet1.xml", lambda text: text.replace("<sheetData>", closed))
    assert any("“图片”不是件数" in each for each in reader.read(data, "a.xlsx").unread)


def test_a_logo_beside_the_title_is_no_figure() -> None:
    read = laid("RGB", "C1", figure=0)
    assert (read.authority, read.year, read.unread_cells) == ("示例市水务局", 2022, ())


def test_a_seal_at_the_right_of_a_table_is_no_figure() -> None:
    """Also if another table of the sheet is wider."""

    def change(_: Any, sheet: Any) -> None:
        sheet.append(["第二十条第（一）项"])
        sheet.append(["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"])
        sheet.append(["规章", 3, 1, 7])
        sheet.append(["行政规范性文件", 2, 0, 5])
        seal = picture("RGBA")
        seal.anchor = "F7"
        sheet.add_image(seal)

    read = workbook(change)
    assert read.proactive_table["regulations"] == ["3", "1", "7"]
    assert not any("图片" in each and "规章" in each for each in read.unread)


def test_a_box_with_a_figure_on_a_cell_is_named() -> None:
    """A figure typed into a text box over the cell."""

    def change(_: Any, sheet: Any) -> None:
        shown = picture("RGB")
        shown.anchor = "C3"
        sheet.add_image(shown)
        sheet["C3"] = None

    box = '<xdr:sp xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:txBody><a:p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:r><a:t>7</a:t></a:r></a:p></xdr:txBody></xdr:sp>'
    data = edited(saved(change), "xl/drawings/drawing1.xml", lambda text: re.sub(r"<(\w+:)?pic\b.*</(\w+:)?pic>", box, text, flags=re.S))  # fmt: skip
    read = reader.read(data, "a.xlsx")
    assert read.requests_table["new"] == [5, None, 0, 0, 0, 0, 5]
    assert any("“文本框中的7”不是件数" in each for each in read.unread)
