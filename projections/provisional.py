"""暂定: the wording for a provisional due date, which may still move, so that nothing is late by it."""

from __future__ import annotations

from domain.request.deadline import Deadline

PROVISIONAL = "暂定"

AWAITS_NOTICE = "放假安排尚未公布"
CONSULTATION_OPEN = "征求意见尚未结束"


def why(deadline: Deadline) -> str:
    """Why a provisional term is that."""
    return AWAITS_NOTICE if deadline.awaits_notice else CONSULTATION_OPEN


def mark(deadline: Deadline | None) -> str:
    """What is written after a due date; nothing where it is settled."""
    return f"（{PROVISIONAL}：{why(deadline)}）" if deadline is not None and deadline.provisional else ""
