"""PDF/A-2b with embedded Chinese fonts, tagged for screen readers: the annual report, and everything else with a template.

Typst typesets a template that takes every text as data, not as markup. The fonts come from a package and system fonts are
ignored, so that the same paper gives the same bytes on any machine.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn

import msgspec
import typst

from adapters.refusals import NotPrintable
from adapters.render import svg
from adapters.render.printable import cleaned, title_lines
from projections.report.document import AnnualDocument, Chart

FONTS = "pylopdf_fonts_zh_cn"
"""The package whose directory holds Noto Serif SC and Noto Sans SC (SIL Open Font License 1.1)."""

_FAMILIES = {"Noto Serif SC", "Noto Sans SC"}


class FontMissing(RuntimeError):
    """A font is missing: the installation is incomplete."""


class TypesettingFault(RuntimeError):
    """Typst reported an error in a template."""


# Reused, since a compiler caches fonts: 0.01 s instead of 0.9 s. It is not thread-safe.
_lock = Lock()


def render(document: AnnualDocument) -> bytes:
    """The annual report as PDF. Raises as `typeset` does."""
    return typeset("annual_report", {"report": _data(cleaned(document))})


def typeset(template: str, inputs: dict[str, Any]) -> bytes:
    """Compile a template with its inputs as JSON.

    Raises NotPrintable for a character that the fonts lack, FontMissing, and TypesettingFault for any other error.
    """
    inputs_json = {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}
    with _lock:
        try:
            made, warnings = _compiler(template).compile_with_warnings(
                format="pdf", sys_inputs=inputs_json, pdf_standards="a-2b"
            )
        except typst.TypstError as fault:
            _fail(str(fault.message))
    for warning in warnings:
        _fail(str(warning.message))
    if not isinstance(made, bytes):
        raise TypesettingFault("Typst returned several files")
    return made


def _fail(message: str) -> NoReturn:
    glyph = re.search(r'text `"(.+?)"` could not be displayed', message)
    if glyph:
        raise NotPrintable(character=glyph[1])
    if "font" in message:
        raise FontMissing(f"没有找到PDF所用的字体：{message}")
    raise TypesettingFault(message)


@cache
def _compiler(name: str) -> typst.Compiler:
    template = Path(str(files("adapters"))) / "render" / f"{name}.typ"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_font_folder()])
    missing = _FAMILIES - set(fonts.families())
    if missing:
        raise FontMissing(f"没有找到PDF所用的字体：{'、'.join(sorted(missing))}")
    return typst.Compiler(template, root=template.parent, font_paths=fonts, ignore_system_fonts=True)


def _font_folder() -> str:
    found = find_spec(FONTS)
    if found is None or not found.submodule_search_locations:
        raise FontMissing(f"没有安装PDF所用的字体（Python包{FONTS}）")
    return str(Path(found.submodule_search_locations[0]))


def _data(document: AnnualDocument) -> dict[str, Any]:
    """The document as the template expects it, with charts as SVG and dates as numbers."""
    data: dict[str, Any] = msgspec.to_builtins(document)
    day = document.issued_on
    data["title_lines"] = title_lines(document)
    data["date"] = [day.year, day.month, day.day] if day else [document.year, 12, 31]
    data["issued"] = f"{day.year}年{day.month}月{day.day}日" if day else None
    data["charts"] = [_chart(chart) for chart in document.charts]
    for shown, section in zip(data["sections"], document.sections, strict=True):
        for index, block in enumerate(section.blocks):
            if isinstance(block, Chart):
                shown["blocks"][index] = _chart(block)
    return data


def _chart(chart: Chart) -> dict[str, str]:
    return {"type": "chart", "title": chart.title, "svg": svg.render(chart)}
