"""What happens to the papers of a request: filed, closed, erased."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta

from domain.entry import Event
from domain.values import Code, EntryVersion, Label

D = TypeVar("D")


LARGEST_DOCUMENT = 20 * 1_048_576
"""Bytes of one document."""


class DocumentFiled(Event, Generic[D], frozen=True, tag="document_filed"):
    """材料入卷 (Art. 45): a scan, a letter or evidence. document: a name unique in the request.

    content: the digest of what was sent while it is entered, `Sealed` as it is stored. media_type: found in the
    content itself. A replacement changes the name, the kind or the day; what was filed stays what it is.
    """

    title = "材料入卷"
    article = "第四十五条"
    sealed = ("content",)
    document: Label
    kind: Literal["application", "identity", "consultation", "answer", "service", "appeal", "other"]
    media_type: Code
    size_bytes: Annotated[int, Meta(ge=1, le=LARGEST_DOCUMENT)]
    content: D


class HandedOver(Event, frozen=True, tag="handed_over"):
    """移交档案馆 (档案法 15): the archived file is with the archives from this day on.

    transfer_no: number of the record of the transfer.
    """

    title = "移交档案馆"
    article = "档案法第十五条"
    archives: Label
    transfer_no: Label | None = None


ORDERED = ("ordered", "依法责令提前销毁")
"""Basis of an erasure that does not wait for the end of the archive's retention."""


class ErasureRequested(Event, frozen=True, tag="erasure_requested"):
    """提请销毁个人信息 after appraisal (个人信息保护法 47, 档案法实施条例). scope: of the request's sealed values.

    basis: why, as a label; one of ORDERED where it is ordered before the archive's retention is over. appraisal_no:
    document number of the appraisal.
    """

    title = "提请销毁个人信息"
    article = "个人信息保护法第四十七条"
    scope: Literal["applicant", "all"]
    basis: Label
    appraisal_no: Label


class PersonalDataErased(Event, frozen=True, tag="personal_data_erased"):
    """销毁个人信息: what the request of version `requested` asks for is gone with this entry. Another person's act."""

    title = "销毁个人信息"
    article = "个人信息保护法第四十七条"
    requested: EntryVersion


class PersonalDataRestricted(Event, frozen=True, tag="personal_data_restricted"):
    """限制处理个人信息 (个人信息保护法 47): kept and protected, no longer shown. Entered again for a further ground."""

    title = "限制处理个人信息"
    article = "个人信息保护法第四十七条"
    basis: Label


class RestrictionLifted(Event, frozen=True, tag="restriction_lifted"):
    """解除限制: of all grounds so far."""

    title = "解除限制处理"
    article = "个人信息保护法第四十七条"
    basis: Label


OF_PERSONAL_DATA = (ErasureRequested, PersonalDataErased, PersonalDataRestricted, RestrictionLifted)
"""What concerns the data kept of a request rather than its course: possible of an annulled one too."""
