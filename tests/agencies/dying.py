"""`python -m tests.agencies.dying KIND CREDS FOLDER WANTED STEP`: a subscriber killed at every point of its work.

For k = 0, 1, 2, … a child takes the scope into files of its own and dies by SIGKILL at its k-th step: just before or
just after a file is written through, replaced, cut, a program is run, or something is sent to the server. Another
child goes on from what is on disk then. Prints one line for each k: what was on disk after the kill, and after the
other child; ends when a child comes to its end without dying.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from contracts.subscriber.checking import Position, Received
from contracts.subscriber.credentials import Credentials
from contracts.subscriber.following import follow
from contracts.subscriber.stores import Command, LinesFile, Store

SECONDS = 120
AFTERWARDS = 0.05


def main(kind: str, creds: str, folder: str, wanted: str, step: str) -> None:
    """Every k, or every second one (before each step, not after it), one after the other."""
    credentials = Credentials.read(Path(creds))
    for k in range(0, 1_000, int(step)):
        place = Path(folder) / str(k)
        place.mkdir()
        died = _child(kind, credentials, place, int(wanted), die_at=k)
        before = _kept(place)
        went_on = _child(kind, credentials, place, int(wanted), die_at=None)
        print(k, died, before, went_on, _kept(place), flush=True)
        if died == 0:
            return


def _kept(place: Path) -> int:
    file = place / "events"
    return len(file.read_bytes().splitlines()) if file.exists() else 0


def _child(kind: str, credentials: Credentials, place: Path, wanted: int, *, die_at: int | None) -> int:
    """How a child ended: 0, or minus the number of the signal."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        if die_at is not None:
            _die_at(die_at)
        os._exit(asyncio.run(_take(kind, credentials, place, wanted)))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


_NOTE = "import os, sys; print(os.environ['ZHUCUN_ID'], file=open(sys.argv[1], 'a'))"


async def _take(kind: str, credentials: Credentials, place: Path, wanted: int) -> int:
    store: Store
    if kind == "lines":
        store = LinesFile(place / "events", credentials.scope)
    else:
        program = [sys.executable, "-S", "-c", _NOTE, str(place / "events")]
        store = Command(program, place / "cursor", credentials.scope)
    full = asyncio.Event()
    task = asyncio.create_task(follow(credentials, _Watched(store, wanted, full)))
    filling = asyncio.create_task(full.wait())
    await asyncio.wait([task, filling], return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(AFTERWARDS)  # what was kept last is acknowledged
    if task.done():
        print(task.exception(), file=sys.stderr)
    return 1 if task.done() else 0


class _Watched:
    """A store that tells when it holds all."""

    def __init__(self, store: Store, wanted: int, full: asyncio.Event) -> None:
        self._store = store
        self._wanted = wanted
        self._full = full

    def load(self) -> Position:
        return self._told(self._store.load())

    def commit(self, events: Sequence[Received], position: Position) -> None:
        self._store.commit(events, position)
        self._told(position)

    def clear(self) -> None:
        self._store.clear()

    def _told(self, position: Position) -> Position:
        if position.next >= self._wanted:
            self._full.set()
        return position


def _die_at(k: int) -> None:
    """From here on every step is counted, and the k-th is the last thing that this process does."""
    left = [k]

    def point() -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    def counted(step: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            point()
            done = step(*args, **kwargs)
            point()
            return done

        return wrapped

    for module, name in ((os, "fsync"), (os, "replace"), (os, "truncate"), (subprocess, "run")):
        setattr(module, name, counted(getattr(module, name)))
    publish = Client.publish

    async def sent(*args: Any, **kwargs: Any) -> None:
        point()
        await publish(*args, **kwargs)
        point()

    Client.publish = sent  # type: ignore[method-assign]  # this very process is about to die of it


if __name__ == "__main__":
    main(*sys.argv[1:])
