"""What the register and its log refuse: no such authority, entry, document, edition."""

from __future__ import annotations

from domain.law.refusals import Refusal


class DocumentUnknown(Refusal):
    """The entry asked for filed no document."""

    rule = "所问的材料应已入卷"
    text = "{reference}第{asked}条登记没有入卷材料。"


class DocumentErased(Refusal):
    """The document was erased with the personal data of its request."""

    rule = "已销毁的材料不能取出"
    text = "{reference}第{asked}条登记的材料已销毁。"


class DocumentNotAccepted(Refusal):
    """Only kinds of content that are recognised by the content itself are accepted, and no programs."""

    rule = "入卷材料的类型由内容识别"
    text = "所收内容{problem}。可用：{allowed}。"


class DocumentTooLarge(Refusal):
    """A document has an upper bound."""

    rule = "一份入卷材料不超过20 MiB"
    text = "材料超过20 MiB，未予入卷。请分册入卷。"


class CaseFileTooLarge(Refusal):
    """Bound to one PDF, a case's file is held in memory whole."""

    rule = "一件卷宗的PDF不超过100 MiB"
    text = "{reference}的材料合计超过100 MiB，不能合为一个PDF。请取压缩包（.zip），其中为各件原件。"


class BundleTooLarge(Refusal):
    """A bundle is made and checked in memory."""

    rule = "一个审计包所附的材料不超过500 MiB"
    text = "所问期间的材料合计超过500 MiB，不能附在一个审计包里。请分期间导出，或不附材料。"


class NotYetOpened(Refusal):
    """At the moment asked for the register was not open."""

    rule = "所问的时刻在设立台账之后"
    text = "截至所问的时刻，该机关尚未设立台账。"


class BeyondTheLog(Refusal):
    """A log position asked for has been reached."""

    rule = "所问的日志位置已登记到"
    text = "日志只到位置{last}，没有位置{position}。"


class LogReplaced(Refusal):
    """The entry at a log position is the one that the caller has seen there."""

    rule = "续取日志时，先前所见的登记仍在其位置"
    text = "日志位置{position}的登记不是先前所见的那一条：数据库恢复到过较早的时刻，其后另有登记。请从更早的位置重新取。"


class EntryUnknown(Refusal):
    """A request has as many entries as were recorded."""

    rule = "所问的登记应已存在"
    text = "{reference}只有{last}条登记，没有第{asked}条。"


class AccessUnknown(Refusal):
    """The access log has no such line."""

    rule = "所问的记录应在访问日志中"
    text = "访问日志中没有这一条。"


class AccessesKept(Refusal):
    """The access log is kept for as long as the policy says, six months at least."""

    rule = "访问日志应按期限保存"
    text = "访问日志应保存{months}个月，{until}的须保存至{day}，此后才可移交归档。"


class NothingHandedOver(Refusal):
    """What is dropped lies in the archive; what goes there is here."""

    rule = "访问日志先移交归档，然后删除"
    text = "{until}的访问日志没有可以移交或删除的。"


class NotSealedYet(Refusal):
    """Only what a checkpoint covers can be proved."""

    rule = "存证之后才能证明"
    text = "存证点目前覆盖日志的前{size}条，第{position}条尚未存证或不存在。存证由程序每隔片刻进行，请稍候再试；急用的，请管理员在本机运行 taizhang seal。"


class CheckpointOverdue(Refusal):
    """An office that asked for it records no more when nobody could prove what it recorded last."""

    code = "unsealed_too_long"
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


class SuiteChanged(Refusal):
    """Where the log changed its algorithms one checkpoint has both roots: a proof ends there, and another begins."""

    rule = "一致性在同一种算法的存证点之间证明"
    text = "日志在第{first}条与第{second}条之间换用了算法，请分两段证明：先到第{size}条，再由第{size}条起。"


class NotComplete(Refusal):
    """A period before the register is complete gives no table."""

    rule = "台账不完整的期间不统计"
    text = "台账自{complete_since}起完整，不能统计{first}至{last}。"


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


class TooManyLetters(Refusal):
    """One file holds so many letters of a day."""

    rule = "一日的文书合印，件数有限"
    text = "{on}的文书超过{most}件，不能合印为一个文件，请逐件取出。"


class TooManyTexts(Refusal):
    """A search by words opens so many sealed texts."""

    rule = "按文字查找，一次查看的文字有限"
    text = (
        "所问期间收到的申请，封存的文字超过{most}件，一次查不完。请缩短期间，或改按登记号、事项、申请人查找。"
    )


class NotAllLetters(Refusal):
    """Letters of a day are given out all together, or without those that cannot be made if that is asked for."""

    rule = "一日的文书齐全才合印"
    text = "{on}的文书不能合印：{found}。"


class AuthorityUnknown(Refusal):
    """The authority has no register here."""

    rule = "机关应在本台账中"
    text = "没有这一机关，请核对机关代码。"


class ReferenceTaken(Refusal):
    """A reference brought along is free in the authority."""

    rule = "登记号不重复"
    text = "登记号{reference}已有申请，不能再用。"


class NumbersExhausted(Refusal):
    """A year has at most 999,999,999 numbers, and an earlier log may have used them up."""

    rule = "一年的登记号有限"
    text = "{year}年的登记号已用尽；如因自带的登记号过大，请自带登记号登记。"


class ReferenceOfOtherYear(Refusal):
    """A reference brought along bears the year of receipt."""

    rule = "登记号的年份为收到申请的年份"
    text = "登记号{reference}的年份应为收到申请的年份{year}。"


class IdempotencyKeyReused(Refusal):
    """An id of a recording is used once in an authority for ever; another body under it is refused."""

    code = "command_reused"
    rule = "一个编号只用于一项登记"
    text = "编号{id}已用于另一项登记（{where}），内容不同，未予登记。请换用新的编号。"


class FileNotRead(Refusal):
    """An earlier register comes as a spreadsheet with a heading, and a mapping as TOML."""

    rule = "导入的是有表头的电子表格"
    text = "文件不能导入：{why}。"


class ImportChangedSince(Refusal):
    """An import is taken back as a whole only while nothing else was recorded of its requests."""

    rule = "导入后另有登记的，不整批撤销"
    text = "第{number}批导入的申请中有{count}件后来另有登记，不能整批撤销：{references}。请先撤销后来的导入，或逐件更正。"


class VersionConflict(Refusal):
    """The request has been recorded to since it was read."""

    rule = "以最新的登记为准"
    text = "{reference}已有新的登记（现为第{present}条，所见为第{expected}条），请重新查看后再登记。"


class PurposeRequired(Refusal):
    """Personal data are read for a purpose, which is kept (个人信息保护法 6)."""

    rule = "查阅个人信息须写明目的"
    article = "个人信息保护法第六条"
    text = "请写明查阅的目的，它与查阅人、时间一并记入访问日志。"
