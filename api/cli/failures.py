"""Messages and exit codes of refusals and faults."""

from __future__ import annotations

from adapters.log.mapper import EntryUnreadable
from adapters.postgres.database import DatabaseUnavailable
from adapters.proof.checkpointing import CheckpointFault
from adapters.proof.signing_program import SigningKeyFault
from adapters.vault.keyring import VaultKeyFault
from api.cli.console import in_words, say
from domain.law.refusals import Malformed, Refusal
from projections.form_labels import fields_in_words

_REFUSED, _BAD_CALL, NO_DATABASE = 1, 2, 3


def report(wrong: Exception) -> int | None:
    """Print the message. Returns the exit code; None for an unexpected exception."""
    match wrong:
        case Malformed():
            text, code = fields_in_words(wrong), _BAD_CALL
        case Refusal():
            text, code = in_words(wrong), _REFUSED
        case CheckpointFault():
            text, code = f"{wrong}。请运行 taizhang verify 查明。", _REFUSED
        case DatabaseUnavailable() | VaultKeyFault() | SigningKeyFault():
            text, code = str(wrong), NO_DATABASE
        case EntryUnreadable():
            text, code = f"{wrong}。请使用更新版本的程序，或核查日志。", NO_DATABASE
        case _:
            return None
    say(text)
    return code
