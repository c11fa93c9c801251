"""Request headers, content negotiation, and the security headers of every reply."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from domain.law.refusals import Malformed

_LONGEST_ACCEPT = 4_096
Headers = Iterable[tuple[bytes, bytes]]

_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_UNLESS_GIVEN = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]


def header(scope: Any, name: str) -> str | None:
    """The value of a request header, several values joined as one list; None if absent. name: in lower case."""
    if (headers := scope.get("taizhang.headers")) is None:
        headers = scope["taizhang.headers"] = dict(scope["headers"])
        if len(headers) < len(scope["headers"]):
            several: dict[bytes, list[bytes]] = {}
            for each, given in scope["headers"]:
                several.setdefault(each, []).append(given)
            headers.update((each, b", ".join(given)) for each, given in several.items())
    value: bytes | None = headers.get(name.encode())
    return None if value is None else value.decode("latin-1")


def idempotency_key(scope: Any) -> str:
    """The Idempotency-Key that a recording must have. Raises Malformed."""
    key = header(scope, "idempotency-key") or ""
    if not re.fullmatch(r"[!-~]{1,100}", key):
        raise Malformed(field="Idempotency-Key：", problem="应为1至100个可见的ASCII字符，如一个UUID")
    return key


def expected_version(scope: Any) -> int | None:
    """The expected version, from If-Match; None if absent or `*`. Raises Malformed."""
    seen = header(scope, "if-match")
    if seen is None or seen.strip() == "*":
        return None
    if not (found := re.fullmatch(r'"([0-9]{1,9})"', seen.strip())):
        raise Malformed(field="If-Match：", problem='应为查看时的ETag，如"3"')
    return int(found[1])


def preferred(scope: Any, offered: Sequence[str]) -> str:
    """The media type that the caller prefers by its Accept header (RFC 9110, 12.5.1); of equals, or if it accepts none of
    them, the first offered. The most specific range counts for each type.
    """
    accept = header(scope, "accept")
    if accept is None or accept == "*/*":
        return offered[0]
    return _preferred(accept[:_LONGEST_ACCEPT], tuple(offered))


@lru_cache(256)
def _preferred(accept: str, offered: tuple[str, ...]) -> str:
    ranges = list(_ranges(accept))
    wanted = {each: _quality(each, ranges) for each in offered}
    return max(offered, key=lambda each: wanted[each])  # the first of several


def prefers_english(scope: Any) -> bool:
    """By the Accept-Language header (RFC 9110, 12.5.4): only if English is ranked above Chinese."""
    languages = header(scope, "accept-language")
    return languages is not None and _prefers_english(languages[:_LONGEST_ACCEPT])


@lru_cache(256)
def _prefers_english(accept: str) -> bool:
    wanted = {"en": 0.0, "zh": 0.0}
    for named, quality in _ranges(accept):
        language = named.partition("-")[0]
        language = "zh" if named == "*" else language
        if language in wanted:
            wanted[language] = max(wanted[language], quality)
    return wanted["en"] > wanted["zh"]


def takes_gzip(scope: Any) -> bool:
    """By its Accept-Encoding (RFC 9110, 12.5.3)."""
    wanted = dict(_ranges((header(scope, "accept-encoding") or "")[:_LONGEST_ACCEPT]))
    return wanted.get("gzip", wanted.get("*", 0.0)) > 0


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for each in accept.lower().split(","):
        named, *parameters = (part.strip() for part in each.split(";"))
        quality = next((part[2:].strip() for part in parameters if part.startswith("q=")), "1")
        if named and re.fullmatch(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)", quality):
            yield named, float(quality)


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """The quality of the most specific range that matches, and how specific that is."""
    kind = media_type.partition("/")[0]
    for closeness, named in ((2, media_type), (1, f"{kind}/*"), (0, "*/*")):
        if qualities := [quality for each, quality in ranges if each == named]:
            return max(qualities), closeness if max(qualities) else 0
    return 0.0, 0


def is_known(scope: Any, headers: Headers) -> bool:
    """Whether If-None-Match names the reply's ETag (RFC 9110, 13.1.2), so that 304 is enough."""
    known = header(scope, "if-none-match")
    etag = next((value for name, value in headers if name.lower() == b"etag"), None)
    if known is None or etag is None:
        return False
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    return known.strip() == "*" or etag.decode("latin-1").removeprefix("W/") in tags


def allow(methods: Iterable[str]) -> str:
    """The value of the Allow header. HEAD is supported wherever GET is."""
    named = set(methods)
    return ", ".join(sorted(named | {"HEAD"} if "GET" in named else named))


def secured(headers: Headers, request_id: str) -> list[tuple[bytes, bytes]]:
    """The headers of a reply, with the security headers and the request id added."""
    own = list(headers)
    names = {name.lower() for name, _ in own}
    added = [*_SECURITY, (b"x-request-id", request_id.encode())]
    return [*own, *added, *(each for each in _UNLESS_GIVEN if each[0] not in names)]


# Unique among processes: the first half is random for each.
_request_ids = (f"{prefix}{nth:016x}" for prefix in [os.urandom(8).hex()] for nth in count())


def new_request_id() -> str:
    return next(_request_ids)
