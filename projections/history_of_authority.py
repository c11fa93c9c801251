"""One sentence for each of an authority's own events."""

from __future__ import annotations

from domain.authority.access_events import AccessesHandedOver
from domain.authority.assessment_events import (
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.events import (
    DayOffSet,
    GrantConfirmed,
    HolidayNoticeRecorded,
    LetterDetailsSet,
    LetterWordingSet,
    OfficerAppointed,
    OfficerDismissed,
    PolicySet,
    PowerGranted,
    PowerWithdrawn,
    Registered,
    Renamed,
    Reorganised,
    SecondFactorReset,
    SecondFactorResetRequested,
    SeparationWaived,
    ServiceEnded,
    ServiceGranted,
    SubjectBound,
    SubjectUnbound,
    SuperiorSet,
)
from domain.authority.import_events import ImportAnnulled, Imported
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.authority.powers import ROLES, SERVICE_ACTS
from domain.authority.recovery_events import (
    AdministratorsRestored,
    RecoveryCodeSealed,
    RestorationConfirmed,
    RestorationRequested,
)
from domain.authority.supervision_events import (
    ReturnAccepted,
    ReturnHandedIn,
    ReturnPrepared,
    ReturnRequested,
    ReturnSentBack,
    SupervisionAnswered,
    SupervisionOrdered,
)
from domain.entry import Event
from domain.law import outcomes
from domain.law.terms import OF_REQUESTS
from domain.letters.document_numbers import written
from projections.choice_labels import CHOICES


def phrase(event: Event) -> str | None:
    """What happened, without the day; None for an event of another stream."""
    return (
        _of_office(event)
        or _of_letters(event)
        or _of_officers(event)
        or _of_logins(event)
        or _of_register(event)
        or _of_supervision(event)
        or _of_assessment(event)
    )


def _of_office(event: Event) -> str | None:
    """Its name, its place among the authorities and the rules it works by."""
    match event:
        case Registered():
            return f"{event.name}（{event.code}）设立台账，自{event.complete_since}起完整"
        case Renamed():
            return f"机关更名为{event.name}，自{event.in_force_from}起"
        case Reorganised():
            reform = CHOICES["reform"][event.reform]
            report = f"，当年年度报告{CHOICES['report_by'][event.report_by]}" if event.report_by else ""
            return f"机构改革：{reform}，由{event.successor}承接，自{event.in_force_from}起{report}（{event.document_no}）"
        case SuperiorSet():
            return f"上级机关为{event.superior}（{CHOICES['relation'][event.relation]}），自{event.in_force_from}起"
        case DayOffSet():
            return f"设定{event.day}{'照常办公' if event.working else '停止办公'}（{event.document_no}）"
        case HolidayNoticeRecorded():
            working = f"，{'、'.join(map(str, event.working))}上班" if event.working else ""
            return f"登记{event.published_on}公布的国务院节假日安排（{event.document_no}）：{'、'.join(map(str, event.off))}放假{working}"
        case PolicySet():
            policy, value = (
                CHOICES["policy"][event.policy],
                CHOICES["policy_set.value"].get(event.value, event.value),
            )
            whose = "收到的申请" if event.policy in OF_REQUESTS else ""
            return f"办理规则“{policy}”设为“{value}”，适用于{event.in_force_from}起{whose}"
        case SeparationWaived():
            return f"准许从简审批：{CHOICES['separation_waived.scope'][event.scope]}，至{event.until}（{event.document_no}）"
        case _:
            return None


def _of_letters(event: Event) -> str | None:
    match event:
        case LetterDetailsSet():
            where = f"复议机关{event.review_authority}，法院{event.court}"
            return f"设定文书事项，适用于{event.in_force_from}起的文书：{where}"
        case LetterWordingSet():
            letter = CHOICES["letter"].get(event.letter, event.letter)
            how = "恢复程序的文字" if event.wording is None else "改用本机关的文字"
            paragraph = CHOICES["letter_wording_set.paragraph"].get(event.paragraph, event.paragraph)
            return f"{letter}的段落“{paragraph}”自{event.in_force_from}起{how}"
        case NumberSeriesSet():
            letters = "、".join(CHOICES["letter"].get(each, each) for each in event.letters)
            example = written(event, event.in_force_from.year, 1)
            rows = f"（{'、'.join(map(outcomes.label, event.outcomes))}）" if event.outcomes else ""
            year = CHOICES["year_of"][event.year_of]
            case = "，同一申请的文书同号" if event.by_case else ""
            return f"设定文号“{event.series}”，自{event.in_force_from}起用于{letters}{rows}，形如{example}，年份取{year}{case}"
        case NumberGapExplained():
            first, last = event.first_serial, event.last_serial
            numbers = f"{first}号" if first == last else f"{first}至{last}号"
            return f"说明缺号：{event.series}{event.year}年{numbers}，{event.reason}"
        case _:
            return None


def _of_officers(event: Event) -> str | None:
    """Who works there, and what they may do."""
    match event:
        case OfficerAppointed():
            person = f"（工号{event.person}）" if event.person else ""
            return f"任用{event.officer}{person}" + (f"，在{event.unit}" if event.unit else "")
        case OfficerDismissed():
            return f"{event.officer}离任"
        case PowerGranted():
            until = f"，至{event.until}" if event.until else ""
            return f"授予{event.officer}“{ROLES[event.role]}”职权{until}，待确认"
        case GrantConfirmed():
            return f"确认第{event.version}条授权"
        case PowerWithdrawn():
            return f"收回{event.officer}的“{ROLES[event.role]}”职权"
        case ServiceGranted():
            until = f"，至{event.until}" if event.until else ""
            acts = "；".join(SERVICE_ACTS[act] for act in event.acts)
            return f"授予服务账号{event.service}（{event.name}）“{acts}”{until}，待确认"
        case ServiceEnded():
            return f"终止服务账号{event.service}"
        case _:
            return None


def _of_logins(event: Event) -> str | None:
    match event:
        case SecondFactorResetRequested():
            return f"提出重置{event.officer}的动态口令和通行密钥（{event.reason}），待确认"
        case SecondFactorReset():
            return f"确认第{event.version}条提出的动态口令和通行密钥重置"
        case SubjectBound():
            return f"绑定{event.officer}的统一身份认证（{event.issuer}）"
        case SubjectUnbound():
            return f"解除绑定{event.officer}的统一身份认证（{event.issuer}）"
        case RecoveryCodeSealed():
            return "封存恢复码（写在纸上，此处只有摘要）"
        case AdministratorsRestored():
            return f"凭恢复码重设管理员：系统管理员{event.system}，安全管理员{event.security}，原有的职权收回"
        case RestorationRequested():
            return (
                f"上级机关提出重设管理员（{event.document_no}）：系统管理员{event.system}，"
                f"安全管理员{event.security}，待确认"
            )
        case RestorationConfirmed():
            return f"上级机关确认第{event.version}条提出的重设管理员，原有的职权收回"
        case _:
            return None


def _of_register(event: Event) -> str | None:
    """What comes into the register as a whole, and leaves it."""
    match event:
        case Imported():
            digest = event.file_digest[:12]
            return f"导入原台账（文件{digest}）{event.row_count}行，即随后登记的{event.entry_count}项"
        case ImportAnnulled():
            return f"撤销第{event.version}条的导入"
        case AccessesHandedOver():
            return f"将{event.until}及以前的访问日志（前{event.through}条）移交归档（{event.archive_no}）"
        case _:
            return None


def _of_supervision(event: Event) -> str | None:
    match event:
        case SupervisionOrdered():
            about = event.reference or ""
            matter = CHOICES["supervision_ordered.matter"][event.matter]
            return f"上级机关督办{about}：{matter}（{event.document_no}），答复期限至{event.respond_by}"
        case SupervisionAnswered():
            result = CHOICES["supervision_answered.result"][event.result]
            return f"答复第{event.version}条督办：{result}（{event.document_no}）"
        case ReturnRequested():
            term = f"{event.first_on}至{event.last_on}"
            report = f"，连同{event.report_year}年度报告" if event.report_year else ""
            return f"上级机关要求报送“{event.name}”（{term}）{report}，报送期限至{event.respond_by}"
        case ReturnPrepared():
            return f"编制第{event.version}条所要求的报送"
        case ReturnHandedIn():
            return f"批准第{event.version}条所要求的报送，以此条登记时的台账为准"
        case ReturnSentBack():
            return f"上级机关退回第{event.version}条所要求的报送：{event.reason}"
        case ReturnAccepted():
            return f"上级机关接收第{event.version}条所要求的报送"
        case _:
            return None


def _of_assessment(event: Event) -> str | None:
    match event:
        case AssessmentAnnounced():
            return (
                f"印发{event.year}年的考核指标“{event.name}”{len(event.indicators)}项（{event.source}），"
                f"申辩期限至{event.contest_by}"
            )
        case ScoreEntered():
            of = f"“{event.assessment}”{event.unit}的{_indicator(event.indicator, event.measure)}"
            if event.value is None:
                return f"收回{of}的评分（{event.evidence}）"
            return f"{of}评为{event.value}（{event.evidence}）"
        case ScoreContested():
            return f"对“{event.assessment}”的{event.indicator}提出申辩：{event.reason}"
        case ContestDecided():
            contest = f"第{event.contest}条" if event.contest else "书面"
            value = f"，改计为{event.value}" if event.value else ""
            return (
                f"裁定{event.unit}对“{event.assessment}”的{_indicator(event.indicator, event.measure)}的{contest}申辩"
                f"{CHOICES['contest_decided.result'][event.result]}{value}：{event.reason}"
            )
        case AssessmentConcluded():
            number = f"（{event.document_no}）" if event.document_no else ""
            units = (
                f"：{len(event.pinned)}个单位" if event.pinned else ""
            )  # the amended entry may not be recorded yet
            return f"评定“{event.assessment}”的结果{units}{number}"
        case _:
            return None


def _indicator(code: str, measure: str | None) -> str:
    return f"{code}（{CHOICES['measure'].get(measure, measure)}）" if measure else code
