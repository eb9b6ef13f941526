"""Which counties' years are closed, and on what they were decided: what a refold has to know before it reads.

Read from the log of assessment alone. Every determination of the year is laid aside under its person's name.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.assessment.replay.lenses import FINALISED, QUOTA_COMPUTED
from services.assessment.replay.pages import Page, Source
from services.assessment.replay.replay import PARAMETERS_RECORDED
from services.assessment.replay.shelf import Shelf

_LOG = ("assessment",)
_OF_ONE = ("findings", "manifest")
"""Members of a determination that are about the person, and long."""
_WANTED = tuple(f'"type":"{name}"'.encode() for name in (FINALISED, QUOTA_COMPUTED, PARAMETERS_RECORDED))


@dataclass(slots=True)
class ClosedYear:
    """One county's."""

    county: str
    quota: Mapping[str, Any]
    first: Mapping[str, Any] = field(default_factory=dict)
    """Of any first determination what is alike in all of them, for they were made at one moment on one basis."""
    later: list[tuple[str, int]] = field(default_factory=list)
    """Person and number of every determination that was issued anew."""

    @property
    def limits(self) -> dict[str, int]:
        """Log -> the size below which everything counted."""
        return {entry["origin"]: entry["size"] for entry in self.first["basis"]}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Code of the county -> its year, and digest -> the parameters that were recorded under it."""

    years: Mapping[str, ClosedYear]
    parameters: Mapping[str, Mapping[str, Any]]


def gathered(source: Source, year: int, county: str | None, shelf: Shelf) -> Gathered:
    """The closed years of all counties, or of one. Raises FoldError."""
    years: dict[str, ClosedYear] = {}
    finals: dict[str, ClosedYear] = {}
    parameters: dict[str, Mapping[str, Any]] = {}
    for line in lines_with(source, _WANTED):
        event = json.loads(line)
        data = event["data"]
        if event["type"] == PARAMETERS_RECORDED:
            parameters[data["digest"]] = data["parameters"]
        elif data["year"] != year or county not in (None, data["county"]):
            continue
        elif event["type"] == QUOTA_COMPUTED:
            years[data["county"]] = ClosedYear(data["county"], data)
        else:
            one = finals.setdefault(data["county"], ClosedYear(data["county"], {}))
            if data["determination"] > 1:
                one.later.append((data["person"], data["determination"]))
            if not one.first and data["determination"] == 1:
                one.first = {member: value for member, value in data.items() if member not in _OF_ONE}
            shelf.note(data["person"], (data["county"], data["determination"], line))
    for code in years.keys() & finals.keys():
        found = finals[code]
        years[code] = ClosedYear(code, years[code].quota, found.first, found.later)
    return Gathered({code: one for code, one in sorted(years.items()) if one.first}, parameters)


def closed_years(source: Source) -> list[int]:
    """Every year that some county has closed."""
    return sorted({int(json.loads(line)["data"]["year"]) for line in lines_with(source, _WANTED[1:2])})


def finals_of(notes: Iterable[tuple[Any, ...]]) -> dict[str, bytes]:
    """County -> the event with the first determination, among what was laid aside of a person."""
    return {county: line for county, determination, line in notes if determination == 1}


def lines_with(source: Source, kinds: tuple[bytes, ...]) -> Iterator[bytes]:
    """The events of assessment that have one of some texts in their bytes."""
    for page in source.pages(_LOG):
        for line in lines_of(page):
            if any(kind in line for kind in kinds):
                yield line


def lines_of(page: Page) -> list[bytes]:
    """Line by line."""
    return bytes(page.lines).removesuffix(b"\n").split(b"\n")
