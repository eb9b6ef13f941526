"""Assessment on the command line: explain, replay, refold, the rules; from the logs of this machine or from a file."""

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contracts.catalogue import SERVICES
from contracts.identifiers import format_instant
from services.cli_failures import administer, sentences

if TYPE_CHECKING:
    from services.assessment.replay.county_proof import CountyRefold
    from services.assessment.replay.pages import Source
    from services.runtime.settings import Settings as Configured

EventsFile = Annotated[Path | None, typer.Option(help="Event lines instead of the logs of this machine.")]
Disclosures = Annotated[Path | None, typer.Option(help="What opens the digests.")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="parameter=value")]


def add_assessment(app: typer.Typer) -> None:
    """Add every command of this module."""
    for command in (explain, replay, refold):
        app.command()(command)


@contextmanager
def lines_and_disclosures(events: Path | None, disclosures: Path | None) -> Iterator[tuple[Path, Path | None]]:
    """The files given, or an export of this machine's logs in a folder that nobody else can read."""
    if events is not None:
        yield events, disclosures
        return
    from services.runtime import exporting

    with tempfile.TemporaryDirectory(prefix="zhucun-") as private:
        lines, opened = Path(private) / "events.jsonl", Path(private) / "disclosures"
        with lines.open("wb") as out:
            administer(lambda settings: exporting.export(settings, SERVICES, out, opened))
        yield lines, opened


@sentences
def explain(
    person: str,
    year: int,
    events: EventsFile = None,
    disclosures: Disclosures = None,
    as_of: Annotated[str | None, typer.Option(help="Instant or date.")] = None,
) -> None:
    """Every finding of one person-year: the clause word for word, parameters, days, event ids."""
    from services.assessment.replay import offline

    with lines_and_disclosures(events, disclosures) as (lines, opened):
        typer.echo(offline.explain(lines, person, year, disclosures=opened, as_of=as_of))


@sentences
def replay(
    person: str,
    year: int,
    version: Annotated[int | None, typer.Option(help="Number of the determination; the latest without it.")] = None,
    events: EventsFile = None,
    disclosures: Disclosures = None,
    settings: Settings = None,
    now: Annotated[str | None, typer.Option(help="Instant or date of the question; this moment without it.")] = None,
    search: Annotated[bool, typer.Option(help="Look for the smallest sets of facts that change the outcome.")] = True,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """One determination again: facts and rules then and now, what made the difference, what came later."""
    from services.assessment.fold.fold import canonical_bytes
    from services.assessment.replay.exported import replay_file
    from services.assessment.replay.text import replay_text

    asked = now or format_instant(datetime.now(UTC))
    with lines_and_disclosures(events, disclosures) as (lines, opened):
        found = replay_file(
            lines, person, year, now=asked, version=version, settings=settings or (), disclosures=opened, search=search
        )
    if as_json:
        sys.stdout.buffer.write(canonical_bytes(found) + b"\n")
    else:
        typer.echo(replay_text(found))


@sentences
def refold(
    year: Annotated[int | None, typer.Option(help="Every closed year without it.")] = None,
    county: Annotated[str | None, typer.Option(help="Six-digit code; every county without it.")] = None,
    events: EventsFile = None,
    disclosures: Disclosures = None,
    metrics: Annotated[Path | None, typer.Option(help="File for metrics, of a textfile collector.")] = None,
) -> None:
    """Closed years again from the stored bytes, compared with what was decided; code 1 when anything differs."""
    from services.assessment.replay import alarm
    from services.assessment.replay import refold as proof
    from services.assessment.replay.closed_years import closed_years
    from services.assessment.replay.export_pages import Export
    from services.assessment.replay.offline import read_disclosures
    from services.assessment.sealed_logs import SealedLogs
    from services.runtime import logging

    if county is not None and re.fullmatch("[0-9]{6}", county) is None:
        raise typer.BadParameter("县以六位代码写 / a county is written as six digits", param_hint="--county")
    logging.configure("auto", "info" if metrics else "error")

    def every_year(source: "Source", texts: Mapping[str, str], erased: frozenset[str]) -> "list[CountyRefold]":
        years = closed_years(source) if year is None else [year]
        return [one for of in years for one in proof.refold(source, of, county=county, texts=texts, erased=erased)]

    async def here(settings: "Configured") -> "list[CountyRefold]":
        with SealedLogs(settings) as logs:
            return every_year(logs, *logs.disclosures())

    if events is not None:
        opened = read_disclosures(disclosures) if disclosures is not None else ({}, frozenset[str]())
        results = every_year(Export(events), *opened)
    else:
        results = administer(here)
    typer.echo(proof.refold_text(results))
    alarm.say(results)
    if metrics is not None:
        alarm.write_metrics(results, metrics, datetime.now(UTC).timestamp())
    raise typer.Exit(1 if any(result.differences for result in results) else 0)
