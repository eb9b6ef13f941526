"""How the source looks: names that say something, files read in one sitting, no addresses, decisions with a test."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Module, modules, within

NAMES_THAT_SAY_NOTHING = {"utils", "util", "common", "helpers", "base", "core", "misc"}
READ_IN_ONE_SITTING = 350
FITS_A_SCREEN = 60
REASON = re.compile(r"(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[a-z, -]+\])[\s#-]+\w")
HOSTS = re.compile(r"p[y]pi\.org|pythonhoste[d]|registry\.npm[j]s|deb\.debia[n]")


def tracked() -> list[Path]:
    """Files that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {part for module in modules() for part in module.name.split(".")}
    assert named & NAMES_THAT_SAY_NOTHING == set()


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_file_is_read_in_one_sitting_and_a_function_fits_a_screen(module: Module) -> None:
    assert len(module.path.read_text("utf-8").splitlines()) <= READ_IN_ONE_SITTING
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= FITS_A_SCREEN, f"{module.name}.{node.name} has {length} lines"


def test_every_public_module_class_and_function_is_described() -> None:
    silent = [module.name for module in modules() if not ast.get_docstring(module.tree) and module.tree.body]
    assert silent == []


def test_articles_hold_no_numbers() -> None:
    """Every threshold is a dated parameter: the code of a clause knows only 0 and 1."""
    for module in within("services.assessment.articles"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                assert node.value in (0, 1), f"{module.name}:{node.lineno} holds {node.value}"


def test_every_silenced_check_says_why() -> None:
    marks = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no cover)[^#]*$")
    for path in tracked():
        if path.suffix == ".py" and path != Path(__file__):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if marks.search(line):
                    reason = REASON.search(line)
                    assert reason, f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def test_no_file_names_a_package_index() -> None:
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        assert not HOSTS.search(text), path.relative_to(ROOT)


def test_every_decision_is_one_page_and_names_what_enforces_it() -> None:
    records = sorted((ROOT / "services/decisions").glob("[0-9]*.md"))
    assert records
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers), "a number names one decision for ever"
    for record in records:
        text = record.read_text("utf-8")
        assert len(text.splitlines()) <= 60
        enforced = re.search(r"\*\*Enforced by\*\*([^\n]*)", text)
        assert enforced, record.name
        for path in re.findall(r"`([^`]+/[^`]*)`", enforced[1]):
            assert (ROOT / path).exists(), f"{record.name} names {path}"
