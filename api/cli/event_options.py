"""Options and help of an event's command: flat unsealed fields are options, the rest is JSON."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

import click

from api.cli.choice import Choice, named
from api.cli.console import TypedDay
from api.cli.help import Command, Formatter, Group
from api.examples import examples
from api.today import today
from domain.field_labels import FIELDS
from domain.law.legal_basis import offered
from projections.choice_labels import code_named
from projections.event_forms import Choice as FormChoice
from projections.event_forms import EventForm, Field, iso_days
from projections.importing.words import FieldName, read_word

NEW = "new"
"""Placeholder for the reference in a receipt, which gets one."""

_YES, _NO = ("true", "是"), ("false", "否")


class YesNo(click.ParamType[bool]):
    """The words of a boolean field, 是 and 否 by default."""

    name = "是或否"

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words or dict((_YES, _NO))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bool:
        for code, word in (*self._words.items(), _YES, _NO):
            if value in (code, word):
                return code == "true"
        words = "或".join(named(code, word) for code, word in self._words.items())
        raise click.BadParameter(f"应为{words}", ctx, param)


def is_option(field: Field) -> bool:
    """Sealed values are never options, since other users of the machine can see arguments; nor are nested fields."""
    return not field.sealed and field.kind not in ("group", "groups")


def flag(field: Field) -> str:
    return f"--{field.name.replace('_', '-')}"


def options(form: EventForm) -> list[click.Option]:
    """The options; none is required for click, so that all missing fields are reported at once."""
    return [
        click.Option(
            [flag(field), field.name], type=_type(form, field), multiple=field.kind == "choices",
            metavar=_METAVARS.get(field.kind), help="；".join(_about(field)),
        )
        for field in form.fields
        if is_option(field)
    ]  # fmt: skip


_MOST_IN_A_LINE = 8

_METAVARS = {
    "date": "日期",
    "days": "各日",
    "number": "整数",
    "money": "金额",
    "label": "文字",
    "text": "文字",
    "yes_no": "是或否",
    "choice": "代码或名称",
    "choices": "代码或名称",
}


def _type(form: EventForm, field: Field) -> click.ParamType[Any]:
    words = {choice.value: choice.words for choice in field.choices}
    match field.kind:
        case "date":
            return TypedDay()
        case "number":
            return click.INT
        case "yes_no":
            return YesNo(words)
        case "choice" | "choices":
            return Choice(words, see=f"taizhang event 登记号 {form.type} --help", meant=_elsewhere(field))
        case "days":
            return click.types.FuncParamType(iso_days)
        case _:
            return click.STRING


def _elsewhere(field: Field) -> Callable[[str], str | None] | None:
    """Words of other registers for the field's choices, as imports read them."""
    if field.name not in get_args(FieldName):
        return None
    return lambda text: read_word(typing.cast("FieldName", field.name), text).code


def _about(field: Field) -> Iterator[str]:
    yield f"{field.label}，必填" if field.required else field.label
    if field.hint:
        yield field.hint
    if field.kind == "choices":
        yield "可写多次"
    if field.name == "legal_basis":
        yield "各办理结果通常的依据见 taizhang codes outcomes；写了结果而未写依据的，会提示通常为哪一条"
    if len(field.choices) > _MOST_IN_A_LINE:
        yield "\n".join(
            [
                "可用：",
                *(f"{choice.value}　{choice.words}{_basis_of(field, choice)}" for choice in field.choices),
            ]
        )
    elif field.choices:
        yield "、".join(named(choice.value, choice.words) for choice in field.choices)


def _basis_of(field: Field, choice: FormChoice) -> str:
    """The article to cite, after each outcome."""
    basis = offered(choice.value, today()) if field.name == "outcome" else None
    return f"（{basis}）" if basis else ""


class EventCommand(Command):
    """The command that records an event. where: the beginning of its example call."""

    def __init__(self, form: EventForm, where: str, further: Sequence[click.Option], **given: Any) -> None:
        article = f"（{form.article}）" if form.article else ""
        super().__init__(
            form.type, params=[*options(form), *further], short_help=f"{form.title}{article}",
            help=f"{form.title}{article}。{form.hint}", **given,
        )  # fmt: skip
        self.form = form
        self._where = where

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = {field.name for field in self.form.fields}
        groups: dict[str, list[tuple[str, str]]] = {"事项的各项": [], "选项": []}
        for param in self.get_params(ctx):
            if (record := param.get_help_record(ctx)) is not None:
                groups["事项的各项" if param.name in own else "选项"].append(record)
        inner = [field for field in self.form.fields if not is_option(field)]
        for heading, rows in groups.items():
            with formatter.section(heading):
                formatter.write_dl(rows)
            if heading == "事项的各项" and (rows := [*_inner(inner), *_further(self.form)]):
                with formatter.section("封存的和成组的各项，写成一个JSON对象，由--json给出"):
                    formatter.write_dl(rows)
        with formatter.section("例，整段复制后改写"):
            typing.cast("Formatter", formatter).write_as_it_is(example(self.form, self._where))


def _inner(fields: Sequence[Field], depth: int = 0) -> Iterator[tuple[str, str]]:
    """Names as in the JSON, groups before their fields."""
    for field in fields:
        about = list(_about(field))
        if depth and len(field.choices) > _MOST_IN_A_LINE:
            about[-1] = f"代码同{flag(field)}"
        if field.sealed:
            about.append("封存")
        if field.kind == "groups":
            about.append(f"一个列表，每{field.line}一个对象")
        yield "  " * depth + field.name, "；".join(about)
        yield from _inner(field.fields, depth + 1)


def _further(form: EventForm) -> Iterator[tuple[str, str]]:
    """A field that only JSON has: the event that replaces another."""
    for name in examples().get(form.type, {}):
        if name != "type" and name not in (field.name for field in form.fields):
            yield name, FIELDS.get(name, name)


def example(form: EventForm, where: str) -> str:
    """An example call; sealed values come from standard input."""
    example = examples().get(form.type, {})
    words = [f"taizhang {where} {form.title}"]
    for field in form.fields:
        if is_option(field) and field.name in example:
            values = example[field.name] if field.kind == "choices" else [example[field.name]]
            words += [f"{flag(field)} {_typed(_word(field, value))}" for value in values]
    flat = {"type", *(field.name for field in form.fields if is_option(field))}
    inner = {name: value for name, value in example.items() if name not in flat}
    if not inner:
        return " ".join(words)
    return f"{' '.join(words)} --json - <<'完'\n{json.dumps(inner, ensure_ascii=False)}\n完"


def _word(field: Field, value: Any) -> Any:
    """A code by its word, if that is understood as this code."""
    words = {choice.value: choice.words for choice in field.choices}
    word = words.get(value) if isinstance(value, str) else None
    return word if word is not None and code_named(words, word) == value else value


def _typed(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    return f'"{text}"' if any(each in text for each in " ()'；;&|<>*?{}") else text


def _is_short_for(typed: str, title: str) -> bool:
    """Whether the characters are in the title in this order: 延期 for 延长答复期限."""
    letters = iter(title)
    return len(typed) > 1 and all(letter in letters for letter in typed)


class EventGroup(Group):
    """Events in the order of law; each is found by its Chinese title as well."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        titled = (each for each in self.commands.values() if isinstance(each, EventCommand))
        return found or next((each for each in titled if each.form.title == cmd_name), None)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            titled = [each for each in self.commands.values() if isinstance(each, EventCommand)]
            titles = [each.form.title for each in titled]
            like = [each for each in titles if _is_short_for(args[0], each)]
            question = f"是否为{'、'.join(like)}？" if like else ""
            raise click.UsageError(f"没有事项{args[0]}；{question}可用：{'、'.join(titles)}")
        return super().resolve_command(ctx, args)


class RequestEventGroup(EventGroup):
    """A receipt has no reference yet, and help needs none."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and self.get_command(ctx, args[0]) is not None:
            args = [NEW, *args]
        return super().parse_args(ctx, args)
