"""The list of what went to the post on a day: one line a letter, for the counter's stamp."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain.letters import facts
from domain.letters.facts import Matter
from domain.letters.letter import Letter, Table, kinds_of, wording_of
from domain.request import events

HEADINGS = ("序号", "登记号", "文书", "收件人", "地址", "邮件单号")
_WIDTHS = (0.07, 0.14, 0.22, 0.15, 0.24, 0.18)


def posting_list(matters: Sequence[Matter], on: date) -> Letter | None:
    """Of all papers that were served by China Post on the day; None where none was. matters: with their sealed values."""
    rows: list[tuple[str, ...]] = []
    for matter in matters:
        if not isinstance(matter.event, events.Served) or matter.event.method != "china_post":
            continue
        paper = _paper(matter)
        name, address = facts.written_to(paper)
        rows.append(
            (
                str(len(rows) + 1),
                matter.request.reference,
                _words(paper),
                name,
                address,
                matter.event.tracking_no or "",
            )
        )
    if not rows:
        return None
    authority = matters[0].authority.name_on(on)
    return Letter(
        kind="posting_list",
        name="邮寄清单",
        reference="",
        version=0,
        on=on,
        authority=authority,
        title=f"邮寄清单（{facts.day(on)}）",
        number="",
        table=Table(HEADINGS, _WIDTHS, tuple(rows)),
    )


def _paper(matter: Matter) -> Matter:
    """The matter of the paper that was served, instead of that of its service."""
    version = getattr(matter.event, "paper", None)
    found = [each for each in matter.history if each.originator_version == version]
    if version is None:
        found = [each for each in matter.history if isinstance(each.event, events.Answered)]
    return msgspec.structs.replace(matter, entry=found[-1]) if found else matter


def _words(paper: Matter) -> str:
    """Its name and, if it has one, its number."""
    name = next((wording_of(kind).name for kind in kinds_of(paper)), "")
    return f"{name}　{getattr(paper.event, 'document_no', None) or ''}".strip("　")
