"""Alive and ready: a process that runs and moves nothing is alive and not ready."""

from collections.abc import Mapping
from typing import Any, Protocol

from services.ledger.status import State, Status


class Watched(Protocol):
    """A hosted service as readiness sees it."""

    @property
    def statuses(self) -> list[Status]: ...

    async def unreachable(self) -> str | None:
        """Why its database or its bus cannot be used just now, None while both can."""
        ...


async def readiness(services: Mapping[str, Watched], patience: float) -> tuple[bool, dict[str, Any]]:
    """Whether every reader of every service moves, and a report that names those that do not: index and reason."""
    report: dict[str, Any] = {}
    complaints: list[dict[str, Any]] = []
    for name, service in services.items():
        readers = [status.report() for status in service.statuses]
        complaints += [
            {"service": name, "reader": status.name, **_complaint(status, patience)}
            for status in service.statuses
            if not status.ready(patience)
        ]
        unreachable = await service.unreachable()
        if unreachable is not None:
            complaints.append({"service": name, "reason": unreachable})
        report[name] = {"readers": readers}
    ready = not complaints
    return ready, {"status": "ready" if ready else "not ready", "complaints": complaints, "services": report}


def _complaint(status: Status, patience: float) -> dict[str, Any]:
    if status.state is State.STOPPED and status.stop is not None:
        return {"index": status.stop.index, "reason": status.stop.reason}
    if status.state is State.STARTING:
        return {"index": status.next, "reason": "no contact with the source yet"}
    return {
        "index": status.next,
        "reason": f"behind by {status.behind} events for {status.seconds_behind:.1f} s (patience {patience:g} s)",
    }
