"""An agency that means harm, with its own credentials on the real server: it reaches itself and nobody else."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats.errors
import pytest

from contracts.attendance import SpotCheckFinding as Finding
from contracts.subscriber import nkey
from contracts.subscriber.credentials import Credentials
from services.agencies import administration as agencies
from services.agencies import registry
from services.agencies.accounting import conf_file, server_of
from services.agencies.deciding import decide
from services.agencies.keys import PublisherKeys
from services.agencies.publisher import Publisher
from services.agencies.registry import RegistryError
from services.ledger.status import State
from tests.agencies.test_walls import Intruder
from tests.agencies.world import KEEPER, World, eventually, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERSON = "P000101"
ABSENT = Finding.ABSENT
ROOT = Path(__file__).parents[2]


async def state(world: World, name: str) -> tuple[int, int]:
    """Messages in the agency's stream, and the sequence of the last."""
    seed = PublisherKeys(world.settings).publisher_seed(name)
    client = await nkey.connect(
        server_of(world.settings), seed, error=_quiet, allow_reconnect=False, connect_timeout=20
    )
    info = await client.jetstream(timeout=20).stream_info("SCOPE")
    await client.close()
    return info.state.messages, info.state.last_seq


async def _quiet(_error: Exception) -> None:
    return


async def test_two_agencies_are_there(world: World) -> None:
    await world.tell("attendance", f"attendance/{PERSON}/2017", *[spot_check(PERSON, Finding.ABSENT)] * 9)
    for name in ("rogue", "good"):
        await world.agency(name, "CO", "5301")
        assert len((await world.everything(name)).events) == 9


@pytest.mark.parametrize(
    "target",
    [
        "$JS.API.STREAM.DELETE.SCOPE",
        "$JS.API.STREAM.PURGE.SCOPE",
        "$JS.API.STREAM.UPDATE.SCOPE",
        "$JS.API.STREAM.CREATE.MORE",
        "$JS.API.CONSUMER.DELETE.SCOPE.rogue",
        "$JS.API.STREAM.MSG.DELETE.SCOPE",
        "$JS.API.STREAM.LEADER.STEPDOWN.SCOPE",
        "$SYS.REQ.SERVER.PING",
        "$SYS.REQ.ACCOUNT.AGENCY_good.INFO",
    ],
)
async def test_an_answer_sent_to_the_api_asks_nothing_of_it(world: World, target: str) -> None:
    """The server sends its answers where a request says: here to itself, in words that are not the agency's."""
    before = await state(world, "rogue")
    async with Intruder(world.folder / "rogue.creds") as rogue:
        request = json.dumps({"batch": 1, "no_wait": True}).encode()
        await rogue.client.publish("$JS.API.CONSUMER.INFO.SCOPE.rogue", b"", reply=target)
        await rogue.client.publish("$JS.API.CONSUMER.MSG.NEXT.SCOPE.rogue", request, reply=target)
        await rogue.client.publish("$JS.API.CONSUMER.RESET.SCOPE.rogue", b'{"seq":1}', reply=target)
        await rogue.client.flush()
        await asyncio.sleep(0.1)
    assert await state(world, "rogue") == before
    assert await state(world, "good") == before
    assert len((await world.everything("rogue")).events) == 9


async def test_old_entries_echoed_into_its_stream_are_not_taken_for_the_end(world: World) -> None:
    """Entry 0 delivered into the stream again: a publisher that believed it would publish everything after it again."""
    first, _ = await state(world, "rogue")
    async with Intruder(world.folder / "rogue.creds") as rogue:
        await rogue.client.publish("$JS.API.CONSUMER.RESET.SCOPE.rogue", b'{"seq":1}', reply=f"{rogue.inbox}.r")
        for _ in range(3):
            request = json.dumps({"batch": 1, "no_wait": True}).encode()
            await rogue.client.publish("$JS.API.CONSUMER.MSG.NEXT.SCOPE.rogue", request, reply="scope.again")
        await rogue.client.flush()
    await asyncio.sleep(3)
    await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT))
    assert len((await world.everything("rogue")).events) == 10
    after, _ = await state(world, "rogue")
    assert after <= first + 3 + 2


async def test_rubbish_behind_what_it_was_sent_makes_nobody_send_it_again(world: World) -> None:
    """A thousand answers of the server, sent into the stream: more than a publisher would walk over."""
    before, _ = await state(world, "rogue")
    async with Intruder(world.folder / "rogue.creds") as rogue:
        for _ in range(1_100):
            await rogue.client.publish("$JS.API.CONSUMER.INFO.SCOPE.rogue", b"", reply="scope.rubbish")
        await rogue.client.flush()

    async def written() -> bool:
        return (await state(world, "rogue"))[0] >= before + 1_100

    await eventually(written)
    told = await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT))
    kept = await world.everything("rogue")
    assert kept.ids[-1:] == told
    assert (await state(world, "rogue"))[0] == before + 1_100 + 2
    await agencies.refill(world.settings, "rogue")
    assert (await world.everything("rogue")).ids == kept.ids

    async def clean() -> bool:
        return (await state(world, "rogue"))[0] <= before + 2

    await eventually(clean)


async def test_a_stream_that_is_full_is_told_and_given_more_room(world: World) -> None:
    """By what it is sent, not by rubbish: nothing is dropped, it waits for the operator."""
    whole = len((await world.everything("good")).events)
    facts = [spot_check("P000900", ABSENT, "530128100201")] * 600
    await world.tell("attendance", "attendance/P000900/2017", *facts)
    await world.agency("small", "DI", "530128", store_mb=1)

    async def told() -> bool:
        stops = [status.stop for status in world.publisher.statuses if status.name == "agency-small"]
        return any(stop is not None and "zhucun agency enlarge small" in stop.reason for stop in stops)

    await eventually(told)
    with pytest.raises(RegistryError, match="ZHUCUN_AGENCY_BUDGET_MB"):
        await agencies.enlarge(world.settings, "small", 90_000)
    with pytest.raises(RegistryError, match="already"):
        await agencies.enlarge(world.settings, "small", 1)
    await agencies.enlarge(world.settings, "small", 16)
    assert len((await world.everything("small")).events) == len(facts)
    assert len((await world.everything("good")).events) == whole + len(facts)


async def test_it_may_have_so_many_connections_and_no_more(world: World) -> None:
    found = Credentials.read(world.folder / "rogue.creds")
    held = []
    try:
        with pytest.raises(nats.errors.Error, match=r"(?i)maximum.*connections"):
            for _ in range(9):
                client = await nkey.connect(
                    found.url, found.seed, inbox=found.inbox, error=_quiet, allow_reconnect=False, connect_timeout=20
                )
                held.append(client)
    finally:
        for client in held:
            await client.close()
    # One of our own is the publisher's.
    assert len(held) <= 7


async def test_while_it_floods_its_server_the_services_and_the_others_go_on(world: World) -> None:
    found = Credentials.read(world.folder / "rogue.creds")
    program = [sys.executable, "-m", "tests.bench.flooding", found.url, found.seed, "rogue"]
    flood = await asyncio.create_subprocess_exec(*program, stderr=asyncio.subprocess.DEVNULL)
    try:
        await asyncio.sleep(1)
        assert flood.returncode is None
        before = len((await world.everything("good")).events)
        for _ in range(3):
            await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT))
        kept = await world.everything("good")
        assert len(kept.events) == before + 3
        assert (await world.application.hosted["attendance"].counts()).published >= before + 3
    finally:
        flood.kill()
        await flood.wait()
    assert len((await world.everything("rogue")).events) == before + 3  # it, too, when it has calmed down


@asynccontextmanager
async def another_publisher(world: World) -> AsyncIterator[asyncio.subprocess.Process]:
    """A second whole publisher on the same database and servers, as a process that can be killed."""
    settings = world.settings
    assert settings.postgres_url is not None
    assert settings.agency_nats_url is not None
    told = {
        "ZHUCUN_MODE": "embedded",
        "ZHUCUN_VAR": str(settings.var),
        "ZHUCUN_POSTGRES_URL": settings.postgres_url.get_secret_value(),
        "ZHUCUN_NATS_URL": settings.nats(),
        "ZHUCUN_AGENCY_NATS_URL": settings.agency_nats_url.get_secret_value(),
        "ZHUCUN_PUBLIC_URL": f"http://127.0.0.1:{settings.port}",
        "ZHUCUN_DATABASE_PREFIX": settings.database_prefix,
    }
    program = [sys.executable, "-m", "services", "agency", "serve"]
    process = await asyncio.create_subprocess_exec(
        *program, cwd=ROOT, env=os.environ | told, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        assert "publishing" in (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_everything_at_once(world: World) -> None:
    """Two publishers of which one is killed, both servers killed, a stream lost, one reader slow, one hostile.

    Nothing is lost, doubled or told in another order, and nothing stands still afterwards.
    """
    before = (await world.everything("good")).ids
    told: list[str] = []

    async def tell() -> None:
        told.extend(await world.tell("attendance", f"attendance/{PERSON}/2017", *[spot_check(PERSON, ABSENT)] * 40))

    async def hostile(calm: asyncio.Event) -> None:
        """Has the server write into its own stream, again and again; it is thrown out with the servers."""
        for _ in range(8):
            if calm.is_set():
                return
            with contextlib.suppress(OSError, nats.errors.Error, TimeoutError):
                async with Intruder(world.folder / "rogue.creds") as rogue:
                    for _ in range(50):
                        await rogue.client.publish("$JS.API.CONSUMER.INFO.SCOPE.rogue", b"", reply="scope.rubbish")
                    await rogue.client.flush()
            await asyncio.sleep(0.5)

    calm = asyncio.Event()
    harm = asyncio.create_task(hostile(calm))
    await world.agency("slow", "CO", "5301")  # and nobody ever asks for what is its own
    async with another_publisher(world) as first:
        await tell()
        first.kill()
        await tell()
    async with another_publisher(world) as second:
        await tell()
        for name, server in (("nats", world.nats), ("agencies", world.agency_nats)):
            os.kill(int((world.settings.var / name / "pid").read_text()), signal.SIGKILL)
            await asyncio.to_thread(server.stop)
            await tell()
            await asyncio.to_thread(server.start)
        await agencies.refill(world.settings, "good")
        await tell()
        second.kill()
        calm.set()
        await harm
    await tell()
    kept = await world.everything("good", 90)
    assert kept.ids == [*before, *told]
    assert [event.entry for event in kept.events] == list(range(len(kept.events)))
    assert (await world.everything("rogue", 90)).ids == kept.ids
    late = {agency.name: receipt for agency, receipt in await agencies.listed(world.settings)}["slow"]
    assert late is not None
    assert (late.acknowledged, late.behind_since is None) == (0, False)
    assert {status.state for status in world.publisher.statuses if "-from-" in status.name} == {State.RUNNING}


async def test_a_key_that_two_subscriptions_name_opens_the_first_ones_account_and_breaks_nothing(world: World) -> None:
    """A keeper can name any key; a server that finds one twice would read none of the accounts any more."""
    first = await registry.agency(world.publisher.pool, "good")
    asked = {"agency": "twin", "role": "CO", "places": ["5301"], "key": first.key}
    signer = PublisherKeys(world.settings).new_signer("twin")
    await registry.reserve(world.publisher.pool, "twin", 64, world.settings.agency_budget_mb)
    await decide(world.settings, "grant-subscription", asked | {"scope_key": signer.vkey}, by=KEEPER)

    async def heard() -> bool:
        return "AGENCY_twin" in conf_file(world.settings).read_text("utf-8")

    await eventually(heard)
    assert conf_file(world.settings).read_text("utf-8").count(first.key) == 1
    before = len((await world.everything("good")).events)
    await world.agency("later", "CO", "5301")
    assert len((await world.everything("later")).events) == before


async def test_a_server_that_was_away_when_it_was_told_is_told_again(world: World) -> None:
    unread = conf_file(world.settings).with_name(".agencies.conf.unread")
    unread.touch()
    await eventually(lambda: asyncio.sleep(0, not unread.exists()))


async def test_what_was_published_and_not_remembered_is_found_and_not_published_twice(world: World) -> None:
    """As after a death between publishing and remembering: the mark is behind, the stream is not."""
    pool = world.publisher.pool
    before, kept = await state(world, "good"), await world.everything("good")
    async with pool.connection() as connection:
        await connection.execute("update agency.delivered set next = 1, signed = 0, sequence = 1 where agency = 'good'")
    await world.publisher.stop()
    world.publisher = Publisher(world.settings)
    await world.publisher.start()
    told = await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT))
    assert (await world.everything("good")).ids == [*kept.ids, *told]
    assert (await state(world, "good"))[0] == before[0] + 2
