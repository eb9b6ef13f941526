"""How the command line ends: one sentence for what a person can mend, and a traceback for what is broken."""

import asyncio
import functools
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

import typer

from contracts.catalogue import SERVICES

if TYPE_CHECKING:
    from services.runtime.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

SENTENCES = {
    # By name, so that the offline commands load neither database nor bus packages.
    "deploy.local.processes.StartError": 1,
    "services.agencies.registry.RegistryError": 1,
    "services.agencies.signing.ScopeRefused": 1,
    "services.ledger.bus.BusError": 1,
    "services.ledger.migrations.SchemaMismatchError": 1,
    "services.ledger.recovery.SealerRefused": 1,
    "services.ledger.checkpoints.StateFileError": 1,
    "services.ledger.runner.NewerView": 1,
    "services.ledger.rebuild.RebuildDiffers": 1,
    "services.ledger.partitions.PartitionError": 1,
    "services.ledger.proving.ProvingError": 1,
    "services.ledger.signer.SignerError": 1,
    "services.ledger.sm3_twin.TwinError": 1,
    "services.runtime.administration.AdministrationError": 1,
    "services.runtime.authentication.IssuerError": 1,
    "services.runtime.serving.PortTaken": 1,
    "services.runtime.erasing.ErasureError": 1,
    "services.runtime.witnessing.WitnessError": 1,
    "services.runtime.log_care.SealingError": 1,
    "services.runtime.settings.SettingsError": 1,
    "psycopg.OperationalError": 1,
    "psycopg.errors.InsufficientPrivilege": 1,
    "psycopg_pool.PoolTimeout": 1,
    "services.assessment.bundle_sources.BundleError": 1,
    "services.ledger.material.NotSealedError": 1,
    "services.assessment.fold.findings.FoldError": 2,
    "services.assessment.rules.rules.RulesError": 2,
    "builtins.FileNotFoundError": 2,
    "builtins.IsADirectoryError": 2,
    "builtins.PermissionError": 2,
}


def sentences(command: Callable[P, T]) -> Callable[P, T]:
    """Turn the failures that a person can mend into one sentence and an exit code."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        if not __debug__:
            fail("python -O would switch the checks of the log off: run it without -O")
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except Exception as error:
            code = next((SENTENCES[name] for name in _names(error) if name in SENTENCES), None)
            if code is None:
                raise
            fail(_sentence(error), code)

    return wrapped


def _names(error: Exception) -> list[str]:
    return [f"{cls.__module__}.{cls.__qualname__}" for cls in type(error).__mro__]


def _sentence(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    said = lines[0] if lines else type(error).__name__
    return f"PostgreSQL: {said}" if type(error).__module__.startswith("psycopg") else said


def fail(sentence: str, code: int = 1) -> NoReturn:
    typer.echo(f"zhucun: {sentence}", err=True)
    raise typer.Exit(code)


def one_of(service: str) -> str:
    if service not in SERVICES:
        fail(f"there is no log {service!r}: it is one of {', '.join(SERVICES)}", 2)
    return service


def administer(step: "Callable[[Settings], Awaitable[T]]") -> T:
    """Run `step(settings)` against the servers that are configured or run here, or started for this one step."""
    from deploy.local.attachment import servers
    from services.runtime import logging as logs

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with servers() as (settings, _):
        logs.configure(settings.log_format, "error")

        async def main() -> T:
            return await step(settings)

        return asyncio.run(main())
