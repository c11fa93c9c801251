"""One Chinese sentence for each event, for auditors.

Sentences are built from codes, dates and labels alone; sealed values appear as what they are about, never as
what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from domain.authority.assessment_events import (
    OF_ASSESSMENT,
    ContestDecided,
    Indicator,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.events import OwnEntryAmended, Reorganised, SuperiorSet
from domain.entry import Event, Recorded, type_of
from domain.request import events
from domain.request.amendment import latest_content
from domain.values import Sealed
from projections import history_of_authority, history_of_report, history_of_request
from projections.choice_labels import choices

_NOT_IN_SENTENCES = {
    "applicant": "申请人信息",
    "description": "内容",
    "matters": "补正事项",
    "consultation_opened.matters": "所涉信息和理由",
    "explanation_required.matters": "数量、频次",
    "reason": "理由",
    "text": "答复正文",
    "measures": "整改措施",
    "content": "材料内容",
    "opinion": "意见",
    "delivery": "提供方式",
    "addressee": "收件人",
    "draft": "文稿",
    "registered.kind": "机关类别",
    "address": "地址",
    "phone": "电话",
    "postcode": "邮政编码",
    "red_head": "发文机关标志",
    "answers_for": "代哪一政府答复",
    "payment": "缴费方式",
    "wording": "文字",
}
"""Fields that no sentence mentions, mostly sealed ones; an amendment that changes them names them."""

_UNQUOTED = frozenset({"wording"})
"""A field that is too long for a sentence."""


AMENDMENTS = (events.EntryAmended, OwnEntryAmended)
"""Events of amendment, of a request and of the authority itself."""


class HistoryLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of a history. recorded_on differs from on: it was entered late. amends: the entry it changes.

    annulled: the last of the entries that amended it took it back.
    """

    version: int
    position: int
    on: str
    recorded_on: str
    actor: str
    sentence: str
    acknowledged: tuple[str, ...] = ()
    on_behalf_of: str | None = None
    amends: int | None = None
    amended_by: tuple[int, ...] = ()
    annulled: bool = False


class Names(NamedTuple):
    """What codes are called on an office's pages. officer: of its own. authorities: units and superiors. indicators: of
    the assessments that it announced; contested: of its superiors'; both by the assessment's name.
    """

    officer: Callable[[str], str]
    authorities: Mapping[str, str] = {}
    indicators: Mapping[str, Mapping[str, Indicator]] = {}
    contested: Mapping[str, Mapping[str, Indicator]] = {}


OF_OTHERS: tuple[type[Event], ...] = (*OF_ASSESSMENT, SuperiorSet, Reorganised)
"""Events that refer to other authorities, or to their assessments, by codes."""


def by_name(event: Any, names: Names) -> Any:
    """The event for its sentence: by name what it has by code."""
    if isinstance(event, AMENDMENTS):
        now = event.replacement
        return event if now is None else replace(event, replacement=by_name(now, names))
    codes = {field: getattr(event, field, None) for field in _OFFICERS}
    named = {field: names.officer(code) for field, code in codes.items() if code}
    match event:
        case SuperiorSet(superior=code):
            named["superior"] = names.authorities.get(code, code)
        case Reorganised(successor=code):
            named["successor"] = names.authorities.get(code, code)
        case ScoreContested():
            named |= _of_indicator(event, names.contested)
        case ScoreEntered(unit=code) | ContestDecided(unit=code):
            named |= {"unit": names.authorities.get(code, code), **_of_indicator(event, names.indicators)}
        case _:
            pass
    return replace(event, **named)


_OFFICERS = ("officer", "approved_by", "system", "security")


def _of_indicator(event: Any, known: Mapping[str, Mapping[str, Indicator]]) -> dict[str, str]:
    """Its name, and the reason by the words of its rule."""
    indicator = known.get(event.assessment, {}).get(event.indicator)
    if indicator is None:
        return {}
    reasons = {str(rule.measure): rule.called for rule in indicator.rules}
    named = {"indicator": indicator.name}
    if (measure := getattr(event, "measure", None)) in reasons:
        named["measure"] = reasons[measure]
    return named


def lines(history: Sequence[Recorded]) -> list[HistoryLine]:
    """A stream's entries in the order recorded, each with its sentence and what amended it later."""
    amendments: dict[int, list[tuple[int, bool]]] = {}
    for entry in history:
        if isinstance(entry.event, AMENDMENTS):
            annuls = entry.event.replacement is None
            amendments.setdefault(entry.event.version, []).append((entry.originator_version, annuls))
    found = []
    for index, entry in enumerate(history):
        amendment = entry.event if isinstance(entry.event, AMENDMENTS) else None
        later = amendments.get(entry.originator_version, [])
        found.append(
            HistoryLine(
                version=entry.originator_version,
                position=entry.position,
                on=str(entry.event.on),
                recorded_on=str(entry.recorded_on),
                actor=entry.actor,
                sentence=_amendment(amendment, history[:index]) if amendment else sentence(entry.event),
                acknowledged=entry.acknowledged,
                on_behalf_of=entry.on_behalf_of,
                amends=amendment.version if amendment else None,
                amended_by=tuple(version for version, _ in later),
                annulled=bool(later) and later[-1][1],
            )
        )
    return found


def _amendment(event: events.Amendment | OwnEntryAmended[Sealed], before: Sequence[Recorded]) -> str:
    """What an amendment changed, old beside new."""
    was, now = latest_content(before, event.version), event.replacement
    which = f"第{event.version}条登记"
    old = f"“{sentence(was)}”" if was else ""
    if now is None:
        return f"{event.on}撤销{which}{old}"
    beside = "、".join(_changed_beside(was, now)) if was else ""
    new = f"“{sentence(now)}”"
    if _is_annulled(before, event.version):
        return f"{event.on}恢复{which}{new}" + (f"，并更正{beside}" if beside else "")
    if old == new:
        return f"{event.on}更正{which}{old}" + (f"的{beside}" if beside else "，内容没有变动")
    return f"{event.on}更正{which}：原为{old}，现为{new}" + (f"，并更正{beside}" if beside else "")


def _is_annulled(history: Sequence[Recorded], version: int) -> bool:
    amendments = [e.event for e in history if isinstance(e.event, AMENDMENTS)]
    found = [amendment.replacement for amendment in amendments if amendment.version == version]
    return bool(found) and found[-1] is None


def _changed_beside(was: Event, now: Event) -> list[str]:
    """What differs without being in the sentence; of a sealed value only that it does."""
    found, type_ = [], type_of(now)
    for key, name in _NOT_IN_SENTENCES.items():
        of, _, field = key.rpartition(".")
        if of != type_ and (of or f"{type_}.{field}" in _NOT_IN_SENTENCES):
            continue
        old, new = getattr(was, field, None), getattr(now, field, None)
        if old != new:
            in_clear = field not in now.sealed and field not in _UNQUOTED
            names = choices(type_, field)
            words = (names.get(str(each), str(each or "无")) for each in (old, new))
            found.append(f"{name}（由{'改为'.join(words)}）" if in_clear else name)
    return found


def sentence(event: Event) -> str:
    """What happened, in one sentence without a full stop."""
    return f"{event.on}{phrase(event)}{_read_in(event)}"


def phrase(event: Event) -> str:
    """What happened, without the day; the title of an event that has no sentence."""
    return (
        history_of_request.phrase(event)
        or history_of_authority.phrase(event)
        or history_of_report.phrase(event)
        or event.title
    )


def _read_in(event: Event) -> str:
    """Where an imported entry was read."""
    source = event.provenance if isinstance(event, events.IMPORTED) else None
    if source is None:
        return ""
    number = f"，原编号{source.original_no}" if source.original_no else ""
    stated = {None: "", "on_time": "，载明按期", "late": "，载明逾期"}[source.stated_timeliness]
    place = f"第{source.sheet_no}个工作表第{source.row_no}行"
    return f"（导入自原台账{place}{number}{stated}，文件{source.file_digest[:12]}）"
