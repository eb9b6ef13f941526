"""The bus of a government cloud: three nodes, TLS, accounts. One node killed, every disk lost: nothing is lost."""

import asyncio
import contextlib
import os
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import nats
import nats.errors
import nats.js.errors
import pytest
from nats.js.api import StreamConfig

from services.ledger import bus
from services.ledger.bus import BusError
from services.ledger.pause import finish
from services.ledger.relay import Relay
from tests.deploy.certificates import Authority
from tests.deploy.cluster import NODES, Cluster
from tests.ledger.world import ATTENDANCE, CONSUMERS, Log, open_log_and_follower, reached, until

REFUSED = (TimeoutError, nats.errors.Error, nats.js.errors.Error)
"""How a call ends that the server does not let through: mostly nobody answers."""
PATIENCE = 60.0
"""Seconds: how long a busy machine may take to do what it is to do."""
PAUSE_SECONDS = 30.0
"""No follower waits longer when a node dies. Six seconds are usual: a node is given up after four, then one is chosen;
the rest is for a machine that does other things too."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    # What an operator sets where the authority of the bus is the unit's own.
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(cluster.authority.cert)
    for node in range(NODES):
        cluster.start(node)
    yield cluster
    cluster.stop()
    if before is None:
        del os.environ["SSL_CERT_FILE"]
    else:
        os.environ["SSL_CERT_FILE"] = before


@pytest.fixture
async def cluster(running: Cluster) -> AsyncIterator[Cluster]:
    """The three nodes, with streams and durables applied and empty."""
    await running.ready()
    await _once_led(lambda: _made_anew(running))
    yield running


async def _once_led(step: Callable[[], Awaitable[object]]) -> None:
    """Does what nobody answers, or finds too few nodes for, while leaders change and nodes that were away come back."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            await step()
            return
        except (BusError, nats.js.errors.APIError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)


async def _made_anew(cluster: Cluster) -> None:
    for service in bus.services_of(CONSUMERS):
        async with bus.connected(cluster.url("operator")) as js:
            with contextlib.suppress(nats.js.errors.NotFoundError):
                await js.delete_stream(bus.stream_name(service))
    await bus.apply(cluster.url("operator"), CONSUMERS, replicas=3)


async def test_every_stream_is_on_three_nodes_and_stands_as_declared(cluster: Cluster) -> None:
    await bus.check(cluster.url("assessment"), "assessment", ["attendance"])
    async with bus.connected(cluster.url("watcher")) as js:
        info = await js.stream_info("ATTENDANCE")
    assert info.config.num_replicas == 3
    assert info.cluster is not None
    assert len(info.cluster.replicas or ()) == 2
    assert info.config.deny_delete
    assert info.config.deny_purge
    with pytest.raises(BusError, match="num_replicas is 3, declared 1"):
        await bus.apply(cluster.url("operator"), CONSUMERS, replicas=1)


async def test_no_service_can_change_the_bus_or_speak_for_another(cluster: Cluster) -> None:
    client = await nats.connect(cluster.url("attendance").split(",")[0], error_cb=_silent)
    js, patient = client.jetstream(timeout=0.5), client.jetstream(timeout=PATIENCE)
    try:
        assert (await patient.publish("ev.attendance.Test._._._", b"")).stream == "ATTENDANCE"
        for answer in await _all_of(
            js.publish("ev.assessment.Test._._._", b"", timeout=0.5),
            js.delete_stream("ATTENDANCE"),
            js.purge_stream("ATTENDANCE"),
            js.update_stream(StreamConfig(name="ATTENDANCE", subjects=["ev.attendance.>"], max_msgs=1)),
            js.add_stream(StreamConfig(name="OTHER", subjects=["other"])),
            js.consumer_info("ATTENDANCE", "assessment-from-attendance"),
            js.delete_consumer("ATTENDANCE", "assessment-from-attendance"),
        ):
            assert isinstance(answer, REFUSED), answer
        assert (await patient.stream_info("ATTENDANCE")).state.messages == 1
    finally:
        await client.close()


async def test_not_even_the_operator_empties_a_stream(cluster: Cluster) -> None:
    client = await nats.connect(cluster.url("operator").split(",")[0], error_cb=_silent)
    js, patient = client.jetstream(timeout=0.5), client.jetstream(timeout=PATIENCE)
    try:
        await patient.publish("ev.attendance.Test._._._", b"")
        for answer in await _all_of(js.purge_stream("ATTENDANCE"), js.delete_msg("ATTENDANCE", 1)):
            assert isinstance(answer, REFUSED), answer
        assert (await patient.stream_info("ATTENDANCE")).state.messages == 1
    finally:
        await client.close()


async def test_nobody_comes_in_without_tls_or_by_another_authority(cluster: Cluster) -> None:
    first = cluster.url("attendance").split(",")[0]
    with pytest.raises(ssl.SSLError):
        await nats.connect(
            first,
            tls=ssl.create_default_context(cadata=_other_authority()),
            allow_reconnect=False,
            connect_timeout=30,
            error_cb=_silent,
        )
    wrong = cluster.url("attendance").replace("attendance-of-a-test", "guessed")
    with pytest.raises(BusError, match="No NATS server answers") as refused:
        async with bus.connected(wrong):
            pass
    assert "guessed" not in str(refused.value)


async def test_a_node_killed_under_load_costs_a_pause_and_no_event(
    cluster: Cluster, postgres_url: str, tmp_path: Path
) -> None:
    async with open_log_and_follower(postgres_url, tmp_path, cluster.url("assessment")) as (log, follower):
        relay = Relay(log.pool, service="attendance", origin=ATTENDANCE, nats_url=cluster.url("attendance"))
        stop = asyncio.Event()
        relaying = asyncio.create_task(relay.run(stop))
        await follower.start()
        load = asyncio.create_task(_load(log, stop))
        try:
            await until(lambda: _taken(follower.next, 300))
            leader = cluster.node_named(await _leader(cluster))
            cluster.kill(leader)
            before, waited = await follower.next(), await log.size()
            stalled = await _longest_pause(follower.next, before + 300)
            print(f"leader killed at {before} events: the longest pause was {stalled:.1f} s")
            assert stalled < PAUSE_SECONDS
            assert await log.size() > waited + 100, "what is appended and sealed does not wait for the bus"
            cluster.start(leader)
            await until(lambda: _taken(follower.next, before + 600), 2 * PATIENCE)
        finally:
            stop.set()
            size = await load
        async with asyncio.timeout(2 * PATIENCE):
            again = Relay(log.pool, service="attendance", origin=ATTENDANCE, nats_url=cluster.url("attendance"))
            finishing = asyncio.create_task(again.run(asyncio.Event()))
            await reached(follower, size)
            finishing.cancel()
            await finish([relaying, finishing], 1)
        await cluster.ready()


async def test_all_of_jetstream_lost_is_mended_by_refilling(
    cluster: Cluster, postgres_url: str, tmp_path: Path
) -> None:
    async with open_log_and_follower(postgres_url, tmp_path, cluster.url("assessment")) as (log, follower):
        relay = Relay(log.pool, service="attendance", origin=ATTENDANCE, nats_url=cluster.url("attendance"))
        relaying = asyncio.create_task(relay.run(asyncio.Event()))
        await follower.start()
        await log.grow(500)
        await reached(follower, 500)
        cluster.lose_all_disks()
        await log.grow(100)
        for node in range(NODES):
            cluster.start(node)
        await cluster.ready()
        await _once_led(lambda: bus.apply(cluster.url("operator"), CONSUMERS, replicas=3))
        mending = Relay(log.pool, service="attendance", origin=ATTENDANCE, nats_url=cluster.url("operator"))
        assert await mending.refill(CONSUMERS, 2 * PATIENCE) == 600
        await reached(follower, 600)
        assert await log.grow(50) == 650
        await reached(follower, 650)
        async with bus.connected(cluster.url("watcher")) as js:
            info = await js.stream_info("ATTENDANCE")
            assert info.config.num_replicas == 3
        relaying.cancel()
        await finish([relaying], 1)


async def _load(log: Log, stop: asyncio.Event) -> int:
    """Appends and seals until told to stop; the size of the log then."""
    size = 0
    while not stop.is_set():
        size = await log.grow(20)
        await asyncio.sleep(0.02)
    return size


async def _all_of(*calls: Awaitable[object]) -> list[object]:
    """What became of the calls, made at once."""
    return await asyncio.gather(*calls, return_exceptions=True)


async def _longest_pause(count: Callable[[], Awaitable[int]], wanted: int) -> float:
    """The longest time, in seconds, in which a follower got nothing, until it has `wanted` events."""
    longest, moved, last = 0.0, time.monotonic(), await count()
    while last < wanted:
        now = await count()
        longest = max(longest, time.monotonic() - moved)
        assert longest < 90, "the follower gets nothing any more"
        if now > last:
            moved, last = time.monotonic(), now
        await asyncio.sleep(0.02)
    return longest


async def _taken(count: Callable[[], Awaitable[int]], wanted: int) -> bool:
    return await count() >= wanted


async def _leader(cluster: Cluster) -> str:
    async with bus.connected(cluster.url("watcher")) as js:
        info = await js.stream_info("ATTENDANCE")
    assert info.cluster is not None
    assert info.cluster.leader is not None
    return info.cluster.leader


def _other_authority() -> str:
    with tempfile.TemporaryDirectory() as directory:
        return Authority(Path(directory)).cert.read_text()


async def _silent(error: Exception) -> None:
    """The call that is refused raises; the client need not log it as well."""
