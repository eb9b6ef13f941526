"""Taking evidence: the bundle of one determination is made, and who takes it and why is recorded before it is out."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from contracts.catalogue import SERVICES
from contracts.evidence import EvidenceTaken
from contracts.fact import Actor
from contracts.identifiers import Role, stream_name
from contracts.proofs import VerifierKey
from services.assessment.bundle import Bundle, Gathered, Hand, make
from services.assessment.bundle_sources import BundleError, Logs, gather
from services.assessment.log_sources import LogSource, StoredLog
from services.ledger.connections import open_pool
from services.ledger.migrations import database_url
from services.ledger.signer import FileSigner
from services.ledger.store import ConcurrentChange, Draft, Store
from services.runtime.context import BEIJING
from services.runtime.decisions import RULESET
from services.runtime.keys import Keys
from services.runtime.settings import Settings
from services.runtime.witnessing import cosigned

OWN = "assessment"
ATTEMPTS = 20
"""How often the event is appended anew when somebody else takes the same evidence at this moment."""


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes which determination (None: the latest) of whom, and what for."""

    person: str
    year: int
    number: int | None
    by: str
    purpose: str
    witnesses: Sequence[str] = ()
    """Addresses of witnesses that are asked to cosign the checkpoints in the bundle."""


async def take(settings: Settings, taking: Taking) -> Bundle:
    """The bundle, once its taking is recorded, for whoever holds the databases' credentials.

    Raises BundleError, NotSealedError, SignerError, WitnessError.
    """
    async with AsyncExitStack() as stack:
        logs, store = await _logs(settings, stack)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=20))

        async def cosign(note: str, log: LogSource) -> str:
            return await cosigned(note, log.consistency, taking.witnesses, client)

        gathered = await gather(logs, taking.person, taking.year, taking.number, cosign)
        actor = Actor(person=taking.by, role=Role.NONE)
        return await hand_out(gathered, store, Keys(settings).evidence_signer(), actor, taking.purpose)


async def hand_out(gathered: Gathered, store: Store, signer: FileSigner, actor: Actor, purpose: str) -> Bundle:
    """Makes the bundle and records that `actor` takes it; raises BundleError.

    A taking happens now, whatever day a demonstration pretends.
    """
    event, now = str(uuid4()), datetime.now(UTC)
    hand = Hand(VerifierKey.parse(signer.vkey), signer.sign)
    made = now.astimezone(BEIJING).date().isoformat()
    bundle = await asyncio.to_thread(make, gathered, hand, made=made, taking=event)
    stream = stream_name("evidence", gathered.person, gathered.year)
    fact = EvidenceTaken(
        actor=actor,
        article="0",
        ruleset=RULESET,
        place=gathered.said["county"],
        person=gathered.person,
        year=gathered.year,
        determination=gathered.determination,
        decision=gathered.decision_id,
        manifest=bundle.manifest,
        purpose=purpose,
    )
    for _ in range(ATTEMPTS):
        with suppress(ConcurrentChange):
            heads = await store.heads([stream])
            await store.append([Draft(stream, fact, event)], heads=heads, recorded=now, correlation=f"dossier-{event}")
            return bundle
    raise BundleError("此刻有多人同时领取，请再试 / several people take it at this moment: try again")


async def _logs(settings: Settings, stack: AsyncExitStack) -> tuple[Logs, Store]:
    keys, found = Keys(settings), {}
    for service in SERVICES:
        url = database_url(settings.postgres_of(service), service, prefix=settings.database_prefix)
        pool = await open_pool(url, name="zhucun dossier", max_size=2)
        stack.push_async_callback(pool.close)
        origin = settings.origin_of(service)
        store = Store(pool, service=service, origin=origin)
        found[origin] = StoredLog(pool, store, keys.vkey(service).split(), keys.sm2_vkeys(service))
    own = settings.origin_of(OWN)
    return Logs(found, own, found[own].pool), found[own].store
