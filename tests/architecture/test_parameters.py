"""A parameter that two places need has the same values in both (decision 10)."""

from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from tests.architecture.source import ROOT, SERVICES

FOLD = ROOT / "services/assessment/parameters/kunming-2016-1.yaml"


def dated(path: Path) -> dict[str, list[tuple[str, Any]]]:
    """Name -> which way a county may go, then (first day, value) in order, of either form of file."""
    document = yaml.safe_load(path.read_text("utf-8"))
    entries = document.get("parameters", document)
    return {
        name: [
            ("stricter", entry.get("stricter")),
            *sorted((str(v.get("valid_from", v.get("from"))), v["value"]) for v in entry["values"]),
        ]
        for name, entry in entries.items()
    }


def test_a_parameter_that_two_places_need_has_the_same_values_in_both() -> None:
    files = [FOLD, *(ROOT / "services" / service / "parameters.yaml" for service in SERVICES)]
    found = {path: dated(path) for path in files}
    shared = 0
    for one, other in combinations(files, 2):
        for name in found[one].keys() & found[other].keys():
            shared += 1
            assert [str(entry) for entry in found[one][name]] == [str(entry) for entry in found[other][name]], (
                f"{name} differs between {one.relative_to(ROOT)} and {other.relative_to(ROOT)}"
            )
    assert shared, "nothing is compared any more"
