"""Mistakes of officers recorded in a real register; the expected result of each case was worked out by hand from the law."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import Taizhang

PERSON = {"applicant": {"name": "测试人"}, "description": "示例内容"}


def received(on: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "received", "on": on, "channel": "post", "receipt_basis": "signed_for", "applicant_kind": "natural_person",
        "delivery": "paper", **PERSON, **fields,
    }  # fmt: skip


def answered(
    on: str, outcome: str = "granted.provided", basis: str = "第三十六条第二项", **fields: Any
) -> dict[str, Any]:
    return {
        "type": "answered",
        "on": on,
        "outcome": outcome,
        "legal_basis": basis,
        "document_no": "公开〔X〕1号",
        **fields,
    }


def event(type_: str, on: str, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "on": on, **fields}


def charged(on: str, pay_by: str, pages: int = 31, yuan: str = "10") -> dict[str, Any]:
    return event("fee_charged", on, basis="pages", quantity=pages, amount_yuan=yuan, pay_by=pay_by)


def appealed(on: str, name: str, case_no: str, route: str = "reconsideration") -> dict[str, Any]:
    return event(
        "appealed", on, appeal=name, route=route, ground="answer", tribunal="某机关", case_no=case_no
    )


OLD = "第二十一条第一项"
BLANK = "不能为空白"
# For each case: the events, whether they are recorded, and a word of the output.
# fmt: off
CASES: dict[str, tuple[list[dict[str, Any]], int, str]] = {
    # texts without visible characters, at any depth
    "a name of a zero-width blank": ([received("2022-05-10", applicant={"name": "\u200b"})], 1, BLANK),
    "a joint applicant of a filler": ([received("2022-05-10", applicant={"name": "甲", "joint": [{"name": "\u3164"}]})], 1, BLANK),
    "an authorization of an empty Braille cell": ([received("2022-05-10", applicant={"name": "甲", "agents": [{"name": "乙", "authorization": " \u2800"}]})], 1, BLANK),
    "an agent without authorization": ([received("2022-05-10", applicant={"name": "甲", "agents": [{"name": "乙"}]})], 2, "授权委托的证明"),
    "three agents": ([received("2022-05-10", applicant={"name": "甲", "agents": [{"name": "乙", "authorization": "书"}] * 3})], 2, "不能超过2项"),
    "a subject of soft hyphens": ([received("2022-05-10", subject="\u00ad\u2060")], 1, BLANK),
    "a subject that names the applicant": ([received("2022-05-10", applicant={"name": "张三丰"}, subject="张三丰的社保")], 1, "不能写申请人"),
    "a document number of private-use characters": ([received("2022-05-10"), answered("2022-05-20", document_no="\ue000\uf8ff")], 1, BLANK),
    "a basis of variation selectors": ([received("2022-05-10"), answered("2022-05-20", basis="\ufe0f\u200d")], 1, BLANK),
    "a unit of accents alone": ([received("2022-05-10"), event("assigned", "2022-05-11", unit="\u0301\u0302")], 1, f"承办单位（event.unit）：{BLANK}"),
    # 2008年条例: 15 working days, extended by at most 15; holidays of 2017 by notice
    "an old case on its last day": ([received("2017-09-12"), answered("2017-10-09", basis=OLD)], 0, ""),
    "an old case a day late": ([received("2017-09-12"), answered("2017-10-10", basis=OLD)], 1, "期限为2017-10-09（2008年条例第二十四条）"),
    "an old case with an article of 2019": ([received("2017-09-12"), answered("2017-09-20", "refused.state_secret", "第十六条")], 0, "提示"),
    "an old case extended by 15": ([received("2017-09-12"), event("extended", "2017-10-09", workdays=15, approved_by="某", reason="查档", notified_on="2017-10-09"), answered("2017-10-30", basis=OLD)], 0, ""),
    "an old case extended by 20": ([received("2017-09-12"), event("extended", "2017-10-09", workdays=20, approved_by="某", reason="查档", notified_on="2017-10-09")], 1, "超过最长15个工作日"),
    "received the day before the law changed": ([received("2019-05-14"), answered("2019-06-05", basis=OLD)], 1, "期限为2019-06-04"),
    "received the day it changed": ([received("2019-05-15"), answered("2019-06-13")], 0, ""),
    "received the day it changed, a day late": ([received("2019-05-15"), answered("2019-06-14")], 1, "期限为2019-06-13（第三十三条）"),
    # stated terms that end on 2022-10-01 end on 2022-10-08, a Saturday that was worked
    "paid on the working day after the holidays": ([received("2022-08-22"), charged("2022-09-01", "2022-10-01"), event("fee_paid", "2022-10-08", amount_yuan="10")], 0, ""),
    "paid a day after that": ([received("2022-08-22"), charged("2022-09-01", "2022-10-01"), event("fee_paid", "2022-10-09", amount_yuan="10")], 1, "已过告知的期限2022-10-08"),
    "lapsed on that day": ([received("2022-08-22"), charged("2022-09-01", "2022-10-01"), event("lapsed", "2022-10-08", cause="fee")], 1, "期限至2022-10-08"),
    "consulted for 15 working days": ([received("2022-03-01"), event("consultation_opened", "2022-03-02", consultation="甲", consultee="third_party", respond_by="2022-03-23", delivered_on="2022-03-02")], 0, ""),
    "consulted for 16": ([received("2022-03-01"), event("consultation_opened", "2022-03-02", consultation="甲", consultee="third_party", respond_by="2022-03-24", delivered_on="2022-03-02")], 1, "超过15个工作日（2022-03-23）"),
    # over New Year 2021, and over the autumn of 2020 with its working Sunday 09-27
    "due after New Year": ([received("2020-12-10"), answered("2021-01-08")], 0, ""),
    "a working day later": ([received("2020-12-10"), answered("2021-01-11")], 1, "期限为2021-01-08"),
    "due before the holidays": ([received("2020-09-03"), answered("2020-10-10")], 1, "期限为2020-09-30"),
    "in a leap year": ([received("2024-02-29"), answered("2024-03-28")], 0, ""),
    "the notice of supplement on the 8th day": ([received("2022-05-10"), event("supplement_required", "2022-05-20", respond_by="2022-06-06", matters="某")], 1, "超过收到申请之日起7个工作日（2022-05-19）"),
    # parts, cases, other requests
    "given and not given is no 予以公开": ([received("2022-05-10"), answered("2022-05-20", parts=[{"outcome": "granted.provided", "legal_basis": "第三十六条第二项"}, {"outcome": "refused.state_secret", "legal_basis": "第十四条"}])], 1, "应为“部分公开”"),
    "nothing given is no 部分公开": ([received("2022-05-10"), answered("2022-05-20", "granted_in_part", "第三十七条", parts=[{"outcome": "refused.third_party_rights", "legal_basis": "第十五条"}, {"outcome": "refused.state_secret", "legal_basis": "第十四条"}])], 1, "应为“不予公开"),
    "one case twice, its number in other brackets": ([received("2022-05-10"), answered("2022-05-20"), appealed("2022-06-01", "诉1", "（2022）1号"), appealed("2022-06-02", "诉2", "(2022) 1号")], 1, "同一案件不重复登记"),
    "it repeats itself": ([received("2022-05-10"), answered("2022-05-20", "not_processed.repeated", "第三十六条第六项", earlier_reference="2022-0001")], 1, "2022-0001"),
    "split from nothing": ([received("2022-05-10", split_from="2022-7777")], 1, "2022-7777"),
    "reopened by an appeal that is not decided": ([received("2022-05-10"), answered("2022-05-20"), appealed("2022-06-01", "复1", "1号"), event("reopened", "2022-06-02", cause="appeal", redo_by="2022-07-01", appeal="复1")], 1, "其时尚无决定或裁判"),
    "a reconsideration of second instance": ([received("2022-05-10"), answered("2022-05-20"), appealed("2022-06-01", "复1", "1号"), event("appeal_decided", "2022-07-01", appeal="复1", instance="second", disposition="upheld", effective_on="2022-07-01")], 0, "提示"),
    "confirmed after months": ([received("2022-09-10", channel="online", receipt_basis="confirmed_by_both", submitted_on="2022-05-10")], 0, "相隔123日"),
    "a direct suit against what is no refusal of Art. 14 to 16": ([received("2024-03-01"), answered("2024-03-20", "refused.administrative_query", "第三十六条第七项"), appealed("2024-04-10", "诉1", "1号", "litigation_direct")], 0, ""),
    # words and codes
    "a word that is none": ([received("2022-05-10", channel="飞鸽传书")], 2, "当面（in_person）、邮寄（post）"),
    "an outcome that is none": ([received("2022-05-10"), answered("2022-05-20", "给了")], 1, "部分公开（granted_in_part）"),
}
# fmt: on


@pytest.mark.parametrize("name", CASES)
def test_each_case_has_the_result_required_by_law(taizhang: Taizhang, name: str) -> None:
    events, code, message = CASES[name]
    opened = ("authority", "registered", "--on", "2008-05-01", "--code", "huadu", "--name", "某办公室", "--kind", "部门",
              "--complete-since", "2008-05-01")  # fmt: skip
    assert taizhang(*opened).code == 0
    lines = [
        json.dumps({"id": f"e{nth}", "event": each, **({"reference": "#e0"} if nth else {})})
        for nth, each in enumerate(events)
    ]
    done = taizhang("record", "-", stdin="\n".join(lines))
    assert (done.code, message in done.out + done.err) == (code, True), done.out + done.err
    if not code and not message:
        assert "提示" not in done.out
