"""What a leaf is made of: all that a row holds, in one text that anybody can make again."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.log import mapper
from adapters.proof import leaf, merkle
from adapters.proof.leaf import Leaf
from adapters.suites import STD, SUITES
from tests.adapters.recordings import fetch

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ROW: dict[str, Any] = {
    "stream": "request/2020-0095",
    "version": 2,
    "position": 415,
    "topic": "served",
    "schema_version": 1,
    "payload": b'{"type":"served","on":"2020-12-31","method":"china_post"}',
    "actor": "张三",
    "on_behalf_of": None,
    "recorded_at": datetime(2021, 1, 4, 9, 30, tzinfo=UTC),
    "command_id": 'a"b\\c',
    "body_mac": bytes.fromhex("00ff"),
    "acknowledged": ["late_answer", "late_service"],
    "leaf_format": 1,
}

# Frozen for ever: a log that was sealed under format 1 must be checkable by every later program.
GOLDEN = (
    '{"acknowledged":["late_answer","late_service"],"actor":"张三","authority":"huadu","body_mac":"00ff",'
    '"command_id":"a\\"b\\\\c","leaf_format":1,"on_behalf_of":null,'
    '"payload_sha256":"PAYLOAD","position":415,"recorded_at":"2021-01-04T09:30:00.000000Z","schema_version":1,'
    '"stream":"request/2020-0095","topic":"served","version":2}'
)
GOLDEN_PAYLOAD = "80848084e57d735f6e52676e5884f2e2cd40ee8dc35d7bbe53fd9600eb913bcc"
GOLDEN_HASH = "a0118e781996ae6495d1acb25fc6ebf0c3eea4e1f96e517d81f8459709fb29b7"


def test_the_golden_leaf() -> None:
    """Text and hash of format 1, made with sha256sum; the hash begins with RFC 6962's zero byte."""
    text = GOLDEN.replace("PAYLOAD", GOLDEN_PAYLOAD)

    assert leaf.leaf("huadu", ROW).decode() == text
    assert merkle.leaf_hash(leaf.leaf("huadu", ROW)).hex() == GOLDEN_HASH
    assert hashlib.sha256(b"\x00" + text.encode()).hexdigest() == GOLDEN_HASH


async def test_a_leaf_covers_every_column(server: DatabaseServer, database: str) -> None:
    """The catalogue's columns are the leaf's, except the authority's key and the payload, which have another form."""
    rows = await fetch(
        server.behind(database),
        "SELECT attname FROM pg_attribute WHERE attrelid = 'events'::regclass AND attnum > 0 AND NOT attisdropped",
    )
    columns = {row["attname"] for row in rows}

    assert set(Leaf.__struct_fields__) - {"authority", "payload_sha256"} == columns - {
        "authority_id",
        "payload",
    }
    assert list(Leaf.__struct_fields__) == sorted(Leaf.__struct_fields__)


OTHER: dict[str, Any] = {
    "stream": "request/2020-0096",
    "version": 3,
    "position": 416,
    "topic": "answered",
    "schema_version": 2,
    "payload": ROW["payload"] + b" ",
    "actor": None,
    "on_behalf_of": "李四",
    "recorded_at": ROW["recorded_at"] + timedelta(microseconds=1),
    "command_id": None,
    "body_mac": None,
    "acknowledged": ["late_answer late_service"],
    "leaf_format": 2,
}


@pytest.mark.parametrize("column", ROW)
def test_another_value_is_another_leaf(column: str) -> None:
    """No column can change without the leaf."""
    assert leaf.leaf_hash("huadu", ROW | {column: OTHER[column]}) != leaf.leaf_hash("huadu", ROW)


def test_absent_is_not_empty() -> None:
    """Null, nothing and the empty text are three things; so is the authority part of the leaf."""
    for column, empty in (("actor", ""), ("command_id", ""), ("body_mac", b""), ("acknowledged", [])):
        assert leaf.leaf("huadu", ROW | {column: None}) != leaf.leaf("huadu", ROW | {column: empty})
    assert leaf.leaf("conghua", ROW) != leaf.leaf("huadu", ROW)


@given(st.text(st.characters(blacklist_categories=["Cs"])), st.integers(1, 2**53))
def test_the_text_is_what_rfc_8785_says(text: str, position: int) -> None:
    """Any text and number: as Python's json writes them with sorted keys, no spaces, nothing escaped but what must be."""
    made = leaf.leaf("huadu", ROW | {"actor": text, "position": position})

    again = json.dumps(json.loads(made), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert made == again.encode()
    assert json.loads(made)["actor"] == text


def test_an_entry_has_the_leaf_of_the_row_that_it_becomes() -> None:
    entry = mapper.StoredEntry(
        ROW["stream"], ROW["version"], ROW["topic"], ROW["payload"], ROW["position"], ROW["recorded_at"],
        ROW["actor"], ROW["on_behalf_of"], ROW["command_id"], ROW["body_mac"], tuple(ROW["acknowledged"]),
    )  # fmt: skip

    assert leaf.leaf_of("huadu", entry, ROW["recorded_at"]) == leaf.leaf("huadu", ROW)


def test_formats_are_those_entries_are_recorded_under() -> None:
    assert leaf.format_of(STD) == mapper.LEAF_FORMAT
    assert [leaf.FORMATS[leaf.format_of(suite)] for suite in SUITES.values()] == list(SUITES.values())
