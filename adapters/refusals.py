"""What the outside world refuses: no such entry, document, authority, account."""

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
    """Only kinds of content that can be told by the content itself are taken, and no programs."""

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
    text = "存证点目前覆盖日志的前{size}条，第{position}条尚未存证或不存在。请运行 taizhang seal 后再试。"


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
    """A year has at most 999,999,999 numbers, and a log of before may have used them up."""

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
    """A register of before comes as a spreadsheet with a heading, and a mapping as TOML."""

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


class CodeWrong(Refusal):
    """Not a code of the officer's second factor, or one that was used. No hint which."""

    rule = "动态口令每个只用一次"
    text = "动态口令或恢复码不符，或者已经用过；连续{attempts}次不符，账号锁定{minutes}分钟。"


class SecondFactorExists(Refusal):
    """One who has a second factor does not enrol another."""

    rule = "每人一个动态口令"
    text = "账号{officer}已经启用动态口令；设备遗失的，由安全管理员提出、另一名管理员确认重置。"


class SecondFactorMissing(Refusal):
    """There is none to be proved, or none that was begun to be enrolled."""

    rule = "先启用动态口令或通行密钥"
    text = "账号{officer}还没有启用所用的动态口令或通行密钥，请先启用。"


class PasskeyWrong(Refusal):
    """It did not sign what was asked in this session, or is none of the officer's. No hint which."""

    rule = "通行密钥所签为本次所问"
    text = "通行密钥没有通过验证，或者等得太久；请再试一次。连续{attempts}次不符，账号锁定{minutes}分钟。"


class PasskeyCopied(Refusal):
    """Its counter went back: somebody has a copy of it."""

    rule = "通行密钥的使用次数只增不减"
    text = "通行密钥的使用次数少于以前，它可能已被复制，没有通过验证；请用别的方式验证，移除它，并告知安全管理员。"


class PasskeyNotAdded(Refusal):
    """What came from the browser is no new passkey for this register."""

    rule = "新的通行密钥为本次所制"
    text = "没有收到合乎要求的通行密钥，或者等得太久，或者它已经登记；请再试一次。"


class PasskeyUnknown(Refusal):
    """None of the officer's."""

    rule = "通行密钥应已登记"
    text = "没有这一通行密钥。"


class TooManyPasskeys(Refusal):
    """An officer has some, not any number."""

    rule = "每人的通行密钥有限"
    text = "每人至多{limit}个通行密钥，请先移除不用的。"


class LastSecondFactor(Refusal):
    """Nobody takes away their only second factor by themselves."""

    rule = "唯一的登录验证方式不能自行移除"
    text = "这是唯一的登录验证方式，不能自行移除；请先启用另一种，或由安全管理员提出、另一名管理员确认重置。"


class PasskeysOff(Refusal):
    """The register does not know under which address browsers find it."""

    rule = "通行密钥须先设定访问地址"
    text = "本机没有设定访问地址（TAIZHANG_ORIGIN），不能使用通行密钥；请用动态口令。"


class ProviderOff(Refusal):
    """The machine knows no identity provider."""

    rule = "统一身份认证须先设定"
    text = "本机没有设定统一身份认证，请以账号和口令登录。"


class ProviderUnavailable(Refusal):
    """The identity provider does not answer. Passwords open the register all the same to whom they are left."""

    rule = "统一身份认证可用时以它登录"
    text = "统一身份认证暂时不能使用（{problem}），没有登录；系统管理员、安全管理员、审计员可以用账号和口令应急登录。"


class IdentityRefused(Refusal):
    """What came back from the provider is not believed, or not of a login that this browser began."""

    rule = "登录以本浏览器所问、统一身份认证所签的为准"
    text = "统一身份认证的答复没有通过验证，没有登录；请从登录页重新登录。"


class SubjectNotBound(Refusal):
    """Whom the provider names is bound to no officer, and never is by itself."""

    rule = "登录的身份应已绑定人员"
    text = (
        "统一身份认证已通过，但这一身份没有绑定{code}的人员，没有登录。请将其标识交该机关的系统管理员绑定。"
    )


class SubjectAmbiguous(Refusal):
    """Whom the provider names is bound to several officers: which one is meant nobody knows."""

    rule = "一个身份绑定一名人员"
    text = "这一身份绑定了几名人员（{officers}），没有登录；请系统管理员解除其余的绑定。"


class LocalLoginClosed(Refusal):
    """The office's rule leaves passwords to its administrators, for when the provider is down."""

    rule = "非管理员以统一身份认证登录"
    text = "按本机关的办理规则，{officer}须以统一身份认证登录；本机账号和口令只供系统管理员、安全管理员、审计员应急。"


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


class CredentialUnknown(Refusal):
    """There is no session or key in force with this id."""

    rule = "会话和密钥应在有效期内"
    text = "没有这一会话或密钥，或已失效。"


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


class WebhookUnknown(Refusal):
    """There is no such webhook, or it is another service account's."""

    rule = "推送应已设定"
    text = "没有这一推送，或已撤销。"


class WebhookAddressRefused(Refusal):
    """Deliveries go where the administrator of the machine allows them to, and nowhere else."""

    rule = "推送地址由管理员允许"
    text = "推送地址{problem}。"


class TooManyWebhooks(Refusal):
    """A bound on what is looked at every second."""

    rule = "推送的个数有限"
    text = "本机关的推送已有{limit}个，请先撤销不用的。"


class MailAddressRefused(Refusal):
    """Mail goes to addresses of the domains that the administrator of the machine allows."""

    rule = "邮件地址的域名由管理员允许"
    text = "邮件地址{problem}。"


class MailAddressMissing(Refusal):
    """Who has no address gets no mail."""

    rule = "收邮件须先填写地址"
    text = "{officer}没有填写邮件地址。"


class MailNotSent(Refusal):
    """The office's mail server takes mail for the office's own people."""

    rule = "邮件由本机关的邮件服务器收下"
    text = "没有发出：{problem}。taizhang doctor可检查发信的设置。"


class CalendarUnknown(Refusal):
    """There is no such calendar, or its address was revoked."""

    rule = "日历地址应在使用中"
    text = "没有这一日历地址，或已停用。"


class TooManyCalendars(Refusal):
    """A bound on addresses that nobody looks after."""

    rule = "日历地址的个数有限"
    text = "已有{limit}个日历地址，请先停用不用的。"
