"""`zhucun witness`: run by somebody else than the operator of the logs."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli_failures import fail, sentences

witness_app = typer.Typer(no_args_is_help=True)

Directory = Annotated[Path, typer.Option(help="Where the key and what was cosigned last lie.")]
Name = Annotated[str, typer.Option(help="Name of the witness, for instance witness.example.org/archive.")]


def _key(directory: Path, name: str) -> Path:
    return directory / f"{name.replace('/', '_')}.key"


@witness_app.command("vkey")
@sentences
def vkey(name: Name, directory: Directory = Path("witness")) -> None:
    """Print the public key of the witness, as a policy takes it; makes the key when there is none."""
    from contracts.notes import ALGORITHM_COSIGNATURE
    from services.ledger.signer import FileSigner

    typer.echo(FileSigner(_key(directory, name), name, create=True, algorithm=ALGORITHM_COSIGNATURE).vkey)


@witness_app.command("serve")
@sentences
def serve(
    name: Name,
    log: Annotated[list[str], typer.Option(help="vkey of a log to be witnessed.")],
    directory: Directory = Path("witness"),
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 8100,
    cert: Annotated[
        Path | None, typer.Option(help="Certificate with its chain (PEM): asked for beyond loopback.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Its key (PEM).")] = None,
) -> None:
    """Cosign checkpoints of the named logs, each only if it extends the one cosigned before."""
    import uvicorn

    from contracts.notes import ALGORITHM_COSIGNATURE, ProofError, VerifierKey
    from services.ledger.signer import FileSigner
    from services.runtime.encryption import Certificate, is_loopback
    from services.witness.app import application
    from services.witness.cosigning import Witness

    signer = FileSigner(_key(directory, name), name, create=True, algorithm=ALGORITHM_COSIGNATURE)
    try:
        logs = [VerifierKey.parse(one) for one in log]
    except ProofError as error:
        fail(str(error), 2)
    if (cert is None) != (key is None) or (cert is None and not is_loopback(host)):
        fail(f"a witness on {host} answers over TLS only: --cert FILE --key FILE", 2)
    shown = Certificate(cert, key) if cert and key else None
    typer.echo(f"{signer.vkey}\n{'https' if shown else 'http'}://{host}:{port}/add-checkpoint", err=True)
    uvicorn.run(
        application(Witness(signer, logs, directory)),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        ssl_context_factory=(lambda _config, _usual: shown.context) if shown else None,
    )
