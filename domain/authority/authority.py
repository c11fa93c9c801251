"""The authority that keeps the register: its own events, and what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain.authority.access_events import AccessesHandedOver
from domain.authority.assessment import Assessment, Contest
from domain.authority.events import LetterDetailsSet, LetterWordingSet
from domain.authority.grants import Binding, FactorReset, PowerGrant, ServiceAccount, ServiceGrant
from domain.authority.imports import Import
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.authority.powers import Act, Role, ServiceAct, acts_of
from domain.authority.recovery import Restoration
from domain.authority.succession import Succession
from domain.authority.supervision import Supervision
from domain.entry import Recorded
from domain.law import terms
from domain.law.calendar import Calendar, DayOff, Notice, shared_calendar


class Officer(msgspec.Struct, frozen=True):
    """An officer of the authority, in the office from appointed_on on and not any more from dismissed_on on."""

    id: str
    person: str
    unit: str | None
    appointed_on: date
    dismissed_on: date | None = None
    grants: tuple[PowerGrant, ...] = ()

    def in_office(self, day: date) -> bool:
        return self.appointed_on <= day and (self.dismissed_on is None or day < self.dismissed_on)

    def roles_on(self, day: date) -> frozenset[Role]:
        if not self.in_office(day):
            return frozenset()
        return frozenset(grant.role for grant in self.grants if grant.in_force(day))


class Superior(msgspec.Struct, frozen=True):
    """A superior authority from a day on."""

    code: str
    relation: str
    in_force_from: date


class Authority(msgspec.Struct, frozen=True):
    """names: (in force from, name), the first from the beginning. version: events folded.

    notices: of the State Council, as entered; see `calendar`. entries: all of its own, as recorded.
    handed_over: parts of the access log that went to the archive, the oldest first.
    recovery_digest: of the code that lies sealed on paper; None of none. restorations: of its administrators, requested or done.
    opened_on: the day on which the register was opened, as recorded. assessments: of its units. contests: of its superior's.
    officers, services: all there ever were, in the order appointed or granted. first_appointed: day and log position of the first
    appointment; what was recorded before it is judged by no power.
    """

    code: str
    kind: str
    complete_since: date
    names: tuple[tuple[date, str], ...]
    days_off: tuple[DayOff, ...] = ()
    notices: tuple[Notice, ...] = ()
    policies: tuple[terms.Policy, ...] = ()
    version: int = 0
    officers: tuple[Officer, ...] = ()
    superiors: tuple[Superior, ...] = ()
    waivers: tuple[terms.Waiver, ...] = ()
    letter_details: tuple[LetterDetailsSet, ...] = ()
    letter_wordings: tuple[LetterWordingSet, ...] = ()
    number_series: tuple[NumberSeriesSet, ...] = ()
    number_gaps: tuple[NumberGapExplained, ...] = ()
    first_appointed: tuple[date, int] | None = None
    supervision: Supervision = Supervision()
    assessments: tuple[Assessment, ...] = ()
    contests: tuple[Contest, ...] = ()
    successions: tuple[Succession, ...] = ()
    services: tuple[ServiceAccount, ...] = ()
    factor_resets: tuple[FactorReset, ...] = ()
    bindings: tuple[Binding, ...] = ()
    imports: tuple[Import, ...] = ()
    handed_over: tuple[AccessesHandedOver, ...] = ()
    recovery_digest: str | None = None
    restorations: tuple[Restoration, ...] = ()
    opened_on: date = date.max
    entries: tuple[Recorded, ...] = ()

    @property
    def has_officers(self) -> bool:
        """Whether an officer was ever appointed: from then on powers are judged."""
        return bool(self.officers)

    def officer(self, officer: str) -> Officer | None:
        """Of this id, dismissed or not."""
        return next((each for each in self.officers if each.id == officer), None)

    def roles_of(self, officer: str, on: date) -> frozenset[Role]:
        """Powers in force on the day; none of an officer who is not in the office then."""
        found = self.officer(officer)
        return found.roles_on(on) if found else frozenset()

    def service(self, service: str) -> ServiceAccount | None:
        """Of this id, ended or not."""
        return next((each for each in self.services if each.id == service), None)

    def acts_of(self, actor: str, on: date) -> frozenset[Act | ServiceAct]:
        """What an officer's roles of the day, or a service account's grant in force, let it do."""
        if (service := self.service(actor)) is not None:
            return service.acts_on(on)
        return acts_of(self.roles_of(actor, on))

    def person_of(self, officer: str) -> str:
        """The natural person; of an id that is no officer's the id itself."""
        found = self.officer(officer)
        return found.person if found else officer

    def roles_of_person(self, person: str, on: date) -> frozenset[Role]:
        """Powers in force on the day of all the officers that are this one natural person."""
        return frozenset(
            role for each in self.officers if each.person == person for role in each.roles_on(on)
        )

    def grant(self, version: int) -> tuple[Officer, PowerGrant] | tuple[ServiceAccount, ServiceGrant] | None:
        """The grant that this entry of the authority's own log made, and to whom."""
        for officer in self.officers:
            for power in officer.grants:
                if power.version == version:
                    return officer, power
        for service in self.services:
            for granted in service.grants:
                if granted.version == version:
                    return service, granted
        return None

    def factor_reset(self, version: int) -> FactorReset | None:
        """The request that this entry of the authority's own log made."""
        return next((each for each in self.factor_resets if each.version == version), None)

    @property
    def pending_factor_resets(self) -> list[FactorReset]:
        """Those that nobody has confirmed yet, in the order requested."""
        return [each for each in self.factor_resets if each.confirmed_on is None]

    def binding(self, officer: str, issuer: str) -> Binding | None:
        """By which subject of the issuer the officer logs in."""
        return next(
            (each for each in self.bindings if (each.officer, each.issuer) == (officer, issuer)), None
        )

    def restoration(self, version: int) -> Restoration | None:
        """The restoration that this entry of the authority's own log requested."""
        return next((each for each in self.restorations if each.version == version), None)

    def superior_on(self, day: date) -> str | None:
        """The code of `superior_in_force`."""
        found = self.superior_in_force(day)
        return found.code if found else None

    def superior_in_force(self, day: date) -> Superior | None:
        """The superior in force, with the day from which on it is; of two from the same day the last entered."""
        return terms.in_force(self.superiors, day)

    def succeeded_on(self, day: date) -> Succession | None:
        """By whom the whole authority has been taken over by the day; None while it goes on."""
        whole = [each for each in self.successions if each.is_whole and each.in_force_from <= day]
        return min(whole, key=lambda each: each.in_force_from, default=None)

    def successors_on(self, day: date) -> tuple[str, ...]:
        """Codes of all by whom it has been taken over by the day: of one that was split there are several."""
        return tuple(
            each.successor for each in self.successions if each.is_whole and each.in_force_from <= day
        )

    def owes_report(self, year: int, on: date) -> bool:
        """Whether, on a day, the report of the year is this authority's to publish from this register; once it is taken over only
        where the reform says so, of years in which it still received requests.
        """
        if self.complete_since > date(year, 12, 31):
            return False
        taken = self.succeeded_on(on)
        return taken is None or (taken.report_by == "own" and date(year, 1, 1) < taken.in_force_from)

    def reporter_of(self, year: int, on: date) -> str | None:
        """Code of the successor that, on a day, has to cover the year in its own report; None where that is nobody's or the
        authority's own to do. Of one that was split it is the first.
        """
        if self.complete_since > date(year, 12, 31) or self.owes_report(year, on):
            return None
        taken = self.succeeded_on(on)
        return taken.successor if taken else None

    @property
    def duties(self) -> terms.Duties | None:
        """Separation of duties; None before the first officer."""
        if self.first_appointed is None:
            return None
        since, position = self.first_appointed
        persons = {officer.id: officer.person for officer in self.officers}
        return terms.Duties(since, position, persons, self.waivers)

    def letter_details_on(self, day: date) -> LetterDetailsSet | None:
        """What its letters of that day say of it; of two from the same day the last entered. None: nothing is set."""
        return terms.in_force(self.letter_details, day)

    def name_on(self, day: date) -> str:
        """The name in force that day; of two from the same day the last entered. The first one has no beginning."""
        return [name for since, name in sorted(self.names, key=lambda n: n[0]) if since <= day][-1]

    def law(self, notices: Sequence[Notice]) -> terms.Law:
        """The law for this authority under these notices."""
        return terms.Law(self.calendar(notices), self.policies, self.duties)

    def calendar(self, notices: Sequence[Notice]) -> Calendar:
        """Under these notices, those entered that are not among them, and the days off of its own."""
        published = {notice.published_on for notice in notices}
        entered = {each.published_on: each for each in self.notices if each.published_on not in published}
        if not self.days_off and not entered and (shared := shared_calendar(notices)) is not None:
            return shared
        return Calendar((*notices, *entered.values()), self.days_off)
