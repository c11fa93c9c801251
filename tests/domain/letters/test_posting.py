"""The list for the post office: what went by post on a day, a row each, in the order given."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from domain.entry import Event
from domain.letters.facts import Matter
from domain.letters.posting import posting_list
from tests.builders import answered, extended, received, served
from tests.domain.letters.cases import APPLICANT, NAME, matter

ON = date(2020, 3, 20)
R = received("2020-03-02", applicant=APPLICANT)
EXTENDED = extended("2020-03-20", 10, reason="需要向多个单位检索")


def service(*history: Event, **fields: object) -> Matter:
    made = matter("receipt", [*history, replace(served(ON), **fields)])  # type: ignore[arg-type]
    return replace(made, entry=made.history[-1])


def test_what_went_by_post_is_listed_with_its_number_and_address() -> None:
    """Another paper than the answer is named by the entry that it was made from; what has no tracking number has a blank."""
    made = posting_list(
        [
            service(R, answered("2020-03-19")),
            service(R, answered("2020-03-19"), method="in_person"),
            service(R, EXTENDED, paper=2, tracking_no="XA12345678944"),
        ],
        ON,
    )
    assert made is not None
    assert made.table is not None
    assert (made.authority, made.title) == ("某区人民政府办公室", "邮寄清单（2020年3月20日）")
    assert made.table.rows == (
        ("1", "2020-0017", "答复书　公开〔2020〕1号", NAME, APPLICANT["address"], ""),
        ("2", "2020-0017", "延期答复告知书", NAME, APPLICANT["address"], "XA12345678944"),
    )


def test_a_day_without_post_has_no_list() -> None:
    assert posting_list([service(R, answered("2020-03-19"))], ON) is not None
    assert posting_list([service(R, answered("2020-03-19"), method="in_person")], ON) is None
    assert posting_list([], ON) is None
