"""A year that an earlier release decided is held against that release; what today's code changes is said in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.assessment import releases
from services.assessment.releases import Archive, ReleasedProgram
from services.assessment.replay.county_proof import CountyRefold
from services.assessment.replay.exported import known_in
from services.assessment.replay.offline import read_disclosures
from services.assessment.replay.refold import refold_file, refold_text
from services.assessment.replay.replay import replay
from services.assessment.replay.text import replay_text
from services.assessment.rules import rules
from tests.assessment.evidence.test_releases import aged
from tests.assessment.evidence.world import world
from tests.assessment.office import PERSON
from tests.assessment.test_disputes import ALL_YEAR, finalised, w57
from tests.assessment.test_refold import written

THIRTY = {"posted": ALL_YEAR, "present": f"{ALL_YEAR} duty", "no_record": "2017-03-06..2017-03-17 duty"}
"""With the twenty days below exactly thirty days absent: not more than thirty, so no ground (Art. 15.4)."""
MORE = ["2017-05-02..2017-05-15 duty", "2017-07-03..2017-07-14 duty"]
NOW = "2018-06-01"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> ReleasedProgram:
    """A release in which thirty days were already too many."""
    folder = tmp_path_factory.mktemp("releases")
    (folder / "case.zip").write_bytes(world().bundle().archive)
    now = releases.write(folder / "case.zip", folder / "archive", "0.0.2")
    strict = 'total >= p["absence.year_limit"]'
    return aged(now, folder / "older", "articles/chapter_5", 'total > p["absence.year_limit"]', strict)


@pytest.fixture
def decided(older: ReleasedProgram, tmp_path: Path) -> tuple[Path, Path]:
    """An export with a determination that names the older release and says what that release says."""
    thirty = {**THIRTY, "no_record": [THIRTY["no_record"], *MORE]}
    events, disclosures = written(finalised(**thirty), tmp_path)
    recorded_by(events, 1, fold_digest=older.fold)
    (difference,) = refold_file(events, 2017, disclosures=disclosures, archive=Archive(older.path.parent))[
        0
    ].differences
    said = {one["member"]: one["worked_out"] for one in difference["differs"]}
    assert said["outcome"] == "不称职" and said.keys() == {"outcome", "findings"}
    recorded_by(events, 1, **said)
    return events, disclosures


def recorded_by(events: Path, determination: int, **members: Any) -> None:
    """The determination says otherwise."""
    lines = events.read_bytes().splitlines()
    mark = f'"determination":{determination}'.encode()
    place = next(n for n, line in enumerate(lines) if b"AssessmentFinalised.v1" in line and mark in line)
    event = json.loads(lines[place])
    event["data"] |= members
    lines[place] = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    events.write_bytes(b"\n".join(lines) + b"\n")


def replayed(events: Path, disclosures: Path, archive: Path, **options: Any) -> dict[str, Any]:
    texts, _ = read_disclosures(disclosures)
    known = list(known_in(events.read_bytes().splitlines(), {PERSON}, texts))
    return replay(known, PERSON, 2017, now=NOW, archive=Archive(archive), **options)


def again(paths: tuple[Path, Path], archive: Path) -> CountyRefold:
    events, disclosures = paths
    (found,) = refold_file(events, 2017, disclosures=disclosures, archive=Archive(archive))
    return found


def test_the_release_that_decided_reproduces_the_year_and_no_alarm_is_raised(
    decided: tuple[Path, Path], older: ReleasedProgram
) -> None:
    found = again(decided, older.path.parent)
    assert (found.determinations, found.differences, found.undetermined) == (1, [], [])
    assert found.code["decided_by"] == {"fold_digest": older.fold, "release": "0.0.2"}
    text = refold_text([found])
    assert "由当时的版本 0.0.2 重算" in text and "今天的程序对 1 人不同" in text and "不称职 → 称职" in text


def test_without_that_release_nothing_is_proven_and_that_is_an_alarm(
    decided: tuple[Path, Path], tmp_path: Path
) -> None:
    found = again(decided, tmp_path / "none")
    (difference,) = found.differences
    assert {one["member"] for one in difference["differs"]} >= {"fold_digest", "outcome"}
    assert "没有存档，无法证明" in refold_text([found])


def test_what_the_release_did_not_decide_is_an_alarm(decided: tuple[Path, Path], older: ReleasedProgram) -> None:
    recorded_by(decided[0], 1, outcome="称职")
    (difference,) = again(decided, older.path.parent).differences
    assert [one["member"] for one in difference["differs"]] == ["outcome"]


def test_then_then_is_worked_out_by_the_release_and_today_stands_beside_it(
    decided: tuple[Path, Path], older: ReleasedProgram
) -> None:
    found = replayed(*decided, older.path.parent)
    assert found["reproduced"] and not found["code"]["same"]
    standing = {lens: shown["standing"] for lens, shown in found["lenses"].items()}
    assert standing == {"then-then": "不称职", "now-then": "不称职", "then-now": "称职", "now-now": "称职"}
    assert {(one["article"], one["because"]) for one in found["differences"]} == {("15.4", "code"), ("15.0", "code")}
    assert {one["article"] for one in found["code"]["changes"]} == {"15.4", "15.0", None}
    text = replay_text(found)
    assert "逐字节一致" in text and "由当时的版本 0.0.2 重算" in text and "结果 outcome: 不称职 → 称职" in text


def test_a_replay_without_the_release_says_that_the_code_differs_and_what_it_changes(
    decided: tuple[Path, Path], tmp_path: Path
) -> None:
    found = replayed(*decided, tmp_path / "none", search=False)
    assert (found["reproduced"], found["code"]["kept"]) == (False, False)
    assert "fold_digest" in {one["member"] for one in found["differs"]}
    text = replay_text(found)
    assert "没有存档，只能由今天的程序重算" in text and "结果 outcome: 不称职 → 称职" in text


def test_rules_whose_text_has_changed_since_are_those_of_a_release_or_an_alarm(
    older: ReleasedProgram, tmp_path: Path
) -> None:
    events, disclosures = written(finalised(**THIRTY), tmp_path)
    assert replayed(events, disclosures, tmp_path / "none", search=False)["code"]["same"]
    recorded_by(events, 1, rules_digest="9" * 64)
    found = again((events, disclosures), older.path.parent)
    assert [one["member"] for one in found.differences[0]["differs"]] == ["rules_digest"]
    recorded_by(events, 1, rules_digest=older.rules_digest)
    assert older.rules_digest == rules.rules_digest()
    assert again((events, disclosures), older.path.parent).differences == []


def test_each_version_is_held_against_the_program_that_decided_it(older: ReleasedProgram, tmp_path: Path) -> None:
    events, disclosures = written(w57(), tmp_path)
    recorded_by(events, 2, fold_digest=older.fold)
    found = again((events, disclosures), older.path.parent)
    assert (found.determinations, found.differences, found.code["same"]) == (2, [], True)
    (difference,) = again((events, disclosures), tmp_path / "none").differences
    assert (difference["determination"], [one["member"] for one in difference["differs"]]) == (2, ["fold_digest"])
