"""Steps of administration: an agency is added, listed, given other credentials, shut out. No service takes part."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import nats.errors
import psycopg
from nats.js.errors import ServiceUnavailableError
from psycopg import AsyncConnection

from contracts.catalogue import SERVICES
from contracts.scopes import Sees, matrix
from contracts.subscriber import nkey
from contracts.subscriber.credentials import Credentials
from services.agencies import delivery, receipts, registry
from services.agencies.accounting import conf_file, server_of, write_accounts
from services.agencies.accounts import STREAM, inbox_prefix
from services.agencies.keys import PublisherKeys
from services.agencies.publisher import NAME, pool_url
from services.agencies.receipts import Receipt
from services.agencies.registry import Agency, RegistryError
from services.ledger.connections import Pool, open_pool
from services.ledger.migrations import OWNER, apply_schema
from services.runtime.keys import Keys
from services.runtime.settings import Settings

STORE_MB, WHOLE_STORE_MB = 128, 4_096
"""Reserved on the bus for a scope that is some events (some 50,000), and for one that is all (some 1.6 million)."""
ENTER_SECONDS = 10.0
"""How long a reloaded server may take to let us in."""


async def apply_database(settings: Settings) -> None:
    """The publisher's own database: the ledger's schema for its inbox, and its own tables."""
    await apply_schema(settings.postgres_of(NAME), NAME, settings.database_prefix)
    async with await AsyncConnection.connect(pool_url(settings, role=OWNER)) as connection:
        await connection.execute("select pg_advisory_xact_lock(hashtextextended('zhucun agency schema', 0))")
        await connection.execute(files("services.agencies").joinpath("schema.sql").read_bytes())


async def apply(settings: Settings) -> list[str]:
    """Accounts, streams and durables of all agencies as they should be; returns what was done, one line each."""
    await apply_database(settings)
    async with _pool(settings) as pool:
        return await _apply(settings, pool)


async def add(
    settings: Settings,
    name: str,
    *,
    role: str,
    places: Sequence[str],
    organisation: str | None,
    expires: datetime | None,
    out: Path,
    store_mb: int | None = None,
) -> Agency:
    """A new agency with keys, account, stream and durable of its own; its credentials are written to `out`.

    Raises RegistryError for what cannot be given, before anything is changed; only a signing key that was made for a
    name whose disk the budget does not allow stays, for the next attempt.
    """
    registry.check_name(name)
    registry.scope_of(role, places, organisation)
    _must_be_new(out)
    await apply_database(settings)
    seed = nkey.new_seed()
    signer = PublisherKeys(settings).signer(name, create=True)
    async with _pool(settings) as pool:
        agency = await registry.add(
            pool,
            name,
            role=role,
            places=places,
            organisation=organisation,
            key=nkey.public_of(seed),
            origin=signer.name,
            vkey=signer.vkey,
            store_mb=store_mb or (WHOLE_STORE_MB if _sees_everything(role) else STORE_MB),
            budget_mb=settings.agency_budget_mb,
            expires=expires,
        )
        _write(settings, agency, seed, out)
        await _apply(settings, pool)
    return agency


async def revoke(settings: Settings, name: str) -> None:
    """Its credentials are good no more, its connections end at once; what it was sent stays on record."""
    async with _pool(settings) as pool:
        await registry.revoke(pool, name)
        await _apply(settings, pool)


async def rotate(settings: Settings, name: str, *, expires: datetime | None, out: Path) -> None:
    """Other credentials for the same scope, written to `out`; the old ones are good no more."""
    _must_be_new(out)
    seed = nkey.new_seed()
    async with _pool(settings) as pool:
        await registry.rotate(pool, name, nkey.public_of(seed), expires)
        _write(settings, await registry.agency(pool, name), seed, out)
        await _apply(settings, pool)


async def listed(settings: Settings) -> list[tuple[Agency, Receipt | None]]:
    """Every agency, the revoked ones too, and what it has acknowledged as last seen."""
    async with _pool(settings) as pool:
        seen = await receipts.latest(pool)
        return [(agency, seen.get(agency.name)) for agency in await registry.agencies(pool)]


async def _apply(settings: Settings, pool: Pool) -> list[str]:
    changed = await write_accounts(settings, pool)
    done = [f"wrote {conf_file(settings)}"] if changed else []
    for agency in await registry.agencies(pool):
        if agency.admitted(datetime.now(UTC)):
            done += await _enter(settings, agency.name)
    return done


async def _enter(settings: Settings, name: str) -> list[str]:
    """Stream and durable in an agency's account; a server that was just told to reload is given a moment."""
    seed = PublisherKeys(settings).publisher_seed(name)
    deadline = asyncio.get_running_loop().time() + ENTER_SECONDS
    while True:
        try:
            client = await nkey.connect(
                server_of(settings), seed, error=delivery.quiet, allow_reconnect=False, connect_timeout=3
            )
            try:
                return await delivery.apply(client.jetstream(timeout=5), name)
            finally:
                await client.close()
        except (OSError, TimeoutError, nats.errors.Error, ServiceUnavailableError) as error:
            if asyncio.get_running_loop().time() >= deadline:
                raise RegistryError(
                    f"the bus does not know the account of {name} yet ({error or type(error).__name__}):"
                    f" let nats-server read {conf_file(settings)} (--signal reload), then zhucun agency apply"
                ) from error
        await asyncio.sleep(0.05)


def _sees_everything(role: str) -> bool:
    row = matrix().get(role)
    return row is not None and row.sees is Sees.EVERYTHING


def _must_be_new(out: Path) -> None:
    if out.exists():
        raise RegistryError(f"{out} is there already: nothing is overwritten, name another file")


def _write(settings: Settings, agency: Agency, seed: str, out: Path) -> None:
    keys = Keys(settings)
    Credentials(
        agency=agency.name,
        url=settings.agency_url or server_of(settings),
        seed=seed,
        stream=STREAM,
        durable=agency.name,
        inbox=inbox_prefix(agency.name),
        scope=agency.origin,
        scope_vkey=agency.vkey,
        log_vkeys={settings.origin_of(name): keys.vkey(name) for name in SERVICES},
        whole_logs=agency.scope.row.sees is Sees.EVERYTHING,
    ).write(out)


@asynccontextmanager
async def _pool(settings: Settings) -> AsyncIterator[Pool]:
    try:
        pool = await open_pool(pool_url(settings), name="zhucun agency", max_size=2)
    except psycopg.OperationalError as error:
        raise RegistryError("there is no database of agencies yet: add one (zhucun agency add)") from error
    try:
        yield pool
    finally:
        await pool.close()
