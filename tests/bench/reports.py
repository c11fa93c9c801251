"""Duration of an annual report in each format (the first in a fresh process, and later ones), and of a letter."""

from __future__ import annotations

import importlib
import statistics
import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter

from adapters.render import letter_docx, letter_pdf
from tests.adapters.render.reports import SEED, SUQIAN, document
from tests.adapters.render.test_letters import RED
from tests.bench.measuring import report
from tests.domain.letters.cases import letter_of
from tests.domain.letters.test_letters import in_part, receipt

FORMATS = {"html": 0.3, "xlsx": 0.3, "docx": 0.3, "pdf": 0.5}
"""Seconds that a later report may take; the first may take three, imports and fonts included."""
FIRST = 3.0
LETTER = 0.05
"""Seconds that a letter of two pages may take in a process that has made one before."""

_FIRST = """
from time import perf_counter
from tests.adapters.render.reports import SEED, document
made = document(SEED)
begun = perf_counter()
from adapters.render import {name}
{name}.render(made)
print(perf_counter() - begun)
"""


async def documents(_: object, __: object) -> None:
    """An annual report in each format: the first in a fresh process, and later ones; and a letter."""
    for what, seconds, limit in measure():
        report(what, seconds, limit, most=True, detail="秒")


def measure() -> Iterator[tuple[str, float, float]]:
    """Name, seconds (medians), limit. Each report differs from the last one, so that no cache is used."""
    for name, limit in FORMATS.items():
        firsts = [float(_run(_FIRST.format(name=name))) for _ in range(3)]
        yield f"年度报告 {name} 首次", statistics.median(firsts), FIRST
        renderer = importlib.import_module(f"adapters.render.{name}")
        renderer.render(document(SEED))
        later = []
        for number in range(9):
            made = document(SUQIAN, title=f"第{number}份报告")
            begun = perf_counter()
            renderer.render(made)
            later.append(perf_counter() - begun)
        yield f"年度报告 {name} 其后", statistics.median(later), limit
    letter = letter_of("answer", receipt("2025"), in_part(), authority=RED)
    for name, render in {"pdf": letter_pdf.render, "docx": letter_docx.render}.items():
        render(letter)
        taken = []
        for _ in range(9):
            begun = perf_counter()
            render(letter)
            taken.append(perf_counter() - begun)
        yield f"文书 {name}", statistics.median(taken), LETTER


def _run(script: str) -> str:
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
