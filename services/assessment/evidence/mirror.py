"""Absolute completeness: every leaf of mirrored logs is read, and none speaks of the person outside the manifest.

A mirror is a folder per log, named like its origin, in the form of tlog-tiles (`zhucun log mirror`). It is worth as
much as whoever has kept it.
"""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from contracts import canonical
from contracts.notes import ProofError, VerifierKey, parse_checkpoint, parse_note
from contracts.proofs import Checkpoint, CompactRange, leaf_hash, open_checkpoint
from services.assessment.evidence import strict
from services.assessment.evidence.casefile import CaseFile, Log
from services.assessment.evidence.completeness import follows
from services.assessment.evidence.verdict import HOLDS, UNDETERMINED, Broken, Malformed, Untrusted
from services.assessment.fold.reading import BACKFILL, CHECK_IN, OF_A_PERSON

TILE = 256
_FOLDED = frozenset({CHECK_IN, BACKFILL, *OF_A_PERSON})


def check_mirrors(case: CaseFile, directory: Path, keys: Callable[[Log], Sequence[VerifierKey]]) -> tuple[int, str]:
    """Code and sentence; raises Broken when a mirror shows another log, or an event that the case leaves out.

    A mirror that is missing or too short proves nothing: the answer is then undetermined. One that reaches as far as
    the latest checkpoint of the case shows that nothing was left out of what came after the determination either.
    """
    read, since = 0, True
    for origin, log in case.logs.items():
        size, latest = _size(directory / origin, log, keys(log)), parse_checkpoint(parse_note(log.latest)[0])
        if size < case.basis[origin]:
            return (
                UNDETERMINED,
                f"镜像缺少日志 {origin} 的内容 the mirror holds {size} of {case.basis[origin]} events of it",
            )
        since &= size >= latest.size
        _Scan(case, log, latest).read(directory / origin, min(size, latest.size))
        read += min(size, latest.size)
    after = (
        "其后的变化也没有遗漏 nor is anything missing of what came after"
        if since
        else "镜像未到制包之时，其后的变化未证明 what came after is not shown: the mirror is older than the case"
    )
    return (
        HOLDS,
        f"通读 {read} 个事件：清单之外没有此人的事件 no event of this person exists outside the manifest；{after}",
    )


def _size(folder: Path, log: Log, keys: Sequence[VerifierKey]) -> int:
    """Size of the mirror; 0 where there is none."""
    try:
        note = (folder / "checkpoint").read_text("utf-8")
        checkpoint = open_checkpoint(note, keys)
    except OSError:
        return 0
    except UnicodeDecodeError as error:
        raise Malformed(f"{folder}: {error}") from error
    except ProofError as error:
        raise Untrusted(f"mirror of {log.origin}: {error}") from error
    if checkpoint.origin != log.origin:
        raise Malformed(f"{folder} is a mirror of {checkpoint.origin}")
    return checkpoint.size


class _Scan:
    """One log read from its first event on, and held against what the case says of it."""

    def __init__(self, case: CaseFile, log: Log, latest: Checkpoint) -> None:
        self._case, self._log = case, log
        basis = next(entry for entry in case.said["basis"] if entry["origin"] == log.origin)
        self._roots = {basis["size"]: basis["root"], latest.size: base64.b64encode(latest.root).decode("ascii")}
        self._basis = basis["size"]
        own = [entry for entry in case.said["manifest"] if entry["origin"] == log.origin]
        self._manifest = {entry["stream"]: entry["version"] for entry in own}
        self._shown = {event.index for event in case.events if event.origin == log.origin}
        self._withheld = {one.index: one for one in log.withheld}
        self._name = case.person.encode()
        streams = "|".join(re.escape(f'"{stream}"') for stream in self._manifest)
        # A name may be spelled with escapes by somebody who wants it overlooked.
        self._telling = re.compile("|".join(filter(None, [re.escape(case.person), streams, r"\\u"])).encode())

    def read(self, folder: Path, size: int) -> None:
        """Up to `size` events; raises Broken."""
        tree, wrong = CompactRange(), ""
        self._same_root(tree)
        for body in _bodies(folder, size):
            index = tree.size
            tree.append(leaf_hash(body))
            if index in self._withheld or self._telling.search(body):
                wrong = wrong or self._wrong(index, body)
            self._same_root(tree)
        if tree.size < size:
            raise Malformed(f"{folder}: holds fewer events than its checkpoint says")
        if wrong:
            raise Broken(wrong)

    def _same_root(self, tree: CompactRange) -> None:
        wanted = self._roots.get(tree.size)
        if wanted is not None and base64.b64encode(tree.root()).decode("ascii") != wanted:
            raise Broken(f"the mirror of {self._log.origin} shows another log at size {tree.size} than the case")

    def _wrong(self, index: int, body: bytes) -> str:
        """What is wrong with an event that may speak of the person; nothing when the case holds it or the fold
        ignores it."""
        name = f"{self._log.origin}, index {index}"
        event = strict.members(strict.load(body, name), name, type=str, stream=str, version=int, data=dict)
        stream, version = event["stream"], event["version"]
        hidden = self._withheld.get(index)
        if hidden is not None:
            as_said = (hidden.stream, hidden.version) == (stream, version)
            named = self._name in canonical.encode(event["data"])
            return "" if as_said and not named else f"{name}: is withheld, and not another's event of {hidden.stream}"
        speaks = event["type"] in _FOLDED and event["data"].get("person") == self._case.person
        bears = follows(stream, self._case.person) or speaks or stream in self._manifest
        if not bears or index in self._shown:
            return ""
        if index >= self._basis:
            return f"{name}: {stream}, version {version}, came after the determination and is not in the case"
        return f"{name}: {stream}, version {version}, is below the basis and not in the manifest"


def _bodies(folder: Path, size: int) -> Iterator[bytes]:
    for number in range((size + TILE - 1) // TILE):
        wanted = min(TILE, size - number * TILE)
        yield from _tile(folder, number)[:wanted]


def _tile(folder: Path, number: int) -> list[bytes]:
    """Entries of a tile: the full one, or the widest part that is there."""
    full = folder / "tile" / "entries" / _path(number)
    parts = full.with_name(full.name + ".p")
    candidates = [full, *sorted(parts.glob("*"), key=lambda part: -int(part.name) if part.name.isdigit() else 0)]
    for path in candidates:
        if path.is_file():
            return list(_entries(path.read_bytes(), path))
    raise Malformed(f"{full} is missing")


def _entries(raw: bytes, path: Path) -> Iterator[bytes]:
    at = 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if end > len(raw):
            raise Malformed(f"{path}: ends within an event")
        yield raw[at + 2 : end]
        at = end


def _path(number: int) -> str:
    number, last = divmod(number, 1000)
    parts = [f"{last:03}"]
    while number:
        number, group = divmod(number, 1000)
        parts.insert(0, f"x{group:03}")
    return "/".join(parts)
