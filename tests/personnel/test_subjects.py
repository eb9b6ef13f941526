"""The shape of personnel: subjects with the same files, each command decided by one, nothing declared and not used."""

import ast
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
import yaml

from contracts.personnel import EVENTS
from contracts.refusals import Refusal
from services.personnel import commands
from services.personnel.api import COMMANDS
from services.personnel.domain import _DECIDES, _SUBJECTS
from services.personnel.refusals import REFUSALS
from services.personnel.term.certificate import CLAUSE

HERE = Path("services/personnel")
SUBJECTS = sorted(folder.name for folder in HERE.iterdir() if (folder / "domain.py").is_file())
SOURCE = {path: path.read_text("utf-8") for path in HERE.rglob("*.py")}
BY_HAND = {"RecordDetails", "EraseDetails", "ReadDetails", "RequestCompensatoryLeave"}
"""Commands that `people/routes.py` and `term/asking.py` host themselves."""
BY_ITSELF = {"HearDetermination", "SayReportOverdue", "SayTrainingFellShort", "SayTermFellDue", "SayBarEnded"}
"""Commands of a reaction or of the clock: nobody can send them."""


def test_the_certificate_quotes_the_measures() -> None:
    text = (files("contracts") / "measures" / "2016-1.txt").read_text("utf-8")
    assert CLAUSE in text


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_is_the_same_files(subject: str) -> None:
    for name in ("__init__.py", "commands.py", "domain.py", "refusals.py", "state.py"):
        assert (HERE / subject / name).is_file(), name


@pytest.mark.parametrize("path", [path for path in SOURCE if path.name in ("domain.py", "state.py", "commands.py")])
def test_a_decision_knows_no_view(path: Path) -> None:
    for node in ast.walk(ast.parse(SOURCE[path])):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert not node.module.endswith(("queries", "projection", "projections", "routes", "reading")), node.module


def test_every_command_is_decided_by_one_subject_and_hosted() -> None:
    forms = [form for subject, _ in _SUBJECTS for form in get_args(subject)]
    assert len(forms) == len(set(forms))
    assert set(get_args(commands.Command)) == _DECIDES.keys()
    hosted = {spec.command.__name__ for spec in COMMANDS}
    assert {form.__name__ for form in forms} == hosted | BY_HAND | BY_ITSELF


@pytest.mark.parametrize(
    ("name", "refusal"),
    [(f"{subject}.{name}", refusal) for subject, found in REFUSALS.items() for name, refusal in found.items()],
)
def test_every_refusal_says_what_to_do_in_both_languages(name: str, refusal: Refusal) -> None:
    assert all((refusal.zh, refusal.en, refusal.remedy_zh, refusal.remedy_en)), name
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal.zh + refusal.remedy_zh)
    assert all(ord(character) < 128 for character in refusal.en + refusal.remedy_en)


def test_every_refusal_names_its_article_unless_it_is_that_of_the_command() -> None:
    """Dates, and what is registered already: the answer then names the article of the command."""
    silent = [name for found in REFUSALS.values() for name, refusal in found.items() if refusal.article is None]
    assert set(silent) <= {"ALREADY_REGISTERED", "FUTURE", "WRONG_INTERVAL"}


def test_every_event_is_brought_about_by_something() -> None:
    everything = "\n".join(text for path, text in SOURCE.items() if path.name not in ("state.py", "projection.py"))
    assert [event.NAME for event in EVENTS if f"fact.{event.NAME}(" not in everything] == []


def test_every_parameter_is_asked_for() -> None:
    everything = "\n".join(SOURCE.values())
    derived = {"training.county", "training.township", "meeting.county_interval_months", "meeting.city_interval_months"}
    names = yaml.safe_load((HERE / "parameters.yaml").read_text("utf-8"))
    assert [name for name in names if f'"{name}"' not in everything and name not in derived] == []
    assert 'f"training.{' in everything
    assert 'f"meeting.{' in everything
