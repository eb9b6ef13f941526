"""What the server refuses: everything but the one durable, to everybody but the one key."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nats.errors
import pytest
from nats.aio.client import Client
from pydantic import SecretStr

from contracts.attendance import SpotCheckFinding as Finding
from contracts.subscriber import nkey
from contracts.subscriber.credentials import Credentials
from contracts.subscriber.following import NotAllowed, follow
from services.agencies import administration as agencies
from services.agencies.accounting import conf_file, server_of
from services.agencies.keys import PublisherKeys
from services.agencies.registry import RegistryError
from tests.agencies.world import KEEPER, Kept, World, eventually, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERSON = "P000101"
PATIENCE = 20
"""Seconds: how long a busy machine may take to say no."""


class Intruder:
    """An agency's own credentials in other hands: whatever the server lets it do."""

    def __init__(self, creds: Path, inbox: str | None = None) -> None:
        self.credentials = Credentials.read(creds)
        self.inbox = inbox or self.credentials.inbox
        self.errors: list[str] = []

    async def __aenter__(self) -> "Intruder":
        self.client: Client = await nkey.connect(
            self.credentials.url,
            self.credentials.seed,
            inbox=self.inbox,
            error=self._noted,
            allow_reconnect=False,
            connect_timeout=PATIENCE,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    async def _noted(self, error: Exception) -> None:
        self.errors.append(str(error))

    async def refused(self, what: str) -> bool:
        """Whether the server has said that this is not permitted."""
        await self.client.flush(timeout=PATIENCE)
        for _ in range(PATIENCE * 100):  # told by a task of the client's, after the answer to the flush
            if any("permissions violation" in said.lower() and what.lower() in said.lower() for said in self.errors):
                return True
            await asyncio.sleep(0.01)
        return False


@pytest.fixture(scope="module")
def creds() -> dict[str, Path]:
    return {}


async def test_an_agency_is_there(world: World, creds: dict[str, Path]) -> None:
    await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT))
    creds["bureau"] = await world.agency("bureau", "DI", "530113")
    creds["office"] = await world.agency("office", "CO", "5301")
    assert (await world.everything("bureau")).types == ["PersonSpotChecked"]
    assert creds["bureau"].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "subject",
    [
        "scope.ev.attendance.CheckedIn.530113.530113100.530113100201",
        "ev.attendance.CheckedIn.530113.530113100.530113100201",
        "cp.attendance",
        "anything",
        "$JS.API.STREAM.PURGE.SCOPE",
        "$JS.API.STREAM.DELETE.SCOPE",
        "$JS.API.STREAM.UPDATE.SCOPE",
        "$JS.API.STREAM.CREATE.OTHER",
        "$JS.API.STREAM.MSG.GET.SCOPE",
        "$JS.API.STREAM.INFO.ATTENDANCE",
        "$JS.API.DIRECT.GET.SCOPE",
        "$JS.API.CONSUMER.CREATE.SCOPE",
        "$JS.API.CONSUMER.CREATE.SCOPE.mine.scope.x",
        "$JS.API.CONSUMER.DURABLE.CREATE.SCOPE.mine",
        "$JS.API.CONSUMER.DELETE.SCOPE.bureau",
        "$JS.API.CONSUMER.MSG.NEXT.SCOPE.office",
        "$JS.API.CONSUMER.MSG.NEXT.ATTENDANCE.agency-from-attendance",
        "$JS.API.CONSUMER.RESET.SCOPE.office",
        "$JS.ACK.ATTENDANCE.agency-from-attendance.1.1.1.1.1",
        "$SYS.REQ.SERVER.PING",
    ],
)
async def test_nothing_can_be_published_or_asked(world: World, creds: dict[str, Path], subject: str) -> None:
    async with Intruder(creds["bureau"]) as intruder:
        await intruder.client.publish(subject, b"{}", reply=f"{intruder.inbox}.reply")
        assert await intruder.refused(subject)


@pytest.mark.parametrize("subject", [">", "scope.>", "ev.>", "*.>", "_INBOX_office.>", "_INBOX.>", "$JS.>", "$SYS.>"])
async def test_nothing_can_be_listened_to(world: World, creds: dict[str, Path], subject: str) -> None:
    async with Intruder(creds["bureau"]) as intruder:
        await intruder.client.subscribe(subject)
        assert await intruder.refused(subject)


async def test_another_agencys_durable_is_not_in_its_account(world: World, creds: dict[str, Path]) -> None:
    """The permission is another agency's, the account is not: two walls, each enough."""
    publisher = PublisherKeys(world.settings).publisher_seed("bureau")
    office = Credentials.read(creds["office"])
    client = await nkey.connect(office.url, publisher, error=_ignore, allow_reconnect=False, connect_timeout=PATIENCE)
    with pytest.raises((nats.errors.NoRespondersError, TimeoutError)):
        request = json.dumps({"batch": 1, "expires": 100_000_000}).encode()
        answer = await client.request("$JS.API.CONSUMER.MSG.NEXT.SCOPE.office", request, timeout=1)
        assert (answer.headers or {}).get("Status") != "404"
    await client.close()


async def test_what_it_makes_the_server_write_into_its_own_stream_is_passed_over(
    world: World, creds: dict[str, Path]
) -> None:
    """A request may name any subject for its answer: the worst it reaches is the agency's own account."""
    async with Intruder(creds["bureau"]) as intruder:
        for _ in range(3):
            await intruder.client.publish("$JS.API.CONSUMER.INFO.SCOPE.bureau", b"", reply="scope.checkpoint")
        await intruder.client.flush()
    await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT))
    assert (await world.everything("bureau")).types == ["PersonSpotChecked"] * 2
    assert (await world.everything("office")).types == ["PersonSpotChecked"] * 2


async def test_the_services_let_no_agency_in(world: World, creds: dict[str, Path]) -> None:
    bureau = Credentials.read(creds["bureau"])
    stranger = bureau.model_copy(update={"seed": nkey.new_seed()})
    with pytest.raises(NotAllowed):
        await follow(stranger, Kept(), until_quiet=1)


async def test_rotated_credentials_end_at_once_and_the_new_ones_go_on(world: World, creds: dict[str, Path]) -> None:
    old = Credentials.read(creds["bureau"])
    kept = await world.everything("bureau")
    async with Intruder(creds["bureau"]) as intruder:
        fresh = world.folder / "bureau-2.creds"
        await agencies.rotate(world.settings, "bureau", expires=None, out=fresh, by=KEEPER)
        await eventually(lambda: asyncio.sleep(0, not intruder.client.is_connected))
    with pytest.raises(NotAllowed):
        await follow(old, Kept(), until_quiet=1)
    await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT))
    before = len(kept.events)
    await world.receive(fresh, kept, lambda kept: len(kept.events) == before + 1)
    assert [event.entry for event in kept.events] == list(range(before + 1))


async def test_revoked_credentials_end_at_once(world: World, creds: dict[str, Path]) -> None:
    async with Intruder(creds["office"]) as intruder:
        await agencies.revoke(world.settings, "office", by=KEEPER)
        await eventually(lambda: asyncio.sleep(0, not intruder.client.is_connected))
    with pytest.raises(NotAllowed):
        await follow(Credentials.read(creds["office"]), Kept(), until_quiet=1)
    with pytest.raises(RegistryError, match="no subscription stands"):
        await agencies.rotate(world.settings, "office", expires=None, out=world.folder / "again.creds", by=KEEPER)
    creds["office"].unlink()
    with pytest.raises(RegistryError, match="another name"):
        await world.agency("office", "CO", "5301")


async def test_expired_credentials_are_shut_out_by_the_publisher(world: World) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1.5)
    creds = await world.agency("visitor", "CO", "5301", expires=soon)
    async with Intruder(creds) as intruder:
        await eventually(lambda: asyncio.sleep(0, not intruder.client.is_connected))
    with pytest.raises(NotAllowed):
        await follow(Credentials.read(creds), Kept(), until_quiet=1)


async def test_more_than_the_disk_holds_is_refused_before_the_bus_hears_of_it(world: World) -> None:
    with pytest.raises(RegistryError, match="BUDGET"):
        await agencies.add(
            world.settings,
            "greedy",
            role="CO",
            places=["5301"],
            organisation=None,
            expires=None,
            out=world.folder / "greedy.creds",
            store_mb=50_000,
            by=KEEPER,
        )
    assert "greedy" not in conf_file(world.settings).read_text("utf-8")
    assert not (world.folder / "greedy.creds").exists()


async def _ignore(_error: Exception) -> None:
    return


async def test_agencies_can_have_a_bus_of_their_own(world: World) -> None:
    apart = world.settings.model_copy(update={"agency_nats_url": SecretStr("tls://system:secret@dmz.example.cn:4222")})
    assert server_of(apart) == "tls://dmz.example.cn:4222"
    with pytest.raises(RegistryError, match="a nats-server of their own"):
        server_of(world.settings.model_copy(update={"agency_nats_url": None}))
