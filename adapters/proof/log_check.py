"""The examination of a log: entries against leaves, leaves against roots, roots against signatures and pins.

It depends only on bytes, checkpoints and public keys. Entries are passed in one by one, from a database or from an
audit bundle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from adapters import suites
from adapters.proof import checkpoints, leaf, merkle
from adapters.proof.checkpoints import (
    Checkpoint,
    NoteFault,
    NoteOfUnknownSuite,
    SignatureUnknown,
    SignatureWrong,
    Verifier,
)
from adapters.proof.findings import Findings, LogFinding
from adapters.proof.merkle import Growing, split
from adapters.proof.provable import ACCESS_LOG, EVENT_LOG, ProvableLog
from adapters.suites import Suite, SuiteUnknown
from domain.authority.access_events import AccessesHandedOver
from domain.values import SHANGHAI, reference_in

_of_interest = itemgetter("stream", "version", "recorded_at")

_NEIGHBOURHOOD = timedelta(minutes=10)
"""Lines of the access log may be out of order by so much: each has the time of its writing, and becomes visible when
its transaction ends, which the database aborts after five idle minutes."""


class Published(NamedTuple):
    """A checkpoint as stored in the database or the bundle. size: as stored beside it; leaves: those since the previous
    one."""

    size: int
    note: str
    leaves: bytes


class Pin(msgspec.Struct, frozen=True):
    """What an auditor keeps about a log: the trusted public keys, and the newest checkpoint seen."""

    keys: tuple[str, ...]
    checkpoint: str


class Pins:
    """A file of pins by log name, kept by the auditor where the authority cannot write."""

    def __init__(self, path: Path, pins: dict[str, Pin]) -> None:
        self._path = path
        self._pins = pins

    @classmethod
    def load(cls, path: Path) -> Pins:
        """Empty if there is no such file. Raises ValueError for a file of another format, OSError."""
        try:
            return cls(path, msgspec.json.decode(path.read_bytes(), type=dict[str, Pin]))
        except FileNotFoundError:
            return cls(path, {})
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise ValueError(f"{path}不是存证点的留存文件") from None

    def get(self, origin: str) -> Pin | None:
        return self._pins.get(origin)

    def keep(self, origin: str, keys: Iterable[Verifier], note: str) -> None:
        """Replace the pin with this newer checkpoint. Raises OSError."""
        self._pins[origin] = Pin(tuple(each.vkey for each in keys), note)
        self._path.write_bytes(msgspec.json.format(msgspec.json.encode(self._pins), indent=1) + b"\n")


class _Change(NamedTuple):
    """The suite of the entries above a size."""

    above: int
    suite: Suite


class Examination:
    """Examines one log. Call `checkpoints` first, then `entry` for each entry by position, then `end`."""

    def __init__(
        self, code: str, findings: Findings, *, whole: bool = True, log: ProvableLog = EVENT_LOG
    ) -> None:
        """whole: every entry is passed in; otherwise the caller reports gaps."""
        self._code = code
        self._findings = findings
        self._whole = whole
        self._log = log
        self._handed_over = 0
        self._check_order = self._by_time if log is ACCESS_LOG else self._by_stream
        self._leaves = b""
        self._suite: Suite | None = None
        self._changes: list[_Change] = []
        self._versions: dict[str, int] = {}
        self._at = datetime.min.replace(tzinfo=UTC)
        self.position = 0
        self.sealed = 0
        self.newest: Published | None = None

    # -- checkpoints --

    def checkpoints(
        self,
        published: Sequence[Published],
        origin: str,
        trusted: Sequence[Verifier],
        pinned: Checkpoint | None,
    ) -> None:
        """Examine the format, signature and root of each checkpoint. pinned: the auditor's."""
        self._leaves = b"".join(each.leaves for each in published)
        self.sealed = len(self._leaves) // 32
        claimed = [self._opened(each, origin, trusted) for each in published]
        held = [each for each in claimed if each is not None]
        roots = self._roots([*held, *([pinned] if pinned else [])])
        broken = [each.size for each in held if not _has(roots, each)]
        if broken:
            size = broken[0]
            others = f"，其后另有{len(broken) - 1}个存证点亦不符" if len(broken) > 1 else ""
            self._at_checkpoint("root_mismatch", size, f"由叶值算出的树根与该存证点所签的不同{others}")
        if published and claimed[-1] is not None and not broken:
            self.newest = published[-1]
        if pinned is None or pinned.size == 0:
            return
        if pinned.size > self.sealed:
            self._at_checkpoint(
                "pin_ahead",
                pinned.size,
                f"先前所见的存证点有{pinned.size}条，现在已存证的只有{self.sealed}条：日志或存证点被退回或删除",
            )
        elif not _has(roots, pinned):
            self._at_checkpoint(
                "pin_inconsistent", pinned.size, "前若干条与先前所见的存证点不一致：历史被改写"
            )

    def handed_over(self, events: Sequence[AccessesHandedOver]) -> None:
        """Call after `checkpoints`: the parts of the log that are in the archive, which may be missing."""
        for each in events:
            if each.through > self.sealed or not self._is_root(each.root, each.through):
                self._at_checkpoint("handed_over_differs", each.through, "移交时的树根与现在的叶值不符")
        self._handed_over = max((each.through for each in events), default=0)

    def _opened(self, published: Published, origin: str, trusted: Sequence[Verifier]) -> Checkpoint | None:
        try:
            checkpoint = checkpoints.opened(published.note, trusted)
            signed = True
        except (SignatureUnknown, SignatureWrong) as wrong:
            code = "signature_unknown" if isinstance(wrong, SignatureUnknown) else "signature_wrong"
            self._at_checkpoint(code, published.size, str(wrong))
            checkpoint = checkpoints.read(published.note)[0]
            signed = False
        except NoteFault as wrong:
            code = "suite_unknown" if isinstance(wrong, NoteOfUnknownSuite) else "checkpoint_malformed"
            self._at_checkpoint(code, published.size, str(wrong))
            return None
        if checkpoint.size == published.size and checkpoint.origin == origin:
            self._follow_suite(checkpoint)
            return checkpoint if signed else None
        if signed:
            what = f"内容为“{checkpoint.origin}”的{checkpoint.size}条，与所在的位置不符"
            self._at_checkpoint("checkpoint_malformed", published.size, what)
        return None

    def _follow_suite(self, checkpoint: Checkpoint) -> None:
        """Follow changes of suite; a checkpoint whose suite is not the one that the previous checkpoint announced is a
        finding."""
        before = self._changes[-1].suite if self._changes else self._suite
        if before is None:
            before = self._suite = checkpoint.suite
        if checkpoint.suite is not before:
            what = f"此前用{before.name}，此处用{checkpoint.suite.name}，没有由两种密钥签名的换用"
            self._at_checkpoint("suite_switched", checkpoint.size, what)
        if checkpoint.following.suite is not before:
            self._changes.append(_Change(checkpoint.size, checkpoint.following.suite))

    def _roots(self, asked: Iterable[Checkpoint]) -> dict[tuple[Suite, int], bytes]:
        """The roots of the leaves up to the size of each checkpoint, in each of its suites."""
        wanted = {(root.suite, each.size) for each in asked for root in each.roots}
        trees: dict[Suite, Growing] = {}
        found = {}
        for suite, size in sorted(wanted, key=itemgetter(1)):
            if size <= self.sealed:
                tree = trees.setdefault(suite, Growing(suite=suite))
                tree.extend(split(self._leaves[32 * tree.size : 32 * size]))
                found[suite, size] = tree.root
        return found

    def _is_root(self, digest: str, size: int) -> bool:
        """Whether the digest, `suite:hex`, is the root of the first so many leaves."""
        try:
            suite = suites.of_digest(digest)
        except SuiteUnknown as wrong:
            self._at_checkpoint("suite_unknown", size, str(wrong))
            return True
        return digest == suite.named(merkle.root(split(self._leaves[: 32 * size]), suite))

    def _at_checkpoint(self, code: str, size: int, text: str) -> None:
        which = "" if self._log is EVENT_LOG else self._log.words
        where = f"{which}第{size}条处的存证点"
        self._findings.add(LogFinding(code, where, text, size=size, log=self._log.key))

    # -- entries --

    def entry(self, row: Mapping[str, Any]) -> None:
        """Examine the next entry by position. row: of the log's table."""
        position = row["position"]
        if not self.position and position > self._handed_over:
            self.position = self._handed_over
        if position != self.position + 1:
            self._jump(position, row)
        self.position = max(position, self.position)
        self._check_order(row)
        while self._changes and position > self._changes[0].above:
            self._suite = self._changes.pop(0).suite
        if leaf.FORMATS.get(row["leaf_format"]) is not self._suite:
            self._check_suite(row)
        sealed = self._leaves[32 * position - 32 : 32 * position]
        if sealed and sealed != self._log.leaf_hash(self._code, row):
            self._at_entry("entry_changed", row, "内容或登记信息（经办人、时间、编号等）与存证时不同")

    def _check_suite(self, row: Mapping[str, Any]) -> None:
        """Check that the leaf has the log's suite at its position; without a checkpoint, that of the first entry."""
        suite = leaf.FORMATS.get(row["leaf_format"])
        if suite is None:
            self._at_entry("leaf_format_unknown", row, f"叶值算法{row['leaf_format']}为本程序所不知")
        elif self._suite is None:
            self._suite = suite
        else:
            what = f"叶值用{suite.name}，此处的存证点用{self._suite.name}"
            self._at_entry("suite_switched", row, what)

    def _by_stream(self, row: Mapping[str, Any]) -> None:
        stream, version, recorded_at = _of_interest(row)
        before = self._versions.get(stream, 0)
        if before + 1 != version:
            what = f"前一条为第{before}条" if before else "该流由此开始"
            self._at_entry("version_gap", row, f"条次不连续：{what}")
        self._versions[stream] = version
        if recorded_at < self._at:
            self._at_entry("time_reversed", row, "登记时间早于前一条")
        else:
            self._at = recorded_at

    def _by_time(self, row: Mapping[str, Any]) -> None:
        """Positions are assigned some time after writing, so lines may be out of order by _NEIGHBOURHOOD, but not by
        more."""
        if self._at - row["at"] > _NEIGHBOURHOOD:
            self._at_entry("time_reversed", row, "时间远早于前面的记录：事后补入")
        self._at = max(self._at, row["at"])

    def _jump(self, position: int, row: Mapping[str, Any]) -> None:
        if position <= self.position:
            self._at_entry("position_gap", row, "位置重复")
        elif self._whole:
            self.missing(self.position + 1, position - 1)

    def missing(self, first: int, last: int) -> None:
        """Report entries that are missing, from first to last."""
        words = self._log.words
        where = f"{words}位置{first}" if first == last else f"{words}位置{first}至{last}"
        what = f"缺{last - first + 1}条登记"
        self._findings.add(LogFinding("position_gap", where, what, position=first, log=self._log.key))

    def end(self, head: int | None = None) -> None:
        """Call after the last entry. head: the last position assigned by the authority, if known."""
        if self._whole and max(self.position, self._handed_over) < self.sealed:
            what = f"日志只到第{self.position}条：末尾的登记被删除"
            self._at_checkpoint("checkpoint_beyond_log", self.sealed, what)
        if head is not None and head != self.position:
            what = f"最后给出的位置是{head}，日志的末条是{self.position}"
            self._findings.add(LogFinding("head_mismatch", "日志末端", what, position=self.position))

    def _at_entry(self, code: str, row: Mapping[str, Any], text: str) -> None:
        if self._log is ACCESS_LOG:
            self._findings.add(at_access(code, row, text))
            return
        reference = reference_in(row["stream"])
        self._findings.add(at_entry(code, reference, row["version"], row["position"], text))


def _has(roots: Mapping[tuple[Suite, int], bytes], checkpoint: Checkpoint) -> bool:
    """Whether all roots of the checkpoint are those of the leaves."""
    return all(roots.get((each.suite, checkpoint.size)) == each.root for each in checkpoint.roots)


def at_access(code: str, row: Mapping[str, Any], text: str) -> LogFinding:
    """A finding about one line of the access log."""
    when = row["at"].astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds")
    where = f"访问日志位置{row['position']}（{when} {row['actor']}）"
    return LogFinding(code, where, text, position=row["position"], log=ACCESS_LOG.key)


def at_entry(code: str, reference: str, version: int, position: int, text: str) -> LogFinding:
    """A finding about one entry."""
    where = f"日志位置{position}（{reference}第{version}条）"
    return LogFinding(code, where, text, position=position, reference=reference, version=version)
