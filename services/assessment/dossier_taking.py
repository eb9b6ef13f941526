"""`zhucun dossier`: makes the bundle of one determination, and records who takes it and why before giving it out."""

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
from services.assessment.bundle_sources import BundleError, LogAccess, Logs, gather
from services.ledger.connections import open_pool
from services.ledger.migrations import database_url
from services.ledger.proving import Prover
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
    """The bundle, once its taking is recorded; raises BundleError, NotSealedError, SignerError."""
    async with AsyncExitStack() as stack:
        logs = await _logs(settings, stack)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=20))

        async def cosign(note: str, prover: Prover) -> str:
            return await cosigned(note, prover.consistency, taking.witnesses, client)

        gathered = await gather(logs, taking.person, taking.year, taking.number, cosign)
        signer, event = Keys(settings).evidence_signer(), str(uuid4())
        now = datetime.now(UTC)
        hand = Hand(VerifierKey.parse(signer.vkey), signer.sign)
        bundle = make(gathered, hand, made=now.astimezone(BEIJING).date().isoformat(), taking=event)
        store = Store(logs.by_origin[logs.own].pool, service=OWN, origin=logs.own)
        await _record(store, taking, gathered, bundle, event, now)
        return bundle


async def _logs(settings: Settings, stack: AsyncExitStack) -> Logs:
    keys, found = Keys(settings), {}
    for service in SERVICES:
        url = database_url(settings.postgres_of(service), service, prefix=settings.database_prefix)
        pool = await open_pool(url, name="zhucun dossier", max_size=2)
        stack.push_async_callback(pool.close)
        found[settings.origin_of(service)] = LogAccess(pool, _vkeys(keys, service))
    return Logs(found, settings.origin_of(OWN))


def _vkeys(keys: Keys, service: str) -> Sequence[str]:
    return keys.vkey(service).split()


async def _record(store: Store, taking: Taking, gathered: Gathered, bundle: Bundle, event: str, now: datetime) -> None:
    """One event in a stream that nobody decides on. Whoever runs this command holds the databases' credentials."""
    stream = stream_name("evidence", taking.person, taking.year)
    fact = EvidenceTaken(
        actor=Actor(person=taking.by, role=Role.NONE),
        article="0",
        ruleset=RULESET,
        place=gathered.said["county"],
        person=taking.person,
        year=taking.year,
        determination=gathered.determination,
        decision=gathered.decision_id,
        manifest=bundle.manifest,
        purpose=taking.purpose,
    )
    for _ in range(ATTEMPTS):
        with suppress(ConcurrentChange):
            heads = await store.heads([stream])
            await store.append([Draft(stream, fact, event)], heads=heads, recorded=now, correlation=f"dossier-{event}")
            return
    raise BundleError("此刻有多人同时领取，请再试 / several people take it at this moment: try again")
