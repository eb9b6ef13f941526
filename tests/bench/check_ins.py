"""Row `check-in`: one person's check-in over HTTP, sixteen telephones at once, against one INSERT of the same bytes."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import httpx

from contracts.identifiers import Role
from services.ledger.store import Prepared
from services.registry import definition
from services.runtime import administration
from services.runtime.app import Application, built_in_issuer
from services.runtime.serving import listening, served
from services.runtime.settings import Settings, read_settings
from tests.bench import bare, facts
from tests.bench.bare import Tables
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, compared, interleaved
from tests.runtime.conftest import alone

CLIENTS, EACH = 16, 20
"""Telephones, and check-ins of each in one round."""
PREFIX = "bench_checkin_"
KEEPER, TOWNSHIP_OFFICE = "P530000001", "P000000011"
TOWNSHIP, TEAMS, TEAM_OF = "530113100", 3, 6
START = date(2017, 1, 9)
AGAINST = "INSERT of the same row into a table with the columns and indexes of ledger.event, one transaction each"
NINETY_NINE = 99


@dataclass(frozen=True, slots=True)
class Running:
    """Attendance and personnel behind HTTP, and the people who will check in."""

    url: str
    people: list[dict[str, str]]


@dataclass(slots=True)
class Latencies:
    """99th percentiles in milliseconds, one for each counted round."""

    http: list[float]
    bare: list[float]


async def measure(ground: Ground) -> list[Figure]:
    """Rate and 99th percentile of the answers, with the services in this process and the telephones in another."""
    rounds = 2 if ground.small else ROUNDS
    each = 4 if ground.small else EACH
    latencies = Latencies([], [])
    async with bare.tables(ground, "bench_checkin_bare_") as place, _running(ground) as running:
        found = await interleaved(
            rounds,
            {
                "bare": partial(_bare, place, each, latencies.bare),
                "http": partial(_http, running, each, latencies.http),
            },
        )
    guarantee = (
        f"answered when {ground.commits}; role, posting, day and sheet looked up, events sealed, published and"
        " projected meanwhile; clients in a process of their own on the same cores"
    )
    ours, plain, ratio = compared(found["http"], found["bare"])
    what = f"check-in over HTTP, {CLIENTS} clients"
    rate = Figure("check-in", what, "events/s", ours, guarantee, plain, AGAINST, ratio)
    slow, quick, times = compared(latencies.http[1:], latencies.bare[1:])
    p99 = Figure("check-in", f"{what}, 99th percentile", "ms", slow, guarantee, quick, AGAINST, times)
    return [rate, p99]


async def _bare(place: Tables, each: int, latencies: list[float], _round: int) -> float:
    took: list[float] = []

    async def client(events: Sequence[Prepared]) -> None:
        async with place.pool.connection() as connection:
            for one in events:
                began = time.perf_counter()
                await bare.insert(connection, one.stored)
                took.append(time.perf_counter() - began)

    work = [facts.prepared(place.store, each, 1) for _ in range(CLIENTS)]
    began = time.perf_counter()
    await asyncio.gather(*(client(events) for events in work))
    seconds = time.perf_counter() - began
    latencies.append(_p99(took))
    return CLIENTS * each / seconds


async def _http(running: Running, each: int, latencies: list[float], number: int) -> float:
    first = START + timedelta(days=number * each)
    order = {"url": running.url, "people": running.people, "first": first.isoformat(), "each": each}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.check_in_clients", stdin=pipe, stdout=pipe
    )
    output, _ = await process.communicate(json.dumps(order).encode() + b"\n")
    assert process.returncode == 0, "the telephones failed; their reason stands above"
    result = json.loads(output)
    latencies.append(_p99(result["took"]))
    return CLIENTS * each / float(result["seconds"])


def _p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[NINETY_NINE - 1] * 1000


@asynccontextmanager
async def _running(ground: Ground) -> AsyncIterator[Running]:
    bound = listening("127.0.0.1", None)
    settings = read_settings(
        {},
        postgres_url=ground.postgres_url,
        nats_url=ground.nats_url,
        mode="embedded",
        var=ground.directory / "check-in",
        database_prefix=PREFIX,
        port=bound.getsockname()[1],
        origin="zhucun.demo",
    )
    definitions = [alone(definition("personnel")), replace(definition("attendance"), consumes=("personnel",))]
    await administration.apply_databases(settings, definitions)
    await administration.apply_bus(settings, definitions)
    administration.make_keys(settings, definitions)
    application = Application(definitions, settings)
    try:
        async with (
            served(application, bound),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=30) as client,
        ):
            await administration.bootstrap(settings, KEEPER, "5301", at="2016-04-28T09:00:00+08:00")
            people = await _teams(settings, application, client)
            yield Running(f"http://127.0.0.1:{settings.port}", people)
    finally:
        await bare.drop(ground, PREFIX, "personnel", "attendance")


async def _teams(settings: Settings, application: Application, client: httpx.AsyncClient) -> list[dict[str, str]]:
    """Three teams of six through the commands' own path; sixteen of them have a telephone."""
    issuer = built_in_issuer(settings)

    async def give(caller: str, command: str, **body: Any) -> None:
        bearer = f"Bearer {issuer.token(caller)}"
        headers = {"Authorization": bearer, "Zhucun-Simulated-Time": f"{START}T08:00:00+08:00"}
        answer = await client.post(f"/personnel/commands/{command}", json=body, headers=headers)
        assert answer.is_success, answer.text
        last = answer.json()["events"][-1]
        for service in ("personnel", "attendance"):
            await application.hosted[service].visibility.wait_for({last["stream"]: last["version"]}, 20)

    for service in ("personnel", "attendance"):
        await application.hosted[service].visibility.wait_for({f"role/{KEEPER}": 1}, 20)
    office = {"grant": "G1", "person": TOWNSHIP_OFFICE, "role": Role.TOWNSHIP, "area": TOWNSHIP}
    await give(KEEPER, "grant-role", **office, starts_on="2016-05-01")
    unit = {"organisation": "O0001", "kind": "organ", "level": "county", "area": TOWNSHIP[:6]}
    await give(KEEPER, "register-organisation", **unit)
    people: list[dict[str, str]] = []
    for number in range(1, TEAMS + 1):
        team, village = f"T{number:04d}", f"{TOWNSHIP}{200 + number}"
        crew = [f"P{number:03d}{seat:03d}" for seat in range(1, TEAM_OF + 1)]
        await give(KEEPER, "register-village", village=village)
        members = [
            {"person": person, "unit": "O0001", "unit_level": "county", "source": "first_secretary"} for person in crew
        ]
        formed = {"team": team, "village": village, "formed_on": "2017-01-01", "members": members, "leader": crew[0]}
        await give(TOWNSHIP_OFFICE, "form-team", **formed)
        people += [
            {"person": person, "team": team, "village": village, "token": issuer.token(person)} for person in crew
        ]
    return people[:CLIENTS]
