"""What a login, a session, a key or a second factor is refused by."""

from __future__ import annotations

from domain.law.refusals import Refusal


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
    text = "没有账号{officer}，请系统管理员先开立（“人员”页，或 taizhang account create）。"


class AccountExists(Refusal):
    """An officer has one account."""

    rule = "一名人员一个账号"
    text = "账号{officer}已经开立；忘记口令的，请系统管理员重置（“人员”页，或 taizhang account password）。"


class AccountDisabled(Refusal):
    """The account was disabled, or nobody came in with it for long."""

    rule = "停用的账号不能登录"
    text = "账号{officer}{why}，不能登录；请系统管理员恢复账号（“人员”页，或 taizhang account unlock）。"


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


class CalendarUnknown(Refusal):
    """There is no such calendar, or its address was revoked."""

    rule = "日历地址应在使用中"
    text = "没有这一日历地址，或已停用。"


class TooManyCalendars(Refusal):
    """A bound on addresses that nobody looks after."""

    rule = "日历地址的个数有限"
    text = "已有{limit}个日历地址，请先停用不用的。"
