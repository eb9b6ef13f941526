"""Least privilege: the scripts of deploy/postgres make logins that reach their own database and nothing more."""

import os
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from contracts.catalogue import SERVICES
from deploy.local.engines import postgres_engine
from deploy.local.postgres_server import EmbeddedPostgres
from services.agencies import registry
from services.agencies.database import apply_database, opened
from services.ledger.connections import connect
from services.ledger.migrations import apply_schema, check_schema, database_url
from services.ledger.partitions import PartitionError
from services.runtime.log_care import checkpoint, partition
from services.runtime.settings import read_settings
from tests.deploy.test_restore import SCRIPTS, Site
from tests.deploy.test_restore import site as site

PASSWORDS = {name: f"{name} 'of' a test" for name in (*SERVICES, "agency", "admin", "auditor")}


@pytest.fixture
def superuser(site: Site) -> Iterator[str]:
    """URL of the superuser of a cluster of this test's own: roles belong to clusters."""
    server = EmbeddedPostgres(site.home / "var", fast=True)
    yield server.start()
    server.stop()


def psql(url: str, script: str) -> None:
    server = conninfo_to_dict(url)
    environment = {f"ZHUCUN_{name.upper()}_PASSWORD": password for name, password in PASSWORDS.items()}
    environment |= {
        "PGPASSWORD": str(server["password"]),
        "PGHOST": str(server["host"]),
        "PGPORT": str(server["port"]),
        "PGUSER": str(server["user"]),
        "PGDATABASE": "postgres",
    }
    done = subprocess.run(
        [postgres_engine(os.environ).program.with_name("psql"), "-X", "-q", "-f", SCRIPTS / script],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def login(url: str, name: str) -> str:
    parts = urlsplit(url)
    password = PASSWORDS[name].replace(" ", "%20").replace("'", "%27")
    return urlunsplit(parts._replace(netloc=f"zhucun_{name}:{password}@{parts.hostname}:{parts.port}"))


async def test_each_login_can_do_its_work_and_no_other(superuser: str) -> None:
    psql(superuser, "administrator.sql")
    for service in SERVICES:  # by an administrator who is no superuser
        await apply_schema(login(superuser, "admin"), service)
    psql(superuser, "logins.sql")
    psql(superuser, "logins.sql")  # again changes passwords and nothing else

    own = database_url(login(superuser, "attendance"), "attendance")
    async with await connect(own, name="test") as connection:
        await check_schema(connection)
        await connection.execute("create schema presence_g1")  # views are the service's own
        for forbidden in (
            "update ledger.event set leaf = ''",
            "delete from ledger.checkpoint",
            "insert into ledger.event (id, stream, version, leaf, body) values (gen_random_uuid(), 'x', 1, '', '')",
            "alter table ledger.event disable trigger all",
            "drop schema ledger cascade",
            "set role zhucun_owner",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(forbidden.encode())
    settings = read_settings({}, postgres_url=login(superuser, "attendance"))
    assert await checkpoint(settings, "attendance") is None  # what an auditor reads, a service's login reads too
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        await checkpoint(settings, "finance")
    with pytest.raises(PartitionError, match="use the administrator's"):
        await partition(settings, "attendance", None, tablespace=None, told=lambda done, total: None)


async def test_the_publisher_of_agencies_keeps_its_register_with_a_login_that_may_make_nothing(
    superuser: str,
) -> None:
    psql(superuser, "administrator.sql")
    await apply_schema(login(superuser, "admin"), "finance")
    await apply_database(read_settings({}, postgres_url=login(superuser, "admin")))
    psql(superuser, "logins.sql")
    own = read_settings({}, postgres_url=login(superuser, "agency"))
    await apply_database(own)  # the first step of every `zhucun agency add`: finds it made
    async with opened(own) as pool:
        assert await registry.agencies(pool) == []
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        await connect(database_url(login(superuser, "agency"), "finance"), name="test")


async def test_an_auditor_reads_logs_and_no_disclosure(superuser: str) -> None:
    psql(superuser, "administrator.sql")
    await apply_schema(login(superuser, "admin"), "finance")
    psql(superuser, "logins.sql")
    async with await connect(database_url(login(superuser, "auditor"), "finance", role=None), name="test") as reader:
        await reader.execute("select * from ledger.event")
        assert await checkpoint(read_settings({}, postgres_url=login(superuser, "auditor")), "finance") is None
        for forbidden in ("select * from ledger.disclosure", "select * from ledger.receipt", "create schema mine"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await reader.execute(forbidden.encode())
