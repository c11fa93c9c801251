"""The list of what went to the post on a day: one line a letter, for the counter's stamp."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.letters import facts
from domain.letters.facts import Matter
from domain.letters.letter import Letter, Table
from domain.request import events

HEADINGS = ("序号", "登记号", "文号", "收件人", "地址", "邮件单号")
_WIDTHS = (0.07, 0.14, 0.2, 0.15, 0.26, 0.18)


def posting_list(matters: Sequence[Matter], on: date) -> Letter | None:
    """Of what was served by China Post on the day; None where nothing was. matters: with their sealed values."""
    rows: list[tuple[str, ...]] = []
    for matter in matters:
        if not isinstance(matter.event, events.Served) or matter.event.method != "china_post":
            continue
        name, address = facts.written_to(matter)
        answered = matter.last(events.Answered)
        rows.append(
            (
                str(len(rows) + 1),
                matter.request.reference,
                answered.document_no if answered else "",
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
