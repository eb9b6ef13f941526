"""Administrative divisions by date: the demonstration's reference data in `contracts/divisions`."""

from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from contracts import plain_yaml
from contracts.identifiers import lies_in


@dataclass(frozen=True, slots=True)
class Division:
    """A county (6 digits) or township (9 digits) and the civil dates, both included, on which its code is in force."""

    code: str
    name: str
    name_en: str
    valid_from: date | None
    """None: since before the table begins."""
    valid_to: date | None
    """None: still in force."""
    verified: bool
    """False where the code was not checked against an official list."""
    source_note: str | None = None

    def in_force(self, day: date) -> bool:
        """Whether the division exists under this code on `day`."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_to is None or day <= self.valid_to)


def load_divisions() -> tuple[Division, ...]:
    """All divisions of the package's data, by code; raises ValueError when a file is malformed."""
    folder = resources.files("contracts") / "divisions"
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    found = [division for file in files for division in _read(file.read_text(encoding="utf-8"))]
    return tuple(sorted(found, key=lambda division: division.code))


def divisions_in(area: str, day: date) -> tuple[Division, ...]:
    """The divisions inside `area` (a code that is a prefix of theirs) that are in force on `day`, by code."""
    return tuple(item for item in load_divisions() if lies_in(item.code, area) and item.in_force(day))


def _read(text: str) -> list[Division]:
    document = plain_yaml.mapping(plain_yaml.load(text), "area", "level", "divisions")
    length = {"county": 6, "township": 9}[document["level"]]
    divisions = [_division(item) for item in document["divisions"]]
    for division in divisions:
        if len(division.code) != length or not lies_in(division.code, document["area"]):
            raise ValueError(f"{division.code} is no {document['level']} of {document['area']}")
    return divisions


def _division(value: Any) -> Division:
    keys = ("code", "name", "name_en", "valid_from", "valid_to", "verified")
    return Division(**plain_yaml.mapping(value, *keys, optional=("source_note",)))
