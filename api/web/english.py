"""The English texts of refusals, from `english.toml`. A test fails for a code without one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class English(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """titles: by HTTP status. codes: the rule, by the code of the refusal."""

    titles: dict[int, str]
    codes: dict[str, str]


@cache
def english() -> English:
    text = files("api").joinpath("web", "english.toml").read_bytes()
    return msgspec.toml.decode(text, type=English, strict=False)
