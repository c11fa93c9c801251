"""Settings from environment variables; no other module reads those."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from adapters import key_files
from adapters.accounts.password_policy import POLICIES, PolicyName
from adapters.mail.relay import MailFault, Relay
from adapters.sign_on.settings import ProviderSettings, origin_of
from adapters.webhooks.addresses import NOWHERE, Address, AddressRefused, AllowedAddresses
from domain.authority import authorization
from domain.law.refusals import Malformed


class Settings(msgspec.Struct, frozen=True):
    """data: directory of the embedded database and of the key files. database_url: of the runtime role; without it the
    embedded PostgreSQL is used. database_owner_url: of the owner, for migrate, copy and access-drop only. passwords:
    password policy. proxies: comma-separated addresses of reverse proxies whose forwarded headers are trusted.
    refuse_uncheckpointed: seconds after which an authority whose entries have no checkpoint refuses to record; without it
    there is only an alarm. worker: whether `serve` also compiles reports, delivers webhooks and mails digests in the
    background. webhooks: addresses they may be sent to. mail: the server that sends digests; without it none are sent.
    origin: the console's origin in browsers; without it there are no passkeys. provider: identity provider that officers
    may log in with. backup: where `deploy/backup.sh` puts base backups, if on a disk of this machine.
    """

    data: Path
    database_url: str | None = None
    database_owner_url: str | None = None
    actor: str | None = None
    log: str = "warning"
    refuse_uncheckpointed: int | None = None
    passwords: PolicyName = "mlps3"
    proxies: str = ""
    worker: bool = True
    webhooks: AllowedAddresses = NOWHERE
    mail: Relay | None = None
    backup: Path | None = None
    origin: str | None = None
    provider: ProviderSettings | None = None

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def postgresql(self) -> Path:
        return self.data / "postgresql"


_OF_PROVIDER = ("ISSUER", "CLIENT_ID", "SECRET_FILE", "NAME", "ACR", "ORIGINS")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read TAIZHANG_DATA, DATABASE_URL, DATABASE_OWNER_URL, TAIZHANG_ACTOR, TAIZHANG_LOG, TAIZHANG_PASSWORDS,
    TAIZHANG_PROXIES, TAIZHANG_REFUSE_UNCHECKPOINTED, TAIZHANG_WORKER (0: not in serve), TAIZHANG_BACKUP,
    TAIZHANG_WEBHOOKS, TAIZHANG_WEBHOOK_NETWORKS, TAIZHANG_SMTP, TAIZHANG_SMTP_PASSWORD_FILE, TAIZHANG_MAIL_FROM,
    TAIZHANG_MAIL_DOMAINS, TAIZHANG_MAIL_HOURS, TAIZHANG_ORIGIN, TAIZHANG_OIDC_ISSUER and those of `_provider`. Empty counts
    as unset. Raises Malformed for an invalid value.
    """
    origin = _origin(environ.get("TAIZHANG_ORIGIN") or "")
    return Settings(
        data=Path(environ.get("TAIZHANG_DATA") or default_data(environ)).expanduser().absolute(),
        database_url=environ.get("DATABASE_URL") or None,
        database_owner_url=environ.get("DATABASE_OWNER_URL") or None,
        actor=actor(environ.get("TAIZHANG_ACTOR") or None),
        log=environ.get("TAIZHANG_LOG") or "warning",
        refuse_uncheckpointed=_seconds("TAIZHANG_REFUSE_UNCHECKPOINTED", environ),
        passwords=_policy(environ.get("TAIZHANG_PASSWORDS") or "mlps3"),
        proxies=environ.get("TAIZHANG_PROXIES") or "",
        worker=environ.get("TAIZHANG_WORKER") != "0",
        webhooks=_webhooks(environ),
        mail=_mail(environ),
        backup=Path(backup).expanduser().absolute() if (backup := environ.get("TAIZHANG_BACKUP")) else None,
        origin=origin,
        provider=_provider(environ, origin),
    )


def actor(name: str | None) -> str | None:
    """The configured actor. Raises Malformed for the name that the program itself records under."""
    if name == authorization.PROGRAM:
        raise Malformed(field="actor：", problem=f"{name}是程序自己办理时的名称，不能用作登记人")
    return name


def _seconds(name: str, environ: Mapping[str, str]) -> int | None:
    """At least the 60 seconds of the alarm: a short time without a checkpoint is normal."""
    seconds = environ.get(name)
    if not seconds:
        return None
    if not re.fullmatch("[0-9]{2,9}", seconds) or int(seconds) < 60:
        raise Malformed(field=f"{name}：", problem="应为秒数，不少于60，如14400")
    return int(seconds)


def _webhooks(environ: Mapping[str, str]) -> AllowedAddresses:
    names = ("TAIZHANG_WEBHOOKS", "TAIZHANG_WEBHOOK_NETWORKS")
    try:
        return AllowedAddresses.parse(*(environ.get(name) or "" for name in names))
    except AddressRefused as wrong:
        raise Malformed(field="、".join(names) + "：", problem=str(wrong)) from None


def _origin(text: str) -> str | None:
    """An origin as browsers write it: https, or http on localhost, since browsers allow passkeys nowhere else."""
    if not text:
        return None
    try:
        address = Address.parse(text)
    except AddressRefused as wrong:
        raise Malformed(field="TAIZHANG_ORIGIN：", problem=str(wrong)) from None
    if address.target != "/" or not (address.scheme == "https" or address.host == "localhost"):
        raise Malformed(
            field="TAIZHANG_ORIGIN：",
            problem="应为https://主机[:端口]，不写路径，如https://taizhang.example.gov.cn",
        )
    return f"{address.scheme}://{address.netloc}"


def _mail(environ: Mapping[str, str]) -> Relay | None:
    if not (server := environ.get("TAIZHANG_SMTP")):
        return None
    try:
        return Relay.parse(
            server,
            sender=environ.get("TAIZHANG_MAIL_FROM") or "",
            password_file=environ.get("TAIZHANG_SMTP_PASSWORD_FILE") or "",
            domains=environ.get("TAIZHANG_MAIL_DOMAINS") or "",
            hours=environ.get("TAIZHANG_MAIL_HOURS") or "",
        )
    except MailFault as wrong:
        raise Malformed(field="TAIZHANG_SMTP：", problem=str(wrong)) from None


def _provider(environ: Mapping[str, str], origin: str | None) -> ProviderSettings | None:
    """Read TAIZHANG_OIDC_ISSUER, _CLIENT_ID, _SECRET_FILE, _NAME, _ACR and _ORIGINS. Raises Malformed."""
    options = {name: environ.get(f"TAIZHANG_OIDC_{name}") or "" for name in _OF_PROVIDER}
    if not (issuer := options["ISSUER"]):
        return None
    if origin is None:
        raise Malformed(field="TAIZHANG_ORIGIN：", problem="用统一身份认证的，须设定浏览器访问本系统的地址")
    if not options["CLIENT_ID"]:
        raise Malformed(field="TAIZHANG_OIDC_CLIENT_ID：", problem="应为本系统在统一身份认证中的client_id")
    origins = [each.strip() for each in options["ORIGINS"].split(",") if each.strip()]
    for name, address in (("ISSUER", issuer), *(("ORIGINS", each) for each in origins)):
        found = urlsplit(address) if origin_of(address) else None
        if found is None or not (found.scheme == "https" or found.hostname in _LOOPBACK) or found.query:
            raise Malformed(
                field=f"TAIZHANG_OIDC_{name}：", problem="应为https://主机[:端口]，照统一身份认证的写法"
            )
    secret = None
    if options["SECRET_FILE"]:
        path = Path(options["SECRET_FILE"]).expanduser()
        try:
            if not key_files.is_private(path):
                raise Malformed(
                    field="TAIZHANG_OIDC_SECRET_FILE：", problem=f"文件{path}可被他人读取，请chmod 600"
                )
            secret = path.read_text("utf-8").strip()
        except (OSError, UnicodeError):
            raise Malformed(field="TAIZHANG_OIDC_SECRET_FILE：", problem="文件读不出") from None
    return ProviderSettings(
        issuer=issuer,
        client_id=options["CLIENT_ID"],
        client_secret=secret or None,
        origin=origin,
        name=options["NAME"] or "统一身份认证",
        acr=tuple(options["ACR"].split()),
        origins=frozenset(map(origin_of, origins)),
    )


def _policy(name: str) -> PolicyName:
    if name not in POLICIES:
        allowed = "、".join(POLICIES)
        raise Malformed(field="TAIZHANG_PASSWORDS：", problem=f"可用：{allowed}")
    return name


def default_data(environ: Mapping[str, str] = os.environ) -> Path:
    """/var/lib for root, where the server's own account can read it; else in the home directory."""
    if os.geteuid() == 0:
        return Path("/var/lib/taizhang/data")
    home = environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home).expanduser() / "taizhang"
