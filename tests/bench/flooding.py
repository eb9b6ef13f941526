"""Row `flood`: the chain while another agency floods its server with requests, against the chain left in peace.

`python -m tests.bench.flooding URL SEED AGENCY` is the flood itself: a process with an agency's credentials.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from contracts.scopes import Scope
from contracts.subscriber import nkey
from deploy.local.nats_server import AgencyNats
from services.agencies import delivery
from services.agencies.accounts import accounts_text, inbox_prefix
from services.agencies.registry import Agency
from tests.bench.chain import DAYS, load
from tests.bench.county import running_county
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, compared, interleaved

AGENCY = "flooding"
CONNECTIONS = 8
"""All that the account of an agency may have."""
BURST = 200


async def measure(ground: Ground) -> list[Figure]:
    """Throughput of the chain in peace and under the flood, in turns."""
    days, rounds = (3, 2) if ground.small else (DAYS, ROUNDS)
    async with running_county(ground) as county, _agency(ground) as command:

        async def in_peace(_number: int) -> float:
            return await load(county, days)

        async def under_flood(_number: int) -> float:
            flood = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220  only started here
            try:
                return await load(county, days)
            finally:
                flood.kill()
                flood.wait()

        found = await interleaved(rounds, {"peace": in_peace, "flood": under_flood})
    ours, bare, ratio = compared(found["flood"], found["peace"])
    return [
        Figure(
            row="flood",
            what=f"the chain while an agency floods its server through {CONNECTIONS} connections",
            unit="events/s",
            ours=ours,
            bare=bare,
            against="the chain with no agency about",
            ratio=ratio,
            guarantee=f"as the row chain; the agencies' server at a lower priority (as embedded) and the flood at the"
            f" lowest, but on the same {os.cpu_count()} cores: on machines of their own they take nothing",
        )
    ]


@asynccontextmanager
async def _agency(ground: Ground) -> AsyncIterator[list[str]]:
    """The agencies' server with one agency on it; the command line of its flood."""
    server = AgencyNats(ground.directory / "agencies", sync_interval="1s")
    publisher, seed = nkey.new_seed(), nkey.new_seed()
    scope = Scope.of("CO", ["5301"])
    now = datetime.now(UTC)
    agency = Agency(AGENCY, scope, nkey.public_of(seed), ("-",), 1, 64, now, None, None)
    server.start()
    server.stop()
    conf = ground.directory / "agencies" / "agencies" / "agencies.conf"
    conf.write_text(accounts_text([(agency, nkey.public_of(publisher))], now))
    url = server.start()
    try:
        address = f"nats://{url.rpartition('@')[2]}"
        client = await nkey.connect(address, publisher, error=delivery.quiet, allow_reconnect=False)
        await delivery.apply(client.jetstream(timeout=5), AGENCY)
        await client.close()
        yield [sys.executable, "-m", "tests.bench.flooding", address, seed, AGENCY]
    finally:
        server.stop()


async def flood(url: str, seed: str, agency: str) -> None:
    """Asks and asks, through every connection that there may be, and never waits for an answer."""
    requests = (
        (f"$JS.API.CONSUMER.INFO.SCOPE.{agency}", b""),
        (f"$JS.API.CONSUMER.RESET.SCOPE.{agency}", b'{"seq":1}'),
        (f"$JS.API.CONSUMER.MSG.NEXT.SCOPE.{agency}", b'{"batch":1000,"expires":1000000000}'),
    )

    async def one() -> None:
        inbox = inbox_prefix(agency)
        client = await nkey.connect(url, seed, inbox=inbox, error=delivery.quiet, allow_reconnect=True)
        while True:
            for subject, body in requests * BURST:
                await client.publish(subject, body, reply=f"{inbox}.answers")
            await client.flush()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))


if __name__ == "__main__":
    os.nice(19)  # whoever floods does so from a machine of his own: only his requests are meant here
    asyncio.run(flood(*sys.argv[1:]))
