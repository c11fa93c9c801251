"""Medians of interleaved runs, printed as ratios beside their limit."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable

missed: list[str] = []
"""The measurements that missed their limit in this run."""


def report(what: str, ratio: float, limit: float, *, most: bool, detail: str) -> None:
    """One line; `most`: the ratio may be at most the limit, else it must be at least."""
    kept = ratio <= limit if most else ratio >= limit
    if not kept:
        missed.append(what)
    print(
        f"{'✓' if kept else '✗'} {what}: {ratio:.2f} ({'≤' if most else '≥'} {limit}); {detail}", flush=True
    )


async def median(runs: int, *acts: Callable[[], Awaitable[float]]) -> list[float]:
    """Medians of what the acts return, run in turns."""
    found: list[list[float]] = [[] for _ in acts]
    for _ in range(runs):
        for nth, act in enumerate(acts):
            found[nth].append(await act())
    return [statistics.median(each) for each in found]
