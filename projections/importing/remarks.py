"""One line of remarks for each row, for the returned sheet and for lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from projections.importing.row import Row


class Planned(Protocol):
    """A row and what comes of it."""

    @property
    def row(self) -> Row: ...
    @property
    def state(self) -> str: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def says(self) -> list[str]: ...


def remark(each: Planned) -> str:
    """Problems first, then what was assumed, then what is in the row and not recorded."""
    row = each.row
    parts = [f"问题：{'；'.join(row.problems)}"] * bool(row.problems)
    parts += [f"假定：{'；'.join(row.assumed)}"] * bool(row.assumed)
    parts += [f"请注意：{'；'.join(row.noted)}"] * bool(row.noted)
    done = {"new": "登记", "changed": "更正", "same": "没有变动"}.get(each.state)
    if done:
        parts.append(f"{done}{each.reference or ''}{'：' * bool(each.says)}{'；'.join(each.says)}")
    return "。".join(parts)


def remarks_of(rows: Iterable[Planned]) -> dict[tuple[int, int], str]:
    """By sheet and row; of several requests in one row one after the other."""
    found: dict[tuple[int, int], str] = {}
    for each in rows:
        place = each.row.sheet_no, each.row.row_no
        if text := remark(each):
            found[place] = f"{found[place]}\n{text}" if place in found else text
    return found
