"""What the READMEs tell people to type works, word for word, on a machine that has just run the demonstration year."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.event_articles import ANY, articles_of
from deploy.local.stack import Stack
from tests.offline import Year

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(readme: str) -> list[str]:
    """Every line of the shell blocks, without its trailing remark."""
    text = (ROOT / readme).read_text("utf-8")
    lines = "".join(BLOCK.findall(text)).splitlines()
    return [line.split("  #")[0].strip() for line in lines if line.strip()]


ALL = list(dict.fromkeys(command for readme in READMES for command in commands(readme)))
"""In the order of the text: later commands read what earlier ones wrote."""
TARGETS = [command for command in ALL if command.startswith("make ")]
PROGRAM = [command for command in ALL if command.startswith(".venv/bin/zhucun ")]


@pytest.fixture(scope="module")
def clone(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory like a clone in which `make run` has run the year and keeps its servers, with this interpreter."""
    assert year.ran.returncode == 0, year.ran.stdout[-4000:] + year.ran.stderr[-2000:]
    folder = tmp_path_factory.mktemp("clone")
    (folder / "tests").symlink_to(ROOT / "tests")
    (folder / "var").symlink_to(year.var)
    program = folder / ".venv/bin/zhucun"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m services "$@"\n', "utf-8")
    program.chmod(0o755)
    with Stack(year.var, fast=True):  # nothing here is to outlive the tests
        yield folder


def run(folder: Path, command: str) -> "subprocess.CompletedProcess[str]":
    """A shell line in that directory, with nothing of this machine's settings."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ZHUCUN_")}
    environ |= {"PYTHONPATH": str(ROOT), "ZHUCUN_VAR": str((folder / "var").resolve())}
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environ, capture_output=True, text=True, timeout=600, check=False
    )


def test_every_command_in_a_readme_is_run_here() -> None:
    assert set(TARGETS) | set(PROGRAM) == set(ALL)
    assert TARGETS and PROGRAM


@pytest.mark.parametrize("command", TARGETS)
def test_a_make_target_of_a_readme_exists(command: str) -> None:
    asked = subprocess.run(["make", "-n", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr


def test_both_languages_name_the_same_commands() -> None:
    assert commands(READMES[0]) == commands(READMES[1])


@pytest.mark.parametrize("command", PROGRAM)
def test_a_command_of_a_readme_works_after_the_demonstration(clone: Path, command: str) -> None:
    done = run(clone, command)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stdout or ">" in command


def test_every_event_of_the_year_names_an_article_of_its_own(clone: Path) -> None:
    events = [json.loads(line) for line in (clone / "var/events.jsonl").read_text("utf-8").splitlines()]
    assert len(events) > 1_000
    named = {(event["type"], event["data"]["article"]) for event in events}
    assert [one for one in sorted(named) if not {one[1], ANY} & set(articles_of(one[0]))] == []
