"""Recording and reading at the command line, as officers do."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from rich.cells import cell_len

from api import cli
from api.cli.event_options import is_option
from domain.authority.events import AUTHORITY_EVENTS
from domain.entry import type_of
from domain.request.events import EVENTS
from domain.request.file_events import DocumentFiled
from projections.event_forms import form_of
from tests.api.conftest import OFFICE, Taizhang

PUBLISHED = Path(__file__).parents[2] / "published"

RECEIVED = {
    "type": "received",
    "on": "2020-03-02",
    "channel": "post",
    "receipt_basis": "signed_for",
    "applicant_kind": "natural_person",
    "applicant": {"name": "示例人"},
    "description": "示例内容",
    "delivery": "paper",
}
ANSWER = ("answered", "--outcome", "granted.provided", "--legal-basis", "第三十六条", "--document-no", "1号")


def lines(*recordings: dict[str, Any]) -> str:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in recordings) + "\n"


def answered(on: str, **fields: Any) -> dict[str, Any]:
    fields_ = {"type": "answered", "on": on, "outcome": "granted.provided", "legal_basis": "第三十六条"}
    return fields_ | {"document_no": "1号"} | fields


def test_one_event_after_another(office: Taizhang) -> None:
    """A request is received, answered and served by single commands; the table counts it."""
    received = {name: RECEIVED[name] for name in ("applicant", "description")}
    flat = ["--on", "2020-03-02", "--channel", "post", "--receipt-basis", "signed_for"]
    flat += ["--applicant-kind", "natural_person", "--delivery", "paper"]

    first = office("event", "new", "received", *flat, "--json", "-", stdin=json.dumps(received))
    second = office("event", "2020-0001", *ANSWER, "--on", "2020-03-20")
    third = office(
        "event", "2020-0001", "served", "--on", "2020-03-20", "--method", "china_post", "--reply-json"
    )

    assert [first.code, second.code, third.code] == [0, 0, 0]
    assert first.out.startswith(
        "2020-0001：收到申请已登记为第1条。\n阶段：在办；答复期限2020-03-30。\n接下来可以登记："
    )
    reply = third.json()
    assert isinstance(reply, dict)
    assert "archived" in reply.pop("possible")
    assert {**reply, "id": "", "leaf": ""} == {
        "id": "", "leaf": "", "reference": "2020-0001", "version": 3, "position": 4, "irregularities": [],
        "stage": "closed", "due_on": "2020-03-30", "provisional": False, "repeated": False,
    }  # fmt: skip
    table = office("table", "--year", "2020", "--json").json()
    assert isinstance(table, dict)
    assert table["requests_table"]["granted"] == [1, 0, 0, 0, 0, 0, 1]
    assert list(table) == [
        "columns", "requests_table", "appeals_table", "authority", "authority_code", "format", "position",
        "discrepancies", "year",
    ]  # fmt: skip


def test_the_unlawful_needs_acknowledging(office: Taizhang) -> None:
    """A late answer is refused with the article and the option to add; with it, it is recorded."""
    office("record", "-", stdin=lines({"id": "a", "event": RECEIVED}))

    refused = office("event", "2020-0001", *ANSWER, "--on", "2020-03-31")
    recorded = office("event", "2020-0001", *ANSWER, "--on", "2020-03-31", "--acknowledge", "late_answer")

    assert refused.code == 1
    assert "期限为2020-03-30（第三十三条）" in refused.err
    assert "--acknowledge 逾期答复" in refused.err
    assert recorded.code == 0


def test_a_file_is_recorded_whole_or_not_at_all(office: Taizhang) -> None:
    """Every line with a problem is named by number and id, and nothing is stored."""
    stdin = lines(
        {"id": "a", "event": RECEIVED},
        {"id": "b", "reference": "#a", "event": answered("2020-03-20")},
        {"id": "c", "reference": "#a", "event": answered("2020-03-21")},
        {"id": "d", "reference": "2020-0099", "event": answered("2020-03-21")},
    )

    result = office("record", "-", stdin=stdin)

    assert result.code == 1
    assert result.out == ""
    assert "第3行（c）：2020-0001已于2020-03-20答复（予以公开）" in result.err
    assert "第4行（d）：本机关台账中没有2020-0099" in result.err
    assert "共2行不能登记，全部未登记" in result.err
    assert office("event", "2020-0001", *ANSWER, "--on", "2020-03-20").code == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "第2行：不是完整的JSON"),
        ("[]", "第2行：应为对象"),
        ('{"id":"\ud800"}', "第2行：不是UTF-8文字"),
        ('{"id":"x","event":{"type":"lost","on":"2020-01-01"}}', "第2行：事项（event.type）：没有这种事项"),
        (
            '{"id":"x","event":{"type":"assigned","on":"2020-02-30","unit":"甲"}}',
            "第2行：日期（event.on）：应为日期",
        ),
        (
            '{"id":"x","event":{"type":"assigned","on":"2020-02-01"}}',
            "第2行：承办单位（event.unit）：缺少这一项",
        ),
        (
            '{"id":"x","colour":1,"event":{"type":"assigned","on":"2020-02-01","unit":"甲"}}',
            "第2行：colour：没有这一项",
        ),
        ("[" * 100_000, "第2行："),
    ],
)
def test_a_line_that_cannot_be_read(office: Taizhang, line: str, message: str) -> None:
    """Each kind of malformed line has its Chinese message by line number; exit code 2, nothing stored."""
    good = json.dumps({"id": "a", "event": RECEIVED})

    result = office("record", "-", stdin=f"{good}\n{line}\n")

    assert result.code == 2
    assert message in result.err
    assert office("event", "2020-0001", *ANSWER, "--on", "2020-03-20").code == 1


def test_preview_stores_nothing(office: Taizhang) -> None:
    """It prints what would be recorded; the register stays empty."""
    result = office("record", "-", "--preview", stdin=lines({"id": "a", "event": RECEIVED}))

    assert (result.code, result.out) == (0, "huadu：可以登记（未保存）1项，涉及1件申请。\n")
    assert office("event", "2020-0001", *ANSWER, "--on", "2020-03-20").code == 1


def test_acknowledging_all_lists_them_first(office: Taizhang) -> None:
    """An import of old records prints the acknowledged irregularities by code and article."""
    stdin = lines(
        {"id": "a", "event": RECEIVED},
        {"id": "b", "reference": "#a", "event": answered("2020-05-20")},
        {"id": "c", "event": RECEIVED},
        {"id": "d", "reference": "#c", "event": answered("2020-05-21")},
    )

    refused = office("record", "-", stdin=stdin)
    taken = office("record", "-", "--acknowledge-all", stdin=stdin)

    assert refused.code == 1
    assert taken.code == 0
    row = next(line for line in taken.err.splitlines() if "late_answer" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "逾期答复",
        "late_answer",
        "第三十三条",
        "2",
    ]


def test_the_same_file_again_changes_nothing(office: Taizhang) -> None:
    """A second time it is stored once, with the same reply marked as repeated."""
    stdin = lines(
        {"id": "a", "event": RECEIVED}, {"id": "b", "reference": "#a", "event": answered("2020-03-20")}
    )

    first = office("record", "-", "--json", stdin=stdin)
    second = office("record", "-", "--json", stdin=stdin)

    assert first.out.replace('"repeated":false', '"repeated":true') == second.out
    assert first.out.count('"repeated":false') == len(first.out.splitlines()) == 2
    table = office("table", "--year", "2020", "--json").json()
    assert isinstance(table, dict)
    assert table["position"] == 3


def test_a_cell_lists_its_requests(office: Taizhang) -> None:
    """A cell opens its requests; a cell of appeals its appeals."""
    appeal = {"type": "appealed", "on": "2020-04-01", "appeal": "复议一", "route": "reconsideration"}
    appeal |= {"ground": "answer", "tribunal": "市人民政府", "case_no": "1号"}
    office(
        "record", "-",
        stdin=lines(
            {"id": "a", "event": RECEIVED},
            {"id": "b", "reference": "#a", "event": answered("2020-03-20")},
            {"id": "c", "event": RECEIVED | {"applicant_kind": "commercial_enterprise"}},
            {"id": "d", "reference": "#a", "event": appeal},
        ),
    )  # fmt: skip

    def references(cell: str) -> list[str]:
        found = office("table", "--year", "2020", "--cell", cell, "--json").json()
        assert isinstance(found, list)
        return [each["reference"] for each in found]

    assert references("granted:natural_person") == ["2020-0001"]
    assert references("new:total") == ["2020-0001", "2020-0002"]
    assert references("carried_out:commercial_enterprise") == ["2020-0002"]
    assert references("reconsideration:pending") == ["2020-0001"]
    assert "2020-0001" in office("table", "--year", "2020", "--cell", "total:total").out
    assert office("table", "--year", "2020", "--cell", "granted:nobody").code == 2


def test_tables_fit_the_terminal(office: Taizhang) -> None:
    """In either layout no line is wider than 100 columns, a hanzi counting as two."""
    for name in ("2019", "2021"):
        drawn = office("table", "--year", "2020", "--format", name).out
        assert max(cell_len(line) for line in drawn.splitlines()) <= 100
        assert "（七）总计" in drawn
    assert "2.申请人逾期未按收费通知要求缴纳费用" in drawn


def test_a_period_before_the_register_is_complete_is_refused(office: Taizhang) -> None:
    """There is no table for a time whose requests are not all recorded."""
    result = office("table", "--year", "2019")

    assert result.code == 1
    assert "台账自2020-01-01起完整" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tabel",), "没有命令tabel"),
        (("table", "--colour"), "没有选项--colour"),
        (("table", "--year", "abc"), "--year：应为2000至2100的整数"),
        (("table", "--from", "2020-01-01"), "请给出--year，或同时给出--from和--to"),
        (("table", "--from", "2020-02-01", "--to", "2020-01-01"), "--to早于--from"),
        (("table", "--from", "2020-02-30", "--to", "2020-03-01"), "应为日期，如2020-03-02"),
        (("record",), "缺少文件"),
        (("record", "no-such-file"), "no-such-file"),
        (("event", "2020-0001", "archived", "--on", "2020-13-01"), "应为日期"),
        (("event", "2020-0001", "served", "--on", "2020-03-01", "--method", "pigeon"), "--method"),
        (("event", "2020-0001", "withdrawn", "--on", "2020-03-01"), "缺少撤回的情形（--reason）"),
        (
            ("event", "17", "withdrawn", "--on", "2020-03-01", "--reason", "other"),
            "登记号应为年份加至少四位序号",
        ),
    ],
)
def test_bad_calls_are_answered_in_chinese(
    office: Taizhang, arguments: tuple[str, ...], message: str
) -> None:
    """A mistyped command, option or value gets a Chinese message and exit code 2."""
    result = office(*arguments)

    assert result.code == 2
    assert message in result.err


def test_all_missing_fields_are_named_at_once(office: Taizhang) -> None:
    """Options by their flags, JSON fields by their names; nothing is recorded."""
    result = office("event", "new", "received", "--on", "2020-03-02", "--channel", "邮寄", "--json", "-",
                    stdin='{"applicant": {"contacts": "示例电话"}}')  # fmt: skip
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "缺少收到日期的依据（--receipt-basis）、申请人类别（--applicant-kind）、提供方式（--delivery）；"
        "--json中缺少姓名或名称（applicant.name）、申请内容（description）。用 --help 查看用法。\n"
    )
    assert office("list").out.startswith("0件申请")


def test_chinese_words_are_accepted_for_codes(office: Taizhang) -> None:
    """The event by its title, choices by their words, 是 and 否; codes are stored."""
    assert office("record", "-", stdin=lines({"id": "r", "event": RECEIVED})).code == 0
    commands = [
        ("答复", "--outcome", "属于国家秘密", "--legal-basis", "第十四条", "--document-no", "1号", "--on", "2020-03-20"),
        ("送达", "--method", "邮政企业寄送", "--on", "2020-03-20"),
        ("行政救济", "--appeal", "甲", "--route", "行政诉讼(未经复议)", "--ground", "不服答复", "--tribunal", "某院",
         "--case-no", "1号", "--on", "2020-04-01"),
        ("救济结果", "--appeal", "甲", "--instance", "复议或一审", "--disposition", "部分撤销", "--on", "2020-05-01",
         "--effective-on", "2020-05-01"),
        ("纠错分析", "--appeal", "甲", "--causes", "事实认定", "--causes", "程序", "--on", "2020-05-02", "--json", "-"),
    ]  # fmt: skip
    for arguments in commands:
        result = office("event", "2020-0001", *arguments, stdin='{"measures": "先送审核"}')
        assert result.code == 0, result.err
    row = office("list", "--json").json()[0]
    assert row["outcome"] == "refused.state_secret"
    table = office("table", "--year", "2020", "--json").json()
    assert table["appeals_table"]["litigation_direct"]["corrected"] == 1
    wrong = office("event", "2020-0001", "送达", "--method", "鸽子", "--on", "2020-03-20")
    assert (wrong.code, "邮政企业寄送（china_post）" in wrong.err, "鸽子" in wrong.err) == (2, True, False)


@pytest.mark.parametrize(
    "type_", [type_of(kind) for kind in (*EVENTS, *AUTHORITY_EVENTS) if kind is not DocumentFiled]
)
def test_the_help_of_an_event_is_complete(taizhang: Taizhang, type_: str) -> None:
    """Each field with its label and whether it is required, each code with its word, and an example to paste."""
    where = ("event",) if type_ in map(type_of, EVENTS) else ("authority",)
    help_ = taizhang(*where, type_, "--help")
    assert help_.code == 0
    text = "".join(help_.out.split())
    for field in form_of(type_).fields:
        assert (f"--{field.name.replace('_', '-')}" if is_option(field) else field.name) in text
        assert field.label + "，必填" * field.required in text
        for choice in field.choices:
            assert choice.value in text or field.kind == "yes_no"
            assert "".join(choice.words.split()) in text
    assert "例，整段复制后改写" in text
    example = help_.out.split("例，整段复制后改写：\n")[1]
    assert example.lstrip().startswith("taizhang ")
    assert all(cell_len(line) <= 100 for line in help_.out.split("例，")[0].splitlines())


@pytest.mark.parametrize("type_", [type_of(kind) for kind in AUTHORITY_EVENTS])
def test_examples_can_be_pasted(taizhang: Taizhang, type_: str) -> None:
    """The examples of the help are valid as printed: if refused, then only by a rule of law."""
    example = taizhang("authority", type_, "--help").out.split("例，整段复制后改写：\n")[1]
    call, _, pasted = example.partition(" <<'完'\n")
    _, *arguments = shlex.split(call)
    result = taizhang(*arguments, stdin=pasted.rpartition("完")[0])
    assert result.code in (0, 1)
    assert type_ != "registered" or result.code == 0


def test_every_command_accepts_chinese_words(office: Taizhang) -> None:
    """Lists, cells, measures, kinds and steps: the word gives the same result as the code."""
    recordings = [
        {"id": "r", "event": RECEIVED},
        {"id": "a", "reference": "#r", "event": answered("2020-03-20")},
    ]
    assert office("record", "-", stdin=lines(*recordings)).code == 0
    pairs = [
        (("table", "--year", "2020", "--cell", "予以公开:自然人"), ("table", "--year", "2020", "--cell", "granted:natural_person")),
        (("list", "--outcome", "予以公开"), ("list", "--outcome", "granted")),
        (("list", "--stage", "已办结"), ("list", "--stage", "closed")),
        (("list", "--applicant-kind", "自然人"), ("list", "--applicant-kind", "natural_person")),
        (("compliance", "--year", "2020", "--list", "办结"), ("compliance", "--year", "2020", "--list", "closed")),
        (("carry-over", "--year", "2020", "--by", "月", "--kind", "自然人"),
         ("carry-over", "--year", "2020", "--by", "month", "--kind", "natural_person")),
    ]  # fmt: skip
    for words, codes in pairs:
        by_word, by_code = office(*words, "--json"), office(*codes, "--json")
        assert (by_word.code, by_word.out) == (0, by_code.out), by_word.err
    assert [each["reference"] for each in office("list", "--outcome", "予以公开", "--json").json()] == [
        "2020-0001"
    ]
    assert office("list", "--outcome", "不予公开", "--json").json() == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("event", "2020-0001", "served", "–on", "2020-03-01"), "不是英文减号"),
        (("table", "——year", "2020"), "请改为两个英文减号，如--year"),
        (("event", "2020-0001", "assigned", "--unit", "“法规科”"), "外面是中文引号"),
    ],
)
def test_typographic_dashes_and_quotes_are_recognised(
    office: Taizhang, arguments: tuple[str, ...], says: str
) -> None:
    refused = office(*arguments)
    assert (refused.code, says in refused.err) == (2, True)


def test_codes_are_listed_with_their_words(taizhang: Taizhang) -> None:
    """Outcomes, dispositions and irregularities with their articles; one kind by its Chinese name, also as data."""
    all_, one = taizhang("codes"), taizhang("codes", "办理结果", "--json")
    for words in (
        "refused.state_secret",
        "属于国家秘密",
        "第十四条",
        "claim_dismissed",
        "驳回请求",
        "late_answer",
        "逾期答复",
    ):
        assert words in all_.out
    assert one.json()["outcomes"][0] == {
        "code": "granted",
        "word": "予以公开",
        "note": "第三十六条第一项、第二项",
    }
    assert list(one.json()) == ["outcomes"]


def test_help_is_in_chinese(taizhang: Taizhang) -> None:
    """The help of every command begins with 用法 and has no English."""
    for arguments in ((), ("record",), ("table",), ("event", "2020-0001"), ("event", "2020-0001", "served")):
        help_ = taizhang(*arguments, "--help")
        assert help_.code == 0
        assert help_.out.startswith("用法：")
        assert "Usage" not in help_.out
        assert "Options" not in help_.out


def test_the_example_of_a_fee_agrees_with_the_tariff(taizhang: Taizhang) -> None:
    """国办函〔2020〕109号, from 2021 on: of 40 pages 30 are free, the other ten cost 10 yuan each."""
    help_ = taizhang("event", "2021-0001", "fee_charged", "--help").out
    assert "收费通知 --on 2021-03-10 --basis 按量 --quantity 40 --amount-yuan 100" in help_


def test_click_s_own_help_texts_are_in_chinese() -> None:
    """Types of values, bounds and defaults, in the help of every command."""
    for path, help_ in _helps(cli.cli, cli.cli.context_class(cli.cli, info_name="taizhang")):
        added = re.search(r"<=x|x>=|INTEGER|TEXT|FLOAT|\[default|\[required|\bdefault: ", help_)
        assert added is None, (path, added)
    assert "几个工作日内到期算将至；缺省5。0至250。" in help_of("work-list")
    assert "汇总的单位名称。缺省汇总。" in help_of("consolidate")


def help_of(name: str) -> str:
    command = cli.cli.get_command(click.Context(cli.cli), name)
    assert command is not None
    return "".join(command.get_help(command.context_class(command, info_name=name)).split())


def _helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if (inner := command.get_command(context, name)) is not None:
                yield from _helps(inner, inner.context_class(inner, parent=context, info_name=name))


def test_with_two_authorities_a_command_must_name_one(office: Taizhang) -> None:
    """With a second authority --authority is required, and each has its own numbers."""
    second = [{"hongze": "hongze", "huadu": "hongze"}.get(word, word) for word in OFFICE]
    assert office(*second).code == 0

    unclear = office("record", "-", stdin=lines({"id": "a", "event": RECEIVED}))
    assert unclear.code == 2
    assert "hongze、huadu" in unclear.err
    for code in ("huadu", "hongze"):
        stdin = lines({"id": "a", "event": RECEIVED})
        reply = office("record", "-", "--authority", code, "--json", stdin=stdin).json()
        assert isinstance(reply, dict)
        assert reply["reference"] == "2020-0001"
    assert office("table", "--authority", "nobody", "--year", "2020").code == 1


def test_an_unreachable_database_has_a_message(taizhang: Taizhang, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3 and a Chinese message without address or password."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/nothing")

    result = taizhang("table", "--year", "2020")

    assert result.code == 3
    assert "数据库不可用" in result.err
    assert "secret" not in result.err


@pytest.mark.parametrize("name", sorted(path.stem for path in PUBLISHED.glob("*.json")))
def test_reconcile_finds_what_each_report_lists(taizhang: Taizhang, name: str) -> None:
    """Exactly the violations and blanks listed in each published report's file."""
    report = json.loads((PUBLISHED / f"{name}.json").read_text("utf-8"))

    result = taizhang("reconcile", str(PUBLISHED / f"{name}.json"), "--json")

    found = result.json()
    assert isinstance(found, dict)
    for each in found["discrepancies"]:
        assert each.pop("difference") == each["left"] - each["right"]
    key = json.dumps
    assert sorted(map(key, map(sorted_items, found["discrepancies"]))) == sorted(
        map(key, map(sorted_items, report["violations"]))
    )
    assert found["blanks"] == sorted(report["blanks"])
    assert result.code == (1 if report["violations"] else 0)


def sorted_items(fault: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(fault.items())


def test_reconcile_finds_opposite_errors_under_a_balanced_total(taizhang: Taizhang, tmp_path: Path) -> None:
    """One request moved between two applicant kinds in a row keeps every total, and is found."""
    report = json.loads((PUBLISHED / "2023_suqian_city.json").read_text("utf-8"))
    report["requests_table"]["granted"][0] += 1
    report["requests_table"]["granted"][1] -= 1
    planted = tmp_path / "planted.json"
    planted.write_text(json.dumps(report), "utf-8")

    found = taizhang("reconcile", str(planted), "--json").json()

    assert isinstance(found, dict)
    assert [(each["identity"], each["column"], each["difference"]) for each in found["discrepancies"]] == [
        ("outcomes_sum", "natural_person", 1),
        ("outcomes_sum", "commercial_enterprise", -1),
    ]


def test_reconcile_with_the_year_before(taizhang: Taizhang) -> None:
    """宿迁 2024 carries in what 2023 carried out; against 花都 2020 each column that differs is named."""
    this, before = PUBLISHED / "2024_suqian_city.json", PUBLISHED / "2023_suqian_city.json"
    other = PUBLISHED / "2020_guangzhou_huadu_office.json"

    assert taizhang("reconcile", str(this), "--previous", str(before)).code == 0
    result = taizhang("reconcile", str(this), "--previous", str(other), "--json")

    found = result.json()
    assert isinstance(found, dict)
    assert result.code == 1
    carry = {each["column"]: (each["left"], each["right"]) for each in found["discrepancies"]}
    assert carry == {"natural_person": (118, 1), "commercial_enterprise": (3, 0), "total": (121, 1)}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"columns":[],"requests_table":{},"appeals_table":{}}', '{"columns":["a","total"]}',
     '{"columns":["a","total"],"requests_table":{"new":[1]},"appeals_table":{}}'],
)  # fmt: skip
def test_reconcile_refuses_other_files(taizhang: Taizhang, tmp_path: Path, text: str) -> None:
    """A file that is no pair of tables is refused in Chinese."""
    file = tmp_path / "no-report.json"
    file.write_text(text, "utf-8")

    result = taizhang("reconcile", str(file))

    assert result.code == 2
    assert any("\u4e00" <= letter <= "\u9fff" for letter in result.err)


def test_the_overview_agrees_with_each_command() -> None:
    """The list of commands is kept separately, so that help imports none of them; both texts are the same."""
    script = "import sys; from api.cli import cli; cli.get_help(__import__('click').Context(cli)); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"asyncpg", "msgspec", "structlog", "rich.console", "argon2"} & set(loaded) == set()
    folder = Path(cli.__file__).parent
    modules = [
        import_module(f"api.cli.{each.stem}") for each in folder.glob("*.py") if each.stem != "__init__"
    ]
    own = {each.name: each for module in modules for each in getattr(module, "COMMANDS", ())}
    assert set(own) == set(cli.cli.commands)
    for name, command in own.items():
        assert command.get_short_help_str() == cli.cli.commands[name].short_help


def test_every_command_is_in_the_help() -> None:
    """The commands named in the handbook exist."""
    assert {
        "record",
        "event",
        "authority",
        "table",
        "reconcile",
        "migrate",
        "rebuild",
        "stop",
        "demo",
    } <= set(cli.cli.commands)


def test_a_deadline_before_receipt_is_refused(office: Taizhang) -> None:
    """Before the day of receipt there is no term."""
    office("record", "-", stdin=lines({"id": "a", "event": RECEIVED}))

    result = office("deadline", "2020-0001", "--on", "2020-03-01")

    assert result.code == 2
    assert "早于2020-0001的收到日期2020-03-02" in result.err


def test_a_moment_before_the_register_was_open_is_refused(office: Taizhang) -> None:
    """The message does not advise registering again; a position beyond the log is refused, not cut."""
    early = office("table", "--year", "2020", "--recorded-until", "2019-01-01")
    beyond = office("table", "--year", "2020", "--recorded-until", "999")

    assert (early.code, beyond.code) == (1, 1)
    assert "截至所问的时刻，该机关尚未设立台账" in early.err
    assert "日志只到位置1" in beyond.err


def test_a_byte_order_mark_is_ignored(office: Taizhang, tmp_path: Path) -> None:
    """In a file of lines and in a report, as Windows editors write it."""
    stdin = "\ufeff" + lines({"id": "a", "event": RECEIVED})
    report = tmp_path / "report.json"
    report.write_text("\ufeff" + (PUBLISHED / "2023_suqian_city.json").read_text("utf-8"), "utf-8")

    assert office("record", "-", stdin=stdin).code == 0
    assert office("reconcile", str(report)).code == 0


def test_repeated_lines_are_counted_separately(office: Taizhang) -> None:
    """The second time the output has the number of lines already recorded."""
    stdin = lines({"id": "a", "event": RECEIVED})
    office("record", "-", stdin=stdin)

    again = office("record", "-", stdin=stdin + lines({"id": "b", "event": RECEIVED}))

    assert again.out == "huadu：已登记2项（其中1项此前已登记），涉及2件申请。\n"


def test_a_preview_lists_dates_and_cells(office: Taizhang) -> None:
    """Additions and changes with the labels of the form; nothing is stored."""
    office("record", "-", stdin=lines({"id": "a", "event": RECEIVED}))

    output = office("event", "2020-0001", *ANSWER, "--on", "2020-03-31", "--preview").out

    assert "须确认：答复于2020-03-31作出，期限为2020-03-30（第三十三条）［late_answer］" in output
    assert "结果：无 → 予以公开" in output
    assert (
        "2020年度表格：四、结转下年度继续办理（自然人）1 → 0；（一）予以公开（自然人）0 → 1；总计（自然人）0 → 1"
        in output
    )
    assert office("event", "2020-0001", *ANSWER, "--on", "2020-03-20").code == 0


def test_a_day_off_lists_the_due_dates_it_moves(office: Taizhang) -> None:
    """A day on which the office is closed moves an open due date; preview and recording both list it."""
    office("record", "-", stdin=lines({"id": "a", "event": RECEIVED}))
    assert office("event", "2020-0001", "assigned", "--on", "2020-03-02", "--unit", "法制科").code == 0
    office("record", "-", stdin=lines({"id": "b", "event": RECEIVED}))
    assert office("event", "2020-0002", *ANSWER, "--on", "2020-03-20").code == 0
    closed = ("authority", "day_off_set", "--on", "2020-03-03", "--day", "2020-03-04", "--working", "false")

    preview = office(*closed, "--document-no", "停办〔2020〕1号", "--preview")
    recorded = office(*closed, "--document-no", "停办〔2020〕1号")

    for output in (preview.out, recorded.out):
        assert (
            "2020-0001期限：2020-03-30 → 2020-03-31，延后1天\n2020-0002期限：2020-03-30 → 2020-03-31，延后1天（已办结）"
            in output
        )
        assert "共2件申请的期限有变，其中未办结1件。" in output
    assert "期限没有变动" in office("rebuild").out


def test_a_notice_of_the_state_council_is_entered(office: Taizhang) -> None:
    """Its days are given in one argument; an invalid day is named and nothing is recorded."""
    office("record", "-", stdin=lines({"id": "a", "event": RECEIVED}))
    entered = ("authority", "holiday_notice_recorded", "--on", "2020-03-03", "--published-on", "2020-03-02")
    entered = (*entered, "--document-no", "国办〔2020〕9号", "--working", "2020-04-11")
    assert office(*entered, "--off", "2020年3月4日、昨天").code != 0
    assert "期限没有变动" in office("rebuild").out
    assert (
        "2020-0001期限：2020-03-30 → 2020-03-31" in office(*entered, "--off", "2020年3月4日、2020-03-07").out
    )


def test_reconcile_with_children(taizhang: Taizhang, tmp_path: Path) -> None:
    """A sum over one child equals that child; a changed cell is named with both values."""
    parent = PUBLISHED / "2023_suqian_city.json"
    report = json.loads(parent.read_text("utf-8"))
    report["requests_table"]["new"][0] -= 1
    child = tmp_path / "child.json"
    child.write_text(json.dumps(report), "utf-8")

    assert taizhang("reconcile", str(parent), "--child", str(parent)).code == 0
    found = taizhang("reconcile", str(parent), "--child", str(child), "--json").json()

    assert isinstance(found, dict)
    assert found["discrepancies"] == [
        {"identity": "parent", "table": "requests", "left": 3402, "right": 3401, "difference": 1,
         "row": "new", "column": "natural_person"},
    ]  # fmt: skip


def test_the_authority_has_a_history_too(office: Taizhang) -> None:
    """The authority's own entries are shown like those of a request: name, completeness and rules."""
    office(
        "authority",
        "renamed",
        "--on",
        "2020-06-01",
        "--name",
        "某区人民政府办公厅",
        "--in-force-from",
        "2020-07-01",
    )

    lines_ = office("history", "authority", "--json").json()

    assert isinstance(lines_, list)
    assert [line["sentence"] for line in lines_] == [
        "2020-01-01某区人民政府办公室（huadu）设立台账，自2020-01-01起完整",
        "2020-06-01机关更名为某区人民政府办公厅，自2020-07-01起",
    ]
    assert office("table", "--year", "2020").out.startswith("某区人民政府办公厅　2020年度")
    assert office("table", "--from", "2020-01-01", "--to", "2020-06-30").out.startswith("某区人民政府办公室")


def test_no_command_imports_an_http_client() -> None:
    """It would take a tenth of a command's start; only the worker sends deliveries."""
    names = sorted(each.stem for each in Path(cli.__file__).parent.glob("*.py") if each.stem != "__init__")
    script = f"import sys; {'; '.join(f'import api.cli.{name}' for name in names)}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "api.cli.requests" in loaded
    assert {"httpx"} & set(loaded) == set()
