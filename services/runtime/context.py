"""Who asks, when, and with which service's means: built once per HTTP request."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Protocol

from fastapi import Request as HttpRequest

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.ledger.runner import Views
from services.ledger.store import Store
from services.runtime.commands import Refused, Request, Workbench, body_digest
from services.runtime.parameters import Parameters
from services.runtime.rulings import CITY, Rules

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had no daylight saving time since 1991, so the civil date is a fixed offset (A28)."""

AT_LEAST = "Zhucun-At-Least"
"""Header or query parameter: wait until the views hold `<stream>:<version>` or `<origin>:<index>`; comma separated."""


MALFORMED_POSITION = Refusal(
    Code.MALFORMED,
    f"{AT_LEAST} 的写法是“流:版本”或“日志:序号”，多项以逗号分隔",
    f"{AT_LEAST} takes stream:version or origin:index, separated by commas",
    "按此写法重发",
    "write it so and send again",
)


class Resolve(Protocol):
    """Finds the role by which a person may act in a place on a date, from role events."""

    async def __call__(
        self, person: str, on: date, roles: tuple[Role, ...], place: str, organisation: str | None, article: str
    ) -> Actor | Refusal: ...


@dataclass(frozen=True, slots=True)
class HostedService:
    """The means of one running service; the app factory puts it at `app.state.service`."""

    name: str
    origin: str
    store: Store
    views: Views
    workbench: Workbench[Any]
    authenticate: Callable[[HttpRequest], str]
    """Person id of the bearer of the token; raises Refused."""
    now: Callable[[HttpRequest], datetime]
    """The instant of the request (UTC); raises Refused where a simulated clock is not allowed."""
    resolve: Resolve
    wait_for: Callable[[Mapping[str, int], float], Awaitable[None]]
    """Waits until the views hold the given positions; raises Refused NOT_YET_VISIBLE after the time-out."""
    parameters: Parameters
    """As committed; what holds on a day in a place is asked of `rules`."""
    rules: Rules
    extras: Mapping[str, Any]
    """What the service's own `app.py` adds (the assessment's rule set, for instance)."""


@dataclass(frozen=True, slots=True)
class Context:
    """One request and the service that answers it."""

    service: HostedService
    request: Request
    anew: bool = True
    """Whether states are read from the log before something is said of them."""

    @property
    def workbench(self) -> Workbench[Any]:
        return self.service.workbench

    async def states(self, keys: Collection[str]) -> Mapping[str, Any]:
        """State of each key, for what a command has to know beside those that it is decided on."""
        return await self.workbench.states(keys, anew=self.anew)

    async def rules(self, place: str = CITY) -> Mapping[str, Any]:
        """The parameters in force today in a place, by name: as committed, as ruled, as the county adopted."""
        return await self.service.rules.at(self.request.today, place)

    async def authority(
        self, roles: tuple[Role, ...], place: str, organisation: str | None, article: str, *, on: date | None = None
    ) -> Actor | Refusal:
        """The caller's capacity for an act at `place` today, or on an earlier day, or the refusal AUTH."""
        day = on or self.request.today
        return await self.service.resolve(self.request.caller, day, roles, place, organisation, article)


async def request_of(http: HttpRequest) -> Context:
    """FastAPI dependency: authenticates, takes the time once, and waits for what the caller has already seen."""
    service: HostedService = http.app.state.service
    caller = service.authenticate(http)
    now = service.now(http)
    at_least = http.headers.get(AT_LEAST) or http.query_params.get("at_least")
    if at_least:
        await service.wait_for(positions(at_least), 5.0)
    body = await http.body()
    return Context(
        service,
        Request(
            caller=caller,
            now=now,
            today=now.astimezone(BEIJING).date(),
            correlation=http.state.correlation,
            key=http.headers.get("Idempotency-Key"),
            body_digest=body_digest(http.method, http.scope["path"], body),
            wait=_preferred_wait(http.headers.get("Prefer", "")),
        ),
    )


def positions(text: str) -> dict[str, int]:
    """`stream:version` or `origin:index` pairs, separated by commas; raises Refused for anything else."""
    found: dict[str, int] = {}
    for part in text.split(","):
        name, _, number = part.strip().rpartition(":")
        if not name or not number.isascii() or not number.isdigit() or len(number) > 15:
            raise Refused(MALFORMED_POSITION)
        found[name] = int(number)
    return found


def _preferred_wait(prefer: str) -> float:
    """Seconds of `wait=N` in a Prefer header (RFC 7240), at most 10."""
    for preference in prefer.split(","):
        name, _, value = preference.strip().partition("=")
        if name == "wait" and value.isdigit():
            return min(float(value), 10.0)
    return 0.0
