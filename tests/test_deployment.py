"""The files in deploy/ for containers, services, pods and clusters are well formed, restrictive, and match the program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from adapters.postgres.queries import SQL
from tests import given_server
from tests.adapters.postgres.test_catalogue import REFERENCE
from tests.adapters.recordings import connected, fetch

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
yaml: Any = pytest.importorskip("yaml")
SERVICES = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))


@pytest.mark.parametrize("script", ["backup.sh", "restore.sh", "compose/passwords.sh"])
def test_a_script_is_well_formed(script: str) -> None:
    assert subprocess.run(["bash", "-n", DEPLOY / script], check=False).returncode == 0
    assert (DEPLOY / script).stat().st_mode & 0o111


# --- the image ---


def test_the_image_is_built_from_the_lock_file_and_runs_unprivileged() -> None:
    """Packages are installed by hash, no registry address is named, the last user is numeric, and every copied path exists."""
    lines = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    installs = [line for line in lines if "pip install" in line]
    assert len(installs) == 2
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert "--no-deps" in installs[1]
    text = "\n".join(line for line in lines if not line.startswith("#") and "127.0.0.1" not in line)
    assert not re.search(r"https?://|--index-url|--trusted-host", text)
    assert not re.search(r"(?m)^FROM \S+\.\S+/", text)
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            assert [name for name in line.split()[1:-1] if not (ROOT / name).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= {line.split()[1] for line in lines if line.startswith("COPY ")}


# --- compose ---


def test_compose_publishes_only_the_proxy() -> None:
    """Servers are read-only, without capabilities, and reached only through the proxy; every secret used is declared."""
    compose = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert [name for name, each in services.items() if "ports" in each] == ["proxy"]
    for name in ("server-1", "server-2", "migrate"):
        each = services[name]
        assert (each["read_only"], each["cap_drop"]) == (True, ["ALL"])
        assert each["security_opt"] == ["no-new-privileges:true"]
    assert {services[name]["network_mode"] for name in ("server-1", "server-2")} == {"service:proxy"}
    assert {secret for each in services.values() for secret in each.get("secrets", ())} == set(
        compose["secrets"]
    )
    assert compose["networks"]["inside"] == {"internal": True}
    ports = [services[name]["environment"]["PORT"] for name in ("server-1", "server-2")]
    assert re.findall(r"server 127\.0\.0\.1:(\d+)", (DEPLOY / "nginx.conf").read_text()) == ports
    assert not re.search(r"PASSWORD: \S", (DEPLOY / "compose/compose.yaml").read_text())


# --- Kubernetes ---


def test_pods_are_restricted_and_one_is_always_available() -> None:
    """They meet the "restricted" standard, with probes, a disruption budget below the number of pods, secrets by reference."""
    objects = list(yaml.safe_load_all((DEPLOY / "kubernetes/taizhang.yaml").read_text("utf-8")))
    by_kind = {each["kind"]: each for each in objects}
    for kind in ("Job", "Deployment"):
        pod = by_kind[kind]["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        volumes = {each["name"] for each in pod.get("volumes", ())}
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            allowed = container["securityContext"]
            assert (allowed["allowPrivilegeEscalation"], allowed["readOnlyRootFilesystem"]) == (False, True)
            assert allowed["capabilities"] == {"drop": ["ALL"]}
            assert "memory" in container["resources"]["limits"]
            assert {each["name"] for each in container.get("volumeMounts", ())} <= volumes
            assert [each for each in container.get("env", ()) if "PASSWORD" in each["name"]] == []
    deployment = by_kind["Deployment"]["spec"]
    server = next(each for each in deployment["template"]["spec"]["containers"] if each["name"] == "server")
    assert {"startupProbe", "livenessProbe", "readinessProbe", "lifecycle"} <= server.keys()
    assert "/health/ready" in str(server["readinessProbe"])
    assert by_kind["PodDisruptionBudget"]["spec"]["minAvailable"] < deployment["replicas"]
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


# --- systemd ---


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("name", [*SERVICES, "taizhang-backup-base.timer"])
def test_a_unit_is_well_formed_and_restricted(name: str, tmp_path: Path) -> None:
    """`systemd-analyze` finds no error in it and a low exposure."""
    for path in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", path.read_text("utf-8"))
        (tmp_path / path.name.replace("@.", "@8711.")).write_text(text)
    unit = tmp_path / name.replace("@.", "@8711.")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if name.partition(".")[0].rstrip("@") in line] == []
    if name.endswith(".service"):
        judged = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=30", unit],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert judged.returncode == 0, judged.stdout[-300:]


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_has_a_readable_home(name: str) -> None:
    """PostgreSQL clients look for files in the home directory, and end with an error if it is not readable."""
    settings = dict(
        line.split("=", 1)
        for line in (DEPLOY / "systemd" / name).read_text("utf-8").splitlines()
        if "=" in line
    )
    assert settings["ProtectHome"] == "yes"
    assert settings["Environment"] == f"HOME=%S/{settings['StateDirectory']}"


# --- Citus ---

STABLE = r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\bcurrent_(date|timestamp)\b"


@pytest.mark.parametrize("name", SQL)
def test_a_statement_uses_only_what_citus_supports(name: str) -> None:
    """The rules for statements; those for the schema are in test_catalogue."""
    text = re.sub(r"--[^\n]*", "", SQL[name])
    # Citus: "non-IMMUTABLE functions are not allowed" in CASE, COALESCE and DO UPDATE SET of statements that change rows.
    for changed in re.findall(
        r"\bUPDATE(?:\s+\w+)?\s+SET\b(.*?)(?=\bFROM\b|\bWHERE\b|\bRETURNING\b|$)", text, re.S
    ):
        held = (
            changed
            if "DO UPDATE" in text
            else " ".join(re.findall(r"(?:CASE\b.*?\bEND|coalesce\([^()]*(?:\(\))?[^()]*\))", changed, re.S))
        )
        assert not re.search(STABLE, held), held
    # Citus turns an INSERT … SELECT that reads no table into a COPY, which row policies forbid.
    for source in re.findall(r"\bINSERT INTO \w+ \([^)]*\)\s+SELECT\b(.*)", text, re.S):
        assert re.search(r"\b(FROM|JOIN) (?!json_to_recordset|unnest|generate_series)\w+", source)
    # Citus: FOR UPDATE needs the distribution column.
    assert "FOR UPDATE" not in text or "authority_id = $1" in text
    # Citus: an advisory lock holds on one node only.
    assert not re.search(r"\bLOCK TABLE\b|\bNOTIFY\b|\bxid\b|nextval", text)


async def test_a_server_with_a_register_is_refused_for_tests(server: DatabaseServer) -> None:
    """Tests grant the program's role rights temporarily: a server where others use the role is refused and not changed."""
    roles = "SELECT oid, rolname, rolsuper, shobj_description(oid, 'pg_authid') FROM pg_roles ORDER BY 1"
    dsn = server.behind("postgres")
    if isinstance(server.server, given_server.GivenServer):
        pytest.skip("the roles of a server given are the tests' own")
    before = await fetch(dsn, roles)
    with pytest.raises(given_server.NotForTests, match="taizhang_owner"):
        await given_server.prepare(dsn)
    assert await fetch(dsn, roles) == before


@pytest.mark.parametrize(
    ("given", "program", "own"),
    [
        ("postgresql://su:a%40b@db:5433/postgres?sslmode=require",
         "postgresql://taizhang:a%40b@db:5433/x%20y?sslmode=require",
         "postgresql://taizhang:a%40b@db:5433/postgres?sslmode=require"),
        ("postgresql://su@/postgres?host=%2Frun", "postgresql://taizhang@/x%20y?host=%2Frun",
         "postgresql://taizhang@/postgres?host=%2Frun"),
    ],
)  # fmt: skip
def test_an_address_is_given_for_each_role_and_database(given: str, program: str, own: str) -> None:
    server = given_server.GivenServer(given)
    assert (server.dsn("taizhang", "x y"), server.dsn("taizhang")) == (program, own)


async def test_a_plain_server_is_not_changed(server: DatabaseServer, database: str) -> None:
    """The file stops at its first statement with the reason, and leaves no setting that only Citus reads."""
    guard, _ = given_server.statements()
    async with connected(server.behind(database)) as connection:
        with pytest.raises(
            asyncpg.RaiseError, match="no Citus in this database: nothing was changed"
        ) as stopped:
            await connection.execute(guard)
    assert "needs no distributing" in stopped.value.hint


async def test_every_table_of_an_authority_is_distributed(server: DatabaseServer, database: str) -> None:
    """A dry run of distribute.sql on a plain server, with Citus' functions replaced by ones that note their arguments."""
    _, statements = given_server.statements()
    async with connected(server.behind(database)) as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("""
            CREATE TEMPORARY TABLE calls (nth serial, what text, colocated text);
            CREATE TEMPORARY TABLE pg_dist_partition (logicalrelid oid);
            CREATE FUNCTION pg_temp.note(text, text) RETURNS void LANGUAGE sql
                AS 'INSERT INTO calls (what, colocated) VALUES ($1, $2)';
            CREATE FUNCTION create_distributed_table(regclass, text, colocate_with text) RETURNS void
                LANGUAGE sql AS 'SELECT pg_temp.note($1::text, $3)';
            CREATE FUNCTION create_distributed_function(regprocedure, text DEFAULT '', colocate_with text DEFAULT '')
                RETURNS void LANGUAGE sql AS 'SELECT pg_temp.note($1::text, $3)'""")
        await given_server.run(connection, statements)
        distributed = [
            tuple(row) for row in await connection.fetch("SELECT what, colocated FROM calls ORDER BY nth")
        ]
        tables = {
            row[0]
            for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
        await transaction.rollback()
    spread = [(what, beside) for what, beside in distributed if "(" not in what]
    assert spread[0] == ("heads", "none")
    assert {what for what, _ in spread} == tables - REFERENCE
    assert {beside for _, beside in spread[1:]} == {"heads"}
    functions = {what.partition("(")[0]: beside for what, beside in distributed if "(" in what}
    assert functions == {"append": "heads", "write_rows": "heads", "index_applicants": "heads", "enter": ""}
