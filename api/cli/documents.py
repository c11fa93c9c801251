"""Commands for documents, other requests of the same applicant, and the vault's keys."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import click

from adapters.register.recording.decoding import of_document, reference_of
from adapters.register.recording.recording import Reply
from adapters.register.register import Register
from adapters.suites import SUITES, Suite
from adapters.vault.blind_index import SameApplicant
from adapters.vault.documents import Filed, Held
from adapters.vault.media_types import EXTENSIONS
from adapters.vault.rotation import Resealed
from api import settings
from api.cli.changes import ended
from api.cli.choice import Choice
from api.cli.console import (
    InFile,
    Output,
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    json_option,
    origin,
    output_options,
    present,
    purpose_option,
    read_personal,
    say,
    show_json,
    sign_checkpoint,
    with_register,
)
from api.cli.help import Command, Group
from api.cli.targets import check_target, force_option, write_private
from domain.request.file_events import LARGEST_DOCUMENT
from projections.choice_labels import choices
from projections.history_of_request import DOCUMENTS, MEDIA_TYPES
from projections.likeness import LIKENESS_WORDS

_PIECE = 65_536
_MATCHED = {"id_number": "证件号码", "contacts": "联系方式", "agent": "代理人"}


@click.group("document", cls=Group)
def documents() -> None:
    """入卷材料：扫描件、函件、证据，每份至多20 MiB，加密保存。"""


@documents.command("file", cls=Command)
@click.argument("reference", metavar="登记号")
@click.argument("source", metavar="文件", type=InFile())
@click.option("--document", required=True, metavar="名称", help="材料的名称，在一件申请中不重复。")
@click.option("--kind", required=True, type=Choice(choices("document_filed", "kind")), help="材料的类别。")
@click.option("--on", required=True, type=TypedDay(), help="入卷的日期。")
@click.option("--id", "command_id", metavar="编号", help="本项登记的编号；重复提交时用同一编号。")
@click.option("--on-behalf-of", metavar="某人", help="代谁登记。")
@authority_option
@actor_option
@json_option
def file(
    reference: str,
    source: BinaryIO,
    document: str,
    kind: str,
    on: date,
    command_id: str | None,
    on_behalf_of: str | None,
    code: str | None,
    actor: str | None,
    as_json: bool,
) -> None:
    """材料入卷，类型由内容识别（“-”为标准输入）。"""
    named = reference_of(reference)

    async def act(register: Register) -> Reply:
        authority = await chosen(register, code)
        with await register.documents.upload(authority, named) as upload:
            while piece := source.read(_PIECE):
                upload.feed(piece)
            upload.finish()
            one = of_document(
                command_id or str(uuid4()),
                str(named),
                on_behalf_of,
                on=on,
                document=document,
                kind=kind,
                media_type=upload.media_type,
                size_bytes=upload.size,
                content=upload.digest,
            )
            who = actor_of(actor)
            reply = await register.documents.file(authority, one, upload, actor=who)
        await sign_checkpoint(register, authority)
        return reply

    reply = with_register(act)
    if as_json:
        show_json(reply)
    else:
        click.echo(f"{reply.reference}第{reply.version}条：材料已入卷。")


@documents.command("list", cls=Command)
@click.argument("reference", metavar="登记号")
@authority_option
@output_options
def listing(reference: str, code: str | None, output: Output) -> None:
    """列出一件申请的入卷材料。"""
    named = reference_of(reference)

    async def act(register: Register) -> list[Filed]:
        return await register.documents.of(await chosen(register, code), named)

    found = with_register(act)
    headings = ("条", "日期", "名称", "类别", "类型", "字节", "备注")
    rows = [
        (
            each.version,
            each.on,
            each.document,
            DOCUMENTS[each.kind],
            MEDIA_TYPES.get(each.media_type, each.media_type),
            each.size_bytes,
            each.note or "",
        )
        for each in found
    ]
    present(output, found, f"{named}的入卷材料", headings, rows)


@documents.command("fetch", cls=Command)
@click.argument("reference", metavar="登记号")
@click.argument("version", metavar="第几条", type=click.IntRange(1, 1_000_000))
@click.argument("target", metavar="文件", type=click.Path(path_type=Path))
@force_option
@authority_option
@actor_option
@purpose_option
def fetch(
    reference: str,
    version: int,
    target: Path,
    force: bool,
    code: str | None,
    actor: str | None,
    purpose: str | None,
) -> None:
    """取出一份材料，写成仅本人可读的文件；已有的文件不覆盖。属个人信息的，注意保密；查阅记入访问日志。"""
    named, where = reference_of(reference), origin()

    async def act(register: Register) -> int:
        authority = await chosen(register, code)
        found = await register.documents.open(authority, named, version)
        await read_personal(register, authority, actor_of(actor), purpose, where, reference=reference)
        check_target(target, _suffixes(found.filed.media_type), force=force)
        await write_private(target, found.pieces(), force=force)
        return found.size

    size = with_register(act)
    click.echo(f"{target}：{size}字节。")


@documents.command("check", cls=Command)
@click.argument("source", metavar="文件", type=InFile())
@authority_option
@output_options
def check(source: BinaryIO, code: str | None, output: Output) -> int:
    """手中的一份文书或材料（“-”为标准输入）是否就是入卷的那一份，一字节未变。不是的，返回值为1。"""

    async def act(register: Register) -> list[Held]:
        data = source.read(LARGEST_DOCUMENT + 1)
        return await register.documents.held(await chosen(register, code), data)

    found = with_register(act)
    rows = [
        (
            each.reference,
            each.version,
            each.position,
            each.on,
            each.document,
            f"第{each.corrected_by}条另有更正件" if each.corrected_by else "",
        )
        for each in found
    ]
    title = (
        "即入卷的这一份，一字节未变"
        if found
        else "不是台账中入卷的任何一份：内容有改动，或没有入卷，或已销毁"
    )
    present(output, found, title, ("登记号", "条", "日志位置", "入卷日期", "名称", "备注"), rows)
    return 0 if found else 1


def _suffixes(media_type: str) -> tuple[str, ...]:
    """Refuse a file name whose extension does not match the content."""
    ending = EXTENSIONS.get(media_type, "")
    return tuple(f".{each}" for each in (ending, *_OTHERWISE.get(ending, ())) if each)


_OTHERWISE = {"jpg": ("jpeg",), "tif": ("tiff",)}


@click.command("same-applicant", cls=Command)
@click.argument("reference", metavar="登记号")
@authority_option
@output_options
def same(reference: str, code: str | None, output: Output) -> None:
    """申请人（含共同申请人）或代理人的证件号码、联系方式相同的其他申请，及收到之月的件数；是否同一申请人请核实。

    只有代理人相同的，不计入件数。
    """
    named = reference_of(reference)

    async def act(register: Register) -> SameApplicant:
        return await register.personal_data.same_applicant(await chosen(register, code), named)

    found = with_register(act)
    rows = [
        (
            each.reference,
            each.received_on,
            each.subject or "",
            ended(each),
            LIKENESS_WORDS[each.likeness] if each.likeness else "",
            "、".join(_MATCHED[one] for one in each.matched),
        )
        for each in found.requests
    ]
    title = f"与{named}同一申请人的其他申请{found.count}件，收到之月共{found.in_month}件（含本件）"
    present(output, found, title, ("登记号", "收到", "申请事项", "结果", "与本件", "相同之处"), rows)


@click.group("vault", cls=Group)
def vault() -> None:
    """保险库：更换加密封存内容的密钥。"""


@vault.command("rotate", cls=Command)
@click.option(
    "--suite",
    "wished",
    type=click.Choice(list(SUITES)),
    help="新密钥的算法：std（AES-256-GCM、SHA-256）或gm（SM4-GCM、SM3）；缺省与现用的相同。",
)
def rotate(wished: str | None) -> None:
    """新建一把密钥，各台机器都有之后，新的内容用它加密；原有密钥仍可打开此前的内容。"""
    suite = SUITES[wished] if wished is not None else None

    async def act(register: Register) -> tuple[str, Suite, list[str]]:
        made = await register.personal_data.rotate_vault_key(suite)
        kept = register.personal_data
        return made, kept.suite_of(made), kept.machines_without(made)

    key_id, made_of, lacking = with_register(act)
    click.echo(f"算法套件{made_of}。")
    keys = settings.from_environment().keys
    if lacking:
        click.echo(
            f"已建立密钥{key_id}（{keys}），尚未启用：以下机器还没有，请立即将此文件放到各台，并另行备份。"
        )
        for machine in lacking:
            click.echo(f"  {machine}")
        click.echo("各台都有之后自动启用，无须重启；停用的机器5分钟后不再等候。")
        return
    click.echo(
        f"已启用密钥{key_id}（{keys}）。请立即另行备份此文件；再运行 taizhang vault reseal 改用它加密此前的内容。"
    )


@vault.command("reseal", cls=Command)
@authority_option
@json_option
def reseal(code: str | None, as_json: bool) -> int:
    """以现用密钥重新加密此前的内容，并补编按姓名查找的索引，分批进行；中断后再次运行即可续办，登记和存证不变。"""

    async def act(register: Register) -> dict[str, Resealed]:
        codes = [await chosen(register, code)] if code else await register.authorities()
        return {each: await register.personal_data.reseal_vault(each) for each in codes}

    found = with_register(act)
    if as_json:
        show_json(found)
    for authority, done in found.items() if not as_json else ():
        click.echo(
            f"{authority}：已改用密钥{done.key_id}，内容{done.values}项、材料{done.pieces}段、索引{done.applicants}件。"
        )
    if any(done.left for done in found.values()):
        say("仍有内容在旧密钥之下（其间有新的登记），请再次运行。")
        return 1
    if not as_json:
        click.echo("旧密钥不再用于打开内容，只用于辨认此前登记的重复提交，密钥文件仍须保留。")
    return 0


COMMANDS = (documents, same, vault)
