"""PDF from our renderer, LibreOffice and Chromium is read back; scans, passwords and damage are reported."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pypdf
import pytest
import typst

from adapters.render import docx as render_docx
from adapters.render import html as render_html
from adapters.render import pdf as render_pdf
from adapters.report_files import pdf, printed_pages, reader, ruled
from adapters.report_files.reader import ReportFileFault
from projections.report.imported import TypedReport
from projections.report.recognition.laid import Place, is_figure
from tests import chromium
from tests.adapters.render.reports import FOLDER, NAMES, SEED, SHANGHAI, SUQIAN, TEXT, document
from tests.adapters.report_files import styles
from tests.adapters.report_files.test_styles import differences

OFFICE = shutil.which("libreoffice")


def typed_report(name: str) -> TypedReport:
    return reader.read((FOLDER / f"{name}.json").read_bytes(), "report.json")


def by_office(folder: Path, *files: Path) -> list[Path]:
    """Convert with LibreOffice; its own profile keeps it apart from a running one."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed")
    command = [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return [folder / f"{file.stem}.pdf" for file in files]


def by_chromium(folder: Path, page: Path) -> Path:
    if chromium.PROGRAM is None:
        pytest.skip("Chromium is not installed")
    made = folder / f"{page.stem}.pdf"
    command = [chromium.PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/chromium", "--no-pdf-header-footer", f"--print-to-pdf={made}", str(page)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240, env=chromium.environment(folder))
    return made


def check(data: bytes, name: str) -> None:
    read, expected = reader.read(data, "年报.pdf"), typed_report(name)
    assert read.requests_table == expected.requests_table
    assert read.appeals_table == expected.appeals_table
    assert read.proactive_table == expected.proactive_table
    assert (read.authority, read.year, read.format) == (expected.authority, expected.year, expected.format)
    assert (read.unread, read.assumed) == ((), ())
    assert [section.text for section in read.sections[1:]] == ["", "", "", TEXT, "无其他需要报告的事项。"]
    assert read.sections[0].paragraphs[:2] == ("（一）主动公开", TEXT * 2)


@pytest.mark.parametrize("name", NAMES)
def test_our_own(name: str) -> None:
    check(render_pdf.render(document(name)), name)


@pytest.mark.parametrize("name", [SUQIAN, SEED, SHANGHAI])
def test_libreoffice(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(render_docx.render(document(name)))
    check(by_office(tmp_path, file)[0].read_bytes(), name)


@pytest.mark.parametrize("name", [SUQIAN, SHANGHAI])
def test_chromium_with_a_row_torn_by_the_page(name: str, tmp_path: Path) -> None:
    """宿迁: the row of 1.申请人无正当理由逾期不补正 begins on one page and ends on the next, below a repeated header."""
    page = tmp_path / "a.html"
    page.write_bytes(render_html.render(document(name)))
    check(by_chromium(tmp_path, page).read_bytes(), name)


def test_narrow_columns_over_many_pages(tmp_path: Path) -> None:
    """Ten styles in equal columns, figures and labels wrapped, rows torn in two: no figure is read as another.

    And two typed with rows for columns, of which pages tear every label, and two with serial numbers.
    """
    others = {seed: styles.styled(seed, "docx") for seed in range(100, 140)}
    turned = [style for style in others.values() if style.is_apart][:2]
    numbered = [style for style in others.values() if style.is_numbered and not style.is_apart][:2]
    made = [*(styles.styled(seed, "docx", is_plain=True) for seed in range(10)), *turned, *numbered]
    files = [tmp_path / f"{style.seed}.docx" for style in made]
    for style, file in zip(made, files, strict=True):
        file.write_bytes(styles.written(style))
    whole = 0
    for style, file in zip(made, by_office(tmp_path, *files), strict=True):
        read = reader.read(file.read_bytes(), file.name)
        missing = list(differences(style.figures, read))
        assert all(own is None for *_, own in missing), f"{style.seed}: {missing[:5]}"
        assert not missing or read.unread
        whole += style.seed < 10 and not missing
    assert whole >= 7


def test_a_figure_drawn_over_another_is_named() -> None:
    """1461440 overflows into the cell of 17, whose digits have a space between them."""

    def drawn(text: str, left: float) -> list[ruled.Letter]:
        return [
            ruled.Letter(each, left + 4 * at, 12, left + 4 * at + 4, 20, 8) for at, each in enumerate(text)
        ]

    lines = [ruled.Rule(x, 10, x, 30) for x in (20, 40, 60)] + [ruled.Rule(20, y, 60, y) for y in (10, 30)]
    letters = [*drawn("17 ", 26), *drawn("1461440", 30), *drawn("8", 22)]
    (table,) = ruled.lay(letters, lines, [100], [0.0])
    assert isinstance(table, ruled.Printed)
    assert [place.text[:3] for place in table.rows[0]] == [ruled.CROSSED, ruled.CROSSED]
    (table,) = ruled.lay([*drawn("17", 26), *drawn("14", 46)], lines, [100], [0.0])
    assert isinstance(table, ruled.Printed)
    assert [place.text for place in table.rows[0]] == ["17", "14"]


@pytest.mark.parametrize("figure", ["７", "61①", "5*"])
def test_a_figure_that_overflows_a_table_does_not_separate_its_parts(figure: str) -> None:
    """469 at the end of a page continues with 63 on the next, although one overflows the table: neither is a figure."""
    last = (Place("科研", 1), Place("469", 2))
    rest = (Place("机构", 1), Place("63", 2))
    stray = ruled.Paragraph(figure)
    stray.goes_on = stray.is_indented = False
    items = [ruled.Printed((last,), (False, False)), stray, ruled.Printed((rest,), (False, False))]
    assert not any(
        is_figure(place.text)
        for item in printed_pages.joined(items)
        for row in item
        for place in row  # type: ignore[union-attr]
    )


def _set(style: styles.Style, page: str, *more: str) -> TypedReport:
    text = [f'#set page("a4", margin: 2cm{page})', '#set text(font: "Noto Serif SC", size: 11pt)', f"= {styles.title(style)}", *map(styles._typst_table, style.tables), *more]  # fmt: skip
    made = typst.compile(
        "\n\n".join(text).encode(), font_paths=styles.fonts(), ignore_system_fonts=True, format="pdf"
    )
    assert isinstance(made, bytes)
    return reader.read(made, "a.pdf")


@pytest.mark.parametrize("seed", [5, 9])
def test_a_running_head_divides_no_table(seed: int) -> None:
    """Running heads and feet are no text of the report, and do not come between the halves of a row."""
    style = styles.styled(seed, "pdf", is_plain=True)
    head = ", header: [示例市水务局 2023年度报告], footer: context [第 #counter(page).display() 页 共 9 页]"
    assert _set(style, head) == _set(style, "")


@pytest.mark.parametrize("seed", [5, 9, 11])
def test_heads_of_odd_and_even_pages_divide_no_table(seed: int) -> None:
    """Two lines, the unit on odd pages and the report on even ones; page numbers at the outer edges."""
    style = styles.styled(seed, "pdf", is_plain=True)
    here = "context { let n = counter(page).get().first(); if calc.odd(n)"
    head = f", header: {here} [示例市水务局 \\ 2023年] else [政府信息公开 \\ 年度报告 #n] }}, footer: {here} [#h(1fr) — #n —] else [第 #n 页] }}"
    assert _set(style, head) == _set(style, "")


def test_a_head_of_one_page_makes_no_figure_from_half_a_figure() -> None:
    """469 continues with 63 on the next page, below a line that no other page has: neither is a figure."""
    head = ruled.Paragraph("第二章")
    head.goes_on = head.is_indented = False
    above = ruled.Printed(((Place("科研", 1), Place("469", 2)),), (False, False))
    below = ruled.Printed(((Place("机构", 1), Place("63", 2)),), (False, False))
    (rows, _, _) = printed_pages.joined([above, head, below])
    assert not any(is_figure(place.text) for row in rows for place in row)  # type: ignore[union-attr]
    whole = ruled.Printed(((Place("一、本年新收政府信息公开申请数量", 1), Place("63", 2)),), (False, False))
    (rows, _, _) = printed_pages.joined([above, head, whole])
    assert [place.text for row in rows for place in row] == ["科研", "469"]  # type: ignore[union-attr]


def test_a_picture_in_a_cell_of_a_table_is_named() -> None:
    """It may replace a figure, so the cell is not blank. A picture as large as the page is its background."""
    dot = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12P4z8AAAAMBAQAY3Y2wAAAAAElFTkSuQmCC")  # fmt: skip
    picture = f"image(bytes({tuple(dot)}), width: 5mm)"
    text = f"""#set page(background: {picture.replace("5mm", "100%")})
#set text(font: "Noto Serif SC", size: 9pt)
政府信息公开工作年度报告的附表，单位为件，不足的以零计
#table(columns: 3, [件数], [85], [#{picture}], [收费], [], [12])"""
    made = typst.compile(text.encode(), font_paths=styles.fonts(), ignore_system_fonts=True, format="pdf")
    assert isinstance(made, bytes)
    laid = pdf.lay_pdf(made)
    ((*rows,),) = laid.tables
    assert [[place.text for place in row] for row in rows] == [["件数", "85", "图片"], ["收费", "", "12"]]


@pytest.mark.parametrize("angle", [30, 45, -20])
def test_a_watermark_across_the_page_is_not_read(angle: int) -> None:
    """Its digits stood in the cells, and their slanting shapes made every digit of the file doubtful."""
    style = styles.styled(5, "pdf", is_plain=True)
    mark = f", foreground: rotate({angle}deg, text(60pt, fill: luma(220))[示例 202301])"
    marked, plain = _set(style, mark), _set(style, "")
    assert marked.assumed == ("文件中斜排的文字（如水印）没有读", *plain.assumed)
    assert msgspec.structs.replace(marked, assumed=plain.assumed) == plain


@pytest.mark.parametrize("angle", [90, 180])
def test_a_figure_turned_otherwise_than_its_page_is_illegible(angle: int) -> None:
    """On its head 102 is 201."""
    page = f"""#set text(font: "Noto Serif SC", size: 9pt)
政府信息公开工作年度报告的附表，单位为件，不足的以零计
#table(columns: 2, [件数], [#rotate({angle}deg, reflow: true)[102]], [收费], [102])"""
    made = typst.compile(page.encode(), font_paths=styles.fonts(), ignore_system_fonts=True, format="pdf")
    assert isinstance(made, bytes)
    ((*rows,),) = pdf.lay_pdf(made).tables
    assert [is_figure(row[1].text) for row in rows] == [False, True]


def test_a_heading_on_a_page_of_short_lines_is_a_heading() -> None:
    """The last page has only 六、 and a sentence: its longest line does not give the right margin."""
    last = ["一、总体情况", TEXT * 3, "#pagebreak()", "六、其他需要报告的事项", "没有收取信息处理费。"]
    sections = _set(styles.styled(2, "pdf", is_plain=True), "", *last).sections
    assert [(each.heading[0], each.text) for each in sections] == [("一", TEXT * 3), ("六", "没有收取信息处理费。")]  # fmt: skip


def test_a_scan_is_refused_as_one() -> None:
    """Pages without characters, however many."""
    made = pypdf.PdfWriter()
    for _ in range(3):
        made.add_blank_page(595, 842)
    file = io.BytesIO()
    made.write(file)
    with pytest.raises(ReportFileFault, match="扫描件") as refused:
        reader.read(file.getvalue(), "年报.pdf")
    assert refused.value.code == "scanned"


def test_tables_without_lines_and_with_labels_of_their_own_are_refused() -> None:
    """It is not known which row and column a figure belongs to."""
    style = styles.styled(1, "pdf", is_plain=True)
    with pytest.raises(ReportFileFault, match="框线") as refused:
        reader.read(styles.printed(style, stroke="none"), "年报.pdf")
    assert refused.value.code == "no_tables"


def test_an_encrypted_file_is_refused_as_one() -> None:
    made = pypdf.PdfWriter(clone_from=io.BytesIO(render_pdf.render(document(SEED))))
    made.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    made.write(file)
    with pytest.raises(ReportFileFault, match="密码") as refused:
        reader.read(file.getvalue(), "年报.pdf")
    assert refused.value.code == "old_or_encrypted"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"\x00" * 1000])
def test_a_damaged_file_is_refused_as_one(data: bytes) -> None:
    with pytest.raises(ReportFileFault) as refused:
        reader.read(data, "年报.pdf")
    assert refused.value.code == "damaged"


def with_maps(change: Callable[[bytes], bytes]) -> bytes:
    """Our rendering of 宿迁's report with its maps from glyphs to characters changed."""
    made = pypdf.PdfWriter(clone_from=io.BytesIO(render_pdf.render(document(SUQIAN))))
    fonts = [each.get_object() for each in made._objects if isinstance(each, pypdf.generic.DictionaryObject)]
    for stream in [font["/ToUnicode"].get_object() for font in fonts if "/ToUnicode" in font]:
        assert isinstance(stream, pypdf.generic.StreamObject)
        stream.set_data(change(stream.get_data()))
    changed = io.BytesIO()
    made.write(changed)
    return changed.getvalue()


def test_characters_without_unicode_are_illegible() -> None:
    """As in files printed with an incomplete font: 7 is drawn but not mapped to 7, so that 57 must not be read as 5."""
    read = reader.read(with_maps(lambda text: text.replace(b"> <0037>\n", b"> <0000>\n")), "年报.pdf")
    whole = typed_report(SUQIAN).requests_table
    assert any("7" in str(each) for cells in whole.values() for each in cells)
    for row, cells in whole.items():
        assert read.requests_table[row] == [None if "7" in str(each) else each for each in cells]
    assert read.unread


def test_two_shapes_mapped_to_one_digit_are_illegible() -> None:
    """7 is drawn and mapped to 1: its shape is not that of the real 1, so neither can be trusted."""
    read = reader.read(with_maps(lambda text: text.replace(b"> <0037>\n", b"> <0031>\n")), "年报.pdf")
    for row, cells in typed_report(SUQIAN).requests_table.items():
        assert read.requests_table[row] == [None if set("17") & set(str(each)) else each for each in cells]
    assert any("不同的数字写成同一个字" in each for each in read.unread)


def turned(name: str, angle: int, *, is_shown_so: bool) -> bytes:
    """Our rendering rotated by an angle. is_shown_so: the pages are marked as rotated, as a scanner leaves them."""
    made = pypdf.PdfWriter(clone_from=io.BytesIO(render_pdf.render(document(name))))
    for page in made.pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        if is_shown_so:
            page.rotate(angle)
            continue
        to = {90: (height, 0), 180: (width, height), 270: (0, width)}[angle]
        page.add_transformation(pypdf.Transformation().rotate(angle).translate(*to))
        if angle != 180:
            page.mediabox = page.cropbox = pypdf.generic.RectangleObject((0, 0, height, width))
    file = io.BytesIO()
    made.write(file)
    return file.getvalue()


@pytest.mark.parametrize("angle", [90, 180, 270])
@pytest.mark.parametrize("is_shown_so", [True, False])
def test_a_rotated_page_is_read_by_the_direction_of_its_text(angle: int, is_shown_so: bool) -> None:
    check(turned(SEED, angle, is_shown_so=is_shown_so), SEED)


@pytest.mark.parametrize("name", [SEED, SUQIAN])
def test_two_pages_on_one_sheet_are_two(name: str) -> None:
    pages = pypdf.PdfReader(io.BytesIO(render_pdf.render(document(name)))).pages
    made = pypdf.PdfWriter()
    for nth in range(0, len(pages), 2):
        width, height = float(pages[nth].mediabox.width), float(pages[nth].mediabox.height)
        sheet = made.add_blank_page(2 * width, height)
        for beside, page in enumerate(pages[nth : nth + 2]):
            sheet.merge_transformed_page(page, pypdf.Transformation().translate(beside * width, 0))
    file = io.BytesIO()
    made.write(file)
    check(file.getvalue(), name)


def test_a_file_without_any_unicode_is_not_guessed_at() -> None:
    """Glyph numbers taken for character codes would give other letters and digits."""
    with pytest.raises(ReportFileFault, match="没有写明各是什么字") as refused:
        reader.read(
            with_maps(lambda text: re.split(rb"[0-9]+ beginbfchar", text)[0] + b"endcmap"), "年报.pdf"
        )
    assert refused.value.code == "scanned"


def test_figures_crossed_out_are_not_read_and_unseen_ones_are_illegible() -> None:
    """As in Word and in pages. Underlined text is read."""
    page = """#set text(font: "Noto Serif SC", size: 9pt)
政府信息公开工作年度报告的附表，单位为件，不足的以零计

#table(columns: 2, [件数], [#strike[93] 85], [#underline[12]], [#text(fill: white)[7]], [#text(size: 2pt)[8]], [1#strike[2]],
[#strike[全部\\ 划去]], [5])"""
    made = typst.compile(page.encode(), font_paths=styles.fonts(), ignore_system_fonts=True, format="pdf")
    assert isinstance(made, bytes)
    laid = pdf.lay_pdf(made)
    ((*rows,),) = laid.tables
    assert [[place.text for place in row] for row in rows] == [
        ["件数", "85"],
        ["12", "▯"],
        ["▯", "1"],
        ["", "5"],
    ]
    assert laid.remarks == ("文件中划去的文字没有读",)


def test_the_text_behind_a_scan_is_illegible() -> None:
    """Recognised text is invisible (`3 Tr`) and may be wrong."""
    style = styles.styled(0, "pdf", is_plain=True)
    made = pypdf.PdfWriter(clone_from=io.BytesIO(styles.printed(style)))
    for page in made.pages:
        content = page.get_contents()
        assert content is not None
        content.set_data(content.get_data().replace(b"BT 0 Tr", b"BT 3 Tr"))
        page[pypdf.generic.NameObject("/Contents")] = made._add_object(content)
    file = io.BytesIO()
    made.write(file)
    read = reader.read(file.getvalue(), "年报.pdf")
    assert all(cell is None for cells in read.requests_table.values() for cell in cells)
    assert read.unread
