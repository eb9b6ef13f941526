"""Sixteen telephones in a process of their own: each checks its person in, day after day, one request at a time.

One line of JSON on standard input is the order, one on standard output the result.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import uvloop

from deploy.local.demonstration.client import Connection


async def _check_in(connection: Connection, who: Mapping[str, str], day: date) -> float:
    """Seconds that one check-in took, from the first byte sent to the last byte of its answer."""
    body = {
        "person": who["person"],
        "team": who["team"],
        "village": who["village"],
        "date": day.isoformat(),
        "method": "gps",
        "record": f"T{day:%Y%m%d}-{who['person']}",
        "device_time": f"{day}T11:30:00.000000Z",
        "overnight": True,
    }
    headers = {
        "Authorization": f"Bearer {who['token']}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
        "Zhucun-Simulated-Time": f"{day}T20:00:00+08:00",
    }
    began = time.perf_counter()
    answer = await connection.request(
        "POST", "/attendance/commands/check-in", headers, json.dumps(body, separators=(",", ":")).encode()
    )
    took = time.perf_counter() - began
    if answer.status != 201:
        raise RuntimeError(f"{answer.status}: {answer.body.decode(errors='replace')}")
    return took


async def _telephone(url: str, who: Mapping[str, str], first: date, each: int) -> list[float]:
    connection = Connection(url)
    try:
        return [await _check_in(connection, who, first + timedelta(days=offset)) for offset in range(each)]
    finally:
        await connection.close()


async def _all(order: Mapping[str, Any]) -> dict[str, Any]:
    first = date.fromisoformat(order["first"])
    began = time.perf_counter()
    found = await asyncio.gather(*(_telephone(order["url"], who, first, order["each"]) for who in order["people"]))
    return {"seconds": time.perf_counter() - began, "took": [took for taken in found for took in taken]}


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(_all(json.loads(sys.stdin.readline())))))
