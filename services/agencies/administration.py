"""Steps of administration: an agency is added, widened, given other keys, shut out. Each is decided in personnel's log.

What a step changes here (accounts, streams) the publisher would change by itself a moment later, from that log; doing
it at once lets the step say how it ended.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from contracts.catalogue import SERVICES
from contracts.identifiers import format_instant
from contracts.scopes import Sees, matrix
from contracts.subscriber import nkey
from contracts.subscriber.credentials import Credentials
from services.agencies import receipts, registry, signing
from services.agencies.accounting import conf_file, enter, server_of, write_accounts
from services.agencies.accounts import STREAM, inbox_prefix
from services.agencies.database import apply_database, opened
from services.agencies.deciding import decide
from services.agencies.keys import PublisherKeys
from services.agencies.receipts import Receipt
from services.agencies.registry import Agency, RegistryError
from services.ledger.checkpoints import State
from services.ledger.connections import Pool
from services.ledger.signer import FileSigner
from services.runtime.keys import Keys
from services.runtime.settings import Settings

STORE_MB, WHOLE_STORE_MB = 128, 4_096
"""Reserved on the server for a scope that is some events (some 50,000), and for one that is all (some 1.6 million)."""
HEAR_SECONDS = 20.0
"""How long a fact may take from personnel's log through the bus to the publisher."""


async def apply(settings: Settings) -> list[str]:
    """Accounts, streams and durables of all agencies as they should be; returns what was done, one line each."""
    await apply_database(settings)
    async with opened(settings) as pool:
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
    by: str | None,
    store_mb: int | None = None,
) -> Agency:
    """A new agency with keys, account, stream and durable of its own; its credentials are written to `out`.

    `by` is the registry keeper who decides it. Raises RegistryError for what cannot be given or was refused; nothing
    of it stays then.
    """
    registry.check_name(name)
    registry.scope_of(role, places, organisation)
    _must_be_new(out)
    await apply_database(settings)
    keys, seed = PublisherKeys(settings), nkey.new_seed()
    async with opened(settings) as pool:
        await registry.reserve(pool, name, store_mb or _store_mb(role), settings.agency_budget_mb)
        signer = keys.new_signer(name)
        asked = {
            "agency": name,
            "role": role,
            "places": list(places),
            "organisation": organisation,
            "key": nkey.public_of(seed),
            "scope_key": signer.vkey,
            "expires": None if expires is None else format_instant(expires),
        }
        try:
            await decide(settings, "grant-subscription", asked, by=by)
        except RegistryError:
            keys.forget(name, signer.vkey)
            await registry.release(pool, name)
            raise
        agency = await _heard(settings, pool, name, lambda found: found.key == asked["key"])
        _write(settings, agency, seed, out)
        await _apply(settings, pool)
    return agency


async def change(
    settings: Settings, name: str, *, places: Sequence[str], organisation: str | None, by: str | None
) -> Agency:
    """Another scope under the same role: what is new in it is sent from event zero on, after what was sent before."""
    async with opened(settings) as pool:
        before = await registry.agency(pool, name)
        asked = {"agency": name, "places": list(places), "organisation": organisation}
        await decide(settings, "change-subscription-scope", asked, by=by)
        return await _heard(settings, pool, name, lambda found: found.scope_version > before.scope_version)


async def revoke(settings: Settings, name: str, *, by: str | None) -> None:
    """Its credentials are good no more, its connections end at once; what it was sent stays on record."""
    async with opened(settings) as pool:
        await registry.agency(pool, name)
        await decide(settings, "revoke-subscription", {"agency": name}, by=by)
        await _heard(settings, pool, name, lambda found: found.revoked is not None)
        await _apply(settings, pool)


async def rotate(
    settings: Settings, name: str, *, expires: datetime | None, out: Path, by: str | None, scope_key: bool = False
) -> None:
    """Other credentials for the same scope, written to `out`; the old ones are good no more.

    With `scope_key` another key signs the scope's log from here; what the old one signed stays verifiable.
    """
    _must_be_new(out)
    keys, seed = PublisherKeys(settings), nkey.new_seed()
    async with opened(settings) as pool:
        found = await registry.agency(pool, name)
        fresh: FileSigner | None = keys.new_signer(name) if scope_key else None
        asked = {
            "agency": name,
            "key": nkey.public_of(seed),
            "scope_key": fresh.vkey if fresh else found.vkeys[0],
            "expires": None if expires is None else format_instant(expires),
        }
        try:
            await decide(settings, "rekey-subscription", asked, by=by)
        except RegistryError:
            if fresh is not None:
                keys.forget(name, fresh.vkey)
            raise
        agency = await _heard(settings, pool, name, lambda found: found.key == asked["key"])
        _write(settings, agency, seed, out)
        await _apply(settings, pool)


async def adopt(settings: Settings, name: str) -> State:
    """An operator's word that no other copy of this scope's log was signed further; returns what the file says now."""
    async with opened(settings) as pool:
        agency = await registry.agency(pool, name)
        return await signing.adopt(pool, agency, PublisherKeys(settings).state_file(name, agency.origin))


async def refill(settings: Settings, name: str) -> None:
    """An agency's stream is emptied, with whatever the agency has put into it; the publisher fills it again."""
    async with opened(settings) as pool:
        await registry.agency(pool, name)
        await enter(settings, name, empty=True)


async def enlarge(settings: Settings, name: str, store_mb: int) -> None:
    """More of its server's disk for an agency whose stream is full or will be: an operator's matter, nobody's right."""
    async with opened(settings) as pool:
        await registry.agency(pool, name)
        await registry.enlarge(pool, name, store_mb, settings.agency_budget_mb)
        await _apply(settings, pool)


async def listed(settings: Settings) -> list[tuple[Agency, Receipt | None]]:
    """Every agency, the revoked ones too, and what it has acknowledged as last seen."""
    async with opened(settings) as pool:
        seen = await receipts.latest(pool)
        return [(agency, seen.get(agency.name)) for agency in await registry.agencies(pool)]


async def _heard(settings: Settings, pool: Pool, name: str, condition: Callable[[Agency], bool]) -> Agency:
    """The agency once the publisher has heard of the decision; raises RegistryError when it does not in time."""
    deadline = asyncio.get_running_loop().time() + HEAR_SECONDS
    while True:
        await registry.bring_forward(pool, settings.origin_of("personnel"))
        for found in await registry.agencies(pool):
            if found.name == name and condition(found):
                return found
        if asyncio.get_running_loop().time() >= deadline:
            raise RegistryError(
                f"it is recorded, but the publisher has not heard of it in {HEAR_SECONDS:.0f} s: let it run"
                f" (zhucun agency serve), then zhucun agency rotate {name} for new credentials"
            )
        await asyncio.sleep(0.1)


async def _apply(settings: Settings, pool: Pool) -> list[str]:
    changed = await write_accounts(settings, pool)
    done = [f"wrote {conf_file(settings)}"] if changed else []
    for agency in await registry.agencies(pool):
        if agency.admitted(datetime.now(UTC)):
            done += await enter(settings, agency.name)
    return done


def _store_mb(role: str) -> int:
    row = matrix().get(role)
    return WHOLE_STORE_MB if row is not None and row.sees is Sees.EVERYTHING else STORE_MB


def _must_be_new(out: Path) -> None:
    if out.exists():
        raise RegistryError(f"{out} is there already: nothing is overwritten, name another file")


def _write(settings: Settings, agency: Agency, seed: str, out: Path) -> None:
    keys = Keys(settings)
    Credentials(
        agency=agency.name,
        url=settings.agency_url or server_of(settings),
        key=agency.key,
        seed=seed,
        stream=STREAM,
        durable=agency.name,
        inbox=inbox_prefix(agency.name),
        scope=agency.origin,
        scope_vkey="\n".join(agency.vkeys),
        log_vkeys={settings.origin_of(name): keys.vkey(name) for name in SERVICES},
        whole_logs=agency.scope.row.sees is Sees.EVERYTHING,
    ).write(out)
