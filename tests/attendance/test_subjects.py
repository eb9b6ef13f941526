"""The shape of attendance: subjects with the same files, each command decided by one, nothing declared and not used."""

import ast
from pathlib import Path
from typing import get_args

import pytest
import yaml

from contracts import sheets
from contracts.attendance import EVENTS
from contracts.refusals import Refusal
from services.attendance import commands, refusals
from services.attendance.api import COMMANDS
from services.attendance.domain import _DECIDES, _SUBJECTS
from services.attendance.refusals import REFUSALS

HERE = Path("services/attendance")
SUBJECTS = sorted(folder.name for folder in HERE.iterdir() if (folder / "domain.py").is_file())
SOURCE = {path: path.read_text("utf-8") for path in HERE.rglob("*.py")}
BY_HAND = {"CheckIn", "CheckInBatch"}
"""Commands that `register/routes.py` hosts itself."""
BY_ITSELF = {"DeclareClosingOverdue", "DeclareSheetOverdue", "WarnOfAbsence", "DeclarePaceLost", "CloseYear"}
"""Commands of the clock: nobody can send them."""
SHARED = {name: refusal for name, refusal in vars(refusals).items() if isinstance(refusal, Refusal)}
ALL_REFUSALS = [
    *((f"shared.{name}", refusal) for name, refusal in SHARED.items()),
    *((f"{subject}.{name}", refusal) for subject, found in REFUSALS.items() for name, refusal in found.items()),
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_is_the_same_files(subject: str) -> None:
    for name in ("__init__.py", "commands.py", "domain.py", "refusals.py", "state.py"):
        assert (HERE / subject / name).is_file(), name


@pytest.mark.parametrize("path", [path for path in SOURCE if path.name in ("domain.py", "state.py", "commands.py")])
def test_a_decision_knows_no_view(path: Path) -> None:
    for node in ast.walk(ast.parse(SOURCE[path])):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert not node.module.endswith(("queries", "projection", "projections", "routes", "reading", "gathering"))


def test_every_command_is_decided_by_one_subject_and_hosted() -> None:
    forms = [form for subject, _ in _SUBJECTS for form in get_args(subject)]
    assert len(forms) == len(set(forms))
    assert set(get_args(commands.Command)) == _DECIDES.keys()
    hosted = {spec.command.__name__ for spec in COMMANDS}
    assert {form.__name__ for form in forms} == hosted | BY_HAND | BY_ITSELF


@pytest.mark.parametrize(("name", "refusal"), ALL_REFUSALS, ids=[name for name, _ in ALL_REFUSALS])
def test_every_refusal_says_what_to_do_in_both_languages(name: str, refusal: Refusal) -> None:
    assert all((refusal.zh, refusal.en, refusal.remedy_zh, refusal.remedy_en)), name
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal.zh + refusal.remedy_zh)
    assert all(ord(character) < 128 for character in refusal.en + refusal.remedy_en)
    assert refusal.article or name == "shared.UNREADABLE_INSTANT"


def test_every_refusal_is_used() -> None:
    everything = "\n".join(text for path, text in SOURCE.items() if path.name != "refusals.py")
    assert [name for name, _ in ALL_REFUSALS if name.rpartition(".")[2] not in everything] == []


def test_every_event_is_brought_about_by_something() -> None:
    everything = "\n".join(text for path, text in SOURCE.items() if path.name not in ("state.py", "projection.py"))
    silent = [event.NAME for event in (*EVENTS, *sheets.EVENTS) if f".{event.NAME}" not in everything]
    assert [name for name in silent if f"{name}(" not in everything] == []


def test_every_parameter_is_asked_for() -> None:
    everything = "\n".join(SOURCE.values())
    names = yaml.safe_load((HERE / "parameters.yaml").read_text("utf-8"))
    assert [name for name in names if f'"{name}"' not in everything] == []
