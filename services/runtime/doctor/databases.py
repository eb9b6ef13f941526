"""The database of one service: reachable, of a version and with settings that keep what they acknowledge."""

from datetime import UTC, datetime

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from services.ledger.connections import connect
from services.ledger.migrations import SchemaMismatchError, check_schema, database_url
from services.ledger.own_tables import OwnTables, check_tables
from services.runtime.clock import apart
from services.runtime.doctor.findings import Found, fine, odd, wrong
from services.runtime.settings import Settings

OLDEST, NEWEST_TRIED = 15, 18
CLOCK_ODD, CLOCK_WRONG = 1.0, 5.0
"""Seconds between this machine and the database: recorded times of one stream must not go back."""
MUST_BE_ON = ("fsync", "full_page_writes")


def url_of(settings: Settings, service: str) -> str:
    """The database as the service uses it."""
    return database_url(settings.postgres_of(service), service, prefix=settings.database_prefix)


async def examine(settings: Settings, service: str, tables: OwnTables | None = None) -> list[Found]:
    """Everything about the database of one service; one line only when it cannot be reached."""
    what = f"数据库 database {service}"
    try:
        connection = await connect(url_of(settings, service), name="zhucun doctor")
    except psycopg.errors.UndefinedObject as error:
        return [wrong(what, _first_line(error), "zhucun db apply")]
    except psycopg.OperationalError as error:
        remedy = "start PostgreSQL, check ZHUCUN_POSTGRES_URL and pg_hba.conf; a database that does not exist: "
        return [wrong(what, _first_line(error), remedy + "zhucun db apply")]
    async with connection:
        found = [_version(connection, what), await _schema(connection, what, tables)]
        found += await _settings(connection, service, embedded=settings.embedded)
        found.append(await _clock(connection, service))
        found.append(await _login(connection, service, embedded=settings.embedded))
        return found


def _version(connection: AsyncConnection[TupleRow], what: str) -> Found:
    major = connection.info.server_version // 10_000
    said = f"PostgreSQL {major}.{connection.info.server_version % 10_000} at {connection.info.host}"
    if major < OLDEST:
        return wrong(what, said, f"upgrade PostgreSQL to {OLDEST} or later")
    if major > NEWEST_TRIED:
        return odd(what, said, f"no test of this program has run on PostgreSQL above {NEWEST_TRIED}")
    return fine(what, said)


async def _schema(connection: AsyncConnection[TupleRow], what: str, tables: OwnTables | None) -> Found:
    try:
        await check_schema(connection)
        if tables is not None:
            await check_tables(connection, tables)
    except SchemaMismatchError as error:
        return wrong(what, str(error), "zhucun upgrade --check says what would be done, zhucun upgrade does it")
    return fine(what, "its schema is that of this program")


async def _settings(connection: AsyncConnection[TupleRow], service: str, *, embedded: bool) -> list[Found]:
    what = f"落盘 durability {service}"
    found = []
    cursor = await connection.execute(
        "select name, setting from pg_catalog.pg_settings where name = any(%s)",
        ([*MUST_BE_ON, "archive_mode", "wal_level"],),
    )
    values: dict[str, str] = dict(await cursor.fetchall())
    off = [name for name in MUST_BE_ON if values[name] != "on"]
    if off:
        found.append(wrong(what, f"{' and '.join(off)} off: a power cut loses acknowledged commands", "set it on"))
    else:
        found.append(fine(what, "fsync and full_page_writes are on"))
    if not embedded and (values["archive_mode"] == "off" or values["wal_level"] == "minimal"):
        found.append(
            odd(what, "no WAL archive: nothing can be restored to a point in time", "deploy/postgres/README.md")
        )
    elif values["archive_mode"] != "off":
        found.append(await _archive(connection, what))
    return found


async def _archive(connection: AsyncConnection[TupleRow], what: str) -> Found:
    cursor = await connection.execute(
        "select last_archived_wal, last_archived_time, last_failed_wal, last_failed_time"
        " from pg_catalog.pg_stat_archiver"
    )
    row = await cursor.fetchone()
    assert row is not None, "pg_stat_archiver always has its row"
    done, done_at, failed, failed_at = row
    if failed is not None and (done_at is None or failed_at > done_at):
        return wrong(what, f"archiving of {failed} fails since {failed_at:%Y-%m-%d %H:%M:%S}Z", "see the server's log")
    return fine(what, f"WAL is archived, the last file was {done or 'none yet'}")


async def _clock(connection: AsyncConnection[TupleRow], service: str) -> Found:
    what = f"时钟 clock {service}"
    before = datetime.now(UTC)
    row = await (await connection.execute("select clock_timestamp()")).fetchone()
    after = datetime.now(UTC)
    assert row is not None, "a call yields one row"
    away = apart(before, row[0], after)
    said = f"the clocks of this machine and of the database are {away:.1f} s apart"
    if away > CLOCK_WRONG:
        return wrong(what, said, "run chrony or ntpd on both, against the unit's own time server")
    if away > CLOCK_ODD:
        return odd(what, said, "run chrony or ntpd on both")
    return fine(what, said)


async def _login(connection: AsyncConnection[TupleRow], service: str, *, embedded: bool) -> Found:
    what = f"账号 login {service}"
    row = await (
        await connection.execute("select session_user, rolsuper from pg_catalog.pg_roles where rolname = session_user")
    ).fetchone()
    assert row is not None, "the session has a role"
    if row[1] and not embedded:
        return odd(what, f"{row[0]} is a superuser", "give each service a login of its own: deploy/postgres/logins.sql")
    return fine(what, f"{row[0]} acts as zhucun_service")


def _first_line(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
