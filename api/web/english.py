"""What refusals say in English: one table, a test names the code that lacks its text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class English(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """titles: by status. codes: what holds, by the code of the refusal."""

    titles: dict[int, str]
    codes: dict[str, str]


@cache
def english() -> English:
    text = files("api").joinpath("web", "english.toml").read_bytes()
    return msgspec.toml.decode(text, type=English, strict=False)
