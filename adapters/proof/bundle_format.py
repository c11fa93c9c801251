"""What an audit bundle is made of: the names of its files, its list, and the lines of its logs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from adapters import suites
from adapters.proof import leaf
from adapters.suites import STD
from domain.report.official_form import NAMES
from domain.values import SHANGHAI

FORMAT = 1
LIST = "bundle.json"
NOTICES, FORMS = "workdays.toml", "formats/"
VERIFIER, PAGE = "verify.py", "README.html"
DOCUMENTS = "documents/"


Moment = Annotated[datetime, Meta(tz=True)]


class AccessesHeld(msgspec.Struct, frozen=True, kw_only=True):
    """The access log in the bundle: every line from position first to last, including one before and one after the
    period, which prove where it begins and ends. size: of the newest checkpoint inside.
    """

    origin: str
    size: int
    first: int
    last: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """bundle.json. first, last: positions of the period, of which all entries are inside; so are earlier entries of the
    same requests and of the authority itself. size: of the newest checkpoint inside. since, until: first and last day
    of recording, if given. files: digests of the other files by name, in this suite. accesses: None without the access
    log.
    """

    bundle: int
    suite: str = STD.name
    authority: str
    name: str
    origin: str
    size: int
    first: int
    last: int
    entries: int
    since: date | None
    until: date | None
    files: dict[str, str]
    accesses: AccessesHeld | None = None


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of entries.jsonl."""

    acknowledged: list[str] | None
    actor: str | None
    body_mac: Annotated[str, Meta(pattern=r"^([0-9a-f]{2})*\Z")] | None
    command_id: str | None
    leaf_format: int
    on_behalf_of: str | None
    payload: str
    position: int
    recorded_at: Moment
    schema_version: int
    stream: str
    topic: str
    version: int

    def row(self) -> dict[str, Any]:
        """As a row of `events`."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        mac = None if self.body_mac is None else bytes.fromhex(self.body_mac)
        return fields | {"payload": self.payload.encode(), "body_mac": mac}


class AccessLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of accesses.jsonl."""

    act: str
    actor: str
    at: Moment
    id: str
    leaf_format: int
    position: int
    purpose: str | None
    reference: str | None
    result: str
    route: str
    source: str

    def row(self) -> dict[str, Any]:
        """As a row of `access_log`."""
        return msgspec.structs.asdict(self)


def digest_of_list(manifest: Manifest, contents: Mapping[str, bytes]) -> str:
    """Of bundle.json, which has the digests of all the others: of the whole bundle, by its own suite. Raises
    SuiteUnknown."""
    return suites.by_name(manifest.suite).hex_of(contents[LIST])


def days_between(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """The beginning of the first day and the end of the last, in Shanghai."""
    begin, end = (
        datetime.combine(day, time(), SHANGHAI) if day else None
        for day in (since, until and until + timedelta(1))
    )
    return begin, end


def forms() -> dict[str, bytes]:
    """The annual report's, by the name of their files."""
    folder = files("domain.report").joinpath("forms")
    return {f"{FORMS}{name}.toml": folder.joinpath(f"{name}.toml").read_bytes() for name in NAMES}


def verifier() -> bytes:
    """The single file that checks a bundle by itself."""
    return files("adapters.proof").joinpath("handover/verify.py").read_bytes()


def entry_line(row: Mapping[str, Any]) -> bytes:
    """A line of entries.jsonl: the fields of the leaf with the payload instead of its digest, keys sorted."""
    fields = msgspec.json.decode(leaf.leaf("", row))
    del fields[leaf.PAYLOAD[leaf.suite_of(row)]], fields["authority"]
    return msgspec.json.encode(fields | {"payload": row["payload"].decode()}, order="sorted") + b"\n"


def access_line(row: Mapping[str, Any]) -> bytes:
    """A line of accesses.jsonl: the fields of the leaf without the authority, keys sorted."""
    fields = msgspec.json.decode(leaf.access_leaf("", row))
    del fields["authority"]
    return msgspec.json.encode(fields, order="sorted") + b"\n"
