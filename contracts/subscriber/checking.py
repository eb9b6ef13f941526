"""What a message of a scope must satisfy before it counts: pure, no network, no disk.

Nothing here trusts the sender. An event is taken when the log that it comes from has signed a tree with it inside;
it is released when the scope's own checkpoint has its entries in this order and no others.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contracts import scope_log
from contracts.canonical import NotCanonicalError
from contracts.disclosure import SD, digest_of
from contracts.envelope import Envelope, decode
from contracts.event_proofs import EventProof
from contracts.notes import ProofError, VerifierKey, open_checkpoint
from contracts.proofs import CompactRange, leaf_hash


class Refused(Exception):
    """A message that must not be taken as what it says it is; the reason in one sentence."""


class Gap(Exception):
    """Entries are missing before this message: ask for them again."""

    def __init__(self, missing: int, before: int) -> None:
        super().__init__(f"entries {missing}..{before - 1} are missing")
        self.missing = missing
        self.before = before


class Forked(Exception):
    """The scope's signed checkpoint is not the root of what was received: something was left out or exchanged."""


@dataclass(frozen=True, slots=True)
class Received:
    """One event with its place in the scope and in its own log."""

    entry: int
    origin: str
    index: int
    leaf: bytes
    body: bytes
    event: Envelope
    proof: str
    """The `tlog-proof` text that shows it in its log."""
    disclosures: tuple[str, ...]


@dataclass(slots=True)
class Position:
    """How far a scope was taken: entries below `next`, the tree's edge there, and what was seen of each log."""

    next: int = 0
    edge: tuple[bytes, ...] = ()
    indexes: dict[str, int] = field(default_factory=dict)
    """Origin -> next index, for scopes that are whole logs."""
    checkpoint: str | None = None
    """The last checkpoint of the scope that held."""
    sequence: int = 0
    """Where that checkpoint stands in the stream, as a hint: a stream that was filled again has other numbers."""


@dataclass(slots=True)
class Checker:
    """Takes messages one by one on top of a position; releases events when a checkpoint covers them."""

    scope: str
    keys: Mapping[str, Sequence[VerifierKey]]
    whole_logs: bool
    position: Position
    _edge: CompactRange = field(init=False)
    _held: list[Received] = field(init=False)
    _indexes: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.rewind()

    def rewind(self) -> None:
        """Forgets what no checkpoint has released."""
        self._edge = CompactRange(self.position.next, self.position.edge)
        self._indexes = dict(self.position.indexes)
        self._held = []

    @property
    def next(self) -> int:
        """The entry that is taken next."""
        return self._edge.size

    def take(self, subject: str, headers: Mapping[str, str], data: bytes) -> list[Received] | None:
        """Takes one message; a checkpoint that completes something returns what it releases, anything else None.

        Raises Refused for a message that is not the scope's, Gap when entries are missing before it, Forked when the
        scope's log is not what was received. None of them changes anything.
        """
        if headers.get(scope_log.SCOPE) != self.scope:
            raise Refused(f"a message of {headers.get(scope_log.SCOPE)!r} in the stream of {self.scope}")
        if subject.rpartition(".")[2] == scope_log.CHECKPOINTS:
            return self._sign(headers, data)
        entry = _number(headers, scope_log.ENTRY)
        if entry < self.next:
            return None  # delivered again: what counts was checked when it came first
        received = self._read(entry, headers, data)
        if entry > self.next:
            raise Gap(self.next, entry)
        expected = self._indexes.get(received.origin, 0)
        if self.whole_logs and received.index != expected:
            raise Forked(f"{received.origin} continues at {received.index}, expected {expected}: events were left out")
        self._edge.append(scope_log.entry_leaf(received.origin, received.index, received.leaf))
        self._indexes[received.origin] = received.index + 1
        self._held.append(received)
        return None

    def _sign(self, headers: Mapping[str, str], data: bytes) -> list[Received] | None:
        try:
            note = data.decode("utf-8")
            checkpoint = open_checkpoint(note, self.keys[self.scope])
        except (UnicodeDecodeError, ProofError) as error:
            raise Refused(f"a checkpoint that does not verify: {error}") from error
        if checkpoint.origin != self.scope or str(checkpoint.size) != headers.get(scope_log.SIZE):
            raise Refused(f"a checkpoint of {checkpoint.origin}, size {checkpoint.size}, under other headers")
        if checkpoint.size < self.next:
            return None
        if checkpoint.size > self.next:
            raise Gap(self.next, checkpoint.size)
        if checkpoint.root != self._edge.root():
            raise Forked(f"the signed root at {checkpoint.size} is not the root of the entries received")
        released = self._held
        self.position = Position(self._edge.size, self._edge.hashes, self._indexes, note)
        self.rewind()
        return released

    def _read(self, entry: int, headers: Mapping[str, str], data: bytes) -> Received:
        index = _number(headers, scope_log.INDEX)
        origin = headers.get(scope_log.ORIGIN, "")
        try:
            event = decode(data)
            proof = EventProof.parse(base64.b64decode(headers.get(scope_log.PROOF, ""), validate=True).decode("utf-8"))
            leaf = leaf_hash(data)
            if origin not in self.keys or event.origin != origin or proof.index != index:
                raise Refused(f"event {event.id} of {event.origin} under headers of {origin}, index {index}")
            checkpoint = proof.verify(leaf, self.keys[origin])
        except (NotCanonicalError, ProofError, UnicodeDecodeError, binascii.Error) as error:
            raise Refused(f"entry {entry} does not verify: {error}") from error
        if checkpoint.origin != origin:
            raise Refused(f"entry {entry} is proven in {checkpoint.origin}, not in {origin}")
        disclosures = tuple(text for text in headers.get(scope_log.DISCLOSURES, "").split(",") if text)
        if not {digest_of(text) for text in disclosures} <= set(event.data.get(SD, ())):
            raise Refused(f"entry {entry} comes with disclosures of another event")
        return Received(entry, origin, index, leaf, data, event, str(proof), disclosures)


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit()) or str(int(text)) != text:
        raise Refused(f"header {name} is {text!r}, not a number")
    return int(text)
