"""Finds texts that several reports share, ignoring names and numbers, by common phrases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from domain.report.numerals import in_digits
from projections.report.content import Content
from projections.report.finding import ReportFinding, finding, title

LIKE = 80
"""Two paragraphs count as copies if they share at least this percentage of the shorter one's phrases."""
_PHRASE = 8
_SHORTEST = 40
"""Minimum characters of a paragraph, without names and numbers; shorter ones are set phrases."""
_MOST_PARAGRAPHS = 20_000
_COMMON = 12
"""A phrase in more paragraphs than this is a common formula and ignored."""


class Place(msgspec.Struct, frozen=True):
    """A paragraph, by its number from 1 in a section of a file."""

    file: str
    authority: str
    section: str
    paragraph: int


class Copy(msgspec.Struct, frozen=True):
    """Two paragraphs with the same text. share: of equal phrases, in per cent. text: the beginning of the first."""

    one: Place
    other: Place
    share: int
    text: str

    @property
    def files(self) -> tuple[str, str]:
        return self.one.file, self.other.file


class _Paragraph(NamedTuple):
    place: Place
    year: int | None
    text: str
    phrases: frozenset[str]

    def is_of_same(self, other: _Paragraph, *, is_older: bool) -> bool:
        """Whether both are of one file, or of one unit in the same year, or of one unit if the other is last year's."""
        is_same_unit = bool(self.place.authority) and self.place.authority == other.place.authority
        return self.place.file == other.place.file or (is_same_unit and (is_older or self.year == other.year))


def find(
    reports: Sequence[tuple[str, Content]], previous: Sequence[tuple[str, Content]] = ()
) -> Iterator[Copy]:
    """Pairs of copied paragraphs in different reports. reports: file name and content.

    previous: reports of the year before. A unit's own is not compared here, but by `last_year`. Two files with a report of
    the same unit and year are not copies.
    """
    paragraphs = [each for file, content in reports for each in _paragraphs(file, content)][:_MOST_PARAGRAPHS]
    new = len(paragraphs)
    paragraphs += [each for file, content in previous for each in _paragraphs(file, content)][
        :_MOST_PARAGRAPHS
    ]
    owners: dict[str, list[int]] = {}
    for index, each in enumerate(paragraphs):
        for phrase in each.phrases:
            owners.setdefault(phrase, []).append(index)
    rare = {phrase: own for phrase, own in owners.items() if 1 < len(own) <= _COMMON}
    for index, each in enumerate(paragraphs[:new]):
        shared: Counter[int] = Counter(
            other for phrase in each.phrases for other in rare.get(phrase, ()) if other > index
        )
        for at, count in sorted(shared.items()):
            other = paragraphs[at]
            shorter = min(len(each.phrases), len(other.phrases))
            if 200 * count < LIKE * shorter or each.is_of_same(other, is_older=at >= new):
                continue
            share = 100 * len(each.phrases & other.phrases) // shorter
            if share >= LIKE:
                yield Copy(each.place, other.place, share, each.text[:40])


def finding_of(copy: Copy, file: str) -> ReportFinding:
    """The finding for one of the two files."""
    own, other = (copy.one, copy.other) if copy.one.file == file else (copy.other, copy.one)
    return finding(
        "copied_text",
        f"“{title(own.section)}”第{own.paragraph}段与“{other.authority or other.file}”“{title(other.section)}”"
        f"第{other.paragraph}段有{copy.share}%相同：{copy.text}…",
        own.section,
        str(own.paragraph),
        section=own.section,
        left=f"{own.authority or own.file}：{title(own.section)}第{own.paragraph}段",
        right=f"{other.authority or other.file}：{title(other.section)}第{other.paragraph}段",
    )


def _paragraphs(file: str, content: Content) -> Iterator[_Paragraph]:
    for section, text in content.texts.items():
        for number, paragraph in enumerate(text.split("\n"), 1):
            masked = _masked(paragraph, content.authority)
            if len(masked) >= _SHORTEST:
                phrases = frozenset(masked[at : at + _PHRASE] for at in range(len(masked) - _PHRASE + 1))
                yield _Paragraph(
                    Place(file, content.authority, section, number), content.year, paragraph.strip(), phrases
                )


def _masked(text: str, unit: str) -> str:
    """The text without names, numbers and punctuation: 我局收到5件 and 本局收到12件 are then equal."""
    masked = in_digits(text)
    for name in {unit, re.sub(r"^.{2,4}?[省市县区州]", "", unit)} - {""}:
        masked = masked.replace(name, "本机关")
    masked = re.sub(r"[我本][省市县区州局委办厅院处镇乡街道单位]{1,2}", "本机关", masked)
    return re.sub(r"[\s0-9，。；、：（）()%％.,“”《》\"]", "", masked)
