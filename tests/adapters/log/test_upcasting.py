"""Entries of every earlier schema version are read as current ones, from golden payloads; stored bytes do not change."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.log import mapper
from adapters.log.mapper import EntryMapper, EntryOfNewerProgram, EntryUnreadable, StoredEntry
from adapters.log.upcasting import UPCASTERS, upcast

GOLDEN = Path(__file__).parent / "golden_upcasts"
"""One file per step, `1.jsonl` from version 1 to 2: lines with topic and payload, before and after."""
RELEASES = Path(__file__).parents[2] / "releases"


def decoded(pair: tuple[str, bytes]) -> tuple[str, Any]:
    return pair[0], msgspec.json.decode(pair[1])


def test_every_step_has_golden_payloads() -> None:
    """Every upcaster has a file, and produces the payloads in it."""
    names = sorted(path.name for path in GOLDEN.glob("*.jsonl")) if GOLDEN.exists() else []
    assert names == sorted(f"{number}.jsonl" for number in range(1, len(UPCASTERS) + 1))
    for number, step in enumerate(UPCASTERS, 1):
        lines = (GOLDEN / f"{number}.jsonl").read_text("utf-8").splitlines()
        assert lines
        for line in map(msgspec.json.decode, lines):
            assert list(step(*line["before"])) == line["after"]


@pytest.mark.parametrize("bundle", sorted(RELEASES.glob("*/*.zip")), ids=lambda path: path.name)
def test_entries_of_every_release_are_readable(bundle: Path) -> None:
    """Golden payloads pass through all later upcasters."""
    with zipfile.ZipFile(bundle) as archive:
        lines = [msgspec.json.decode(line) for line in archive.read("entries.jsonl").splitlines()]
    assert lines
    for line in lines:
        entry = StoredEntry(
            line["stream"], line["version"], line["topic"], line["payload"].encode(),
            schema_version=line["schema_version"],
        )  # fmt: skip
        read = EntryMapper().to_domain_event(entry).event
        if line["schema_version"] == mapper.SCHEMA_VERSION:
            assert mapper.payload_of(read).decode() == line["payload"]


def renamed(topic: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Version 2 renames the event and one of its fields."""
    if topic == "handed_over":
        return "served", {"type": "served", "on": fields["day"], "method": fields["method"]}
    return topic, fields


def split(topic: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Version 3 has other codes."""
    if fields.get("method") == "post":
        fields = fields | {"method": "china_post"}
    return topic, fields


def test_a_payload_passes_every_step_since_it_was_written() -> None:
    """No earlier step is applied, and a payload of the newest version is not decoded."""
    steps = (renamed, split)
    oldest = b'{"type":"handed_over","day":"2020-03-20","method":"post"}'
    newest = {"type": "served", "on": "2020-03-20", "method": "china_post"}

    assert decoded(upcast("handed_over", oldest, 1, steps)) == ("served", newest)
    second = b'{"type":"served","on":"2020-03-20","method":"post"}'
    assert decoded(upcast("served", second, 2, steps)) == ("served", newest)
    assert upcast("served", second, 3, steps) == ("served", second)


@pytest.mark.parametrize(
    ("schema_version", "topic", "payload", "fault"),
    [
        (mapper.SCHEMA_VERSION + 1, "served", b"{}", EntryOfNewerProgram),
        (1, "of_2030", b'{"type":"of_2030","on":"2030-01-01"}', EntryOfNewerProgram),
        (1, "served", b'{"type":"served"}', EntryUnreadable),
        (0, "served", b'{"type":"served","on":"2020-03-20","method":"china_post"}', EntryUnreadable),
    ],
)
def test_each_kind_of_unreadable_entry_has_its_own_message(
    schema_version: int, topic: str, payload: bytes, fault: type[EntryUnreadable]
) -> None:
    """It was written by a newer program, which an update solves, or is damaged."""
    entry = StoredEntry("request/2020-0001", 3, topic, payload, schema_version=schema_version)
    with pytest.raises(EntryUnreadable, match="request/2020-0001第3条") as wrong:
        EntryMapper().to_domain_event(entry)
    assert type(wrong.value) is fault
