"""Refusals of webhooks."""

from __future__ import annotations

from domain.law.refusals import Refusal


class WebhookUnknown(Refusal):
    """There is no such webhook, or it belongs to another service account."""

    rule = "推送应已设定"
    text = "没有这一推送，或已撤销。"


class WebhookAddressRefused(Refusal):
    """Deliveries go only to addresses that the machine's administrator allows."""

    rule = "推送地址由管理员允许"
    text = "推送地址{problem}。"


class TooManyWebhooks(Refusal):
    """The number of webhooks is limited, since all of them are checked every second."""

    rule = "推送的个数有限"
    text = "本机关的推送已有{limit}个，请先撤销不用的。"
