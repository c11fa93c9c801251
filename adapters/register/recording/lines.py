"""Reads recordings from the lines of a file, and assigns problems to line numbers."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.register.recording.decoding import MARK, check_utf8, decode
from adapters.register.recording.recording import Recording
from adapters.register.recording.submission import Refused, RefusedLine
from domain.law.refusals import Malformed


class Lines:
    """The recordings read so far, and the lines that could not be read."""

    def __init__(self) -> None:
        self.recordings: list[Recording] = []
        self.unreadable: list[RefusedLine] = []
        self.count = 0
        self._numbers: list[int] = []

    def read(self, lines: Sequence[bytes]) -> None:
        """Read further lines. Blank ones are counted and skipped."""
        for line in lines:
            self.count += 1
            if not line.strip():
                continue
            try:
                check_utf8(line)
                self.recordings.append(decode(line.removeprefix(MARK) if self.count == 1 else line))
                self._numbers.append(self.count)
            except Malformed as wrong:
                self.unreadable.append(RefusedLine(self.count, None, wrong))

    def problems(self, refused: Refused) -> list[tuple[int, RefusedLine]]:
        """The problems with their line numbers, in order."""
        found = [(self._numbers[each.index] if each.id else each.index, each) for each in refused.problems]
        return sorted(found, key=lambda each: each[0])
