"""Operations of `zhucun`: databases, bus, logs, views, the first registry keeper."""

from typing import Annotated

import typer

from services.cli_agencies import add_agencies
from services.cli_failures import administer, fail, one_of, sentences

bus_app, db_app, relay_app, log_app, view_app = (typer.Typer(no_args_is_help=True) for _ in range(5))

Service = Annotated[str, typer.Argument(help="attendance, personnel, assessment or finance")]


def add_operations(app: typer.Typer) -> None:
    """Add every group and command of this module."""
    app.add_typer(bus_app, name="bus", help="Streams and durable consumers.")
    app.add_typer(db_app, name="db", help="Databases and their schemas.")
    app.add_typer(relay_app, name="relay", help="What is published on the bus.")
    app.add_typer(log_app, name="log", help="The sealed log of one service.")
    app.add_typer(view_app, name="view", help="Views made from the logs.")
    add_agencies(app)
    app.command()(bootstrap)


@db_app.command("apply")
@sentences
def db_apply() -> None:
    """Create or bring forward the database of each service."""
    from services.agencies import administration as agencies
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


@log_app.command("checkpoint")
@sentences
def log_checkpoint(log: Service) -> None:
    """Print the latest signed checkpoint."""
    from services.runtime.log_care import checkpoint

    note = administer(lambda settings: checkpoint(settings, one_of(log)))
    if note is None:
        fail(f"the log {log} holds nothing yet")
    typer.echo(note, nl=False)


@log_app.command("fsck")
@sentences
def log_fsck(log: Service) -> None:
    """Derive the whole log again from its stored bytes; code 1 and the first difference when it is not as signed."""
    from services.runtime.log_care import check

    report = administer(lambda settings: check(settings, one_of(log)))
    typer.echo(f"{report.origin}: {report.size} events, {report.checkpoints} checkpoints, root {report.root.hex()}")
    if report.difference is not None:
        fail(f"{report.origin}: {report.difference}")


@log_app.command("adopt")
@sentences
def log_adopt(log: Service) -> None:
    """Say that no other database of this log was ever sealed further: its state file is set anew."""
    from services.runtime.log_care import adopt

    state = administer(lambda settings: adopt(settings, one_of(log)))
    typer.echo(f"{log}: adopted at size {state.size}, root {state.root.hex()}")


@view_app.command("rebuild")
@sentences
def view_rebuild(
    service: Service,
    view: str,
    accept: Annotated[bool, typer.Option("--accept", help="Switch although the rows differ.")] = False,
) -> None:
    """Build a view anew beside the current one, compare, switch."""
    from services.registry import definition
    from services.runtime.log_care import rebuild_view

    done = administer(lambda settings: rebuild_view(settings, definition(service), view, accept=accept))
    typer.echo(f"{done.view}: generation {done.generation}, {sum(done.applied.values())} events applied")
    for difference in done.differences:
        typer.echo(difference)
