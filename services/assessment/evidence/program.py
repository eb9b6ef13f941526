"""Which program made the derived part of a case: its modules, found by what they import, and digests of their source.

The program travels in every case below `data/verifier/`. Two programs are the same when every byte of them is.
"""

import ast
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from services.assessment.evidence import layout

TOP = Path(__file__).parents[3]
PACKAGES = ("contracts", "services")
VERIFIER = "services.assessment.evidence.verify"
DERIVER = "services.assessment.evidence.derived"
ANSWERER = "services.assessment.replay.answering"
FOLD = tuple(f"services.assessment.fold.{name}" for name in ("fold", "determination", "frozen_line"))
"""What decides an outcome, with everything that these import."""
STYLE = "services/assessment/report.css"
START = "services/assessment/evidence/start.py"
"""What lies at the top of a case as `verify.py`."""


@cache
def sources() -> Mapping[str, bytes]:
    """Every file of the running program, by its path below :data:`TOP`."""
    found = {name: (TOP / name).read_bytes() for name in closure((VERIFIER, DERIVER, ANSWERER))}
    return found | {name: (TOP / name).read_bytes() for name in (STYLE, START)}


def closure(roots: Iterable[str]) -> list[str]:
    """The files of these modules of ours and of all that they import, packages included; sorted."""
    found: set[str] = set()
    todo = list(roots)
    while todo:
        file = _file_of(todo.pop())
        if file is None or file in found:
            continue
        found.add(file)
        path = Path(file)
        todo += (".".join(parent.parts) for parent in path.parents if parent.parts)
        todo += _imported((TOP / file).read_text("utf-8"))
    return sorted(found)


def _imported(source: str) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += (node.module, *(f"{node.module}.{name.name}" for name in node.names))
    return names


def _file_of(name: str) -> str | None:
    """The file of a module or package of ours; None for others, and for a name within a module."""
    parts = name.split(".")
    if parts[0] not in PACKAGES:
        return None
    candidates = (Path(*parts).with_suffix(".py"), Path(*parts, "__init__.py"))
    return next((file.as_posix() for file in candidates if (TOP / file).is_file()), None)


def is_running(files: Mapping[str, bytes]) -> bool:
    """Whether a program is this one. One from which modules are missing counts as this one too: it is then compared
    with what the whole of it makes."""
    needed = {STYLE, START, _file_of(VERIFIER), _file_of(DERIVER)}
    return needed <= files.keys() and all(
        (TOP / name).is_file() and (TOP / name).read_bytes() == content for name, content in files.items()
    )


def _has_code(source: str) -> bool:
    """Whether a module holds more than words about itself."""
    return any(not isinstance(node, ast.Expr) for node in ast.parse(source).body)


def digest_of_program(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and sources of a program."""
    return _digest(sorted(files), lambda name: files[name])


def in_case(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The program that lies in a case."""
    prefix = layout.VERIFIER
    return {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}


def fold_digest(modules: Sequence[str], source: Callable[[str], bytes]) -> str:
    """SHA-256 over names and sources of the modules of a fold, in their order."""
    return _digest([f"{module}.py" for module in modules], lambda name: source(name.removesuffix(".py")))


def _digest(names: Iterable[str], source: Callable[[str], bytes]) -> str:
    found = hashlib.sha256()
    for name in names:
        content = source(name)
        found.update(f"{name} {len(content)}\n".encode("ascii") + content)
    return found.hexdigest()


def is_running_fold(modules: Sequence[str], digest: str) -> bool:
    """Whether the fold of this program has that digest: exactly the modules that decide here, and their bytes."""
    prefix = "services/assessment/"
    own = {file for file in closure(FOLD) if file.startswith(prefix) and _has_code((TOP / file).read_text("utf-8"))}
    if {f"{prefix}{module}.py" for module in modules} != own:
        return False
    return fold_digest(modules, lambda module: (TOP / prefix / f"{module}.py").read_bytes()) == digest
