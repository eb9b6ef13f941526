"""Three real nats-server processes on `deploy/nats/nats.conf`, to be killed one by one."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from contracts.catalogue import SERVICES
from deploy.local.engines import nats_engine
from services.ledger import bus
from tests.deploy.certificates import Authority

CONFIGURATION = Path(__file__).parents[2] / "deploy/nats/nats.conf"
NODES = 3
PASSWORDS = {user: f"{user}-of-a-test" for user in (*SERVICES, "agency", "operator", "watcher", "system")}


class Cluster:
    """A bus of three nodes with TLS and accounts, as an operator sets it up."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.authority = Authority(directory)
        self._ports = _free_ports(3 * NODES)
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def url(self, user: str) -> str:
        """The three servers as one setting."""
        login = f"{user}:{PASSWORDS[user]}"
        return ",".join(f"tls://{login}@127.0.0.1:{self._ports[node]}" for node in range(NODES))

    def start(self, node: int) -> None:
        """Start one node; its disk is as it was left."""
        log = (self._directory / f"node-{node}.log").open("ab")
        self._processes[node] = subprocess.Popen(
            [str(nats_engine(os.environ).program), "-c", str(CONFIGURATION)],
            env=os.environ | self._environment(node),
            stdout=log,
            stderr=log,
        )
        log.close()

    async def ready(self) -> None:
        """Returns when the cluster has a leader for JetStream."""
        deadline = time.monotonic() + 120
        while True:
            try:
                async with bus.connected(self.url("operator")) as js:
                    await js.account_info()
                return
            except Exception as error:
                if time.monotonic() > deadline:
                    raise AssertionError(f"no leader: {error!r}; {self.said(0)}") from error
                await asyncio.sleep(0.2)

    def said(self, node: int) -> str:
        """What a node wrote into its log."""
        return (self._directory / f"node-{node}.log").read_text(errors="replace")

    def node_named(self, name: str) -> int:
        """The number of the node with that server name."""
        return int(name.removeprefix("node-"))

    def kill(self, node: int) -> None:
        """SIGKILL."""
        process = self._processes.pop(node)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Kill whatever runs."""
        for node in list(self._processes):
            with contextlib.suppress(ProcessLookupError):
                self.kill(node)

    def lose_all_disks(self) -> None:
        """Every node stopped and its store gone."""
        self.stop()
        for node in range(NODES):
            shutil.rmtree(self._directory / f"store-{node}", ignore_errors=True)

    def _environment(self, node: int) -> dict[str, str]:
        certificate = self.authority.certificate(f"node-{node}")
        client, monitor, cluster = self._ports[node], self._ports[NODES + node], self._ports[2 * NODES + node]
        routes = [f'"tls://127.0.0.1:{self._ports[2 * NODES + other]}"' for other in range(NODES)]
        values = {
            "NODE": f"node-{node}",
            "CLIENT_LISTEN": f'"127.0.0.1:{client}"',
            "MONITOR_LISTEN": f'"127.0.0.1:{monitor}"',
            "CLUSTER_LISTEN": f'"127.0.0.1:{cluster}"',
            "NODE_CERT": f'"{certificate.cert}"',
            "NODE_KEY": f'"{certificate.key}"',
            "CA_CERT": f'"{self.authority.cert}"',
            "STORE": f'"{self._directory / f"store-{node}"}"',
            "MAX_FILE_STORE": "1GB",
        }
        values |= {f"ROUTE_{other}": route for other, route in enumerate(routes)}
        return values | {f"{user.upper()}_PASSWORD": password for user, password in PASSWORDS.items()}


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return [free.getsockname()[1] for free in sockets]
    finally:
        for free in sockets:
            free.close()
