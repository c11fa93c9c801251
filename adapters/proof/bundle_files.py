"""Reading the files of an audit bundle. What cannot be read becomes a finding."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

from adapters.proof.bundle_format import (
    NOTICES,
    AccessLine,
    Entry,
    Manifest,
    Moment,
    access_line,
    entry_line,
)
from adapters.proof.checkpoints import NoteFault, NoteOfUnknownSuite, Verifier
from adapters.proof.findings import Findings, LogFinding
from adapters.proof.handover import verify as handover
from adapters.proof.log_check import Published
from adapters.proof.provable import ACCESS_LOG, EVENT_LOG, ProvableLog
from domain.authority.events import AUTHORITY_STREAM
from domain.law.calendar import Notice, national_notices


class BundleFault(ValueError):
    """Not an audit bundle, or not readable; the Chinese text says why."""


class _Filed(msgspec.Struct, frozen=True):
    size: int
    note: str


class Bound(msgspec.Struct, frozen=True):
    """A line of bounds.jsonl, the text of a leaf."""

    position: int
    leaf_format: int
    recorded_at: Moment


class _SealedText(msgspec.Struct, frozen=True):
    """text: None for a document, which is handed over separately."""

    id: str
    field: str
    salt: str
    text: str | None = None


class Bundle:
    """The files of a bundle: a zip, or the folder that it was unpacked to.

    findings: files that differ from the manifest, and lines that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        """Raises BundleFault if the manifest is missing or unreadable, OSError."""
        self.findings = Findings()
        check = handover.Check()
        self.files = handover.files_of(str(path), check)
        listed = handover.check_files(self.files, check)
        for code, where, what in check.found:
            self.findings.add(LogFinding(code, where, what))
        try:
            self.manifest = msgspec.convert(listed, Manifest)
        except (msgspec.ValidationError, UnicodeError):
            faults = "；".join(f"{where}：{what}" for _, where, what in check.found) or "清单缺项"
            raise BundleFault(f"不是审计包，或已损坏得无法核验（{faults}）") from None
        self.rows = sorted(
            self._rows("entries.jsonl", Entry, entry_line, EVENT_LOG), key=itemgetter("position")
        )

    def bounds(self) -> list[tuple[bytes, Bound]]:
        """The leaf texts of the entries before and after the period, not verified yet."""
        return list(self._read("bounds.jsonl", Bound))

    def accesses(self) -> list[dict[str, Any]]:
        """The lines of the access log, by position."""
        lines = self._rows("accesses.jsonl", AccessLine, access_line, ACCESS_LOG)
        return sorted(lines, key=itemgetter("position"))

    def _rows(
        self, name: str, kind: type[Any], line: Callable[[Mapping[str, Any]], bytes], log: ProvableLog
    ) -> Iterator[dict[str, Any]]:
        lines = dict.fromkeys(self.files.get(name, b"").split(b"\n"))
        for entry in self._lines(name, kind):
            row = entry.row()
            # Only the canonical text is accepted: another one could hide something that readers overlook.
            if line(row)[:-1] not in lines:
                self._malformed(name, f"{log.words}位置{entry.position}不是规范的写法")
            yield row

    def _lines(self, name: str, kind: type[Any]) -> Iterator[Any]:
        return (each for _, each in self._read(name, kind))

    def _read(self, name: str, kind: type[Any]) -> Iterator[tuple[bytes, Any]]:
        """Each line that can be read, with what it says."""
        for number, line in enumerate(self.files.get(name, b"").split(b"\n"), 1):
            if not line:
                continue
            try:
                handover.read_object(line)
                yield line, msgspec.json.decode(line, type=kind)
            except (ValueError, msgspec.DecodeError, RecursionError):
                self._malformed(f"{name}第{number}行", "不是完整的一条")

    def _malformed(self, where: str, what: str) -> None:
        self.findings.add(LogFinding("file_malformed", where, what))

    @property
    def keys(self) -> list[Verifier]:
        """The public keys in the bundle, which prove only that it is consistent with itself."""
        found = []
        for vkey in self.files.get("keys.txt", b"").decode("utf-8", "replace").split():
            try:
                found.append(Verifier.parse(vkey))
            except NoteOfUnknownSuite as wrong:
                self.findings.add(LogFinding("suite_unknown", "keys.txt", str(wrong)))
            except NoteFault as wrong:
                self._malformed("keys.txt", str(wrong))
        return found

    def published(self, size: int, prefix: str = "") -> list[Published]:
        """The checkpoints up to this size, each with the leaves since the previous one; prefix: of the files' names."""
        leaves_file, checkpoints_file = f"{prefix}leaves.txt", f"{prefix}checkpoints.jsonl"
        last_file = f"{prefix}checkpoint.txt"
        lines = self.files.get(leaves_file, b"").split()
        for number, line in enumerate(lines, 1):
            if not re.fullmatch(rb"[0-9a-f]{64}", line):
                self._malformed(f"{leaves_file}第{number}行", "不是64位十六进制数")
                lines[number - 1] = b"0" * 64
        if len(lines) != size:
            self._malformed(leaves_file, f"应有{size}行，实有{len(lines)}行")
        leaves = b"".join(bytes.fromhex(line.decode()) for line in lines)
        found, start = [], 0
        for each in sorted(self._lines(checkpoints_file, _Filed), key=lambda each: each.size):
            found.append(Published(each.size, each.note, leaves[32 * start : 32 * each.size]))
            start = each.size
        if start < size:
            self._malformed(checkpoints_file, f"缺少第{size}条处的存证点")
            found.append(Published(size, "", leaves[32 * start :]))
        elif found and self.files.get(last_file) != found[-1].note.encode("utf-8", "replace"):
            self._malformed(last_file, f"不是{checkpoints_file}中第{size}条处的存证点")
        return found

    def notices(self) -> list[Notice]:
        """Those that this program has, and what came along beside: a notice of the State Council is not the bundle's to
        say."""
        known = {each.id for each in national_notices()}
        return [*national_notices(), *(each for each in self._notices() if each.id not in known)]

    def _notices(self) -> list[Notice]:
        try:
            data = tomllib.loads(self.files[NOTICES].decode())
            return msgspec.convert(data["notice"], list[Notice])
        except (KeyError, ValueError, RecursionError):
            return []

    def check_notices(self) -> list[str]:
        """Against those of this program. Returns what it has none of, and so cannot say."""
        unknown, held = [], self._notices()
        if not held and NOTICES in self.files:
            self._malformed(NOTICES, "不是放假安排通知")
        known = {each.id: each for each in national_notices()}
        for each in held:
            if each.id not in known:
                unknown.append(f"{NOTICES}所载的{each.id}为本程序所不知，不能核对：请用更新的程序")
            elif each != known[each.id]:
                self.findings.add(LogFinding("file_changed", NOTICES, f"{each.id}与本程序所带的不同"))
        return unknown

    def check_claims(self) -> None:
        """Check the manifest's claims other than its list of files."""
        own = [row["payload"].decode() for row in self.rows if row["stream"] == AUTHORITY_STREAM]
        names = set().union(*map(handover.names_in, own))
        check = handover.Check()
        handover.check_claims(msgspec.structs.asdict(self.manifest), len(self.rows), names, check)
        for code, where, what in check.found:
            self.findings.add(LogFinding(code, where, what))

    def histories(self) -> dict[str, list[Any]]:
        """Rows by stream, in the order of the log."""
        found: dict[str, list[Any]] = {}
        for row in self.rows:
            found.setdefault(row["stream"], []).append(row)
        return found

    def sealed(self) -> list[_SealedText]:
        return list(self._lines("sealed.jsonl", _SealedText))

    def salts(self) -> dict[str, bytes]:
        """The salts of filed documents, by id."""
        bare = [each for each in self.sealed() if each.text is None]
        return {each.id: bytes.fromhex(each.salt) for each in bare if re.fullmatch("[0-9a-f]{64}", each.salt)}
