"""The subject of a request is in clear in lists and letters, so it must not name the applicant."""

from __future__ import annotations

from typing import Any

import pytest

from domain.law.refusals import Malformed
from domain.request.events import Received
from domain.request.parties import Agent, Applicant, Person
from domain.request.subject import check_subject, subject_of
from tests.builders import amended, assigned, received

APPLICANT = Applicant(
    "张三", id_number="110101199001010000", contacts="13800138000，zhang@example.cn",
    joint=(Person("李四"),), agents=(Agent("赵律师", authorization="授权委托书"),),
)  # fmt: skip


def about(subject: str | None, applicant: Applicant | None = APPLICANT, **fields: Any) -> Any:
    return received("2020-03-02", subject=subject, applicant=applicant, **fields)


@pytest.mark.parametrize(
    "subject",
    [
        *("张三宅基地审批材料", "关于 张 三 的处罚决定", "李四的征收补偿协议", "赵律师申请的规划许可"),
        *("110101199001010000的社保记录", "联系13800138000", "发至zhang@example.cn", "张\u200b三的档案", "１３８００１３８０００"),
    ],
)  # fmt: skip
def test_a_subject_names_no_applicant(subject: str) -> None:
    """Neither the first, a joint one nor an agent, by name, number or contact, in any spelling; in a correction neither."""
    with pytest.raises(Malformed, match=r"event\.subject"):
        check_subject(about(subject))
    with pytest.raises(Malformed, match=r"event\.replacement\.subject"):
        check_subject(amended("2020-03-03", 1, about(subject)))


@pytest.mark.parametrize(
    "event",
    [
        about("道路改造项目批复"), about(None), about("张三宅基地审批材料", None), assigned("2020-03-03"),
        about("示例公司环评批复", Applicant("示例公司"), applicant_kind="commercial_enterprise"),
        amended("2020-03-03", 1, None), about("三峡工程文件", Applicant("三")),
    ],
)  # fmt: skip
def test_other_subjects_are_accepted(event: Any) -> None:
    """An organisation may be the subject of its own request; sealed fields that are not given cannot be compared."""
    check_subject(event)


@pytest.mark.parametrize(
    ("description", "subject"),
    [
        ("请求公开某道路改造项目的批复文件。请邮寄纸质件。", "某道路改造项目的批复文件"),
        ("本人依法申请公开：2019年某街道拆迁补偿方案；并请盖章", "2019年某街道拆迁补偿方案"),
        ("依据《条例》第二十七条，我公司请求你局公开土地出让合同", "土地出让合同"),
        ("根据条例，现申请获取区2020年预算\n附身份证复印件", "区2020年预算"), ("某路施工图", "某路施工图"),
        ("申请公开", None), ("", None), ("请求公开13800138000的通话单", None), ("要求提供" + "长" * 41, None),
        ("请求公开１１０１０１１９９００１０１００００的登记", None), ("请求公开发往zhang@example.cn的邮件", None), ("\u202e请求", None),
    ],
)  # fmt: skip
def test_a_subject_is_suggested_from_the_description(description: str, subject: str | None) -> None:
    """Without phrases of asking, and never a long text or one with a personal number."""
    assert subject_of(description) == subject


def test_a_subject_is_optional() -> None:
    """Entries older than the field are read unchanged."""
    assert isinstance(about(None), Received)
    assert about(None).subject is None
