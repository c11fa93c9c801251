"""Checks an installation and says what to do about each problem; changes nothing, and works without a database too."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple

from adapters import key_files
from adapters.mail.relay import MailFault, Relay
from adapters.postgres import migrate
from adapters.postgres.database import Connection, Database, DatabaseUnavailable
from adapters.postgres.queries import SQL
from adapters.proof import checkpointing
from adapters.proof.provable import EVENT_LOG, LOGS
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.signing_program import SigningKeyFault
from adapters.register.login.sign_on import ALARM
from adapters.sign_on.settings import ProviderSettings
from adapters.suites import STD
from adapters.vault.keyring import Keyring, VaultKeyFault

Level = Literal["ok", "warning", "wrong", "unchecked"]

SKEW_SECONDS = 5
"""Tolerated difference between the clocks of the machine and the database: dates are compared with both."""
_LITTLE, _NONE = 0.1, 500_000_000  # free disk space: share for a warning, bytes for an error
_BACKUP_HOURS = 26  # maximum age of a base backup: one a night, and two hours to take it
_SLOT = "taizhang_backup"


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
    said = f"{place}所在磁盘余{found.free / 1e9:.1f} GB（{found.free / found.total:.0%}）"
    if found.free < _NONE:
        yield Finding("wrong", "磁盘", said, "请立即腾出空间：磁盘满后不能登记")
    elif found.free < _LITTLE * found.total:
        yield Finding("warning", "磁盘", said, "请腾出空间或扩容")
    else:
        yield Finding("ok", "磁盘", said)


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
    said = f"最近的基础备份在{hours:.0f}小时前"
    if hours > _BACKUP_HOURS:
        yield Finding("wrong", "备份", said, "每夜运行 deploy/backup.sh base，并查看它为何停了")
    else:
        yield Finding("ok", "备份", said)


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


async def of_database(dsn: str, keys: Path) -> AsyncIterator[Finding]:
    """Check the database, as the runtime role."""
    try:
        database = await Database.connect(dsn, size=2, timeout=5)
    except DatabaseUnavailable as wrong:
        yield Finding(
            "wrong", "数据库", str(wrong), "请启动PostgreSQL，检查DATABASE_URL、网络、pg_hba.conf和口令"
        )
        return
    try:
        async with database.session() as connection:
            async for each in _server(connection):
                yield each
            try:
                await migrate.check(connection)
            except DatabaseUnavailable as wrong:
                yield Finding("wrong", "结构和角色", str(wrong), "见上；结构以 taizhang migrate 更新")
                return
            yield Finding("ok", "结构和角色", f"结构{migrate.KNOWN}，运行角色的权限在属主之下")
            async for each in _rights(connection):
                yield each
            async for each in _stream(connection):
                yield each
            async for each in _keys(connection, keys):
                yield each
        async for each in _checkpoints(database):
            yield each
        async for each in _emergency_logins(database):
            yield each
    except DatabaseUnavailable as wrong:
        yield Finding("wrong", "数据库", str(wrong), "请查看PostgreSQL的日志")
    finally:
        await database.close()


async def _server(connection: Connection) -> AsyncIterator[Finding]:
    version = await connection.fetchval("SHOW server_version")
    if connection.get_server_version().major < 15:
        yield Finding(
            "wrong", "数据库", f"PostgreSQL {version}", "需要15或更高版本：安装后以 taizhang copy 迁移"
        )
    else:
        yield Finding("ok", "数据库", f"PostgreSQL {version}，已连接")
    if await connection.fetchval(SQL["is_replica"]):
        behind = await connection.fetchval("SELECT now() - pg_last_xact_replay_timestamp()")
        said = (
            f"已{behind.total_seconds():.0f}秒没有主服务器的新内容"
            if behind is not None
            else "还没有收到新内容"
        )
        yield Finding("warning", "只读", f"备用服务器，只供查看：{said}", "要登记，请改连主服务器，或提升它")
    elif await connection.fetchval("SHOW transaction_read_only") == "on":
        yield Finding("wrong", "只读", "被设为只读：不能登记", "请改连主服务器，或使它可写")
    before = time.time()
    there = (await connection.fetchval("SELECT clock_timestamp()")).timestamp()
    skew = there - (before + time.time()) / 2
    if abs(skew) > SKEW_SECONDS:
        yield Finding(
            "wrong", "时钟", f"本机与数据库相差{skew:+.1f}秒", "请使两台机器与同一时间源同步（NTP）"
        )
    else:
        yield Finding("ok", "时钟", f"与数据库相差{skew:+.1f}秒")
    for name, wanted in (("server_encoding", "UTF8"), ("fsync", "on"), ("full_page_writes", "on")):
        if (found := await connection.fetchval(f"SHOW {name}")) != wanted:
            yield Finding("wrong", "数据库", f"{name}为{found}", f"应为{wanted}")
    for name in ("synchronous_commit", "data_checksums"):
        if (found := await connection.fetchval(f"SHOW {name}")) == "off":
            advice = (
                "断电时已答复的登记可能丢失，应为on"
                if name == "synchronous_commit"
                else "磁盘损坏不能发现，建议启用（pg_checksums）"
            )
            yield Finding("warning", "数据库", f"{name}为off", advice)
    free = await connection.fetchval(
        "SELECT current_setting('max_connections')::integer - count(*) FROM pg_stat_activity WHERE datname IS NOT NULL"
    )
    if free < 20:
        yield Finding(
            "warning", "数据库", f"只余{free}个连接", "serve每进程用16个：请调高max_connections或减少进程"
        )
    extensions = [
        row["extname"]
        for row in await connection.fetch(
            "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
        )
    ]
    if "citus" in extensions:
        yield Finding("ok", "扩展", "citus：见deploy/citus/README.md")
    elif extensions:
        yield Finding("ok", "扩展", f"{'、'.join(extensions)}：台账不使用")
    if connection.get_server_pid() != await connection.fetchval("SELECT pg_backend_pid()"):
        yield Finding("ok", "连接池", "经过连接池（会话模式），可以使用；每个连接各占一个数据库连接")


async def _rights(connection: Connection) -> AsyncIterator[Finding]:
    """Check the table grants of grants.sql: the role may have been created after the last `taizhang migrate`."""
    text = files("adapters.postgres").joinpath("grants.sql").read_text("utf-8")
    given = [
        (table, right)
        for rights, table in re.findall(r"^GRANT ([A-Z, ]+) ON (\w+) TO", text, re.MULTILINE)
        for right in rights.split(", ")
    ]
    lacking = await connection.fetch(
        "SELECT DISTINCT named FROM unnest($1::text[], $2::text[]) AS given (named, allowed)"
        " WHERE NOT has_table_privilege(named, allowed)",
        [table for table, _ in given],
        [right for _, right in given],
    )
    if lacking:
        names = "、".join(sorted(row["named"] for row in lacking))
        yield Finding(
            "wrong",
            "授权",
            f"运行角色在{names}上的权限不全",
            "运行 taizhang migrate；台账若已迁出，请改用新的数据库",
        )
    else:
        yield Finding("ok", "授权", "运行角色的权限齐备")


async def _stream(connection: Connection) -> AsyncIterator[Finding]:
    if await connection.fetchval(SQL["is_replica"]):
        return  # backups are taken of the primary
    slot = await connection.fetchrow("SELECT active FROM pg_replication_slots WHERE slot_name = $1", _SLOT)
    if slot is None:
        yield Finding(
            "warning", "备份", "没有连续备份（复制槽taizhang_backup）", "以服务运行 deploy/backup.sh stream"
        )
    elif not slot["active"]:
        yield Finding(
            "wrong",
            "备份",
            "连续备份停了，数据库为它保留的日志会占满磁盘",
            "请重新启动 deploy/backup.sh stream",
        )
    else:
        yield Finding("ok", "备份", "连续备份在进行")


async def _keys(connection: Connection, keys: Path) -> AsyncIterator[Finding]:
    with suppress(VaultKeyFault, SigningKeyFault, OSError):  # reported by `of_machine` already
        ring, known = Keyring.load(keys), await connection.fetch(SQL["vault_keys"])
        ids = ring.ids if ring else ()
        wrong = [
            row["key_id"] for row in known
            if row["key_id"] not in ids or (ring and ring.fingerprint(row["key_id"]) != row["fingerprint"])
        ]  # fmt: skip
        if wrong:
            yield Finding(
                "wrong",
                "密钥",
                f"保险库密钥{'、'.join(wrong)}不在本机，或不是原来的",
                f"请从备份或其他机器放回{keys}",
            )
        if waiting := [key_id for key_id in ids if known and key_id not in {row["key_id"] for row in known}]:
            yield Finding("warning", "密钥", f"保险库密钥{'、'.join(waiting)}尚未启用", "请放到其他各台机器")
        signing, registered = SigningKeys.load(keys), await connection.fetch(SQL["signing_keys"])
        foreign = [row["name"] for row in registered if signing.named.get(row["name"]) != row["public"]]
        if foreign or (registered and signing.signer is None):
            named = "、".join(foreign) or max(row["name"] for row in registered)
            yield Finding(
                "wrong",
                "密钥",
                f"签名密钥{named}不在本机，或不是原来的：本机不存证",
                f"请从备份或其他机器放回{keys}",
            )
        if not wrong and not foreign:
            yield Finding(
                "ok", "密钥", f"保险库密钥{len(ids)}把、签名密钥{len(signing.named)}把，与数据库相符"
            )
        yield _suites(ring, signing)
    machines = await connection.fetch(SQL["machines"])
    yield Finding(
        "ok", "机器", f"5分钟内运行台账的：{'、'.join(row['machine'] for row in machines) or '没有'}"
    )


def _suites(ring: Keyring | None, signing: SigningKeys) -> Finding:
    sealing = ring.suite if ring else STD
    said = f"封存用{sealing.name}（{sealing.cipher}），存证用{signing.suite.name}（{signing.suite.digest}、{signing.suite.signature}）"
    if signing.is_changing:
        return Finding("warning", "算法", f"{said}；换用存证的算法尚未完成", "运行 taizhang seal --all")
    if sealing is not signing.suite:
        return Finding(
            "ok", "算法", f"{said}：两者不同，可用taizhang vault rotate、taizhang keys --rotate改为一致"
        )
    return Finding("ok", "算法", said)


async def _checkpoints(database: Database) -> AsyncIterator[Finding]:
    async with database.session() as connection:
        authorities = await connection.fetch(SQL["authorities"])
    late = []
    for row in authorities:
        async with database.transaction(row["authority_id"], reading=True) as connection:
            lags = [(log, await checkpointing.lag(connection, row["authority_id"], log)) for log in LOGS]
        for log, lag in lags:
            if lag.seconds > log.alarm_seconds:
                which = "" if log is EVENT_LOG else log.words
                late.append(f"{row['code']}（{which}{lag.entries}条，{lag.seconds:.0f}秒）")
    if late:
        more = f"等{len(late)}个机关" if len(late) > 5 else ""
        yield Finding(
            "wrong",
            "存证",
            f"有登记久未存证：{'、'.join(late[:5])}{more}",
            "运行 taizhang seal，并检查serve的日志和签名密钥",
        )
    else:
        yield Finding("ok", "存证", f"{len(authorities)}个机关的登记都已存证，或刚刚登记")


async def _emergency_logins(database: Database) -> AsyncIterator[Finding]:
    """Check administrators' password logins, which are needed when the identity provider is down."""
    async with database.session() as connection:
        authorities = await connection.fetch(SQL["authorities"])
    found = []
    for row in authorities:
        async with database.transaction(row["authority_id"], reading=True) as connection:
            if count := await connection.fetchval(SQL["emergency_logins"], row["authority_id"], ALARM):
                found.append(f"{row['code']}（{count}次）")
    if found:
        more = f"等{len(found)}个机关" if len(found) > 5 else ""
        yield Finding(
            "warning",
            "应急登录",
            f"近{ALARM.days}日有管理员以本机口令登录：{'、'.join(found[:5])}{more}",
            "查明统一身份认证为何不能使用，登录是否本人",
        )
