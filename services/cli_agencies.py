"""`zhucun agency …` and `zhucun subscribe`: other agencies, from both sides."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer

from services.cli_failures import administer, fail, sentences

BEIJING = timezone(timedelta(hours=8))

agency_app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="lower-case words joined by hyphens")]
Out = Annotated[Path | None, typer.Option(help="Credentials file to write; NAME.creds without it.")]
Expires = Annotated[str | None, typer.Option(help="Last Beijing day on which the credentials are good.")]
By = Annotated[str | None, typer.Option(help="The registry keeper who decides it (elsewhere: ZHUCUN_TOKEN).")]
Place = Annotated[list[str] | None, typer.Option(help="Place code, city to village; may be repeated.")]
Organisation = Annotated[str | None, typer.Option(help="The unit itself, for a role that sees own people.")]


def add_agencies(app: typer.Typer) -> None:
    """Add the group and the command."""
    app.add_typer(agency_app, name="agency", help="Other agencies that subscribe to events.")
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)(
        subscribe
    )


@agency_app.command("add")
@sentences
def agency_add(
    name: Name,
    role: Annotated[str, typer.Option(help="Row of the matrix in contracts/scopes.yaml: DU, CZ, CO, XF …")],
    place: Place = None,
    organisation: Organisation = None,
    store: Annotated[int | None, typer.Option(min=1, help="MB of its server's disk that it may take.")] = None,
    expires: Expires = None,
    out: Out = None,
    by: By = None,
) -> None:
    """Keys, account, stream and durable of its own, and one file with its credentials."""
    from services.agencies import administration

    file, until = out or Path(f"{name}.creds"), _end_of(expires)
    agency = administer(
        lambda settings: administration.add(
            settings,
            name,
            role=role,
            places=place or (),
            organisation=organisation,
            expires=until,
            out=file,
            by=by,
            store_mb=store,
        )
    )
    typer.echo(f"{agency.name}: {agency.scope.row.title}, log {agency.origin}, credentials in {file}")


@agency_app.command("change")
@sentences
def agency_change(name: Name, place: Place = None, organisation: Organisation = None, by: By = None) -> None:
    """Another scope under the same role, all its places named; what is new comes from event zero on."""
    from services.agencies import administration

    agency = administer(
        lambda settings: administration.change(settings, name, places=place or (), organisation=organisation, by=by)
    )
    typer.echo(f"{name}: {agency.scope.row.title}, {','.join(agency.scope.places) or agency.scope.organisation}")


@agency_app.command("list")
@sentences
def agency_list(
    check: Annotated[bool, typer.Option("--check", help="Code 1 when an agency is behind for too long.")] = False,
) -> None:
    """Every agency, what it sees, what it has acknowledged, and how far it is behind."""
    from services.agencies import administration
    from services.runtime.settings import Settings

    async def look(settings: Settings) -> tuple[list[str], bool]:
        now = datetime.now(UTC)
        lines, late = [], False
        for agency, receipt in await administration.listed(settings):
            state = "active" if agency.admitted(now) else "revoked" if agency.revoked else "expired"
            sees = ",".join(agency.scope.places) or agency.scope.organisation or "everything"
            line = f"{agency.name}  {agency.scope.row.role}  {sees}  {state}"
            if receipt is not None:
                line += f"  acknowledged {receipt.acknowledged} of {receipt.published}"
                if receipt.behind_since is not None:
                    line += f", behind since {receipt.behind_since:%Y-%m-%dT%H:%M:%SZ}"
                overdue = state == "active" and receipt.late(now, settings.agency_patience)
                late |= overdue
                line += "  LATE" if overdue else ""
            lines.append(line)
        return lines, late

    lines, late = administer(look)
    typer.echo("\n".join(lines) or "no agency subscribes")
    if check and late:
        raise typer.Exit(1)


@agency_app.command("revoke")
@sentences
def agency_revoke(name: Name, by: By = None) -> None:
    """Its credentials are good no more and its connections end; what it was sent stays on record."""
    from services.agencies import administration

    administer(lambda settings: administration.revoke(settings, name, by=by))
    typer.echo(f"{name}: shut out")


@agency_app.command("rotate")
@sentences
def agency_rotate(
    name: Name,
    expires: Expires = None,
    out: Out = None,
    scope_key: Annotated[bool, typer.Option("--scope-key", help="Another key for the scope's log, too.")] = False,
    by: By = None,
) -> None:
    """Other credentials for the same scope; the old ones are good no more."""
    from services.agencies import administration

    file, until = out or Path(f"{name}.creds"), _end_of(expires)
    administer(
        lambda settings: administration.rotate(settings, name, expires=until, out=file, by=by, scope_key=scope_key)
    )
    typer.echo(f"{name}: new credentials in {file}")


@agency_app.command("adopt")
@sentences
def agency_adopt(name: Name) -> None:
    """Say that no other copy of the scope's log was signed further: its state file is set anew."""
    from services.agencies import administration

    state = administer(lambda settings: administration.adopt(settings, name))
    typer.echo(f"{name}: adopted at {state.size} entries, root {state.root.hex()}")


@agency_app.command("refill")
@sentences
def agency_refill(name: Name) -> None:
    """Empty an agency's stream, whatever the agency has put into it, and have it filled again; nothing is lost."""
    from services.agencies import administration

    administer(lambda settings: administration.refill(settings, name))
    typer.echo(f"{name}: emptied; the publisher fills it again")


@agency_app.command("enlarge")
@sentences
def agency_enlarge(
    name: Name,
    store: Annotated[int, typer.Option(min=1, help="MB of its server's disk that it may take from now on.")],
) -> None:
    """More disk for an agency whose stream is full; what waits is then delivered."""
    from services.agencies import administration

    administer(lambda settings: administration.enlarge(settings, name, store))
    typer.echo(f"{name}: {store} MB")


@agency_app.command("apply")
@sentences
def agency_apply() -> None:
    """Accounts, streams and durables as the list of agencies says; after a loss, an expiry, or by hand."""
    from services.agencies import administration

    typer.echo("\n".join(administer(administration.apply)) or "everything stands as it should")


@agency_app.command("serve")
@sentences
def agency_serve() -> None:
    """The publisher alone, where the services run elsewhere (`zhucun run` and `zhucun serve` bring their own)."""
    from services.agencies.hosting import published_alone
    from services.runtime import logging as logs
    from services.runtime.serving import stop_requested
    from services.runtime.settings import Settings

    async def serve(settings: Settings) -> None:
        logs.configure(settings.log_format, settings.log_level or "info")
        async with stop_requested() as stop, published_alone(settings) as address:
            typer.echo(f"发布就绪 publishing; /readyz and /metrics at {address}/")
            await stop.wait()

    administer(serve)


@sentences
def subscribe(context: typer.Context) -> None:
    """Receive and check a scope with one credentials file (the subscriber kit; `--help` says more)."""
    from contracts.subscriber.command import main

    raise typer.Exit(main(context.args, "zhucun subscribe"))


def _end_of(day: str | None) -> datetime | None:
    """The instant at which a Beijing day ends."""
    if day is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(), BEIJING) + timedelta(days=1)
    except ValueError:
        fail(f"{day!r} is no date", 2)
