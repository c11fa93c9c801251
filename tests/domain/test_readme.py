"""domain/README.md names every event, rule and file, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import domain
from domain.authority.events import OF_AUTHORITY
from domain.entry import type_of
from domain.law.irregularities import RULES
from domain.report.events import REPORT_EVENTS
from domain.request import events

FOLDER = Path(domain.__file__).parent
TEXT = (FOLDER / "README.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.S)))


def test_every_event_and_irregularity_is_named() -> None:
    """Article → code is complete: a new event or rule enters the page in its own commit."""
    tags = {type_of(kind) for kind in (*events.EVENTS, *OF_AUTHORITY, *REPORT_EVENTS)}

    assert tags | set(RULES) <= NAMED


def test_every_module_is_in_the_reading_order() -> None:
    """A reader is led to each file, the forms of the annual report among them."""
    modules = [path for path in FOLDER.rglob("*.py") if path.name != "__init__.py"]
    forms = FOLDER.glob("report/forms/*.toml")

    assert {path.relative_to(FOLDER).as_posix() for path in (*modules, *forms)} <= NAMED


def test_every_named_file_exists() -> None:
    """No file is named that was renamed or removed."""
    files = [name for name in NAMED if re.fullmatch(r"[\w/]+\.(py|toml)", name)]

    assert files
    assert [name for name in files if not (FOLDER / name).exists()] == []


def test_every_file_named_in_contributing_exists() -> None:
    """The steps of CONTRIBUTING.md lead to files that exist."""
    root = FOLDER.parent
    text = (root / "CONTRIBUTING.md").read_text("utf-8")
    files = set(re.findall(r"`((?:domain|projections|adapters|api|tests)/[\w./]+)`", text))

    assert len(files) > 30
    assert sorted(name for name in files if not (root / name).exists()) == []
