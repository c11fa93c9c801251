"""The keys and checkpoints to trust: those that the auditor keeps or names, otherwise those stored with the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.proof import checkpoints
from adapters.proof.checkpoints import Checkpoint, NoteFault, NoteOfUnknownSuite, Verifier
from adapters.proof.log_check import Pin, Published
from adapters.proof.provable import EVENT_LOG, ProvableLog, log_of


def trusted_keys(pin: Pin | None, verifiers: Sequence[Verifier], known: Sequence[Verifier]) -> list[Verifier]:
    """The trusted keys: the auditor's; if there are none, those stored with the log."""
    kept = [Verifier.parse(vkey) for vkey in pin.keys] if pin else []
    return list(dict.fromkeys([*kept, *verifiers])) or list(known)


def pin_of(pin: Callable[[str], Pin | None], origin: str) -> Pin | None:
    """The auditor's pin of the log with this name; None if it is of another log.

    Raises NoteOfUnknownSuite.
    """
    kept = pin(origin)
    try:
        if kept is not None and checkpoints.read(kept.checkpoint)[0].origin == origin:
            return kept
    except NoteOfUnknownSuite:
        raise  # it may be of this log: ignoring it would let the verification pass
    except NoteFault:
        pass
    return None


def named(keys: Sequence[Verifier], origin: str) -> list[Verifier]:
    """The same keys with the origin of another log of the authority: the same keys sign all its logs."""
    return [each._replace(name=origin) for each in keys]


def origin_of(published: Sequence[Published], code: str, log: ProvableLog = EVENT_LOG) -> str:
    """The log's origin: that of its first checkpoint, if it ends with the authority's code."""
    for each in published[:1]:
        try:
            origin = checkpoints.read(each.note)[0].origin
        except NoteFault:
            continue
        if origin.rpartition("/")[2] == code and log_of(origin) is log:
            return origin
    return log.origin(code)


def pinned(pin: Pin | None, trusted: Sequence[Verifier]) -> Checkpoint | None:
    """The auditor's checkpoint. Raises NoteFault if no trusted key signed it."""
    return checkpoints.opened(pin.checkpoint, trusted) if pin else None
