"""Checks the database of an installation, its server, grants, keys and checkpoints; changes nothing."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from adapters.postgres import migrate
from adapters.postgres.database import Connection, Database, DatabaseUnavailable
from adapters.postgres.queries import SQL
from adapters.proof import checkpointing
from adapters.proof.provable import EVENT_LOG, LOGS
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.signing_program import SigningKeyFault
from adapters.register.login.sign_on import ALARM
from adapters.register.operations.diagnosis import Finding
from adapters.suites import STD
from adapters.vault.keyring import Keyring, VaultKeyFault

SKEW_SECONDS = 5
"""Tolerated difference between the clocks of the machine and the database: dates are compared with both."""
_SLOT = "taizhang_backup"


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
            for check in _SERVER:
                async for each in check(connection):
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


async def _version(connection: Connection) -> AsyncIterator[Finding]:
    version = await connection.fetchval("SHOW server_version")
    if connection.get_server_version().major < 15:
        yield Finding(
            "wrong", "数据库", f"PostgreSQL {version}", "需要15或更高版本：安装后以 taizhang copy 迁移"
        )
    else:
        yield Finding("ok", "数据库", f"PostgreSQL {version}，已连接")


async def _writable(connection: Connection) -> AsyncIterator[Finding]:
    if await connection.fetchval(SQL["is_replica"]):
        behind = await connection.fetchval("SELECT now() - pg_last_xact_replay_timestamp()")
        content = (
            f"已{behind.total_seconds():.0f}秒没有主服务器的新内容"
            if behind is not None
            else "还没有收到新内容"
        )
        yield Finding(
            "warning", "只读", f"备用服务器，只供查看：{content}", "要登记，请改连主服务器，或提升它"
        )
    elif await connection.fetchval("SHOW transaction_read_only") == "on":
        yield Finding("wrong", "只读", "被设为只读：不能登记", "请改连主服务器，或使它可写")


async def _clock(connection: Connection) -> AsyncIterator[Finding]:
    before = time.time()
    there = (await connection.fetchval("SELECT clock_timestamp()")).timestamp()
    skew = there - (before + time.time()) / 2
    if abs(skew) > SKEW_SECONDS:
        yield Finding(
            "wrong", "时钟", f"本机与数据库相差{skew:+.1f}秒", "请使两台机器与同一时间源同步（NTP）"
        )
    else:
        yield Finding("ok", "时钟", f"与数据库相差{skew:+.1f}秒")


async def _settings(connection: Connection) -> AsyncIterator[Finding]:
    for name, wanted in (("server_encoding", "UTF8"), ("fsync", "on"), ("full_page_writes", "on")):
        if (found := await connection.fetchval(f"SHOW {name}")) != wanted:
            yield Finding("wrong", "数据库", f"{name}为{found}", f"应为{wanted}")
    for name, advice in (
        ("synchronous_commit", "断电时已答复的登记可能丢失，应为on"),
        ("data_checksums", "磁盘损坏不能发现，建议启用（pg_checksums）"),
    ):
        if await connection.fetchval(f"SHOW {name}") == "off":
            yield Finding("warning", "数据库", f"{name}为off", advice)


async def _connections(connection: Connection) -> AsyncIterator[Finding]:
    free = await connection.fetchval(
        "SELECT current_setting('max_connections')::integer - count(*) FROM pg_stat_activity WHERE datname IS NOT NULL"
    )
    if free < 20:
        yield Finding(
            "warning", "数据库", f"只余{free}个连接", "serve每进程用16个：请调高max_connections或减少进程"
        )


async def _extensions(connection: Connection) -> AsyncIterator[Finding]:
    rows = await connection.fetch("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")
    extensions = [row["extname"] for row in rows]
    if "citus" in extensions:
        yield Finding("ok", "扩展", "citus：见deploy/citus/README.md")
    elif extensions:
        yield Finding("ok", "扩展", f"{'、'.join(extensions)}：台账不使用")


async def _pooler(connection: Connection) -> AsyncIterator[Finding]:
    if connection.get_server_pid() != await connection.fetchval("SELECT pg_backend_pid()"):
        yield Finding("ok", "连接池", "经过连接池（会话模式），可以使用；每个连接各占一个数据库连接")


_SERVER = (_version, _writable, _clock, _settings, _connections, _extensions, _pooler)


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
    algorithms = f"封存用{sealing.name}（{sealing.cipher}），存证用{signing.suite.name}（{signing.suite.digest}、{signing.suite.signature}）"
    if signing.is_changing:
        return Finding("warning", "算法", f"{algorithms}；换用存证的算法尚未完成", "运行 taizhang seal --all")
    if sealing is not signing.suite:
        return Finding(
            "ok", "算法", f"{algorithms}：两者不同，可用taizhang vault rotate、taizhang keys --rotate改为一致"
        )
    return Finding("ok", "算法", algorithms)


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
