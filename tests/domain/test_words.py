"""Texts without visible characters are refused when sent, at any depth."""

from __future__ import annotations

import pytest

from domain.request.events import Part
from domain.request.parties import Applicant
from domain.values import check_words, is_blank, plain
from tests.builders import amended, answered, assigned, received

BLANK = [" ", "　", "\u200b", "\u200b\u200d\ufeff", "\u00a0\u2003", "\ue000", "\U000f0000", "\u3164", "\u2800", "\u0301", "\u00ad"]  # fmt: skip
"""A blank, the full-width one, zero-width ones, no-break ones, private use, fillers, a mark without a letter."""


@pytest.mark.parametrize("text", BLANK)
def test_a_text_without_visible_characters_is_blank(text: str) -> None:
    """Alone and combined; one letter among them makes a text."""
    assert is_blank(text)
    assert is_blank("".join(BLANK))
    assert not is_blank(f"{text}某")


@pytest.mark.parametrize("text", ["某", "𠮷", "A", "1", "〔2020〕1号", "-", "ئۇيغۇر"])
def test_visible_text_is_not_blank(text: str) -> None:
    """Including rare hanzi and other scripts."""
    assert not is_blank(text)


@pytest.mark.parametrize("text", BLANK)
def test_the_field_is_named_at_any_depth(text: str) -> None:
    """In a label, in the applicant, in a part, in a replacement."""
    for event, field in (
        (assigned("2020-03-02", text), "unit"),
        (received("2020-03-02", applicant=Applicant(text)), "applicant.name"),
        (received("2020-03-02", description=text), "description"),
        (answered("2020-03-02", document_no=text), "document_no"),
        (answered("2020-03-02", parts=(Part("granted", text),)), "parts.legal_basis"),
        (amended("2020-03-02", 2, assigned("2020-03-02", text)), "replacement.unit"),
    ):
        with pytest.raises(ValueError, match=rf"^event\.{field}："):
            check_words(event, "event")


def test_labels_are_compared_without_width_case_blanks_and_brackets() -> None:
    assert plain("（2024）某行初 1号") == plain("(２０２４)某行初1号") == plain("〔2024〕某行初1号")
    assert plain("（2024）某行初1号") != plain("（2024）某行初2号")
