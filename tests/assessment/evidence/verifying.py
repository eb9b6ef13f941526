"""Verification of a case that is still in memory."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from services.assessment.bundle import packed
from services.assessment.evidence.policy import Policy
from services.assessment.evidence.verdict import Verdict
from services.assessment.evidence.verify import verify


def verify_bytes(archive: bytes, policy: Policy | None, mirrors: Path | None = None) -> Verdict:
    """The verdict on an archive."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.zip"
        path.write_bytes(archive)
        return verify(path, trusted=policy, mirrors=mirrors)


def verified(files: Mapping[str, bytes], policy: Policy | None) -> int:
    """The code of the files, packed as a case."""
    return verify_bytes(packed(files, "case"), policy).code
