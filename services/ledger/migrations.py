"""Databases, roles and the schema of the ledger: forward-only numbered migrations.

Run by an administrator (`zhucun db apply`, or the embedded mode); a service that starts only checks.
"""

import hashlib
from importlib.resources import files
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

OWNER = "zhucun_owner"
SERVICE = "zhucun_service"
READER = "zhucun_reader"
DEFAULT_PREFIX = "zhucun_"

MIGRATIONS: tuple[tuple[int, str], ...] = ((1, "schema.sql"), (2, "bodies_by_year.sql"))
"""Number and file, in order. A released file is never edited: what must change comes as the next number."""

_LOCK = 0x7A68756375
"""Advisory lock in the administrative database: roles belong to the cluster, so one migration at a time in it."""


class SchemaMismatchError(Exception):
    """The database holds another schema than this program; the message is one sentence that says what to do."""


def database_name(service: str, prefix: str = DEFAULT_PREFIX) -> str:
    return f"{prefix}{service}"


def database_url(url: str, service: str, *, prefix: str = DEFAULT_PREFIX, role: str | None = SERVICE) -> str:
    """`url` with the service's database, acting as `role` (None: as the user of the URL)."""
    parts = urlsplit(url)
    query = [item for item in parts.query.split("&") if item and (role is None or not item.startswith("options="))]
    if role is not None:
        given = next(
            (item.removeprefix("options=") for item in parts.query.split("&") if item.startswith("options=")), ""
        )
        options = f"{unquote(given)} -c role={role}".strip()
        query.append(f"options={quote(options, safe='')}")
    path = "/" + database_name(service, prefix)
    return urlunsplit((parts.scheme, parts.netloc, path, "&".join(query), ""))


async def apply_schema(admin_url: str, service: str, prefix: str = DEFAULT_PREFIX) -> str:
    """Creates the service's database and the roles where missing, applies what is not yet applied.

    Returns the URL under which the service connects. Raises SchemaMismatchError for a database that is newer than this
    program or whose applied migrations differ from the files.
    """
    async with await AsyncConnection.connect(admin_url, autocommit=True) as admin:
        await admin.execute("select pg_advisory_lock(%s)", (_LOCK,))
        await _create_roles(admin)
        await _create_database(admin, database_name(service, prefix))
        async with await AsyncConnection.connect(
            database_url(admin_url, service, prefix=prefix, role=None)
        ) as connection:
            await _migrate(connection, database_name(service, prefix))
    return database_url(admin_url, service, prefix=prefix)


async def check_schema(connection: AsyncConnection[TupleRow]) -> None:
    """For a starting service: raises SchemaMismatchError unless the database stands exactly where this program does."""
    missing = await compare_applied(connection)
    if missing:
        raise SchemaMismatchError(
            f"Database {connection.info.dbname} has no ledger migration {missing[0][0]} yet: apply the schema first"
            " (zhucun db apply)."
        )


async def compare_applied(connection: AsyncConnection[TupleRow]) -> list[tuple[int, str]]:
    """Migrations that the database does not have yet, number and file.

    Raises SchemaMismatchError for a database that is newer than this program or was made by other texts.
    """
    cursor = await connection.execute("select to_regclass('ledger.migration') is not null")
    known = await cursor.fetchone()
    applied = await _applied(connection) if known and known[0] else {}
    _compare(connection.info.dbname, applied)
    return [(number, file) for number, file in MIGRATIONS if number not in applied]


async def _create_roles(admin: AsyncConnection[TupleRow]) -> None:
    for role in (OWNER, SERVICE, READER):
        cursor = await admin.execute("select 1 from pg_roles where rolname = %s", (role,))
        if await cursor.fetchone() is None:
            await admin.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
    cursor = await admin.execute("select rolsuper from pg_roles where rolname = current_user")
    row = await cursor.fetchone()
    if row is None or not row[0]:
        await admin.execute(
            sql.SQL("grant {} to current_user").format(
                sql.SQL(", ").join(map(sql.Identifier, (OWNER, SERVICE, READER)))
            )
        )


async def _create_database(admin: AsyncConnection[TupleRow], name: str) -> None:
    cursor = await admin.execute("select 1 from pg_database where datname = %s", (name,))
    if await cursor.fetchone() is None:
        await admin.execute(
            sql.SQL(
                "create database {} owner {} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
            ).format(sql.Identifier(name), sql.Identifier(OWNER))
        )
    database = sql.Identifier(name)
    await admin.execute(sql.SQL("revoke all on database {} from public").format(database))
    # CREATE: the views of every generation of a projection live in a schema of their own, made by the service.
    await admin.execute(sql.SQL("grant connect, create on database {} to {}").format(database, sql.Identifier(SERVICE)))
    await admin.execute(sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(READER)))


async def _migrate(connection: AsyncConnection[TupleRow], name: str) -> None:
    """One transaction: either the database stands at the last number afterwards or nothing has happened."""
    async with connection.transaction():
        await connection.execute(sql.SQL("set local role {}").format(sql.Identifier(OWNER)))
        cursor = await connection.execute("select to_regclass('ledger.migration') is not null")
        known = await cursor.fetchone()
        applied = await _applied(connection) if known and known[0] else {}
        _compare(name, applied)
        for number, file in MIGRATIONS:
            if number in applied:
                continue
            script = _script(file)
            await connection.execute(script)
            if number == MIGRATIONS[0][0]:
                await connection.execute(
                    "create table ledger.migration"
                    " (number integer primary key, file text not null, digest text not null,"
                    " applied_at timestamptz not null default now())"
                )
                await connection.execute(
                    sql.SQL("grant select on ledger.migration to {}, {}").format(
                        sql.Identifier(SERVICE), sql.Identifier(READER)
                    )
                )
            await connection.execute(
                "insert into ledger.migration (number, file, digest) values (%s, %s, %s)",
                (number, file, _digest(script)),
            )


async def _applied(connection: AsyncConnection[TupleRow]) -> dict[int, str]:
    cursor = await connection.execute("select number, digest from ledger.migration order by number")
    return {number: digest async for number, digest in cursor}


def _compare(name: str, applied: dict[int, str]) -> None:
    last = MIGRATIONS[-1][0]
    newest = max(applied, default=0)
    if newest > last:
        raise SchemaMismatchError(
            f"Database {name} is at ledger migration {newest}, this program knows {last} at most:"
            " run the newer program, or restore a backup made by this one."
        )
    for number, file in MIGRATIONS:
        if number in applied and applied[number] != _digest(_script(file)):
            raise SchemaMismatchError(
                f"Database {name} was made with another text of ledger migration {number} ({file}):"
                " run the program that made it, or start from an empty database."
            )


def _script(file: str) -> bytes:
    return files("services.ledger").joinpath(file).read_bytes()


def _digest(script: bytes) -> str:
    return hashlib.sha256(script).hexdigest()
