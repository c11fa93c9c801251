"""How an authority numbers its papers (文号), and why a number is missing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from domain.entry import Event
from domain.values import FIRST_YEAR, LAST_YEAR, Code, Label

Words = Annotated[str, Meta(min_length=1, max_length=60)]
"""Of a number as it prints."""

LAST_SERIAL = 999_999

Serial = Annotated[int, Meta(ge=1, le=LAST_SERIAL)]


NumberedLetter = Literal[
    "receipt", "supplement_notice", "explanation_request", "extension_notice", "deferral_notice", "consultation",
    "disclosure_notice", "fee_notice", "answer", "correction", "withdrawal_confirmation", "lapse_notice",
]  # fmt: skip
"""Kinds of letters that can bear a document number; what bears none has the reference."""


class NumberSeriesSet(Event, frozen=True, tag="number_series_set"):
    """设定文号: how papers of in_force_from and later are numbered. Those of one series share its numbers.

    letters: kinds that bear a number of it; outcomes: rows of the answers that it is for, if not for all. A number is
    `prefix type_word brackets(year) [第]N号 suffix`, type_word and suffix if there are any, 第 as the old forms have it.
    by_case: a paper takes the serial of the request's earlier ones of the series and year, distinguished by type_word or suffix.
    """

    title = "设定文号"
    series: Words
    letters: Annotated[tuple[NumberedLetter, ...], Meta(min_length=1, max_length=20)]
    in_force_from: date
    prefix: Words
    type_word: Words | None = None
    brackets: Literal["tortoise_shell", "round", "square"] = "tortoise_shell"
    year_of: Literal["decision", "receipt"] = "decision"
    ordinal: bool = False
    suffix: Words | None = None
    outcomes: Annotated[tuple[Code, ...], Meta(max_length=50)] = ()
    by_case: bool = False


class NumberGapExplained(Event, frozen=True, tag="number_gap_explained"):
    """说明缺号: why the numbers first_serial to last_serial of a series and year are on no paper of the register."""

    title = "说明缺号"
    series: Words
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)]
    first_serial: Serial
    last_serial: Serial
    reason: Label
