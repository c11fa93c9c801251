"""One sentence for each event of an annual report."""

from __future__ import annotations

from domain.entry import Event
from domain.report import events as report
from domain.report.document_events import DisclosureSet, DocumentAmended, DocumentEnded, DocumentMade
from projections.choice_labels import CHOICES

_DISCLOSURE = CHOICES["disclosure"]


def phrase(event: Event) -> str | None:
    """What happened, without the day; None for an event of another stream."""
    match event:
        case report.FigureEntered():
            value = "空白" if event.value is None else event.value
            return f"填报主动公开表{event.row}行“{event.column}”：{value}（{event.source}）"
        case report.WorkRecorded():
            words, measure = report.WORK[event.kind]
            return f"登记{words}{event.number}{measure}" + (f"（{event.note}）" if event.note else "")
        case report.WorkAnnulled():
            return f"撤销第{event.version}条公开工作的登记"
        case DocumentMade():
            made = f"登记文件{event.document_no}《{event.name}》：{_DISCLOSURE[event.disclosure]}（{event.basis}）"
            return made + (f"，{event.public_on}公开" if event.public_on else "")
        case DisclosureSet():
            changed = f"{event.document_no}的公开属性变更为{_DISCLOSURE[event.disclosure]}（{event.basis}）"
            return changed + (f"，{event.public_on}公开" if event.public_on else "")
        case DocumentAmended():
            return f"修订{event.document_no}，以{event.amending_no}"
        case DocumentEnded():
            return f"{CHOICES['document_ended.cause'][event.cause]}{event.document_no}（{event.basis}）"
        case report.NarrativeWritten():
            return f"撰写“{report.SECTIONS[event.section]}”的文字"
        case report.WarningWaived():
            return f"说明提示“{event.warning}”不是差错"
        case report.WaiverWithdrawn():
            return f"撤回对提示“{event.warning}”的说明"
        case report.FiguresTakenOver():
            return f"并入{event.predecessor}的数字{_pinned(event.pinned)}"
        case report.ReportCompiled():
            return "编制年度报告" + (f"，采用{event.format}年格式" if event.format else "")
        case report.ReportSubmitted():
            return f"年度报告送审{_pinned(event.pinned)}"
        case report.ReportPublished():
            number = f"，{event.document_no}" if event.document_no else ""
            return f"公布年度报告{number}{_pinned(event.pinned)}"
        case report.ReportEntered():
            number = f"，{event.document_no}" if event.document_no else ""
            return f"录入此前公布的年度报告（{event.source}{number}，文件{event.tables.digest[:16]}）"
        case report.ReportReturned():
            return "年度报告退回修改"
        case report.ReportApproved():
            return "批准年度报告"
        case report.ReportRestated():
            return "重新编报年度报告"
        case _:
            return None


def _pinned(pinned: report.Pinned | None) -> str:
    return "" if pinned is None else f"（日志位置{pinned.position}，摘要{pinned.digest[:16]}）"
