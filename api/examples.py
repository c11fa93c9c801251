"""One example of each type of event, for the OpenAPI document and the help of the command line."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def examples() -> dict[str, dict[str, Any]]:
    """The examples by type of event."""
    text = files("api").joinpath("web", "examples.jsonl").read_text("utf-8")
    return {event["type"]: event for event in map(json.loads, text.splitlines())}
