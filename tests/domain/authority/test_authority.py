"""The authority's own stream: its names, its days off, its policies."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest
from msgspec import structs

from domain.authority.authority import Authority
from domain.authority.events import (
    AuthorityEvent,
    DayOffSet,
    HolidayNoticeRecorded,
    OfficerAppointed,
    OwnEntryAmended,
    PolicySet,
    Registered,
    Renamed,
    SuperiorSet,
)
from domain.authority.refusals import AuthorityExists, CodeIsFinal, NotAmendable, RegistrationStays
from domain.authority.replay import replay_authority
from domain.entry import Event
from domain.law.calendar import national_notices
from domain.law.refusals import (
    AuthorityNotRegistered,
    DatesReversed,
    InTheFuture,
    Refusal,
    UnknownCode,
    WrongStream,
)
from domain.law.terms import Law
from domain.request.refusals import AmendmentOfAmendment, AmendmentOfOtherType, AmendmentUnknown
from domain.values import Period
from tests.builders import SEALED, event, received, recorded
from tests.domain.authority.test_powers import GOLDEN as GOLDEN_OF_PEOPLE

OLD_NAME = "花都区人民政府办公室"
REGISTERED = Registered(date(2019, 1, 2), "huadu-office", OLD_NAME, "government", date(2019, 1, 1))


def renamed(name: str, in_force_from: str, on: str = "2021-06-01") -> Event:
    return event(Renamed, on, name=name, in_force_from=in_force_from)


def day_off(day: str, *, working: bool = False) -> Event:
    return event(DayOffSet, "2020-05-22", day=day, working=working, document_no="通知〔2020〕1号")


def notice(
    *off: str, working: tuple[str, ...] = (), published_on: str = "2026-11-11", on: str = "2026-11-12"
) -> Event:
    return HolidayNoticeRecorded(
        date.fromisoformat(on),
        "国办发明电〔2026〕9号",
        date.fromisoformat(published_on),
        tuple(map(date.fromisoformat, off)),
        tuple(map(date.fromisoformat, working)),
    )


def rolled(value: str = "on", in_force_from: str = "2020-01-01") -> Event:
    return event(PolicySet, "2020-06-01", policy="roll_receipt", value=value, in_force_from=in_force_from)


def authority(*steps: Event) -> Authority:
    return replay_authority(recorded(REGISTERED, *steps))


def law_of(*steps: Event) -> Law:
    return authority(*steps).law(national_notices())


def test_an_authority_opens_its_register() -> None:
    """Code, kind, name and the first day from which every request is in it."""
    opened = authority()
    assert (opened.code, opened.kind, opened.complete_since) == (
        "huadu-office",
        "government",
        date(2019, 1, 1),
    )
    assert opened.name_on(date(2000, 1, 1)) == opened.name_on(date(2030, 1, 1)) == OLD_NAME
    assert (opened.version, opened.days_off, opened.policies) == (1, (), ())


def test_tables_have_the_name_in_force_at_the_end_of_their_period() -> None:
    """Contract: in_force_from may lie in the past; an older name may be recorded after a newer one, and corrected again."""
    renamed_twice = authority(
        renamed("数据局", "2021-12-31"),
        renamed("政务菊", "2020-03-01"),
        renamed("政务局", "2020-03-01", "2022-01-04"),
    )
    names = {year: renamed_twice.name_on(Period.year(year).last) for year in (2019, 2020, 2021, 2022)}
    assert names == {2019: OLD_NAME, 2020: "政务局", 2021: "数据局", 2022: "数据局"}
    assert (renamed_twice.name_on(date(2020, 2, 29)), renamed_twice.name_on(date(2020, 3, 1))) == (
        OLD_NAME,
        "政务局",
    )
    assert renamed_twice.version == 4


def test_a_day_off_of_the_authority() -> None:
    """2020-05-22 is a Friday, 05-23 a Saturday; later entries override earlier ones."""
    friday, saturday = date(2020, 5, 22), date(2020, 5, 23)
    calendar = law_of(day_off("2020-05-22"), day_off("2020-05-23", working=True)).calendar
    assert (calendar.is_working(friday), calendar.is_working(saturday)) == (False, True)
    set_right = law_of(day_off("2020-05-22"), day_off("2020-05-22", working=True)).calendar
    assert (set_right.is_working(friday), set_right.is_working(saturday)) == (True, False)


def test_a_notice_of_the_state_council_is_entered_without_a_release() -> None:
    """2027-01-04 is a Monday, 01-09 a Saturday; with its notice the year is no longer provisional. It is no closure of the office."""
    monday, saturday, spring = date(2027, 1, 4), date(2027, 1, 9), date(2027, 3, 1)
    before = law_of().calendar
    assert (before.is_working(monday), before.is_working(saturday)) == (True, False)
    assert before.provisional(spring, spring)
    entered = law_of(notice("2027-01-01", "2027-01-04", working=("2027-01-09",)))
    calendar = entered.calendar
    assert (calendar.is_working(monday), calendar.is_working(saturday)) == (False, True)
    assert not calendar.provisional(spring, spring)
    assert calendar.kind(monday).notice == "国办发明电〔2026〕9号"
    assert "本机关" not in calendar.kind(monday).reason + calendar.kind(saturday).reason
    assert entered.digest != law_of().digest
    closed = law_of(notice("2027-01-01"), day_off("2027-01-01", working=True)).calendar
    assert closed.is_working(date(2027, 1, 1))  # the office's own days take precedence


def test_a_notice_entered_counts_once() -> None:
    """Entered again it replaces the earlier one; once a release has it, by its day of publication, that one counts."""
    slip = law_of(notice("2027-01-01", "2027-01-05"), notice("2027-01-01", "2027-01-04")).calendar
    assert [slip.is_working(date(2027, 1, day)) for day in (4, 5)] == [False, True]
    held = national_notices()[-1]
    again = law_of(notice("2026-03-02", published_on=str(held.published_on)))
    assert again.digest == law_of().digest
    assert again.calendar.is_working(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("field", "days"),
    [("off", []), ("off", ["1999-01-01"]), ("working", ["2101-01-01"]), ("working", ["2000-01-03"])],
)
def test_the_days_of_a_notice_are_checked(field: str, days: list[str]) -> None:
    """At least one day off, each from 2000 to 2100 inclusive, none both off and on."""
    body = msgspec.to_builtins(notice("2000-01-03", working=("2100-12-31",)))
    assert msgspec.convert(body, AuthorityEvent) == notice("2000-01-03", working=("2100-12-31",))
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(body | {field: days}, AuthorityEvent)


def test_a_policy_binds_requests_received_from_its_day_on() -> None:
    """Contract: in_force_from may lie in the past and is compared with received.on; without one it is off."""
    law = law_of(
        rolled("off", "2021-01-01"),
        rolled("on", "2020-01-01"),
        rolled("on", "2022-01-01"),
        rolled("off", "2022-01-01"),
    )
    days = {
        date(2019, 12, 31): "off",
        date(2020, 1, 1): "on",
        date(2020, 12, 31): "on",
        date(2021, 1, 1): "off",
    }
    assert {day: law.policy("roll_receipt", day) for day in days} == days
    assert law.policy("roll_receipt", date(2022, 1, 1)) == "off"  # of two from one day the last recorded
    assert law_of().policy("roll_receipt", date(2020, 1, 1)) == "off"


@pytest.mark.parametrize(
    ("history", "rule"),
    [
        ((), AuthorityNotRegistered),
        ((renamed("新名", "2020-01-01"),), AuthorityNotRegistered),
        ((REGISTERED, REGISTERED), AuthorityExists),
        ((REGISTERED, rolled("sometimes")), UnknownCode),
        ((REGISTERED, notice("2022-01-01", on="2021-12-31", published_on="2022-01-01")), DatesReversed),
        ((REGISTERED, received("2020-03-02")), WrongStream),
        ((REGISTERED, renamed("新名", "2020-01-01", on="2022-01-05")), InTheFuture),
    ],
)
def test_refused_events_of_an_authority(history: tuple[Event, ...], rule: type[Refusal]) -> None:
    """Nothing before `registered`, no second one, no unknown value, no request's event, no future day."""
    with pytest.raises(rule) as refused:
        replay_authority(recorded(*history, on=date(2022, 1, 4)))
    replay_authority(
        recorded(REGISTERED, renamed("新名", "2020-01-01", on="2022-01-04"), on=date(2022, 1, 4))
    )
    assert "{" not in str(refused.value)
    assert refused.value.version == (len(history) or None)


def test_the_digest_changes_with_a_day_off_or_a_policy_and_not_otherwise() -> None:
    """Contract: rows made with another law digest are found; a new name does not change any date."""
    plain = law_of().digest
    assert law_of(renamed("新名", "2020-01-01")).digest == law_of().digest == plain
    others = [
        law_of(day_off("2020-05-22")),
        law_of(day_off("2020-05-22", working=True)),
        law_of(rolled()),
        law_of(rolled(in_force_from="2020-01-02")),
        authority().law(national_notices()[:-1]),
    ]
    assert len({plain, *(law.digest for law in others)}) == 6


GOLDEN = """
{"type":"registered","on":"2019-01-02","code":"hd","name":"某局","kind":"department","complete_since":"2019-01-01"}
{"type":"renamed","on":"2021-06-01","name":"新局","in_force_from":"2020-03-01"}
{"type":"day_off_set","on":"2020-05-22","day":"2020-05-22","working":false,"document_no":"通知1号"}
{"type":"holiday_notice_recorded","on":"2026-11-12","document_no":"国办〔2026〕9号","published_on":"2026-11-11","off":["2027-01-01"],"working":["2027-01-09"]}
{"type":"holiday_notice_recorded","on":"2026-11-12","document_no":"国办〔2026〕9号","published_on":"2026-11-11","off":["2027-01-01"]}
{"type":"imported","on":"2020-06-01","file_digest":"abababababababababababababababababababababababababababababababab","row_count":12,"entry_count":30}
{"type":"import_annulled","on":"2020-06-02","version":7}
{"type":"accesses_handed_over","on":"2021-06-02","until":"2020-05-31","through":415,"root":"abababababababababababababababababababababababababababababababab","archive_no":"2021-永久-1"}
{"type":"recovery_code_sealed","on":"2021-06-02","digest":"abababababababababababababababababababababababababababababababab"}
{"type":"administrators_restored","on":"2021-06-02","code":"ABCD","system":"c-admin","security":"d-admin"}
{"type":"administrators_restored","on":"2021-06-02","code":"ABCD","system":"c-admin","security":"d-admin","system_person":"0007","security_person":"0008"}
{"type":"restoration_requested","on":"2021-06-02","system":"c-admin","security":"d-admin","document_no":"〔2021〕1号"}
{"type":"restoration_confirmed","on":"2021-06-02","version":9}
{"type":"policy_set","on":"2020-06-01","policy":"roll_receipt","value":"on","in_force_from":"2020-01-01"}
{"type":"letter_details_set","on":"2020-06-01","in_force_from":"2020-01-01","review_authority":"某区人民政府","court":"某区人民法院","address":"某路1号","phone":"020-1","postcode":"510000"}
{"type":"letter_details_set","on":"2020-06-01","in_force_from":"2020-01-01","review_authority":"某区人民政府","court":"某区人民法院","address":"某路1号","phone":"020-1","postcode":"510000","red_head":"某局","answers_for":"某区人民政府","payment":"缴入财政专户"}
{"type":"letter_wording_set","on":"2020-06-01","letter":"receipt","paragraph":"contact","in_force_from":"2020-06-01"}
{"type":"letter_wording_set","on":"2020-06-01","letter":"receipt","paragraph":"contact","in_force_from":"2020-06-01","wording":"某电话"}
{"type":"number_series_set","on":"2020-06-01","series":"答复","letters":["answer"],"in_force_from":"2020-01-01","prefix":"某公开"}
{"type":"number_series_set","on":"2020-06-01","series":"答复","letters":["answer","correction"],"in_force_from":"2020-01-01","prefix":"某公开","type_word":"答","brackets":"round","year_of":"receipt","ordinal":true,"suffix":"-非信告","outcomes":["unable"]}
{"type":"number_series_set","on":"2020-06-01","series":"答复","letters":["supplement_notice"],"in_force_from":"2020-01-01","prefix":"某公开","suffix":"-补","by_case":true}
{"type":"number_gap_explained","on":"2020-06-01","series":"答复","year":2020,"first_serial":1,"last_serial":9,"reason":"设定前所用"}
{"type":"own_entry_amended","on":"2020-06-02","version":2,"reason":{"id":"00000000000000000000000000000001","commitment":"1111111111111111111111111111111111111111111111111111111111111111"}}
"""


@pytest.mark.parametrize("line", GOLDEN.strip().splitlines())
def test_the_stored_bytes_of_an_authority_s_events_stay(line: str) -> None:
    """Contract, "Authority": type first, then `on`, then the fields in the order given there, and no other."""
    assert msgspec.json.encode(msgspec.json.decode(line, type=AuthorityEvent)).decode() == line
    with pytest.raises(msgspec.ValidationError, match="superior"):
        msgspec.json.decode(line.replace("}", ',"superior":"x"}'), type=AuthorityEvent)


@pytest.mark.parametrize("line", [*GOLDEN.strip().splitlines(), *GOLDEN_OF_PEOPLE.strip().splitlines()])
def test_no_event_of_an_authority_is_of_another_century(line: str) -> None:
    """Days are from 2000 to 2100, in every event."""
    body = msgspec.json.decode(line) | {"on": "1999-12-31"}
    with pytest.raises(msgspec.ValidationError, match="on：日期须在2000年至2100年之间"):
        msgspec.convert(body, AuthorityEvent)


@pytest.mark.parametrize("code", ["h", "Huadu", "huadu_office", "花都", "a" * 41, "hd\\n", ""])
def test_a_code_is_short_and_plain(code: str) -> None:
    """Contract: code ^[a-z0-9-]{2,40}$; it is part of addresses and file names."""
    line = GOLDEN.strip().splitlines()[0]
    msgspec.json.decode(line.replace('"hd"', f'"{"a-0" * 13}"'), type=AuthorityEvent)
    with pytest.raises(msgspec.ValidationError, match="code"):
        msgspec.json.decode(line.replace('"hd"', f'"{code}"'), type=AuthorityEvent)


# --- amendments ---


def amended(version: int, replacement: Event | None = None, on: str = "2021-06-02") -> Event:
    return event(OwnEntryAmended, on, version=version, reason=SEALED, replacement=replacement)


def test_an_entry_of_the_authority_s_own_is_corrected() -> None:
    """Kind, first complete day and name of the registration; names, days off and policies; the last one wins."""
    opening = Registered(date(2019, 1, 2), "huadu-office", "花都区政府办", "department", date(2020, 1, 1))
    found = authority(
        renamed("数据菊", "2020-03-01"), amended(1, opening), amended(2, renamed("数据局", "2020-05-01"))
    )
    assert (found.kind, found.complete_since, found.version) == ("department", date(2020, 1, 1), 4)
    assert [found.name_on(date(2020, month, 2)) for month in (3, 5)] == ["花都区政府办", "数据局"]
    again = authority(
        renamed("数据菊", "2020-03-01"), amended(2), amended(2, renamed("数据局", "2020-03-01"))
    )
    assert again.name_on(date(2020, 3, 2)) == "数据局"


def test_the_consequences_of_a_corrected_entry() -> None:
    """An annulled closure is a working day again, and so are the days of a notice; a corrected policy changes due dates."""
    friday = date(2020, 5, 22)
    assert law_of(day_off("2020-05-22"), amended(2)).calendar.is_working(friday)
    moved = law_of(day_off("2020-05-25"), amended(2, day_off("2020-05-22"))).calendar
    assert (moved.is_working(friday), moved.is_working(date(2020, 5, 25))) == (False, True)
    taken_back = law_of(notice("2027-01-04"), amended(2, on="2026-11-13"))
    assert taken_back.digest == law_of().digest
    assert law_of(rolled("on"), amended(2, rolled("off"))).policy("roll_receipt", friday) == "off"
    own = event(SuperiorSet, "2020-01-02", superior="gz", relation="department", in_force_from="2020-01-02")
    assert authority(own, amended(2)).superior_on(friday) is None


@pytest.mark.parametrize(
    ("rule", "steps"),
    [
        (RegistrationStays, [amended(1)]),
        (
            CodeIsFinal,
            [amended(1, Registered(date(2019, 1, 2), "other", "某局", "government", date(2019, 1, 1)))],
        ),
        (NotAmendable, [event(OfficerAppointed, "2020-01-02", officer="li"), amended(2)]),
        (AmendmentUnknown, [amended(2)]),
        (AmendmentUnknown, [amended(9)]),
        (AmendmentOfAmendment, [renamed("甲", "2020-03-01"), amended(2), amended(3)]),
        (AmendmentOfOtherType, [renamed("甲", "2020-03-01"), amended(2, day_off("2020-05-22"))]),
        (InTheFuture, [renamed("甲", "2020-03-01"), amended(2, renamed("甲", "2020-03-01", "2099-12-31"))]),
        (UnknownCode, [rolled("on"), amended(2, rolled("sideways"))]),
    ],
)
def test_refused_corrections(rule: type[Refusal], steps: list[Event]) -> None:
    """The first entry, the code, powers; another kind of entry, an amendment, a future day."""
    history = recorded(REGISTERED, *steps)
    last = structs.replace(history[-1], recorded_at=datetime(2026, 11, 20, 4, tzinfo=UTC))
    with pytest.raises(rule):
        replay_authority([*history[:-1], last])
