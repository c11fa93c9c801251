"""One step of many requests on the page: previewed, recorded once, and filled from the list of duties."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from uuid import uuid4

import httpx
import pytest

from adapters.register.recording.decoding import convert
from tests.adapters.recordings import body_of
from tests.api.conftest import Running
from tests.api.officers import ADMINISTRATOR, OFFICERS, Caller, office_of, register_of
from tests.api.test_letters import DETAILS, text_of
from tests.builders import answered, received


@pytest.fixture
async def handler(running: Running) -> AsyncIterator[Caller]:
    code, register = f"bulk-{uuid4().hex[:8]}", register_of(running)
    await office_of(running, code)
    for nth in (1, 2):
        event = body_of(received("2020-03-02", subject=f"第{nth}项"))
        await register.record(code, convert({"id": f"r{nth}", "event": event}), actor=OFFICERS["handler"])
    caller = Caller(running, code, OFFICERS["handler"])
    assert (await caller.login()).status_code == 200
    yield caller
    await caller.client.aclose()


async def sent(caller: Caller, **data: str) -> httpx.Response:
    return await caller.client.post("/requests/bulk", data={"csrf": caller.csrf, **data})


def hidden(shown: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's second step."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.text)
    return {name: unescape(value) for name, value in found if name != "csrf"}


async def test_previewed_and_recorded_once(handler: Caller) -> None:
    """The preview stores nothing; an invalid line blocks all unless it is to be skipped; a double click records once."""
    listed = await handler.client.get("/requests/bulk?listed=1&stage=in_hand")
    assert "2020-0001" in listed.text
    assert "2020-0002" in listed.text
    common = {"act": "assigned", "on": "2020-03-03", "unit": "法规科"}
    looked = await sent(handler, step="look", lines="2020-0001\n2020-0002 办公室\n2020-0009", **common)
    assert "2020-0009" in looked.text
    assert "登记2件" in looked.text
    carried = hidden(looked)
    assert "全部没有登记" in (await sent(handler, step="commit", **carried)).text
    assert [row["unit"] for row in (await handler.get("requests")).json()["requests"]] == [None, None]
    for _ in range(2):
        done = await sent(handler, step="commit", partial="true", **carried)
        assert done.status_code == 200
    assert [row["unit"] for row in (await handler.get("requests")).json()["requests"]] == ["法规科", "办公室"]
    history = (await handler.get("requests/2020-0001/events")).json()
    assert [entry["event"]["type"] for entry in history] == ["received", "assigned"]


async def test_a_file_is_accepted_too(handler: Caller) -> None:
    file = {"file": ("清单.csv", "登记号,承办单位\n2020-0001,法规科\n".encode())}
    data = {"csrf": handler.csrf, "act": "assigned", "on": "2020-03-03", "step": "look"}
    looked = await handler.client.post("/requests/bulk", data=data, files=file)
    assert "登记1件" in looked.text
    done = await sent(handler, step="commit", **hidden(looked))
    assert ("已登记1件" in done.text, "可登记" in done.text) == (True, False)


async def test_letters_are_printed_together(handler: Caller, running: Running) -> None:
    """For a logged purpose; letters that cannot be made are named, and skipped on request."""
    register = register_of(running)
    await register.record(handler.code, convert({"id": "d", "event": DETAILS}), actor=ADMINISTRATOR)
    data = {
        "csrf": handler.csrf,
        "kind": "receipt",
        "purpose": "送达",
        "lines": "2020-0001\n2020-0002\n2020-0009",
    }
    refused = await handler.client.post("/requests/bulk/letters", data=data)
    assert (refused.status_code, "2020-0009" in refused.text) == (422, True)
    made = await handler.client.post("/requests/bulk/letters", data=data | {"partial": "true"})
    assert made.headers["content-type"] == "application/pdf"
    assert text_of(made.content).count("登记回执") == 2
    assert ("personal_data_read", "送达", "letters") in await handler.accessed("act", "purpose", "reference")


@pytest.mark.parametrize(
    "data",
    [
        {"act": "assigned", "step": "look", "lines": ""},
        {"act": "answered", "step": "look", "lines": "2020-0001"},
        {"act": "assigned", "step": "commit", "carried": "nonsense"},
        {"act": "assigned", "step": "commit", "carried": '[{"x":' + "[" * 2000 + "]" * 2000 + "}]"},
        {"act": "assigned", "step": "commit", "carried": '[{"row":1,"reference":"x","fields":{"unit":1}}]'},
    ],
)
async def test_an_invalid_upload_is_refused(handler: Caller, data: dict[str, str]) -> None:
    assert (await sent(handler, **data)).status_code == 422


async def test_the_list_is_filled_from_a_tab_of_duties(handler: Caller, running: Running) -> None:
    """It has the requests of the tab; cases are reassigned to another officer by name."""
    register = register_of(running)
    answer = body_of(answered("2020-03-20")) | {"type": "answered"}
    for nth in (1, 2):
        line = {
            "id": f"a{nth}",
            "reference": f"2020-000{nth}",
            "event": answer | {"document_no": f"〔2020〕{nth}号"},
        }
        await register.record_all(
            handler.code, [convert(line)], actor=OFFICERS["handler"], acknowledge_all=True
        )
    duties = await handler.client.get("/?tab=serve")
    (address,) = re.findall(r'href="(/requests/bulk[^"]*)"', duties.text)
    shown = await handler.client.get(unescape(address))
    (lines,) = re.findall(r'<textarea id="f-lines"[^>]*>([^<]*)<', shown.text)
    assert lines.split() == ["2020-0001", "2020-0002"]


async def test_cases_are_reassigned_by_name(handler: Caller) -> None:
    """The officer is chosen on the page or named in the list; the name is shown, the code recorded."""
    chosen = {"step": "look", "act": "assigned", "on": "2020-03-03", "unit": "法规科", "officer": "zhang"}
    form = await handler.client.get("/requests/bulk")
    assert '<option value="zhang">zhang某</option>' in form.text
    looked = await sent(handler, lines="2020-0001", **chosen)
    assert "交法规科办理，经办人zhang某" in looked.text
    await sent(handler, step="commit", **hidden(looked))
    file = {"file": ("清单.csv", "登记号,承办单位,经办人\n2020-0002,法规科,zhang某\n".encode())}
    data = {"csrf": handler.csrf, "act": "assigned", "on": "2020-03-03", "step": "look"}
    await sent(
        handler, step="commit", **hidden(await handler.client.post("/requests/bulk", data=data, files=file))
    )
    for reference in ("2020-0001", "2020-0002"):
        history = (await handler.get(f"requests/{reference}/events")).json()
        assert history[-1]["event"] | {"unit": "法规科", "officer": "zhang"} == history[-1]["event"]
