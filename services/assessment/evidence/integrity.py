"""Whether everything in a case is what the logs have signed for, and by the rules that the determination names."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from contracts.event_proofs import EventProof
from contracts.multiproof import root_from
from contracts.notes import parse_note
from contracts.proofs import Checkpoint, ProofError, VerifierKey, open_checkpoint, verify_consistency
from services.assessment.evidence import layout, program, strict
from services.assessment.evidence.casefile import CaseFile, Event, Log
from services.assessment.evidence.verdict import Broken, Untrusted
from services.assessment.fold.civil import cut_at
from services.assessment.fold.determination import calendars_digest


def check_logs(case: CaseFile, keys: Callable[[Log], Sequence[VerifierKey]]) -> dict[str, Checkpoint]:
    """The latest checkpoint of each log, once it is known to be signed, to extend the basis, and to hold the events.

    Raises Broken, and Untrusted where a checkpoint is signed by none of the `keys` of its log.
    """
    found: dict[str, Checkpoint] = {}
    named = {entry["origin"]: (entry["size"], entry["root"]) for entry in case.said["basis"]}
    if named.keys() != case.logs.keys() or len(named) != len(case.said["basis"]):
        raise Broken("the logs of the case are not those of the determination's basis")
    for origin, log in case.logs.items():
        basis = _opened(log.basis, log, keys(log))
        latest = _opened(log.latest, log, keys(log))
        size, root = named[origin]
        if (basis.size, base64.b64encode(basis.root).decode("ascii")) != (size, root):
            raise Broken(f"log {origin}: the checkpoint of the basis is not the one that the determination names")
        decision = None if log.decision is None else _opened(log.decision, log, keys(log))
        if (decision is None) == (origin == case.decision.origin):
            raise Broken(f"log {origin}: a checkpoint of the determination is missing, or lies where none belongs")
        if decision is not None and decision.size <= case.decision.index:
            raise Broken(f"log {origin}: its checkpoint of the determination does not cover it")
        for older, newer in pairwise([basis, latest] if decision is None else [basis, decision, latest]):
            _grown(log, older, newer)
        _events_in(log, [event for event in case.events if event.origin == origin], latest)
        found[origin] = latest
    return found


def _opened(note: str, log: Log, keys: Sequence[VerifierKey]) -> Checkpoint:
    try:
        _, signatures = parse_note(note)
        if not {(one.name, one.key_id) for one in signatures} & {(key.name, key.key_id) for key in keys}:
            raise Untrusted(f"log {log.origin}: its checkpoint is not signed by a known key")
        checkpoint = open_checkpoint(note, keys)
    except ProofError as error:
        raise Broken(f"log {log.origin}: {error}") from error
    if checkpoint.origin != log.origin:
        raise Broken(f"log {log.origin}: a checkpoint of {checkpoint.origin} lies in its place")
    return checkpoint


def check_second(case: CaseFile) -> int:
    """How many checkpoints carry a signature by a second algorithm too, each of which verifies.

    Raises Broken for one that does not, NoImplementation where this machine cannot tell.
    """
    found = 0
    for log in case.logs.values():
        for note in log.notes:
            _, signatures = parse_note(note)
            known = {(key.name, key.key_id) for key in log.second}
            if known & {(one.name, one.key_id) for one in signatures}:
                _opened(note, log, log.second)
                found += 1
    return found


def _grown(log: Log, older: Checkpoint, newer: Checkpoint) -> None:
    proof = log.growth.get((older.size, newer.size), ())
    try:
        if older.size:
            verify_consistency(older.size, newer.size, proof, older.root, newer.root)
    except ProofError as error:
        raise Broken(f"log {log.origin}: {error}") from error


def _events_in(log: Log, events: Sequence[Event], latest: Checkpoint) -> None:
    for event in events:
        if event.parsed["origin"] != log.origin:
            raise Broken(f"{layout.event_path(log.origin, event.index)}: an event of {event.parsed['origin']}")
    leaves = {event.index: event.leaf for event in events} | {one.index: one.leaf for one in log.withheld}
    if len(leaves) != len(events) + len(log.withheld):
        raise Broken(f"log {log.origin}: two events with one index")
    if not leaves:
        if log.proof:
            raise Broken(f"log {log.origin}: a proof of no event")
        return
    try:
        root = root_from(leaves, latest.size, log.proof)
    except ProofError as error:
        raise Broken(f"log {log.origin}: {error}") from error
    if root != latest.root:
        raise Broken(f"log {log.origin}: its events do not lead to the signed root: one was changed, added or moved")


def check_decision(case: CaseFile, keys: Callable[[Log], Sequence[VerifierKey]]) -> None:
    """That the determination lies beside its proof, and is about the person and year of the case; raises Broken."""
    path = layout.event_path(case.decision.origin, case.decision.index)
    if case.files.get(layout.DECISION) != case.files[path]:
        raise Broken(f"{layout.DECISION} is not the event {path}")
    said = case.said
    if (said["person"], said["year"], said["determination"]) != (case.person, case.year, case.determination):
        raise Broken(f"{layout.CASE} is about another determination than {layout.DECISION}")
    if case.decision.stream != f"assessment/{case.person}/{case.year}":
        raise Broken(f"{layout.DECISION} stands in the stream {case.decision.stream}")
    log = case.logs[case.decision.origin]
    for name in (layout.DECISION + layout.PROOF, layout.SUBJECT + layout.PROOF):
        try:
            proof = EventProof.parse(strict.text(case.files.get(name, b""), name))
            checkpoint = proof.verify(case.decision.leaf, keys(log))
        except ProofError as error:
            raise Broken(f"{name}: {error}") from error
        if (proof.index, checkpoint.origin) != (case.decision.index, log.origin):
            raise Broken(f"{name}: the proof of another event")
    subject = strict.members(strict.load(case.files.get(layout.SUBJECT, b""), layout.SUBJECT), layout.SUBJECT)
    if subject != {"person": case.person, "year": case.year, "streams": said["manifest"]}:
        raise Broken(f"{layout.SUBJECT} is not the manifest of the determination")


def check_rules(files: Mapping[str, bytes], case: CaseFile) -> None:
    """That text, clauses, parameters and fold in the case are those whose digests the determination names."""
    said = case.said
    if _sha256(files, layout.PARAMETERS) != said["parameters_digest"]:
        raise Broken(f"{layout.PARAMETERS} does not hold the parameters that the determination names")
    ruleset = f"{layout.RULES}{case.decision.parsed['data']['ruleset']}.yaml"
    parts = [_sha256(files, name) for name in (layout.MEASURES, layout.COVERAGE, ruleset)]
    if hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest() != said["rules_digest"]:
        raise Broken("the rules in the case are not those that the determination names")
    calendars = strict.load(_file(files, layout.CALENDARS), layout.CALENDARS)
    if calendars_digest(calendars, case.year, cut_at(said["moment"])) != said["calendars_digest"]:
        raise Broken(f"{layout.CALENDARS} does not hold the duty calendars that the determination names")
    if files.get(layout.START) != program.in_case(files).get(program.START):
        raise Broken(f"{layout.START} does not belong to the program in the case")
    modules = strict.members(strict.load(files.get(layout.FOLD, b""), layout.FOLD), layout.FOLD, modules=list)
    names = [str(module) for module in modules["modules"]]
    if (
        program.fold_digest(names, lambda name: _file(files, f"{layout.VERIFIER}services/assessment/{name}.py"))
        != (said["fold_digest"])
    ):
        raise Broken("the fold in the case is not the one that the determination names")


def _sha256(files: Mapping[str, bytes], name: str) -> str:
    return hashlib.sha256(_file(files, name)).hexdigest()


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    found = files.get(name)
    if found is None:
        raise Broken(f"{name} is missing")
    return found
