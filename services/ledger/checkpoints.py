"""Signed checkpoints, and the state file: what a log has signed last, kept outside its database.

MUST: a log never signs two checkpoints that contradict each other. The state file is advanced by compare-and-set and
is on disk before the signature is made, so whatever was signed is never ahead of it. It belongs on another disk and in
another backup than the database.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contracts.proofs import EMPTY_ROOT, Checkpoint, checkpoint_text, format_note
from services.ledger.connections import Pool
from services.ledger.signer import Signer


class StateFileError(Exception):
    """The state file is not what it should be; the message says so in one sentence."""


@dataclass(frozen=True, slots=True)
class State:
    """Size and root of a log."""

    size: int
    root: bytes


EMPTY = State(0, EMPTY_ROOT)


class StateFile:
    """Size and root that the log `origin` may have signed last. Safe between processes (a lock file beside it)."""

    def __init__(self, path: Path, origin: str) -> None:
        self.path = path
        self.origin = origin

    def read(self) -> State | None:
        """None when there is no file; raises StateFileError when it cannot be this log's."""
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateFileError(f"The state file {self.path} cannot be read: {error.strerror}.") from error
        try:
            value = json.loads(text)
            origin, state = value["origin"], State(int(value["size"]), bytes.fromhex(value["root"]))
        except (ValueError, KeyError, TypeError) as error:
            raise StateFileError(f"The state file {self.path} cannot be read as one: {error}.") from error
        if origin != self.origin:
            raise StateFileError(f"The state file {self.path} is that of {origin}, not of {self.origin}.")
        return state

    def advance(self, old: State | None, new: State) -> None:
        """From `old` (None: no file yet) to `new`, on disk on return; raises StateFileError if another is there."""
        try:
            self._advance(old, new)
        except OSError as error:  # a full disk, a lost mount: nothing is signed until it can be written
            raise StateFileError(f"The state file {self.path} cannot be written: {error.strerror}.") from error

    def _advance(self, old: State | None, new: State) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            found = self.read()
            if found != old:
                raise StateFileError(f"The state file {self.path} was changed by somebody else to {found}.")
            if old is not None and new.size < old.size:
                raise StateFileError(f"The state file {self.path} does not go back from {old.size} to {new.size}.")
            self._replace(new)

    def _replace(self, new: State) -> None:
        value = {"origin": self.origin, "size": new.size, "root": new.root.hex()}
        beside = self.path.with_name(self.path.name + ".new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(json.dumps(value) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self.path.with_name(self.path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def sign(origin: str, state: State, signers: Sequence[Signer]) -> str:
    """The note of a checkpoint, signed by each; raises SignerError."""
    text = checkpoint_text(Checkpoint(origin, state.size, state.root))
    return format_note(text, [signer.sign(text.encode()) for signer in signers])


async def latest(pool: Pool) -> tuple[int, str] | None:
    """Size and note of the last checkpoint; None while nothing is sealed."""
    return await _one(pool, "select size, note from ledger.checkpoint order by size desc limit 1")


async def covering(pool: Pool, index: int) -> tuple[int, str] | None:
    """Size and note of the first checkpoint that covers the event with this log index."""
    return await _one(pool, "select size, note from ledger.checkpoint where size > %s order by size limit 1", index)


async def at(pool: Pool, size: int) -> str | None:
    """The note of the checkpoint of exactly this size."""
    found = await _one(pool, "select size, note from ledger.checkpoint where size = %s", size)
    return None if found is None else found[1]


async def _one(pool: Pool, query: str, *parameters: int) -> tuple[int, str] | None:
    async with pool.connection() as connection:
        cursor = await connection.execute(query, parameters, prepare=False)
        row = await cursor.fetchone()
    return None if row is None else (row[0], row[1])
