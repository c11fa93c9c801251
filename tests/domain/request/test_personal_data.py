"""Personal data: who may erase them, what an erasure removes, and what it leaves unchanged."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from domain.entry import Event, type_of
from domain.request.file_events import OF_PERSONAL_DATA
from domain.request.judging import possible_next
from domain.request.personal_data import check_another_person, check_stays_erased, erased_by
from domain.request.refusals import (
    ErasedBySamePerson,
    ErasedStaysErased,
    ErasureIsFinal,
    NotRestricted,
    RequestAnnulled,
)
from domain.values import Sealed
from tests.builders import (
    LAW,
    amended,
    answered,
    document_filed,
    erasure_requested,
    given,
    personal_data_erased,
    personal_data_restricted,
    received,
    recorded,
    restriction_lifted,
    served,
)

CLOSED = (received("2020-03-02"), answered("2020-03-10"))


def sealed(nth: int) -> Sealed:
    return Sealed(f"{nth:032x}", "0" * 64)


# --- another person ---


@pytest.mark.parametrize(
    ("asked_by", "on_behalf_of", "persons", "refused"),
    [
        ("li", None, {"li"}, True),
        ("li", None, {"wang"}, False),
        ("li", "zhao", {"zhao"}, True),
        ("li", None, {"wang", "li"}, True),
        ("li2", None, {"li"}, True),
    ],
)
def test_the_requester_of_an_erasure_may_not_carry_it_out(
    asked_by: str, on_behalf_of: str | None, persons: set[str], refused: bool
) -> None:
    """Another natural person must; acting on behalf counts for both; two ids of one person are one. Officers who recorded other
    entries may.
    """
    history = [replace(each, actor="wang") for each in recorded(*CLOSED, erasure_requested("2031-01-06"))]
    history[2] = replace(history[2], actor=asked_by, on_behalf_of=on_behalf_of)
    erased = personal_data_erased("2031-01-07", 3)

    def check() -> None:
        check_another_person(history, erased, persons, lambda officer: officer.removesuffix("2"))

    if refused:
        with pytest.raises(ErasedBySamePerson, match=r"2020-0017.*另一人"):
            check()
    else:
        check()


def test_amending_the_request_counts_as_requesting() -> None:
    """The officer may have set the scope."""
    wider = amended("2031-01-06", 3, erasure_requested("2031-01-06", "all"))
    history = recorded(*CLOSED, erasure_requested("2031-01-06"), wider)
    history[3] = replace(history[3], actor="wang")
    with pytest.raises(ErasedBySamePerson):
        check_another_person(history, personal_data_erased("2031-01-07", 3), {"wang"})
    check_another_person(history, served("2031-01-07"), {"wang"})


# --- what an erasure takes ---

HISTORY: tuple[Event, ...] = (
    received("2020-03-02", applicant=sealed(1), description=sealed(2)),
    document_filed("2020-03-03", content=sealed(3)),
    answered("2020-03-10", text=sealed(4)),
    replace(amended("2020-03-11", 1, received("2020-03-02", applicant=sealed(5), description=sealed(2))), reason=sealed(6)),  # type: ignore[type-var]
)  # fmt: skip


@pytest.mark.parametrize(("scope", "taken"), [("applicant", {1, 3, 5}), ("all", {1, 2, 3, 4, 5, 6})])
def test_an_erasure_removes_earlier_values_of_its_scope(scope: str, taken: set[int]) -> None:
    """applicant: the person, corrected values and documents naming them; all: every text and document too. Later values remain."""
    history = recorded(
        *HISTORY,
        erasure_requested("2031-01-06", scope),
        served("2031-01-06"),
        personal_data_erased("2031-01-07", 5),
        amended("2031-01-08", 1, received("2020-03-02", applicant=sealed(7), description=sealed(8))),
    )
    assert {each.id for each in erased_by(history, history[6])} == {sealed(nth).id for nth in taken}


def test_the_scope_last_recorded_counts() -> None:
    """The requested scope can be amended until the erasure is carried out."""
    wider = amended("2031-01-06", 5, erasure_requested("2031-01-06", "all"))
    history = recorded(
        *HISTORY, erasure_requested("2031-01-06"), wider, personal_data_erased("2031-01-07", 5)
    )
    assert sealed(4) in erased_by(history, history[6])


@pytest.mark.parametrize(
    ("scope", "applicant", "description", "refused"),
    [
        ("applicant", 1, 9, False),
        ("applicant", 9, 2, True),
        ("all", 1, 2, False),
        ("all", 1, 9, True),
    ],
)
def test_a_correction_does_not_restore_erased_values(
    scope: str, applicant: int, description: int, refused: bool
) -> None:
    """个人信息保护法 47: an erased value may be kept or removed; values outside the scope are corrected as before."""
    receipt = received("2020-03-02", applicant=sealed(1), description=sealed(2))
    erasure = (erasure_requested("2031-01-06", scope), personal_data_erased("2031-01-07", 3))
    history = recorded(receipt, CLOSED[1], *erasure)
    changed = received("2020-03-02", applicant=sealed(applicant), description=sealed(description))
    if refused:
        with pytest.raises(ErasedStaysErased) as why:
            check_stays_erased(history, amended("2031-01-08", 1, changed))
        assert why.value.facts["target"] == 1
    else:
        check_stays_erased(history, amended("2031-01-08", 1, changed))


# --- what it leaves ---


def test_an_erasure_changes_nothing_else_of_the_request() -> None:
    """Stage, term, answers and irregularities are unchanged; the erasure itself is shown."""
    before = given(*CLOSED).request
    after = given(
        *CLOSED, erasure_requested("2031-01-06", "all"), personal_data_erased("2031-01-07", 3)
    ).request
    (erasure,) = after.erasures
    assert (erasure.version, erasure.scope, erasure.erased_on) == (3, "all", date(2031, 1, 7))
    assert replace(after, version=before.version, erasures=()) == before


def test_a_restriction_is_in_force_until_lifted() -> None:
    """个人信息保护法 47: for one ground or several; one lifting ends it."""
    history = given(received("2020-03-02"), personal_data_restricted("2020-03-03"))
    assert history.request.restricted
    assert history.when(personal_data_restricted("2020-03-04")).then().restricted
    assert not history.when(restriction_lifted("2020-03-04")).then().restricted


def test_personal_data_of_an_annulled_request_can_be_erased() -> None:
    """Data entered of a wrong person too; restoring the receipt does not restore them."""
    annulled = (*CLOSED, amended("2020-03-12", 1))
    history = (
        *annulled,
        personal_data_restricted("2020-03-12"),
        erasure_requested("2020-03-13", "all"),
        personal_data_erased("2020-03-16", 5),
    )
    request = given(*history).request
    assert (request.annulled, request.restricted) == (True, True)
    assert [each.erased_on for each in request.erasures] == [date(2020, 3, 16)]
    given(*history).when(amended("2020-03-17", 5)).then_refused(ErasureIsFinal)
    given(*annulled).when(restriction_lifted("2020-03-12")).then_refused(NotRestricted)
    given(*annulled).when(document_filed("2020-03-12")).then_refused(RequestAnnulled)
    restored = given(*history).when(amended("2020-03-17", 1, received("2020-03-02"))).then()
    assert (restored.annulled, restored.stage, len(restored.erasures)) == (False, "closed", 1)


def test_only_possible_steps_are_offered() -> None:
    """An erasure if one is requested, a lifting if there is a restriction; also for an annulled request."""
    of_data = {type_of(kind) for kind in OF_PERSONAL_DATA}

    def offered(*history: Event) -> set[str]:
        return of_data & set(possible_next(given(*history, law=LAW).request))

    request = erasure_requested("2020-03-16")
    assert offered(received("2020-03-02")) == {"personal_data_restricted"}
    assert offered(*CLOSED) == {"personal_data_restricted", "erasure_requested"}
    assert offered(*CLOSED, request) == {
        "personal_data_restricted", "erasure_requested", "personal_data_erased",
    }  # fmt: skip
    assert offered(*CLOSED, request, personal_data_restricted("2020-03-16")) == of_data
    assert offered(*CLOSED, request, amended("2020-03-17", 1)) == {
        "personal_data_restricted", "erasure_requested", "personal_data_erased",
    }  # fmt: skip
