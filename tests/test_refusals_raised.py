"""Every raise of a refusal gives all facts that its text names; a missing one would be a 500 instead of the refusal."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import adapters
import api
import domain
import projections
from domain.law.refusals import Refusal

PACKAGES = (domain, projections, adapters, api)


def refusals(of: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in of.__subclasses__():
        yield each
        yield from refusals(each)


def test_each_has_the_facts_of_its_text() -> None:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    named = {each.__name__: each for each in refusals()}
    raised, lacking = 0, []
    for path in (found for package in PACKAGES for found in Path(package.__path__[0]).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            refusal = named.get(call.func.id)
            given = {each.arg for each in call.keywords}
            if refusal is None or None in given or "__init__" in vars(refusal):
                continue
            wanted = {name.partition(".")[0] for _, name, _, _ in Formatter().parse(refusal.text) if name}
            raised += 1
            if wanted - given:
                lacking.append((path.name, call.lineno, refusal.__name__, wanted - given))
    assert lacking == []
    assert raised > 300
