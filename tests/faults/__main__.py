"""Runs all faults at full count and prints a report: `make faults`.

TAIZHANG_SEED repeats a run; arguments are passed to pytest, for example `-k server`.
"""

from __future__ import annotations

import os
import platform
import secrets
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

HERE = Path(__file__).parent
RANDOM_HISTORIES = f"{HERE.parent}/domain/test_properties.py::test_the_domain_agrees_with_the_reference_model_on_random_histories"
RANDOM_CALLS = f"{HERE.parent}/api/web/test_http_openapi.py::test_schemathesis_finds_nothing_undocumented"
RANDOM_FILES = f"{HERE.parent}/adapters/report_files/test_random_files.py"


class Report:
    """Collects the outcomes of the tests, failures and skipped tests."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.passed: list[str] = []
        self.failed: list[str] = []
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("/")[2]
        if report.when == "call":
            self.lines += [value for key, value in report.user_properties if key == "fault"]
        if report.failed:
            self.failed.append(name)
        elif report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            self.skipped.append(f"{name}: {reason}")
        elif report.when == "call":
            self.passed.append(name)


def write(report: Report, seed: str, histories: str, seconds: float) -> None:
    print(
        f"""
Faults injected into Taizhang {version("taizhang")}, and recordings lost
{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {os.cpu_count()} cores, {seconds / 60:.0f} minutes
Replay this run: TAIZHANG_SEED={seed} make faults

After each fault every acknowledged recording is looked up in the log, and everything ever sent is sent again.
Each entry must be there once, at its position, with readable sealed values. Every reply must equal the first one.
Every row of the register must equal the result of a replay of the log and of an independent reference model.
The checker itself was tested on registers broken on purpose (R00), and found each fault.
The reference model was compared with the program on {int(histories):,} random histories.

{"times":>7} {"acknowledged":>13} {"lost":>5} {"seconds":>8}"""
    )
    for each in sorted(report.lines, key=lambda line: (line["fault"], line["done"])):
        longest = "" if each["seconds"] is None else f"{each['seconds']:.2f}"
        print(
            f"{each['times']:>7,} {each['acknowledged']:>13,} {each['lost']:>5} {longest:>8}  {each['fault']} {each['done']}"
        )
    times, acknowledged, lost = (
        sum(each[name] for each in report.lines) for name in ("times", "acknowledged", "lost")
    )
    print(f"{times:>7,} {acknowledged:>13,} {lost:>5} {'':>8}  in all")
    print("\nseconds: the longest time until a caller was answered or refused, or the register was restored.")
    print(f"{len(report.passed)} tests passed, {len(report.failed)} failed, {len(report.skipped)} skipped.")
    for each in report.failed:
        print(f"FAILED {each}")
    for each in report.skipped:
        print(f"skipped: {each}")


def main() -> int:
    os.environ["TAIZHANG_FAULTS"] = "full"
    seed = os.environ.setdefault("TAIZHANG_SEED", str(secrets.randbelow(10**6)))
    histories = os.environ.setdefault("TAIZHANG_HISTORIES", "100000")
    files = os.environ.setdefault("TAIZHANG_FILES", "10000")
    print(f"TAIZHANG_SEED={seed} TAIZHANG_HISTORIES={histories} TAIZHANG_FILES={files}", flush=True)
    report, began = Report(), perf_counter()
    arguments = sys.argv[1:]
    chosen = [] if arguments else [RANDOM_HISTORIES, RANDOM_CALLS, RANDOM_FILES]
    code = pytest.main(["-v", "--no-header", "--tb=short", *chosen, str(HERE), *arguments], plugins=[report])
    write(report, seed, histories if chosen else "0", perf_counter() - began)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
