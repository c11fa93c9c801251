"""On which article an outcome rests, by the law of the day of receipt, and whether what is written names another."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

_DIGITS = "零一二三四五六七八九"
_NUMERAL = "[0-9一二三四五六七八九十]+"
_TOKEN = re.compile(
    rf"《(?P<title>[^》]*)》|(?P<name>[\u4e00-\u9fff]*?(?:法|条例|规定|办法|细则|解释))(?=第|，|、|（|\s|$)"
    rf"|第(?P<article>{_NUMERAL})条(?:第?[（(]?(?P<paragraph>{_NUMERAL})[）)]?款)?"
    rf"(?:第?[（(]?(?P<item>{_NUMERAL})[）)]?项)?"
    rf"|第?[（(]?(?P<further>{_NUMERAL})[）)]?项"
)


class Article(NamedTuple):
    """An article of the Regulations; paragraph, item: None where only the article is named."""

    article: int
    paragraph: int | None = None
    item: int | None = None

    def agrees(self, other: Article) -> bool:
        """One names the other, or a part of it."""
        return self.article == other.article and all(
            mine is None or theirs is None or mine == theirs
            for mine, theirs in ((self.paragraph, other.paragraph), (self.item, other.item))
        )


def offered(outcome: str, received_on: date) -> str | None:
    """The article to write for the outcome, None where the Regulations have none."""
    bases = _bases(outcome, received_on)
    return bases[0] if bases else None


@lru_cache(4096)
def is_of_other_outcome(legal_basis: str, outcome: str, received_on: date) -> bool:
    """Whether it names articles of the Regulations, and none on which this outcome rests."""
    named = list(articles_in(legal_basis))
    known = [article for basis in _bases(outcome, received_on) for article in articles_in(basis)]
    return bool(named and known) and not any(each.agrees(one) for each in named for one in known)


def articles_in(text: str) -> Iterator[Article]:
    """The articles of the Regulations that a text names; those of other laws are left out."""
    ours, last = True, None
    for found in _TOKEN.finditer(text):
        if (law := found["title"] or found["name"]) is not None:
            ours = law.endswith("条例") and (
                "政府信息公开" in law or law.removeprefix("年") in ("条例", "公开条例")
            )
        elif found["article"] and ours:
            last = Article(*(_number(found[part]) for part in ("article", "paragraph", "item")))  # type: ignore[arg-type]
            yield last
        elif found["further"] and ours and last is not None:
            yield last._replace(item=_number(found["further"]))


def _number(text: str | None) -> int | None:
    if text is None or text.isdecimal():
        return int(text) if text else None
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.find(tens) if tens else 1) * 10 * bool(ten) + (_DIGITS.find(ones) if ones else 0)


def _bases(outcome: str, received_on: date) -> list[str]:
    """By the code itself, else by the nearest row above it."""
    for since, bases in _held():
        if since <= received_on:
            code = outcome
            while code and code not in bases:
                code = code.rpartition(".")[0]
            return bases.get(code, [])
    return []


@cache
def _held() -> list[tuple[date, dict[str, list[str]]]]:
    data = tomllib.loads(files("domain.law").joinpath("legal_bases.toml").read_text("utf-8"))
    return [(law["received_from"], law["bases"]) for law in data["law"]]
