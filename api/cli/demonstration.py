"""The demonstration: a published year, a district of twelve units, and the people of a second office, then served."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import socket
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
import msgspec

from adapters.postgres.migrate import SchemaFault
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from adapters.render import terminal
from adapters.views import View
from api import app, settings
from api.cli import requests, tables
from api.cli.console import (
    in_words,
    say,
    show,
    sign_checkpoint,
)
from api.cli.entries import draw_history
from api.cli.help import Command
from api.cli.maintenance import PORT, serve_on
from api.cli.targets import write
from api.demo import console, letters, report, year
from api.demo import district as demo_district
from api.demo import people as demo_people
from api.examples import examples
from api.rendering import FileKind, rendered
from api.settings import Settings
from api.today import today
from domain.authority import authorization
from domain.law.refusals import Refusal
from domain.report import official_form
from domain.report.official_form import ReportFormat
from domain.values import Period, Reference
from projections import carry_over, history
from projections.report.document import AnnualDocument


@click.command("demo", cls=Command)
@click.option(
    "--district", "is_district", is_flag=True, help="另加一个示范区：区政府办和十二个单位2024年的数据。"
)
def demonstrate(is_district: bool) -> None:
    """演示：登记广州市花都区政府办公室2020年的95件申请，画出年报表格，再提供HTTP接口。

    用独立的数据目录，不触及真正的台账；申请人和经过均为虚构，合计与公布的年报一致。SERVE=0时不提供接口。
    加--district，改为一个区：九个单位在此登记，三个只有年度报告的文件，一个单位在6月并入另一单位。
    """
    own = settings.from_environment()
    data = own.data if own.data.name.endswith("-demo") else own.data.with_name(f"{own.data.name}-demo")
    demo_settings = msgspec.structs.replace(own, data=data, database_url=None)
    try:
        asyncio.run((demonstrate_district if is_district else _demonstrate_year)(demo_settings))
    except SchemaFault as fault:  # demonstration data can be deleted, unlike a real register
        stop = f"TAIZHANG_DATA={shlex.quote(str(data))} taizhang stop"
        raise SchemaFault(
            f"{fault.args[0]}；演示数据是另一版本的程序建立的，请运行 {stop}，删除这一目录后再演示"
        ) from None
    click.echo(_next_of_district(data) if is_district else _next_steps(data))
    if os.environ.get("SERVE") == "0":
        return
    os.environ["TAIZHANG_DATA"] = str(data)
    os.environ.pop("DATABASE_URL", None)

    def also(address: str) -> str:
        if is_district:
            of = demo_district.YEAR
            note = f"下级单位{of}年的页面在 {address}/units?year={of}&on={of}-04-08 ，考核在 {address}/district/assessment ；机关代码填 {demo_district.CONTESTS} 的，以同样的账号和口令进城市管理局"
            return console.logins(address, data, demo_district.OFFICE, demo_district.PEOPLE, note)
        note = f"2020年的年报表格在 {address}/tables?year=2020 ，点任一数字可看所计的申请；2020-0005的期限为何是2020-03-02，见 {address}/requests/2020-0005"
        return console.logins(address, data, year.AUTHORITY, console.PEOPLE, note) + _calls(address, data)

    serve_on(demo_settings, _free(PORT), 1, also=also)


async def _demonstrate_year(demo_settings: Settings) -> None:
    """A published year of one authority, and three people handling a request."""
    figures, data = year.seed(), demo_settings.data
    form, period = official_form.load("2019"), Period.year(figures.year)
    say(f"启动内置的PostgreSQL，数据在{data}……")
    async with app.opened(demo_settings) as register:
        if year.AUTHORITY in await register.authorities():
            click.echo("已登记，重新画出。")
        else:
            say("登记一年的申请，每一项都照经办人登记时那样判断……")
            lines = [year.registration(figures, year.AUTHORITY), *year.recordings(figures)[0]]
            recordings = [convert(msgspec.to_builtins(line)) for line in lines]
            replies = await register.record_all(year.AUTHORITY, recordings, actor=year.ACTOR)
            references = {reply.reference for reply in replies if reply.reference}
            click.echo(f"已登记{len(replies)}项，涉及{len(references)}件申请。")
        if not (await register.standing(year.AUTHORITY)).has_officers:
            for actor, line in report.lines():
                one = convert(msgspec.to_builtins(line))
                await register.record(year.AUTHORITY, one, actor=actor)
        await console.appoint(register, data)
        await sign_checkpoint(register, year.AUTHORITY)
        async with register.view(year.AUTHORITY) as view:
            await _draw_year(view, period, form)
        click.echo()
        await _show_people(register)
        letter, number = await letters.answer(register, today())
        await sign_checkpoint(register, demo_people.AUTHORITY)
        async with register.reports(year.AUTHORITY) as reports:
            document = await reports.document(figures.year, 1)
    click.echo()
    _write_report(document, Path("out"), f"{year.AUTHORITY}-{figures.year}")
    _write_demo(_LETTER, letter, f"{demo_people.NAME}的部分公开答复书（{number}，两部分不予公开）")


async def demonstrate_district(demo_settings: Settings) -> None:
    """A superior with twelve units: their registers, and the files of those without one."""
    say(f"启动内置的PostgreSQL，数据在{demo_settings.data}……")
    async with app.opened(demo_settings) as register:
        say("登记区政府办和九个单位的一年……")
        count = await demo_district.record(register)
        click.echo(f"已登记{count}项。" if count else "已登记。")
        await console.open_district(
            register, demo_settings.data, demo_district.OFFICE, demo_district.CONTESTS, demo_district.PEOPLE
        )
        codes = [unit.code for unit in (demo_district.ABOVE, *demo_district.UNITS)]
        for code in codes:
            await sign_checkpoint(register, code)
    for unit in demo_district.FILED:
        _write_report(
            demo_district.report_of(unit), _DISTRICT / str(demo_district.YEAR), unit.name, ("docx",)
        )
    for name, text in (("名单.csv", demo_district.listed()), ("评分.csv", demo_district.entered())):
        target = _DISTRICT / name
        write(target, text.encode("utf-8-sig"), force=True)
        click.echo(f"已写到{target}")


_DISTRICT = Path("out/district")


def _next_of_district(data: Path) -> str:
    command, whose = _command(), f"--authority {demo_district.OFFICE} --year {demo_district.YEAR}"
    reports, listed = f"{_DISTRICT}/{demo_district.YEAR}", f"{_DISTRICT}/名单.csv"
    assessment, above = demo_district.ASSESSMENT, f"--authority {demo_district.OFFICE}"
    return f"""
接下来可以试试（整行复制即可；有未办的事项时退出码为1）：
  unset DATABASE_URL; export TAIZHANG_DATA={shlex.quote(str(data))}
  {command} district table {reports} --units {listed} {whose}
  {command} district table {reports} --units {listed} {whose} --cell 予以公开:总计
  {command} district return {demo_district.WHOLE_YEAR} --authority {demo_district.OFFICE}
  {command} district matters --authority {demo_district.OFFICE}
  {command} district standing {whose} --on {demo_district.YEAR}-04-08
  {command} district work-list --on {demo_district.YEAR}-04-08 --authority {demo_district.OFFICE}
  {command} district corrections {whose} --out {_DISTRICT}/纠错案件分析.docx --force
  {command} assessment announce {assessment} --set {demo_district.INDICATORS} {whose} --contest-by 2025-03-14 --on 2025-02-24 --actor {demo_district.HANDLER}
  {command} assessment enter {assessment} --entered {_DISTRICT}/评分.csv --reports {reports} --on 2025-03-03 {above} --actor {demo_district.HANDLER}
  {command} assessment own --authority {demo_district.CONTESTS}
  {command} authority score_contested --assessment {assessment} --indicator on_request --reason 该件由原机关作出 --on 2025-03-06 --authority {demo_district.CONTESTS} --actor {demo_district.HANDLER}
  {command} district work-list {above}
  {command} authority contest_decided --assessment {assessment} --unit {demo_district.CONTESTS} --indicator on_request --measure corrected --result 成立 --value 0 --reason 经核实 --contest {demo_district.CONTEST} --on 2025-03-18 {above} --actor {demo_district.HEAD}
  {command} authority assessment_concluded --assessment {assessment} --document-no 示区府办〔2025〕6号 --on 2025-03-31 {above} --actor {demo_district.HEAD}
  {command} assessment sheet {assessment} {above} --xlsx {_DISTRICT}/考核评分表.xlsx --force
  {command} stop"""


def _write_report(
    document: AnnualDocument, folder: Path, name: str, kinds: Sequence[FileKind] = ("docx", "pdf")
) -> None:
    """Write DOCX and PDF; an existing file with other content is kept."""
    say("排印年度报告……")
    if not folder.exists():
        say(f"建立文件夹{folder}。")
        folder.mkdir(parents=True)
    for kind in kinds:
        _write_demo(folder / f"{name}.{kind}", rendered(document, kind), "年度报告")


def _write_demo(target: Path, data: bytes, what: str) -> None:
    if target.exists() and target.read_bytes() != data:
        click.echo(f"{target}已有另一内容，没有覆盖。")
        return
    write(target, data, force=True)
    click.echo(f"{what}已写到{target}")


_LETTER = Path("out") / f"{demo_people.AUTHORITY}-{letters.ANSWERED}.pdf"


async def _show_people(register: Register) -> None:
    """Three people handle a request from receipt to archive; steps they may not take are refused."""
    code = demo_people.AUTHORITY
    first = [convert(msgspec.to_builtins(line)) for line in demo_people.first_officers(after=1)]
    if code not in await register.authorities():
        await register.record(code, convert(demo_people.registered()), actor=year.ACTOR)
    if not (await register.standing(code)).has_officers:
        await register.record_all(code, first, actor=authorization.PROGRAM)
    for actor, line in (*demo_people.officers(after=1 + len(first)), *demo_people.steps()):
        await register.record(code, convert(msgspec.to_builtins(line)), actor=actor)
    await sign_checkpoint(register, code)
    async with register.view(code) as view:
        draw_history(str(demo_people.ARCHIVED), history.lines(await view.history(demo_people.ARCHIVED)))
    refused = []
    for actor, words, line in demo_people.attempts():
        try:
            await register.preview(code, convert(msgspec.to_builtins(line)), actor=actor)
        except Refusal as refusal:
            refused.append((actor, words, in_words(refusal)))
    headings = ("谁", "要做什么", "为何不能")
    show(terminal.listing(f"{demo_people.NAME}：不在其职权之内的，不予登记", headings, refused))


def _free(port: int) -> int:
    """The port, or another one if it is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


# In Python, since curl may not be installed.
_CALL = (
    'import http.client, sys, uuid; path, *body = sys.argv[1:]; call = http.client.HTTPConnection("{host}", {port}); '
    'call.request("POST" if body else "GET", "/api/v1/authorities/{authority}/" + path, body[0].encode() if body else None, '
    '{{"Authorization": "Bearer " + open("{token}").read().strip(), "Content-Type": "application/json", '
    '"Idempotency-Key": str(uuid.uuid4())}}); print(call.getresponse().read().decode())'
)


def _calls(address: str, data: Path) -> str:
    """Commands to paste into another terminal: a receipt, a late answer that is refused, the table."""
    received = {**examples()["received"], "on": str(today())}
    answered = {
        "type": "answered", "on": "2021-02-08", "outcome": "granted.provided", "legal_basis": "第三十六条第二项",
        "document_no": "示例公开〔2021〕1号",
    }  # fmt: skip
    host, port = address.removeprefix("http://").split(":")
    call = _CALL.format(host=host, port=port, authority=year.AUTHORITY, token=data / "demo-key")
    return f"""

另开一个终端，可以试试（整行复制即可；第一行定义call，以后各行用它）：
  call() {{ python3 -c {shlex.quote(call)} "$@"; }}
  call requests {shlex.quote(json.dumps(received, ensure_ascii=False))}
  call requests/{_LATE}/events {shlex.quote(json.dumps(answered, ensure_ascii=False))}
  call "tables?year=2020"
"""


async def _draw_year(view: View, period: Period, form: ReportFormat) -> None:
    """Show the year for the authority, an auditor and an officer."""
    tables.draw(await view.tables(period, form), period, form)
    click.echo()
    requests.draw_compliance(await view.compliance(period), period)
    click.echo()
    carried = [
        carry_over.carried(each, await view.tally(each)) for each in carry_over.periods(period, "quarter")
    ]
    requests.draw_carried(carried, period)
    click.echo()
    requests.draw_work_list(await view.work_list(_WORK_LIST_DAY, 15), _WORK_LIST_DAY)
    click.echo()
    draw_history(str(_ONE), history.lines(await view.history(_ONE)))
    requests.draw_deadline(await view.request(_ONE), view.law.calendar)


_WORK_LIST_DAY = date(2020, 12, 15)
_ONE = Reference(2020, 5)
_LATE = Reference(2020, 95)


def _command() -> str:
    """How to call the program from the current directory."""
    program = Path(sys.argv[0])
    command = program if program.name == "taizhang" else Path("taizhang")
    return f".venv/bin/{command.name}" if ".venv" in program.parts else str(command)


def _next_steps(data: Path) -> str:
    command_text = _command()
    authority, people = f"--authority {year.AUTHORITY}", f"--authority {demo_people.AUTHORITY}"
    return f"""
接下来可以试试（整行复制即可）：
  unset DATABASE_URL; export TAIZHANG_DATA={shlex.quote(str(data))}
  {command_text} table --year 2020 --format 2021 {authority}
  {command_text} table --year 2020 --cell unable.not_held:natural_person {authority}
  {command_text} compliance --from 2020-04-01 --to 2020-06-30 {authority}
  {command_text} work-list --on 2020-03-20 --within 10 {authority}
  {command_text} deadline {_ONE} --days {authority}
  {command_text} report show --year 2020 {authority}
  {command_text} report render --year 2020 --format html --out out/huadu-2020.html {authority}
  {command_text} diff --year 2020 --before 300 {authority}
  {command_text} verify {authority}
  {command_text} replay {_ONE} --version 2 {authority}
  {command_text} event 2020-0095 answered --on 2021-01-20 --outcome granted.provided --legal-basis 第三十六条第二项 --document-no 示例公开〔2021〕1号 --preview --actor {console.HANDLER} {authority}
  {command_text} officer list {people}
  {command_text} officer powers
  {command_text} work-list --on 2020-03-12 {people}
  {command_text} history {demo_people.PENDING} {people}
  {command_text} letter {letters.ANSWERED} {people}
  {command_text} document check {_LETTER} {people}
  {command_text} document-numbers --year {letters.SET.year} {people}
  {command_text} stop"""


COMMANDS = (demonstrate,)
