"""Executes a plan through the commands' own path: bearer tokens, simulated time, idempotency keys, bounded parallelism.

Steps run in the order of their instants, one at a time within a lane. What was sent can be sent again: after a lost
connection, or after the whole load was killed, the same keys give the first answers.
"""

import asyncio
import csv
import heapq
import io
import json
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle, groupby
from typing import Any

from deploy.local.demonstration.answers import COME_BACK, disagreement, references
from deploy.local.demonstration.client import Answer, Connection, Disconnected
from deploy.local.demonstration.steps import Step

FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "personnel": ("personnel", "assessment"),
    "attendance": ("attendance", "personnel"),
    "finance": ("finance", "personnel"),
    "assessment": ("assessment", "attendance", "personnel", "finance"),
}
"""Service -> services whose events its views show, its own first."""
IN_FLIGHT = 12
ENOUGH = 20
"""So many disagreements, and the rest would only be their consequences."""
AHEAD = timedelta(days=14)
"""How far one lane may be ahead of another in simulated time."""
PATIENCE_SECONDS = 90.0
BROKEN, MOST_FAILURES = 500, 3
"""An answer of 500 leaves open what happened; asked again under the same key it may still be told, but not for ever."""


class LoadStopped(Exception):
    """The load cannot go on; the message says why and what was in the way."""


@dataclass(slots=True)
class Loaded:
    """What a load did."""

    steps: int = 0
    events: int = 0
    """Events that the answers named, repeated answers included."""
    repeated: int = 0
    """Answers that were given before: another load had come so far."""
    retries: int = 0
    seconds: float = 0.0
    disagreements: list[str] = field(default_factory=list)


Progress = Callable[[Step, int], None]
"""Told of every finished step and how many records it carried."""


class Loader:
    """Loads one plan. `urls` has the base address of each service, `token` gives the bearer token of a person id."""

    def __init__(
        self, urls: Mapping[str, str], token: Callable[[str], str], progress: Progress, in_flight: int = IN_FLIGHT
    ) -> None:
        self._token = token
        self._progress = progress
        self._workers = [_connected(urls) for _ in range(in_flight)]
        self._references: dict[str, list[str]] = {}
        self._seen: set[tuple[str, str]] = set()
        self._latest: dict[str, str] = {}
        self.loaded = Loaded()

    async def run(self, steps: Sequence[Step]) -> Loaded:
        """All phases in order; raises LoadStopped when the services cannot be reached or too much disagrees."""
        started = asyncio.get_running_loop().time()
        try:
            phases = [list(phase) for _, phase in groupby(steps, key=lambda step: step.phase)]
            for phase, following in zip(phases, [*phases[1:], None], strict=True):
                await self._phase(phase)
                await self._seen_by({step.service for step in following} if following else FOLLOWS)
        finally:
            self.loaded.seconds = asyncio.get_running_loop().time() - started
            for connections in self._workers:
                for connection in connections.values():
                    await connection.close()
        return self.loaded

    async def _phase(self, steps: Sequence[Step]) -> None:
        queue = _Queue(steps)
        workers = [asyncio.create_task(self._work(connections, queue)) for connections in self._workers]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, connections: Mapping[str, Connection], queue: "_Queue") -> None:
        while (step := await queue.next()) is not None:
            answer = await self._send(connections[step.service], step)
            self._take(step, answer)
            queue.done(step)

    def _take(self, step: Step, answer: Answer) -> None:
        found = disagreement(step, answer)
        if found is not None:
            self.loaded.disagreements.append(found)
            if len(self.loaded.disagreements) >= ENOUGH:
                raise LoadStopped("too much disagrees:\n" + "\n".join(self.loaded.disagreements))
        written = references(answer)
        self.loaded.steps += 1
        self.loaded.events += len(written)
        self.loaded.repeated += answer.headers.get("idempotent-replay") == "true"
        if written:
            self._latest[step.service] = written[-1]
        self._references[step.name] = written
        self._seen.update((step.service, other) for other in step.after)
        self._progress(step, step.weight)

    async def _send(self, connection: Connection, step: Step) -> Answer:
        headers = {
            "Authorization": f"Bearer {self._token(step.caller)}",
            "Content-Type": "application/json",
            "Idempotency-Key": step.key,
            "Zhucun-Simulated-Time": step.at.isoformat(),
        }
        unseen = [other for other in step.after if (step.service, other) not in self._seen]
        at_least = [reference for other in unseen for reference in self._references.get(other, ())]
        if at_least:
            headers["Zhucun-At-Least"] = ",".join(at_least)
        if step.sheet:
            headers["Content-Type"] = "text/csv; charset=utf-8"
            path = f"/{step.service}/imports/{step.command}"
            return await self._until_answered(connection, "POST", path, headers, _csv(step.sheet))
        path = f"/{step.service}/commands/{step.command}"
        members = dict(step.body)
        if step.reads is not None:
            read = await self._until_answered(connection, "GET", f"/{step.reads.path}", headers)
            members |= {name: read.json().get(name) for name in step.reads.members}
        body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._until_answered(connection, "POST", path, headers, body)

    async def _until_answered(
        self, connection: Connection, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """The first answer that is final: a command may be sent again under its key as often as need be."""
        loop = asyncio.get_running_loop()
        deadline, pause, reason, failures = loop.time() + PATIENCE_SECONDS, 0.02, "", 0
        while loop.time() < deadline:
            try:
                answer = await connection.request(method, path, headers, body)
            except (Disconnected, TimeoutError) as error:
                reason = str(error) or type(error).__name__
            else:
                failures += answer.status == BROKEN
                if answer.status not in COME_BACK or failures > MOST_FAILURES:
                    return answer
                reason = answer.body.decode(errors="replace")[:300]
            self.loaded.retries += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)
        raise LoadStopped(f"{method} {path}: no final answer within {PATIENCE_SECONDS:g} s, last: {reason}")

    async def _seen_by(self, services: Collection[str]) -> None:
        """Waits until the views of these services show the last thing recorded in every log that they follow.

        Sealing follows commits, so whatever was answered before the last answer is below it. At the end all of them
        are waited for, before another phase only those that are asked for something in it.
        """
        await asyncio.gather(
            *(self._has_seen(service, worker) for service, worker in zip(sorted(services), cycle(self._workers)))
        )

    async def _has_seen(self, service: str, connections: Mapping[str, Connection]) -> None:
        at_least = [self._latest[source] for source in FOLLOWS[service] if source in self._latest]
        if at_least:
            headers = {"Authorization": f"Bearer {self._token(ANYBODY)}", "Zhucun-At-Least": ",".join(at_least)}
            await self._until_answered(connections[service], "GET", f"/{service}/me", headers)


def _connected(urls: Mapping[str, str]) -> dict[str, Connection]:
    """Service -> connection; services at one address share it, so that it does not lie idle."""
    connections = {url: Connection(url) for url in urls.values()}
    return {service: connections[url] for service, url in urls.items()}


ANYBODY = "P900000"
"""Whoever asks what he may do is told, and waits for the views on the way."""


def _csv(lines: Sequence[Mapping[str, Any]]) -> bytes:
    """The lines with the names of their columns above; what a line leaves out is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for line in lines for name in line)))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


class _Queue:
    """The steps of one phase: the earliest whose lane is free and whose forerunners are done comes next.

    No lane runs ahead of the earliest step that is not done by more than `AHEAD`, so that the logs tell the year in
    its order. The earliest one never waits for a later one, so that somebody can always go on.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._order = steps
        self._first = 0
        self._lanes: dict[str, deque[Step]] = {}
        self._left = {step.name for step in steps}
        self._parked: dict[str, list[Step]] = {}
        self._ready: list[tuple[datetime, str, Step]] = []
        self._wake = asyncio.Event()
        for step in steps:
            self._lanes.setdefault(step.lane, deque()).append(step)
        for lane in self._lanes.values():
            self._offer(lane.popleft())

    async def next(self) -> Step | None:
        """The next step to send; None when all are done."""
        while not (self._ready and self._ready[0][0] <= self._order[self._first].at + AHEAD):
            if not self._left:
                return None
            self._wake.clear()
            await self._wake.wait()
        return heapq.heappop(self._ready)[2]

    def done(self, step: Step) -> None:
        """The step has its answer: its lane goes on, and so does what waited for it."""
        self._left.discard(step.name)
        while self._first < len(self._order) - 1 and self._order[self._first].name not in self._left:
            self._first += 1
        lane = self._lanes[step.lane]
        if lane:
            self._offer(lane.popleft())
        for waiting in self._parked.pop(step.name, ()):
            self._offer(waiting)
        self._wake.set()

    def _offer(self, step: Step) -> None:
        missing = next(self._waits_for(step), None)
        if missing is None:
            heapq.heappush(self._ready, (step.at, step.name, step))
            self._wake.set()
        else:
            self._parked.setdefault(missing, []).append(step)

    def _waits_for(self, step: Step) -> Iterator[str]:
        return (other for other in (*step.after, *([step.repeats] if step.repeats else ())) if other in self._left)
