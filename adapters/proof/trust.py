"""Which keys and checkpoints are trusted: those an auditor keeps or names, else those found beside the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.proof import checkpoints
from adapters.proof.checkpoints import Checkpoint, NoteFault, NoteOfUnknownSuite, Verifier
from adapters.proof.log_check import Pin, Published
from adapters.proof.provable import EVENT_LOG, ProvableLog, log_of


def trusted_keys(pin: Pin | None, verifiers: Sequence[Verifier], known: Sequence[Verifier]) -> list[Verifier]:
    """Those the auditor keeps and names; where there is neither, those found beside the log."""
    kept = [Verifier.parse(vkey) for vkey in pin.keys] if pin else []
    return list(dict.fromkeys([*kept, *verifiers])) or list(known)


def pin_of(pin: Callable[[str], Pin | None], origin: str) -> Pin | None:
    """What the auditor keeps of the log with this name; a checkpoint of another says nothing about it.

    Raises NoteOfUnknownSuite.
    """
    kept = pin(origin)
    try:
        if kept is not None and checkpoints.read(kept.checkpoint)[0].origin == origin:
            return kept
    except NoteOfUnknownSuite:
        raise  # it may well be of this log, and passing it over would be a pass
    except NoteFault:
        pass
    return None


def named(keys: Sequence[Verifier], origin: str) -> list[Verifier]:
    """The same keys under the name of another log of the authority: one key signs them all."""
    return [each._replace(name=origin) for each in keys]


def origin_of(published: Sequence[Published], code: str, log: ProvableLog = EVENT_LOG) -> str:
    """The log's name: as its first checkpoint has it, if that ends with the authority's code."""
    for each in published[:1]:
        try:
            origin = checkpoints.read(each.note)[0].origin
        except NoteFault:
            continue
        if origin.rpartition("/")[2] == code and log_of(origin) is log:
            return origin
    return log.origin(code)


def pinned(pin: Pin | None, trusted: Sequence[Verifier]) -> Checkpoint | None:
    """The checkpoint that the auditor keeps. Raises NoteFault if it was not signed by a key that is trusted."""
    return checkpoints.opened(pin.checkpoint, trusted) if pin else None
