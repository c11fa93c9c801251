"""A letter in the demonstration: a partial answer, from draft to service, with two parts refused by different articles.

It is numbered when it is recorded. The approved text is the one that is filed and served.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.demo.people import AUTHORITY, HANDLER, HEAD, REVIEWER, SYSTEM, Line
from domain.values import Reference

ANSWERED = Reference(2025, 1)
SET, RECEIVED, SENT = date(2025, 1, 2), date(2025, 3, 3), date(2025, 3, 13)

_ANSWER = {
    "outcome": "granted_in_part",
    "legal_basis": "第三十七条",
    "parts": [
        {"outcome": "granted.provided", "legal_basis": "第三十六条第二项"},
        {"outcome": "refused.third_party_rights", "legal_basis": "第十五条"},
        {"outcome": "refused.deliberative", "legal_basis": "第十六条第二款"},
    ],
}
_TEXT = """改造工程的立项批复和中标公告，随本答复书提供复制件。
施工合同中的单价分析表属于示例建筑公司的商业秘密，该公司不同意公开，公开会损害其竞争地位，且不公开不会对公共利益造成重大影响。
选址方案的两次讨论记录属于尚在研究的过程性信息，公开会影响该事项的正常决策。"""


def settings(name: str, prefix: str, since: date) -> Iterator[Line]:
    """Recordings of an office's letter details and number series. name: in the red letterhead. since: day in force."""
    details = {
        "in_force_from": since, "review_authority": "示例区人民政府", "court": "示例区人民法院", "address": "示例路1号",
        "phone": "020-00000000", "postcode": "510000", "red_head": name,
    }  # fmt: skip
    series = {"series": "答复", "letters": ["answer"], "in_force_from": since, "prefix": prefix}
    yield _line("details", "letter_details_set", since, **details)
    yield _line("series", "number_series_set", since, **series)


def _lines() -> Iterator[tuple[str, Line]]:
    for line in settings("示范街道办事处", "示范公开", SET):
        yield SYSTEM, line
    applicant = {"name": "示例申请人丙", "address": "示例市示例路2号301室"}
    yield HANDLER, _line(
        "received", "received", RECEIVED, channel="post", receipt_basis="signed_for", applicant_kind="natural_person",
        applicant=applicant, description="示例路改造工程的批复、施工合同和选址讨论记录", delivery="paper",
    )  # fmt: skip
    yield (
        HANDLER,
        _line("drafted", "answer_drafted", date(2025, 3, 10), draft="答复稿", text=_TEXT, **_ANSWER),
    )
    yield REVIEWER, _line("reviewed", "draft_reviewed", date(2025, 3, 11), draft="答复稿", passed=True)
    yield HEAD, _line("approved", "draft_approved", date(2025, 3, 12), draft="答复稿", passed=True)
    yield HANDLER, _line("answered", "answered", SENT, draft="答复稿", **_ANSWER)


def _line(name: str, type_: str, on: date, **fields: object) -> Line:
    where = {} if type_ == "received" else {"reference": str(ANSWERED)}
    if type_.endswith("_set"):
        where = {"stream": "authority"}
    return {"id": f"letters-{name}", **where, "event": {"type": type_, "on": on, **fields}}


async def answer(register: Register, on: date) -> tuple[bytes, str]:
    """Record the request and its answer. on: the day of filing. Returns the filed letter as PDF, and its number."""
    number = ""
    for actor, line in _lines():
        reply = await register.record(AUTHORITY, convert(msgspec.to_builtins(line)), actor=actor)
        number = reply.document_no or number
    await register.letters.file(AUTHORITY, ANSWERED, "answer", None, on=on, actor=HANDLER)
    served = _line("served", "served", SENT, method="china_post", tracking_no="示例000001")
    await register.record(AUTHORITY, convert(msgspec.to_builtins(served)), actor=HANDLER)
    data, _ = await register.letters.pdf(AUTHORITY, ANSWERED, "answer", None)
    return data, number
