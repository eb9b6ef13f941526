"""The clock of the edge: now, or the simulated instant of a request where the log says that it is a demonstration."""

import re
from datetime import UTC, datetime

from contracts.refusals import Code, Refusal
from services.runtime.commands import Refused

SIMULATED_TIME = "Zhucun-Simulated-Time"
"""Request header: the instant at which the request shall be taken to happen (RFC 3339 with an offset)."""

FORBIDDEN = Refusal(
    Code.SIMULATED_CLOCK_FORBIDDEN,
    "本日志不是演示日志，不接受模拟时间",
    "this log is not a demonstration: a simulated time is not accepted",
    f"去掉请求头 {SIMULATED_TIME}",
    f"leave out the header {SIMULATED_TIME}",
)
UNREADABLE = Refusal(
    Code.MALFORMED,
    "模拟时间不是带时区的 RFC 3339 时间",
    "the simulated time is not an RFC 3339 instant with an offset",
    "例如 2017-03-01T08:00:00+08:00",
    "for instance 2017-03-01T08:00:00+08:00",
)


def says_demo(origin: str) -> bool:
    """Whether a dot- or slash-separated label of the origin is `demo`."""
    return "demo" in re.split(r"[./]", origin)


def apart(before: datetime, there: datetime, after: datetime) -> float:
    """Seconds by which another clock, read between `before` and `after` of this one, is certainly away; 0.0 if none."""
    return max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)


class Clock:
    """Tells the instant of a request. `origin` is that of the log which the request would write to."""

    def __init__(self, origin: str) -> None:
        self._simulation_allowed = says_demo(origin)

    def now(self) -> datetime:
        """The real instant (UTC)."""
        return datetime.now(UTC)

    def at(self, simulated: str | None) -> datetime:
        """The instant of a request with this `Zhucun-Simulated-Time`; raises Refused."""
        if simulated is None:
            return self.now()
        if not self._simulation_allowed:
            raise Refused(FORBIDDEN)
        try:
            moment = datetime.fromisoformat(simulated)
        except ValueError as error:
            raise Refused(UNREADABLE) from error
        if moment.tzinfo is None:
            raise Refused(UNREADABLE)
        return moment.astimezone(UTC)
