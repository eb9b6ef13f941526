"""The nats-server of other agencies on the configuration of chart and compose: closed until told otherwise."""

import asyncio
import os
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import nats
import nats.errors
import pytest
from nats.aio.client import Client

from deploy.local import processes
from deploy.local.engines import nats_engine
from tests.deploy.certificates import Authority

CONFIGURATION = Path(__file__).parents[2] / "deploy/chart/zhucun/files/agencies-server.conf"
PASSWORD = "of-a-test"
ACCOUNT = 'AGENCY_water { jetstream: { max_file: 64MB }, users: [ { user: "water", password: "w" } ] }\n'


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    accounts: Path
    trusted: ssl.SSLContext

    async def enter(self, user: str | None, password: str | None) -> Client:
        return await nats.connect(
            f"tls://127.0.0.1:{self.port}",
            user=user,
            password=password,
            tls=self.trusted,
            allow_reconnect=False,
            connect_timeout=30,
            error_cb=_quiet,
        )


async def _quiet(_error: Exception) -> None:
    pass


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """As in the pod: the configuration, and beside it the file of accounts, still empty."""
    authority, port = Authority(tmp_path), processes.choose_port([])
    own = authority.certificate("agencies")
    (tmp_path / "server.conf").write_bytes(CONFIGURATION.read_bytes())
    accounts = tmp_path / "publisher/accounts/agencies.conf"
    accounts.parent.mkdir(parents=True)
    accounts.touch()
    given = {
        "CLIENT_LISTEN": f'"127.0.0.1:{port}"',
        "MONITOR_LISTEN": f'"127.0.0.1:{processes.choose_port([])}"',
        "CERT": f'"{own.cert}"',
        "KEY": f'"{own.key}"',
        "STORE": f'"{tmp_path}/store"',
        "MAX_FILE_STORE": "256MB",
        "SYSTEM_PASSWORD": PASSWORD,
    }
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(  # noqa: ASYNC220  only started here, nobody waits for it
        [str(nats_engine(os.environ).program), "-c", str(tmp_path / "server.conf")],
        env=os.environ | given,
        stdout=log,
        stderr=log,
    )
    found = Server(port, accounts, ssl.create_default_context(cafile=authority.cert))
    try:
        async with asyncio.timeout(60):
            while True:
                try:
                    await (await found.enter("system", PASSWORD)).close()
                    break
                except (OSError, nats.errors.Error):
                    await asyncio.sleep(0.05)
        yield found
    finally:
        process.terminate()
        process.wait(20)
        log.close()


async def test_nobody_comes_in_before_an_account_is_written_and_read(server: Server) -> None:
    for user, password in ((None, None), ("water", "w"), ("system", "wrong")):
        with pytest.raises((OSError, nats.errors.Error)):
            await server.enter(user, password)
    server.accounts.write_text(ACCOUNT)
    system = await server.enter("system", PASSWORD)
    identity = system._server_info["server_id"]
    answer = await system.request(f"$SYS.REQ.SERVER.{identity}.RELOAD", b"", timeout=30)
    assert b'"error"' not in answer.data
    water = await server.enter("water", "w")
    assert (await water.jetstream().account_info()).limits.max_storage == 64 * 2**20
    await water.close()
    await system.close()


async def test_who_may_have_it_read_again_may_do_nothing_else(server: Server) -> None:
    system = await server.enter("system", PASSWORD)
    identity = system._server_info["server_id"]
    for subject in (f"$SYS.REQ.SERVER.{identity}.CONNZ", "$SYS.REQ.SERVER.PING.JSZ", "$JS.API.STREAM.LIST"):
        with pytest.raises((TimeoutError, nats.errors.Error)):
            await system.request(subject, b"", timeout=0.3)
    await system.close()
