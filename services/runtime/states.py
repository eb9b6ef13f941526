"""The states of a log's streams as one process holds them: folded once, brought forward by what is recorded here.

Another process may have written since. Nothing here finds out without reading, and nothing needs to: what was decided
on a state is appended only while the log still stands where the state was folded from.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from contracts.catalogue import read_open
from services.ledger.store import NO_STREAM, Draft, Head, Store, Stored
from services.runtime.decisions import Recorded

S = TypeVar("S")

CACHED_SUBJECTS = 50_000


@dataclass(slots=True)
class Subject(Generic[S]):
    """The folded state of one stream, or of all yearly streams of one subject (a key ending in `/*`)."""

    key: str
    state: S
    heads: dict[str, Head] = field(default_factory=dict)
    current: bool = False
    """Whether it was read, and has followed since what was recorded here."""


class States(Generic[S]):
    """States by key, those used last."""

    def __init__(self, store: Store, *, initial: Callable[[str], S], evolve: Callable[[S, Recorded], S]) -> None:
        self._store = store
        self._initial = initial
        self._evolve = evolve
        self._held: OrderedDict[str, Subject[S]] = OrderedDict()

    async def load(self, keys: Collection[str], *, anew: bool) -> dict[str, Subject[S]]:
        """The subjects as they are held here; those that are not, and with `anew` all, as the log has them."""
        subjects = {key: self._subject(key) for key in keys}
        unread = {key: subject for key, subject in subjects.items() if anew or not subject.current}
        if unread:
            await self._read(unread)
        return subjects

    def absorb(
        self,
        subjects: Mapping[str, Subject[S]],
        drafts: Sequence[Draft],
        stored: Sequence[Stored],
        now: datetime,
    ) -> None:
        """Brings the subjects forward by what was just recorded at `now`, without reading it again."""
        for draft, event in zip(drafts, stored, strict=True):
            recorded = Recorded(event.id, event.stream, event.version, draft.fact)
            for key in (event.stream, whole(event.stream)):
                subject = subjects.get(key)
                if subject is not None:
                    self._follow(subject, recorded, event, now)
                elif key in self._held:
                    self._held[key].current = False

    def _follow(self, subject: Subject[S], recorded: Recorded, event: Stored, now: datetime) -> None:
        held = subject.heads.get(event.stream, NO_STREAM)
        if held.version < event.version:  # else who read the log meanwhile has met it there
            subject.state = self._evolve(subject.state, recorded)
            # Recorded as `Store.encode` has it: of two clocks the later one.
            subject.heads[event.stream] = Head(event.version, event.leaf, max(now, held.recorded or now))

    def _subject(self, key: str) -> Subject[S]:
        subject = self._held.get(key)
        if subject is None:
            subject = self._held[key] = Subject(key, self._initial(key))
            if len(self._held) > CACHED_SUBJECTS:
                self._held.popitem(last=False)
        else:
            self._held.move_to_end(key)
        return subject

    async def _read(self, subjects: Mapping[str, Subject[S]]) -> None:
        """Brings subjects to where the log is."""
        heads = await self._store.heads_of(subjects)
        behind: dict[str, int] = {}
        for key, subject in subjects.items():
            for stream, head in heads[key].items():
                held = subject.heads.get(stream, NO_STREAM).version
                if head.version > held:
                    behind[stream] = min(behind.get(stream, held), held)
        for event in await self._store.read_in_order(behind):
            for key in (event.stream, whole(event.stream)):
                if key in subjects:
                    self._catch_up(subjects[key], event)
        for key, subject in subjects.items():
            for stream, head in heads[key].items():
                if subject.heads.get(stream, NO_STREAM).version <= head.version:
                    subject.heads[stream] = head
            subject.current = True

    def _catch_up(self, subject: Subject[S], event: Stored) -> None:
        if event.version > subject.heads.get(event.stream, NO_STREAM).version:
            envelope = json.loads(event.body.decode())
            fact = read_open(envelope["type"], envelope["data"])
            subject.state = self._evolve(subject.state, Recorded(event.id, event.stream, event.version, fact))
            subject.heads[event.stream] = Head(event.version, event.leaf, None)


def whole(key: str) -> str:
    """The key of all years of what a stream follows."""
    return "/".join(key.split("/", 2)[:2]) + "/*"


def relied_on(keys: Collection[str], subjects: Mapping[str, Subject[S]]) -> dict[str, int]:
    """Stream -> version that a decision saw: those that there are, and 0 for each that `keys` names and that is not."""
    named = {key: 0 for key in keys if not key.endswith("/*")}
    return named | {stream: head.version for one in subjects.values() for stream, head in one.heads.items()}


def head_in(subjects: Mapping[str, Subject[S]], stream: str) -> Head:
    """Where a stream stood when its subject was loaded; raises LookupError where none was."""
    for key in (stream, whole(stream)):
        if key in subjects:
            return subjects[key].heads.get(stream, NO_STREAM)
    raise LookupError(f"the decision writes {stream}, which it did not load")
