"""Commands for proofs: checkpoints, keys, receipts, proofs and bundles."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import click

from adapters.proof import checkpoints, signing_program
from adapters.proof.bundle import Exported
from adapters.proof.checkpointing import Consistency, Inclusion, Receipt
from adapters.proof.provable import EVENT_LOG, LOGS
from adapters.proof.signing_key_files import SigningKeys
from adapters.register.operations.proofs import Taken
from adapters.register.recording.decoding import reference_of
from adapters.register.register import Register
from adapters.suites import GM, STD
from api import settings
from api.cli.console import (
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    check_power,
    chosen,
    json_option,
    origin,
    purpose_option,
    read_personal,
    show_json,
    with_register,
)
from api.cli.help import Command
from api.cli.targets import check_target, force_option, write

_RECEIPT = ".tlog-proof"


class _Sealed(NamedTuple):
    """sealed: whether one was signed now. checkpoint: the newest, None for an empty log."""

    sealed: bool
    checkpoint: str | None


all_option = click.option("--all", "everyone", is_flag=True, help="台账中的全部机关。")


@click.command(cls=Command)
@authority_option
@all_option
@json_option
def seal(code: str | None, everyone: bool, as_json: bool) -> None:
    """存证：为日志和访问日志签出存证点。命令提交后会自动存证；此命令供补做，并显示最新的存证点。"""

    async def act(register: Register) -> list[dict[str, _Sealed]]:
        codes = await register.authorities() if everyone else [await chosen(register, code)]
        if everyone and SigningKeys.load(settings.from_environment().keys).is_changing:
            await register.proofs.change_over()
        return [
            {
                log.key: _Sealed(
                    await register.proofs.sign_checkpoint(each, log) is not None,
                    await register.proofs.checkpoint(each, log),
                )
                for log in LOGS
            }
            for each in codes
        ]

    found = with_register(act)
    if as_json:
        show_json([each["events"]._asdict() | {"access_log": each["accesses"]._asdict()} for each in found])
        return
    for sealed in found:
        for log in LOGS:
            new, note = sealed[log.key]
            if note is None:
                click.echo(f"{log.words}中没有登记，无可存证。")
                continue
            which = "已签出新的" if new else "没有新的登记，最新的"
            click.echo(f"{log.words}{which}存证点（印在年报上或另行保存，即可供日后核对）：")
            click.echo(note.rstrip("\n"))


@click.command(cls=Command)
@click.option("--rotate", is_flag=True, help="换用新的签名密钥；旧密钥只留公钥，旧存证点仍可核验。")
@click.option(
    "--program",
    metavar="命令",
    help="与--rotate同用：此后由这一程序以SM2签名，它从标准输入读、向标准输出写签名（密码机、签名验签服务器或openssl）。",
)
@click.option(
    "--public",
    "public_path",
    metavar="文件",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="与--program同用：其SM2公钥（PEM）。",
)
@click.option(
    "--suite",
    "wished",
    type=click.Choice([STD.name]),
    help="与--rotate同用：由SM2换回本机的Ed25519密钥须写明std。",
)
@authority_option
@json_option
def keys(
    rotate: bool,
    program: str | None,
    public_path: Path | None,
    wished: str | None,
    code: str | None,
    as_json: bool,
) -> None:
    """列出核验存证点用的公钥，请连同来源告知审计人员；最后一个为现用。"""
    directory = settings.from_environment().keys
    _check_rotation(directory, rotate, program, public_path, wished)

    async def act(register: Register) -> tuple[str, str, SigningKeys]:
        empty = rotate and not await register.authorities()
        named = "" if empty else await chosen(register, code)
        note = None if empty else await register.proofs.checkpoint(named)
        before = SigningKeys.load(directory)
        if program is not None and public_path is not None:
            public = signing_program.sm2_public(public_path.read_text("ascii", "replace"))
            await SigningKeys.rotate_to(directory, public, program)
        elif rotate:
            SigningKeys.rotate(directory)
        ring = SigningKeys.load(directory)
        if rotate and (ring.suite is not before.suite or ring.is_changing):
            await register.proofs.change_over()
            ring = SigningKeys.load(directory)
        return named, checkpoints.read(note)[0].origin if note else EVENT_LOG.origin(named), ring

    named, origin, ring = with_register(act)
    vkeys = [each.vkey for each in ring.verifiers(origin)] if named else []
    if as_json:
        show_json({"origin": origin, "keys": vkeys})
    elif rotate and not named:
        click.echo(
            f"签名密钥已就位，台账自第一条起用算法套件{ring.suite}；登记机关以后以 taizhang keys 列出公钥。"
        )
    else:
        click.echo("\n".join(vkeys) if vkeys else "还没有签名密钥：首次存证时建立。")


def _check_rotation(
    directory: Path, rotate: bool, program: str | None, public_path: Path | None, wished: str | None
) -> None:
    """Raises UsageError for options that do not belong together; leaving SM2 needs an explicit --suite std."""
    if wished is not None and (program is not None or not rotate):
        raise click.UsageError("--suite须有--rotate，不与--program同用")
    if (program is None) != (public_path is None) or (program is not None and not rotate):
        raise click.UsageError("--program和--public同用，并须有--rotate")
    if rotate and program is None and wished is None and SigningKeys.load(directory).suite is GM:
        raise click.UsageError(
            "现在以SM2签名：换用新的SM2密钥请写明--program和--public，换回Ed25519请写明--suite std"
        )


@click.command(cls=Command)
@click.argument("reference", metavar="登记号")
@click.option("--version", "number", type=click.IntRange(1, 1_000_000), help="第几条登记；缺省为最后一条。")
@click.option(
    "--output",
    metavar="文件",
    type=click.Path(path_type=Path),
    help="写入的文件；缺省为登记号-条.tlog-proof。",
)
@force_option
@authority_option
def receipt(reference: str, number: int | None, output: Path | None, force: bool, code: str | None) -> None:
    """出具一条登记的回执文件（C2SP tlog-proof），可离线核验：taizhang verify 文件。"""
    named = reference_of(reference)
    if output is not None:
        check_target(output, (_RECEIPT,), force=force)

    async def act(register: Register) -> Receipt:
        authority = await chosen(register, code)
        await register.proofs.sign_checkpoint(authority)
        return await register.proofs.receipt(authority, named, number)

    found = with_register(act)
    path = output or Path(f"{found.reference}-{found.version}{_RECEIPT}")
    check_target(path, (_RECEIPT,), force=force)
    write(path, found.text.encode(), force=force)
    click.echo(f"{found.reference}第{found.version}条登记（日志位置{found.position}）的回执已写入{path}。")


@click.command(cls=Command)
@click.argument("first", metavar="位置|条数", type=click.IntRange(1))
@click.argument("second", metavar="[条数]", type=click.IntRange(1), required=False)
@click.option(
    "--consistency", is_flag=True, help="证明后一个存证点由前一个延续而来；缺省证明一个位置的登记在日志中。"
)
@authority_option
def proof(first: int, second: int | None, consistency: bool, code: str | None) -> None:
    """证明（JSON，RFC 9162）：某位置的登记在存证点之内；或以--consistency证明两个存证点前后一致。"""
    if second is not None and not consistency:
        raise click.UsageError("--consistency才有第二个数")

    async def act(register: Register) -> Inclusion | Consistency:
        authority = await chosen(register, code)
        if consistency:
            return await register.proofs.consistency(authority, first, second)
        return await register.proofs.inclusion(authority, first)

    show_json(with_register(act))


@click.command(cls=Command)
@click.argument("target", metavar="文件.zip", type=click.Path(path_type=Path))
@click.option("--from", "first", type=TypedDay(), help="登记日期的首日（含）；缺省自始。")
@click.option("--to", "last", type=TypedDay(), help="登记日期的末日（含）；缺省至今。")
@click.option(
    "--sealed", "with_sealed", is_flag=True, help="附上申请人信息等封存内容（属个人信息，注意保密）。"
)
@click.option(
    "--documents", "with_documents", is_flag=True, help="附上入卷材料的原件（属个人信息，注意保密）。"
)
@click.option("--without-access-log", is_flag=True, help="不附访问日志（何人何时从何处查阅、导出）。")
@force_option
@purpose_option
@actor_option
@authority_option
@json_option
def export(
    target: Path,
    first: date | None,
    last: date | None,
    with_sealed: bool,
    with_documents: bool,
    without_access_log: bool,
    force: bool,
    purpose: str | None,
    actor: str | None,
    code: str | None,
    as_json: bool,
) -> None:
    """导出审计包：日志、访问日志、存证点、公钥、核验程序和说明，交审计人员或律师，不需台账程序即可核验。

    期间按登记日期；包内有该期间的全部登记，及所涉申请此前的登记；访问日志按访问的日期。
    """
    check_target(target, (".zip",), force=force)
    where = origin()

    async def act(register: Register) -> Exported:
        authority, who = await chosen(register, code), actor_of(actor)
        await check_power(register, authority, who, "prove")
        if with_sealed or with_documents:
            await read_personal(register, authority, who, purpose, where, reference="bundle")
        for log in LOGS:
            await register.proofs.sign_checkpoint(authority, log)
        return await register.proofs.export(
            authority,
            target,
            since=first,
            until=last,
            with_sealed=with_sealed,
            with_documents=with_documents,
            with_accesses=not without_access_log,
            taken=Taken(who, where),
        )

    try:
        found = with_register(act)
    except OSError as wrong:
        raise click.UsageError(f"文件{target}写不了：{wrong.strerror}") from None
    if as_json:
        show_json(found.manifest)
    else:
        _say_exported(found, target, with_sealed=with_sealed, with_documents=with_documents)


def _say_exported(found: Exported, target: Path, *, with_sealed: bool, with_documents: bool) -> None:
    manifest = found.manifest
    click.echo(
        f"已写入{target}：登记{manifest.entries}条，申请{found.requests}件，存证点覆盖前{manifest.size}条。"
    )
    if (held := manifest.accesses) is not None:
        click.echo(f"访问日志第{held.first}至{held.last}条，存证点覆盖前{held.size}条。")
    if with_sealed:
        erased = f"，另有{found.erased}项已销毁" if found.erased else ""
        click.echo(f"附封存内容{found.sealed}项{erased}：含个人信息，请妥善交接。")
    if with_documents:
        click.echo("附入卷材料：含个人信息，请妥善交接。")
    click.echo(f"核验：taizhang verify {target}，或在没有台账程序的电脑上解开后运行 python3 verify.py。")


COMMANDS = (seal, keys, receipt, proof, export)
