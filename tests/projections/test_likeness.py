"""How similar two requests are: the same request is distinguished from one that only shares some words."""

from __future__ import annotations

import pytest

from projections.likeness import likeness


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("某路施工合同", "某路施工合同", "repeated"),
        ("某路施工合同。", " 某路　施工合同", "repeated"),
        ("ＡＢＣ项目的批复", "abc项目的批复", "repeated"),
        ("2019年某路施工合同及验收报告", "2020年某路施工合同及验收报告", "similar"),
        ("申请公开某路改造工程的施工合同", "某路改造工程施工合同", "similar"),
        ("某路施工合同", "学校食堂检查记录", None),
        ("申请公开某村征地补偿标准", "申请公开某局领导分工", None),
        ("", "", None),
        ("。", "。", None),
        ("甲", "乙", None),
    ],
)
def test_likeness(one: str, other: str, found: str | None) -> None:
    """Either way round."""
    assert likeness(one, other) == likeness(other, one) == found
