"""The services of one process while they answer: what the demonstration is given."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from services.ledger.node import Counts
from services.runtime.app import Application
from services.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Running:
    """The services of this process while they answer, for a client on the same machine."""

    url: str
    """Base address, for instance `http://127.0.0.1:8000`."""
    settings: Settings
    application: Application
    token: Callable[[str], str]
    """A bearer token for a person id."""
    console: Console

    async def counts(self) -> dict[str, Counts]:
        """Events accepted, sealed, published and consumed, by service."""
        return {name: await hosted.counts() for name, hosted in self.application.hosted.items()}
