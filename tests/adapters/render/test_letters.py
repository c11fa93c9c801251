"""Letters as files, read back by readers that share nothing with the renderers."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from msgspec.structs import replace

from adapters.refusals import NotPrintable
from adapters.render import letter_docx, letter_pdf
from domain.letters.letter import Letter
from tests.builders import answered, received
from tests.domain.letters.cases import APPLICANT, DESCRIPTION, DETAILS, NAME, OTHER, letter_of, office
from tests.domain.letters.test_letters import ALL, HOSTILE, TEXT, cases, in_part, receipt

RED = office(details=replace(DETAILS, red_head="某区人民政府办公室"))


def word(letter: Letter) -> Any:
    return docx.Document(io.BytesIO(letter_docx.render(letter)))


def words_of(letter: Letter) -> list[str]:
    """Paragraphs and cells of the Word file."""
    read = word(letter)
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return [each.text for each in read.paragraphs if each.text] + [each for each in cells if each]


def pages_of(data: bytes) -> list[str]:
    """The text of each page without spaces, since a line may end anywhere."""
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def texts_of(letter: Letter) -> list[str]:
    rows = [*(letter.form.rows if letter.form else ()), *(letter.slip.rows if letter.slip else ())]
    return [
        letter.title,
        *(each.text for each in letter.paragraphs),
        *(each.label for each in rows),
        *(each.text for each in rows),
    ]


@pytest.mark.parametrize("red", [False, True])
@pytest.mark.parametrize(("year", "kind"), ALL)
def test_both_files_have_the_whole_letter_in_order(year: str, kind: str, red: bool) -> None:
    letter = letter_of(kind, *cases(year)[kind], authority=RED if red else office())
    in_word, in_pdf = "".join(words_of(letter)), "".join(pages_of(letter_pdf.render(letter)))
    for text in (in_word, in_pdf):
        at = 0
        for each in letter.paragraphs:
            at = text.index("".join(each.text.split()), at) if text is in_pdf else text.index(each.text, at)
        assert all("".join(each.split()) in "".join(text.split()) for each in texts_of(letter))
        assert "{" not in text
        assert (NAME in text) == (kind not in ("consultation", "disclosure_notice"))
        assert (OTHER in text) == (kind in ("consultation", "disclosure_notice"))
        assert ("某区人民政府办公室" in text) == (not letter.form or kind == "envelope")


@pytest.mark.parametrize("red", [False, True])
@pytest.mark.parametrize("kind", ["answer", "fee_notice", "consultation", "proof_of_service"])
def test_a_draft_is_marked_on_every_page_with_what_it_lacks(kind: str, red: bool) -> None:
    """A draft cannot be mistaken for the letter, in both formats."""
    authority = office(details=replace(RED.letter_details[0] if red else DETAILS, payment=None))
    letter = letter_of(kind, *cases("2025")[kind], authority=authority)
    draft = replace(letter, draft=True)
    pages, words = pages_of(letter_pdf.render(draft)), words_of(draft)
    assert all("草稿（未入卷）" in each for each in pages)
    assert words[0].startswith("草稿，未入卷，不得送达")
    lacks = "尚缺：缴纳方式（机关的文书事项payment）（国办函〔2020〕109号）"
    assert (lacks in pages[0]) == (lacks in words[0]) == (kind == "fee_notice")
    for each in (*pages_of(letter_pdf.render(letter)), *words_of(letter)):
        assert "草稿" not in each


@pytest.mark.parametrize("kind", ["answer", "consultation", "proof_of_service"])
def test_the_same_letter_is_the_same_bytes(kind: str) -> None:
    letter = letter_of(kind, *cases("2025")[kind], authority=RED)
    assert letter_pdf.render(letter) == letter_pdf.render(letter)
    assert letter_docx.render(letter) == letter_docx.render(letter)


def test_the_word_file_has_the_official_typography() -> None:
    """GB/T 9704: 仿宋 三号, 28 characters a line, title 小标宋, red head and line, first page without number."""
    read = word(letter_of("answer", *cases("2025")["answer"], authority=RED))
    styles = {each.style.name: each for each in read.paragraphs}
    assert read.paragraphs[0].text == "某区人民政府办公室"
    assert {"Title", "Signature"} <= set(styles)
    head = read.styles["发文机关标志"].element
    assert head.rPr.find(qn("w:color")).get(qn("w:val")) == "E60012"
    assert head.pPr.find(qn("w:pBdr")) is not None
    assert read.sections[0].different_first_page_header_footer
    assert read.sections[0].first_page_footer.paragraphs[0].text == ""
    assert read.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert read.styles.element.xpath("w:docDefaults//w:spacing/@w:val") == ["-5"]
    assert [each.text for each in read.paragraphs][-2:] == ["某区人民政府办公室", "2025年3月12日"]


def test_a_page_holds_22_lines_of_28_characters() -> None:
    """Counted in the PDF: the characters that fill a page, without head and number."""
    long = letter_of("answer", receipt("2025"), answered("2025-03-12", text="公" * 28 * 60))
    page = pypdf.PdfReader(io.BytesIO(letter_pdf.render(long))).pages[1].extract_text()
    lines = [line for line in page.splitlines() if set(line.strip()) == {"公"}]
    assert {len(line.strip()) for line in lines} == {28}
    assert len(lines) == 22


def test_the_pdf_is_pdf_a_with_embedded_fonts() -> None:
    read = pypdf.PdfReader(
        io.BytesIO(letter_pdf.render(letter_of("answer", *cases("2025")["answer"], authority=RED)))
    )
    metadata = read.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert read.metadata is not None
    assert read.metadata.creation_date_raw is not None
    assert read.metadata.creation_date_raw.startswith("D:20250312")
    assert NAME not in str(read.metadata)


def test_a_slip_is_on_a_separate_page() -> None:
    letter = letter_of("consultation", *cases("2025")["consultation"])
    pages = pages_of(letter_pdf.render(letter))
    assert len(pages) == 2
    assert "不同意公开的理由" in pages[1]
    assert "特此告知" not in pages[1]
    assert word(letter).paragraphs[-2].paragraph_format.page_break_before


def test_many_letters_in_one_file_each_begin_with_page_one() -> None:
    """Each letter has its own page numbers."""
    one = letter_of("answer", receipt("2025"), in_part())
    assert len(pages_of(letter_pdf.render(one))) == 2
    pages = pages_of(letter_pdf.render_all([one] * 200, "某日文书", "某局", date(2025, 3, 12)))
    assert len(pages) == 400
    assert [page[-3:] for page in pages] == ["—1—", "—2—"] * 200


@pytest.mark.parametrize("render", [letter_pdf.render, letter_docx.render])
def test_hostile_values_are_printed_as_they_are(render: Any) -> None:
    """No placeholder, no markup of Typst or Word, no field; directional marks are not printed."""
    r = received("2025-03-03", applicant={**APPLICANT, "name": HOSTILE}, description=HOSTILE)
    letter = letter_of("answer", r, answered("2025-03-12", text=HOSTILE))
    data = render(letter)
    if render is letter_pdf.render:
        assert "".join(pages_of(data)).count("".join(HOSTILE.split())) == 3
    else:
        found = [each.text for each in docx.Document(io.BytesIO(data)).paragraphs]
        assert sum(HOSTILE in each for each in found) == 3


def test_a_character_that_no_font_has_is_refused_in_pdf_and_kept_in_word() -> None:
    r = received("2025-03-03", applicant={**APPLICANT, "name": "张𪚥"}, description=DESCRIPTION)
    letter = letter_of("answer", r, answered("2025-03-12", text=TEXT))
    with pytest.raises(NotPrintable, match="𪚥"):
        letter_pdf.render(letter)
    assert any("张𪚥" in each for each in words_of(letter))


def test_a_long_name_takes_two_lines_in_red() -> None:
    """A long name would otherwise be smaller than the title below it; a usual one takes one line."""
    names = {"某区人民政府办公室": 1, "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿合奇县人民政府办公室": 2}
    for name, lines in names.items():
        letter = letter_of(
            "answer", *cases("2025")["answer"], authority=office(details=replace(DETAILS, red_head=name))
        )
        first = pypdf.PdfReader(io.BytesIO(letter_pdf.render(letter))).pages[0].extract_text()
        shown = dict.fromkeys(map(str.strip, first.splitlines()))  # the name is also in the signature
        heads = [each for each in shown if each and each in name]
        assert len(heads) == lines
        assert "".join(heads) == name
