"""What a letter says of reconsideration and litigation, by the day of decision and by what was decided."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from domain.law.outcomes import IN_PART, is_among
from domain.letters import wording

_NAMES = {"title", "review_authority", "court"}


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The remedies of what is decided from a day on. first: rows that go to reconsideration before a suit."""

    decided_from: date
    source: str
    of_others: str
    of_first: str = ""
    of_first_part: str = ""
    of_rest: str = ""
    first: tuple[str, ...] = ()
    not_first: tuple[str, ...] = ()

    def goes_first(self, outcome: str) -> bool:
        return is_among(outcome, self.first) and not is_among(outcome, self.not_first)


def remedies(
    day: date, outcome: str | None, parts: Sequence[str], title: str, review_authority: str, court: str
) -> list[str]:
    """The paragraphs. outcome: None of what is no answer; parts: outcomes of its parts, where they differ."""
    period = next(each for each in reversed(_held()) if each.decided_from <= day)
    codes = list(parts) or [outcome or ""]
    first = [period.goes_first(code) for code in codes]
    if outcome == IN_PART and not parts:
        first = [bool(period.first), False]
    if all(first):
        texts = [period.of_first]
    elif any(first):
        texts = [period.of_first_part, period.of_rest]
    else:
        texts = [period.of_others]
    values = {"title": title, "review_authority": review_authority, "court": court}
    return [wording.filled(each, values) for each in texts]


@cache
def _held() -> tuple[Period, ...]:
    """Raises WordingFault where a text names what there is not, or a period that knows `first` lacks its texts."""
    data = tomllib.loads(files("domain.letters").joinpath("remedies.toml").read_text("utf-8"))
    periods = msgspec.convert(data["periods"], tuple[Period, ...])
    for period in periods:
        texts = (
            period.of_others,
            *((period.of_first, period.of_first_part, period.of_rest) if period.first else ()),
        )
        for text in texts:
            if not text or not set(wording.names_in(text)) <= _NAMES:
                raise wording.WordingFault(f"救济途径（{period.source}）的文字不全或有误")
    return periods
