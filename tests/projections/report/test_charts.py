"""The figures of the charts, counted by hand, and their drawing."""

from __future__ import annotations

from xml.etree import ElementTree

from adapters.render import svg
from domain.entry import Event
from domain.report import official_form
from domain.request.judging import replay
from domain.values import Period
from projections.register import RequestRow, request_row
from projections.report import charts
from projections.report.document import Chart, Series
from tests.adapters.render.reports import SEED, SHANGHAI, published
from tests.builders import LAW, answered, received, recorded, withdrawn

FORM = official_form.load("2019")
YEAR = Period.year(2020)


def row(*events: Event) -> RequestRow:
    made = request_row(replay(recorded(*events), LAW), position=1, law_digest="")
    assert made is not None
    return made


def test_outcomes_are_summed_by_the_form_s_groups() -> None:
    """花都 2020: 19 · 2 · 5+1+1 · 44+2+1 · 1+13+5 · 0, in all its 94."""
    chart = charts.outcomes(FORM, published(SEED)["requests_table"])

    assert chart.categories == ("予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理")
    assert chart.series[0].values == (19, 2, 7, 47, 19, 0)


def test_a_blank_total_is_replaced_by_the_sum_of_kinds() -> None:
    """上海 2019 left its total column blank: 272 · 3 · 14+5+4+12 · 265+47+25 · 149+9 · 0, in all 805."""
    chart = charts.outcomes(FORM, published(SHANGHAI)["requests_table"])

    assert chart.series[0].values == (272, 3, 35, 337, 158, 0)


def test_months_and_days_are_those_of_the_period() -> None:
    """Received in 2019 and closed in 2020 counts by its closing alone; closed in 2021 by its receipt alone.

    From Monday 2020-03-02 the n-th working days are 6: 03-10, 20: 03-30, 21: 03-31; five are up to 03-09. Without Monday
    04-06 (清明) and with Sunday 04-26 (a make-up day) the fortieth is 04-27.
    """
    rows = [
        row(received("2020-03-02"), answered("2020-03-09")),
        row(received("2020-03-02"), answered("2020-03-10")),
        row(received("2020-03-02"), withdrawn("2020-03-30")),
        row(received("2020-03-02"), answered("2020-03-31")),
        row(received("2020-03-02"), answered("2020-04-27")),
        row(received("2020-03-02"), answered("2020-04-28")),
        row(received("2019-12-31"), answered("2020-01-02")),
        row(received("2020-12-31"), answered("2021-01-04")),
        row(received("2020-12-30")),
    ]

    _, months, days = charts.charts(FORM, published(SEED)["requests_table"], charts.days(rows, YEAR))

    received_, closed = (series.values for series in months.series)
    assert received_ == (0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 2)
    assert closed == (1, 0, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0)
    assert days.categories == ("5日以内", "6至10日", "11至15日", "16至20日", "21至40日", "40日以上")
    assert days.series[0].values == (2, 1, 0, 1, 2, 1)


def test_a_bar_is_as_long_as_its_figure() -> None:
    """Half the figure, half the bar; each figure is printed beside its bar, and texts are escaped."""
    chart = Chart("甲<乙", "bars", "件", ("一&", "二"), (Series("件数", (10, 5)),))
    drawn = ElementTree.fromstring(svg.render(chart))

    widths = [float(each.get("width", "")) for each in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    texts = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert widths[0] == 2 * widths[1] > 0
    assert texts == ["甲<乙（单位：件）", "一&", "10", "二", "5"]


def test_a_chart_without_figures_says_so() -> None:
    """A year without a request has a chart too."""
    chart = Chart("各月", "columns", "件", ("1月", "2月"), (Series("收到", (0, 0)), Series("办结", (0, 0))))

    assert ">无</text>" in svg.render(chart)
