"""Words of registers as codes: labels of the forms of all years, words used by offices, similar spellings as assumptions."""

from __future__ import annotations

import pytest

from domain.law import outcomes
from domain.report import official_form
from projections.importing.words import FieldName, read_word


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("outcome", "予以公开", "granted"), ("outcome", "不予公开：国家秘密", "refused.state_secret"),
        ("outcome", "不予公开/1.属于国家秘密", "refused.state_secret"), ("outcome", "（五）不予处理2.重复申请", "not_processed.repeated"),
        ("outcome", "部分公开（区分处理的，只计这一情形，不计其他情形）", "granted_in_part"), ("outcome", "信息不存在", "unable.not_held.nonexistent"),
        ("outcome", "其他处理-撤回", "other.unspecified.withdrawn"), ("outcome", "办理中", ""), ("outcome", "3.其他", "other.unspecified"),
        ("channel", "网上", "online"), ("channel", "EMS", "post"), ("channel", "当面", "in_person"), ("channel", "电子邮件", "email"),
        ("applicant_kind", "个人", "natural_person"), ("applicant_kind", "其它", "other_organisation"),
        ("applicant_kind", "法人或其他组织/商业企业", "commercial_enterprise"), ("method", "邮政快递", "china_post"),
        ("disposition", "结果维持", "upheld"), ("disposition", "纠错", "corrected"), ("disposition", "审理中", ""), ("timeliness", "逾期", "late"),
    ],
)  # fmt: skip
def test_words_that_offices_write(field: FieldName, text: str, code: str) -> None:
    assert read_word(field, text) == (code, None, None)


@pytest.mark.parametrize("name", official_form.NAMES)
def test_every_label_of_every_form_is_known(name: str) -> None:
    """With all levels, with the last two, and alone with its numbering."""
    for row in official_form.load(name).requests.rows:
        if row.code in ("new", "carried_in", "total", "carried_out"):
            continue
        parts = row.label.split("/")
        for text in (row.label, "/".join(parts[1:]), parts[-1]):
            code = read_word("outcome", text).code
            assert code is not None, text
            assert f"{code}.".startswith(f"{row.code}.") or f"{row.code}.".startswith(f"{code}."), (
                text,
                code,
            )


def test_every_code_and_word_of_the_program_is_known() -> None:
    for each in outcomes.OUTCOMES.values():
        assert read_word("outcome", each.code).code == each.code
        code = read_word("outcome", each.label).code
        assert code is not None
        assert (
            outcomes.OUTCOMES[code].label.rpartition("：")[2] == each.label.rpartition("：")[2]
            or code == each.code
        )


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("outcome", "予以公幵", "granted"), ("outcome", "重复申情", "not_processed.repeated"),
        ("outcome", "公开予以", None), ("applicant_kind", "社会公益组识", "public_interest_organisation"),
    ],
)  # fmt: skip
def test_a_near_spelling_is_assumed_and_reported(field: FieldName, text: str, code: str | None) -> None:
    found = read_word(field, text)
    assert found.code == code
    assert (found.assumed is not None) == (code is not None)


@pytest.mark.parametrize(
    "text", ["不予公开", "已答复", "无法提供", "不属于国家秘密", "非商业秘密", "同意", "已办"]
)
def test_a_word_is_never_read_as_its_opposite(text: str) -> None:
    """One character turns 给予公开 into 不予公开: a negation is never assumed to be a misspelling."""
    found = read_word("outcome", text)
    assert found.code is None
    assert text in str(found.problem)


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("outcome", "不予公开（涉及国家秘密）", "refused.state_secret"), ("outcome", "其他处理（撤回）", "other.unspecified.withdrawn"),
        ("outcome", "无法提供【信息不存在】", "unable.not_held.nonexistent"), ("outcome", "涉密不予公开", "refused.state_secret"),
        ("outcome", "信访不予处理", "not_processed.petition"), ("outcome", "公开（部分）", "granted_in_part"),
        ("outcome", "部分公开（商业秘密）", "granted_in_part"), ("outcome", "部分公开；商业秘密", "granted_in_part"),
        ("outcome", "予以公开／主动公开", "granted.already_public"), ("disposition", "撤销（部分）", "revoked_in_part"),
        ("applicant_kind", "法人（企业）", "commercial_enterprise"), ("channel", "邮政/EMS", "post"),
    ],
)  # fmt: skip
def test_a_word_in_brackets_is_decisive(field: FieldName, text: str, code: str) -> None:
    """部分公开 alone counts, whatever was withheld: the form's own note on the row (国办公开办函〔2021〕30号)."""
    assert read_word(field, text) == (code, None, None)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("outcome", "予以公开（不存在）"), ("outcome", "予以公开（国家秘密）"), ("outcome", "予以公开；信息不存在"), ("outcome", "不存在/公开"),
        ("outcome", "1.公开 2.不存在"), ("outcome", "公开、信息不存在"), ("outcome", "撤回（已公开）"), ("outcome", "不存在（重复申请）"),
        ("outcome", "第一项予以公开，第二项不存在"), ("applicant_kind", "公司、个人"), ("applicant_kind", "自然人/商业企业"),
        ("applicant_kind", "律师（个人）"), ("channel", "网络/邮寄"), ("channel", "EMS（当面）"), ("method", "邮寄/当面"),
        ("timeliness", "否（超期）"),
    ],
)  # fmt: skip
def test_a_cell_with_two_meanings_is_not_read(field: FieldName, text: str) -> None:
    """A request has one outcome and one kind of applicant: the officer decides which."""
    found = read_word(field, text)
    assert found.code is None
    assert "不止一种" in str(found.problem)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("outcome", "不予公开（其他）"), ("outcome", "不予处理-其他"), ("outcome", "无法提供"), ("outcome", "不予公开（部分公开）"),
        ("applicant_kind", "法人或其他组织"), ("applicant_kind", "公民、法人"), ("applicant_kind", "单位"), ("disposition", "驳回上诉"),
    ],
)  # fmt: skip
def test_a_label_of_a_group_of_rows_is_ambiguous(field: FieldName, text: str) -> None:
    """法人或其他组织 is above five columns, 不予公开 above eight rows; none of them is its 其他."""
    found = read_word(field, text)
    assert found.code is None
    assert "没有写明是其中哪一种" in str(found.problem)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("outcome", "驳回申请"), ("outcome", "退回申请"), ("outcome", "拟予以公开"), ("applicant_kind", "自然资源局"),
        ("applicant_kind", "商业银行"), ("disposition", "胜诉"), ("outcome", "公开，另一项不提供"),
    ],
)  # fmt: skip
def test_another_word_is_no_misspelling_of_a_known_one(field: FieldName, text: str) -> None:
    """驳回申请 differs from 撤回申请 by one letter, and 自然资源局 begins like 自然人."""
    assert read_word(field, text).code is None


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("outcome", "予以公开（2份）", "granted"), ("outcome", "予以公开（延期）", "granted"), ("outcome", "涉及第三方，部分公开", "granted_in_part"),
        ("outcome", "不属于本机关，请向其他机关申请", "unable.not_held.not_ours"), ("applicant_kind", "民营企业", "commercial_enterprise"),
        ("method", "邮寄（退回）", "china_post"), ("outcome", "不予公开：国家秘蜜", "refused.state_secret"),
        ("outcome", "不予公开（属于本机关内部事务信息）", "refused.internal_affairs"), ("outcome", "经研究决定予以公开", "granted"), ("outcome", "告知申请人政府信息不存在", "unable.not_held.nonexistent"),
        ("channel", "EMS邮寄至办公室", "post"), ("channel", "通过政府网站提交", "online"), ("method", "以挂号信寄出", "china_post"),
        ("outcome", "不同意公开", None), ("outcome", "是否予以公开尚未决定", None), ("channel", "当面或邮寄", None),
    ],
)  # fmt: skip
def test_a_word_in_a_longer_text_is_assumed_unless_the_rest_may_contradict_it(
    field: FieldName, text: str, code: str | None
) -> None:
    found = read_word(field, text)
    assert found.code == code, found
    assert (found.assumed is not None) == (code is not None)


def test_an_office_s_own_words_take_precedence() -> None:
    assert read_word("channel", "市民热线").code is None
    assert read_word("channel", "市民热线", {"市民热线": "online"}).code == "online"
    assert read_word("outcome", "公开", {"公开": "granted.provided"}).code == "granted.provided"
    own = {"公开（部分）": "granted_in_part", "公开（全部）": "granted"}
    assert read_word("outcome", "公开(全部)", own).code == "granted"
    assert read_word("outcome", "公开", {"公开（一部）": "granted_in_part"}).code == "granted"
