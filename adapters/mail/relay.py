"""The administrator's mail settings: server, sender, allowed domains, and hours of sending."""

from __future__ import annotations

import re
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from adapters import key_files
from domain.values import SHANGHAI

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(\.{_LABEL})+"
LONGEST = 254
"""Maximum characters of an address (RFC 5321, 4.5.3.1.3)."""
_PORTS = {"smtps": 465, "smtp": 587}
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_DEFAULT_HOURS = "08:00-18:00"


class MailFault(Exception):
    """Invalid settings or address; the text says why."""


class Problem(NamedTuple):
    """Why a mail was not accepted. code: such as timeout or status_550; it never has an address. permanent: do not retry."""

    code: str
    permanent: bool = False


class Relay(NamedTuple):
    """tls: implicit TLS; otherwise STARTTLS is required. password_file: read for every mail. sender: an address.

    domains: of allowed recipients. opens, closes: time of day in Shanghai from which, and before which, mail is sent.
    """

    host: str
    port: int
    tls: bool
    user: str
    password_file: Path | None
    sender: str
    domains: frozenset[str]
    opens: time
    closes: time

    @classmethod
    def parse(
        cls, server: str, *, sender: str, password_file: str = "", domains: str = "", hours: str = ""
    ) -> Relay:
        """server: smtps://user@host:port, or smtp:// for STARTTLS. domains: comma-separated, default the sender's.
        Raises MailFault."""
        if not re.fullmatch(r"[\x21-\x7e]{1,300}", server):
            raise MailFault("发信服务器应写作smtps://用户@主机:465或smtp://用户@主机:587")
        try:
            parts = urlsplit(server)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
            parts = urlsplit("")
        if parts.scheme not in _PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
            raise MailFault("发信服务器应写作smtps://用户@主机:465或smtp://用户@主机:587")
        if parts.password is not None:
            raise MailFault("口令不写在地址里，放在TAIZHANG_SMTP_PASSWORD_FILE所指的文件中")
        if not sender:
            raise MailFault("请以TAIZHANG_MAIL_FROM给出发件地址")
        user = unquote(parts.username or "")
        if user and not password_file:
            raise MailFault("有用户名的，口令放在TAIZHANG_SMTP_PASSWORD_FILE所指的文件中")
        own = check_address(sender).rpartition("@")[2]
        allowed = frozenset(each.strip().lower() for each in domains.split(",") if each.strip()) or {own}
        if wrong := sorted(each for each in allowed if not re.fullmatch(_DOMAIN, each)):
            raise MailFault(f"TAIZHANG_MAIL_DOMAINS中{wrong[0]!r}不是域名")
        opens, closes = _hours(hours or _DEFAULT_HOURS)
        return cls(
            host,
            port or _PORTS[parts.scheme],
            parts.scheme == "smtps",
            user,
            Path(password_file).expanduser().absolute() if user else None,
            sender,
            frozenset(allowed),
            opens,
            closes,
        )

    @property
    def domain(self) -> str:
        """The domain of the sender."""
        return self.sender.rpartition("@")[2]

    def check(self, address: str) -> str:
        """The normalised address. Raises MailFault unless it is valid and of an allowed domain."""
        found = check_address(address)
        if found.rpartition("@")[2] not in self.domains:
            raise MailFault(f"的域名不在管理员允许的{'、'.join(sorted(self.domains))}之中")
        return found

    def is_open(self, moment: datetime) -> bool:
        """Whether mail is sent at this moment, of any time zone."""
        return self.opens <= moment.astimezone(SHANGHAI).time() < self.closes

    def password(self) -> str:
        """The password. Raises MailFault if the file cannot be read, or others may read it."""
        if self.password_file is None:
            return ""
        try:
            if not key_files.is_private(self.password_file):
                raise MailFault(f"口令文件{self.password_file}可被他人读取，请chmod 600")
            return self.password_file.read_text("utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise MailFault(f"口令文件{self.password_file}不能读取") from None


def check_address(text: str) -> str:
    """The address with its domain in lower case. Raises MailFault if it is invalid."""
    local, _, domain = text.rpartition("@")
    if len(text) > LONGEST or not re.fullmatch(_LOCAL, local) or not re.fullmatch(_DOMAIN, domain):
        raise MailFault("应写作name@example.gov.cn")
    return f"{local}@{domain.lower()}"


def _hours(text: str) -> tuple[time, time]:
    found = _HOURS.fullmatch(text)
    if found is None:
        raise MailFault("TAIZHANG_MAIL_HOURS应写作08:00-18:00")
    first = time(int(found[1]), int(found[2]))
    last = time(int(found[3]), int(found[4])) if found[3] else time.max
    if first >= last:
        raise MailFault("TAIZHANG_MAIL_HOURS应先早后晚，如08:00-18:00")
    return first, last
