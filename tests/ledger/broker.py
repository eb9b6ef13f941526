"""A nats-server of one test's own, to be killed, started again and robbed of its disk."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from deploy.local.engines import nats_engine


class Broker:
    """A nats-server that a test may kill, start again on the same port, and rob of its disk."""

    def __init__(self, directory: Path) -> None:
        self._store = directory / "jetstream"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"nats://127.0.0.1:{self._port}"

    def start(self) -> None:
        program = str(nats_engine(os.environ).program)
        command = [program, "-js", "-sd", str(self._store), "-a", "127.0.0.1", "-p", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
                return
            time.sleep(0.01)
        raise RuntimeError("nats-server does not answer")

    def kill(self) -> None:
        """SIGKILL: nothing is written in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def keep(self) -> Path:
        """Copies the disk as it is (server stopped), to be put back by `restore`: what a power cut leaves behind."""
        copy = self._store.with_name("kept")
        shutil.copytree(self._store, copy)
        return copy

    def restore(self, kept: Path) -> None:
        shutil.rmtree(self._store)
        shutil.copytree(kept, self._store)
