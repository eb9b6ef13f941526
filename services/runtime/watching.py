"""Who watches the stages of events in this process: a collector of traces, the log at level debug, usually nobody."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from services.ledger.pipeline import Outgoing
from services.ledger.projection import Delivered
from services.ledger.stages import Applied, Stages
from services.ledger.values import Stored
from services.runtime.clock import says_demo
from services.runtime.settings import Settings, SettingsError
from services.runtime.stage_lines import StageLines

if TYPE_CHECKING:
    from services.runtime.tracing import Exporting


def exporting(settings: Settings) -> "Exporting | None":
    """The way to the collector of traces, None where none is named. Raises SettingsError where it cannot be had."""
    if settings.trace_url is None:
        return None
    try:
        from services.runtime.tracing import Exporting, Sampling
    except ImportError as error:
        raise SettingsError(
            f"ZHUCUN_TRACE_URL needs the packages of traces (pip install zhucun[traces]): {error}"
        ) from error
    return Exporting(settings.trace_url, Sampling(settings.trace_ratio))


def stages_of(settings: Settings, traces: "Exporting | None", service: str) -> Stages | None:
    """Those who watch one service; None: nobody, which costs nothing."""
    watching: list[Stages] = []
    if traces is not None:
        from services.runtime.traced_stages import TracedStages

        watching.append(TracedStages(traces, service, simulated=says_demo(settings.origin)))
    if settings.log_level == "debug":
        watching.append(StageLines(service))
    return watching[0] if len(watching) == 1 else _All(watching) if watching else None


class _All:
    """Tells several."""

    def __init__(self, watching: Sequence[Stages]) -> None:
        self._watching = tuple(watching)

    def appended(self, events: Sequence[Stored], correlation: str, began: int) -> None:
        for one in self._watching:
            one.appended(events, correlation, began)

    async def sealed(self, connection: AsyncConnection[TupleRow], old: int, new: int, began: int) -> None:
        for one in self._watching:
            await one.sealed(connection, old, new, began)

    def carried(self, messages: Sequence[Outgoing]) -> Sequence[Outgoing]:
        for one in self._watching:
            messages = one.carried(messages)
        return messages

    def published(self, messages: Sequence[Outgoing], began: int) -> None:
        for one in self._watching:
            one.published(messages, began)

    def consumed(self, events: Sequence[Delivered], began: int) -> None:
        for one in self._watching:
            one.consumed(events, began)

    def projected(self, events: Sequence[Delivered], applied: Sequence[Applied]) -> None:
        for one in self._watching:
            one.projected(events, applied)

    @contextmanager
    def reacting(self, reaction: str, event: Delivered) -> Iterator[None]:
        with ExitStack() as stack:
            for one in self._watching:
                stack.enter_context(one.reacting(reaction, event))
            yield
