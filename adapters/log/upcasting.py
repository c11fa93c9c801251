"""Upcasts entries of earlier schema versions when they are read. Stored entries are never rewritten, since they are
hashed.

A new schema version is needed if a payload's shape or meaning changes, not for a new event or a new optional field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

Upcaster = Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]
"""From topic and payload of one schema version to those of the next. A pure function that never changes."""

UPCASTERS: tuple[Upcaster, ...] = ()
"""The first is from version 1 to 2, and so on; each has golden payloads, see tests/adapters/log/test_upcasting.py."""


def upcast(
    topic: str, payload: bytes, schema_version: int, upcasters: Sequence[Upcaster] = UPCASTERS
) -> tuple[str, bytes]:
    """Topic and payload in the newest version. Raises msgspec.DecodeError."""
    steps = upcasters[schema_version - 1 :]
    if not steps:
        return topic, payload
    fields = msgspec.json.decode(payload, type=dict[str, Any])
    for step in steps:
        topic, fields = step(topic, fields)
    return topic, msgspec.json.encode(fields)
