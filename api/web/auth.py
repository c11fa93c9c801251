"""Authentication and authorization: every route names the act that its caller must be allowed.

An officer authenticates with a session cookie, and for unsafe methods a CSRF token; a program with the API key of an
officer or of a service account. The token of this machine is accepted for an authority until its first officer is
appointed. Another authority's resources are reported as not found; within one's own a refusal names its rule.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from adapters.accounts.access_log import Origin
from adapters.accounts.sessions import ABSOLUTE, SessionToken
from adapters.refusals import AuthorityUnknown
from adapters.register.login.login import Principal
from adapters.register.register import Register
from api.today import today
from api.web.call_refusals import (
    CsrfMissing,
    MachineOnly,
    OnReplica,
    PasswordMustChange,
    SecondFactorRequired,
    SessionEnded,
    SessionRequired,
    Unauthorized,
)
from domain.authority import powers
from domain.authority.authorization import no_power
from domain.authority.powers import Act, Permissions, ServiceAct
from domain.authority.refusals import ProofStale
from domain.authority.second_factor import NEEDS_FRESH_PROOF
from domain.law.refusals import TokenClosed
from projections.handed_in import sight_of
from projections.superior_view import OFFICE, SUPERIOR, Sight

OPEN, CALLER, MACHINE, OFFICER, LISTED, OWN = "open", "caller", "machine", "officer", "listed", "own"
SUBSCRIBER = "subscriber"
ROUTE_ACTS = {
    OPEN: "无须表明身份",
    CALLER: "已表明身份者",
    MACHINE: "以本机令牌",
    OFFICER: "本机关人员",
    LISTED: "本机关及其上级机关的人员",
    OWN: "本人，以会话",
    SUBSCRIBER: "系统管理员，或服务账号自己的推送",
}
"""Names that a route may have instead of an act of `powers`, if it needs no particular act."""

BEFORE_PROOF = "before_proof"
"""In a route's `opt`: a session may call it before it has proved its second factor."""

BEFORE_CHANGE = "before_change"
"""In a route's `opt`: a session may call it while its officer must change the password; so too one with BEFORE_PROOF."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"


class Caller(msgspec.Struct, frozen=True):
    """Who calls. who: the officer; None: the holder of the machine's token. permissions: what they may do here. sight:
    what they may see. position: the log's, if authentication happened to read it. replica: the database is a standby.
    """

    who: Principal | None
    actor: str
    permissions: Permissions
    secret: SessionToken | None = None
    sight: Sight = OFFICE
    position: int | None = None
    replica: bool = False

    @property
    def principal(self) -> Principal:
        """The officer or service account, on a route that the machine's token cannot call."""
        assert self.who is not None  # noqa: S101 - ensured by the route's act
        return self.who

    @property
    def token(self) -> SessionToken:
        """The session token or API key, on such a route."""
        assert self.secret is not None  # noqa: S101 - ensured by the route's act
        return self.secret

    def may(self, act: Act | ServiceAct) -> bool:
        return act in self.permissions.acts

    def check_proven(self, acts: Iterable[str]) -> None:
        """Raises ProofStale if one of the acts is allowed only after the second factor is verified again."""
        if unproven := [act for act in powers.ACTS if act in self.permissions.unproven.intersection(acts)]:
            raise ProofStale(act=powers.ACTS[unproven[0]])

    def check_preview(self) -> None:
        """Raises NoPower for a service account without `read`: a preview also shows other requests."""
        if self.who is not None and self.who.is_service and not self.may("read"):
            raise no_power(self.who.officer, ("read",))


def records(payload: Any, *, conflicts: bool = True) -> dict[str, Any]:
    """The `opt` of a route that records events of these types: a caller allowed to record any of them may call it.

    Whether the caller may record the given event is judged with the event (`judges`); so is whether the machine's token
    is still accepted, which saves a query beforehand. conflicts: the route can answer 409 or 412.
    """
    acts: tuple[str, ...] = tuple(dict.fromkeys(powers.ACT_OF[each] for each in payload))
    if "received" in payload:
        acts = (*acts, "hand_in")
    return {"act": acts, "judges": True, **({"conflicts": True} if conflicts else {})}


class RouteWithoutAct(RuntimeError):
    """A route names no act, or an unknown one: the application does not start."""


def check_routes(routes: Iterable[Any]) -> None:
    """Raises RouteWithoutAct unless every route names its act."""
    known = {*powers.ACTS, *powers.SERVICE_ACTS, *ROUTE_ACTS}
    for route in routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if handler.http_methods != {"OPTIONS"} and not (
                set(acts_of(handler)) <= known and acts_of(handler)
            ):
                raise RouteWithoutAct(f"{'/'.join(sorted(handler.http_methods))} {route.path_format}")


def acts_of(handler: HTTPRouteHandler) -> tuple[str, ...]:
    """The acts of which the caller needs one."""
    act = handler.opt.get("act", ())
    return (act,) if isinstance(act, str) else tuple(act)


# --- the machine's token ---


def token_of(data: Path) -> str:
    """The token in the data directory, created with mode 0600 if missing; safe for several processes at once.

    Raises OSError where the directory cannot be written.
    """
    path = data / "token"
    data.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".token-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        os.link(draft, path)  # atomic, and fails if another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


# --- cookies ---


def cookie_name(scheme: str) -> str:
    """With the `__Host-` prefix over TLS, where alone browsers accept it."""
    return "__Host-taizhang" if scheme == "https" else "taizhang"


def cookie(scheme: str, secret: SessionToken | None) -> dict[str, str]:
    """The header that sets the session cookie, or with None removes it."""
    value, age = (str(secret), int(ABSOLUTE.total_seconds())) if secret else ("", 0)
    secure = "; Secure" if scheme == "https" else ""
    return {
        "Set-Cookie": f"{cookie_name(scheme)}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"
    }


def held(request: Any) -> SessionToken | None:
    """The session token of the request's cookie, valid or not."""
    return SessionToken.parse(request.cookies.get(cookie_name(request.scope["scheme"]), ""))


# --- every call ---


async def check(request: Any) -> None:
    """Authenticate the caller and authorize the request, before anything else of it is read.

    Raises Unauthorized, SessionEnded, CsrfMissing, SecondFactorRequired, PasswordMustChange, ProofStale, TokenClosed,
    SessionRequired, MachineOnly, AuthorityUnknown or NoPower; on a standby OnReplica, of a page and of personal data.
    """
    acts = acts_of(request.route_handler)
    if acts == (OPEN,):
        return
    is_page = "page" in request.route_handler.opt
    caller = await (_at_page(request, names=True) if is_page else _caller(request))
    request.scope["taizhang.caller"] = caller
    logged = is_page or "read_personal" in acts
    if caller.replica and logged:
        raise OnReplica
    register: Register = request.app.state.register
    code = request.path_params.get("code")
    if caller.who is not None and caller.who.awaits and BEFORE_PROOF not in request.route_handler.opt:
        raise SecondFactorRequired
    if caller.who is None:
        if acts == (OWN,):
            raise SessionRequired
        if code is not None and "judges" not in request.route_handler.opt:
            caller = request.scope["taizhang.caller"] = await _check_token(register, caller, code)
            if caller.replica and logged:
                raise OnReplica
    elif code is None or code == caller.who.code:
        if caller.who.is_service:
            _check_service(caller, caller.who, acts)
        else:
            early = not request.route_handler.opt.keys().isdisjoint((BEFORE_PROOF, BEFORE_CHANGE))
            _check_officer(caller, caller.who, acts, of_units=code is None, before_change=early)
    elif caller.who.is_service:
        raise AuthorityUnknown
    else:
        caller = await _supervising(register, caller, caller.who, acts, code, request.method)
    request.scope["taizhang.caller"] = caller


async def _caller(request: Any) -> Caller:
    register: Register = request.app.state.register
    scheme, _, payload = (request.header("authorization") or "").partition(" ")
    if scheme:
        return await _bearer(request, register, scheme, payload.strip())
    caller = await _at_page(request)
    if request.method not in SAFE and not secrets.compare_digest(
        (request.header(CSRF_HEADER) or "").encode("utf-8", "surrogateescape"), caller.token.csrf.encode()
    ):
        raise CsrfMissing
    return caller


async def _at_page(request: Any, *, names: bool = False) -> Caller:
    """The caller by session cookie. names: read the names of the authority's officers too. The CSRF token of a page comes
    in its form and is checked where that is read."""
    secret = held(request)
    if secret is None:
        raise Unauthorized
    return await _of_session(request.app.state.register, secret, names=names)


async def seat(request: Any, secret: SessionToken) -> None:
    """Make the officer who has just logged in the caller of the rest of this request."""
    request.scope["taizhang.caller"] = await _of_session(request.app.state.register, secret, names=True)


async def _of_session(register: Register, secret: SessionToken, *, names: bool) -> Caller:
    who = await register.logins.of_session(secret, names=names)
    if who is None:
        raise SessionEnded
    return _officer(who, secret)


async def _bearer(request: Any, register: Register, scheme: str, payload: str) -> Caller:
    source = origin(request).source
    if scheme.lower() != "bearer":
        raise Unauthorized
    if (key := SessionToken.parse_key(payload)) is not None:
        who = await register.logins.of_key(key, source)
        if who is None:
            raise Unauthorized
        return _officer(who, key)
    if (key := SessionToken.parse_service_key(payload)) is not None:
        who = await register.logins.of_service_key(key, source)
        if who is None:
            raise Unauthorized
        return _service(who, key)
    right: str = request.app.state.token
    if not secrets.compare_digest(payload.encode("utf-8", "surrogateescape"), right.encode()):
        raise Unauthorized
    return Caller(None, request.app.state.actor, Permissions(until_officers=True))


def _officer(who: Principal, secret: SessionToken) -> Caller:
    acts = powers.acts_of(who.roles)
    if who.acts is not None:
        acts &= who.acts
    unproven = acts & NEEDS_FRESH_PROOF if who.is_stale else frozenset()
    return Caller(
        who, who.officer, Permissions(acts - unproven, unproven=unproven), secret,
        position=who.position, replica=who.replica,
    )  # fmt: skip


def _service(who: Principal, secret: SessionToken) -> Caller:
    assert who.service is not None  # noqa: S101 - for the types
    acts: frozenset[Any] = who.acts or frozenset()
    return Caller(
        who, who.officer, Permissions(acts), secret, sight_of(who.service, acts), who.position, who.replica
    )


def _check_service(caller: Caller, who: Principal, acts: tuple[str, ...]) -> None:
    """A service account may call routes without a particular act if it may read; never those of a person's session."""
    match acts:
        case ("own",):
            raise SessionRequired
        case ("machine",):
            raise MachineOnly
        case ("subscriber",):
            return
    needed: tuple[Any, ...] = ("read",) if acts[0] in ROUTE_ACTS else acts
    if not any(caller.may(act) for act in needed):
        raise no_power(who.officer, needed)


async def _check_token(register: Register, caller: Caller, code: str) -> Caller:
    try:
        standing = await register.standing(code)
    except AuthorityUnknown:
        return caller  # the handler refuses it, or is about to register the authority
    if standing.has_officers:
        raise TokenClosed
    return msgspec.structs.replace(caller, position=standing.position, replica=standing.replica)


def _check_officer(
    caller: Caller, who: Principal, acts: tuple[str, ...], *, of_units: bool, before_change: bool
) -> None:
    """of_units: the route names no authority, and acts on those below the officer's own. before_change: the route may be
    called while the officer must change their password.
    """
    match acts:
        case ("own",):
            if who.acts is not None:
                raise SessionRequired
            if who.must_change and not before_change:
                raise PasswordMustChange
            return
        case ("machine",):
            raise MachineOnly
        case ("subscriber",):
            acts = ("administer",)
    if who.must_change:
        raise PasswordMustChange
    # What a superior records for its units is not possible for the caller's own authority.
    own = acts if of_units else tuple(act for act in acts if act not in powers.OUTSIDE)
    if not own:
        raise AuthorityUnknown  # an authority is not its own unit
    if own[0] not in ROUTE_ACTS and not any(caller.may(act) for act in own):  # type: ignore[arg-type]
        caller.check_proven(own)
        raise no_power(who.officer, own)  # type: ignore[arg-type]


async def _supervising(
    register: Register, caller: Caller, who: Principal, acts: tuple[str, ...], code: str, method: str
) -> Caller:
    """The caller's permissions on another authority: those of a superior. Raises AuthorityUnknown if it is not one."""
    authority = await register.authority(code)
    outside = tuple(act for act in acts if act in powers.OUTSIDE) if method == "POST" else ()
    looks = acts == (LISTED,) or (method == "GET" and powers.LOOKING.issuperset(acts))
    if authority.superior_on(today()) != who.code or not (looks or outside):
        raise AuthorityUnknown
    if who.must_change:
        raise PasswordMustChange
    supervisor = msgspec.structs.replace(
        caller,
        actor=f"{who.code}/{who.officer}",
        permissions=Permissions(
            caller.permissions.acts & powers.SUPERVISION, unproven=caller.permissions.unproven
        ),
        sight=SUPERIOR,
        position=None,
    )
    needed = outside or acts
    if acts != (LISTED,) and not any(supervisor.may(act) for act in needed):  # type: ignore[arg-type]
        raise no_power(who.officer, needed)  # type: ignore[arg-type]
    return supervisor


def origin(request: Any) -> Origin:
    """The client's address and the route, for the access log."""
    client = request.client
    route = str(request.scope.get("path_template", "")).replace(":str", "")
    return Origin(client.host if client else "", f"{request.method} {route}")
