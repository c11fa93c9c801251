"""What the history of an annual report refuses."""

from __future__ import annotations

from domain.law.refusals import Refusal


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


class DocumentListed(Refusal):
    """A document's number is used once in the register of documents."""

    rule = "文件按文号登记一次"
    text = "{document_no}已在文件目录中（{on}制发）。"


class DocumentNotListed(Refusal):
    """What happens to a document happens to one that is listed."""

    rule = "变更、修订、废止的文件应已登记"
    text = "文件目录中没有{document_no}。"


class DocumentOver(Refusal):
    """A document that is no longer in force is neither amended nor abolished."""

    rule = "修订、废止的文件应现行有效"
    text = "{document_no}已于{on}废止或失效。"


class NotProactive(Refusal):
    """Only what is disclosed proactively has a day on which it was made public."""

    rule = "公开日期为主动公开的文件所有"
    text = "{document_no}写有公开日期，公开属性应为主动公开。"


class TooManyDocuments(Refusal):
    """A year's stream is read whole for its report."""

    rule = "一个年度登记的文件有限"
    text = "{year}年度的文件登记已有{count}条，不能再登记。"


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


class NotTheForm(Refusal):
    """Tables that were published are entered in the form that they have, every row of it."""

    rule = "录入的表格合乎年报格式"
    article = "第五十条"
    text = "录入的{year}年度报告与{format}年格式不符：{what}。"


class NotTakenOver(Refusal):
    """A report covers another authority only where the reform leaves that one's year to its successor."""

    rule = "并入的是由本机关承接、其年度报告由本机关一并报告的机关的数字"
    text = "{predecessor}{year}年度的数字不能并入本机关的年度报告：{why}。"


class PublishedHere(Refusal):
    """A report is entered as published only if that was before the register was opened; a later one goes its way."""

    rule = "设立台账以后公布的年度报告，经编制、送审、批准后公布"
    article = "第四十九条"
    text = "{year}年度报告的公布之日{on}不早于设立台账之日{opened_on}，不能登记“{event}”。请依次登记编制、送审、批准、公布。"
