"""The access log for the auditor: its lines, the proof of one, and the review of a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from adapters.accounts.access_log import (
    ACCESS_ACTS,
    BEGINNING,
    HEADINGS,
    REVIEW_HEADINGS,
    AccessEntry,
    AccessFilter,
    Review,
    cells,
    days,
    review_cells,
)
from adapters.proof.provable import ACCESS_LOG
from adapters.register.register import Register
from api import app, settings
from api.cli.console import (
    Output,
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    check_power,
    chosen,
    origin,
    output_options,
    period_of,
    period_options,
    present,
    with_register,
)
from api.cli.help import Command
from api.cli.targets import check_target, force_option, write
from api.today import today
from domain.authority.access_events import AccessesHandedOver
from domain.values import is_label

_RECEIPT = ".tlog-proof"


async def _authority(register: Register, code: str | None, actor: str | None) -> tuple[str, str]:
    """The authority and the auditor. Raises NoPower."""
    authority, who = await chosen(register, code), actor_of(actor)
    await check_power(register, authority, who, "read_access_log")
    return authority, who


@click.command("access-log", cls=Command)
@click.option("--from", "first", type=TypedDay(), help="自何日起（含）。")
@click.option("--to", "last", type=TypedDay(), help="至何日止（含）。")
@click.option("--of", "whose", metavar="代号", help="只列一名人员的。")
@click.option("--act", "act", type=click.Choice(list(ACCESS_ACTS)), help="只列一种事项。")
@click.option("--purpose", metavar="文字", help="只列目的含有此文字的。")
@click.option("--reference", metavar="登记号", help="只列所涉为此的。")
@actor_option
@authority_option
@output_options
def access_log(
    first: date | None,
    last: date | None,
    whose: str | None,
    act: str | None,
    purpose: str | None,
    reference: str | None,
    actor: str | None,
    code: str | None,
    output: Output,
) -> None:
    """访问日志：登录、锁定、密钥、导出、查阅个人信息，何人何时从何处为何目的（由审计员，--actor写明）。"""
    wanted = AccessFilter(**days(first, last), actor=whose, act=act, purpose=purpose, reference=reference)
    where = origin()

    async def run(register: Register) -> list[AccessEntry]:
        authority, who = await _authority(register, code, actor)
        if output != "drawn":
            await register.access_log.add(
                authority, "exported", actor=who, origin=where, reference="access-log"
            )
        found: list[AccessEntry] = []
        place = BEGINNING
        while page := await register.access_log.page(authority, place, wanted, 500):
            found += page
            place = page[-1].place
        return found

    found = with_register(run)
    present(output, found, f"访问日志　{len(found)}条", HEADINGS, map(cells, found))


@click.command("access-review", cls=Command)
@period_options
@actor_option
@authority_option
@output_options
def access_review(
    year: int | None,
    first: date | None,
    last: date | None,
    actor: str | None,
    code: str | None,
    output: Output,
) -> None:
    """年度审查：何人为何目的查阅个人信息、导出资料各多少次，涉及多少件申请（由审计员）。"""
    period, where = period_of(year, first, last), origin()

    async def run(register: Register) -> Sequence[Review]:
        authority, who = await _authority(register, code, actor)
        if output != "drawn":
            await register.access_log.add(
                authority, "exported", actor=who, origin=where, reference="access-review"
            )
        return await register.access_log.review(authority, period)

    found = with_register(run)
    present(output, found, f"{period}查阅和导出", REVIEW_HEADINGS, map(review_cells, found))


@click.command("access-receipt", cls=Command)
@click.argument("id_", metavar="编号")
@click.option(
    "--output", metavar="文件", type=click.Path(path_type=Path), help="写入的文件；缺省为编号.tlog-proof。"
)
@force_option
@actor_option
@authority_option
def access_receipt(id_: str, output: Path | None, force: bool, actor: str | None, code: str | None) -> None:
    """出具访问日志一条的回执文件，可离线核验：taizhang verify 文件。编号见access-log --json的id。"""
    path = output or Path(f"{id_}{_RECEIPT}")
    check_target(path, (_RECEIPT,), force=force)

    async def run(register: Register) -> str:
        authority, _ = await _authority(register, code, actor)
        await register.proofs.sign_checkpoint(authority, ACCESS_LOG)
        return await register.proofs.access_receipt(authority, id_)

    write(path, with_register(run).encode(), force=force)
    click.echo(f"回执已写入{path}。")


@click.command("access-handover", cls=Command)
@click.argument("target", metavar="文件.zip", type=click.Path(path_type=Path))
@click.option("--until", type=TypedDay(), required=True, help="移交此日及以前的（含）。")
@click.option("--archive-no", metavar="档号", required=True, help="在档案中的档号。")
@force_option
@actor_option
@authority_option
def access_handover(
    target: Path, until: date, archive_no: str, force: bool, actor: str | None, code: str | None
) -> None:
    """移交访问日志：保存期限已满的部分连同证明写入审计包，归档并登记（由审计员）；此后可用access-drop删除。"""
    check_target(target, (".zip",), force=force)
    if not is_label(archive_no):
        raise click.UsageError("档号应为不超过200字的文字")
    where = origin()

    async def run(register: Register) -> AccessesHandedOver:
        authority, who = await _authority(register, code, actor)
        return await register.access_archive.hand_over(
            authority, until, archive_no, target, today=today(), actor=who, origin=where
        )

    try:
        found = with_register(run)
    except OSError as wrong:
        raise click.UsageError(f"文件{target}写不了：{wrong.strerror}") from None
    click.echo(f"访问日志前{found.through}条（至{found.until}）已写入{target}，并登记移交（{archive_no}）。")
    click.echo(f"归档前请核验：taizhang verify {target}；归档后由系统管理员运行 taizhang access-drop。")


@click.command("access-drop", cls=Command)
@actor_option
@authority_option
def access_drop(actor: str | None, code: str | None) -> None:
    """删除已移交归档的访问日志（由系统管理员）；叶值和存证点仍在，其余的照常可以核验。半年以内的不能删除。

    由数据库属主（DATABASE_OWNER_URL）办理。
    """
    where = origin()

    async def run(register: Register) -> int:
        authority, who = await chosen(register, code), actor_of(actor)
        await check_power(register, authority, who, "administer")
        owner = await app.owner_dsn(settings.from_environment())
        return await register.access_archive.drop(authority, owner, actor=who, origin=where)

    click.echo(f"已删除{with_register(run)}条已移交归档的访问日志。")


COMMANDS = (access_log, access_review, access_receipt, access_handover, access_drop)
