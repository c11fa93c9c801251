"""Powers: the table of roles and acts, officers and their powers by day, 三员分立, second persons.

The expected table is typed here by role, from the office's rules on who handles, reviews and approves, and tested by
recording an event of each act.
"""

from __future__ import annotations

from datetime import date, datetime, time

import msgspec
import pytest

from domain.authority import authorization, founding, powers, refusals
from domain.authority.authority import Authority
from domain.authority.events import (
    OF_AUTHORITY,
    AuthorityEvent,
    DayOffSet,
    GrantConfirmed,
    HolidayNoticeRecorded,
    LetterDetailsSet,
    LetterWordingSet,
    OfficerAppointed,
    OfficerDismissed,
    PolicySet,
    PowerGranted,
    PowerWithdrawn,
    Registered,
    Renamed,
    SeparationWaived,
    ServiceEnded,
    ServiceGranted,
    SuperiorSet,
)
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.authority.powers import ACT_OF, ACTS, POWERS, ROLES, Permissions, Role, conflict, may
from domain.authority.replay import follow
from domain.entry import Event, Recorded, type_of
from domain.law.refusals import DatesReversed, Refusal
from domain.request import events
from domain.values import SHANGHAI
from tests import builders

DAY = date(2026, 3, 2)

# For each act the roles that may; with ? those that may unless they are the same natural person as before.
EXPECTED = {
    "handle": "handler",
    "draft": "handler",
    "review": "reviewer?",
    "approve": "approver?",
    "amend": "handler reviewer? approver?",
    "read": "handler reviewer approver auditor",
    "read_personal": "handler reviewer approver auditor",
    "count": "handler reviewer approver auditor statistician",
    "report": "statistician",
    "approve_report": "approver?",
    "prove": "auditor",
    "read_access_log": "auditor",
    "administer": "system_administrator",
    "grant": "security_administrator",
    "confirm_grant": "system_administrator? security_administrator?",
    "request_erasure": "handler",
    "erase": "approver? security_administrator?",
    "waive": "approver",
    "supervise": "handler approver statistician",
    "assess": "handler statistician",
    "conclude": "approver?",
    "restore": "system_administrator? security_administrator?",
}
CELLS = [(act, role) for act in EXPECTED for role in ROLES]


@pytest.mark.parametrize(("act", "role"), CELLS)
def test_each_cell_of_the_table(act: str, role: Role) -> None:
    """Seven roles, twenty-two acts: ● may, ○ may if another person, – never."""
    allowed = EXPECTED[act].split()
    mark = "●" if role in allowed else "○" if f"{role}?" in allowed else "–"
    assert POWERS[act][role] == mark  # type: ignore[index]
    assert may({role}, act) == (mark != "–")  # type: ignore[arg-type]


def test_the_table_is_complete() -> None:
    """Each act has a row, a label and a role; without a role nothing is allowed."""
    assert set(EXPECTED) == set(ACTS) == set(POWERS)
    assert all(set(row) == set(ROLES) for row in POWERS.values())
    assert not any(may(set(), act) for act in ACTS)
    assert all(powers.roles_with(act) for act in ACTS)


def test_every_event_has_an_act() -> None:
    """Of requests and of the authority: an event without an act could not be recorded."""
    tags = {type_of(kind) for kind in (*events.EVENTS, *OF_AUTHORITY)}
    assert tags <= set(ACT_OF)
    assert set(ACT_OF.values()) <= set(ACTS)


def test_the_three_administrators_are_separate() -> None:
    """8.1.5: at most one of 系统管理员, 安全管理员, 审计员, and then no business role; business roles may be combined."""
    three = {"system_administrator", "security_administrator", "auditor"}
    business = set(ROLES) - three
    assert conflict(business) is None
    for one in three:
        assert conflict({one}) is None
        for other in set(ROLES) - {one}:
            pair = conflict({one, other})
            assert pair is not None
            assert {pair.administrator, pair.other} == {one, other}


# --- an office and its people ---


def at(entry_on: date, event: Event, version: int, actor: str, on_behalf_of: str | None = None) -> Recorded:
    moment = datetime.combine(entry_on, time(12), SHANGHAI)
    return Recorded("authority", version, event, moment, version, actor, on_behalf_of)


class Office:
    """An authority whose entries are judged and folded one after another, as when recording."""

    def __init__(self) -> None:
        opened = Registered(DAY, "town", "某镇", "other", DAY)
        self.now = follow(None, at(DAY, opened, 1, "cli"))
        self.history = [at(DAY, opened, 1, "cli")]

    def record(
        self, event: Event, actor: str, *, on: date | None = None, superior: Authority | None = None
    ) -> Office:
        entry = at(on or event.on, event, self.now.version + 1, actor)
        authorization.check(self.now, entry, superior=superior)
        self.now = follow(self.now, entry)
        self.history.append(entry)
        return self

    def refused(self, rule: type[Refusal], event: Event, actor: str, **more: object) -> str:
        before = self.now
        with pytest.raises(rule) as refusal:
            self.record(event, actor, **more)  # type: ignore[arg-type]
        assert self.now is before
        assert "{" not in str(refusal.value)
        return str(refusal.value)

    def appoint(self, officer: str, person: str | None = None, on: date = DAY) -> Office:
        return self.record(OfficerAppointed(on, officer, person), "sys")

    def grant(self, officer: str, role: Role, on: date = DAY, until: date | None = None) -> int:
        self.record(PowerGranted(on, officer, role, until), "sec")
        return self.now.version

    def empower(self, officer: str, role: Role, on: date = DAY, until: date | None = None) -> Office:
        return self.record(GrantConfirmed(on, self.grant(officer, role, on, until)), "sys")


def founded() -> Office:
    office = Office()
    for event in founding.first_officers("sys", "sec", DAY, after=1):
        office.record(event, authorization.PROGRAM)
    return office


def staffed() -> Office:
    office = founded()
    for officer, role in (
        ("li", "handler"), ("wang", "reviewer"), ("zhao", "approver"), ("shen", "auditor"), ("tong", "statistician"),
    ):  # fmt: skip
        office.appoint(officer).empower(officer, role)  # type: ignore[arg-type]
    return office


STAFF = staffed().now
ACTOR: dict[Role, str] = {
    "handler": "li", "reviewer": "wang", "approver": "zhao", "auditor": "shen", "statistician": "tong",
    "system_administrator": "sys", "security_administrator": "sec",
}  # fmt: skip
EVENTS: list[Event] = [
    builders.received("2026-03-02"), builders.assigned("2026-03-02"), builders.supplement_required("2026-03-02", "2026-03-20"),
    builders.supplemented("2026-03-02"), builders.consultation_opened("2026-03-02", "2026-03-20"),
    builders.consultation_closed("2026-03-02"), builders.explanation_required("2026-03-02", "2026-03-20"),
    builders.explained("2026-03-02"), builders.deferred("2026-03-02", "2026-03-20"),
    builders.fee_charged("2026-03-02", "2026-04-20"), builders.fee_paid("2026-03-02"), builders.served("2026-03-02"),
    builders.withdrawn("2026-03-02"), builders.lapsed("2026-03-02"), builders.appealed("2026-03-02"),
    builders.appeal_decided("2026-03-02"), builders.correction_analysed("2026-03-02"),
    builders.reopened("2026-03-02", "2026-04-20"), builders.archived("2026-03-02"),
    builders.extension_drafted("2026-03-02"), builders.answer_drafted("2026-03-02"),
    builders.draft_reviewed("2026-03-02"), builders.draft_approved("2026-03-02"),
    builders.answered("2026-03-02"), builders.extended("2026-03-02"),
    Renamed(DAY, "某镇政府", DAY), DayOffSet(DAY, DAY, False, "〔2026〕1号"),
    HolidayNoticeRecorded(DAY, "国办发明电〔2026〕1号", DAY, (DAY,)),
    PolicySet(DAY, "roll_receipt", "on", DAY),
    LetterDetailsSet(DAY, DAY, "某区人民政府", "某区人民法院", "某路1号", "1", "1"), LetterWordingSet(DAY, "receipt", "contact", DAY),
    NumberSeriesSet(DAY, "答复", ("answer",), DAY, "某公开"), NumberGapExplained(DAY, "答复", 2026, 1, 2, "设定前所用"),
    OfficerAppointed(DAY, "new"),
    OfficerDismissed(DAY, "li"), SuperiorSet(DAY, "county", "lower_government", DAY),
    PowerGranted(DAY, "li", "handler"), PowerWithdrawn(DAY, "li", "handler"),
    ServiceGranted(DAY, "portal", "门户网站", ("hand_in",)), ServiceEnded(DAY, "portal"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("actor", "types"),
    [
        ("li", ("answer_drafted", "answered", "served")), ("wang", ("draft_reviewed",)),
        ("zhao", ("draft_approved", "answered")), ("shen", ()),
    ],
)  # fmt: skip
def test_of_the_next_steps_an_officer_is_shown_those_they_may_record(
    actor: str, types: tuple[str, ...]
) -> None:
    """The head may also send an answer that lacks its approval."""
    steps = ("answer_drafted", "draft_reviewed", "draft_approved", "answered", "served")
    entry = at(DAY, builders.received("2026-03-02"), 99, actor)
    everything = Permissions(frozenset(ACTS))
    assert set(authorization.recordable(STAFF, entry, everything, steps)) == set(types)
    assert authorization.recordable(Office().now, entry, everything, steps) == steps


@pytest.mark.parametrize("event", EVENTS, ids=lambda each: str(type_of(each)))
@pytest.mark.parametrize("role", ROLES)
def test_each_role_records_the_events_of_its_acts_and_no_other(role: Role, event: Event) -> None:
    """By the table typed above. The refusal names who has the power."""
    act = ACT_OF[str(type_of(event))]
    entry = at(DAY, event, 99, ACTOR[role])
    allowed = {each.rstrip("?") for each in EXPECTED[act].split()}

    def record() -> None:
        authorization.check(STAFF, entry)
        authorization.check_found(STAFF, entry, ())

    if role in allowed:
        record()
        return
    with pytest.raises(refusals.NoPower) as refused:
        record()
    assert all(ROLES[each] in str(refused.value) for each in allowed)  # type: ignore[index]
    assert ACTOR[role] in str(refused.value)


def test_only_officers_record() -> None:
    """Not an arbitrary label, the program, or a person's name; nor an officer on a stranger's behalf."""
    for actor in ("cli", "taizhang", "张三", "county/zhao", ""):
        with pytest.raises(refusals.NotAnOfficer, match="任用"):
            authorization.check(STAFF, at(DAY, builders.served("2026-03-02"), 99, actor))
    with pytest.raises(refusals.NotAnOfficer, match="on_behalf_of"):
        authorization.check(STAFF, at(DAY, builders.served("2026-03-02"), 99, "li", "张三"))
    authorization.check(STAFF, at(DAY, builders.served("2026-03-02"), 99, "li", "wang"))


@pytest.mark.parametrize(
    ("actor", "behalf", "outside"),
    [
        ("li", None, False), ("li", "wang", False), ("county/wang", None, True), ("county/wang", "county/li", True),
        ("portal", "county/wang", True), ("county/portal", "li", True), ("某县/wang", None, False),
    ],
)  # fmt: skip
def test_an_officer_of_another_authority_is_one_from_outside(
    actor: str, behalf: str | None, outside: bool
) -> None:
    """Whichever part they had in it."""
    assert authorization.is_from_outside(at(DAY, builders.served("2026-03-02"), 99, actor, behalf)) == outside


def test_without_officers_there_are_no_powers() -> None:
    """An authority works as before until its first officer; the first officers are the two administrators."""
    office = Office()
    authorization.check(office.now, at(DAY, builders.received("2026-03-02"), 2, "谁都行"))
    office.record(Renamed(DAY, "某镇政府", DAY), "web")
    office.record(SuperiorSet(DAY, "county", "lower_government", DAY), "web")
    message = office.refused(refusals.FirstOfficersMissing, OfficerAppointed(DAY, "li"), "web")
    assert "create-first" in message
    office.refused(refusals.FirstOfficersMissing, PowerGranted(DAY, "li", "handler"), "taizhang")
    assert not office.now.has_officers


def test_an_amendment_needs_the_power_of_the_amended_event() -> None:
    """Otherwise the handler could turn a return into an approval."""
    amendment = builders.amended("2026-03-02", 3)
    approval = builders.draft_approved("2026-03-02", passed=False)
    for actor, amended, possible in (
        ("li", builders.served("2026-03-02"), True),
        ("li", builders.answer_drafted("2026-03-02"), True),
        ("li", builders.draft_reviewed("2026-03-02"), False),
        ("li", approval, False),
        ("wang", builders.draft_reviewed("2026-03-02"), True),
        ("wang", approval, False),
        ("wang", builders.served("2026-03-02"), False),
        ("zhao", approval, True),
        ("sys", builders.served("2026-03-02"), False),
    ):
        entry = at(DAY, amendment, 99, actor)
        if possible:
            authorization.check(STAFF, entry, amended=amended)
        else:
            with pytest.raises(refusals.NoPower):
                authorization.check(STAFF, entry, amended=amended)


# --- the first two ---


def test_the_program_sets_up_the_first_two_administrators_once() -> None:
    """Both are in force at once; afterwards the program appoints nobody."""
    office = founded()
    assert office.now.roles_of("sys", DAY) == {"system_administrator"}
    assert office.now.roles_of("sec", DAY) == {"security_administrator"}
    assert office.now.first_appointed == (DAY, 2)
    for event in founding.first_officers("eve", "mal", DAY, after=office.now.version):
        office.refused(refusals.FirstOfficersExist, event, authorization.PROGRAM)
    office.refused(refusals.FirstOfficersExist, OfficerDismissed(DAY, "sys"), authorization.PROGRAM)
    office.refused(refusals.NotAnOfficer, Renamed(DAY, "某镇政府", DAY), authorization.PROGRAM)


def test_the_first_two_must_be_different_persons() -> None:
    """三员分立 applies to them too."""
    office = Office()
    first = founding.first_officers("sys", "sec", DAY, after=1, persons=("1001", "1001"))
    for event in first[:3]:
        office.record(event, authorization.PROGRAM)
    office.refused(refusals.SeparationOfAdministrators, first[3], authorization.PROGRAM)


# --- dates ---


def test_a_power_is_in_force_from_its_confirmation_to_its_last_day() -> None:
    """A pending one has no effect; `until` is inclusive; a past act is judged by the powers of its own day."""
    office = founded().appoint("li")
    version = office.grant("li", "handler", until=date(2026, 3, 31))
    assert office.now.roles_of("li", DAY) == frozenset()
    office.record(GrantConfirmed(date(2026, 3, 4), version), "sys")
    days = {day: bool(office.now.roles_of("li", date(2026, 3, day))) for day in (3, 4, 31)}
    assert days == {3: False, 4: True, 31: True}
    assert office.now.roles_of("li", date(2026, 4, 1)) == frozenset()


def test_a_power_withdrawn_ends_that_day_and_can_be_granted_again() -> None:
    """收回: of pending ones too."""
    office = founded().appoint("li").empower("li", "handler").empower("li", "statistician")
    pending = office.grant("li", "handler")
    office.record(PowerWithdrawn(date(2026, 3, 9), "li", "handler"), "sec")
    assert office.now.roles_of("li", date(2026, 3, 8)) == {"handler", "statistician"}
    assert office.now.roles_of("li", date(2026, 3, 9)) == {"statistician"}
    office.refused(refusals.GrantUnknown, GrantConfirmed(date(2026, 3, 9), pending), "sys")
    office.refused(refusals.PowerNotHeld, PowerWithdrawn(date(2026, 3, 9), "li", "handler"), "sec")
    office.empower("li", "handler", on=date(2026, 3, 10))
    assert office.now.roles_of("li", date(2026, 3, 10)) == {"handler", "statistician"}


def test_a_dismissed_officer_has_no_power_from_that_day() -> None:
    """离任: the id is never reused; a grant to it is refused."""
    office = founded().appoint("li").empower("li", "handler")
    pending = office.grant("li", "statistician")
    gone = date(2026, 3, 9)
    office.record(OfficerDismissed(gone, "li"), "sys")
    assert office.now.roles_of("li", date(2026, 3, 8)) == {"handler"}
    assert office.now.roles_of("li", gone) == frozenset()
    with pytest.raises(refusals.NotAnOfficer):
        authorization.check(office.now, at(gone, builders.served("2026-03-09"), 99, "li"))
    office.refused(refusals.OfficerExists, OfficerAppointed(gone, "li"), "sys")
    office.refused(refusals.OfficerUnknown, PowerGranted(gone, "li", "handler"), "sec")
    office.refused(refusals.OfficerUnknown, OfficerDismissed(gone, "li"), "sys")
    office.refused(refusals.OfficerUnknown, PowerGranted(gone, "nobody", "handler"), "sec")
    office.refused(refusals.GrantUnknown, GrantConfirmed(gone, pending), "sys")


def test_terms_do_not_end_before_they_begin() -> None:
    """`until`, and a confirmation dated before its grant."""
    office = founded().appoint("li")
    office.refused(DatesReversed, PowerGranted(DAY, "li", "handler", date(2026, 3, 1)), "sec")
    version = office.grant("li", "handler", on=date(2026, 3, 4))
    office.refused(DatesReversed, GrantConfirmed(DAY, version), "sys", on=date(2026, 3, 4))


# --- two persons, and never two administrators in one ---


def test_a_grant_needs_a_second_natural_person() -> None:
    """Not the granting officer, not the recipient, not another id of either, and nobody without the power."""
    office = (
        founded()
        .appoint("sys2", "sec")
        .appoint("li", "1007")
        .appoint("sec2")
        .empower("sec2", "security_administrator")
    )
    version = office.grant("li", "handler")
    confirm = GrantConfirmed(DAY, version)
    office.refused(refusals.GrantNeedsSecondPerson, confirm, "sec")
    office.refused(refusals.NoPower, confirm, "li")
    office.refused(refusals.GrantUnknown, GrantConfirmed(DAY, 1), "sys")
    office.record(confirm, "sec2")
    office.refused(refusals.GrantUnknown, confirm, "sys")
    own = office.grant("sec2", "security_administrator")
    office.refused(refusals.GrantNeedsSecondPerson, GrantConfirmed(DAY, own), "sec2")


def test_an_administrator_has_no_second_role() -> None:
    """三员分立: refused at the grant, pending ones included, across the ids of one person."""
    office = founded().appoint("li", "1007").appoint("li2", "1007").empower("li", "handler")
    for role in ("auditor", "system_administrator", "security_administrator"):
        for officer in ("li", "li2"):
            message = office.refused(
                refusals.SeparationOfAdministrators, PowerGranted(DAY, officer, role), "sec"
            )
            assert "经办人" in message
    office.refused(refusals.SeparationOfAdministrators, PowerGranted(DAY, "sys", "auditor"), "sec")
    office.appoint("shen", "1008").appoint("shen2", "1008").grant("shen", "auditor")
    office.refused(refusals.SeparationOfAdministrators, PowerGranted(DAY, "shen2", "handler"), "sec")
    office.empower("li2", "reviewer")
    assert office.now.roles_of_person("1007", DAY) == {"handler", "reviewer"}


def test_a_confirmation_considers_changes_since_the_grant() -> None:
    """A log in which another role came into force in the meantime; the grant itself was lawful on its day."""
    office = founded().appoint("li")
    version = office.grant("li", "auditor")
    other = at(DAY, PowerGranted(DAY, "li", "handler"), version + 1, "sec")
    office.now = follow(office.now, other)  # without being judged
    office.now = follow(office.now, at(DAY, GrantConfirmed(DAY, version + 1), version + 2, "sys"))
    office.refused(refusals.SeparationOfAdministrators, GrantConfirmed(DAY, version), "sys")


def test_the_last_administrator_cannot_be_removed() -> None:
    """Neither dismissed nor deprived of the power; possible once there is a second one."""
    office = founded()
    office.refused(refusals.LastAdministrator, OfficerDismissed(DAY, "sys"), "sys")
    office.refused(refusals.LastAdministrator, OfficerDismissed(DAY, "sec"), "sys")
    office.refused(refusals.LastAdministrator, PowerWithdrawn(DAY, "sec", "security_administrator"), "sec")
    office.appoint("sys2").empower("sys2", "system_administrator")
    office.record(OfficerDismissed(DAY, "sys"), "sys2")
    assert office.now.roles_of("sys", DAY) == frozenset()


# --- the superior ---


def county(role: Role = "approver") -> Authority:
    office = founded().appoint("wang").empower("wang", role)
    return msgspec.structs.replace(office.now, code="county")


def waived(until: date = date(2026, 12, 31)) -> AuthorityEvent:
    return SeparationWaived(DAY, "same_person", until, "县府办〔2026〕3号")


def test_the_superior_of_a_day() -> None:
    """The latest in_force_from up to that day; of two from one day the last recorded."""
    office = founded()
    assert office.now.superior_on(DAY) is None
    for code, since in (("county", 2), ("city", 9), ("other", 9)):
        office.record(SuperiorSet(DAY, code, "lower_government", date(2026, 3, since)), "sys")
    found = [office.now.superior_on(date(2026, 3, day)) for day in (1, 2, 8, 9)]
    assert found == [None, "county", "county", "other"]
    office.refused(refusals.SuperiorOfItself, SuperiorSet(DAY, "town", "lower_government", DAY), "sys")


def test_only_an_approver_of_the_superior_waives() -> None:
    """The officer is named with their authority; the own head and a dismissed officer of the superior cannot waive."""
    office = staffed()
    office.refused(refusals.NotTheSuperior, waived(), "county/wang", superior=county())
    office.record(SuperiorSet(DAY, "county", "lower_government", DAY), "sys")
    for actor in ("zhao", "wang", "city/wang", "county", "taizhang"):
        office.refused(refusals.NotTheSuperior, waived(), actor, superior=county())
    office.refused(refusals.NotTheSuperior, waived(), "county/wang", superior=county("handler"))
    office.refused(refusals.NotTheSuperior, waived(), "county/nobody", superior=county())
    office.refused(DatesReversed, waived(date(2026, 3, 1)), "county/wang", superior=county())
    office.record(waived(), "county/wang", superior=county())
    assert [(each.scope, each.on, each.until) for each in office.now.waivers] == [
        ("same_person", DAY, date(2026, 12, 31))
    ]


@pytest.mark.parametrize("officer", ["a", "Li", "li m", "李", "-li", ".li", "li/m", "l" * 41, "li\\n", ""])
def test_an_officer_s_id_is_short_and_plain(officer: str) -> None:
    """^[a-z0-9][a-z0-9._-]{1,39}$: it is part of envelopes, addresses and the actor `county/wang`."""
    line = '{"type":"officer_appointed","on":"2026-03-02","officer":"%s"}'
    msgspec.json.decode(line % "li.m-2_3", type=AuthorityEvent)
    with pytest.raises(msgspec.ValidationError, match="officer"):
        msgspec.json.decode(line % officer, type=AuthorityEvent)


GOLDEN = """
{"type":"officer_appointed","on":"2026-03-02","officer":"li.m"}
{"type":"officer_appointed","on":"2026-03-02","officer":"li.m","person":"1007","unit":"法规科"}
{"type":"officer_dismissed","on":"2026-03-02","officer":"li.m"}
{"type":"power_granted","on":"2026-03-02","officer":"li.m","role":"handler"}
{"type":"power_granted","on":"2026-03-02","officer":"li.m","role":"handler","until":"2026-12-31"}
{"type":"grant_confirmed","on":"2026-03-02","version":5}
{"type":"power_withdrawn","on":"2026-03-02","officer":"li.m","role":"handler"}
{"type":"service_granted","on":"2026-03-02","service":"portal","name":"门户网站","acts":["hand_in"]}
{"type":"service_granted","on":"2026-03-02","service":"portal","name":"门户网站","acts":["read","count"],"until":"2026-12-31"}
{"type":"service_ended","on":"2026-03-02","service":"portal"}
{"type":"second_factor_reset_requested","on":"2026-03-02","officer":"li.m","reason":"手机遗失"}
{"type":"second_factor_reset","on":"2026-03-02","version":9}
{"type":"superior_set","on":"2026-03-02","superior":"county","relation":"lower_government","in_force_from":"2026-01-01"}
{"type":"separation_waived","on":"2026-03-02","scope":"same_person","until":"2026-12-31","document_no":"县府办〔2026〕3号"}
{"type":"reorganised","on":"2026-03-02","reform":"merged","successor":"county","in_force_from":"2026-07-01","document_no":"县编〔2026〕1号"}
{"type":"supervision_ordered","on":"2026-03-02","matter":"overdue","respond_by":"2026-03-09","document_no":"县府办督〔2026〕1号"}
{"type":"supervision_ordered","on":"2026-03-02","matter":"other","respond_by":"2026-03-09","document_no":"县府办督〔2026〕1号","reference":"2026-0001"}
{"type":"supervision_answered","on":"2026-03-02","version":9,"result":"done","document_no":"镇府〔2026〕1号"}
{"type":"return_requested","on":"2026-03-02","name":"2026年1月","first_on":"2026-01-01","last_on":"2026-01-31","respond_by":"2026-03-09"}
{"type":"return_prepared","on":"2026-03-02","version":9}
{"type":"return_handed_in","on":"2026-03-02","version":9}
{"type":"return_sent_back","on":"2026-03-02","version":9,"reason":"有漏登"}
{"type":"return_accepted","on":"2026-03-02","version":9}
{"type":"assessment_announced","on":"2026-03-02","name":"考核","year":2025,"source":"评分标准","classes":["department"],"indicators":[{"code":"answers","group":"依申请公开","name":"按期答复","points":"6","kind":"deduct","assessor":"automatic","rules":[{"measure":"overdue","per":"1.5"},{"measure":"entered","per":"6","words":"不配合的次数"}]},{"code":"secrecy","group":"保密审查","name":"保密审查","points":"4","kind":"graded","assessor":"office","grades":[{"name":"落实","points":"4"}]}],"contest_by":"2026-03-20"}
{"type":"score_entered","on":"2026-03-02","assessment":"考核","unit":"zhen","indicator":"secrecy","evidence":"抽查"}
{"type":"score_entered","on":"2026-03-02","assessment":"考核","unit":"zhen","indicator":"answers","evidence":"抽查","value":"1","measure":"entered"}
{"type":"score_contested","on":"2026-03-02","assessment":"考核","indicator":"secrecy","reason":"已整改"}
{"type":"contest_decided","on":"2026-03-02","assessment":"考核","unit":"zhen","indicator":"secrecy","result":"upheld","reason":"经核实","contest":9,"value":"落实"}
{"type":"assessment_concluded","on":"2026-03-02","assessment":"考核","document_no":"区府办〔2026〕9号","pinned":[{"unit":"zhen","name":"某镇","points":{"secrecy":"4"}}]}
"""


@pytest.mark.parametrize("line", GOLDEN.strip().splitlines())
def test_the_stored_bytes_of_these_events_stay(line: str) -> None:
    """Type first, then `on`, then the fields in the order of the decision on people and powers."""
    assert msgspec.json.encode(msgspec.json.decode(line, type=AuthorityEvent)).decode() == line
