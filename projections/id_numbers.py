"""Normalises id numbers, and warns if the check digit is wrong; they are never refused."""

from __future__ import annotations

import re
import unicodedata

_RESIDENT = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def normalised(text: str) -> str:
    """Without spaces and hyphens, in half-width capitals."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def doubt(kind: str | None, text: str) -> str:
    """What is odd about the number in one sentence; empty where nothing is, or nothing is known of its kind.

    GB 11643-1999 for residents, GB 32100-2015 for credit codes.
    """
    number = normalised(text)
    match kind:
        case "resident_id":
            if not re.fullmatch(r"\d{17}[\dX]", number):
                return "居民身份证号码应为18位，末位可为X"
            total = sum(int(digit) * weight for digit, weight in zip(number, _RESIDENT, strict=False))
            return "" if "10X98765432"[total % 11] == number[17] else "居民身份证号码的校验位不符，请核对"
        case "credit_code":
            if len(number) != 18 or any(each not in _CREDIT for each in number):
                return "统一社会信用代码应为18位数字和大写字母（不含I、O、S、V、Z）"
            total = sum(_CREDIT.index(each) * pow(3, nth, 31) for nth, each in enumerate(number[:17]))
            fits = _CREDIT[(31 - total % 31) % 31] == number[17]
            return "" if fits else "统一社会信用代码的校验位不符，请核对"
        case _:
            return ""
