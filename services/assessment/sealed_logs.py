"""The sealed logs of this machine's services as a fold of many people reads them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import psycopg

from contracts import disclosure
from contracts.catalogue import SERVICES
from services.assessment.replay.opening import OPENED
from services.assessment.replay.pages import Page, Stream
from services.ledger import sealed_pages, sealed_streams
from services.ledger.migrations import SERVICE
from services.runtime.logins import url_as
from services.runtime.settings import Settings

# What is sealed while all this is read is not missed, but none of it lies below a basis.
_OPENED = frozenset(OPENED.values())
_DISCLOSURES = "select digest, text from ledger.disclosure"


class SealedLogs:
    """A `Source` (`replay/pages.py`); a connection to each log's database, acting as its service."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self._connections: dict[str, psycopg.Connection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def pages(self, services: Collection[str] | None = None) -> Iterator[Page]:
        """See `Source`. Raises psycopg.Error."""
        for service in SERVICES:
            if services is None or service in services:
                log = self._settings.origin_of(service)
                for first, count, lines in sealed_pages.sealed_pages(self._connection(log)):
                    yield Page(log, first, count, lines)

    def streams(self, log: str, kind: str, wanted: Sequence[tuple[str, int]]) -> Iterator[Sequence[Stream]]:
        """See `Source`. Raises psycopg.Error."""
        for found in sealed_streams.sealed_streams(self._connection(log), kind, wanted):
            yield [*map(Stream._make, found)]

    def disclosures(self) -> tuple[dict[str, str], frozenset[str]]:
        """Digest -> disclosure text of what the fold opens, and the digests that were erased."""
        texts: dict[str, str] = {}
        erased: set[str] = set()
        for service in SERVICES:
            connection = self._connection(self._settings.origin_of(service))
            with connection.cursor(name="disclosures") as cursor:
                for digest, text in cursor.execute(_DISCLOSURES):
                    if text is None:
                        erased.add(digest)
                    elif disclosure.read(text)[0] in _OPENED:
                        texts[digest] = text
        return texts, frozenset(erased)

    def _connection(self, log: str) -> psycopg.Connection:
        known = self._connections.get(log)
        if known is None:
            url = url_as(self._settings, log.rpartition("/")[2], SERVICE)
            known = psycopg.connect(url, application_name="zhucun")
            sealed_streams.prepare(known)
            # Closed whatever it is doing: after an error it may be in the middle of a COPY, which no rollback ends.
            self._stack.callback(known.close)
            self._connections[log] = known
        return known
