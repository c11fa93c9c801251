"""The auditor's command: verify a register, an audit bundle or a receipt."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.accounts.access_log import ACCESS_ACTS
from adapters.proof import bundle_check, receipt_check
from adapters.proof.bundle_files import BundleFault
from adapters.proof.checkpoints import NoteFault, Verifier
from adapters.proof.findings import RULES, LogFinding
from adapters.proof.log_check import Pins
from adapters.proof.provable import ACCESS_LOG, log_of
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.verification import Verification
from adapters.register.register import Register
from adapters.render import terminal
from api import settings
from api.cli.console import (
    authority_option,
    chosen,
    json_option,
    show,
    show_json,
    with_register,
)
from api.cli.help import Command
from api.cli.targets import check_target
from domain.values import reference_in

_FOUND, _UNCHECKED = 1, 4


class PublicKey(click.ParamType[Verifier]):
    """A vkey, as `taizhang keys` lists it."""

    name = "公钥"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Verifier:
        try:
            return value if isinstance(value, Verifier) else Verifier.parse(str(value))
        except NoteFault as wrong:
            self.fail(str(wrong), param, ctx)


@click.command(cls=Command)
@click.argument("path", metavar="[审计包|回执]", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--pin",
    "pin_path",
    metavar="文件.json",
    type=click.Path(path_type=Path),
    help="审计人员留存所见存证点的文件；没有则新建，核验无误后更新。",
)
@click.option(
    "--key",
    "verifiers",
    metavar="公钥",
    type=PublicKey(),
    multiple=True,
    help="另行取得的公钥（taizhang keys所列）；可重复。",
)
@click.option(
    "--document",
    "documents",
    metavar="文件",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="手中的一份文书或材料：核对它是否就是入卷的那一份；与审计包同用，可重复。",
)
@click.option("--all", "everyone", is_flag=True, help="台账中的全部机关。")
@authority_option
@json_option
def verify(
    path: Path | None,
    pin_path: Path | None,
    verifiers: tuple[Verifier, ...],
    documents: tuple[Path, ...],
    everyone: bool,
    code: str | None,
    as_json: bool,
) -> int:
    """核验台账、审计包（zip或解压后的目录）或回执：有无缺失、改动、倒签，每项登记依当日法律重新判断。

    返回值：0相符，1有问题，2命令或文件有误，3数据库不可用，4没有发现问题，但有核验未能进行。
    """
    if documents and (path is None or (path.is_file() and receipt_check.is_receipt(path))):
        raise click.UsageError("--document与审计包同用；与台账核对用 taizhang document check")
    if pin_path is not None:
        check_target(pin_path, (".json",), force=True)
    pins = _pins(pin_path)
    if path is not None and path.is_file() and receipt_check.is_receipt(path):
        return _receipt(path, verifiers, pins, as_json=as_json)

    async def act(register: Register) -> list[Verification]:
        codes = await register.authorities() if everyone else [await chosen(register, code, rebuilding=True)]
        with _progress() as advance:
            return [
                await register.proofs.verify(each, verifiers=verifiers, pin=pins.get, on_progress=advance)
                for each in codes
            ]

    with _readable(path):
        if path is None:
            found = with_register(act)
        else:
            with _progress() as advance:
                found = [
                    bundle_check.verify(
                        path, verifiers=verifiers, pin=pins.get, on_progress=advance, documents=documents
                    )
                ]
    for each in found:
        if each.passed and each.checkpoint and pin_path is not None:
            _keep(pins, each)
    if as_json:
        show_json([_json(each) for each in found])
    else:
        for each in found:
            draw(each, pin_path)
    if not all(each.holds for each in found):
        return _FOUND
    return 0 if all(each.passed for each in found) else _UNCHECKED


@contextmanager
def _readable(path: Path | None) -> Iterator[None]:
    """Raises UsageError where a file, or a checkpoint kept from earlier, cannot be read."""
    try:
        yield
    except NoteFault as wrong:
        raise click.UsageError(f"留存文件中的存证点不可用：{wrong}") from None
    except (BundleFault, OSError) as wrong:
        reason = wrong if isinstance(wrong, BundleFault) else "打不开"
        raise click.UsageError(f"文件{path}：{reason}") from None


def _receipt(path: Path, verifiers: tuple[Verifier, ...], pins: Pins, *, as_json: bool) -> int:
    """Verify a file offline; keys on this machine are used only if the auditor gives none."""
    with _readable(path):
        known = SigningKeys.load(settings.from_environment().keys).verifiers
        found = receipt_check.check_receipt(path, verifiers=verifiers, known=known, pin=pins.get)
    if as_json:
        show_json(found._asdict())
        return _FOUND if found.findings else 0 if found.signed else _UNCHECKED
    leaf = found.leaf
    where = f"位置{leaf['position']}，存证点{found.origin}的前{found.size}条。"
    if log_of(found.origin) is ACCESS_LOG:
        act = ACCESS_ACTS.get(leaf["act"], leaf["act"])
        about = f"（{leaf['reference']}）" if leaf["reference"] else ""
        click.echo(f"{leaf['at']}，{leaf['actor']}{act}{about}，结果{leaf['result']}，访问日志{where}")
    else:
        reference = reference_in(str(leaf["stream"]))
        click.echo(
            f"{reference}第{leaf['version']}条，{leaf['recorded_at']}由{leaf['actor']}登记，日志{where}"
        )
        click.echo(msgspec.json.encode(found.payload).decode())
    if found.findings:
        draw_findings(found.findings, Counter(each.code for each in found.findings))
        return _FOUND
    if not found.signed:
        click.echo("未核验：没有公钥，存证点的签名未核验：请以--key或--pin给出公钥。")
        click.echo("登记与存证点的树根相符，但存证点由谁所签不明，不能视为通过。")
        return _UNCHECKED
    click.echo("✓ 该条登记在存证点之内，未被改动。")
    return 0


def _pins(path: Path | None) -> Pins:
    if path is None:
        return Pins(Path(), {})
    try:
        return Pins.load(path)
    except (OSError, ValueError) as wrong:
        raise click.UsageError(str(wrong) if not isinstance(wrong, OSError) else f"{path}打不开") from None


def _keep(pins: Pins, found: Verification) -> None:
    try:
        pins.keep(found.origin, [Verifier.parse(key) for key in found.keys], found.checkpoint or "")
        if (log := found.access_log) and log.checkpoint:
            pins.keep(log.origin, [Verifier.parse(key) for key in log.keys], log.checkpoint)
    except OSError as wrong:
        raise click.UsageError(f"留存文件写不了：{wrong.strerror}") from None


def _json(found: Verification) -> dict[str, object]:
    value: dict[str, object] = msgspec.to_builtins(found)
    value["findings"] = [msgspec.to_builtins(each) | {"rule": each.rule} for each in found.findings]
    return value | {"holds": found.holds, "passed": found.passed}


def draw(found: Verification, pin_path: Path | None) -> None:
    """Print what was examined, the findings, and the limits."""
    click.echo(
        f"{found.authority}：日志{found.entries}条登记，{found.checkpoints}个存证点覆盖前{found.sealed}条；"
        f"{found.requests}件申请依当日法律重新判断。"
    )
    if (log := found.access_log) is not None:
        waiting = f"，另有{log.waiting}条尚未存证" if log.waiting else ""
        click.echo(f"访问日志{log.entries}条，{log.checkpoints}个存证点覆盖前{log.sealed}条{waiting}。")
    click.echo(
        f"用时：日志{found.log_seconds:.2f}秒（每秒{_rate(found.entries, found.log_seconds)}条），"
        f"判断{found.judging_seconds:.2f}秒（每秒{_rate(found.entries, found.judging_seconds)}条）。"
    )
    for note in found.notes:
        click.echo(f"注意：{note}。")
    for each in found.matched:
        click.echo(f"✓ {each}。")
    for each in found.unchecked:
        click.echo(f"未核验：{each}。")
    if found.holds and found.unchecked:
        click.echo(f"没有发现问题，但有{len(found.unchecked)}项核验未能进行，不能视为通过。")
        return
    if found.holds:
        click.echo("✓ 未发现缺失、改动、倒签或与法律不符之处。")
        click.echo(_reach(found, pin_path))
        return
    draw_findings(found.findings, found.counts)


def draw_findings(findings: tuple[LogFinding, ...], counts: Mapping[str, int]) -> None:
    """Print the findings by place, with rule and code."""
    rows = [(each.where, each.text, f"{each.rule}［{each.code}］") for each in findings]
    show(terminal.listing(f"✗ 发现{sum(counts.values())}处问题", ("何处", "何事", "规则"), rows))
    for code, count in counts.items():
        shown = sum(each.code == code for each in findings)
        if shown < count:
            click.echo(f"［{code}］{RULES[code]}：共{count}处，只列前{shown}处。")


def _reach(found: Verification, pin_path: Path | None) -> str:
    """Print the limits: what only a pin or a receipt kept elsewhere can show."""
    if pin_path is not None and found.checkpoint:
        return f"已留存至第{found.sealed}条的存证点（{pin_path}）：此前的历史如被改写，下次核验即可发现。"
    return "持有签名密钥的人整体改写，或整库退回旧状态，只有与另行留存的存证点比对才能发现：请用--pin留存。"


def _rate(entries: int, seconds: float) -> str:
    return f"{entries / seconds:.0f}" if seconds else "–"


class _progress:  # noqa: N801 - reads as a verb where it is used
    """A progress bar on standard error, only on a terminal."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=terminal.console(stderr=True), disable=not sys.stderr.isatty(), transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("核验")

    def __enter__(self) -> Callable[[str, int, int], object]:
        self._bar.start()
        return lambda what, done, of: self._bar.update(self._task, description=what, completed=done, total=of)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


COMMANDS = (verify,)
