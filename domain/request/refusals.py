"""What the history of a request refuses."""

from __future__ import annotations

from domain.law.refusals import Refusal


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
    """An archived request is only handed over, appealed, served, reopened or amended (Art. 45)."""

    rule = "归档的申请只登记送达、移交、复议诉讼、重新处理和更正"
    article = "第四十五条"
    text = "{reference}已于{archived_on}归档，不能登记“{event}”。需重新处理的，请先登记重新处理。"


class NotClosed(Refusal):
    """Only a closed request is archived (Art. 45)."""

    rule = "办结后归档"
    article = "第四十五条"
    text = "{reference}尚未办结，不能登记“{event}”。"


class NotArchived(Refusal):
    """What is handed over to the archives was archived by the office before (档案法 15)."""

    rule = "归档后移交档案馆"
    article = "档案法第十五条"
    text = "{reference}尚未归档，不能登记“{event}”。请先登记归档。"


class AlreadyHandedOver(Refusal):
    """A file is handed over once; one that was reopened, once more after it is archived again (档案法 15)."""

    rule = "案卷只移交一次"
    article = "档案法第十五条"
    text = "{reference}已于{handed_over_on}移交档案馆，不能再登记“{event}”。原登记有误的，请更正。"


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
    """Only a request whose supplement was required can be supplemented or lapse for want of it (Art. 30)."""

    rule = "告知补正的，才登记补正或逾期不补正"
    article = "第三十条"
    text = "{reference}未在等待补正，不能登记“{event}”。"


class NoFeeCharged(Refusal):
    """Only a charged fee can be paid or lapse (Art. 42)."""

    rule = "通知缴费的，才登记缴费或逾期不缴费"
    article = "第四十二条"
    text = "{reference}未在等待缴费，不能登记“{event}”。"


class TermNotOver(Refusal):
    """A request lapses only after the term set in the notice (Art. 30, 42)."""

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
    """Only an answer, or another paper, dated on or before the day can be served."""

    rule = "送达的答复或者其他文书应已作出"
    article = "第三十六条"
    text = "{reference}在{on}尚无答复，也没有所指的文书，不能登记送达。"


class PartsDiffer(Refusal):
    """The outcome follows from those of the parts: some given out and some not is in part (Art. 37)."""

    rule = "办理结果与各部分的结果相符，有公开也有不公开的为部分公开"
    article = "第三十七条"
    text = "{reference}的办理结果“{outcome}”与各部分的结果不符，应为{expected}。"


class EarlierReferenceUnknown(Refusal):
    """A repeated request names the earlier one, which is another request of this register, received by the day of the
    answer (Art. 36).
    """

    rule = "重复申请所指的此前申请应在本机关台账中"
    article = "第三十六条第六项"
    text = "此前的申请{earlier_reference}不在本机关台账中，或即为本申请，或在答复之后才收到。请核对登记号；此前的申请未入台账的，不写此项。"


class SplitFromItself(Refusal):
    """A part is split from another request of the same day of receipt and the same authority."""

    rule = "拆分所出的申请与原申请为两件"
    article = "国办函〔2020〕109号第四条"
    text = "拆分所出的申请{split_from}应为本机关{on}收到的另一件申请。"


class DraftExists(Refusal):
    """A draft's name is used again only after it was returned."""

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


class RetentionNotOver(Refusal):
    """Archived files are kept until their retention is over; before, only an order lets personal data be erased."""

    rule = "档案保管期限届满后才销毁个人信息，依法责令销毁的除外"
    article = "第四十五条、个人信息保护法第四十七条"
    text = (
        "{reference}已归档，保管期限{until}，{on}不能登记“{event}”。"
        "依法责令提前销毁的，提请销毁的依据请写“依法责令提前销毁”；需停止使用的，请登记限制处理个人信息。"
    )


class ErasureNotRequested(Refusal):
    """An erasure names a request for it, made after appraisal and not carried out yet."""

    rule = "销毁个人信息应先提请，并有鉴定文号"
    article = "个人信息保护法第四十七条"
    text = "{reference}第{requested}条不是待执行的提请销毁，不能据以销毁。"


class ErasedBySamePerson(Refusal):
    """An erasure is requested by one natural person and carried out by another."""

    rule = "提请销毁与执行销毁不为同一人"
    text = "{reference}的销毁由提请人本人（或其代理）执行，未予登记。请由另一人执行。"


class ErasureIsFinal(Refusal):
    """What was erased is gone: neither the erasure nor what it rests on is amended."""

    rule = "已执行的销毁不更正"
    text = "{reference}第{target}条登记的销毁已经执行，内容不能恢复，不能更正或撤销。"


class ErasedStaysErased(Refusal):
    """What was erased is not typed in again with a correction: the value is left as it is."""

    rule = "已销毁的内容不随更正再录入"
    article = "个人信息保护法第四十七条"
    text = "{reference}第{target}条登记中已销毁的内容不能随更正再录入，请留空；其余各项可以更正。"


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


class OtherDocument(Refusal):
    """What was filed stays what it is: a replacement keeps its kind of content and its size."""

    rule = "入卷材料的类型和大小以所收内容为准"
    text = "{reference}第{target}条入卷材料的类型和大小不能更正。内容有误的，请撤销原登记后另行入卷。"


class ReferenceTooFar(Refusal):
    """A reference brought along lies within what a register of a year could hold: a slip would use up the numbers."""

    rule = "自带的登记号不超出一年可能的件数"
    text = "登记号{reference}过大：一个机关一年的登记号不超过{limit}，本年已用到第{last}号。请核对。"


class RequestUnknown(Refusal):
    """The authority's register has no such request."""

    rule = "申请应在本机关台账中"
    text = "本机关台账中没有{reference}。"


class SplitParentUnknown(Refusal):
    """A part is split from a request of the same authority received the same day."""

    rule = "拆分所出的申请与原申请为同一机关同日收到"
    article = "国办函〔2020〕109号第四条"
    text = "拆分所出的申请{split_from}不在本机关台账中，或收到日期不是{on}。"


class ReceiptNotImported(Refusal):
    """What is imported belongs to a request that was imported: one that is handled here has its own steps."""

    rule = "导入的事项只登记在导入的申请上"
    text = "{reference}不是导入的申请，不能导入“{event}”。请按实际办理逐项登记。"


class NoSuchImport(Refusal):
    """An imported entry is recorded with the import that it belongs to, which names its file."""

    rule = "导入的事项随导入的批次一并登记"
    text = "“{event}”写明来自导入的文件，却不在该文件的导入批次中。请用taizhang import导入。"
