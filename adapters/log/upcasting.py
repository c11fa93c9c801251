"""Entries written under earlier schemas, read as today's. What is stored is never rewritten: it is what was hashed.

A schema version is needed where a payload's shape or meaning changes. A new event, or a new optional field, needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

Upcaster = Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]
"""Topic and payload of one schema version, as the next one has them. A pure function that never changes afterwards."""

UPCASTERS: tuple[Upcaster, ...] = ()
"""The first leads from version 1 to 2, and so on; each with golden payloads, see tests/adapters/test_upcasting.py."""


def upcast(
    topic: str, payload: bytes, schema_version: int, upcasters: Sequence[Upcaster] = UPCASTERS
) -> tuple[str, bytes]:
    """As an entry of the newest version would have been written. Raises msgspec.DecodeError."""
    steps = upcasters[schema_version - 1 :]
    if not steps:
        return topic, payload
    fields = msgspec.json.decode(payload, type=dict[str, Any])
    for step in steps:
        topic, fields = step(topic, fields)
    return topic, msgspec.json.encode(fields)
