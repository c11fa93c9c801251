"""What cannot be recorded: one class per rule.

A refusal stores nothing. Its code is the class's name in snake case and never changes, its rule says in
Chinese what holds for all, its text
gives the facts and what to do instead. What is unlawful but real is no refusal: see `irregularities`.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """An event that cannot be. version: the entry at fault, where it stands in a history.

    because, hint: what leads to it, where another entry was being recorded, and what else may help.
    """

    code: ClassVar[str] = "refusal"
    rule: ClassVar[str] = ""
    article: ClassVar[str] = ""
    text: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, version: int | None = None, **facts: Any) -> None:
        self.version = version
        self.facts = facts
        self.because = ""
        self.hint = ""
        super().__init__(version, facts)

    def __str__(self) -> str:
        said = self.text.format(**self.facts)
        if self.article:
            said = f"{said.removesuffix('。')}（{self.article}）。"
        return self.because + said + self.hint


# --- what was told ---


class Malformed(Refusal):
    """The event has not the shape of its type: a missing, unknown or ill-formed field."""

    rule = "所写的应合乎格式"
    text = "{field}{problem}"


class UnknownCode(Refusal):
    """A code that is in no vocabulary."""

    rule = "代码应取自代码表"
    text = "{field}的代码不存在。可用：{allowed}"


class InTheFuture(Refusal):
    """A fact cannot be dated after the day it is recorded."""

    rule = "尚未发生的事不登记"
    text = "{field}为{day}，晚于登记当日{today}：尚未发生的事不能登记。"


class BeforeReceipt(Refusal):
    """A fact of a request cannot be dated before its receipt (Art. 31)."""

    rule = "申请的各事项不早于收到申请之日"
    article = "第三十一条"
    text = "{field}为{day}，早于收到申请之日{received_on}。收到日期有误的，请先更正收到申请的登记。"


class DatesReversed(Refusal):
    """A term cannot end before it begins, nor a later fact precede the one it follows."""

    rule = "期限不早于起算之日，后事不早于前事"
    text = "{field}为{day}，早于{than}（{limit}）。"


# --- the course of a request ---


class NotReceived(Refusal):
    """A request begins with its receipt (Art. 29)."""

    rule = "申请自收到起登记"
    article = "第二十九条"
    text = "{reference}尚未登记收到申请，不能登记“{event}”。"


class AlreadyReceived(Refusal):
    """A request is received once."""

    rule = "一件申请只登记一次收到"
    article = "第三十一条"
    text = "{reference}已于{received_on}登记收到申请。新的申请请另行登记；日期有误请更正。"


class AlreadyAnswered(Refusal):
    """A request is answered once (Art. 36)."""

    rule = "一件申请只答复一次"
    article = "第三十六条"
    text = (
        "{reference}已于{closed_on}答复（{outcome}），不能再登记“{event}”。"
        "登记有误请更正；经复议、诉讼或自行纠正需重新处理的，请先登记重新处理。"
    )


class AlreadyClosed(Refusal):
    """A request that was withdrawn or lapsed is closed; what follows is a new request."""

    rule = "撤回或不再处理的申请已办结，再提出的另行登记"
    article = "第三十条、第三十六条"
    text = (
        "{reference}已于{closed_on}办结（{outcome}），不能登记“{event}”。申请人再提出的，请登记为新的申请。"
    )


class AlreadyArchived(Refusal):
    """An archived request is only appealed, served, reopened or amended (Art. 45)."""

    rule = "归档的申请只登记送达、复议诉讼、重新处理和更正"
    article = "第四十五条"
    text = "{reference}已于{archived_on}归档，不能登记“{event}”。需重新处理的，请先登记重新处理。"


class NotClosed(Refusal):
    """Only a closed request is archived (Art. 45)."""

    rule = "办结后归档"
    article = "第四十五条"
    text = "{reference}尚未办结，不能登记“{event}”。"


class AwaitingSupplement(Refusal):
    """Until the supplement has come nothing else can be asked of the applicant (Art. 30)."""

    rule = "等待补正期间不再向申请人提出其他要求"
    article = "第三十条"
    text = "{reference}正等待申请人补正（至{respond_by}），不能登记“{event}”。"


class AwaitingPayment(Refusal):
    """Until the fee is paid nothing else can be asked of the applicant (Art. 42)."""

    rule = "等待缴费期间不再向申请人提出其他要求"
    article = "第四十二条"
    text = "{reference}正等待申请人缴费（至{pay_by}），不能登记“{event}”。收费有误请更正收费通知。"


class NoSupplementRequired(Refusal):
    """Only what was asked for can be supplemented or lapse (Art. 30)."""

    rule = "告知补正的，才登记补正或逾期不补正"
    article = "第三十条"
    text = "{reference}未在等待补正，不能登记“{event}”。"


class NoFeeCharged(Refusal):
    """Only a charged fee can be paid or lapse (Art. 42)."""

    rule = "通知缴费的，才登记缴费或逾期不缴费"
    article = "第四十二条"
    text = "{reference}未在等待缴费，不能登记“{event}”。"


class TermNotOver(Refusal):
    """A request lapses only after the told term (Art. 30, 42)."""

    rule = "告知的期限届满后，才可不再处理"
    article = "第三十条、第四十二条"
    text = "{reference}告知的期限至{term}届满，{on}尚不能以逾期为由不再处理。"


class FeeOfNothing(Refusal):
    """A fee is more than nothing (Art. 42): what costs nothing is not charged."""

    rule = "不收费的不登记收费通知"
    article = "第四十二条"
    text = "{reference}的收费金额应大于0；不收费的不必登记收费通知。"


class ConsultationUnknown(Refusal):
    """Only an open consultation can end (Art. 32–34)."""

    rule = "结束的征求意见应已登记而未结束"
    article = "第三十二条至第三十四条"
    text = "{reference}没有名为“{consultation}”的未结束的征求意见。"


class ConsultationExists(Refusal):
    """A consultation's name is used once in a request."""

    rule = "征求意见的名称在一件申请中不重复"
    article = "第三十二条至第三十四条"
    text = "{reference}已有名为“{consultation}”的征求意见，请另取名称。"


class ExplanationNotRequired(Refusal):
    """Reasons are given only where they were asked for (Art. 35)."""

    rule = "要求说明理由的，才登记说明理由"
    article = "第三十五条"
    text = "{reference}未要求申请人说明理由。"


class NothingToServe(Refusal):
    """Only an answer dated on or before the day can be served."""

    rule = "送达的答复应已作出"
    article = "第三十六条"
    text = "{reference}在{on}尚无答复，不能登记送达。"


class PartsDiffer(Refusal):
    """The outcome follows from those of the parts: some given out and some not is in part (Art. 37)."""

    rule = "办理结果与各部分的结果相符，有公开也有不公开的为部分公开"
    article = "第三十七条"
    text = "{reference}的办理结果“{outcome}”与各部分的结果不符，应为{expected}。"


class EarlierReferenceUnknown(Refusal):
    """A repeated request names the earlier one, which is another request of this register (Art. 36)."""

    rule = "重复申请所指的此前申请应在本机关台账中"
    article = "第三十六条第六项"
    text = "此前的申请{earlier_reference}不在本机关台账中，或即为本申请。请核对登记号；此前的申请未入台账的，不写此项。"


class SplitFromItself(Refusal):
    """A part is split from another request of the same day of receipt and the same authority."""

    rule = "拆分所出的申请与原申请为两件"
    article = "国办函〔2020〕109号第四条"
    text = "拆分所出的申请{split_from}应为本机关{on}收到的另一件申请。"


# --- drafts ---


class DraftExists(Refusal):
    """A draft's name is used anew only after it was returned."""

    rule = "文稿的名称不重复，退回后可用原名称重新起草"
    article = "第四十五条"
    text = (
        "{reference}已有名为“{draft}”的文稿，尚在审批或已经用过；退回后可用原名称重新起草，否则请另取名称。"
    )


class DraftUnknown(Refusal):
    """What is reviewed, approved or sent out is a draft of this request."""

    rule = "所指的文稿应已登记"
    article = "第四十五条"
    text = "{reference}没有可用的名为“{draft}”的文稿；请先起草，再审核、批准。"


class DraftNotPending(Refusal):
    """Only a pending draft is reviewed or approved, and it is reviewed before it is approved."""

    rule = "审核、批准的文稿应正在审批"
    article = "第四十五条"
    text = "{reference}的文稿“{draft}”不在可登记“{event}”的环节：已审核的不再审核，已批准、退回或用过的不再审批。"


class DraftNotReviewed(Refusal):
    """Where the policy asks for review and approval, a draft is reviewed before it is approved."""

    rule = "须经审核的文稿，审核后批准"
    article = "第四十五条"
    text = (
        "{reference}的文稿“{draft}”须先经审核，尚不能批准。请先登记审核；不同意的，可登记不予批准，退回修改。"
    )


class DraftNotApproved(Refusal):
    """Only an approved draft goes out, and once."""

    rule = "批准之后才可据以答复或延期"
    article = "第三十三条、第四十五条"
    text = "{reference}的文稿“{draft}”在{on}未经批准，或已经用过，不能据以答复或延期。"


class DraftDiffers(Refusal):
    """What goes out is what was approved."""

    rule = "发出的应与批准的文稿一致"
    article = "第四十五条"
    text = "{reference}所登记的{field}与批准的文稿“{draft}”不同；内容有变的请重新起草、批准。"


class DraftChanged(Refusal):
    """A draft is not changed under a review or an approval that it already has."""

    rule = "文稿审批之后不再更正"
    article = "第四十五条"
    text = "{reference}的文稿“{draft}”在审核或批准之后又有更正。请先撤销其审核、批准，更正后重新审批。"


# --- appeals ---


class AppealExists(Refusal):
    """An appeal's name is used once in a request."""

    rule = "复议或诉讼的名称在一件申请中不重复"
    article = "第五十一条"
    text = "{reference}已有名为“{appeal}”的复议或诉讼，请另取名称。"


class CaseExists(Refusal):
    """One case of one tribunal is entered once in a request (Art. 51)."""

    rule = "同一复议机关、法院的同一案号在一件申请中只登记一次"
    article = "第五十一条"
    text = "{reference}已将{tribunal}{case_no}登记为“{appeal}”，同一案件不重复登记；其结果请登记为“{appeal}”的救济结果。"


class AppealUnknown(Refusal):
    """What is decided, analysed, followed or carried out is an appeal of this request."""

    rule = "所指的复议或诉讼应已登记"
    article = "第五十一条"
    text = "{reference}在{on}没有名为“{appeal}”的复议或诉讼。"


class NothingToAppeal(Refusal):
    """An appeal against an answer needs an answer dated on or before it (Art. 51)."""

    rule = "不服答复的，答复应已作出"
    article = "第五十一条"
    text = "{reference}在{on}尚无答复；对未答复提起的，理由请用no_answer。"


class NotDecided(Refusal):
    """Only a decision can be analysed."""

    rule = "有结果的复议或诉讼，才登记纠错分析"
    article = "第五十一条"
    text = "{reference}的“{appeal}”在{on}尚无结果，不能登记纠错分析。"


class AppealNotNamed(Refusal):
    """A reopening by order names the appeal that ordered it."""

    rule = "因复议或诉讼重新处理的，写明是哪一件"
    article = "第五十一条"
    text = "{reference}因复议、诉讼重新处理的，应写明是哪一件复议或诉讼。"


class NotOrderedToPerform(Refusal):
    """A request still in hand is reopened only by an order to perform."""

    rule = "未办结的申请，责令履行的才登记重新处理"
    article = "行政复议法第六十六条；行政诉讼法第七十二条"
    text = "{reference}尚未办结，只有责令履行的决定才登记重新处理。"


# --- amendments ---


class AmendmentUnknown(Refusal):
    """An amendment names an earlier entry of the request."""

    rule = "更正针对本申请已有的登记"
    text = "{reference}没有第{target}条登记可以更正。"


class AmendmentOfAmendment(Refusal):
    """An amendment is not amended; the last one for an entry wins."""

    rule = "更正不再更正，以最后一次为准"
    text = "第{target}条登记本身是更正，不能再更正；请对原登记再作一次更正，以最后一次为准。"


class AmendmentOfOtherType(Refusal):
    """A replacement has the type of what it replaces."""

    rule = "更正前后为同一类事项"
    text = "第{target}条登记是“{was}”，不能更正为“{event}”。请撤销原登记后另行登记。"


class RequestAnnulled(Refusal):
    """An annulled request takes no entry but the restoration of its receipt."""

    rule = "已作废的申请只能恢复收到申请的登记"
    text = "{reference}的收到申请登记已撤销，整件申请已作废；只能以更正恢复第1条登记。"


# --- personal data and documents ---


class StillOpen(Refusal):
    """The personal data of a request that is being handled is needed (个人信息保护法 47)."""

    rule = "办结后才提请、才销毁个人信息"
    article = "个人信息保护法第四十七条"
    text = "{reference}在{on}尚未办结，不能登记“{event}”。需停止使用的，请登记限制处理个人信息。"


class UnderAppeal(Refusal):
    """What a request turns on is evidence while a reconsideration or a suit about it is pending."""

    rule = "复议、诉讼的决定或裁判生效并履行后，方可提请、执行销毁"
    text = (
        "{reference}的“{appeal}”截至{day}尚未了结，不能登记“{event}”。需停止使用的，请登记限制处理个人信息。"
    )


class ErasureNotRequested(Refusal):
    """What is erased was asked for, after appraisal, and not erased yet."""

    rule = "销毁个人信息应先提请，并有鉴定文号"
    article = "个人信息保护法第四十七条"
    text = "{reference}第{requested}条不是待执行的提请销毁，不能据以销毁。"


class ErasedBySamePerson(Refusal):
    """An erasure is asked for by one natural person and carried out by another."""

    rule = "提请销毁与执行销毁不为同一人"
    text = "{reference}的销毁由提请人本人（或其代理）执行，未予登记。请由另一人执行。"


class ErasureIsFinal(Refusal):
    """What was erased is gone: neither the erasure nor what it rests on is amended."""

    rule = "已执行的销毁不更正"
    text = "{reference}第{target}条登记的销毁已经执行，内容不能恢复，不能更正或撤销。"


class NotRestricted(Refusal):
    """Only a restriction in force is lifted."""

    rule = "限制处理的，才登记解除限制"
    article = "个人信息保护法第四十七条"
    text = "{reference}的个人信息未在限制处理，不能登记解除限制。"


class PersonalDataIsRestricted(Refusal):
    """What is restricted is kept and protected, and shown to nobody (个人信息保护法 47)."""

    rule = "限制处理的个人信息只存储和保护，不查阅"
    article = "个人信息保护法第四十七条"
    text = "{reference}的个人信息已限制处理，不能查阅。确需举证或移交档案的，由有证明职权的人导出审计包。"


class DocumentExists(Refusal):
    """A document's name is used once in a request."""

    rule = "入卷材料的名称在一件申请中不重复"
    article = "第四十五条"
    text = "{reference}已有名为“{document}”的材料，请另取名称。"


class DocumentUnknown(Refusal):
    """The entry asked for filed no document."""

    rule = "所问的材料应已入卷"
    text = "{reference}第{asked}条登记没有入卷材料。"


class DocumentErased(Refusal):
    """The document was erased with the personal data of its request."""

    rule = "已销毁的材料不能取出"
    text = "{reference}第{asked}条登记的材料已销毁。"


class OtherDocument(Refusal):
    """What was filed stays what it is: a replacement keeps its kind of content and its size."""

    rule = "入卷材料的类型和大小以所收内容为准"
    text = "{reference}第{target}条入卷材料的类型和大小不能更正。内容有误的，请撤销原登记后另行入卷。"


class DocumentNotAccepted(Refusal):
    """Only kinds of content that can be told by the content itself are taken, and no programs."""

    rule = "入卷材料的类型由内容识别"
    text = "所收内容{problem}。可用：{allowed}。"


class DocumentTooLarge(Refusal):
    """A document has an upper bound."""

    rule = "一份入卷材料不超过20 MiB"
    text = "材料超过20 MiB，未予入卷。请分册入卷。"


# --- acknowledging ---


class AcknowledgedWithoutCause(Refusal):
    """Nothing may be acknowledged that the event does not add."""

    rule = "只确认此项登记所带来的情况"
    text = "所确认的与此项登记的情况不符，未予登记。{codes}"


# --- the authority, the register ---


class AuthorityExists(Refusal):
    """An authority opens its register once."""

    rule = "机关只设立一次台账"
    text = "机关{code}已设立台账。"


# --- officers and powers ---


class OfficerExists(Refusal):
    """An officer's id is given once, for ever."""

    rule = "人员代号不重复，离任后也不另用"
    text = "人员代号{officer}已经用过，请另取代号；同一人再次任用的，另取代号并写明相同的person。"


class OfficerUnknown(Refusal):
    """Powers are given to, and taken from, officers of the authority."""

    rule = "所指的人员应在任"
    text = "{on}没有代号为{officer}的在任人员。"


class GrantUnknown(Refusal):
    """Only a pending grant is confirmed."""

    rule = "所确认的授权应已登记而未确认"
    text = "第{grant}条登记不是待确认的授权，或者已经收回、过期，或者其人已离任。"


class PowerNotHeld(Refusal):
    """Only a power that an officer has, or waits for, is withdrawn."""

    rule = "所收回的职权应已授予"
    text = "{officer}没有“{role}”的职权可以收回。"


class SuperiorOfItself(Refusal):
    """A superior is another authority."""

    rule = "上级机关为另一机关"
    text = "机关{code}不能是自己的上级机关。"


# --- the register as kept ---


class NotYetOpened(Refusal):
    """At the moment asked for the register was not open."""

    rule = "所问的时刻在设立台账之后"
    text = "截至所问的时刻，该机关尚未设立台账。"


class BeyondTheLog(Refusal):
    """A log position asked for has been reached."""

    rule = "所问的日志位置已登记到"
    text = "日志只到位置{last}，没有位置{position}。"


class EntryUnknown(Refusal):
    """A request has as many entries as were recorded."""

    rule = "所问的登记应已存在"
    text = "{reference}只有{last}条登记，没有第{asked}条。"


class NotSealedYet(Refusal):
    """Only what a checkpoint covers can be proved."""

    rule = "存证之后才能证明"
    text = "存证点目前覆盖日志的前{size}条，第{position}条尚未存证或不存在。请运行 taizhang seal 后再试。"


class UnsealedTooLong(Refusal):
    """An office that asked for it records no more when nobody could prove what it recorded last."""

    rule = "登记应及时存证"
    text = (
        "已有{entries}条登记未存证，最早的已等待{minutes}分钟，超过所设的{limit}分钟，暂停登记；"
        "请查明存证为何中断，运行 taizhang seal 后以同一编号再次提交。"
    )


class NothingRecorded(Refusal):
    """A bundle holds the entries recorded on some days; there must be one."""

    rule = "审计包内应有登记"
    text = "在所给的期间（登记日期{since}至{until}）没有登记。"


class NoCheckpoint(Refusal):
    """A proof of consistency goes from one checkpoint to a later one."""

    rule = "一致性由前一存证点证到后一存证点"
    text = "没有条数为{size}的存证点，或两个存证点的先后颠倒。"


class AuthorityNotRegistered(Refusal):
    """The authority's register opens with `registered`."""

    rule = "机关先设立台账再登记"
    text = "该机关尚未设立台账，请先登记registered。"


class WrongStream(Refusal):
    """Events of a request and of the authority are kept apart."""

    rule = "申请的登记与机关自己的登记分开"
    text = "“{type}”不属于这一类登记。"


class NotComplete(Refusal):
    """A period before the register is complete gives no table."""

    rule = "台账不完整的期间不统计"
    text = "台账自{complete_since}起完整，不能统计{first}至{last}。"


# --- the annual report ---


class YearNotOver(Refusal):
    """A report is made up after its year (Art. 49)."""

    rule = "年度结束后编制年度报告"
    article = "第四十九条"
    text = "{year}年度尚未结束，不能在{on}编制、送审或公布年度报告。"


class WorkOfOtherYear(Refusal):
    """The year's work is work done in it."""

    rule = "公开工作登记在发生的年度"
    text = "{on}不在{year}年度，请登记到该日所在年度的年度报告。"


class WorkUnknown(Refusal):
    """Only an entry of the year's work that still counts is annulled."""

    rule = "撤销的公开工作应已登记"
    text = "第{target}条不是现行有效的公开工作登记，不能撤销。"


class WaiverUnknown(Refusal):
    """Only a waiver that holds is withdrawn."""

    rule = "撤回的说明应已登记"
    text = "没有对提示“{warning}”的说明可以撤回。"


class FigureUnknown(Refusal):
    """A figure belongs to a cell of the proactive table of a form."""

    rule = "数据填报在主动公开表的格中"
    article = "第五十条"
    text = "主动公开表没有行“{row}”、列“{column}”的格，请按格式填写行的代码和列的名称。"


class NotAFigure(Refusal):
    """A cell as printed begins with its number; a remark may follow in brackets."""

    rule = "填报的数据以数字开头，说明写在其后的括号内"
    text = "“{row}”行“{column}”格应为数字，可带小数、负号，说明写在其后的括号内，如22（其中修订16件）；空白的不写。"


class ReportNotCompiled(Refusal):
    """A report is compiled before anything is done with it (Art. 50)."""

    rule = "年度报告先编制"
    article = "第五十条"
    text = "{year}年度报告尚未编制，不能登记“{event}”。"


class ReportNotSubmitted(Refusal):
    """Only what was submitted is approved, returned or published."""

    rule = "送审后审批、公布"
    article = "第四十五条、第四十九条"
    text = "{year}年度报告尚未送审，或送审后又有改动，不能登记“{event}”。请先送审。"


class ReportAlreadySubmitted(Refusal):
    """What is submitted is approved or returned."""

    rule = "送审后批准或者退回"
    text = "{year}年度报告已经送审，不能登记“{event}”。要修改的请先退回。"


class ReportNotApproved(Refusal):
    """Only what was approved is published (Art. 45, 49)."""

    rule = "批准后公布"
    article = "第四十五条、第四十九条"
    text = "{year}年度报告尚未批准，不能登记“{event}”。"


class ApprovedByItself(Refusal):
    """Who compiled or submitted a report does not approve it."""

    rule = "编制送审与批准不为同一人"
    article = "第四十五条"
    text = "{year}年度报告由{actor}编制或送审，应由另一人批准。"


class ChangedSinceSubmission(Refusal):
    """Published is exactly what was approved."""

    rule = "公布的与批准的一致"
    article = "第四十九条"
    text = "{year}年度报告送审后，表中数据或文字有变，不能公布。请重新送审、批准。"


class ReportAlreadyPublished(Refusal):
    """A published report changes by a corrected edition only."""

    rule = "已公布的年度报告重新编报后更改"
    article = "第四十九条"
    text = "{year}年度报告已于{on}公布，不能登记“{event}”。内容有误的，请先登记重新编报。"


class ReportNotPublished(Refusal):
    """A corrected edition follows a published one."""

    rule = "已公布的年度报告才重新编报"
    text = "{year}年度报告尚未公布，直接修改即可，不能登记“{event}”。"


class IdentitiesFailed(Refusal):
    """A report whose tables do not tie is neither submitted nor published (Art. 50)."""

    rule = "勾稽不符的年度报告不送审、不公布"
    article = "第五十条"
    text = "{year}年度报告有{count}处差错，应先改正：{found}。"


class RecordedAlone(Refusal):
    """What pins the tables is recorded by itself, so that it is clear which tables."""

    rule = "送审和公布单独登记"
    text = "“{event}”应单独登记，不与其他事项一并登记。"


class EditionUnknown(Refusal):
    """An edition asked for has been published."""

    rule = "所问的版次应已公布"
    text = "{year}年度报告没有公布过第{edition}版。"


class NotPrintable(Refusal):
    """The PDF's fonts have every character of the report; an empty box is not printed."""

    rule = "PDF的字体应有报告中的每一个字"
    text = "PDF所用的字体里没有“{character}”字，请改写后再排版，或改用docx。"


# --- recording ---


class AuthorityUnknown(Refusal):
    """The authority has no register here."""

    rule = "机关应在本台账中"
    text = "没有这一机关，请核对机关代码。"


class RequestUnknown(Refusal):
    """The authority's register has no such request."""

    rule = "申请应在本机关台账中"
    text = "本机关台账中没有{reference}。"


class ReferenceTaken(Refusal):
    """A reference brought along is free in the authority."""

    rule = "登记号不重复"
    text = "登记号{reference}已有申请，不能再用。"


class NumbersExhausted(Refusal):
    """A year has at most 999,999,999 numbers; one brought along can use them up."""

    rule = "一年的登记号有限"
    text = "{year}年的登记号已用尽；如因自带的登记号过大，请自带登记号登记。"


class ReferenceOfOtherYear(Refusal):
    """A reference brought along bears the year of receipt."""

    rule = "登记号的年份为收到申请的年份"
    text = "登记号{reference}的年份应为收到申请的年份{year}。"


class SplitParentUnknown(Refusal):
    """A part is split from a request of the same authority received the same day."""

    rule = "拆分所出的申请与原申请为同一机关同日收到"
    article = "国办函〔2020〕109号第四条"
    text = "拆分所出的申请{split_from}不在本机关台账中，或收到日期不是{on}。"


class CommandReused(Refusal):
    """An id of a recording is used once in an authority for ever; another body under it is refused."""

    rule = "一个编号只用于一项登记"
    text = "编号{id}已用于另一项登记（{where}），内容不同，未予登记。请换用新的编号。"


class ContentErased(Refusal):
    """What was told under the id was erased since: whether it is told again is told nobody, for that confirmed it."""

    rule = "已销毁的内容不再核对"
    text = (
        "编号{id}所登记的内容（{where}）已销毁，不能核对与此次是否相同，未予登记。另一项登记请换用新的编号。"
    )


class VersionConflict(Refusal):
    """The request has been recorded to since it was read."""

    rule = "以最新的登记为准"
    text = "{reference}已有新的登记（现为第{present}条，所见为第{expected}条），请重新查看后再登记。"


# --- who may ---


class NoPower(Refusal):
    """The act is not among the officer's powers of that day."""

    rule = "按职权办理"
    text = "{officer}没有“{act}”的职权；此事由{roles}办理。"


class SeparationOfAdministrators(Refusal):
    """三员分立: one person has at most one of the three administrators' roles, and then no other."""

    rule = "三员分立"
    article = "GB/T 22239-2019第8.1.5条"
    text = "{officer}所属的同一人兼有“{administrator}”和“{other}”，二者不得兼任。请先收回其一。"


class NotAnOfficer(Refusal):
    """Once the authority has officers, whoever records is one of them, and in the office that day."""

    rule = "由本机关在任人员登记"
    text = "{field}{officer}在{on}不是本机关的在任人员，不能登记。请由系统管理员先行任用。"


class SamePerson(Refusal):
    """Who drafted does not review or approve, who reviewed does not approve; two officers of one person are one."""

    rule = "起草、审核、批准由不同的人办理"
    article = "第四十五条"
    text = "{officer}与此前起草、审核的是同一人，不能登记“{event}”：{found}。人手不足的，须由上级机关准许从简审批。"


class ApprovalMissing(Refusal):
    """What lacks a review or an approval is recorded by the approver alone, who answers for it."""

    rule = "未经审核、批准的，只由负责人登记"
    article = "第四十五条"
    text = "{officer}不能登记“{event}”：{found}。请先起草并经审核、批准；确已发生的，由负责人确认后登记。"


class GrantNeedsSecondPerson(Refusal):
    """A grant is confirmed by another natural person than who granted it and who gets it."""

    rule = "授权由另一人确认"
    text = "{officer}与授权的人或被授权的人是同一人，不能确认第{grant}条授权；请由另一名管理员确认。"


class FirstOfficersExist(Refusal):
    """The first administrators are set up once, by the program, before there is any officer."""

    rule = "首任管理员只设立一次"
    text = "本机关已有管理员，不能再设首任管理员；人员由系统管理员任用，职权由安全管理员授予。"


class FirstOfficersMissing(Refusal):
    """Officers begin with the two administrators, set up together."""

    rule = "先设首任管理员"
    text = "本机关尚未设立管理员，不能登记“{event}”。请先以 taizhang officer create-first 设立系统管理员和安全管理员。"


class LastAdministrator(Refusal):
    """An authority with officers always has a system and a security administrator."""

    rule = "系统管理员、安全管理员不可空缺"
    text = "{officer}是仅有的{role}，离任或收回职权之后将无人接替。请先任用并授权新的{role}。"


class NotTheSuperior(Refusal):
    """A waiver comes from an approver of the superior in force."""

    rule = "从简审批由上级机关准许"
    text = "{officer}不是本机关{on}的上级机关的负责人，不能准许从简审批。"


# --- who comes in ---


class TokenClosed(Refusal):
    """The machine's token opens only authorities to which no officer was ever appointed."""

    rule = "已任用人员的机关不再以本机令牌办理"
    text = "本机关已任用人员：请以账号登录，程序以所发的密钥办理。"


class LoginFailed(Refusal):
    """One text, whether there is no such account, the password is wrong or the account is locked."""

    rule = "账号和口令应相符"
    text = "账号或口令不符，没有登录。连续{attempts}次不符的，账号锁定{minutes}分钟；忘记口令的，请系统管理员重置。"


class TooManyFailures(Refusal):
    """Too many wrong passwords came from one address, whosever they were meant to be."""

    rule = "同一地址的口令错误不得过多"
    text = "此地址在{minutes}分钟内口令不符已达{attempts}次，请稍后再试。"


class AccountUnknown(Refusal):
    """The officer has no account."""

    rule = "账号应已开立"
    text = "没有账号{officer}，请先以 taizhang account create 开立。"


class AccountExists(Refusal):
    """An officer has one account."""

    rule = "一名人员一个账号"
    text = "账号{officer}已经开立；忘记口令的，请用 taizhang account password。"


class AccountDisabled(Refusal):
    """The account was disabled, or nobody came in with it for long."""

    rule = "停用的账号不能登录"
    text = "账号{officer}{why}，不能登录；请系统管理员以 taizhang account unlock 启用。"


class PasswordUnfit(Refusal):
    """The password is not what the office's policy asks for."""

    rule = "口令应合乎口令规则"
    text = "新口令{fault}，请另选。"


class PasswordReused(Refusal):
    """The password was in use not long ago."""

    rule = "近期用过的口令不再用"
    text = "新口令与最近{count}个口令之一相同，请另选。"


class SessionUnknown(Refusal):
    """The officer has no such session in force."""

    rule = "只能结束本人的会话"
    text = "没有这一会话，或已结束。"


class KeyUnknown(Refusal):
    """There is no such key in force, or it is another officer's."""

    rule = "密钥应在有效期内"
    text = "没有这一密钥，或已吊销。"


class KeyBeyondPowers(Refusal):
    """A key may do no more than the officer it belongs to."""

    rule = "密钥可办的事项不超出其所属人员的职权"
    text = "{officer}现有的职权不含：{acts}。"


class PurposeRequired(Refusal):
    """Personal data are read for a purpose, which is kept (个人信息保护法 6)."""

    rule = "查阅个人信息须写明目的"
    article = "个人信息保护法第六条"
    text = "请以purpose写明查阅的目的，它与查阅人、时间一并记入访问日志。"
