"""The command `zhucun`. What goes wrong is one sentence and an exit code: 1 for the machine, 2 for the input."""

import json
import os
import signal
import sys
from datetime import timedelta
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

from contracts.catalogue import SERVICES
from services.cli_assessment import add_assessment, of_others
from services.cli_evidence import add_evidence
from services.cli_failures import administer, fail, one_of, sentences
from services.cli_operations import add_operations

app = typer.Typer(
    help="驻村 zhucun: from each fact to the yearly grade.", no_args_is_help=True, pretty_exceptions_enable=False
)
cases_app = typer.Typer(no_args_is_help=True)
rules_app = typer.Typer(no_args_is_help=True)
app.add_typer(cases_app, name="cases", help="Worked cases in YAML.")
app.add_typer(rules_app, name="rules", help="The measures: words, code, parameters, cases.")
add_operations(app)
add_assessment(app)
add_evidence(app)


@app.command()
@sentences
def run(
    once: Annotated[bool, typer.Option("--once", help="End after the table; 0 only if everything agreed.")] = False,
) -> None:
    """Servers, services, the demonstration county-year; then serve until stopped."""
    raise typer.Exit(_host(None, once=once, demonstrate=True))


@app.command()
@sentences
def serve(service: Annotated[str | None, typer.Argument(help="one service; all four without it")] = None) -> None:
    """Serve the four services, or one alone."""
    raise typer.Exit(_host(service, once=False, demonstrate=False))


def _host(only: str | None, *, once: bool, demonstrate: bool) -> int:
    from rich.console import Console

    from deploy.local.attachment import servers
    from deploy.local.main_job import demonstration, prepare, run_loop
    from deploy.local.main_job import serve as serve_until_stopped
    from services.registry import definitions
    from services.runtime import logging as logs
    from services.runtime.issuers import built_in_issuer

    # Until the event loop has its own handler, SIGTERM must leave through the context managers that stop the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hosted = definitions(only)
    console = Console()
    try:
        with servers() as (settings, stack):
            logs.configure(settings.log_format, settings.log_level or ("warning" if demonstrate else "info"))
            for line in stack.described if stack else ():
                console.print(line, soft_wrap=True)
            job = demonstration() if demonstrate else None
            if demonstrate:
                built_in_issuer(settings)

            async def main() -> int:
                if settings.embedded and (stack is not None or demonstrate):
                    await prepare(settings, definitions())
                return await serve_until_stopped(settings, stack, hosted, console, job=job, once=once)

            return run_loop(main())
    except KeyboardInterrupt:
        return 130


@app.command()
@sentences
def export(
    log: Annotated[list[str] | None, typer.Option(help="Service whose log to export; all four without it.")] = None,
    disclosures: Annotated[Path | None, typer.Option(help="File for what opens the digests.")] = None,
) -> None:
    """Write the exact bytes of every sealed event to standard output, one per line."""
    from services.runtime import exporting

    logs = [one_of(name) for name in log or SERVICES]
    count = administer(lambda settings: exporting.export(settings, logs, sys.stdout.buffer, disclosures))
    typer.echo(f"{count} events", err=True)


@app.command()
@sentences
def assess(
    events: Annotated[Path, typer.Option(help="Event lines, `-` for standard input.")],
    year: Annotated[int, typer.Option()],
    county: Annotated[str | None, typer.Option(help="Six-digit code.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Instant, or date meaning the end of that Beijing day.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="parameter=value")] = None,
    disclosures: Annotated[Path | None, typer.Option(help="What opens the digests.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Fold a file of events for one year: no server, no network, no clock."""
    from services.assessment.replay import offline

    folded = offline.assessed(
        events, year, county=county, as_of=as_of, settings=settings or (), disclosures=disclosures
    )
    with of_others(events), folded as result:
        if as_json:
            sys.stdout.buffer.writelines(offline.pieces(result))
            sys.stdout.buffer.write(b"\n")
        else:
            typer.echo(offline.summary(result))


@cases_app.command("run")
@sentences
def cases_run(paths: list[Path], as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Run worked cases; code 1 when one does not come out as written."""
    from services.assessment.cases import cases
    from services.registry import services_of_cases

    report = cases.run_cases(paths, services_of_cases())
    typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1) if as_json else report.text())
    raise typer.Exit(report.exit_code)


@rules_app.command("show")
@sentences
def rules_show(
    article: str, cases: Annotated[Path, typer.Option(help="Folder of worked cases.")] = Path("tests/cases")
) -> None:
    """One clause: its words, gloss, code, history of its parameters, and the cases that exercise it."""
    from services.assessment.rules.pages import show

    typer.echo(show(article, cases), nl=False)


@rules_app.command("weave")
@sentences
def rules_weave(out: Annotated[Path, typer.Option("-o", "--out", help="The page.")] = Path("rules.html")) -> None:
    """Write the page that a legal officer signs off: the text on the left, what it is here on the right."""
    from services.assessment.rules.pages import weave

    out.write_text(weave(), encoding="utf-8")
    typer.echo(str(out))


@app.command()
@sentences
def token(person: str, hours: Annotated[int, typer.Option(min=1, max=720)] = 12) -> None:
    """A bearer token for a person, from the built-in issuer (embedded mode only)."""
    from services.runtime.issuers import built_in_issuer
    from services.runtime.settings import read_settings

    issuer = built_in_issuer(read_settings(dict(os.environ)))
    try:
        typer.echo(issuer.token(person, lifetime=timedelta(hours=hours)))
    except ValueError as error:
        fail(str(error), 2)


@app.command()
def version() -> None:
    """The version of this program."""
    typer.echo(f"zhucun {installed_version('zhucun')}, python {sys.version.split()[0]}")
