"""Embedded nats-servers with JetStream: file storage under the data directory, loopback only.

The services have one, other agencies another (`AgencyNats`): what an agency asks of its server costs the services
neither a subject nor a connection nor a lock.
"""

import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess  # only for the type of the running server
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.local import processes
from deploy.local.engines import nats_engine
from deploy.local.processes import StartError

USUAL_PORT = 4222
START_SECONDS = 60.0
USER = "zhucun"
IN_USE = "address already in use"
"""What nats-server says of a taken port."""

CONFIGURATION = """\
# Written by deploy/local at every start.
listen: "127.0.0.1:{port}"
server_name: "{name}"
pid_file: {pid_file}
max_payload: 1MB
write_deadline: "10s"
jetstream {{
  store_dir: {store}
  max_file_store: {max_file_store}
  # The server acknowledges before fsync unless this is "always"; PostgreSQL is the record and the relay publishes
  # again what a power cut took, so a short interval bounds how much that is without paying an fsync per message.
  sync_interval: {sync_interval}
}}
accounts {{
  SERVICES {{
    jetstream: enabled
    users: [ {{ user: "{user}", password: {password} }} ]
  }}
}}
"""
AGENCY_CONFIGURATION = """\
# Written by deploy/local at every start.
listen: "127.0.0.1:{port}"
server_name: "{name}"
pid_file: {pid_file}
max_payload: 1MB
max_control_line: 4KB
write_deadline: "2s"
jetstream {{
  store_dir: {store}
  max_file_store: {max_file_store}
  sync_interval: {sync_interval}
}}
accounts {{
  # May tell the server to read this again, and nothing else.
  SYS {{
    users: [ {{ user: "{user}", password: {password}, permissions: {{
      publish: {{ allow: [ "$SYS.REQ.SERVER.*.RELOAD" ] }}, subscribe: {{ allow: [ "_INBOX.>" ] }} }} }} ]
  }}
  # A server whose only users are those of the system account lets in everybody else without a name.
  NOBODY {{ users: [ {{ user: "nobody", password: {closed} }} ] }}
  # Written by `zhucun agency` and its publisher.
  include "agencies.conf"
}}
system_account: SYS
"""


class EmbeddedNats:
    """A nats-server of our own: `start()` gives its URL with user and password, `stop()` leaves streams on disk.

    `sync_interval` is a duration such as "1s", or "always". `port` insists on one port, otherwise the one used
    before, the usual one, or any free one is taken.
    """

    NAME = "nats"
    """Of its directory below `var`, its log and the file of its port."""
    PORT = USUAL_PORT
    CONFIGURATION = CONFIGURATION
    WRAPPED: Sequence[str] = ()
    """What the server is started through."""

    def __init__(
        self,
        var: Path,
        *,
        sync_interval: str = "1s",
        port: int | None = None,
        max_file_store: str = "20GB",
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.var = var.absolute()
        self._sync_interval = sync_interval
        self._port = port
        self._max_file_store = max_file_store
        self._environ = environ
        self._home = self.var / self.NAME
        self._secret = self.var / "secrets" / self.NAME
        self._log = self.var / "log" / f"{self.NAME}.log"
        self._port_file = self.var / f"{self.NAME}.port"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.description = ""

    def start(self) -> str:
        """Start the server. Raises StartError with one sentence when that is impossible."""
        engine = nats_engine(self._environ)
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            self._secret.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._secret.exists():
                processes.write_private(self._secret, secrets.token_urlsafe(24))
        except OSError as error:
            raise StartError(f"cannot write {self._home}: {error.strerror}") from error
        self._stop_orphan()
        if not self._launch(engine.program, self._choose_port()):
            # Somebody took the port between the look and the start: any free one, this once.
            self._launch(engine.program, self._port or processes.choose_port(()), last=True)
        self.url = self.known_url() or ""
        self.description = f"nats-server {engine}, streams in {self._home}"
        return self.url

    def _launch(self, program: Path, port: int, *, last: bool = False) -> bool:
        """Start the server on that port; False when another process has it, StartError when that was the `last` try."""
        configuration = self._home / "nats.conf"
        processes.write_private(configuration, self._configuration(port))
        command: list[str | Path] = [*self.WRAPPED, program, "-c", configuration]
        self._process = processes.spawn(command, account=None, log=self._log, at_parent_death=signal.SIGTERM)
        self._port_file.write_text(str(port))
        try:
            self._wait_until_it_answers(port)
        except BaseException as error:
            self.stop()
            if isinstance(error, StartError) and IN_USE in str(error) and not last:
                return False
            raise
        return True

    def stop(self) -> None:
        """Orderly stop; streams stay on disk."""
        if self._process is not None:
            processes.stop(self._process, (signal.SIGTERM, 20.0))
            self._process = None

    def known_url(self) -> str | None:
        """The URL of the last start, None before the first."""
        if not (self._port_file.is_file() and self._secret.is_file()):
            return None
        return f"nats://{USER}:{self._secret.read_text()}@127.0.0.1:{self._port_file.read_text()}"

    def died(self) -> str | None:
        """A sentence when the server has ended by itself, else None."""
        if self._process is None or self._process.poll() is None:
            return None
        return f"nats-server ended by itself (code {self._process.returncode}): see {self._log}"

    @property
    def _name(self) -> str:
        """Tells this server from another one that may have taken the port."""
        return f"zhucun-{hashlib.sha256(os.fsencode(self._home)).hexdigest()[:12]}"

    def _choose_port(self) -> int:
        if self._port is not None and not processes.port_is_free(self._port):
            raise StartError(f"port {self._port}, asked for with ZHUCUN_NATS_PORT, is taken")
        usual = [int(self._port_file.read_text())] if self._port_file.exists() else []
        return self._port or processes.choose_port([*usual, self.PORT])

    def _configuration(self, port: int) -> str:
        return self.CONFIGURATION.format(
            port=port,
            name=self._name,
            pid_file=json.dumps(str(self._home / "pid")),
            store=json.dumps(str(self._home / "jetstream")),
            max_file_store=self._max_file_store,
            sync_interval=json.dumps(self._sync_interval) if self._sync_interval != "always" else "always",
            user=USER,
            password=json.dumps(self._secret.read_text()),
            closed=json.dumps(secrets.token_urlsafe(24)),
        )

    def _wait_until_it_answers(self, port: int) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self._process.poll() is not None:
                said = self._log.read_text(errors="replace").strip().splitlines()[-1:]
                raise StartError(f"nats-server did not start: {''.join(said) or 'it said nothing'}")
            try:
                ours = greeting("127.0.0.1", port).get("server_name") == self._name
            except OSError:
                ours = False
            if ours:
                return
            if time.monotonic() > deadline:
                raise StartError(f"nats-server does not answer: see {self._log}")
            time.sleep(0.01)

    def _stop_orphan(self) -> None:
        """Stop a server that lost its launcher: the caller holds the lock of `var`, so nobody watches it."""
        try:
            pid = int((self._home / "pid").read_text())
        except (OSError, ValueError):
            return
        deadline = time.monotonic() + 20
        if self._is_ours(pid):
            os.kill(pid, signal.SIGTERM)
        while self._is_ours(pid):
            if time.monotonic() > deadline:
                raise StartError(f"a nats-server left behind (process {pid}) holds {self._home} and does not stop")
            time.sleep(0.02)

    def _is_ours(self, pid: int) -> bool:
        """Whether that process is a nats-server with our configuration (its command line, on Linux)."""
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self._home / "nats.conf") in command


class AgencyNats(EmbeddedNats):
    """The server of subscribing agencies: no account of the services is on it, each agency has one of its own."""

    NAME = "agencies"
    PORT = USUAL_PORT + 1
    CONFIGURATION = AGENCY_CONFIGURATION
    # On one machine it shares the processor with the services all the same: they come first.
    WRAPPED = ("nice", "-n", "10") if shutil.which("nice") else ()

    def start(self) -> str:
        """Start the server; nobody is let in before `zhucun agency` says so. Raises StartError."""
        self._home.mkdir(parents=True, exist_ok=True)
        (self._home / "agencies.conf").touch(mode=0o600)
        return super().start()


def greeting(host: str, port: int) -> dict[str, Any]:
    """The INFO that a nats-server says first: version, whether JetStream is on. Raises OSError when nobody answers."""
    with socket.create_connection((host, port), timeout=5) as connection, connection.makefile("rb") as lines:
        line = lines.readline(65_536)
    if not line.startswith(b"INFO "):
        raise OSError(f"{host}:{port} is not a nats-server")
    info: dict[str, Any] = json.loads(line[5:])
    return info
