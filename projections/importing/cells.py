"""Cells that any column of a register may have: ticks, blanks, totals, notes."""

from __future__ import annotations

import re

TOTAL = re.compile(r".{0,12}(?:合计|总计|小计|共计|累计)(?:[为共]?\d{1,5}[件条项]?)?|其中.{0,12}")
NOTES = (
    "注",
    "备注",
    "说明",
    "填表",
    "制表",
    "审核",
    "填报",
    "联系人",
    "单位负责人",
    "统计",
    "截至",
    "以上",
)
TICKS = frozenset("√✓✔☑●○1是有yvV")
AS_ABOVE = frozenset(("同上", "同上行", "〃", "″", '"', "''", "”", "“"))
NOTHING = frozenset(("", "-", "/", "—", "——", "无"))
UNTICKED = frozenset(("0", "×", "✗", "否", "□", "☐"))
NOT_DONE = UNTICKED | {
    "未",
    "没有",
    "未征求",
    "未复议",
    "未申请复议",
    "未诉讼",
    "未起诉",
    "未提起诉讼",
}
CARRIED = re.compile(r"上年(度)?结转|结转上年|上年(度)?(转入|未办结)")
NEW = re.compile(r"本年(度)?新收|新收|本年(度)?收到")
