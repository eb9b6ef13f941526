"""What a witness is asked, and its answer: one decision, made under a lock and on disk before it is told."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.notes import HASH_BYTES, ProofError, VerifierKey, decode_base64, parse_checkpoint, parse_note
from contracts.proofs import Checkpoint, open_checkpoint, verify_consistency
from services.ledger.checkpoints import State, StateFile
from services.ledger.signer import FileSigner

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the size that the asker believes was cosigned last, the proof from there, and the checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    @classmethod
    def parse(cls, text: str) -> "Asked":
        """Raises ProofError for anything but the form of tlog-witness."""
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        old = _OLD.fullmatch(lines[0])
        if not blank or old is None or len(lines) > 1 + MAX_HASHES:
            raise ProofError("a request is `old N`, the hashes of a proof, an empty line, and a checkpoint")
        proof = tuple(decode_base64(line) for line in lines[1:])
        if any(len(node) != HASH_BYTES for node in proof):
            raise ProofError(f"a hash of the proof does not have {HASH_BYTES} bytes")
        return cls(int(old[1]), proof, note)


@dataclass(frozen=True, slots=True)
class Said:
    """Status and body of an answer; `size` says that the body is the size cosigned last."""

    status: int
    body: str
    size: bool = False


class Witness:
    """MUST: never cosigns two checkpoints of a log that contradict each other, whatever is killed when.

    What was cosigned last lies in a state file per log that is advanced by compare-and-set and is on disk before the
    cosignature leaves. `clock` gives seconds since 1970.
    """

    def __init__(
        self, signer: FileSigner, logs: Sequence[VerifierKey], directory: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self._signer = signer
        self._keys: dict[str, list[VerifierKey]] = {}
        for key in logs:
            self._keys.setdefault(key.name, []).append(key)
        self._directory = directory
        self._clock = clock
        self._locks: Mapping[str, asyncio.Lock] = {origin: asyncio.Lock() for origin in self._keys}

    @property
    def vkey(self) -> str:
        """What others verify its cosignatures with."""
        return self._signer.vkey

    async def add_checkpoint(self, text: str) -> Said:
        """The answer to `POST /add-checkpoint`."""
        try:
            asked = Asked.parse(text)
            body, _ = parse_note(asked.note)
            claimed = parse_checkpoint(body)
        except ProofError as error:
            return Said(400, f"{error}\n")
        keys = self._keys.get(claimed.origin)
        if keys is None:
            return Said(404, "this log is not witnessed here\n")
        try:
            checkpoint = open_checkpoint(asked.note, keys)
        except ProofError as error:
            return Said(403, f"{error}\n")
        if asked.old > checkpoint.size:
            return Said(400, "the old size is beyond the checkpoint\n")
        async with self._locks[checkpoint.origin]:
            return await asyncio.to_thread(self._decide, asked, body, checkpoint)

    def _decide(self, asked: Asked, body: str, checkpoint: Checkpoint) -> Said:
        file = StateFile(self._path(checkpoint.origin), checkpoint.origin)
        last = file.read()
        size = 0 if last is None else last.size
        new = State(checkpoint.size, checkpoint.root)
        if asked.old != size or (last is not None and last.size == new.size and last.root != new.root):
            return Said(409, f"{size}\n", size=True)
        try:
            if size == 0 and asked.proof:
                raise ProofError("there is nothing to prove from size 0")
            if last is not None and size:
                verify_consistency(size, new.size, asked.proof, last.root, new.root)
        except ProofError as error:
            return Said(422, f"{error}\n")
        if last != new:
            file.advance(last, new)
        return Said(200, self._signer.cosign(body, int(self._clock())))

    def _path(self, origin: str) -> Path:
        """No origin holds an underscore, so that no two logs share a file."""
        return self._directory / f"{origin.replace('/', '_')}.json"
