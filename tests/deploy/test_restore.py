"""The drill: back up, lose the cluster, restore into a new place; the sealer compares and never signs twice.

On a PostgreSQL of its own, with the scripts that an operator uses.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from deploy.local import processes
from deploy.local.engines import postgres_engine
from deploy.local.postgres_server import EmbeddedPostgres
from services.ledger.connections import open_pool
from services.ledger.fsck import fsck
from services.ledger.migrations import apply_schema, database_url
from services.ledger.sealer import Sealer, SealerRefused
from services.ledger.signer import FileSigner
from services.ledger.store import Store
from tests.ledger.world import ATTENDANCE, Log

SCRIPTS = Path(__file__).parents[2] / "deploy/postgres"


class Site:
    """Directories of a small data centre: scripts, archive, backups, and the state file on a disk of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.account = processes.unprivileged()
        self.archive, self.backups = home / "archive", home / "backups"
        self.scripts = shutil.copytree(SCRIPTS, home / "scripts")
        for directory in (self.archive, self.backups):
            directory.mkdir()
            self._give(directory)
        self.state = home / "state.json"
        self.signer = FileSigner(home / "key", ATTENDANCE, create=True)
        self._servers: list[EmbeddedPostgres] = []

    def cluster(self, name: str) -> EmbeddedPostgres:
        """A server on `home/name`, stopped with the test."""
        var = self.home / name
        var.mkdir(exist_ok=True)
        server = EmbeddedPostgres(var, fast=True)
        self._servers.append(server)
        return server

    def run(self, script: str, *words: str, url: str = "") -> str:
        """A script of deploy/postgres as the account of PostgreSQL; what it printed."""
        tools = postgres_engine(os.environ).program.parent
        server = conninfo_to_dict(url) if url else {}
        passwords = self.home / "passwords"
        processes.write_private(passwords, f"*:*:*:*:{server.get('password', '')}\n", self.account)
        variables = {"PATH": f"{tools}:{os.environ['PATH']}", "PGPASSFILE": str(passwords)}
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER"}
        variables |= {names[key]: str(value) for key, value in server.items() if key in names}
        settings = [f"{name}={value}" for name, value in variables.items()]
        done = processes.run(["env", *settings, "sh", self.scripts / script, *words], self.account)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def restored(self, name: str, backup: str, *time: str) -> EmbeddedPostgres:
        """A second cluster made by restore.sh, with the password of the first."""
        var = self.home / name
        (var / "secrets").mkdir(parents=True)
        shutil.copy(self.home / "first/secrets/postgres", var / "secrets/postgres")
        (var / "postgres").mkdir()
        self._give(var / "postgres")
        self.run("restore.sh", backup, str(self.archive), str(var / "postgres/cluster"), *time)
        return self.cluster(name)

    def stop(self) -> None:
        """Everything that runs."""
        for server in self._servers:
            server.stop()

    def _give(self, directory: Path) -> None:
        if self.account is not None:
            os.chown(directory, self.account.uid, self.account.gid)


@pytest.fixture
def site() -> Iterator[Site]:
    # pytest's own directories let the account of PostgreSQL not in.
    with tempfile.TemporaryDirectory(prefix="zhucun-drill-", dir="/var/tmp") as directory:
        home = Path(directory)
        home.chmod(0o755)
        site = Site(home)
        yield site
        site.stop()


async def opened(site: Site, url: str) -> Log:
    """The log of attendance on that cluster, with the site's key and state file."""
    await apply_schema(url, "attendance")
    dsn = database_url(url, "attendance")
    sealer = Sealer(dsn, origin=ATTENDANCE, signer=site.signer, state_file=site.state)
    pool = await open_pool(dsn, name="drill", max_size=4)
    return Log(pool, Store(pool, service="attendance", origin=ATTENDANCE), site.signer, sealer)


async def closed(log: Log) -> None:
    await log.sealer.close()
    await log.pool.close()


async def test_a_restored_log_goes_on_only_where_nothing_that_was_signed_is_missing(site: Site) -> None:
    first = site.cluster("first")
    url = first.start()
    _archive_from_now_on(site, url)
    first.stop()
    url = first.start()

    log = await opened(site, url)
    await log.grow(100)
    backup = await asyncio.to_thread(site.run, "backup.sh", str(site.backups), url=url)
    assert await log.grow(50) == 150
    then = datetime.now(UTC)
    await asyncio.sleep(0.1)
    assert await log.grow(50) == 200
    await closed(log)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_switch_wal()")
    first.stop()  # fast shutdown archives what is left; from here on the first cluster counts as lost

    earlier = site.restored("earlier", backup, then.isoformat())
    log = await opened(site, await _out_of_recovery(earlier))
    with pytest.raises(SealerRefused, match="the indexes 150 to 199 are missing") as refused:
        await log.sealer.seal_once()
    assert "nothing is sealed until then" in str(refused.value)
    await log.append(7)  # accepted by a service that does not know yet …
    with pytest.raises(SealerRefused):
        await log.sealer.seal_once()  # … and still not numbered: no index is given twice
    assert await log.signed(157) is None
    await closed(log)
    earlier.stop()

    latest = site.restored("latest", backup)
    log = await opened(site, await _out_of_recovery(latest))
    assert await log.grow(10) == 210
    report = await fsck(log.pool, ATTENDANCE, log.signer.vkey)
    assert (report.size, report.difference) == (210, None)
    await closed(log)


def test_restoring_never_writes_over_anything(site: Site) -> None:
    (site.home / "there").mkdir()
    with pytest.raises(AssertionError, match="is there already: name a new place"):
        site.run("restore.sh", str(site.backups), str(site.archive), str(site.home / "there"))


def test_archiving_never_writes_over_another_file(site: Site) -> None:
    (site.home / "wal").write_text("one")
    site.run("archive.sh", str(site.home / "wal"), str(site.archive / "0001"))
    (site.home / "wal").write_text("two")
    with pytest.raises(AssertionError, match="is another file"):
        site.run("archive.sh", str(site.home / "wal"), str(site.archive / "0001"))
    assert (site.archive / "0001").read_text() == "one"


def _archive_from_now_on(site: Site, url: str) -> None:
    command = f'sh "{site.scripts}/archive.sh" "%p" "{site.archive}/%f"'
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter system set archive_mode = 'on'")
        connection.execute(sql.SQL("alter system set archive_command = {}").format(command))


async def _out_of_recovery(server: EmbeddedPostgres) -> str:
    url = await asyncio.to_thread(server.start)
    async with asyncio.timeout(300):
        while True:
            async with await psycopg.AsyncConnection.connect(url) as connection:
                row = await (await connection.execute("select pg_is_in_recovery()")).fetchone()
            if row == (False,):
                return url
            await asyncio.sleep(0.05)
