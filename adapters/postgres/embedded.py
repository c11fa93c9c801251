"""The embedded PostgreSQL: started on demand, reached by a private Unix socket, left running.

Used if DATABASE_URL is not set. Its directory has `data` (the cluster, with `server.log` and the previous one),
`socket` and `lock`.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import pwd
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote

import asyncpg

from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.programs import runnable, version_of
from adapters.postgres.system_account import (
    account_of,
    alone,
    check_reachable,
    is_private,
    make_directory,
    make_private,
    must,
    run,
    sync_directory,
)

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]  # generic for the type checker only

SUPERUSER = "postgres"
OWNER = "taizhang_owner"
RUNTIME = "taizhang"
DATABASE = "taizhang"

STOPPED = "stopped"
"""A file beside the cluster while the server is stopped on purpose."""

_TIMEOUT = 20.0  # seconds for a server to answer
_RECOVERY = 600.0  # seconds for a recovery, and for a shutdown
_LONG_LOG = 10_485_760  # bytes: a longer log is rotated
_SOCKET = ".s.PGSQL.5432"

# "all" does not include replication, which base backups use.
_HBA = "local all all peer map=taizhang\nlocal replication postgres peer map=taizhang\n"

# Data must not leak into the server's log: errors are logged without statement, parameters, and the DETAIL line that
# quotes a key.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}

# Even the first line of an error may quote a value. The program sees the errors of its sessions; the log has those of
# the server's background processes only.
_ROLES = {
    RUNTIME: "CREATE ROLE taizhang LOGIN; ALTER ROLE taizhang SET log_min_messages = log",
    OWNER: "CREATE ROLE taizhang_owner LOGIN CREATEDB; ALTER ROLE taizhang_owner SET log_min_messages = log",
}


@dataclass(frozen=True)
class Server:
    """A server that answered when this was returned."""

    directory: Path
    socket: Path

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """The URL by which this operating system user, and no other, can connect as the role."""
        host = quote(str(self.socket), safe="")
        # Port and sslmode are explicit, or PGPORT and PGSSLMODE for another server would apply.
        return f"postgresql://{role}@/{quote(database, safe='')}?host={host}&port=5432&sslmode=disable"


async def start(directory: Path, *, create: bool = True) -> Server:
    """The running server of the directory, created and started if necessary, with its roles and database.

    create: False: its data must be there. Safe to call again and from several processes; the server outlives the
    caller. If root calls, it runs as the account `taizhang` (or `nobody`). Permissions of existing directories are
    never changed. Raises DatabaseUnavailable.
    """
    directory = directory.resolve()
    with _explained(directory):
        if not create and not (directory / "data" / "PG_VERSION").exists():
            raise DatabaseUnavailable(f"{directory}中没有数据：可能已被移走，或所在磁盘没有挂载")
        account = account_of(directory)
        server = Server(directory, _socket_folder(directory, account))
        # The common case first: it is running. Check the owner of the socket's folder before connecting.
        if is_private(server.socket, account) and (connection := await _connect(server, DATABASE)):
            await connection.close()
            return server
        await check_reachable(directory, account)
        make_directory(directory, 0o711 if os.geteuid() == 0 else 0o700)
        async with alone(directory / "lock") as turn:
            programs = await runnable(account)
            await _initialise(server, programs, account, turn)
            make_private(server.socket, account)
            (directory / STOPPED).unlink(missing_ok=True)
            connection = await _connect(server, SUPERUSER) or await _launch(server, programs, account)
            try:
                await _provision(connection)
            finally:
                await connection.close()
    return server


def running(directory: Path) -> Server | str:
    """The directory's server if its process is running, else a Chinese text that says why not. Starts nothing."""
    directory = directory.resolve()
    data = directory / "data"
    try:
        if not (data / "PG_VERSION").exists():
            return f"{directory}中还没有数据"
        if serves(data / "postmaster.pid", data) is not True:
            return f"没有运行（数据属于PostgreSQL {(data / 'PG_VERSION').read_text().strip()}）"
    except OSError as wrong:
        return f"{directory}：{wrong.strerror}"
    return Server(directory, _socket_folder(directory, account_of(directory)))


async def limit_log(directory: Path) -> None:
    """Rotate a long log while the server runs; one earlier log is kept."""
    log = directory / "data" / "server.log"
    if log.exists() and log.stat().st_size > _LONG_LOG:
        account = account_of(directory)
        # Copy and truncate, since the server keeps the file open for appending.
        await must(account, "cp", log, f"{log}.1")
        await must(account, "truncate", "--size=0", log)


async def stop(directory: Path, on_wait: Callable[[], object] = lambda: None) -> bool:
    """Stop the directory's server, rolling back open transactions; False if none was running.

    A recovery may finish first, for ten minutes at most, or the next start would have to repeat it. on_wait: called
    once in that case.
    """
    directory = directory.resolve()
    data = directory / "data"
    with _explained(directory):
        if not data.exists():
            return False
        account = account_of(directory)
        server = Server(directory, _socket_folder(directory, account))
        async with alone(directory / "lock"):
            # pg_ctl signals any process with the id in postmaster.pid, so check first that a server answers. An open
            # socket proves nothing: a dying server's child processes hold it for a while.
            if not is_private(server.socket, account):
                return False
            if (connection := await _connect(server, SUPERUSER, _RECOVERY, on_wait)) is None:
                return False
            await connection.close()
            pg_ctl = await runnable(account) / "pg_ctl"
            (directory / STOPPED).touch()  # before the shutdown, or `watch` would start it again
            try:
                await must(account, pg_ctl, "stop", "-D", data, "-m", "fast", "-w", "-t", f"{_RECOVERY:.0f}")
            except BaseException:
                (directory / STOPPED).unlink()
                raise
    return True


async def _launch(server: Server, programs: Path, account: pwd.struct_passwd) -> Connection:
    data = server.directory / "data"
    users = sorted({"root", account.pw_name})
    ident = "".join(f'taizhang "{user}" {role}\n' for user in users for role in (SUPERUSER, OWNER, RUNTIME))
    for name, text in (("pg_hba.conf", _HBA), ("pg_ident.conf", ident)):
        if (data / name).read_text() != text:
            await must(account, "tee", data / name, text=text)
    settings = _SETTINGS | {"unix_socket_directories": str(server.socket)}
    options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
    log, until = data / "server.log", monotonic() + _TIMEOUT
    started = ""
    # pg_ctl's exit status and a pid prove nothing: the server must answer. Just after a crash the first attempts may
    # fail, while old processes still hold the shared memory.
    while True:
        locks = (data / "postmaster.pid", server.socket / f"{_SOCKET}.lock")
        answers = {lock: serves(lock, data) for lock in locks if lock.exists()}
        for lock, answer in answers.items():
            if answer is False:
                await run(account, "rm", "-f", lock)
        if True not in answers.values():  # a server that does not listen yet is waited for, not started twice
            if log.exists() and log.stat().st_size > _LONG_LOG:
                await must(account, "mv", "-f", log, f"{log}.1")
            seconds = str(max(1, int(until - monotonic())))
            arguments = ("start", "-D", data, "-w", "-t", seconds, "-l", log, "-o", options)
            started = (await run(account, programs / "pg_ctl", *arguments)).stdout
        if connection := await _connect(server, SUPERUSER):
            return connection
        if monotonic() > until:
            last = await run(account, "tail", "-n", "1000", log)
            # During a recovery each of our connection attempts leaves a line in the log: skip those.
            lines = [
                line for line in last.stdout.splitlines() if "FATAL:  the database system is" not in line
            ]
            words = "\n".join(lines[-8:]) if last.returncode == 0 and lines else started
            raise DatabaseUnavailable(f"PostgreSQL 没有启动成功。日志 {log} 的最后几行：\n{words.strip()}")
        await asyncio.sleep(0.2)


def serves(lock: Path, data: Path) -> bool | None:
    """Whether the process in postmaster.pid is a server of the data directory; None if unknown: let PostgreSQL
    decide."""
    # After a power cut, or in a restarted container, the id may belong to another process of the same user, and
    # PostgreSQL would refuse to start. A server's working directory is always its data directory; a zombie has none.
    try:
        pid = abs(int(lock.read_text().partition("\n")[0]))
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except PermissionError:
        return None  # a process of another user
    except (OSError, ValueError):
        return None if not Path("/proc/self").exists() else False


async def _connect(
    server: Server, database: str, seconds: float | None = None, on_wait: Callable[[], object] = lambda: None
) -> Connection | None:
    """A superuser's connection, None if there is no server; waits for one that is recovering or shutting down.

    Raises DatabaseUnavailable if that takes too long, so that no second server is started.
    """
    seconds = _TIMEOUT if seconds is None else seconds
    until, waiting = monotonic() + seconds, False
    while True:
        try:
            return await asyncpg.connect(server.dsn(SUPERUSER, database), timeout=5)
        except asyncpg.CannotConnectNowError:
            if monotonic() > until:
                raise DatabaseUnavailable(
                    f"PostgreSQL 正在恢复或关闭，等了 {seconds:.0f} 秒仍未完成；请稍后再试。"
                ) from None
            if not waiting:
                waiting = True
                on_wait()
            await asyncio.sleep(0.05)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            return None


async def _provision(connection: Connection) -> None:
    for role, statement in _ROLES.items():
        if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
            await _unless_made(connection, statement)
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
        # Last: if the database exists, so do the roles.
        await _unless_made(connection, "CREATE DATABASE taizhang OWNER taizhang_owner")


async def _unless_made(connection: Connection, statement: str) -> None:
    """Execute, and ignore that the object exists: a killed start may have left a session that creates it."""
    with suppress(asyncpg.DuplicateObjectError, asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        await connection.execute(statement)


async def _initialise(server: Server, programs: Path, account: pwd.struct_passwd, turn: int) -> None:
    data, version = server.directory / "data", await version_of(programs)
    major = re.match(r"\d+", version)
    if not major or int(major[0]) < 15:
        raise DatabaseUnavailable(f"{programs} 中的 PostgreSQL 是 {version}，需要 15 或更高版本。")
    if (data / "PG_VERSION").exists():
        found = (data / "PG_VERSION").read_text().strip()
        if found != major[0]:
            raise DatabaseUnavailable(
                f"{data} 中的数据属于 PostgreSQL {found}，而 {programs} 中的程序是 {version}，不能混用；数据未作任何改动。"
                f"请以 TAIZHANG_POSTGRES_BIN 指定 PostgreSQL {found} 的程序（Debian为/usr/lib/postgresql/{found}/bin）。"
                f"要升级，同样指定后运行 taizhang copy --to 新的数据目录，再将 TAIZHANG_DATA 改为该目录；原目录原样保留。"
            )
        return
    for unfinished in server.directory.glob("data.new-*"):
        await asyncio.to_thread(shutil.rmtree, unfinished)
    fresh = Path(tempfile.mkdtemp(prefix="data.new-", dir=server.directory))
    make_private(fresh, account)
    # The builtin locale sorts alike everywhere: no upgrade of the system's libc can break an index.
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    await must(
        account, programs / "initdb", "-D", fresh, f"--username={SUPERUSER}", "--encoding=UTF8", "--data-checksums",
        "--auth-local=peer", "--auth-host=reject", *(locale if int(major[0]) >= 17 else ("--locale=C.UTF-8",)),
        outlasting=(turn,),
    )  # fmt: skip
    fresh.rename(data)
    # If a power cut lost the new name, the next start would take the data for unfinished.
    sync_directory(server.directory)


def _socket_folder(directory: Path, account: pwd.struct_passwd) -> Path:
    # pg_ctl passes the path to a shell in double quotes; commas separate socket directories.
    if odd := set(str(directory)) & set('"$`\\,\n'):
        raise DatabaseUnavailable(f"数据目录的路径 {directory} 不能含有字符 {' '.join(sorted(odd))}")
    folder = directory / "socket"
    if len(os.fsencode(folder / _SOCKET)) <= 107:  # the kernel's limit
        return folder
    # Always /tmp: every process must find it again, whatever its TMPDIR or XDG_RUNTIME_DIR.
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path(f"/tmp/taizhang-{account.pw_uid}-{digest}")  # noqa: S108 - trusted only when proved private


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseUnavailable(
            f"操作系统报错：{error.filename or directory}：{error.strerror or error}"
        ) from error
