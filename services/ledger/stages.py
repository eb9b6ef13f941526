"""The port through which whoever watches (traces, log lines) is told how far single events have come.

Nobody watches unless an operator wants it: every object here holds `stages`, usually None, and asks once per batch.
What is told is never a record: it is told after the commit, and nothing waits for it or fails with it.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from services.ledger.pipeline import Outgoing
from services.ledger.projection import Delivered
from services.ledger.values import Stored


@dataclass(frozen=True, slots=True)
class Applied:
    """A view took a batch; times are nanoseconds since 1970."""

    view: str
    began: int
    ended: int


class Stages(Protocol):
    """Times (`began`) are nanoseconds since 1970; what is told has just come to its end. No method raises."""

    def appended(self, events: Sequence[Stored], correlation: str, began: int) -> None:
        """Events of one decision are on disk."""

    async def sealed(self, connection: AsyncConnection[TupleRow], old: int, new: int, began: int) -> None:
        """The indexes [old, new) are signed; `connection` is the sealer's own, between two rounds."""

    def carried(self, messages: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """The messages as they go out: with what a follower needs to go on, in headers and never in the bytes."""
        ...

    def published(self, messages: Sequence[Outgoing], began: int) -> None:
        """The bus has acknowledged these."""

    def consumed(self, events: Sequence[Delivered], began: int) -> None:
        """Events of another log are stored."""

    def projected(self, events: Sequence[Delivered], applied: Sequence[Applied]) -> None:
        """The views hold these events."""

    def reacting(self, reaction: str, event: Delivered) -> AbstractContextManager[None]:
        """Around what a service does because of the event."""
        ...
