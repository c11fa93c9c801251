"""The command that writes the file of a case, for the archive, a reconsideration or a court."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.register.papers.case_files import CaseFile
from adapters.register.recording.decoding import reference_of
from adapters.register.register import Register
from api.cli.console import (
    actor_of,
    actor_option,
    authority_option,
    chosen,
    json_option,
    origin,
    purpose_option,
    read_personal,
    say,
    show_json,
    with_register,
)
from api.cli.help import Command
from api.cli.targets import check_target, force_option, write_private

_ENDINGS = (".zip", ".pdf")


@click.command("case-file", cls=Command)
@click.argument("reference", metavar="登记号")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="文件", help="写到哪里，.zip或.pdf。"
)
@click.option("--internal", is_flag=True, help="含副卷：文稿和审核、批准意见。")
@force_option
@purpose_option
@actor_option
@authority_option
@json_option
def write_case_file(
    reference: str,
    out: Path,
    internal: bool,
    force: bool,
    purpose: str | None,
    actor: str | None,
    code: str | None,
    as_json: bool,
) -> None:
    """一件申请的卷宗：封面、卷内目录、材料和文书、办理经过、期限推算、存证、备考表，供归档、复议、诉讼。

    .pdf合为一册并编页号；.zip为各件原件和各条登记的回执。含个人信息，查阅及其目的记入访问日志。

    \b
      taizhang case-file 2020-0005 --out 卷宗.pdf --purpose 行政复议 --actor li
    """
    check_target(out, _ENDINGS, force=force)
    named, where, bound = reference_of(reference), origin(), out.suffix.lower() == ".pdf"

    async def act(register: Register) -> CaseFile:
        authority = await chosen(register, code)
        await read_personal(register, authority, actor_of(actor), purpose, where, reference=reference)
        await register.proofs.sign_checkpoint(authority)
        found = await register.case_files.gather(authority, named, internal=internal, bound=bound)
        await write_private(out, found.pdf() if bound else found.zip(), force=force)
        return found

    found = with_register(act)
    if as_json:
        show_json(found.papers)
        return
    pages = sum(each.pages or 0 for each in found.papers)
    click.echo(f"{named}卷宗{len(found.papers)}件{pages}页已写到{out}，含个人信息，请妥善交接。")
    for each in found.papers:
        if each.pages is None:
            say(f"提示：{each.name}没有编页：{each.remark}。")


COMMANDS = (write_case_file,)
