"""What goes into a stream and what comes out of it."""

from dataclasses import dataclass
from datetime import datetime

from contracts.fact import Fact


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stands: version 0 (then without leaf and recorded) is a stream that does not exist."""

    version: int
    leaf: bytes | None
    recorded: datetime | None


NO_STREAM = Head(0, None, None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact to be appended to a stream under the given event id (UUID text)."""

    stream: str
    fact: Fact
    id: str
    causation: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """One event as stored: its exact bytes and their leaf hash."""

    id: str
    stream: str
    version: int
    leaf: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event ready to be appended: what will be stored, when it was recorded, and what opens its digests."""

    stored: Stored
    recorded: datetime
    disclosures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The first answer given to `key` of `caller`; `answer` is JSON, returned unchanged to whoever repeats the key."""

    caller: str
    key: str
    request_digest: bytes
    answer: bytes


class ConcurrentChange(Exception):
    """A stream no longer stands at the version that the decision was made on. Read again, decide again."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"stream {stream} has changed")
        self.stream = stream


class ReceiptExists(Exception):
    """(caller, key) was used before, perhaps at this very moment by another; nothing was appended now."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(f"key {receipt.key} of {receipt.caller} was used before")
        self.receipt = receipt


class BrokenLog(Exception):
    """Stored events contradict each other: a hole, another order, or bytes that do not hash to their leaf."""
