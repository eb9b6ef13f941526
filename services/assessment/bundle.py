"""An evidence bundle from what its logs hold: all files, the signed list of them, the bag, the archive (`ledger.md` 7).

Pure but for reading the project's own source and rules, which travel in the bundle.
"""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts import canonical
from contracts.notes import Signature, VerifierKey
from services.assessment.evidence import bag, casefile, derived, layout, program, statement
from services.assessment.evidence.casefile import CaseFile
from services.assessment.fold.fold import Rules, canonical_bytes
from services.assessment.releases import ReleasedProgram
from services.assessment.rules import rules

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class LogFiles:
    """What a bundle holds of one log. `events`: index -> exact bytes, all below the latest checkpoint."""

    origin: str
    vkeys: Sequence[str]
    basis: str
    decision: str | None
    """The first checkpoint that covers the determination; in its own log only."""
    latest: str
    growth: Mapping[tuple[int, int], Sequence[bytes]]
    events: Mapping[int, bytes]
    proof: Sequence[bytes]
    """Of the events, and of what was withheld."""
    second: Sequence[str] = ()
    """Keys of a second algorithm that the log signs by too."""
    withheld: Sequence[canonical.Json] = ()
    """Places and leaf hashes of events that concern others (`casefile.Withheld`)."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that goes into a bundle and comes from the logs. `then`: the rules applied; `now`: today's."""

    person: str
    year: int
    determination: int
    origin: str
    index: int
    """Of the determination, in the log `origin`."""
    decision_proof: str
    logs: Sequence[LogFiles]
    disclosures: Sequence[str]
    erased: Sequence[str]
    then: Rules
    now: Rules
    rule_files: Mapping[str, bytes]
    """The text of the rules that were applied, by its paths in a case."""
    release: ReleasedProgram | None = None
    """The program of the release that decided, where that is not this one."""

    @property
    def decision(self) -> bytes:
        """The exact bytes of the determination."""
        return next(log.events[self.index] for log in self.logs if log.origin == self.origin)

    @property
    def said(self) -> dict[str, Any]:
        """What the determination says."""
        found: dict[str, Any] = json.loads(self.decision)["data"]
        return found

    @property
    def decision_id(self) -> str:
        """The event of the determination."""
        return str(json.loads(self.decision)["id"])


@dataclass(frozen=True, slots=True)
class Hand:
    """Who signs the bundle."""

    key: VerifierKey
    sign: Callable[[bytes], Signature]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished bundle: its name, the digest of its sums, and the archive."""

    identifier: str
    manifest: str
    archive: bytes


def make(gathered: Gathered, hand: Hand, *, made: str, taking: str) -> Bundle:
    """The bundle. `made`: civil date; `taking`: id of the event that records who took it.

    Raises Malformed when the events cannot be folded again.
    """
    files = {**_facts(gathered, made), **_rule_files(gathered), **_program(gathered)}
    files[layout.EVIDENCE_KEY] = f"{hand.key}\n".encode()
    case = casefile.read(files)
    derive = derived.derive if gathered.release is None else gathered.release.derive
    files |= derive(case).files
    files["data/ro-crate-metadata.json"] = _described(files, case)
    payload = statement.statement({**files, bag.BAGIT: bag.DECLARATION}, statement.predicate(case, taking))
    signature = hand.sign(statement.signed_bytes(payload)).signature
    files[layout.STATEMENT] = statement.envelope(payload, hand.key, signature)
    whole = bag.bagged(files, case.identifier, made)
    return Bundle(case.identifier, bag.digest_of_sums(whole), packed(whole, case.identifier))


def packed(files: Mapping[str, bytes], top: str) -> bytes:
    """A ZIP archive of the files below one folder, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{name}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def _facts(gathered: Gathered, made: str) -> dict[str, bytes]:
    """Events with their logs' notes and proofs, the determination, and what opens the digests."""
    files: dict[str, bytes] = {}
    for log in gathered.logs:
        for index, body in log.events.items():
            files[layout.event_path(log.origin, index)] = body
        texts = {
            "vkey": "".join(f"{vkey}\n" for vkey in log.vkeys),
            "checkpoint.basis": log.basis,
            **({"checkpoint.decision": log.decision} if log.decision is not None else {}),
            "checkpoint.latest": log.latest,
            "consistency.txt": _growth(log.growth),
            "events.hashes": _lines(log.proof),
        }
        files |= {layout.log_path(log.origin, name): text.encode("utf-8") for name, text in texts.items()}
        if log.second:
            files[layout.log_path(log.origin, layout.SECOND)] = "".join(f"{vkey}\n" for vkey in log.second).encode()
        if log.withheld:
            files[layout.log_path(log.origin, layout.WITHHELD)] = canonical.encode([*log.withheld])
    subject = {"person": gathered.person, "year": gathered.year, "streams": gathered.said["manifest"]}
    case: canonical.Json = {
        "format": layout.FORMAT,
        "person": gathered.person,
        "year": gathered.year,
        "determination": gathered.determination,
        "origin": gathered.origin,
        "index": gathered.index,
        "made": made,
        "logs": [log.origin for log in gathered.logs],
    }
    erased = (canonical.encode({"digest": digest, "text": None}).decode() for digest in sorted(gathered.erased))
    disclosures = [*sorted(gathered.disclosures), *erased]
    proof = gathered.decision_proof.encode("utf-8")
    return files | {
        layout.CASE: canonical.encode(case),
        layout.DECISION: gathered.decision,
        layout.DECISION + layout.PROOF: proof,
        layout.SUBJECT: canonical.encode(subject),
        layout.SUBJECT + layout.PROOF: proof,
        layout.DISCLOSURES: "".join(f"{line}\n" for line in disclosures).encode("ascii"),
    }


def _growth(growth: Mapping[tuple[int, int], Sequence[bytes]]) -> str:
    return "".join(f"old {old} new {new}\n{_lines(proof)}" for (old, new), proof in sorted(growth.items()))


def _lines(hashes: Sequence[bytes]) -> str:
    return "".join(base64.b64encode(node).decode("ascii") + "\n" for node in hashes)


def _rule_files(gathered: Gathered) -> dict[str, bytes]:
    """Text and clauses word for word, parameters and calendars as they were applied, and the modules of the fold."""
    modules = rules.FOLD_MODULES if gathered.release is None else gathered.release.modules
    return {
        **gathered.rule_files,
        layout.PARAMETERS: canonical_bytes(dict(gathered.then.parameters)),
        layout.PARAMETERS_NOW: canonical_bytes(dict(gathered.now.parameters)),
        layout.CALENDARS: canonical_bytes(dict(gathered.then.calendars)),
        layout.FOLD: canonical_bytes({"modules": list(modules)}),
    }


def _program(gathered: Gathered) -> dict[str, bytes]:
    """The verifier with the fold that decided, and the two files that a reader finds first."""
    sources = program.sources() if gathered.release is None else gathered.release.sources
    files = {layout.VERIFIER + name: source for name, source in sources.items()}
    text = (rules.HERE / "evidence" / "VERIFY.txt").read_bytes()
    return files | {layout.START: sources[program.START], "VERIFY.txt": text}


def _described(files: Mapping[str, bytes], case: CaseFile) -> bytes:
    """The bundle as an RO-Crate, for archives that read those."""
    parts = sorted(name.removeprefix(bag.PAYLOAD) for name in files if name.startswith(bag.PAYLOAD))
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"驻村考核证据包 {case.identifier}",
        "description": "昆联发〔2016〕1号办法下一人一年考核认定的证据：事件原文、证明、规则、认定与重算",
        "datePublished": case.made,
        "license": "仅限所载用途使用；个人信息依法保护",
        "hasPart": [{"@id": part} for part in parts],
    }
    graph = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        root,
        *({"@id": part, "@type": "File"} for part in parts),
    ]
    return json.dumps(
        {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}, ensure_ascii=False, indent=1
    ).encode("utf-8")
