"""Reading one's own writes: wait, bounded, until the views hold what the caller has seen."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.refusals import Code, Refusal
from services.ledger.connections import Pool
from services.ledger.projection import Projection
from services.ledger.views import NotYetVisible, Views
from services.runtime.commands import Refused
from services.runtime.problems import NOT_YET_VISIBLE

POLL_SECONDS = 0.015

_PLACES = """
    select e.stream, %(own)s::text, l.idx from ledger.event e join ledger.log_index l using (position)
    where (e.stream, e.version) in (select * from unnest(%(streams)s::text[], %(versions)s::int[]))
    union all
    select stream, origin, idx from ledger.inbox
    where (stream, version) in (select * from unnest(%(streams)s::text[], %(versions)s::int[]))
"""


@dataclass(frozen=True, slots=True)
class Visibility:
    """What the views of one service already show. `own` is the origin of its log, `origins` those of its sources."""

    pool: Pool
    views: Views
    own: str
    origins: Mapping[str, str]
    projections: Sequence[Projection]

    async def wait_for(self, at_least: Mapping[str, int], timeout: float) -> None:
        """Returns once every view that reads a named log has reached it; `timeout` is in seconds.

        Keys are origins (value: log index) or streams (value: version). Raises Refused NOT_YET_VISIBLE with what is
        missing; a log that no view of this service reads is there at once, because no answer depends on it.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        origins = set(self.origins.values()) | {self.own}
        wanted = {key: index for key, index in at_least.items() if key in origins}
        streams = {key: version for key, version in at_least.items() if key not in origins}
        for origin, index in await self._places(streams, deadline):
            wanted[origin] = max(index, wanted.get(origin, -1))
        relevant: dict[str, dict[str, int]] = {}
        for projection in self.projections:
            read = {self.origins.get(source, self.own) for source in projection.sources}
            relevant[projection.name] = {origin: index for origin, index in wanted.items() if origin in read}
        try:
            await self.views.wait_for_all(relevant, max(0.0, deadline - asyncio.get_running_loop().time()))
        except NotYetVisible as error:
            raise _missing(error.missing) from error

    async def _places(self, streams: Mapping[str, int], deadline: float) -> list[tuple[str, int]]:
        """Log and index of each stream version, once they have arrived and are sealed."""
        if not streams:
            return []
        arguments = {"own": self.own, "streams": list(streams), "versions": list(streams.values())}
        while True:
            async with self.pool.connection() as connection:
                rows = await (await connection.execute(_PLACES, arguments)).fetchall()
            absent = streams.keys() - {row[0] for row in rows}
            if not absent:
                return [(row[1], row[2]) for row in rows]
            if asyncio.get_running_loop().time() >= deadline:
                raise _missing({stream: streams[stream] for stream in absent})
            await asyncio.sleep(POLL_SECONDS)


def _missing(missing: Mapping[str, int]) -> Refused:
    named = ", ".join(f"{key}:{value}" for key, value in sorted(missing.items()))
    refusal = NOT_YET_VISIBLE
    return Refused(
        Refusal(
            Code.NOT_YET_VISIBLE,
            f"{refusal.zh}：{named}",
            f"{refusal.en}: {named}",
            refusal.remedy_zh,
            refusal.remedy_en,
        )
    )
