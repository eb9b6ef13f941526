"""Caring for one log from the command line: check it, show its checkpoint, publish it anew, build a view anew."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import httpx
import psycopg

from contracts.proofs import VerifierKey, format_note, open_checkpoint, parse_note
from services.ledger import recovery, sm3_twin
from services.ledger.checkpoints import State, latest
from services.ledger.connections import connect
from services.ledger.feed import Feed
from services.ledger.fsck import Report, fsck
from services.ledger.migrations import OWNER, READER, SERVICE, check_schema
from services.ledger.partitions import Partition, PartitionError, partition_years
from services.ledger.proving import Prover, ProvingError
from services.ledger.rebuild import Rebuilt, Told, rebuild
from services.ledger.relay import Relay
from services.ledger.runner import Runner
from services.ledger.sealer import SEALER_LOCK
from services.ledger.tiles import mirror as copy_tiles
from services.runtime.administration import READERS, AdministrationError, consumers_of
from services.runtime.context import BEIJING
from services.runtime.hosting import projections_of, sources_of
from services.runtime.keys import Keys
from services.runtime.log_routes import LogReader
from services.runtime.logins import acting_as, url_as
from services.runtime.service import ServiceDefinition
from services.runtime.settings import Settings
from services.runtime.witnessing import cosigned


async def checkpoint(settings: Settings, service: str, *, sm2: bool = False) -> str | None:
    """The latest signed checkpoint of a log; with `sm2` signed by its second key too. Raises SignerError."""
    async with acting_as(READER, settings, service) as pool:
        note = await LogReader(pool, Feed(pool)).checkpoint()
    if note is None or not sm2:
        return note
    # What the first key has signed is signed again, and nothing else: two keys never tell two histories.
    keys, signer = Keys(settings), Keys(settings).sm2_signer(service)
    open_checkpoint(note, [VerifierKey.parse(line) for line in keys.vkey(service).split()])
    text, signatures = parse_note(note)
    if VerifierKey.parse(signer.vkey).key_id in {one.key_id for one in signatures}:
        return note  # the sealer has signed with it already
    return format_note(text, [*signatures, signer.sign(text.encode("utf-8"))])


async def twin(settings: Settings, service: str) -> str:
    """The checkpoint of a log's twin in SM3; raises TwinError, SignerError."""
    async with acting_as(READER, settings, service) as pool:
        return await sm3_twin.checkpoint(pool, Keys(settings).sm3_signer(service))


async def check(settings: Settings, service: str) -> Report:
    """The whole log derived again from its bytes."""
    async with acting_as(SERVICE, settings, service) as pool:  # it looks among the pending events too
        return await fsck(pool, settings.origin_of(service), Keys(settings).vkey(service))


async def prove(settings: Settings, service: str, index: int, size: int | None) -> str:
    """The proof of one event in the form of tlog-proof."""
    async with acting_as(READER, settings, service) as pool:
        return str(await Prover(pool).event(index, size))


async def consistency(settings: Settings, service: str, old: int, new: int) -> list[bytes]:
    """The hashes that prove that a log only grew."""
    async with acting_as(READER, settings, service) as pool:
        return await Prover(pool).consistency(old, new)


async def mirror(settings: Settings, service: str, directory: Path) -> tuple[int, int]:
    """The whole log as files below `directory`, in a folder named like its origin; size and files written."""
    async with acting_as(READER, settings, service) as pool:
        return await copy_tiles(pool, directory / settings.origin_of(service))


class SealingError(Exception):
    """A log that is being sealed just now: its service has to be stopped first. One sentence."""


async def rotate(settings: Settings, service: str) -> str:
    """A new key for a log whose service does not run; returns its vkey. Raises SealingError, SignerError."""
    async with acting_as(SERVICE, settings, service) as pool, pool.connection() as connection:
        cursor = await connection.execute("select pg_try_advisory_lock(%s)", (SEALER_LOCK,))
        row = await cursor.fetchone()
        if row is None or not row[0]:
            raise SealingError(f"the log {settings.origin_of(service)} is being sealed: stop its service first")
        return Keys(settings).rotate(service)


async def cosign(settings: Settings, service: str, witnesses: Sequence[str]) -> str:
    """The latest checkpoint with the cosignatures of the witnesses; raises WitnessError, ProvingError."""
    async with acting_as(READER, settings, service) as pool, httpx.AsyncClient(timeout=20) as client:
        found = await latest(pool)
        if found is None:
            raise ProvingError("the log holds nothing yet")
        return await cosigned(found[1], Prover(pool).consistency, witnesses, client)


async def adopt(settings: Settings, service: str) -> State:
    """The state file of a log set anew from its database."""
    return await recovery.adopt(
        url_as(settings, service, SERVICE), settings.origin_of(service), settings.directories.state_file(service)
    )


async def refill(settings: Settings, service: str, definitions: Sequence[ServiceDefinition]) -> int:
    """The stream of a log deleted, created and filled again from PostgreSQL; returns the number of events."""
    async with acting_as(SERVICE, settings, service) as pool:
        relay = Relay(pool, service=service, origin=settings.origin_of(service), nats_url=settings.nats())
        return await relay.refill(consumers_of(definitions), readers=READERS)


async def partition(
    settings: Settings, service: str, through: int | None, *, tablespace: str | None, told: Told
) -> Sequence[Partition]:
    """Bodies of the closed years, of the log and of what it received, to a partition each; raises PartitionError.

    `through`: the last of them, a year that is over; last year without it. Needs a login that may act as the owner.
    """
    over = datetime.now(BEIJING).year - 1
    if through is not None and through > over:
        raise PartitionError(f"{through} is not over: {over} is the last year that can be closed")
    try:
        connection = await connect(url_as(settings, service, OWNER), name="zhucun partition")
    except psycopg.OperationalError as error:
        if f'"{OWNER}"' not in str(error):
            raise
        raise PartitionError("this login may not act as the owner: use the administrator's (zhucun_admin)") from error
    async with connection:
        await check_schema(connection)
        return await partition_years(connection, through=through or over, tablespace=tablespace, told=told)


def views_of(definition: ServiceDefinition) -> list[str]:
    """The views that a service keeps, in name order."""
    return sorted(projection.name for projection in projections_of(definition))


def keeper_of(view: str, definitions: Sequence[ServiceDefinition]) -> tuple[str, str]:
    """Service and view for `view` or `service/view`; raises AdministrationError unless exactly one is meant."""
    service, _, name = view.rpartition("/")
    keepers = [each.name for each in definitions if name in views_of(each) and service in ("", each.name)]
    if len(keepers) == 1:
        return keepers[0], name
    if not keepers:
        raise AdministrationError(f"there is no view {view!r}: zhucun view list names them")
    raise AdministrationError(f"{name} is kept by {', '.join(keepers)}: name one, for example {keepers[0]}/{name}")


async def rebuild_view(
    settings: Settings, definition: ServiceDefinition, view: str, *, accept: bool, told: Told
) -> Rebuilt:
    """A view built anew beside the current one and switched; raises AdministrationError for an unknown view."""
    names = (definition.name, *sources_of(definition))
    async with acting_as(SERVICE, settings, definition.name) as pool:
        runner = Runner(
            pool,
            service=definition.name,
            origins={name: settings.origin_of(name) for name in names},
            projections=projections_of(definition),
        )
        if view not in runner.projections:
            known = ", ".join(sorted(runner.projections))
            raise AdministrationError(f"{definition.name} has no view {view!r}: it is one of {known}")
        return await rebuild(pool, runner, view, accept=accept, told=told)
