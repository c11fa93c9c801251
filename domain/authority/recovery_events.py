"""New administrators where none of the former can log in any more: by the superior, or by a code on paper."""

from __future__ import annotations

from domain.entry import Event
from domain.values import Digest, EntryVersion, Label, OfficerId


class RecoveryCodeSealed(Event, frozen=True, tag="recovery_code_sealed"):
    """封存恢复码: a code that was written on paper and put away. digest: its SHA-256 in hex; the code itself is nowhere."""

    title = "封存恢复码"
    digest: Digest


class AdministratorsRestored(Event, frozen=True, tag="administrators_restored"):
    """凭恢复码重设管理员: these two take the place of all the system and security administrators there were.

    code: as written on the paper, whose digest was sealed; it is good once. system, security: officers there are, or new
    ones; system_person, security_person: of new ones, as when appointing.
    """

    title = "凭恢复码重设管理员"
    code: Label
    system: OfficerId
    security: OfficerId
    system_person: Label | None = None
    security_person: Label | None = None


class RestorationRequested(Event, frozen=True, tag="restoration_requested"):
    """提出重设管理员 by an administrator of the superior, pending until another one of the superior's confirms it.

    The officers as in AdministratorsRestored.
    """

    title = "提出重设管理员"
    system: OfficerId
    security: OfficerId
    document_no: Label
    system_person: Label | None = None
    security_person: Label | None = None


class RestorationConfirmed(Event, frozen=True, tag="restoration_confirmed"):
    """确认重设管理员 by another administrator of the superior: the two take the place of those there were.

    version: of the request in the authority's own log.
    """

    title = "确认重设管理员"
    version: EntryVersion


ByCode = RecoveryCodeSealed | AdministratorsRestored
BySuperior = RestorationRequested | RestorationConfirmed

BY_CODE = (RecoveryCodeSealed, AdministratorsRestored)
"""What the program records of a code, and nobody enters singly."""
BY_SUPERIOR = (RestorationRequested, RestorationConfirmed)
