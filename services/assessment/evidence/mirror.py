"""Absolute completeness: every leaf of mirrored logs is read, and none speaks of the person outside the manifest.

A mirror is a folder per log, named like its origin, in the form of tlog-tiles (`zhucun log mirror`). It is worth as
much as whoever has kept it.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from contracts.notes import ProofError, VerifierKey
from contracts.proofs import CompactRange, leaf_hash, open_checkpoint
from services.assessment.evidence import strict
from services.assessment.evidence.casefile import CaseFile, Log
from services.assessment.evidence.verdict import HOLDS, UNDETERMINED, Broken, Malformed, Untrusted
from services.assessment.fold.reading import BACKFILL, CHECK_IN, OF_A_PERSON
from services.assessment.replay.lenses import PERSON_KINDS

TILE = 256
_FOLDED = frozenset({CHECK_IN, BACKFILL, *OF_A_PERSON})


def check_mirrors(case: CaseFile, directory: Path, keys: Callable[[Log], Sequence[VerifierKey]]) -> tuple[int, str]:
    """Code and sentence; raises Broken when a mirror shows another log, or an event that the manifest leaves out.

    A mirror that is missing or too short proves nothing: the answer is then undetermined.
    """
    read = 0
    for origin, log in case.logs.items():
        folder = directory / origin
        size = _size(folder, log, keys(log))
        if size < case.basis[origin]:
            return (
                UNDETERMINED,
                f"镜像缺少日志 {origin} 的内容 the mirror holds {size} of {case.basis[origin]} events of it",
            )
        read += _scan(case, log, folder)
    return HOLDS, f"通读 {read} 个事件：清单之外没有此人的事件 no event of this person exists outside the manifest"


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


def _scan(case: CaseFile, log: Log, folder: Path) -> int:
    """Reads the log up to the basis; returns the number of events."""
    size = case.basis[log.origin]
    root = next(entry["root"] for entry in case.said["basis"] if entry["origin"] == log.origin)
    manifest = {entry["stream"]: entry["version"] for entry in case.said["manifest"] if entry["origin"] == log.origin}
    tree, outside = CompactRange(), ""
    needle = f'"{case.person}"'.encode()
    for body in _bodies(folder, size):
        index = tree.size
        tree.append(leaf_hash(body))
        if needle in body or f"/{case.person}/".encode() in body:
            outside = outside or _outside(case, f"{log.origin}, index {index}", body, manifest)
    if base64.b64encode(tree.root()).decode("ascii") != root:
        raise Broken(f"the mirror of {log.origin} shows another log than the basis of the determination")
    if outside:
        raise Broken(outside)
    return size


def _outside(case: CaseFile, name: str, body: bytes, manifest: dict[str, int]) -> str:
    """What is wrong with an event that names the person; nothing when the manifest holds it or the fold ignores it."""
    event = strict.members(strict.load(body, name), name, type=str, stream=str, version=int, data=dict)
    kind, _, rest = event["stream"].partition("/")
    follows = kind in PERSON_KINDS and rest.split("/")[0] == case.person
    speaks = event["type"] in _FOLDED and event["data"].get("person") == case.person
    if not (follows or speaks) or event["version"] <= manifest.get(event["stream"], 0):
        return ""
    return f"{name}: {event['stream']}, version {event['version']}, is below the basis and not in the manifest"


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
