"""The officers' handbook as pages, and the rules by article: forms, refusals and irregularities based on each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from api.web.problems import every_kind
from domain.law.irregularities import RULES
from domain.law.legal_basis import articles_in
from projections.event_forms import EVENT_TYPES, form_of

PARTS = {"pages": "在网页上办理", "commands": "命令行"}
"""The parts of the handbook, in its order, with their titles."""

_ADDRESSES = (
    ("/requests/new", "收到一件申请"),
    ("/requests/annulled", "登错了"),
    ("/requests/print", "查找和打印"),
    (r"/requests/[^/]+/amend", "登错了"),
    ("/requests/.+", "办理一件申请"),
    ("/approvals", "办理一件申请"),
    ("/requests|/search", "查找和打印"),
    ("/tables|/compliance|/carry-over", "统计"),
    ("/reports", "年度报告"),
    ("/check", "核对各单位的报告"),
    ("/units|/district", "上级机关"),
    ("/people", "人员和账号"),
    ("/audit", "审计"),
    ("/me|/password|/second-factor|/passkeys|/login", "打开和登录"),
    ("/$", "每天先看“待办”"),
)
"""The section of the handbook about a page, by prefix of its path; the first match counts."""


class Section(NamedTuple):
    """A heading of the handbook. name: in addresses, the heading without its number."""

    name: str
    heading: str


class Part(NamedTuple):
    body: Markup
    sections: list[Section]


@cache
def handbook() -> dict[str, Part]:
    """The parts of README.zh.md as pages, by their names in PARTS."""
    text = resources.files("api.console").joinpath("handbook.md").read_text("utf-8")
    texts = re.split(r"^# 第.部分.*\n", text, flags=re.M)[1:]
    return {name: _part(each) for name, each in zip(PARTS, texts, strict=True)}


def _part(text: str) -> Part:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Join Chinese lines without a line break, which browsers would show as a blank.
    tokens = markdown.parse(re.sub(r"(?<=[^\x00-\x7f])\n {0,3}(?=[^\x00-\x7f])", "", text))
    sections = []
    for token in tokens:
        if token.children:
            token.children = list(_within_reach(token.children))
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            section = Section(re.sub(r"^[一二三四五六七八九十]+、", "", inline.content), inline.content)
            opening.attrSet("id", section.name)
            if opening.tag == "h2":
                sections.append(section)
    body: str = markdown.renderer.render(list(_scrolling(tokens)), markdown.options, {})
    return Part(Markup(body), sections)  # noqa: S704 - of a file of the program; what is HTML in it is escaped


def _within_reach(tokens: Iterable[Token]) -> Iterator[Token]:
    """Replace links to other files by their names, since no page shows them."""
    dropped = False
    for token in tokens:
        if token.type == "link_open":
            dropped = re.match(r"https?:|#", str(token.attrGet("href"))) is None
        if not (dropped and token.type in ("link_open", "link_close")):
            yield token


def _scrolling(tokens: Iterable[Token]) -> Iterator[Token]:
    """Make tables and examples scrollable on narrow screens, also by keyboard."""
    for token in tokens:
        if token.type == "table_open":
            yield Token("html_block", "", 0, content='<div class="scroll" tabindex="0">')
        if token.type == "code_block":
            token.type, token.content = (
                "html_block",
                f'<pre tabindex="0">{Markup.escape(token.content)}</pre>',
            )
        yield token
        if token.type == "table_close":
            yield Token("html_block", "", 0, content="</div>")


@cache
def address_of(path: str) -> str:
    """The address of the help for a page."""
    section = next((name for begins, name in _ADDRESSES if re.match(begins, path)), "")
    return f"/help#{section}" if section else "/help"


# --- the rules by article ---


class Ruled(NamedTuple):
    """Everything based on an article. forms: title and hint. irregular: recorded once acknowledged. refused: never
    recorded."""

    article: str
    name: str
    forms: list[tuple[str, str]]
    irregular: list[str]
    refused: list[str]


@cache
def by_article() -> list[Ruled]:
    """Articles of the Regulations by number, then other provisions."""
    found: dict[str, Ruled] = {}

    def under(text: str) -> Iterator[Ruled]:
        for name in articles_of(text):
            yield found.setdefault(name, Ruled(name, anchor(name), [], [], []))

    for type_ in EVENT_TYPES:
        form = form_of(type_)
        for each in under(form.article):
            each.forms.append((form.title, form.hint))
    for rule in RULES.values():
        for each in under(rule.article):
            each.irregular.append(rule.title)
    for kind in every_kind():
        for each in under(kind["article"]):
            if kind["rule"] not in each.refused:
                each.refused.append(kind["rule"])
    return sorted(found.values(), key=lambda each: (_number(each.article), each.article))


def _number(provision: str) -> int:
    """The number of an article of the Regulations; 1000 for any other provision, to sort it after them."""
    return next((each.article for each in articles_in(provision)), 0) if provision[0] == "第" else 1000


def articles_of(text: str) -> list[str]:
    """The provisions that a text names one by one: 第三十二条至第三十四条 names two of them. Parts of them are left out."""
    return [re.sub(r"(?<=[条号])第.*$", "", each) for each in re.split("[、；至]", text) if each]


def anchor(text: str) -> str:
    """The anchor, on the page of rules, of the first provision that a text names."""
    return next(iter(articles_of(text)), "").replace(" ", "")
