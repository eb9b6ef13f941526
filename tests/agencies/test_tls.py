"""A subscriber over TLS: in with the unit's authority, out without it, and never in the clear."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import nats.errors
import pytest
from nats.aio.client import Client

from contracts.scopes import Scope
from contracts.subscriber import nkey
from deploy.local.engines import nats_engine
from services.agencies import delivery
from services.agencies.accounts import accounts_text, inbox_prefix
from services.agencies.registry import Agency
from tests.deploy.certificates import Authority

SERVER = """\
listen: {listen}
tls {{ cert_file: {cert}, key_file: {key} }}
jetstream {{ store_dir: {store} }}
accounts {{ include "agencies.conf" }}
"""


class Served:
    """A server with one agency's account, and the keys to it."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.publisher, self.seed = nkey.new_seed(), nkey.new_seed()
        now = datetime.now(UTC)
        agency = Agency("bureau", Scope.of("CO", ["5301"]), nkey.public_of(self.seed), ("-",), 1, 8, now, None, None)
        (folder / "agencies.conf").write_text(accounts_text([(agency, nkey.public_of(self.publisher))], now))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        own = self.authority.certificate("agencies")
        values = {"listen": self.address, "cert": str(own.cert), "key": str(own.key), "store": str(folder / "store")}
        quoted = {name: json.dumps(value) for name, value in values.items()}
        (folder / "server.conf").write_text(SERVER.format(**quoted))
        program = [str(nats_engine(os.environ).program), "-c", str(folder / "server.conf")]
        self.process = subprocess.Popen(program, stderr=subprocess.DEVNULL)

    async def ready(self) -> None:
        """Returns when somebody listens."""
        async with asyncio.timeout(60):
            while True:
                try:
                    _, writer = await asyncio.open_connection(*self.address.split(":"))
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    return


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    served = Served(tmp_path)
    await served.ready()
    yield served
    served.process.kill()
    served.process.wait()


async def test_an_agency_comes_in_over_tls_by_the_authority_that_it_was_told(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def enter(scheme: str, seed: str, inbox: str) -> Client:
        return await nkey.connect(
            f"{scheme}://{served.address}",
            seed,
            inbox=inbox,
            error=delivery.quiet,
            allow_reconnect=False,
            connect_timeout=30,
        )

    with pytest.raises((OSError, nats.errors.Error), match=r"(?i)certificate"):
        await enter("tls", served.seed, inbox_prefix("bureau"))
    monkeypatch.setenv("SSL_CERT_FILE", str(served.authority.cert))
    publisher = await enter("tls", served.publisher, "_INBOX")
    assert await delivery.apply(publisher.jetstream(timeout=5), "bureau") != []
    await publisher.close()
    client = await enter("tls", served.seed, inbox_prefix("bureau"))
    answer = await client.request("$JS.API.CONSUMER.INFO.SCOPE.bureau", b"", timeout=5)
    assert json.loads(answer.data)["name"] == "bureau"
    assert client._transport is not None
    assert client._transport._io_writer.get_extra_info("cipher") is not None  # type: ignore[attr-defined]  # nats-py's
    await client.close()


async def test_nothing_is_said_in_the_clear(served: Served) -> None:
    reader, writer = await asyncio.open_connection(*served.address.split(":"))
    assert b'"tls_required":true' in await reader.readline()
    writer.write(b'CONNECT {"verbose":true}\r\nPING\r\n')
    said = b""
    with contextlib.suppress(ConnectionError):  # the server may break it off before it has read everything
        said = await reader.read(4_096)
    assert b"PONG" not in said
    writer.close()
