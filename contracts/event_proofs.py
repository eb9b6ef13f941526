"""The proof of one event as a file: C2SP `tlog-proof` (`ledger.md` 4).

c2sp.org/tlog-proof@v1
index <n>
<base64 hash>                 any number of them, the leaf's sibling first
                              an empty line
<checkpoint>                  a signed note
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.notes import MAX_NOTE_CHARACTERS, decode_base64
from contracts.proofs import HASH_BYTES, Checkpoint, ProofError, VerifierKey, open_checkpoint, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class EventProof:
    """Where an event stands, the audit path, and the signed note of the tree that it leads to."""

    index: int
    path: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        hashes = "".join(base64.b64encode(node).decode("ascii") + "\n" for node in self.path)
        return f"{HEADER}\nindex {self.index}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> "EventProof":
        """The inverse of `str`; proves nothing yet. Raises ProofError for anything but the exact form.

        An `extra` line, which the format allows, is refused: no proof of ours has one.
        """
        if len(text) > MAX_NOTE_CHARACTERS:
            raise ProofError("the proof is too long")
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or len(lines) < 2 or lines[0] != HEADER or len(lines) > 2 + MAX_HASHES:
            raise ProofError(f"a proof of an event begins with {HEADER}, its index, and its hashes")
        index = _INDEX.fullmatch(lines[1])
        if index is None:
            raise ProofError("the second line of a proof is `index N`")
        path = tuple(decode_base64(line) for line in lines[2:])
        if any(len(node) != HASH_BYTES for node in path):
            raise ProofError(f"a hash of the proof does not have {HASH_BYTES} bytes")
        return cls(int(index[1]), path, note)

    def verify(self, leaf: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
        """The checkpoint below which the event with this leaf hash stands at `index`; raises ProofError.

        The caller still has to compare the checkpoint's origin with the log it asked for.
        """
        checkpoint = open_checkpoint(self.note, keys)
        verify_inclusion(leaf, self.index, checkpoint.size, self.path, checkpoint.root)
        return checkpoint
