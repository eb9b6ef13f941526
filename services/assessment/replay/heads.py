"""The last event of a stream out of its bytes: what a manifest says of it."""

from contracts.proofs import leaf_hash
from services.assessment.fold.findings import FoldError

_VERSION = b',"version":'
_LONGEST = 16
"""A version and the brace behind it."""


def version_and_leaf(line: bytes) -> tuple[int, str]:
    """Of a canonical event, whose version is its last member. Raises FoldError for other bytes."""
    _, found, version = line.rpartition(_VERSION)
    if not found or not version[:-1].isdigit() or len(version) > _LONGEST:
        raise FoldError(f"not an event that ends with its version: {line[-80:]!r}")
    return int(version[:-1]), leaf_hash(line).hex()
