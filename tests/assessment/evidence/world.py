"""Logs in memory with real keys, trees and checkpoints, a determination made by the real decision, and its bundle."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import disclosure
from contracts.assessment import LogBasis
from contracts.disclosure import digest_of
from contracts.envelope import encode
from contracts.erasure import ValuesErased
from contracts.event_proofs import EventProof
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.multiproof import multiproof
from contracts.proofs import (
    Checkpoint,
    Signature,
    VerifierKey,
    checkpoint_text,
    consistency_proof,
    format_note,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from services.assessment.bundle import Bundle, Gathered, Hand, LogFiles, make
from services.assessment.cases.events import Given
from services.assessment.cases.script import Script
from services.assessment.evidence.policy import Policy
from services.assessment.fold.civil import cut_at
from services.assessment.releases import rule_files
from services.assessment.replay.opening import open_event
from services.assessment.rules import rules
from services.assessment.year.showing import show
from services.ledger.material import Piece
from services.ledger.signer import Signer
from tests.assessment.office import COUNTY, Office, facts_of

PERSON, OTHERS, YEAR = "P000007", ("P000070", "P000008"), 2017
OWN = "zhucun.test/assessment"
LOGS = ("assessment", "attendance", "finance", "personnel")
DECIDED = datetime(2018, 1, 20, 2, tzinfo=UTC)
ERASED_AT = datetime(2018, 1, 25, 2, tzinfo=UTC)
ALL_YEAR = "2017-01-01..2017-12-31"


def key_of(name: str, seed: str = "") -> Ed25519PrivateKey:
    """A key that is the same on every run; `seed` makes another one of the same name."""
    return Ed25519PrivateKey.from_private_bytes(leaf_hash(f"{name}{seed}".encode()))


def vkey_of(name: str, seed: str = "") -> VerifierKey:
    return VerifierKey.of(name, key_of(name, seed).public_key().public_bytes_raw())


@dataclass(slots=True)
class SignedLog:
    """One log: its events in order, and what its key signs."""

    origin: str
    seed: str = ""
    bodies: list[bytes] = field(default_factory=list)
    heads: dict[str, tuple[int, bytes | None]] = field(default_factory=dict)
    cosign: Callable[[str], str] = lambda note: note
    """What witnesses add to a checkpoint."""
    second: Sequence[Signer] = ()
    """Who signs its checkpoints too, by another algorithm."""
    rotated: tuple[str, int] = ("", 1 << 60)
    """The seed of another key, and the size from which it signs."""

    def add(
        self, fact: Fact, stream: str, recorded: datetime, salt: bytes, correlation: str = "test", service: str = ""
    ) -> list[str]:
        """Append one event; returns the disclosures that open it."""
        version, prev = self.heads.get(stream, (0, None))
        name = str(uuid5(NAMESPACE_URL, f"{self.origin}/{len(self.bodies)}"))
        event = encode(
            fact, service=service or fact.SERVICE, event_id=name,
            origin=self.origin, stream=stream, version=version + 1, prev=prev, recorded=recorded,
            correlation=correlation, causation=None, salt=lambda: salt,
        )  # fmt: skip
        self.heads[stream] = version + 1, event.leaf
        self.bodies.append(event.body)
        return list(event.disclosures)

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(body) for body in self.bodies]

    def subtree(self, start: int, end: int) -> bytes:
        return root_of(self.leaves[start:end])

    def note(self, size: int) -> str:
        text = checkpoint_text(Checkpoint(self.origin, size, root_of(self.leaves[:size])))
        seed = self.rotated[0] if size >= self.rotated[1] else self.seed
        key = vkey_of(self.origin, seed)
        first = Signature(key.name, key.key_id, key_of(self.origin, seed).sign(text.encode()))
        note = format_note(text, [first, *(signer.sign(text.encode()) for signer in self.second)])
        return self.cosign(note)

    def pieces(self) -> list[Piece]:
        found = []
        for index, body in enumerate(self.bodies):
            event = json.loads(body)
            found.append(
                Piece(self.origin, index, event["id"], event["stream"], event["version"], leaf_hash(body), body)
            )
        return found

    def files(self, basis: int, wanted: Callable[[Mapping[str, Any]], bool], decided: int | None = None) -> LogFiles:
        """What a bundle holds of the log; `decided`: size of the checkpoint that covers the determination."""
        size = len(self.bodies)
        events = {index: body for index, body in enumerate(self.bodies) if wanted(json.loads(body))}
        sizes = [basis, size] if decided is None else [basis, decided, size]
        growth = {
            (old, new): consistency_proof(old, new, self.subtree) for old, new in pairwise(sizes) if 0 < old < new
        }
        return LogFiles(
            origin=self.origin,
            vkeys=[str(vkey_of(self.origin, seed)) for seed in dict.fromkeys((self.seed, self.rotated[0]))],
            second=[signer.vkey for signer in self.second],
            basis=self.note(basis),
            decision=None if decided is None else self.note(decided),
            latest=self.note(size),
            growth=growth,
            events=events,
            proof=self.proof_of(events),
        )

    def proof_of(self, events: Mapping[int, bytes]) -> list[bytes]:
        """The common proof of those events in the log as it stands."""
        return multiproof(sorted(events), len(self.bodies), self.subtree) if events else []


@dataclass(slots=True)
class World:
    """Four logs, what opens their digests, and the sizes that the determination rested on."""

    logs: dict[str, SignedLog]
    texts: dict[str, str]
    erased: set[str] = field(default_factory=set)
    basis: dict[str, int] = field(default_factory=dict)
    decision: int = -1
    now: dict[str, Any] = field(default_factory=dict)
    """Parameters that have changed since."""

    def tell(self, given: Mapping[str, Any], person: str = PERSON, word: str = "world") -> None:
        """Facts as worked cases give them (`tests/cases/README.md`), each at the end of its log."""
        script = Script(f"{word}/{person}")
        Given(script, person).write(given)
        for number, (recorded, stream, fact, _) in enumerate(sorted(script.entries, key=lambda entry: entry[0])):
            salt = leaf_hash(f"{word}/{person}/{number}".encode())[:16]
            texts = self.logs[f"zhucun.test/{fact.SERVICE}"].add(fact, stream, recorded, salt)
            self.texts |= {digest_of(text): text for text in texts}

    def erase(self, event: Mapping[str, Any], *members: str, recorded: bool = True) -> None:
        """Destroy what opens an event; without `recorded` nobody says so in the log."""
        digests = event["data"]["_sd"]
        opened = {digest: disclosure.read(self.texts[digest])[0] for digest in digests}
        self.erased |= {digest for digest, name in opened.items() if name in (members or opened.values())}
        if not recorded:
            return
        log, fact = self.logs[event["origin"]], ValuesErased(
            actor=Actor(person="P000000", role=Role.NONE), article="0", ruleset=rules.DEFAULT, place="5301",
            event=event["id"], members=members or tuple(sorted(opened.values())), reason="当事人要求",
        )  # fmt: skip
        log.add(fact, f"erasure/{event['id']}", ERASED_AT, bytes(16), service=log.origin.rpartition("/")[2])

    def finalise(
        self,
        change: Callable[[Fact], Fact] = lambda fact: fact,
        skip: str = "",
        stale: Mapping[str, int] | None = None,
    ) -> None:
        """The county office makes the year final. What a dishonest operator does: record what `change` makes of a
        fact, pass over the stream `skip`, take what lies below older sizes of the logs (`stale`) for all there is."""
        sizes = {origin: len(log.bodies) for origin, log in self.logs.items()} | dict(stale or {})
        pieces = [piece for log in self.logs.values() for piece in log.pieces() if piece.stream != skip]
        pieces = [piece for piece in pieces if piece.index < sizes[piece.origin]]
        events = [open_event(json.loads(piece.body), self.texts) for piece in pieces]
        cut = replace(cut_at(DECIDED.isoformat()), recorded=None)
        known = show(COUNTY, YEAR, pieces, events, cut)
        self.basis = {origin: size for origin, size in sizes.items() if size}
        known = replace(known, basis=tuple(self._basis(origin) for origin in sorted(self.basis)))
        office = Office(DECIDED.date()).opened()
        log = self.logs[OWN]
        for number, fact in enumerate(facts_of(office.finalise(known))):
            fields = {"person": getattr(fact, "person", "-"), "county": COUNTY, "year": YEAR, "ruleset": rules.DEFAULT}
            fields["digest"] = getattr(fact, "digest", "-")
            stream = fact.STREAM.format_map(fields)
            log.add(change(fact), stream, DECIDED, leaf_hash(b"%d" % number)[:16], "finalise")
            if fact.NAME == "AssessmentFinalised" and fields["person"] == PERSON:
                self.decision = len(log.bodies) - 1

    def _basis(self, origin: str) -> LogBasis:
        size = self.basis[origin]
        root = base64.b64encode(root_of(self.logs[origin].leaves[:size])).decode()
        return LogBasis(origin=origin, size=size, root=root)

    def gathered(self, skip: str = "") -> Gathered:
        """What the sources would give for the bundle of the person; without the stream `skip`."""
        log = self.logs[OWN]
        path = inclusion_proof(self.decision, len(log.bodies), log.subtree)
        opened = {
            digest: text
            for one in self.logs.values()
            for body in one.bodies
            for event in [json.loads(body)]
            for digest, text in _needed(event, self.texts).items()
        }
        return Gathered(
            person=PERSON, year=YEAR, determination=1, origin=OWN, index=self.decision,
            decision_proof=str(EventProof(self.decision, tuple(path), log.note(len(log.bodies)))),
            logs=[
                self.logs[origin].files(
                    size,
                    lambda event: _wanted(event) and event["stream"] != skip,
                    self.decision + 1 if origin == OWN else None,
                )
                for origin, size in sorted(self.basis.items())
            ],
            disclosures=[text for digest, text in opened.items() if digest not in self.erased],
            erased=sorted(self.erased), then=rules.fold_rules(YEAR), now=rules.fold_rules(YEAR, self.now),
            rule_files=rule_files(),
        )  # fmt: skip

    def bundle(self, seed: str = "", skip: str = "") -> Bundle:
        return self.bundle_of(self.gathered(skip), seed)

    def bundle_of(self, gathered: Gathered, seed: str = "") -> Bundle:
        return make(gathered, hand(seed), made="2018-02-01", taking="0f0c1c1e-7a3d-5b0e-9c43-2d8a6f1b7e90")

    def policy(self, seed: str = "") -> Policy:
        """Trust in the keys of these logs."""
        return Policy(
            logs={origin: [vkey_of(origin, seed)] for origin in self.logs},
            evidence=[vkey_of("zhucun.test/evidence", seed)],
        )


def hand(seed: str = "") -> Hand:
    """Who signs the bundles of these tests."""
    key, verifier = key_of("zhucun.test/evidence", seed), vkey_of("zhucun.test/evidence", seed)
    return Hand(verifier, lambda text: Signature(verifier.name, verifier.key_id, key.sign(text)))


def _wanted(event: Mapping[str, Any]) -> bool:
    kind, subject, *_ = event["stream"].split("/")
    return subject == PERSON or kind in ("county", "rules", "village", "parameters", "calendar", "erasure")


def _needed(event: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, str]:
    if not _wanted(event):
        return {}
    opened = open_event(event, texts)["data"]
    closed = opened.get("_sd", ())
    return {digest: texts[digest] for digest in event["data"].get("_sd", ()) if digest not in closed}


def world(
    *more: Mapping[str, Any],
    seed: str = "",
    change: Callable[[Fact], Fact] = lambda fact: fact,
    final: bool = True,
) -> World:
    """A person with a sanction, two others, a county that is made final."""
    found = World({f"zhucun.test/{name}": SignedLog(f"zhucun.test/{name}", seed) for name in LOGS}, {})
    found.tell({"posted": ALL_YEAR, "present": "20 duty days of 2017"}, OTHERS[0])
    found.tell(PERSON_YEAR | {key: value for given in more for key, value in given.items()})
    found.tell({"posted": ALL_YEAR, "present": "30 duty days of 2017"}, OTHERS[1])
    if final:
        found.finalise(change)
    return found


WHOLE_YEAR: dict[str, Any] = {"present": "205 duty days of 2017"}
"""As long as a year is; the others are shorter, so that they are folded faster."""

PERSON_YEAR: dict[str, Any] = {
    "posted": ALL_YEAR,
    "present": "40 duty days of 2017",
    "sanction": {"decided": date(2017, 6, 1)},
}
