"""What a service says of itself so that the runtime can host it: one literal table, no side effects."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from services.ledger.connections import Pool
from services.ledger.own_tables import OwnTables
from services.ledger.projection import Projection
from services.ledger.reactions import Reaction
from services.ledger.store import Store
from services.runtime.context import Context, HostedService
from services.runtime.decisions import Recorded
from services.runtime.duties import Duty
from services.runtime.feed_client import HttpFeed
from services.runtime.keys import Keys


class WorkItem(BaseModel):
    """One thing that waits for the caller, or that the caller was told."""

    kind: Literal["approval", "notice"]
    title: str
    """What it is, Chinese."""
    title_en: str
    stream: str
    """The record it belongs to."""
    since: str
    """Instant or civil date from which it waits."""
    article: str
    place: str
    command: str | None = None
    """Name of the command that settles it; a notice has none."""
    fields: Mapping[str, Any] = {}
    """What the command would carry, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a started service has at hand for its extras."""

    pool: Pool
    store: Store
    origin: str
    """Of the own log."""
    feeds: Mapping[str, HttpFeed]
    """Feed of every log that is followed, by its origin."""
    secret: Callable[[str], bytes]
    """A key of this machine by its name; raises SettingsError when it is not at hand."""
    keys: Keys
    """Public keys of all logs, and the key that signs evidence."""


def no_extras(_means: Means) -> Mapping[str, Any]:
    """For a service that needs nothing beside its log and its views."""
    return {}


def no_reactions(_service: HostedService) -> Sequence[Reaction]:
    """For a service that acts on nothing by itself."""
    return ()


async def no_work(_context: Context) -> Sequence[WorkItem]:
    """For a service in which nothing waits for anybody."""
    return ()


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """One of the four services. `services/<name>/app.py` holds it under the name `SERVICE`."""

    name: str
    title: str
    """Chinese name for people."""
    router: Callable[[], APIRouter]
    """Commands and queries, mounted at `/<name>`."""
    initial: Callable[[str], Any]
    """State of a stream, or of a `kind/subject/*` key, that holds nothing yet."""
    evolve: Callable[[Any, Recorded], Any]
    parameters: Path
    """Its `parameters.yaml`."""
    tables: OwnTables | None = None
    """Tables beside the log and the views, for values that can be erased; brought forward by the administration."""
    secrets: tuple[str, ...] = ()
    """Names of the keys that it asks `Means.secret` for."""
    projections: tuple[Projection, ...] = ()
    """Its own views; the runtime adds `roles`, `directory`, `rulings` and `refusals`."""
    consumes: tuple[str, ...] = ()
    """Services whose logs it follows."""
    work: Callable[[Context], Awaitable[Sequence[WorkItem]]] = no_work
    """What waits for the caller of this request, oldest first."""
    extras: Callable[[Means], Mapping[str, Any]] = no_extras
    """What the service wants at hand in `HostedService.extras`; called once at start."""
    duties: tuple[Duty, ...] = ()
    """What the passing of time brings about, each once (`services/runtime/duties.py`)."""
    reactions: Callable[[HostedService], Sequence[Reaction]] = no_reactions
    """What it does because of events, apart from its views; called once at start."""
