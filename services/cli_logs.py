"""`zhucun log`: what a stranger, an auditor or an operator asks one sealed log for."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli_failures import administer, fail, one_of, sentences

if TYPE_CHECKING:
    from services.runtime.settings import Settings

log_app = typer.Typer(no_args_is_help=True)

Log = Annotated[str, typer.Argument(help="attendance, personnel, assessment or finance")]


Sm2 = Annotated[bool, typer.Option("--sm2", help="With the second key, SM2 with SM3 (needs openssl).")]


@log_app.command("checkpoint")
@sentences
def log_checkpoint(log: Log, sm2: Sm2 = False) -> None:
    """Print the latest signed checkpoint."""
    from services.runtime.log_care import checkpoint

    note = administer(lambda settings: checkpoint(settings, one_of(log), sm2=sm2))
    if note is None:
        fail(f"the log {log} holds nothing yet")
    typer.echo(note, nl=False)


@log_app.command("vkey")
@sentences
def log_vkey(
    log: Log, sm2: Sm2 = False, sm3: Annotated[bool, typer.Option("--sm3", help="That of the twin in SM3.")] = False
) -> None:
    """Print the public key that the log signs with, as others take it (a vkey)."""
    from services.runtime.keys import Keys

    async def vkey(settings: "Settings") -> str:
        keys, service = Keys(settings), one_of(log)
        if sm3:
            return keys.sm3_signer(service).vkey
        return keys.sm2_signer(service).vkey if sm2 else keys.vkey(service)

    typer.echo(administer(vkey))


@log_app.command("twin")
@sentences
def log_twin(log: Log) -> None:
    """Derive the log's twin in SM3 from its stored bytes and print its checkpoint, signed by SM2 (needs openssl)."""
    from services.runtime.log_care import twin

    typer.echo(administer(lambda settings: twin(settings, one_of(log))), nl=False)


@log_app.command("prove")
@sentences
def log_prove(
    log: Log,
    index: Annotated[int, typer.Argument(min=0)],
    size: Annotated[int | None, typer.Option(help="Below the checkpoint of this size instead of the latest.")] = None,
) -> None:
    """Print the proof of one event (tlog-proof)."""
    from services.runtime.log_care import prove

    typer.echo(administer(lambda settings: prove(settings, one_of(log), index, size)), nl=False)


@log_app.command("consistency")
@sentences
def log_consistency(
    log: Log, old: Annotated[int, typer.Argument(min=1)], new: Annotated[int, typer.Argument(min=1)]
) -> None:
    """Print the hashes that prove that the log of size NEW extends that of size OLD, one in base64 per line."""
    from services.runtime.log_care import consistency

    for node in administer(lambda settings: consistency(settings, one_of(log), old, new)):
        typer.echo(base64.b64encode(node).decode("ascii"))


@log_app.command("mirror")
@sentences
def log_mirror(log: Log, directory: Path) -> None:
    """Copy the whole log to DIRECTORY as tlog-tiles, or bring such a copy forward."""
    from services.runtime.log_care import mirror

    size, files = administer(lambda settings: mirror(settings, one_of(log), directory))
    typer.echo(f"{log}: {size} events, {files} files written")


@log_app.command("rotate")
@sentences
def log_rotate(log: Log) -> None:
    """Give the log a new key, with all services stopped; what the old one signed stays verifiable."""
    from services.runtime.log_care import rotate

    typer.echo(administer(lambda settings: rotate(settings, one_of(log))))


@log_app.command("cosign")
@sentences
def log_cosign(log: Log, witness: Annotated[list[str], typer.Option(help="Address of a witness.")]) -> None:
    """Print the latest checkpoint with the cosignatures of witnesses."""
    from services.runtime.log_care import cosign

    typer.echo(administer(lambda settings: cosign(settings, one_of(log), witness)), nl=False)


@log_app.command("fsck")
@sentences
def log_fsck(log: Log) -> None:
    """Derive the whole log again from its stored bytes; code 1 and the first difference when it is not as signed."""
    from services.runtime.log_care import check

    report = administer(lambda settings: check(settings, one_of(log)))
    typer.echo(f"{report.origin}: {report.size} events, {report.checkpoints} checkpoints, root {report.root.hex()}")
    if report.difference is not None:
        fail(f"{report.origin}: {report.difference}")


@log_app.command("adopt")
@sentences
def log_adopt(log: Log) -> None:
    """Say that no other database of this log was ever sealed further: its state file is set anew."""
    from services.runtime.log_care import adopt

    state = administer(lambda settings: adopt(settings, one_of(log)))
    typer.echo(f"{log}: adopted at size {state.size}, root {state.root.hex()}")


@log_app.command("partition")
@sentences
def log_partition(
    database: Annotated[str, typer.Argument(help="attendance, personnel, assessment, finance, or agency.")],
    through: Annotated[int | None, typer.Option(help="The last year to close; last year without it.")] = None,
    tablespace: Annotated[str | None, typer.Option(help="Where new partitions lie.")] = None,
) -> None:
    """Move the bodies of closed years to a partition each, of the log and of what it received from others.

    It may be interrupted and called again; the services go on meanwhile. Needs the administrator's login.
    """
    from rich.console import Console
    from rich.progress import Progress

    from services.agencies.database import NAME
    from services.runtime.log_care import partition

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(database, total=None)
        moved = administer(
            lambda settings: partition(
                settings,
                database if database == NAME else one_of(database),
                through,
                tablespace=tablespace,
                told=lambda done, total: progress.update(bar, completed=done, total=total),
            )
        )
    for each in moved:
        typer.echo(f"{each.name}: {each.origin or database} {each.year}, indexes {each.first} to {each.beyond - 1}")
    if not moved:
        typer.echo("nothing to move: every year that is over lies in its partition")
