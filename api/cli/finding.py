"""The command that finds requests by text on a paper, by applicant, or by words in sealed texts."""

from __future__ import annotations

from datetime import date

import click

from adapters.register.reading import finding
from adapters.register.reading.word_search import WordSearchResult, words_of
from adapters.register.register import Register
from adapters.vault.blind_index import By
from adapters.views import Until
from api.cli.console import (
    Output,
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    origin,
    output_options,
    period_of,
    present,
    purpose_option,
    read_personal,
    say,
    until_option,
    with_register,
    with_view,
)
from api.cli.help import Command
from domain.law import outcomes
from domain.law.refusals import Malformed
from domain.values import Period, is_label
from projections.listing import STAGE_WORDS
from projections.register import RequestRow

MOST = 50
_HEADINGS = ("登记号", "申请事项", "阶段", "答复期限", "办理结果")


@click.command("find", cls=Command)
@click.argument("text", metavar="[文字]", required=False)
@click.option("--name", metavar="姓名", help="申请人（含共同申请人）或代理人的姓名或名称，须全部相同。")
@click.option("--id-number", metavar="号码", help="申请人或代理人的证件号码。")
@click.option("--phone", metavar="号码", help="申请人或代理人的电话或电子邮箱。")
@click.option(
    "--words",
    metavar="文字",
    help="申请内容、告知和答复的正文中的文字，空格分开的各词都要有；与--from、--to同用。",
)
@click.option("--from", "first", type=TypedDay(), help="收到日期的首日（含），与--words同用。")
@click.option("--to", "last", type=TypedDay(), help="收到日期的末日（含）。")
@purpose_option
@actor_option
@until_option
@authority_option
@output_options
def find(
    text: str | None,
    name: str | None,
    id_number: str | None,
    phone: str | None,
    words: str | None,
    first: date | None,
    last: date | None,
    purpose: str | None,
    actor: str | None,
    until: Until | None,
    code: str | None,
    output: Output,
) -> None:
    """查找申请：登记号、事项、文号、案号、档号、邮件单号，填一部分即可；或按申请人、按封存的文字查找。新的在前。

    按申请人、按封存的文字查找属查阅个人信息，写明目的，记入访问日志；已限制处理、已销毁的查不到。

    \b
      taizhang find 花府公开〔2020〕37号
      taizhang find --name 张三 --purpose 窗口查询 --actor li
      taizhang find --words 施工合同 --from 2020-01-01 --to 2020-12-31 --purpose 核对重复申请 --actor li
    """
    people: dict[By, str | None] = {"name": name, "id_number": id_number, "contacts": phone}
    wanted = [(by, each) for by, each in people.items() if each is not None]
    if len(wanted) + (text is not None) + (words is not None) != 1:
        raise click.UsageError("请写明要查找的文字，或--name、--id-number、--phone、--words中的一项")
    if text is None and until is not None:
        raise click.UsageError("按申请人、按封存的文字查找的是现在的登记，不与--recorded-until同用")
    if words is None and not first is last is None:
        raise click.UsageError("--from、--to与--words同用")
    looked_for = text or words or (wanted[0][1] if wanted else "")
    if not is_label(looked_for) or not looked_for.strip():
        raise Malformed(field="文字", problem="应为200字以内的文字，不含控制字符")
    if wanted:
        _find_people(looked_for, wanted[0][0], purpose, actor, code, output)
        return
    if words is not None:
        if first is None or last is None:
            raise click.UsageError("--words须同时写明--from和--to")
        _find_words(words, period_of(None, first, last), purpose, actor, code, output)
        return
    found = with_view(code, until, lambda view: finding.by_label(view, looked_for, MOST))
    most = f"（至多列出{MOST}件）" * (len(found) == MOST)
    draw(f"“{looked_for.strip()}”：找到{len(found)}件{most}", found, output)
    if not found and output == "drawn":
        click.echo(
            "按申请人的姓名、证件号码、电话查找的，写--name、--id-number或--phone，并以--purpose写明目的。"
        )


def _find_people(
    text: str, by: By, purpose: str | None, actor: str | None, code: str | None, output: Output
) -> None:
    where = origin()

    async def act(register: Register) -> tuple[list[RequestRow], int, bool]:
        authority = await chosen(register, code)
        await read_personal(register, authority, actor_of(actor), purpose, where, reference="search")
        rows, count = await register.personal_data.asked_by(authority, text, (by,))
        return rows, count, by == "name" and await register.personal_data.lacks_names(authority)

    rows, count, lacking = with_register(act)
    most = f"，列出最近的{len(rows)}件" * (len(rows) < count)
    draw(f"按申请人查找：{count}件{most}", rows, output)
    if lacking:
        say("注意：部分此前登记的申请还不能按姓名找到，请运行一次 taizhang vault reseal。")


def _find_words(
    text: str, received: Period, purpose: str | None, actor: str | None, code: str | None, output: Output
) -> None:
    where = origin()

    async def act(register: Register) -> WordSearchResult:
        authority = await chosen(register, code)
        await read_personal(register, authority, actor_of(actor), purpose, where, reference="search")
        return await register.word_search.search(authority, words_of(text), received)

    found = with_register(act)
    more = f"（至多列出{len(found.requests)}件，还有别的）" * found.more
    draw(f"按文字查找：{len(found.requests)}件{more}，共查看{found.texts}件文字", found.requests, output)


def draw(title: str, rows: list[RequestRow], output: Output) -> None:
    present(output, rows, title, _HEADINGS, map(_cells, rows))


def _cells(row: RequestRow) -> tuple[object, ...]:
    return (
        row.reference,
        row.subject or "",
        STAGE_WORDS[row.stage],
        row.due_on or "",
        outcomes.label(row.outcome) if row.outcome else "",
    )


COMMANDS = (find,)
