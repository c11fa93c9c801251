"""Password policies: two, of which the administrator chooses one.

The classified protection of China (GB/T 22239-2019, 8.1.4.1) asks for composition and for change at intervals; OWASP
ASVS 5.0 (6.2.5, 6.2.10) forbids both. Neither can be had with the other, so each has its name.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

PolicyName = Literal["mlps3", "asvs"]


class PasswordPolicy(msgspec.Struct, frozen=True):
    """shortest, longest: characters. classes: of the four (lower, upper, digits, others) that must be there.

    days: after which it is to be changed; None: never. not_reused: the last so many may not come again, the present
    one counted. idle_days: without a login, after which the account is disabled; None: never. refuses_common: none
    that is guessed first, nor one that holds the officer's id.
    """

    name: PolicyName
    shortest: int = 12
    longest: int = 128
    classes: int = 1
    days: int | None = None
    not_reused: int = 1
    idle_days: int | None = None
    refuses_common: bool = False


POLICIES: dict[PolicyName, PasswordPolicy] = {
    "mlps3": PasswordPolicy("mlps3", classes=3, days=90, not_reused=5, idle_days=90),
    "asvs": PasswordPolicy("asvs", refuses_common=True),
}

_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")

_STEMS = (
    "password", "passw0rd", "p@ssw0rd", "passwd", "administrator", "admin", "root", "qwertyuiop", "qwerty", "asdfghjkl",
    "asdf", "zxcvbnm", "zxcvbn", "1qaz2wsx3edc", "1qaz2wsx", "1qaz", "2wsx", "q1w2e3r4", "letmein", "welcome", "iloveyou",
    "monkey", "dragon", "sunshine", "football", "princess", "changeme", "secret", "default", "test", "guest", "user",
    "login", "master", "hello", "woaini", "wodemima", "mima", "gongkai", "zhengfu", "taizhang", "huadu", "china",
    "beijing", "guangzhou", "shanghai",
)  # fmt: skip
"""Stems of common passwords, from published lists."""

_LEFT = 6
"""Minimum characters besides such stems, runs and repetitions."""


def fault(password: str, officer: str, policy: PasswordPolicy) -> str | None:
    """Why the policy refuses the password, in Chinese, without repeating it; None if it does not. Reuse is checked
    elsewhere."""
    if len(password) < policy.shortest:
        return f"不足{policy.shortest}个字符"
    if len(password) > policy.longest:
        return f"超过{policy.longest}个字符"
    if sum(re.search(each, password) is not None for each in _CLASSES) < policy.classes:
        return f"小写字母、大写字母、数字、其他字符中不足{policy.classes}类"
    if policy.refuses_common:
        if officer in password.lower():
            return "含有账号"
        if _left(password) < _LEFT:
            return "过于常见，如连续或重复的字符、常用的词"
    return None


def _left(password: str) -> int:
    """The number of characters outside of stems, repetitions, and runs like abcd or 4321."""
    text = password.lower()
    for stem in _STEMS:
        text = text.replace(stem, " ")
    left, before = 0, ""
    for letter in text:
        runs = before and abs(ord(letter) - ord(before)) <= 1
        left += letter != " " and not runs
        before = letter
    return left
