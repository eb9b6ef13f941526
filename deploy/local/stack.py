"""The servers together: configured URLs first, embedded ones otherwise, one launcher per data directory."""

import fcntl
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import urlsplit

import psycopg

from deploy.local.engines import NATS_AT_LEAST, POSTGRES_AT_LEAST
from deploy.local.nats_server import AgencyNats, EmbeddedNats, greeting
from deploy.local.postgres_server import EmbeddedPostgres
from deploy.local.processes import StartError


class Stack:
    """PostgreSQL and NATS for one running zhucun, and a second NATS for other agencies.

    `ZHUCUN_POSTGRES_URL` and `ZHUCUN_NATS_URL` name servers of your own, which are only checked; what is not named
    is started from a package with its data under `var`. The agencies' server is started beside an embedded bus, unless
    `ZHUCUN_AGENCY_NATS_URL` names one. Use it as a context manager, from the main thread.
    """

    def __init__(
        self,
        var: Path = Path("var"),
        *,
        fast: bool = False,
        sync_interval: str = "1s",
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.var = var.absolute()
        self._environ = environ
        self._lock: IO[str] | None = None
        self._postgres = EmbeddedPostgres(
            self.var, fast=fast, port=_port(environ, "ZHUCUN_POSTGRES_PORT"), environ=environ
        )
        self._nats = EmbeddedNats(
            self.var, sync_interval=sync_interval, port=_port(environ, "ZHUCUN_NATS_PORT"), environ=environ
        )
        self._agencies = AgencyNats(self.var, sync_interval=sync_interval, environ=environ)
        self.postgres_url = ""
        self.nats_url = ""
        self.agency_nats_url: str | None = None
        self.described: list[str] = []

    @property
    def embedded(self) -> bool:
        """Whether both servers are ours: only then does the built-in token issuer sign."""
        return not (self._environ.get("ZHUCUN_POSTGRES_URL") or self._environ.get("ZHUCUN_NATS_URL"))

    def start(self) -> None:
        """Start or check both servers. Raises StartError with one sentence; nothing is left running then."""
        self._lock = hold_lock(self.var)
        try:
            self._start_postgres()
            self._start_nats()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what was started here, in reverse order."""
        self._agencies.stop()
        self._nats.stop()
        self._postgres.stop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def died(self) -> str | None:
        """A sentence when a server has ended by itself, else None."""
        return self._postgres.died() or self._nats.died() or self._agencies.died()

    def _start_postgres(self) -> None:
        configured = self._environ.get("ZHUCUN_POSTGRES_URL")
        if configured:
            self.postgres_url = configured
            self.described.append(check_postgres(configured, "ZHUCUN_POSTGRES_URL"))
        else:
            self.postgres_url = self._postgres.start()
            self.described.append(self._postgres.description)

    def _start_nats(self) -> None:
        configured = self._environ.get("ZHUCUN_NATS_URL")
        if configured:
            self.nats_url = configured
            self.described.append(check_nats(configured, "ZHUCUN_NATS_URL"))
        else:
            self.nats_url = self._nats.start()
            self.described.append(self._nats.description)
        self.agency_nats_url = self._environ.get("ZHUCUN_AGENCY_NATS_URL")
        if not configured and not self.agency_nats_url:
            self.agency_nats_url = self._agencies.start()
            self.described.append(f"{self._agencies.description}, for other agencies")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def hold_lock(var: Path) -> IO[str]:
    """The lock of a data directory, held until the file is closed or the process ends, however it ends."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        file = (var / "lock").open("a+")
    except OSError as error:
        raise StartError(f"cannot write {var}: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise StartError(
            f"zhucun already runs on {var} (process {holder}): stop it first, or name another ZHUCUN_VAR"
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def running_urls(var: Path) -> tuple[str, str, str | None] | None:
    """URLs of PostgreSQL, NATS and the agencies' NATS of the stack that runs on `var` just now; None when none does."""
    try:
        with (var / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except FileNotFoundError:
        return None
    except BlockingIOError:
        found = (EmbeddedPostgres(var).known_url(), EmbeddedNats(var).known_url())
        return (found[0], found[1], AgencyNats(var).known_url()) if found[0] and found[1] else None


def check_postgres(url: str, variable: str) -> str:
    """A line that describes the server at `url`; raises StartError when it is unreachable or too old."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
            where = f"{connection.info.host}:{connection.info.port}"
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise StartError(f"the PostgreSQL of {variable} cannot be used: {reason}") from error
    if version < POSTGRES_AT_LEAST[0] * 10_000:
        raise StartError(
            f"the PostgreSQL of {variable} is version {version // 10_000}, and 15 is the oldest that will do"
        )
    return f"PostgreSQL {version // 10_000}.{version % 10_000} at {where} ({variable})"


def check_nats(url: str, variable: str) -> str:
    """A line that describes the first server of `url` that answers; raises StartError when none will do."""
    reason = "it names no server"
    for single in url.split(","):
        parts = urlsplit(single.strip() if "//" in single else f"nats://{single.strip()}")
        host, port = parts.hostname or "127.0.0.1", parts.port or 4222
        try:
            info = greeting(host, port)
        except (OSError, ValueError) as error:
            reason = f"{host}:{port}: {error}"
            continue
        version = tuple(int(part) for part in re.findall(r"\d+", str(info.get("version", "0")))[:3])
        if version < NATS_AT_LEAST:
            raise StartError(
                f"the NATS of {variable} is version {info.get('version')}, and 2.11 is the oldest that will do"
            )
        if not info.get("jetstream"):
            raise StartError(f"the NATS of {variable} runs without JetStream: start it with -js")
        return f"nats-server {info.get('version')} at {host}:{port} ({variable})"
    raise StartError(f"the NATS of {variable} cannot be reached: {reason}")


def _port(environ: Mapping[str, str], variable: str) -> int | None:
    text = environ.get(variable)
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise StartError(f"{variable} is {text!r}, which is not a port")
    return int(text)
