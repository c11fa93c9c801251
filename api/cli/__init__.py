"""The command line: every door's rules, in a terminal.

Exit codes: 0 done, 1 refused or discrepancies found, 2 a bad call or file, 3 no database or key, 4 nothing wrong
found but a check could not be made. Errors go to standard error in Chinese; no traceback for anything a user can type.
"""

from __future__ import annotations

import sys

import click

from adapters.log.mapper import EntryUnreadable
from adapters.postgres.database import DatabaseUnavailable
from adapters.proof.checkpointing import SealFault
from adapters.proof.checkpoints import SealKeyFault
from adapters.vault.keyring import VaultKeyFault
from api.cli import (
    accounts,
    amend,
    codes,
    documents,
    fees,
    listing,
    maintenance,
    officers,
    proofs,
    record,
    replay,
    reports,
    requests,
    tables,
    verify,
)
from api.cli.console import Group, in_words, say
from domain.law.refusals import Malformed, Refusal

REFUSED, BAD_CALL, NO_DATABASE = 1, 2, 3


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    package_name="taizhang", prog_name="taizhang", message="台账 %(version)s", help="显示版本。"
)
def cli() -> None:
    """台账：政府信息公开申请的登记、期限与年报表格。"""


for command in (
    *record.COMMANDS,
    *amend.COMMANDS,
    *listing.COMMANDS,
    *officers.COMMANDS,
    *tables.COMMANDS,
    *requests.COMMANDS,
    *documents.COMMANDS,
    *fees.COMMANDS,
    *proofs.COMMANDS,
    *verify.COMMANDS,
    *replay.COMMANDS,
    *reports.COMMANDS,
    *maintenance.COMMANDS,
    *accounts.COMMANDS,
    *codes.COMMANDS,
):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command. Returns its exit code; a message has been written where it is not 0."""
    try:
        result = cli.main(arguments, prog_name="taizhang", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.Abort:
        say("已中断，未完成的登记没有保存。")
        return REFUSED
    except click.ClickException as wrong:
        say(_in_chinese(wrong))
        return BAD_CALL
    except Malformed as wrong:
        say(str(wrong))
        return BAD_CALL
    except Refusal as refusal:
        say(in_words(refusal))
        return REFUSED
    except SealFault as wrong:
        say(f"{wrong}。请运行 taizhang verify 查明。")
        return REFUSED
    except (DatabaseUnavailable, VaultKeyFault, SealKeyFault) as wrong:
        say(str(wrong))
        return NO_DATABASE
    except EntryUnreadable as wrong:
        say(f"{wrong}。请使用更新版本的程序，或核查日志。")
        return NO_DATABASE
    except SystemExit:
        return 0  # click's and rich's way to leave when the reader of a pipe has gone
    return result if isinstance(result, int) else 0


def _in_chinese(wrong: click.ClickException) -> str:
    """click's errors in our words; what was typed is never repeated unless it is a command's or an option's name."""
    match wrong:
        case click.NoSuchOption():
            said = f"没有选项{wrong.option_name}"
        case click.MissingParameter():
            said = f"缺少{_name(wrong.param)}"
        case click.BadParameter(param=click.Parameter() as param):
            said = f"{'、'.join(param.opts)}：{_wanted(param.type, wrong.message)}"
        case click.UsageError() if _ours(wrong.message):
            said = wrong.message
        case _:
            said = "命令写法有误"
    return f"{said}。用 --help 查看用法。"


def _name(param: click.Parameter | None) -> str:
    """An option by its flag, an argument by its name."""
    if isinstance(param, click.Option):
        return param.opts[0]
    return param.human_readable_name if param else "参数"


def _wanted(kind: click.ParamType[object], message: str) -> str:
    match kind:
        case click.Choice():
            return f"可用：{'、'.join(map(str, kind.choices))}"
        case click.IntRange():
            return f"应为{kind.min}至{kind.max}的整数"
        case click.types.IntParamType():
            return "应为整数"
        case click.types.BoolParamType():
            return "应为true或false"
        case _:
            return message if _ours(message) else "值不合要求"


def _ours(message: str) -> bool:
    """Whether it begins as our own messages do: click's begin in English, whatever they quote."""
    return (bool(message) and not message[0].isascii()) or message.startswith("--")
