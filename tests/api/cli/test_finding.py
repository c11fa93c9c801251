"""Searching for a request at the command line, by what is printed on a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from domain.entry import Event
from domain.request import events
from tests.adapters.recordings import body_of
from tests.api.cli.test_command_line import lines
from tests.api.conftest import Taizhang
from tests.builders import amended, answered, appealed, archived, day, received

SUBJECTS = ("道路改造项目批复", "学校食堂检查记录", "道路清扫合同")


@pytest.fixture
def register(office: Taizhang) -> Taizhang:
    """Three requests; the first has every step to the archive."""
    file: list[dict[str, Any]] = [
        {"id": f"r{nth}", "event": body_of(received("2020-03-02", subject=subject))}
        for nth, subject in enumerate(SUBJECTS, 1)
    ]
    happened: list[Event] = [
        answered("2020-03-05", document_no="花府公开〔2020〕37号"),
        events.Served(day("2020-03-06"), "china_post", day("2020-03-09"), "EMS9876543CN"),
        appealed("2020-03-10", case_no="花府复〔2020〕55号"),
        archived("2020-06-10"),
    ]
    file += [
        {"id": f"e{nth}", "reference": "2020-0001", "event": body_of(each)}
        for nth, each in enumerate(happened)
    ]
    result = office("record", "-", "--acknowledge-all", stdin=lines(*file))
    assert result.code == 0, result.err
    return office


def found(office: Taizhang, *arguments: str) -> list[str]:
    result = office("find", *arguments, "--json")
    assert (result.code, result.err) == (0, "")
    rows: Any = result.json()
    return [row["reference"] for row in rows]


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("2020-0002", ["2020-0002"]),
        (" 2020-0002 ", ["2020-0002"]),
        ("2020-2", ["2020-0002"]),
        ("2020年第2号", ["2020-0002"]),
        ("2020—0002", ["2020-0002"]),
        ("２０２０－０００２", ["2020-0002"]),
        ("2020年9号", []),
        ("0003", ["2020-0003"]),
        ("2020-", ["2020-0003", "2020-0002", "2020-0001"]),
        ("公开〔2020〕37", ["2020-0001"]),
        ("花府复", ["2020-0001"]),
        # variants of 〔〕 as typed
        ("花府公开[2020]37号", ["2020-0001"]),
        ("（2020）37", ["2020-0001"]),
        ("花府复【2020】", ["2020-0001"]),
        ("[2021]37", []),
        # full width, blanks and small letters, as an input method leaves them
        ("花府公开〔２０２０〕３７号", ["2020-0001"]),
        ("花府公开 [2020] 37 号", ["2020-0001"]),
        ("ems9876543cn", ["2020-0001"]),
        ("ＥＭＳ９８７６", ["2020-0001"]),
        ("EMS 987 6543 CN", ["2020-0001"]),
        ("市人民政府", ["2020-0001"]),
        ("9876543", ["2020-0001"]),
        ("EMS98", ["2020-0001"]),
        ("2020-1", ["2020-0001"]),
        ("食堂", ["2020-0002"]),
        ("道路", ["2020-0001", "2020-0003"]),
        ("没有这样的事", []),
        # other content of an entry: names of fields, codes, days, other texts
        ("china_post", []),
        ("document_no", []),
        ("03-02", []),
        ("第三十六条", []),
    ],
)
def test_a_request_is_found_by_what_is_printed_on_a_document(
    register: Taizhang, text: str, references: list[str]
) -> None:
    """The reference and part of it, subject, numbers of answer, case, archive and parcel; no other content of an entry."""
    assert sorted(found(register, text)) == sorted(references)


def test_similar_entries_do_not_hide_a_number(office: Taizhang) -> None:
    """Many entries with a day or code containing the text do not exhaust the limit of results."""
    file: list[dict[str, Any]] = [
        {"id": "r1", "event": body_of(received("2020-03-02", subject="03-03号地块"))}
    ]
    file += [{"id": f"r{nth}", "event": body_of(received("2020-03-03"))} for nth in range(2, 62)]
    assert office("record", "-", stdin=lines(*file)).code == 0
    assert found(office, "03-03") == ["2020-0001"]


def test_a_corrected_entry_is_found_by_its_present_text(register: Taizhang) -> None:
    """As recorded until an earlier moment, by its text of then."""
    fixed = amended("2020-03-11", 1, received("2020-03-02", subject="绿化带改造"))
    clear = {"applicant": None, "description": None}
    line = {"id": "fix", "reference": "2020-0002", "event": body_of(fixed, **clear)}
    assert register("record", "-", stdin=lines(line)).code == 0
    assert found(register, "食堂") == []
    assert found(register, "绿化") == ["2020-0002"]
    assert found(register, "食堂", "--recorded-until", "8") == ["2020-0002"]


def test_results_are_shown_in_words(register: Taizhang) -> None:
    """Reference, subject, stage, due date and outcome, and the number of results."""
    drawn = register("find", "花府复")
    assert drawn.out.splitlines()[0].startswith("“花府复”：找到1件")
    for words in ("登记号", "道路改造项目批复", "已归档", "2020-03-30", "予以公开"):
        assert words in drawn.out.replace("\n", ""), words
    assert register("find", "道路", "--csv").out.count("道路") == 2


def test_a_search_without_results_explains_how_people_are_found(register: Taizhang) -> None:
    """A telephone number is printed on no document of the office."""
    assert "写--name、--id-number或--phone" in register("find", "13800138000").out


def test_an_invalid_search_is_refused(register: Taizhang) -> None:
    for text in ("", "  ", "长" * 201, "一\n二"):
        refused = register("find", text)
        assert (refused.code, refused.out) == (2, ""), text
        assert "应为200字以内的文字" in refused.err
    assert found(register, "%") == found(register, "道_") == found(register, '路"') == []
    assert register("find").code == 2


# --- by whom it is ---

PEOPLE = (
    {"name": "阿卜杜拉·买买提", "id_number": "110101199001010000"},
    {
        "name": "李四",
        "contacts": "138-0013-8000",
        "agents": [{"name": "赵律师", "authorization": "授权委托书"}],
    },
    {"name": "李四光"},
)


@pytest.fixture
def counter(office: Taizhang) -> Taizhang:
    """Three requests of three people, in an office with officers."""
    file = [
        {"id": f"r{nth}", "event": body_of(received("2020-03-02", subject=subject), applicant=person)}
        for nth, (subject, person) in enumerate(zip(SUBJECTS, PEOPLE, strict=True), 1)
    ]
    assert office("record", "-", stdin=lines(*file)).code == 0
    for words in (
        ("create-first", "--system-administrator", "a-admin", "--security-administrator", "b-admin"),
        ("appoint", "li", "--actor", "a-admin"),
        ("grant", "li", "handler", "--actor", "b-admin"),
        ("appoint", "zhao", "--actor", "a-admin"),
        ("grant", "zhao", "auditor", "--actor", "b-admin"),
    ):
        done = office("officer", *words)
        assert done.code == 0, done.err
    officers: Any = office("officer", "list", "--json").json()
    for each in officers:
        for pending in each["pending"]:
            assert office("officer", "confirm", str(pending["version"]), "--actor", "a-admin").code == 0
    return office


WINDOW = ("--purpose", "窗口查询", "--actor", "li")


@pytest.mark.parametrize(
    ("arguments", "references"),
    [
        (("--name", "李 四"), ["2020-0002"]),
        (("--name", "阿卜杜拉•买买提"), ["2020-0001"]),
        (("--name", "赵律师"), ["2020-0002"]),
        (("--name", "李"), []),
        (("--id-number", "１１０１０１199001010000"), ["2020-0001"]),
        (("--phone", "+86 138 0013 8000"), ["2020-0002"]),
    ],
)
def test_an_applicant_is_found_at_the_counter(
    counter: Taizhang, arguments: tuple[str, ...], references: list[str]
) -> None:
    """By name, id number or telephone; the purpose is in the access log, the search term is not."""
    assert found(counter, *arguments, *WINDOW) == references

    logged: Any = counter("access-log", "--actor", "zhao", "--act", "personal_data_read", "--json").json()
    assert [(each["actor"], each["purpose"], each["reference"], each["route"]) for each in logged] == [
        ("li", "窗口查询", "search", "taizhang find")
    ]
    assert arguments[1] not in str(logged)


def test_without_purpose_or_power_nobody_is_found(counter: Taizhang) -> None:
    """A blank purpose is refused; an officer who may not read personal data is refused, and that is logged."""
    for purpose in ((), ("--purpose", ""), ("--purpose", "  "), ("--purpose", "一\n二")):
        refused = counter("find", "--name", "李四", *purpose, "--actor", "li")
        assert (refused.code, refused.out) == (1, ""), purpose
        assert "purpose_required" in refused.err
    refused = counter("find", "--name", "李四", "--purpose", "窗口查询", "--actor", "a-admin")
    assert (refused.code, refused.out, "no_power" in refused.err) == (1, "", True)
    logged: Any = counter("access-log", "--actor", "zhao", "--act", "personal_data_read", "--json").json()
    assert [(each["actor"], each["result"]) for each in logged] == [("a-admin", "no_power")]


@pytest.mark.parametrize(
    "arguments",
    [
        ("李四", "--name", "李四"),
        ("--name", "李四", "--phone", "13800138000"),
        ("--name", "李四", "--recorded-until", "3"),
        ("--name", ""),
        ("--name", "·"),
        ("--phone", "\u200b"),
    ],
)
def test_a_person_is_searched_by_one_criterion(counter: Taizhang, arguments: tuple[str, ...]) -> None:
    refused = counter("find", *arguments, *WINDOW)
    assert (refused.code, refused.out) == (2, "")
    assert "李四" not in refused.err


# --- the list as a workbook ---


def test_the_register_of_a_period_as_a_printable_workbook(register: Taizhang, tmp_path: Path) -> None:
    """The columns and lines of the list, with the authority's name on each page; files are overwritten only on request."""
    target = tmp_path / "台账.xlsx"
    period = ("--received-from", "2020-03-01", "--received-to", "2020-03-31")
    written = register("list", *period, "--xlsx", str(target))
    assert (written.code, written.out) == (0, f"{target}：3件申请。\n"), written.err

    sheet = openpyxl.load_workbook(target)["台账"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[:5] == ("登记号", "申请事项", "阶段", "收到日期", "答复期限")
    assert [row[:4] for row in rows] == [
        ("2020-0001", SUBJECTS[0], "已归档", "2020-03-02"),
        ("2020-0002", SUBJECTS[1], "在办", "2020-03-02"),
        ("2020-0003", SUBJECTS[2], "在办", "2020-03-02"),
    ]
    assert sheet.oddHeader.center.text == "某区人民政府办公室　政府信息公开申请台账"
    assert sheet.print_title_rows == "$1:$1"

    before = target.read_bytes()
    again = register("list", "--stage", "in_hand", "--xlsx", str(target))
    assert (again.code, target.read_bytes()) == (2, before)
    assert "没有覆盖" in again.err
    assert register("list", "--stage", "in_hand", "--xlsx", str(target), "--force").code == 0
    assert openpyxl.load_workbook(target)["台账"].max_row == 3


@pytest.mark.parametrize("beside", [("--csv",), ("--json",), ("--annulled",)])
def test_a_workbook_excludes_other_formats(register: Taizhang, tmp_path: Path, beside: tuple[str]) -> None:
    target = tmp_path / "台账.xlsx"
    assert register("list", "--xlsx", str(target), *beside).code == 2
    assert register("list", "--xlsx", str(tmp_path / "台账.doc")).code == 2
    assert list(tmp_path.glob("台账*")) == []
