"""Random requests as the recordings that clients send, from receipt to closing."""

from __future__ import annotations

from typing import Any

import msgspec

from adapters.register.register import Recording
from tests import builders
from tests.adapters.recordings import line, registered
from tests.adapters.register.test_register import possible


def random_request(seed: int, name: str | None = None) -> list[dict[str, Any]]:
    """The recordings of one random request, in order; their ids begin with the name."""
    name = name or str(seed)
    recordings = possible(seed)
    first = f"{name}-1"
    return [
        as_sent(msgspec.structs.replace(one, id=f"{name}-{nth}", reference=f"#{first}" if nth > 1 else None))
        for nth, one in enumerate(recordings, 1)
    ]


def receipt(id_: str) -> dict[str, Any]:
    return as_sent(line(id_, builders.received("2020-03-02")))


def assignment(id_: str, reference: str, unit: str = "办公室") -> dict[str, Any]:
    return as_sent(line(id_, builders.assigned("2020-03-02", unit), reference))


def as_sent(one: Recording) -> dict[str, Any]:
    """A recording as a client sends it, with unique texts in all free text fields."""
    body: dict[str, Any] = msgspec.to_builtins(one)
    _name(body["event"], one.id)
    return body


def _name(event: dict[str, Any], id_: str) -> None:
    for field in ("description", "matters", "reason", "text", "measures"):
        if event.get(field) is not None and (event["type"], field) != ("withdrawn", "reason"):
            event[field] = f"{id_}的{field}"
    if event.get("replacement") is not None:
        _name(event["replacement"], id_)


OFFICE = as_sent(line("office", registered("office")))
"""Opens the register of the authority `office`."""
