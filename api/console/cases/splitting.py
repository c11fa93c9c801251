"""Splitting a request (一事一申请): the receipt of a part, with its form prefilled from the whole."""

from __future__ import annotations

from typing import Any

import msgspec

from api.console.forms import Given
from api.console.frame import code_of, me
from api.web.request import ApiRequest
from api.web.requests import note_reading
from domain.request.judging import replay
from domain.values import Reference
from projections.event_forms import filled, form_of

_SAME = ("channel", "receipt_basis", "applicant_kind", "delivery")
_CLOSED = ("closed", "archived")


async def begun(request: ApiRequest, whole: Reference) -> tuple[Given, str]:
    """The initial values of the form of a part, and a note above it. Reading the applicant is written to the access
    log."""
    code, sits = code_of(request), await me(request)
    async with request.register.view(code) as view:
        found = replay(await view.history(whole), view.law)
    received = found.received
    if received is None:
        return {}, f"{whole}已作废，不能拆分。"
    event: dict[str, Any] = {name: getattr(received, name) for name in _SAME}
    event |= {"on": str(received.on), "split_from": str(whole)}
    if received.submitted_on is not None:
        event["submitted_on"] = str(received.submitted_on)
    read = ""
    if sits.may("read_personal") and not found.restricted:
        await note_reading(request, code, whole, "拆分申请")
        opened = await request.register.personal_data.unsealed(code, [received.applicant])
        if (text := opened.get(received.applicant.id)) is not None:
            event["applicant"] = msgspec.json.decode(text)
            read = "；申请人的查阅已记入访问日志"
    note = f"由{whole}拆分：收到的情形和申请人照原申请填好{read}。请填写这一件的申请内容；留在原申请的事项，到{whole}的第1条更正。"
    if found.stage in _CLOSED:
        note = f"{whole}已办结，一般不再拆分。{note}"
    return filled(form_of("received"), event), note
