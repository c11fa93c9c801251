"""A row of an earlier register's sheet, as it was read."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Kind = Literal["request", "left_out"]


class Row(msgspec.Struct):
    """One request that a row is about, or a row that is about none.

    sheet_no, row_no: from 1. key: by which the same request is known when it is imported again; empty where its
    register gives no number. reference: the number brought along. steps: events by name, as they are sent. problems
    keep the row from being recorded; assumed: what was taken for what; noted: what is in the row and not recorded, or
    why it is left out. unknown: fields and words among the problems that an office could say the meaning of.
    """

    sheet_no: int
    row_no: int
    kind: Kind = "request"
    key: str = ""
    reference: str | None = None
    steps: dict[str, dict[str, Any]] = {}
    subject_offered: bool = False
    problems: list[str] = []
    assumed: list[str] = []
    noted: list[str] = []
    unknown: list[tuple[str, str]] = []

    @property
    def place(self) -> str:
        return f"第{self.sheet_no}个工作表第{self.row_no}行"
