"""`zhucun dossier` and `zhucun verify`: the evidence of one determination, and what a stranger does with it."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli_failures import administer, fail, one_of, sentences

PURPOSE = "复核考核认定"
OPERATOR = "P000000"
"""Whoever sits at the machine, when nobody is named."""


def add_evidence(app: typer.Typer) -> None:
    """Add both commands."""
    app.command()(dossier)
    app.command()(verify)
    app.command()(erase)


@sentences
def dossier(
    person: str,
    year: int,
    out: Annotated[Path, typer.Option("-o", "--out", help="CASE.zip")],
    number: Annotated[
        int | None, typer.Option("--version", min=1, help="Determination; the latest without it.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who takes it: a person's identifier.")] = OPERATOR,
    purpose: Annotated[str, typer.Option(help="What for; it is recorded.")] = PURPOSE,
    witness: Annotated[list[str] | None, typer.Option(help="Address of a witness that is to cosign.")] = None,
) -> None:
    """Make the evidence bundle of one person-year. That it was taken, by whom and for what, is recorded."""
    from services.assessment.dossier_taking import Taking, take

    taking = Taking(person, year, number, by, purpose, tuple(witness or ()))
    bundle = administer(lambda settings: take(settings, taking))
    try:
        out.write_bytes(bundle.archive)
    except OSError as error:
        fail(f"{out}: {error.strerror}", 2)
    typer.echo(f"{out}: {bundle.identifier}, {len(bundle.archive)} bytes, sums {bundle.manifest}")


@sentences
def erase(
    log: Annotated[str, typer.Argument(help="attendance, personnel, assessment or finance")],
    event: Annotated[str, typer.Argument(help="Id of the event.")],
    members: Annotated[list[str] | None, typer.Argument(help="Which values; all without it.")] = None,
    by: Annotated[str, typer.Option(help="On whose word: a person's identifier.")] = OPERATOR,
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")] = "依法删除个人信息",
) -> None:
    """Destroy sensitive values of one event for ever. The log and every proof stay as they are."""
    from services.runtime.erasing import Erasure, erase_values

    service = one_of(log)
    erasure = Erasure(service, event, tuple(members or ()), by, reason)
    erased = administer(lambda settings: erase_values(settings, erasure))
    typer.echo(f"{event}: erased {', '.join(erased)}")


def verify(
    case: Annotated[Path, typer.Argument(help="CASE.zip, or the folder it was unpacked to.")],
    policy: Annotated[Path | None, typer.Option(help="Whom to trust; keys are self-asserted without it.")] = None,
    mirror: Annotated[Path | None, typer.Option(help="Folder of mirrored logs, for absolute completeness.")] = None,
) -> None:
    """Check an evidence bundle offline. 0 holds, 2 malformed, 10 integrity, 20 not reproduced, 30 open, 40 trust."""
    from services.assessment.evidence.verify import run
    from services.assessment.publication import Published

    code, text = run(case, policy, mirror, Published())
    typer.echo(text)
    raise typer.Exit(code)
