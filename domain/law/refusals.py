"""What cannot be recorded: one class per rule.

A refusal stores nothing. Its code is the class's name in snake case and never changes, its rule says in
Chinese what holds for all, its text
gives the facts and what to do instead. What is unlawful but real is no refusal: see `irregularities`.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """An event that cannot be. version: the entry at fault, if it is one of a history.

    article: of the law under which the request was received. because: what leads to it, where another entry was being
    recorded. hint: what else may help.
    """

    code: ClassVar[str] = "refusal"
    rule: ClassVar[str] = ""
    article: str = ""
    text: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, version: int | None = None, **facts: Any) -> None:
        self.version = version
        self.facts = facts
        self.because = ""
        self.hint = ""
        super().__init__(version, facts)

    def __str__(self) -> str:
        sentence = self.text.format(**self.facts)
        if self.article:
            sentence = f"{sentence.removesuffix('。')}（{self.article}）。"
        return self.because + sentence + self.hint


# --- what was sent ---


class Malformed(Refusal):
    """The event has not the shape of its type: a missing, unknown or ill-formed field."""

    rule = "所写的应合乎格式"
    text = "{field}{problem}"


class UnknownCode(Refusal):
    """A code that is in no vocabulary."""

    rule = "代码应取自代码表"
    text = "{field}不在可选的值之中。可用：{allowed}"


class InTheFuture(Refusal):
    """A fact cannot be dated after the day it is recorded."""

    rule = "尚未发生的事不登记"
    text = "{field}为{day}，晚于登记当日{today}：尚未发生的事不能登记。"


class BeforeReceipt(Refusal):
    """A fact of a request cannot be dated before its receipt (Art. 31)."""

    rule = "申请的各事项不早于收到申请之日"
    article = "第三十一条"
    text = "{field}为{day}，早于收到申请之日{received_on}。"

    def __init__(self, version: int | None = None, **facts: Any) -> None:
        super().__init__(version, **facts)
        self.hint = "收到日期有误的，请先更正收到申请的登记。"


class DatesReversed(Refusal):
    """A term cannot end before it begins, nor a later fact precede the one it follows."""

    rule = "期限不早于起算之日，后事不早于前事"
    text = "{field}为{day}，早于{than}（{limit}）。"


# --- acknowledging ---


class AcknowledgedWithoutCause(Refusal):
    """Only irregularities that the event adds can be acknowledged."""

    rule = "只确认此项登记所带来的情况"
    text = "所确认的与此项登记的情况不符，未予登记。{codes}"


# --- the register as kept ---


class AuthorityNotRegistered(Refusal):
    """The authority's register opens with `registered`."""

    rule = "机关先设立台账再登记"
    text = "该机关尚未设立台账，请先登记设立台账。"


class WrongStream(Refusal):
    """Events of a request and of the authority are kept apart."""

    rule = "申请的登记与机关自己的登记分开"
    text = "“{type}”不属于这一类登记。"


# --- recording ---


class ContentErased(Refusal):
    """What was sent under the id is erased: whether the same is sent again is not disclosed, since that would confirm it."""

    rule = "已销毁的内容不再核对"
    text = (
        "编号{id}所登记的内容（{where}）已销毁，不能核对与此次是否相同，未予登记。另一项登记请换用新的编号。"
    )


# --- who comes in ---


class TokenClosed(Refusal):
    """The machine's token opens only authorities to which no officer was ever appointed."""

    rule = "已任用人员的机关不再以本机令牌办理"
    text = "本机关已任用人员：请以账号登录，程序以所发的密钥办理。"
