"""The servers that everything is measured on, and what they promise: read from them, not assumed."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.local.postgres_server import recorded_location
from deploy.local.stack import Stack

_DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")
_SYNC_INTERVAL = "1s"


@dataclass(frozen=True, slots=True)
class Ground:
    """Both servers and a directory for keys and states of sealers; `small` asks for a quick, coarse run."""

    postgres_url: str
    nats_url: str
    directory: Path
    described: tuple[str, ...]
    postgres_settings: dict[str, str]
    nats_syncs: str
    small: bool
    full: bool

    @property
    def durable(self) -> bool:
        """Whether what PostgreSQL acknowledges survives a power cut."""
        return self.postgres_settings["fsync"] == "on" and self.postgres_settings["full_page_writes"] == "on"

    @property
    def commits(self) -> str:
        """The guarantee of a commit, for a figure."""
        if self.durable:
            return "on disk when acknowledged (fsync on, synchronous_commit on)"
        return f"NOT durable: {', '.join(f'{name} {value}' for name, value in self.postgres_settings.items())}"

    @property
    def publishes(self) -> str:
        """The guarantee of an acknowledged publish, for a figure."""
        return f"in the stream's file when acknowledged, synced by the server {self.nats_syncs}"


@contextmanager
def prepared_ground(directory: Path, *, small: bool, full: bool) -> Iterator[Ground]:
    """`ZHUCUN_TEST_POSTGRES_URL` and `ZHUCUN_TEST_NATS_URL`, or embedded servers with the settings of `make run`.

    What is started lies in a fresh directory below `directory` and is removed with it. Raises StartError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="run-", dir=directory))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ZHUCUN_")}
    for name in ("POSTGRES_URL", "NATS_URL"):
        configured = os.environ.get(f"ZHUCUN_TEST_{name}")
        if configured:
            environ[f"ZHUCUN_{name}"] = configured
    try:
        with Stack(place, sync_interval=_SYNC_INTERVAL, environ=environ) as stack:
            own = "ZHUCUN_NATS_URL" not in environ
            yield Ground(
                postgres_url=stack.postgres_url,
                nats_url=stack.nats_url,
                directory=place,
                described=tuple(stack.described),
                postgres_settings=_settings(stack.postgres_url),
                nats_syncs=f"every {_SYNC_INTERVAL}" if own else "as it is configured",
                small=small,
                full=full,
            )
    finally:
        private = recorded_location(place)
        for gone in (place, *([private] if private is not None else [])):
            shutil.rmtree(gone, ignore_errors=True)


def sync_milliseconds(directory: Path, repeat: int = 50) -> float:
    """Milliseconds of one 8 KiB write with fdatasync in that directory: what a commit cannot be faster than."""
    path = directory / "sync"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        block = b"z" * 8192
        began = time.perf_counter()
        for _ in range(repeat):
            os.pwrite(descriptor, block, 0)
            os.fdatasync(descriptor)
        return (time.perf_counter() - began) / repeat * 1000
    finally:
        os.close(descriptor)
        path.unlink()


def _settings(url: str) -> dict[str, str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select name, setting from pg_settings where name = any(%s) order by name", (list(_DURABILITY),)
        ).fetchall()
    return dict(found)
