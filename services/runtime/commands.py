"""The way of one command: load states, decide, append, answer (`design.md` 2).

`decide` is pure; this module is the only place where its result meets the log. A repeated command gets its first
answer, a refusal of weight is recorded. A decision is tried on the states as this process holds them, because nobody
else writes this log as a rule; the append finds out. Where something has changed, and before anything is refused, it is
taken again on what the log says.
"""

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic_core import to_json

from contracts.fact import Actor
from contracts.identifiers import Role, stream_name
from contracts.refusals import Code, CommandRefused, Refusal
from services.ledger.store import NO_STREAM, ConcurrentChange, Draft, Receipt, ReceiptExists, Store, Stored
from services.runtime import problems
from services.runtime.decisions import RULESET, Decided, Decision, EventReference, Recorded
from services.runtime.event_ids import derived_ids, random_ids
from services.runtime.states import CACHED_SUBJECTS, States, Subject, head_in, relied_on, whole

S = TypeVar("S")

ATTEMPTS = 200
"""How often a decision is taken again after a concurrent change before the caller is told to come back."""


@dataclass(frozen=True, slots=True)
class Request:
    """Everything about a command that does not come from its body."""

    caller: str
    now: datetime
    today: date
    """Civil date in Asia/Shanghai of `now`."""
    correlation: str
    key: str | None
    body_digest: bytes
    wait: float = 0.0
    """Seconds for which the caller is ready to wait until the events are sealed (`Prefer: wait=2`)."""
    causation: str | None = None
    """Id of the event that this is done because of (reactions): each event says so, and keeps its correlation id."""
    ids_from: str | None = None
    """What the ids of the events are derived from, where the same fact must never get a second id (clock duties)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes that the caller gets, now and for every repetition under the same key."""

    status: int
    body: bytes
    media_type: str = "application/json"
    repeated: bool = False


class Refused(Exception):
    """Carries a refusal to the edge, where it becomes a problem document."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Weight:
    """Marks a command whose refusal is recorded: what was tried, at which stream, where."""

    command: str
    target: str
    place: str
    actor: Actor | None = None
    organisation: str | None = None


class Workbench(Generic[S]):
    """Runs commands of one service against its log."""

    def __init__(
        self,
        store: Store,
        *,
        initial: Callable[[str], S],
        evolve: Callable[[S, Recorded], S],
    ) -> None:
        self._store = store
        self._states = States(store, initial=initial, evolve=evolve)
        self._locks: dict[str, asyncio.Lock] = {}

    async def states(self, keys: Collection[str], *, anew: bool = True) -> dict[str, S]:
        """State of each key as the log has it, or without `anew` as it is held here."""
        return {key: subject.state for key, subject in (await self._states.load(keys, anew=anew)).items()}

    async def execute(
        self,
        request: Request,
        keys: Collection[str],
        decide: Callable[[Mapping[str, S]], Decision],
        *,
        weight: Weight | None = None,
    ) -> Answer:
        """Decides on the states of `keys` and records the outcome; raises Refused for a refusal.

        Streams that the decision writes are those of `keys` (any year of a `/*` key). The states it only read must
        still hold when it commits: a `/*` key has no other streams, and the absence of a stream that `keys` names is
        held against who is writing it at this moment; one that is named beside the `/*` key of its subject has no state
        of its own. A repeated command is decided again before its receipt is met: looking first would cost every new
        command a round trip.
        """
        async with self._locked(keys):
            held = await self._on_held(request, keys, decide)
            return held if held is not None else await self._on_log(request, keys, decide, weight)

    async def execute_on_held(
        self, request: Request, keys: Collection[str], decide: Callable[[Mapping[str, S]], Decision]
    ) -> Answer | None:
        """The same, on states as they are held here and no others; None where it is refused, or was overtaken."""
        async with self._locked(keys):
            return await self._on_held(request, keys, decide)

    async def refuse(self, request: Request, refusal: Refusal, weight: Weight | None) -> Answer:
        """Records a refusal of weight and raises it; a repetition under the same key is not recorded again."""
        if weight is not None:
            await self._record_refusal(request, refusal, weight)
        raise Refused(refusal)

    @asynccontextmanager
    async def _locked(self, keys: Collection[str]) -> AsyncIterator[None]:
        names = sorted(set(keys))
        taken: list[asyncio.Lock] = []
        try:
            for name in names:
                lock = self._locks.setdefault(name, asyncio.Lock())
                await lock.acquire()
                taken.append(lock)
            yield
        finally:
            for lock in taken:
                lock.release()
            if len(self._locks) > CACHED_SUBJECTS:
                self._forget_locks(names)

    def _forget_locks(self, names: Collection[str]) -> None:
        for name in names:
            if name in self._locks and not self._locks[name].locked():
                del self._locks[name]

    async def _on_held(
        self, request: Request, keys: Collection[str], decide: Callable[[Mapping[str, S]], Decision]
    ) -> Answer | None:
        try:
            done = await self._attempt(request, keys, decide, anew=False)
        except ConcurrentChange:
            return None
        return done if isinstance(done, Answer) else None

    async def _on_log(
        self,
        request: Request,
        keys: Collection[str],
        decide: Callable[[Mapping[str, S]], Decision],
        weight: Weight | None,
    ) -> Answer:
        for attempt in range(ATTEMPTS):
            try:
                done = await self._attempt(request, keys, decide, anew=True)
            except ConcurrentChange:
                await asyncio.sleep(random.uniform(0, 0.002 * min(attempt + 1, 20)))  # noqa: S311 - jitter, no secret
                continue
            if isinstance(done, Answer):
                return done
            return await self._known_answer(request) or await self.refuse(request, done, weight)
        raise Refused(problems.TRY_LATER)

    async def _attempt(
        self, request: Request, keys: Collection[str], decide: Callable[[Mapping[str, S]], Decision], *, anew: bool
    ) -> Answer | Refusal:
        """One decision and what came of it; raises ConcurrentChange."""
        own = [key for key in keys if whole(key) == key or whole(key) not in keys]
        subjects = await self._states.load(own, anew=anew)
        decision = decide({key: subject.state for key, subject in subjects.items()})
        if isinstance(decision, Refusal):
            return decision
        try:
            return await self._append(request, subjects, relied_on(keys, subjects), decision)
        except ReceiptExists as error:
            return self._first_answer(request, error.receipt)

    async def _append(
        self, request: Request, subjects: Mapping[str, Subject[S]], seen: Mapping[str, int], decision: Decided
    ) -> Answer:
        written = {emit.stream for emit in decision.emits}
        heads = {stream: head_in(subjects, stream) for stream in written}
        guards = {stream: version for stream, version in seen.items() if stream not in written}
        count = len(decision.emits)
        ids = random_ids(count) if request.ids_from is None else derived_ids(request.ids_from, count)
        drafts = [
            Draft(stream=emit.stream, fact=emit.fact, id=event, causation=request.causation)
            for emit, event in zip(decision.emits, ids, strict=True)
        ]
        answers: list[bytes] = []

        def receipt(stored: Sequence[Stored]) -> Receipt:
            answers.append(_answer_body(stored, decision))
            return Receipt(request.caller, request.key or "", request.body_digest, answers[-1])

        stored = await self._store.append(
            drafts,
            heads=heads,
            recorded=request.now,
            correlation=request.correlation,
            receipt=receipt if request.key else None,
            guards=guards,
            whole={key: len(subject.heads) for key, subject in subjects.items() if key.endswith("/*")},
        )
        self._states.absorb(subjects, drafts, stored, request.now)
        body = answers[-1] if answers else _answer_body(stored, decision)
        return await self._sealed(request, stored, body)

    async def _sealed(self, request: Request, stored: Sequence[Stored], body: bytes) -> Answer:
        if request.wait <= 0 or not stored:
            return Answer(201 if stored else 200, body)
        index = await self._store.wait_sealed(stored[-1].stream, stored[-1].version, request.wait)
        if index is None:
            return Answer(202, body)
        return Answer(201, json.dumps({**json.loads(body), "index": index}, ensure_ascii=False).encode())

    async def _known_answer(self, request: Request) -> Answer | None:
        if request.key is None:
            return None
        receipt = await self._store.receipt(request.caller, request.key)
        return None if receipt is None else self._first_answer(request, receipt)

    def _first_answer(self, request: Request, receipt: Receipt) -> Answer:
        if receipt.request_digest != request.body_digest:
            raise Refused(problems.KEY_REUSED)
        body = json.loads(receipt.answer)
        if "refused" in body:
            raise Refused(Refusal(**{**body["refused"], "code": Code(body["refused"]["code"])}))
        return Answer(200, receipt.answer, repeated=True)

    async def _record_refusal(self, request: Request, refusal: Refusal, weight: Weight) -> None:
        stream = stream_name("refusal", request.caller, request.today.year)
        actor = weight.actor or Actor(person=request.caller, role=Role.NONE)
        fact = CommandRefused(
            actor=actor,
            article=refusal.article or "0",
            ruleset=RULESET,
            place=weight.place,
            command=weight.command,
            code=refusal.code,
            target=weight.target,
            refused_article=refusal.article,
        )
        answer = json.dumps({"refused": _refusal_fields(refusal)}, ensure_ascii=False).encode()
        receipt = Receipt(request.caller, request.key or "", request.body_digest, answer)
        for _ in range(ATTEMPTS):
            heads = (await self._store.heads_of([stream]))[stream]
            try:
                await self._store.append(
                    [Draft(stream=stream, fact=fact, id=random_ids(1)[0])],
                    heads={stream: heads.get(stream, NO_STREAM)},
                    recorded=request.now,
                    correlation=request.correlation,
                    receipt=(lambda _stored: receipt) if request.key else None,
                )
            except ConcurrentChange:
                continue
            except ReceiptExists:
                return
            return
        raise RuntimeError("a refusal could not be recorded")


def body_digest(method: str, path: str, body: bytes) -> bytes:
    """What a receipt remembers of a command: method, path and body."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).digest()


def _answer_body(stored: Sequence[Stored], decision: Decided) -> bytes:
    events = [{"id": event.id, "stream": event.stream, "version": event.version} for event in stored]
    body: dict[str, Any] = {"events": events}
    if decision.detail is not None:
        body["detail"] = decision.detail([EventReference(event.id, event.stream, event.version) for event in stored])
    return to_json(body)


def _refusal_fields(refusal: Refusal) -> dict[str, Any]:
    return {
        "code": refusal.code.value,
        "zh": refusal.zh,
        "en": refusal.en,
        "remedy_zh": refusal.remedy_zh,
        "remedy_en": refusal.remedy_en,
        "article": refusal.article,
    }
