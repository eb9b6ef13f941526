"""The PostgreSQL and NATS that tests run against: configured ones, else containers, else the embedded ones.

`ZHUCUN_TEST_POSTGRES_URL` and `ZHUCUN_TEST_NATS_URL` win; without them testcontainers is used where a Docker engine
answers, and the embedded servers otherwise (`ZHUCUN_TEST_SERVERS=embedded` insists on those).
"""

import atexit
import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import nats
import nats.js.errors
import psycopg
from psycopg import sql

from deploy.local.nats_server import EmbeddedNats
from deploy.local.postgres_server import EmbeddedPostgres, recorded_location

POSTGRES_IMAGE = "postgres:15"
NATS_IMAGE = "nats:2"
DROP_SECONDS = 60.0

_stops: list[Callable[[], None]] = []


@cache
def docker_answers() -> bool:
    """Whether a Docker engine can be used; False at once where there is none."""
    if os.environ.get("ZHUCUN_TEST_SERVERS") == "embedded":
        return False
    try:
        import docker
        from docker.errors import DockerException
    except ImportError:
        return False
    try:
        docker.from_env().ping()
    except DockerException:
        return False
    return True


def chosen() -> str:
    """One line for the header of the run: which servers the tests will use."""
    fallback = "testcontainers {}" if docker_answers() else "embedded"
    postgres = "ZHUCUN_TEST_POSTGRES_URL" if os.environ.get("ZHUCUN_TEST_POSTGRES_URL") else fallback
    bus = "ZHUCUN_TEST_NATS_URL" if os.environ.get("ZHUCUN_TEST_NATS_URL") else fallback
    return f"servers: PostgreSQL {postgres.format(POSTGRES_IMAGE)}, NATS {bus.format(NATS_IMAGE)}"


def named() -> bool:
    """Whether somebody named a server: all tests of a run then share it."""
    return bool(os.environ.get("ZHUCUN_TEST_POSTGRES_URL") or os.environ.get("ZHUCUN_TEST_NATS_URL"))


@cache
def postgres_url() -> str:
    """URL of a superuser; one server for the whole session, started when first asked for."""
    configured = os.environ.get("ZHUCUN_TEST_POSTGRES_URL")
    if configured:
        return configured
    if docker_answers():
        return _postgres_container()
    server = EmbeddedPostgres(_var(), fast=True, port=None)
    _stops.append(server.stop)
    return server.start()


@cache
def nats_url() -> str:
    """URL of a NATS with JetStream; one server for the whole session, started when first asked for."""
    configured = os.environ.get("ZHUCUN_TEST_NATS_URL")
    if configured:
        return configured
    if docker_answers():
        return _nats_container()
    server = EmbeddedNats(_var(), sync_interval="1m")
    _stops.append(server.stop)
    return server.start()


def _postgres_container() -> str:
    from testcontainers.community.postgres import PostgresContainer

    container = PostgresContainer(POSTGRES_IMAGE, driver=None)
    container.with_command("-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400")
    _stops.append(container.stop)
    container.start()
    return str(container.get_connection_url(driver=None))


def _nats_container() -> str:
    from testcontainers.community.nats import NatsContainer

    container = NatsContainer(NATS_IMAGE, jetstream=True)
    _stops.append(container.stop)
    container.start()
    return container.nats_uri()


@cache
def _var() -> Path:
    """A throw-away data directory that the account of PostgreSQL may enter, removed with the session."""
    var = Path(tempfile.mkdtemp(prefix="zhucun-tests-"))
    var.chmod(0o711)

    def remove() -> None:
        private = recorded_location(var)
        shutil.rmtree(var, ignore_errors=True)
        if private is not None:
            shutil.rmtree(private, ignore_errors=True)

    _stops.insert(0, remove)
    return var


def stop_servers() -> None:
    """Stop what this session started, the last first."""
    while _stops:
        with contextlib.suppress(Exception):
            _stops.pop()()


atexit.register(stop_servers)


def fresh_prefix() -> str:
    """A database prefix that no other test uses."""
    return f"t{secrets.token_hex(4)}_"


def drop_databases(prefix: str, url: str | None = None) -> None:
    """Drop every database whose name begins with `prefix`, open connections included.

    The server gives those connections five seconds to end; a busy machine may take longer.
    """
    with psycopg.connect(url or postgres_url(), autocommit=True) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname, %s)", [prefix]
        ).fetchall()
        deadline = time.monotonic() + DROP_SECONDS
        for (name,) in names:
            dropping = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            while True:
                try:
                    connection.execute(dropping)
                    break
                except psycopg.errors.ObjectInUse:
                    if time.monotonic() > deadline:
                        raise


async def delete_all_streams(url: str | None = None) -> None:
    """Delete every JetStream stream of the server: as if its disks were lost."""
    connection = await nats.connect(url or nats_url())
    try:
        jetstream = connection.jetstream()
        for stream in await jetstream.streams_info():
            with contextlib.suppress(nats.js.errors.NotFoundError):
                await jetstream.delete_stream(stream.config.name or "")
    finally:
        await connection.close()
