"""The database that comes along: found again, recovered, closed to others."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from adapters.postgres import embedded, programs, system_account
from adapters.postgres.database import DatabaseUnavailable
from tests.adapters.recordings import connected

PROJECT = Path(__file__).parents[3]
START = "import asyncio, pathlib, sys; from adapters.postgres import embedded; asyncio.run(embedded.start(pathlib.Path(sys.argv[1])))"
ROOT = os.geteuid() == 0


def new_place() -> Path:
    """A directory that the server's account can pass through, unlike pytest's own tmp_path."""
    place = Path(tempfile.mkdtemp(prefix="taizhang-test-", dir="/tmp")).resolve()
    place.chmod(0o711)
    return place


@pytest_asyncio.fixture(loop_scope="session")
async def place() -> AsyncIterator[Path]:
    place = new_place()
    yield place
    for data in place.rglob("data"):
        await embedded.stop(data.parent)
    shutil.rmtree(place)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[embedded.Server]:
    place = new_place()
    yield await embedded.start(place / "register")
    await embedded.stop(place / "register")
    shutil.rmtree(place)


def postmaster(server: embedded.Server) -> int:
    return int((server.directory / "data/postmaster.pid").read_text().split()[0])


def starting(directory: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", START, directory], cwd=PROJECT, start_new_session=True, stderr=subprocess.PIPE
    )


def permissions(path: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owners of the path and of everything above it."""
    return {
        part: ((found := part.lstat()).st_mode, found.st_uid, found.st_gid) for part in (path, *path.parents)
    }


def contents(path: Path) -> dict[Path, tuple[int, int, int, int]]:
    """What any change of the path or below it would change, too."""
    return {
        part: ((found := part.lstat()).st_mode, found.st_uid, found.st_size, found.st_mtime_ns)
        for part in (path, *path.rglob("*"))
    }


async def fetch(server: embedded.Server, role: str, query: str) -> object:
    connection = await asyncpg.connect(server.dsn(role))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_started_again_it_is_the_same_server_at_once(server: embedded.Server) -> None:
    """A running server is adopted as it is: no process is started for it."""
    before = postmaster(server)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(subprocess, "run", None)
        for _ in range(5):
            assert await embedded.start(server.directory) == server
    assert postmaster(server) == before


async def test_checksums_and_settings(server: embedded.Server) -> None:
    """Pages carry checksums, text sorts by code point, and there is no network."""
    for name, value in {
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
        "timezone": "UTC",
        "fsync": "on",
    }.items():
        assert await fetch(server, embedded.RUNTIME, f"SHOW {name}") == value
    assert await fetch(server, embedded.RUNTIME, "SELECT 'B' < 'a' AND lower('Ä') = 'ä'")


async def test_roles_have_no_more_rights_than_needed(server: embedded.Server) -> None:
    """The runtime role owns and creates nothing; its owner migrates and makes databases; neither is above the rules."""
    above = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'taizhang%' AND (rolsuper OR rolbypassrls OR rolcreaterole)"
    assert await fetch(server, embedded.RUNTIME, above) == 0
    owned = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'taizhang'"
    assert await fetch(server, embedded.RUNTIME, owned) == embedded.OWNER
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(server, embedded.RUNTIME, "CREATE TABLE public.mine ()")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(server, embedded.RUNTIME, "CREATE DATABASE mine")
    await fetch(server, embedded.OWNER, "CREATE TABLE theirs ()")
    await fetch(server, embedded.OWNER, "CREATE DATABASE copied")
    await fetch(server, embedded.OWNER, "DROP DATABASE copied")


async def test_the_log_holds_no_personal_data(server: embedded.Server) -> None:
    """Neither a statement, nor a parameter, nor a quoted value or key comes into the server's log."""
    connection = await asyncpg.connect(server.dsn(embedded.OWNER))
    await connection.execute("CREATE TABLE people (name text PRIMARY KEY)")
    await connection.execute("INSERT INTO people VALUES ('张三')")
    for refused in (
        "INSERT INTO people VALUES ('张三')",
        "SELECT '张三'::int",
        "DO $$BEGIN RAISE '张三'; END$$",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(refused)
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute("INSERT INTO people VALUES ($1)", "张三")
    await connection.close()
    log = (server.directory / "data/server.log").read_text()
    assert "ready to accept connections" in log
    assert "张三" not in log
    assert "people" not in log


async def test_a_running_server_has_a_bounded_log(server: embedded.Server) -> None:
    """The watching process moves a long log aside; the server continues to write to the same file."""
    log = server.directory / "data/server.log"
    with log.open("a") as lines:
        lines.write("long ago\n" + "x" * embedded._LONG_LOG)
    await embedded.limit_log(server.directory)
    assert log.stat().st_size == 0
    assert "long ago" in log.with_name("server.log.1").read_text()
    async with connected(server.dsn(embedded.SUPERUSER)) as connection:
        await connection.execute("SELECT pg_reload_conf()")
    while "SIGHUP" not in log.read_text():
        await asyncio.sleep(0.01)
    assert log.stat().st_size < 10_000


async def test_a_stop_waits_out_a_recovery(server: embedded.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than a start would wait; here recovery ends when the server is promoted."""
    data = server.directory / "data"
    assert await embedded.stop(server.directory)
    (data / "standby.signal").touch()
    os.chown(data / "standby.signal", data.stat().st_uid, data.stat().st_gid)
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write("hot_standby = off\n")
    monkeypatch.setattr(embedded, "_TIMEOUT", 3.0)
    with pytest.raises(DatabaseUnavailable, match="正在恢复"):
        await embedded.start(server.directory)
    monkeypatch.setattr(embedded, "_TIMEOUT", 0.5)
    waits: list[bool] = []
    stopping = asyncio.create_task(embedded.stop(server.directory, on_wait=lambda: waits.append(True)))
    while not waits:
        await asyncio.sleep(0.01)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(stopping), 1.5)
    account = system_account.account_of(server.directory)
    await system_account.must(
        account, await programs.runnable(account) / "pg_ctl", "promote", "-W", "-D", data
    )
    assert await stopping


async def test_a_start_puts_a_long_log_aside(server: embedded.Server) -> None:
    """The log does not grow without end; its last lines are kept, once."""
    log = server.directory / "data/server.log"
    before = log.with_name("server.log.1")
    for words in ("first", "second"):
        await embedded.stop(server.directory)
        with log.open("a") as lines:
            lines.write(f"{words}\n" + "x" * embedded._LONG_LOG)
        await embedded.start(server.directory)
        assert log.stat().st_size < 10_000
        assert words in before.read_text()
    assert "first" not in before.read_text()

    await embedded.stop(server.directory)
    await embedded.start(server.directory)
    assert "second" in before.read_text()  # a short one goes on
    assert log.read_text().count("ready to accept connections") == 2


async def test_other_local_users_are_refused(server: embedded.Server) -> None:
    """The socket is the server's account's alone; and were it opened, the user's name would not do."""
    socket = server.socket / ".s.PGSQL.5432"
    assert server.socket.stat().st_mode & 0o777 == socket.stat().st_mode & 0o777 == 0o700
    if not ROOT:
        return
    other = "daemon" if (server.directory / "data").owner() == "nobody" else "nobody"
    psql = Path(os.readlink(f"/proc/{postmaster(server)}/exe")).with_name("psql")

    def attempt() -> str:
        return subprocess.run(
            [psql, "-h", server.socket, "-U", "postgres", "-c", "SELECT 1", "taizhang"],
            user=other, group=pwd.getpwnam(other).pw_gid, extra_groups=[], cwd="/",
            env={"LC_ALL": "C"}, capture_output=True, text=True, check=False,
        ).stderr  # fmt: skip

    assert "Permission denied" in attempt()
    try:
        server.socket.chmod(0o711)
        socket.chmod(0o777)
        assert "Peer authentication failed" in attempt()
    finally:
        socket.chmod(0o700)
        server.socket.chmod(0o700)


async def test_acknowledged_rows_survive_a_kill(server: embedded.Server) -> None:
    """What was acknowledged before a kill -9 of the postmaster is there after a start that follows at once."""
    await fetch(server, embedded.OWNER, "CREATE TABLE entries (id int)")
    await fetch(server, embedded.OWNER, "GRANT ALL ON entries TO taizhang")
    acknowledged = 0

    async def write() -> None:
        nonlocal acknowledged
        connection = await asyncpg.connect(server.dsn(embedded.RUNTIME))
        try:
            while True:
                await connection.execute("INSERT INTO entries VALUES ($1)", acknowledged + 1)
                acknowledged += 1
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            connection.terminate()  # asyncpg raises any of these for a session that died under it

    writer = asyncio.create_task(write())
    while acknowledged < 100:
        await asyncio.sleep(0.01)
    killed = postmaster(server)
    os.kill(killed, signal.SIGKILL)
    assert await embedded.start(server.directory) == server
    await writer
    assert postmaster(server) != killed
    stored = await fetch(server, embedded.RUNTIME, "SELECT count(DISTINCT id) FROM entries")
    assert stored in (acknowledged, acknowledged + 1)


@pytest.mark.parametrize("whose", ["the server's", "somebody else's", "nobody's"])
async def test_a_pid_taken_by_another_process(server: embedded.Server, whose: str) -> None:
    """After a power cut the noted pid may be any process's: it is neither trusted nor touched."""
    data = server.directory / "data"
    account = data.stat().st_uid
    os.kill(postmaster(server), signal.SIGKILL)
    innocent = subprocess.Popen(["sleep", "60"], user=account if ROOT else None)
    try:
        pid = {"the server's": str(innocent.pid), "somebody else's": "1", "nobody's": ""}[whose]
        for lock in (data / "postmaster.pid", server.socket / ".s.PGSQL.5432.lock"):
            lock.write_text("\n".join([pid, *lock.read_text().splitlines()[1:], ""]) if pid else "")
        assert await embedded.stop(server.directory) is False
        assert await embedded.start(server.directory) == server
        assert await fetch(server, embedded.RUNTIME, "SELECT 1") == 1
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


@pytest.mark.parametrize("name", ["$(touch x)", 'a"b', "a,b", "a`b", "a\\b"])
async def test_a_path_that_a_shell_would_read_is_refused(place: Path, name: str) -> None:
    """pg_ctl lets a shell read the path: what it would obey or misread is refused before anything is made."""
    with pytest.raises(embedded.DatabaseUnavailable, match="不能含有字符"):
        await embedded.start(place / name)
    assert not list(place.iterdir())


async def test_the_server_cannot_change_its_own_programs(server: embedded.Server) -> None:
    """Started by root it is an ordinary account's process, run from files that are root's."""
    process = Path(f"/proc/{postmaster(server)}")
    assert process.stat().st_uid != 0
    program = (process / "exe").resolve().stat()
    assert not program.st_mode & 0o022
    assert not ROOT or program.st_uid == 0


async def test_a_failing_start_shows_the_log(
    server: embedded.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator reads why PostgreSQL did not start; with the cause mended it starts."""
    conf = server.directory / "data/postgresql.conf"
    good = conf.read_text()
    assert await embedded.stop(server.directory) is True
    assert await embedded.stop(server.directory) is False
    conf.write_text(f"{good}\nshared_bufers = 1\n")
    with monkeypatch.context() as patched:
        patched.setattr(embedded, "_TIMEOUT", 1.0)
        with pytest.raises(
            embedded.DatabaseUnavailable, match=r"(?s)^数据库不可用：PostgreSQL 没有启动成功.*shared_bufers"
        ):
            await embedded.start(server.directory)
    conf.write_text(good)
    assert await embedded.start(server.directory) == server


async def test_three_at_once_start_one_server(place: Path) -> None:
    """Processes starting together get the same server, and permissions above it stay as they were."""
    before = permissions(place)
    processes = [starting(place / "register") for _ in range(3)]
    for process in processes:
        _, words = await asyncio.to_thread(process.communicate)
        assert process.returncode == 0, words.decode()
    server = await embedded.start(place / "register")
    assert (server.directory / "data/server.log").read_text().count("starting PostgreSQL") == 1
    assert permissions(place) == before


async def test_a_half_finished_initdb_is_done_again(place: Path) -> None:
    """If it is killed with all its children while the cluster is being made, the next start makes it again."""
    process = starting(place / "register")
    while not list(place.glob("register/data.new-*/PG_VERSION")):
        assert process.poll() is None, "ended before it could be killed"
        await asyncio.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (place / "register/data").exists()
    server = await embedded.start(place / "register")
    assert await fetch(server, embedded.RUNTIME, "SELECT 1") == 1
    assert not list(place.glob("register/data.new-*"))


async def test_a_long_path_has_a_private_socket_elsewhere(place: Path) -> None:
    """Where the path is too long for a socket it is found again elsewhere, and a squatter is not trusted."""
    directory = place / ("政务 公开'" + "x" * (120 - 14 - len(f"{place}/")))
    assert len(os.fsencode(directory)) == 120
    server = await embedded.start(directory)
    try:
        assert server.socket.stat().st_mode & 0o777 == 0o700
        assert await embedded.start(directory) == server
        assert await fetch(server, embedded.RUNTIME, "SELECT 1") == 1
        await embedded.stop(directory)
        server.socket.rename(aside := place / "aside")
        server.socket.symlink_to(aside)
        with pytest.raises(embedded.DatabaseUnavailable, match="不予信任"):
            await embedded.start(directory)
        server.socket.unlink()
        server.socket.mkdir(0o755)
        with pytest.raises(embedded.DatabaseUnavailable, match="不予信任"):
            await embedded.start(directory)
    finally:
        server.socket.rmdir()


async def test_data_of_another_major_version_is_refused_untouched(place: Path) -> None:
    """No engine is let loose on data that another major version wrote."""
    data = place / "register/data"
    data.mkdir(parents=True)
    place.joinpath("register").chmod(0o711)
    (data / "PG_VERSION").write_text("14\n")
    before = contents(data)
    with pytest.raises(embedded.DatabaseUnavailable, match="属于 PostgreSQL 14"):
        await embedded.start(place / "register")
    assert contents(data) == before


async def test_a_closed_home_stays_closed(place: Path) -> None:
    """Data below a directory closed to the server is refused, and no permission is loosened for it."""
    home = place / "home"
    home.mkdir(0o700 if ROOT else 0o500)
    before = permissions(home), contents(home)
    with pytest.raises(embedded.DatabaseUnavailable, match="TAIZHANG_DATA" if ROOT else "home"):
        await embedded.start(home / "register")
    assert (permissions(home), contents(home)) == before


async def test_binaries_named_but_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder named by the operator is used or refused, never silently replaced."""
    monkeypatch.setenv("TAIZHANG_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(embedded.DatabaseUnavailable, match="TAIZHANG_POSTGRES_BIN"):
        programs.binaries()


async def test_the_environment_of_another_server_is_not_obeyed(
    server: embedded.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables meant for psql and other servers have no effect."""
    for name, value in {
        "PGPORT": "1",
        "PGHOST": "elsewhere",
        "PGSSLMODE": "verify-full",
        "PGUSER": "me",
    }.items():
        monkeypatch.setenv(name, value)
    assert await embedded.start(server.directory) == server
    assert await fetch(server, embedded.RUNTIME, "SELECT current_user") == embedded.RUNTIME
