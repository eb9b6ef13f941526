"""The doctor looks at certificates where they are shown: by real servers, good, soon over, over, or somebody else's."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from deploy.local import processes
from deploy.local.engines import nats_engine, postgres_majors
from deploy.local.postgres_server import EmbeddedPostgres
from services.runtime.doctor import certificates
from services.runtime.doctor.findings import Found, State
from services.runtime.settings import read_settings
from tests.deploy.certificates import Authority, Certificate


@contextmanager
def bus_showing(directory: Path, shown: Certificate) -> Iterator[str]:
    port = processes.choose_port([])
    configuration = directory / "nats.conf"
    configuration.write_text(
        f'listen: "127.0.0.1:{port}"\ntls {{ cert_file: "{shown.cert}", key_file: "{shown.key}" }}\n'
    )
    process = subprocess.Popen(
        [str(nats_engine(os.environ).program), "-c", str(configuration)], stderr=subprocess.DEVNULL
    )
    try:
        yield f"tls://u:geheim@127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


async def found(nats_url: str, postgres_url: str = "postgresql://h/x") -> list[Found]:
    """What the doctor sees, once the server has had time to come up."""
    settings = read_settings({}, nats_url=nats_url, postgres_url=postgres_url)
    for _ in range(1_200):
        seen = await certificates.examine(settings, ["finance"])
        if not any("could not be seen" in item.said for item in seen):
            return seen
        await asyncio.sleep(0.05)
    raise AssertionError(seen)


@pytest.mark.parametrize(
    ("days", "state", "said"),
    [
        (400, State.FINE, "399 days"),
        (20, State.ODD, "19 days"),
        (2, State.WRONG, "1 days"),
        (-1, State.WRONG, "certificate has expired"),
    ],
)
async def test_what_the_bus_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, state: State, said: str
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.cert))
    with bus_showing(tmp_path, authority.certificate("bus", days=days)) as url:
        (seen,) = await found(url)
    assert (seen.state, seen.what) == (state, "证书 certificate nats 127.0.0.1")
    assert said in seen.said
    assert "geheim" not in str(seen)
    assert state is State.FINE or (Path(__file__).parents[2] / seen.remedy).is_file()


async def test_a_certificate_of_another_authority_is_not_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path).cert))
    with bus_showing(tmp_path, Authority(tmp_path / "other").certificate("bus", days=400)) as url:
        (seen,) = await found(url)
    assert seen.state is State.WRONG
    assert "not accepted" in seen.said


async def test_a_node_that_is_down_is_odd_and_said(tmp_path: Path) -> None:
    settings = read_settings({}, nats_url="tls://127.0.0.1:1", postgres_url="postgresql://h/x")
    (seen,) = await certificates.examine(settings, ["finance"])
    assert seen.state is State.ODD


RULES = Path(__file__).parents[2] / "deploy/postgres/pg_hba.conf"


@pytest.fixture(scope="module")
def database() -> Iterator[tuple[str, Authority]]:
    """A PostgreSQL with TLS and our own pg_hba.conf; skipped where no engine has it."""
    engines = postgres_majors(os.environ)
    engine = engines.get(17) or engines.get(15)
    if engine is None:
        pytest.skip("no PostgreSQL with TLS is here (17 of make majors, or Debian's 15)")
    home = Path(tempfile.mkdtemp(prefix="zhucun-certificates-"))
    home.chmod(0o755)
    environ = os.environ | {"ZHUCUN_POSTGRES_BIN": str(engine.program.parent)}
    server = EmbeddedPostgres(home / "var", fast=True, environ=environ)
    try:
        url, authority = server.start(), Authority(home)
        own = authority.certificate("postgres", days=300)
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute("show data_directory").fetchone()
            assert row is not None
            data = Path(row[0])
            for file, name in ((own.cert, "own.crt"), (own.key, "own.key")):
                shutil.copy(file, data / name)
                (data / name).chmod(0o600)
                os.chown(data / name, data.stat().st_uid, data.stat().st_gid)
            for name, value in (("ssl_cert_file", "own.crt"), ("ssl_key_file", "own.key"), ("ssl", "on")):
                connection.execute(f"alter system set {name} = '{value}'".encode())
            (data / "pg_hba.conf").write_bytes(RULES.read_bytes())
            connection.execute("select pg_reload_conf()")
        _until_encrypted(url)
        yield url, authority
    finally:
        server.stop()
        shutil.rmtree(home)


def _until_encrypted(url: str) -> None:
    """The server has only been told to read its settings again: returns when it has."""
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"{url}?sslmode=require").close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


async def test_what_postgresql_shows(database: tuple[str, Authority]) -> None:
    """It begins TLS in a way of its own; with the authority that the URL names."""
    url, authority = database
    (seen,) = await found("nats://127.0.0.1:1", f"{url}?sslmode=verify-full&sslrootcert={authority.cert}")
    assert (seen.what, seen.state) == ("证书 certificate postgresql 127.0.0.1", State.FINE)
    assert "299 days" in seen.said


def test_postgresql_lets_nobody_in_without_tls(database: tuple[str, Authority], tmp_path: Path) -> None:
    url, authority = database
    with psycopg.connect(f"{url}?sslmode=verify-full&sslrootcert={authority.cert}") as connection:
        row = connection.execute("select ssl from pg_stat_ssl where pid = pg_backend_pid()").fetchone()
    assert row == (True,)
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(f"{url}?sslmode=disable")
    with pytest.raises(psycopg.OperationalError, match=r"certificate verify failed|signature failure"):
        psycopg.connect(f"{url}?sslmode=verify-full&sslrootcert={Authority(tmp_path).cert}")
