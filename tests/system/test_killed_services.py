"""`kill -9` of the process that hosts all four services, again and again, while clients send a county's first months.

What the clients were told is in the logs once, in order, sealed, published and consumed; what they were not told they
send again under the same key.
"""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import nats
import pytest

from contracts.catalogue import SERVICES
from deploy.local.demonstration.clockwork import instant
from deploy.local.demonstration.loader import Loader
from deploy.local.demonstration.personnel_steps import REGISTERED
from deploy.local.demonstration.plan import make_plan
from deploy.local.demonstration.population import CITY, KEEPER
from deploy.local.demonstration.steps import Phase, Step
from services.ledger.bus import stream_name
from services.ledger.connections import connect
from services.ledger.migrations import database_url
from services.ledger.node import Counts
from services.registry import definitions
from services.runtime import administration
from services.runtime.hosting import Hosted
from services.runtime.issuers import authentication, built_in_issuer
from services.runtime.log_care import check
from services.runtime.serving import PortTaken, listening
from services.runtime.settings import Settings, read_settings
from tests.ledger.world import until

UNTIL = datetime(2016, 9, 10, tzinfo=UTC)
KILLS = 5


@pytest.fixture
async def settings(postgres_url: str, empty_bus: str, database_prefix: str, tmp_path: Path) -> Settings:
    port = free_port()
    given = {"postgres_url": postgres_url, "nats_url": empty_bus, "mode": "embedded", "var": tmp_path}
    found = read_settings({}, **given, host="127.0.0.1", database_prefix=database_prefix, port=port)
    found = found.model_copy(update={"origin": "zhucun.demo"})
    await administration.apply_databases(found, definitions())
    await administration.apply_bus(found, definitions())
    administration.make_keys(found, definitions())
    await administration.bootstrap(found, KEEPER, CITY, at=instant(REGISTERED, "08:00").isoformat())
    return found


def free_port() -> int:
    """One below those that the system hands out by itself, so that nobody gets it between a kill and the next start."""
    while True:
        port = random.randrange(20_000, 30_000)
        with contextlib.suppress(PortTaken):
            listening("127.0.0.1", port).close()
            return port


def steps() -> list[Step]:
    """The demonstration's commands until the end of its first summer."""
    found = [step for step in make_plan().steps if step.phase <= Phase.YEAR and step.at < UNTIL]
    names = {step.name for step in found}
    assert all(other in names for step in found for other in step.after)
    return found


class Killed:
    """The serving process, killed and started again until it may live."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.kills = 0
        self._process: asyncio.subprocess.Process | None = None

    def environment(self) -> dict[str, str]:
        settings = self.settings
        assert settings.postgres_url is not None
        return {
            **os.environ,
            "ZHUCUN_POSTGRES_URL": settings.postgres_url.get_secret_value(),
            "ZHUCUN_NATS_URL": settings.nats(),
            "ZHUCUN_MODE": "embedded",
            "ZHUCUN_VAR": str(settings.var),
            "ZHUCUN_DATABASE_PREFIX": settings.database_prefix,
            "ZHUCUN_ORIGIN": settings.origin,
            "ZHUCUN_HOST": settings.host,
            "ZHUCUN_PORT": str(settings.port),
        }

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services",
            "serve",
            env=self.environment(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        while not await self._answers():
            assert self._process.returncode is None, "the services ended by themselves"
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        assert await self._process.wait() == -signal.SIGKILL
        self.kills += 1

    async def keep_killing(self, answered: Callable[[], int], steps: int) -> None:
        """Kills in the middle of whatever goes on, at even distances in answered commands; the last start lives."""
        for kill in range(1, KILLS + 1):
            while answered() < steps * kill // (KILLS + 1):
                await asyncio.sleep(0.002)
            await self.kill()
            await self.start()

    async def end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(self.settings.host, self.settings.port)
        except OSError:
            return False
        writer.close()
        return True


@asynccontextmanager
async def served_and_killed(settings: Settings) -> AsyncIterator[Killed]:
    killed = Killed(settings)
    await killed.start()
    try:
        yield killed
    finally:
        await killed.end()


class Told(Loader):
    """The demonstration's client, which remembers every event that an answer named."""

    def told(self) -> set[str]:
        return {reference for references in self._references.values() for reference in references}


async def in_the_log(settings: Settings, service: str) -> list[str]:
    """`stream:version` of every event of a log; refusals are recorded without an event being named to the caller."""
    url = database_url(settings.postgres_of(service), service, prefix=settings.database_prefix)
    connection = await connect(url, name="test")
    try:
        cursor = await connection.execute("select stream, version from ledger.event")
        rows = await cursor.fetchall()
    finally:
        await connection.close()
    return [f"{stream}:{version}" for stream, version in rows if not stream.startswith("refusal/")]


async def counts_of(settings: Settings) -> Mapping[str, Counts]:
    """How far everything is, asked of services that were started once more and have done what was left to them."""
    found: dict[str, Counts] = {}
    async with authentication(settings) as authenticator, AsyncExitStack() as running:
        services = [Hosted(definition, settings, authenticator) for definition in definitions()]
        for hosted in services:
            await hosted.start()
            running.push_async_callback(hosted.stop)

        async def done() -> bool:
            found.update({hosted.name: await hosted.counts() for hosted in services})
            return all(
                count.accepted == count.sealed == count.published
                and all(consumed == found[name_of(origin)].sealed for origin, consumed in count.consumed.items())
                for count in found.values()
            )

        with contextlib.suppress(AssertionError):  # what is not as it should be is said by the test
            await until(done)
    return found


def name_of(origin: str) -> str:
    """The service of a log."""
    return origin.rpartition("/")[2]


async def published(settings: Settings, service: str) -> list[int]:
    """The index of every event in the stream of a log, in the stream's order."""
    client = await nats.connect(settings.nats())
    try:
        js = client.jetstream()
        state = (await js.stream_info(stream_name(service))).state
        if state.messages == 0:
            return []
        sequences = range(state.first_seq, state.last_seq + 1)
        headers = [(await js.get_msg(stream_name(service), sequence)).headers or {} for sequence in sequences]
        return [int(found["Zhucun-Index"]) for found in headers if "Zhucun-Index" in found]
    finally:
        await client.close()


async def test_nothing_told_is_lost_or_doubled_when_the_services_are_killed_under_load(settings: Settings) -> None:
    issuer = built_in_issuer(settings)
    urls = dict.fromkeys(SERVICES, f"http://{settings.host}:{settings.port}")
    plan = steps()
    async with served_and_killed(settings) as killed:
        loader = Told(urls, issuer.token, lambda *_: None)
        killing = asyncio.create_task(killed.keep_killing(lambda: loader.loaded.steps, len(plan)))
        loaded = await loader.run(plan)
        await killing
    assert killed.kills == KILLS
    assert loaded.retries > 0, "no command was under way when the services were killed"
    assert loaded.disagreements == []
    counts = await counts_of(settings)
    for service, count in counts.items():
        assert count.accepted == count.sealed == count.published, service
        for origin, consumed in count.consumed.items():
            assert consumed == counts[name_of(origin)].sealed, (service, origin)
    recorded = [event for service in SERVICES for event in await in_the_log(settings, service)]
    assert sorted(recorded) == sorted([*loader.told(), f"role/{KEEPER}:1"])
    for service in SERVICES:
        assert await published(settings, service) == list(range(counts[service].sealed)), service
        report = await check(settings, service)
        assert report.intact, (service, report.difference)
