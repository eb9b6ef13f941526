"""What an operator can do who holds the key that signs bundles: change files and sign the list of them again."""

import base64
import json
from collections.abc import Mapping

from services.assessment.bundle import packed
from services.assessment.evidence import bag, layout, statement
from tests.assessment.evidence.world import hand

DERIVED = (bag.BAGIT, bag.INFO, bag.MANIFEST, bag.TAG_MANIFEST)
IDENTIFIER, MADE = "P000007-2017-v1", "2018-02-01"


def signed_by_the_operator(files: Mapping[str, bytes], seed: str = "", **forged: object) -> dict[str, bytes]:
    """Listed, signed and bagged anew; `seed`: another key than the operator's; `forged`: what the list says
    otherwise."""
    own = {name: content for name, content in files.items() if name not in (*DERIVED, layout.STATEMENT)}
    key = hand(seed)
    own[layout.EVIDENCE_KEY] = f"{key.key}\n".encode()
    said = json.loads(base64.b64decode(json.loads(files[layout.STATEMENT])["payload"]))["predicate"]
    payload = statement.statement({**own, bag.BAGIT: bag.DECLARATION}, {**said, **forged})
    signature = key.sign(statement.signed_bytes(payload)).signature
    own[layout.STATEMENT] = statement.envelope(payload, key.key, signature)
    return bag.bagged(own, IDENTIFIER, MADE)


def archived(files: Mapping[str, bytes]) -> bytes:
    """The files as an archive of a case."""
    return packed(files, "case")
