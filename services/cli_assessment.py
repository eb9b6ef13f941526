"""Assessment on the command line: explain, replay, refold, the rules; from the logs of this machine or from a file."""

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
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
    from services.assessment.replay.roots import Vouched
    from services.runtime.settings import Settings as Configured

EventsFile = Annotated[Path | None, typer.Option(help="Event lines instead of the logs of this machine.")]
Disclosures = Annotated[Path | None, typer.Option(help="What opens the digests.")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="parameter=value")]
Checkpoints = Annotated[
    list[Path] | None, typer.Option("--checkpoint", help="Of a log, as you hold it: the events must lead to its root.")
]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="Whose signatures count under a checkpoint.")]
_SHOWN = 120


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


@contextmanager
def of_others(events: Path | None) -> Iterator[None]:
    """What somebody hands over may have any shape below the members that are checked by name: one sentence for it."""
    from services.assessment.fold.findings import FoldError
    from services.assessment.rules.rules import RulesError

    try:
        yield
    except (FoldError, RulesError, BrokenPipeError):
        raise
    except (LookupError, TypeError, AttributeError, ValueError, AssertionError, RecursionError) as error:
        if events is None:
            raise
        said = f"{type(error).__name__}: {str(error)[:_SHOWN]}"
        raise FoldError(f"{events}: 内容不是任何日志所有 it holds what no log of ours holds ({said})") from error
    except OSError as error:
        if events is None:
            raise
        where = error.filename or f"写出结果或 {tempfile.gettempdir()} 中的临时文件 results, or temporary files there"
        raise FoldError(f"{where}: {error.strerror}") from error


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

    with of_others(events), lines_and_disclosures(events, disclosures) as (lines, opened):
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
    checkpoints: Checkpoints = None,
    policy: PolicyFile = None,
) -> None:
    """One determination again: facts and rules then and now, what made the difference, what came later.

    Code 1 when it does not come out as recorded, or the file of events is not the log that was decided on.
    """
    from services.assessment.fold.fold import canonical_bytes
    from services.assessment.replay.exported import replay_file
    from services.assessment.replay.text import replay_text

    asked = now or format_instant(datetime.now(UTC))
    with of_others(events), lines_and_disclosures(events, disclosures) as (lines, opened):
        trees = _trees(events, checkpoints, policy)
        found = replay_file(
            lines, person, year, now=asked, version=version, settings=settings or (), disclosures=opened, search=search
        )
    if as_json:
        sys.stdout.buffer.write(canonical_bytes(found) + b"\n")
    else:
        typer.echo(replay_text(found))
    if any(tree.wrong for tree in trees) or (found["differs"] and not found["undetermined"]):
        raise typer.Exit(1)


def _trees(events: Path | None, checkpoints: Sequence[Path] | None, policy: Path | None) -> "Sequence[Vouched]":
    """Of a file of events: how far each log in it leads to roots that are recorded, or held by whoever asks. Said."""
    from services.assessment.replay.export_pages import Export
    from services.assessment.replay.roots import held, vouched

    if events is None:
        if checkpoints or policy:
            raise typer.BadParameter("只核对所给的事件文件 it is for a file of events", param_hint="--checkpoint")
        return ()
    trees = vouched(Export(events), held(checkpoints or (), policy))
    for tree in trees:
        typer.echo(tree.sentence, err=True)
    return trees


@sentences
def refold(
    year: Annotated[int | None, typer.Option(help="Every closed year without it.")] = None,
    county: Annotated[str | None, typer.Option(help="Six-digit code; every county without it.")] = None,
    events: EventsFile = None,
    disclosures: Disclosures = None,
    metrics: Annotated[Path | None, typer.Option(help="File for metrics, of a textfile collector.")] = None,
    checkpoints: Checkpoints = None,
    policy: PolicyFile = None,
) -> None:
    """Closed years again from the stored bytes, compared with what was decided; code 1 when anything differs.

    A file of events is held against the roots that the determinations name, and must hold a closed year.
    """
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

    with of_others(events):
        trees = _trees(events, checkpoints, policy)
        if events is not None:
            opened = read_disclosures(disclosures) if disclosures is not None else ({}, frozenset[str]())
            results = every_year(Export(events), *opened)
        else:
            results = administer(here)
    typer.echo(proof.refold_text(results))
    alarm.say(results)
    if metrics is not None:
        alarm.write_metrics(results, metrics, datetime.now(UTC).timestamp())
    if any(tree.wrong for tree in trees) or any(result.differences for result in results):
        raise typer.Exit(1)
    raise typer.Exit(2 if events is not None and not results else 0)
