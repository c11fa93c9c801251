"""An officer without English gets from an empty register to a published report, using only the program's output.

Every command here can be derived from `--help` and the output of the one before, in Chinese but for the names of commands
and options; no output has a code without its Chinese word.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.api.conftest import Result, Taizhang

AGENT = {"name": "某律师", "contacts": "13900139000", "authorization": "授权委托书"}
PERSONAL_DATA = {
    "applicant": {"name": "示例人", "id_kind": "居民身份证", "id_number": "110101199001010000", "agents": [AGENT]},
    "description": "示例内容",
}  # fmt: skip
REASON = json.dumps({"reason": "需向多个单位查找"})
MATTERS = json.dumps({"matters": "请写明文件名称"})

# Latin words allowed alone: commands, options, ids, names of formats and pasted values.
ALLOWED = re.compile(
    r"taizhang|--[a-z-]+|help|JSON|CSV|UTF-8|YES|PDF|DOCX|pdf|docx|MiB|[A-Z]{1,4}\b|\b(zhou|wu|li|wang|zhao|qian|qu)\b"
)


class Officer:
    """A user at the command line: the output must be Chinese, codes only beside their words."""

    def __init__(self, taizhang: Taizhang, name: str = "") -> None:
        self._taizhang = taizhang
        self.by = ("--actor", name) if name else ()

    def does(self, *words: str, stdin: str = "") -> str:
        done = self.tries(*words, stdin=stdin)
        assert done.code == 0, (words, done.out, done.err)
        return done.out

    def tries(self, *words: str, stdin: str = "") -> Result:
        return self._taizhang(*words, *self.by, stdin=stdin)


def received(li: Officer, on: str, subject: str, kind: str = "自然人") -> str:
    output = li.does(
        "event", "new", "收到申请", "--on", on, "--channel", "邮寄", "--receipt-basis", "签收之日", "--applicant-kind", kind,
        "--delivery", "纸质", "--subject", subject, "--json", "-", stdin=json.dumps(PERSONAL_DATA),
    )  # fmt: skip
    assert "接下来可以登记：交办、补正告知" in output
    assert "写法：taizhang event" in output
    return output.partition("：")[0]


def answered(li: Officer, reference: str, on: str, outcome: str, basis: str, number: int, *more: str) -> str:
    output = li.does(
        "event", reference, "答复", "--on", on, "--outcome", outcome, "--legal-basis", basis, "--document-no",
        f"公开〔2025〕{number}号", *more,
    )  # fmt: skip
    assert "已办结" in output
    return output


@pytest.fixture
def people(taizhang: Taizhang) -> dict[str, Officer]:
    """Open the register and set up its officers, each step as the output before suggests."""
    first = Officer(taizhang)
    refused = first.tries("list")
    assert "taizhang authority registered --help" in refused.err
    output = first.does(
        "authority", "设立台账", "--on", "2025-01-01", "--code", "qu", "--name", "某区教育局", "--kind", "部门",
        "--complete-since", "2025-01-01",
    )  # fmt: skip
    assert "taizhang officer create-first --help" in output
    assert "taizhang event received --help" in output
    output = first.does(
        "officer", "create-first", "--system-administrator", "zhou", "--security-administrator", "wu"
    )
    assert "taizhang officer appoint 代号 --actor zhou" in output
    zhou, wu = Officer(taizhang, "zhou"), Officer(taizhang, "wu")
    for name, role in (("li", "经办人"), ("wang", "审核人"), ("zhao", "负责人"), ("qian", "统计员")):
        assert f"taizhang officer grant {name} 角色" in zhou.does("officer", "appoint", name)
        output = wu.does("officer", "grant", name, role)
        (number,) = re.findall(r"taizhang officer confirm (\d+)", output)
        assert "即时生效" in zhou.does("officer", "confirm", number)
    found = {name: Officer(taizhang, name) for name in ("li", "wang", "zhao", "qian")}
    return {**found, "anybody": first}


def test_from_an_empty_register_to_a_published_report(people: dict[str, Officer], tmp_path: Path) -> None:
    """A dozen requests of different outcomes, drafts, a correction, an appeal, a fee; the report, and its files."""
    li, wang, zhao, qian = people["li"], people["wang"], people["zhao"], people["qian"]
    anybody = people["anybody"]
    granted = received(li, "2025-03-03", "年度预算")
    li.does("event", granted, "交办", "--on", "2025-03-03", "--unit", "综合科")
    lacking = li.tries(
        "event", granted, "起草答复", "--draft", "答复一", "--outcome", "予以公开", "--on", "2025-03-10"
    )
    assert "“予以公开”的依据通常为第三十六条第二项" in lacking.err
    basis = ("--outcome", "予以公开", "--legal-basis", "第三十六条第二项")
    assert "阶段：在办" in li.does(
        "event", granted, "起草答复", "--draft", "答复一", *basis, "--on", "2025-03-10"
    )
    wang.does("event", granted, "审核文稿", "--draft", "答复一", "--passed", "通过", "--on", "2025-03-11")
    zhao.does("event", granted, "批准文稿", "--draft", "答复一", "--passed", "通过", "--on", "2025-03-12")
    answered(li, granted, "2025-03-13", "予以公开", "第三十六条第二项", 1, "--draft", "答复一")
    li.does("event", granted, "送达", "--on", "2025-03-13", "--method", "邮政企业寄送")
    li.does("event", granted, "归档", "--on", "2025-05-13", "--archive-no", "2025-1", "--retention", "10年")

    refused = received(li, "2025-03-04", "内部请示")
    li.does(
        "event",
        refused,
        "提出延期",
        "--draft",
        "延期一",
        "--workdays",
        "20",
        "--on",
        "2025-03-20",
        "--json",
        "-",
        stdin=REASON,
    )
    zhao.does("event", refused, "批准文稿", "--draft", "延期一", "--passed", "通过", "--on", "2025-03-21")
    longer = li.does(
        "event", refused, "延长答复期限", "--draft", "延期一", "--workdays", "20", "--approved-by", "负责人",
        "--notified-on", "2025-03-21", "--on", "2025-03-21", "--json", "-", stdin=REASON,
    )  # fmt: skip
    assert "答复期限2025-04-29" in longer
    odd = answered(li, refused, "2025-04-08", "四类过程性信息", "第十五条", 2)
    assert "提示：“不予公开：属于四类过程性信息”的依据写作“第十五条”，通常为第十六条第二款" in odd
    corrected = li.does(
        "amend", refused, "5", "--legal-basis", "第十六条第二款", "--reason", "条款录入有误", "--yes"
    )
    assert ("第十五条" in corrected, "第十六条第二款" in corrected, "提示" in corrected) == (
        True,
        True,
        False,
    )

    supplement = received(li, "2025-03-05", "某会议材料", "商业企业")
    li.does(
        "event",
        supplement,
        "补正告知",
        "--on",
        "2025-03-07",
        "--respond-by",
        "2025-03-21",
        "--json",
        "-",
        stdin=MATTERS,
    )
    li.does("event", supplement, "不再处理", "--on", "2025-03-24", "--cause", "逾期不补正")

    partly = received(li, "2025-03-06", "征收补偿")
    consulted = li.does(
        "event", partly, "征求意见", "--on", "2025-03-10", "--consultation", "甲", "--consultee", "第三方", "--respond-by",
        "2025-03-31", "--delivered-on", "2025-03-10",
    )  # fmt: skip
    assert "（暂定）" in consulted
    li.does(
        "event", partly, "征求意见结束", "--on", "2025-03-20", "--consultation", "甲", "--reply", "不同意公开"
    )
    late = li.tries("event", partly, "答复", "--on", "2025-05-12", "--outcome", "部分公开", "--legal-basis", "第三十七条",
                    "--document-no", "公开〔2025〕3号")  # fmt: skip
    (acknowledge,) = re.findall(r"请加上：(--acknowledge \S+)", late.err)
    assert acknowledge == "--acknowledge 逾期答复"
    answered(li, partly, "2025-05-12", "部分公开", "第三十七条", 3, *acknowledge.split())
    li.does(
        "event", partly, "送达", "--on", "2025-05-12", "--method", "当面送交", "--signed-for-on", "2025-05-12"
    )
    li.does("event", partly, "行政救济", "--on", "2025-06-03", "--appeal", "复议1", "--route", "行政复议", "--ground", "不服答复",
            "--tribunal", "某区人民政府", "--case-no", "复议〔2025〕1号")  # fmt: skip
    li.does("event", partly, "救济结果", "--on", "2025-08-01", "--appeal", "复议1", "--instance", "复议或一审", "--disposition",
            "维持", "--effective-on", "2025-08-01")  # fmt: skip

    charged = received(li, "2025-03-07", "规划图纸")
    assert "应收100元" in anybody.does("fee", charged, "--pages", "40")
    li.does("event", charged, "收费通知", "--on", "2025-03-10", "--basis", "按量", "--quantity", "40", "--amount-yuan", "100",
            "--pay-by", "2025-04-08")  # fmt: skip
    li.does("event", charged, "缴费", "--on", "2025-03-20", "--amount-yuan", "100")
    answered(li, charged, "2025-04-01", "予以公开", "第三十六条第二项", 4)

    rest = [
        ("本机关不掌握相关政府信息", "第三十六条第五项"), ("没有现成信息需要另行制作", "第三十八条"), ("属于国家秘密", "第十四条"),
        ("保护第三方合法权益", "第十五条"), ("信访举报投诉类申请", "第三十九条第一款"), ("要求提供公开出版物", "第三十九条第二款"),
        ("三类内部事务信息", "第十六条第一款"),
    ]  # fmt: skip
    for number, (outcome, article) in enumerate(rest, 5):
        answered(li, received(li, "2025-09-01", f"事项{number}"), "2025-09-10", outcome, article, number)
    withdrawn = received(li, "2025-09-02", "重复来件")
    li.does("event", withdrawn, "撤回申请", "--on", "2025-09-03", "--reason", "申请人撤回")
    wrong = received(li, "2025-09-02", "误登")
    li.does("amend", wrong, "1", "--annul", "--reason", "误登", "--yes")
    assert "1件已撤销的申请" in anybody.does("list", "--annulled")

    for shown in (
        ("list",),
        ("work-list", "--on", "2025-09-20"),
        ("history", partly),
        ("history", "authority"),
        ("questions", "--year", "2025"),
    ):
        left = re.sub(r"[（(][a-z_.0-9]+[）)]", "", anybody.does(*shown))
        words = [each for each in re.findall(r"[A-Za-z][A-Za-z_.-]+", left) if not ALLOWED.search(each)]
        assert words == [], (shown, words)

    assert "taizhang report compile" in anybody.does("report", "due")
    assert "taizhang report check" in qian.does("report", "compile", "--year", "2025")
    qian.does("report", "event", "2025", "填报主动公开数据", "--on", "2026-01-05", "--row", "行政许可", "--column", "本年处理决定数量",
              "--value", "12", "--source", "审批科")  # fmt: skip
    qian.does("report", "event", "2025", "撰写年报文字", "--on", "2026-01-05", "--section", "存在的主要问题及改进情况", "--json", "-",
              stdin=json.dumps({"text": "全年收到申请{requests.new.total}件。"}))  # fmt: skip
    assert "行政许可" in anybody.does("report", "show", "--year", "2025")
    assert "taizhang report approve" in qian.does("report", "submit", "--year", "2025")
    assert "taizhang report publish" in zhao.does("report", "approve", "--year", "2025")
    overdue = qian.tries("report", "publish", "--year", "2025", "--document-no", "公告〔2026〕1号")
    (acknowledge,) = re.findall(r"请加上：(--acknowledge \S+)", overdue.err)
    published = qian.does(
        "report", "publish", "--year", "2025", "--document-no", "公告〔2026〕1号", *acknowledge.split()
    )
    assert "已公布" in published
    for kind in ("docx", "pdf"):
        anybody.does(
            "report", "render", "--year", "2025", "--format", kind, "--out", str(tmp_path / f"2025.{kind}")
        )
        assert (tmp_path / f"2025.{kind}").stat().st_size > 5000
    table = anybody.does("table", "--year", "2025")
    assert "13" in table
    assert anybody.does("reconcile", str(tmp_path / "2025.docx"))


# Days in the forms that officers type, and the replies to mistakes.


def new(*words: str, on: str = "2025-03-03", basis: str = "签收之日") -> tuple[str, ...]:
    return (
        "event", "new", "收到申请", "--on", on, "--channel", "邮寄", "--receipt-basis", basis, "--applicant-kind", "自然人",
        "--delivery", "纸质", *words, "--json", "-",
    )  # fmt: skip


@pytest.mark.parametrize("day", ["2025.3.3", "2025年3月3日", "2025/3/3", "20250303"])
def test_days_are_accepted_as_in_a_spreadsheet(people: dict[str, Officer], day: str) -> None:
    """At every option for a day, of a receipt and of the list."""
    people["li"].does(*new(on=day, basis="签收"), stdin=json.dumps(PERSONAL_DATA))
    listed = people["anybody"].does("list", "--received-from", day, "--received-to", day, "--csv")
    assert "2025-0001" in listed


SLIPS: list[tuple[tuple[str, ...], str]] = [
    (("event", "2025-0001", "延期", "--on", "2025-03-10"), "没有事项延期；是否为提出延期、延长答复期限？"),
    (("event", "2025-0001", "答复", "--outcome", "信息不存在"), "--outcome：是否为无法提供：经检索没有所申请公开信息（unable.not_held.nonexistent）？"),
    (("officer", "grant", "li", "科员"), "角色：可用：经办人（handler）"),
    (("officer", "appoint", "张三"), "应为2至40个小写字母、数字、点、横线，如zhang"),
    (("authority", "设定办理规则", "--on", "2025.3.3", "--policy", "收到之日起算顺延", "--value", "自愿启用", "--in-force-from", "2025.3.3"), "可用：不顺延（off）、顺延（on）"),
    (("verify", "没有.zip"), "没有这个文件或文件夹"),
    (("find", "--name", "示例人", "--actor", "li"), "写法：--purpose 窗口查询"),
    (("receipt", "2025-0001", "1"), "多写了一个值"),
    (("receipt", "2025-0001", "--version"), "选项--version之后没有写值"),
    (("authority", "设定文书文字", "--on", "2025.3.3", "--letter", "登记回执", "--paragraph", "缴纳方式", "--in-force-from", "2025.3.3"), "登记回执没有段落“缴纳方式”。可用：收到向政府提出的申请（received.government）、收到申请（received）"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), SLIPS)
def test_a_mistake_is_answered_with_the_valid_form(
    people: dict[str, Officer], words: tuple[str, ...], message: str
) -> None:
    zhou = Officer(people["li"]._taizhang, "zhou" if words[0] == "authority" or words[:2] == ("officer", "appoint") else "")  # fmt: skip
    refused = zhou.tries(*words)
    assert refused.code in (1, 2)
    assert message in refused.err


def test_an_unknown_subcommand_is_answered_with_the_existing_ones(people: dict[str, Officer]) -> None:
    joint = {
        **PERSONAL_DATA,
        "applicant": {"name": "示例人", "joint": [{"name": "示例人二", "contact": "138"}]},
    }
    refused = people["li"].tries(*new(), stdin=json.dumps(joint))
    assert "没有这一项，请检查拼写；可用：姓名或名称（name）、证件种类（id_kind）" in refused.err
    assert "138" not in refused.err


def test_a_fee_of_zero_is_shown_without_a_table(people: dict[str, Officer]) -> None:
    reference = received(people["li"], "2025-03-03", "规划图纸")
    output = people["anybody"].does("fee", reference, "--pages", "20")
    assert output.strip().endswith("应收0元（国办函〔2020〕109号），不收费。")


def test_a_section_is_named_by_its_chinese_word(people: dict[str, Officer], taizhang: Taizhang) -> None:
    assert "联系方式（contact）" in people["anybody"].does("letter-wording", "登记回执")
    Officer(taizhang, "zhou").does(
        "authority", "设定文书文字", "--on", "2025-03-03", "--letter", "登记回执", "--paragraph", "联系方式",
        "--in-force-from", "2025-03-03", "--wording", "地址：{office_address}；电话：{office_phone}。",
    )  # fmt: skip
    assert "登记回执的段落“联系方式”" in people["anybody"].does("history", "authority")
