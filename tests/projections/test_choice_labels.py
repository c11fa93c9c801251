"""What officers type for a choice: its label, or a part of it that is unambiguous."""

from __future__ import annotations

import pytest

from domain.letters import wording
from projections.choice_labels import CHOICES, code_named


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("receipt_basis", "签收", "signed_for"), ("receipt_basis", "当面提交", "handed_in"), ("id_kind", "身份证", "resident_id"),
        ("reply", "同意", "agreed"), ("reply", "不同意", "objected"), ("route", "复议", "reconsideration"), ("instance", "一审", "first"),
        ("disposition", "违法", "unlawful"), ("lapsed.cause", "不补正", "supplement"), ("consultee", "共同制作", "co_maker"),
        ("outcome", "本机关不掌握", "unable.not_held"), ("outcome", "公开出版物", "not_processed.publication"),
        ("letter_wording_set.paragraph", "联系方式", "contact"),
    ],
)  # fmt: skip
def test_an_unambiguous_part_of_a_label_is_accepted(field: str, typed: str, code: str) -> None:
    assert code_named(CHOICES[field], typed) == code


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("route", "诉讼"), ("route", "行政诉讼"), ("disposition", "驳回"), ("outcome", "公开"), ("outcome", "不予公开"), ("outcome", "撤"),
        ("outcome", "补正"), ("consultee", "机关"), ("policy_set.value", "要求审批"), ("day_off_set.working", "办公"),
        ("separation_waived.scope", "经审核"), ("channel", ""), ("receipt_basis", "之日"),
    ],
)  # fmt: skip
def test_an_ambiguous_or_contradictory_word_is_refused(field: str, typed: str) -> None:
    assert code_named(CHOICES[field], typed) is None


def test_every_paragraph_of_every_letter_has_a_unique_name() -> None:
    """An officer names a paragraph as the list of them does."""
    known = {
        each.name for kind in wording.KINDS for version in wording.load(kind).versions for each in version.paragraphs
    }  # fmt: skip
    assert known == set(wording.PARAGRAPHS)
    assert all(code_named(wording.PARAGRAPHS, word) == code for code, word in wording.PARAGRAPHS.items())
