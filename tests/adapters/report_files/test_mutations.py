"""Files damaged at random: each is read or refused with a fault of ours, and the result is of limited size."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from adapters.render import pdf as render_pdf
from adapters.report_files import reader
from adapters.report_files.office_zip import ReportFileFault
from projections.report import checks
from tests.adapters.render.reports import SUQIAN, document
from tests.adapters.report_files import styles

ROUNDS = {"html": 60, "docx": 40, "xlsx": 40, "pdf": 40, "json": 60}
"""In this suite; thousands were run by hand (`python -m tests.adapters.report_files.test_mutations 1000`)."""
_JSON = b'{"requests_table": {"new": [1, 0, 0, 0, 0, 0, 1]}, "appeals_table": {}, "columns": ["natural_person", "commercial_enterprise", "research_institution", "public_interest_organisation", "legal_service_institution", "other_organisation", "total"], "year": 2022, "text": ["x"]}'  # fmt: skip


def whole(kind: str) -> bytes:
    if kind == "pdf":
        return render_pdf.render(document(SUQIAN))
    return _JSON if kind == "json" else styles.written(styles.styled(3, kind))


def damaged(data: bytes, chance: random.Random) -> bytes:
    """With a few bytes changed, left out, doubled or cut off."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        at = chance.randrange(len(made))
        match chance.randrange(4):
            case 0:
                made[at] = chance.randrange(256)
            case 1:
                del made[at : at + chance.choice((1, 10, 1000))]
            case 2:
                made[at:at] = made[at : at + chance.choice((1, 50, 2000))]
            case _:
                made[at:at] = chance.choice(
                    (
                        b"<table>",
                        b"</td>",
                        b"99999999999999999999",
                        b'colspan="1000"',
                        b"\xff\xfe",
                        b"{",
                        b"<![CDATA[",
                    )
                )
        if not made:
            return b""
    return bytes(made)


def mutated(kind: str, data: bytes, rounds: int) -> Iterator[bytes]:
    """Damaged files. Of an office file the parts are damaged, since a damaged archive can hardly ever be opened."""
    for seed in range(rounds):
        chance = random.Random(seed)
        if kind not in ("docx", "xlsx") or seed % 4 == 0:
            yield damaged(data, chance)
            continue
        file = io.BytesIO()
        with ZipFile(io.BytesIO(data)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
            names = old.namelist()
            victim = chance.choice([name for name in names if name.endswith((".xml", ".rels"))])
            for name in names:
                new.writestr(name, damaged(old.read(name), chance) if name == victim else old.read(name))
        yield file.getvalue()


def check(kind: str, rounds: int) -> None:
    data = whole(kind)
    for number, each in enumerate(mutated(kind, data, rounds)):
        try:
            checks.check_typed(reader.read(each, f"a.{kind}"))
        except ReportFileFault as fault:
            message = str(fault)
        else:
            message = "读出"
        assert any("\u4e00" <= letter <= "\u9fff" for letter in message), (number, message)


@pytest.mark.parametrize("kind", ROUNDS)
def test_nothing_but_a_refusal_of_ours_is_raised(kind: str) -> None:
    check(kind, ROUNDS[kind])


if __name__ == "__main__":
    import sys

    for each in ROUNDS:
        check(each, int(sys.argv[1]))
        print(each, sys.argv[1])
