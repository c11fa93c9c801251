"""Erasure and restriction: sealed values are deleted, or not shown, and nothing else changes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from adapters.proof import bundle_check
from adapters.refusals import DocumentErased, IdempotencyKeyReused
from adapters.register.register import Recording, Refused, Register, Reply
from adapters.vault.erasure import FINAL
from domain.law.refusals import ContentErased
from domain.request.refusals import ErasedBySamePerson, ErasedStaysErased, PersonalDataIsRestricted
from domain.values import Period, Reference
from projections.annual_tables import AnnualTables
from tests import builders
from tests.adapters.recordings import (
    CODE,
    PDF,
    at_first,
    contents,
    fetch,
    fetched,
    file,
    history,
    line,
    record,
    row,
    sealed_in,
    tables,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

YEAR = Period.year(2020)
REQUESTED, ERASED = "2026-01-06", "2026-01-07"


EARLY = "erased_before_retention"
"""What is archived here is to be kept until 2030: it is erased because a court ordered it."""


def ask(id_: str, scope: str = "applicant", reference: str = "2020-0001") -> Recording:
    return line(id_, builders.erasure_requested(REQUESTED, scope, "ordered"), reference, EARLY)


def carry_out(id_: str, version: int, reference: str = "2020-0001") -> Recording:
    return line(id_, builders.personal_data_erased(ERASED, version), reference, EARLY)


async def erase(register: Register, version: int, scope: str = "all", reference: str = "2020-0001") -> Reply:
    """Requested by one person at this version, carried out by another."""
    await register.record(CODE, ask(f"ask-{reference}-{version}", scope, reference), actor="li")
    erased = carry_out(f"erase-{reference}-{version}", version, reference)
    return await register.record(CODE, erased, actor="wang")


async def shown(register: Register, reference: str = "2020-0001") -> set[str]:
    """Fields of the sealed values that still open."""
    values = [each for entry in await history(register, reference) for each in sealed_in(entry.event)]
    texts = await register.personal_data.unsealed(CODE, [value for _, value in values])
    return {field for field, value in values if value.id in texts}


async def year(register: Register) -> AnnualTables:
    """The tables of the year, but for the position they rest on."""
    return msgspec.structs.replace(await tables(register, YEAR), position=0)


async def closed(register: Register) -> None:
    """One request, corrected, answered and archived, with a document."""
    keep = {"applicant": None, "description": None}
    await record(
        register,
        line("a", builders.received("2020-03-02")),
        line(
            "b",
            builders.amended("2020-03-03", 1, builders.received("2020-03-02", channel="fax")),
            "#a",
            **keep,
        ),
        line("c", builders.answered("2020-03-20", text=builders.SEALED), "#a"),
        line("d", builders.served("2020-03-20"), "#a"),
        line("e", builders.archived("2020-12-01"), "#a"),
    )
    await file(register, kind="consultation")


# --- erasing ---


async def test_a_correction_does_not_bring_back_what_was_erased(office: Register) -> None:
    """Typed in again it is refused and nothing is stored; left null the rest is corrected, of a restored receipt too."""
    await closed(office)
    await erase(office, 7)

    def corrected(id_: str, *acknowledged: str, **fields: Any) -> Recording:
        replacement = builders.received("2020-03-02", channel="post")
        return line(id_, builders.amended(ERASED, 1, replacement), "2020-0001", *acknowledged, **fields)

    for act in (office.preview, office.record):
        with pytest.raises(ErasedStaysErased):
            await act(CODE, corrected("typed", applicant={"name": "张三"}, description=None), actor="li")  # type: ignore[operator]
    await record(office, corrected("kept", applicant=None, description=None))
    assert await shown(office) == {"reason"}
    await record(office, line("annulled", builders.amended(ERASED, 1), "2020-0001"))
    with pytest.raises(ErasedStaysErased):
        await office.record(CODE, corrected("back", applicant={"name": "张三"}, description=None), actor="li")
    await record(office, corrected("restored", EARLY, applicant=None, description=None))
    assert await shown(office) == {"reason"}


async def test_papers_that_name_the_applicant_go_with_the_applicant(office: Register) -> None:
    """Letters that were made and filed here, whatever their kind, and what names the applicant by its nature; no other."""
    await record(
        office,
        line("a", builders.received("2020-03-02")),
        line("b", builders.withdrawn("2020-03-03"), "2020-0001"),
    )
    kinds = ("application", "identity", "answer", "service", "consultation", "other")
    for kind in kinds:
        await file(office, on="2020-03-03", document=kind, kind=kind)
    await file(
        office,
        on="2020-03-03",
        document="信封地址页（第2条登记）",
        kind="other",
        id_="letter 2020-0001 envelope 2 0",
    )
    await record(office, line("z", builders.archived("2020-03-04"), "2020-0001"))

    await erase(office, 11, "applicant")

    kept = {
        each.document for each in await office.documents.of(CODE, Reference(2020, 1)) if each.note is None
    }
    assert kept == {"consultation", "other"}


@pytest.mark.parametrize(
    ("scope", "left"),
    [("applicant", {"description", "reason", "text"}), ("all", set())],
)
async def test_an_erasure_takes_what_it_names_and_nothing_else(
    office: Register, server: DatabaseServer, database: str, scope: str, left: set[str]
) -> None:
    """In one transaction with its entry; log, register, tables, proofs and every replay stay as they were."""
    await closed(office)
    await record(office, line("z", builders.received("2020-05-06"), applicant={"name": "另一人"}))
    await office.proofs.sign_checkpoint(CODE)
    kept = ["vault", "documents", "document_pieces", "applicant_tokens"]
    before, counted = await contents(server.behind(database), but=kept), await year(office)
    stood = await row(office)
    pinned = await office.proofs.checkpoint(CODE)

    reply = await erase(office, 7, scope)

    assert reply.note == FINAL
    assert await shown(office) == left
    assert await shown(office, "2020-0002") == {"applicant", "description"}
    after = await contents(server.behind(database), but=kept)
    assert after["events"][: len(before["events"])] == before["events"]
    assert await year(office) == counted
    assert stood is not None
    now = await row(office)
    assert now is not None
    for field in now.__struct_fields__:
        if field not in ("version", "position", "irregularities"):
            assert getattr(now, field) == getattr(stood, field), field
    assert set(now.irregularities) == {*stood.irregularities, EARLY}
    assert await office.rebuild(CODE) == []
    assert await year(office) == counted
    await office.proofs.sign_checkpoint(CODE)
    found = await office.proofs.verify(CODE)
    assert (found.entries, found.counts) == (len(after["events"]), {})
    assert pinned is not None
    (documents,) = await office.documents.of(CODE, Reference(2020, 1))
    if scope == "all":
        assert documents.note == "已销毁"
        with pytest.raises(DocumentErased, match="2020-0001"):
            await office.documents.open(CODE, Reference(2020, 1), 6)
    else:
        assert documents.note is None
        assert (await fetched(office, 6)).startswith(b"%PDF-")


async def test_who_asked_does_not_erase(office: Register) -> None:
    """Another natural person, acting on behalf counted; refused, nothing is erased and nothing stored."""
    await closed(office)
    await office.record(CODE, ask("ask"), actor="li")
    erased = carry_out("erase", 7)
    with pytest.raises(ErasedBySamePerson):
        await office.record(CODE, erased, actor="li")
    with pytest.raises(ErasedBySamePerson):
        await office.record(CODE, Recording(
                id="x", reference="2020-0001", on_behalf_of="li", event=erased.event, acknowledged=(EARLY,)
            ), actor="wang")  # fmt: skip
    with pytest.raises(Refused):
        await office.record_all(CODE, [erased], actor="li")
    assert "applicant" in await shown(office)
    assert len(await history(office)) == 7

    await office.record(CODE, erased, actor="wang")
    assert "applicant" not in await shown(office)


async def test_an_erasure_repeated_is_answered_the_same(office: Register) -> None:
    """The same id gets the same reply, note and all, and erases nothing again."""
    await closed(office)
    reply = await erase(office, 7)
    keep = {"applicant": None, "description": None}
    again = line(
        "again", builders.amended("2026-01-08", 1, builders.received("2020-03-02")), "2020-0001", **keep
    )
    await record(office, again)

    erased = carry_out("erase-2020-0001-7", 7)
    assert at_first(await office.record(CODE, erased, actor="wang")) == reply
    assert await shown(office) == {"reason"}


async def test_an_amendment_that_keeps_an_erased_value_is_recorded_and_replays(office: Register) -> None:
    """Null keeps the commitment of what is gone; the value stays gone."""
    await closed(office)
    await erase(office, 7, "applicant")
    keep = {"applicant": None, "description": None}
    await record(
        office,
        line(
            "k",
            builders.amended("2026-01-08", 1, builders.received("2020-03-02", channel="post")),
            "2020-0001",
            **keep,
        ),
        acknowledge_all=True,
    )
    assert "applicant" not in await shown(office)
    assert await office.rebuild(CODE) == []
    stood = await row(office)
    assert stood is not None
    assert stood.stage == "archived"


async def test_a_preview_erases_nothing(office: Register) -> None:
    """Neither does judging alone."""
    await closed(office)
    await office.record(CODE, ask("ask"), actor="li")
    erased = carry_out("erase", 7)
    assert (await office.preview(CODE, erased, actor="wang")).reply.note == FINAL
    await office.record_all(CODE, [erased], actor="wang", preview=True)
    assert "applicant" in await shown(office)


REQUESTS = 1000


async def test_a_thousand_erasures(office: Register, server: DatabaseServer, database: str) -> None:
    """notes/reliability.md 3: of 1,500 requests of five outcomes 1,000 are erased, and no sum, row or proof moves."""
    codes = (
        "granted.provided", "unable.not_held.nonexistent", "refused.internal_affairs", "other.unspecified", "granted_in_part",
    )  # fmt: skip
    lines: list[Recording] = []
    for nth in range(REQUESTS * 3 // 2):
        lines.append(line(f"r{nth}", builders.received("2020-03-02")))
        lines.append(line(f"a{nth}", builders.answered("2020-03-20", codes[nth % 5]), f"#r{nth}"))
    await record(office, *lines, acknowledge_all=True)
    await office.proofs.sign_checkpoint(CODE)
    checkpoint = await office.proofs.checkpoint(CODE)
    counted = await year(office)
    stood = await standing(server, database)
    chosen = [3 * nth // 2 + 1 for nth in range(REQUESTS)]

    await _both(office, [f"2020-{number:04d}" for number in chosen])

    assert await year(office) == counted
    assert await office.rebuild(CODE) == []
    assert await year(office) == counted
    assert await standing(server, database) == stood
    left = await fetch(server.behind(database), "SELECT count(*) FROM vault")
    assert left[0][0] == 2 * (REQUESTS * 3 // 2 - REQUESTS)
    indexed = await fetch(
        server.behind(database), "SELECT count(DISTINCT (year, number)) FROM applicant_tokens"
    )
    assert indexed[0][0] == REQUESTS * 3 // 2 - REQUESTS
    await office.proofs.sign_checkpoint(CODE)
    assert (await office.proofs.verify(CODE)).counts == {}
    assert checkpoint is not None
    size = int(checkpoint.split("\n")[1])
    assert (await office.proofs.consistency(CODE, size)).first == size


async def standing(server: DatabaseServer, database: str) -> Sequence[Any]:
    """The register whole, but for how many entries each row rests on."""
    query = "SELECT to_jsonb(r) - 'version' - 'position' FROM requests AS r ORDER BY year, number"
    return [found[0] for found in await fetch(server.behind(database), query)]


async def _both(register: Register, references: Sequence[str]) -> None:
    requests = [
        line(f"ask-{each}", builders.erasure_requested(REQUESTED, "all"), each) for each in references
    ]
    erased = [line(f"erase-{each}", builders.personal_data_erased(ERASED, 3), each) for each in references]
    await register.record_all(CODE, requests, actor="li")
    await register.record_all(CODE, erased, actor="wang")


# --- bundles ---


async def test_a_bundle_tells_what_was_erased_from_what_is_there(office: Register, tmp_path: Path) -> None:
    """With sealed texts: what is left is in it, what was erased is counted; documents are handed over one by one."""
    await closed(office)
    await record(office, line("z", builders.received("2020-05-06")))
    await erase(office, 7, "applicant")
    await office.proofs.sign_checkpoint(CODE)

    exported = await office.proofs.export(CODE, tmp_path / "bundle.zip", with_sealed=True)

    # Texts: description, the reason of the correction, the answer; two of the other request. The applicant is erased.
    assert (exported.sealed, exported.erased) == (5, 1)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        texts = [json.loads(each) for each in archive.read("sealed.jsonl").splitlines()]
    assert sorted(each["field"] for each in texts) == [
        "applicant",
        "content",  # of a document that is still there: its salt
        "description",
        "description",
        "reason",
        "text",
    ]
    found = bundle_check.verify(tmp_path / "bundle.zip")
    assert found.counts == {}


# --- restricting ---


async def test_what_is_restricted_is_not_given_out_until_it_is_lifted(office: Register) -> None:
    """个人信息保护法 47: stored and protected only. Documents are refused; a bundle, by the power to prove, has it."""
    await closed(office)
    await record(office, line("r", builders.personal_data_restricted("2026-01-06"), "2020-0001"))
    with pytest.raises(PersonalDataIsRestricted, match="限制处理"):
        await office.documents.open(CODE, Reference(2020, 1), 6)
    await record(office, line("l", builders.restriction_lifted("2026-01-07"), "2020-0001"))
    assert (await fetched(office, 6)).startswith(b"%PDF-")


# --- erased values cannot be guessed ---


def guesses(right: bool) -> dict[str, Recording]:
    """The recordings of `closed` that sealed something, sent again under their old ids, with the right values or guesses."""
    words = (
        {}
        if right
        else {"applicant": {"name": "猜的"}, "description": "猜的", "text": "猜的", "reason": "猜的"}
    )

    def clear(*fields: str) -> dict[str, Any]:
        return {field: words[field] for field in fields if field in words}

    keep = {"applicant": None, "description": None}
    return {
        "a": line("a", builders.received("2020-03-02"), **clear("applicant", "description")),
        "b": line(
            "b",
            builders.amended("2020-03-03", 1, builders.received("2020-03-02", channel="fax")),
            "2020-0001",
            **keep,
            **clear("reason"),
        ),
        "c": line("c", builders.answered("2020-03-20", text=builders.SEALED), "2020-0001", **clear("text")),
    }


async def test_a_repeated_recording_does_not_reveal_what_was_erased(office: Register) -> None:
    """Before the erasure a repetition gets its reply and a guess is refused; after it both get one answer, to the word."""
    await closed(office)
    for id_, right in guesses(right=True).items():
        assert (await office.record(CODE, right, actor="tests")).id == id_
        with pytest.raises(IdempotencyKeyReused):
            await office.record(CODE, guesses(right=False)[id_], actor="tests")
    await file(office, id_="doc2", document="另一件")
    await erase(office, 8)
    for right in (True, False):
        for id_, guess in guesses(right).items():
            for act in (office.record, office.preview):
                with pytest.raises(ContentErased) as refusal:
                    await act(CODE, guess, actor="tests")  # type: ignore[operator]
                assert refusal.value.facts == {"id": id_, "where": f"2020-0001第{' abc'.index(id_)}条"}
        with pytest.raises(ContentErased):
            await file(office, guessed_pdf(right), id_="doc2", document="另一件")
    served = await office.record(CODE, line("d", builders.served("2020-03-20"), "2020-0001"), actor="tests")
    assert served.version == 4  # nothing of it was sealed


def guessed_pdf(right: bool) -> bytes:
    return PDF if right else PDF + b"guessed"


async def test_an_erasure_of_the_applicant_leaves_other_recordings_as_they_were(office: Register) -> None:
    """What of a recording is left is compared no more than what is gone: both are in one code."""
    await closed(office)
    await erase(office, 7, "applicant")
    right, wrong = guesses(right=True), guesses(right=False)
    assert (await office.record(CODE, right["c"], actor="tests")).version == 3
    with pytest.raises(IdempotencyKeyReused):
        await office.record(CODE, wrong["c"], actor="tests")
    for guess in (right["a"], wrong["a"]):
        with pytest.raises(ContentErased):
            await office.record(CODE, guess, actor="tests")


async def test_what_is_restricted_is_not_confirmed_either(office: Register) -> None:
    """Not shown, and not revealed by a guess; once it is lifted a repetition gets its reply."""
    await closed(office)
    await record(office, line("x", builders.personal_data_restricted("2026-01-05"), "2020-0001"))
    for right in (True, False):
        with pytest.raises(PersonalDataIsRestricted):
            await office.record(CODE, guesses(right)["a"], actor="tests")
    await record(office, line("y", builders.restriction_lifted("2026-01-06"), "2020-0001"))
    assert (await office.record(CODE, guesses(right=True)["a"], actor="tests")).version == 1
