"""Joins printed pages: removes running heads and feet, and rejoins paragraphs and tables across page ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adapters.report_files.ruled import Letter, Paragraph, Printed, Rule
from adapters.report_files.tables import Item
from projections.report.recognition import torn

_STRAY = re.compile(r"[\d\s.,，．①-⑳⁰-⁹¹²³*＊]*")
"""Text between a table and its continuation on the next page that is ignored: it overflowed from the table."""
_MOST_HEADS = 3
"""Maximum lines of a running head or foot."""
_SAME = 3.0
"""Points: lines whose tops differ by less are at the same height."""
_FOLD = 4.0
"""Points: minimum distance of characters from the middle of a sheet that has two pages."""
_FEWEST_LETTERS = 60
"""Minimum characters of each of two pages printed side by side."""
_FEWEST_PAGES = 3
"""Minimum pages for a running head: of two, the signature of a report may repeat its title."""


def halves(
    letters: list[Letter], rules: list[Rule], pictures: list[Rule], width: float
) -> Iterator[tuple[list[Letter], list[Rule], list[Rule]]]:
    """The page, or its two halves if nothing crosses its middle and both have text: two pages printed side by side.

    width: of the page, in points.
    """
    middle = width / 2
    right = [each for each in letters if each.left >= middle]
    is_crossed = any(each.left < middle - 1 and each.right > middle + 1 for each in rules)
    # The middle of the sheet may fall between the digits of a figure.
    is_crossed = is_crossed or any(
        each.left < middle + _FOLD and each.right > middle - _FOLD for each in letters
    )
    if is_crossed or min(len(right), len(letters) - len(right)) < _FEWEST_LETTERS:
        yield letters, rules, pictures
        return
    yield (
        [each for each in letters if each.left < middle],
        [each for each in rules if each.left < middle],
        [each for each in pictures if each.left < middle],
    )
    moved = [each._replace(left=each.left - middle, right=each.right - middle) for each in right]
    yield moved, _moved(rules, middle), _moved(pictures, middle)


def _moved(rules: Sequence[Rule], by: float) -> list[Rule]:
    return [each._replace(left=each.left - by, right=each.right - by) for each in rules if each.left >= by]


def without_running_heads(pages: Sequence[Sequence[Paragraph | Printed]]) -> Iterator[Paragraph | Printed]:
    """The items of all pages in order, without running heads and feet, which would divide a table at a page end.

    A running head is repeated on all pages but the first, or on every second page. The first page keeps its own.
    """
    kept = [list(page) for page in pages]
    for at in (0, -1):
        for _ in range(_MOST_HEADS):
            for number in _running([_end(page, at) for page in kept]):
                del kept[number][at]
    for page in (*pages[:1], *kept[1:]):
        yield from page


class _End(NamedTuple):
    """The first or last line of a page without its digits, and its distance from the top in points."""

    text: str
    top: float


def _end(page: Sequence[Paragraph | Printed], at: int) -> _End | None:
    line = page[at] if page else None
    return _End(re.sub(r"[0-9]", "", line), line.top) if isinstance(line, Paragraph) else None


def _running(ends: Sequence[_End | None]) -> list[int]:
    """Indexes of the pages whose end is a running head or foot: its text or its height repeats on the other pages.

    It must be the same on all pages but the first, else on every second page.
    """
    if len(ends) < _FEWEST_PAGES:
        return []
    for own in (ends[1:], ends[1::2], ends[::2]):
        known = own[0] if len(own) > 1 and _are_alike(own) else None
        if known is not None:
            return [nth for nth, each in enumerate(ends) if each is not None and (each.text == known.text or abs(each.top - known.top) < _SAME)]  # fmt: skip
    return []


def _are_alike(ends: Sequence[_End | None]) -> bool:
    return len({None if each is None else each.text for each in ends}) == 1


def joined(items: Iterable[Paragraph | Printed]) -> Iterator[Item]:
    """Texts and tables, with paragraphs, tables and rows that were divided by a line or page end joined again."""
    found: list[Paragraph | Printed] = []
    last: int | None = None
    """Index of the last table in `found`."""
    for item in items:
        before = found[-1] if found else None
        if isinstance(before, Printed) and isinstance(item, Paragraph) and _STRAY.fullmatch(item):
            continue
        if isinstance(item, Printed):
            above = found[last] if last is not None else None
            if isinstance(above, Printed) and (above.is_whole or item.is_whole):
                above = None
            if isinstance(above, Printed) and above is before:
                mended = torn.mend(above.rows, item.rows, above.full)
                if mended is not None:
                    found[-1] = Printed(mended, item.full)
                    continue
            # Also below a line of its own page, the first row may be the rest of the table above.
            if last is not None and isinstance(above, Printed) and (above is before or len(above.rows[-1]) == len(item.rows[0])):  # fmt: skip
                found[last] = Printed(torn.cut(above.rows, item.rows), above.full)
            last = len(found)
        elif isinstance(before, Paragraph) and _goes_on(before, item):
            more = Paragraph(before + item)
            more.goes_on, more.is_indented = item.goes_on, before.is_indented
            found[-1] = more
            continue
        found.append(item)
    for each in found:
        yield str(each) if isinstance(each, Paragraph) else each.rows


def _goes_on(before: Paragraph, item: Paragraph) -> bool:
    return (
        before.goes_on
        and not item.is_indented
        and not re.match(r"[一二三四五六七八九十]、|[（(][一二三四五六七八九十]|附件?[：:]", item)
    )
