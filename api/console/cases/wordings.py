"""The texts of letters: the program's wording of each paragraph, and the authority's own."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get

from api.console.frame import at, me, page
from api.today import today
from api.web.request import ApiRequest
from domain.letters import letter, wording
from domain.letters.placeholders import PART, PLACEHOLDERS


class _Text(NamedTuple):
    """The present text of a paragraph. program: the program's text if the office has its own; else empty. keeps:
    placeholders and words that must stay."""

    name: str
    words: str
    text: str
    program: str
    keeps: list[str]


@get("/people/wordings", **at("administer"))
async def wordings(request: ApiRequest) -> Response[Any]:
    """文书文字。"""
    office = (await me(request)).who.authority
    wanted = request.query_params.get("letter", "")
    kind = wanted if wanted in wording.KINDS else wording.KINDS[0]
    version = wording.load(kind).on(today())
    known, texts = PLACEHOLDERS | PART, []
    for each in version.paragraphs:
        text = letter.own_wording(office.letter_wordings, kind, version, each, today())
        names = dict.fromkeys(wording.names_in(each.text))
        keeps = [f"{{{name}}}：{known[name].words}" for name in names] + [f"“{words}”" for words in each.says]
        program = each.text if text != each.text else ""
        texts.append(_Text(each.name, wording.PARAGRAPHS[each.name], text, program, keeps))
    kinds = [(each, wording.load(each).name) for each in wording.KINDS]
    return await page(request, "wordings.html", kind=kind, kinds=kinds, version=version, texts=texts)


HANDLERS = (wordings,)
