"""The log of a scope: what one agency was sent, in order, signed by us (C2SP forms, as the logs of the services).

An agency that sees only some events of a log cannot tell a gap from an event that is none of its business. So what it
is sent has a sequence of its own: entry `n` commits to one event of one log, the entries are the leaves of a Merkle
tree, and its checkpoints are signed with the scope's key. A missing, doubled or exchanged entry shows at the next
checkpoint. That the sender itself left nothing out is proven only by comparing with the source (`README.md` of
`contracts/subscriber`).

One message carries one entry: the payload is the event, byte for byte; the headers say the rest.
"""

from contracts import canonical
from contracts.proofs import leaf_hash

SCOPE = "Zhucun-Scope"
"""Origin of the scope's log; the name of its key."""
ENTRY = "Zhucun-Entry"
"""Number of the entry, from 0."""
ORIGIN = "Zhucun-Origin"
INDEX = "Zhucun-Index"
TYPE = "Zhucun-Type"
LEAF = "Zhucun-Leaf"
PROOF = "Zhucun-Proof"
"""Base64 of the event's `tlog-proof` in the log that it comes from."""
DISCLOSURES = "Zhucun-Disclosures"
"""Disclosures of restricted members that the scope may see, separated by commas."""
SIZE = "Zhucun-Size"
"""On a checkpoint: number of entries that it covers."""
MESSAGE_ID = "Nats-Msg-Id"

CHECKPOINTS = "checkpoint"
"""Last token of the subject of checkpoints."""


def scope_origin(base: str, agency: str) -> str:
    """Origin of an agency's scope log, for instance `zhucun.demo/scope/dongchuan-finance`."""
    return f"{base}/scope/{agency}"


def entry_bytes(origin: str, index: int, leaf: bytes) -> bytes:
    """What entry `n` of a scope's log commits to: the event with this leaf hash at `index` of the log `origin`."""
    return canonical.encode({"index": index, "leaf": leaf.hex(), "origin": origin})


def entry_leaf(origin: str, index: int, leaf: bytes) -> bytes:
    """The leaf hash of an entry in the tree of the scope's log."""
    return leaf_hash(entry_bytes(origin, index, leaf))
