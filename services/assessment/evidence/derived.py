"""What follows from the facts of a case: replay in four lenses, what would flip the result, the page for people.

    derive(case)  ->  Derived(files, differences, closed);  `python -m …derived CASE` prints the same as JSON

Whoever makes a case writes these files, whoever verifies it makes them again: nothing on the page has to be believed.
Pure. The form of what is printed is frozen, for the programs of earlier releases are run through it.
"""

import base64
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.assessment import report
from services.assessment.evidence import archive, casefile, layout, strict
from services.assessment.evidence.casefile import CaseFile
from services.assessment.evidence.recompute import Again
from services.assessment.evidence.verdict import Malformed
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import canonical_bytes
from services.assessment.replay.flips import flips
from services.assessment.replay.opening import OPENED

MOST_SINGLES, MOST_PAIRS = 1_000, 1_000
"""How many changes, and pairs of them, are tried when it is searched for what would flip the result."""
_CLAUSE = re.compile(r'^"([0-9]{1,2}\.[0-9]{1,2})":\n  text: "([^"\n]*)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Derived:
    """What one program makes of a case. `differences`: what the determination says otherwise, in sentences;
    `closed`: events whose sensitive value was not at hand."""

    files: Mapping[str, bytes]
    differences: tuple[str, ...]
    closed: tuple[str, ...]


def derive(case: CaseFile) -> Derived:
    """Raises Malformed when the events cannot be folded."""
    try:
        again = Again(case)
        files = again.files()
        differences = again.against_the_record()
        found = flips(*again.facts, again.then, most_singles=MOST_SINGLES, most_pairs=MOST_PAIRS)
    except (FoldError, LookupError) as error:
        raise Malformed(f"the events cannot be folded: {error}") from error
    flipping = _undated(found)
    files[layout.FLIPS] = canonical_bytes(flipping)
    words = clauses(strict.text(case.files.get(layout.COVERAGE, b""), layout.COVERAGE))
    files[layout.REPORT] = report.page(case, again, flipping, words).encode("utf-8")
    return Derived(files, differences, again.closed)


def clauses(coverage: str) -> dict[str, str]:
    """Clause -> its words, from `coverage.yaml`, of which no more than that is read."""
    return dict(_CLAUSE.findall(coverage))


def _undated(flipping: dict[str, Any]) -> dict[str, Any]:
    """Without the dates that stand behind a digest: the fold may open them, a page may not show them."""
    hidden = {kind.split(".")[2] for kind, member in OPENED.items() if member.endswith("_on")}
    for found in flipping["sets"]:
        for change in found["changes"]:
            if change["type"] in hidden:
                change["about"] = None
    return flipping


def as_text(derived: Derived) -> str:
    """What another program reads back with :func:`from_text`."""
    files = {name: base64.b64encode(content).decode("ascii") for name, content in derived.files.items()}
    return json.dumps({"files": files, "differences": derived.differences, "closed": derived.closed})


def from_text(text: str) -> Derived:
    """The inverse of :func:`as_text`; raises ValueError, LookupError, TypeError."""
    value = json.loads(text)
    files = {str(name): base64.b64decode(content, validate=True) for name, content in value["files"].items()}
    return Derived(files, tuple(map(str, value["differences"])), tuple(map(str, value["closed"])))


def main(arguments: Sequence[str]) -> int:
    """Print what follows from the case at a path; code 2 and a sentence when that cannot be read."""
    try:
        print(as_text(derive(casefile.read(archive.read_case(Path(arguments[0]))))))
    except Malformed as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
