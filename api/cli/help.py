"""Chinese help, and lazily imported commands, so that help is fast."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import click
from rich.cells import cell_len

from adapters.render.wrapping import WIDTH, wrap

_WORDS = {"Options": "选项", "Commands": "命令", "Show this message and exit.": "显示用法。"}


_NUMBER = re.compile(r"\bINTEGER( RANGE)?\b")
_EXTRAS = re.compile(r"\s*\[((?:required|default: |-?\d+<|x>)[^\[\]]*)\]$")
_MOST_SAID = 10_000_000
"""An upper bound that is not shown in help."""


def _in_chinese(text: str) -> str:
    """The help of an option with its range, default, and whether it is required."""
    if (found := _EXTRAS.search(text)) is None:
        return text
    return text[: found.start()] + "".join(f"{_extra(each)}。" for each in found[1].split("; "))


def _extra(words: str) -> str:
    if words == "required":
        return "必填"
    if words.startswith("default: "):
        return f"缺省{words.removeprefix('default: ')}"
    least, most = (re.search(each, words) for each in (r"(-?\d+)<=x|x>=(-?\d+)", r"x<=(\d+)"))
    first = least and (least[1] or least[2])
    if most is None or int(most[1]) > _MOST_SAID:
        return f"至少{first}"
    return f"{first}至{most[1]}"


class Formatter(click.HelpFormatter):
    """A help formatter that wraps and aligns Chinese characters, which click does not."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        args = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]…")
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{_WORDS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        """Paragraphs are separated by an empty line; one that begins with \\b keeps its lines."""
        for nth, paragraph in enumerate(text.strip().split("\n\n")):
            if nth:
                self.write_paragraph()
            if paragraph.startswith("\b"):
                self.write_as_it_is(paragraph.removeprefix("\b").strip("\n"))
            else:
                self._write_lines(_joined(paragraph), self.current_indent)

    def write_as_it_is(self, text: str) -> None:
        for line in text.split("\n"):
            self.write(f"{'':>{self.current_indent}}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        known = [(_NUMBER.sub("整数", name), _in_chinese(_WORDS.get(text, text))) for name, text in rows]
        column = min(max((cell_len(name) for name, _ in known), default=0), col_max) + col_spacing
        for name, text in known:
            self.write(f"{'':>{self.current_indent}}{name}")
            if cell_len(name) + col_spacing > column:
                self.write("\n")
                self._write_lines(text, self.current_indent + column)
            else:
                self.write(" " * (column - cell_len(name)))
                self._write_lines(text, self.current_indent + column, first=0)

    def _write_lines(self, text: str, indent: int, *, first: int | None = None) -> None:
        for nth, line in enumerate(wrap(text, max(self.width - indent, 20))):
            self.write(f"{'':>{first if nth == 0 and first is not None else indent}}{line}\n")


def _joined(paragraph: str) -> str:
    """Join lines, without a blank between Chinese characters."""
    found = ""
    for line in map(str.strip, paragraph.splitlines()):
        blank = " " if found and found[-1].isascii() and line[:1].isascii() else ""
        found += blank + line
    return found


class _Context(click.Context):
    formatter_class = Formatter

    def __init__(self, *arguments: Any, **named: Any) -> None:
        named.setdefault("max_content_width", WIDTH)
        super().__init__(*arguments, **named)


class Command(click.Command):
    context_class = _Context

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - as click calls it
        """The first sentence; click would truncate Chinese text."""
        text = self.short_help or _joined((self.help or "").split("\n\n")[0])
        return text.partition("。")[0].partition("：\n")[0]


class Group(click.Group):
    context_class = _Context
    command_class = Command

    def get_short_help_str(self, limit: int = 45) -> str:
        return Command.get_short_help_str(self, limit)  # type: ignore[arg-type]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"没有命令{args[0]}；可用：{'、'.join(self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


class LateGroup(Group):
    """sections: by heading, the commands by name: the module of this folder that has each, and what it does."""

    def __init__(
        self, *arguments: Any, sections: Mapping[str, Mapping[str, tuple[str, str]]], **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.sections = sections
        self._modules = {
            name: module for commands in sections.values() for name, (module, _) in commands.items()
        }
        for commands in sections.values():
            for name, (_, words) in commands.items():
                self.add_command(click.Command(name, short_help=words))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self._modules:
            return None
        commands: tuple[click.Command, ...] = import_module(f"api.cli.{self._modules[cmd_name]}").COMMANDS
        return next(each for each in commands if each.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for heading, commands in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name, words) for name, (_, words) in commands.items()])
