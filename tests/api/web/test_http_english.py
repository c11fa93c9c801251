"""Refusals in English for callers that request it; in Chinese for all others."""

from __future__ import annotations

import re

import pytest

from api.web.english import english
from api.web.problems import TITLES, every_kind
from tests.adapters.recordings import body_of
from tests.api.conftest import Door
from tests.builders import answered, received

R = received("2020-03-02")


def test_every_refusal_and_title_has_an_english_text() -> None:
    """And every English text belongs to a refusal."""
    words = english()
    codes = {each["code"] for each in every_kind()}
    assert codes - words.codes.keys() == set(), "in api/web/english.toml"
    assert words.codes.keys() - codes == set()
    assert words.titles.keys() == TITLES.keys()
    for text in (*words.codes.values(), *words.titles.values()):
        assert re.fullmatch(r"[A-Z][ -~]{3,140}", text), text


async def test_english_is_added_to_the_chinese(door: Door) -> None:
    reference = await door.receive(R)
    address = f"{door.home}/requests/{reference}/events"
    event = {
        "type": "answered",
        "on": "2020-03-01",
        "outcome": "granted.provided",
        "legal_basis": "第三十六条",
        "document_no": "1号",
    }
    found = {}
    for language in ("zh-CN", "en-GB, en;q=0.9"):
        headers = {"Accept-Language": language, "Idempotency-Key": "x"}
        found[language[:2]] = await door.client.post(address, json=event, headers=headers)
    chinese, in_english = found["zh"].json(), found["en"].json()
    assert chinese["title"] == "不能办理"
    assert "detail_zh" not in chinese
    assert in_english["title"] == "Not possible as sent"
    assert in_english["detail"] == "No step of a request is dated before its receipt."
    assert in_english["detail_zh"] == chinese["detail"]
    same = ("type", "status", "code", "rule", "article", "field")
    assert [in_english[each] for each in same] == [chinese[each] for each in same]
    assert found["zh"].headers["content-language"] == "zh-CN"
    assert found["en"].headers["content-language"] == "en"
    assert {each.headers["vary"] for each in found.values()} == {"Accept-Language"}


@pytest.mark.parametrize(
    ("preference", "language"),
    [
        (None, "zh-CN"), ("", "zh-CN"), ("*", "zh-CN"), ("en", "en"), ("EN-us", "en"), ("zh, en", "zh-CN"),
        ("en, zh;q=0.5", "en"), ("en;q=0.5, zh", "zh-CN"), ("fr, en;q=0.1", "en"), ("fr", "zh-CN"), ("en;q=0", "zh-CN"),
        ("en;q=2", "zh-CN"), ("fr, *;q=0.5, en;q=0.1", "zh-CN"), ("e" * 10_000, "zh-CN"), ("en," * 1_000, "en"),
    ],
)  # fmt: skip
async def test_the_preferred_language(door: Door, preference: str | None, language: str) -> None:
    headers = {} if preference is None else {"Accept-Language": preference}
    for address in ("requests/2020-9999", "/nowhere", "requests?limit=0"):
        reply = await door.call("GET", address, headers=headers)
        assert reply.headers["content-language"] == language, address


async def test_problems_of_lines_are_translated_too(door: Door) -> None:
    headers = {"Accept-Language": "en", "Content-Type": "application/x-ndjson"}
    reply = await door.call("POST", "recordings", content=b"{\n", headers=headers)
    (line,) = reply.json()["lines"]
    assert line["detail"] == "Something is missing, unknown or ill-formed; `field` says where."
    assert line["detail_zh"].startswith("不是完整的JSON")


async def test_irregularities_to_acknowledge_stay_chinese(door: Door) -> None:
    reference = await door.receive(R)
    headers = {"Accept-Language": "en", "Idempotency-Key": "x"}
    reply = await door.client.post(
        f"{door.home}/requests/{reference}/events", json=body_of(answered("2020-04-20")), headers=headers
    )
    assert reply.json()["irregularities"][0]["code"] == "late_answer"
