"""`zhucun upgrade`: what a newer program changes in databases and on the bus, said first, done in a fixed order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from services.ledger import bus
from services.ledger.bus import BusError
from services.ledger.connections import connect, open_pool
from services.ledger.migrations import MIGRATIONS, SchemaMismatchError, compare_applied, database_url
from services.ledger.own_tables import OwnTables, missing_tables
from services.ledger.runner import Runner
from services.runtime.administration import READERS, apply_bus, apply_databases, consumers_of
from services.runtime.doctor.findings import Found, State
from services.runtime.doctor.logs import examine_state
from services.runtime.hosting import projections_of, sources_of
from services.runtime.service import ServiceDefinition
from services.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What `zhucun upgrade` would do, and what keeps it from doing it."""

    steps: tuple[str, ...]
    obstacles: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0: nothing stands in the way (whether or not there is something to do)."""
        return 1 if self.obstacles else 0


async def plan(settings: Settings, definitions: Sequence[ServiceDefinition], readers: Mapping[str, OwnTables]) -> Plan:
    """Looks at every database and at the bus; changes nothing. `readers`: who follows all logs, with its tables."""
    steps: list[str] = []
    obstacles: list[str] = []
    told: list[Found] = []
    for definition in definitions:
        found = await _database(settings, definition.name, definition.tables)
        told += found or await _views(settings, definition)
        if settings.directories.state_file(definition.name).exists():  # elsewhere, a job of its own runs this
            states = await examine_state(settings, definition.name)
            told += [state for state in states if state.state is State.WRONG]
    for reader, tables in readers.items():
        told += await _database(settings, reader, tables)
    for item in told:
        (obstacles if item.state is State.WRONG else steps).append(f"{item.what}: {item.said}")
    try:
        steps += await _bus(settings, definitions)
    except BusError as error:
        obstacles.append(str(error))
    return Plan(tuple(steps), tuple(obstacles))


async def upgrade(settings: Settings, definitions: Sequence[ServiceDefinition], say: Callable[[str], None]) -> None:
    """Databases one after the other, then the bus. Each database is one transaction: an interruption leaves it as it
    was or as it will be, and running this again goes on from there. Views are built anew by the services that start.
    """
    for definition in definitions:
        await apply_databases(settings, [definition])
        say(f"database {definition.name}: at migration {MIGRATIONS[-1][0]}")
    done = await apply_bus(settings, definitions, repair=True)
    say("\n".join(done) or "the bus stands as declared")


async def _database(settings: Settings, name: str, tables: OwnTables | None = None) -> list[Found]:
    prefix = settings.database_prefix
    what = f"database {name}"
    try:
        connection = await connect(database_url(settings.postgres_of(name), name, prefix=prefix, role=None), name="up")
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            return [Found(what, State.WRONG, str(error).strip().splitlines()[0])]
        return [Found(what, State.ODD, f"create it, migrations 1 to {MIGRATIONS[-1][0]}")]
    async with connection:
        try:
            missing: list[tuple[int, str]] = list(await compare_applied(connection))
            own = [] if tables is None else await missing_tables(connection, tables)
        except SchemaMismatchError as error:
            return [Found(what, State.WRONG, str(error))]
        except psycopg.errors.InsufficientPrivilege as error:
            return [Found(what, State.WRONG, f"{error}: use the administrator's URL")]
    steps = [f"migration {number} ({file})" for number, file in missing]
    steps += [f"migration {number} of the tables {tables.schema} ({file.name})" for number, file in own if tables]
    return [Found(what, State.ODD, step) for step in steps]


async def _views(settings: Settings, definition: ServiceDefinition) -> list[Found]:
    name = definition.name
    pool = await open_pool(
        database_url(settings.postgres_of(name), name, prefix=settings.database_prefix), name="zhucun", max_size=2
    )
    try:
        origins = {other: settings.origin_of(other) for other in (name, *sources_of(definition))}
        outdated = await Runner(pool, service=name, origins=origins, projections=projections_of(definition)).outdated()
    finally:
        await pool.close()
    return [Found(f"view {name} {view}", State.ODD, "built anew by the service that starts") for view in outdated]


async def _bus(settings: Settings, definitions: Sequence[ServiceDefinition]) -> list[str]:
    consumers = consumers_of(definitions)
    found = await bus.differences(settings.nats(), consumers, readers=READERS, replicas=settings.replicas)
    return [f"bus: {line}" for line in found]
