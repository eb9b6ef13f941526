"""Operations of `zhucun`: databases, bus, views, the first registry keeper. Logs have a module of their own."""

import json
import os
from typing import Annotated

import typer

from services.cli_agencies import add_agencies
from services.cli_failures import administer, one_of, sentences
from services.cli_logs import log_app
from services.cli_witness import witness_app

bus_app, db_app, relay_app, view_app, keys_app = (typer.Typer(no_args_is_help=True) for _ in range(5))

Service = Annotated[str, typer.Argument(help="attendance, personnel, assessment or finance")]


def add_operations(app: typer.Typer) -> None:
    """Add every group and command of this module."""
    app.add_typer(bus_app, name="bus", help="Streams and durable consumers.")
    app.add_typer(db_app, name="db", help="Databases and their schemas.")
    app.add_typer(relay_app, name="relay", help="What is published on the bus.")
    app.add_typer(log_app, name="log", help="The sealed log of one service.")
    app.add_typer(witness_app, name="witness", help="A witness of the logs of others.")
    app.add_typer(view_app, name="view", help="Views made from the logs.")
    app.add_typer(keys_app, name="keys", help="Signing keys of the logs.")
    add_agencies(app)
    app.command()(bootstrap)
    app.command()(doctor)
    app.command()(upgrade)
    app.command()(rebuild)


@db_app.command("apply")
@sentences
def db_apply() -> None:
    """Create or bring forward the database of each service."""
    from services.agencies import database as agencies
    from services.registry import definitions
    from services.runtime.administration import apply_databases
    from services.runtime.settings import Settings

    async def apply(settings: Settings) -> None:
        await apply_databases(settings, definitions())
        await agencies.apply_database(settings)

    administer(apply)


@bus_app.command("apply")
@sentences
def bus_apply(repair: Annotated[bool, typer.Option("--repair", help="Set right what differs.")] = False) -> None:
    """Create the streams and durables and compare those that are there."""
    from services.registry import definitions
    from services.runtime.administration import apply_bus

    done = administer(lambda settings: apply_bus(settings, definitions(), repair=repair))
    typer.echo("\n".join(done) or "everything stands as declared")


@bus_app.command("resources")
@sentences
def bus_resources(replicas: Annotated[int, typer.Option(min=1, max=5)] = 3) -> None:
    """Print the streams and durables as resources of Kubernetes (NACK), for kubectl apply or a chart."""
    import yaml

    from services.ledger.bus_resources import resources
    from services.registry import definitions
    from services.runtime.administration import READERS, consumers_of

    made = resources(consumers_of(definitions()), readers=READERS, replicas=replicas)
    typer.echo(yaml.safe_dump(made, sort_keys=False, allow_unicode=True), nl=False)


@keys_app.command("make")
@sentences
def keys_make(service: Annotated[str | None, typer.Argument(help="one service; all four without it")] = None) -> None:
    """Make the signing keys that are missing (ZHUCUN_KEY_DIR) and write their public halves (ZHUCUN_VKEY_DIR)."""
    from services.registry import definitions
    from services.runtime.administration import make_missing_keys
    from services.runtime.settings import read_settings

    for vkey in make_missing_keys(read_settings(dict(os.environ)), definitions(service)):
        typer.echo(vkey)


@sentences
def doctor(
    service: Annotated[str | None, typer.Argument(help="one service; all four without it")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Look at every dependency, version, clock, disk, key, role, stream and lag; code 1 when something is wrong."""
    from services.agencies import database as agencies
    from services.registry import definitions
    from services.runtime.doctor.examination import examine
    from services.runtime.doctor.findings import State, exit_code

    readers = {agencies.NAME: agencies.TABLES} if service is None else {}
    found = administer(lambda settings: examine(settings, definitions(service), readers))
    if as_json:
        typer.echo(json.dumps([item.as_json() for item in found], ensure_ascii=False, indent=1))
    else:
        marks = {State.FINE: "  ", State.ODD: "? ", State.WRONG: "! "}
        for item in found:
            typer.echo(f"{marks[item.state]}{item.what}: {item.said}")
            if item.remedy:
                typer.echo(f"    → {item.remedy}")
    raise typer.Exit(exit_code(found))


@sentences
def upgrade(
    check: Annotated[bool, typer.Option("--check", help="Only say what would be done and what is in the way.")] = False,
) -> None:
    """Bring databases and bus to this program; with `--check` change nothing, code 1 when something is in the way."""
    from services.agencies import database as agencies
    from services.registry import definitions
    from services.runtime import upgrading
    from services.runtime.settings import Settings

    found = administer(lambda settings: upgrading.plan(settings, definitions(), {agencies.NAME: agencies.TABLES}))
    for step in found.steps:
        typer.echo(f"  {step}")
    for obstacle in found.obstacles:
        typer.echo(f"! {obstacle}")
    if not found.steps and not found.obstacles:
        typer.echo("nothing to do")
    if check or found.obstacles:
        raise typer.Exit(found.exit_code)

    async def bring_forward(settings: Settings) -> None:
        await agencies.apply_database(settings)
        typer.echo("database agency: brought forward")
        await upgrading.upgrade(settings, definitions(), typer.echo)

    administer(bring_forward)


@sentences
def bootstrap(
    person: str,
    area: Annotated[str, typer.Option(help="Area of the keeper: city (4 digits) to village (12).")] = "5301",
    at: Annotated[str | None, typer.Option(help="Simulated instant, demonstration logs only.")] = None,
) -> None:
    """Grant the very first registry keeper; refused as soon as there is one."""
    from services.runtime import administration

    typer.echo(administer(lambda settings: administration.bootstrap(settings, person, area, at=at)))


@relay_app.command("refill")
@sentences
def relay_refill(log: Service) -> None:
    """Delete and recreate the stream of a log and publish it anew from index 0."""
    from services.registry import definitions
    from services.runtime.log_care import refill

    size = administer(lambda settings: refill(settings, one_of(log), definitions()))
    typer.echo(f"{log}: {size} events are on the bus again")


Accept = Annotated[bool, typer.Option("--accept", help="Switch although the rows differ.")]


@view_app.command("list")
@sentences
def view_list() -> None:
    """Print every view that can be rebuilt, with the service that keeps it."""
    from services.registry import definitions
    from services.runtime.log_care import views_of

    for definition in definitions():
        typer.echo("\n".join(f"{definition.name}/{view}" for view in views_of(definition)))


@sentences
def rebuild(
    view: Annotated[str, typer.Argument(help="VIEW, or SERVICE/VIEW where several services keep one of that name.")],
    accept: Accept = False,
) -> None:
    """Build a view anew beside the current one, compare, switch. It may be interrupted: the current one stays."""
    from services.registry import definitions
    from services.runtime.log_care import keeper_of

    _rebuild(*keeper_of(view, definitions()), accept=accept)


@view_app.command("rebuild")
@sentences
def view_rebuild(service: Service, view: str, accept: Accept = False) -> None:
    """The same, with the service named apart."""
    _rebuild(one_of(service), view, accept=accept)


def _rebuild(service: str, view: str, *, accept: bool) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from services.registry import definition
    from services.runtime.log_care import rebuild_view

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(f"{service} {view}", total=None)
        done = administer(
            lambda settings: rebuild_view(
                settings,
                definition(service),
                view,
                accept=accept,
                told=lambda applied, total: progress.update(bar, completed=applied, total=total),
            )
        )
    typer.echo(f"{done.view}: generation {done.generation}, {sum(done.applied.values())} events applied")
    for difference in done.differences:
        typer.echo(difference)
