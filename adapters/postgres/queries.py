"""The named statements of queries.sql."""

from __future__ import annotations

import re
from importlib.resources import files


def _load() -> dict[str, str]:
    text = files("adapters.postgres").joinpath("queries.sql").read_text("utf-8")
    pieces = re.split(r"^-- (name|part): (\w+)\n", text, flags=re.M)[1:]
    statements: dict[str, str] = {}
    parts: dict[str, str] = {}
    for kind, name, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        whole = re.sub(r"\{([a-z]\w*)\}", lambda part: parts[part[1]], body).strip()
        if kind == "name":
            statements[name] = whole
        else:
            parts[name] = re.sub(r"^--.*\n", "", whole, flags=re.M)
    return statements


SQL = _load()
"""Statement by name; see queries.sql for what each does and its parameters."""
