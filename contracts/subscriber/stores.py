"""Where a subscriber keeps what it received, and how far it is: both on disk before anything is acknowledged.

A store is resumable after `kill -9` at any moment. `LinesFile` then holds every event exactly once; `Command` runs its
program at least once per event, and twice only for the one that was at work.
"""

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from contracts.subscriber.checking import Position, Received


class StoreError(Exception):
    """The files of a store contradict each other or cannot be used: one sentence."""


@contextmanager
def store_errors() -> Iterator[None]:
    """What the operating system refuses a store (a full disk, a program that is not there) ends the subscription.

    Were it taken for trouble with the network, what could not be kept would be passed over.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(f"what was received cannot be kept: {error}") from error


class Store(Protocol):
    """What :func:`contracts.subscriber.following.follow` needs. Implement it to put events where you want them."""

    def load(self) -> Position:
        """How far it is; undoes what a crash left half done."""
        ...

    def commit(self, events: Sequence[Received], position: Position) -> None:
        """Keeps the events and the position after them; returns when both would survive a power cut."""
        ...

    def clear(self) -> None:
        """Starts again from entry 0."""
        ...


class LinesFile:
    """One event per line, its exact bytes; disclosures, one per line, in `<file>.disclosures`; `<file>.cursor`."""

    def __init__(self, path: Path, scope: str) -> None:
        self.path = path
        self._opened = path.with_name(path.name + ".disclosures")
        self._cursor = _CursorFile(path.with_name(path.name + ".cursor"), scope)

    def load(self) -> Position:
        position, more = self._cursor.read()
        if not self._cursor.path.exists():
            if self.path.exists() and self.path.stat().st_size:
                raise StoreError(f"{self.path} is there and {self._cursor.path} is not: name another file")
            self._cursor.write(
                position, {}
            )  # before anything else: what a crash leaves in the file is then known as ours
        for path, name in ((self.path, "bytes"), (self._opened, "disclosures")):
            _cut(path, int(more.get(name, 0)))
        return position

    def commit(self, events: Sequence[Received], position: Position) -> None:
        written = _append(self.path, b"".join(event.body + b"\n" for event in events))
        lines = "".join(text + "\n" for event in events for text in event.disclosures)
        opened = _append(self._opened, lines.encode("ascii"))
        self._cursor.write(position, {"bytes": written, "disclosures": opened})

    def clear(self) -> None:
        self._cursor.write(Position(), {})
        self.load()


class Command:
    """Runs a program for each event: its bytes on standard input, its place in `ZHUCUN_*` variables.

    A program that fails (code other than 0) stops the subscription there; it is run again at the next start.
    """

    def __init__(self, command: Sequence[str], cursor: Path, scope: str) -> None:
        self._command = list(command)
        self._cursor = _CursorFile(cursor, scope)
        self._done = 0
        self._position = Position()

    def load(self) -> Position:
        self._position, more = self._cursor.read()
        self._done = int(more.get("done", 0))
        return self._position

    def commit(self, events: Sequence[Received], position: Position) -> None:
        for event in events:
            if event.entry >= self._done:
                self._run(event)
                self._done = event.entry + 1
                self._cursor.write(self._position, {"done": self._done})
        self._position = position
        self._cursor.write(position, {"done": self._done})

    def clear(self) -> None:
        self._position, self._done = Position(), 0
        self._cursor.write(self._position, {"done": 0})

    def _run(self, event: Received) -> None:
        told = {
            "ZHUCUN_ENTRY": str(event.entry),
            "ZHUCUN_ORIGIN": event.origin,
            "ZHUCUN_INDEX": str(event.index),
            "ZHUCUN_TYPE": event.event.type,
            "ZHUCUN_ID": event.event.id,
            "ZHUCUN_DISCLOSURES": ",".join(event.disclosures),
        }
        # The program is the one that the operator of this subscriber named on the command line.
        done = subprocess.run(self._command, input=event.body, env={**os.environ, **told}, check=False)  # noqa: S603  see above
        if done.returncode != 0:
            raise StoreError(f"{self._command[0]} ended with {done.returncode} on event {event.event.id}")


class _CursorFile:
    """The position, replaced as a whole: there is always a complete one. One program has it at a time."""

    def __init__(self, path: Path, scope: str) -> None:
        self.path = path
        self._scope = scope
        self._lock: IO[str] | None = None

    def _hold(self) -> None:
        """Until this program ends, however it ends: two would keep every event twice."""
        if self._lock is None:
            lock = self.path.with_name(self.path.name + ".lock").open("a", encoding="utf-8")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                raise StoreError(f"another program goes on from {self.path}: let one of them run") from None
            self._lock = lock

    def read(self) -> tuple[Position, Mapping[str, Any]]:
        self._hold()
        if not self.path.exists():
            return Position(), {}
        try:
            value = json.loads(self.path.read_bytes())
            edge = tuple(bytes.fromhex(node) for node in value["edge"])
            position = Position(value["next"], edge, dict(value["indexes"]), value["checkpoint"], value["sequence"])
            scope, more = value["scope"], value["more"]
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{self.path} is no cursor of a subscriber") from error
        if scope != self._scope:
            raise StoreError(f"{self.path} belongs to {scope}, the credentials to {self._scope}")
        return position, more

    def write(self, position: Position, more: Mapping[str, Any]) -> None:
        self._hold()
        value = {
            "scope": self._scope,
            "next": position.next,
            "edge": [node.hex() for node in position.edge],
            "indexes": position.indexes,
            "checkpoint": position.checkpoint,
            "sequence": position.sequence,
            "more": dict(more),
        }
        beside = self.path.with_name(self.path.name + ".new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        _sync(self.path.parent)


def _append(path: Path, data: bytes) -> int:
    """The size of the file afterwards, on disk."""
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def _cut(path: Path, size: int) -> None:
    """Takes away what a crash left behind the cursor; raises StoreError where something is missing."""
    found = path.stat().st_size if path.exists() else 0
    if found < size:
        raise StoreError(f"{path} has {found} bytes, its cursor knows {size}: start anew with --from-start")
    if found > size:
        os.truncate(path, size)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
