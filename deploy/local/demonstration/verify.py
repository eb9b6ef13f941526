"""Whether everything agrees: services' views, the offline fold of the export, the table made by hand, counts, roots."""

import asyncio
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.assessment import Grade
from contracts.catalogue import SERVICES
from contracts.identifiers import Role
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.client import Connection
from deploy.local.demonstration.expectations import Expected, Table
from deploy.local.demonstration.loader import FOLLOWS

AFTERWARDS = "2018-02-01T09:00:00+08:00"
"""The simulated instant of the queries: the year and its horizon are over, the results are final."""
SETTLE_SECONDS = 60.0
ZHUCUN = (sys.executable, "-c", "from services.cli import app; app()")

Person = Mapping[str, Any]


class CannotVerify(Exception):
    """A source of the comparison cannot be had: one sentence."""


@dataclass(slots=True)
class Verified:
    """What was compared. `fold` is the offline fold of the exported events."""

    fold: dict[str, Any] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)
    disagreements: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the comparison gets its values: a running process and its means."""

    url: str
    token: Callable[[str], str]
    counts: Callable[[], Awaitable[Mapping[str, Any]]]
    """Service -> accepted, sealed, published, consumed by origin."""
    origin_of: Callable[[str], str]


async def verify(sources: Sources, cast: Cast, table: Table) -> Verified:
    """Compare everything with everything; the disagreements are sentences. Raises CannotVerify."""
    verified = Verified()
    verified.counts, wrong = await settled_counts(sources)
    verified.disagreements += wrong
    with tempfile.TemporaryDirectory(prefix="zhucun-verify-") as private:
        folding = asyncio.create_task(_fold(Path(private), table))
        views = asyncio.create_task(_views(sources, cast, table))
        checks = asyncio.create_task(_log_checks())
        try:
            verified.fold, earlier = await folding
            summary, year = await views
            verified.roots, broken = await checks
        finally:
            for task in (folding, views, checks):
                task.cancel()
            await asyncio.gather(folding, views, checks, return_exceptions=True)
    people = verified.fold["persons"]
    verified.disagreements += broken
    verified.disagreements += compare_summary(people, summary)
    verified.disagreements += compare_year(verified.fold, table.county, year)
    verified.disagreements += compare_table(verified.fold, table)
    verified.disagreements += compare_earlier(earlier, table)
    verified.disagreements += compare_ordinary(people, cast)
    return verified


async def settled_counts(sources: Sources) -> tuple[dict[str, Any], list[str]]:
    """Counts once nothing moves any more, and what does not add up: accepted = sealed = published = consumed."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SETTLE_SECONDS
    while True:
        counts = dict(await sources.counts())
        wrong = list(_gaps(sources, counts))
        if not wrong or loop.time() >= deadline:
            return counts, wrong
        await asyncio.sleep(0.1)


def _gaps(sources: Sources, counts: Mapping[str, Any]) -> Iterable[str]:
    for service, count in counts.items():
        if not count.accepted == count.sealed == count.published:
            yield f"{service}: accepted {count.accepted}, sealed {count.sealed}, published {count.published}"
        for source in FOLLOWS[service][1:]:
            consumed = count.consumed.get(sources.origin_of(source), 0)
            if consumed != counts[source].published:
                yield f"{service} consumed {consumed} events of {source}, which published {counts[source].published}"


async def _run(*arguments: str) -> tuple[int, str, str]:
    """A `zhucun` command in a process of its own: code, output, errors."""
    process = await asyncio.create_subprocess_exec(
        *ZHUCUN,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    try:
        output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output.decode(), errors.decode()


async def _fold(private: Path, table: Table) -> tuple[dict[str, Any], dict[int, Any]]:
    """The year and the earlier years of the table, from `zhucun export` and `zhucun assess`."""
    events, opened = private / "events.jsonl", private / "disclosures"
    process = await asyncio.create_subprocess_exec(
        *ZHUCUN, "export", "--disclosures", str(opened), stdout=events.open("wb"), stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    if process.returncode:
        raise CannotVerify(f"zhucun export: {errors.decode().strip()}")

    async def assess(year: int) -> dict[str, Any]:
        common = ("assess", "--events", str(events), "--disclosures", str(opened), "--year", str(year), "--json")
        code, output, wrong = await _run(*common)
        if code:
            raise CannotVerify(f"zhucun assess: {wrong.strip()}")
        result: dict[str, Any] = json.loads(output)
        return result

    return await assess(table.year), {year: await assess(year) for year in table.earlier}


async def _log_checks() -> tuple[list[str], list[str]]:
    """`zhucun log fsck` of every log: what it says, and what is wrong."""
    said, wrong = [], []
    for service in SERVICES:
        code, output, errors = await _run("log", "fsck", service)
        said.append(output.strip())
        if code:
            wrong.append(f"zhucun log fsck {service}: {errors.strip()}")
    return said, wrong


async def _views(sources: Sources, cast: Cast, table: Table) -> tuple[dict[str, Person], Mapping[str, Any]]:
    """The services' own views: the attendance sums by person, and the county's year."""
    token = sources.token(cast.officer(Role.COUNTY_OFFICE))
    headers = {"Authorization": f"Bearer {token}", "Zhucun-Simulated-Time": AFTERWARDS}
    connection = Connection(sources.url)
    answers = []
    try:
        for path in (
            f"/attendance/summary?place={table.county}&year={table.year}",
            f"/assessment/year/{table.county}/{table.year}",
        ):
            answer = await connection.request("GET", path, headers)
            if answer.status != 200:
                raise CannotVerify(f"{path}: {answer.status} {answer.body.decode(errors='replace')}")
            answers.append(answer.json())
    finally:
        await connection.close()
    summary, year = answers
    return {person["person"]: person for person in summary["persons"]}, year


def compare_summary(people: Mapping[str, Person], summary: Mapping[str, Person]) -> list[str]:
    """The attendance service's own sums against the fold's."""
    wrong = [f"{person}: in one of attendance view and fold only" for person in sorted(people.keys() ^ summary.keys())]
    pairs = (("posted_days", "days_so_far"), ("on_post_days",) * 2, ("leave_days",) * 2, ("absences",) * 2)
    for person in sorted(people.keys() & summary.keys()):
        for folded, shown in pairs:
            if people[person][folded] != summary[person][shown]:
                wrong.append(f"{person}: {shown} {summary[person][shown]} in the view, {people[person][folded]} folded")
    return wrong


def compare_year(fold: Mapping[str, Any], county: str, year: Mapping[str, Any]) -> list[str]:
    """The determinations that were recorded against the fold: same list, outcome and grounds, and a final year.

    A ground that leads to no disqualification (D3 beside leave of more than half a year) is folded, not determined.
    """
    wrong = [] if year["state"] and year["state"]["final"] else [f"{county}: the year is not final"]
    determined = {person["person"]: person for person in year["persons"]}
    listed = {person for person, shown in fold["persons"].items() if shown["listed"]}
    wrong += [f"{person}: on one of both object lists only" for person in sorted(listed ^ determined.keys())]
    for person in sorted(listed & determined.keys()):
        shown, recorded = fold["persons"][person], determined[person]
        disqualifying = shown["grounds"] if shown["outcome"] == Grade.INCOMPETENT else []
        for name, folded in (("outcome", shown["outcome"]), ("grounds", disqualifying)):
            if folded != recorded[name]:
                wrong.append(f"{person}: {name} {recorded[name]} determined, {folded} folded")
    return wrong


_SHOWN = {
    "posted": "posted_days",
    "on_post": "on_post_days",
    "leave": "leave_days",
    "absent": "absences",
    "longest_run": "longest_run",
    "carry_in": "carry_in_run",
    "outcome": "outcome",
}


def compare_table(fold: Mapping[str, Any], table: Table) -> list[str]:
    """The table made by hand against the fold, person by person, and the county's list and places."""
    wrong = []
    for person, row in table.people.items():
        shown = fold["persons"].get(person)
        wrong += [f"{person} {row.name}: not folded"] if shown is None else _compare_row(person, row, shown)
    quota = fold["counties"][table.county]["quota"]
    if (quota["objects"], quota["maximum"], quota["waiting_tie"]) != (table.objects, table.maximum, []):
        wrong.append(f"quota: expected {table.objects} objects and {table.maximum} places, got {quota}")
    outcomes = Counter(shown["outcome"] for shown in fold["persons"].values() if shown["listed"])
    if outcomes != Counter(table.outcomes):
        wrong.append(f"outcomes: expected {dict(table.outcomes)}, got {dict(outcomes)}")
    return wrong


def _compare_row(person: str, row: Expected, shown: Person) -> list[str]:
    wrong = []
    for name, folded in _SHOWN.items():
        if getattr(row, name) != shown[folded]:
            wrong.append(f"{person} {row.name}: expected {name} {getattr(row, name)}, got {shown[folded]}")
    if list(row.grounds) != shown["grounds"]:
        wrong.append(f"{person} {row.name}: expected grounds {list(row.grounds)}, got {shown['grounds']}")
    missing = set(row.flags) - set(shown["flags"])
    if missing:
        wrong.append(f"{person} {row.name}: the flags {sorted(missing)} are missing from {shown['flags']}")
    return wrong


def compare_earlier(earlier: Mapping[int, Any], table: Table) -> list[str]:
    """The grounds of earlier years that the table names."""
    wrong = []
    for year, people in table.earlier.items():
        for person, grounds in people.items():
            found = earlier[year]["persons"][person]["grounds"]
            if found != list(grounds):
                wrong.append(f"{person}: expected grounds {list(grounds)} in {year}, got {found}")
    return wrong


def compare_ordinary(people: Mapping[str, Person], cast: Cast) -> list[str]:
    """Everybody else was planned without any ground and gets what the township proposed."""
    wrong = []
    for person, life in cast.lives.items():
        if person not in cast.named:
            shown = people[person]
            if shown["grounds"] or shown["outcome"] != life.grade:
                wrong.append(f"{person}: expected {life.grade}, got {shown['outcome']} {shown['grounds']}")
    return wrong
