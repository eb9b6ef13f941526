"""Who may know whom (design section 3)."""

import ast
import sys

import pytest

from tests.architecture.source import ROOT, SERVICES, Module, modules, within

PURE_PARTS = {"commands", "domain", "refusals", "state"}
"""What these hold, in a service or in a subject of it, and whatever they reach by imports, is `decide` and `evolve`."""
FOLD = ("services.assessment.articles", "services.assessment.fold")
SHARED = ("services.ledger", "services.runtime")
SAME_FILES = (
    "README.md",
    "__init__.py",
    "api.py",
    "app.py",
    "commands.py",
    "domain.py",
    "parameters.yaml",
    "projections.py",
    "reactions.py",
    "refusals.py",
    "state.py",
    "views.sql",
)
TALKS_TO_THE_WORLD = {
    "asyncio",
    "fastapi",
    "faststream",
    "httpx",
    "logging",
    "nats",
    "os",
    "pathlib",
    "psycopg",
    "random",
    "secrets",
    "socket",
    "structlog",
    "subprocess",
    "time",
    "urllib",
}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic"}


def test_services_never_import_one_another() -> None:
    for service in SERVICES:
        others = tuple(f"services.{other}" for other in SERVICES if other != service)
        for module in within(f"services.{service}"):
            assert not [name for name in module.imports() if name.startswith(others)], module.name


def test_ledger_and_runtime_know_no_service() -> None:
    own = tuple(f"services.{service}" for service in SERVICES)
    for module in within(*SHARED):
        assert not [name for name in module.imports() if name.startswith(own)], module.name


def test_contracts_know_nothing_of_services_or_deployment() -> None:
    for module in within("contracts"):
        assert not [name for name in module.imports() if name.startswith(("services", "deploy", "tests"))], module.name


def test_the_ledger_knows_no_event_type() -> None:
    vocabulary = tuple(f"contracts.{name}" for name in (*SERVICES, "catalogue"))
    for module in within("services.ledger"):
        assert not [name for name in module.imports() if name.startswith(vocabulary)], module.name


def reached(roots: list[Module]) -> list[Module]:
    """The roots and every module of ours that they import, directly or through others."""
    known = {module.name: module for module in modules() if module.name.startswith("services.")}
    found: dict[str, Module] = {}
    todo = list(roots)
    while todo:
        module = todo.pop()
        if module.name not in found:
            found[module.name] = module
            meant = {name for imported in module.imports() for name in (imported, imported.rpartition(".")[0])}
            todo += [known[name] for name in meant if name in known]
    return [found[name] for name in sorted(found)]


def deciding() -> list[Module]:
    """Everything that decisions and folds of state rest on."""
    own = within(*(f"services.{service}" for service in SERVICES))
    return reached([module for module in own if module.name.rpartition(".")[2] in PURE_PARTS])


@pytest.mark.parametrize("module", [*deciding(), *within(*FOLD)], ids=lambda module: module.name)
def test_decisions_and_articles_touch_no_world_and_no_clock(module: Module) -> None:
    imported = {name.split(".")[0] for name in module.imports()}
    assert not imported & TALKS_TO_THE_WORLD, module.name
    assert not [name for name in module.imports() if name.startswith("services.ledger")], module.name
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            target = ast.unparse(node.func.value)
            assert target not in {"datetime", "date", "time", "datetime.datetime"}, (
                f"{module.name}: {ast.unparse(node)}"
            )


def test_decisions_are_found_in_every_service() -> None:
    names = {module.name for module in deciding()}
    assert {f"services.{service}.{part}" for service in SERVICES for part in PURE_PARTS} <= names
    assert "services.runtime.decisions" in names


def test_the_fold_needs_nothing_but_the_standard_library() -> None:
    """It ships inside evidence bundles, where a stranger runs it (ledger.md 7)."""
    todo = {module.name: module for module in within(*FOLD)}
    seen: set[str] = set()
    while todo:
        name, module = todo.popitem()
        seen.add(name)
        for imported in module.imports():
            top = imported.split(".")[0]
            assert top in sys.stdlib_module_names or top == "services", f"{name} imports {imported}"
            for inner in modules():
                meant = inner.name in (imported, imported.rpartition(".")[0]) and "." in inner.name
                if meant and inner.name not in seen:
                    assert inner.name.startswith("services.assessment"), f"{name} imports {imported}"
                    todo[inner.name] = inner


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_the_same_files_with_the_same_names(service: str) -> None:
    folder = ROOT / "services" / service
    assert [name for name in SAME_FILES if not (folder / name).is_file()] == []
