"""The units of a district: as a list names them, and as the registers here say whose they are on a day."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

from projections.report.judged import decoded

_HEADINGS = ("单位", "单位名称", "名称", "报送单位")


class ListedUnit(NamedTuple):
    """A unit that should be counted. counted_at: the unit whose own figures hold those of this one already."""

    name: str
    counted_at: str | None = None


def listed_in(data: bytes) -> list[ListedUnit]:
    """单位,计入 in lines, the second column empty for a unit with figures of its own. Raises ValueError in Chinese."""
    found = []
    for number, row in enumerate(csv.reader(io.StringIO(decoded(data)))):
        cells = [each.strip() for each in row]
        if not cells or not cells[0] or (number == 0 and cells[0] in _HEADINGS):
            continue
        found.append(ListedUnit(cells[0], (cells[1] if len(cells) > 1 else "") or None))
    return found
