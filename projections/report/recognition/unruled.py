"""Finds the statutory tables on a printed page without ruled lines, by the positions of their words.

A table is read only if it is certain: its labels are exactly those of a form, its columns are separated by white space
from top to bottom, and every word belongs to one label or one column. Otherwise the words stay text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count, pairwise
from typing import NamedTuple

from domain.report import numerals
from domain.report.official_form import ProactiveBlock
from projections.report.grid import CONTENT
from projections.report.recognition.laid import Place, Table, is_figure
from projections.report.recognition.printed_words import Letter, Word, is_beside, without_marks, words_of
from projections.report.recognition.requests_columns import COLUMNS
from projections.report.recognition.requests_rows import FORMS, groups_of

_FAR, _BELOW = 1.5, 2.5
"""Multiples of the character size: how far to the right of a word, and how far below it, its label may continue."""
_GUTTER = 1.5
"""Points: the gap between two columns is wider than this."""
_NEAR = 40.0
"""Points above and below a table that are searched for rows that were not read."""
_FEWEST_ROWS = 2
_MOST_STEPS = 50_000
"""Maximum words of a page that are tried as the continuation of a label."""


class Column(NamedTuple):
    """A column: its label without punctuation, and the left and right edge of its words."""

    label: str
    left: float
    right: float


class Found(NamedTuple):
    """A table of a page: its top and bottom, and the ids of its characters."""

    rows: Table
    top: float
    bottom: float
    letters: frozenset[int]


class _Row(NamedTuple):
    """A row: its label in the form, and the words that form the label on the page."""

    label: str
    words: tuple[Word, ...]

    @property
    def top(self) -> float:
        return min(each.top for each in self.words)

    @property
    def bottom(self) -> float:
        return max(each.bottom for each in self.words)

    def holds(self, word: Word) -> bool:
        return self.top <= word.middle <= self.bottom


_LABELS = [
    (
        {without_marks(row.levels[-1]): row.levels[-1] for row in form.requests.rows},
        set(map(without_marks, groups_of(form))),
    )
    for form in FORMS
]
"""For each form: the labels of its rows, and the labels of groups of rows."""
_CORNERS = {without_marks(form.requests.corner) for form in FORMS}
_OVER_APPLICANTS = {without_marks(text) for text in ("申请人情况", "法人或其他组织")}
_APPLICANTS = [without_marks(column.label) for column in COLUMNS]
_RESULTS = [without_marks(each.label) for each in FORMS[0].appeals.columns]
_ROUTES = [without_marks(each.levels[-1]) for each in FORMS[0].appeals.routes]
_SUITS = "行政诉讼"
_BLOCKS = [block for form in FORMS for block in form.proactive]
_CAPTIONS = {without_marks(block.block) for block in _BLOCKS}


class Unruled:
    """Finds the tables without lines of a file; call `find` for each page in order.

    has_tables: whether any was found. has_rest: whether labels or figures were left that could not be assigned.
    """

    def __init__(self) -> None:
        self.has_tables = self.has_rest = False
        self._columns: list[Column] = []
        """Columns of the table of requests, which may continue on the next page without its header."""

    def has_any(self, letters: Iterable[Letter]) -> bool:
        """Whether a page with these characters has a table or the continuation of one."""
        page = _Page(words_of(letters))
        tables = (page.proactive(), page.requests(list(self._columns)), page.appeals())
        return any(each is not None for each in tables)

    def find(self, letters: Iterable[Letter], pictures: Sequence[tuple[float, float]] = ()) -> list[Found]:
        """The tables of the next page. pictures: top and bottom of each; a table with one is left out, as it may be a figure."""
        page = _Page(words_of(letters))
        requests = page.requests(self._columns)
        found = [each for each in (page.proactive(), requests, page.appeals()) if each is not None]
        tables = [
            each
            for each in found
            if not any(top < each.bottom and each.top < bottom for top, bottom in pictures)
        ]
        used = {letter for each in tables for letter in each.letters}
        rest = _Page([word for word in page.words if used.isdisjoint(word.letters)])
        self.has_tables = self.has_tables or bool(tables)
        self.has_rest = self.has_rest or rest.has_labels or (requests is not None and rest.goes_on(requests, self._columns))  # fmt: skip
        return tables


class _Page:
    """The words of a page, and the tables that they form."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self._steps = 0

    @property
    def has_labels(self) -> bool:
        """Whether the page has labels of a table of the form."""
        return (
            any(self._chains(self.words, label) for leaves, _ in _LABELS for label in leaves)
            or any(word.bare in _CAPTIONS for word in self.words)
            or self._start_of_appeals() is not None
        )

    def goes_on(self, table: Found, columns: Sequence[Column]) -> bool:
        """Whether a line near a table has figures in several of its columns, as the rest of a row split by a page end."""
        near = [word for word in self.words if _is_cell(word) and table.top - _NEAR < word.middle < table.bottom + _NEAR]  # fmt: skip
        owners = [[each for each in columns if word.left < each.right and each.left < word.right] for word in near]  # fmt: skip
        return any(
            is_beside(one, other) and owners[nth] and owners[at] and owners[nth] != owners[at]
            for nth, one in enumerate(near)
            for at, other in enumerate(near[:nth])
        )

    def requests(self, columns: list[Column]) -> Found | None:
        """The table of requests in the form of which the page has most rows. columns: from the pages before; updated."""
        found = [each for labels in _LABELS if (each := self._requests(*labels, columns)) is not None]
        return max(found, key=lambda each: len(each.rows), default=None)

    def _requests(
        self, leaves: Mapping[str, str], groups: Iterable[str], columns: list[Column]
    ) -> Found | None:
        rows = self._rows(leaves, self.words)
        if rows is None or len(rows) < (1 if columns else _FEWEST_ROWS):
            return None
        edge = max(word.right for row in rows for word in row.words)
        body = [word for word in self.words if rows[0].top <= word.middle <= rows[-1].bottom]
        figures = [word for word in body if word.left >= edge]
        corner = self._of_labels(_CORNERS, self.words)
        head = self._head(rows[0], edge, corner)
        if head:
            over = {word for word in head if word.bare in _OVER_APPLICANTS}
            named = _columns([each for each in head if each not in over | corner], figures)
            if [each.label for each in named] != _APPLICANTS:
                return None
        else:
            named = list(columns)
        lines = _lines(rows, figures, named)
        labelled = {word for row in rows for word in row.words} | self._of_labels(groups, body)
        if not named or lines is None or any(word.bare for word in set(body) - set(figures) - labelled):
            return None
        columns[:] = named
        heads = [["", *(each.label for each in named)]] if head else []
        return _found([*heads, *lines], {*body, *head})

    def _head(self, first: _Row, edge: float, corner: set[Word]) -> list[Word]:
        """The header: the words above the first row, below the last word that no header has."""
        known = (*_OVER_APPLICANTS, *_APPLICANTS)
        above = [word for word in self.words if word.middle < first.top]
        others = [word for word in above if word not in corner and not (word.left >= edge and any(word.bare in each for each in known))]  # fmt: skip
        start = max((word.bottom for word in others), default=0.0)
        return [word for word in above if word.middle > start]

    def appeals(self) -> Found | None:
        """The table of appeals: one row of figures below three groups of results."""
        start = self._start_of_appeals()
        if start is None:
            return None
        below = [word for word in self.words if word.middle >= start.top]
        first = next((word for word in below if _is_cell(word)), None)
        if first is None:
            return None
        figures = [word for word in below if is_beside(word, first)]
        head = [word for word in below if word.middle < first.top and word not in figures]
        rest = [word for word in below if word not in figures and word not in head]
        after = [word for word in rest if is_beside(word, rest[0])]
        return self._results(head, figures, after)

    def _start_of_appeals(self) -> Word | None:
        routes, suits = ([word for word in self.words if word.bare == name] for name in (_ROUTES[0], _SUITS))
        return next((one for one in routes for other in suits if is_beside(one, other)), None)

    def _results(self, words: Sequence[Word], figures: Sequence[Word], after: Sequence[Word]) -> Found | None:
        """words: of the header. after: the line below the figures. Of two rows of figures it is not known which is this year's."""
        routes = [self._chains(words, route) for route in _ROUTES]
        suits = self._chains(words, _SUITS)
        if (
            any(len(each) != 1 for each in (*routes, suits))
            or not all(map(_is_cell, figures))
            or (after and all(map(_is_cell, after)))
        ):
            return None
        over = {word for (chain,) in (*routes, suits) for word in chain}
        columns = _columns([word for word in words if word not in over], figures)
        if [each.label for each in columns] != _RESULTS * len(_ROUTES):
            return None
        for nth, (chain,) in enumerate(routes):
            own = columns[nth * len(_RESULTS) : (nth + 1) * len(_RESULTS)]
            if (
                min(word.left for word in chain) < own[0].left
                or max(word.right for word in chain) > own[-1].right
            ):
                return None
        cells = _cells(figures, columns)
        names = [route for route in _ROUTES for _ in _RESULTS]
        return None if cells is None else _found([names, _RESULTS * len(_ROUTES), cells], {*words, *figures})

    def proactive(self) -> Found | None:
        """The table of proactive disclosure: blocks of Art. 20, each below its caption."""
        starts: list[Word | None] = [word for word in self.words if word.bare in _CAPTIONS]
        found: list[Sequence[str]] = []
        used: set[Word] = set()
        for start, end in pairwise([*starts, None]):
            if start is None:
                break
            own = [
                word
                for word in self.words
                if word.middle > start.bottom and (end is None or word.middle < end.top)
            ]
            fitting = [each for block in _BLOCKS if without_marks(block.block) == start.bare and (each := self._block(block, own, is_last=end is None))]  # fmt: skip
            if len(fitting) != 1 or any(word is not start and is_beside(word, start) for word in self.words):
                return None
            rows, words = fitting[0]
            found += [[start.text], *rows]
            used |= {start, *words}
        return _found(found, used) if found else None

    def _block(
        self, block: ProactiveBlock, words: Sequence[Word], *, is_last: bool
    ) -> tuple[list[list[str]], set[Word]] | None:
        """Rows and words of a block. words: all below its caption. is_last: words below its last row do not belong to it."""
        rows = self._rows({without_marks(row.label): row.label for row in block.rows}, words)
        if rows is None or len(rows) < len(block.rows):
            return None
        own = [word for word in words if not is_last or word.middle <= rows[-1].bottom]
        labels = {word for row in rows for word in row.words}
        contents = [word for word in own if word.bare == CONTENT]
        head = [word for word in own if word.middle < rows[0].top and word not in contents]
        figures = [word for word in own if word.middle >= rows[0].top and word not in labels]
        columns = _columns(head, figures)
        lines = _lines(rows, figures, columns)
        if len(contents) != 1 or lines is None or [each.label for each in columns] != list(map(without_marks, block.columns)):  # fmt: skip
            return None
        return [[CONTENT, *block.columns], *lines], set(own)

    def _rows(self, labels: Mapping[str, str], words: Sequence[Word]) -> list[_Row] | None:
        """The rows whose labels are found, from the top; None if a label occurs twice, or if two overlap in height."""
        rows: list[_Row] = []
        for bare, label in labels.items():
            chains = self._chains(words, bare)
            if len(chains) > 1:
                return None
            rows += [_Row(label, chain) for chain in chains]
        rows.sort(key=lambda row: row.top)
        return None if any(one.bottom > other.top + other.words[0].size / 4 for one, other in pairwise(rows)) else rows  # fmt: skip

    def _of_labels(self, labels: Iterable[str], words: Sequence[Word]) -> set[Word]:
        return {word for label in labels for chain in self._chains(words, label) for word in chain}

    def _chains(self, words: Sequence[Word], label: str) -> list[tuple[Word, ...]]:
        """Every sequence of words that forms the label, wherever it is broken; none once _MOST_STEPS is exceeded."""
        found: list[tuple[Word, ...]] = []
        open_: list[tuple[tuple[Word, ...], str]] = [((), label)]
        while open_:
            chain, rest = open_.pop()
            for word in words:
                if not word.bare or not rest.startswith(word.bare) or (chain and not _follows(chain, word)):
                    continue
                self._steps += 1
                if self._steps > _MOST_STEPS:
                    return []
                if left := rest[len(word.bare) :]:
                    open_.append(((*chain, word), left))
                else:
                    found.append((*chain, word))
        return found


def _follows(chain: Sequence[Word], word: Word) -> bool:
    """Whether a word continues a chain: to the right on its line, or on the next line below it."""
    last = chain[-1]
    if is_beside(last, word):
        return 0 <= word.left - last.right <= _FAR * last.size
    return (
        word.top > last.top
        and word.top - last.bottom <= _BELOW * last.size
        and word.left < max(each.right for each in chain)
        and word.right > min(each.left for each in chain)
    )


def _is_cell(word: Word) -> bool:
    return is_figure(word.text) or numerals.is_blank(word.text)


def _columns(head: Sequence[Word], figures: Sequence[Word]) -> list[Column]:
    """The columns, separated by white space from top to bottom, from left to right, each with the label above it."""
    spans: list[tuple[float, float]] = []
    for word in sorted((*head, *figures), key=lambda each: each.left):
        if spans and word.left - spans[-1][1] <= _GUTTER:
            spans[-1] = (spans[-1][0], max(spans[-1][1], word.right))
        else:
            spans.append((word.left, word.right))
    ordered = sorted(head, key=lambda word: (word.top, word.left))
    return [
        Column(
            "".join(word.bare for word in ordered if left <= word.left and word.right <= right), left, right
        )
        for left, right in spans
    ]


def _lines(
    rows: Sequence[_Row], figures: Sequence[Word], columns: Sequence[Column]
) -> list[list[str]] | None:
    """Label and cells of each row; None unless every figure is on the line of one label and in one column."""
    found: list[list[str]] = []
    taken = 0
    for row in rows:
        own = [word for word in figures if row.holds(word)]
        taken += len(own)
        cells = _cells(own, columns)
        if cells is None or not all(is_beside(word, own[0]) for word in own):
            return None
        found.append([row.label, *cells])
    return found if taken == len(figures) else None


def _cells(figures: Iterable[Word], columns: Sequence[Column]) -> list[str] | None:
    texts = [""] * len(columns)
    for word in figures:
        own = [nth for nth, each in enumerate(columns) if word.left < each.right and each.left < word.right]
        if len(own) != 1:
            return None
        texts[own[0]] = f"{texts[own[0]]} {word.text}".strip()
    return texts


def _found(rows: Sequence[Sequence[str]], words: set[Word]) -> Found:
    cells = count()
    width = max(map(len, rows))
    table = tuple(
        tuple(Place(text, next(cells)) for text in (*row, *[""] * (width - len(row)))) for row in rows
    )
    letters = frozenset(letter for word in words for letter in word.letters)
    return Found(table, min(word.top for word in words), max(word.bottom for word in words), letters)
