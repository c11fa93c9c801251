"""The blind index: an officer sees at receipt the earlier requests of the same applicant, and the database does not reveal who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest
from msgspec.structs import replace

from adapters.register.register import Register
from adapters.vault.blind_index import By, SameApplicant, identities_of
from domain.law.refusals import Malformed
from domain.request.file_events import PersonalDataRestricted
from domain.request.parties import Applicant
from domain.request.refusals import RequestUnknown
from domain.values import Reference
from tests import builders
from tests.adapters.recordings import CODE, contents, fetch, line, opened, record

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ID = "110101199001010000"


async def receive(register: Register, id_: str, on: str, code: str = CODE, **applicant: Any) -> SameApplicant:
    """The hint about the same applicant."""
    recording = line(id_, builders.received(on), applicant={"name": "张三", **applicant})
    reply = await register.record(code, recording, actor="tests")
    return await register.personal_data.same_applicant(code, Reference.parse(str(reply.reference)))


async def same(register: Register, number: int) -> list[str]:
    return [
        each.reference
        for each in (await register.personal_data.same_applicant(CODE, Reference(2020, number))).requests
    ]


async def found_by(register: Register, text: str, *by: By) -> list[str]:
    """Who is found by it; all ways where none is named."""
    rows, count = await register.personal_data.asked_by(CODE, text, by or get_args(By))
    assert count == len(rows)
    return [row.reference for row in rows]


# --- what is the same ---


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"id_number": "11010119900101000x"}, {"id_number": "１１０１０１ 19900101 000Ｘ"}),
        ({"id_number": "91110000-600037341L"}, {"id_number": "91110000600037341l"}),
        ({"contacts": "13800138000"}, {"contacts": "手机 +86 138-0013-8000，不要短信"}),
        ({"contacts": "010-12345678"}, {"contacts": "（010）12345678"}),
        ({"contacts": "Zhang@Example.cn"}, {"contacts": "zhang@example.cn; 13900139000"}),
        ({"contacts": "微信 zhang_san"}, {"contacts": "微信zhang_san"}),
        ({"id_number": ID}, {"id_number": "\u200b".join(ID)}),
        ({"id_number": ID}, {"id_number": f"{ID[:6]}\u2060\u00ad\ufeff{ID[6:]}\u3164"}),
        ({"id_number": ID}, {"id_number": f"{ID[0]}\u0301\ufe0f{ID[1:]}\U000e0020"}),
        ({"id_number": ID}, {"id_number": "".join(chr(0x0660 + int(each)) for each in ID)}),
        ({"contacts": "13800138000"}, {"contacts": "138\u200b0013\u200d8000"}),
        ({"contacts": "010-12345678"}, {"contacts": "010–1234—5678"}),
        ({"contacts": "zhang@example.cn"}, {"contacts": "zh\u200bang@exam\u00adple.cn"}),
        ({"contacts": "微信zhang_san"}, {"contacts": "微信zhang\u2063_san"}),
        ({"contacts": "13800138000 13900139000"}, {"contacts": "139 0013 9000"}),
        ({"contacts": "13800138000 010-12345678"}, {"contacts": "010-12345678"}),
        ({"contacts": "010-12345678"}, {"contacts": "+86-10-12345678"}),
        ({"contacts": "010-12345678"}, {"contacts": "0086 10 1234 5678"}),
        ({"contacts": "010-12345678-801"}, {"contacts": "(010)12345678"}),
        ({"id_number": "11010119900101000X"}, {"id_number": "11010119900101000×"}),
        ({"id_number": "11010119900101000X"}, {"id_number": "11010119900101000х"}),
    ],
)
def test_the_same_number_is_the_same_however_it_is_written(
    one: dict[str, str], other: dict[str, str]
) -> None:
    """Full and half width, case, blanks, hyphens, the country's code; each of several contacts."""
    assert set(identities_of(Applicant(name="张三", **one))) & set(
        identities_of(Applicant(name="张三", **other))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"id_number": ID}, {"id_number": ID[:-1] + "8"}),
        ({"id_number": "13800138000"}, {"contacts": "13800138000"}),
        ({}, {}),
        ({"id_number": " - "}, {"id_number": "-"}),
        ({"contacts": "86886688"}, {"contacts": "886688"}),
    ],
)
def test_what_is_not_the_same_is_not_taken_for_it(one: dict[str, str], other: dict[str, str]) -> None:
    """Another number, a number of another kind, none at all; a name alone never."""
    assert not set(identities_of(Applicant(name="张三", **one))) & set(
        identities_of(Applicant(name="张三", **other))
    )


# --- at intake ---


async def test_earlier_requests_come_with_their_outcome_and_the_repeated_ones_marked(
    office: Register,
) -> None:
    """Descriptions are compared, in a preview and when recorded; an agent's other clients are not compared."""
    subjects = ("某路施工合同及验收报告", "某路施工合同和验收报告", "学校食堂检查记录")
    for nth, text in enumerate(subjects, 1):
        recording = line(
            f"r{nth}",
            builders.received("2020-03-02", subject="某路"),
            applicant={"name": "张三", "id_number": ID},
            description=text,
        )
        await record(office, recording)
    answered = builders.answered("2020-03-05", outcome="granted.provided")
    await record(office, line("a", answered, reference="2020-0001"))
    again = line(
        "p",
        builders.received("2020-03-09"),
        applicant={"name": "张三", "id_number": ID},
        description="某路施工合同及验收报告。",
    )
    found = (await office.preview(CODE, again, actor="tests")).same_applicant
    assert found is not None
    expected = {
        "2020-0001": ("granted.provided", "closed", "repeated", "某路"),
        "2020-0002": (None, "in_hand", "similar", "某路"),
        "2020-0003": (None, "in_hand", None, "某路"),
    }
    assert {
        each.reference: (each.outcome, each.stage, each.likeness, each.subject) for each in found.requests
    } == expected
    await record(office, again)
    stored = await office.personal_data.same_applicant(CODE, Reference(2020, 4))
    assert stored.requests == found.requests


async def test_an_officer_sees_earlier_requests_at_intake(office: Register) -> None:
    """Earlier requests and how many of the calendar month, this one counted (国办函〔2020〕109号); latest first."""
    assert (await receive(office, "a", "2020-03-02")).count == 0
    first = await receive(office, "b", "2020-03-31", id_number=ID, contacts="13800138000")
    assert first == SameApplicant(0, 1, ())
    await receive(office, "c", "2020-04-01", contacts="138 0013 8000")
    await receive(office, "d", "2020-04-30", id_number="another")

    found = await receive(office, "e", "2020-04-30", id_number=ID, contacts="13800138000")

    assert found is not None
    assert (found.count, found.in_month) == (2, 2)
    assert [(each.reference, each.matched) for each in found.requests] == [
        ("2020-0003", ("contacts",)),
        ("2020-0002", ("id_number", "contacts")),
    ]
    assert await same(office, 2) == ["2020-0005", "2020-0003"]
    assert await same(office, 1) == []
    with pytest.raises(RequestUnknown):
        await same(office, 9)


async def test_a_preview_says_it_and_stores_nothing(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Before recording; the digest of who only looked is not kept."""
    await receive(office, "a", "2020-03-02", id_number=ID)
    before = await contents(server.behind(database))
    recording = line("b", builders.received("2020-03-03"), applicant={"name": "张三", "id_number": ID})
    found = (await office.preview(CODE, recording, actor="tests")).same_applicant
    assert isinstance(found, SameApplicant)
    assert (found.count, found.in_month) == (1, 2)
    assert await contents(server.behind(database)) == before


async def test_a_repeated_receipt_is_answered_as_the_first_time(office: Register) -> None:
    """The reply has nothing about other requests, since later ones would change it."""
    recording = line("a", builders.received("2020-03-02"), applicant={"name": "张三", "id_number": ID})
    first = await office.record(CODE, recording, actor="tests")
    await receive(office, "b", "2020-03-03", id_number=ID)
    again = await office.record(CODE, recording, actor="tests")
    assert again == replace(first, repeated=True)


async def test_the_index_follows_the_applicant_as_corrected(office: Register) -> None:
    """A wrong number corrected is found no more; annulled and restricted requests are not named, erased ones neither."""
    for id_ in "abc":
        await receive(office, id_, "2020-03-02", id_number=ID)
    fixed = {"applicant": {"name": "李四", "id_number": "other"}, "description": None}
    await record(
        office,
        line("fix", builders.amended("2020-03-03", 1, builders.received("2020-03-02")), "2020-0002", **fixed),
    )
    assert await same(office, 1) == ["2020-0003"]
    await record(office, line("null", builders.amended("2020-03-03", 1), "2020-0003"))
    assert await same(office, 1) == []
    back = {"applicant": None, "description": None}
    await record(
        office,
        line("back", builders.amended("2020-03-03", 1, builders.received("2020-03-02")), "2020-0003", **back),
    )
    assert await same(office, 1) == ["2020-0003"]
    await record(office, line("stop", builders.personal_data_restricted("2020-03-04"), "2020-0003"))
    assert await same(office, 1) == []
    await record(office, line("go", builders.restriction_lifted("2020-03-05"), "2020-0003"))
    assert await same(office, 1) == ["2020-0003"]
    await record(
        office,
        line("w", builders.withdrawn("2020-03-05"), "2020-0003"),
        line("ask", builders.erasure_requested("2020-03-06"), "2020-0003"),
    )
    await office.record(
        CODE, line("erase", builders.personal_data_erased("2020-03-06", 7), "2020-0003"), actor="another"
    )
    assert await same(office, 1) == []


async def test_in_bulk_as_singly(office: Register) -> None:
    """A file of receipts is indexed as well."""
    recordings = [line(f"r{nth}", builders.received("2020-03-02")) for nth in range(5)]
    await record(office, *recordings)
    assert len(await same(office, 5)) == 4


# --- what the database reveals ---


async def test_a_token_tells_nothing_and_is_of_one_authority(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """The same person in two offices has two tokens; number, telephone and their plain digests are nowhere."""
    await opened(office, "jiangbei")
    for code in (CODE, "jiangbei"):
        assert (
            await receive(office, "a", "2020-03-02", code, id_number=ID, contacts="13800138000") is not None
        )
    tokens = [row[0] for row in await fetch(server.behind(database), "SELECT token FROM applicant_tokens")]
    assert len(set(tokens)) == 6
    assert {len(each) for each in tokens} == {32}
    whole = str(await contents(server.behind(database)))
    assert ID not in whole
    assert "13800138000" not in whole
    assert "张三" not in whole


# --- joint applicants and agents ---

LI, AGENT = "110101199002020000", "13900139000"


async def test_a_joint_applicant_is_found_as_the_first_is(office: Register) -> None:
    """One request has several applicants; each of them is found as the same applicant later."""
    joint = [{"name": "李四", "id_number": LI}, {"name": "王五", "contacts": "13700137000"}]
    await receive(office, "a", "2020-03-02", id_number=ID, joint=joint)

    found = await receive(office, "b", "2020-03-20", id_number=LI)
    assert [(each.reference, each.matched) for each in found.requests] == [("2020-0001", ("id_number",))]
    assert found.in_month == 2
    again = await receive(office, "c", "2020-04-20", contacts="13700137000")
    assert [each.reference for each in again.requests] == ["2020-0001"]
    assert await same(office, 1) == ["2020-0003", "2020-0002"]


async def test_an_agent_is_found_and_makes_no_other_client_the_same_applicant(office: Register) -> None:
    """Requests of one lawyer for two clients are shown as such, and not counted by the tiers of the tariff."""
    agent = {"name": "赵律师", "contacts": AGENT, "authorization": "授权委托书2020-03-01"}
    await receive(office, "a", "2020-03-02", id_number=ID, agents=[agent])

    found = await receive(office, "b", "2020-03-03", id_number=LI, agents=[agent])

    assert [(each.reference, each.matched) for each in found.requests] == [("2020-0001", ("agent",))]
    assert (found.count, found.in_month) == (1, 1)
    assert await found_by(office, AGENT, "contacts") == ["2020-0002", "2020-0001"]


async def test_joint_applicants_and_agents_are_amended_restricted_and_erased_with_the_first(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """They are one sealed value: a correction replaces all of them, an erasure removes all of them."""
    joint = [{"name": "李四", "id_number": LI}]
    agent = {"name": "赵律师", "contacts": AGENT, "authorization": "授权委托书"}
    await receive(office, "a", "2020-03-02", id_number=ID, joint=joint, agents=[agent])
    tokens = "SELECT count(*) FROM applicant_tokens WHERE number = 1"
    assert (await fetch(server.behind(database), tokens))[0][0] == 3 + 3  # numbers and names

    without = builders.amended("2020-03-03", 1, builders.received("2020-03-02"))
    alone = {"name": "张三", "id_number": ID, "joint": joint}
    await record(office, line("b", without, "2020-0001", applicant=alone))
    assert await found_by(office, AGENT, "contacts") == []
    kept = builders.amended("2020-03-03", 1, builders.received("2020-03-02", channel="fax"))
    await record(office, line("c", kept, "2020-0001", applicant=None, description=None))
    assert await found_by(office, LI, "id_number") == ["2020-0001"]

    await record(
        office, line("d", builders.event(PersonalDataRestricted, "2020-03-04", basis="争议"), "2020-0001")
    )
    assert await found_by(office, LI, "id_number") == []


# --- an applicant asks about progress ---


@pytest.mark.parametrize(
    ("recorded", "typed"),
    [
        ("张三", "张 三"),
        ("张三", "　张三 "),
        ("张三", "张\u200b三"),
        ("阿卜杜拉·买买提", "阿卜杜拉•买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉・买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉．买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉 买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉‧买买提"),
        ("某某（广州）有限公司", "某某(广州)有限公司"),
        ("ＡＢＣ公司", "abc 公司"),
        ("John Smith", "john  smith"),
    ],
)
async def test_a_name_is_found_however_it_is_written(office: Register, recorded: str, typed: str) -> None:
    """Width, case, blanks and the dot between the parts of a name."""
    await receive(office, "a", "2020-03-02", name=recorded)
    await receive(office, "b", "2020-03-02", name=f"{recorded}之子")
    assert await found_by(office, typed, "name") == ["2020-0001"]
    assert await found_by(office, typed) == ["2020-0001"]


async def test_who_is_named_in_a_request_is_found(office: Register) -> None:
    """The applicant, who applies with them and their agent, by name, number and telephone; each way finds its own."""
    joint = [{"name": "李四", "id_number": LI}]
    agent = {"name": "赵律师", "contacts": AGENT, "authorization": "授权委托书"}
    await receive(office, "a", "2020-03-02", id_number=ID, joint=joint, agents=[agent])
    await receive(office, "b", "2020-03-03", contacts="13800138000")

    assert await found_by(office, "张三", "name") == ["2020-0002", "2020-0001"]
    for text in ("李四", "赵律师"):
        assert await found_by(office, text, "name") == ["2020-0001"]
    for text in (ID, LI):
        assert await found_by(office, text, "id_number") == ["2020-0001"]
    assert await found_by(office, AGENT, "contacts") == ["2020-0001"]
    assert await found_by(office, "138-0013-8000", "contacts") == ["2020-0002"]
    for text, by in ((ID, "name"), ("张三", "id_number"), ("张", "name"), ("13800138000", "id_number")):
        assert await found_by(office, text, by) == [], (text, by)
    for text in ("·", " ", "\u200b"):
        with pytest.raises(Malformed):
            await office.personal_data.asked_by(CODE, text, ("name",))


async def test_a_name_alone_makes_nobody_the_same_applicant(office: Register) -> None:
    """Two applicants of the same name are different unless a number matches."""
    await receive(office, "a", "2020-03-02")
    found = await receive(office, "b", "2020-03-02", id_number=ID)
    assert found == SameApplicant(0, 1, ())


async def test_names_follow_the_register(office: Register) -> None:
    """Corrected, annulled, restricted and erased: found by the present value, and not while it is closed."""
    for id_ in "abcde":
        await receive(office, id_, "2020-03-02")
    fixed = builders.amended("2020-03-03", 1, builders.received("2020-03-02"))
    await record(
        office,
        line("fix", fixed, "2020-0002", applicant={"name": "李四"}, description=None),
        line("null", builders.amended("2020-03-03", 1), "2020-0003"),
        line("stop", builders.personal_data_restricted("2020-03-04"), "2020-0004"),
        line("w", builders.withdrawn("2020-03-05"), "2020-0005"),
        line("ask", builders.erasure_requested("2020-03-06"), "2020-0005"),
    )
    erased = line("erase", builders.personal_data_erased("2020-03-06", 3), "2020-0005")
    await office.record(CODE, erased, actor="another")
    assert await found_by(office, "张三") == ["2020-0001"]
    assert await found_by(office, "李四") == ["2020-0002"]


async def test_earlier_requests_are_found_by_name_once_resealed(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """As a register written before names were in the index: with numbers, without any, amended, restricted, erased."""
    await receive(office, "a", "2020-03-02")
    await receive(office, "b", "2020-03-02", id_number=ID)
    await receive(office, "c", "2020-03-02", contacts="13800138000")
    await receive(office, "d", "2020-03-02", name="王五")
    await receive(office, "e", "2020-03-02", id_number=ID)
    fixed = builders.amended("2020-03-03", 1, builders.received("2020-03-02"))
    await record(
        office,
        line("fix", fixed, "2020-0004", applicant={"name": "张三"}, description=None),
        line("stop", builders.personal_data_restricted("2020-03-04"), "2020-0003"),
        line("w", builders.withdrawn("2020-03-05"), "2020-0005"),
        line("ask", builders.erasure_requested("2020-03-06"), "2020-0005"),
    )
    erased = line("erase", builders.personal_data_erased("2020-03-06", 3), "2020-0005")
    await office.record(CODE, erased, actor="another")
    await fetch(server.behind(database), "DELETE FROM applicant_tokens WHERE kind = 'name'")
    assert await found_by(office, "张三") == []
    assert await office.personal_data.lacks_names(CODE)

    done = await office.personal_data.reseal_vault(CODE)

    assert (done.applicants, done.left) == (4, {})  # the erased one stays out
    assert await found_by(office, "张三") == ["2020-0004", "2020-0002", "2020-0001"]
    assert await found_by(office, "王五") == []
    assert await found_by(office, "13800138000") == []  # restricted
    assert not await office.personal_data.lacks_names(CODE)
    await record(office, line("go", builders.restriction_lifted("2020-03-07"), "2020-0003"))
    assert "2020-0003" in await found_by(office, "张三", "name")


async def test_a_request_annulled_when_it_was_resealed_is_found_once_restored(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """With its earlier applicant, given as null; not found in between."""
    await receive(office, "a", "2020-03-02")
    await record(office, line("null", builders.amended("2020-03-03", 1), "2020-0001"))
    await fetch(server.behind(database), "DELETE FROM applicant_tokens")
    await office.personal_data.reseal_vault(CODE)
    assert await found_by(office, "张三") == []

    back = builders.amended("2020-03-04", 1, builders.received("2020-03-02"))
    await record(office, line("back", back, "2020-0001", applicant=None, description=None))
    assert await found_by(office, "张三") == ["2020-0001"]


async def test_names_are_found_while_a_new_key_is_taken_into_use(office: Register) -> None:
    """Some tokens are under the old key, some under the new one; in the end all are under the new one."""
    await receive(office, "a", "2020-03-02")
    await office.personal_data.rotate_vault_key()
    await receive(office, "b", "2020-03-02")
    assert await found_by(office, "张三") == ["2020-0002", "2020-0001"]
    await office.personal_data.reseal_vault(CODE)
    assert await found_by(office, "张三") == ["2020-0002", "2020-0001"]
