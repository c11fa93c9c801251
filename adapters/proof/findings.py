"""The findings of verification: a code for each rule, with the rule in Chinese. Codes never change."""

from __future__ import annotations

from collections import Counter

import msgspec

RULES: dict[str, str] = {
    # the log
    "position_gap": "日志位置从1起连续，不缺不重",
    "version_gap": "每一流的条次从1起连续，依日志位置递增",
    "time_reversed": "登记时间不随日志位置倒退；访问日志的时间不早于前面的10分钟以上",
    "head_mismatch": "日志的末条即本机关最后给出的位置",
    "entry_changed": "登记的每一列与存证时的叶值一致",
    "leaf_format_unknown": "叶值的算法是本程序所知的",
    "suite_switched": "算法套件只在由两种密钥签名的存证点处换用，此前此后的登记、存证点各用其一",
    "suite_unknown": "摘要、签名和密文所用的算法套件是本程序所知的",
    "entry_unreadable": "每条登记都能读出",
    # checkpoints
    "root_mismatch": "由叶值算出的树根与存证点所签的一致",
    "checkpoint_beyond_log": "存证点所签的条数不超过日志",
    "checkpoint_malformed": "存证点合于C2SP格式，属于本日志",
    "signature_unknown": "存证点由可信的密钥签名",
    "signature_wrong": "签名与存证点的内容相符",
    "seal_overdue": "登记后60秒内存证，访问日志5分钟内",
    "handed_over_differs": "移交归档的访问日志与移交时登记的树根一致",
    # what an auditor holds
    "pin_inconsistent": "日志由审计人员先前所见的存证点延续而来",
    "pin_ahead": "日志不短于审计人员先前所见的存证点",
    # the law and the register
    "act_impossible": "每项登记依当日的法律和规则可以登记",
    "act_from_outside": "其他机关的人员，除由上级机关准许从简审批外，不在本机关登记",
    "act_judged_otherwise": "经办人确认的与规定不符之处，与依当日的法律重新判断的一致",
    "register_differs": "台账各行与由日志重新推算的一致",
    "pinned_differs": "公布的年度报告的表格与其时的日志一致",
    # bundles and receipts
    "file_missing": "审计包内应有的文件齐全",
    "file_changed": "审计包内各文件与包内清单一致",
    "file_unlisted": "审计包内没有清单之外的文件",
    "file_malformed": "审计包内各文件合于格式",
    "entry_missing": "审计包内所属期间的登记和有关申请的登记齐全",
    "payload_changed": "登记内容与叶值中的摘要一致",
    "commitment_mismatch": "封存内容与登记中的承诺值一致",
    "document_unknown": "所给的文件是入卷的材料之一，未被改动",
    "inclusion_wrong": "回执的证明路径通到存证点的树根",
}

_KEPT = 50


class LogFinding(msgspec.Struct, frozen=True, omit_defaults=True):
    """code: see RULES. where: in words; position, reference and version if about an entry; size if about a checkpoint.
    log: key of the log."""

    code: str
    where: str
    text: str
    position: int | None = None
    reference: str | None = None
    version: int | None = None
    size: int | None = None
    log: str = "events"

    @property
    def rule(self) -> str:
        return RULES[self.code]


class Findings:
    """Findings in the order found: for each code the first fifty, and how many there are in all."""

    def __init__(self) -> None:
        self.kept: list[LogFinding] = []
        self.counts: Counter[str] = Counter()

    def add(self, finding: LogFinding) -> None:
        self.counts[finding.code] += 1
        if self.counts[finding.code] <= _KEPT:
            self.kept.append(finding)
