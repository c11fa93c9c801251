"""What the way to reconsideration and to court refuses."""

from __future__ import annotations

from domain.law.refusals import Refusal


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
    text = "{reference}在{on}尚无答复；对未答复提起的，理由请选“未答复”。"


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
