"""The dated rules in force on a day: statutory terms, the authority's policies, the calendar.

Old requests are judged by the law of the day they were received. A number of the statute is written here,
beside its source, and nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from domain.law.calendar import Calendar


class Terms(msgspec.Struct, frozen=True):
    """Terms of the Regulations in working days. None: that law sets no such term. article: of answer and extension.

    asks_reasons: whether it knows excessive requests, for which reasons are asked (Art. 35).
    articles: what takes the place of an article of the present Regulations, where the law in force then was another.
    """

    in_force_from: date
    source: str
    answer: int
    extension: int
    article: str
    payment: int
    consultation: int | None = None
    supplement_notice: int | None = None
    articles: dict[str, str] = {}
    asks_reasons: bool = True

    def article_for(self, article: str) -> str:
        """The article of this law on what the given one of the present Regulations rules."""
        return self.articles.get(article, article)


_OF_2008 = {
    "第二十九条": "2008年条例第二十条",
    "第三十条": "2008年条例第二十一条第四项",
    "第三十一条": "2008年条例第二十四条",
    "第三十二条、第三十四条": "2008年条例第二十三条",
    "第三十二条至第三十四条": "2008年条例第二十三条",
    "第三十三条": "2008年条例第二十四条",
    "第三十三条、国办公开办函〔2016〕235号": "2008年条例第二十四条、国办公开办函〔2016〕235号",
    "第三十六条": "2008年条例第二十一条",
    "第三十六条第六项": "2008年条例第二十一条",
    "第三十条、第三十六条": "2008年条例第二十一条",
    "第三十条、第四十二条": "2008年条例第二十一条第四项、第二十七条",
    "第三十七条": "2008年条例第二十二条",
    "第四十二条": "2008年条例第二十七条",
    "第四十二条、国办函〔2020〕109号": "2008年条例第二十七条、国办函〔2020〕109号",
    "第五十一条": "2008年条例第三十三条",
}
"""Of 国令492号, from memory but for Art. 24. It has none on excessive requests, and none on the work inside the office."""

TERMS = (
    # Art. 24 of 2008: 15 working days, extended by at most 15. The figure of the extension is from memory.
    # It sets no term for the supplement notice nor for the third party.
    Terms(
        in_force_from=date(2000, 1, 1),
        source="《政府信息公开条例》（国令492号，2008年）第二十四条",
        answer=15,
        extension=15,
        article="2008年条例第二十四条",
        payment=20,
        articles=_OF_2008,
        asks_reasons=False,
    ),
    # Art. 33: 20 and 20. Art. 30: notice within 7. Art. 32 and 34: consultee replies within 15.
    # Payment: 国办函〔2020〕109号, 20 from the day after receipt of the notice.
    Terms(
        in_force_from=date(2019, 5, 15),
        source="《政府信息公开条例》（国令711号，2019年修订）第三十条、第三十二条至第三十四条；国办函〔2020〕109号",
        answer=20,
        extension=20,
        article="第三十三条",
        payment=20,
        consultation=15,
        supplement_notice=7,
    ),
)


def terms_on(received_on: date) -> Terms:
    """The terms for a request received that day."""
    return next((terms for terms in reversed(TERMS) if terms.in_force_from <= received_on), TERMS[0])


REPORT_DUE: dict[str, tuple[int, int]] = {"department": (1, 31), "government": (3, 31)}
"""Last month and day to publish the report of the year before (Art. 49), by kind of authority: others as departments."""

PolicyName = Literal[
    "roll_receipt",
    "approval_steps",
    "second_factor",
    "passkey_verification",
    "access_log_kept",
    "escalation",
    "provider_second_factor",
    "local_login",
]

POLICIES: dict[PolicyName, tuple[str, ...]] = {
    "roll_receipt": ("off", "on"),
    "approval_steps": ("none", "approval", "review_and_approval"),
    "second_factor": ("voluntary", "administrators_and_approvers", "all"),
    "passkey_verification": ("of_administrators", "of_everybody"),
    "access_log_kept": ("12_months", "6_months", "24_months", "36_months", "60_months"),
    "escalation": ("5_1_0", "10_5_1", "handler_only"),
    "provider_second_factor": ("not_counted", "counted"),
    "local_login": ("for_everybody", "for_administrators"),
}
"""Policies an authority may set and their values, the default first.

roll_receipt: a request that arrived by e-mail or was confirmed by the system on a day off starts the
clock on the next working day. It moves the clock, never the day of receipt nor a statistic.
approval_steps: what a draft must have passed before it goes out as an answer.
second_factor: who must give a one-time code or a passkey beside the password; by the day of the login, and it moves no date.
passkey_verification: whose passkeys must know their user, by a PIN, a finger or the like; likewise.
access_log_kept: how long the access log is kept here before it may go to the archive: six months at least (网络安全法).
escalation: at how many working days left handler, reviewer and approver are reminded; by the day of the reminder.
provider_second_factor: whether one that the identity provider says it has asked for counts where an officer has none here.
local_login: who comes in by a password of this register where there is an identity provider.
"""

POLICY_VALUES: dict[str, str] = {
    "off": "不顺延",
    "on": "顺延",
    "none": "不要求审批",
    "approval": "须经批准",
    "review_and_approval": "须经审核和批准",
    "voluntary": "自愿启用",
    "administrators_and_approvers": "三员和负责人必须启用",
    "all": "人人必须启用",
    "of_administrators": "三员的须核验",
    "of_everybody": "人人的须核验",
    "12_months": "12个月",
    "6_months": "6个月",
    "24_months": "24个月",
    "36_months": "36个月",
    "60_months": "60个月",
    "5_1_0": "余5个工作日提醒经办人，余1个提醒审核人，到期当日提醒负责人",
    "10_5_1": "余10个工作日提醒经办人，余5个提醒审核人，余1个提醒负责人",
    "handler_only": "余5个工作日提醒经办人，不上报",
    "not_counted": "不作数",
    "counted": "作数",
    "for_everybody": "人人可用",
    "for_administrators": "仅三员应急用",
}
"""What each value of a policy is called."""


OF_REQUESTS: frozenset[PolicyName] = frozenset({"roll_receipt", "approval_steps"})
"""Policies that a request is judged by, if it was received on their day or later; the others hold for what is done from it on."""


class Policy(msgspec.Struct, frozen=True):
    """One setting of a policy, for requests received on or after in_force_from."""

    policy: PolicyName
    value: str
    in_force_from: date


class Dated(Protocol):
    """What holds from a day on."""

    @property
    def in_force_from(self) -> date: ...


D = TypeVar("D", bound=Dated)
T = TypeVar("T")


def in_force(entered: Iterable[D], day: date) -> D | None:
    """The one in force on the day: the last to begin, and of two from the same day the last entered."""
    begun = [each for each in entered if each.in_force_from <= day]
    return max(reversed(begun), key=lambda each: each.in_force_from, default=None)


def policy_on(policies: Sequence[Policy], name: PolicyName, day: date) -> str:
    """The policy's value on a day, the default where none is set."""
    found = in_force((each for each in policies if each.policy == name), day)
    return found.value if found else POLICIES[name][0]


WaiverScope = Literal["review", "approval", "same_person"]


class Waiver(msgspec.Struct, frozen=True):
    """从简审批, granted by the superior: from `on` to `until`, both inside."""

    scope: WaiverScope
    on: date
    until: date
    document_no: str


class Duties(msgspec.Struct, frozen=True):
    """Separation of duties, from the first officer on.

    since, position: day and log position of the first appointment. persons: natural person by officer.
    """

    since: date
    position: int
    persons: dict[str, str]
    waivers: tuple[Waiver, ...] = ()

    def judges(self, position: int) -> bool:
        """Whether an entry at this log position is judged by its actor's powers. position: 0 if not stored yet."""
        return position == 0 or position > self.position

    def person(self, officer: str) -> str:
        """The natural person behind the id; of an id that is no officer's, the id itself."""
        return self.persons.get(officer, officer)

    def waiver(self, scope: WaiverScope, on: date) -> Waiver | None:
        """One of this scope in force on the day."""
        return next(
            (each for each in self.waivers if each.scope == scope and each.on <= on <= each.until), None
        )


def _unshared(one: Sequence[T], other: Sequence[T]) -> Sequence[T]:
    """What either says after the beginning that both have."""
    shared = next(
        (nth for nth, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    return (*one[shared:], *other[shared:])


class Law:
    """All that judging needs to know beside the history. Immutable.

    policies: in the order recorded; of those in force on a day the latest in_force_from wins, then the last recorded.
    published: by year the log position at which its annual report was first published. It moves no date, so the
    digest leaves it out; an entry recorded after it that changes what that year counts is `published_period`.
    """

    def __init__(
        self,
        calendar: Calendar,
        policies: tuple[Policy, ...] = (),
        duties: Duties | None = None,
        published: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self.calendar = calendar
        self.policies = policies
        self.duties = duties
        self.published = published

    def __reduce__(self) -> tuple[Any, ...]:
        """A long log is folded by several processes, each with its own copy of the law."""
        return Law, (self.calendar, self.policies, self.duties, dict(self.published))

    def publishing(self, published: Mapping[int, int]) -> Law:
        """The same law once these years' reports are published."""
        if published == self.published:
            return self
        law = Law(self.calendar, self.policies, self.duties, published)
        law.__dict__["digest"] = self.digest
        return law

    def policy(self, name: PolicyName, received_on: date) -> str:
        """The policy's value for a request received that day."""
        return policy_on(self.policies, name, received_on) if self.policies else POLICIES[name][0]

    def differs_from(self, other: Law) -> date | None:
        """The first day of which this law says otherwise than the other; None if they judge alike."""
        days = [self.calendar.differs_from(other.calendar)]
        days += [each.in_force_from for each in _unshared(self._of_requests, other._of_requests)]
        waived = [law.duties.waivers if law.duties else () for law in (self, other)]
        days += [each.on for each in _unshared(*waived)]
        return min((day for day in days if day), default=None)

    @cached_property
    def _of_requests(self) -> tuple[Policy, ...]:
        return tuple(each for each in self.policies if each.policy in OF_REQUESTS)

    @cached_property
    def digest(self) -> str:
        """16 hex digits that change whenever a row may come out otherwise; kept with every register row.

        Officers are not in it: what is recorded was judged under those there were. A waiver may come late.
        """
        parts: tuple[object, ...] = (TERMS, self.calendar.notices, self.calendar.days_off, self._of_requests)
        if self.duties is not None and self.duties.waivers:
            parts = (*parts, self.duties.waivers)
        text = msgspec.json.encode(parts)
        return hashlib.sha256(text).hexdigest()[:16]
