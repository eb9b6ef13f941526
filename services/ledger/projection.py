"""What a projection is: a function from events to rows of its own tables, and the events it is given."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from psycopg import AsyncCursor
from pydantic_core import from_json

Cursor: TypeAlias = AsyncCursor[Any]


@dataclass(frozen=True, slots=True)
class Delivered:
    """One event as readers get it. `data` is parsed and undisclosed: sensitive members stand as `_sd` digests."""

    origin: str
    index: int
    id: str
    type: str
    stream: str
    version: int
    recorded: str
    """`recordedtime` as written in the event (UTC, microseconds, `Z`): its text sorts like the instant."""
    data: dict[str, Any]
    body: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Projection:
    """A view: its tables, where its events come from, and how a batch of them changes the tables.

    `ddl` creates the tables; `{schema}` in it is replaced with the schema of the generation, which is also first on
    the search path, there and in `apply`. `generation` is that of the code: raise it whenever `ddl` or `apply` would
    give other rows, and the view is built anew beside the old one. `sources` are names of services, the own included.

    `apply` gets events of one source at a time in index order, each exactly once per generation. Events of different
    sources arrive in any interleaving: the rows must come out the same. It writes to its own tables only and has no
    other effect: what acts on the world is a reaction.
    """

    name: str
    generation: int
    ddl: str
    sources: tuple[str, ...]
    apply: Callable[[Cursor, Sequence[Delivered]], Awaitable[None]]
    types: frozenset[str] = frozenset()
    """Types of the events that change its rows, where `apply` passes over all others; empty: it does not say."""


def delivered(origin: str, index: int, body: bytes, leaf: bytes) -> Delivered:
    """The event of bytes that were checked before they were stored; raises ValueError or KeyError if they were not."""
    event = from_json(body)
    return Delivered(
        origin=origin,
        index=index,
        id=event["id"],
        type=event["type"],
        stream=event["stream"],
        version=event["version"],
        recorded=event["recordedtime"],
        data=event["data"],
        body=body,
        leaf=leaf,
    )
