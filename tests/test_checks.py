"""Each check of `make check` finds a fault planted in a copy of the project."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent

RUFF_FORMAT = ("ruff", "format", "--check", "--no-cache", ".")
RUFF = ("ruff", "check", "--no-cache", ".")
MYPY = ("mypy", "--cache-dir", ".mypy_cache")
LAYERS = ("lint-imports", "--no-cache")
UNUSED = ("deptry", ".")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project without its tests, to plant a fault in."""
    for name in ("domain", "projections", "adapters", "api"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def check(folder: Path, *command: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


FAULTS = [
    (RUFF_FORMAT, "domain/law/terms.py", "x = {  'a':1}\n", "domain/law/terms.py"),
    (RUFF, "domain/law/terms.py", "import os\n", "F401"),
    (RUFF, "adapters/register/register.py", "def find(name):\n    return f\"SELECT * FROM events WHERE x = '{name}'\"\n", "S608"),
    (MYPY, "domain/law/terms.py", "late: int = 'late'\n", "Incompatible types"),
    (LAYERS, "domain/law/terms.py", "import projections.tally\n", "domain.law.terms -> projections.tally"),
    (LAYERS, "projections/tally.py", "import adapters.postgres.queries\n", "projections.tally -> adapters.postgres.queries"),
    (LAYERS, "domain/law/terms.py", "import asyncpg\n", "domain.law.terms -> asyncpg"),
    (LAYERS, "domain/law/terms.py", "import os\n", "domain.law.terms -> os"),
    (LAYERS, "api/demo/year.py", "import asyncpg\n", "api.demo.year -> asyncpg"),
    (LAYERS, "adapters/register/register.py", "import litestar\n", "adapters.register.register -> litestar"),
    (LAYERS, "adapters/vault/keyring.py", "import adapters.register.recording.recording\n", "adapters.vault.keyring -> adapters.register.recording.recording"),
    (LAYERS, "adapters/register/login/login.py", "import adapters.register.recording.judge\n", "adapters.register.login.login -> adapters.register.recording.judge"),
    (LAYERS, "api/console/cases/cases.py", "import api.console.reports.statistics\n", "api.console.cases.cases -> api.console.reports.statistics"),
    (LAYERS, "projections/report/content.py", "import projections.report.recognition.labels\n", "projections.report.content -> projections.report.recognition.labels"),
    (UNUSED, "domain/law/terms.py", "import not_installed_anywhere\n", "DEP001"),
]  # fmt: skip
"""The check, the file, the text appended to it, and what the check must name."""


def test_each_check_finds_the_faults_planted_for_it_and_nothing_without_them(copy: Path) -> None:
    """All faults of one check are planted together: it fails and names every one; without them it passes."""
    for command in (RUFF_FORMAT, RUFF, MYPY, LAYERS, UNUSED):
        code, output = check(copy, *command)
        assert code == 0, output

    for command in (RUFF_FORMAT, RUFF, MYPY, LAYERS, UNUSED):
        planted = [(copy / file, fault, named) for of, file, fault, named in FAULTS if of == command]
        clean = {target: target.read_text("utf-8") for target, _, _ in planted}
        for target, fault, _ in planted:
            target.write_text(f"{target.read_text('utf-8')}\n{fault}", "utf-8")
        code, output = check(copy, *command)
        assert code != 0
        assert [named for _, _, named in planted if named not in output] == [], output
        for target, text in clean.items():
            target.write_text(text, "utf-8")


def test_an_unused_dependency_is_found(copy: Path) -> None:
    """A dependency that nothing imports is refused."""
    project = copy / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('"rich>=', '"tenacity>=8",\n    "rich>='), "utf-8")

    code, output = check(copy, *UNUSED)

    assert code != 0
    assert "'tenacity' defined as a dependency but not used" in output


def test_lock_files_hold_hashes_and_no_address() -> None:
    """Every locked package is pinned by hash; the files contain no host name."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,]+\])?==", text, flags=re.M)

        assert len(pinned) > 15
        assert "://" not in text
        assert text.count("--hash=sha256:") >= len(pinned)


def test_what_is_locked_is_what_is_declared() -> None:
    """Every dependency of pyproject.toml is in the lock that installs it."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    declared = re.findall(r'^    "([a-z0-9-]+)(?:\[[\w,]+\])?[<>=]', project, flags=re.M)
    locked = (ROOT / "requirements-dev.lock").read_text("utf-8")

    assert len(declared) > 15
    assert [name for name in declared if not re.search(rf"^{name}(\[[\w,]+\])?==", locked, flags=re.M)] == []


LINES_OF_FILE, LINES_OF_CLASS = 400, 300
WHOLE = "adapters/proof/handover/verify.py"
"""The verifier in a bundle is one file on purpose, so that an auditor can copy and read it as a whole."""


def too_long(folder: Path) -> list[str]:
    """Files and classes above the limits, by path from the folder."""
    found = []
    for room in ("domain", "projections", "adapters", "api"):
        for file in sorted((folder / room).rglob("*.py")):
            text, name = file.read_text("utf-8"), str(file.relative_to(folder))
            if len(text.splitlines()) > LINES_OF_FILE and name != WHOLE:
                found.append(name)
            classes = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.ClassDef)]
            found += [
                f"{name}:{each.name}"
                for each in classes
                if (each.end_lineno or 0) - each.lineno >= LINES_OF_CLASS
            ]
    return found


def test_no_file_and_no_class_is_too_long(copy: Path) -> None:
    """Checked on the project, and on a copy with a class of 301 lines."""
    assert too_long(ROOT) == []

    target = copy / "domain/law/terms.py"
    lines = LINES_OF_CLASS * "    x = 1\n"
    target.write_text(f"{target.read_text('utf-8')}\nclass Long:\n{lines}", "utf-8")

    assert too_long(copy) == ["domain/law/terms.py", "domain/law/terms.py:Long"]


def test_every_file_that_the_documents_name_is_there() -> None:
    """Of README, CONTRIBUTING and the others: code, tests and files for operators, and folders of tests."""
    named = re.compile(r"(?<![\w/])(?:tests|adapters|api|domain|projections|deploy)/[\w./]*\w")
    documents = [*ROOT.glob("*.md"), *ROOT.glob("d*/**/*.md")]
    found = {(each.name, path) for each in documents for path in named.findall(each.read_text("utf-8"))}
    found = {(name, path) for name, path in found if path.startswith("tests/") or "." in path}

    assert len(found) > 60
    assert sorted((name, path) for name, path in found if not (ROOT / path).exists()) == []
