"""Log lines of single events, with their ids and indexes: with `ZHUCUN_LOG_LEVEL=debug`, and only then."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from services.ledger.admission import INDEX, MESSAGE_ID
from services.ledger.pipeline import Outgoing
from services.ledger.projection import Delivered
from services.ledger.stages import Applied
from services.ledger.values import Stored

log = structlog.get_logger(__name__)


class StageLines:
    """`Stages` of one service as log lines. Never what an event says: that may be personal."""

    def __init__(self, service: str) -> None:
        self._log = log.bind(service=service)

    def appended(self, events: Sequence[Stored], correlation: str, began: int) -> None:
        for event in events:
            self._log.debug("appended", event_id=event.id, version=event.version, correlation=correlation)

    async def sealed(self, connection: AsyncConnection[TupleRow], old: int, new: int, began: int) -> None:
        self._log.debug("sealed", first=old, last=new - 1)

    def carried(self, messages: Sequence[Outgoing]) -> Sequence[Outgoing]:
        return messages

    def published(self, messages: Sequence[Outgoing], began: int) -> None:
        for headers in (message.headers for message in messages if INDEX in message.headers):
            self._log.debug("published", event_id=headers[MESSAGE_ID], index=int(headers[INDEX]))

    def consumed(self, events: Sequence[Delivered], began: int) -> None:
        for event in events:
            self._log.debug("consumed", event_id=event.id, index=event.index, origin=event.origin)

    def projected(self, events: Sequence[Delivered], applied: Sequence[Applied]) -> None:
        for event in events if applied else ():
            views = [done.view for done in applied]
            self._log.debug("projected", event_id=event.id, index=event.index, origin=event.origin, views=views)

    @contextmanager
    def reacting(self, reaction: str, event: Delivered) -> Iterator[None]:
        self._log.debug("reacting", event_id=event.id, index=event.index, origin=event.origin, reaction=reaction)
        yield
