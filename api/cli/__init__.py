"""The command line.

Exit codes: 0 done, 1 refused or discrepancies found, 2 a bad call or file, 3 no database or key, 4 nothing wrong
found but a check could not be made. Errors go to standard error in Chinese; no traceback for anything a user can type.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from api.cli.help import LateGroup

REFUSED, BAD_CALL = 1, 2

# By module, each imported when one of its commands is called. The words are those of the command itself.
_SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "登记": {
        "authority": ("record_event", "登记本机关自己的事项：设立台账、更名、停止办公日、办理规则"),
        "event": ("record_event", "登记一件申请的一个事项"),
        "import": ("imports", "导入原台账：把以前用电子表格登记的申请移入台账，先看后存"),
        "record": ("record", "登记文件中的全部事项（每行一项JSON，“-”为标准输入）"),
        "amend": ("amend", "更正一条登记：只写要改的各项，列出原来和现在，经确认后登记；原来的登记仍在"),
        "document": ("documents", "入卷材料：扫描件、函件、证据，每份至多20 MiB，加密保存"),
        "retention": ("retention", "到年底可以移交档案馆、或保管期限届满可以鉴定销毁的案卷；是否移交、销毁由档案人员决定"),
        "bulk": ("bulk", "批量办理：交办、送达、归档、印制"),
        "case-file": ("case_files", "一件申请的卷宗：封面、卷内目录、材料和文书、办理经过、期限推算、存证、备考表，供归档、复议、诉讼"),
        "letter": ("letters", "一件申请的文书：不写明哪一种的，列出可以制作的各种"),
        "letters": ("letters", "一天的全部文书合印为一个PDF，各件自第1页起；当日邮寄的附清单"),
        "letter-wording": ("letters", "一种文书的各段文字及其可填之项；替换一段用 taizhang authority letter_wording_set"),
        "document-numbers": ("letters", "文号：各系列的下一个、已用的和缺号"),
        "fee": ("fees", "按收费标准计算信息处理费：按件（同一申请人当月累计件数）或按量（页数），二者择一"),
    },
    "查看": {
        "work-list": ("requests", "待办：将到期、逾期、期限已过、未送达、复议诉讼未审结等，最急的在前"),
        "digest": ("mail", "每日待办：每名人员今天会收到的邮件里写着什么"),
        "list": ("listing", "列出申请，可按阶段、期限、收到或办结日期、结果等筛选；不限件数"),
        "find": ("finding", "查找申请：登记号、事项、文号、案号、档号、邮件单号，填一部分即可；或按申请人、按封存的文字查找"),
        "history": ("requests", "一件申请的全部登记，每条一句话，更正并列前后内容；登记号写authority为机关自己的登记"),
        "deadline": ("requests", "一件申请的答复期限：怎样算出来的，每一步的依据"),
        "same-applicant": ("documents", "申请人（含共同申请人）或代理人的证件号码、联系方式相同的其他申请，及收到之月的件数；是否同一申请人请核实"),
        "questions": ("questions", "列出不常见、请再核对之处（提示），不须确认：统计期限内收到、办结或在办的申请"),
        "codes": ("codes", "代码表：办理结果、复议决定或裁判、与规定不符之处及其条款等"),
    },
    "统计和年报": {
        "table": ("tables", "年报的申请表和复议诉讼表，任意期限，附勾稽"),
        "compliance": ("requests", "办理情况：期限内办结率、所用工作日、逾期、与规定不符之处，任意期限"),
        "carry-over": ("requests", "结转：期初在办加新收，等于办结加期末在办；每期的期末即下期的期初"),
        "diff": ("tables", "两个时刻所见的表格有哪些格不同，由哪些登记引起"),
        "report": ("reports", "年度报告：填报、编制、核对、送审、批准、公布、更正"),
        "check": ("checks", "核对各单位的年度报告：一个或几个文件，或整个文件夹"),
        "consolidate": ("checks", "汇总各单位的表格：写出合计、已报送和未报送的单位、没有计入的文件"),
        "assessment": ("assessment", "考核：印发指标，评分，下级单位申辩，裁定，评定结果"),
        "district": ("district", "全区（全市）：以本机关为上级机关的各单位，连同本机关"),
        "reconcile": (
            "tables",
            "核对任一机关已编制的报告表格（JSON，或check可读的任何文件），列出勾稽不符之处和空白格",
        ),
    },
    "人员和访问": {
        "officer": ("officers", "人员与职权：设立首任管理员、任用、授权、确认、收回、离任"),
        "account": ("accounts", "账号：开立、重置口令、解锁、停用、列出（由系统管理员在本机办理）"),
        "key": ("accounts", "密钥：发给程序、列出、吊销（由系统管理员在本机办理）"),
        "credential": ("credentials", "会话、密钥和日历地址：每名人员、每个服务账号在用的，列出、结束（由安全管理员，--actor写明）"),
        "service": ("services", "服务账号：属于机关而不属于哪名人员的程序，如门户网站"),
        "webhook": ("webhooks", "推送：把服务账号可见的登记推送到它的地址（由系统管理员在本机办理）"),
        "access-log": ("access_log", "访问日志：登录、锁定、密钥、导出、查阅个人信息，何人何时从何处为何目的（由审计员，--actor写明）"),
        "access-review": ("access_log", "年度审查：何人为何目的查阅个人信息、导出资料各多少次，涉及多少件申请（由审计员）"),
        "access-handover": ("access_log", "移交访问日志：保存期限已满的部分连同证明写入审计包，归档并登记（由审计员）；此后可用access-drop删除"),
        "access-drop": ("access_log", "删除已移交归档的访问日志（由系统管理员）；叶值和存证点仍在，其余的照常可以核验"),
        "access-receipt": ("access_log", "出具访问日志一条的回执文件，可离线核验：taizhang verify 文件"),
        "mail": ("mail", "邮件：每日待办发到何处、发送情况、试发（由系统管理员在本机办理）"),
        "calendar": ("calendars", "期限日历：列出、停用人员在“我的账号”开通的日历地址（由安全管理员在本机办理）"),
    },
    "存证和核验": {
        "seal": ("proofs", "存证：为日志和访问日志签出存证点"),
        "keys": ("proofs", "列出核验存证点用的公钥，请连同来源告知审计人员；最后一个为现用"),
        "receipt": ("proofs", "出具一条登记的回执文件（C2SP tlog-proof），可离线核验：taizhang verify 文件"),
        "proof": ("proofs", "证明（JSON，RFC 9162）：某位置的登记在存证点之内；或以--consistency证明两个存证点前后一致"),
        "export": ("proofs", "导出审计包：日志、访问日志、存证点、公钥、核验程序和说明，交审计人员或律师，不需台账程序即可核验"),
        "verify": ("verify", "核验台账、审计包（zip或解压后的目录）或回执：有无缺失、改动、倒签，每项登记依当日法律重新判断"),
        "replay": ("replay", "复盘一件申请：逐条列出何人何时依何条登记了什么、其后的状态和期限，并与现在并列，指出不同之处"),
    },
    "运行": {
        "demo": ("demonstration", "演示：登记广州市花都区政府办公室2020年的95件申请，画出年报表格，再提供HTTP接口"),
        "serve": ("maintenance", "提供HTTP接口，只应答本机；按Ctrl-C停止"),
        "worker": ("reports", "后台：编制年度报告、推送、发送每日待办；按Ctrl-C停止"),
        "stop": ("maintenance", "停止内置数据库（下次使用时自动启动）"),
        "migrate": ("maintenance", "建立或更新数据库结构，并给运行角色授权；内置数据库自动进行"),
        "doctor": ("operating", "检查安装：数据库、角色和授权、结构、密钥、时钟、磁盘、备份、存证，列出不妥之处和应当怎样做；不作任何更改"),
        "copy": ("operating", "将整个台账复制到另一数据库，并逐表、逐日志证明两边相同"),
        "rebuild": ("maintenance", "由日志重新推算整个台账，列出变动的期限"),
        "vault": ("documents", "保险库：更换加密封存内容的密钥"),
    },
}  # fmt: skip


@click.group(cls=LateGroup, sections=_SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    package_name="taizhang", prog_name="taizhang", message="台账 %(version)s", help="显示版本。"
)
def cli() -> None:
    """台账：政府信息公开申请的登记、期限与年报表格。

    \b
    从设立台账到公布年报，每一步加--help都有各项的写法和例子：
      taizhang authority registered --help    设立台账，只有一次
      taizhang event received --help          登记收到的申请
      taizhang event --help                   登记补正、延期、征求意见、答复、送达、归档等
      taizhang work-list                      待办；一件申请的期限见 taizhang deadline
      taizhang table --year 2020              年报的表格，随时可看
      taizhang report --help                  填报、编制、核对、送审、批准、公布年报
    """


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command. Returns its exit code; if it is not 0, a message has been written."""
    try:
        _check_signs(sys.argv[1:] if arguments is None else arguments)
        result = cli.main(arguments, prog_name="taizhang", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.Abort:
        click.echo("已中断，未完成的登记没有保存。", err=True)
        return REFUSED
    except click.ClickException as wrong:
        click.echo(_in_chinese(wrong), err=True)
        return BAD_CALL
    except SystemExit:
        return 0  # click and rich exit like this when a pipe is closed
    except Exception as wrong:
        from api.cli import failures  # noqa: PLC0415 - what can fail is imported only where it did

        if (code := failures.report(wrong)) is None:
            raise
        return code
    return result if isinstance(result, int) else 0


_DASHES, _QUOTES = "–—―－‒‑‐−", ("“‘", "”’")


def _check_signs(arguments: Sequence[str]) -> None:
    """Refuse dashes and quotes that word processors substitute. Raises UsageError."""
    for word in arguments:
        name = word.lstrip(_DASHES + "-")
        if (
            word[:1]
            and word[0] in _DASHES + "-"
            and any(each in _DASHES for each in word[: len(word) - len(name)])
        ):
            if name[:1].isascii() and name[:1].isalpha():
                option = name.partition("=")[0] if name.isascii() else "on"
                raise click.UsageError(
                    f"选项前面不是英文减号（是“–”或“—”之类），请改为两个英文减号，如--{option[:30]}"
                )
        elif len(word) > 1 and word[0] in _QUOTES[0] and word[-1] in _QUOTES[1]:
            raise click.UsageError("有一个值的外面是中文引号，请改用英文引号，或不用引号")


def _in_chinese(wrong: click.ClickException) -> str:
    """click's errors in Chinese. Only names of commands and options are repeated from what was typed."""
    match wrong:
        case click.NoSuchOption():
            problem = f"没有选项{wrong.option_name}"
        case click.MissingParameter():
            problem = f"缺少{_name(wrong.param)}"
        case click.BadParameter(param=click.Parameter() as param):
            problem = f"{_name(param)}：{_wanted(param.type, wrong.message)}"
        case click.BadOptionUsage():
            problem = f"选项{wrong.option_name}之后没有写值"
        case click.UsageError() if _ours(wrong.message):
            problem = wrong.message
        case click.UsageError() if wrong.message.startswith("Got unexpected extra argument"):
            problem = "多写了一个值：有选项的值写在选项之后，如--on 2020-03-02"
        case _:
            problem = "命令写法有误"
    return f"{problem}。用 --help 查看用法。"


def _name(param: click.Parameter | None) -> str:
    """The name of a parameter: the flags of an option, the name of an argument."""
    if isinstance(param, click.Option):
        return "、".join(param.opts)
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
        case click.Path():
            return "没有这个文件或文件夹，或者不能读"
        case _:
            return message if _ours(message) else "值不合要求"


def _ours(message: str) -> bool:
    """Whether it is one of our own messages: click's begin in English, whatever they quote."""
    return (bool(message) and not message[0].isascii()) or message.startswith("--")
