"""The named statements of queries.sql."""

from __future__ import annotations

import re
from importlib.resources import files


def _load() -> dict[str, str]:
    parts = re.split(
        r"^-- name: (\w+)\n",
        files("adapters.postgres").joinpath("queries.sql").read_text("utf-8"),
        flags=re.M,
    )
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


SQL = _load()
"""Statement by name; see queries.sql for what each does and its parameters."""
