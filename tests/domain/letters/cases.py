"""Cases in clear, and the letter of each: values that a register seals are in a table here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from domain.authority.authority import Authority
from domain.authority.events import LetterDetailsSet, LetterWordingSet
from domain.entry import Event
from domain.letters import letter
from domain.letters.facts import Earlier, Matter
from domain.letters.letter import Letter
from domain.request.amendment import amended
from domain.request.judging import replay
from domain.values import Sealed
from tests.builders import LAW, recorded

NAME, OTHER = "张三", "乙公司"
APPLICANT = {
    "name": NAME,
    "address": "某市某区某路1号",
    "id_number": "440100199001010011",
    "contacts": "13800000000",
}
DESCRIPTION = "某路工程的施工合同"

DETAILS = LetterDetailsSet(
    on=date(2000, 1, 1), in_force_from=date(2000, 1, 1), review_authority="某市人民政府", court="某区人民法院",
    address="某区办公路2号", phone="020-12345678", postcode="510800", payment="持本通知到某银行缴入财政专户",
)  # fmt: skip


class Clear:
    """Sealed values by their content."""

    def __init__(self) -> None:
        self.opened: dict[str, Any] = {}

    def __call__(self, value: Any) -> Sealed:
        id_ = f"{len(self.opened) + 1:032x}"
        self.opened[id_] = value
        return Sealed(id_, "0" * 64)

    def last(self, event: Event) -> Event:
        """The event with its sealed texts and persons put into the table."""
        changes = {
            field: self(value)
            for field in event.sealed
            if (value := getattr(event, field)) is not None and not isinstance(value, Sealed)
        }
        return replace(event, **changes)


def office(
    *wordings: LetterWordingSet, details: LetterDetailsSet = DETAILS, kind: str = "department"
) -> Authority:
    return Authority(
        code="office", kind=kind, complete_since=date(2000, 1, 1), names=((date.min, "某区人民政府办公室"),),
        letter_details=(details,), letter_wordings=wordings,
    )  # fmt: skip


def matter(
    kind: str,
    events: Sequence[Event],
    *,
    authority: Authority | None = None,
    version: int | None = None,
    earlier: Earlier | None = None,
) -> Matter:
    clear = Clear()
    history = recorded(*map(clear.last, events))
    entries = amended(history) or []
    entry = letter.entry_of(kind, entries, "2020-0017", version)
    authority = authority or office()
    details = authority.letter_details_on(entry.event.on)
    assert details is not None
    return Matter(
        authority, replay(history, LAW, until=entry.event.on), entries, entry, clear.opened, entry.event.on, details,
        earlier,
    )  # fmt: skip


def letter_of(kind: str, *history: Event, **options: Any) -> Letter:
    return letter.compose(kind, matter(kind, history, **options))


def text_of(found: Letter) -> str:
    rows = [*(found.form.rows if found.form else ()), *(found.slip.rows if found.slip else ())]
    parts = [found.title, found.number, found.addressee or "", *(each.text for each in found.paragraphs)]
    return "\n".join([*parts, *(f"{row.label}：{row.text}" for row in rows)])
