"""The command that lists codes with their words."""

from __future__ import annotations

from collections.abc import Callable

import click
import msgspec

from api.cli.choice import Choice
from api.cli.console import Output, output_options, present
from api.cli.help import Command
from domain.authority.powers import ACTS, ROLES
from domain.law.irregularities import RULES
from domain.law.outcomes import DISPOSITIONS, OUTCOMES
from domain.law.questions import QUESTIONS
from projections.choice_labels import CHOICES
from projections.event_forms import EVENT_TYPES, form_of


class Code(msgspec.Struct, frozen=True):
    """A code, its word, and its article or another remark."""

    code: str
    word: str
    note: str = ""


_RESULTS = {"upheld": "计入“结果维持”", "corrected": "计入“结果纠正”", "other": "计入“其他结果”"}


def _events() -> list[Code]:
    return [Code(type_, form.title, form.article) for type_ in EVENT_TYPES for form in [form_of(type_)]]


def _outcomes() -> list[Code]:
    return [Code(each.code, each.label, each.article) for each in OUTCOMES.values()]


def _dispositions() -> list[Code]:
    return [Code(each.code, each.label, _RESULTS[each.result]) for each in DISPOSITIONS.values()]


def _irregularities() -> list[Code]:
    return [Code(code, rule.title, rule.article) for code, rule in RULES.items()]


def _questions() -> list[Code]:
    return [Code(code, rule.title, rule.article) for code, rule in QUESTIONS.items()]


def _kinds() -> list[Code]:
    return [Code(code, word) for code, word in CHOICES["applicant_kind"].items()]


def _roles() -> list[Code]:
    return [Code(str(role), title) for role, title in ROLES.items()]


def _acts() -> list[Code]:
    return [Code(str(act), words) for act, words in ACTS.items()]


_LISTS: dict[str, tuple[str, Callable[[], list[Code]]]] = {
    "outcomes": ("办理结果", _outcomes),
    "dispositions": ("复议决定或裁判", _dispositions),
    "irregularities": ("与规定不符之处", _irregularities),
    "questions": ("提示", _questions),
    "events": ("事项", _events),
    "applicant-kinds": ("申请人类别", _kinds),
    "roles": ("角色", _roles),
    "acts": ("职权", _acts),
}
_names = Choice({name: title for name, (title, _) in _LISTS.items()})


@click.command(cls=Command)
@click.argument("names", metavar="[哪一种]…", nargs=-1, type=_names)
@output_options
def codes(names: tuple[str, ...], output: Output) -> None:
    """代码表：办理结果、复议决定或裁判、与规定不符之处及其条款等。

    哪一种可写办理结果（outcomes）、复议决定或裁判（dispositions）、与规定不符之处（irregularities）、提示（questions）、事项（events）、
    申请人类别（applicant-kinds）、角色（roles）、职权（acts）；不写的列出前三种。凡要代码之处，写名称亦可。
    """
    chosen = names or ("outcomes", "dispositions", "irregularities")
    found = {name: _LISTS[name][1]() for name in chosen}
    if output == "json":
        present(output, found, "", (), ())
        return
    for name, listed in found.items():
        rows = [(each.code, each.word, each.note) for each in listed]
        present(output, found, _LISTS[name][0], ("代码", "名称", "条款或说明"), rows)


COMMANDS = (codes,)
