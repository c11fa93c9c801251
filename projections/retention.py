"""Archived files due in a year: to be handed over to the archives, or after their retention to be appraised and erased.

档案法实施办法第十三条 and the 实施条例 that followed it: files of
a county's archives are handed over after 10 years, of a city's, a province's and the centre's after 20.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from domain.entry import Recorded
from domain.request import events
from domain.request.amendment import amended
from domain.request.file_events import HandedOver
from domain.request.judging import contested
from domain.request.personal_data import retained_until
from domain.request.state import DisclosureRequest
from projections.choice_labels import CHOICES

Level = Literal["county", "city"]
"""Level of the archives that take the authority's files: county, or city and above."""

LEVEL_WORDS: dict[str, str] = {"county": "县级", "city": "设区的市级以上"}
_HANDED_OVER_AFTER: dict[Level, int] = {"county": 10, "city": 20}
SHORTEST = 10
"""Minimum years for which a file is kept."""

Due = Literal["hand_over", "handed_over", "erase"]
DUE_WORDS: dict[Due, str] = {"hand_over": "可移交", "handed_over": "已移交", "erase": "可鉴定销毁"}


class Expired(msgspec.Struct, frozen=True):
    """A file of which something may be done, or that was handed over in the year.

    since: from which day on; of one handed over, the day of that. hindrances: what is to be settled first, in words.
    """

    reference: str
    due: Annotated[Due, Meta(description="事由：hand_over可移交，handed_over当年已移交，erase可鉴定销毁")]
    since: Annotated[date, Meta(description="自何日起")]
    archived_on: Annotated[date, Meta(description="归档日期")]
    archive_no: str
    retention: str
    subject: str | None
    hindrances: Annotated[tuple[str, ...], Meta(description="应先予处理之处")] = ()
    handed_over_on: Annotated[date | None, Meta(description="移交日期")] = None
    archives: Annotated[str | None, Meta(description="接收的档案馆")] = None


HEADINGS = (
    "登记号",
    "事由",
    "自何日起",
    "档号",
    "归档日期",
    "保管期限",
    "申请事项",
    "先予处理",
    "移交日期",
    "接收的档案馆",
)


def cells(each: Expired) -> tuple[object, ...]:
    return (
        each.reference,
        DUE_WORDS[each.due],
        each.since,
        each.archive_no,
        each.archived_on,
        CHOICES["retention"][each.retention],
        each.subject or "",
        "；".join(each.hindrances),
        each.handed_over_on or "",
        each.archives or "",
    )


def expired(
    request: DisclosureRequest, history: Sequence[Recorded], year: int, level: Level, today: date
) -> Expired | None:
    """What may be done with the file by the end of the year, or that it was handed over in it; None where nothing.

    today: for what is to be settled first.
    """
    entries = [each.event for each in reversed(amended(history) or [])]
    archived = next((each for each in entries if isinstance(each, events.Archived)), None)
    if archived is None or request.stage != "archived":
        return None
    if any(each.scope == "all" for each in request.erasures if each.erased_on is not None):
        return None
    # After a reopening only the later archiving counts.
    handed_over = (
        next((each for each in entries if isinstance(each, HandedOver)), None)
        if request.handed_over_on is not None
        else None
    )
    due, since = _due(archived, handed_over, year, level)
    # Files kept for only ten years are not handed over.
    if due == "hand_over" and (since.year > year or archived.retention == "10y"):
        return None
    if due == "handed_over" and since.year != year:
        return None
    received = request.received
    return Expired(
        request.reference,
        due,
        since,
        archived.on,
        archived.archive_no,
        archived.retention,
        received.subject if received else None,
        () if due == "handed_over" else tuple(_hindrances(request, today)),
        handed_over.on if handed_over else None,
        handed_over.archives if handed_over else None,
    )


def _due(
    archived: events.Archived, handed_over: HandedOver | None, year: int, level: Level
) -> tuple[Due, date]:
    until = retained_until(archived)
    if until.year < year:
        return "erase", until + timedelta(days=1)
    if handed_over is not None:
        return "handed_over", handed_over.on
    return "hand_over", _years_after(archived.on, _HANDED_OVER_AFTER[level])


def _years_after(day: date, years: int) -> date:
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + years, 3, 1) if leap else day.replace(year=day.year + years)


def _hindrances(request: DisclosureRequest, today: date) -> list[str]:
    found = []
    if contested(request, today) is not None:
        found.append("复议或诉讼尚未审结")
    if request.restricted:
        found.append("个人信息限制处理")
    if any(each.erased_on is None for each in request.erasures):
        found.append("已提请销毁，待另一人销毁")
    return found
