"""The embedded servers: they start anywhere, keep their data, are never there twice, and leave nobody behind."""

import asyncio
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nats
import psycopg
import pytest

from deploy.local import postgres_server, processes
from deploy.local.engines import Engine
from deploy.local.nats_server import AgencyNats, EmbeddedNats
from deploy.local.postgres_server import EmbeddedPostgres, recorded_location
from deploy.local.processes import StartError
from deploy.local.stack import Stack, running_urls

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down to another user")


@pytest.fixture
def var() -> Iterator[Path]:
    """A data directory that everybody may enter."""
    home = Path(tempfile.mkdtemp(prefix="zhucun-stack-"))
    home.chmod(0o755)
    yield home / "var"
    subprocess.run([sys.executable, ROOT / "deploy/local/clean.py", home / "var"], check=True)
    shutil.rmtree(home)


def launch(var: Path, **environ: str) -> subprocess.Popen[str]:
    """The launcher as a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZHUCUN_")}
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.local", str(var)],
        cwd=ROOT,
        env=clean | {"ZHUCUN_FAST": "1"} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def urls(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    found: dict[str, str] = json.loads(line)
    return found


def servers_of(var: Path) -> list[int]:
    """Processes that have this data directory on their command line or as their home."""
    marks = [str(var), str(recorded_location(var) or var)]
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace") + str((entry / "cwd").readlink())
        except OSError:
            continue
        if any(mark in words for mark in marks) and "deploy.local" not in words:
            found.append(int(entry.name))
    return found


def wait_until_nobody(var: Path, seconds: float = 120) -> list[int]:
    deadline = time.monotonic() + seconds
    while (left := servers_of(var)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


async def leave_a_trace(postgres_url: str, nats_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('驻村')")
    client = await nats.connect(nats_url)
    await client.jetstream().add_stream(name="KEPT", subjects=["kept"])
    await client.jetstream().publish("kept", b"1")
    await client.close()


async def find_the_trace(postgres_url: str, nats_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("驻村",)
    client = await nats.connect(nats_url)
    assert (await client.jetstream().stream_info("KEPT")).state.messages == 1
    await client.close()


def test_started_again_it_continues_with_the_same_data(var: Path) -> None:
    with Stack(var, fast=True, environ={}) as stack:
        asyncio.run(leave_a_trace(stack.postgres_url, stack.nats_url))
        assert stack.embedded
    assert servers_of(var) == []
    with Stack(var, fast=True, environ={}) as stack:
        asyncio.run(find_the_trace(stack.postgres_url, stack.nats_url))


def test_a_second_start_on_the_same_data_is_one_sentence(var: Path) -> None:
    with Stack(var, fast=True, environ={}) as stack:
        with pytest.raises(StartError, match=rf"already runs on .* \(process {os.getpid()}\)"):
            Stack(var, fast=True, environ={}).start()
        psycopg.connect(stack.postgres_url).close()


def test_other_commands_find_the_stack_that_runs(var: Path) -> None:
    assert running_urls(var) is None
    with Stack(var, fast=True, environ={}) as stack:
        assert running_urls(var) == (stack.postgres_url, stack.nats_url, stack.agency_nats_url)
    assert running_urls(var) is None


def test_nobody_gets_in_without_the_password(var: Path) -> None:
    with Stack(var, fast=True, environ={}) as stack:
        port = psycopg.conninfo.conninfo_to_dict(stack.postgres_url)["port"]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://postgres:wrong@127.0.0.1:{port}/postgres")
        for url in (stack.nats_url, str(stack.agency_nats_url)):
            with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
                asyncio.run(nats.connect(f"nats://{url.rpartition('@')[2]}", allow_reconnect=False, connect_timeout=30))
    assert {path.name: path.stat().st_mode & 0o077 for path in (var / "secrets").iterdir()} == {
        "agencies": 0,
        "nats": 0,
        "postgres": 0,
    }


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the sockets of processes from /proc")
def test_nothing_listens_but_on_loopback(var: Path) -> None:
    with Stack(var, fast=True, environ={}):
        listening = {address for pid in servers_of(var) for address in listeners_of(pid)}
    assert len(listening) >= 3  # PostgreSQL, the bus, the agencies' server
    assert {address for address, _ in listening} <= {"0100007F", "00000000000000000000000001000000"}


def listeners_of(pid: int) -> set[tuple[str, str]]:
    """(address, port) of a process's listening sockets, hexadecimal as the kernel writes them; one may just end."""
    inodes = set()
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                target = str(handle.readlink())
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in inodes:
                address, port = words[1].split(":")
                found.add((address, port))
    return found


async def test_the_agencies_server_shares_nothing_with_the_bus(var: Path) -> None:
    """No account, subject or stream of the one is on the other; its administrator has it read again, no more."""
    with Stack(var, fast=True, environ={}) as stack:
        client = await nats.connect(
            str(stack.agency_nats_url), error_cb=_quiet, allow_reconnect=False, connect_timeout=30
        )
        identity = client._server_info["server_id"]
        assert b"error" not in (await client.request(f"$SYS.REQ.SERVER.{identity}.RELOAD", b"", timeout=30)).data
        for subject in (f"$SYS.REQ.SERVER.{identity}.VARZ", "$SYS.REQ.SERVER.PING", "ev.attendance.x", "$JS.API.INFO"):
            with pytest.raises((nats.errors.NoRespondersError, TimeoutError)):
                await client.request(subject, b"", timeout=0.3)
        await client.close()
        with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
            login = stack.nats_url.rpartition("@")[0]
            other = str(stack.agency_nats_url).rpartition("@")[2]
            await nats.connect(f"{login}@{other}", error_cb=_quiet, allow_reconnect=False, connect_timeout=30)
    configuration = (var / "nats" / "nats.conf").read_text()
    assert "AGENCY" not in configuration
    assert "include" not in configuration


async def _quiet(_error: Exception) -> None:
    return


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything(var: Path, number: signal.Signals) -> None:
    process = launch(var)
    urls(process)
    process.send_signal(number)
    assert process.wait(120) == 0
    assert servers_of(var) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the next start stops what was left behind")
def test_kill_9_of_the_launcher_leaves_no_server_behind_and_the_data_goes_on(var: Path) -> None:
    process = launch(var, ZHUCUN_FAST="0")
    found = urls(process)
    asyncio.run(leave_a_trace(found["postgres"], found["nats"]))
    process.kill()
    process.wait()
    assert wait_until_nobody(var) == []
    with Stack(var, environ={}) as stack:
        asyncio.run(find_the_trace(stack.postgres_url, stack.nats_url))


def test_usual_ports_that_are_taken_are_avoided(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports of the test's own stand for the usual ones, which anybody may take and give back meanwhile."""
    assert (postgres_server.USUAL_PORT, EmbeddedNats.PORT, AgencyNats.PORT) == (5432, 4222, 4223)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(postgres_server, "USUAL_PORT", port)
        monkeypatch.setattr(EmbeddedNats, "PORT", port)
        monkeypatch.setattr(AgencyNats, "PORT", port)
        with Stack(var, fast=True, environ={}) as stack:
            for url in (stack.postgres_url, stack.nats_url, str(stack.agency_nats_url)):
                assert urlsplit(url).port != port


def test_a_port_that_another_stack_takes_at_the_same_moment_is_given_up(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = var.with_name("other")
    with Stack(other, fast=True, environ={}) as first:
        var.mkdir(exist_ok=True)
        for name in ("postgres.port", "nats.port"):
            (var / name).write_text((other / name).read_text())
        monkeypatch.setattr(processes, "port_is_free", lambda _port: True)
        with Stack(var, fast=True, environ={}) as second:
            asyncio.run(leave_a_trace(second.postgres_url, second.nats_url))
            asyncio.run(find_the_trace(second.postgres_url, second.nats_url))
        assert first.postgres_url.rpartition(":")[2] != second.postgres_url.rpartition(":")[2]
        assert first.nats_url.rpartition(":")[2] != second.nats_url.rpartition(":")[2]


@pytest.mark.parametrize("variable", ["ZHUCUN_POSTGRES_PORT", "ZHUCUN_NATS_PORT"])
def test_a_port_that_was_asked_for_and_is_taken_is_one_sentence(var: Path, variable: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = launch(var, **{variable: str(port)})
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said == f"zhucun: port {port}, asked for with {variable}, is taken\n"
    assert servers_of(var) == []


def test_a_database_of_another_major_version_is_one_sentence(var: Path) -> None:
    with Stack(var, fast=True, environ={}):
        pass
    cluster = (recorded_location(var) or var / "postgres") / "cluster"
    (cluster / "PG_VERSION").write_text("13\n")
    with pytest.raises(StartError, match="was made by PostgreSQL 13 and the engine found is"):
        Stack(var, fast=True, environ={}).start()


def test_a_password_that_is_not_the_databases_is_one_sentence(var: Path) -> None:
    with Stack(var, fast=True, environ={}):
        pass
    (var / "secrets" / "postgres").write_text("another")
    with pytest.raises(StartError, match="is not that of the database"):
        Stack(var, fast=True, environ={}).start()
    assert servers_of(var) == []


@pytest.mark.parametrize("variable", ["ZHUCUN_POSTGRES_BIN", "ZHUCUN_NATS_BIN"])
def test_a_program_that_is_missing_is_one_sentence(var: Path, variable: str) -> None:
    process = launch(var, **{variable: "/nowhere/bin"})
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.count("\n") == 1
    assert variable in said


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("ZHUCUN_POSTGRES_URL", "postgresql://postgres:geheim@127.0.0.1:1/postgres"),
        ("ZHUCUN_NATS_URL", "nats://zhucun:geheim@127.0.0.1:1"),
    ],
)
def test_a_server_that_cannot_be_reached_is_one_sentence_without_its_password(
    var: Path, variable: str, url: str
) -> None:
    process = launch(var, **{variable: url})
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.count("\n") == 1
    assert variable in said
    assert "geheim" not in said
    assert servers_of(var) == []


def test_a_pid_file_that_names_somebody_else_is_stale(var: Path) -> None:
    with Stack(var, fast=True, environ={}):
        pass
    cluster = (recorded_location(var) or var / "postgres") / "cluster"
    (cluster / "postmaster.pid").write_text(f"{os.getppid()}\n{cluster}\n")
    with Stack(var, fast=True, environ={}) as stack:
        psycopg.connect(stack.postgres_url).close()


def test_a_server_that_lost_its_launcher_is_stopped_by_the_next_start(var: Path) -> None:
    orphaned = EmbeddedPostgres(var, fast=True, environ={})
    orphaned.start()
    lost = EmbeddedNats(var, environ={})
    lost.start()
    before = set(servers_of(var))
    with Stack(var, fast=True, environ={}) as stack:
        psycopg.connect(stack.postgres_url).close()
        assert before & set(servers_of(var)) == set()
    orphaned.stop()
    lost.stop()


def test_a_server_that_dies_is_reported(var: Path) -> None:
    with Stack(var, fast=True, environ={}) as stack:
        assert stack.died() is None
        pid = int((var / "nats" / "pid").read_text())
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while stack.died() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "nats-server ended by itself" in str(stack.died())


@as_root
def test_below_a_directory_of_root_the_cluster_moves_and_clean_finds_it() -> None:
    closed = Path(tempfile.mkdtemp(prefix="zhucun-closed-"))
    assert closed.stat().st_mode & 0o077 == 0
    var = closed / "var"
    for _ in range(2):
        with Stack(var, fast=True, environ={}) as stack:
            moved = recorded_location(var)
            assert moved is not None
            assert pwd.getpwuid(moved.stat().st_uid).pw_name in ("postgres", "nobody")
            psycopg.connect(stack.postgres_url).close()
    subprocess.run([sys.executable, ROOT / "deploy/local/clean.py", var], check=True)
    assert not var.exists()
    assert moved is not None
    assert not moved.exists()
    closed.rmdir()


@as_root
def test_programs_that_the_other_user_cannot_reach_are_copied() -> None:
    from deploy.local.engines import postgres_engine

    closed = Path(tempfile.mkdtemp(prefix="zhucun-closed-"))
    engine: Engine = postgres_engine({})
    package = engine.program.parents[2]
    shutil.copytree(
        package / "pginstall", closed / package.name / "pginstall", ignore=shutil.ignore_patterns("include")
    )
    shutil.copytree(package.with_name(package.name + ".libs"), closed / (package.name + ".libs"))
    hidden = closed / package.name / "pginstall" / "bin"
    with Stack(closed / "var", fast=True, environ={"ZHUCUN_POSTGRES_BIN": str(hidden)}) as stack:
        psycopg.connect(stack.postgres_url).close()
        assert "copied to" in stack.described[0]
    subprocess.run([sys.executable, ROOT / "deploy/local/clean.py", closed / "var"], check=True)
    shutil.rmtree(closed)


def test_clean_refuses_while_it_runs_and_what_it_did_not_make(var: Path) -> None:
    clean = [sys.executable, str(ROOT / "deploy/local/clean.py")]
    with Stack(var, fast=True, environ={}):
        answer = subprocess.run([*clean, var], capture_output=True, text=True, check=False)
        assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    foreign = var.parent / "home"
    foreign.mkdir()
    (foreign / "letter").write_text("keep me")
    assert subprocess.run([*clean, foreign], capture_output=True, check=False).returncode == 1
    assert (foreign / "letter").exists()
