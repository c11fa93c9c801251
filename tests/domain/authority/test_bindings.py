"""Binding of officers to subjects of an identity provider, by the system administrator, one per issuer."""

from __future__ import annotations

from datetime import date

from domain.authority.events import SubjectBound, SubjectUnbound
from domain.authority.refusals import NoPower, OfficerUnknown, SubjectExists, SubjectMissing
from domain.values import Sealed
from tests.domain.authority.test_powers import DAY, staffed

ISSUER, OTHER = "https://id.example.gov.cn", "https://other.example.gov.cn"


def bound(officer: str, issuer: str = ISSUER, on: date = DAY) -> SubjectBound[Sealed]:
    return SubjectBound(on, officer, issuer, Sealed("a" * 32, "b" * 64))


def test_an_officer_has_one_subject_per_issuer() -> None:
    office = staffed().record(bound("li"), "sys")
    office.refused(SubjectExists, bound("li"), "sys")
    office.record(bound("li", OTHER), "sys")
    office.record(SubjectUnbound(DAY, "li", ISSUER), "sys")
    assert [each.issuer for each in office.now.bindings] == [OTHER]
    office.refused(SubjectMissing, SubjectUnbound(DAY, "li", ISSUER), "sys")
    office.record(bound("li"), "sys")
    binding = office.now.binding("li", ISSUER)
    assert binding is not None
    assert binding.sub.id == "a" * 32


def test_only_the_system_administrator_binds_and_only_officers() -> None:
    office = staffed()
    for officer in ("sec", "li"):
        office.refused(NoPower, bound(officer), officer)
    office.refused(OfficerUnknown, bound("nobody"), "sys")
    office.record(bound("li"), "sys")
    for officer in ("sec", "li"):
        office.refused(NoPower, SubjectUnbound(DAY, "li", ISSUER), officer)
