"""A long list, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple, TypeVar

from msgspec import Meta

T = TypeVar("T")

PAGE = 50
MOST_PAGES = 10_000

PageNumber = Annotated[int, Meta(ge=1, le=MOST_PAGES)]


class Pages(NamedTuple):
    """Which page of how many is shown, and the addresses of those beside it; empty where there is none."""

    here: int
    last: int
    before: str
    after: str

    @classmethod
    def of(cls, here: int, count: int, address: Callable[[int], str]) -> Pages:
        last = max(1, -(-count // PAGE))
        return cls(
            here, last, address(here - 1) if here > 1 else "", address(here + 1) if here < last else ""
        )


def part(found: Sequence[T], here: int) -> Sequence[T]:
    """The part of a list that is on the page."""
    return found[PAGE * (here - 1) : PAGE * here]
