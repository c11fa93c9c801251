"""The frame of every page: the officer, the navigation, the content security policy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import quote

from litestar import Response

from adapters.accounts.access_log import AT_THE_MACHINE
from adapters.refusals import AuthorityUnknown
from adapters.register.login.login import Principal
from api.console.templates import render
from api.today import today
from api.web.auth import BEFORE_CHANGE, BEFORE_PROOF
from api.web.call_refusals import NoSuchAddress
from api.web.request import ApiRequest
from domain.authority import powers
from domain.authority.assessment import Assessment
from domain.authority.assessment_events import Indicator
from domain.authority.authorization import PROGRAM
from domain.authority.powers import ROLES, Act
from domain.entry import Event
from domain.law.refusals import AuthorityNotRegistered, Refusal
from projections import history
from projections.history import Names
from projections.superior_view import ByName, Sight

HTML = "text/html"

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
"""Content security policy: nothing from other hosts, no inline scripts or styles."""


_NOT_OFFICERS = {AT_THE_MACHINE: "本机管理员", PROGRAM: "程序"}


class Me(NamedTuple):
    """The officer at the page. names: of all accounts of the authority, by officer. office: its present name.
    supervises: it has units. others: names of other authorities and their matters, see `me_for_events`.
    """

    who: Principal
    office: str
    names: Mapping[str, str]
    csrf: str
    supervises: bool = False
    others: Names | None = None

    @property
    def officer(self) -> str:
        return self.who.officer

    @property
    def name(self) -> str:
        return self.named(self.who.officer)

    @property
    def roles(self) -> str:
        return "、".join(ROLES[role] for role in ROLES if role in self.who.roles)

    def named(self, officer: str | None) -> str:
        """The officer's name; without an account the code; words for the program itself."""
        return self.names.get(officer or "") or _NOT_OFFICERS.get(officer or "", officer or "")

    def called(self, name: str) -> list[str]:
        """The codes of all officers with this name."""
        return [code for code, each in self.names.items() if each == name]

    @property
    def sight(self) -> Sight:
        """The sight of the authority's own pages."""
        return ByName(self.others or Names(self.named))

    def sentence(self, event: Event) -> str:
        """Sentences of the history with officers' names."""
        return history.sentence(history.by_name(event, self.others or Names(self.named)))

    def may(self, *acts: Act) -> bool:
        """Whether they have one of these acts."""
        return any(powers.may(self.who.roles, act) for act in acts)

    def who_may(self, act: Act) -> str:
        """The titles of the roles that may."""
        return "、".join(ROLES[role] for role in powers.roles_with(act))


class Way(NamedTuple):
    """An item of the navigation, the acts that show it, and the paths below it."""

    address: str
    words: str
    acts: tuple[Act, ...]
    below: tuple[str, ...] = ()


_UNITS = "/units"

WAYS = (
    Way("/", "待办", ("read", "report", "grant", "confirm_grant")),
    Way("/requests", "申请", ("read",), ("/imports",)),
    Way("/approvals", "审批", ("review", "approve")),
    Way("/tables", "统计", ("count",), ("/compliance", "/carry-over")),
    Way(_UNITS, "下级单位", ("read", "count"), ("/district",)),
    Way("/reports", "年度报告", ("report", "approve_report", "prove")),
    Way("/people", "人员", ("administer", "grant", "confirm_grant")),
    Way("/audit", "审计", ("prove", "read_access_log")),
)


def at(*acts: str) -> dict[str, Any]:
    """The `opt` of a page's route: the acts of which the caller needs one."""
    return {"opt": {"act": acts, "page": True}, "include_in_schema": False}


def before_proof(*acts: str) -> dict[str, Any]:
    """The same for a page that can be opened before the second factor is verified."""
    return _early(BEFORE_PROOF, acts)


def before_change(*acts: str) -> dict[str, Any]:
    """The same for a page that can be opened while the password must be changed."""
    return _early(BEFORE_CHANGE, acts)


def _early(when: str, acts: tuple[str, ...]) -> dict[str, Any]:
    route = at(*acts)
    return {**route, "opt": {**route["opt"], when: True}}


async def me(request: ApiRequest) -> Me:
    """The officer at the page; read once a request."""
    known: Me | None = request.scope.get("taizhang.me")  # type: ignore[assignment]
    if known is not None:
        return known
    caller = request.caller
    who = caller.principal
    found = Me(
        who,
        who.authority.name_on(today()),
        who.names,
        caller.secret.csrf if caller.secret else "",
        await request.register.supervises(who.code, today()),
    )
    request.scope["taizhang.me"] = found  # type: ignore[typeddict-unknown-key]
    return found


async def me_for_events(request: ApiRequest, events: Iterable[Event]) -> Me:
    """The officer at a page that shows these events, with the names of other authorities in them."""
    sits, inner = await me(request), (getattr(each, "replacement", None) or each for each in events)
    others = [each for each in inner if isinstance(each, history.OF_OTHERS)]
    if not others:
        return sits
    register, on = request.register, today()
    codes = {getattr(each, field, "") for each in others for field in ("unit", "superior", "successor")}
    authorities = {}
    for code in filter(str.isascii, codes - {""}):
        with suppress(AuthorityUnknown, AuthorityNotRegistered):
            authorities[code] = (await register.authority(code)).name_on(on)
    announced = await register.assessments.announced(sits.who.code)
    above = await register.assessments.above(sits.who.code, on)
    names = Names(
        sits.named,
        authorities,
        *(_indicators(each) for each in (announced, above.assessments if above else ())),
    )
    return sits._replace(others=names)


def _indicators(known: Iterable[Assessment]) -> dict[str, dict[str, Indicator]]:
    return {each.name: {one.code: one for one in each.indicators} for each in known}


def by_name(request: ApiRequest, refusal: Refusal) -> Refusal:
    """The refusal with the officer's name instead of the code; call after `me`."""
    known: Me | None = request.scope.get("taizhang.me")  # type: ignore[assignment]
    if known is None or not isinstance(code := refusal.facts.get("officer"), str):
        return refusal
    # `copy` would call the constructor, whose arguments differ by class.
    found = Refusal.__new__(type(refusal))
    found.__dict__ |= {**refusal.__dict__, "facts": {**refusal.facts, "officer": known.named(code)}}
    return found


def code_of(request: ApiRequest) -> str:
    """The code of the session's authority."""
    return request.caller.principal.code


async def office_named(request: ApiRequest, code: str) -> str:
    """Present name and code; only the code of an authority without a register here."""
    try:
        office = await request.register.authority(code)
    except AuthorityUnknown:
        return code
    return f"{office.name_on(today())}（{code}）"


async def page(request: ApiRequest, template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A page for a logged-in officer."""
    return shown(request, template, status=status, me=await me(request), **context)


def shown(
    request: ApiRequest,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """A page; `me` may be missing on one that is open to all, or of a problem."""
    seated: Me | None = context.pop("me", None)
    path = request.scope["path"]
    ways = [
        (way, _is_at(way, path))
        for way in WAYS
        if seated is not None and seated.may(*way.acts) and (way.address != _UNITS or seated.supervises)
    ]
    sent = request.method == "POST"
    body = render(
        template,
        me=seated,
        navigation=ways,
        path=path,
        today=today(),
        again=_again(path) if sent else "",
        **context,
    )
    return Response(
        body,
        status_code=status,
        media_type=HTML,
        headers={"Content-Security-Policy": POLICY, **(headers or {})},
    )


_STANDS_ON = (
    (r"(.+)/(?:form|preview|sealed|figures|letters|workbook|verify|bundle)", r"\1"),
    (r"(/imports|/me|/search)/.+", r"\1"),
    (r"(/people)/(?:accounts|calendars|credentials|services|webhooks)/.+", r"\1"),
    ("/passkeys/.+", "/me"),
)


def _again(path: str) -> str:
    """The address of a page that came from a form, to be opened without sending the form again."""
    found = (match.expand(page) for pattern, page in _STANDS_ON if (match := re.fullmatch(pattern, path)))
    return next(found, path)


def _is_at(way: Way, path: str) -> bool:
    return any(
        path == address or (address != "/" and path.startswith(f"{address}/"))
        for address in (way.address, *way.below)
    )


def number_of(text: str) -> int:
    """The version of an entry, from the path. Raises NoSuchAddress."""
    if not re.fullmatch("[0-9]{1,7}", text):
        raise NoSuchAddress
    return int(text)


def to(address: str, headers: dict[str, str] | None = None) -> Response[None]:
    """Redirect after a form, so that reloading does not repeat it."""
    return Response(
        None,
        status_code=303,
        headers={"Location": quote(address, safe="/?&=%#:,;+@~!$'()*"), **(headers or {})},
    )


def local(address: str) -> str:
    """The address if it is within this console, else the first page (no open redirects)."""
    fine = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if fine and not any(ord(each) < 32 for each in address) else "/"
