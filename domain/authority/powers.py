"""Roles and acts: who may do what, in one table, and which act each event is.

The table is that of the office's own duties: who handles does not review, who reviews does not approve, and the
three administrators (三员分立, GB/T 22239-2019, 8.1.5) have no business role. Whether the same natural person
may do two things of one request is decided from its history: see `authorization`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

Role = Literal[
    "handler",
    "reviewer",
    "approver",
    "auditor",
    "statistician",
    "system_administrator",
    "security_administrator",
]

ROLES: dict[Role, str] = {
    "handler": "经办人",
    "reviewer": "审核人",
    "approver": "负责人",
    "auditor": "审计员",
    "statistician": "统计员",
    "system_administrator": "系统管理员",
    "security_administrator": "安全管理员",
}
"""Each role and its title, in the order of the table's columns."""

ADMINISTRATORS: frozenset[Role] = frozenset({"system_administrator", "security_administrator", "auditor"})
"""三员: one person has at most one of these, and then no other role."""

Act = Literal[
    "handle",
    "draft",
    "review",
    "approve",
    "amend",
    "read",
    "read_personal",
    "count",
    "report",
    "approve_report",
    "prove",
    "read_access_log",
    "administer",
    "grant",
    "confirm_grant",
    "request_erasure",
    "erase",
    "waive",
    "supervise",
    "assess",
    "conclude",
    "restore",
]

ACTS: dict[Act, str] = {
    "handle": "登记办理事项：收到、补正、征求意见、答复、送达、归档等",
    "draft": "起草答复、提出延期",
    "review": "审核文稿",
    "approve": "批准答复、延期、不予公开",
    "amend": "更正本人有权登记的事项",
    "read": "查看申请的办理情况",
    "read_personal": "查看个人信息和封存的文字，写明用途并留痕",
    "count": "查看统计",
    "report": "编制年度报告",
    "approve_report": "批准年度报告",
    "prove": "核验、导出审计包",
    "read_access_log": "查看访问日志",
    "administer": "任用人员，设定放假和办理规则",
    "grant": "授予、收回职权",
    "confirm_grant": "确认授权",
    "request_erasure": "提请销毁个人信息，限制处理个人信息",
    "erase": "执行销毁个人信息，解除限制处理",
    "waive": "准许下级机关从简审批（上级机关）",
    "supervise": "督办下级机关，要求其报送（上级机关）",
    "assess": "考核下级单位：印发指标、评分（上级机关）",
    "conclude": "裁定考核申辩、评定考核结果（上级机关）",
    "restore": "重设下级机关的管理员（上级机关）",
}
"""Each act in words, in the order of the table's rows."""

_TABLE: dict[Act, str] = {
    # ● may; ○ may, if not the same natural person as in the step before; – never
    #                handler reviewer approver auditor statistician system security
    "handle":          "●       –        –        –       –            –      –",
    "draft":           "●       –        –        –       –            –      –",
    "review":          "–       ○        –        –       –            –      –",
    "approve":         "–       –        ○        –       –            –      –",
    "amend":           "●       ○        ○        –       –            –      –",
    "read":            "●       ●        ●        ●       –            –      –",
    "read_personal":   "●       ●        ●        ●       –            –      –",
    "count":           "●       ●        ●        ●       ●            –      –",
    "report":          "–       –        –        –       ●            –      –",
    "approve_report":  "–       –        ○        –       –            –      –",
    "prove":           "–       –        –        ●       –            –      –",
    "read_access_log": "–       –        –        ●       –            –      –",
    "administer":      "–       –        –        –       –            ●      –",
    "grant":           "–       –        –        –       –            –      ●",
    "confirm_grant":   "–       –        –        –       –            ○      ○",
    "request_erasure": "●       –        –        –       –            –      –",
    "erase":           "–       –        ○        –       –            –      ○",
    "waive":           "–       –        ●        –       –            –      –",
    "supervise":       "●       –        ●        –       ●            –      –",
    "assess":          "●       –        –        –       ●            –      –",
    "conclude":        "–       –        ○        –       –            –      –",
    "restore":         "–       –        –        –       –            ○      ○",
}  # fmt: skip

MAY, MAY_IF_ANOTHER, NEVER = "●○–"

POWERS: dict[Act, dict[Role, str]] = {
    act: dict(zip(ROLES, cells.split(), strict=True)) for act, cells in _TABLE.items()
}
"""Act × role: MAY, MAY_IF_ANOTHER (another natural person than in the step before) or NEVER."""

_HAVE: dict[Act, frozenset[Role]] = {
    act: frozenset(role for role, cell in cells.items() if cell != NEVER) for act, cells in POWERS.items()
}

_HANDLING = (
    "received", "assigned", "supplement_required", "supplemented", "extended", "consultation_opened",
    "consultation_closed", "explanation_required", "explained", "deferred", "fee_charged", "fee_paid",
    "answered", "served", "withdrawn", "lapsed", "appealed", "appeal_decided", "correction_analysed",
    "reopened", "archived", "handed_over", "document_filed", "imported", "import_annulled", "number_gap_explained",
)  # fmt: skip
_REPORTING = (
    "figure_entered", "work_recorded", "work_annulled", "document_made", "disclosure_set", "document_amended",
    "document_ended", "narrative_written", "warning_waived", "waiver_withdrawn",
    "figures_taken_over", "report_compiled", "report_submitted", "report_published", "report_entered", "report_restated",
)  # fmt: skip
_ADMINISTERING = (
    "registered", "renamed", "reorganised", "day_off_set", "holiday_notice_recorded", "policy_set", "letter_details_set",
    "letter_wording_set", "number_series_set", "officer_appointed", "officer_dismissed", "superior_set", "own_entry_amended",
    "subject_bound", "subject_unbound",
)  # fmt: skip

ACT_OF: dict[str, Act] = {
    **dict.fromkeys(_HANDLING, "handle"),
    "answer_drafted": "draft",
    "extension_drafted": "draft",
    "draft_reviewed": "review",
    "draft_approved": "approve",
    "entry_amended": "amend",
    **dict.fromkeys(_REPORTING, "report"),
    "report_returned": "approve_report",
    "report_approved": "approve_report",
    **dict.fromkeys(_ADMINISTERING, "administer"),
    "power_granted": "grant",
    "grant_confirmed": "confirm_grant",
    "power_withdrawn": "grant",
    "service_granted": "grant",
    "service_ended": "grant",
    "second_factor_reset_requested": "grant",
    "second_factor_reset": "confirm_grant",
    **dict.fromkeys(("recovery_code_sealed", "administrators_restored"), "confirm_grant"),
    "accesses_handed_over": "read_access_log",
    "separation_waived": "waive",
    **dict.fromkeys(("supervision_ordered", "return_requested", "return_sent_back", "return_accepted"), "supervise"),
    **dict.fromkeys(("restoration_requested", "restoration_confirmed"), "restore"),
    **dict.fromkeys(("assessment_announced", "score_entered"), "assess"),
    **dict.fromkeys(("contest_decided", "assessment_concluded"), "conclude"),
    "supervision_answered": "handle",
    "score_contested": "handle",
    "return_prepared": "report",
    "return_handed_in": "approve_report",
    "erasure_requested": "request_erasure",
    "personal_data_restricted": "request_erasure",
    "personal_data_erased": "erase",
    "restriction_lifted": "erase",
}  # fmt: skip
"""The act that each event is, by its tag. An event that is not here nobody may record once there are officers."""

OF_THE_PROGRAM = frozenset({"recovery_code_sealed", "administrators_restored"})
"""What nobody but the program records, whatever their powers: a code on paper is what lets it."""

BY_PROGRAM = frozenset({"report_compiled", *OF_THE_PROGRAM})
"""What the program records of its own accord, beside setting up the first officers."""


ServiceAct = Literal["hand_in", "handle", "draft", "read", "count", "report", "prove"]

SERVICE_ACTS: dict[ServiceAct, str] = {
    "hand_in": "递交网上提出的申请，查询自己递交的申请办到哪一步",
    "handle": ACTS["handle"],
    "draft": ACTS["draft"],
    "read": ACTS["read"],
    "count": ACTS["count"],
    "report": ACTS["report"],
    "prove": ACTS["prove"],
}
"""What a service account may be granted. To review, to approve, to grant and to open what is sealed is a person's.

hand_in is nobody else's: an officer hands in nothing, and handles what was.
"""

BY_MACHINE = frozenset(
    {
        "received",
        "supplemented",
        "served",
        "fee_paid",
        "document_filed",
        "figure_entered",
        "work_recorded",
        "document_made",
    }
)
"""Events that state what a machine can know. Of every other one a person decides, on whose behalf a service account records it."""


OUTSIDE: frozenset[Act] = frozenset({"waive", "supervise", "restore"})
"""Acts that are recorded in a subordinate's register, and never in one's own."""

FROM_OUTSIDE = frozenset(type_ for type_, act in ACT_OF.items() if act in OUTSIDE)
"""Events that the superior records, and nobody else."""

LOOKING: frozenset[Act] = frozenset({"read", "count"})
SUPERVISION: frozenset[Act] = LOOKING | OUTSIDE
"""All that an officer of the superior may in another authority's register."""


class Permissions(msgspec.Struct, frozen=True):
    """What a caller may do: made once where the call comes in, and judged where the event is judged.

    acts: of their roles on the day those that a key, or supervising another authority, leaves them; of a service account
    those granted. until_officers: they hold the machine's token, which opens nothing once the authority has officers.
    unproven: acts that are theirs again, and in acts, once they give a code of their second factor.
    """

    acts: frozenset[Act | ServiceAct] = frozenset({*ACTS, *SERVICE_ACTS})
    until_officers: bool = False
    unproven: frozenset[Act] = frozenset()


WHOLE = Permissions()
"""Nothing is taken away: the roles alone decide."""


def may(roles: Iterable[Role], act: Act) -> bool:
    """Whether one of the roles has the act, on condition or without."""
    return not _HAVE[act].isdisjoint(roles)


def acts_of(roles: Iterable[Role]) -> frozenset[Act]:
    """Every act that one of the roles has."""
    held = frozenset(roles)
    return frozenset(act for act in ACTS if may(held, act))


def roles_with(act: Act) -> tuple[Role, ...]:
    """The roles that have the act, in the order of the table."""
    return tuple(role for role in ROLES if role in _HAVE[act])


class Pair(NamedTuple):
    """Two roles that one natural person may not have together."""

    administrator: Role
    other: Role


def conflict(roles: Iterable[Role]) -> Pair | None:
    """The first pair of the roles that 三员分立 keeps apart; None if they go together."""
    held = sorted(set(roles), key=list(ROLES).index)
    for administrator in held:
        if administrator in ADMINISTRATORS and len(held) > 1:
            return Pair(administrator, next(role for role in held if role != administrator))
    return None
