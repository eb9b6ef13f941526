"""Tables that a service keeps beside its log and its views: numbered migrations of their own, forward only.

For values that can be erased. The log never reads them. What has been applied stands in `<schema>.migration`; a
database from before these numbers has the tables of the first file, which is why that file is harmless when applied
again: such a database takes number 1 and goes on from there.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

from services.ledger.migrations import OWNER, READER, SERVICE, SchemaMismatchError, database_url


@dataclass(frozen=True, slots=True)
class OwnTables:
    """The schema that holds them, and the files in order: the first is number 1. A released file is never edited."""

    schema: str
    files: tuple[Path, ...]

    @property
    def numbered(self) -> Sequence[tuple[int, Path]]:
        return tuple(enumerate(self.files, 1))


async def apply_tables(admin_url: str, service: str, prefix: str, tables: OwnTables) -> None:
    """Applies what is not applied yet, in one transaction: afterwards all of it stands, or nothing has happened.

    Raises SchemaMismatchError for tables that are newer than this program or were made by other texts.
    """
    url = database_url(admin_url, service, prefix=prefix, role=None)
    async with await AsyncConnection.connect(url) as connection, connection.transaction():
        await connection.execute(sql.SQL("set local role {}").format(sql.Identifier(OWNER)))
        lock = f"zhucun {service} {tables.schema}"
        await connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (lock,))
        for number, file in await missing_tables(connection, tables):
            script = file.read_bytes()
            await connection.execute(script)
            if number == 1:
                await _begin_to_count(connection, tables.schema)
            await connection.execute(
                sql.SQL("insert into {} (number, file, digest) values (%s, %s, %s)").format(_marks(tables)),
                (number, file.name, _digest(script)),
            )


async def missing_tables(connection: AsyncConnection[TupleRow], tables: OwnTables) -> list[tuple[int, Path]]:
    """Files that the database does not have yet. Raises SchemaMismatchError as :func:`apply_tables` does."""
    name = f"{connection.info.dbname}, tables {tables.schema},"
    cursor = await connection.execute("select to_regclass(%s) is not null", (f"{tables.schema}.migration",))
    counts = await cursor.fetchone()
    applied: dict[int, str] = {}
    if counts and counts[0]:
        rows = await connection.execute(sql.SQL("select number, digest from {}").format(_marks(tables)))
        applied = {number: digest async for number, digest in rows}
    if max(applied, default=0) > len(tables.files):
        raise SchemaMismatchError(
            f"Database {name} is at migration {max(applied)}, this program knows {len(tables.files)} at most:"
            " run the newer program, or restore a backup made by this one."
        )
    for number, file in tables.numbered:
        if number in applied and applied[number] != _digest(file.read_bytes()):
            raise SchemaMismatchError(
                f"Database {name} was made with another text of migration {number} ({file.name}):"
                " run the program that made it."
            )
    return [(number, file) for number, file in tables.numbered if number not in applied]


async def check_tables(connection: AsyncConnection[TupleRow], tables: OwnTables) -> None:
    """For a starting service: raises SchemaMismatchError unless its tables stand where this program does."""
    missing = await missing_tables(connection, tables)
    if missing:
        raise SchemaMismatchError(
            f"Database {connection.info.dbname} has no migration {missing[0][0]} of the tables {tables.schema} yet:"
            " apply the schema first (zhucun db apply)."
        )


async def _begin_to_count(connection: AsyncConnection[TupleRow], schema: str) -> None:
    marks = sql.Identifier(schema, "migration")
    await connection.execute(
        sql.SQL(
            "create table {} (number integer primary key, file text not null, digest text not null,"
            " applied_at timestamptz not null default now())"
        ).format(marks)
    )
    await connection.execute(sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), _READ_BY))
    await connection.execute(sql.SQL("grant select on {} to {}").format(marks, _READ_BY))


_READ_BY = sql.SQL(", ").join((sql.Identifier(SERVICE), sql.Identifier(READER)))


def _marks(tables: OwnTables) -> sql.Identifier:
    return sql.Identifier(tables.schema, "migration")


def _digest(script: bytes) -> str:
    return hashlib.sha256(script).hexdigest()
