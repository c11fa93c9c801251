"""No name, number or free text leaves the vault: not into a column, a log line, or an error.

Canaries are planted in every field that is sent in clear and stored sealed, and searched for everywhere.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import structlog

from adapters.postgres import embedded
from adapters.register.recording import recording
from adapters.register.recording.decoding import convert, decode
from adapters.register.register import Refused, Register
from domain.entry import Event
from domain.law.refusals import Malformed, Refusal
from domain.request import events
from domain.request.file_events import DocumentFiled
from domain.values import Period, Sealed
from tests import builders
from tests.adapters.recordings import (
    CODE,
    body_of,
    connected,
    contents,
    entries,
    fetch,
    history,
    line,
    record,
    row,
    sealed_in,
    table_names,
    tables,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RARE = "𠮷田䶮㛃𡈽"
"""Names that older encodings lose: outside GBK, two of them outside the basic plane."""


class Canaries:
    """Texts sent in clear, each with a mark unique to this test."""

    def __init__(self) -> None:
        self.mark = uuid4().hex[:12]
        self.planted: list[Any] = []

    def __call__(self, field: str) -> Any:
        """A value for the sealed field, new each time."""
        text = f"{RARE}{self.mark}第{len(self.planted)}"
        value: Any = text
        if field == "applicant":
            value = {
                "name": text,
                "id_kind": "resident_id",
                "id_number": f"110101{self.mark}",
                "contacts": f"tel {self.mark}",
                "address": f"{RARE}路{self.mark}号",
            }
        elif field != "name":
            value = f'{text}\n\t“引号"\\”'
        self.planted.append(value)
        return value

    def body_of(self, happened: Event) -> dict[str, Any]:
        """The event with canaries in all its sealed fields, and in those of its replacement."""
        words = body_of(happened, **{field: self(field) for field in happened.sealed})
        replacement = getattr(happened, "replacement", None)
        if replacement is not None:
            words["replacement"] = self.body_of(replacement)
        return words

    def shown_in(self, *texts: str) -> list[str]:
        """The texts in which a canary shows, raw or escaped as JSON would."""
        escaped = json.dumps(RARE).strip('"').lower()
        return [each for each in texts if self.mark in each or RARE in each or escaped in each.lower()]


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What the program logs, before anything formats it."""
    with structlog.testing.capture_logs() as lines:
        yield lines


LIFE = (
    builders.received("2020-03-02"),
    builders.supplement_required("2020-03-05", "2020-03-20"),
    builders.supplemented("2020-03-10"),
    builders.consultation_opened("2020-03-11", "2020-03-25"),
    builders.consultation_closed("2020-03-16"),
    builders.explanation_required("2020-03-17", "2020-03-30"),
    builders.explained("2020-03-19"),
    builders.extended("2020-03-20"),
    builders.deferred("2020-03-25", "2020-06-30"),
    builders.extension_drafted("2020-03-26", "稿二"),
    builders.answer_drafted("2020-03-26", text=builders.SEALED),
    builders.event(events.DraftReviewed, "2020-03-27", draft="稿一", passed=True, opinion=builders.SEALED),
    builders.event(events.DraftApproved, "2020-03-28", draft="稿一", passed=True, opinion=builders.SEALED),
    builders.answered("2020-04-20", text=builders.SEALED),
    builders.appealed("2020-05-06"),
    builders.appeal_decided("2020-06-10", "revoked"),
    builders.correction_analysed("2020-06-20", "law"),
)
"""Every event that has a sealed value; the last kind is the amendment of each that can be amended."""


def life(canaries: Canaries) -> list[recording.Recording]:
    # A draft is not amended under a review and an approval that it has.
    kept = (events.AnswerDrafted, events.DraftReviewed)
    sealed = [(nth, each) for nth, each in enumerate(LIFE, 1) if each.sealed and not isinstance(each, kept)]
    history = [
        *LIFE,
        *(builders.amended("2020-07-01", version, replacement) for version, replacement in sealed),
        builders.amended("2020-07-02", len(LIFE)),
    ]
    return [
        line(f"life-{nth}", canaries.body_of(each), "#life-0" if nth else None)
        for nth, each in enumerate(history)
    ]


async def everything(dsn: str) -> list[str]:
    """Every row of every table as text, and every value of bytes read as text in the encodings that may be."""
    found = []
    async with connected(dsn) as connection:
        for table in await table_names(connection):
            for row in await connection.fetch(f"SELECT whole::text AS line, whole.* FROM {table} AS whole"):
                for value in row.values():
                    found.append(str(value))
                    if isinstance(value, bytes):
                        found += [value.decode(code, "replace") for code in ("utf-8", "gb18030", "utf-16")]
    return found


async def opened_value(register: Register, sealed: Sealed) -> Any:
    """The value as the vault gives it back."""
    return json.loads((await register.personal_data.unsealed(CODE, [sealed]))[sealed.id])


def test_the_history_used_here_has_every_sealed_field() -> None:
    """A sealed field added to an event must be added here too."""
    elsewhere = {events.EntryAmended, DocumentFiled}  # documents: test_documents
    assert {type(each) for each in LIFE if each.sealed} | elsewhere == {
        kind for kind in events.EVENTS if kind.sealed
    }


async def test_no_sealed_value_is_stored_in_clear(
    office: Register, server: DatabaseServer, database: str, canaries: Canaries, logged: list[Any]
) -> None:
    """No column of any table and no line of any log shows a value; the vault opens each of them."""
    lines = life(canaries)
    await record(office, *lines, acknowledge_all=True)
    await office.rebuild(CODE)
    shown = [str(await tables(office, Period.year(2020))), str(await row(office)), str(logged)]
    dsn = server.behind(database)

    stored = await everything(server.behind(database))
    assert canaries.shown_in(*stored) == []
    assert any("公开〔2020〕1号" in text for text in stored), "the search is blind"
    assert canaries.shown_in(*shown) == []
    assert logged
    sealed = [value for entry in await history(office) for _, value in sealed_in(entry.event)]
    assert len(sealed) == len(canaries.planted) == len(await fetch(dsn, "SELECT 1 FROM vault"))
    found = [await opened_value(office, value) for value in sealed]
    assert sorted(map(str, found)) == sorted(map(str, canaries.planted))
    assert canaries.shown_in(server_log(server)) == []


def server_log(server: DatabaseServer) -> str:
    if not isinstance(server.server, embedded.Server):
        pytest.skip("the log of a server that is not ours is not to be seen; all else was as it must be")
    text = (server.server.directory / "data/server.log").read_text()
    assert "ready to accept connections" in text
    return text


async def test_a_refused_recording_shows_nothing(
    office: Register, server: DatabaseServer, database: str, canaries: Canaries, logged: list[Any]
) -> None:
    """What is refused after it was read stores nothing and repeats nothing, in words or in a traceback."""
    await record(office, line("a", canaries.body_of(builders.received("2020-03-02"))))
    await record(office, line("b", builders.answered("2020-03-20"), "2020-0001"))
    before = await contents(server.behind(database))
    refused = {
        "already answered": line("c", canaries.body_of(builders.extended("2020-03-25")), "2020-0001"),
        "late": line("c", canaries.body_of(builders.amended("2020-04-20", 2, builders.answered("2020-04-20", text=builders.SEALED))), "2020-0001"),
        "body differs": line("a", canaries.body_of(builders.received("2020-03-02"))),
        "reference taken": line("c", canaries.body_of(builders.received("2020-03-02")), "2020-0001"),
        "other type": line("c", canaries.body_of(builders.amended("2020-04-20", 1, builders.extended("2020-03-03"))), "2020-0001"),
        "in the future": line("c", canaries.body_of(builders.received("2099-03-02"))),
        "unknown request": line("c", canaries.body_of(builders.supplemented("2020-03-20")), "2020-0099"),
        "unknown id": line("c", canaries.body_of(builders.supplemented("2020-03-20")), "#nobody"),
        "split": line("c", canaries.body_of(builders.received("2020-03-02", split_from="2020-0099"))),
    }  # fmt: skip

    for why, told_line in refused.items():
        with pytest.raises(Refusal) as one:
            await office.record(CODE, told_line, actor="tests")
        with pytest.raises(Refused) as all_of_them:
            await record(office, told_line)
        assert canaries.shown_in(*words(one.value), *words(all_of_them.value)) == [], why
        assert canaries.shown_in(str(all_of_them.value.problems)) == [], why

    assert await contents(server.behind(database)) == before
    assert canaries.shown_in(str(logged)) == []
    assert canaries.shown_in(server_log(server)) == []


def words(raised: BaseException) -> list[str]:
    """All that could come into a log or a reply of it."""
    facts = str(getattr(raised, "facts", ""))
    return [str(raised), repr(raised), facts, *traceback.format_exception(raised)]


def malformed(canaries: Canaries) -> Iterator[tuple[str, Any]]:
    """Recordings that cannot be read, with a canary at the place of the fault."""
    name = canaries("name")
    received, answered = body_of(builders.received("2020-03-02")), body_of(builders.answered("2020-03-20"))

    def of(event: Any, **fields: Any) -> dict[str, Any]:
        return {"id": "c", "event": event, **fields}

    values = (name, f"姓名：{name}", f"{name}：{name}", f"`{name}`", f"$.event.{name}")
    # As msgspec itself would say it.
    values += (f"x - at `$.{name}`", f"Object missing required field `{name}`", f"on：含有控制字符{name}")
    for value in values:
        yield "unknown field", of(received | {value: "x"})
        yield "unknown field of the applicant", of(received | {"applicant": {"name": "张三", value: "x"}})
        yield "unknown field of the recording", of(received, **{value: "x"})
        yield "type", of({"type": value})
        yield "enumeration", of(received | {"channel": value})
        yield "date", of(received | {"on": value})
        yield "money", of({"type": "fee_paid", "on": "2020-03-02", "amount_yuan": value})
        yield "number", of(body_of(builders.extended("2020-03-20")) | {"workdays": value})
        yield "list", of(answered | {"parts": value})
        yield "object", of(received | {"applicant": value})
        yield "event", of(value)
        yield "text", of(received | {"description": {value: value}})
        yield "text of a list", of(received | {"description": [value]})
        yield "control character", of(received | {"description": f"{value}\u202e"})
        yield "control character in a name", of(received | {"applicant": {"name": f"{value}\n{value}"}})
        yield "too long", of(received | {"applicant": {"name": value * 200}})
        yield (
            "sealed outside",
            of(received | {"description": {"id": "0" * 32, "commitment": "0" * 64, "words": value}}),
        )
        yield "stream", of(received, stream=value)
    yield "sealed outside", of(received | {"description": {"id": "0" * 32, "commitment": "0" * 64}})
    yield "sealed applicant", of(received | {"applicant": {"id": "0" * 32, "commitment": "0" * 64}})
    yield "null", of(received | {"applicant": None})


def test_a_malformed_recording_shows_nothing(canaries: Canaries) -> None:
    """What cannot be read is refused by its field, never by its value: it may be a name in the wrong place."""
    shown = {}
    for why, words_told in malformed(canaries):
        for read in (convert, lambda body: decode(json.dumps(body))):
            with pytest.raises(Malformed) as refused:
                read(words_told)
            if canaries.shown_in(*words(refused.value)):
                shown[why] = str(refused.value)

    assert shown == {}


@pytest.mark.parametrize(
    ("event", "field", "problem"),
    [
        (
            {"type": "contest_decided", "assessment": "考核", "unit": "甲局", "indicator": "on_request", "result": "upheld", "reason": "经核实"},
            "event.value：", "申辩成立的写明改计的值，不成立的不写",
        ),
        (
            {"type": "return_requested", "name": "一季度", "first_on": "2020-01-01", "last_on": "2020-03-31", "respond_by": "2020-04-09",
             "report_year": 2020},
            "event.report_year：", "年度报告随该年度全年的数字报送，统计期限应为1月1日至12月31日",
        ),
        (
            {"type": "holiday_notice_recorded", "document_no": "1号", "published_on": "2020-01-01", "off": ["2020-05-01"],
             "working": ["2020-05-01"]},
            "event.working：", "2020-05-01不能既放假又上班",
        ),
        (
            {"type": "assessment_announced", "name": "考核", "year": 2020, "source": "标准", "classes": ["department"],
             "contest_by": "2020-04-09",
             "indicators": [{"code": "a", "group": "组", "name": "名", "points": "1", "kind": "graded", "assessor": "office"}]},
            "event.indicators[0]：", "指标a：分等次的须有grades，不写rules",
        ),
    ],
)  # fmt: skip
def test_a_fault_found_by_the_event_itself_keeps_its_message(
    event: dict[str, Any], field: str, problem: str
) -> None:
    with pytest.raises(Malformed) as refused:
        convert({"id": "c", "event": {"on": "2020-03-02", **event}})
    assert refused.value.facts == {"field": field, "problem": problem}


@pytest.mark.parametrize(
    "cut", [b'{"id": "%s', b'{"id": "a", "event": %s}', b'"%s"', b"[%s]", b"\xff%s", b"%s\xed\xa0\x80"]
)
def test_a_line_that_is_no_json_shows_nothing(canaries: Canaries, cut: bytes) -> None:
    """A line cut short or in another encoding is refused without being repeated."""
    for code in ("utf-8", "gb18030"):
        with pytest.raises(Malformed) as refused:
            decode(cut % canaries("name").encode(code))
        assert canaries.shown_in(*words(refused.value)) == []


# --- amendments ---


async def test_a_sealed_value_sent_as_null_keeps_the_earlier_one(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Correcting a date does not require the name again; the last value recorded is kept, annulled or not."""
    receipt = builders.received("2020-03-02")
    keep = {"applicant": None, "description": None}
    await record(office, line("a", receipt, applicant={"name": "甲"}, description="甲文"))
    steps = [
        line("b", builders.amended("2020-03-05", 1, builders.received("2020-03-03")), "#a", **keep),
        line(
            "c", builders.amended("2020-03-05", 1, receipt), "#a", applicant={"name": "乙"}, description=None
        ),
        line("d", builders.amended("2020-03-05", 1), "#a"),
        line("e", builders.amended("2020-03-05", 1, receipt), "#a", **keep),
    ]
    await record(office, *steps)
    dsn = server.behind(database)

    async def opens(version: int) -> list[Any]:
        event = (await entries(dsn))[version].state
        replacement = json.loads(event).get("replacement", json.loads(event))
        return [
            await opened_value(office, Sealed(**replacement[field])) for field in ("applicant", "description")
        ]

    assert [await opens(version) for version in (1, 2, 3, 5)] == [
        [{"name": "甲"}, "甲文"],
        [{"name": "甲"}, "甲文"],
        [{"name": "乙"}, "甲文"],
        [{"name": "乙"}, "甲文"],
    ]
    # Two values of the receipt, one sent again, and the reasons of four amendments.
    assert len(await fetch(dsn, "SELECT 1 FROM vault")) == 2 + 1 + 4


def test_null_keeps_nothing_outside_an_amendment() -> None:
    """The first recording has nothing to keep."""
    for field in ("applicant", "description"):
        with pytest.raises(Malformed, match=field):
            line("a", builders.received("2020-03-02"), **{field: None})
    with pytest.raises(Malformed, match="reason"):
        line("a", builders.amended("2020-03-05", 1), "2020-0001", reason=None)


# --- erasing ---


async def test_erasing_a_value_changes_nothing_else(
    office: Register, server: DatabaseServer, database: str, canaries: Canaries
) -> None:
    """Without its vault row the value is gone; log, register, tables and every other value stay."""
    await record(office, *life(canaries), line("z", builders.received("2020-05-06")), acknowledge_all=True)
    year = Period.year(2020)
    before = await contents(server.behind(database), but=["vault"])
    counted = await tables(office, year)
    vault = await fetch(server.behind(database), "SELECT id FROM vault ORDER BY id")
    entries_before = await history(office)
    (_, applicant), (_, description) = sealed_in(entries_before[0].event)

    await fetch(server.behind(database), "DELETE FROM vault WHERE authority_id = 1 AND id = $1", applicant.id)

    assert await contents(server.behind(database), but=["vault"]) == before
    assert await history(office) == entries_before
    assert await tables(office, year) == counted
    assert await office.rebuild(CODE) == []
    assert await tables(office, year) == counted
    left = await fetch(server.behind(database), "SELECT id FROM vault ORDER BY id")
    assert left == [row for row in vault if row["id"] != applicant.id]
    assert list(await office.personal_data.unsealed(CODE, [applicant, description])) == [description.id]
    await record(office, line("y", builders.served("2020-04-20"), "2020-0001"), acknowledge_all=True)
