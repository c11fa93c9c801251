"""What becomes of the access log when it is old."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from domain.entry import Event
from domain.values import LAST_POSITION, DigestOfSuite, Label


class AccessesHandedOver(Event, frozen=True, tag="accesses_handed_over"):
    """移交访问日志: its first lines, up to position `through`, lie in the archive with their proof and may be dropped here.

    until: the day of the last of them. root: of the tree of these lines. archive_no: of the file in the archive.
    """

    title = "移交访问日志"
    until: date
    through: Annotated[int, Meta(ge=1, le=LAST_POSITION)]
    root: DigestOfSuite
    archive_no: Label


OF_ACCESSES = (AccessesHandedOver,)
