"""One event of each type as it is sent: for the description of the interface and the help of the command line."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def examples() -> dict[str, dict[str, Any]]:
    """By type."""
    text = files("api").joinpath("web", "examples.jsonl").read_text("utf-8")
    return {event["type"]: event for event in map(json.loads, text.splitlines())}
