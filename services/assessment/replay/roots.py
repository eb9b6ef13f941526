"""Whether an export is what its determinations were made on: the trees of the logs again from its lines.

    [one.sentence for one in vouched(Export(path), held)]

A determination names the size and the root of every log that it rests on. Below the largest of these sizes nothing can
be changed, added, left out or moved without being found. Checkpoints that somebody holds reach further, and they did
not come with the export: only they tell one that was written anew from its first line on.
"""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from contracts.notes import parse_note
from contracts.proofs import Checkpoint, CompactRange, ProofError, leaf_hash, open_checkpoint, parse_checkpoint
from services.assessment.evidence import policy
from services.assessment.evidence.verdict import Malformed
from services.assessment.fold.findings import FoldError
from services.assessment.replay.closed_years import lines_of, lines_with
from services.assessment.replay.lenses import FINALISED
from services.assessment.replay.pages import Source

T = TypeVar("T")

_FINALISED = (f'"type":"{FINALISED}"'.encode(),)


@dataclass(slots=True)
class Vouched:
    """One log of an export."""

    log: str
    size: int = 0
    """How many events the export holds."""
    reached: int = 0
    """The first so many lead to a root that is recorded."""
    wrong: int | None = None
    """The first so many do not, or are not there."""

    @property
    def sentence(self) -> str:
        """For people."""
        if self.wrong is None:
            rest = self.size - self.reached
            more = f"；其余 {rest} 个无从核对 nothing vouches for the other {rest}" if rest else ""
            agree = f"前 {self.reached} 个与所记的树根相符 the first {self.reached} lead to the recorded root"
            return f"{self.log}: {self.size} 个事件 events，{agree}{more}"
        if self.wrong > self.size:
            return f"{self.log}: 只有 {self.size} 个事件，所记的有 {self.wrong} 个 events are missing at the end"
        return (
            f"{self.log}: 前 {self.wrong} 个事件与所记的树根不符，有改动、增删或换位 "
            "they do not lead to the recorded root: one was changed, added, left out or moved"
        )


def vouched(source: Source, held: Iterable[Checkpoint] = ()) -> list[Vouched]:
    """Every log of the source and every log that is spoken of, by origin. Raises FoldError."""
    wanted: dict[str, dict[int, set[bytes]]] = {}
    for checkpoint in (*_named(source), *held):
        wanted.setdefault(checkpoint.origin, {}).setdefault(checkpoint.size, set()).add(checkpoint.root)
    found = {log: Vouched(log) for log in wanted}
    trees: dict[str, CompactRange] = {}
    for page in source.pages():
        tree = trees.setdefault(page.log, CompactRange())
        one = found.setdefault(page.log, Vouched(page.log))
        roots = wanted.get(page.log, {})
        for line in lines_of(page):
            tree.append(leaf_hash(line.rstrip(b"\r")))
            if tree.size in roots and one.wrong is None:
                agrees = roots[tree.size] == {tree.root()}
                one.reached, one.wrong = (tree.size, None) if agrees else (one.reached, tree.size)
        one.size = tree.size
    for log, one in found.items():
        largest = max(wanted.get(log, ()), default=0)
        if one.wrong is None and largest > one.size:
            one.wrong = largest
    return [found[log] for log in sorted(found)]


def _named(source: Source) -> set[Checkpoint]:
    """What the determinations name."""
    return {
        Checkpoint(entry["origin"], entry["size"], base64.b64decode(entry["root"], validate=True))
        for line in lines_with(source, _FINALISED)
        for entry in json.loads(line)["data"]["basis"]
    }


def held(notes: Sequence[Path], policy_file: Path | None) -> list[Checkpoint]:
    """The checkpoints in files, signed by a key of the policy where there is one. Raises FoldError."""
    trusted = None if policy_file is None else _understood(policy_file, policy.parse)

    def opened(note: str) -> Checkpoint:
        said = parse_checkpoint(parse_note(note)[0])
        return said if trusted is None else open_checkpoint(note, trusted.logs.get(said.origin, ()))

    return [_understood(path, opened) for path in notes]


def _understood(path: Path, read: Callable[[str], T]) -> T:
    try:
        return read(path.read_text("utf-8"))
    except (Malformed, ProofError, UnicodeDecodeError) as error:
        raise FoldError(f"{path}: {error}") from error
