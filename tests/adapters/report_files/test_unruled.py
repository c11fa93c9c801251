"""PDF with tables without ruled lines: read if the positions of their words are unambiguous, else reported as unread."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typst

from adapters.render import docx as render_docx
from adapters.render import html as render_html
from adapters.report_files import printed_pages, reader, ruled
from adapters.report_files.reader import ReportFileFault
from domain.report import official_form
from projections.report import grid as report_grid
from projections.report.recognition.laid import Place, is_figure
from projections.report.recognition.printed_words import Word, words_of
from projections.report.recognition.unruled import Unruled
from tests.adapters.render.reports import SEED, SHANGHAI, SUQIAN, document
from tests.adapters.report_files import styles
from tests.adapters.report_files.test_office import edited
from tests.adapters.report_files.test_pdf import by_chromium, by_office, check
from tests.adapters.report_files.test_reading import calls
from tests.adapters.report_files.test_styles import differences


@pytest.mark.parametrize("name", [SUQIAN, SHANGHAI])
def test_a_page_without_borders_printed_by_chromium(name: str, tmp_path: Path) -> None:
    """Over several pages, the header on each; 宿迁's labels break into four lines beside vertical ones."""
    page = tmp_path / "a.html"
    page.write_text(render_html.render(document(name)).decode().replace("border:1px solid #000;", ""))
    check(by_chromium(tmp_path, page).read_bytes(), name)


@pytest.mark.parametrize("name", [SUQIAN, SEED])
def test_a_document_without_borders_printed_by_libreoffice(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    borders = r"<w:(tblBorders|tcBorders)>.*?</w:\1>"
    file.write_bytes(edited(render_docx.render(document(name)), "word/document.xml", lambda text: re.sub(borders, "", text, flags=re.S)))  # fmt: skip
    check(by_office(tmp_path, file)[0].read_bytes(), name)


def printed(seed: int, *, change: Callable[[str], str] = lambda text: text, size: int | None = None) -> bytes:
    """The official tables with the figures of the seed, without vertical lines, in a random layout and with random page ends."""
    chance = random.Random(seed)
    figures = styles.drawn(seed)
    form = official_form.load(figures.form)
    proactive = {row: [None if cell is None else str(cell % 1000) for cell in cells] for row, cells in figures.proactive.items()}  # fmt: skip
    text = [
        f"#set page({chance.choice(PAPER)}, margin: {chance.choice(('1cm', '2cm'))})",
        f'#set text(font: "Noto Serif SC", size: {size or chance.choice((5, 6, 7, 8, 9))}pt)',
        f"#set table(stroke: {chance.choice(('none', '(y: 0.5pt, x: none)'))}, inset: {chance.choice((1, 2, 3, 4))}pt, align: {chance.choice(ALIGNED)})",
        f"= {styles.UNIT}{styles.YEAR[figures.form]}年政府信息公开工作年度报告",
    ]
    grids = report_grid.grids(form, proactive, figures.requests, figures.appeals)
    for heading, grid in zip(form.headings[1:], grids, strict=False):
        widths = ", ".join(f"{width * chance.choice((100, 100, 70, 150)):.1f}fr" for width in grid.widths)
        cells = ", ".join(f"table.cell(x: {cell.column}, y: {cell.row}, colspan: {cell.colspan}, rowspan: {cell.rowspan})[#{json.dumps(cell.text, ensure_ascii=False)}]" for cell in grid.cells)  # fmt: skip
        text += [heading, f"#table(columns: ({widths},), {cells})", f"#v({chance.choice((0, 0, 300))}pt)"]
    return typeset(change("\n\n".join(text)))


PAPER = ('"a4"', '"a4", flipped: true', '"a3"', '"a5"')
ALIGNED = ("left", "center", "right", "center + horizon", "right + horizon", "left + bottom")


def typeset(text: str) -> bytes:
    made = typst.compile(text.encode(), font_paths=styles.fonts(), ignore_system_fonts=True, format="pdf")
    assert isinstance(made, bytes)
    return made


def test_no_figure_is_read_as_another() -> None:
    """With any paper, alignment, widths and page ends each figure is right, or reported as unread."""
    whole = 0
    for seed in range(12):
        figures = styles.drawn(seed)
        try:
            read = reader.read(printed(seed), "a.pdf")
        except ReportFileFault:
            continue
        read_ = {row: [None if each is None else each % 1000 for each in cells] for row, cells in figures.proactive.items()}  # fmt: skip
        missing = list(
            differences(styles.Figures(figures.form, figures.requests, figures.appeals, read_), read)
        )
        assert all(own is None for *_, own in missing), f"{seed}: {missing[:5]}"
        assert not missing or read.unread
        whole += not missing
    assert whole >= 3


def test_a_page_is_not_halved_between_the_digits_of_a_figure() -> None:
    """1448076 at the middle of a sheet, where all columns are separated by white space: 1 was once read as the figure."""

    def drawn(text: str, left: float, top: float) -> list[ruled.Letter]:
        return [ruled.Letter(each, left + 4 * at, top, left + 4 * at + 4, top + 8, 8) for at, each in enumerate(text)]  # fmt: skip

    letters = [letter for line in range(20) for letter in (*drawn("申请人", 20, 20 * line), *drawn("0000", 84, 20 * line), *drawn("0000", 110, 20 * line))]  # fmt: skip
    assert len(list(printed_pages.halves(letters, [], [], 208))) == 2
    assert len(list(printed_pages.halves([*letters, *drawn("1448076", 100, 500)], [], [], 208))) == 1


def line(nth: float, label: str, *cells: str, moved: float = 0.0) -> list[ruled.Letter]:
    """The characters of a row, each four points wide: the label at the left, each cell centred in its column.

    moved: by how many points the cells stand to the right of it.
    """
    starts = [0.0, *(100 + 40 * at - 2.0 * len(cell) + moved for at, cell in enumerate(cells))]
    return [
        ruled.Letter(each, start + 4 * at, 12.0 * nth, start + 4 * at + 4, 12.0 * nth + 8, 8)
        for start, text in zip(starts, (label, *cells), strict=True)
        for at, each in enumerate(text)
    ]


COLUMNS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
NEW, CARRIED, OUT = (
    "一、本年新收政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "四、结转下年度继续办理",
)
ROWS = (
    (NEW, "11", "12", "13", "14", "15", "16", "81"),
    (CARRIED, "1", "0", "", "—", "0", "0", "1"),
    (OUT, *"0123456"),
)


def found(*rows: list[ruled.Letter]) -> tuple[list[list[str]], bool]:
    """The table of requests on a page of these rows, and whether a part of it was not read."""
    unruled = Unruled()
    tables = unruled.find([letter for row in rows for letter in row])
    return [[place.text for place in row] for table in tables for row in table.rows], unruled.has_rest


def test_figures_are_read_by_the_columns_and_rows_that_they_stand_in() -> None:
    head, rows = line(0, "", *COLUMNS), [line(nth, *row) for nth, row in enumerate(ROWS, 1)]
    assert found(head, *rows) == ([["", *COLUMNS], *map(list, ROWS)], False)
    assert found(*rows) == ([], True)


@pytest.mark.parametrize(
    "changed",
    [
        line(1, *ROWS[0], moved=20), line(1, NEW, "11", "12", "13" + "0" * 18, *ROWS[0][4:]), line(1, "一、本年新收到申请数量", *ROWS[0][1:]),
        [*line(1, *ROWS[0]), *line(1, "", "", "7", moved=20)], [*line(1, *ROWS[0]), *line(1.5, "", "7")], [*line(1, *ROWS[0]), *line(3.5, NEW)],
    ],
    ids=["between columns", "over two columns", "under another name", "beside the columns", "between rows", "named twice"],
)  # fmt: skip
def test_a_table_with_a_word_out_of_place_is_not_read(changed: list[ruled.Letter]) -> None:
    rows = [line(nth, *row) for nth, row in enumerate(ROWS, 1)]
    assert found(line(0, "", *COLUMNS), changed, *rows[1:]) == ([], True)


def test_digits_that_overlap_are_no_figure() -> None:
    """9 is printed over a 1 of 11."""
    head, rows = line(0, "", *COLUMNS), [line(nth, *row) for nth, row in enumerate(ROWS, 1)]
    cells, _ = found(head, *rows, line(1, "", "9", moved=-1))
    assert not is_figure(cells[1][1])


def test_a_row_torn_by_the_page_is_named() -> None:
    """Its figures are below the last whole label; those of the next page continue below its header."""
    head, rows = line(0, "", *COLUMNS), [line(nth, *row) for nth, row in enumerate(ROWS, 1)]
    cells, has_rest = found(head, *rows, line(4, "三、本年度办理结", "7", "7", "7"))
    assert (len(cells), has_rest) == (4, True)
    unruled = Unruled()
    unruled.find([*head, *rows[0], *rows[1]])
    (table,) = unruled.find(rows[2])
    assert ([place.text for place in table.rows[0]], unruled.has_rest) == (list(ROWS[2]), False)


def test_a_whole_row_at_the_top_of_a_page_is_no_rest_of_one() -> None:
    """其他 alone may be a piece of a label; without lines it is one to the letter, and so are its figures."""
    above = ruled.Printed(((Place("二、上年结转政府信息公开申请数量", 1), Place("1", 2)),), is_whole=True)
    below = ruled.Printed(((Place("3.其他", 1), Place("7", 2)),), is_whole=True)
    tables = printed_pages.joined([above, below])
    assert [place.text for rows in tables for row in rows for place in row][1::2] == ["1", "7"]  # type: ignore[union-attr]


def test_a_picture_over_a_table_without_lines_leaves_it_unread() -> None:
    """It may be a figure."""
    unruled = Unruled()
    letters = [
        *line(0, "", *COLUMNS),
        *(letter for nth, row in enumerate(ROWS, 1) for letter in line(nth, *row)),
    ]
    assert (unruled.find(letters, [(20.0, 30.0)]), unruled.has_rest) == ([], True)
    assert len(unruled.find(letters, [(200.0, 230.0)])) == 1


def test_labels_drawn_over_and_over_take_no_time() -> None:
    """Thirty characters, each forty times at one position: too many ways to read the label to try all."""
    letters = line(0, NEW) * 40
    assert found(letters, line(1, *ROWS[1])) == ([], True)


def test_letters_far_apart_on_one_line_take_time_by_their_number() -> None:
    """Each was compared with all before it."""

    def words(count: int) -> list[Word]:
        return words_of(ruled.Letter("一", 20.0 * at, 0, 20.0 * at + 8, 8, 8) for at in range(count))

    assert len(words(500)) == 500
    assert calls(lambda: words(2_000)) < 2.2 * calls(lambda: words(1_000))
