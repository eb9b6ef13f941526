"""The signed list of everything in a case: an in-toto statement in a DSSE envelope.

It names every file of the bag but itself and what follows from the files (the sums and `bag-info.txt`), so that a case
that was packed anew after a change is not the one that was handed out.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.notes import ALGORITHM_ED25519, KEY_ID_BYTES, ProofError, VerifierKey
from contracts.signatures import verifies
from services.assessment.evidence import bag, layout, strict
from services.assessment.evidence.casefile import CaseFile
from services.assessment.evidence.verdict import Broken, Malformed, Untrusted

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:zhucun:evidence:1"
MOST_SIGNATURES = 16
_DERIVED = {layout.STATEMENT, bag.INFO, bag.MANIFEST, bag.TAG_MANIFEST}


def statement(files: Mapping[str, bytes], predicate: Mapping[str, Any]) -> bytes:
    """The payload: what is in the case, and what it is about."""
    value = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": hashlib.sha256(files[name]).hexdigest()}}
            for name in sorted(files.keys() - _DERIVED)
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def predicate(case: CaseFile, taking: str) -> dict[str, Any]:
    """What the list says of the case; `taking`: id of the event that records who took it."""
    return {
        "person": case.person,
        "year": case.year,
        "determination": case.determination,
        "outcome": case.said["outcome"],
        "decision": {"origin": case.decision.origin, "index": case.decision.index, "leaf": case.decision.leaf.hex()},
        "taking": taking,
    }


def signed_bytes(payload: bytes) -> bytes:
    """What is signed (DSSE pre-authentication encoding)."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def envelope(payload: bytes, key: VerifierKey, signature: bytes) -> bytes:
    """The file: the payload with its signature."""
    value = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode("ascii"),
        "signatures": [{"keyid": f"{key.name}+{key.key_id.hex()}", "sig": base64.b64encode(signature).decode("ascii")}],
    }
    return (json.dumps(value, sort_keys=True, indent=1) + "\n").encode("ascii")


def check(case: CaseFile, keys: Sequence[VerifierKey]) -> None:
    """That one of `keys` has signed for exactly these files, and for what they are about.

    Raises Untrusted when none of them has signed, Broken for a bad signature or other files, Malformed.
    """
    name, files = layout.STATEMENT, case.files
    if name not in files:
        raise Malformed(f"{name} is missing")
    outer = strict.members(strict.load(files[name], name), name, payloadType=str, payload=str, signatures=list)
    payload = _decoded(outer["payload"], name)
    known = {f"{key.name}+{key.key_id.hex()}": key for key in keys}
    signed = False
    if len(outer["signatures"]) > MOST_SIGNATURES:
        raise Malformed(f"{name}: more than {MOST_SIGNATURES} signatures")
    for entry in outer["signatures"]:
        strict.members(entry, name, keyid=str, sig=str)
        key = known.get(entry["keyid"])
        if key is not None:
            signature = _decoded(entry["sig"], name)
            if key.algorithm != ALGORITHM_ED25519 or not verifies(key.public, signature, signed_bytes(payload)):
                raise Broken(f"{name}: the signature of {key.name} does not verify")
            signed = True
    if not signed:
        raise Untrusted(f"{name} is not signed by a known key")
    inner = strict.members(strict.load(payload, name), name, predicate=dict)
    if outer["payloadType"] != PAYLOAD_TYPE or statement(files, inner["predicate"]) != payload:
        raise Broken("the files of the case are not those that were signed for")
    said = strict.members(inner["predicate"], name, taking=str)
    if said != predicate(case, said["taking"]):
        raise Broken(f"{name} was signed for another determination than the one in the case")


def read_key(files: Mapping[str, bytes]) -> VerifierKey:
    """The key that the case itself asserts; raises Malformed."""
    content = files.get(layout.EVIDENCE_KEY)
    if content is None:
        raise Malformed(f"{layout.EVIDENCE_KEY} is missing")
    try:
        key = VerifierKey.parse(strict.text(content, layout.EVIDENCE_KEY).removesuffix("\n"))
    except ProofError as error:
        raise Malformed(f"{layout.EVIDENCE_KEY}: {error}") from error
    assert len(key.key_id) == KEY_ID_BYTES, "a vkey has a key id of four bytes"
    return key


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"{name}: {error}") from error
