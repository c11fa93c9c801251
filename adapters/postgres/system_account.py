"""The operating system account of the embedded server: its directories, its commands, and a lock between processes."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

from adapters.postgres.database import DatabaseUnavailable

LIBRARY = Path("/var/lib/taizhang")
_ACCOUNT = "taizhang"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_LOCK_TIMEOUT = 60.0  # seconds to wait for the lock: another process may run initdb


def account_of(directory: Path) -> pwd.struct_passwd:
    """The account that runs the server: our own; for root the owner of the data, else `taizhang`, else `nobody`."""
    if uid := os.geteuid():
        return user_of(uid)
    with suppress(FileNotFoundError):
        if uid := (directory / "data").stat().st_uid:
            return user_of(uid)
    with suppress(KeyError):
        return pwd.getpwnam(_ACCOUNT)
    if useradd := shutil.which("useradd", path=_PATH):
        home = ("--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin")
        subprocess.run([useradd, "--system", *home, _ACCOUNT], check=False, capture_output=True, cwd="/")  # noqa: S603
        with suppress(KeyError):
            return pwd.getpwnam(_ACCOUNT)
    return pwd.getpwnam("nobody")


def user_of(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseUnavailable(
            f"系统中没有编号为 {uid} 的用户，PostgreSQL 无法识别连接者的身份。"
        ) from None


def is_private(folder: Path, account: pwd.struct_passwd) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    # The setgid bit, inherited from the parent directory, is harmless.
    return stat.S_ISDIR(found.st_mode) and found.st_mode & 0o777 == 0o700 and found.st_uid == account.pw_uid


def make_private(folder: Path, account: pwd.struct_passwd) -> None:
    with suppress(FileExistsError):
        folder.mkdir(0o700)
    # chown only what root created, now or in an interrupted start; never what others put there.
    if os.geteuid() == 0 and is_private(folder, user_of(0)):
        os.chown(folder, account.pw_uid, account.pw_gid, follow_symlinks=False)
    if not is_private(folder, account):
        raise DatabaseUnavailable(
            f"{folder} 不是账户 {account.pw_name} 所有、权限为 0700 的目录，可能被他人占用，不予信任。"
            "请检查并移走它，或者把 TAIZHANG_DATA 设为较短的路径。"
        )


def make_directory(directory: Path, mode: int) -> None:
    """Create the missing directories of the path with exactly this mode; existing ones are not changed."""
    for part in (*reversed(directory.parents), directory):
        with suppress(FileExistsError):
            part.mkdir(mode)
            part.chmod(mode)
            sync_directory(part.parent)


def sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def check_reachable(directory: Path, account: pwd.struct_passwd) -> None:
    for part in (*reversed(directory.parents), directory):
        if part.exists() and (await run(account, "test", "-x", part)).returncode:
            raise DatabaseUnavailable(
                f"{directory} 在 {part} 之下，而运行数据库的账户 {account.pw_name} 进不了该目录（权限保持原样，未作改动）。"
                f"请把环境变量 TAIZHANG_DATA 设到它能进入的地方，例如 {LIBRARY}。"
            )


@asynccontextmanager
async def alone(lock: Path) -> AsyncIterator[int]:
    """Hold a file lock; a child process that inherits the descriptor keeps it if we are killed."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        until = monotonic() + _LOCK_TIMEOUT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if monotonic() > until:
                    raise DatabaseUnavailable(
                        f"另一个进程正在启动数据库，等了 {_LOCK_TIMEOUT:.0f} 秒仍未完成（{lock}）。"
                    ) from None
                await asyncio.sleep(0.05)
        yield descriptor
    finally:
        os.close(descriptor)


async def run(
    account: pwd.struct_passwd | None, *command: str | Path, text: str = "", outlasting: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    # Without our environment, whose PGPORT, PGDATA or LC_ALL would apply. In "/", since the account may not be able to
    # enter root's working directory.
    other = account if os.geteuid() == 0 else None
    return await asyncio.to_thread(
        subprocess.run, command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", cwd="/", env={"PATH": _PATH, "LC_ALL": "C"}, user=other and other.pw_uid,
        group=other and other.pw_gid, extra_groups=[] if other else None, pass_fds=outlasting,
    )  # fmt: skip


async def must(
    account: pwd.struct_passwd | None, *command: str | Path, text: str = "", outlasting: tuple[int, ...] = ()
) -> str:
    done = await run(account, *command, text=text, outlasting=outlasting)
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise DatabaseUnavailable(f"{Path(command[0]).name} 失败（{done.returncode}）：\n{last}")
    return done.stdout
