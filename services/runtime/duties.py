"""Clock duties: facts that nobody's act brings about but the passing of time (`domain.md` 1.10).

MUST: each (duty, subject, period) is said once, whatever is stopped when and however many processes run: the three
name the idempotency key and the ids of the events, so a second time finds the first one's receipt.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from contracts.fact import Actor
from contracts.identifiers import Role
from services.ledger.pause import pause
from services.ledger.status import Status
from services.runtime.commands import Refused, Request
from services.runtime.context import BEIJING, Context, HostedService
from services.runtime.decisions import Act, Decide
from services.runtime.rulings import CITY

CLOCK_PERSON = "P000000"
"""The author of what the clock says: no person, so that nobody can hold a role under it."""
CLOCK = Actor(person=CLOCK_PERSON, role=Role.CLOCK)

LOOK_SECONDS = 60.0
"""How often the real clock is asked; every duty is about whole days."""
RETRY_SECONDS = 5.0
"""First pause after a round in which something failed; it doubles up to `LOOK_SECONDS`."""
GIVE_UP_AFTER = 3
"""Failures in a row after which a duty is left for the next round: then it is not one odd case but the server."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that the clock has to say now, about whom and for which period."""

    subject: str
    """Person, team, leave or whatever it concerns."""
    period: str
    """For instance `2017-03`, `2017` or a date."""
    command: Any
    keys: Collection[str]
    """Streams, or `kind/subject/*`, that the decision reads and writes."""
    known: Any = None
    place: str = CITY
    """Whose parameters hold."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What is to be looked for whenever the clock is asked, and the decision that makes a fact of it."""

    name: str
    article: str
    due: Callable[[Context], Awaitable[Sequence[Due]]]
    """Reads views at `context.request.now`; what was said before may be named again, and costs a look at its receipt.
    """
    decide: Decide
    """The service's own decision; a refusal here means that the duty is not due any more, and is not recorded."""
    every: timedelta = timedelta(0)
    """How long it rests after it went well: for duties that go through everybody's days."""


class Duties:
    """Runs the duties of one service, one round at a time."""

    def __init__(self, service: HostedService, duties: Sequence[Duty]) -> None:
        self.status = Status(f"{service.name}-duties")
        self.duties = tuple(duties)
        self._service = service
        self._round = asyncio.Lock()
        self._went_well: dict[str, datetime] = {}

    async def run(self, now: Callable[[], datetime], stop: asyncio.Event) -> None:
        """A round at once and then every minute until `stop`. A duty that fails turns readiness red and is tried again.

        Only for logs of the real world: a demonstration's clock is the one its requests carry.
        """
        failed = 0
        while not stop.is_set():
            try:
                await self.round(now())
                failed = 0
                await pause(stop, LOOK_SECONDS)
            except Exception as error:  # whatever it is: say so, try again
                if self.status.stand(None, repr(error)):
                    log.error("duties stopped", service=self._service.name, reason=repr(error), exc_info=True)
                await pause(stop, min(RETRY_SECONDS * 2**failed, LOOK_SECONDS))
                failed = min(failed + 1, 10)

    async def round(self, now: datetime) -> dict[str, int]:
        """Says everything that is due at `now` (UTC); the number of facts recorded by each duty.

        Every duty has its turn, whatever became of those before; raises what failed once all had it.
        """
        said: dict[str, int] = {}
        failures: list[Exception] = []
        async with self._round:
            for duty in self.duties:
                said[duty.name] = await self._turn(duty, now, failures)
        if failures:
            raise failures[0] if len(failures) == 1 else ExceptionGroup("duties failed", failures)
        self.status.run()
        return said

    async def _turn(self, duty: Duty, now: datetime, failures: list[Exception]) -> int:
        """One duty: each thing that is due by itself, so that one which cannot be said silences no other."""
        last = self._went_well.get(duty.name)
        if last is not None and timedelta(0) <= now - last < duty.every:
            return 0
        said = in_a_row = 0
        before = len(failures)
        try:
            found = await duty.due(self._context(duty, None, now))
        except Exception as error:  # the others go on; `round` raises it
            failures.append(error)
            return 0
        for due in found:
            try:
                said += await self._say_once(duty, due, self._context(duty, due, now))
                in_a_row = 0
            except Exception as error:  # the others go on; `round` raises it
                failures.append(error)
                in_a_row += 1
                if in_a_row == GIVE_UP_AFTER:
                    break
        if len(failures) == before:
            self._went_well[duty.name] = now
        return said

    async def _say_once(self, duty: Duty, due: Due, context: Context) -> int:
        request = context.request
        rules = await context.rules(due.place)
        act: Act[Any, Any] = Act(due.command, CLOCK, request.now, request.today, rules, due.known)
        try:
            answer = await context.workbench.execute(request, due.keys, lambda states: duty.decide(act, states))
        except Refused:
            return 0
        return 0 if answer.repeated else len(json.loads(answer.body)["events"])

    def _context(self, duty: Duty, due: Due | None, now: datetime) -> Context:
        key = None if due is None else _key(duty, due)
        return Context(
            self._service,
            Request(
                caller=CLOCK_PERSON,
                now=now,
                today=now.astimezone(BEIJING).date(),
                correlation=key or f"duty:{duty.name}",
                key=key,
                body_digest=hashlib.sha256((key or "").encode()).digest(),
                ids_from=None if key is None else f"{self._service.origin} {key}",
            ),
        )


def _key(duty: Duty, due: Due) -> str:
    """The identity of what is said: `name:subject:period`."""
    parts = (duty.name, due.subject, due.period)
    if not all(_WORD.fullmatch(part) for part in parts):
        raise ValueError(f"a duty, its subject and its period are plain words: {parts}")
    return ":".join(parts)
