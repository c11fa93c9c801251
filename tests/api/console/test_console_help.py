"""Links to help: each page links to a section of the handbook, each article to the features based on it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from adapters.register.recording.decoding import convert
from api.console import handbook
from api.today import today
from domain.law.irregularities import RULES
from projections.event_forms import EVENT_TYPES, form_of
from tests.adapters.recordings import body_of
from tests.api.conftest import Running, _fresh_code
from tests.api.console.console_states import states
from tests.api.officers import OFFICERS, Caller, office_of, register_of
from tests.builders import received

PLACES = {
    "fresh": "2026-0001", "drafted": "2026-0002", "answered": "2026-0005", "unit": "office-1", "of-the-unit": "2026-0001",
    **dict.fromkeys(("whole", "sent-back", "drafted-again", "extension", "erasing"), "2026-0003"),
}  # fmt: skip


def test_each_page_links_to_an_existing_section() -> None:
    """The handbook itself too."""
    body = handbook.handbook()["pages"].body
    for path in {each.path.partition("?")[0] for each in states(PLACES)} - {"/nix"}:
        address = handbook.address_of(path)
        if not path.startswith("/help") and path != "/imports":
            assert "#" in address, path
        assert f'id="{address.partition("#")[2]}"' in body or address == "/help", path


def test_the_handbook_links_only_to_files_that_pages_show() -> None:
    for part in handbook.handbook().values():
        assert all(re.match("https?:|#", each) for each in re.findall('href="([^"]*)"', part.body))
    assert "deploy/README.md" in handbook.handbook()["commands"].body


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/", "每天先看“待办”"),
        ("/requests/new/preview", "收到一件申请"),
        ("/requests/2020-0001/extended", "办理一件申请"),
        ("/requests/2020-0001/amend/2", "登错了"),
        ("/requests/print", "查找和打印"),
        ("/people/amend/3", "人员和账号"),
        ("/reports/2020/report_published", "年度报告"),
    ],
)
def test_a_form_links_to_its_section(path: str, section: str) -> None:
    assert handbook.address_of(path) == f"/help#{section}"


def test_each_article_links_to_the_features_based_on_it() -> None:
    found = {each.name: each for each in handbook.by_article()}
    for type_ in EVENT_TYPES:
        form = form_of(type_)
        if form.article:
            assert (form.title, form.hint) in found[handbook.anchor(form.article)].forms
    for rule in RULES.values():
        assert rule.title in found[handbook.anchor(rule.article)].irregular
    of_the_term = found["第三十三条"]
    assert [title for title, _ in of_the_term.forms][:2] == ["提出延期", "延长答复期限"]
    assert "逾期答复" in of_the_term.irregular
    numbers = [handbook._number(each.article) for each in handbook.by_article()]
    assert all(before <= after for before, after in pairwise(numbers))


async def test_the_handling_officer_is_chosen_by_name(running: Running) -> None:
    """Among the officers who may; the form sends the code and shows the name."""
    code = _fresh_code()
    await office_of(running, code)
    line = {"id": "r", "event": body_of(received(str(today())))}
    reply = await register_of(running).record(code, convert(line), actor=OFFICERS["handler"])
    caller = Caller(running, code, OFFICERS["handler"])
    assert (await caller.login()).status_code == 200
    address = f"/requests/{reply.reference}/assigned"
    form = (await caller.client.get(address)).text
    assert re.findall(r'<option value="([a-z-]*)">([^<]*)', form) == [("", "请选择"), ("zhang", "zhang某")]
    data = {"csrf": caller.csrf, "on": str(today()), "unit": "政务公开科", "officer": "zhang", "seen": "1"}
    shown = (await caller.client.post(f"{address}/preview", data=data)).text
    assert "经办人zhang某" in shown
    assert "经办人zhang</" not in shown


def test_the_handbook_is_rendered_correctly() -> None:
    """No markup is left, no blank between two Chinese lines, and each part has its sections."""
    for name, part in handbook.handbook().items():
        assert len(part.sections) > 10, name
        text = re.sub(r"<pre.*?</pre>|<code>.*?</code>", "x", part.body, flags=re.DOTALL)
        assert not re.search(r"\*\*|^#|\|---", text, re.MULTILINE), name
        assert not re.search(r"[\u4e00-\u9fff，。；]\n[\u4e00-\u9fff]", text), name
    assert "<table>" in handbook.handbook()["pages"].body
    assert "&lt;b&gt;" in handbook._part("一段<b>文字</b>").body
