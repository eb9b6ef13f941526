"""Reads the project's own source as text and syntax trees, for the rules of its shape."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("attendance", "personnel", "assessment", "finance")
PACKAGES = ("contracts", "services", "deploy")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its dotted name, path, and tree."""

    name: str
    path: Path
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Dotted names of everything it imports, those inside functions included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    """Every module that ships."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "build" in path.parts:
                continue
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found.append(Module(name, path, ast.parse(path.read_text("utf-8"))))
    return tuple(found)


def within(*prefixes: str) -> list[Module]:
    """Modules whose dotted name is or lies below one of the prefixes."""
    return [m for m in modules() if any(m.name == p or m.name.startswith(p + ".") for p in prefixes)]
