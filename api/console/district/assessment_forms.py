"""Choices in the forms of an assessment: indicators, their reasons and values, units, sets of indicators."""

from __future__ import annotations

from typing import Any

import msgspec

from api.console.authority import streams
from api.console.forms import Given, last
from api.console.recording import Occasion
from domain.authority.assessment import Assessment, values_of
from domain.authority.assessment_events import Indicator
from domain.law.refusals import Malformed
from projections.district import indicators
from projections.district.indicators import BUILT_IN, IndicatorFault
from projections.event_forms import Choice, EventForm, Field, typed


def choosing(form: EventForm, known: list[Assessment], given: Given) -> EventForm:
    """The form with its choices; for a given indicator only its reasons and values."""
    form = streams.choosing(form, "assessment", tuple(Choice(each.name, each.name) for each in known))
    named_in = [each for each in known if each.name == last(given, "assessment")] or known
    of_all = {each.code: each for one in named_in for each in one.indicators}
    choices = tuple(Choice(code, each.name) for code, each in of_all.items())
    form = streams.choosing(form, "indicator", choices)
    chosen = of_all.get(last(given, "indicator"))
    called: dict[str, dict[str, None]] = {}
    for rule in chosen.rules if chosen else [rule for each in of_all.values() for rule in each.rules]:
        called.setdefault(rule.measure, {})[rule.called] = None
    reasons = tuple(Choice(measure, "；".join(words)) for measure, words in called.items())
    fields = [
        _of_indicator(each, form.type, chosen) if chosen else each
        for each in streams.choosing(form, "measure", reasons).fields
        if reasons or each.name != "measure"
    ]
    return msgspec.structs.replace(form, fields=tuple(fields))


_IF_EMPTY = {"score_entered": "不填即收回此前的评定", "contest_decided": "成立的填写，代替原来所计的"}


def _of_indicator(field: Field, event: str, chosen: Indicator) -> Field:
    """The field for this indicator: reason required if there are several, grade as a choice."""
    if field.name == "measure" and event == "score_entered":
        return msgspec.structs.replace(field, required=len(chosen.rules) > 1)
    if field.name != "value":
        return field
    if chosen.kind == "graded":
        grades = tuple(Choice(each.name, each.name) for each in chosen.grades)
        return msgspec.structs.replace(field, kind="select", choices=grades, hint=_IF_EMPTY[event])
    return msgspec.structs.replace(field, hint=f"{values_of(chosen)}；{_IF_EMPTY[event]}")


OF_UNITS = ("score_entered", "contest_decided")
_OTHER_UNIT = Field(
    "other_unit",
    "没有台账的单位",
    "label",
    False,
    "上面没有的单位在此填全称；填写的代替上面所选的",
    longest=200,
)


def choosing_unit(form: EventForm, units: dict[str, str]) -> EventForm:
    """The form with the units with a register here as choices, and a field for one without."""
    choices = tuple(Choice(code, name) for code, name in units.items())
    fields: list[Field] = []
    for each in form.fields:
        if each.name == "unit":
            chosen = msgspec.structs.replace(
                each,
                kind="select",
                choices=choices,
                hint="从中选择，或者在下面填没有台账的单位",
                required=False,
            )
            fields += [chosen, _OTHER_UNIT]
        else:
            fields.append(each)
    return msgspec.structs.replace(form, fields=tuple(fields))


def of_unit(occasion: Occasion, given: Given) -> dict[str, Any]:
    """Raises Malformed."""
    unit = last(given, "other_unit").strip() or last(given, "unit")
    if not unit:
        raise Malformed(field="unit：", problem="请选择单位，或填写没有台账的单位")
    return typed(occasion.form, {**given, "unit": [unit]})


def unit_given(given: Given, form: EventForm) -> Given:
    """A unit in the query that has no register goes into the field for such units."""
    codes = {choice.value for each in form.fields if each.name == "unit" for choice in each.choices}
    if "unit" not in given or last(given, "unit") in codes:
        return given
    return {**given, "other_unit": given["unit"]}


_SET = Field(
    "set", "指标", "select", False, "程序所附的；有本地的指标文件的，贴在下面",
    choices=tuple(Choice(name, indicators.load(name).title) for name in BUILT_IN),
)  # fmt: skip
_TEXT = Field(
    "text",
    "本地的指标",
    "text",
    False,
    "由技术人员照程序所附的写成的指标文件，全文贴在这里；填写的代替上面所选的",
    longest=60_000,
)
_FROM_SET = ("source", "classes", "indicators")


def with_sets(form: EventForm) -> EventForm:
    """The form of an announcement: its indicators come from a set."""
    fields = [each for each in form.fields if each.name not in _FROM_SET]
    return msgspec.structs.replace(form, fields=(*fields, _SET, _TEXT))


def from_set(occasion: Occasion, given: Given) -> dict[str, Any]:
    """Raises Malformed."""
    text, name = last(given, "text"), last(given, "set")
    try:
        if not text.strip() and name not in BUILT_IN:
            raise Malformed(field="set：", problem="请选择指标，或填写本地的指标")
        chosen = indicators.parse(text) if text.strip() else indicators.load(name)
    except IndicatorFault as wrong:
        raise Malformed(field="text：", problem=str(wrong)) from None
    return {
        **typed(occasion.form, given),
        "source": chosen.source,
        "classes": list(chosen.classes),
        "indicators": msgspec.to_builtins(chosen.indicator),
    }
