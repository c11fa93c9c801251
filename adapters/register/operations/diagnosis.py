"""Checks an installation and says what to do about each problem; changes nothing, and works without a database too."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from adapters import key_files
from adapters.mail.relay import MailFault, Relay
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.signing_program import SigningKeyFault
from adapters.sign_on.settings import ProviderSettings
from adapters.vault.keyring import Keyring, VaultKeyFault

Level = Literal["ok", "warning", "wrong", "unchecked"]

_LITTLE, _NONE = 0.1, 500_000_000  # free disk space: share for a warning, bytes for an error
_BACKUP_HOURS = 26  # maximum age of a base backup: one a night, and two hours to take it


class Finding(NamedTuple):
    """advice: what to do; empty if nothing."""

    level: Level
    about: str
    said: str
    advice: str = ""


def of_machine(data: Path, keys: Path, backup: Path | None) -> Iterator[Finding]:
    """Check disk, key files and backups. backup: folder of base backups, if on this machine."""
    for about, place, findings in (
        ("磁盘", data, _disk(data)),
        ("密钥", keys, _files(data, keys)),
        ("备份", backup, _base_backup(backup)),
    ):
        try:
            yield from findings
        except OSError as wrong:
            yield Finding("wrong", about, f"{place}：{wrong.strerror}", "请以运行台账的用户运行本命令")


def _disk(data: Path) -> Iterator[Finding]:
    place = next(each for each in (data, *data.parents) if each.exists())
    found = shutil.disk_usage(place)
    free = f"{place}所在磁盘余{found.free / 1e9:.1f} GB（{found.free / found.total:.0%}）"
    if found.free < _NONE:
        yield Finding("wrong", "磁盘", free, "请立即腾出空间：磁盘满后不能登记")
    elif found.free < _LITTLE * found.total:
        yield Finding("warning", "磁盘", free, "请腾出空间或扩容")
    else:
        yield Finding("ok", "磁盘", free)


def _files(data: Path, keys: Path) -> Iterator[Finding]:
    if not keys.is_dir():
        yield Finding("warning", "密钥", f"没有目录{keys}", "首次使用时建立；曾经使用过的，请放回密钥文件")
        return
    secret = [
        path
        for path in (*sorted(keys.iterdir()), data / "token")
        if path.exists() and not path.name.endswith("-pub")
    ]
    try:
        if opened := [path.name for path in secret if not key_files.is_private(path)]:
            yield Finding(
                "wrong", "密钥", f"{'、'.join(opened)}可被他人读取", "请改为仅本人可读写：chmod 600"
            )
        else:
            yield Finding("ok", "密钥", f"{keys}中的文件仅本人可读写")
        if keys.stat().st_mode & 0o077:
            yield Finding("warning", "密钥", f"目录{keys}可被他人进入", f"chmod 700 {keys}")
        Keyring.load(keys)
        SigningKeys.load(keys)
    except (VaultKeyFault, SigningKeyFault) as wrong:
        yield Finding("wrong", "密钥", str(wrong), "请从备份放回原来的文件")


def _base_backup(backup: Path | None) -> Iterator[Finding]:
    if backup is None:
        yield Finding(
            "unchecked",
            "备份",
            "没有设TAIZHANG_BACKUP，不知基础备份在何处",
            "设为备份目录，见deploy/README.md",
        )
        return
    made = []
    for path in (backup / "base").glob("2*T*Z") if backup.exists() else ():
        with suppress(ValueError):  # a folder with another name
            made.append(datetime.strptime(path.name, "%Y%m%dT%H%M%S%z"))
    if not made:
        yield Finding("wrong", "备份", f"{backup}中没有基础备份", "每夜运行 deploy/backup.sh base")
        return
    hours = (datetime.now(UTC) - max(made)).total_seconds() / 3600
    age = f"最近的基础备份在{hours:.0f}小时前"
    if hours > _BACKUP_HOURS:
        yield Finding("wrong", "备份", age, "每夜运行 deploy/backup.sh base，并查看它为何停了")
    else:
        yield Finding("ok", "备份", age)


async def of_mail(relay: Relay | None) -> AsyncIterator[Finding]:
    """Check that the mail server can be reached over TLS and accepts the login; sends no mail."""
    if relay is None:
        yield Finding("ok", "邮件", "没有设TAIZHANG_SMTP，不发送每日待办")
        return
    where = f"{relay.host}:{relay.port}"
    try:
        relay.password()
    except MailFault as wrong:
        yield Finding("wrong", "邮件", str(wrong), "见deploy/README.md的发信设置")
        return
    from adapters.mail.sending import greet  # noqa: PLC0415 - where no mail is sent it costs nothing

    if (problem := await greet(relay, timeout=10)) is None:
        hours = f"{relay.opens:%H:%M}至{relay.closes:%H:%M}"
        yield Finding("ok", "邮件", f"{where}可以发信，工作日{hours}")
    else:
        yield Finding(
            "wrong", "邮件", f"{where}不能发信：{problem.code}", _MAIL_ADVICE[problem.code.split("_")[0]]
        )


_MAIL_ADVICE = {
    "no": "服务器须支持TLS（smtps，或STARTTLS），证书须由可信的机构签发；自建的以SSL_CERT_FILE指明",
    "not": "请检查TAIZHANG_SMTP的主机、端口和网络",
    "timeout": "请检查TAIZHANG_SMTP的主机、端口和网络",
    "disconnected": "请检查TAIZHANG_SMTP的主机、端口和网络",
    "login": "请检查TAIZHANG_SMTP中的用户名和TAIZHANG_SMTP_PASSWORD_FILE中的口令",
    "status": "请查看邮件服务器的日志",
}


async def of_provider(settings: ProviderSettings) -> Finding:
    """Check that the identity provider answers."""
    from adapters.sign_on.provider import Provider, ProviderDown  # noqa: PLC0415 - nothing else here asks by HTTP

    provider = Provider(settings)
    try:
        await provider.check()
    except ProviderDown as down:
        return Finding(
            "wrong", "统一身份认证", f"{settings.issuer}不能使用（{down}）",
            "请查看网络、证书和地址；其间管理员可用本机账号和口令应急登录",
        )  # fmt: skip
    finally:
        await provider.close()
    return Finding("ok", "统一身份认证", f"{settings.issuer}可用")
