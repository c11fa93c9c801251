"""Recordings as lines of a file, and problems by the number of their line."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.register.decoding import MARK, check_utf8, decode
from adapters.register.recording import Recording
from adapters.register.submission import Refused, RefusedLine
from domain.law.refusals import Malformed


class Lines:
    """What has been read of a file so far: its recordings, and the lines that are none."""

    def __init__(self) -> None:
        self.recordings: list[Recording] = []
        self.unreadable: list[RefusedLine] = []
        self.count = 0
        self._numbers: list[int] = []

    def read(self, lines: Sequence[bytes]) -> None:
        """The next lines. Blank ones are counted and passed over."""
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
        """Each with the number of its line, in their order. Of what could not be read the index is the number."""
        found = [(self._numbers[each.index] if each.id else each.index, each) for each in refused.problems]
        return sorted(found, key=lambda each: each[0])
