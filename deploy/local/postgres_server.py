"""An embedded PostgreSQL: one cluster under the data directory, loopback only, scram passwords."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess  # only for the type of the running server
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from deploy.local import processes
from deploy.local.engines import Engine, copied, postgres_engine, reachable
from deploy.local.processes import Account, StartError

USUAL_PORT = 5432
IN_USE = "could not create any TCP/IP sockets"
"""What PostgreSQL says last when the port is taken."""
START_SECONDS = 300.0
"""A cluster that was killed first replays its log, which takes as long as it takes."""
PRIVATE_ROOT = Path("/var/tmp")  # noqa: S108  mkdtemp makes a private directory in it, and unlike /tmp it survives a reboot
PRIVATE_PREFIX = "zhucun-"
LOCATION = "postgres.location"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "400",
}
"""Nothing here survives a power cut: for throw-away clusters only."""


class EmbeddedPostgres:
    """A PostgreSQL of our own: `start()` gives the URL of its superuser, `stop()` leaves the data for the next start.

    `var` holds the data; where the account that PostgreSQL must run under cannot reach it, the cluster lies in a
    private directory whose location `var/postgres.location` records. `port` insists on one port, otherwise the one
    used before, the usual one, or any free one is taken. `fast` gives up durability (tests).
    """

    def __init__(
        self,
        var: Path,
        *,
        fast: bool = False,
        port: int | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.var = var.absolute()
        self._fast = fast
        self._port = port
        self._environ = environ
        self._secret = self.var / "secrets" / "postgres"
        self._log = self.var / "log" / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.description = ""

    def start(self) -> str:
        """Start the cluster, made first if need be. Raises StartError with one sentence when that is impossible."""
        engine = postgres_engine(self._environ)
        account = processes.unprivileged(self._existing_cluster())
        place = self._place(account)
        if not reachable(engine, account):
            engine = copied(engine, place)
            if not reachable(engine, account):
                raise StartError(f"user {account.name if account else ''} cannot run {engine.program}")
        cluster = place / "cluster"
        if not cluster.exists():
            self._make_cluster(engine, account, cluster)
        self._check_version(engine, cluster)
        _stop_orphan(cluster)
        if not self._launch(engine, account, cluster, self._choose_port()):
            # Somebody took the port between the look and the start: any free one, this once.
            self._launch(engine, account, cluster, self._port or processes.choose_port(()), last=True)
        self.description = f"PostgreSQL {engine}, data in {cluster}"
        return self.url

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything acknowledged is kept."""
        if self._process is not None:
            processes.stop(self._process, (signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0))
            self._process = None

    def died(self) -> str | None:
        """A sentence when the server has ended by itself, else None."""
        if self._process is None or self._process.poll() is None:
            return None
        return f"PostgreSQL ended by itself (code {self._process.returncode}): see {self._log}"

    def _existing_cluster(self) -> Path | None:
        moved = recorded_location(self.var)
        for place in (moved, self.var / "postgres"):
            if place is not None and (place / "cluster").exists():
                return place / "cluster"
        return None

    def _place(self, account: Account | None) -> Path:
        """The directory for cluster and copied engine: below `var` if the account can reach it."""
        moved = recorded_location(self.var)
        if moved is not None:
            _check_private(moved, account)
            return moved
        place = self.var / "postgres"
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(f"cannot write {place}: {error.strerror}") from error
        if account is not None and place.stat().st_uid == 0:
            os.chown(place, account.uid, account.gid)
        if processes.can_use(account, place):
            return place
        if account is None or (place / "cluster").exists():
            raise StartError(f"{place} cannot be written by this user: it belongs to another one")
        place.rmdir()
        private = Path(tempfile.mkdtemp(prefix=PRIVATE_PREFIX, dir=PRIVATE_ROOT))
        os.chown(private, account.uid, account.gid)
        (self.var / LOCATION).write_text(f"{private}\n")
        return private

    def _make_cluster(self, engine: Engine, account: Account | None, cluster: Path) -> None:
        """initdb beside, renamed at the end: a cluster that is there is complete."""
        unfinished = cluster.with_name("cluster.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        password = secrets.token_urlsafe(24)
        handed_over = cluster.with_name("password")
        processes.write_private(handed_over, password, account)
        options = ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", f"--pwfile={handed_over}"]
        if self._fast:
            options.append("--no-sync")
        try:
            made = processes.run([engine.program.with_name("initdb"), "-D", unfinished, *options], account)
        finally:
            handed_over.unlink()
        if made.returncode != 0:
            raise StartError(f"initdb could not make a database in {unfinished}: {_last_line(made.stderr)}")
        self._secret.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        processes.write_private(self._secret, password)
        unfinished.rename(cluster)

    def _check_version(self, engine: Engine, cluster: Path) -> None:
        made_by = (cluster / "PG_VERSION").read_text().strip()
        if made_by != str(engine.version[0]):
            raise StartError(
                f"the database in {cluster} was made by PostgreSQL {made_by} and the engine found is {engine}: set "
                f"ZHUCUN_POSTGRES_BIN to a PostgreSQL {made_by}, or `make clean` to start with an empty one"
            )
        if not self._secret.is_file():
            raise StartError(f"{self._secret}, the password of the database in {cluster}, is gone: run `make clean`")

    def _choose_port(self) -> int:
        remembered = self.var / "postgres.port"
        usual = [int(remembered.read_text())] if remembered.exists() else []
        if self._port is not None and not processes.port_is_free(self._port):
            raise StartError(f"port {self._port}, asked for with ZHUCUN_POSTGRES_PORT, is taken")
        return self._port or processes.choose_port([*usual, USUAL_PORT])

    def _launch(self, engine: Engine, account: Account | None, cluster: Path, port: int, *, last: bool = False) -> bool:
        """Start the server on that port; False when another process has it, StartError when that was the `last` try."""
        settings = SETTINGS | {"port": str(port)} | (FOR_TESTS if self._fast else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        before = self._log.stat().st_size if self._log.exists() else 0
        self._process = processes.spawn(
            [engine.program, "-D", cluster, *options],
            account=account,
            log=self._log,
            at_parent_death=signal.SIGINT,
        )
        (self.var / "postgres.port").write_text(str(port))
        self.url = self.known_url() or ""
        try:
            self._wait_until_it_answers(cluster, before)
        except BaseException as error:
            self.stop()
            if isinstance(error, StartError) and IN_USE in str(error) and not last:
                return False
            raise
        return True

    def known_url(self) -> str | None:
        """The URL of the last start, None before the first."""
        port = self.var / "postgres.port"
        if not (port.is_file() and self._secret.is_file()):
            return None
        return f"postgresql://postgres:{quote(self._secret.read_text(), safe='')}@127.0.0.1:{port.read_text()}/postgres"

    def _wait_until_it_answers(self, cluster: Path, log_from: int) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self._process.poll() is not None:
                with self._log.open("rb") as log:
                    log.seek(log_from)
                    said = _last_line(log.read().decode(errors="replace"))
                raise StartError(f"PostgreSQL did not start: {said}")
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error) and self._listens(cluster):
                    raise StartError(f"the password in {self._secret} is not that of the database") from error
                if time.monotonic() > deadline:
                    raise StartError(f"PostgreSQL does not answer: see {self._log}") from error
                time.sleep(0.02)
            else:
                return

    def _listens(self, cluster: Path) -> bool:
        """Whether ours has the port and is ready: otherwise it was another server that asked for a password.

        A server notes its process first and, once it lets people in, its state last (`postmaster.pid`).
        """
        assert self._process is not None
        with contextlib.suppress(OSError):
            noted = (cluster / "postmaster.pid").read_text().split()
            return noted[:1] == [str(self._process.pid)] and noted[-1:] == ["ready"]
        return False


def recorded_location(var: Path) -> Path | None:
    """The private directory of a cluster that could not lie under `var`, None when there is none."""
    file = var / LOCATION
    return Path(file.read_text().strip()) if file.is_file() else None


def _check_private(place: Path, account: Account | None) -> None:
    """A private directory must still be ours: another user may have made one of the same name since."""
    if place.is_symlink() or not place.is_dir():
        raise StartError(f"the database lay in {place}, which is gone: `make clean` to start with an empty one")
    expected = account.uid if account is not None else os.geteuid()
    if place.stat().st_uid not in (0, expected):
        raise StartError(f"the database directory {place} belongs to another user")


def _stop_orphan(cluster: Path) -> None:
    """Deal with a pid file left behind: stop a postmaster that nobody watches, remove a file that means nobody.

    The caller holds the lock of `var`, so a running postmaster of this cluster has lost its launcher.
    """
    file = cluster / "postmaster.pid"
    if not file.is_file():
        return
    pid = int(file.read_text().split("\n", 1)[0])
    if not _serves(pid, cluster):
        # Its number may belong to any other process by now (containers count from 1), and PostgreSQL would refuse.
        if sys.platform.startswith("linux"):
            file.unlink(missing_ok=True)
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 60
    while _serves(pid, cluster):
        if time.monotonic() > deadline:
            raise StartError(f"a PostgreSQL left behind (process {pid}) holds {cluster} and does not stop")
        time.sleep(0.05)


def _serves(pid: int, cluster: Path) -> bool:
    """Whether process `pid` is a postmaster at home in `cluster` (its working directory, on Linux)."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == cluster.resolve()
    except OSError:
        return False


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "error:" in line]
    return (fatal or lines or ["it said nothing"])[-1]
