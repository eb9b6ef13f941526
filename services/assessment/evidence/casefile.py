"""The files of a case, read into what they say. Nothing is believed yet: `integrity.py` holds it against signatures."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts import canonical, disclosure
from contracts.canonical import NotCanonicalError
from contracts.notes import HASH_BYTES, ProofError, VerifierKey, decode_base64
from contracts.proofs import leaf_hash
from services.assessment.evidence import layout, strict
from services.assessment.evidence.verdict import Malformed
from services.assessment.replay.opening import OPENED

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EVENT = re.compile(r"(0|[1-9][0-9]{0,14})\.json")
_SECTION = re.compile(r"old ([1-9][0-9]{0,14}) new ([1-9][0-9]{0,14})")
ERASURE = ".ValuesErased.v1"
_LEAF = re.compile(r"[0-9a-f]{64}")
MOST_LOGS, MOST_KEYS, MOST_HASHES = 16, 32, 64
"""Of a case, of one log, and of one proof of growth: a case made to harm asks for no more work than an honest one."""
MOST_INDEX = 10**15


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the case with its place in its log."""

    origin: str
    index: int
    leaf: bytes
    parsed: Mapping[str, Any]

    @property
    def stream(self) -> str:
        return str(self.parsed["stream"])

    @property
    def version(self) -> int:
        return int(self.parsed["version"])


@dataclass(frozen=True, slots=True)
class Withheld:
    """An event of which the case shows the place and the leaf hash alone, for it concerns others."""

    origin: str
    index: int
    stream: str
    version: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """What the case holds of one log: keys as it asserts them, notes, growth between sizes, and the common proof."""

    origin: str
    keys: tuple[VerifierKey, ...]
    basis: str
    decision: str | None
    latest: str
    growth: Mapping[tuple[int, int], tuple[bytes, ...]]
    proof: tuple[bytes, ...]
    withheld: tuple[Withheld, ...] = ()
    second: tuple[VerifierKey, ...] = ()
    """Keys of a second algorithm, as the case asserts them."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Every checkpoint of it in the case."""
        return tuple(note for note in (self.basis, self.decision, self.latest) if note is not None)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as it was read."""

    files: Mapping[str, bytes]
    person: str
    year: int
    determination: int
    made: str
    """Civil date."""
    logs: Mapping[str, Log]
    events: tuple[Event, ...]
    decision: Event
    texts: Mapping[str, str]
    """Digest -> disclosure text."""
    erased: frozenset[str]
    """Digests of what was destroyed, as the case asserts and its log records."""

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """Of all logs."""
        return tuple(one for log in self.logs.values() for one in log.withheld)

    @property
    def said(self) -> Mapping[str, Any]:
        """What the determination says."""
        found: Mapping[str, Any] = self.decision.parsed["data"]
        return found

    @property
    def identifier(self) -> str:
        """The name of the case."""
        return f"{self.person}-{self.year}-v{self.determination}"

    @property
    def basis(self) -> dict[str, int]:
        """Log -> the size below which everything counted when it was decided."""
        return {str(entry["origin"]): int(entry["size"]) for entry in self.said["basis"]}


def read(files: Mapping[str, bytes]) -> CaseFile:
    """Raises Malformed, naming the file, for anything that does not have its form."""
    case = strict.members(
        strict.load(_file(files, layout.CASE), layout.CASE),
        layout.CASE,
        format=str, person=str, year=int, determination=int, origin=str, index=int, made=str, logs=list,
    )  # fmt: skip
    if case["format"] != layout.FORMAT or not _DAY.fullmatch(case["made"]):
        raise Malformed(f"{layout.CASE}: not a case of the form {layout.FORMAT}")
    origins = [strict.members({"origin": one}, layout.CASE, origin=str)["origin"] for one in case["logs"]]
    if len({layout.folder_of(origin) for origin in origins}) != len(origins) or len(origins) > MOST_LOGS:
        raise Malformed(f"{layout.CASE}: a log is named twice, or more than {MOST_LOGS} are")
    logs = {origin: _log(files, origin) for origin in origins}
    events = tuple(_events(files, origins))
    decisions = [one for one in events if (one.origin, one.index) == (case["origin"], case["index"])]
    if not decisions:
        raise Malformed(f"{layout.CASE}: the determination is not among the events")
    _determination(decisions[0])
    texts, claimed = _disclosures(files)
    if both := texts.keys() & claimed:
        raise Malformed(f"{layout.DISCLOSURES}: {min(both)} is disclosed and said to be destroyed")
    return CaseFile(
        files=files, person=case["person"], year=case["year"], determination=case["determination"], made=case["made"],
        logs=logs, events=events, decision=decisions[0], texts=texts, erased=_erased(claimed, texts, events),
    )  # fmt: skip


def _determination(event: Event) -> None:
    """The members that the verifier reads; those that are needed for the outcome are read where it is worked out."""
    said = strict.members(
        event.parsed["data"],
        "determination",
        person=str, county=str, year=int, determination=int, outcome=str, findings=list, inputs=str,
        rules_digest=str, parameters_digest=str, calendars_digest=str, fold_digest=str, moment=str, basis=list,
        manifest=list,
    )  # fmt: skip
    for entry in said["basis"]:
        strict.members(entry, "determination: basis", origin=str, size=int, root=str)
    for entry in said["manifest"]:
        strict.members(entry, "determination: manifest", origin=str, stream=str, version=int, head=str)
    for entry in said["findings"]:
        strict.members(entry, "determination: findings", article=str, outcome=str, values=dict)


def _events(files: Mapping[str, bytes], origins: Iterable[str]) -> Iterable[Event]:
    known = {layout.folder_of(origin): origin for origin in origins}
    ids: set[str] = set()
    for name in sorted(files):
        if not name.startswith(layout.EVENTS):
            continue
        folder, _, last = name.removeprefix(layout.EVENTS).partition("/")
        index = _EVENT.fullmatch(last)
        if folder not in known or index is None:
            raise Malformed(f"{name}: not an event of a log of the case")
        event = _event(known[folder], int(index[1]), files[name], name)
        if event.parsed["id"] in ids:
            raise Malformed(f"{name}: an event that the case holds twice")
        ids.add(str(event.parsed["id"]))
        yield event


def _event(origin: str, index: int, body: bytes, name: str) -> Event:
    try:
        parsed = canonical.decode(body)
    except NotCanonicalError as error:
        raise Malformed(f"{name}: {error}") from error
    found = strict.members(
        parsed, name, id=str, type=str, origin=str, stream=str, version=int, recordedtime=str, data=dict
    )
    return Event(origin, index, leaf_hash(body), found)


def _log(files: Mapping[str, bytes], origin: str) -> Log:
    def text(name: str) -> str:
        path = layout.log_path(origin, name)
        return strict.text(_file(files, path), path)

    try:
        keys = tuple(VerifierKey.parse(line) for line in _lines(text("vkey")))
        proof = tuple(_hash(line) for line in _lines(text("events.hashes")))
        growth = _growth(text("consistency.txt"))
        sm2 = layout.log_path(origin, layout.SECOND)
        second = tuple(VerifierKey.parse(line) for line in _lines(text(layout.SECOND))) if sm2 in files else ()
    except ProofError as error:
        raise Malformed(f"log {origin}: {error}") from error
    if len(keys) + len(second) > MOST_KEYS:
        raise Malformed(f"log {origin}: more than {MOST_KEYS} keys")
    decided = layout.log_path(origin, "checkpoint.decision")
    decision = text("checkpoint.decision") if decided in files else None
    withheld = _withheld(origin, files.get(layout.log_path(origin, layout.WITHHELD)))
    return Log(
        origin, keys, text("checkpoint.basis"), decision, text("checkpoint.latest"), growth, proof, withheld, second
    )


def _lines(text: str) -> list[str]:
    """Lines that end in a newline and in nothing else that a reader might take for one."""
    lines = text.split("\n")
    if lines.pop():
        raise ProofError("the last line has no end")
    return lines


def _withheld(origin: str, content: bytes | None) -> tuple[Withheld, ...]:
    if content is None:
        return ()
    name = layout.log_path(origin, layout.WITHHELD)
    found = strict.load(content, name)
    if not isinstance(found, list) or not found:
        raise Malformed(f"{name}: not a list of what was withheld")
    for one in found:
        strict.members(one, name, index=int, leaf=str, stream=str, version=int)
        if len(one) != 4 or not _LEAF.fullmatch(one["leaf"]) or not 0 <= one["index"] < MOST_INDEX:
            raise Malformed(f"{name}: not the place and the leaf hash of an event")
    return tuple(
        Withheld(origin, one["index"], one["stream"], one["version"], bytes.fromhex(one["leaf"])) for one in found
    )


def _growth(text: str) -> dict[tuple[int, int], tuple[bytes, ...]]:
    """Sections `old N new M`, each with its hashes."""
    found: dict[tuple[int, int], list[bytes]] = {}
    proof: list[bytes] | None = None
    for line in _lines(text):
        section = _SECTION.fullmatch(line)
        if section is not None:
            proof = found[int(section[1]), int(section[2])] = []
        elif proof is None or len(proof) == MOST_HASHES:
            raise ProofError("the proofs of growth begin with their sizes and hold a hash for each level")
        else:
            proof.append(_hash(line))
    return {sizes: tuple(proof) for sizes, proof in found.items()}


def _hash(line: str) -> bytes:
    found = decode_base64(line)
    if len(found) != HASH_BYTES:
        raise ProofError(f"a hash has {HASH_BYTES} bytes")
    return found


def _disclosures(files: Mapping[str, bytes]) -> tuple[dict[str, str], frozenset[str]]:
    """A disclosure text per line, or `{"digest": …, "text": null}` for what was destroyed."""
    texts: dict[str, str] = {}
    erased: set[str] = set()
    name = layout.DISCLOSURES
    for line in _disclosed(files, name):
        if line.startswith("{"):
            entry = strict.members(strict.load(line.encode(), name), name, digest=str)
            if entry != {"digest": entry["digest"], "text": None}:
                raise Malformed(f"{name}: neither a disclosure nor the mark of an erased one")
            erased.add(entry["digest"])
            continue
        try:
            padded = base64.urlsafe_b64decode(line + "=" * (-len(line) % 4))
            read_back = base64.urlsafe_b64encode(padded).rstrip(b"=").decode("ascii")
            array = strict.load(padded, name)
        except (binascii.Error, ValueError) as error:
            raise Malformed(f"{name}: {error}") from error
        if read_back != line or not isinstance(array, list) or len(array) != 3 or not isinstance(array[1], str):
            raise Malformed(f"{name}: a disclosure is an array of salt, name and value")
        texts[disclosure.digest_of(line)] = line
    return texts, frozenset(erased)


def _erased(claimed: frozenset[str], texts: Mapping[str, str], events: Sequence[Event]) -> frozenset[str]:
    """Digests behind which nothing is any more: what the case says of an event to be destroyed counts only where the
    same log records that the member which the fold needs was. The rest is merely not disclosed."""
    recorded: dict[tuple[str, str], set[str]] = {}
    for event in events:
        if event.parsed["type"].endswith(ERASURE) and event.stream.startswith("erasure/"):
            members = set(map(str, event.parsed["data"].get("members", ())))
            recorded.setdefault((event.origin, event.stream.partition("/")[2]), set()).update(members)
    found: set[str] = set()
    for event in events:
        digests = event.parsed["data"].get(disclosure.SD, ())
        needed = OPENED.get(event.parsed["type"])
        if needed in recorded.get((event.origin, event.parsed["id"]), ()) and not claimed.isdisjoint(digests):
            # Which digest was that of the member cannot be told any more; those that are left open no other question.
            found.update(digest for digest in digests if digest not in texts)
    return frozenset(found)


def _disclosed(files: Mapping[str, bytes], name: str) -> list[str]:
    try:
        return _lines(strict.text(_file(files, name), name))
    except ProofError as error:
        raise Malformed(f"{name}: {error}") from error


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    found = files.get(name)
    if found is None:
        raise Malformed(f"{name} is missing")
    return found
