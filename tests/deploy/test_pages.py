"""The pages for operators: what they link to is there, what they tell to type exists, evidence is evidence."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from services.cli import app

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "deploy").rglob("*.md"))
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PLACE = re.compile(r"`((?:services|contracts|tests|deploy)/[\w./@-]+)`")
COMMAND = re.compile(r"(?<!install )\bzhucun ((?:[a-z]+)(?: [a-z]+)?)")


def commands() -> Iterator[str]:
    """Every command, with its group where it has one."""
    root = get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    for name, command in root.commands.items():
        yield name
        yield from (f"{name} {inner}" for inner in getattr(command, "commands", {}))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_links_to_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []
    assert [place for place in PLACE.findall(text) if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_a_page_exists(page: Path) -> None:
    known = set(commands())
    for words in COMMAND.findall(" ".join(re.findall(r"`([^`]+)`", page.read_text("utf-8")))):
        first, _, rest = words.partition(" ")
        wanted = f"{first} {rest}" if any(name.startswith(f"{first} ") for name in known) else first
        assert wanted in known, words


def test_every_page_of_the_runbook_says_what_is_seen_what_it_means_and_what_to_type() -> None:
    for page in (ROOT / "deploy/runbook").glob("*.md"):
        if page.name != "README.md":
            text = page.read_text("utf-8")
            assert all(part in text for part in ("You see**", "It means**", "Type**")), page.name
            assert f"({page.name})" in (ROOT / "deploy/runbook/README.md").read_text("utf-8"), page.name
