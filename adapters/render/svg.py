"""Self-contained SVG charts with the figure beside every bar."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import count

from projections.report.document import Chart

WIDTH, HEIGHT = 640, 260
FONTS = "'Noto Serif SC','Source Han Serif SC','SimSun',serif"

_COLOURS = ("#1f4e9c", "#c8742b", "#4f7f52", "#7a5195")
_SIZE = 12
_TOP, _BOTTOM, _SIDE = 44, 30, 20
_LABELS = 110


def render(chart: Chart) -> str:
    """One chart, WIDTH by HEIGHT, with its title and unit above. An empty chart says 无."""
    shapes = list(_bars(chart) if chart.kind == "bars" else _columns(chart))
    if not any(value for series in chart.series for value in series.values):
        shapes.append(_text(WIDTH / 2, HEIGHT / 2, "无", anchor="middle"))
    title = f"{chart.title}（单位：{chart.unit}）"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(_description(chart))}" font-family="{FONTS}" font-size="{_SIZE}">'
        f"<title>{escape(title)}</title>{_text(WIDTH / 2, 18, title, anchor='middle', size=14)}"
        f"{''.join(_legend(chart))}{''.join(shapes)}</svg>"
    )


def _bars(chart: Chart) -> Iterator[str]:
    """Horizontal bars, one for each category and series."""
    highest = _highest(chart)
    band = (HEIGHT - _TOP - _SIDE) / len(chart.categories)
    thickness = min(20.0, band * 0.7 / len(chart.series))
    room = WIDTH - _LABELS - _SIDE - 70
    for index, category in enumerate(chart.categories):
        middle = _TOP + band * (index + 0.5)
        yield _text(_LABELS - 8, middle + _SIZE * 0.35, category, anchor="end")
        for number, series in enumerate(chart.series):
            value = series.values[index]
            top = middle + thickness * (number - len(chart.series) / 2)
            length = room * value / highest
            yield _rectangle(_LABELS, top, length, thickness, number)
            yield _text(_LABELS + length + 6, top + thickness / 2 + _SIZE * 0.35, str(value))
    yield _line(_LABELS, _TOP, _LABELS, HEIGHT - _SIDE)


def _columns(chart: Chart) -> Iterator[str]:
    """Vertical columns, the series of a category side by side."""
    highest = _highest(chart)
    band = (WIDTH - 2 * _SIDE) / len(chart.categories)
    thickness = min(34.0, band * 0.8 / len(chart.series))
    room, floor = HEIGHT - _TOP - _BOTTOM - 22, HEIGHT - _BOTTOM
    size = 12 if len(str(highest)) * 7 <= thickness + 4 else 8
    for index, category in enumerate(chart.categories):
        middle = _SIDE + band * (index + 0.5)
        yield _text(middle, floor + 18, category, anchor="middle")
        for number, series in enumerate(chart.series):
            value = series.values[index]
            left = middle + thickness * (number - len(chart.series) / 2)
            height = room * value / highest
            yield _rectangle(left, floor - height, thickness, height, number)
            yield _text(left + thickness / 2, floor - height - 4, str(value), anchor="middle", size=size)
    yield _line(_SIDE, floor, WIDTH - _SIDE, floor)


def _legend(chart: Chart) -> Iterator[str]:
    if len(chart.series) < 2:
        return
    for number, series, left in zip(count(), chart.series, count(_SIDE, 90)):
        yield _rectangle(left, 26, 12, 12, number)
        yield _text(left + 18, 36, series.name)


def _description(chart: Chart) -> str:
    """The figures as text, for screen readers."""
    series = (
        f"{each.name}："
        + "，".join(f"{name}{value}" for name, value in zip(chart.categories, each.values, strict=True))
        for each in chart.series
    )
    return f"{chart.title}，单位：{chart.unit}。{'；'.join(series)}。"


def _highest(chart: Chart) -> int:
    return max((value for series in chart.series for value in series.values), default=0) or 1


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = _SIZE) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def _rectangle(x: float, y: float, width: float, height: float, number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#333"/>'
