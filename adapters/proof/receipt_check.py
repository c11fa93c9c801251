"""Verification of a receipt without the database: from its bytes, a checkpoint and public keys."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from adapters.proof import checkpoints, merkle, trust
from adapters.proof.bundle_files import BundleFault
from adapters.proof.checkpoints import Checkpoint, NoteFault, NoteOfUnknownSuite, Verifier
from adapters.proof.findings import LogFinding
from adapters.proof.leaf import FORMATS, PAYLOAD
from adapters.proof.log_check import Pin
from adapters.proof.provable import ACCESS_LOG, EVENT_LOG, ProvableLog, log_of
from adapters.suites import STD
from domain.values import reference_in


class ReceiptCheck(NamedTuple):
    """The content of a receipt, and what is wrong with it. signed: False if there was no public key to verify it
    with."""

    origin: str
    size: int
    leaf: dict[str, Any]
    payload: dict[str, Any]
    signed: bool
    findings: tuple[LogFinding, ...]


def is_receipt(path: Path) -> bool:
    """Whether the file is a receipt, by its first bytes. Raises OSError."""
    with path.open("rb") as file:
        return file.read(21) == b"c2sp.org/tlog-proof@v"


def check_receipt(
    path: Path,
    *,
    verifiers: Sequence[Verifier] = (),
    known: Callable[[str], Sequence[Verifier]] = lambda _: (),
    pin: Callable[[str], Pin | None] = lambda _: None,
) -> ReceiptCheck:
    """Verify a receipt offline. Raises BundleFault if the file is not a receipt, OSError."""
    receipt = _read(path)
    claimed = receipt.checkpoint
    kept = pin(claimed.origin)
    named = verifiers if receipt.log is EVENT_LOG else trust.named(verifiers, claimed.origin)
    trusted = trust.trusted_keys(kept, named, known(claimed.origin))
    findings = [*_of_leaf(receipt), *_of_checkpoint(receipt, trust.pinned(kept, trusted), trusted)]
    return ReceiptCheck(
        claimed.origin, claimed.size, receipt.leaf, receipt.payload, bool(trusted), tuple(findings)
    )


class _Receipt(NamedTuple):
    """What a file holds. leaf_index: from 0. leaf_text, payload_text: as they were hashed."""

    log: ProvableLog
    leaf_index: int
    leaf_text: bytes
    payload_text: bytes
    leaf: dict[str, Any]
    payload: dict[str, Any]
    proof: list[bytes]
    note: str
    checkpoint: Checkpoint


def _read(path: Path) -> _Receipt:
    """Raises BundleFault, OSError."""
    try:
        head, extra, index, *rest = path.read_text("utf-8").split("\n")
        blank = rest.index("")
        note = "\n".join(rest[blank + 1 :])
        if head != "c2sp.org/tlog-proof@v1" or not re.fullmatch("index (0|[1-9][0-9]{0,17})", index):
            raise ValueError
        checkpoint, _ = checkpoints.read(note)
        log = log_of(checkpoint.origin)
        leaf_text, payload_text = msgspec.json.decode(
            base64.b64decode(extra.removeprefix("extra "), validate=True),
            type=tuple[str, str] if log is EVENT_LOG else tuple[str],
        ) + (("{}",) if log is ACCESS_LOG else ())
        leaf, payload = (msgspec.json.decode(each, type=dict[str, Any]) for each in (leaf_text, payload_text))
        proof = [base64.b64decode(line, validate=True) for line in rest[:blank]]
        position = int(index.removeprefix("index "))
        texts = leaf_text.encode(), payload_text.encode()
        return _Receipt(log, position, *texts, leaf, payload, proof, note, checkpoint)
    except NoteOfUnknownSuite as wrong:
        raise BundleFault(str(wrong)) from None
    except (ValueError, binascii.Error, msgspec.DecodeError, RecursionError) as wrong:
        raise BundleFault(f"不是完整的回执（{type(wrong).__name__}）") from None


def _of_leaf(receipt: _Receipt) -> Iterator[LogFinding]:
    """Whether the entry is the one that is proved to be in the log."""
    log, leaf, claimed = receipt.log, receipt.leaf, receipt.checkpoint
    where = f"{log.words}位置{leaf.get('position')}"
    if log is EVENT_LOG:
        where += f"（{reference_in(str(leaf.get('stream')))}第{leaf.get('version')}条）"
    format_ = leaf.get("leaf_format")
    suite = FORMATS.get(format_) if isinstance(format_, int) else None
    if suite is None:
        suite = STD
        yield LogFinding("leaf_format_unknown", where, f"叶值算法{format_}为本程序所不知")
    hashed = merkle.leaf_hash(receipt.leaf_text, suite)
    if not merkle.includes(
        hashed, receipt.leaf_index, claimed.size, receipt.proof, claimed.root, claimed.suite
    ):
        yield LogFinding("inclusion_wrong", where, "证明路径不通到树根：登记或路径被改动")
    if log is EVENT_LOG and leaf.get(PAYLOAD[suite]) != suite.hash(receipt.payload_text).hexdigest():
        yield LogFinding("payload_changed", where, "内容与叶值中的摘要不符")
    if leaf.get("position") != receipt.leaf_index + 1 or claimed.origin.rpartition("/")[2] != leaf.get(
        "authority"
    ):
        yield LogFinding("inclusion_wrong", where, "位置或机关与证明不符")


def _of_checkpoint(
    receipt: _Receipt, pinned: Checkpoint | None, trusted: Sequence[Verifier]
) -> Iterator[LogFinding]:
    """Whether the checkpoint is the one that was seen before, and signed by a trusted key."""
    claimed = receipt.checkpoint
    where = f"第{claimed.size}条处的存证点"
    if pinned is not None and pinned.size == claimed.size and not set(pinned.roots) & set(claimed.roots):
        yield LogFinding("pin_inconsistent", where, "与先前所见的存证点不一致：历史被改写")
    if trusted:
        try:
            checkpoints.opened(receipt.note, trusted)
        except NoteFault as wrong:
            yield LogFinding(_SIGNATURE_CODES.get(type(wrong), "checkpoint_malformed"), where, str(wrong))


_SIGNATURE_CODES: Mapping[type[NoteFault], str] = {
    checkpoints.SignatureUnknown: "signature_unknown",
    checkpoints.SignatureWrong: "signature_wrong",
}
