"""Refusals of mail."""

from __future__ import annotations

from domain.law.refusals import Refusal


class MailAddressRefused(Refusal):
    """Mail is sent only to domains that the machine's administrator allows."""

    rule = "邮件地址的域名由管理员允许"
    text = "邮件地址{problem}。"


class MailAddressMissing(Refusal):
    """An officer without an address gets no mail."""

    rule = "收邮件须先填写地址"
    text = "{officer}没有填写邮件地址。"


class MailNotSent(Refusal):
    """The mail server did not accept the mail."""

    rule = "邮件由本机关的邮件服务器收下"
    text = "没有发出：{problem}。taizhang doctor可检查发信的设置。"
